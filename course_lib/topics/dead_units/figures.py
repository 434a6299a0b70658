"""The scenes of this topic: where a unit is active, how units and networks die, and what keeps or brings them alive."""

import math
from functools import lru_cache

import numpy as np

from course_lib.data import two_moons
from course_lib.figures import Axis, Band, Curve, Field, Label, Layer, Points, Scene, Segment, format_number
from course_lib.intervals import Interval, wilson_interval
from course_lib.networks import Network
from course_lib.topics.dead_units.cures import (
    CAUSES,
    CURES,
    DEADLY_RATE,
    GENTLE_RATE,
    PATIENTS,
    STARTS,
    TREATMENTS,
    paired_difference,
    revive,
)
from course_lib.topics.dead_units.experiment import (
    BIASES,
    LEARNING_RATES,
    FloatArray,
    active_probability,
    active_shares,
    collapse,
    dead_grid,
)

# A little room, so that a point or an interval at 0 or 1 is seen whole.
SHARES = (-0.02, 1.02)
ERROR_BAR = "interval of 95 %"
HIDDEN_LAYERS = ("first hidden layer", "second hidden layer")

# One unit: the window, and how many of the samples are the batch.
# A unit is as long on both axes, so that w stands upright on its line, and the line is never out of sight.
LIMITS = {"first layer": ((-2.8, 3.9), (-1.5, 2.0)), "second layer": ((-2.4, 6.0), (-1.1, 3.4))}
BATCH = 8
FAR = 20.0

SIGMAS = 10.0 ** np.arange(-1.5, 1.01, 0.25)
TENTH, ONE = 2, 6  # Where σ is 0.1 and 1 among them.

# Networks counted at each width: more where the result is to be compared with a published one.
NETWORKS = {2: 1000, 3: 200, 5: 100, 10: 60}
# Colour and marker of each hidden layer.
STYLES = (("blue", "filled"), ("vermilion", "hollow"))
# Settings on the map, (initial bias, learning rate), that the lesson comes back to.
MARKED = {
    **{cause: (settings["bias"], settings["learning_rate"]) for cause, settings in CAUSES.items()},
    "to be revived": (0.0, DEADLY_RATE),
}


def active_inputs(layer: str = "first layer", angle: float = 0.0, bias: float = 0.0) -> Scene:
    """{x : w·x + b > 0} for w = (cos angle, sin angle), `angle` in degrees: the inputs on which a unit is active.

    The samples are 40 of two moons, the first 8 of them a batch. In the "first layer" they are the inputs, and an input
    may be any point of the plane. In the "second layer" they are the outputs of two ReLU units, and an input is never
    negative.

    >>> active_inputs("second layer", 225, -0.5).description
    'Second layer, w = (−0.71, −0.71), b = −0.5: active on 0 of the 8 samples of the batch and on 0 of the 40 samples \
of the data. Dead on the batch and dead on the data. Does another input turn it on?'
    """
    turn = math.radians(angle)
    # Rounded, so that a weight at 90° is 0 and not 6 × 10⁻¹⁷, which would be active far away.
    w = np.round([math.cos(turn), math.sin(turn)], 12) + 0.0
    samples = unit_inputs(layer)
    on = samples @ w + bias > 0
    x_limits, y_limits = LIMITS[layer]
    layers = [
        *_active_region(w, bias, layer),
        Points(samples[BATCH:, 0], samples[BATCH:, 1], label="data", color="grey", marker="hollow"),
        Points(samples[:BATCH, 0], samples[:BATCH, 1], label="batch, also data", color="vermilion", size=8),
        Segment((0.0, 0.0), (w[0], w[1]), "", "blue", width=2.5),
        Points(w[:1], w[1:], "w", "blue", size=12, control="angle"),
    ]
    axes = ("x₁", "x₂") if layer == "first layer" else ("h₁ ≥ 0", "h₂ ≥ 0")
    on_batch, on_data = int(on[:BATCH].sum()), int(on.sum())
    if not on_data:
        verdict = "Dead on the batch and dead on the data. Does another input turn it on?"
    elif not on_batch:
        verdict = "Dead on the batch, but alive on the data."
    else:
        verdict = "Alive on the batch, so alive on the data too."
    return Scene(
        f"Active on {on_batch} of {BATCH} in the batch, on {on_data} of {len(samples)} in the data",
        Axis(axes[0], x_limits), Axis(axes[1], y_limits), tuple(layers),
        f"{layer.capitalize()}, w = ({format_number(w[0], 2)}, {format_number(w[1], 2)}), b = {format_number(bias)}: "
        f"active on {on_batch} of the {BATCH} samples of the batch and on {on_data} of the {len(samples)} samples of "
        f"the data. {verdict}", equal_units=True, axes_follow="layer",
    )  # fmt: skip


