"""Is this the gradient of that function? Every entry is measured by differences, and judged with their error.

A claim can be right, wrong, or at a kink; and where the differences do not tell, nothing is decided.
"""

import math
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import real_array, refusal
from course_lib.networks.gradient_report import Entry, GradientReport, likely_causes
from course_lib.networks.slope_measurement import (
    FIRST_STEP,
    TOLERANCE,
    MeasuredSlopes,
    Noise,
    evaluation_noise,
    measure_slopes,
)

RESOLVED = 0.01  # an error above this share of the entry does not decide about it
CONTRADICTED = 100  # times the resolution: a claim is wrong if steps as short as this contradict it
CLAIM_ROUNDING = 512  # units in the last place that a claim in float32 or float16 may be off by its rounding
LOW_PRECISION = 1e-10  # a relative noise above this is that of float32, or of a cancellation as bad
SHARE = 1 / 256  # how much shorter some of their distances are
PIECES = 64  # points around x where slopes are looked at, to see the pieces that meet at a kink

Vector = NDArray[np.float64]
Parameters = Vector | Sequence[Vector]


def check_gradient(function: Any, gradient: Any, x: Any, names: Sequence[str] | None = None) -> GradientReport:
    """claimedᵢ against lim (f(x + t·eᵢ) − f(x))/t for t → 0⁻ and t → 0⁺, for every entry i.

    `function(x) -> float` takes a float64 array of x's shape; `gradient` is an array of that shape or a function that
    returns one. Several parameters are a list or tuple of arrays, as `W` of a network: `function` is given such a list
    or tuple, and `gradient` is a list of as many arrays. `names` are shown instead of positions: one for each entry in
    flat order, or one for each of several arrays; those of a named tuple are its fields.

    Each entry is measured by itself, from steps of 0.187·max(|xᵢ|, 1) down to where rounding drowns every slope, and
    what is claimed plays no part in it. An entry

    - agrees if the claim is within the error of the measurement (at most 1 % of the slope, or 5e-5 of the steepest
      chord from x that a step makes), a relative tolerance of 1e-5, and the rounding of the claim;
    - is at a kink if the one-sided slopes differ and the claim is between them. The report shows both. Whatever is
      claimed, `kinks` lists it;
    - is wrong if both sides contradict the claim in steps as short as a hundred times the resolution;
    - is undecided if the differences do not settle, or if rounding hides what short steps would show.

    The resolution is 1e-9·max(|xᵢ|, 1) where f is computed in float64. A kink further away than that never counts as
    one at x. Where f is noisier it is 300 times the relative noise of f, at most 1e-3, which holds for float32 and
    float16; in float16 nearly all is undecided. `python -m benchmarks.gradient_check` measures it. A large constant in
    f does not change the resolution: more is undecided. For arithmetic of low precision the report says so.

    What it cannot see: a bend in the slope below the tolerance; kinks on both sides of x that undo each other and are
    nearer than the shortest step that noise does not drown; an entry below the rounding noise of f. At a kink each
    entry is judged alone: (1, 1) passes at a tied maximum. Where several kinks meet, Clarke subgradients need not be
    between the slopes along one axis: such an entry is not called wrong but undecided, unless a piece is missed, as
    where f is a hundred times steeper along one axis. A slope at the kink that is not multiplied by the upstream
    gradient shows only where that leaves [left, right]: try upstream gradients that are small or negative.

    An entry takes 40 to 80 evaluations, the noise of f some 400 once. TypeError and ValueError name the argument, what
    came and what is accepted; a function that gives two values at one x is refused too.

    >>> check_gradient(lambda x: np.sum(x**2), lambda x: 2 * x, [1.0, -3.0, 0.5])
    passed: 3 agree (all 3 entries; relative tolerance 1e-05)
    >>> check_gradient(lambda x: np.sum(np.abs(x)), [1.0, -1.0, 0.3], [2.0, 5.0, 0.0])
    FAILED: 1 agree, 1 at a kink, between its slopes, 1 wrong (all 3 entries; relative tolerance 1e-05)
    entry  claimed  measured  off by  verdict
    x[1]        -1         1       2  wrong
    x[2]       0.3   [-1, 1]       –  kink
    likely cause: the sign: claimed = −measured
    >>> W, b = np.array([[1.0, 2.0]]), np.array([0.5])
    >>> check_gradient(lambda p: np.sum(p[0]) * p[1][0], [np.full((1, 2), 0.5), [3.0]], [W, b], names=["W", "b"])
    passed: 3 agree (all 3 entries; relative tolerance 1e-05)
    """
    if not callable(function):
        raise TypeError(refusal("function", function, "a function of x"))
    several = isinstance(x, Sequence) and any(isinstance(part, np.ndarray) for part in x)
    points = [_point(f"x[{i}]", part) for i, part in enumerate(x)] if several else [_point("x", x)]
    shapes = [point.shape for point in points]
    flat = np.concatenate([point.ravel() for point in points])
    ends = np.cumsum([point.size for point in points])[:-1]

    def as_given(vector: Vector) -> Parameters:
        if not several:
            return vector.reshape(shapes[0])
        shaped = [part.reshape(shape) for part, shape in zip(np.split(vector, ends), shapes, strict=True)]
        return type(x)(*shaped) if hasattr(x, "_fields") else tuple(shaped) if isinstance(x, tuple) else shaped

    came = gradient(as_given(flat.copy())) if callable(gradient) else gradient
    if several and (not isinstance(came, Sequence) or len(came) != len(points)):
        raise ValueError(refusal("gradient", came, f"a list of {len(points)} arrays, one for each of x"))
    claims = [real_array(f"gradient[{i}]", part) for i, part in enumerate(came)] if several else []
    claims = claims or [real_array("gradient", came)]
    for i, (claim, shape) in enumerate(zip(claims, shapes, strict=True)):
        if claim.shape != shape:
            turned = "; it may be transposed" if claim.shape == shape[::-1] else ""
            place = f"[{i}]" if several else ""
            raise ValueError(
                f"gradient{place}: got shape {claim.shape}; accepted is the shape of x{place}, {shape}{turned}"
            )
    shown = _names(names, shapes, several, getattr(x, "_fields", None))
    value = _value_of_flat(function, as_given)
    start = _repeatable(value, flat)
    beside = _beside(value)
    claimed = np.concatenate([claim.ravel().astype(np.float64) for claim in claims]).tolist()
    roundings = [_rounding(claim.dtype) for claim in claims for _ in range(claim.size)]
    entries = []
    with np.errstate(all="ignore"):  # f may overflow at long steps
        noise = evaluation_noise(beside, flat)
        nearby = Nearby(beside, flat, start, noise)
        for position, (name, claim, rounding) in enumerate(zip(shown, claimed, roundings, strict=True)):
            measured = measure_slopes(partial(_along, beside, flat, position), float(flat[position]), start, noise)
            slopes_nearby = partial(nearby.slopes, position)
            entries.append(_judged(name, claim, measured, noise, rounding, slopes_nearby, start))
    return GradientReport(tuple(entries), likely_causes(entries, shapes), _advice(entries, noise))


