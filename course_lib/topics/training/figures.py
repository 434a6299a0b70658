"""The scenes of this topic, from a decision boundary on its way through training to differences split by split."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from course_lib.figures import Axis, Band, Curve, Field, Label, Layer, Points, Scene, Segment, format_number
from course_lib.figures.layers import level_curves
from course_lib.networks import ACTIVATIONS, Activation
from course_lib.topics.training.experiment import (
    ENDS,
    HIDDEN_LAYERS,
    MOONS_ACTIVATIONS,
    REPLICAS,
    SPLITS,
    SQUARED_SLOPE,
    XOR_MANY,
    difference_after,
    differences,
    expected_factor,
    final_losses,
    gradient_by_layer,
    loss_of_outputs,
    moons_training,
    starts_by_end,
)

FloatArray = NDArray[np.float64]

# The window of the two moons, its cells, and of how many by how many of them one is drawn: all would be 6 MB.
X_LIMITS, Y_LIMITS = (-2.1, 3.1), (-1.2, 1.7)
COLUMNS, ROWS = 76, 42
COARSE = 2

# One unit σ(w x + ½) and its three samples.
SAMPLES = np.array([-1.0, 0.5, 1.5])
TARGETS = np.array([0.2, 0.3, 1.4])
BIAS = 0.5
W_LIMITS, SLOPE_LIMITS = (-1.5, 1.5), (-2, 2.25)
W_POINTS = 301

BIN = 1 / 96  # The four losses of `ENDS` lie in the middle of a bar.


def decision_boundary(activation: str = "ReLU", learning_rate: float = 0.3, epoch: int = 30) -> Scene:
    """P(lower moon | x) = softmax of the two outputs over the plane, with the curve P = ½, after so many epochs.

    `activation` is one of `MOONS_ACTIVATIONS`, `learning_rate` and `epoch` are those of `moons_training`.
    """
    training = moons_training(activation)
    rate, at = training.at(learning_rate, epoch)
    field = _probabilities(activation)[at, rate]
    upper, lower = (training.X[training.y == label] for label in (0, 1))
    loss, accuracy = format_number(training.loss[rate, at], 2), training.accuracy[rate, at]
    curves = level_curves(field, X_LIMITS, Y_LIMITS, 0.5)
    shown = field.reshape(ROWS // COARSE, COARSE, COLUMNS // COARSE, COARSE).mean((1, 3))
    layers: list[Layer] = [Field(X_LIMITS, Y_LIMITS, shown, "probability of the lower moon", (0, 1))]
    layers += [
        Curve(x, y, "decision boundary, probability ½" if i == 0 else "", "ink", width=2.5)
        for i, (x, y) in enumerate(curves)
    ]
    layers += [
        Points(upper[:, 0], upper[:, 1], "upper moon", "vermilion", "filled", 7),
        Points(lower[:, 0], lower[:, 1], "lower moon", "blue", "hollow", 7),
    ]
    missed = round((1 - accuracy) * len(training.y))
    where = {0: "lies outside the picture", 1: "is one curve"}.get(len(curves), f"is in {len(curves)} parts")
    return Scene(
        f"{100 * accuracy:.0f} % right, loss {loss}", Axis("x₁", X_LIMITS), Axis("x₂", Y_LIMITS), tuple(layers),
        f"{activation}, learning rate {format_number(learning_rate)}, after {epoch} of {training.epochs[-1]} epochs: "
        f"loss {loss}; {missed} of {len(training.y)} training points lie on the wrong side. The boundary {where}.",
        equal_units=True,
    )  # fmt: skip


@lru_cache(maxsize=len(MOONS_ACTIVATIONS))
def _probabilities(activation: str) -> FloatArray:
    """P(lower moon) at the centres of the cells, (snapshots, learning rates, ROWS, COLUMNS)."""
    x, y = (
        low + (np.arange(count) + 0.5) / count * (high - low)
        for (low, high), count in ((X_LIMITS, COLUMNS), (Y_LIMITS, ROWS))
    )
    grid = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    scores = np.stack([network.predict(grid) for network in moons_training(activation).networks])
    margin = np.clip(scores[..., 0] - scores[..., 1], -500, 500)
    return (1 / (1 + np.exp(margin))).reshape(*margin.shape[:2], ROWS, COLUMNS)


def loss_along_a_weight(activation: str = "ReLU") -> Scene:
    """L(w) = mean over three samples of (σ(w x + ½) − t)², and L′(w), for −1.5 ≤ w ≤ 1.5.

    For ReLU, L′ jumps where a sample's pre-activation w x + ½ changes its sign, at w = −½/x.

    >>> loss_along_a_weight("ReLU").description
    'With ReLU the slope of the loss jumps at 3 weights, one for each sample: −1, −0.333, 0.5. The loss does not jump.'
    """
    function = ACTIVATIONS[activation.lower()]
    kinks = sorted(-BIAS / SAMPLES) if function.breakpoints else []
    ends = [W_LIMITS[0], *kinks, W_LIMITS[1]]
    low, high = SLOPE_LIMITS
    layers: list[Layer] = [
        Segment((w, low), (w, high), "a sample is on the kink" if i == 0 else "", "grey", "dotted")
        for i, w in enumerate(kinks)
    ]
    w = np.linspace(*W_LIMITS, W_POINTS)
    loss = ((function(np.outer(w, SAMPLES) + BIAS) - TARGETS) ** 2).mean(1)
    layers.append(Curve(w, loss, "loss", "blue", width=3))
    for i, (left, right) in enumerate(pairwise(ends)):
        # Just inside the piece: at its ends the slope belongs to neither side.
        inside = np.linspace(left, right, W_POINTS // (len(ends) - 1) + 2)[1:-1]
        label = "slope of the loss" if i == 0 else ""
        layers.append(Curve(inside, _slope(function, inside), label, "orange", "dashed"))
    if kinks:
        words = (
            f"the slope of the loss jumps at {len(kinks)} weights, one for each sample: "
            f"{', '.join(map(format_number, kinks))}. The loss does not jump."
        )
    else:
        steepest = format_number(np.abs(_slope(function, w)).max(), 2)
        words = f"the slope of the loss has no jump; it is at most {steepest}."
    title = f"The slope of the loss {f'jumps at {len(kinks)} weights' if kinks else 'has no jump'}"
    return Scene(
        title, Axis("weight w", W_LIMITS), Axis("loss, slope", SLOPE_LIMITS),
        tuple(layers), f"With {activation} {words}",
    )  # fmt: skip


def _slope(function: Activation, w: FloatArray) -> FloatArray:
    z = np.outer(w, SAMPLES) + BIAS
    return np.asarray((2 * (function(z) - TARGETS) * function.derivative(z) * SAMPLES).mean(1))


def losses_of_starts(width: int = 3, slope_at_kink: float = 0.0) -> Scene:
    """A histogram of the losses at which 1000 starts of a 2-`width`-1 ReLU network end on the exclusive or.

    Each bar is 1/96 wide. `slope_at_kink` is what is returned where a pre-activation is exactly 0: at the start, that
    of every hidden unit on the point (0, 0).
    """
    losses = final_losses(width, slope_at_kink)
    centres, counts = np.unique(np.round(losses / BIN).astype(int), return_counts=True)
    bars = {int(centre): float(count) for centre, count in zip(centres, counts, strict=True)}
    layers: list[Layer] = []
    for i, (centre, count) in enumerate(bars.items()):
        x = np.array([centre - 0.5, centre + 0.5]) * BIN
        layers.append(Band(x, np.zeros(2), np.full(2, count), "starts" if i == 0 else "", "blue", dense=True))
    ends = starts_by_end(width, slope_at_kink)
    for name, outputs in ENDS.items():
        place = loss_of_outputs(outputs)
        layers.append(Label(place, bars.get(round(place / BIN), 0.0), f"loss {name}: {ends[name]}", "above", "ink"))
    listed = ", ".join(f"{ends[name]} at loss {name}" for name in ENDS)
    elsewhere = f", {ends['elsewhere']} elsewhere" if ends["elsewhere"] else ""
    slope = format_number(slope_at_kink)
    return Scene(
        f"{ends['0']} of {XOR_MANY} starts come down to the loss 0",
        Axis("loss at the end", (-0.03, 0.29), ticks=tuple((loss_of_outputs(ENDS[name]), name) for name in ENDS)),
        Axis("number of starts", (0, XOR_MANY), whole=True), tuple(layers),
        f"Of {XOR_MANY} starts of a network with {width} hidden units and slope {slope} at the kink, "
        f"{listed}{elsewhere}.",
    )  # fmt: skip


def gradient_over_depth(activation: str = "sigmoid", initialization: str = "glorot") -> Scene:
    """√(mean ‖∂loss/∂z_l‖²) against the layer l, on a log scale: median and range over 16 starts, before training.

    The dashed line starts at layer 10 and takes the factor √(n·Var(W)·E σ′²) for each layer towards the input; for
    activations whose slope varies it is an upper bound. Arguments are those of `gradient_by_layer`.
    """
    gradients = gradient_by_layer(activation, initialization)
    positions = np.arange(1.0, HIDDEN_LAYERS + 2)
    hidden = positions[:-1]
    low, median, high = np.quantile(gradients.arriving, [0, 0.5, 1], axis=0)
    expected = expected_factor(activation, initialization)
    line = median[HIDDEN_LAYERS - 1] * expected ** (HIDDEN_LAYERS - hidden)
    exact = SQUARED_SLOPE[activation] == 1 / 2
    label = (
        f"expected: × {format_number(expected)} a layer" if exact else "bound on average: × √(n·Var W) × greatest slope"
    )
    factor = gradients.factor_per_layer
    layers = (
        Band(positions, low, high, f"range of {REPLICAS} starts", "sky"),
        Curve(hidden, line, label, "ink", "dashed"),
        Curve(positions, median, "gradient that arrives", "blue"),
        Points(positions, median, "", "blue", "filled", 7),
    )
    return Scene(
        f"Each layer back multiplies the gradient by about {format_number(factor, 2)}",
        Axis(f"layer (1: next to the input, {HIDDEN_LAYERS + 1}: output)", (0.5, HIDDEN_LAYERS + 1.5), whole=True),
        Axis("norm of the gradient of z", (1e-10, 1e1), "log"), layers,
        f"{activation}, initialisation {initialization}: from layer {HIDDEN_LAYERS} back to layer 1 "
        f"the gradient is multiplied by about {format_number(factor, 2)} at each layer, "
        f"{f'expected is {format_number(expected, 2)}' if exact else 'less than the bound'}. Of what arrives at layer "
        f"{HIDDEN_LAYERS}, about {format_number(factor ** (HIDDEN_LAYERS - 1), 1)} arrives at layer 1.",
    )  # fmt: skip


def difference_over_splits(splits: int = 10) -> Scene:
    """accuracy(ReLU) − accuracy(tanh) in each of the first `splits` divisions of the digits, and the mean's interval.

    A point above 0 is a division in which ReLU did better. The interval is that of `difference_after`.
    """
    low, mean, high = difference_after(splits)
    at, apart = np.arange(1.0, splits + 1), differences()[:splits]
    edges = np.array([0.5, SPLITS + 0.5])
    layers = (
        Band(edges, np.full(2, low), np.full(2, high), "95 % interval of the mean", "sky"),
        Curve(edges, np.full(2, mean), "mean", "blue"),
        Curve(edges, np.zeros(2), "no difference", "ink", "dashed"),
        Points(at, apart, "one split", "blue", "filled", 10),
    )
    where = "holds 0" if low <= 0 <= high else "does not hold 0"
    # Without numbers: on another machine they round otherwise.
    return Scene(
        f"After {splits} splits the interval {where}", Axis("split of the digits", (0.5, SPLITS + 0.5), whole=True),
        Axis("ReLU − tanh, in points", (-3.5, 3.5)), layers,
        f"Test accuracy of ReLU minus that of tanh on {splits} splits of the digits. The 95 % interval of the mean "
        f"difference {where}.",
    )  # fmt: skip
