"""Derivatives against textbook results, worked out by hand; quotients and tables against errors known from analysis."""

import mpmath
import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import (
    LimitDisagreement,
    PiecewiseFunction,
    UndecidedLimit,
    difference_quotient,
    differentiability,
    limit_table,
    one_sided_derivative,
    one_sided_limit,
)

x = sp.Symbol("x")
alpha = sp.Symbol("alpha", real=True)
positive, negative = sp.Symbol("p", positive=True), sp.Symbol("n", negative=True)
oo, half = sp.oo, sp.Rational(1, 2)
POWERS_OF_TWO = 2.0 ** -np.arange(1, 14)


def with_value(expr, value):
    """expr with the gap at 0 filled."""
    return sp.Piecewise((expr, sp.Ne(x, 0)), (value, True))


@pytest.mark.parametrize(
    ("expr", "x0", "left", "right", "continuous", "differentiable"),
    [
        (sp.Max(0, x), 0, 0, 1, True, False),
        (sp.Abs(x), 0, -1, 1, True, False),
        (sp.Abs(sp.Max(x, 0) - 1), 0, 0, -1, True, False),
        (sp.Abs(sp.Max(x, 0) - 1), 1, -1, 1, True, False),
        (sp.Min(6, sp.Max(0, x)), 6, 1, 0, True, False),
        (sp.Max(0, x), 1, 1, 1, True, True),
        (x * sp.Abs(x), 0, 0, 0, True, True),
        (sp.sqrt(sp.Abs(x)), 0, -oo, oo, True, False),
        (sp.real_root(x, 3), 0, oo, oo, True, False),
        (sp.Heaviside(x), 0, oo, oo, False, False),
        (sp.Heaviside(x, 1), 0, oo, 0, False, False),
        (sp.Piecewise((1, sp.Eq(x, 0)), (0, True)), 0, oo, -oo, False, False),
        (with_value(x * sp.sin(1 / x), 0), 0, sp.AccumBounds(-1, 1), sp.AccumBounds(-1, 1), True, False),
        (with_value(x**2 * sp.sin(1 / x), 0), 0, 0, 0, True, True),
        (with_value(sp.sin(1 / x), 0), 0, sp.AccumBounds(-oo, oo), sp.AccumBounds(-oo, oo), False, False),
        (with_value(sp.sin(x) / x, 1), 0, 0, 0, True, True),
        (with_value(sp.exp(-1 / x**2), 0), 0, 0, 0, True, True),
        (with_value(x / (1 + sp.exp(1 / x)), 0), 0, 1, 0, True, False),
        (with_value(1 / sp.log(sp.Abs(x)), 0), 0, oo, -oo, True, False),
        (sp.log(1 + sp.exp(x)), 0, half, half, True, True),
        (sp.Piecewise((x, x > 0), (sp.exp(x) - 1, True)), 0, 1, 1, True, True),
        (sp.Max(0, x) ** sp.Rational(3, 2), 0, 0, 0, True, True),
        (sp.Abs(x - sp.sqrt(2)), sp.sqrt(2), -1, 1, True, False),
    ],
)
def test_differentiability(expr, x0, left, right, continuous, differentiable):
    record = differentiability(expr, x0)
    assert (record.left, record.right) == (left, right)
    assert record.continuous is continuous
    assert record.differentiable is differentiable
    assert record.reason.endswith(".")


def test_parameters_stay_symbolic_and_their_assumptions_decide():
    for parameter in (positive, alpha):
        record = differentiability(PiecewiseFunction.from_expr(sp.Max(0, x) + parameter * sp.Min(0, x), x), 0)
        assert (record.left, record.right, record.differentiable) == (parameter, 1, sp.Eq(parameter, 1))
    record = differentiability(PiecewiseFunction.from_expr(sp.Max(0, x) + negative * sp.Min(0, x), x), 0)
    assert (record.left, record.right, record.differentiable) == (negative, 1, False)


def test_a_function_on_one_side_only():
    for expr, left, right, missing in ((sp.sqrt(x), None, oo, "left"), (sp.sqrt(-x), -oo, None, "right")):
        record = differentiability(expr, 0)
        assert (record.left, record.right, record.differentiable) == (left, right, False)
        assert record.reason == f"f is not defined to the {missing} of 0."


def test_the_increment_may_share_the_name_of_the_variable():
    for name in ("h", "t", "x_", "_x"):
        v = sp.Symbol(name)
        assert (one_sided_derivative(sp.Max(0, v), 0, "-"), one_sided_derivative(sp.Max(0, v), 0, "+")) == (0, 1)


