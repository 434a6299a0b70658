"""Figures of this topic.

Where the kinks of a small network lie; the Cantor set; half precision as a staircase; how many fresh networks meet an
exact zero that changes their gradient; training from a layer of zeros, where the slope at the kink decides everything.
"""

from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.layers import Band, Curve, Label, Layer, Points, Segment, level_curves
from course_lib.figures.scene import SUPERSCRIPT, Axis, Scene
from course_lib.figures.scene import format_number as number
from course_lib.intervals import wilson_interval
from course_lib.topics.zeros import sums
from course_lib.topics.zeros.experiment import SAMPLES, ZERO_EPOCHS, ZERO_SLOPES, ZoneCount, from_zero
from course_lib.topics.zeros.law import (
    PUBLISHED,
    Fit,
    fit_p0,
    rows_of,
    zone_probability,
)
from course_lib.topics.zeros.structure import (
    END,
    EPOCHS,
    START,
    WINDOW,
    crossings,
    intervals,
    moons,
    point_at,
    pre_activations,
)

FloatArray = NDArray[np.float64]
LAYERS = ("first layer", "second layer", "both layers")
STYLES = (("kinks of the first layer", "blue", "solid"), ("kinks of the second layer", "vermilion", "dashed"))
COLUMNS, ROWS = 75, 56  # the grid on which the kinks are looked for
SHOWN = 80  # samples
DEEPEST_SHOWN = 6  # stage of the Cantor set
# What is repeated in the address of the point, after what it begins with.
POINTS = {"none": None, "LRLRLR…": ("LR", ""), "LRRRRR…": ("R", "L"), "RLLRLL…": ("RLL", "")}
# Where the middle of the staircase is, how far it reaches, and the unit in which it counts, as powers of two.
PLACES = {"around 0": (0.0, -24), "around 1/16": (0.0625, -14)}
STEPS = 4
BITS = {"16 bits": "float16", "32 bits": "float32"}
EXPOSURES = (1e5, 4e8)
LOWEST = 3e-4
ERROR_BAR = "interval of 95 %"
REJECTED = 0.05  # a single p₀ whose p-value is below is no law, and gets no interval
P0_LIMITS = (1e-10, 1e-7)


def kink_lines(layer: str = "both layers", epoch: int = 0, height: float = END[1]) -> Scene:
    """{x : z(x) = 0} for each unit z of a 2-8-8-2 network on two moons, after `epoch` epochs, with a walk from A to B.

    The kinks of the first layer are straight lines. Those of the second are bent where they meet a line of the first.
    `layer` is one of `LAYERS`, `epoch` from 0 to 24; `height` is that of B.

    >>> kink_lines("first layer", 0).description
    'Before training: the walk from A to B crosses 5 kinks of the first layer. 80 samples are shown; none is exactly \
on a kink.'
    """
    end = END[0], height
    count = crossings(epoch, end)
    data = moons()
    X, y = data.X[:SHOWN].astype(np.float64), data.y[:SHOWN]
    on_a_kink = sum(int(np.count_nonzero(z == 0)) for z in pre_activations(epoch, X))
    layers: list[Layer] = [
        Points(X[y == 0, 0], X[y == 0, 1], "upper moon", "grey", "filled", 6),
        Points(X[y == 1, 0], X[y == 1, 1], "lower moon", "grey", "hollow", 6),
    ]
    shown = [which for which in (0, 1) if layer != LAYERS[1 - which]]
    for which in shown:
        layers += _curves(epoch)[which]
    layers += [
        Segment(START, end, "walk", "ink", "dotted", 2.5),
        Label(*START, "A", "left"),
        Points(np.array(end[:1]), np.array(end[1:]), "", "ink", size=11, control="height"),
        Label(*end, "B", "above right"),
    ]
    crossed = " and ".join(f"{count[which]} kinks of the {LAYERS[which]}" for which in shown)
    when = "Before training" if epoch == 0 else f"After {epoch} of {EPOCHS} epochs"
    exactly = "none is" if not on_a_kink else f"{on_a_kink} times one is"
    return Scene(
        f"The walk crosses {sum(count[which] for which in shown)} kinks", Axis("x₁", WINDOW[0]),
        Axis("x₂", WINDOW[1]), tuple(layers), equal_units=True, description=
        f"{when}: the walk from A to B crosses {crossed}. {len(X)} samples are shown; {exactly} exactly on a kink.",
    )  # fmt: skip


