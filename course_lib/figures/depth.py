"""Figures of lesson 06: the gradient that arrives at each layer, and pre-activations on the sigmoid."""

import numpy as np

from course_lib.experiments.depth import (
    HIDDEN_LAYERS,
    NAMES,
    REPLICAS,
    SQUARED_SLOPE,
    WIDTH_TIMES_VARIANCE,
    expected_factor,
    gradient_by_layer,
)
from course_lib.experiments.mnist_scales import SATURATED, SCALES, first_pre_activations, saturated_share
from course_lib.figures import validation
from course_lib.figures.layers import Band, Curve, Layer, Points
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene
from course_lib.networks import ACTIVATIONS

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
