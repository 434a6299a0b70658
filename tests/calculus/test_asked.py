"""Questions that people really asked, with the answers that follow by hand, and nasty ones made from them."""

import numpy as np
import pytest
import sympy as sp
from sympy import (
    Abs,
    E,
    Eq,
    Interval,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    atan,
    cos,
    erfc,
    exp,
    log,
    oo,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from course_lib.calculus import (
    PiecewiseFunction,
    Undecided,
    check_step,
    clarke_subdifferential,
    convex_subdifferential,
    derive,
    difference_quotient,
    differentiability,
    equal,
    is_subgradient,
    limit_table,
    one_sided_derivative,
    one_sided_limit,
)

x, h = sp.symbols("x h")
a, b = sp.symbols("a b", real=True)
p, q = sp.symbols("p q", positive=True)
half = Rational(1, 2)
function = PiecewiseFunction.from_expr


def filled(expr, value):
    return Piecewise((expr, Ne(x, 0)), (value, True))


def slopes(f, x0=0):
    return tuple(one_sided_derivative(f, x0, side) for side in "-+")


def limits(f, x0=0):
    return tuple(one_sided_limit(f, x0, side) for side in "-+")


def same(got, expected):
    return all(equal(u, v) for u, v in zip(got, expected, strict=True))


# A formula that is singular at a point does not fill it.


def test_a_breakpoint_stays_where_the_formula_is_singular():
    f = filled(x * atan(1 / x), 0)
    record = differentiability(f, 0)
    assert (record.left, record.right) == (-pi / 2, pi / 2)
    assert derive(f, 0, "+").value == limit_table(f, 0, "+", of="difference quotient").exact == pi / 2
    assert function(f, x).breakpoints == (0,) and function(f, x).value(0) == 0 == function(f, x)(0.0)
    # At −3 the tangent at 1 is at 0.356 and the function at −0.965, so no line supports it.
    assert convex_subdifferential(-f, 1) is sp.S.EmptySet
    assert not is_subgradient(-f, 1, half - pi / 4)
    assert function(filled(1 / (1 + 1 / x**2), 0), x).value(0) == 0
    assert slopes(filled(1 / (x + 1 / x), 0)) == (1, 1)
    assert function(filled(1 / (x + 1 / x), 0), x).breakpoints == (0,)
    assert slopes(function(filled(1 / log(x**2), 0), x, Interval(-half, half))) == (oo, -oo)
    assert one_sided_derivative(function(filled(x**2 * sin(a / x), 0), x), 0, "+") == 0


# A float beside a simple number is not that number.


def test_a_float_beside_a_kink_is_beside_it():
    beside = float(np.nextafter(1, 2))
    assert one_sided_derivative(Min(6, Max(0, x)), float(np.nextafter(6, 0)), "+") == 1
    assert not is_subgradient(Max(0, x), 0, beside) and is_subgradient(Max(0, x), 0, 1.0)
    assert function(Abs(x - 1), x).value(beside) == Rational(1, 2**52)
    assert differentiability(Max(0, x - 1), float(np.nextafter(1, 0))).differentiable is True
    # What is written, and what was meant by the nearest float, stay what they are.
    assert one_sided_derivative(Max(0, x - Rational(1, 3)), 1 / 3, "-") == 0
    assert one_sided_derivative(Max(0, x - 0.1), 0.1, "+") == 1
    for kind in (np.float16, np.float32):
        assert function(Abs(x - 1), x).value(np.nextafter(kind(1), kind(2))) == Rational(float(np.finfo(kind).eps))


# Numbers are judged by their own size.


def test_what_settles_at_a_small_number_does_not_tend_to_0():
    tiny = (2 - erfc(tanh(1 / x))) / 10**12
    assert equal(one_sided_limit(tiny, 0, "+"), (2 - erfc(1)) / 10**12)
    assert equal(one_sided_derivative(filled(x * tiny, 0), 0, "+"), (2 - erfc(1)) / 10**12)
    assert one_sided_limit(sin(1 / x) / 10**12, 0, "+") == sp.AccumBounds(-Rational(1, 10**12), Rational(1, 10**12))
    assert one_sided_limit(10**12 + sin(1 / x), 0, "+") == sp.AccumBounds(10**12 - 1, 10**12 + 1)
    assert one_sided_derivative(tanh(10**130 * x), 0, "+") == 10**130


# What is not real is not a value.


def test_constants_and_powers_that_are_not_real_are_undefined():
    assert np.isnan(function(x + sp.Pow(-8, Rational(1, 3)), x)(np.array([1.0]))).all()
    with pytest.raises(ValueError, match="where f is not defined"):
        function(Piecewise(((x - 3) ** sqrt(x), Eq(x, 2)), (0, True)), x).value(2)
    assert function(sqrt(-(x**2)), x).value_or_none(0) == 0
    assert function((x**-2) ** Rational(-1, 3), x).value_or_none(0) is None
    assert np.isnan(function(Max(x, 0) ** x, x)([-1.0])[0])


@pytest.mark.parametrize(
    ("expr", "x0", "side", "expected"),
    [
        (x ** sin(x), 0, "+", 1),
        (x ** exp(x), 0, "+", 0),
        ((1 + x) ** sqrt(2), 0, "-", 1),
        ((log(x) - 1) ** (1 - sqrt(x)), E, "+", oo),
        # Only what is beside the point matters.
        (sign(sin(x)), 0, "-", -1),
        (sign(sin(x)), 0, "+", 1),
        (Abs(log(x - 1) ** 3 - 1), 1, "+", oo),
        ((3 ** (1 / x) + 2 / x**10) / (1 / x**10 + exp(1 / x)), 0, "-", 2),
        (log(exp(3 / x) + 1 / x) / log(exp(1 / x) + 1 / x**100), 0, "+", 3),
        # Waves
        ((2 + sin(1 / x)) / x, 0, "+", oo),
        (sin(1 / x) * cos(1 / x), 0, "+", sp.AccumBounds(-half, half)),
        (sin(1 / x) ** 2, 0, "+", sp.AccumBounds(0, 1)),
        (exp(sin(1 / x)), 0, "+", sp.AccumBounds(exp(-1), E)),
        (Abs(x).diff(x), 0, "+", 1),
        (Abs(sin(1 / x)), 0, "+", sp.AccumBounds(0, 1)),
        (Max(sin(1 / x), 0), 0, "-", sp.AccumBounds(0, 1)),
        (x * Max(sin(1 / x), 0), 0, "+", 0),
        (sin(1 / x) + cos(2 / x), 0, "+", sp.AccumBounds(-2, Rational(9, 8))),
        (sin(1 / x) ** 2 - cos(1 / x), 0, "+", sp.AccumBounds(-1, Rational(5, 4))),
        (sin(1 / x) + sin(1 / x + 1), 0, "+", sp.AccumBounds(-sqrt(2 + 2 * cos(1)), sqrt(2 + 2 * cos(1)))),
        (tan(sin(1 / x)), 0, "+", sp.AccumBounds(-tan(1), tan(1))),
        # Slowly
        (log(log(1 / x)), 0, "+", oo),
        (1 / log(log(1 / x)) ** 2, 0, "+", 0),
        (Abs(x) ** Rational(1, 10**4), 0, "-", 0),
        (Abs(x) ** exp(-300), 0, "+", 0),
        (Abs(x) ** (-exp(-300)), 0, "+", oo),
    ],
)
def test_limits(expr, x0, side, expected):
    assert one_sided_limit(expr, x0, side) == expected


SIGMOID_LIKE = [
    *((x / (1 + exp(-c * x)), half) for c in (1.702, 1.5, 0.37, 1, 8)),
    *((1 / (1 + exp(-c * x)), Rational(c, 4)) for c in (100, 40, 50)),
    (1 / (1 + exp(-x / 0.3)), Rational(5, 6)),
    (log(1 + exp(2.5 * x)) / 2.5, half),
    (log(1 + exp(p * x)) / p, half),
    (x / (1 + exp(-p * x)), half),
    (p / (1 + exp(-q * x)), p * q / 4),
    (Max(0, x) + Min(0, p * (exp(x / p) - 1)), 1),
    (Piecewise((p * (exp(x / q) - 1), x < 0), (p * x / q, True)), p / q),
    (x * tanh(log(1 + exp(x))), Rational(3, 5)),
    (x * (1 + sp.erf(x / sqrt(2))) / 2, half),
    (x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2, half),
]


@pytest.mark.parametrize(("expr", "slope"), SIGMOID_LIKE)
def test_ordinary_activations_with_any_constants(expr, slope):
    assert same(slopes(function(expr, x)), (slope, slope))


@pytest.mark.parametrize(
    ("expr", "x0", "expected"),
    [
        (x ** sqrt(2), 0, (None, 0)),
        (Abs(sin(x)), pi, (-1, 1)),
        (Max(x, exp(x) - 1, (x + 1) ** 2 / 2 - half), 0, (1, 1)),
        (Min((1 - x) * exp(x), 1), 0, (0, 0)),
        (Max(0, x**17), 0, (0, 0)),
        (Abs(sinh(x) - 1), sp.asinh(1), (-sqrt(2), sqrt(2))),
        (filled(x**2 * Abs(sin(1 / x)), 0), 0, (0, 0)),
        (Abs(x) ** Rational(10001, 10**4), 0, (0, 0)),
    ],
)
def test_derivatives_where_the_rest_of_the_line_is_hard(expr, x0, expected):
    record = differentiability(expr, x0)
    assert record.left == expected[0] and record.right == expected[1]


def test_sets_where_the_rest_of_the_line_is_hard():
    assert convex_subdifferential(filled(x**2 * sin(1 / x), 0), 0) is sp.S.EmptySet
    assert convex_subdifferential(x**20, 0) == sp.FiniteSet(0)
    for expr in (tanh(x) ** 2, x**2 * sin(x) ** 2, 1 - cos(x)):
        assert convex_subdifferential(expr, 0) == sp.FiniteSet(0)
    assert convex_subdifferential(sin(x), -pi / 2) == sp.FiniteSet(0)
    assert convex_subdifferential(x * log(x), 1) == sp.FiniteSet(1)  # convex where it is defined
    assert clarke_subdifferential(filled(x * sin(log(Abs(x))), 0), 0) == Interval(-sqrt(2), sqrt(2))


# Kinks on the whole line, by independent values (Newton's method, 15 digits).


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (Max(x, cos(x)), [0.739085133215161]),
        (Max(2**x, x**2), [-0.766664695962123, 2, 4]),
        (Max(exp(x), x + 2), [-1.84140566043696, 1.14619322062058]),
        (Max(x + exp(x), 0), [-0.567143290409784]),
        (Max(1, x ** Rational(1, 3) + x), [0, 0.317672196]),
        (Max(x + 5, Abs(x) ** Rational(3, 2)), [-2.05471486753, 4.47890895763]),
        (Max(Abs(x) ** Rational(1, 3), 1 - x), [0.317672196]),
        (Min(x, (2 * x + 1) * (x**2) ** Rational(1, 3)), [-1]),
        (Max(exp(-x), x**2), [0.703467422498392]),
    ],
)
def test_kinks_without_a_formula_are_isolated(expr, expected):
    points = function(expr, x).breakpoints
    assert [float(point) for point in points] == pytest.approx(expected, rel=1e-7)


