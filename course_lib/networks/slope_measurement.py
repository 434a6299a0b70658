"""Slopes of a function along one coordinate, from both sides, each with the error it is known to.

Sources: Lewis F. Richardson, *The approximate arithmetical solution by finite differences of physical problems
involving differential equations*, 1911 (two steps tell the error of one); William H. Press and others, *Numerical
Recipes*, 3rd edition, 2007, section 5.7.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from course_lib.networks.kink_search import kink_between
from course_lib.networks.rounding_noise import EPSILON

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
