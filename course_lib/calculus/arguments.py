"""What a caller passes in: checked, with decimals read as the exact numbers they stand for, and samples of parameters.

Each check returns its argument as the rest of the package wants it; each error names the argument, what came and what
is accepted.
"""

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from course_lib.calculus.verdict import Undecided
from course_lib.checks import one_of, refusal

SIDES = ("-", "+")
LARGEST_TERM = 10**6
LARGEST_ROOT = 12
_TWO_UNITS = Fraction(1, 2**51)  # A learner's answer may be a sum such as 0.1 + 0.2, two units off.
_FRACTIONS = ((7, 5), (-3, 4), (2, 7), (-13, 6), (5, 2), (-1, 9), (1, 2), (-1, 2), (11, 3), (-8, 3))
_SAMPLES = (*(sp.Rational(p, q) for p, q in _FRACTIONS), *map(sp.Integer, (0, 1, -1, 2, -2, 3, -3, 4)))


def check_side(side: str) -> str:
    """`"-"` (from the left) or `"+"` (from the right)."""
    if side not in SIDES:
        raise ValueError(refusal("side", side, "'-' (from the left), '+' (from the right)", "are"))
    return side


def check_real(name: str, value: object) -> sp.Expr:
    """A real, finite number or an expression in parameters with assumptions, as an exact SymPy expression."""
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        value = _fraction(value)
    accepted = "a real, finite number or a SymPy expression"
    number = _read(name, value, accepted)
    if number.has(sp.AccumBounds):
        raise TypeError(refusal(name, value, accepted))
    if number is sp.nan or number.is_finite is False or number.is_extended_real is False:
        raise ValueError(refusal(name, value, accepted))
    _check_parameters(name, number.free_symbols)
    return with_fractions_written(number)


def check_number(name: str, value: object) -> sp.Expr:
    """A real, finite number without parameters."""
    number = check_real(name, value)
    if number.free_symbols:
        raise ValueError(refusal(name, value, "a number without parameters"))
    return number


def check_expression(value: Any, variable: sp.Symbol) -> sp.Expr:
    """A real expression in the variable and parameters with assumptions, or `nan`, with exact numbers."""
    expr = _read("expr", value, f"a SymPy expression in {variable} or a number")
    if expr.has(sp.Derivative):
        real = sp.Symbol(variable.name, real=True)
        expr = expr.subs(variable, real).doit().subs(real, variable)
    if expr.has(sp.oo, -sp.oo, sp.zoo, sp.I, sp.AccumBounds) or (expr.has(sp.nan) and expr is not sp.nan):
        raise ValueError(refusal("expr", expr, "real, finite expressions", "are"))
    _check_parameters("expr", expr.free_symbols - {variable})
    return with_fractions_written(expr)


def check_variable(variable: object) -> sp.Symbol:
    """A symbol that may take every real value."""
    accepted = 'a symbol that may take every real value, such as Symbol("x") or Symbol("x", real=True)'
    if not isinstance(variable, sp.Symbol):
        raise TypeError(refusal("variable", variable, accepted))
    facts = (variable.is_extended_nonnegative, variable.is_extended_nonpositive, variable.is_zero, variable.is_rational)
    if variable.is_extended_real is False or any(fact is not None for fact in facts):
        # SymPy would already have simplified Abs(x) to x, and the other side of the kink would be lost.
        raise ValueError(
            f"variable: got {variable} with the assumptions {variable.assumptions0}; accepted is {accepted}"
        )
    return variable


def check_owner(owner: Any) -> Any:
    """A side, None, or an exact value."""
    if owner is None:
        return owner
    return one_of("owners", owner, SIDES) if isinstance(owner, str) else check_real("owners", owner)


def _read(name: str, value: object, accepted: str) -> sp.Expr:
    try:
        expr = None if isinstance(value, (str, bytes, bool)) else sp.sympify(value, strict=True)
    except (sp.SympifyError, TypeError, ValueError):
        expr = None
    if not isinstance(expr, sp.Expr):
        raise TypeError(refusal(name, value, accepted))
    return expr


def _check_parameters(name: str, symbols: set[Any]) -> None:
    """Every parameter must be known to be real, since an answer would be a guess otherwise."""
    for symbol in sorted(symbols, key=str):
        if not symbol.is_real:
            raise ValueError(
                f"{name}: got the parameter {symbol}, which no assumption makes real; accepted is for example "
                f'Symbol("{symbol}", real=True) or Symbol("{symbol}", positive=True)'
            )


def with_fractions_written(expr: sp.Basic) -> Any:
    """Replace every decimal by the fraction it is written as, so that 0.1 means 1/10 and 1/3 means a third."""
    return expr.xreplace({number: _fraction(number) for number in expr.atoms(sp.Float)})


