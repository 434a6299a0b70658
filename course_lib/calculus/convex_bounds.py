"""The steepest and flattest chords of a graph through one point: the two ends of the convex subdifferential."""

import mpmath
import sympy as sp

from course_lib.calculus.errors import Undecided
from course_lib.calculus.high_precision import mpmath_function
from course_lib.calculus.limits import INCREMENT, limit_at_zero
from course_lib.calculus.piecewise import PiecewiseFunction
from course_lib.calculus.roots import real_zeros
from course_lib.calculus.signs import less


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