def _point(name: str, values: Any) -> Vector:
    point = real_array(name, values).astype(np.float64)
    if not point.size:
        raise ValueError(f"{name}: got shape {point.shape}; accepted is an array with at least one entry")
    if not np.isfinite(point).all():
        raise ValueError(f"{name}: got NaN or infinity; accepted are finite numbers")
    return point


def _names(names: Any, shapes: list[tuple[int, ...]], several: bool, fields: Sequence[str] | None) -> list[str]:
    """A name for each entry: those given, or made of the arrays' names and the positions in them."""
    size = sum(math.prod(shape) for shape in shapes)
    wanted = len(shapes) if several else size
    if names is not None and (isinstance(names, str) or len(names) != wanted):
        each = "arrays in x" if several else "entries of x"
        raise ValueError(refusal("names", names, f"one name for each of the {wanted} {each}"))
    if names is not None and not several:
        return [str(name) for name in names]
    arrays = names or fields or ([f"x[{i}]" for i in range(len(shapes))] if several else ["x"])
    return [
        f"{array}[{', '.join(map(str, index))}]" if shape else str(array)
        for array, shape in zip(arrays, shapes, strict=True)
        for index in np.ndindex(shape)
    ]


def _value_of_flat(function: Any, as_given: Callable[[Vector], Parameters]) -> Callable[[Vector], float]:
    """f as a function of a flat vector, with a float as its value."""

    def value(vector: Vector) -> float:
        array = np.asarray(function(as_given(vector)))
        if array.dtype.kind not in "fiu" or array.size != 1:
            came = f"a value of shape {array.shape} and dtype {array.dtype}"
            raise TypeError(f"function: got {came}; accepted is one real number")
        return float(array.item())

    return value


