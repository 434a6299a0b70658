"""The right values of the exercises, worked out by hand, and whether another value is the same.

`checkers` trusts them instead of the checker: nothing here uses the course's comparators, keys or calculus.
"""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import mpmath
import numpy as np
import sympy as sp

x, h, a, s = (sp.Symbol(name, real=True) for name in "xhas")
step, a_step, n, L, R, G, T = (sp.Symbol(name, positive=True) for name in ("h", "a", "n", "L", "R", "G", "T"))
half, quarter = sp.Rational(1, 2), sp.Rational(1, 4)


class Truth(NamedTuple):
    """A right answer: its kind is number, formula, set, word, truth value, or list (of truths)."""

    kind: str
    value: Any
    absolute: float = 0.0
    relative: float = 1e-9
    options: tuple[str, ...] = ()


def number(value: Any, absolute: float = 0.0, relative: float = 1e-9) -> Truth:
    return Truth("number", value, absolute, relative)


def listed(kind: str, *values: Any, absolute: float = 0.0, options: tuple[str, ...] = ()) -> Truth:
    return Truth("list", tuple(Truth(kind, value, absolute, 1e-9, options) for value in values))


CRITERIA = ("continuous", "left limit exists", "right limit exists", "left and right agree")
KINDS = ("rounding", "structural")
TESTS = ("right", "upstream", "batch", "twice", "precision", "kink", "independent")
with mpmath.workdps(30):
    ZERO_OF_A_NORMAL = float(mpmath.erf(mpmath.mpf(2) ** -25 / (mpmath.mpf("0.15") * mpmath.sqrt(2))))
    # 9 zeros or more, and 9 or fewer, have a chance of 2.5 % at the ends.
    NINE_COUNTED = [
        float(mpmath.findroot(lambda rate: mpmath.gammainc(9, 0, rate, regularized=True) - 0.025, 4)),
        float(mpmath.findroot(lambda rate: mpmath.gammainc(10, rate, regularized=True) - 0.025, 17)),
    ]
    NINE_TENTHS = float(mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf("0.8")))

