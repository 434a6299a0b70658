"""Subdifferentials from the literature and worked out by hand; supporting lines are tried at many points as well."""

import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction, Undecided, is_convex, is_subgradient
from course_lib.calculus import clarke_subdifferential as clarke_set
from course_lib.calculus import convex_subdifferential as convex_set

x = sp.Symbol("x")
half = sp.Rational(1, 2)
Interval, EMPTY = sp.Interval, sp.S.EmptySet


@pytest.mark.parametrize(
    ("expr", "x0", "convex", "clarke"),
    [
        (sp.Max(0, x), 0, Interval(0, 1), Interval(0, 1)),
        (sp.Max(0, x), 2, {1}, {1}),
        (sp.Abs(x), 0, Interval(-1, 1), Interval(-1, 1)),
        (-sp.Abs(x), 0, EMPTY, Interval(-1, 1)),
        (sp.Max(0, x) + sp.Min(0, x) / 10, 0, Interval(sp.Rational(1, 10), 1), Interval(sp.Rational(1, 10), 1)),
        (sp.Max(0, x) + 2 * sp.Min(0, x), 0, EMPTY, Interval(1, 2)),
        (sp.Min(6, sp.Max(0, x)), 6, EMPTY, Interval(0, 1)),
        (sp.Min(6, sp.Max(0, x)), 0, {0}, Interval(0, 1)),
        (sp.exp(x), 0, {1}, {1}),
        (sp.log(1 + sp.exp(x)), 0, {half}, {half}),
        (x**4 - x**2, 0, EMPTY, {0}),
        (x**4 - x**2, 1 / sp.sqrt(2), {0}, {0}),
        (sp.Max(x, -x, x**2 - 1, 3), 2, Interval(0, 4), Interval(0, 4)),
    ],
)
def test_subdifferentials(expr, x0, convex, clarke):
    as_set = lambda s: sp.FiniteSet(*s) if isinstance(s, set) else s  # noqa: E731
    assert convex_set(expr, x0) == as_set(convex)
    assert clarke_set(expr, x0) == as_set(clarke)


@pytest.mark.parametrize("expr", [sp.Max(0, x), sp.Abs(x), sp.Max(-2 * x, x**2 - 1, x / 3), sp.Max(sp.exp(x), 1)])
def test_convex_subgradients_support_the_graph_and_nothing_else_does(expr):
    f = PiecewiseFunction.from_expr(expr, x)
    subdifferential = convex_set(f, 0)
    low, high = float(subdifferential.inf), float(subdifferential.sup)
    y = np.linspace(-5, 5, 2001)
    for g in (low - 1, low - 0.01, low, (low + high) / 2, high, high + 0.01, high + 1):
        supports = bool(np.all(f(y) >= float(f.value(0)) + g * y - 1e-12))
        assert supports == (low - 1e-9 <= g <= high + 1e-9)
        assert is_subgradient(f, 0, sp.Rational(g).limit_denominator(10**6)) == supports


def test_clarke_takes_limits_of_derivatives_not_of_quotients():
    wave = sp.Piecewise((x**2 * sp.sin(1 / x), sp.Ne(x, 0)), (0, True))
    assert clarke_set(wave, 0) == Interval(-1, 1)
    # A parameter stays in the set.
    a = sp.Symbol("a", negative=True)
    assert clarke_set(PiecewiseFunction.from_expr(sp.Max(0, x) + a * sp.Min(0, x), x), 0) == Interval(a, 1)


def test_the_end_of_a_domain_leaves_one_side_without_a_condition():
    assert convex_set(-sp.sqrt(x), 1) == sp.FiniteSet(-half)
    assert convex_set(sp.sqrt(x), 0) == Interval(-sp.oo, 0)


def test_a_branch_counts_only_where_it_is_defined():
    """The middle branch would fall below all chords beyond its own interval."""
    x = sp.Symbol("x", real=True)
    f = PiecewiseFunction([-x, x, 1 + (x - 1) * (5 - 2 * x), 2 + 10 * (x - 2)], [0, 1, 2], x)
    assert convex_set(f, 0) == sp.Interval(-1, 1)


def test_is_subgradient_by_both_definitions():
    assert is_subgradient(-sp.Abs(x), 0, half, kind="clarke")
    assert not is_subgradient(-sp.Abs(x), 0, half)
    assert not is_subgradient(sp.Max(0, x), 0, 1 + sp.Rational(1, 10**30))
    assert [is_subgradient(sp.exp(x), 0, g) for g in (1, 2)] == [True, False]
    assert [is_subgradient(sp.sqrt(x), 0, g) for g in (-(10**9), 0, 1)] == [True, True, False]


def test_convexity_is_proved_or_denied():
    convex = [sp.Max(0, x), sp.exp(x), sp.log(1 + sp.exp(x)), sp.Max(x**2, 1), x**4]
    others = [sp.Min(0, x), x**3, sp.sin(x), sp.Heaviside(x), sp.Min(6, sp.Max(0, x)), sp.sqrt(x)]
    assert [is_convex(PiecewiseFunction.from_expr(expr, x)) for expr in convex + others] == [True] * 5 + [False] * 6


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: clarke_set(sp.sqrt(sp.Abs(x)), 0), ValueError, "f: got an unbounded derivative near 0"),
        (lambda: clarke_set(sp.Heaviside(x), 0), ValueError, "not continuous at 0"),
        (lambda: clarke_set(sp.sqrt(x), 0), ValueError, "one side only"),
        (lambda: is_subgradient(sp.Abs(x), 0, 0, kind="proximal"), ValueError, "kind: got 'proximal'; accepted are"),
        (lambda: is_subgradient(sp.Abs(x), 0, "0"), TypeError, "g: got '0'; accepted is a real"),
        (lambda: convex_set(x**2, sp.Symbol("a", real=True)), ValueError, "f: got the parameters a"),
        (lambda: convex_set(sp.cos(x) - 1 + x**2 / 2, 0), Undecided, "infinitely many"),
    ],
)
def test_errors_say_what_is_missing(call, error, message):
    with pytest.raises(error, match=message):
        call()
