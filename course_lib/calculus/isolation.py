"""All zeros of a function on an interval, each in an interval of its own, with a proof that there are no others.

`enclosure` bounds the values of an expression on an interval. Where the bounds of a derivative exclude 0, the signs of
the lower derivatives at one end decide the function's sign on the interval; where the first derivative excludes 0, the
function has one zero at most. `isolate` halves intervals until each is decided in one of these ways. Source: Ramon E.
Moore, R. Baker Kearfott and Michael J. Cloud, *Introduction to Interval Analysis*, 2009, chapter 5.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, pairwise

import mpmath
import sympy as sp

from course_lib.calculus.evaluation import Zero, in_digits, mpmath_function
from course_lib.calculus.verdict import Undecided

Bounds = tuple[mpmath.mpf, mpmath.mpf]
Sign = Callable[[sp.Expr], int]
DIGITS = 60
ORDERS = 5  # derivatives that are asked for a sign
MOST_PIECES = 600
NARROWEST = mpmath.mpf("1e-12")
FARTHEST = 2**12
SAME = mpmath.mpf("1e-45")
_SLACK = mpmath.mpf("1e-50")
_RISING = (sp.exp, sp.sinh, sp.tanh, sp.atan, sp.asinh, sp.asin, sp.acosh, sp.atanh, sp.erf)
_FALLING = (sp.acos, sp.erfc)
_REAL_ON = {sp.asin: (-1, 1), sp.acos: (-1, 1), sp.atanh: (-1, 1), sp.acosh: (1, mpmath.inf)}
_LARGEST = mpmath.mpf(10) ** 5000


class NoBounds(ArithmeticError):
    """The expression has a pole on the interval, or is not real on all of it."""


def enclosure(expr: sp.Expr, x: sp.Symbol, on: Bounds) -> Bounds:
    """Bounds of all values of expr for x in an interval, whose ends may be infinite; `NoBounds` where it is not real.

    >>> x = sp.Symbol("x", real=True)
    >>> enclosure(sp.cos(x) + x, x, (mpmath.mpf(2), mpmath.inf))
    (mpf('1.0'), mpf('+inf'))
    """
    if expr == x:
        return on
    if not expr.has(x):
        value = in_digits(expr, DIGITS)
        return _wider(value, value)
    parts = [enclosure(part, x, on) for part in expr.args]
    if isinstance(expr, sp.Add):
        return _wider(_sum([low for low, _ in parts], -mpmath.inf), _sum([high for _, high in parts], mpmath.inf))
    if isinstance(expr, sp.Mul):
        product = parts[0]
        for factor in parts[1:]:
            corners = [mpmath.mpf(0) if 0 in (a, b) else a * b for a in product for b in factor]
            product = min(corners), max(corners)
        return _wider(*product)
    if isinstance(expr, sp.Pow):
        return _power(expr, parts[0], parts[1])
    (low, high), kind = parts[0], expr.func
    if kind in _REAL_ON:
        low, high = max(low, _REAL_ON[kind][0]), min(high, _REAL_ON[kind][1])
    if kind in _RISING:
        return _wider(_at(getattr(mpmath, kind.__name__), low), _at(getattr(mpmath, kind.__name__), high))
    if kind in _FALLING:
        return _wider(_at(getattr(mpmath, kind.__name__), high), _at(getattr(mpmath, kind.__name__), low))
    if kind is sp.log:
        return _log(low, high)
    if kind is sp.cosh:
        far, near = max(abs(low), abs(high)), mpmath.mpf(0) if low <= 0 <= high else min(abs(low), abs(high))
        return _wider(_at(mpmath.cosh, near), _at(mpmath.cosh, far))
    if kind in (sp.sin, sp.cos):
        return _wave(low + (mpmath.pi / 2 if kind is sp.cos else 0), high + (mpmath.pi / 2 if kind is sp.cos else 0))
    raise NoBounds


def _wider(low: mpmath.mpf, high: mpmath.mpf) -> Bounds:
    return low - abs(low) * _SLACK if mpmath.isfinite(low) else low, (
        high + abs(high) * _SLACK if mpmath.isfinite(high) else high
    )


def _sum(ends: list[mpmath.mpf], infinite: mpmath.mpf) -> mpmath.mpf:
    return infinite if infinite in ends else mpmath.fsum(ends)


def _at(function: Callable[[mpmath.mpf], mpmath.mpf], end: mpmath.mpf) -> mpmath.mpf:
    """A monotone function at an end; infinity stands for what is too large to be written down."""
    if abs(end) > _LARGEST or (function in (mpmath.exp, mpmath.sinh, mpmath.cosh) and abs(end) > 10**6):
        end = mpmath.sign(end) * mpmath.inf
    value = function(end)
    if not isinstance(value, mpmath.mpf) or mpmath.isnan(value):
        raise NoBounds
    return value


def _log(low: mpmath.mpf, high: mpmath.mpf) -> Bounds:
    if high <= 0:
        raise NoBounds
    # Below 0 the argument can only seem to be: the function is real on the interval.
    return _wider(-mpmath.inf if low <= 0 else mpmath.log(low), mpmath.log(high))


def _power(expr: sp.Pow, base: Bounds, exponent: Bounds) -> Bounds:
    low, high = base
    if expr.exp.is_Integer:
        n = int(expr.exp)
        if n < 0 and low <= 0 <= high:
            raise NoBounds
        ends = [mpmath.mpf(0) if n < 0 and mpmath.isinf(end) else end**n for end in (low, high)]
        if n > 0 and n % 2 == 0 and low < 0 < high:
            ends.append(mpmath.mpf(0))
        return _wider(min(ends), max(ends))
    logs = _log(low, high)
    corners = [mpmath.mpf(0) if 0 in (a, b) else a * b for a in logs for b in exponent]
    return _wider(_at(mpmath.exp, min(corners)), _at(mpmath.exp, max(corners)))


def _wave(low: mpmath.mpf, high: mpmath.mpf) -> Bounds:
    """The values of the sine on an interval."""
    if not high - low < 2 * mpmath.pi:
        return mpmath.mpf(-1), mpmath.mpf(1)
    quarter = mpmath.pi / 2
    crests = [mpmath.floor((high - offset) / (4 * quarter)) - mpmath.ceil((low - offset) / (4 * quarter)) >= 0
              for offset in (quarter, -quarter)]  # fmt: skip
    ends = (mpmath.sin(low), mpmath.sin(high))
    one = mpmath.mpf(1)
    return _wider(-one if crests[1] else min(ends), one if crests[0] else max(ends))


def isolate(d: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr, sign: Sign) -> list[sp.Expr]:
    """The zeros of a smooth d(x) with low < x < high, in ascending order, and no others; `Undecided` otherwise.

    `sign` decides the sign of an exact number. A zero is a `Zero`, or a simple exact number where one fits.
    """
    orders = [d]
    for _ in range(ORDERS):
        orders.append(sp.diff(orders[-1], x))
    with mpmath.workdps(DIGITS):
        search = _Search(orders, x, low, high, sign)
        return sorted(search.zeros(), key=lambda zero: in_digits(zero, DIGITS))


class _Search:
    def __init__(self, orders: list[sp.Expr], x: sp.Symbol, low: sp.Expr, high: sp.Expr, sign: Sign) -> None:
        self.orders, self.x, self.low, self.high, self.sign = orders, x, low, high, sign
        self.functions = [mpmath_function(order, x) for order in orders]
        # What occurs twice in an expression counts as independent, so another form may have narrower bounds.
        self.forms = [dict.fromkeys([order, sp.expand(order)]) for order in orders]

    def zeros(self) -> Iterator[sp.Expr]:
        ends = [self.low, *self._first_points(), self.high]
        waiting = list(pairwise(ends))
        yield from (point for point in ends[1:-1] if self._sign_at(0, point) == 0)
        for tried in count():
            if not waiting:
                return
            a, b = waiting.pop()
            if tried > MOST_PIECES:
                raise Undecided(
                    f"the zeros of {self.orders[0]} for {self.low} < {self.x} < {self.high} are not all found: between "
                    f"{sp.N(a, 6)} and {sp.N(b, 6)} there may be more; if there are infinitely many, name a bounded "
                    "domain, such as domain=Interval(-4, 4)"
                )
            if self._has_one_sign(a, b):
                continue
            if self._excludes_zero(1, a, b):
                yield from self._simple_zero(a, b)
            elif b.is_finite and a.is_finite and in_digits(b - a) < NARROWEST * (1 + abs(in_digits(a))):
                yield self._multiple_zero(a, b)
            else:
                middle = self._between(a, b)
                if self._sign_at(0, middle) == 0:
                    yield middle
                # What reaches to infinity comes first: if it is not decided, nothing else has to be.
                waiting += [(a, middle), (middle, b)] if b.is_infinite else [(middle, b), (a, middle)]

    def _first_points(self) -> list[sp.Rational]:
        """Points inside at which the interval is cut first; it is no matter where they are."""
        low, high = _numbers(self.low, self.high)
        return [point for k in (-8191, -211, -23, 31, 223, 8209) if low < in_digits(point := sp.Rational(k, 97)) < high]

    def _between(self, a: sp.Expr, b: sp.Expr) -> sp.Rational:
        if a.is_infinite or b.is_infinite:
            end = b if a.is_infinite else a
            far = 2 * abs(in_digits(end)) + 1
            if far > FARTHEST:
                raise Undecided(
                    f"the zeros of {self.orders[0]} beyond {self.x} = {sp.N(end, 6)} are not decided; if there are "
                    "infinitely many, name a bounded domain, such as domain=Interval(-4, 4)"
                )
            return sp.Rational(int(mpmath.floor(far)) * (-1 if a.is_infinite else 1))
        low, high = in_digits(a), in_digits(b)
        # Not the middle, which is a zero more often than other points.
        return sp.Rational(str(mpmath.nstr(low + (high - low) * mpmath.mpf("0.4871"), 20)))

    def _excludes_zero(self, order: int, a: sp.Expr, b: sp.Expr) -> int:
        for form in self.forms[order]:
            with suppress(ArithmeticError, ValueError):
                low, high = enclosure(form, self.x, _numbers(a, b))
                if low > 0 or high < 0:
                    return 1 if low > 0 else -1
        return 0

    def _has_one_sign(self, a: sp.Expr, b: sp.Expr) -> bool:
        """Is d of one sign inside, because a derivative is, and the lower ones begin with it at one end?"""
        for order in range(ORDERS + 1):
            sign = self._excludes_zero(order, a, b)
            if sign and (order == 0 or self._begins_with(sign, order, a, 1) or self._begins_with(sign, order, b, -1)):
                return True
        return False

    def _begins_with(self, sign: int, order: int, end: sp.Expr, direction: int) -> bool:
        """Do d and its derivatives below an order start from an end, in the direction inside, with its sign or 0?"""
        if end.is_infinite:
            return False
        return all(self._sign_at(k, end) in (0, sign * direction ** (order - k)) for k in range(order))

    def _sign_at(self, order: int, point: sp.Expr) -> int | None:
        """The sign of a derivative at an end of an interval, or `None` where it has none."""
        try:
            value = self.functions[order](in_digits(point))
        except (ArithmeticError, ValueError, TypeError):
            return None
        if not isinstance(value, mpmath.mpf) or not mpmath.isfinite(value):
            return None
        if abs(value) > mpmath.mpf("1e-40"):
            return int(mpmath.sign(value))
        return self.sign(self.orders[order].subs(self.x, point))

    def _simple_zero(self, a: sp.Expr, b: sp.Expr) -> Iterator[sp.Expr]:
        """The zero of a monotone function, if its ends have different signs."""
        signs = [self._sign_at(0, end) if end.is_finite else None for end in (a, b)]
        if 0 in signs:
            return  # It is at an end, where it was found already or does not count.
        bracket = self._bracket(a, b)
        if bracket is not None and bracket[0] < 0 < bracket[1]:
            sign = self._sign_at(0, sp.S.Zero)
            if sign == 0:
                yield sp.S.Zero
                return
            # The sign of a `Zero` is known from its ends.
            bracket = (sp.S.Zero, bracket[1]) if sign == self._sign_at(0, bracket[0]) else (bracket[0], sp.S.Zero)
        if bracket is not None:
            zero = Zero(self.orders[0].subs(self.x, Zero.SYMBOL), *bracket)
            yield self._known(in_digits(zero, DIGITS), 1, SAME) or zero
        elif None in signs:
            raise Undecided(f"whether {self.orders[0]} has a zero for {a} < {self.x} < {b} is not decided")

    def _bracket(self, a: sp.Expr, b: sp.Expr) -> tuple[sp.Rational, sp.Rational] | None:
        """Two fractions inside between which the sign changes, looked for ever nearer to the ends."""
        for low, high in zip(_approach(a, b), _approach(b, a), strict=True):
            signs = {self._sign_at(0, low), self._sign_at(0, high)}
            if signs == {-1, 1}:
                return low, high
        return None

    def _multiple_zero(self, a: sp.Expr, b: sp.Expr) -> sp.Expr:
        """An exact number at which d and the derivatives below the first one without a zero here are all 0."""
        order = next((k for k in range(2, ORDERS + 1) if self._excludes_zero(k, a, b)), None)
        if order is not None:
            known = self._known((in_digits(a) + in_digits(b)) / 2, order, NARROWEST)
            if known is not None:
                return known
        raise Undecided(f"whether {self.orders[0]} has a zero near {self.x} = {sp.N(a, 12)} is not decided")

    def _known(self, near: mpmath.mpf, order: int, slack: mpmath.mpf) -> sp.Expr | None:
        """A simple exact number that is the zero."""
        for candidate in _simple_numbers(near, slack):
            if all(self.sign_or_none(self.orders[k].subs(self.x, candidate)) == 0 for k in range(order)):
                return candidate
        return None

    def sign_or_none(self, number: sp.Expr) -> int | None:
        try:
            return self.sign(number)
        except Undecided:
            return None


def _numbers(a: sp.Expr, b: sp.Expr) -> Bounds:
    low, high = (
        mpmath.inf if end == sp.oo else -mpmath.inf if end == -sp.oo else in_digits(end, DIGITS) for end in (a, b)
    )
    return low, high


def _approach(end: sp.Expr, other: sp.Expr) -> Iterator[sp.Rational]:
    """Fractions that come from inside the interval towards one of its ends, which may be infinite."""
    for k in (0, 2, 8, 40):
        if end.is_infinite:
            far = FARTHEST * 10**k * (1 if end == sp.oo else -1)
            yield sp.Rational(far) + (sp.floor(other) if other.is_finite else 0)
        elif end.is_Rational and k == 0:
            yield end
        else:
            width = 1 if other.is_infinite else in_digits(other - end)
            sign = -1 if other == -sp.oo else 1
            yield sp.Rational(str(mpmath.nstr(in_digits(end) + sign * width / 10 ** (k + 2), DIGITS)))


def _simple_numbers(z: mpmath.mpf, slack: mpmath.mpf) -> Iterator[sp.Expr]:
    """Exact numbers of usual forms that agree with z up to the slack."""
    forms: list[tuple[mpmath.mpf, Callable[[sp.Rational], sp.Expr]]] = [
        (z, lambda q: q),
        (z / mpmath.pi, lambda q: q * sp.pi),
        (z**2, lambda q: sp.sign(z) * sp.sqrt(q)),
        (z**3, lambda q: sp.sign(q) * sp.cbrt(abs(q))),
        (mpmath.exp(min(z, 700)), sp.log),
        (mpmath.sinh(min(max(z, -700), 700)), sp.asinh),
        (mpmath.tan(z), sp.atan),
        (mpmath.tanh(z), sp.atanh),
    ]
    if z != 0:
        forms.append((1 / (z * mpmath.pi), lambda q: 1 / (q * sp.pi)))
    if z > 0:
        forms += [(mpmath.log(z), sp.exp)]
    for value, exact in forms:
        fraction = sp.Rational(str(mpmath.nstr(value, DIGITS))).limit_denominator(1000)
        if abs(in_digits(fraction) - value) <= slack * (1 + abs(value)) and (fraction != 0 or abs(z) <= slack):
            number = exact(fraction)
            if number.is_finite and number.is_real and abs(in_digits(number) - z) <= slack * (1 + abs(z)):
                yield number