@lru_cache(maxsize=EPOCHS + 1)
def _curves(epoch: int) -> list[list[Curve]]:
    """For each layer the curves z = 0 of its units in the window."""
    x, y = ((np.arange(n) + 0.5) / n * (b - a) + a for n, (a, b) in zip((COLUMNS, ROWS), WINDOW, strict=True))
    centres = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    layers = []
    for z, (name, colour, dash) in zip(pre_activations(epoch, centres), STYLES, strict=True):
        units = np.moveaxis(z.reshape(ROWS, COLUMNS, -1), -1, 0)
        curves = [curve for values in units for curve in level_curves(values, *WINDOW, 0.0)]
        layers.append([Curve(x, y, name if i == 0 else "", colour, dash, 1.8) for i, (x, y) in enumerate(curves)])
    return layers


def cantor_stages(stage: int = 1, address: str = "none") -> Scene:
    """2ⁿ intervals of length 3⁻ⁿ in row n, for n = 0 to `stage`, and the point at the end of an address.

    `stage` is from 0 to 6, `address` one of `POINTS`: an endless word of left and right turns.

    >>> cantor_stages(2, "LRRRRR…").description
    'Stage 2: 4 intervals of total length 4/9 = 0.444. The point LRRRRR… is 1/3, in an interval of every row.'
    """
    layers: list[Layer] = []
    for row in range(stage + 1):
        layers += [
            Segment((float(a), -row), (float(b), -row), color="blue", width=8.0 - row) for a, b in intervals(row)
        ]
    length = sum((b - a for a, b in intervals(stage)), Fraction(0))
    sentence, word = "", POINTS[address]
    if word is not None:
        point = point_at(*word)
        layers += [
            Segment((float(point), 0.6), (float(point), -DEEPEST_SHOWN - 0.4), "", "vermilion", "dotted", 2),
            Points(np.full(stage + 1, float(point)), -np.arange(stage + 1.0), "", "vermilion", "hollow", 6),
            Label(float(point), 0.6, f"{address} = {point}", "right" if point < 0.5 else "left", "vermilion"),
        ]
        sentence = f" The point {address} is {point}, in an interval of every row."
    # The left end 0 is in every row.
    layers.append(Points(np.zeros(1), np.full(1, -float(stage)), "", "vermilion", size=11, control="stage"))
    count = f"{2**stage} intervals" if stage else "1 interval"
    return Scene(
        f"{count[0].upper()}{count[1:]} of total length {number(float(length))}", Axis("x", (-0.03, 1.03)),
        Axis("stage", (-DEEPEST_SHOWN - 0.5, 1.0), ticks=tuple((-row, str(row)) for row in range(DEEPEST_SHOWN + 1))),
        tuple(layers),
        f"Stage {stage}: {count} of total length {length} = {number(float(length))}.{sentence}",
    )  # fmt: skip


def half_precision_steps(place: str = "around 0") -> Scene:
    """half(z), the nearest half-precision number, against z, in units of the gap between such numbers.

    `place` is one of `PLACES`. Around 0 the gap is 2⁻²⁴; left and right of 1/16 it is 2⁻¹⁵ and 2⁻¹⁴.

    >>> half_precision_steps().description
    'Half precision around 0: the numbers are 2⁻²⁴ apart. All z from −2⁻²⁵ to 2⁻²⁵ become exactly 0.'
    """
    middle, power = PLACES[place]
    unit = 2.0**power
    z = np.linspace(-STEPS, STEPS, 1281)
    half = (((z * unit + middle).astype(np.float16).astype(np.float64)) - middle) / unit
    levels = np.unique(half)
    gap_below, *_, gap_above = unit * np.diff(levels)
    layers: list[Layer] = []
    if middle == 0:
        zero = np.array([z[half == 0].min(), z[half == 0].max()])
        layers.append(Band(zero, np.full(2, -STEPS), np.full(2, STEPS), "becomes exactly 0", "sky"))
    layers.append(Curve(z[[0, -1]], z[[0, -1]], "z itself", "grey", "dotted"))
    for i, level in enumerate(levels):
        x = z[half == level][[0, -1]]
        layers.append(Curve(x, np.full(2, level), "half(z)" if i == 0 else "", "blue", width=3.0))
    if middle == 0:
        ends = _power_of_two(unit * zero[1])
        sentence = f"the numbers are {_power_of_two(gap_above)} apart. All z from −{ends} to {ends} become exactly 0."
        title = f"What is no larger than {ends} becomes exactly 0"
        axes = f"z in units of {_power_of_two(unit)}", f"half(z) in units of {_power_of_two(unit)}"
    else:
        sentence = (
            f"the numbers are {_power_of_two(gap_below)} apart below 1/16 and {_power_of_two(gap_above)} above it. "
            "None of these z becomes 0."
        )
        title = "Above 1/16 the steps are twice as long as below"
        axes = f"(z − 1/16) in units of {_power_of_two(unit)}", f"(half(z) − 1/16) in units of {_power_of_two(unit)}"
    return Scene(
        title, Axis(axes[0], (-STEPS, STEPS), whole=True), Axis(axes[1], (-STEPS - 0.2, STEPS + 0.2), whole=True),
        tuple(layers), f"Half precision {place}: {sentence}",
    )  # fmt: skip