def _repeatable(value: Callable[[Vector], float], x: Vector) -> float:
    """f(x), asked for twice: a random f, such as a network with dropout, has no gradient to check."""
    first, second = value(x.copy()), value(x.copy())
    if not math.isfinite(first):
        raise ValueError(f"function: got the value {first} at x; accepted is a finite number")
    if first != second:
        raise ValueError(
            f"function: got the values {first!r} and then {second!r} at the same x; accepted is a function that "
            "returns one value for one x (give random parts a fixed seed)"
        )
    return first


def _beside(value: Callable[[Vector], float]) -> Callable[[Vector], float]:
    """f beside x; NaN where it has no finite value, as the logarithm of a negative number."""

    def beside(moved: Vector) -> float:
        try:
            found = value(moved.copy())
        except (ArithmeticError, ValueError):
            return math.nan
        return found if math.isfinite(found) else math.nan

    return beside


def _along(function: Callable[[Vector], float], x: Vector, position: int, coordinate: float) -> float:
    moved = x.copy()
    moved[position] = coordinate
    return function(moved)


class Nearby:
    """The slopes of f along one axis at points around x, as near as the resolution: at kinks, those of all its pieces.

    Their hull holds entry i of every Clarke subgradient at x, if no piece is missed.
    """

    def __init__(self, function: Callable[[Vector], float], x: Vector, start: float, noise: Noise) -> None:
        self.function, self.x, self.start, self.noise = function, x, start, noise
        self.reach = noise.resolution * np.maximum(np.abs(x), 1.0)
        rng = np.random.Generator(np.random.PCG64(1))
        # Every other move is shorter along some axes, so that each has its say where f is steeper along others.
        self.shares = SHARE ** (rng.integers(0, 2, (PIECES, x.size)) * (np.arange(PIECES)[:, None] % 2))
        self.moves = rng.uniform(-1, 1, (PIECES, x.size)) * self.reach * self.shares

    @cached_property
    def kinked(self) -> bool:
        """Whether f bends at x in some direction: f(x + v) + f(x − v) ≠ 2 f(x) beyond noise."""

        def bends(move: Vector) -> bool:
            ahead, behind = self.function(self.x + move), self.function(self.x - move)
            noise = self.noise.of(ahead) + self.noise.of(behind) + 2 * self.noise.of(self.start)
            return not abs(ahead + behind - 2 * self.start) <= noise

        return self.x.size > 1 and any(map(bends, self.moves))

    def slopes(self, position: int) -> tuple[float, float, float]:
        """The least and the greatest of these slopes, and their noise; (∞, −∞, 0) where f does not bend at x."""
        if not self.kinked:
            return math.inf, -math.inf, 0.0
        found = []
        for move, share in zip(self.moves, self.shares[:, position], strict=True):
            at, step = self.x + move, self.reach[position] / 4 * share
            below, above = at[position] - step, at[position] + step
            values = [_along(self.function, at, position, c) for c in (below, above)]
            noise = float(np.sum(self.noise.of(values))) / (above - below)
            found.append((noise, (values[1] - values[0]) / (above - below)))
        noises, slopes = zip(*found[::2], strict=True)
        least, most, doubt = min(slopes), max(slopes), max(noises)
        for noise, slope in found[1::2]:  # noisier: they count where they reach further than that
            if noise <= RESOLVED * max(abs(slope), abs(least), abs(most)):
                least = slope - noise if slope + noise < least - doubt else least
                most = slope + noise if slope - noise > most + doubt else most
        return least, most, doubt


