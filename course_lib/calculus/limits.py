"""One-sided limits by two methods that must agree: SymPy proposes a limit, and high-precision numbers confirm it.

`one_sided_limit` picks the smooth branch beside the point, as a function of the increment h > 0. `limit_at_zero`, which
every limit in this package goes through, asks both methods about it:

- the first is `symbolic_limit`, SymPy's own limit;
- the second is `confirm`, which compares a proposed limit with what `investigate` finds in numbers of hundreds of
  digits, without any symbolic help. The increments are irregular: a sequence such as 10**(-k) or 2**(-k) would meet
  sin(π/h) at its zeros only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import mpmath
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus.arguments import assignments, check_real, check_side
from course_lib.calculus.evaluation import in_digits, mpmath_function, value_at
from course_lib.calculus.piecewise import PiecewiseFunction, as_piecewise
from course_lib.calculus.resolve import critical_functions
from course_lib.calculus.verdict import LimitDisagreement, UndecidedLimit

# A Dummy: no parameter of a learner's function, whatever its name, can be taken for the increment.
INCREMENT = sp.Dummy("h", positive=True)
_NOT_A_VALUE = (sp.Limit, sp.nan, sp.zoo, sp.oo, -sp.oo, sp.Order, AccumulationBounds, INCREMENT)
Function = Callable[[mpmath.mpf], mpmath.mpf]
EXPONENTS = (8, 16, 32, 64, 128)
_TOLERANCE = mpmath.mpf("1e-11")
_GOLDEN = mpmath.mpf("0.61803398874989484820458683436563811772")


def one_sided_limit(f: Any, x0: Any, side: str) -> sp.Expr:
    """lim f(x) as x → x0 from the left (`"-"`) or the right (`"+"`): a SymPy value, ±oo, or `AccumBounds`.

    f is a `PiecewiseFunction` or a SymPy expression with exactly one free symbol; x0 a real number. The side picks
    the smooth branch, SymPy takes its limit, and values with hundreds of digits must confirm it. Raises
    `LimitDisagreement` where the two differ, `UndecidedLimit` where they do not settle it, `ValueError` where f
    is not defined on that side.

    >>> x = sp.Symbol("x")
    >>> one_sided_limit(sp.sign(x), 0, "-"), one_sided_limit(sp.sign(x), 0, "+")
    (-1, 1)
    >>> one_sided_limit(sp.sin(1/x), 0, "+")
    AccumBounds(-1, 1)
    """
    f, x0, side = as_piecewise(f), check_real("x0", x0), check_side(side)
    question = f"the limit of f at {f.variable} = {x0}{side}"
    return limit_at_zero(near(f, x0, side), question, smooth_value(f.branch(x0, side), f.variable, x0))


def smooth_value(expr: sp.Expr, variable: sp.Symbol, x0: sp.Expr) -> sp.Expr | None:
    """expr at x0 if none of its nodes can switch, end or be singular there; a smooth function is its own limit."""
    real = sp.Symbol(variable.name, real=True)
    expr = expr.subs(variable, real)
    for node in sp.preorder_traversal(expr):
        if isinstance(node, sp.Expr) and node.has(real):
            for function in critical_functions(node, real):
                value = value_at(function, {real: x0})
                if value is None or not (value.is_positive or value.is_negative):
                    return None
    return value_at(expr, {real: x0})


def near(f: PiecewiseFunction, x0: sp.Expr, side: str) -> sp.Expr:
    """f(x0 ± h) as a smooth expression in the positive increment h, near h = 0."""
    branch = f.branch(x0, side)
    if branch is sp.nan:
        where = "left" if side == "-" else "right"
        accepted = f"a point of {f.domain} with more of it on that side"
        raise ValueError(f"x0: got {x0}, just {where} of which f is not defined; accepted is {accepted}")
    return branch.subs(f.variable, x0 - INCREMENT if side == "-" else x0 + INCREMENT)


def limit_at_zero(expr: sp.Expr, question: str, first: sp.Expr | None = None) -> sp.Expr:
    """lim expr as h → 0+, symbolic and confirmed by numbers, for every sample of the parameters.

    `first` is a symbolic candidate known from elsewhere; SymPy's limits of several forms of expr are the others. The
    first one that the numbers confirm is the answer; if there is none, the first one's error is raised.
    """
    samples = []
    for values in assignments(expr.free_symbols - {INCREMENT}):
        sample = expr.subs(values)
        samples.append((values, sample, investigate(mpmath_function(sample, INCREMENT))))
    failure: ArithmeticError = UndecidedLimit(question, "SymPy finds none", samples[0][2])
    for i, candidate in enumerate(_candidates(expr, first)):
        try:
            for values, sample, finding in samples:
                confirm(candidate.subs(values), finding, sample, question)
        except (LimitDisagreement, UndecidedLimit) as error:
            failure = failure if i else error
        else:
            return candidate
    raise failure


def _candidates(expr: sp.Expr, first: sp.Expr | None) -> Iterator[sp.Expr]:
    if first is not None:
        yield first
    for form in (lambda e: e, sp.expand, sp.simplify):
        candidate = symbolic_limit(form(expr))
        if candidate is not None:
            yield candidate


# The first method: symbolic.


def symbolic_limit(expr: sp.Expr) -> sp.Expr | None:
    """SymPy's limit of a smooth expression as h → 0+, or `None` where it is none of number, ±oo, `AccumBounds`."""
    if not expr.has(INCREMENT):
        return expr
    try:
        value = sp.limit(expr, INCREMENT, 0, "+")
    except (NotImplementedError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError):
        return None
    if isinstance(value, AccumulationBounds) or value in (sp.oo, -sp.oo):
        return value
    if value.has(AccumulationBounds) and sp.oo in value.args and not value.has(sp.nan, sp.zoo):
        # SymPy writes a growing oscillation as oo*sign(AccumBounds(a, b)).
        return sp.AccumBounds(-sp.oo, sp.oo)
    return value if value.is_extended_real and not value.has(*_NOT_A_VALUE) else None


