"""Slopes of a function along one coordinate, from both sides, each with the error it is known to.

Sources: Lewis F. Richardson, *The approximate arithmetical solution by finite differences of physical problems
involving differential equations*, 1911 (two steps tell the error of one); William H. Press and others, *Numerical
Recipes*, 3rd edition, 2007, section 5.7.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# Where along a line a slope jumps.


EPSILON = float(np.finfo(np.float64).eps)
ROUNDS, LAST = 12, 4  # of quartering the interval that holds a kink; over the last ones the change of slope must stay


class Sampled(Protocol):
    """A function of one increment t, with a bound on its noise; ``point`` gives t as it is in floating point, and φ."""

    noise: float

    def point(self, t: float) -> tuple[float, float]: ...


def kink_between(line: Sampled, near: float, far: float, smallest_jump: float = 0.0) -> float | None:
    """Where φ' jumps between two increments: a change of slope that stands out, and stays while its interval shrinks.

    Nine points give seven changes of slope from one secant to the next. Where φ is smooth they are alike, and what one
    of them stands out by is 1/16 in a quarter of the interval. A kink keeps between half of its jump and all of it.
    ``None`` where there is no kink, or none above ``smallest_jump`` or above the noise.

    >>> from course_lib.networks.slope_measurement import Line
    >>> kink_between(Line(lambda v: max(v - 0.375, 0.0), 0.0, 0.0, 0.0), 0.1, 0.9)
    0.375
    >>> kink_between(Line(np.sin, 0.0, 0.0, 0.0), 0.1, 0.9) is None
    True
    """
    points = [line.point(near + (far - near) * eighth / 8) for eighth in range(9)]
    found: list[float] = []
    for _ in range(ROUNDS):
        if len({t for t, _ in points}) < 9:
            break
        secants = [(v - u) / (t - s) for (s, u), (t, v) in pairwise(points)]
        changes = [b - a for a, b in pairwise(secants)]
        usual = median(changes)
        jump, at = max((abs(change - usual), j) for j, change in enumerate(changes))
        noise = max(line.noise, EPSILON * max(abs(value) for _, value in points))
        if not jump > 64 * noise / abs(points[-1][0] - points[0][0]):
            break
        found.append(jump)
        points = _quartered(line, points[at : at + 3])
    last = found[-LAST:]
    # Noise that is larger than it is taken for grows fourfold from one round to the next.
    if len(found) < LAST or min(last) < 0.4 * max(last) or last[-1] <= smallest_jump:
        return None
    return points[4][0]


def _quartered(line: Sampled, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points with three more between each two of them."""
    finer = points[:1]
    for (a, _), end in pairwise(points):
        finer += [*(line.point(a + (end[0] - a) * quarter / 4) for quarter in (1, 2, 3)), end]
    return finer


# How far rounding may move a value of a function.


SPACINGS = (2.0**-33, 2.0**-26, 2.0**-19)  # of max(|xᵢ|, 1): the first at which f changes


def evaluation_noise(function: Callable[[NDArray[np.float64]], float], x: NDArray[np.float64], value: float) -> float:
    """A bound on the rounding error of f near x, from the differences of high order of f at nine points on a short ray.

    A smooth function has next to none there; independent errors of size σ have k-th differences of size
    σ·√((2k)!)/k!. The bound is 8σ, and at least ε·|f(x)|: the result itself is rounded. The ray starts at x, so that a
    kink at x does not pass for noise. Source: Jorge J. Moré and Stefan M. Wild, *Estimating computational noise*, 2011.

    >>> evaluation_noise(lambda x: float(np.float32(x.sum())), np.ones(3), 3.0) > 1e-8
    True
    """
    floor = EPSILON * abs(value)
    rng = np.random.Generator(np.random.PCG64(0))
    direction = rng.choice([-1.0, 1.0], x.shape) * rng.uniform(0.5, 1.0, x.shape) * np.maximum(np.abs(x), 1.0)
    for spacing in SPACINGS:
        values = np.array([value] + [function(x + k * spacing * direction) for k in range(1, 9)])
        if not np.isfinite(values).all():
            return 8 * floor
        if (values != value).any():  # else f is flat there, or coarser than float64
            return max(floor, 8 * _deviation(values))
    return floor


