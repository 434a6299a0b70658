"""Expected derivatives are textbook results, worked out by hand."""

import pytest
import sympy as sp

from course_lib.calculus import (
    LimitDisagreement,
    PiecewiseFunction,
    UndecidedLimit,
    differentiability,
    one_sided_derivative,
)

x = sp.Symbol("x")
alpha = sp.Symbol("alpha", real=True)
positive, negative = sp.Symbol("p", positive=True), sp.Symbol("n", negative=True)
oo, half = sp.oo, sp.Rational(1, 2)


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
        (sp.sign(x), 0, oo, oo, False, False),
        (sp.Heaviside(x, 1), 0, oo, 0, False, False),
        (sp.Piecewise((1, sp.Eq(x, 0)), (0, True)), 0, oo, -oo, False, False),
        (with_value(x * sp.sin(1 / x), 0), 0, sp.AccumBounds(-1, 1), sp.AccumBounds(-1, 1), True, False),
        (with_value(x**2 * sp.sin(1 / x), 0), 0, 0, 0, True, True),
        (with_value(sp.sin(1 / x), 0), 0, sp.AccumBounds(-oo, oo), sp.AccumBounds(-oo, oo), False, False),
        (with_value(sp.sin(x) / x, 1), 0, 0, 0, True, True),
        (with_value(sp.exp(-1 / x**2), 0), 0, 0, 0, True, True),
        (with_value(x / (1 + sp.exp(1 / x)), 0), 0, 1, 0, True, False),
        (with_value(1 / sp.log(sp.Abs(x)), 0), 0, oo, -oo, True, False),
        (sp.sqrt((x - 3) ** 2), 3, -1, 1, True, False),
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
    record = differentiability(sp.sqrt(x), 0)
    assert (record.left, record.right, record.differentiable) == (None, oo, False)
    assert "not defined to the left of 0" in record.reason


def test_the_increment_may_share_the_name_of_the_variable():
    for name in ("h", "t", "x_", "_x"):
        v = sp.Symbol(name)
        assert (one_sided_derivative(sp.Max(0, v), 0, "-"), one_sided_derivative(sp.Max(0, v), 0, "+")) == (0, 1)


def test_two_methods_that_disagree_give_an_error_with_both_findings():
    # SymPy adds the ranges of sine and cosine to [-2, 2]; the sum reaches only ±sqrt(2).
    with pytest.raises(LimitDisagreement) as caught:
        one_sided_derivative(with_value(x * (sp.sin(1 / x) + sp.cos(1 / x)), 0), 0, "+")
    assert caught.value.symbolic == sp.AccumBounds(-2, 2)
    assert float(caught.value.numerical.high) == pytest.approx(2**0.5, abs=1e-3)


def test_a_limit_that_is_reached_too_slowly_is_not_decided():
    with pytest.raises(UndecidedLimit, match=r"Symbolic: .*Numerical: slow"):
        one_sided_derivative(sp.Abs(x) ** sp.Rational(1001, 1000), 0, "+")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: one_sided_derivative(sp.Max(0, x), 0, "left"), ValueError, "side: got 'left'; accepted are"),
        (
            lambda: one_sided_derivative(sp.Max(0, x), "0", "-"),
            TypeError,
            "x0: got '0' of type str; accepted is a real",
        ),
        (lambda: one_sided_derivative(sp.Max(0, x), float("nan"), "-"), ValueError, "x0: got nan; accepted is a real"),
        (lambda: one_sided_derivative(sp.Max(0, x), sp.oo, "-"), ValueError, "x0: got oo; accepted is a real"),
        (lambda: one_sided_derivative(sp.Max(0, x), sp.I, "-"), ValueError, "x0: got I; accepted is a real"),
        (
            lambda: one_sided_derivative(sp.log(x), -1, "-"),
            ValueError,
            "x0: f is not defined at x = -1; f is defined on",
        ),
        (lambda: one_sided_derivative("relu", 0, "-"), TypeError, "f: got 'relu' of type str; accepted is a Piecewise"),
        (
            lambda: one_sided_derivative(sp.Symbol("q") * x, 0, "-"),
            ValueError,
            "f: got q\\*x with the free symbols q, x",
        ),
        (lambda: one_sided_derivative(sp.sqrt(x), 0, "-"), ValueError, "f is not defined just to the left of x = 0"),
        (lambda: differentiability(1 / x, 0), ValueError, "x0: f is not defined at x = 0"),
    ],
)
def test_bad_input_names_the_argument_what_came_and_what_is_accepted(call, error, message):
    with pytest.raises(error, match=message):
        call()