# The second method: numbers.


def confirm(candidate: sp.Expr, finding: "Finding", sample: sp.Expr, question: str) -> None:
    """Return if the numbers confirm the proposed limit; raise `LimitDisagreement` or `UndecidedLimit` otherwise."""
    if finding.kind == "no value":
        raise UndecidedLimit(question, candidate, finding)
    if isinstance(candidate, AccumulationBounds):
        agree = _confirm_oscillation(candidate, finding, sample)
    elif candidate.is_infinite:
        agree = _confirm_infinite(candidate, finding)
    else:
        agree = _confirm_finite(candidate, finding, sample)
    if agree is None:
        raise UndecidedLimit(question, candidate, finding)
    if not agree:
        raise LimitDisagreement(question, candidate, finding)


def _confirm_finite(candidate: sp.Expr, finding: "Finding", sample: sp.Expr) -> bool | None:
    value = in_digits(candidate)
    if finding.kind == "finite":
        return bool(max(abs(finding.low - value), abs(finding.high - value)) <= mpmath.mpf("1e-9") * (1 + abs(value)))
    if finding.kind == "slow":
        return approaches(mpmath_function(sample, INCREMENT), value) or None
    return False


def _confirm_infinite(candidate: sp.Expr, finding: "Finding") -> bool | None:
    if finding.kind == "slow":
        return None
    return finding.kind == "infinite" and (candidate == sp.oo) == (finding.low > 0)


def _confirm_oscillation(candidate: AccumulationBounds, finding: "Finding", sample: sp.Expr) -> bool | None:
    """Bounds must be approached by numbers and, if they are finite, follow from one oscillating term."""
    if finding.kind == "slow":
        return None
    if finding.kind != "oscillates":
        return False
    for bound, seen in ((candidate.min, finding.low), (candidate.max, finding.high)):
        if bound.is_infinite:
            if abs(seen) < mpmath.mpf("1e6") or (seen > 0) != (bound == sp.oo):
                return False
        elif abs(seen - in_digits(bound)) > mpmath.mpf("0.002") * (finding.high - finding.low):
            return False
    finite = candidate.min.is_finite and candidate.max.is_finite
    return True if not finite or oscillation_range(sample) == (candidate.min, candidate.max) else None


def oscillation_range(expr: sp.Expr) -> tuple[sp.Expr, sp.Expr] | None:
    """The exact range where the limit depends on one sine or cosine of something infinite, and linearly; else `None`.

    SymPy adds the ranges of several oscillating terms as if they could all be at their ends at once.
    """
    waves = [
        w for w in expr.atoms(sp.sin, sp.cos) if (inner := symbolic_limit(w.args[0])) is not None and inner.is_infinite
    ]
    terms = {wave: sp.Dummy(f"s{i}", real=True) for i, wave in enumerate(waves)}
    limit = symbolic_limit(expr.xreplace(terms)) if waves else None
    if limit is None or len(limit.free_symbols) != 1:
        return None
    used = list(limit.free_symbols)
    if not limit.is_polynomial(*used) or not sp.Poly(limit, *used).is_linear:
        return None
    ends = sorted((limit.subs(used[0], end) for end in (-1, 1)), key=lambda end: in_digits(end))
    return ends[0], ends[1]


