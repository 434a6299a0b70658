"""The limit of a smooth expression as the increment h → 0+, by two methods that must agree.

`limit_at_zero`, which every limit in this package goes through, asks both:

- the first is symbolic: `by_continuity` puts in the limits of the parts, and `symbolic_limit` asks SymPy;
- the second is `confirm`, which compares a proposed limit with what `investigate` finds in numbers of hundreds of
  digits, without any symbolic help. The increments are irregular: a sequence such as 10**(-k) or 2**(-k) would meet
  sin(π/h) at its zeros only. They begin below the scale of the expression's own constants.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import mpmath
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds
from sympy.simplify.fu import TR8

from course_lib.calculus.arguments import assignments
from course_lib.calculus.effort import attempt
from course_lib.calculus.evaluation import has_long_powers, in_digits, mpmath_function
from course_lib.calculus.roots import real_zeros
from course_lib.calculus.verdict import LimitDisagreement, Undecided, UndecidedLimit

# A Dummy: no parameter of a learner's function, whatever its name, can be taken for the increment.
INCREMENT = sp.Dummy("h", positive=True)
_NOT_A_VALUE = (sp.Limit, sp.nan, sp.zoo, sp.oo, -sp.oo, sp.Order, AccumulationBounds, INCREMENT)
Function = Callable[[mpmath.mpf], mpmath.mpf]
EXPONENTS = (8, 16, 32, 64, 128)
_DEEPEST = 3000  # Beyond it, numbers would need too many digits.
_TOLERANCE = mpmath.mpf("1e-11")
_GOLDEN = mpmath.mpf("0.61803398874989484820458683436563811772")


def limit_at_zero(expr: sp.Expr, question: str, first: sp.Expr | None = None) -> sp.Expr:
    """lim expr as h → 0+, symbolic and confirmed by numbers, for every sample of the parameters.

    `first` is a symbolic candidate known from elsewhere; the others come from `by_continuity` and from SymPy's limits
    of several forms of expr. The first one that the numbers confirm is the answer; if there is none, the first one's
    error is raised.
    """
    samples = []
    for values in assignments(expr.free_symbols - {INCREMENT}):
        sample = expr.subs(values)
        samples.append((values, sample, investigate(mpmath_function(sample, INCREMENT), depth(sample))))
    failure: ArithmeticError = UndecidedLimit(question, "SymPy finds none", samples[0][2])
    for i, candidate in enumerate(_candidates(expr, first)):
        try:
            for values, sample, finding in samples:
                confirm(candidate.subs(values), finding, sample, question)
        except (LimitDisagreement, UndecidedLimit) as error:
            failure = failure if i else error
        else:
            return _shorter(candidate)
    raise failure


def _shorter(value: sp.Expr) -> sp.Expr:
    """cosh(log(1 + √2)) is √2."""
    if value.free_symbols or not value.has(sp.sinh, sp.cosh, sp.tanh) or has_long_powers(value):
        return value
    short = attempt(lambda: sp.simplify(value.rewrite(sp.exp)))
    return short if short is not None and short.count_ops() < value.count_ops() else value


def _candidates(expr: sp.Expr, first: sp.Expr | None) -> Iterator[sp.Expr]:
    if first is not None:
        yield first
    continued = attempt(lambda: by_continuity(expr))
    if continued is not None and not isinstance(continued, AccumulationBounds):
        yield continued
    if expr.has(sp.sin, sp.cos) and not expr.free_symbols - {INCREMENT}:
        swing = attempt(lambda: oscillation_range(expr))
        if swing is not None:
            yield sp.AccumBounds(*swing)
    for form in (lambda e: e, sp.expand, sp.simplify):
        rewritten = attempt(lambda form=form: form(expr))  # type: ignore[misc]
        candidate = None if rewritten is None else symbolic_limit(rewritten)
        if candidate is not None:
            yield candidate


# The first method: symbolic.


def by_continuity(expr: sp.Expr) -> sp.Expr | None:
    """The limit that follows from the limits of the parts where the outer function is continuous; `None` if none does.

    >>> by_continuity(sp.erfc(sp.tanh(1 / INCREMENT)))
    erfc(1)
    """
    if not expr.has(INCREMENT):
        return expr
    if expr == INCREMENT:
        return sp.S.Zero
    parts = [symbolic_limit(part) if (limit := by_continuity(part)) is None else limit for part in expr.args]
    if any(part is None for part in parts):
        return sp.AccumBounds(-1, 1) if isinstance(expr, (sp.sin, sp.cos)) else None
    if isinstance(expr, sp.Pow) and _wants_a_side(*parts):
        return None
    value = expr.func(*parts)
    # At 0 a logarithm or a negative power would need the side from which its argument comes.
    is_value = value in (sp.oo, -sp.oo) or (value.is_extended_real and not value.has(*_NOT_A_VALUE))
    return value if is_value or isinstance(value, AccumulationBounds) else None


def _wants_a_side(base: sp.Expr, exponent: sp.Expr) -> bool:
    return bool(base.is_zero is not False or base.is_extended_negative or (base == 1 and exponent.is_infinite))


def symbolic_limit(expr: sp.Expr) -> sp.Expr | None:
    """SymPy's limit of a smooth expression as h → 0+, or `None` where it is none of number, ±oo, `AccumBounds`."""
    if not expr.has(INCREMENT):
        return expr
    value = attempt(lambda: sp.limit(expr, INCREMENT, 0, "+"))
    if value is None or isinstance(value, AccumulationBounds) or value in (sp.oo, -sp.oo):
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
        agree = _confirm_infinite(candidate, finding, sample)
    else:
        agree = _confirm_finite(candidate, finding, sample)
    if agree is None:
        raise UndecidedLimit(question, candidate, finding)
    if not agree:
        raise LimitDisagreement(question, candidate, finding)


