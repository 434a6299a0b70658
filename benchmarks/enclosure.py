"""An independent evaluator of real expressions: an exact fraction, or an interval that encloses the value.

It shares nothing with `course_lib`, so that the course's calculus can be judged by it. The semantics are real: a part
that is not a finite real number makes the whole undefined, except in a branch of a Piecewise that does not hold. Where
the digits at hand do not tell which way a comparison goes, `Unclear` is raised: this evaluator never guesses. A decimal
is read as the course promises it: 0.1 as 1/10, 1/3 as a third, and the float beside 1 as a number beside 1.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import mpmath
import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, BooleanAtom, Not, Or

_LONGEST_FRACTION = 12_000  # bits; an exact result that is longer becomes an interval
_LONGEST_ARGUMENT = 8_000  # bits of the argument of exp and its relatives


class Undefined(ArithmeticError):
    """Some part that counts is not a finite real number."""


class Unclear(ArithmeticError):
    """The working precision does not decide a comparison, or a number is too large to be held."""


class Enclosure(NamedTuple):
    """low ≤ value ≤ high."""

    low: Any
    high: Any


Value = Fraction | Enclosure


def as_read(number: float) -> Fraction:
    """The simple fraction p/q, q ≤ 10⁶, that is this float; else its decimal of up to 15 digits; else its binary value.

    >>> as_read(1 / 3), as_read(1e-15), as_read(1.0000000000000002) - 1 == Fraction(1, 2**52)
    (Fraction(1, 3), Fraction(1, 1000000000000000), True)
    """
    written = Fraction(repr(float(number)))
    simple = written.limit_denominator(10**6)
    if float(simple) == number:
        return simple
    # More digits than a person writes come from a computation.
    return written if float(f"{number:.15g}") == number else Fraction(number)


def enclose(value: Value) -> Enclosure:
    """The value as an interval in the working precision."""
    if isinstance(value, Enclosure):
        return value
    middle = mpmath.mpf(value.numerator) / value.denominator
    return _padded(middle, middle)


def _padded(low: Any, high: Any) -> Enclosure:
    """Room for the rounding of a handful of operations, each of which errs by less than a unit in the last place."""
    unit = mpmath.ldexp(1, 5 - mpmath.mp.prec)
    return Enclosure(low - abs(low) * unit, high + abs(high) * unit)


def order(a: Value, b: Value) -> int:
    """−1, 0 or 1 for a < b, a = b, a > b, or `Unclear`."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return (a > b) - (a < b)
    left, right = enclose(a), enclose(b)
    if left.high < right.low:
        return -1
    if left.low > right.high:
        return 1
    raise Unclear(f"{mpmath.nstr(left.low)} beside {mpmath.nstr(right.low)}")


def _sign(value: Value) -> int:
    return order(value, Fraction(0))


def add(a: Value, b: Value) -> Value:
    """a + b."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _shortened(a + b)
    left, right = enclose(a), enclose(b)
    return _padded(left.low + right.low, left.high + right.high)


def multiply(a: Value, b: Value) -> Value:
    """a · b."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _shortened(a * b)
    if Fraction(0) in (a, b):
        return Fraction(0)
    left, right = enclose(a), enclose(b)
    products = [p * q for p in left for q in right]
    return _padded(min(products), max(products))


def divide(a: Value, b: Value) -> Value:
    """a / b, `Undefined` for b = 0."""
    return multiply(a, _power_by_integer(b, -1))


def _shortened(value: Fraction) -> Value:
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    return value if bits <= _LONGEST_FRACTION else enclose(value)


def _power_by_integer(base: Value, n: int) -> Value:
    if n < 0:
        if _sign(base) == 0:
            raise Undefined("division by 0")
        if isinstance(base, Fraction):
            return _power_by_integer(1 / base, -n)
        whole = enclose(_power_by_integer(base, -n))
        if whole.low <= 0 <= whole.high:  # a tiny number, rounded to a wider interval
            raise Unclear("division by what is not told from 0")
        return _padded(1 / whole.high, 1 / whole.low)
    if isinstance(base, Fraction):
        bits = base.numerator.bit_length() + base.denominator.bit_length()
        if bits * n <= _LONGEST_FRACTION:
            return base**n
    inside = enclose(base)
    ends = [inside.low**n, inside.high**n]
    if n % 2 == 0 and inside.low < 0 < inside.high:
        ends.append(mpmath.mpf(0))
    return _padded(min(ends), max(ends))


def _power(base: Value, exponent: Value) -> Value:
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        if abs(exponent) > 10**6:
            raise Unclear("a huge power")
        if exponent == 0 and _sign(base) == 0:
            raise Unclear("0**0")
        return _power_by_integer(base, int(exponent))
    sign = _sign(base)
    if sign == 0:
        direction = _sign(exponent)
        if direction < 0:
            raise Undefined("0 to a negative power")
        if direction == 0:
            raise Unclear("0**0")
        return Fraction(0)
    if sign < 0:
        reach = enclose(exponent)
        if not isinstance(exponent, Fraction) and mpmath.ceil(reach.low) <= mpmath.floor(reach.high):
            raise Unclear("whether the exponent of a negative base is whole")
        raise Undefined("a negative base with an exponent that is not whole")
    if isinstance(base, Fraction) and isinstance(exponent, Fraction):
        exact = _exact_root(base, exponent)
        if exact is not None:
            return exact
    return _exp(multiply(exponent, _log(base)))


