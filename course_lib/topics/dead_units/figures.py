"""The scenes of this topic: where a unit is active, how units and networks die, and what keeps or brings them alive."""

import math
from functools import lru_cache

import numpy as np

from course_lib.data import two_moons
from course_lib.figures import Axis, Band, Curve, Field, Label, Layer, Points, Scene, Segment, format_number
from course_lib.intervals import Interval, mean_interval, wilson_interval
from course_lib.networks import Network
from course_lib.topics.dead_units.cures import (
    CAUSES,
    CURES,
    DEADLY_RATE,
    GENTLE_RATE,
    PATIENTS,
    STARTS,
    TREATMENTS,
    outcome,
    revive,
)
from course_lib.topics.dead_units.experiment import (
    BIASES,
    GRID_EPOCHS,
    GRID_SEEDS,
    LEARNING_RATES,
    FloatArray,
    active_probability,
    active_shares,
    born_dead_probability,
    born_dead_shares,
    collapse,
    dead_grid,
    dead_on_all_inputs,
    standard_error,
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

DEPTH, REPLICAS = 19, 2000
# Networks counted at each width: more where the result is to be compared with a published one.
NETWORKS = {2: 1000, 3: 200, 5: 100, 10: 60}
# Colour and dash of each hidden layer.
STYLES = (("blue", "solid"), ("vermilion", "dashed"))


def active_inputs(layer: str = "first layer", angle: float = 0.0, bias: float = 0.0) -> Scene:
    """{x : w·x + b > 0} for w = (cos angle, sin angle), `angle` in degrees: the inputs on which a unit is active.

    The samples are 40 of two moons, the first 8 of them a batch. In the "first layer" they are the inputs, and an input
    may be any point of the plane. In the "second layer" they are the outputs of two ReLU units, and an input is never
    negative.

    >>> active_inputs("second layer", 225, -0.5).description
    'Second layer, w = (−0.71, −0.71), b = −0.5: active on 0 of the 8 samples of the batch and on 0 of the 40 samples \
of the data. No input turns the unit on: it is dead on all inputs.'
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
    if dead_on_all_inputs(w, bias, non_negative=layer == "second layer"):
        verdict = "No input turns the unit on: it is dead on all inputs."
    elif not on_data:
        verdict = "Dead on the batch and dead on the data, but other inputs turn it on."
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
    'digits, standardised, bias 0.1. At σ = 1 the formula says 54 %; the mean unit is active on 54 % of the samples, 9 \
of 10 units on 50 % to 59 %. At σ = 0.1 it says 84 %; 87 %, 79 % to 93 %.'
    """
    middle, low, high = _shares(data, bias)
    fine = np.geomspace(SIGMAS[0], SIGMAS[-1], 200)
    formula = np.array([active_probability(bias, sigma) for sigma in fine])
    layers = (
        Band(SIGMAS, low, high, label="9 of 10 units"),
        Curve(fine, formula, "formula Φ(b/σ)", "ink", "dashed", control="bias"),
        Points(SIGMAS, middle, label="mean unit, measured", color="vermilion"),
    )
    (formula_1, mean_1, range_1), (formula_2, mean_2, range_2) = (
        (f"{active_probability(bias, SIGMAS[at]):.0%}", f"{middle[at]:.0%}", f"{low[at]:.0%} to {high[at]:.0%}")
        for at in (ONE, TENTH)
    )
    description = (
        f"{data}, bias {format_number(bias)}. At σ = 1 the formula says {formula_1}; the mean unit is active on "
        f"{mean_1} of the samples, 9 of 10 units on {range_1}. At σ = 0.1 it says {formula_2}; {mean_2}, {range_2}."
    )
    return Scene(
        f"At σ = 0.1 the mean unit is active on {mean_2}, the formula says {formula_2}".replace("%", " %"),
        Axis("standard deviation σ of the pre-activation", (SIGMAS[0], SIGMAS[-1]), "log"),
        Axis("share of samples with z > 0", SHARES), layers, description.replace("%", " %"),
    )  # fmt: skip


@lru_cache(maxsize=64)
def _shares(data: str, bias: float) -> FloatArray:
    """Mean, 5 % and 95 % quantile of the units' shares for each of SIGMAS, (3, SIGMAS)."""
    shares = [active_shares(data, bias, sigma) for sigma in SIGMAS]
    return np.array([[share.mean(), *np.quantile(share, (0.05, 0.95))] for share in shares]).T


def born_dead_over_depth(width: int = 2) -> Scene:
    """1 − (1 − 2^−N)^L against the number L of hidden layers, beside the share of 2000 fresh networks, N = `width`.

    The band reaches three standard errors to each side of the formula.

    >>> born_dead_over_depth(2).description
    'Width 2: the formula rises from 0.250 with 1 hidden layer to 0.996 with 19. All 19 measured shares lie within \
three standard errors of it.'
    """
    depths = np.arange(1.0, DEPTH + 1)
    formula = np.array([born_dead_probability([width] * int(depth)) for depth in depths])
    reach = 3 * np.array([standard_error(p, REPLICAS) for p in formula])
    shares = born_dead_shares(width, DEPTH, REPLICAS)
    inside = int((np.abs(shares - formula) <= reach).sum())
    layers = (
        Band(depths, np.clip(formula - reach, 0, 1), np.clip(formula + reach, 0, 1), "three standard errors"),
        Curve(depths, formula, "formula", "ink", "dashed", control="width"),
        Points(depths, shares, f"share of {REPLICAS} networks", "vermilion"),
    )
    counted = f"All {DEPTH} measured shares lie" if inside == DEPTH else f"{inside} of {DEPTH} measured shares lie"
    return Scene(
        f"With {DEPTH} hidden layers {100 * formula[-1]:.1f} % are dead at an input before training",
        Axis("hidden layers", (0.5, DEPTH + 0.5), whole=True),
        Axis("share of networks", SHARES), layers,
        f"Width {width}: the formula rises from {formula[0]:.3f} with 1 hidden layer to {formula[-1]:.3f} with "
        f"{DEPTH}. {counted} within three standard errors of it.",
    )  # fmt: skip


def collapse_over_width() -> Scene:
    """Share of ten-layer ReLU networks that are constant before and after training on |x|, with 95 % Wilson intervals.

    Widths 2, 3, 5 and 10. The description gives the shares before training, which no rounding error changes.
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
        "Ten layers that learn |x|: how many networks end as a constant",
        Axis("width", (1, 11), ticks=tuple((width, str(width)) for width in NETWORKS)),
        Axis("share of networks", (-0.14, 1.02)), tuple(layers),
        f"Constant at the start: {born.replace('%', ' %')}. After training: at least as many at every width.",
    )  # fmt: skip


def dead_over_epochs(learning_rate: float = 0.1, bias: float = 0.0) -> Scene:
    """Share of the 32 units of each hidden layer that are dead on the training data, after each epoch.

    64-32-32-10 with ReLU on the digits, SGD; the mean of four seeds, and a band from the least to the greatest.
    `learning_rate` and `bias`, the start of every hidden bias, are values of the grid in `experiment.dead_grid`.
    """
    at = LEARNING_RATES.index(learning_rate), BIASES.index(bias)
    dead = dead_grid().dead[at]
    epochs = np.arange(GRID_EPOCHS + 1.0)
    layers: list[Layer] = []
    words = []
    for index, (color, dash) in enumerate(STYLES):
        shares = dead[:, :, index]
        label = f"{HIDDEN_LAYERS[index].split()[0]}: range of {GRID_SEEDS} seeds"
        layers.append(Band(epochs, shares.min(0), shares.max(0), label, color))
        layers.append(Curve(epochs, shares.mean(0), HIDDEN_LAYERS[index], color, dash, 3))
        words.append((about(shares[:, 0].mean()), about(shares[:, -1].mean())))
    setting = f"Learning rate {format_number(learning_rate)}, first bias {format_number(bias)}"
    right = f"right on {about(dead_grid().accuracy[at][:, -1].mean())} test digits"
    return Scene(
        f"After {GRID_EPOCHS} epochs the network is {right}", Axis("epoch", (0, GRID_EPOCHS), whole=True),
        Axis("share of dead units", SHARES), tuple(layers),
        f"{setting}, {GRID_SEEDS} seeds. Dead units of the first hidden layer: {words[0][0]} at the start, "
        f"{words[0][1]} after {GRID_EPOCHS} epochs. Of the second: {words[1][0]}, then {words[1][1]}. The network is "
        f"{right}.",
    )  # fmt: skip


def dead_map(layer: str = "first", epoch: int = 0) -> Scene:
    """Share of dead units of a hidden layer after an epoch, over the grid of first biases and learning rates.

    Cells in which more than half of the units are dead are marked. `layer` is "first" or "second".
    """
    shares = dead_grid().dead[:, :, :, epoch, HIDDEN_LAYERS.index(f"{layer} hidden layer")].mean(2)
    # Cells reach half a step beyond the first and the last value of the grid.
    half = (BIASES[1] - BIASES[0]) / 2
    biases = (BIASES[0] - half, BIASES[-1] + half)
    factor = (LEARNING_RATES[-1] / LEARNING_RATES[0]) ** (0.5 / (len(LEARNING_RATES) - 1))
    rates = (LEARNING_RATES[0] / factor, LEARNING_RATES[-1] * factor)
    layers: list[Layer] = [Field(biases, rates, shares, "share of dead units", (0.0, 1.0))]
    # Where most units are dead is marked as well, so that it can be read without the shades.
    row, column = np.nonzero(shares > 0.5)
    if len(row):
        x, y = np.array(BIASES)[column], np.array(LEARNING_RATES)[row]
        layers.append(Points(x, y, "more than half dead", "ink", "hollow", 7))
    when = "before training" if epoch == 0 else f"after epoch {epoch}"
    slow, fast = format_number(LEARNING_RATES[0]), format_number(LEARNING_RATES[-1])
    low, high = format_number(BIASES[0]), format_number(BIASES[-1])
    return Scene(
        f"Most units are dead in {about(float((shares > 0.5).mean()))} of the settings", Axis("first bias", biases),
        Axis("learning rate", rates, "log", tuple((rate, format_number(rate)) for rate in LEARNING_RATES)),
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


def cures(cause: str = "steps too long", measure: str = "dead units") -> Scene:
    """Mean over 120 starts of a measure for each cure, with its t-interval of 95 %; one row for each cure.

    `cause` is a name in `cures.CAUSES`, `measure` one of `cures.MEASURES`. The description says which cures at least
    halve the number that no cure leaves (for the test accuracy: the errors), which holds whatever the last bits of the
    arithmetic.
    """
    rows = {cure: mean_interval(outcome(cause, cure).of(measure)) for cure in CURES}
    bad = {cure: (1 - r.estimate if measure == "test accuracy" else r.estimate) for cure, r in rows.items()}
    better = [cure for cure in rows if bad[cure] <= bad["no cure"] / 2]
    plain = rows["no cure"].estimate
    layers = [Segment((plain, 0.4), (plain, len(rows) + 0.6), "mean without a cure", "grey", "dotted"), *_rows(rows)]
    return Scene(
        f"{len(better)} of {len(rows) - 1} cures at least halve the {_bad(measure)}",
        Axis(f"{measure if measure == 'test accuracy' else f'share of {measure}'} (0 to 1)", SHARES), _names(rows),
        tuple(layers), _halved(cause, measure, rows, better),
    )  # fmt: skip


def _bad(measure: str) -> str:
    return "test errors" if measure == "test accuracy" else measure


def _halved(cause: str, measure: str, rows: dict[str, Interval], better: list[str]) -> str:
    """Which cures leave at most half of what no cure leaves."""
    others = [cure for cure in rows if cure not in better and cure != "no cure"]
    rate, bias = (format_number(CAUSES[cause][name]) for name in ("learning_rate", "bias"))
    return (
        f"{cause.capitalize()} (without a cure: learning rate {rate}, first bias {bias}), {STARTS} starts. "
        f"Half the {_bad(measure)} or fewer: {', '.join(better) or 'no cure does it'}. "
        f"More than half: {', '.join(others) or 'none'}."
    )


def came_back(layer: str = "first hidden layer") -> Scene:
    """on again / dead for each way of training on, with intervals of 95 % over the networks: units of a hidden layer.

    `layer` is one of `HIDDEN_LAYERS`. The description says where none came back, and where the whole interval lies
    above or below one half.
    """
    rows = {treatment: revive(treatment).share(HIDDEN_LAYERS.index(layer)) for treatment in TREATMENTS}
    none = [name for name, interval in rows.items() if interval.estimate == 0]
    groups = {
        "none come back": none,
        "fewer than half": [name for name, interval in rows.items() if interval.high < 0.5 and name not in none],
        "more than half": [name for name, interval in rows.items() if interval.low > 0.5],
    }
    placed = [name for names in groups.values() for name in names]
    groups["not settled"] = [name for name in rows if name not in placed]
    words = ". ".join(f"{group.capitalize()}: {', '.join(names)}" for group, names in groups.items() if names)
    return Scene(
        f"More than half are on again with {' and '.join(groups['more than half']) or 'no treatment'}",
        Axis("share of the dead units (0 to 1)", SHARES), _names(rows), tuple(_rows(rows)),
        f"Dead units of the {layer} of {PATIENTS} networks, trained at learning rate {format_number(DEADLY_RATE)} with "
        f"first bias 0, then on at {format_number(GENTLE_RATE)}. {words}.",
    )  # fmt: skip


def _names(rows: dict[str, Interval]) -> Axis:
    return Axis("", (0.4, len(rows) + 0.6), ticks=tuple((len(rows) - row, name) for row, name in enumerate(rows)))


def _rows(rows: dict[str, Interval]) -> list[Layer]:
    """One interval below the other."""
    layers: list[Layer] = []
    for row, interval in enumerate(rows.values()):
        y, color = len(rows) - row, "ink" if row == 0 else "blue"
        low, high = np.clip((interval.low, interval.high), 0, 1)
        layers.append(Segment((low, y), (high, y), ERROR_BAR if row == 1 else "", color, width=3))
        layers.append(Points(np.array([interval.estimate]), np.array([y]), "", color, size=9))
    return layers