def _confirm_finite(candidate: sp.Expr, finding: "Finding", sample: sp.Expr) -> bool | None:
    """Numbers that settle must be the candidate, relative to their own size; only what shrinks with h tends to 0."""
    value = in_digits(candidate)
    if finding.kind == "vanishes":
        return value == 0 or (None if finding.low == finding.high == 0 else False)  # 0 may be too small a number.
    near = max(abs(finding.low - value), abs(finding.high - value)) <= mpmath.mpf("1e-9") * abs(value)
    return (finding.kind == "finite" and bool(near)) or _confirm_slow(candidate, finding, sample)


def _confirm_infinite(candidate: sp.Expr, finding: "Finding", sample: sp.Expr) -> bool | None:
    if finding.kind == "infinite":
        return (candidate == sp.oo) == (finding.low > 0)
    return _confirm_slow(candidate, finding, sample)


def _confirm_slow(candidate: sp.Expr, finding: "Finding", sample: sp.Expr) -> bool | None:
    """What changes with a tiny power of h may seem to stand still."""
    if finding.kind not in ("slow", "finite"):
        return False
    slowly = approaches(mpmath_function(sample, INCREMENT), candidate, depth(sample))
    return slowly or (None if finding.kind == "slow" else False)


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
    """The exact range where the limit depends on one sine or cosine, or both, of something infinite; else `None`.

    SymPy adds the ranges of several oscillating terms as if they could all be at their ends at once. A product of sine
    and cosine is a sine of twice the argument; a sum a·sin(w) + b·cos(w) swings by √(a² + b²).

    >>> oscillation_range(sp.sin(1 / INCREMENT) ** 2), oscillation_range(sp.sin(1 / INCREMENT) + sp.cos(1 / INCREMENT))
    ((0, 1), (-sqrt(2), sqrt(2)))
    """
    found = None
    for form in (expr, TR8(expr), sp.expand_trig(expr)):
        waves = [wave for wave in form.atoms(sp.sin, sp.cos) if _is_infinite(wave.args[0])]
        terms = {wave: sp.Dummy(f"s{i}", real=True) for i, wave in enumerate(waves)}
        limit = by_continuity(form.xreplace(terms)) if waves else None
        limit = symbolic_limit(form.xreplace(terms)) if waves and limit is None else limit
        if limit is None or limit.has(sp.oo, sp.zoo, sp.nan):
            continue
        used = {wave.func: terms[wave] for wave in waves if limit.has(terms[wave])}
        arguments = {wave.args[0] for wave in waves if limit.has(terms[wave])}
        if len(used) == len(arguments) == 1:
            return _ends(limit, next(iter(used.values())), [-sp.S.One, sp.S.One])
        if len(used) == 2 and len(arguments) == 1:
            found = found or (limit, used)
            if limit.is_polynomial(*used.values()) and sp.Poly(limit, *used.values()).total_degree() == 1:
                slopes, middle = [limit.coeff(s) for s in used.values()], limit.subs(dict.fromkeys(used.values(), 0))
                swing = sp.sqrt(sp.simplify(sum(slope**2 for slope in slopes)))
                return middle - swing, middle + swing
    if found is None:
        return None
    t = sp.Dummy("t", real=True)  # the tangent of half the angle; the cosine is −1 where there is none
    circle = {sp.sin: 2 * t / (1 + t**2), sp.cos: (1 - t**2) / (1 + t**2)}
    limit, used = found
    return _ends(limit.subs({s: circle[kind] for kind, s in used.items()}), t, [-sp.oo, sp.oo])


