"""What high-precision numbers say of a limit at 0 from the right, without any symbolic help.

The increments are irregular: a sequence such as 10**(-k) or 2**(-k) would meet sin(π/h) at its zeros only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import mpmath

Function = Callable[[mpmath.mpf], mpmath.mpf]
EXPONENTS = (8, 16, 32, 64, 128)
_TOLERANCE = mpmath.mpf("1e-11")
_GOLDEN = mpmath.mpf("0.61803398874989484820458683436563811772")


@dataclass(frozen=True)
class Finding:
    """``kind`` is "finite", "infinite", "oscillates", "slow" or "no value"; ``low`` and ``high`` were seen last."""

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
    groups = [_values(q, exponent, 9) for exponent in EXPONENTS]
    if any(group is None for group in groups):
        return Finding("no value")
    lows, highs = [min(group) for group in groups if group], [max(group) for group in groups if group]
    low, high = lows[-1], highs[-1]
    scale = 1 + abs(high)
    if high - low <= _TOLERANCE * scale and abs(high - highs[-2]) <= _TOLERANCE * scale:
        return Finding("finite", low, high)
    if _grows(lows) and low > 0:
        return Finding("infinite", low, high)
    if _grows([-h for h in highs]) and high < 0:
        return Finding("infinite", low, high)
    spreads = [h - a for a, h in zip(lows, highs, strict=True)]
    lasting = min(spreads[-3:]) > mpmath.mpf("0.2") * max(spreads[:2]) and spreads[-1] > _TOLERANCE
    if lasting and not _monotone([value for group in groups for value in group or []]):
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
    """q at ``count`` irregular, descending points between 10**-(exponent+1) and 10**-exponent."""
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
