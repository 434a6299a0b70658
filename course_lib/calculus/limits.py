"""One-sided limits: the side picks the smooth formula beside the point, and `limit_at_zero` takes its limit."""

from typing import Any

import sympy as sp

from course_lib.calculus.arguments import check_real, check_side
from course_lib.calculus.at_zero import INCREMENT, limit_at_zero
from course_lib.calculus.effort import bounded
from course_lib.calculus.piecewise import LocalFunction, PiecewiseFunction, at_point
from course_lib.calculus.resolve import smooth_value


@bounded
def one_sided_limit(f: Any, x0: Any, side: str) -> sp.Expr:
    """lim f(x) as x → x0 from the left (`"-"`) or the right (`"+"`): a SymPy value, ±oo, or `AccumBounds`.

    f is a `PiecewiseFunction` or a SymPy expression with exactly one free symbol; x0 a real number. The side picks
    the smooth branch, SymPy takes its limit, and values with hundreds of digits must confirm it. Raises
    `LimitDisagreement` where the two differ, `UndecidedLimit` where they do not settle it, `ValueError` where f
    is not defined on that side.

    >>> x = sp.Symbol("x")
    >>> one_sided_limit(sp.sign(x), 0, "-"), one_sided_limit(sp.sign(x), 0, "+")
    (-1, 1)
    >>> one_sided_limit(sp.sin(1/x), 0, "+")
    AccumBounds(-1, 1)
    """
    f, x0, side = at_point(f), check_real("x0", x0), check_side(side)
    return limit_beside(f, x0, side)


def limit_beside(f: PiecewiseFunction | LocalFunction, x0: sp.Expr, side: str) -> sp.Expr:
    """`one_sided_limit` of arguments that have been checked."""
    question = f"the limit of f at {f.variable} = {x0}{side}"
    return limit_at_zero(near(f, x0, side), question, smooth_value(f.branch(x0, side), f.variable, x0))


def near(f: PiecewiseFunction | LocalFunction, x0: sp.Expr, side: str) -> sp.Expr:
    """f(x0 ± h) as a smooth expression in the positive increment h, near h = 0."""
    branch = f.branch(x0, side)
    if branch is sp.nan:
        where = "left" if side == "-" else "right"
        accepted = f"a point of {f.domain} with more of it on that side"
        raise ValueError(f"x0: got {x0}, just {where} of which f is not defined; accepted is {accepted}")
    return branch.subs(f.variable, x0 - INCREMENT if side == "-" else x0 + INCREMENT)