def _power_of_two(value: float) -> str:
    """2ⁿ in words for a power of two."""
    return "2" + str(int(np.log2(value))).translate(SUPERSCRIPT)


def deviance_by_chance(by_chance: ArrayLike, observed: float, counts: int, name: str) -> Scene:
    """The histogram of deviances that chance alone makes, beside χ² with counts − 1 degrees, and the observed one.

    `by_chance` are the deviances of many sets of `counts` Poisson counts with one mean; `name` says what was counted.
    """
    from scipy.stats import chi2

    drawn, freedom = np.asarray(by_chance, np.float64), counts - 1
    end = 1.15 * max(observed, float(np.quantile(drawn, 0.999)))
    height, edges = np.histogram(drawn, bins=40, range=(0.0, end))
    density = height / (len(drawn) * (edges[1] - edges[0]))
    x = np.linspace(end / 400, end, 400)
    theory = chi2.pdf(x, freedom)
    share = float(np.mean(drawn >= observed))
    top = 1.15 * max(float(density.max()), float(theory.max()))
    return Scene(
        f"{name}: chance makes as much scatter in {100 * share:.0f} of 100 draws",
        Axis("deviance D", (0.0, end)), Axis("density", (0.0, top)),
        (
            Band(np.repeat(edges, 2)[1:-1], np.zeros(2 * len(density)), np.repeat(density, 2), "drawn by chance"),
            Curve(x, theory, f"χ², degrees of freedom {freedom}", "ink", "dashed"),
            Segment((observed, 0.0), (observed, top / 2), "observed", "vermilion", "dashed", 2.5),
        ),
        f"{name}: the observed deviance is {number(observed)}. By chance it is {number(float(drawn.mean()))} on "
        f"average, and at least as large in {int(np.sum(drawn >= observed))} of {len(drawn)} draws. The curve is χ² "
        f"with {freedom} degrees of freedom.",
    )  # fmt: skip


@lru_cache(maxsize=2)
def shipped_fit(dtype: str) -> Fit:
    """One p₀ for all shipped rows of a precision, in batches of 256."""
    return fit_p0(rows_of(dtype))


def zone_over_exposure(bits: str = "32 bits", varied: str = "width") -> Scene:
    """Share of fresh networks in the zone against E = units · layers · digits, beside 1 − exp(−E·p₀).

    `varied` says which of the shipped networks are shown: "depth", all 256 wide, or "width", all 3 deep. The law is
    fitted to the shipped ones of this precision, also those that are not shown. Hollow points are published counts,
    which no fit has seen. `bits` is one of `BITS`.
    """
    dtype = BITS[bits]
    fit = shipped_fit(dtype)
    holds = fit.p_value > REJECTED
    x = np.geomspace(*EXPOSURES, 121)
    low, law, high = (np.clip(zone_probability(x, p0), LOWEST, 1) for p0 in (fit.p0.low, fit.p0.estimate, fit.p0.high))
    shown = x * fit.p0.estimate > LOWEST
    layers: list[Layer] = []
    if holds:
        layers.append(Band(x[shown], low[shown], high[shown], "p₀ within its interval of 95 %"))
    curve = "1 − exp(−E·p₀)" if holds else "the nearest 1 − exp(−E·p₀), rejected"
    layers.append(Curve(x[shown], law[shown], curve, "ink", "dashed"))
    own = _varied(rows_of(dtype), varied)
    theirs = _varied([row for row in PUBLISHED if row.setting.dtype == dtype], varied)
    for rows, name, colour, marker in (
        (theirs, "Bertoin and others, 60 000 digits", "vermilion", "hollow"),
        (own, f"ours, {SAMPLES} digits", "blue", "filled"),
    ):
        layers += [_interval(row, colour, f"{ERROR_BAR} of a share" if row is own[0] else "") for row in rows]
        place, share = np.array([(row.exposure, max(row.share, LOWEST)) for row in rows]).T
        layers.append(Points(place, share, name, colour, marker, 9))
    values = [getattr(row.setting, varied) for row in own]
    p0 = number(fit.p0.estimate, 2)
    verdict = (
        f"One p₀ fits: {p0}, from {number(fit.p0.low, 2)} to {number(fit.p0.high, 2)}" if holds
        else f"No single p₀ fits, the nearest is {p0}"
    )  # fmt: skip
    return Scene(
        f"One p₀ fits all our shapes: {p0}" if holds else "No single p₀ fits all shapes",
        Axis("E = width × depth × digits", EXPOSURES, "log"), Axis("share of networks", (LOWEST, 1.3), "log"),
        tuple(layers),
        f"{bits}, {varied} from {values[0]} to {values[-1]}: our shares rise from {_percent(own[0])} to "
        f"{_percent(own[-1])}, the published ones from {_percent(theirs[0])} to {_percent(theirs[-1])}. {verdict} "
        f"(deviance {fit.deviance:.1f}, degrees of freedom {fit.freedom}).",
    )  # fmt: skip