@lru_cache(maxsize=2)
def unit_inputs(layer: str) -> FloatArray:
    """What the unit sees for each of the 40 samples, (40, 2), the batch first."""
    X = two_moons(60, noise=0.1, test_share=1 / 3).X.astype(np.float64)
    if layer == "first layer":
        return X
    # Two units that look along the diagonals: every sample turns at least one of them on.
    network = Network.mlp([2, 2, 2], dtype="float64")
    network.W[0][...] = [[1, 1], [-1, 1]]
    network.b[0][...] = [0.5, 1.0]
    return np.asarray(network.forward(X).activations[0][0])


def _active_region(w: FloatArray, b: float, layer: str) -> list[Layer]:
    """The part of the window where an input can lie and the unit is active, and the border of its half-plane."""
    (left, right), (bottom, top) = LIMITS[layer]
    possible_left, possible_bottom = (left, bottom) if layer == "first layer" else (0.0, 0.0)
    x = np.linspace(possible_left, right, 101)
    if not w[1]:
        # The shade begins at the border.
        x = np.union1d(x, np.clip(-b / w[0], possible_left, right))
    low, high = np.full_like(x, possible_bottom), np.full_like(x, top)
    if w[1]:
        border = -(b + w[0] * x) / w[1]
        (low if w[1] > 0 else high)[...] = np.clip(border, possible_bottom, top)
    else:
        high = np.where(w[0] * x + b >= 0, top, possible_bottom)
    shown = high > low
    layers: list[Layer] = []
    if shown.any():
        layers.append(Band(x[shown], low[shown], high[shown], label="active"))
    if layer == "second layer":
        layers += [
            Segment((0.0, 0.0), (right, 0.0), "inputs lie above and to the right", "ink", "dotted"),
            Segment((0.0, 0.0), (0.0, top), "", "ink", "dotted"),
        ]
    # The border goes through −b·w, since ‖w‖ is 1, and on beyond the window.
    foot, along = -b * w, FAR * np.array([-w[1], w[0]])
    (x0, y0), (x1, y1) = (foot - along).tolist(), (foot + along).tolist()
    layers.append(Segment((x0, y0), (x1, y1), "w·x + b = 0", "blue", control="bias", width=3))
    return layers


