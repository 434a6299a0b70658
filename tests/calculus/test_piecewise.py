"""Expected branches and values are worked out by hand; arrays are compared with NumPy's own functions."""

import mpmath
import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction, Undecided, differentiability, equal

x = sp.Symbol("x")
alpha, b = sp.Symbol("alpha", positive=True), sp.Symbol("b", real=True)
third, half = sp.Rational(1, 3), sp.Rational(1, 2)
v = sp.Symbol("x", real=True)  # another symbol of the same name
RATIONAL = sp.Contains(x, sp.S.Rationals)


def parts(expr, **options):
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
        (sp.Piecewise((x**2, sp.Abs(x) < 1), (-x, True)), [-x, x**2, -x], [-1, 1], ["-", "+"]),
        (sp.Piecewise((x, sp.And(x > 0, x < 2)), (0, True)), [0, x, 0], [0, 2], ["-", "+"]),
        (sp.Abs(x - sp.sqrt(2)), [sp.sqrt(2) - x, x - sp.sqrt(2)], [sp.sqrt(2)], ["-"]),
        # A part that is not real makes its branch undefined, and no other.
        (sp.Max(sp.sqrt(x + 1), x - 5), [sp.nan, sp.sqrt(x + 1), x - 5], [-1, 8], ["+", "-"]),
        (sp.Piecewise((x, sp.log(x) > 0), (0, True)), [sp.nan, 0, x], [0, 1], [None, "-"]),
        (sp.log(sp.Max(x, 0)), [sp.nan, sp.log(x)], [0], [None]),
        (1 / sp.Max(x, 0), [sp.nan, 1 / x], [0], [None]),
        (sp.sqrt(sp.Max(x, 0) - 1), [sp.nan, sp.sqrt(x - 1)], [1], ["+"]),
        (sp.Piecewise((sp.log(x), x > 0), (0, True)), [0, sp.log(x)], [0], ["-"]),
        (sp.asin(x), [sp.nan, sp.asin(x), sp.nan], [-1, 1], ["+", "-"]),
        (sp.acos(2 * x), [sp.nan, sp.acos(2 * x), sp.nan], [-half, half], ["+", "-"]),
        (sp.atanh(x), [sp.nan, sp.atanh(x), sp.nan], [-1, 1], [None, None]),
        (sp.acosh(x), [sp.nan, sp.acosh(x)], [1], ["+"]),
        (x**x, [sp.nan, x**x], [0], ["+"]),
        (sp.Max(0, alpha * x), [0, alpha * x], [0], ["-"]),
        (sp.Max(0, -alpha * x), [-alpha * x, 0], [0], ["-"]),
        (sp.Max(0, alpha * x + b), [0, alpha * x + b], [-b / alpha], ["-"]),
        (sp.Heaviside(x**2 - 1, 1), [1, 0, 1], [-1, 1], ["-", "+"]),
        (sp.Piecewise((1, x**2 > 4), (sp.Max(1, x), True)), [1, x, 1], [1, 2], ["-", "-"]),
    ],
)
def test_from_expr_finds_branches_breakpoints_and_owners(expr, branches, breakpoints, owners):
    got_branches, got_breakpoints, got_owners = parts(expr)
    assert got_breakpoints == breakpoints
    assert got_owners == owners
    assert len(got_branches) == len(branches)
    for got, expected in zip(got_branches, branches, strict=True):
        assert got is expected is sp.nan or sp.simplify(got - expected) == 0


def test_two_zeros_a_thousandth_apart_with_a_coefficient_that_keeps_exact_root_isolation_away():
    constant = sp.Rational(58235, 10**5) + sp.sqrt(2) - sp.Rational(141421356, 10**8)
    kinks = PiecewiseFunction.from_expr(sp.Abs(x**6 + x + constant), x).breakpoints
    roots = np.roots([1, 0, 0, 0, 0, 1, float(constant)])
    assert [float(kink) for kink in kinks] == pytest.approx(sorted(roots[roots.imag == 0].real), abs=1e-9)
    assert len(kinks) == 2


@pytest.mark.parametrize(
    ("expr", "message"),
    [
        (x**alpha, "integer=True or False for alpha"),
        (sp.Max(0, b * x + 1), "b"),
        (sp.Abs(sp.sin(x)), "name a bounded domain"),
    ],
)
def test_what_is_not_decided_says_what_is_missing(expr, message):
    with pytest.raises(Undecided, match=message):
        PiecewiseFunction.from_expr(expr, x)


def test_a_domain_bounds_the_breakpoints():
    _, breakpoints, owners = parts(sp.Abs(sp.sin(x)), domain=sp.Interval.Lopen(-4, 4))
    assert breakpoints == [-4, -sp.pi, 0, sp.pi, 4]
    assert owners == [None, "-", "-", "-", "-"]
    for expr, pole in ((sp.tan(x), sp.pi / 2), (sp.sec(x), sp.pi / 2), (sp.cot(x), 0), (sp.csc(x), 0)):
        assert parts(expr, domain=sp.Interval(-1, 2))[1] == [-1, pole, 2]