TRUTHS: dict[str, Truth] = {
    "start.1": number(0),
    "start.2": Truth("formula", sp.Rational(2, 3)),
    "start.4": Truth("formula", x),
    "start.5": listed("truth value", True, True, False),
    "start.6": Truth("set", sp.Interval(-sp.oo, 0)),
    "limits.1": number(-2),
    "limits.3": Truth("formula", sp.cbrt(a_step / 2)),
    "limits.4": number(0),
    "limits.6": number(1),
    "limits.7": Truth("set", sp.FiniteSet(0)),
    "limits.8": Truth("formula", (1 + a) / 2),
    "limits.9": listed("number", 2, 1),
    "proof.1": listed("truth value", False, False, False, False, True),
    "proof.3": listed("formula", step, sp.S.Zero),
    "proof.4": listed("formula", sp.Rational(1, 10), sp.S.One),
    "proof.5": listed("word", CRITERIA[0], CRITERIA[3], CRITERIA[2], options=CRITERIA),
    "proof.6": Truth("set", sp.FiniteSet(1)),
    "proof.7": Truth("set", sp.Interval.Lopen(0, quarter)),
    "proof.8": Truth("formula", 2 / step),
    "proof.9": Truth("list", (Truth("formula", sp.S.Zero), Truth("formula", sp.S.Zero), Truth("truth value", True))),
    "frameworks.2": listed("formula", s, 1 - s),
    "frameworks.4": number((math.sqrt(5) - 1) / 2, absolute=0.001),
    "frameworks.10": listed("number", 1, 0, 0, 0.5),
    "frameworks.11": listed("truth value", True, True, False, True, False),
    "subgradients.1": Truth("set", sp.Interval(-1, 2)),
    "subgradients.2": listed("set", sp.S.EmptySet, sp.Interval(-1, 3)),
    "subgradients.3": listed("set", sp.FiniteSet(0), sp.Interval(-1, 1)),
    "subgradients.4": listed("number", 0.1, 0.15, absolute=1e-6),
    "subgradients.10": Truth("special", lambda w: len(w) == 4 and hull_weights(w)),
    "subgradients.11": Truth("special", lambda t: len(t) == 2 and t == [int(t[0]), int(t[1])] and t[0] * t[1] < 0),
    "subgradients.5": Truth("formula", R / (G * sp.sqrt(T))),
    "subgradients.6": Truth("set", sp.Interval.open(-half, half)),
    "subgradients.7": Truth("set", sp.Interval(2, 6)),
    "subgradients.8": Truth("set", sp.Interval(1, sp.oo)),
    "network_slope.1": listed("number", -sp.Rational(1, 8), -1, 0),
    "network_slope.2": number(24, absolute=0.01),
    "network_slope.3": Truth("formula", 1 - s),
    "zeros.1": number(2),
    "zeros.2": number(sp.Rational(3, 4)),
    "zeros.3": listed("word", *"RLLRL", options=("L", "R")),
    "zeros.4": number(sp.Rational(1, 2**25)),
    "zeros.5": number(ZERO_OF_A_NORMAL, relative=0.01),
    "zeros.6": number(-math.expm1(-0.4608), absolute=0.001),
    "zeros.7": listed("word", "rounding", "structural", "structural", "structural", "rounding", options=KINDS),
    "zeros.8": number(1 - 0.05 ** (1 / 500), relative=0.01),
    "zeros.12": listed("number", *(-1000 * math.expm1(-256 * 60_000 * p0) for p0 in (3.3e-9, 1.4e-8)), absolute=2),
    "zeros.13": listed("truth value", True, False, True, False),
    "small.1": Truth("list", tuple(number(end / 40e6, relative=0.01) for end in NINE_COUNTED)),
    "small.2": listed("truth value", True, False, False, True),
    "training.4": number(0.25),
    "training.7": Truth("formula", 2 / n),
    "training.8": Truth("formula", 2 ** (-L / 2)),
    "training.9": listed("truth value", True, True, False, False),
    "training.12": number(0.25),
    "dead_units.1": listed("truth value", True, False, False, True),
    "dead_units.2": listed("number", 6, 3),
    "dead_units.3": number(4),
    "dead_units.5": number(NINE_TENTHS, absolute=0.01),
    "dead_units.8": number(11),
    "dead_units.9": number(2000),
    "dead_units.10": number(1 / 7, absolute=0.0005),
    "dead_units.11": listed("number", 7.4 - 2.77645 * 2.82135, 7.4 + 2.77645 * 2.82135, absolute=0.05),
    "dead_units.12": listed("truth value", False, False, False, True, True),
    "finding.1": listed("truth value", False, True, True, False, False),
    "rectifiers.1": Truth("set", sp.Interval(-sp.oo, 0)),
    "rectifiers.3": listed("truth value", True, False, True, False, False),
    "linear_paths.1": number(math.exp(50 * math.log(0.9)), absolute=0.0001),
    "linear_paths.3": number(math.sqrt(1.6), absolute=0.001),
    "linear_paths.4": number(math.exp(50 * math.log1p(0.02)), absolute=0.001),
    "linear_paths.5": listed("number", 3, -1.5, 3),
    "paper.1": number(-math.log(0.742) / 30_720_000, relative=0.01),
    "paper.3": listed("truth value", False, False, True, True, False),
    "paper.4": number(18),
    "paper.5": number(12 - 12.7062047, absolute=0.01),
    "autodiff.1": listed("number", -2, -1),
    "autodiff.3": listed("number", 1, 2),
    "autodiff.4": listed("number", 2, 0),
    "audit.1": listed("number", Fraction(1, 50000), Fraction(-1, 20)),
    "audit.5": listed("word", "right", "batch", "twice", options=TESTS),
    "maxout.2": listed("truth value", True, False, False, True, False, True),
    "maxout.3": number(sp.Rational(1, 8)),
    "maxout.4": listed("number", -6, 26, 0),
    "maxout.5": listed("number", 0, 0, 1, -6),
    "smooth.1": listed("formula", sp.S.One, sp.S.NegativeOne),
    "smooth.2": listed("number", -92.8817, -6.2383, absolute=0.05),
    "smooth.3": Truth("formula", sp.log(2) / sp.Symbol("beta", positive=True)),
    "smooth.4": number(10397.2, relative=0.01),
    "smooth.5": listed("number", -1.278465, -0.278465, absolute=0.001),
    "recurrent.1": number(math.exp(-math.log(100) / 100), absolute=0.0002),
    "recurrent.2": listed("word", "grows", "shrinks", "stays", "shrinks", options=("grows", "stays", "shrinks")),
    "recurrent.4": number(Fraction(1, 6), absolute=0.0005),
    "maxout_training.1": listed("number", 0.2, 0.1, -1, absolute=1e-6),
    "maxout_training.3": listed("number", 0, 2),
    "maxout_training.4": listed("number", 68170, 13130),
    "comparison.1": number(5 / 6, absolute=0.002),
    "comparison.2": number(34),
    "comparison.4": number(3),
}


def hull_weights(w: list[float]) -> bool:
    """Whether w ≥ 0, Σ w = 1 and Σ wᵢ·cellᵢ = (½, ¼, −¼) for the cells (0,0,0), (1,0,−1), (1,1,0), (2,1,−1)."""
    sums = (sum(w) - 1, w[1] + w[2] + 2 * w[3] - 0.5, w[2] + w[3] - 0.25, -w[1] - w[3] + 0.25)
    return min(w) >= -1e-9 and all(abs(entry) <= 1e-9 for entry in sums)


def same_number(value: Any, truth: Truth) -> bool:
    """By mpmath, without the borderline: what is nearer to it than a thousandth of the tolerance is not asked."""
    with mpmath.workdps(40):
        off = abs(mpmath.mpf(sp.N(value, 40)) - mpmath.mpf(sp.N(truth.value, 40)))
        allowed = max(truth.absolute, truth.relative * abs(mpmath.mpf(sp.N(truth.value, 40))))
        return bool(off <= allowed)