def test_two_methods_that_disagree_give_an_error_with_both_findings():
    # SymPy says that (sin(1/h) - 1)/h swings between -oo and oo; it is never above 0.
    with pytest.raises(LimitDisagreement) as caught:
        one_sided_derivative(with_value(sp.sin(1 / x), 1), 0, "+")
    assert caught.value.symbolic == sp.AccumBounds(-sp.oo, sp.oo)
    assert caught.value.numerical.high < 0


def test_a_limit_that_is_reached_too_slowly_is_not_decided():
    with pytest.raises(UndecidedLimit, match=r"Symbolic: .*Numerical: slow"):
        one_sided_limit(sp.log(sp.log(sp.log(1 / x))), 0, "+")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(("expr", "forward", "backward"), [(sp.Max(0, x), 1, 0), (sp.Abs(x), 1, -1)])
def test_at_a_kink_the_central_quotient_is_the_mean_for_every_h(expr, forward, backward, dtype):
    for scheme, slope in (("forward", forward), ("backward", backward), ("central", (forward + backward) / 2)):
        quotients = difference_quotient(expr, 0, POWERS_OF_TWO, scheme, dtype)
        assert quotients.dtype == dtype
        assert (quotients == slope).all()


def test_every_operation_is_done_in_the_stated_precision():
    one, h = np.float16(1), np.float16(2**-6)
    expected = (np.exp(one + h) - np.exp(one)) / h
    assert difference_quotient(sp.exp(x), 1, 2**-6, dtype="float16") == expected


def test_the_central_error_falls_with_the_square_of_h():
    errors = np.abs(difference_quotient(sp.exp(x), 0, [1e-2, 1e-3], "central") - 1)
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)


def test_the_error_of_the_forward_quotient_of_exp_is_half_h_times_e():
    table = limit_table(sp.exp(x), 1, "+", of="difference quotient")
    assert table.exact == sp.E
    np.testing.assert_allclose(table.error[1:5], table.h[1:5] * np.e / 2, rtol=0.01)
    assert table.estimate == pytest.approx(np.e, abs=1e-6)
    # Round-off takes over near the square root of epsilon.
    assert 1e-9 <= table.round_off_from <= 1e-7
    coarse = limit_table(sp.exp(x), 1, "+", of="difference quotient", dtype="float32")
    assert 1e-5 <= coarse.round_off_from <= 1e-3


@pytest.mark.parametrize(
    ("f", "x0", "side", "options", "first"),
    [
        # At 1e-8 the error of 1.2e-8 is 2.2e-8 of round-off less 1.0e-8 of truncation.
        (x**2, 1, "+", {}, 1e-8),
        (x**2, 1, "-", {}, 1e-9),
        (sp.sqrt(x), 2, "+", {}, 1e-8),
        (x**2, 1, "+", {"dtype": "float16"}, 1e-2),
        # In steps of powers of two x² is exact until it is rounded by as much as is truncated.
        (x**2, 1, "+", {"h": [2.0**-10, 2.0**-26, 2.0**-27, 2.0**-52, 2.0**-53]}, 2.0**-53),
        (3 * x, 1, "+", {}, 0.1),  # No truncation at all.
        (sp.exp(x), 1, "+", {"h": [1e-110, 1e-120, 5e-324]}, 1e-110),
        (sp.exp(x), 0, "+", {"h": [1e-3, 1e-4]}, None),
        (x**2, sp.sqrt(2), "+", {"h": [1e-3, 1e-12]}, 1e-12),
        ((1 - sp.cos(x)) / x**2, 0, "+", {"of": "value", "h": [1e-1, 1e-3, 1e-5, 1e-9]}, 1e-5),
        (sp.sqrt(x), 0, "+", {"of": "value"}, None),
    ],
)
def test_round_off_takes_over_where_it_is_larger_than_truncation(f, x0, side, options, first):
    table = limit_table(f, x0, side, **{"of": "difference quotient", **options})
    assert table.round_off_from == first
    if first is not None:
        assert repr(table).endswith(f"round-off takes over from h = {first:.0e}")


def test_the_two_parts_of_the_error_against_mpmath():
    """exp at 1: truncation (e·(eʰ − 1)/h − e) and round-off, worked out in 60 digits."""
    table = limit_table(sp.exp(x), 1, "+", of="difference quotient")
    with mpmath.workdps(60):
        for h, value in zip(table.h.tolist(), table.values.tolist(), strict=True):
            exactly = mpmath.e * mpmath.expm1(h) / h
            larger = abs(value - exactly) > abs(exactly - mpmath.e)
            assert larger == (h <= table.round_off_from), h


