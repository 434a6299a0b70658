"""Figures of the lesson *Smooth the kink*: ELU's bend, softplus as it sharpens, and what else the relatives change."""

import math

import numpy as np

from course_lib.figures.layers import Curve, Layer, Points
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.scene import format_number as number
from course_lib.topics.rectifiers.smooth import NAMES, sides, softplus, softplus_slope

REACH = 3.0
RELU = Curve(np.array([-6.0, 0.0, REACH]), np.array([0.0, 0.0, REACH]), "ReLU", "grey", "dashed")
LOW, HIGH = -1.2, 3.0
TITLES = {"value": "σ(z)", "slope": "σ'(z)", "second derivative": "σ''(z)"}


def elu_bend(alpha: float = 0.5) -> Scene:
    """z right of 0 and α(eᶻ − 1) left of it, with its slope: α eᶻ tends to α from the left, and it is 1 on the right.

    >>> elu_bend(0.5).description
    'ELU with α = 0.5: the slope comes to 0.5 from the left of 0 and is 1 on the right, so there is a kink.'
    """
    left, right = np.linspace(-REACH, 0, 121), np.array([0.0, 2.0])
    at_0 = alpha * math.exp(0)
    joined = at_0 == 1
    marks: tuple[Layer, ...] = (
        Points(np.zeros(2), np.array([at_0, 1.0]), "slopes at 0 from both sides", "vermilion", "hollow", 11),
    )
    if joined:
        marks = (Points(np.zeros(1), np.ones(1), "slope at 0 from both sides", "vermilion", size=11),)
    layers = (
        Curve(np.append(left, right[1:]), np.append(alpha * np.expm1(left), right[1:]), "ELU"),
        Curve(left, alpha * np.exp(left), "its slope", "orange", "dashed"),
        Curve(right, np.ones(2), color="orange", dash="dashed"),
        *marks,
    )
    verdict = "so there is no kink" if joined else "so there is a kink"
    return Scene(
        "ELU is smooth at 0 for one α only", Axis("z", (-REACH, 2.0)), Axis("ELU and its slope", (-2.2, 2.2)), layers,
        f"ELU with α = {number(alpha)}: the slope comes to {number(at_0)} from the left of 0 and is 1 on the right, "
        f"{verdict}.",
    )  # fmt: skip


def softplus_sharpens(beta: float = 1.0, zoom: bool = False) -> Scene:
    """log(1 + exp(βz))/β over z, or with `zoom` over u = βz, times β: the picture is then the same for every β.

    >>> print(softplus_sharpens(10).description.replace(". ", ".\\n"))
    Softplus with β = 10: its slope at 0 is 0.5.
    The slope rises from 0.1 to 0.9 over a width of 0.439.
    """
    at = np.linspace(-4.0, 4.0, 401)
    scale = beta if zoom else 1.0
    z = at / scale
    width = 2 * math.log(9) * scale / beta
    at_0 = float(softplus_slope(0.0, beta))
    layers = (
        Curve(np.array([-4.0, 0.0, 4.0]), np.array([0.0, 0.0, 4.0]), "ReLU", "grey", "dashed"),
        Curve(at, scale * softplus(z, beta), "softplus"),
        Curve(at, softplus_slope(z, beta), "its slope", "orange", "dashed"),
        Points(np.zeros(1), np.array([at_0]), f"slope {number(at_0)} at 0", "vermilion", size=10),
    )
    x_axis = Axis("β·z" if zoom else "z", (-4.0, 4.0))
    y_axis = Axis("β·softplus, and its slope" if zoom else "softplus and its slope", (-0.3, 4.2))
    return Scene(
        "A larger β only shrinks the bend", x_axis, y_axis, layers,
        f"Softplus with β = {number(beta)}: its slope at 0 is {number(at_0)}. The slope rises from 0.1 to 0.9 over a "
        f"width of {number(width)}{' on the axis β·z' if zoom else ''}.",
    )  # fmt: skip


def relative(activation: str = "gelu", quantity: str = "value") -> Scene:
    """σ, σ' or σ'' of a smooth relative of ReLU; a jump is drawn as a gap with hollow ends.

    >>> print(relative("silu").description.replace(". ", ".\\n"))
    SiLU, value.
    It goes down before it goes up.
    >>> relative("squared_relu", "second derivative").description
    'squared ReLU, second derivative. It jumps at 0 from 0 to 2.'
    """
    halves = sides(activation, quantity, np.linspace(-6, REACH, 901))
    (_, left), (_, right) = halves
    jump = abs(right[0] - left[-1]) > 1e-9
    layers: list[Layer] = []
    if quantity == "value":
        layers.append(RELU)
    elif quantity == "slope":
        layers += [
            Curve(np.array([-6.0, 0.0]), np.zeros(2), "ReLU", "grey", "dashed"),
            Curve(np.array([0.0, REACH]), np.ones(2), color="grey", dash="dashed"),
        ]
    for (z, y), label in zip(halves, (NAMES[activation], ""), strict=True):
        inside = y <= HIGH
        layers.append(Curve(z[inside], y[inside], label))
    if jump:
        layers.append(Points(np.zeros(2), np.array([left[-1], right[0]]), "jump", "vermilion", "hollow", 11))
        said = f"It jumps at 0 from {number(left[-1])} to {number(right[0])}."
    elif quantity == "value" and activation in ("gelu", "silu"):
        said = "It goes down before it goes up."
    else:
        said = f"At 0 it is {number(float(right[0]))}, from both sides."
        if (left < -1e-9).any():
            said += f" Left of 0 it goes down to {number(float(left.min()))}."
    title = "The kink is gone, and other things changed"
    return Scene(
        title, Axis("z", (-6.0, REACH)), Axis(TITLES[quantity], (LOW, HIGH)), tuple(layers),
        f"{NAMES[activation]}, {quantity}. {said}",
    )  # fmt: skip