def same_formula(value: sp.Expr, truth: sp.Expr) -> bool:
    """At twenty random points of the symbols' domain, in 30 digits."""
    rng = np.random.default_rng(5)
    names = {symbol.name for symbol in truth.free_symbols}
    if {symbol.name for symbol in value.free_symbols} - names and not names:
        return False
    for _ in range(20):
        point = {}
        for symbol in value.free_symbols | truth.free_symbols:
            positive = any(other.name == symbol.name and other.is_positive for other in truth.free_symbols)
            size = sp.Rational(int(rng.integers(1, 900)), 173)
            point[symbol] = size if positive or rng.random() < 0.5 else -size
        by_name = {symbol.name: number for symbol, number in point.items()}
        sides = [side.subs({symbol: by_name[symbol.name] for symbol in side.free_symbols}) for side in (value, truth)]
        left, right = (sp.N(side, 30) for side in sides)
        if not (left.is_number and right.is_number) or left.has(sp.nan, sp.zoo, sp.oo):
            return False
        if abs(left - right) > sp.Float("1e-12") * (1 + abs(right)):
            return False
    return True


PLAIN = (int, float, Fraction, Decimal, np.integer, np.floating, mpmath.mpf)


def is_right(truth: Truth, answer: Any) -> bool:
    """Whether an answer, of whatever kind, is a right one; what cannot even be asked is not."""
    try:
        with np.errstate(all="ignore"):
            return _is_right(truth, answer)
    except Exception:
        return False


def _is_right(truth: Truth, answer: Any) -> bool:
    if truth.kind == "special":
        entries = answer if isinstance(answer, (list, tuple)) else ()
        return all(_is_number(entry) for entry in entries) and truth.value([float(entry) for entry in entries])
    if truth.kind == "list":
        if isinstance(answer, str) and {part.kind for part in truth.value} == {"word"}:
            return answer.casefold() == "".join(part.value for part in truth.value).casefold()
        if not isinstance(answer, (list, tuple)) and not (isinstance(answer, np.ndarray) and answer.ndim == 1):
            return False
        return len(answer) == len(truth.value) and all(map(_is_right, truth.value, answer))
    if isinstance(answer, np.ndarray) and answer.shape == ():
        answer = answer[()]
    if truth.kind == "number":
        return _is_number(answer) and same_number(answer, truth)
    if truth.kind == "formula":
        return _is_formula(answer) and same_formula(sp.sympify(answer), truth.value)
    if truth.kind == "truth value":
        told = (
            str(answer).strip().casefold()
            if isinstance(answer, (str, bool, np.bool_, sp.logic.boolalg.BooleanAtom))
            else ""
        )
        return told == str(truth.value).casefold() or (_is_number(answer) and answer == int(truth.value))
    if truth.kind == "word":
        return isinstance(answer, str) and answer.casefold().split() == truth.value.casefold().split()
    return _same_set(answer, truth.value)


def _is_number(answer: Any) -> bool:
    if isinstance(answer, (bool, np.bool_)):
        return False
    if isinstance(answer, Decimal) and (not answer.is_finite() or abs(answer.adjusted()) > 400):
        return False
    if isinstance(answer, PLAIN):
        return bool(abs(answer) < 1e300)
    if not isinstance(answer, sp.Expr) or not answer.is_number or answer.is_real is not True:
        return False
    return bool(abs(sp.N(answer, 5)) < 1e300)


def _is_formula(answer: Any) -> bool:
    kinds = (sp.Lambda, sp.MatrixExpr, sp.Order, sp.Integral, sp.AccumBounds)
    if isinstance(answer, sp.Expr):
        return not isinstance(answer, kinds) and len(str(answer)) < 500 and not answer.has(sp.oo, sp.zoo, sp.nan)
    return _is_number(answer)


def _same_set(answer: Any, truth: sp.Set) -> bool:
    """By what they contain, on a grid and close to all ends."""
    if isinstance(answer, (set, frozenset)):
        entries = list(answer)
        if not all(map(_is_number, entries)):
            return False
        answer = sp.FiniteSet(*entries)
    elif isinstance(answer, (list, tuple, np.ndarray)):
        entries = list(answer) if np.ndim(np.array(answer, dtype=object)) == 1 else [None]
        if not all(map(_is_number, entries)) or (len(entries) == 2 and entries[0] > entries[1]):
            return False
        answer = sp.Interval(*entries) if len(entries) == 2 else sp.FiniteSet(*entries)
    elif _is_number(answer):
        answer = sp.FiniteSet(answer)
    if not isinstance(answer, sp.Set) or answer.free_symbols or isinstance(answer, (sp.ImageSet, sp.ConditionSet)):
        return False
    tiny = sp.Rational(1, 2 * 10**6)
    ends = (
        [end for each in (answer, truth) for end in each.boundary if end.is_finite]
        if answer.boundary.is_FiniteSet
        else []
    )
    near = [end + move for end in ends for move in (-tiny, 0, tiny)]
    far = [sp.Rational(k, 3) for k in range(-16, 32, 4)] + [sp.Integer(10**6), sp.Integer(-(10**6))]
    return all(bool(answer.contains(p)) == bool(truth.contains(p)) for p in (*near, *far))
