"""Expected branches and values are worked out by hand; arrays are compared with NumPy's own functions."""

import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction, Undecided, differentiability, equal

x = sp.Symbol("x")
alpha = sp.Symbol("alpha", positive=True)
third = sp.Rational(1, 3)


def found(expr, **options):
    f = PiecewiseFunction.from_expr(expr, x, **options)
    return list(f.branches), list(f.breakpoints), list(f.owners)


@pytest.mark.parametrize(
    ("expr", "branches", "breakpoints", "owners"),
    [
        (sp.Max(0, x), [0, x], [0], ["-"]),
        (sp.Abs(sp.Max(x, 0) - 1), [1, 1 - x, x - 1], [0, 1], ["-", "-"]),
        (sp.Max(0, x) + alpha * sp.Min(0, x), [alpha * x, x], [0], ["-"]),
        (sp.Min(6, sp.Max(0, x)), [0, x, 6], [0, 6], ["-", "-"]),
        (sp.Max(x, -x, x**2 - 1, 3), [x**2 - 1, 3, x**2 - 1], [-2, 2], ["-", "-"]),
        (sp.Heaviside(x), [0, 1], [0], [sp.Rational(1, 2)]),
        (sp.sign(x), [-1, 1], [0], [0]),
        (sp.Piecewise((1, sp.Eq(x, 0)), (0, True)), [0, 0], [0], [1]),
        ((x**2 - 1) / (x - 1), [(x**2 - 1) / (x - 1)] * 2, [1], [None]),
        (sp.log(x), [sp.nan, sp.log(x)], [0], [None]),
        (sp.sqrt(1 - x**2), [sp.nan, sp.sqrt(1 - x**2), sp.nan], [-1, 1], ["+", "-"]),
        (sp.Abs(x) ** 2, [x**2], [], []),
        (sp.Max(x, 0) - sp.Max(-x, 0), [x], [], []),
        (0.1 * sp.Min(x, 0) + sp.Max(x, 0), [x / 10, x], [0], ["-"]),
        (sp.real_root(x, 3), [-((-x) ** third), x**third], [0], ["-"]),
        (
            sp.Piecewise((x**2, sp.Abs(x) < 1), (2 * sp.Abs(x) - 1, True)),
            [-2 * x - 1, x**2, 2 * x - 1],
            [-1, 1],
            ["-", "-"],
        ),
        (sp.Piecewise((x, sp.And(x > 0, x < 2)), (0, True)), [0, x, 0], [0, 2], ["-", "+"]),
        (sp.Abs(x - sp.sqrt(2)), [sp.sqrt(2) - x, x - sp.sqrt(2)], [sp.sqrt(2)], ["-"]),
    ],
)
def test_from_expr_finds_branches_breakpoints_and_owners(expr, branches, breakpoints, owners):
    got_branches, got_breakpoints, got_owners = found(expr)
    assert got_breakpoints == breakpoints
    assert got_owners == owners
    assert len(got_branches) == len(branches)
    for got, expected in zip(got_branches, branches, strict=True):
        assert got is expected is sp.nan or sp.simplify(got - expected) == 0


def test_close_pairs_of_zeros_are_not_missed():
    # Two zeros a thousandth apart, and a coefficient that keeps exact root isolation away.
    polynomial = x**6 + x + sp.Rational(58235, 10**5) + (sp.sqrt(2) - sp.Rational(141421356, 10**8))
    with pytest.raises(Undecided, match="real zeros"):
        PiecewiseFunction.from_expr(sp.Abs(polynomial), x)


def test_a_breakpoint_with_a_nested_radical_is_met_exactly():
    f = PiecewiseFunction.from_expr(sp.Max(0, 6 - 3 * x, 4 * x**2 - 5 * x - sp.Rational(5, 7)), x)
    assert [f.value(point) >= 0 for point in f.breakpoints] == [True] * len(f.breakpoints)


def test_zeros_without_a_formula_stay_exact():
    f = PiecewiseFunction.from_expr(sp.Abs(x**3 - x - 1), x)
    record = differentiability(f, f.breakpoints[0])
    assert float(record.right) == pytest.approx(3 * 1.324717957244746**2 - 1)
    assert record.differentiable is False