def _deviation(values: NDArray[np.float64]) -> float:
    """σ from the differences of the order from 3 to 6 that show least: the others hold more of the function itself."""
    estimates = []
    for order in range(3, 7):
        factor = math.factorial(order) / math.sqrt(math.factorial(2 * order))
        estimates.append(factor * float(np.sqrt(np.mean(np.diff(values, order) ** 2))))
    return min(estimates)


# Slopes of a function along one coordinate, from both sides, each with the error it is known to.
#
# Sources: Lewis F. Richardson, *The approximate arithmetical solution by finite differences of physical problems
# involving differential equations*, 1911 (two steps tell the error of one); William H. Press and others, *Numerical
# Recipes*, 3rd edition, 2007, section 5.7.


SMALLEST_STEP = 2.0**-42  # of the first step
UNSETTLED_RATIO, SETTLED_RATIO = 4.0, 32.0  # from one step to the next, while looking for a step and while doubting it
NARROW = 2.0**-9  # of the first step: a claim is not called wrong before steps as small as this have contradicted it


class Line:
    """φ(t) = f(x + t·eᵢ) for one coordinate i; ``evaluate`` takes the coordinate's value, ``start`` is φ(0)."""

    def __init__(self, evaluate: Callable[[float], float], coordinate: float, start: float, noise: float) -> None:
        self.evaluate, self.coordinate, self.start, self.noise = evaluate, coordinate, start, noise
        self.known: dict[float, tuple[float, float]] = {}

    def point(self, t: float) -> tuple[float, float]:
        """The increment that x + t really makes in floating point, and φ there."""
        if t not in self.known:
            moved = self.coordinate + t
            self.known[t] = moved - self.coordinate, self.evaluate(moved)
        return self.known[t]


@dataclass(frozen=True)
class Slopes:
    """Left, right and central slope at one step, and a bound on the error of each; ``rounding`` is its noise alone.

    ``chord`` is the steepest slope of a chord from x to one of the points: what a slope near 0 is compared with.
    """

    step: float
    left: float
    left_error: float
    right: float
    right_error: float
    central: float
    central_error: float
    rounding: float
    chord: float

    @property
    def scale(self) -> float:
        return max(abs(self.left), abs(self.right))

    @property
    def spread(self) -> float:
        return (self.left_error + self.right_error) / 2

    @property
    def jump(self) -> float:
        return self.right - self.left

    @property
    def error(self) -> float:
        """The error of ``central``, with what a kink too small to be seen could add to it."""
        return self.central_error + max(self.spread, abs(self.jump) / 2)

    def has_kink(self, tolerance: float) -> bool:
        """The sides differ by far more than their errors: √|x| at 0, whose quotients grow for ever, has none."""
        return abs(self.jump) > max(50 * self.spread, tolerance * self.scale, self.floor(tolerance))

    def settled(self, tolerance: float) -> bool:
        return self.spread <= max(tolerance / 4 * self.scale, 4 * self.rounding, self.floor(tolerance))

    def floor(self, tolerance: float) -> float:
        """A slope that is as good as 0 beside that of the chords."""
        return tolerance * tolerance * self.chord

    def gap(self, claimed: float, tolerance: float) -> float:
        """How far ``claimed`` is from the slope, or from [left, right] at a kink; 0 inside."""
        if self.has_kink(tolerance):
            return max(min(self.left, self.right) - claimed, claimed - max(self.left, self.right), 0.0)
        return abs(claimed - self.central)

    def contradicts(self, other: "Slopes") -> bool:
        left = abs(self.left - other.left) > 2 * (self.left_error + other.left_error)
        return left or abs(self.right - other.right) > 2 * (self.right_error + other.right_error)


@dataclass(frozen=True)
class Measurement:
    """The slopes to believe, and how they were found.

    ``crossed`` is the signed distance of a kink that a larger step crossed (``None``: none found). ``doubted`` says
    that steps far below the first one were tried against the claim. ``chord`` is that of the first step.
    """

    slopes: Slopes
    crossed: float | None
    doubted: bool
    chord: float