def test_a_derivation_at_a_kink_without_a_formula():
    kink = function(Max(x, cos(x)), x).breakpoints[0]
    assert derive(Max(x, cos(x)), kink, "+").value == 1
    assert derive(Max(x, cos(x)), kink, "-").value == -sin(kink)


def test_a_pole_beside_the_zeros_of_a_tangent():
    assert function(Max(tan(x), 2 * x), x, Interval(-1, 1)).breakpoints == (-1, 0, 1)
    kinks = function(Abs(tan(x) - x), x, Interval(1, 5)).breakpoints
    assert [float(kink) for kink in kinks] == pytest.approx([1, np.pi / 2, 4.49340945790906, 3 * np.pi / 2, 5])


def test_infinitely_many_zeros_are_cut_by_a_domain_into_exact_ones():
    expected = (Rational(1, 10), 1 / (3 * pi), 1 / (2 * pi), 1 / pi, 1)
    assert function(sign(sin(1 / x)), x, Interval(Rational(1, 10), 1)).breakpoints == expected
    with pytest.raises(Undecided, match="name a bounded domain"):
        function(sign(sin(x)), x)


# Parameters decide.


@pytest.mark.parametrize(
    ("expr", "x0", "condition"),
    [
        (Piecewise((a * x**2 + b, x <= 1), (1 / x, True)), 1, sp.And(Eq(a, -half), Eq(b, Rational(3, 2)))),
        (Piecewise((x**2, x < p), (2 * x - 1, True)), p, Eq(p, 1)),
        (Max(a * x, 0), 0, Eq(a, 0)),
        (Max(a * x, b * x), 0, Eq(a, b)),
        (Piecewise((a * x**2, x <= 1), ((2 * a - 3) * x + 3 - a, True)), 1, False),
        (Piecewise((exp(a * x), x < 0), (b + 2 * x, True)), 0, sp.And(Eq(a, 2), Eq(b, 1))),
        (Piecewise((x + a**2, x < 0), (x + 1, True)), 0, sp.Or(Eq(a, -1), Eq(a, 1))),
        (p * Abs(x), 0, False),
        (Abs(x**3 - p**3), p, False),
    ],
)
def test_parameters_give_conditions(expr, x0, condition):
    assert differentiability(function(expr, x), x0).differentiable == condition