@pytest.mark.parametrize(
    ("expr", "branches", "breakpoints"),
    [
        (sp.Max(sp.sqrt(x + 1), x - 100), [sp.nan, sp.sqrt(x + 1), x - 100], None),
        (sp.Piecewise((x, sp.log(x) > 0), (0, True)), [sp.nan, 0, x], [0, 1]),
        (sp.log(sp.Max(x, 0)), [sp.nan, sp.log(x)], [0]),
        (1 / sp.Max(x, 0), [sp.nan, 1 / x], [0]),
        (sp.sqrt(sp.Max(x, 0) - 1), [sp.nan, sp.sqrt(x - 1)], [1]),
        (sp.Piecewise((sp.log(x), x > 0), (0, True)), [0, sp.log(x)], [0]),
    ],
)
def test_a_part_that_is_not_real_makes_its_branch_undefined_and_no_other(expr, branches, breakpoints):
    got_branches, got_breakpoints, _ = found(expr)
    assert got_branches == branches
    assert breakpoints is None or got_breakpoints == breakpoints


def test_a_power_with_an_unknown_exponent_is_not_called_undefined():
    with pytest.raises(Undecided, match="integer=True or False for alpha"):
        PiecewiseFunction.from_expr(x**alpha, x)


def test_the_error_function_works_on_arrays():
    gelu = PiecewiseFunction.from_expr(x * (1 + sp.erf(x / sp.sqrt(2))) / 2, x)
    np.testing.assert_allclose(gelu([-1.0, 0.0, 1.0]), [-0.15865525, 0, 0.84134475], rtol=1e-7)


def test_decimals_are_read_to_the_last_digit():
    assert PiecewiseFunction.from_expr(0.1 * x, x).value(1) == sp.Rational(1, 10)
    assert PiecewiseFunction.from_expr(x, x).value(1e23) == 10**23
    assert PiecewiseFunction.from_expr(x, x).value(np.float32(2**40)) == 2**40
    assert PiecewiseFunction.from_expr(x, x).value(np.float32(0.1)) == sp.Rational(1, 10)


def test_irrational_constants_do_not_lift_the_precision():
    f = PiecewiseFunction.from_expr((x + sp.sqrt(2)) ** 2 - 2, x)
    v, root = np.array([0.01], np.float16), np.float16(2**0.5)
    np.testing.assert_array_equal(f(v), (v + root) ** 2 - np.float16(2))
    gelu = PiecewiseFunction.from_expr(x * (1 + sp.erf(x / sp.sqrt(2))) / 2, x)
    assert gelu(v).dtype == np.float16


def test_an_exact_root_among_the_constants_works_on_arrays():
    root = sp.CRootOf(x**5 - x - 1, 0)
    f = PiecewiseFunction.from_expr(sp.Piecewise((root, x > 0), (x, True)), x)
    assert f([1.0])[0] == pytest.approx(1.1673039782614187)


def test_branches_are_resolved_on_their_own_interval():
    f = PiecewiseFunction([sp.Abs(x), 3 * x], [0], x)
    assert f.branches == (-x, 3 * x)
    assert differentiability(f, -2).left == -1


def test_a_power_with_the_variable_in_both_places():
    assert found(x**x)[:2] == ([sp.nan, x**x], [0])


def test_a_breakpoint_beyond_the_precision_is_infinite_there():
    low = PiecewiseFunction.from_expr(sp.Max(0, x + 100000), x)
    assert low(np.array([-np.inf], np.float16)).tolist() == [0]
    assert PiecewiseFunction.from_expr(sp.Max(x, 10**6), x)(np.array([1.0], np.float16)).tolist() == [np.inf]


def test_a_symbolic_breakpoint_needs_the_sign_of_its_slope():
    b = sp.Symbol("b", real=True)
    assert found(sp.Max(0, alpha * x + b)) == ([0, alpha * x + b], [-b / alpha], ["-"])
    slope = sp.Symbol("w", real=True)
    with pytest.raises(Undecided, match="w"):
        PiecewiseFunction.from_expr(sp.Max(0, slope * x + b), x)


def test_the_sign_of_a_parameter_changes_the_branches():
    negative = sp.Symbol("n", negative=True)
    assert found(sp.Max(0, alpha * x))[0] == [0, alpha * x]
    assert found(sp.Max(0, negative * x))[0] == [negative * x, 0]


def test_infinitely_many_breakpoints_ask_for_a_domain():
    with pytest.raises(Undecided, match="name a bounded domain"):
        PiecewiseFunction.from_expr(sp.Abs(sp.sin(x)), x)
    _, breakpoints, _ = found(sp.Abs(sp.sin(x)), domain=sp.Interval(-4, 4))
    assert breakpoints == [-4, -sp.pi, 0, sp.pi, 4]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(
    ("expr", "same_in_numpy"),
    [
        (sp.Max(0, x), lambda v: np.maximum(v, 0)),
        (sp.Abs(x), np.abs),
        (sp.Min(6, sp.Max(0, x)), lambda v: np.clip(v, 0, 6)),
        (sp.sign(x), np.sign),
        (sp.Heaviside(x), lambda v: np.heaviside(v, v.dtype.type(0.5))),
    ],
)
def test_a_call_agrees_with_numpy_and_keeps_the_precision(expr, same_in_numpy, dtype):
    values = np.array([[-7.5, -1, -0.0], [0.0, 2.25, 6]], dtype)
    result = PiecewiseFunction.from_expr(expr, x)(values)
    assert result.dtype == values.dtype
    np.testing.assert_array_equal(result, same_in_numpy(values))


