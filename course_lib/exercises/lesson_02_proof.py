"""The lines of a published proof that ReLU has no derivative at 0, restated as data, each judged by computing.

Source of the claims: "Why ReLU is not differentiable at x=0 (zero)?", web article. The wording here is our own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from course_lib.calculus import PiecewiseFunction, equal, one_sided_derivative, one_sided_limit

x = sp.Symbol("x", real=True)
step = sp.Symbol("Δx", positive=True)


@dataclass(frozen=True)
class Line:
    """``statement`` is the line in words and LaTeX; ``claimed`` and ``right`` compute the two sides to compare."""

    number: int
    statement: str
    claimed: Callable[[], sp.Expr]
    right: Callable[[], sp.Expr]


def follows(line: Line) -> bool:
    """claimed = right, as functions of every symbol in them."""
    return equal(line.claimed(), line.right())


def _relu() -> PiecewiseFunction:
    return PiecewiseFunction.from_expr(sp.Max(0, x), x)


def _definition_with_the_point_moving() -> sp.Expr:
    """Line 1 as it stands, with Δx = 1 and the limit over x, from the left."""
    quotient = (sp.Max(0, x + 1) - sp.Max(0, x)) / 1
    return one_sided_limit(PiecewiseFunction.from_expr(quotient, x), 0, "-")


def _quotient(point: sp.Rational, increment: int) -> sp.Expr:
    f = _relu()
    return (f.value(point + increment) - f.value(point)) / increment


PUBLISHED_LINES = (
    Line(
        1,
        r"$f'(x) = \lim_{x \to 0} \dfrac{f(x + \Delta x) - f(x)}{\Delta x}$ for a tiny number $\Delta x$",
        _definition_with_the_point_moving,
        lambda: one_sided_derivative(_relu(), 0, "-"),
    ),
    Line(
        2,
        r"for every $x < 0$ and every $\Delta x$, $\dfrac{f(x + \Delta x) - f(x)}{\Delta x} = 0$",
        lambda: sp.Integer(0),
        lambda: _quotient(sp.Rational(-1, 2), 1),
    ),
    Line(
        3,
        r"for $x \ge 0$ and $\Delta x > 0$, $f(x + \Delta x) - f(x) = x - \Delta x + x$",
        lambda: x - step + x,
        lambda: (x + step) - x,
    ),
    Line(
        4,
        r"at $x = 0$, $\dfrac{0 - \Delta x + 0}{\Delta x} = 1$",
        lambda: sp.Integer(1),
        lambda: (0 - step + 0) / step,
    ),
    Line(
        5,
        r"so the right derivative of ReLU at $0$ is $1$",
        lambda: sp.Integer(1),
        lambda: one_sided_derivative(_relu(), 0, "+"),
    ),
)
