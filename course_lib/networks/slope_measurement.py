"""Slopes of a function along one coordinate, from the left and from the right, each with the error it is known to.

Two things spoil a difference: a step that is too long for the function, and the rounding of its values. Three steps,
each half the one before, tell the error of the first kind (Richardson); differences of high order tell that of the
second (Moré and Wild). `measure_slopes` shrinks the step until both sides settle.

Sources: Lewis F. Richardson, *The approximate arithmetical solution by finite differences of physical problems
involving differential equations*, 1911; William H. Press and others, *Numerical Recipes*, 3rd edition, 2007, section
5.7.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EPSILON = float(np.finfo(np.float64).eps)
TOLERANCE = 1e-5  # relative: slopes nearer to each other than this are the same
SPACINGS = (2.0**-33, 2.0**-26, 2.0**-19)  # of max(|xᵢ|, 1), to estimate noise: the first at which f changes
FIRST_STEP = 0.0117  # of max(|xᵢ|, 1); no simple fraction, so that a period of f is not hit
SMALLEST_STEP = 2.0**-42  # of the first step
UNSETTLED_RATIO, SETTLED_RATIO = 4.0, 32.0  # from one step to the next, while looking for a step and while doubting it
NARROW = 2.0**-9  # of the first step: a claim is not called wrong before steps as small as this have contradicted it


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


class Section:
    """φ(t) = f(x + t·eᵢ) for one coordinate i; `evaluate` takes the coordinate's value, `start` is φ(0)."""

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
    """Left, right and central slope at one step, and a bound on the error of each; `rounding` is its noise alone.

    `chord` is the steepest slope of a chord from x to one of the points: what a slope near 0 is compared with.
    """

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
        """The error of `central`, with what a kink too small to be seen could add to it."""
        return self.central_error + max(self.spread, abs(self.jump) / 2)

    @property
    def floor(self) -> float:
        """A slope that is as good as 0 beside that of the chords."""
        return TOLERANCE * TOLERANCE * self.chord

    @property
    def has_kink(self) -> bool:
        """The sides differ by far more than their errors: √|x| at 0, whose quotients grow for ever, has none."""
        return abs(self.jump) > max(50 * self.spread, TOLERANCE * self.scale, self.floor)

    def settled(self, tolerance: float = TOLERANCE) -> bool:
        """Both sides are known to a quarter of `tolerance`, or as well as noise allows."""
        return self.spread <= max(tolerance / 4 * self.scale, 4 * self.rounding, tolerance * tolerance * self.chord)

    def gap(self, claimed: float) -> float:
        """How far `claimed` is from the slope, or from [left, right] at a kink; 0 inside."""
        if self.has_kink:
            return max(min(self.left, self.right) - claimed, claimed - max(self.left, self.right), 0.0)
        return abs(claimed - self.central)

    def contradicts(self, other: "Slopes") -> bool:
        """On one side, the two are further apart than twice their errors."""
        left = abs(self.left - other.left) > 2 * (self.left_error + other.left_error)
        return left or abs(self.right - other.right) > 2 * (self.right_error + other.right_error)


@dataclass(frozen=True)
class MeasuredSlopes:
    """The slopes to believe, and how they were found.

    `doubted` says that steps far below the first one were tried against the claim. `chord` is that of the first step.
    """

    slopes: Slopes
    doubted: bool
    chord: float


def slopes_at(section: Section, step: float) -> Slopes:
    """φ'(0∓) and φ'(0) from φ(±h), φ(±h/2), φ(±h/4): D(h) = (φ(h) − φ(0))/h, then h and h² (central: h², h⁴) removed.

    An error is the last correction, which is larger than what is left where h is small enough, plus the rounding. In
    the correction of one side h² and h³ may cancel; in that of the other they then add up, so half of it counts too.
    Where φ is not finite the slope is NaN and its error infinite.

    >>> slopes = slopes_at(Section(lambda v: abs(v) + v * v, 0.0, 0.0, 0.0), 0.5)
    >>> slopes.left, slopes.right, slopes.central
    (-1.0, 1.0, 0.0)
    """
    steps = (step, step / 2, step / 4)
    ahead, behind = [section.point(h) for h in steps], [section.point(-h) for h in steps]
    noise = max(section.noise, EPSILON * max(abs(value) for _, value in ahead + behind))
    sides = [
        _extrapolated([(value - section.start) / t for t, value in points], 2.0, 30 * noise / step)
        for points in (behind, ahead)
    ]
    quotients = [(up - down) / (t - s) for (t, up), (s, down) in zip(ahead, behind, strict=True)]
    central = _extrapolated(quotients, 4.0, 7 * noise / step)
    rises = [abs(value - section.start) for _, value in ahead + behind]
    chord = max(filter(math.isfinite, rises), default=0.0) / step
    (left, left_error), (right, right_error) = sides
    if math.isfinite(left_error) and math.isfinite(right_error):
        left_error, right_error = max(left_error, right_error / 2), max(right_error, left_error / 2)
    return Slopes(left, left_error, right, right_error, *central, 30 * noise / step, chord)


def _extrapolated(quotients: list[float], ratio: float, rounding: float) -> tuple[float, float]:
    """Richardson's extrapolation from three steps, each half the one before; `ratio` is what halving does to h^p."""
    first = (ratio * quotients[1] - quotients[0]) / (ratio - 1)
    second = (ratio * quotients[2] - quotients[1]) / (ratio - 1)
    squared = ratio * ratio
    best = (squared * second - first) / (squared - 1)
    error = abs(best - second) + rounding
    return (best, error) if math.isfinite(best) and math.isfinite(error) else (math.nan, math.inf)


def measure_slopes(section: Section, claimed: float, allowance: float) -> MeasuredSlopes:
    """φ'(0∓), from steps that shrink until both sides settle, and on while a kink or the claim contradicts them.

    A smaller step is believed where it is at least as accurate, or contradicts a larger one beyond both errors: that
    one looked past a kink. A kink counts as being at the point if it is still seen at the smallest step above noise.
    `allowance` is how far the claim may be off for its own rounding.
    """
    first_step = step = finest = FIRST_STEP * max(abs(section.coordinate), 1.0)
    # A quarter of the smallest step still moves x by many units in its last place.
    smallest = max(SMALLEST_STEP * step, 64 * math.ulp(section.coordinate))
    first = best = slopes_at(section, step)
    while True:
        settled = best.settled()
        gap = best.gap(claimed) if math.isfinite(claimed) else 0.0
        open_claim = gap if gap > best.error + TOLERANCE * max(abs(claimed), best.scale) + allowance else 0.0
        jump = abs(best.jump) if best.has_kink else 0.0
        if settled and not open_claim and not jump:
            break
        useful = max(jump, open_claim) / 8 if settled else max(best.spread, jump / 8, open_claim / 8)
        step /= SETTLED_RATIO if settled else UNSETTLED_RATIO
        if step < smallest:
            break
        here = slopes_at(section, step)
        if here.rounding > useful:
            break
        finest = step
        if here.spread <= best.spread or here.contradicts(best):
            best = here
    return MeasuredSlopes(best, finest <= NARROW * first_step, first.chord)
