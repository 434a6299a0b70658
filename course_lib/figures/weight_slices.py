"""Figure of lesson 06: the loss along one weight, and its slope."""

import numpy as np

from course_lib.figures import validation
from course_lib.figures.layers import Curve, Layer, Segment
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.validation import FloatArray
from course_lib.networks import ACTIVATIONS

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