def test_a_breakpoint_with_a_nested_radical_is_met_exactly():
    f = PiecewiseFunction.from_expr(sp.Max(0, 6 - 3 * x, 4 * x**2 - 5 * x - sp.Rational(5, 7)), x)
    assert [f.value(point) >= 0 for point in f.breakpoints] == [True] * len(f.breakpoints)


def test_zeros_without_a_formula_stay_exact():
    f = PiecewiseFunction.from_expr(sp.Abs(x**3 - x - 1), x)
    record = differentiability(f, f.breakpoints[0])
    assert float(record.right) == pytest.approx(3 * 1.324717957244746**2 - 1)
    assert record.differentiable is False


def test_decimals_are_read_to_the_last_digit():
    identity = PiecewiseFunction([x], [], x)
    given = (0.1, np.float32(0.1), 1 / 3, 1e23, np.float32(2**40), sp.Float("0.12345678901234567890123", 25))
    exact = (sp.Rational(1, 10), sp.Rational(1, 10), third, 10**23, 2**40, sp.Rational("0.12345678901234567890123"))
    assert tuple(map(identity.value, given)) == exact
    assert PiecewiseFunction.from_expr(0.1 * x, x).value(1) == sp.Rational(1, 10)


def test_irrational_constants_do_not_lift_the_precision():
    f = PiecewiseFunction.from_expr((x + sp.sqrt(2)) ** 2 - 2, x)
    low, root = np.array([0.01], np.float16), np.float16(2**0.5)
    np.testing.assert_array_equal(f(low), (low + root) ** 2 - np.float16(2))
    gelu = PiecewiseFunction.from_expr(x * (1 + sp.erf(x / sp.sqrt(2))) / 2, x)
    assert gelu(low).dtype == np.float16
    np.testing.assert_allclose(gelu([-1.0, 0.0, 1.0]), [-0.15865525, 0, 0.84134475], rtol=1e-7)


def test_an_exact_root_among_the_constants_keeps_its_own_symbol_and_works_on_arrays():
    root = sp.CRootOf(x**5 - x - 1, 0)
    f = PiecewiseFunction.from_expr(sp.Piecewise((root, x > 0), (x, True)), x)
    assert f([1.0])[0] == pytest.approx(1.1673039782614187)
    assert f.value(1) == root


def test_a_breakpoint_beyond_the_precision_is_infinite_there():
    low = PiecewiseFunction.from_expr(sp.Max(0, x + 100000), x)
    assert low(np.array([-np.inf], np.float16)).tolist() == [0]
    assert PiecewiseFunction.from_expr(sp.Max(x, 10**6), x)(np.array([1.0], np.float16)).tolist() == [np.inf]


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
    assert f(np.array([4, 9])).tolist() == [2.0, 3.0]  # integers are read as float64


def test_as_expr_is_the_same_function_and_latex_shows_its_cases():
    for expr in (sp.Max(0, x), sp.Heaviside(x), sp.Piecewise((1, sp.Eq(x, 0)), (0, True)), sp.Min(6, sp.Max(0, x))):
        f = PiecewiseFunction.from_expr(expr, x)
        assert equal(f.as_expr(), expr)
        assert "\\begin{cases}" in f._repr_latex_()


def test_branches_that_disagree_need_an_owner():
    with pytest.raises(ValueError, match="owners: the branches give 0 and 1 at the breakpoint 0"):
        PiecewiseFunction([0, 1], [0], x)
    assert PiecewiseFunction([0, 1], [0], x, owners=["+"]).value(0) == 1
    assert PiecewiseFunction([0, 1], [0], x, owners=[half]).value(0) == half
    assert PiecewiseFunction([sp.Abs(x), 3 * x], [0], x).branches == (-x, 3 * x)  # each resolved on its own interval