@dataclass(frozen=True)
class Finding:
    """`kind` is "finite", "infinite", "oscillates", "slow" or "no value"; `low` and `high` were seen last."""

    kind: str
    low: mpmath.mpf = mpmath.nan
    high: mpmath.mpf = mpmath.nan

    def __str__(self) -> str:
        if self.kind == "no value":
            return "no real value near the point"
        low, high = mpmath.nstr(self.low, 12), mpmath.nstr(self.high, 12)
        return f"{self.kind}, last seen {low}" if low == high else f"{self.kind}, last seen between {low} and {high}"


def investigate(q: Function) -> Finding:
    """Classify q(h) as h → 0+: values are taken at five scales from 1e-8 to 1e-128, with digits to spare."""
    groups = [values for exponent in EXPONENTS if (values := _values(q, exponent, 9))]
    if len(groups) < len(EXPONENTS):
        return Finding("no value")
    lows, highs = [min(group) for group in groups], [max(group) for group in groups]
    low, high = lows[-1], highs[-1]
    scale = 1 + abs(high)
    if high - low <= _TOLERANCE * scale and abs(high - highs[-2]) <= _TOLERANCE * scale:
        return Finding("finite", low, high)
    if (_grows(lows) and low > 0) or (_grows([-value for value in highs]) and high < 0):
        return Finding("infinite", low, high)
    spreads = [b - a for a, b in zip(lows, highs, strict=True)]
    lasting = min(spreads[-3:]) > mpmath.mpf("0.2") * max(spreads[:2]) and spreads[-1] > _TOLERANCE
    if lasting and not _monotone([value for group in groups for value in group]):
        return Finding("oscillates", *_range(q))
    return Finding("slow", low, high)


def approaches(q: Function, candidate: mpmath.mpf) -> bool:
    """True if the distance to the candidate keeps shrinking by a fifth or more each time the exponent of h doubles.

    This confirms limits that are reached as slowly as 1/log(h), for which no value near the point comes close.
    """
    distances = []
    for exponent in (16, 32, 64, 128, 256, 512, 1024):
        group = _values(q, exponent, 3)
        if group is None:
            return False
        distances.append(max(abs(value - candidate) for value in group))
    return all(b <= mpmath.mpf("0.8") * a for a, b in pairwise(distances))


def _values(q: Function, exponent: int, count: int) -> list[mpmath.mpf] | None:
    """q at `count` irregular, descending points between 10**-(exponent+1) and 10**-exponent."""
    shares = sorted((j * _GOLDEN % 1 for j in range(1, count + 1)), reverse=True)
    points = [mpmath.mpf(10) ** (-exponent) * (mpmath.mpf("0.1") + mpmath.mpf("0.9") * share) for share in shares]
    return _evaluate(q, points, exponent)


def _evaluate(q: Function, points: list[mpmath.mpf], exponent: int) -> list[mpmath.mpf] | None:
    """q at the points, with as many digits as it takes: a cancelling numerator may lose several times the exponent."""
    digits = 3 * exponent + 50
    for _ in range(3):
        ends = [(_at(q, points[0], d), _at(q, points[-1], d)) for d in (digits, 2 * digits)]
        if any(value is None for pair in ends for value in pair):
            return None
        if all(abs(a - b) <= mpmath.mpf("1e-20") * (1 + abs(b)) for a, b in zip(*ends, strict=True)):
            break
        digits *= 2
    else:
        return None
    values = [_at(q, h, digits) for h in points]
    return None if any(value is None for value in values) else values


def _at(q: Function, h: mpmath.mpf, digits: int) -> mpmath.mpf | None:
    with mpmath.workdps(digits):
        try:
            value = q(+h)
        except (ArithmeticError, ValueError, TypeError, NotImplementedError):
            return None
        if isinstance(value, int):
            value = mpmath.mpf(value)
        return value if isinstance(value, mpmath.mpf) and not mpmath.isnan(value) else None


def _monotone(values: list[mpmath.mpf]) -> bool:
    changes = [b - a for a, b in pairwise(values)]
    return all(change >= 0 for change in changes) or all(change <= 0 for change in changes)


def _grows(values: list[mpmath.mpf]) -> bool:
    return all(b > mpmath.mpf("1.4") * a for a, b in pairwise(values[1:])) and values[-1] > 3


def _range(q: Function) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The range over 600 points, spread evenly over log h, so that slow and fast oscillations are both met."""
    points = [mpmath.mpf(10) ** (-8 - 56 * (j * _GOLDEN % 1)) for j in range(1, 601)]
    values = _evaluate(q, points, 64) or [mpmath.nan]
    return min(values), max(values)
