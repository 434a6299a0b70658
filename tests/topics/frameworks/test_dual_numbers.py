"""Dual numbers against SymPy's derivative where programs are smooth, and against stated conventions at ties."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from course_lib.topics.frameworks.dual_numbers import (
    Conventions,
    Dual,
    derivative,
    exp,
    function_of,
    maximum,
    minimum,
    relu,
    sqrt,
    where,
)

s, p, q = sp.symbols("s p q", real=True)
t = sp.Symbol("t", real=True)

SMOOTH = {
    "polynomial": (lambda x: 3 * x**3 - 2 * x + 7, 3 * t**3 - 2 * t + 7),
    "quotient": (lambda x: (x + 1) / (x * x + 2), (t + 1) / (t**2 + 2)),
    "reciprocal": (lambda x: 1 / (x + 5), 1 / (t + 5)),
    "exponential": (lambda x: exp(2 * x) - x, sp.exp(2 * t) - t),
    "root": (lambda x: sqrt(x * x + 3), sp.sqrt(t**2 + 3)),
    "from the right": (lambda x: 2 - x, 2 - t),
    "constant": (lambda x: 4, sp.Integer(4)),
    "zeroth power": (lambda x: x**0, sp.Integer(1)),
}


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("point", [0, -1, Fraction(2, 3), 2])
def test_smooth_programs_have_the_derivative_of_their_formula(name, point) -> None:
    program, formula = SMOOTH[name]
    expected = sp.diff(formula, t).subs(t, point)
    assert sp.simplify(derivative(program, point) - expected) == 0
    assert sp.simplify(function_of(program).value(sp.Rational(point)) - formula.subs(t, point)) == 0


@given(st.fractions(-9, 9), st.fractions(-9, 9), st.fractions(-9, 9), st.fractions(-9, 9))
def test_arithmetic_is_that_of_polynomials_without_the_square(a, da, b, db) -> None:
    epsilon = sp.Symbol("epsilon")
    a, da, b, db = map(sp.Rational, (a, da, b, db))
    for combine in (lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y):
        result = combine(Dual(a, da), Dual(b, db))
        series = sp.Poly(combine(a + da * epsilon, b + db * epsilon), epsilon)
        assert (result.value, result.slope) == (series.coeff_monomial(1), series.coeff_monomial(epsilon))
    if b != 0:
        quotient = Dual(a, da) / Dual(b, db)
        back = quotient * Dual(b, db)
        assert (back.value, back.slope) == (a, da)


@pytest.mark.parametrize("point", [-2, -1, 3])
def test_away_from_ties_a_convention_plays_no_part(point) -> None:
    kinked = (lambda x: relu(x) + abs(x), lambda x: maximum(x, 0) * minimum(x, 1 - x))
    for program, formula in zip(kinked, (sp.Max(0, t) + sp.Abs(t), sp.Max(t, 0) * sp.Min(t, 1 - t)), strict=True):
        found = {
            derivative(program, point, conventions)
            for conventions in (Conventions(), Conventions(relu=s, abs=s, maximum=(p, q), minimum=(q, p)))
        }
        h = sp.Rational(1, 1000)
        expected = (formula.subs(t, point + h) - formula.subs(t, point - h)) / (2 * h)
        assert found == {sp.nsimplify(expected)}


def test_at_a_tie_the_convention_multiplies_what_comes_in() -> None:
    every = Conventions(relu=s, abs=p, maximum=(p, q), minimum=(q, p))
    assert relu(Dual(0, 5, every)).slope == 5 * s
    assert abs(Dual(0, -3, every)).slope == -3 * p
    tied = maximum(Dual(2, 7, every), Dual(2, 11, every)), minimum(Dual(2, 7, every), Dual(2, 11, every))
    assert [sp.expand(x.slope) for x in tied] == [7 * p + 11 * q, 7 * q + 11 * p]
    assert [x.value for x in tied] == [2, 2]
    assert relu(Dual(0, 0, every)).slope == 0


def test_defaults_are_those_that_are_documented() -> None:
    assert derivative(relu) == 0 and derivative(abs) == 0
    assert derivative(lambda x: maximum(x, 0)) == derivative(lambda x: minimum(0, x)) == sp.Rational(1, 2)


@pytest.mark.parametrize(("shares", "first", "second"), [((1, 0), 1, 0), ((0, 1), 0, 1), ((1, 1), 1, 1)])
def test_the_order_of_arguments_counts_at_a_tie(shares, first, second) -> None:
    rules = Conventions(maximum=shares)
    assert derivative(lambda x: maximum(x, 0), 0, rules) == first
    assert derivative(lambda x: maximum(0, x), 0, rules) == second


def test_a_choice_has_the_slope_of_the_branch_taken() -> None:
    assert derivative(lambda x: where(x >= 0, x, 0)) == 1
    assert derivative(lambda x: where(x > 0, x, 0)) == 0
    assert derivative(lambda x: x * (x > 0)) == 0
    assert derivative(lambda x: where(x == 0, 5 * x, relu(x))) == 5
    assert derivative(lambda x: where(x < 0, 0, where(x <= 0, 2 * x, x))) == 2


def test_a_root_of_a_square_is_not_a_number_at_0_as_in_floating_point() -> None:
    assert derivative(lambda x: sqrt(x * x)) is sp.nan
    assert derivative(sqrt) is sp.oo
    assert derivative(lambda x: sqrt(x * x), -3) == -1


def test_one_text_three_readings() -> None:
    def program(x):
        return maximum(x, -x) - relu(x) + minimum(x, 0) + where(x > 1, x - 1, 0) + abs(exp(x * 0) - 1)

    numbers = [-2.0, 0.0, 0.5, 3.0]
    assert [float(program(x)) for x in numbers] == pytest.approx([0, 0, 0, 2])
    assert program(np.array(numbers)) == pytest.approx([0, 0, 0, 2])
    assert function_of(program)(np.array(numbers)) == pytest.approx([0, 0, 0, 2])
    assert [derivative(program, sp.Rational(x)) for x in (-2, sp.Rational(1, 2), 3)] == [0, 0, 1]


def test_numbers_of_numpy_mix_with_dual_numbers() -> None:
    x = Dual(2, 1)
    for two in (np.float64(2), np.int64(2), np.float32(2)):
        for product in (two * x, x * two, two + x, x - two, two / x):
            assert isinstance(product, Dual)
    assert (np.float64(3) * x).slope == 3
    assert (x == 2) and (x != 3) and x != "2" and np.float64(2) == x


def test_exact_numbers_stay_exact() -> None:
    third = Dual(Fraction(1, 3), 1)
    assert (third * 3).value == 1 and repr(third / 7) == "Dual(1/21, 1/7)"
    assert isinstance(derivative(lambda x: x / 3), sp.Rational)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Dual("1"), TypeError, "value: got '1' of type str; accepted is a number"),
        (lambda: Dual(1, [2]), TypeError, r"slope: got \[2\] of type list"),
        (lambda: Dual(s), TypeError, "value: got s; accepted is a number, for a comparison has to be decided"),
        (lambda: Dual(1) + "x", TypeError, "accepted is a number"),
        (lambda: 1 / Dual(0, 1), ZeroDivisionError, "the divisor's value is 0"),
        (lambda: Dual(2, 1) ** 0.5, TypeError, "power: got 0.5; accepted is a whole number from 0"),
        (lambda: Dual(2, 1) < "x", TypeError, "accepted is a number"),
        (lambda: hash(Dual(1)), TypeError, "unhashable"),
        (lambda: np.maximum(Dual(0, 1), 0), TypeError, "does not support ufuncs"),
    ],
)
def test_what_is_not_accepted_is_named(call, error, message) -> None:
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("result", [None, [1], "x", np.array([1.0, 2.0]), sp.I, t], ids=str)
def test_a_program_that_ends_with_no_number_is_refused(result) -> None:
    with pytest.raises(TypeError, match="program's result: got .*; accepted is a"):
        derivative(lambda x: result)


def test_a_dual_number_in_an_array_of_no_dimension_keeps_its_slope() -> None:
    assert derivative(lambda x: np.where(x > 1, 7 * x, 0), 2) == 7
    assert derivative(lambda x: np.float64(3)) == derivative(lambda x: x > 1) == 0


def test_a_zero_that_does_not_look_like_one_is_a_tie() -> None:
    every = Conventions(relu=s, abs=p, maximum=(p, q))
    x = sqrt(Dual(2, 1, every))
    zero = (x + 1) * (x - 1) - 1
    assert zero == 0 and zero >= 0 and zero <= 0 and not zero > 0 and not zero < 0 and zero + x == x
    assert sp.simplify(relu(zero).slope - s) == 0 and sp.simplify(abs(zero).slope - p) == 0
    assert sp.simplify(maximum(zero, 0).slope - p) == 0
    assert sqrt(zero).value == 0
    with pytest.raises(ZeroDivisionError):
        1 / zero
    assert x > Fraction(14142, 10000) and x < Fraction(14143, 10000) and x != 1.4142
