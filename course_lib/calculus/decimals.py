"""The exact values that the decimals in an expression or a set stand for."""

import math
from fractions import Fraction
from typing import Any

import sympy as sp

LARGEST_TERM = 10**6
LARGEST_ROOT = 12
_TWO_UNITS = Fraction(1, 2**51)  # Two units in the last place allow for a sum such as 0.1 + 0.2.


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
    exact_ = sp.Rational(number)
    return Fraction(int(exact_.p), int(exact_.q))


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
