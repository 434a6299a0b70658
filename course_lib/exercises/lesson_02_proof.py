"""The lines of a published proof that ReLU has no derivative at 0, restated as data, each judged by computing.

Source of the claims: "Why ReLU is not differentiable at x=0 (zero)?", web article. The wording here is our own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import sympy as sp

from course_lib.calculus import PiecewiseFunction, equal, one_sided_derivative, one_sided_limit
from course_lib.exercises.lesson_02_keys import both_derivatives, relu, x

step = sp.Symbol("Δx", positive=True)


@dataclass(frozen=True)
class Line:
    """A statement of the list in the lesson; ``claimed`` and ``right`` compute the two sides to compare."""

    number: int
    claimed: Callable[[], sp.Expr | sp.Tuple]
    right: Callable[[], sp.Expr | sp.Tuple]


def follows(line: Line) -> bool:
    """claimed = right, as functions of every symbol in them."""
    claimed, right = (side if isinstance(side, sp.Tuple) else (side,) for side in (line.claimed(), line.right()))
    return all(equal(a, b) for a, b in zip(claimed, right, strict=True))


def _definition_with_the_point_moving() -> sp.Tuple:
    """Line 1 as it stands, with Δx = 1 and the limit over x, from both sides."""
    quotient = PiecewiseFunction.from_expr((sp.Max(0, x + 1) - sp.Max(0, x)) / 1, x)
    return sp.Tuple(*(one_sided_limit(quotient, 0, side) for side in "-+"))


def _quotient(point: sp.Rational, increment: int) -> sp.Expr:
    f = relu()
    return (f.value(point + increment) - f.value(point)) / increment


PUBLISHED_LINES = (
    Line(
        1,
        _definition_with_the_point_moving,
        lambda: sp.Tuple(*both_derivatives(sp.Max(0, x))),
    ),
    Line(
        2,
        lambda: sp.Integer(0),
        lambda: _quotient(sp.Rational(-1, 2), 1),
    ),
    Line(
        3,
        lambda: x - step + x,
        lambda: (x + step) - x,
    ),
    Line(
        4,
        lambda: sp.Integer(1),
        lambda: (0 - step + 0) / step,
    ),
    Line(
        5,
        lambda: sp.Integer(1),
        lambda: one_sided_derivative(relu(), 0, "+"),
    ),
)
