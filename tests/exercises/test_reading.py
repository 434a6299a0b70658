import math
from decimal import Decimal
from fractions import Fraction
from functools import reduce

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises.reading import Unreadable, in_words, read_expression, read_number

x = sp.Symbol("x")
DEEP = reduce(lambda inside, _: sp.Function("f")(inside), range(150), x)
WIDE = sp.Add(*(x**k for k in range(1, 300)))


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        *((2, 2), (0.5, Fraction(1, 2)), (0.1, Fraction(0.1)), (Fraction(2, 3), Fraction(2, 3))),
        *((Decimal("0.1"), Fraction(1, 10)), (np.int8(-3), -3), (np.float16(0.25), Fraction(1, 4))),
        *((np.float32(0.1), Fraction(13421773, 2**27)), (np.array(1.5), Fraction(3, 2))),
        *((sp.Rational(1, 3), Fraction(1, 3)), (sp.Float("0.5"), Fraction(1, 2)), (10**1200, 10**1200)),
        *((math.inf, math.inf), (-sp.oo, -math.inf), (sp.oo, math.inf), (Decimal("-Infinity"), -math.inf)),
    ],
    ids=lambda value: str(value)[:30],
)
def test_numbers_of_every_kind_are_read_exactly(answer: object, value: object) -> None:
    assert read_number(answer) == value


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("1/2", "the string '1/2'; write a number such as 2, 0.5, Fraction(1, 2) or sp.Rational(1, 2), without quotes"),
        *((answer, "the truth value True") for answer in (True, np.True_, sp.true)),
        *((answer, "NaN") for answer in (math.nan, Decimal("sNaN"), np.float32("nan"))),
        *((sp.nan, "nan"), (sp.zoo, "zoo"), (sp.I, "not a real number"), (x, "contains x"), ([1], "a list")),
        *((answer, "a complex number") for answer in (1j, np.complex64(1))),
        *(({1: 2}, "a dictionary"), (np.zeros((2, 3)), "a NumPy array of shape (2, 3)"), (lambda: 1, "a function")),
        *((int, "a type"), ((i for i in ()), "a generator"), (sp.Eq(x, 1), "an equation"), (x > 0, "an inequality")),
        (sp.Interval(0, 1), "a SymPy set"),
        *((number, "more than a thousand digits") for number in (10**1300, Fraction(1, 10**1300))),
        *((formula, "more than 500 parts or is nested too deep") for formula in (DEEP, WIDE)),
        *((Decimal("1e999999"), "too large"), (sp.Pow(10, 10**10, evaluate=False), "a power above 1000")),
        (sp.Integral(sp.exp(-(x**2)), (x, 0, 1)), "unevaluated Integral"),
    ],
)
def test_what_is_no_number_is_named(answer: object, named: str) -> None:
    with pytest.raises(Unreadable) as problem:
        read_number(answer)
    assert named in str(problem.value)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        *((0.5, sp.Rational(1, 2)), (1 / 3, sp.Rational(1, 3)), (0.1 + 0.2, sp.Rational(3, 10))),
        *((-2 / 7, sp.Rational(-2, 7)), (0.333, sp.Rational(333, 1000)), (np.float64(0.75), sp.Rational(3, 4))),
        *((Fraction(1, 10**9), sp.Rational(1, 10**9)), (Decimal("0.25"), sp.Rational(1, 4))),
        *((0.5 * x + 0.25, x / 2 + sp.Rational(1, 4)), (math.inf, sp.oo), (-math.inf, -sp.oo)),
    ],
)
def test_decimals_stand_for_simple_fractions(answer: object, value: sp.Expr) -> None:
    assert read_expression(answer) == value


def test_irrational_numbers_keep_their_digits() -> None:
    assert abs(read_number(sp.sqrt(2)) ** 2 - 2) < Fraction(1, 10**38)
    value = read_expression(math.sqrt(2))
    assert isinstance(value, sp.Float) and float(value) == math.sqrt(2)


def test_long_strings_are_cut() -> None:
    assert in_words("a" * 10_000) == f"the string '{'a' * 37}…'" and in_words("a" * 38) == f"the string '{'a' * 38}'"
