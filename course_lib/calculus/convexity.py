"""Convexity of a piecewise function."""

from itertools import pairwise

import sympy as sp

from course_lib.calculus.derivatives import differentiability
from course_lib.calculus.errors import Undecided
from course_lib.calculus.piecewise import PiecewiseFunction
from course_lib.calculus.resolve import sign_inside
from course_lib.calculus.roots import real_zeros
from course_lib.calculus.signs import less


def is_convex(f: PiecewiseFunction) -> bool:
    """f((1−t)a + tb) ≤ (1−t)f(a) + t·f(b) for all a, b and 0 ≤ t ≤ 1, proved; ``False``: no, or no proof found.

    The proof: f'' ≥ 0 inside every branch, and at every breakpoint f is continuous with f'₋ ≤ f'₊. f must be defined
    on the whole line and have no parameters.

    >>> x = sp.Symbol("x")
    >>> is_convex(PiecewiseFunction.from_expr(sp.Max(0, x), x)), is_convex(PiecewiseFunction.from_expr(sp.Min(0, x), x))
    (True, False)
    """
    if f.parameters or any(branch is sp.nan for branch in f.branches):
        return False
    try:
        return all(_bends_up(f, x0) for x0 in f.breakpoints) and _curves_up(f)
    except (Undecided, ValueError):
        return False


def _bends_up(f: PiecewiseFunction, x0: sp.Expr) -> bool:
    record = differentiability(f, x0)
    if record.continuous is not True or record.left is None or record.right is None:
        return False
    finite = record.left.is_finite and record.right.is_finite
    return bool(finite) and not less(record.right, record.left)


def _curves_up(f: PiecewiseFunction) -> bool:
    real = sp.Symbol(f.variable.name, real=True)
    ends = [-sp.oo, *f.breakpoints, sp.oo]
    for low, high, branch in zip(ends, ends[1:], f.branches, strict=False):
        curvature = sp.simplify(sp.diff(branch, f.variable, 2)).subs(f.variable, real)
        zeros = real_zeros(curvature, real, low, high)
        if zeros is None:
            continue
        points = [low, *zeros, high]
        if any(sign_inside(curvature, real, a, b) < 0 for a, b in pairwise(points)):
            return False
    return True
