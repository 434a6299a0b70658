"""One-sided derivatives, and whether a function is differentiable at a point."""

from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus.arguments import check_real, check_side
from course_lib.calculus.comparison import agreement
from course_lib.calculus.limits import INCREMENT, limit_at_zero, near, one_sided_limit, smooth_value
from course_lib.calculus.piecewise import PiecewiseFunction, as_piecewise
from course_lib.calculus.pointwise import value_at


def one_sided_derivative(f: Any, x0: Any, side: str) -> sp.Expr:
    """f'±(x0) = lim (f(x0 + h) − f(x0)) / h as h → 0±: a SymPy value, ±oo, or ``AccumBounds`` where it oscillates.

    f is a ``PiecewiseFunction`` or a SymPy expression with exactly one free symbol. It must be defined at x0 and on
    that side of it (``ValueError`` otherwise). ``LimitDisagreement`` and ``UndecidedLimit`` as in
    ``one_sided_limit``.

    >>> x = sp.Symbol("x")
    >>> one_sided_derivative(sp.Max(0, x), 0, "-"), one_sided_derivative(sp.Max(0, x), 0, "+")
    (0, 1)
    >>> one_sided_derivative(sp.sqrt(sp.Abs(x)), 0, "-")
    -oo
    """
    f, x0, side = as_piecewise(f), check_real("x0", x0), check_side(side)
    question = f"the one-sided derivative of f at {f.variable} = {x0}{side}"
    return limit_at_zero(quotient(f, x0, side), question, _derivative_of_branch(f, x0, side))


def _derivative_of_branch(f: PiecewiseFunction, x0: sp.Expr, side: str) -> sp.Expr | None:
    """If the side's branch is smooth at x0 and meets f(x0), its derivative there is the one-sided derivative of f."""
    branch = f.branch(x0, side)
    value = smooth_value(branch, f.variable, x0)
    if value is None or sp.simplify(value - f.value(x0)) != 0:
        return None
    return value_at(sp.diff(branch, f.variable), {f.variable: x0})


def quotient(f: PiecewiseFunction, x0: sp.Expr, side: str) -> sp.Expr:
    """The difference quotient at x0 with the increment ±h, in the positive symbol h."""
    start = f.value(x0)
    # The branch's own spelling of the value cancels better than another radical form of the same number.
    own = value_at(f.branch(x0, side), {f.variable: x0}) if f.branch(x0, side) is not sp.nan else None
    start = own if own is not None and sp.simplify(own - start) == 0 else start
    increment = -INCREMENT if side == "-" else INCREMENT
    return (near(f, x0, side) - start) / increment


@dataclass(frozen=True)
class Differentiability:
    """The findings of ``differentiability``. ``left`` or ``right`` is ``None`` where f is not defined on that side.

    ``continuous`` and ``differentiable`` are ``True``, ``False``, or a SymPy condition on the parameters.
    """

    x0: sp.Expr
    value: sp.Expr
    continuous: bool | sp.Basic
    left: sp.Expr | None
    right: sp.Expr | None
    differentiable: bool | sp.Basic
    reason: str


def differentiability(f: Any, x0: Any) -> Differentiability:
    """Is f'₋(x0) = f'₊(x0), both finite? The record holds the value, continuity, both derivatives and the reason.

    f is a ``PiecewiseFunction`` or a SymPy expression with exactly one free symbol, defined at x0. Continuity needs
    no limit of its own where both one-sided derivatives are finite: they imply it. Source: Tom M. Apostol,
    *Mathematical Analysis*, 2nd edition, 1974, chapter 5.

    >>> x = sp.Symbol("x")
    >>> differentiability(sp.Max(0, x), 0).reason
    'The left derivative 0 and the right derivative 1 differ.'
    """
    f, x0 = as_piecewise(f), check_real("x0", x0)
    value = f.value(x0)
    sides = {side: one_sided_derivative(f, x0, side) if f.branch(x0, side) is not sp.nan else None for side in "-+"}
    left, right = sides["-"], sides["+"]
    continuous = _continuous(f, x0, value, sides)
    if left is None or right is None:
        missing = "left" if left is None else "right"
        return Differentiability(
            x0, value, continuous, left, right, False, f"f is not defined to the {missing} of {x0}."
        )
    for name, derivative in (("left", left), ("right", right)):
        if isinstance(derivative, AccumulationBounds):
            reason = (
                f"The difference quotient from the {name} oscillates between {derivative.min} and {derivative.max}."
            )
            return Differentiability(x0, value, continuous, left, right, False, reason)
    if continuous is False:
        return Differentiability(x0, value, False, left, right, False, f"f is not continuous at {x0}.")
    for name, derivative in (("left", left), ("right", right)):
        if derivative.is_infinite:
            both = "Both one-sided derivatives are" if left == right else f"The {name} derivative is"
            reason = f"{both} {derivative}, not finite."
            return Differentiability(x0, value, continuous, left, right, False, reason)
    same = agreement(left, right)
    if same is True:
        reason = f"Both one-sided derivatives are {left}."
    elif same is False:
        reason = f"The left derivative {left} and the right derivative {right} differ."
    else:
        condition = f"differentiable exactly where {same.lhs} = {same.rhs}"
        reason = f"The left derivative is {left} and the right derivative {right}: {condition}."
    return Differentiability(x0, value, continuous, left, right, same, reason)


def _continuous(f: PiecewiseFunction, x0: sp.Expr, value: sp.Expr, sides: dict[str, sp.Expr | None]) -> bool | sp.Basic:
    """Finite one-sided derivatives, and bounded quotients, imply continuity; only the rest needs limits of f."""
    verdict: bool | sp.Basic = True
    for side, derivative in sides.items():
        if derivative is None or derivative.is_finite:
            continue
        if isinstance(derivative, AccumulationBounds) and derivative.min.is_finite and derivative.max.is_finite:
            continue
        limit = one_sided_limit(f, x0, side)
        if limit.is_infinite or isinstance(limit, AccumulationBounds):
            return False
        same = agreement(limit, value)
        if same is False:
            return False
        verdict = verdict if same is True else same
    return verdict