def test_relu_has_no_error_at_any_h_and_no_round_off():
    for side, slope in (("-", 0), ("+", 1)):
        table = limit_table(sp.Max(0, x), 0, side, of="difference quotient")
        assert (table.values == slope).all()
        assert table.round_off_from is None


def test_values_of_f_itself_and_an_oscillation_without_an_error_column():
    for side, limit in (("-", 0), ("+", 1)):
        table = limit_table(sp.Heaviside(x), 0, side)
        assert table.exact == limit
        assert (table.values == limit).all()
    table = limit_table(sp.sin(1 / x), 0, "+")
    assert table.exact == sp.AccumBounds(-1, 1)
    assert np.isnan(table.error).all()
    assert "–" in repr(table)


def test_a_step_that_rounds_away_is_undefined_and_not_the_value_at_the_point():
    table = limit_table(sp.sign(x), 0, "+", h=[0.1, 1e-9], dtype="float16")
    assert table.values[0] == 1
    assert np.isnan(table.values[1])
    assert limit_table(sp.sign(x), 0, "+", dtype=np.float32).values.tolist() == [1.0] * 7
    assert np.isnan(table.estimate)  # no two neighbouring values to compare


def test_only_what_goes_one_way_ever_faster_is_taken_for_infinite():
    steps = [0.1, 0.01, 0.001, 0.0001]
    # At these steps sin(π/h) is 0 but for rounding, which is of both signs and grows with π/h.
    assert abs(limit_table(sp.sin(sp.pi / x), 0, "+", h=steps).estimate) < 1e-9
    assert limit_table(1 / x, 0, "-", h=steps).estimate == -np.inf == limit_table(7 - 1 / x, 0, "+", h=steps).estimate


RELU = sp.Max(0, x)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: one_sided_derivative(RELU, 0, "left"), ValueError, "side: got 'left'; accepted are '-' .from the"),
        (lambda: one_sided_derivative(RELU, "0", "-"), TypeError, "x0: got '0'; accepted is a real"),
        (lambda: one_sided_derivative(RELU, float("nan"), "-"), ValueError, "x0: got nan; accepted is a real"),
        (lambda: one_sided_derivative(RELU, sp.I, "-"), ValueError, "x0: got I; accepted is a real"),
        (lambda: one_sided_derivative(sp.log(x), -1, "-"), ValueError, "x0: got -1, where f is not defined; accepted"),
        (lambda: one_sided_derivative("relu", 0, "-"), TypeError, "f: got 'relu'; accepted is a Piecewise"),
        (lambda: one_sided_derivative(sp.Symbol("q") * x, 0, "-"), ValueError, "got q\\*x with the free symbols q, x"),
        (lambda: one_sided_derivative(sp.sqrt(x), 0, "-"), ValueError, "x0: got 0, just left of which f is not def"),
        (lambda: differentiability(1 / x, 0), ValueError, "x0: got 0, where f is not defined"),
        (lambda: difference_quotient(RELU, 0, 0.1, "left"), ValueError, "scheme: got 'left'; accepted are 'forward'"),
        (lambda: difference_quotient(RELU, 0, 0.0), ValueError, "h: got 0.0; accepted are positive"),
        (lambda: difference_quotient(RELU, 0, [0.1, -1.0]), ValueError, "h: got -1.0; accepted are positive"),
        (lambda: difference_quotient(RELU, 0, [0.1, np.nan]), ValueError, "h: got nan; accepted are positive, finite"),
        (lambda: difference_quotient(RELU, 0, "0.1"), TypeError, "h: got '0.1'; accepted are positive"),
        (lambda: difference_quotient(RELU, 0, 1e-9, dtype="float16"), ValueError, "got 1e-09, which rounds to 0"),
        (lambda: difference_quotient(RELU, 0, 0.1, dtype=int), ValueError, "dtype: got 'int'; accepted are 'float16'"),
        (lambda: difference_quotient(RELU, alpha, 0.1), ValueError, "x0: got alpha; accepted is a number without"),
        (lambda: limit_table(RELU, 0, "+", of="slope"), ValueError, "of: got 'slope'; accepted are 'value'"),
        (lambda: limit_table(RELU, 0, "+", h=[1e-3, 1e-2]), ValueError, "h: got .*descending"),
        (lambda: limit_table(RELU, 0, "+", h=[0.1, -0.1]), ValueError, "h: got .*positive"),
        (lambda: limit_table(RELU, 0, "+", h=[0.1, 0.1]), ValueError, "descending"),
        (lambda: limit_table(RELU, 0, "+", h=[0.1]), ValueError, "at least two"),
    ],
)
def test_bad_input_names_the_argument_what_came_and_what_is_accepted(call, error, message):
    with pytest.raises(error, match=message):
        call()