def _is_infinite(expr: sp.Expr) -> bool:
    limit = symbolic_limit(expr)
    return limit is not None and bool(limit.is_infinite)


def _ends(function: sp.Expr, s: sp.Symbol, between: list[sp.Expr]) -> tuple[sp.Expr, sp.Expr]:
    """The least and the greatest value of a function of s that is smooth but for Abs, with limits at infinite ends."""
    smooth, sizes = [function], list(function.atoms(sp.Abs))
    for size in sizes:
        smooth = [form.xreplace({size: sign * size.args[0]}) for form in smooth for sign in (1, -1)]
    critical = [sp.diff(form, s) for form in smooth] + [size.args[0] for size in sizes]
    inside = [zero for one in critical for zero in real_zeros(one, s, *between) or []]
    values = [function.subs(s, end) if end.is_finite else sp.limit(function, s, end) for end in between + inside]
    ordered = sorted(map(sp.simplify, values), key=in_digits)
    return ordered[0], ordered[-1]


@dataclass(frozen=True)
class Finding:
    """`kind` is "finite" (not 0), "vanishes", "infinite", "oscillates", "slow" or "no value"; low, high: seen last."""

    kind: str
    low: mpmath.mpf = mpmath.nan
    high: mpmath.mpf = mpmath.nan

    def __str__(self) -> str:
        if self.kind == "no value":
            return "no real value near the point"
        low, high = mpmath.nstr(self.low, 12), mpmath.nstr(self.high, 12)
        return f"{self.kind}, last seen {low}" if low == high else f"{self.kind}, last seen between {low} and {high}"


def depth(expr: sp.Expr) -> int:
    """How many powers of ten the numbers in expr span: h has to be smaller than what they may stand for together.

    >>> depth(sp.tanh(10**130 * INCREMENT)), depth(INCREMENT + sp.exp(-400))
    (130, 174)
    """
    powers = _powers_of_ten(expr)
    if powers > _DEEPEST:
        raise Undecided(f"the numbers in {expr} span more than {_DEEPEST} powers of ten")
    return powers


def _powers_of_ten(expr: sp.Basic) -> int:
    if expr.free_symbols or not isinstance(expr, sp.Expr) or expr in (sp.oo, -sp.oo, sp.nan):
        return sum(map(_powers_of_ten, set(expr.args)))
    size = abs(sp.N(expr, 15))
    return 0 if not size.is_comparable or size == 0 else abs(round(sp.log(size, 10).evalf(8)))


def investigate(q: Function, below: int = 0) -> Finding:
    """Classify q(h) as h → 0+: values at five scales from 1e-8 to 1e-128, and `below` that, with digits to spare."""
    groups = [values for exponent in EXPONENTS if (values := _values(q, below + exponent, 9))]
    if len(groups) < len(EXPONENTS):
        return Finding("no value")
    lows, highs = [min(group) for group in groups], [max(group) for group in groups]
    low, high = lows[-1], highs[-1]
    sizes = [max(abs(a), abs(b)) for a, b in zip(lows, highs, strict=True)]
    if all(b <= mpmath.mpf("1e-4") * a for a, b in pairwise(sizes[1:])):
        return Finding("vanishes", low, high)
    spreads = [b - a for a, b in zip(lows, highs, strict=True)]
    settled = max(spreads[-1], abs(high - highs[-2])) <= _TOLERANCE * sizes[-1]
    # A swing that is small beside a large constant does not die down, and is not a limit.
    if settled and spreads[-1] <= max(spreads[-2] / 10, sizes[-1] * mpmath.mpf("1e-40")):
        return Finding("finite", low, high)
    if (_grows(lows) and low > 0) or (_grows([-value for value in highs]) and high < 0):
        return Finding("infinite", low, high)
    lasting = min(spreads[-3:]) > mpmath.mpf("0.2") * max(spreads[:2])
    if lasting and not _monotone([value for group in groups for value in group]):
        return Finding("oscillates", *_range(q, below))
    return Finding("slow", low, high)