def _judged(
    name: str,
    claimed: float,
    measured: MeasuredSlopes,
    noise: Noise,
    rounding: float,
    slopes_nearby: Callable[[], tuple[float, float, float]],
    start: float,
) -> Entry:
    """The verdict on one entry; `rounding` is the relative rounding of the claim, `start` is f(x)."""
    low, high = measured.ends()
    kink, error, distance = measured.has_kink, measured.error, noise.resolution * measured.length
    gap = max(low - claimed, claimed - high, 0.0) if math.isfinite(claimed) else math.inf
    size = max(abs(claimed), measured.scale)
    near = error + (TOLERANCE + rounding) * size
    resolved = error <= max(RESOLVED * size, TOLERANCE * measured.steepest / FIRST_STEP)
    if measured.flat and claimed == 0:  # no error is small beside 0: the slopes further away are the measure
        resolved = not measured.steepest or error <= RESOLVED * measured.steepest
    at_kink = kink and measured.settled and measured.kink_within(distance)
    # A gradient in low precision is a sum that was rounded; its terms may be larger than it is.
    doubtful = near + 2 * error + rounding * max(abs(start) / measured.length, measured.steepest)
    if not math.isfinite(claimed):
        verdict, note = "wrong", "not a finite number"
    elif not measured.settled:
        verdict, note = "undecided", "the differences do not settle"
    elif gap <= near and not resolved:
        verdict, note = "undecided", "rounding hides the slope"
    elif gap <= near and not kink:
        verdict, note = "agrees", ""
    elif gap <= near:
        verdict, note = (
            ("kink", "") if at_kink else ("undecided", "a kink at x or beside it: short steps show only noise")
        )
    elif gap <= doubtful:
        verdict, note = "undecided", "the claim is at the edge of the error"
    elif not measured.contradict_within(claimed, CONTRADICTED * distance) or (kink and not at_kink):
        verdict, note = "undecided", "the steps that contradict the claim are large, smaller ones show only noise"
    else:
        least, most, doubt = slopes_nearby()
        if least - doubt - near <= claimed <= most + doubt + near:
            verdict, note = "undecided", "x is on a kink: slopes beside x reach the claim, those along this axis do not"
        else:
            verdict, note = "wrong", "at a kink" if kink else ""
    nearest = float(np.clip(claimed, low, high)) if math.isfinite(claimed) else low
    return Entry(name, claimed, nearest, error, gap, measured.left.value, measured.right.value, verdict, at_kink, note)


def _rounding(dtype: np.dtype[Any]) -> float:
    """The relative error that a claim of this type may have; nothing for float64 and whole numbers."""
    return CLAIM_ROUNDING * float(np.finfo(dtype).eps) if dtype.kind == "f" and dtype.itemsize < 8 else 0.0


def _advice(entries: Sequence[Entry], noise: Noise) -> str:
    """What helps against doubt: float64, where f is noisier than that."""
    if noise.share < LOW_PRECISION or not any(entry.verdict == "undecided" for entry in entries):
        return ""
    return f"f is exact to about {max(-math.log10(noise.share), 0):.0f} digits; compute it in float64, which has 16"