BY_NAME = PiecewiseFunction.from_expr


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: PiecewiseFunction([0, x], [], x), ValueError, "branches: got 2 for 0 breakpoints"),
        (lambda: PiecewiseFunction([0, x, 0], [1, 1], x), ValueError, "breakpoints: got 1 before 1"),
        (lambda: PiecewiseFunction([0, x], [x], x), ValueError, "no assumption makes real"),
        (lambda: PiecewiseFunction([0, v], [v], v), ValueError, "breakpoints: got x; accepted are points without"),
        (lambda: PiecewiseFunction([0, x], [0], x, owners=["left"]), ValueError, "owners: got 'left'; accepted are"),
        (lambda: PiecewiseFunction([0, x], [0], x, owners=[]), ValueError, "owners: got 0 for 1 breakpoints"),
        (lambda: PiecewiseFunction([sp.Abs(x)], [], x), ValueError, "branches: got .* which changes at 0"),
        (lambda: PiecewiseFunction([1 / x**2], [], x), ValueError, "branches: got .* which changes at 0"),
        (lambda: PiecewiseFunction([sp.log(x), x], [-1], x, owners=["+"]), ValueError, "which is not real there"),
        (lambda: PiecewiseFunction([v], [], x), ValueError, "branches: got a parameter named x .* one symbol a name"),
        (lambda: BY_NAME(v * x, x), ValueError, "expr: got a parameter named x .* one symbol a name"),
        (lambda: BY_NAME(sp.Piecewise((1, RATIONAL), (0, True)), x), ValueError, "expr: got the condition Contains"),
        (lambda: BY_NAME("Max(0, x)", x), TypeError, "expr: got 'Max\\(0, x\\)'; accepted is a SymPy expression"),
        (lambda: BY_NAME(sp.Max(0, x), "x"), TypeError, "variable: got 'x'; accepted is a symbol"),
        (lambda: BY_NAME(x, sp.Symbol("x", positive=True)), ValueError, "variable: got x with the assumptions"),
        (lambda: BY_NAME(sp.Symbol("q") * x, x), ValueError, "expr: got the parameter q, which no assumption"),
        (lambda: BY_NAME(sp.floor(x), x), ValueError, "expr: got floor in floor\\(x\\); accepted are Max"),
        (lambda: BY_NAME((-2) ** x, x), ValueError, "accepted are powers of a positive base"),
        (lambda: BY_NAME(sp.I * x, x), ValueError, "accepted are real, finite expressions"),
        (lambda: BY_NAME(x, x, domain=(0, 1)), TypeError, "domain: got \\(0, 1\\)"),
        (lambda: BY_NAME(sp.Max(0, x), x)("1"), TypeError, "x: got '1'; accepted are real numbers"),
        (lambda: BY_NAME(sp.log(x), x).value(-1), ValueError, r"-1, where f is not defined; accepted .* \(0, oo\)"),
        (lambda: BY_NAME(alpha * x, x)(1.0), ValueError, "the parameters alpha without values"),
    ],
)
def test_bad_input_names_the_argument_what_came_and_what_is_accepted(make, error, message):
    with pytest.raises(error, match=message):
        make()


@pytest.mark.parametrize(
    ("expr", "at"),
    [
        ((1 - sp.cos(x)) / x**2, [1e-12, 1e-8, 1e-4, 2.0]),
        (sp.exp(x) / (1 + sp.exp(x)), [-800.0, 1.0, 800.0]),
        ((x - sp.Rational(1, 3)) * sp.erf(1 / (x - sp.Rational(1, 3))), [0.33333333333333337, 0.3333333333333334, 1.0]),
        ((3 * x + 2) * sp.atan(1 / (3 * x + 2)), [-0.6666666666666669, 1e8]),
        (sp.sqrt(x**2 + 1) - x, [1e8, 3.0]),
        (sp.exp(x) - 1, [1e-300, 1e-17, 1.0]),
        (sp.sin(sp.pi * x), [1.0, 3.0000000000000004]),
        # SymPy would write the magnitudes of these slopes with real and imaginary parts.
        (sp.exp(sp.erf(x ** sp.Rational(2, 3))), [0.5, 8.0]),
        (sp.erfc(sp.erfc(x + 2) + 1), [-3.0, 0.0, 1.5]),
    ],
)
def test_on_an_array_no_digits_are_lost_where_terms_cancel(expr, at):
    f = PiecewiseFunction.from_expr(sp.Piecewise((expr, x > -1000), (0, True)), x)
    with mpmath.workdps(400):
        expected = [float(sp.lambdify(x, expr, "mpmath")(mpmath.mpf(point))) for point in at]
    assert f(np.array(at)) == pytest.approx(expected, rel=2e-12, abs=0)


def test_a_value_so_small_that_sympys_own_digits_of_it_are_0_is_not_0():
    """There tanh(log(1 + u)) is u to all digits, with u = e^-600."""
    f = 600 * x * sp.tanh(sp.log(sp.exp(600 * x) + 1))
    u = float(mpmath.exp(-600))
    exactly = PiecewiseFunction.from_expr(f, x)
    assert exactly.value(-1) != 0 and exactly([-1.0])[0] == pytest.approx(-600 * u, rel=1e-12, abs=0)
    slope = differentiability(f, -1).left
    assert float(mpmath.mpf(sp.N(slope.subs(sp.log(sp.exp(-600) + 1), sp.exp(-600)), 60))) == pytest.approx(
        -359400 * u, rel=1e-9, abs=0
    )
    assert equal(sp.log(1 + sp.exp(-600)), 0) is False
