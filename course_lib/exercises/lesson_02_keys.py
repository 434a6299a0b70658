"""The keys of lesson 02, computed from the library."""

from functools import cache

import sympy as sp

from course_lib.calculus import PiecewiseFunction, differentiability, equal, one_sided_derivative, one_sided_limit

x = sp.Symbol("x", real=True)
h = sp.Symbol("h", positive=True)
quarter = sp.Rational(1, 4)

CRITERIA = ("continuous", "left limit exists", "right limit exists", "left and right limit agree")


@cache
def relu() -> PiecewiseFunction:
    return PiecewiseFunction.from_expr(sp.Max(0, x), x)


def ahead_of_0() -> list[sp.Expr]:
    """f(0 + h) by the branch on each side, with h > 0 on the right and h < 0 on the left."""
    return [relu().branch(0, side).subs(x, h) for side in "+-"]


def both_derivatives(expr: sp.Expr, x0: sp.Expr | int = 0) -> list[sp.Expr]:
    f = PiecewiseFunction.from_expr(expr, x)
    return [one_sided_derivative(f, x0, side) for side in "-+"]


def elu(a: sp.Expr) -> sp.Expr:
    return sp.Piecewise((x, x > 0), (a * (sp.exp(x) - 1), True))


def scales_without_a_kink() -> sp.Set:
    """The a for which the two one-sided derivatives of ELU at 0 agree."""
    a = sp.Symbol("a", real=True)
    left, right = both_derivatives(elu(a))
    return sp.solveset(left - right, a, sp.S.Reals)


def increments_with_quotient_0() -> sp.Set:
    """All Δx > 0 for which the difference quotient of ReLU at −1/4 is 0."""
    step = sp.Symbol("step", real=True)
    values = PiecewiseFunction.from_expr(sp.Max(0, step - quarter) - sp.Max(0, -quarter), step)
    zero_up_to = values.breakpoints[0]
    assert values.branch(0, "+") == 0 and values.value(zero_up_to) == 0 and values.branch(zero_up_to, "+") != 0
    return sp.Interval.Lopen(0, zero_up_to)


def second_difference_of_abs() -> sp.Expr:
    f = PiecewiseFunction.from_expr(sp.Abs(x), x)
    return (f.branch(0, "+").subs(x, h) - 2 * f.value(0) + f.branch(0, "-").subs(x, -h)) / h**2


def failing_criterion() -> str:
    """The first of the four criteria that ReLU fails at 0 when the limits are those of the difference quotient."""
    sides = both_derivatives(sp.Max(0, x))
    outcomes = (differentiability(relu(), 0).continuous, *(bool(side.is_finite) for side in sides), equal(*sides))
    return CRITERIA[outcomes.index(False)]


def criteria_passed_by_relu() -> str:
    """The option of prediction 2.p1: how many of the four criteria ReLU passes when they are read of f itself."""
    left, right = (one_sided_limit(relu(), 0, side) for side in "-+")
    passed = [equal(left, relu().value(0)) and equal(right, relu().value(0)), left.is_finite, right.is_finite]
    passed.append(equal(left, right))
    return {4: "all four", 3: "three of them", 2: "two of them"}[sum(map(bool, passed))]


def sympy_from_the_left() -> str:
    """The option of prediction 2.p3, from SymPy's own limits of a quotient that is written with Piecewise."""
    step = sp.Symbol("h", real=True)
    cases = sp.Piecewise((x, x > 0), (0, True))
    quotient = (cases.subs(x, step) - cases.subs(x, 0)) / step
    left, right = (sp.limit(quotient, step, 0, side) for side in "-+")
    if left == right:
        return "the same number twice"
    return "0 and 1" if (left, right) == (0, 1) else "an error"