def test_the_reason_states_the_solved_condition():
    f = function(Piecewise((a * x**2 + b, x <= 1), (1 / x, True)), x)
    assert differentiability(f, 1).reason.endswith("differentiable exactly where a = -1/2 and b = 3/2.")


# Numbers and tables.


def test_values_lost_to_overflow_are_computed_anew():
    assert function(x * exp(x) / (1 + exp(x)), x)([800.0]) == [800]
    assert function(exp(x) / (1 + exp(x)), x)([800.0, -800.0]).tolist() == [1, 0]
    assert function(x**40 - x**39, x)(np.float32([30]))[0] == np.inf
    table = limit_table((1 + x) ** (1 / x**2) * exp(-1 / x), 0, "+")
    assert table.values == pytest.approx(np.exp(-0.5), rel=0.05) and "undefined" not in repr(table)
    assert table.values[-1] == pytest.approx(np.exp(-0.5), rel=1e-12)
    assert limit_table(sqrt(Abs(x)), 0, "+", of="difference quotient").estimate == np.inf


def test_a_table_asks_only_for_what_is_near():
    assert limit_table(Abs(sin(x)), pi, "+", of="difference quotient").exact == 1
    assert limit_table(tan(x) / x, 0, "+").exact == 1
    assert difference_quotient(tan(x), 0, 0.5) == pytest.approx(2 * np.tan(0.5))


