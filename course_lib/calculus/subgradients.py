"""Subdifferentials of a function of one real variable: Clarke's, which is local, and the convex one, which is global.

The convex subdifferential is read off the one-sided derivatives where f is convex, which `is_convex` proves; elsewhere
its ends are the flattest and the steepest chords of the graph through the point.
"""

from itertools import pairwise
from typing import Any

import mpmath
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus.arguments import check_real
from course_lib.calculus.at_zero import INCREMENT, limit_at_zero
from course_lib.calculus.derivatives import differentiability
from course_lib.calculus.effort import bounded
from course_lib.calculus.equality import equal
from course_lib.calculus.evaluation import in_digits, mpmath_function
from course_lib.calculus.piecewise import LocalFunction, PiecewiseFunction, as_piecewise, at_point
from course_lib.calculus.roots import less, probes, real_zeros, sign_between, sign_of
from course_lib.calculus.verdict import Undecided
from course_lib.checks import one_of

KINDS = ("convex", "clarke")


@bounded
def clarke_subdifferential(f: Any, x0: Any) -> sp.Set:
    """∂f(x0) = conv{lim f'(xᵢ) : xᵢ → x0}, the hull of the limits of nearby derivatives: an interval or a point.

    f must be continuous and have bounded derivatives near x0 (`ValueError` otherwise). The limits are those of f',
    not of the difference quotient: x²·sin(1/x) has derivative 0 at 0 and the Clarke subdifferential [−1, 1]. Source:
    Frank H. Clarke, *Optimization and Nonsmooth Analysis*, 1983, theorem 2.5.1.

    >>> x = sp.Symbol("x")
    >>> clarke_subdifferential(sp.Max(0, x), 0), clarke_subdifferential(-sp.Abs(x), 0)
    (Interval(0, 1), Interval(-1, 1))
    """
    record = differentiability(f, x0)
    f, x0 = at_point(f), check_real("x0", x0)
    if record.left is None or record.right is None:
        raise ValueError(f"x0: got {x0}, where f is defined on one side only; accepted is an interior point")
    if record.continuous is not True:
        raise ValueError(f"f: got a function that is not continuous at {x0}; accepted is a locally Lipschitz function")
    ends: list[sp.Expr] = []
    for side in "-+":
        beside = x0 - INCREMENT if side == "-" else x0 + INCREMENT
        slope = sp.diff(f.branch(x0, side), f.variable).subs(f.variable, beside)
        cluster = limit_at_zero(slope, f"the limit of f' at {f.variable} = {x0}{side}")
        bounds = (cluster.min, cluster.max) if isinstance(cluster, AccumulationBounds) else (cluster,)
        if any(bound.is_infinite for bound in bounds):
            raise ValueError(f"f: got an unbounded derivative near {x0}; accepted is a locally Lipschitz function")
        ends.extend(bounds)
    return _closed_interval(_extremum(sp.Min, ends), _extremum(sp.Max, ends))


@bounded
def convex_subdifferential(f: Any, x0: Any) -> sp.Set:
    """∂f(x0) = {g : f(y) ≥ f(x0) + g·(y − x0) for every y in the domain of f}; empty where no line supports the graph.

    This is a global condition: leaky ReLU with slope 2 on the left is continuous, and has no subgradient at 0. f must
    not contain parameters. Source: R. Tyrrell Rockafellar, *Convex Analysis*, 1970, section 23.

    >>> x = sp.Symbol("x")
    >>> convex_subdifferential(sp.Abs(x), 0), convex_subdifferential(-sp.Abs(x), 0)
    (Interval(-1, 1), EmptySet)
    """
    beside, x0 = at_point(f), check_real("x0", x0)
    if beside.parameters or x0.free_symbols:
        names = ", ".join(sorted(map(str, beside.parameters | x0.free_symbols)))
        raise ValueError(
            f"f: got the parameters {names}; accepted is a function without parameters, since the set is global"
        )
    if _no_line_supports(beside, x0):
        return sp.S.EmptySet
    if _stays_above(beside, x0):
        return sp.FiniteSet(0)
    f = as_piecewise(f)
    local = _from_one_sided_derivatives(f, x0)
    if local is not None:
        return local
    # −oo or oo, which is no condition, where there is no y on that side.
    low, high = -_least_chord(f, x0, -1), _least_chord(f, x0, 1)
    if low == sp.oo or high == -sp.oo or less(high, low):
        return sp.S.EmptySet
    return _closed_interval(low, high)


def _no_line_supports(f: PiecewiseFunction | LocalFunction, x0: sp.Expr) -> bool:
    """Is a chord to the left of x0 steeper than one to the right? Then no slope is between all of them."""
    start = f.value(x0)
    chords: dict[int, list[sp.Float]] = {-1: [], 1: []}
    for k in range(-20, 13):
        for direction, slopes in chords.items():
            step = direction * sp.Rational(10, 7) * sp.Integer(2) ** k
            value = f.value_or_none(sp.N(x0 + step, 60) if isinstance(f, LocalFunction) else x0 + step)
            if value is not None:
                slopes.append(sp.N((value - start) / step, 40))
    if not chords[-1] or not chords[1]:
        return False
    steepest, flattest = max(chords[-1]), min(chords[1])
    return bool(steepest - flattest > sp.Float("1e-20") * (1 + abs(steepest) + abs(flattest)))