def _exact_root(base: Fraction, exponent: Fraction) -> Value | None:
    parts = [sp.integer_nthroot(part, exponent.denominator) for part in (base.numerator, base.denominator)]
    if all(exact for _, exact in parts):
        return _power_by_integer(Fraction(int(parts[0][0]), int(parts[1][0])), exponent.numerator)
    return None


def _checked(value: Enclosure) -> Enclosure:
    if max(mpmath.mag(value.low), mpmath.mag(value.high)) > _LONGEST_ARGUMENT:
        raise Unclear("a huge argument")
    return value


def _exp(value: Value) -> Value:
    if value == Fraction(0):
        return Fraction(1)
    inside = enclose(value)
    if inside.high < 0 and mpmath.mag(inside.high) > _LONGEST_ARGUMENT:
        return Enclosure(mpmath.mpf(0), mpmath.ldexp(1, -(1 << 64)))
    _checked(inside)
    return _padded(mpmath.exp(inside.low), mpmath.exp(inside.high))


def _log(value: Value) -> Value:
    if _sign(value) <= 0:
        raise Undefined("log of a number that is not positive")
    if value == Fraction(1):
        return Fraction(0)
    inside = enclose(value)
    return _padded(mpmath.log(inside.low), mpmath.log(inside.high))


def _sine(function: Callable[[Any], Any], at_zero: int) -> Callable[[Value], Value]:
    def sine(value: Value) -> Value:
        if value == Fraction(0):
            return Fraction(at_zero)
        inside = _checked(enclose(value))
        middle, reach = (inside.low + inside.high) / 2, (inside.high - inside.low) / 2
        seen = _padded(function(middle), function(middle))
        return _clipped(Enclosure(seen.low - reach, seen.high + reach), -1, 1)

    return sine


_SIN, _COS = _sine(mpmath.sin, 0), _sine(mpmath.cos, 1)


def _monotone(
    function: Callable[[Any], Any],
    exact: dict[int, int],
    domain: tuple[int | None, int | None] = (None, None),
    open_ends: bool = False,
    bounds: tuple[int, int] | None = None,
) -> Callable[[Value], Value]:
    """A monotone function by its values at both ends; `bounds` are kept by what is evaluated at huge numbers."""

    def monotone(value: Value) -> Value:
        for end, outside in zip(domain, (-1, 1), strict=True):
            if end is not None and order(value, Fraction(end)) in ((outside, 0) if open_ends else (outside,)):
                raise Undefined("outside the function's domain")
        if isinstance(value, Fraction) and value.denominator == 1 and value.numerator in exact:
            return Fraction(exact[value.numerator])
        inside = _clipped(enclose(value), *domain)  # rounding may lead out of it
        if bounds is not None:
            # Beyond this a bounded function is at its bound in every digit at hand.
            most = mpmath.mpf(mpmath.mp.prec)
            inside = Enclosure(min(max(inside.low, -most), most), min(max(inside.high, -most), most))
        _checked(inside)
        ends = (function(inside.low), function(inside.high))
        return _clipped(_padded(min(ends), max(ends)), *(bounds or (None, None)))

    return monotone


def _clipped(value: Enclosure, low: int | None, high: int | None) -> Enclosure:
    return Enclosure(
        value.low if low is None else max(value.low, mpmath.mpf(low)),
        value.high if high is None else min(value.high, mpmath.mpf(high)),
    )


def _erfc(value: Value) -> Value:
    if value == Fraction(0):
        return Fraction(1)
    inside = enclose(value)
    if inside.low > 10**6:
        return Enclosure(mpmath.mpf(0), enclose(_exp(multiply(Fraction(-1), _power_by_integer(inside, 2)))).high)
    low = max(inside.low, -mpmath.mpf(mpmath.mp.prec))
    high = max(inside.high, -mpmath.mpf(mpmath.mp.prec))
    result = _padded(mpmath.erfc(high), mpmath.erfc(low))
    return _clipped(result, 0, 2)


def _cosh(value: Value) -> Value:
    exponential = _exp(value)
    return multiply(Fraction(1, 2), add(exponential, divide(Fraction(1), exponential)))