def place_of_bias(order: str = "matrix product", width: int = 256) -> Scene:
    """p₀ of the hidden layers 1, 2 and 3 in 32 bits, where the bias is added last or is one more term of the sum.

    Counted near 0, with intervals of 95 % over networks; the dashed line is derived for the bias that comes last, the
    same for every order. `order` is one of `sums.ORDERS`, `width` one of `sums.WIDTHS`.
    """
    x, derived = np.array(sums.HIDDEN_LAYERS, float), np.array(sums.bias_last_p0(width, len(sums.HIDDEN_LAYERS)))
    layers: list[Layer] = [Curve(x, derived, "derived, bias last", "ink", "dashed")]
    words = []
    for place, colour, marker, shift in zip(
        sums.PLACES, ("blue", "vermilion"), ("filled", "hollow"), (-0.05, 0.05), strict=True
    ):
        found = [sums.shipped().p0[width, layer, order, place] for layer in sums.HIDDEN_LAYERS]
        x = np.array(sums.HIDDEN_LAYERS) + shift
        for at, p0 in zip(x, found, strict=True):
            low, high = np.clip((p0.low, p0.high), *P0_LIMITS)
            layers.append(Segment((at, low), (at, high), ERROR_BAR if at == x[0] and place == "last" else "", colour))
        estimates = np.clip([p0.estimate for p0 in found], *P0_LIMITS)
        layers.append(Points(x, estimates, f"bias {place}", colour, marker, 9))
        words.append(f"bias {place} {', '.join(number(p0.estimate, 2) for p0 in found)}")
    pairs = [[sums.shipped().p0[width, layer, order, place] for place in sums.PLACES] for layer in sums.HIDDEN_LAYERS]
    apart = sum(last.low > first.high or first.low > last.high for last, first in pairs)
    return Scene(
        f"Bias {' or '.join(sums.PLACES)}: p₀ differs in {apart} of {len(pairs)} hidden layers",
        Axis("hidden layer", (0.7, 3.3), whole=True),
        Axis("p₀ of one pre-activation", P0_LIMITS, "log"), tuple(layers),
        f"{width} wide, added up: {order}. p₀ of the hidden layers 1, 2 and 3: {'; '.join(words)}.",
    )  # fmt: skip


def _varied(rows: list[ZoneCount], varied: str) -> list[ZoneCount]:
    fixed, value = ("width", 256) if varied == "depth" else ("depth", 3)
    return sorted((row for row in rows if getattr(row.setting, fixed) == value), key=lambda row: row.exposure)


def _interval(row: ZoneCount, colour: str, label: str) -> Segment:
    end = wilson_interval(row.zones, row.networks)
    return Segment((row.exposure, max(end.low, LOWEST)), (row.exposure, max(end.high, LOWEST)), label, colour)


def _percent(row: ZoneCount) -> str:
    share = 100 * row.share
    return f"{share:.1f} %" if share < 99.95 else "100 %"


def accuracy_from_zero(slope: float = 0.0) -> Scene:
    """Test accuracy after each epoch of a 784-64-10 network whose first layer starts from zeros, with this slope at 0.

    The dotted line is slope 0, for comparison. `slope` is one of `ZERO_SLOPES`.
    """
    epochs, accuracy = np.arange(ZERO_EPOCHS + 1.0), 100 * from_zero().accuracy
    own = accuracy[ZERO_SLOPES.index(slope)]
    layers: list[Layer] = []
    if slope:
        layers.append(Curve(epochs, accuracy[0], "slope 0", "grey", "dotted"))
    layers += [
        Curve(epochs, own, "", "blue", width=3, control="slope"),
        Points(epochs, own, f"slope {number(slope)}", "blue"),
    ]
    moves = "It never moves" if np.ptp(own) == 0 else "It rises"
    title = f"The accuracy {'never moves from' if np.ptp(own) == 0 else 'rises to'} {own[-1]:.0f} %"
    return Scene(
        title, Axis("epoch", (-0.2, ZERO_EPOCHS + 0.2), whole=True), Axis("test accuracy in %", (0, 100)),
        tuple(layers),
        f"Slope {number(slope)} at the kink: the accuracy is {own[0]:.0f} % before training and {own[-1]:.0f} % after "
        f"{ZERO_EPOCHS} epochs. {moves}.",
    )  # fmt: skip
