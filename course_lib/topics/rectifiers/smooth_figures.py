"""Figures of the lesson *Smooth the kink*: ELU's bend, softplus as it sharpens, and what else the relatives change."""

import math

import numpy as np

from course_lib.figures.layers import Curve, Layer, Points
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.scene import format_number as number
from course_lib.topics.rectifiers.smooth import NAMES, sides, softplus, softplus_slope

REACH = 3.0
RELU = Curve(np.array([-6.0, 0.0, REACH]), np.array([0.0, 0.0, REACH]), "ReLU", "grey", "dotted")
LOW, HIGH = -1.2, 3.0
SIGNS = {"value": "σ(z)", "slope": "σ′(z)", "second derivative": "σ″(z)"}
HALVES = ((0, "0"), (0.5, "½"), (1, "1"), (2, "2"), (3, "3"), (4, "4"))


def elu_bend(alpha: float = 0.5) -> Scene:
    """z right of 0 and α(eᶻ − 1) left of it, with its slope: α eᶻ tends to α from the left, and it is 1 on the right.

    >>> elu_bend(0.5).description.replace("\\u00a0", " ")
    'ELU with α = 0.5: the slope comes to 0.5 from the left of 0 and is 1 on the right, so there is a kink.'
    """
    left, right = np.linspace(-REACH, 0, 121), np.array([0.0, 2.0])
    at_0 = alpha * math.exp(0)
    joined = at_0 == 1
    layers: list[Layer] = [
        Curve(np.append(left, right[1:]), np.append(alpha * np.expm1(left), right[1:]), "ELU", width=3),
        Curve(left, alpha * np.exp(left), "its slope", "orange", "dashed"),
        Curve(right, np.ones(2), color="orange", dash="dashed"),
        Points(np.zeros(1), np.array([at_0]), "slope at 0, from the left", "vermilion", size=12, control="alpha"),
    ]
    if not joined:
        layers.append(Points(np.zeros(1), np.ones(1), "from the right", "orange", "hollow", 11))
    verdict = "so there is no kink" if joined else "so there is a kink"
    title = f"At 0 the slope jumps from {number(at_0)} to 1: a kink"
    return Scene(
        "At 0 the slope is 1 from both sides: smooth" if joined else title,
        Axis("z", (-REACH, 2.0)), Axis("ELU and its slope", (-2.2, 2.2)), tuple(layers),
        f"ELU with α\u00a0=\u00a0{number(alpha)}: the slope comes to {number(at_0)} from the left of 0 and is 1 on "
        f"the right, {verdict}.",
    )  # fmt: skip


def softplus_sharpens(beta: float = 1.0, zoom: bool = False) -> Scene:
    """log(1 + exp(βz))/β over z, or with `zoom` over u = βz, times β: the picture is then the same for every β.

    >>> print(softplus_sharpens(10).description.replace(". ", ".\\n").replace("\\u00a0", " "))
    Softplus with β = 10: its slope at 0 is 0.5.
    The slope rises from 0.1 to 0.9 over a width of 0.439.
    """
    at = np.linspace(-4.0, 4.0, 401)
    scale = beta if zoom else 1.0
    z = at / scale
    width = 2 * math.log(9) * scale / beta
    at_0 = float(softplus_slope(0.0, beta))
    layers = (
        Curve(np.array([-4.0, 0.0, 4.0]), np.array([0.0, 0.0, 4.0]), "ReLU", "grey", "dotted"),
        Curve(at, scale * softplus(z, beta), "softplus", width=3),
        Curve(at, softplus_slope(z, beta), "its slope", "orange", "dashed"),
        Points(np.zeros(1), np.array([at_0]), "slope ½ at 0", "orange", "hollow", 11),
        Points(
            np.zeros(1), scale * softplus(np.zeros(1), beta), "its height at 0", "vermilion", size=12, control="beta"
        ),
    )
    x_axis = Axis("β·z" if zoom else "z", (-4.0, 4.0))
    y_axis = Axis("β·softplus, and its slope" if zoom else "softplus and its slope", (-0.3, 4.2), ticks=HALVES)
    seen = ", magnified" if zoom else ""
    return Scene(
        f"The bend is {number(width)} wide{seen}; the slope at 0 stays ½", x_axis, y_axis, layers,
        f"Softplus with β\u00a0=\u00a0{number(beta)}: its slope at 0 is {number(at_0)}. The slope rises from 0.1 to "
        f"0.9 over a width of {number(width)}{' on the axis β·z' if zoom else ''}.",
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
    (at, left), (_, right) = halves
    jump = abs(right[0] - left[-1]) > 1e-9
    layers: list[Layer] = []
    if quantity == "value":
        layers.append(RELU)
    elif quantity == "slope":
        layers += [
            Curve(np.array([-6.0, 0.0]), np.zeros(2), "ReLU", "grey", "dotted"),
            Curve(np.array([0.0, REACH]), np.ones(2), color="grey", dash="dotted"),
        ]
    for (z, y), label in zip(halves, (NAMES[activation], ""), strict=True):
        inside = y <= HIGH
        layers.append(Curve(z[inside], y[inside], label, width=3))
    lowest = int(left.argmin())
    if jump:
        layers.append(Points(np.zeros(2), np.array([left[-1], right[0]]), "jump", "vermilion", "hollow", 11))
        said = f"It jumps at 0 from {number(left[-1])} to {number(right[0])}."
    elif quantity == "value" and activation in ("gelu", "silu"):
        layers.append(Points(at[lowest : lowest + 1], left[lowest : lowest + 1], "lowest point", "ink"))
        said = "It goes down before it goes up."
    else:
        said = f"At 0 it is {number(float(right[0]))}, from both sides."
        if (left < -1e-9).any():
            said += f" Left of 0 it goes down to {number(float(left.min()))}."
    plain = f"At 0 it is {number(float(right[0]))} from both sides"
    return Scene(
        said.removesuffix(".") if jump or "before" in said else plain,
        Axis("z", (-6.0, REACH)), Axis(SIGNS[quantity], (LOW, HIGH)), tuple(layers),
        f"{NAMES[activation]}, {quantity}. {said}",
    )  # fmt: skip
