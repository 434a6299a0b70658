"""Slopes of a function along one coordinate, from the left and from the right, each with the error it is known to.

Two things spoil a difference: a step that is too long for the function, and the rounding of its values. So a ladder of
steps goes from a long one down to where rounding drowns every slope, and each rung gives an estimate with an error.
Short steps are believed first: a longer one counts as long as it contradicts none of them, because one that does has
looked past a kink. The ladder asks for nothing but the function: what somebody claims plays no part in it.

Sources: Lewis F. Richardson, *The approximate arithmetical solution by finite differences of physical problems
involving differential equations*, 1911 (extrapolation); William H. Press and others, *Numerical Recipes*, 3rd edition,
2007, section 5.7 (the two errors); Jorge J. Moré and Stefan M. Wild, *Estimating computational noise*, 2011.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPSILON = float(np.finfo(np.float64).eps)
TOLERANCE = 1e-5  # relative: slopes nearer to each other than this are the same
FIRST_STEP = 0.187  # of max(|xᵢ|, 1); no simple fraction, so that a period of f is not hit
RATIO = 4.0  # from one step of the ladder to the next
RUNGS = 40  # at most: from 0.187 down to 6e-25
SETTLED = 3  # so many estimates, one step apart, have to fit each other
# Noise: 32 points on a ray, first 2⁻⁴⁴ of |xᵢ| apart (where |xᵢ| is tiny, of 2⁻³⁶), at last 2⁻⁸ of max(|xᵢ|, 1).
POINTS, TINY, WIDEST = 32, 2.0**-36, 2.0**-8
SPACINGS = tuple(2.0**power for power in range(-44, 29, 6))
# Kinks nearer to x than this share of max(|xᵢ|, 1) are not told from kinks at x: at best, and where f is noisy 300
# times its relative noise, but never more than the second number.
RESOLUTION, COARSEST_RESOLUTION, RESOLUTION_PER_NOISE = 1e-9, 1e-3, 300.0

Vector = NDArray[np.float64]
Function = Callable[[Vector], float]


@dataclass(frozen=True)
class Noise:
    """A bound on the rounding error of f: max(`least`, `share` · |f|), the first of them measured at x.

    `unit` is ε of the precision that f is computed in, as far as its values show it.
    """

    least: float
    share: float
    unit: float = EPSILON

    def of(self, value: Any) -> Any:
        """The bound where f has this value, or these."""
        return np.maximum(self.least, self.share * np.abs(value))

    @property
    def resolution(self) -> float:
        """How near to x a kink may be and not be told from one at x, as a share of max(|xᵢ|, 1)."""
        return min(max(RESOLUTION, RESOLUTION_PER_NOISE * self.share), COARSEST_RESOLUTION)


def evaluation_noise(function: Function, x: Vector) -> Noise:
    """8σ, where σ is the rounding error of f, from third differences of f at 32 points on short rays.

    A smooth function has next to none at points so close; independent errors of size σ have third differences of size
    √20·σ. Their upper quartile is taken, so that a kink or two on a ray does not pass for noise, and the points are the
    closest at which f changes at all. Two opposite rays start at x, two at the first step of the ladder, where |f| may
    be larger. The noise is not taken for less than ε·|f|, with the ε of the lowest precision that holds all these
    values, nor for less than the smallest number of that precision.

    >>> evaluation_noise(lambda x: float(np.float32(x.sum())), np.ones(3)).least > 1e-8
    True
    """
    seen: list[float] = []

    def noted(point: Vector) -> float:
        seen.append(function(point))
        return seen[-1]

    rng = np.random.Generator(np.random.PCG64(0))
    ray = rng.choice([-1.0, 1.0], x.shape) * rng.uniform(0.5, 1.0, x.shape)
    near = [_noise_on_ray(noted, x, ray * sign) for sign in (1, -1)]
    far = [_noise_on_ray(noted, x + FIRST_STEP * np.maximum(np.abs(x), 1.0) * ray * sign, ray) for sign in (1, -1)]
    size, noise = max(far)
    if not size:  # f is 0 there, or has no values
        size, noise = max(near)
    precision = _precision(np.array(seen))
    unit, smallest = float(precision.eps), float(precision.smallest_subnormal)
    share = max(noise / size if size else 0.0, unit)
    return Noise(max(smallest, *(max(noise, unit * size) for size, noise in near)), share, unit)


def _precision(values: Vector) -> np.finfo[Any]:
    """The lowest precision that holds these values."""
    values = values[np.isfinite(values)]
    with np.errstate(over="ignore"):
        for dtype in (np.float16, np.float32):
            if (values.astype(dtype) == values).all():
                return np.finfo(dtype)
    return np.finfo(np.float64)


def _noise_on_ray(function: Function, x: Vector, ray: Vector) -> tuple[float, float]:
    """|f(x)| and 8σ on a ray from x; 0 and 0 where f has no values."""
    value = function(x)
    if not math.isfinite(value):
        return 0.0, 0.0
    size = np.maximum(np.abs(x), TINY)
    grid = np.spacing(2 * size)
    for spacing in SPACINGS:
        step = ray * np.minimum(spacing * size, WIDEST * np.maximum(np.abs(x), 1.0))
        high = []
        for factor in (1.0, 1.19, 1.37):  # where f is a staircase, one of them is no multiple of its steps
            whole = np.round(factor * step / grid) * grid  # of whole units, so that x + k·step is not rounded
            values = [value]
            for count in (5, POINTS):
                values += [function(x + k * whole) for k in range(len(values), count)]
                if np.count_nonzero(np.diff(values)) < count // 2:
                    break  # f is flat there, or coarser than the spacing: a longer one may show more
            else:
                high.append(float(np.quantile(np.abs(np.diff(values, 3)), 0.75)))
        if high:
            sigma = max(high) / (1.15 * math.sqrt(20))  # three quarters of normal numbers are below 1.15σ
            return abs(value), max(8 * sigma if math.isfinite(sigma) else 0.0, EPSILON * abs(value))
    return abs(value), EPSILON * abs(value)


@dataclass(frozen=True)
class Slope:
    """A slope with a bound on its error, the rung it was found on, and the highest rung that fits the shorter steps."""

    value: float
    error: float
    rung: int
    highest: int
    settled: bool


@dataclass(frozen=True, eq=False)
class MeasuredSlopes:
    """φ'(0⁻), φ'(0⁺) and φ'(0) of φ(t) = f(x + t·eᵢ), with the quotients on the rungs of the ladder, long steps first.

    `behind` and `ahead` hold (φ(∓t) − φ(0))/(∓t) for the `steps` t, and `rounding` the noise of the noisier of the two.
    `length` is max(|xᵢ|, 1).
    """

    left: Slope
    right: Slope
    central: Slope
    steps: Vector
    behind: Vector
    ahead: Vector
    rounding: Vector
    length: float

    @property
    def jump(self) -> float:
        return abs(self.right.value - self.left.value)

    @property
    def scale(self) -> float:
        return max(abs(self.left.value), abs(self.right.value))

    @property
    def steepest(self) -> float:
        """The steepest slope of a chord from x, as far as it is above noise: what a slope near 0 is small beside."""
        slopes = np.abs([self.behind, self.ahead]) - self.rounding
        return float(np.max(slopes[np.isfinite(slopes)], initial=0.0))

    @property
    def settled(self) -> bool:
        return self.left.settled and self.right.settled

    @property
    def flat(self) -> bool:
        """f had one value from the rungs on that both slopes were found on."""
        first = max(self.left.rung, self.right.rung)
        return not self.behind[first:].any() and not self.ahead[first:].any()

    @property
    def has_kink(self) -> bool:
        """The sides differ by more than twice their errors and by more than the tolerance."""
        return self.jump > max(2 * (self.left.error + self.right.error), TOLERANCE * self.scale)

    @property
    def error(self) -> float:
        """At a kink of both ends together; elsewhere of `central`, with what a kink too small to be seen would add."""
        if self.has_kink:
            return self.left.error + self.right.error
        error = self.central.error + self.jump / 2
        return math.inf if math.isnan(error) else error

    def ends(self) -> tuple[float, float]:
        """Between which slopes a claim is right: the two of a kink, or twice the central one."""
        if self.has_kink:
            low, high = sorted((self.left.value, self.right.value))
            return low, high
        return self.central.value, self.central.value

    def kink_within(self, distance: float) -> bool:
        """Whether half of the jump is still seen, beyond doubt, at a step no longer than `distance`."""
        seen = (2 * self.rounding <= self.jump / 4) & (self.steps <= distance)
        return bool((seen & (np.abs(self.ahead - self.behind) >= self.jump / 2)).any())

    def contradict_within(self, claimed: float, distance: float) -> bool:
        """Whether both sides leave the claim by more than twice their noise at a step no longer than `distance`.

        Where f had one value at all steps, any of them will do.
        """
        if not self.behind.any() and not self.ahead.any():
            distance = math.inf
        low, high = np.minimum(self.behind, self.ahead), np.maximum(self.behind, self.ahead)
        outside = np.maximum(low - claimed, claimed - high) > 2 * self.rounding
        return bool((outside & (self.steps <= distance)).any())


def measure_slopes(evaluate: Callable[[float], float], coordinate: float, start: float, noise: Noise) -> MeasuredSlopes:
    """φ'(0∓) from the quotients (φ(t) − φ(0))/t, with t = ±0.187·max(|xᵢ|, 1)·4⁻ᵏ, until rounding drowns every slope.

    `evaluate` takes the coordinate's value, `start` is φ(0). At most 80 evaluations, most often 40 to 50.

    >>> slopes = measure_slopes(lambda v: abs(v) + v * v, 0.0, 0.0, Noise(0.0, EPSILON))
    >>> round(slopes.left.value, 9), round(slopes.right.value, 9), slopes.has_kink
    (-1.0, 1.0, True)
    """
    length = max(abs(coordinate), 1.0)
    smallest = 64 * math.ulp(coordinate)  # x moves by many units in its last place
    here = float(noise.of(start))
    rows: list[tuple[float, float, float, float, float, float, float]] = []
    steepest = 0.0
    for rung in range(RUNGS):
        step = FIRST_STEP * length / RATIO**rung
        if step < smallest:
            break
        below, above = coordinate - step, coordinate + step
        back, forth = below - coordinate, above - coordinate  # the steps that are really made
        behind, ahead = evaluate(below), evaluate(above)
        slopes = (behind - start) / back, (ahead - start) / forth, (ahead - behind) / (forth - back)
        around = float(noise.of(behind)), float(noise.of(ahead))
        rounding = (around[0] + here) / -back, (around[1] + here) / forth, (around[0] + around[1]) / (forth - back)
        rows.append((step, *slopes, *rounding))
        for slope, error in zip(slopes[:2], rounding[:2], strict=True):
            if math.isfinite(slope):
                steepest = max(steepest, abs(slope) - error)
        if len(rows) >= SETTLED + 2 and min(rounding[:2]) > 8 * steepest > 0:
            break
    steps, behind_, ahead_, central_, *noises = np.array(rows).T
    if noise.unit > EPSILON:  # then f rounds xᵢ too
        noises = [one + noise.unit * abs(coordinate) * max(steepest, 0.0) / steps for one in noises]
    left, right = _best(*_extrapolated(behind_, noises[0])), _best(*_extrapolated(ahead_, noises[1]))
    fits = max(left.highest, right.highest)
    central = _best(*_extrapolated(central_, noises[2]), fits)
    rounding_ = np.maximum(noises[0], noises[1])
    return MeasuredSlopes(left, right, central, steps, behind_, ahead_, rounding_, length)


def _extrapolated(quotients: Vector, rounding: Vector) -> tuple[Vector, Vector]:
    """From each three rungs the limit for t → 0 without the terms in t and t² (Richardson), and a bound on its error.

    The bound is twice the whole correction, and not only its last part: it then holds where f bends at x, as
    max(0, t)² or |t|^1.5 do, and no bend passes for a kink.
    """
    q0, q1, q2 = quotients[:-2], quotients[1:-1], quotients[2:]
    first, second = q1 + (q1 - q0) / (RATIO - 1), q2 + (q2 - q1) / (RATIO - 1)
    best = second + (second - first) / (RATIO**2 - 1)
    noise = 64 / 45 * rounding[2:] + 20 / 45 * rounding[1:-1] + rounding[:-2] / 45
    error = 2 * np.abs(best - q2) + noise
    known = np.isfinite(best) & np.isfinite(error)
    return np.where(known, best, math.nan), np.where(known, error, math.inf)


def _best(estimates: Vector, errors: Vector, highest: int = 0) -> Slope:
    """The most exact of the estimates that contradict none with a shorter step, from the shortest step on."""
    last = len(estimates)
    top = last
    while top > highest and math.isfinite(errors[top - 1]):
        apart = np.abs(estimates[top - 1] - estimates[top:]) > errors[top - 1] + errors[top:]
        if apart.any():
            break
        top -= 1
    if top == last:
        return Slope(math.nan, math.inf, 0, last, False)
    rung = top + int(np.argmin(errors[top:]))
    return Slope(float(estimates[rung]), float(errors[rung]), rung, top, last - top >= SETTLED)