def _fraction(number: Any) -> sp.Rational:
    """The simple fraction whose nearest float the number is, such as 1/3, else what is written, else what is stored.

    A decimal of up to 15 digits (in float64) stands for itself. More digits come from a computation, so the number is
    the binary fraction that the float is: the float beside 1 is not 1, and lies 2⁻⁵² above it.
    """
    if isinstance(number, sp.Float):
        if number._prec != 53:
            return sp.Rational(str(number))
        number = float(number)
    if not isinstance(number, float) and float(number).is_integer():
        return sp.Integer(int(number))  # NumPy writes large float16 and float32 with zeros for their last digits.
    written, precision = Fraction(str(number)), np.finfo(type(number)).precision
    simple = written.limit_denominator(10 ** (precision * 2 // 5))  # so few that hardly a float is one by accident
    if type(number)(simple.numerator / simple.denominator) == number:
        return sp.Rational(simple.numerator, simple.denominator)
    as_written = len(Decimal(str(number)).normalize().as_tuple().digits) <= precision
    return sp.Rational(written if as_written else Fraction(*number.as_integer_ratio()))


def with_fractions_meant(value: sp.Basic) -> Any:
    """Replace each decimal in an expression or a set by the exact number that it stands for.

    A decimal factor beside a fractional power stands for a root: SymPy turns (a/2)**(1/3) into 0.7937·a**0.3333, and
    the factor is the cube root of 1/2.

    >>> a = sp.Symbol("a", positive=True)
    >>> with_fractions_meant((a / 2) ** (1 / 3)) == sp.cbrt(a / 2), with_fractions_meant(0.5 * a)
    (True, a/2)
    """
    if not value.atoms(sp.Float):
        return value
    value = value.replace(_has_decimal_factor, _with_exact_factor)
    return value.xreplace({number: fraction_meant(binary_value(number)) for number in value.atoms(sp.Float)})


def fraction_meant(number: Fraction) -> sp.Expr:
    """The fraction with a denominator up to a million whose nearest float the number is, else a decimal.

    >>> fraction_meant(Fraction(0.1)), fraction_meant(Fraction(2**0.5)).is_Float
    (1/10, True)
    """
    simple = number.limit_denominator(LARGEST_TERM)
    if abs(simple - number) <= abs(number) * _TWO_UNITS:
        return sp.Rational(simple.numerator, simple.denominator)
    return sp.Float(sp.Rational(number.numerator, number.denominator), 17)


def binary_value(number: sp.Float | sp.Rational) -> Fraction:
    """The fraction that a float is, to the last bit."""
    rational = sp.Rational(number)
    return Fraction(int(rational.p), int(rational.q))


def _has_decimal_factor(part: sp.Basic) -> bool:
    return isinstance(part, sp.Mul) and part.as_coeff_Mul()[0].is_Float


def _with_exact_factor(product: sp.Mul) -> sp.Expr:
    factor, rest = product.as_coeff_Mul()
    meant = fraction_meant(binary_value(factor))
    return (_root_meant(meant, _root_beside(rest)) if meant.is_Float else meant) * rest


def _root_beside(rest: sp.Expr) -> int:
    """The n for which every power in a product, such as a**0.3333, has an exponent k/n."""
    exponents = [part.exp for part in sp.Mul.make_args(rest) if isinstance(part, sp.Pow)]
    fractions = [fraction_meant(binary_value(exponent)) for exponent in exponents if exponent.is_Float]
    fractions += [exponent for exponent in exponents if exponent.is_Rational]
    return math.lcm(*(int(fraction.q) for fraction in fractions if fraction.is_Rational))


def _root_meant(factor: sp.Float, n: int) -> sp.Expr:
    """The n-th root of a fraction with small terms whose nearest float the factor is, else the factor."""
    if not 2 <= n <= LARGEST_ROOT:
        return factor
    power = abs(binary_value(factor)) ** n
    simple = power.limit_denominator(LARGEST_TERM)
    if simple.numerator > LARGEST_TERM or abs(simple - power) > n * power * _TWO_UNITS:
        return factor
    return sp.sign(factor) * sp.root(sp.Rational(simple.numerator, simple.denominator), n)


def sample_values(symbol: sp.Symbol, count: int) -> list[sp.Rational]:
    """Up to `count` numbers v for which every stated assumption on the symbol holds.

    >>> sample_values(sp.Symbol("a", negative=True), 3)
    [-3/4, -13/6, -1/9]
    """
    stated = {name: value for name, value in symbol.assumptions0.items() if name not in ("commutative", "complex")}
    fitting = [v for v in _SAMPLES if all(getattr(v, f"is_{name}", value) == value for name, value in stated.items())]
    if not fitting:
        raise Undecided(f"no sample value fits the assumptions on {symbol}: {stated}")
    return fitting[:count]


def assignments(symbols: Iterable[sp.Symbol], count: int = 3) -> list[dict[sp.Symbol, sp.Rational]]:
    """`count` joint assignments of sample values; [{}] where there is no symbol."""
    ordered = sorted(symbols, key=str)
    if not ordered:
        return [{}]
    columns = [sample_values(symbol, count + i) for i, symbol in enumerate(ordered)]
    # Different offsets keep two symbols from always taking the same value.
    return [
        {s: column[(i + j) % len(column)] for j, (s, column) in enumerate(zip(ordered, columns, strict=True))}
        for i in range(count)
    ]