def test_a_call_gives_nan_where_f_is_not_defined():
    f = PiecewiseFunction.from_expr(sp.sqrt(x), x)
    np.testing.assert_array_equal(f([-1.0, 0.0, 4.0, np.nan]), [np.nan, 0, 2, np.nan])
    assert np.isnan(PiecewiseFunction.from_expr(1 / x, x)(0.0))


def test_integers_are_read_as_float64():
    assert PiecewiseFunction.from_expr(sp.Max(0, x), x)(np.array([-1, 2])).tolist() == [0.0, 2.0]


def test_as_expr_is_the_same_function():
    for expr in (sp.Max(0, x), sp.Heaviside(x), sp.Piecewise((1, sp.Eq(x, 0)), (0, True)), sp.Min(6, sp.Max(0, x))):
        assert equal(PiecewiseFunction.from_expr(expr, x).as_expr(), expr)


def test_latex_shows_both_cases():
    assert "\\begin{cases}" in PiecewiseFunction.from_expr(sp.Max(0, x), x).latex()


def test_branches_that_disagree_need_an_owner():
    with pytest.raises(ValueError, match="owners: the branches give 0 and 1 at the breakpoint 0"):
        PiecewiseFunction([0, 1], [0], x)
    assert PiecewiseFunction([0, 1], [0], x, owners=["+"]).value(0) == 1
    assert PiecewiseFunction([0, 1], [0], x, owners=[sp.Rational(1, 2)]).value(0) == sp.Rational(1, 2)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: PiecewiseFunction([0, x], [], x), ValueError, "branches: got 2 for 0 breakpoints"),
        (lambda: PiecewiseFunction([0, x, 0], [1, 0], x), ValueError, "breakpoints: got 1 before 0"),
        (lambda: PiecewiseFunction([0, x], [x], x), ValueError, "contains the variable x|no assumption"),
        (lambda: PiecewiseFunction([0, x], [0], x, owners=["left"]), ValueError, "owners: got 'left'"),
        (lambda: PiecewiseFunction([sp.Abs(x)], [], x), ValueError, "branches: .* it changes at 0"),
        (lambda: PiecewiseFunction([1 / x**2], [], x), ValueError, "branches: .* it changes at 0"),
        (lambda: PiecewiseFunction([sp.log(x), x], [-1], x, owners=["+"]), ValueError, "branches: .* not real there"),
        (lambda: PiecewiseFunction([sp.Symbol("x", real=True)], [], x), ValueError, "one symbol a name"),
        (
            lambda: PiecewiseFunction.from_expr(sp.Piecewise((1, sp.Contains(x, sp.S.Rationals)), (0, True)), x),
            ValueError,
            "the condition Contains.* is not accepted",
        ),
        (lambda: PiecewiseFunction.from_expr("Max(0, x)", x), TypeError, "expr: got 'Max\\(0, x\\)' of type str"),
        (lambda: PiecewiseFunction.from_expr(sp.Max(0, x), "x"), TypeError, "variable: got 'x' of type str"),
        (
            lambda: PiecewiseFunction.from_expr(x, sp.Symbol("x", positive=True)),
            ValueError,
            "variable: x carries the assump",
        ),
        (lambda: PiecewiseFunction.from_expr(sp.Symbol("q") * x, x), ValueError, "the parameter q has no assumption"),
        (lambda: PiecewiseFunction.from_expr(sp.floor(x), x), ValueError, "floor in floor\\(x\\) is not accepted"),
        (lambda: PiecewiseFunction.from_expr(sp.I * x, x), ValueError, "accepted are real, finite expressions"),
        (lambda: PiecewiseFunction.from_expr(x, x, domain=(0, 1)), TypeError, "domain: got \\(0, 1\\)"),
        (lambda: PiecewiseFunction.from_expr(sp.Max(0, x), x)("1"), TypeError, "x: got <U1 data"),
        (
            lambda: PiecewiseFunction.from_expr(sp.log(x), x).value(-1),
            ValueError,
            "not defined at x = -1; f is defined on",
        ),
        (lambda: PiecewiseFunction.from_expr(alpha * x, x)(1.0), ValueError, "the parameters alpha have no values"),
    ],
)
def test_bad_input_names_the_argument_what_came_and_what_is_accepted(make, error, message):
    with pytest.raises(error, match=message):
        make()