def active_share_over_sigma(data: str = "digits", bias: float = 0.1) -> Scene:
    """Φ(b/σ) against σ, beside the share of samples on which 1000 fresh units of a first layer are active.

    The points are the mean over the units, the band holds 9 of 10 units. `data` is a name in `experiment.DATA`.

    >>> active_share_over_sigma("digits, standardised", 0.1).description
    'digits, standardised, bias 0.1. At σ = 1 the formula says 54 %; the average unit is active on 54 % of the \
samples, 9 of 10 units on 50 % to 59 %. At σ = 0.1 it says 84 %; 87 %, 79 % to 93 %.'
    """
    middle, low, high = _shares(data, bias)
    fine = np.geomspace(SIGMAS[0], SIGMAS[-1], 200)
    formula = np.array([active_probability(bias, sigma) for sigma in fine])
    layers = (
        Band(SIGMAS, low, high, label="9 of 10 units"),
        Curve(fine, formula, "formula Φ(b/σ)", "ink", "dashed", control="bias"),
        Points(SIGMAS, middle, label="average unit, measured", color="vermilion"),
    )
    (formula_1, mean_1, range_1), (formula_2, mean_2, range_2) = (
        (f"{active_probability(bias, SIGMAS[at]):.0%}", f"{middle[at]:.0%}", f"{low[at]:.0%} to {high[at]:.0%}")
        for at in (ONE, TENTH)
    )
    description = (
        f"{data}, bias {format_number(bias)}. At σ = 1 the formula says {formula_1}; the average unit is active on "
        f"{mean_1} of the samples, 9 of 10 units on {range_1}. At σ = 0.1 it says {formula_2}; {mean_2}, {range_2}."
    )
    return Scene(
        f"At σ = 0.1 the average unit is active on {mean_2}, the formula says {formula_2}".replace("%", " %"),
        Axis("standard deviation σ of the pre-activation", (SIGMAS[0], SIGMAS[-1]), "log"),
        Axis("share of samples with z > 0", SHARES), layers, description.replace("%", " %"),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _shares(data: str, bias: float) -> FloatArray:
    """Mean, 5 % and 95 % quantile of the units' shares for each of SIGMAS, (3, SIGMAS)."""
    shares = [active_shares(data, bias, sigma) for sigma in SIGMAS]
    return np.array([[share.mean(), *np.quantile(share, (0.05, 0.95))] for share in shares]).T


def collapse_over_width() -> Scene:
    """Share of ReLU networks that are constant before and after training on |x|, with 95 % Wilson intervals.

    They have nine hidden layers, of 2, 3, 5 or 10 units. The description gives the shares before training, which no
    rounding error changes.
    """
    collapses = {width: collapse(width, count) for width, count in NETWORKS.items()}
    layers: list[Layer] = []
    for name, color, marker, shift, counts in (
        ("constant at the start", "blue", "filled", -0.12, [c.born for c in collapses.values()]),
        ("constant after training", "vermilion", "hollow", 0.12, [c.constant for c in collapses.values()]),
    ):
        intervals = [wilson_interval(count, total) for count, total in zip(counts, NETWORKS.values(), strict=True)]
        x = np.array(list(NETWORKS)) + shift
        layers += [
            Segment((w, share.low), (w, share.high), ERROR_BAR if marker == "filled" and w == x[0] else "", color)
            for w, share in zip(x, intervals, strict=True)
        ]
        layers.append(Points(x, np.array([share.estimate for share in intervals]), name, color, marker))
    layers += [Label(width, -0.03, f"n = {count}", "below", "grey") for width, count in NETWORKS.items()]
    born = ", ".join(f"{collapses[width].born / count:.0%} at width {width}" for width, count in NETWORKS.items())
    return Scene(
        "Nine hidden layers that learn |x|: how many networks end as a constant",
        Axis("width", (1, 11), ticks=tuple((width, str(width)) for width in NETWORKS)),
        Axis("share of networks", (-0.14, 1.02)), tuple(layers),
        f"Constant at the start: {born.replace('%', ' %')}. After training: at least as many at every width.",
    )  # fmt: skip


def dead_map(layer: str = "first", epoch: int = 0) -> Scene:
    """Share of dead units of a hidden layer after an epoch, over the grid of initial biases and learning rates.

    Cells in which more than half of the units are dead are marked, and so are the settings of `MARKED`. `layer` is
    "first" or "second".
    """
    shares = dead_grid()[:, :, :, epoch, HIDDEN_LAYERS.index(f"{layer} hidden layer")].mean(2)
    # Cells reach half a step beyond the first and the last value of the grid.
    half = (BIASES[1] - BIASES[0]) / 2
    biases = (BIASES[0] - half, BIASES[-1] + half)
    factor = (LEARNING_RATES[-1] / LEARNING_RATES[0]) ** (0.5 / (len(LEARNING_RATES) - 1))
    rates = (LEARNING_RATES[0] / factor, LEARNING_RATES[-1] * factor)
    layers: list[Layer] = [Field(biases, rates, shares, "share of dead units", (0.0, 1.0))]
    for (name, (bias, rate)), color in zip(MARKED.items(), ("vermilion", "orange", "green"), strict=True):
        layers.append(Points(np.array([bias]), np.array([rate]), name, color, size=12))
    # Where most units are dead is marked as well, so that it can be read without the shades.
    row, column = np.nonzero(shares > 0.5)
    if len(row):
        x, y = np.array(BIASES)[column], np.array(LEARNING_RATES)[row]
        layers.append(Points(x, y, "more than half dead", "ink", "hollow", 7))
    when = "before training" if epoch == 0 else f"after epoch {epoch}"
    slow, fast = format_number(LEARNING_RATES[0], 4), format_number(LEARNING_RATES[-1])
    low, high = format_number(BIASES[0]), format_number(BIASES[-1])
    return Scene(
        f"More than half of the layer is dead in {about(float((shares > 0.5).mean()))} of the settings",
        Axis("initial bias", biases),
        Axis("learning rate", rates, "log", tuple((rate, format_number(rate, 4)) for rate in LEARNING_RATES)),
        tuple(layers),
        f"The {layer} hidden layer {when}. At learning rate {slow}: {about(shares[0, 0])} are dead with bias {low}, "
        f"{about(shares[0, -1])} with bias {high}. At learning rate {fast}: {about(shares[-1, 0])} and "
        f"{about(shares[-1, -1])}.",
    )  # fmt: skip


def about(share: float) -> str:
    """A share in coarse words, the same for runs that differ by a few units.

    >>> about(0), about(0.03), about(0.12), about(0.47), about(0.98)
    ('none', 'fewer than 1 in 10', 'about 1 in 10', 'about 5 in 10', 'more than 9 in 10')
    """
    if share in (0, 1):
        return "all" if share else "none"
    if share < 0.1:
        return "fewer than 1 in 10"
    if share > 0.9:
        return "more than 9 in 10"
    return f"about {round(10 * share)} in 10"


def cures(cause: str = "steps too long", measure: str = "test accuracy") -> Scene:
    """Mean over 120 starts of (a measure with the cure − without), with its t-interval of 95 %; a row for each cure.

    `cause` is a name in `cures.CAUSES`, `measure` one of `cures.MEASURES`; everything is in points, hundredths.
    """
    rows = {cure: paired_difference(cause, cure, measure) for cure in CURES if cure != "no cure"}
    better = [cure for cure, row in rows.items() if (row.low > 0 if measure == "test accuracy" else row.high < 0)]
    worse = [cure for cure, row in rows.items() if (row.high < 0 if measure == "test accuracy" else row.low > 0)]
    open_ = [cure for cure in rows if cure not in [*better, *worse]]
    rate, bias = (format_number(CAUSES[cause][name]) for name in ("learning_rate", "bias"))
    layers = [Segment((0.0, 0.4), (0.0, len(rows) + 0.6), "no difference", "grey", "dotted"), *_rows(rows, 100)]
    return Scene(
        f"For {len(better)} of {len(rows)} cures the whole interval lies on the good side",
        Axis(f"{measure} with the cure minus without, in points", (-80, 80)), _names(rows), tuple(layers),
        f"{cause.capitalize()} (without a cure: learning rate {rate}, initial bias {bias}), {STARTS} starts, by "
        f"{measure}. Interval on the good side of 0: {_listed(better)}. On the bad side: {_listed(worse)}. It holds 0: "
        f"{_listed(open_)}.",
    )  # fmt: skip


def came_back() -> Scene:
    """on again / dead for each way of training on, with intervals of 95 % over the networks, for both hidden layers."""
    shares = {layer: {name: revive(name).share(layer) for name in TREATMENTS} for layer in (0, 1)}
    layers: list[Layer] = []
    for (layer, rows), (color, marker), shift in zip(shares.items(), STYLES, (0.14, -0.14), strict=True):
        layers += _rows(rows, 1, HIDDEN_LAYERS[layer], color, marker, shift)
    most = {layer: _listed([name for name, row in rows.items() if row.low > 0.5]) for layer, rows in shares.items()}
    return Scene(
        "Which dead units are on again",
        Axis("share of the dead units (0 to 1)", SHARES), _names(shares[0]), tuple(layers),
        f"Dead units of {PATIENTS} networks, trained at learning rate {format_number(DEADLY_RATE)} with initial bias 0,"
        f" then on at {format_number(GENTLE_RATE)}. The whole interval lies above one half: in the first hidden layer "
        f"for {most[0]}; in the second for {most[1]}.",
    )  # fmt: skip


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _names(rows: dict[str, Interval]) -> Axis:
    return Axis("", (0.4, len(rows) + 0.6), ticks=tuple((len(rows) - row, name) for row, name in enumerate(rows)))


def _rows(
    rows: dict[str, Interval], scale: float, label: str = "", color: str = "blue", marker: str = "filled",
    shift: float = 0.0,
) -> list[Layer]:  # fmt: skip
    """One interval below the other, all times `scale`."""
    layers: list[Layer] = []
    places = len(rows) - np.arange(len(rows), dtype=np.float64) + shift
    for y, (low, _, high) in zip(places, rows.values(), strict=True):
        bar = ERROR_BAR if y == places[0] and marker == "filled" else ""
        layers.append(Segment((scale * low, y), (scale * high, y), bar, color, width=3))
    middle = scale * np.array([interval.estimate for interval in rows.values()])
    return [*layers, Points(middle, places, label, color, marker, 9)]
