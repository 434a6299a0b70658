"""Does an answer of the course contradict numbers? A limit is judged by values at four scales down to 1e-310.

A `Trend` is what values show as h → 0+: they settle, grow without a bound, swing without end, creep in one direction,
or are undefined. Each is known only if enclosures at enough digits say so; everything else is "unknown", and an unknown
trend contradicts nothing. All distances are relative to how still the values stand, never absolute: 0 is no limit of
values that stand still at 1e-300, and a number with a billion digits no infinity.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import sympy as sp

from benchmarks.enclosure import Enclosure, Unclear, Undefined, Value, add, divide, enclose, evaluate, multiply

EXPONENTS = (20, 50, 125, 310)
_SHARES = (97654321, 61803399, 38196601, 14285719)  # of 10**8, descending and not round
_DIGITS = 60  # in which a value is known, relative to its size
_MOST_DIGITS = 4_000
Thunk = Callable[[], Value]


def known(value: Thunk, digits: int) -> Any:
    """The value as a number that is right in 60 digits, `None` where it is undefined, or `Unclear`."""
    while True:
        with mpmath.workdps(digits):
            try:
                result = value()
            except Undefined:
                return None
            except Unclear:
                result = None
            if result is not None:
                inside = enclose(result)
                size = min(abs(inside.low), abs(inside.high))
                if isinstance(result, Fraction) or inside.high - inside.low <= size * mpmath.mpf(10) ** -_DIGITS:
                    return inside.low
                if inside.low >= 0 and inside.high < mpmath.ldexp(1, -(1 << 60)):
                    return inside.high  # smaller than anything here, and above 0
        digits *= 2
        if digits > _MOST_DIGITS:
            raise Unclear(f"{digits // 2} digits do not tell the value")


@dataclass(frozen=True)
class Trend:
    """`kind` is "settles", "grows", "swings", "creeps", "undefined" or "unknown".

    `last` was seen last, `reach` says how far from it a limit may be, `values` are all that were seen.
    """

    kind: str
    last: Any = None
    reach: Any = None
    values: tuple[Any, ...] = ()


def increments(exponents: Iterable[int] = EXPONENTS) -> list[list[Fraction]]:
    """Irregular, descending h > 0 for each scale."""
    return [[Fraction(share, 10 ** (exponent + 8)) for share in _SHARES] for exponent in exponents]


def trend(at: Callable[[Fraction], Value], exponents: tuple[int, ...] = EXPONENTS, digits_each: int = 1) -> Trend:
    """How `at(h)` behaves as h → 0+; at h = 10^−k it is evaluated with at least `digits_each`·k + 100 digits."""
    groups: list[list[Any]] = []
    try:
        for exponent, steps in zip(exponents, increments(exponents), strict=True):
            groups.append([known(lambda h=h: at(h), digits_each * exponent + 100) for h in steps])  # type: ignore[misc]
    except Unclear:
        return Trend("unknown")
    values = [value for group in groups for value in group]
    if all(value is None for value in values):
        return Trend("undefined")
    if any(value is None for value in values):
        return Trend("unknown")
    with mpmath.workdps(2 * _DIGITS):
        return _classify(groups, tuple(values))


def _classify(groups: list[list[Any]], values: tuple[Any, ...]) -> Trend:
    last = values[-1]
    spans = [max(a + b) - min(a + b) for a, b in pairwise(groups)]
    standstill = abs(last) * mpmath.mpf(10) ** (5 - _DIGITS)
    if spans[-1] <= max(spans[-2] / 1000, standstill):
        return Trend("settles", last, 10 * spans[-1] + standstill, values)
    if _grows(groups):
        return Trend("grows", last, None, values)
    changes = [mpmath.sign(b - a) for a, b in pairwise(values)]
    if len(set(changes)) == 1:
        return Trend("creeps", last, None, values)
    turns = sum(a * b < 0 for a, b in pairwise(changes))
    spreads = [max(group) - min(group) for group in groups]
    if turns >= 5 and min(spreads[-2:]) > max(spreads[:2]) / 5:
        return Trend("swings", last, None, values)
    return Trend("unknown", last, None, values)


def _grows(groups: list[list[Any]]) -> bool:
    """One sign, and a size whose growth from scale to scale, a factor of 1.25 or more, does not slacken."""
    if len({mpmath.sign(value) for group in groups[1:] for value in group}) != 1:
        return False
    sizes = [[abs(value) for value in group] for group in groups]
    factors = [min(b) / max(a) if max(a) else mpmath.inf for a, b in pairwise(sizes)]
    return min(factors) > 1.25 and mpmath.log(factors[-1]) > mpmath.log(factors[-2]) / 2


def jumps(seen: Trend) -> bool:
    """Does a quotient (f(x0 ± h) − f(x0))/±h grow as 1/h does? Then f jumps, perhaps by less than 60 digits show."""
    if seen.kind != "grows":
        return False
    scales = EXPONENTS[-1] - EXPONENTS[-2]
    with mpmath.workdps(_DIGITS):
        return bool(abs(mpmath.log10(seen.values[-1] / seen.values[-1 - len(_SHARES)]) - scales) < mpmath.mpf("1e-9"))


def contradicts(answer: Any, seen: Trend, dense: Callable[[], list[Any]] | None = None) -> bool | None:
    """`True` where the answer, a number, ±oo or AccumBounds, cannot be the limit; `False` where it fits; else `None`.

    `dense` gives many values near the point, by which the two ends of an oscillation are judged; without it the
    function is one that cannot swing.
    """
    if seen.kind == "unknown":
        return None
    if seen.kind == "undefined":
        return True
    if isinstance(answer, sp.AccumBounds):
        return _contradicts_bounds(answer, seen, dense)
    if answer in (sp.oo, -sp.oo):
        up = answer == sp.oo
        if seen.kind == "creeps":
            rising = seen.values[-1] > seen.values[0]
            return True if rising != up else None
        return seen.kind != "grows" or (seen.last > 0) != up
    try:
        claimed = number(answer)
    except Unclear:
        return None
    if claimed is None:
        return True
    with mpmath.workdps(2 * _DIGITS):
        if seen.kind == "settles":
            return bool(abs(claimed - seen.last) > seen.reach + abs(claimed) * mpmath.mpf(10) ** (5 - _DIGITS))
        if seen.kind == "creeps":
            away = [abs(value - claimed) for value in seen.values]
            if all(b > a for a, b in pairwise(away)):
                return True
            parts = [max(away[i : i + len(_SHARES)]) for i in range(0, len(away), len(_SHARES))]
            return False if all(b < mpmath.mpf("0.6") * a for a, b in pairwise(parts)) else None
    return True


def _contradicts_bounds(answer: Any, seen: Trend, dense: Callable[[], list[Any]] | None) -> bool | None:
    try:
        low, high = (end if end.is_infinite else number(end) for end in (answer.min, answer.max))
    except Unclear:
        return None
    ends = [mpmath.inf * (1 if end == sp.oo else -1) if isinstance(end, sp.Expr) else end for end in (low, high)]
    if None in ends:
        return True
    values = list(seen.values)
    if seen.kind == "swings" and dense is not None:
        try:
            values += dense()
        except Unclear:
            return None
    slack = mpmath.mpf("1e-9") * max(abs(value) for value in values[-8:])
    if any(value < ends[0] - slack or value > ends[1] + slack for value in values[8:]):
        return True
    if dense is None and answer.min != answer.max:
        return True
    # Where an oscillation is invisible at a few points, as in (1 + sin(1/h))/h, nothing more is known.
    if seen.kind != "swings" or len(values) < 100 or mpmath.inf in map(abs, ends):
        return None
    return bool(max(values[16:]) - min(values[16:]) < mpmath.mpf("0.8") * (ends[1] - ends[0]))


def dense_values(at: Callable[[Fraction], Value], count: int = 300) -> list[Any]:
    """Values at many points spread evenly over log h from 1e-12 to 1e-40."""
    golden = mpmath.mpf("0.6180339887498948482")
    found = []
    for j in range(1, count + 1):
        exponent = 12 + 28 * (j * golden % 1)
        h = Fraction(int(mpmath.mpf(10) ** (60 - exponent)), 10**60)
        found.append(known(lambda h=h: at(h), 120))  # type: ignore[misc]
    if None in found:
        raise Unclear("undefined at some points")
    return found


def number(answer: Any) -> Any:
    """An exact answer in 60 digits and more, `None` where it is no real number."""
    try:
        return known(lambda: evaluate(answer), 150)
    except Unclear:
        pass
    # SymPy turns into digits what the evaluator does not know, such as the root of a polynomial.
    digits = sp.N(answer, 100)
    if digits.is_Float and abs(digits) > sp.Float("1e-60"):
        with mpmath.workdps(100):
            return mpmath.mpf(digits)
    raise Unclear(f"{answer} is not told from 0")


# What is asked of a function f at x0.


def beside(expr: Any, variable: Any, x0: Any, side: str) -> Callable[[Fraction], Value]:
    """h ↦ f(x0 ± h)."""
    sign = 1 if side == "+" else -1
    return lambda h: evaluate(expr, variable, add(evaluate(x0), sign * h))


def quotient(expr: Any, variable: Any, x0: Any, side: str) -> Callable[[Fraction], Value]:
    """h ↦ (f(x0 ± h) − f(x0)) / ±h."""
    sign, near = (1 if side == "+" else -1), beside(expr, variable, x0, side)

    def at(h: Fraction) -> Value:
        start = evaluate(expr, variable, evaluate(x0))
        return divide(add(near(h), multiply(Fraction(-1), start)), sign * h)

    return at


def slope(expr: Any, variable: Any, x0: Any, side: str) -> Callable[[Fraction], Value]:
    """h ↦ f'(x0 ± h), by the chord to a point nearer by h⁴/10²⁰ or less."""
    sign, near = (1 if side == "+" else -1), beside(expr, variable, x0, side)

    def at(h: Fraction) -> Value:
        step = h**4 / 10**20
        return divide(add(near(h + step), multiply(Fraction(-1), near(h))), sign * step)

    return at