def slopes_at(line: Line, step: float) -> Slopes:
    """φ'(0∓) and φ'(0) from φ(±h), φ(±h/2), φ(±h/4): D(h) = (φ(h) − φ(0))/h, then h and h² (central: h², h⁴) removed.

    An error is the last correction, which is larger than what is left where h is small enough, plus the rounding. In
    the correction of one side h² and h³ may cancel; in that of the other they then add up, so half of it counts too.
    Where φ is not finite the slope is NaN and its error infinite.

    >>> found = slopes_at(Line(lambda v: abs(v) + v * v, 0.0, 0.0, 0.0), 0.5)
    >>> found.left, found.right, found.central
    (-1.0, 1.0, 0.0)
    """
    steps = (step, step / 2, step / 4)
    ahead, behind = [line.point(h) for h in steps], [line.point(-h) for h in steps]
    noise = max(line.noise, EPSILON * max(abs(value) for _, value in ahead + behind))
    sides = [
        _extrapolated([(value - line.start) / t for t, value in points], 2.0, 30 * noise / step)
        for points in (behind, ahead)
    ]
    quotients = [(up - down) / (t - s) for (t, up), (s, down) in zip(ahead, behind, strict=True)]
    central = _extrapolated(quotients, 4.0, 7 * noise / step)
    rises = [abs(value - line.start) for _, value in ahead + behind]
    chord = max(filter(math.isfinite, rises), default=0.0) / step
    (left, left_error), (right, right_error) = sides
    if math.isfinite(left_error) and math.isfinite(right_error):
        left_error, right_error = max(left_error, right_error / 2), max(right_error, left_error / 2)
    return Slopes(step, left, left_error, right, right_error, *central, 30 * noise / step, chord)


def _extrapolated(quotients: list[float], ratio: float, rounding: float) -> tuple[float, float]:
    """Richardson's extrapolation from three steps, each half the one before; ``ratio`` is what halving does to h^p."""
    first = (ratio * quotients[1] - quotients[0]) / (ratio - 1)
    second = (ratio * quotients[2] - quotients[1]) / (ratio - 1)
    squared = ratio * ratio
    best = (squared * second - first) / (squared - 1)
    error = abs(best - second) + rounding
    return (best, error) if math.isfinite(best) and math.isfinite(error) else (math.nan, math.inf)


def smallest_step(coordinate: float) -> float:
    """The least step whose quarter still moves x by many units in its last place."""
    return 64 * math.ulp(coordinate)


def measure_slopes(line: Line, step: float, claimed: float, tolerance: float, allowance: float = 0.0) -> Measurement:
    """φ'(0∓), from steps that shrink until both sides settle, and on while a kink or the claim contradicts them.

    A smaller step is believed where it is at least as accurate, or contradicts a larger one beyond both errors: that
    one looked past a kink. A kink counts as being at the point if it is still seen at the smallest step above noise.
    ``allowance`` is how far the claim may be off for its own rounding.
    """
    smallest = max(step * SMALLEST_STEP, smallest_step(line.coordinate))
    first = best = here = slopes_at(line, step)
    above, finest = None, step
    while True:
        settled = best.settled(tolerance)
        gap = best.gap(claimed, tolerance) if math.isfinite(claimed) else 0.0
        open_claim = gap if gap > best.error + tolerance * max(abs(claimed), best.scale) + allowance else 0.0
        jump = abs(best.jump) if best.has_kink(tolerance) else 0.0
        if settled and not open_claim and not jump:
            break
        useful = max(jump, open_claim) / 8 if settled else max(best.spread, jump / 8, open_claim / 8)
        step = here.step / (SETTLED_RATIO if settled else UNSETTLED_RATIO)
        if step < smallest:
            break
        before, here = here, slopes_at(line, step)
        if here.rounding > useful:
            break
        finest = step
        if here.spread <= best.spread or here.contradicts(best):
            best, above = here, before
    crossed = None if above is None else _crossed(line, best, above, tolerance)
    return Measurement(best, crossed, finest <= NARROW * first.step, first.chord)


def _crossed(line: Line, best: Slopes, above: Slopes, tolerance: float) -> float | None:
    """The signed distance of a kink that kept a larger step from settling, or led it to other slopes."""
    sides = ((1, above.right, above.right_error, best.right), (-1, above.left, above.left_error, best.left))
    for sign, slope, error, believed in sides:
        # Where f is smooth, an extrapolated slope is far closer to the better one than its error says.
        if not abs(slope - believed) <= 0.05 * error:
            kink = kink_between(line, sign * best.step / 4, sign * above.step, tolerance * best.scale)
            if kink is not None:
                return kink
    return None