def _stays_above(f: PiecewiseFunction | LocalFunction, x0: sp.Expr) -> bool:
    """Is f ≥ f(x0) everywhere, because every sine and cosine is from −1 to 1, with f'(x0) = 0?"""
    y = sp.Dummy("y", real=True)
    above = f.as_expr().subs(f.variable, y) - f.value(x0)
    bounds = above.replace(
        lambda part: isinstance(part, (sp.sin, sp.cos)) and part.has(y), lambda part: sp.AccumBounds(-1, 1)
    )
    if not (above.is_nonnegative or (isinstance(bounds, AccumulationBounds) and bounds.min.is_nonnegative)):
        return False
    record = differentiability(f, x0)
    return record.left == record.right == 0


def _from_one_sided_derivatives(f: PiecewiseFunction, x0: sp.Expr) -> sp.Set | None:
    """[f'₋(x0), f'₊(x0)] for a convex f, the empty set where the left derivative is the larger one, else `None`."""
    record = differentiability(f, x0)
    left, right = record.left, record.right
    if left is None or right is None or isinstance(left, AccumulationBounds) or isinstance(right, AccumulationBounds):
        return None
    if left != right and (left == sp.oo or right == -sp.oo or less(right, left)):
        return sp.S.EmptySet
    if record.continuous is True and left.is_finite and right.is_finite and is_convex(f):
        return _closed_interval(left, right)
    return None


@bounded
def is_subgradient(f: Any, x0: Any, g: Any, kind: str = "convex") -> bool:
    """g ∈ ∂f(x0), decided exactly; `kind` is `"convex"` (a supporting line, global) or `"clarke"` (local).

    >>> x = sp.Symbol("x")
    >>> is_subgradient(sp.Max(0, x), 0, sp.Rational(1, 2)), is_subgradient(sp.Max(0, x), 0, 2)
    (True, False)
    """
    one_of("kind", kind, KINDS)
    g = check_real("g", g)
    subdifferential = (convex_subdifferential if kind == "convex" else clarke_subdifferential)(f, x0)
    if isinstance(subdifferential, sp.FiniteSet):
        return any(equal(g, member) for member in subdifferential)
    if subdifferential is sp.S.EmptySet:
        return False
    return not less(g, subdifferential.start) and not less(subdifferential.end, g)


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


# Convexity.


@bounded
def is_convex(f: PiecewiseFunction) -> bool:
    """f((1−t)a + tb) ≤ (1−t)f(a) + t·f(b) for all a, b and 0 ≤ t ≤ 1, proved; `False`: no, or no proof found.

    The proof: f'' ≥ 0 inside every branch, and at every breakpoint f is continuous with f'₋ ≤ f'₊. f must be defined
    on an interval, such as the whole line, and have no parameters.

    >>> x = sp.Symbol("x")
    >>> is_convex(PiecewiseFunction.from_expr(sp.Max(0, x), x)), is_convex(PiecewiseFunction.from_expr(sp.Min(0, x), x))
    (True, False)
    """
    inside = [i for i, branch in enumerate(f.branches) if branch is not sp.nan]
    if f.parameters or not inside or len(inside) <= inside[-1] - inside[0]:
        return False
    try:
        return all(_bends_up(f, x0) for x0 in f.breakpoints) and _curves_up(f)
    except (Undecided, ValueError):
        return False


def _bends_up(f: PiecewiseFunction, x0: sp.Expr) -> bool:
    ends = f.branch(x0, "-") is sp.nan or f.branch(x0, "+") is sp.nan
    if ends and f.value_or_none(x0) is None:
        return True
    record = differentiability(f, x0)
    if record.continuous is not True or record.left is None or record.right is None:
        return ends and record.continuous is True
    finite = record.left.is_finite and record.right.is_finite
    return bool(finite) and not less(record.right, record.left)


def _curves_up(f: PiecewiseFunction) -> bool:
    real = sp.Symbol(f.variable.name, real=True)
    for low, high, branch in f.cells():
        if branch is sp.nan:
            continue
        curvature = sp.simplify(sp.diff(branch, f.variable, 2)).subs(f.variable, real)
        if any(sp.N(curvature.subs(real, point)) < 0 for point in probes(low, high)):
            return False
        zeros = real_zeros(curvature, real, low, high)
        if zeros is None:
            continue
        if any(sign_between(curvature, real, a, b) < 0 for a, b in pairwise([low, *zeros, high])):
            return False
    return True


# Chords through one point of the graph.


def _least_chord(f: PiecewiseFunction, x0: sp.Expr, direction: int) -> sp.Expr:
    """inf over t > 0 of (f(x0 + direction·t) − f(x0)) / t, with direction 1 or −1; oo where f has no value there."""
    t, start = INCREMENT, f.value(x0)
    candidates: list[sp.Expr] = []
    for low, high, branch in f.cells():
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
        least = min((in_digits(candidate, 40) for candidate in candidates if candidate.is_finite), default=mpmath.inf)
        a, b = in_digits(near, 40), None if far.is_infinite else in_digits(far, 40)
        for k in range(1, 60):
            u = (k - mpmath.mpf("0.37")) / 60
            t = a + (u / (1 - u) if b is None else u * (b - a))
            if slope(t) < least - mpmath.mpf("1e-20") * (1 + abs(least)):
                flatter, of_candidates = (mpmath.nstr(value, 8) for value in (slope(t), least))
                raise Undecided(f"a chord of slope {flatter} is flatter than the least one found, {of_candidates}")
