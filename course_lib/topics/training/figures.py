"""Figure of lesson 06: test accuracies of rectifier, tanh and softplus, split by split."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_lib.figures import validation
from course_lib.figures.layers import Band, Curve, Field, Label, Layer, Points, Segment
from course_lib.figures.level_curves import level_curves
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.scene import format_number as number
from course_lib.figures.validation import FloatArray
from course_lib.networks import ACTIVATIONS
from course_lib.topics.training.depth import (
    HIDDEN_LAYERS,
    NAMES,
    REPLICAS,
    SATURATED,
    SCALES,
    SQUARED_SLOPE,
    WIDTH_TIMES_VARIANCE,
    expected_factor,
    first_pre_activations,
    gradient_by_layer,
    saturated_share,
)
from course_lib.topics.training.experiment import (
    ENDS,
    MOONS_STARTS,
    NETWORKS,
    RECTIFIER_STARTS,
    SEEDS,
    SPLITS,
    XOR_STARTS,
    MoonsTraining,
    final_losses,
    loss_of_outputs,
    moons_training,
    paired_difference,
    starts_by_end,
    trial,
)

# Figure of lesson 06: a decision boundary on its way through training.


X_LIMITS, Y_LIMITS = (-1.6, 2.6), (-1.2, 1.7)
COLUMNS, ROWS = 68, 47


def decision_boundary(activation: str = "ReLU", learning_rate: float = 0.3, epoch: int = 30) -> Scene:
    """P(lower moon | x) = softmax of the two outputs over the plane, with the curve P = ½, after so many epochs.

    `activation` is one of `STARTS`, `learning_rate` and `epoch` are those of `moons_training`. Raises ValueError for
    others.
    """
    validation.one_of("decision_boundary", "activation", activation, tuple(MOONS_STARTS))
    training = moons_training(activation)
    rate, at = training.at(learning_rate, epoch)
    field = _probabilities(activation)[at, rate]
    upper, lower = (training.X[training.y == label] for label in (0, 1))
    loss, accuracy = training.loss[rate, at], training.accuracy[rate, at]
    curves = level_curves(field, X_LIMITS, Y_LIMITS, 0.5)
    layers: list[Layer] = [Field(X_LIMITS, Y_LIMITS, field, "probability of the lower moon", (0, 1))]
    layers += [
        Curve(x, y, "decision boundary, probability ½" if i == 0 else "", "ink", width=2.5)
        for i, (x, y) in enumerate(curves)
    ]
    layers += [
        Points(upper[:, 0], upper[:, 1], "upper moon", "vermilion", "filled", 7),
        Points(lower[:, 0], lower[:, 1], "lower moon", "orange", "hollow", 7),
    ]
    shown = f"loss {number(loss, 2)}, {100 * accuracy:.0f} % right"
    missed = round((1 - accuracy) * len(training.y))
    description = (
        f"{activation}, learning rate {number(learning_rate)}, after {epoch} of {training.epochs[-1]} epochs: loss "
        f"{number(loss, 2)}; {missed} of {len(training.y)} training points lie on the wrong side. {_parts(len(curves))}"
    )
    title = f"Epoch {epoch}: {shown}"
    return Scene(title, Axis("x₁", X_LIMITS), Axis("x₂", Y_LIMITS), tuple(layers), description)


def _parts(count: int) -> str:
    if count == 0:
        return "The boundary lies outside the picture."
    return f"The boundary is {'one curve' if count == 1 else f'in {count} parts'}."


@lru_cache(maxsize=len(MOONS_STARTS))
def _probabilities(activation: str) -> FloatArray:
    """P(lower moon) at the centres of the cells, (snapshots, learning rates, ROWS, COLUMNS)."""
    training = moons_training(activation)
    return np.stack([_probability(training, at) for at in range(len(training.epochs))])


def _probability(training: MoonsTraining, at: int) -> NDArray[np.float64]:
    x, y = (
        low + (np.arange(count) + 0.5) / count * (high - low)
        for (low, high), count in ((X_LIMITS, COLUMNS), (Y_LIMITS, ROWS))
    )
    grid = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    scores = training.networks[at].predict(grid).astype(np.float64)
    margin = np.clip(scores[..., 0] - scores[..., 1], -500, 500)
    return (1 / (1 + np.exp(margin))).reshape(-1, ROWS, COLUMNS)


# Figure of lesson 06: the loss along one weight, and its slope.


FUNCTIONS = {"ReLU": "relu", "softplus": "softplus", "tanh": "tanh"}
X = np.array([-1.0, 0.5, 1.5])
T = np.array([0.2, 0.3, 1.4])
BIAS = 0.5
W_LIMITS = (-1.5, 1.5)
POINTS = 301


def loss_along_a_weight(activation: str = "ReLU") -> Scene:
    """L(w) = mean over three samples of (σ(w x + ½) − t)², and L′(w), for −1.5 ≤ w ≤ 1.5.

    For ReLU, L′ jumps where a sample's pre-activation w x + ½ changes its sign, at w = −½/x. `activation` is a name in
    `FUNCTIONS`; ValueError for another.

    >>> loss_along_a_weight("ReLU").description
    'With ReLU the slope of the loss jumps at 3 weights, one for each sample: −1, −0.333, 0.5. The loss does not jump.'
    """
    validation.one_of("loss_along_a_weight", "activation", activation, tuple(FUNCTIONS))
    function = ACTIVATIONS[FUNCTIONS[activation]]
    kinks = sorted(-BIAS / X) if function.breakpoints else []
    ends = [W_LIMITS[0], *kinks, W_LIMITS[1]]
    layers: list[Layer] = [
        Segment((w, -2), (w, 2.25), "a sample is on the kink" if i == 0 else "", "grey", "dotted")
        for i, w in enumerate(kinks)
    ]
    w = np.linspace(*W_LIMITS, POINTS)
    layers.append(Curve(w, _loss(function, w), "loss", "blue"))
    for i in range(len(ends) - 1):
        # Just inside the piece: at its ends the slope belongs to neither side.
        inside = np.linspace(ends[i], ends[i + 1], POINTS // (len(ends) - 1) + 2)[1:-1]
        slope = _slope(function, inside)
        layers.append(Curve(inside, slope, "slope of the loss" if i == 0 else "", "orange", "dashed"))
    if kinks:
        places = ", ".join(number(w) for w in kinks)
        description = (
            f"With {activation} the slope of the loss jumps at {len(kinks)} weights, one for each sample: {places}. "
            "The loss does not jump."
        )
    else:
        steepest = float(np.abs(_slope(function, w)).max())
        description = f"With {activation} the slope of the loss has no jump; it is at most {number(steepest, 2)}."
    return Scene(
        f"The loss along one weight: {activation}", Axis("weight w", W_LIMITS), Axis("loss, slope", (-2, 2.25)),
        tuple(layers), description,
    )  # fmt: skip


def _loss(function, w: FloatArray) -> FloatArray:  # type: ignore[no-untyped-def]
    outputs = function(np.outer(w, X) + BIAS)
    return np.asarray(((outputs - T) ** 2).mean(1))


def _slope(function, w: FloatArray) -> FloatArray:  # type: ignore[no-untyped-def]
    z = np.outer(w, X) + BIAS
    return np.asarray((2 * (function(z) - T) * function.derivative(z) * X).mean(1))


# Figure of lesson 06: where many starts of one network end.


WIDTHS = (2, 3, 4, 8)
BIN = 1 / 96  # The four losses of `ENDS` lie in the middle of a bar.
LOSS_LIMITS = (-0.05, 0.3)


def losses_of_starts(width: int = 3) -> Scene:
    """A histogram of the losses at which 64 starts of a 2-`width`-1 ReLU network end on the exclusive or.

    Each bar is 1/96 wide. `width` is one of `WIDTHS`; ValueError for another.
    """
    if width not in WIDTHS:
        raise ValueError(f"losses_of_starts: width must be one of {', '.join(map(str, WIDTHS))}; got {width!r}.")
    losses = validation.finite_array("losses_of_starts", "losses", final_losses(width))
    centres = np.round(losses / BIN).astype(int)
    layers: list[Layer] = []
    for i, centre in enumerate(np.unique(centres)):
        x = np.array([centre - 0.5, centre + 0.5]) * BIN
        count = float((centres == centre).sum())
        layers.append(Band(x, np.zeros(2), np.full(2, count), "starts" if i == 0 else "", "blue"))
    ends = starts_by_end(width)
    for name, outputs in ENDS.items():
        place = loss_of_outputs(outputs)
        height = float((centres == round(place / BIN)).sum())
        layers.append(Label(place, height, f"loss {name}: {ends[name]}", "above", "ink"))
    listed = ", ".join(f"{ends[name]} at loss {name}" for name in ENDS)
    elsewhere = f", {ends['elsewhere']} elsewhere" if ends["elsewhere"] else ""
    return Scene(
        f"Where {XOR_STARTS} starts of 2-{width}-1 end", Axis("loss at the end", LOSS_LIMITS),
        Axis("number of starts", (0, XOR_STARTS)), tuple(layers),
        f"Of {XOR_STARTS} starts of a network with {width} hidden units, {listed}{elsewhere}.",
    )  # fmt: skip


# Figures of lesson 06: the gradient that arrives at each layer, and pre-activations on the sigmoid.


NORM_LIMITS = (1e-10, 1e1)
Z_LIMITS = (-20.0, 20.0)
BINS = 80


def gradient_over_depth(
    activation: str = "sigmoid", initialization: str = "glorot", data: str = "standardised"
) -> Scene:
    """√(mean ‖∂loss/∂z_l‖²) against the layer l, on a log scale: median and range over 16 starts, before training.

    The dashed line starts at layer 10 and takes the factor √(n·Var(W)·E σ′²) for each layer towards the input; for
    activations whose slope varies it is an upper bound. Arguments are those of `gradient_by_layer`; ValueError for
    others.
    """
    validation.one_of("gradient_over_depth", "activation", activation, tuple(NAMES))
    validation.one_of("gradient_over_depth", "initialization", initialization, tuple(WIDTH_TIMES_VARIANCE))
    validation.one_of("gradient_over_depth", "data", data, SCALES)
    found = gradient_by_layer(activation, initialization, data)
    layers_of_network = np.arange(1.0, HIDDEN_LAYERS + 2)
    low, median, high = np.quantile(found.arriving, [0, 0.5, 1], axis=0)
    expected = expected_factor(activation, initialization)
    hidden = layers_of_network[:-1]
    line = median[HIDDEN_LAYERS - 1] * expected ** (HIDDEN_LAYERS - hidden)
    exact = SQUARED_SLOPE[activation] == 1 / 2
    layers: list[Layer] = [
        Band(layers_of_network, low, high, f"range of {REPLICAS} starts", "sky"),
        Curve(hidden, line, f"{'expected' if exact else 'at most'}: × {number(expected)} a layer", "orange", "dashed"),
        Curve(layers_of_network, median, "gradient that arrives", "blue"),
        Points(layers_of_network, median, "", "blue", "filled", 7),
    ]
    factor = found.factor_per_layer
    share = factor ** (HIDDEN_LAYERS - 1)
    description = (
        f"{activation}, initialisation {initialization}, pixels {data}: from layer {HIDDEN_LAYERS} back to layer 1 "
        f"the gradient is multiplied by about {number(factor, 2)} at each layer, "
        f"{'expected is' if exact else 'at most'} {number(expected, 2)}. Of what arrives at layer {HIDDEN_LAYERS}, "
        f"about {number(share, 1)} arrives at layer 1."
    )
    return Scene(
        f"Back through {HIDDEN_LAYERS} hidden layers: {activation}, {initialization}",
        Axis(f"layer (1: next to the input, {HIDDEN_LAYERS + 1}: output)", (0.5, HIDDEN_LAYERS + 1.5)),
        Axis("norm of the gradient of z", NORM_LIMITS, "log"), tuple(layers), description,
    )  # fmt: skip


def pre_activations_on_the_sigmoid(data: str = "0 to 255") -> Scene:
    """A histogram of z = W x + b in the first layer, and the sigmoid's slope σ′(z), for −20 ≤ z ≤ 20.

    The histogram is scaled so that its highest bar is 1; σ′ is divided by its largest value ¼. `data` is one of
    `SCALES`; ValueError for another.
    """
    validation.one_of("pre_activations_on_the_sigmoid", "data", data, SCALES)
    z = first_pre_activations(data)
    counts, edges = np.histogram(z, BINS, Z_LIMITS)
    outline = np.repeat(edges, 2)[1:-1]
    height = np.repeat(counts / counts.max(), 2)
    grid = np.linspace(*Z_LIMITS, 401)
    slope = 4 * ACTIVATIONS["sigmoid"].derivative(grid)
    outside = float((np.abs(z) > Z_LIMITS[1]).mean())
    lost = saturated_share(z)
    layers: list[Layer] = [
        Band(outline, np.zeros_like(outline), height, "pre-activations", "blue"),
        Curve(grid, slope, "slope of the sigmoid, relative to ¼", "orange", "dashed", 2.5),
    ]
    description = (
        f"Pixels {data}: the pre-activations have a standard deviation of about {number(float(z.std()), 2)}. At "
        f"{number(100 * lost, 2)} % of them the slope of the sigmoid is below {SATURATED}; "
        f"{number(100 * outside, 2)} % lie outside the picture."
    )
    return Scene(
        f"First layer, pixels {data}", Axis("pre-activation z", Z_LIMITS), Axis("share of its maximum", (0, 1.1)),
        tuple(layers), description,
    )  # fmt: skip


# Figure of lesson 06: test accuracies of rectifier, tanh and softplus, split by split.


ACCURACY_LIMITS = (95.0, 100.0)
# Colour, how far beside the split's number, and marker.
LOOKS = {
    "ReLU": ("blue", -0.12, "filled"),
    "tanh": ("vermilion", 0.0, "hollow"),
    "softplus": ("orange", 0.12, "filled"),
}


def rectifier_accuracy(network: str = "64-64-64-10") -> Scene:
    """Test accuracy on the digits against the split, each point the mean of 4 starts, for three activations.

    `network` is a name in `NETWORKS`; ValueError for another.
    """
    validation.one_of("rectifier_accuracy", "network", network, tuple(NETWORKS))
    split = np.arange(1.0, SPLITS + 1)
    layers: list[Layer] = []
    for activation in RECTIFIER_STARTS:
        color, aside, marker = LOOKS[activation]
        by_split = trial(activation, network).accuracy.mean(1)
        layers.append(Points(split + aside, by_split, activation, color, marker, 10))
    low, _, high = paired_difference("ReLU", "tanh", network)
    # Whole points, rounded outwards: what another machine rounds otherwise must not change the words.
    bounds = f"between {_signed(np.floor(low))} and {_signed(np.ceil(high))} points"
    return Scene(
        f"Test accuracy of {network}, mean of {SEEDS} starts", Axis("split of the digits", (0.5, SPLITS + 0.5)),
        Axis("test accuracy in %", ACCURACY_LIMITS), tuple(layers),
        f"{network} on {SPLITS} splits of the digits: the 95 % interval of the accuracy of ReLU minus that of tanh "
        f"lies {bounds}.",
    )  # fmt: skip


def _signed(points: float) -> str:
    return f"{points:+.0f}".replace("-", "−") if points else "0"