_FUNCTIONS: dict[Any, Callable[[Value], Value]] = {
    sp.exp: _exp,
    sp.log: _log,
    sp.sin: _SIN,
    sp.cos: _COS,
    sp.tan: lambda value: divide(_SIN(value), _COS(value)),
    sp.cot: lambda value: divide(_COS(value), _SIN(value)),
    sp.sec: lambda value: divide(Fraction(1), _COS(value)),
    sp.csc: lambda value: divide(Fraction(1), _SIN(value)),
    sp.asin: _monotone(mpmath.asin, {0: 0}, (-1, 1)),
    sp.acos: _monotone(mpmath.acos, {1: 0}, (-1, 1)),
    sp.atan: _monotone(mpmath.atan, {0: 0}),
    sp.sinh: _monotone(mpmath.sinh, {0: 0}),
    sp.cosh: _cosh,
    sp.tanh: _monotone(mpmath.tanh, {0: 0}, bounds=(-1, 1)),
    sp.asinh: _monotone(mpmath.asinh, {0: 0}),
    sp.acosh: _monotone(mpmath.acosh, {1: 0}, (1, None)),
    sp.atanh: _monotone(mpmath.atanh, {0: 0}, (-1, 1), open_ends=True),
    sp.erf: _monotone(mpmath.erf, {0: 0}, bounds=(-1, 1)),
    sp.erfc: _erfc,
}
_HOLDS: dict[Any, tuple[int, ...]] = {
    sp.StrictLessThan: (-1,),
    sp.LessThan: (-1, 0),
    sp.StrictGreaterThan: (1,),
    sp.GreaterThan: (0, 1),
    sp.Equality: (0,),
    sp.Unequality: (-1, 1),
}


def evaluate(expr: Any, variable: Any = None, point: Value | None = None) -> Value:
    """expr at variable = point in mpmath's working precision; `Undefined` or `Unclear` where it has no value here.

    >>> x = sp.Symbol("x")
    >>> evaluate(sp.Piecewise((sp.sin(x) / x, sp.Ne(x, 0)), (2, True)), x, Fraction(0))
    Fraction(2, 1)
    """
    known: dict[Any, Value] = {} if variable is None or point is None else {variable: point}
    return _evaluate(sp.sympify(expr), known)


def _evaluate(expr: Any, known: dict[Any, Value]) -> Value:
    if expr not in known:
        known[expr] = _of_node(expr, known)
    return known[expr]


def _of_node(expr: Any, known: dict[Any, Value]) -> Value:
    if expr.is_Rational:
        return Fraction(int(expr.p), int(expr.q))
    if expr.is_Float:
        return as_read(float(expr)) if expr._prec == 53 else Fraction(str(expr))
    if expr.is_NumberSymbol:
        number = mpmath.mpf(getattr(mpmath, {"Pi": "pi", "Exp1": "e"}.get(type(expr).__name__, "nan")))
        return _padded(number, number)
    if isinstance(expr, sp.Piecewise):
        for arm, condition in expr.args:
            if _holds(condition, known):
                return _evaluate(arm, known)
        raise Undefined("no branch holds")
    if isinstance(expr, sp.AtomicExpr) and expr.is_real:
        raise Unclear(f"{expr} is a number by itself, for example the root of a function")
    if not expr.args or not isinstance(expr, sp.Expr):
        raise Undefined(f"{expr} is not a real number")
    values = [_evaluate(part, known) for part in expr.args]
    if isinstance(expr, (sp.Add, sp.Mul)):
        total = values[0]
        for value in values[1:]:
            total = (add if isinstance(expr, sp.Add) else multiply)(total, value)
        return total
    if isinstance(expr, sp.Pow):
        return _power(*values)
    if isinstance(expr, (sp.Max, sp.Min)):
        return _extremum(max if isinstance(expr, sp.Max) else min, values)
    if isinstance(expr, sp.Abs):
        return _extremum(max, [values[0], multiply(Fraction(-1), values[0])])
    if isinstance(expr, (sp.sign, sp.Heaviside)):
        sign = _sign(values[0])
        if isinstance(expr, sp.sign):
            return Fraction(sign)
        return Fraction(sign > 0) if sign else (values[1] if len(values) > 1 else Fraction(1, 2))
    if type(expr) not in _FUNCTIONS:
        raise Unclear(f"{type(expr).__name__} is not known here")
    return _FUNCTIONS[type(expr)](values[0])


def _extremum(pick: Callable[[Any], Any], values: list[Value]) -> Value:
    if all(isinstance(value, Fraction) for value in values):
        return pick(values)
    inside = [enclose(value) for value in values]
    return Enclosure(pick(value.low for value in inside), pick(value.high for value in inside))


def _holds(condition: Any, known: dict[Any, Value]) -> bool:
    if isinstance(condition, BooleanAtom):
        return bool(condition)
    if isinstance(condition, (And, Or, Not)):
        parts = [_holds(part, known) for part in condition.args]
        return not parts[0] if isinstance(condition, Not) else (all if isinstance(condition, And) else any)(parts)
    if not isinstance(condition, Relational):
        raise Unclear(f"the condition {condition} is not known here")
    left, right = (_evaluate(side, known) for side in (condition.lhs, condition.rhs))
    return order(left, right) in _HOLDS[type(condition)]
