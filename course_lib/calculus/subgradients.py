"""Subdifferentials of a function of one real variable."""

from typing import Any

import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus.arguments import check_real
from course_lib.calculus.comparison import equal
from course_lib.calculus.convex_bounds import greatest_below, least_above
from course_lib.calculus.convexity import is_convex
from course_lib.calculus.derivatives import differentiability
from course_lib.calculus.errors import Undecided
from course_lib.calculus.limits import INCREMENT, limit_at_zero
from course_lib.calculus.piecewise import PiecewiseFunction, as_piecewise
from course_lib.calculus.signs import less, sign_of

KINDS = ("convex", "clarke")


def clarke_subdifferential(f: Any, x0: Any) -> sp.Set:
    """∂f(x0) = conv{lim f'(xᵢ) : xᵢ → x0}, the hull of the limits of nearby derivatives: an interval or a point.

    f must be continuous and have bounded derivatives near x0 (``ValueError`` otherwise). The limits are those of f',
    not of the difference quotient: x²·sin(1/x) has derivative 0 at 0 and the Clarke subdifferential [−1, 1]. Source:
    Frank H. Clarke, *Optimization and Nonsmooth Analysis*, 1983, theorem 2.5.1.

    >>> x = sp.Symbol("x")
    >>> clarke_subdifferential(sp.Max(0, x), 0), clarke_subdifferential(-sp.Abs(x), 0)
    (Interval(0, 1), Interval(-1, 1))
    """
    f, x0 = as_piecewise(f), check_real("x0", x0)
    record = differentiability(f, x0)
    if record.left is None or record.right is None:
        raise ValueError(f"x0: got {x0}, where f is defined on one side only; accepted is an interior point")
    if record.continuous is not True:
        raise ValueError(f"f: not continuous at {x0}; accepted is a locally Lipschitz function")
    ends: list[sp.Expr] = []
    for side in "-+":
        cluster = _limit_of_derivative(f, x0, side)
        bounds = (cluster.min, cluster.max) if isinstance(cluster, AccumulationBounds) else (cluster,)
        if any(bound.is_infinite for bound in bounds):
            raise ValueError(f"f: its derivative is unbounded near {x0}; accepted is a locally Lipschitz function")
        ends.extend(bounds)
    return _closed_interval(_extremum(sp.Min, ends), _extremum(sp.Max, ends))


def _limit_of_derivative(f: PiecewiseFunction, x0: sp.Expr, side: str) -> sp.Expr:
    slope = sp.diff(f.branch(x0, side), f.variable)
    return limit_at_zero(
        slope.subs(f.variable, x0 - INCREMENT if side == "-" else x0 + INCREMENT),
        f"the limit of f' at {f.variable} = {x0}{side}",
    )


def _extremum(pick: type[sp.Min] | type[sp.Max], values: list[sp.Expr]) -> sp.Expr:
    """The least or greatest value, decided by assumptions where that is possible and left as Min or Max where not."""
    best = values[0]
    for value in values[1:]:
        try:
            closer = sign_of(value - best) * (1 if pick is sp.Max else -1) > 0
        except Undecided:
            return pick(*values)
        best = value if closer else best
    return best


def _closed_interval(low: sp.Expr, high: sp.Expr) -> sp.Set:
    if not low.free_symbols and not high.free_symbols and equal(low, high):
        return sp.FiniteSet(low)
    return sp.Interval(low, high)


def convex_subdifferential(f: Any, x0: Any) -> sp.Set:
    """∂f(x0) = {g : f(y) ≥ f(x0) + g·(y − x0) for every y in the domain of f}; empty where no line supports the graph.

    This is a global condition: leaky ReLU with slope 2 on the left is continuous, and has no subgradient at 0. f must
    not contain parameters. Source: R. Tyrrell Rockafellar, *Convex Analysis*, 1970, section 23.

    >>> x = sp.Symbol("x")
    >>> convex_subdifferential(sp.Abs(x), 0), convex_subdifferential(-sp.Abs(x), 0)
    (Interval(-1, 1), EmptySet)
    """
    f, x0 = as_piecewise(f), check_real("x0", x0)
    if f.parameters or x0.free_symbols:
        names = ", ".join(sorted(map(str, f.parameters | x0.free_symbols)))
        raise ValueError(
            f"f: got the parameters {names}; accepted is a function without parameters, since the set is global"
        )
    local = _from_one_sided_derivatives(f, x0)
    if local is not None:
        return local
    low, high = greatest_below(f, x0), least_above(f, x0)
    # No y on one side means no condition from that side.
    if low == sp.oo or high == -sp.oo or _sign_or_infinite(high - low) < 0:
        return sp.S.EmptySet
    if low.is_finite and high.is_finite and equal(low, high):
        return sp.FiniteSet(low)
    return sp.Interval(low, high)


def _from_one_sided_derivatives(f: PiecewiseFunction, x0: sp.Expr) -> sp.Set | None:
    """[f'₋(x0), f'₊(x0)] for a convex f, the empty set where the left derivative is the larger one, else ``None``."""
    record = differentiability(f, x0)
    left, right = record.left, record.right
    if left is None or right is None or isinstance(left, AccumulationBounds) or isinstance(right, AccumulationBounds):
        return None
    if left != right and (left == sp.oo or right == -sp.oo or less(right, left)):
        return sp.S.EmptySet
    if record.continuous is True and left.is_finite and right.is_finite and is_convex(f):
        return _closed_interval(left, right)
    return None


def _sign_or_infinite(value: sp.Expr) -> int:
    if value.is_infinite:
        return 1 if value == sp.oo else -1
    return sign_of(value)


def is_subgradient(f: Any, x0: Any, g: Any, kind: str = "convex") -> bool:
    """g ∈ ∂f(x0), decided exactly; ``kind`` is ``"convex"`` (a supporting line, global) or ``"clarke"`` (local).

    >>> x = sp.Symbol("x")
    >>> is_subgradient(sp.Max(0, x), 0, sp.Rational(1, 2)), is_subgradient(sp.Max(0, x), 0, 2)
    (True, False)
    """
    if kind not in KINDS:
        raise ValueError(f"kind: got {kind!r}; accepted are {', '.join(map(repr, KINDS))}")
    g = check_real("g", g)
    subdifferential = (convex_subdifferential if kind == "convex" else clarke_subdifferential)(f, x0)
    if isinstance(subdifferential, sp.FiniteSet):
        return any(equal(g, member) for member in subdifferential)
    if subdifferential is sp.S.EmptySet:
        return False
    return _sign_or_infinite(g - subdifferential.start) >= 0 and _sign_or_infinite(subdifferential.end - g) >= 0
