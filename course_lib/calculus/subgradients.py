"""Subdifferentials of a function of one real variable."""

from itertools import pairwise
from typing import Any

import mpmath
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus.arguments import check_real
from course_lib.calculus.derivatives import differentiability
from course_lib.calculus.equality import equal
from course_lib.calculus.evaluation import mpmath_function
from course_lib.calculus.limits import INCREMENT, limit_at_zero
from course_lib.calculus.piecewise import PiecewiseFunction, as_piecewise
from course_lib.calculus.resolve import sign_inside
from course_lib.calculus.roots import less, real_zeros, sign_of
from course_lib.calculus.verdict import Undecided

# Convexity of a piecewise function.


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


# The steepest and flattest chords of a graph through one point: the two ends of the convex subdifferential.


def least_above(f: PiecewiseFunction, x0: sp.Expr) -> sp.Expr:
    """inf (f(y) − f(x0)) / (y − x0) over y > x0 in the domain; oo where there is no such y.

    >>> x = sp.Symbol("x")
    >>> least_above(PiecewiseFunction.from_expr(sp.Abs(x - 1), x), sp.Integer(0))
    -1
    """
    return _least_chord(f, x0, 1)


def greatest_below(f: PiecewiseFunction, x0: sp.Expr) -> sp.Expr:
    """sup (f(y) − f(x0)) / (y − x0) over y < x0 in the domain; −oo where there is no such y.

    >>> x = sp.Symbol("x")
    >>> greatest_below(PiecewiseFunction.from_expr(sp.Abs(x - 1), x), sp.Integer(0))
    -1
    """
    return -_least_chord(f, x0, -1)


def _least_chord(f: PiecewiseFunction, x0: sp.Expr, direction: int) -> sp.Expr:
    """inf over t > 0 of (f(x0 + direction·t) − f(x0)) / t."""
    t, start = INCREMENT, f.value(x0)
    ends = [-sp.oo, *f.breakpoints, sp.oo]
    candidates: list[sp.Expr] = []
    for low, high, branch in zip(ends, ends[1:], f.branches, strict=False):
        near, far = (low - x0, high - x0) if direction > 0 else (x0 - high, x0 - low)
        if branch is sp.nan or not less(sp.S.Zero, far):
            continue
        near = near if less(sp.S.Zero, near) else sp.S.Zero
        chord = sp.simplify((branch.subs(f.variable, x0 + direction * t) - start) / t)
        inside = _candidates_inside(chord, near, far)
        _check_by_numbers(chord, near, far, inside)
        candidates += inside
    for i, point in enumerate(f.breakpoints):
        distance = (point - x0) * direction
        if f.owners[i] is not None and less(sp.S.Zero, distance):
            candidates.append((f.value(point) - start) / distance)
    least = sp.oo
    for candidate in candidates:
        least = candidate if less(candidate, least) else least
    return least


def _candidates_inside(chord: sp.Expr, near: sp.Expr, far: sp.Expr) -> list[sp.Expr]:
    """The limits of the chord's slope at both ends of the cell, and its values where its own derivative is 0."""
    t = INCREMENT
    at_near = limit_at_zero(chord.subs(t, near + t), f"the chord's slope at distance {near}+")
    # t → far from below: t = far − h; t → oo: t = 1/h.
    at_far = limit_at_zero(chord.subs(t, far - t if far.is_finite else 1 / t), f"the chord's slope at distance {far}-")
    ends = [
        bound
        for limit in (at_near, at_far)
        for bound in ([limit.min] if isinstance(limit, sp.AccumBounds) else [limit])
    ]
    real = sp.Dummy("t", real=True)
    zeros = real_zeros(sp.diff(chord, t).subs(t, real), real, near, far)
    return ends + [chord.subs(t, zero) for zero in zeros or []]


def _check_by_numbers(chord: sp.Expr, near: sp.Expr, far: sp.Expr, candidates: list[sp.Expr]) -> None:
    """A second opinion: no sampled chord may be flatter than the least candidate."""
    if any(candidate == -sp.oo for candidate in candidates):
        return
    slope = mpmath_function(chord, INCREMENT)
    with mpmath.workdps(40):
        least = (
            min(mpmath.mpf(sp.N(c, 40)) for c in candidates if c.is_finite)
            if any(c.is_finite for c in candidates)
            else mpmath.inf
        )
        a, b = mpmath.mpf(sp.N(near, 40)), None if far.is_infinite else mpmath.mpf(sp.N(far, 40))
        for k in range(1, 60):
            u = (k - mpmath.mpf("0.37")) / 60
            t = a + (u / (1 - u) if b is None else u * (b - a))
            if slope(t) < least - mpmath.mpf("1e-20") * (1 + abs(least)):
                found, flatter = (mpmath.nstr(number, 8) for number in (least, slope(t)))
                raise Undecided(f"a chord of slope {flatter} is flatter than the least one found, {found}")


# Subdifferentials of a function of one real variable.


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