def test_equality_by_other_names():
    assert equal(tan(x), sin(x) / cos(x)) and equal(x * sp.cot(x), x * cos(x) / sin(x))
    assert equal(2 * sp.asinh(1), log(3 + 2 * sqrt(2)))
    assert not equal(x + exp(-200), x) and not equal(sin(10**30), sin(10**30) + Rational(1, 10**60))
    with pytest.raises(Undecided):
        equal(tanh(10**15), 1)  # They differ only after 10**15 digits.


def test_messages_name_symbols_and_cut_numbers():
    for expr, words in ((sign(sin(1 / x)), "the sign of sin(1/h) for small h"), (tanh(10**150 * x), "0… (151 digits)")):
        with pytest.raises(Undecided) as caught:
            one_sided_limit(expr, 0, "+") if expr.has(sign) else function(sign(sin(expr)) + sign(cos(expr)), x)
        assert words in str(caught.value) and "_" not in str(caught.value)


def test_a_quotient_that_can_still_be_cancelled_is_not_simplified():
    step = derive(x**2, 1, "+").steps[3]
    assert check_step(((1 + h) ** 2 - 1) / h, step).message.startswith("Right, but h can still be cancelled")
    assert check_step(2 + h, step).passed


def test_nested_tents_have_a_kink_for_each_fold():
    tent = x
    for _ in range(3):
        tent = 2 * Max(0, tent) - 4 * Max(0, tent - half) + 2 * Max(0, tent - 1)
    assert function(tent, x).breakpoints == tuple(Rational(k, 8) for k in range(9))