def approaches(q: Function, candidate: sp.Expr, below: int = 0) -> bool:
    """Does 1/distance to the candidate, or q itself to ±oo, keep growing each time the exponent of h doubles?

    It has to grow by a quarter each time, or by no less than the time before. This confirms limits that are reached
    as slowly as 1/log(h) or h**(1/1000), for which no value near the point comes close.

    >>> approaches(lambda h: 1 / mpmath.log(-mpmath.log(h)), sp.S.Zero)
    True
    """
    sizes = []
    for exponent in (16, 32, 64, 128, 256, 512, 1024):
        group = _values(q, below + exponent, 3)
        with mpmath.workdps(below + 60):
            if candidate.is_infinite:
                size = min(int(sp.sign(candidate)) * value for value in group or [mpmath.nan])
            else:
                distance = max(abs(value - in_digits(candidate, below + 60)) for value in group or [mpmath.nan])
                size = 1 / distance if distance else mpmath.nan
            sizes.append(size)
    with mpmath.workdps(below + 60):
        steps = [b - a for a, b in pairwise(sizes)]
        if all(b >= mpmath.mpf("1.25") * a > 0 for a, b in pairwise(sizes)):
            return True
        return steps[0] > 0 and all(b >= mpmath.mpf("0.95") * a for a, b in pairwise(steps))


def sign_by_numbers(expr: sp.Expr) -> int | None:
    """The sign of expr at all points tried near h = 0, for every sample of its parameters; `None` where it changes."""
    signs: set[int] = set()
    for values in assignments(expr.free_symbols - {INCREMENT}):
        sample = expr.subs(values)
        q, below = mpmath_function(sample, INCREMENT), depth(sample)
        for exponent in EXPONENTS[1:]:
            signs.update(int(mpmath.sign(value)) for value in _values(q, below + exponent, 9) or [mpmath.nan])
    return signs.pop() if len(signs) == 1 else None


def _values(q: Function, exponent: int, count: int) -> list[mpmath.mpf] | None:
    """q at `count` irregular, descending points between 10**-(exponent+1) and 10**-exponent."""
    shares = sorted((j * _GOLDEN % 1 for j in range(1, count + 1)), reverse=True)
    points = [mpmath.mpf(10) ** (-exponent) * (mpmath.mpf("0.1") + mpmath.mpf("0.9") * share) for share in shares]
    return _evaluate(q, points, exponent)


def _evaluate(q: Function, points: list[mpmath.mpf], exponent: int) -> list[mpmath.mpf] | None:
    """q at the points, with as many digits as it takes: a cancelling numerator may lose several times the exponent.

    What is only the noise of the last digits, and shrinks with them, is 0.
    """
    digits = 3 * exponent + 50
    for _ in range(3):
        ends = [(_at(q, points[0], d), _at(q, points[-1], d)) for d in (digits, 2 * digits)]
        if any(value is None for pair in ends for value in pair):
            return None
        pairs = list(zip(*ends, strict=True))
        if all(abs(a - b) <= mpmath.mpf("1e-20") * abs(b) for a, b in pairs):
            break
        noise = mpmath.mpf(10) ** (-digits // 2)
        if all(abs(a) <= noise and abs(b) <= noise**2 for a, b in pairs):
            return [mpmath.mpf(0)] * len(points)
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
    return all(b > mpmath.mpf("1.4") * a for a, b in pairwise(values[1:])) and values[-1] > 0


def _range(q: Function, below: int) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The range over 4000 points, spread evenly over log h, so that slow and fast oscillations are both met."""
    points = [mpmath.mpf(10) ** (-below - 8 - 56 * (j * _GOLDEN % 1)) for j in range(1, 4001)]
    values = _evaluate(q, points, below + 64) or [mpmath.nan]
    return min(values), max(values)