def value(expr: Any, variable: Any, x0: Any) -> Any:
    """f(x0) in 60 digits, `None` where it is undefined, or `Unclear`."""
    return known(lambda: evaluate(expr, variable, evaluate(x0)), 150)


def differs(answer: Any, expected: Any) -> bool | None:
    """Is an exact answer another number than the expected one (`None` for undefined)?"""
    try:
        given = None if answer is None else number(answer)
    except Unclear:
        return None
    if given is None or expected is None:
        return given is not expected
    with mpmath.workdps(2 * _DIGITS):
        return bool(abs(given - expected) > mpmath.mpf(10) ** (5 - _DIGITS) * max(abs(given), abs(expected)))


def float_enclosure(expr: Any, variable: Any, x: float | Fraction) -> Enclosure | None:
    """What a careful float64 program may return for f(x): the value's enclosure in 53 bits, and room for other forms.

    A float stands for itself and its neighbours, a fraction for itself alone. `None` where 53 bits do not tell.
    """
    with mpmath.workprec(53):
        point: Value = x if isinstance(x, Fraction) else _with_neighbours(mpmath.mpf(x))
        try:
            inside = enclose(evaluate(expr, variable, point))
        except (Undefined, Unclear):
            return None
        room = 16 * (inside.high - inside.low) + mpmath.mpf("1e-300")
        return Enclosure(inside.low - room, inside.high + room)


def _with_neighbours(x: Any) -> Enclosure:
    reach = 8 * abs(x) * mpmath.eps
    return Enclosure(x - reach, x + reach)
