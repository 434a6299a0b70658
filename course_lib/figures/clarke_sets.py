"""Figures of lesson 04: exact Clarke sets of small networks, and where backprop's result lies."""

from fractions import Fraction

import numpy as np

from course_lib.experiments.clarke_examples import (
    BIASES,
    IDENTITY_BIASES,
    IDENTITY_W,
    RELU6_TRAINED,
    identity_membership,
    relu6_membership,
)
from course_lib.experiments.clarke_membership import Membership
from course_lib.figures import validation
from course_lib.figures.layers import Band, Label, Layer, Points, Segment
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.validation import FloatArray

Pair = tuple[float, float]
NEAR = 1e-9
BESIDE = 0.06  # how far the word stands from the ring


def clarke_of_identity(biases: str = "none", slope: float = 0.0) -> Scene:
    """The Clarke set of the loss of relu(u) − relu(−u), u = w·x, at w = 0, and backprop's result with `slope` at 0.

    Two of the parameters are shown: the bias of a hidden unit (0 where there is none) and w. `biases` is "none" or
    "own", `slope` from 0 to 1. Raises ValueError for others.

    >>> clarke_of_identity("none", 0.25).description
    'No biases, s = 0.25: the Clarke set has 1 corner, ∂L/∂w = 1. Backprop says ∂L/∂w = 0.5, outside the set.'
    """
    validation.one_of("clarke_of_identity", "biases", biases, BIASES)
    slope = validation.number_between("clarke_of_identity", "slope", slope, 0, 1)
    found = identity_membership(biases, Fraction(slope))

    def shown(gradient: tuple[Fraction, ...]) -> Pair:
        return float(gradient[IDENTITY_BIASES[0]]) if biases == "own" else 0.0, float(gradient[IDENTITY_W])

    name = {"none": "No biases", "own": "Own biases"}[biases]
    ends = [extreme(shown(vertex)[1] for vertex in found.vertices) for extreme in (min, max)]
    span = f"∂L/∂w {f'= {number(ends[0])}' if ends[0] == ends[1] else f'from {number(ends[0])} to {number(ends[1])}'}"
    description = (
        f"{name}, s = {number(slope)}: the Clarke set has {_corners(found)}, {span}. Backprop says ∂L/∂w = "
        f"{number(shown(found.backprop)[1])}, {_verdict(found)} the set."
    )
    layers = _layers([shown(vertex) for vertex in found.vertices], shown(found.backprop), found.inside)
    return Scene(
        f"{name}, slope {number(slope)} at the kink", Axis("∂L/∂b₁ (0 without biases)", (-0.6, 1.6)),
        Axis("∂L/∂w", (-0.4, 2.6)), layers, description,
    )  # fmt: skip


def clarke_of_relu6(trained: str = "bias only", slopes: tuple[float, float] = (0.0, 0.0)) -> Scene:
    """The Clarke set of the loss of relu6(w·x + b) with one sample on each kink, and backprop's result.

    `trained` is "weight and bias" or "bias only", `slopes` the slopes at 0 and at 6, each from 0 to 1. Raises
    ValueError for others.
    """
    validation.one_of("clarke_of_relu6", "trained", trained, tuple(RELU6_TRAINED))
    low, high = (validation.number_between("clarke_of_relu6", "slopes", slope, 0, 1) for slope in slopes)
    found = relu6_membership(trained, (Fraction(low), Fraction(high)))

    def shown(gradient: tuple[Fraction, ...]) -> Pair:
        # With both trained a gradient begins (∂w, ∂b); with the bias alone it begins (∂b).
        return (float(gradient[1]), float(gradient[0])) if trained == "weight and bias" else (float(gradient[0]), 0.0)

    points = [shown(vertex) for vertex in found.vertices]
    x, y = shown(found.backprop)
    said = f"∂L/∂b = {number(x)}" + (f", ∂L/∂w = {number(y)}" if trained == "weight and bias" else "")
    description = (
        f"Trained: {trained}; slopes {number(low)} at 0 and {number(high)} at 6: the Clarke set has "
        f"{_corners(found)}. Backprop says {said}, {_verdict(found)} the set."
    )
    return Scene(
        f"Slopes {number(low)} at 0 and {number(high)} at 6", Axis("∂L/∂b", (-0.6, 2.6)),
        Axis("∂L/∂w (0 where w is not trained)", (-1.5, 8)), _layers(points, (x, y), found.inside), description,
    )  # fmt: skip


def _layers(vertices: list[Pair], backprop: Pair, inside: bool) -> tuple[Layer, ...]:
    """The hull of the corners as a band between its lower and its upper edge, the corners, and backprop's result."""
    points = np.array(sorted(set(vertices)))
    layers: list[Layer] = []
    if len(points) > 1 and np.ptp(points[:, 0]) > 0:
        x = np.unique(points[:, 0])
        low, high = (_edge(points, x, sign) for sign in (1, -1))
        layers.append(Band(x, low, high, "Clarke set", "sky"))
    layers.append(Points(points[:, 0], points[:, 1], "gradients of the cells", "blue", size=12))
    distance = np.abs(points - np.array(backprop)).max(1)
    color = "green" if inside else "vermilion"
    if not inside:
        x, y = points[distance.argmin()].tolist()
        layers.append(Segment((x, y), backprop, color="vermilion", dash="dotted", width=2))
    layers.append(Points(np.array([backprop[0]]), np.array([backprop[1]]), "backprop", color, "hollow", 16))
    layers.append(Label(backprop[0] + BESIDE, backprop[1], "inside" if inside else "outside", "above right", "ink"))
    return tuple(layers)


def _edge(points: FloatArray, x: FloatArray, sign: int) -> FloatArray:
    """The lower (sign 1) or upper (−1) edge of the hull above each x: the extreme over all chords that span x."""
    edge = []
    for place in x:
        heights = [sign * y for px, y in points if abs(px - place) < NEAR]
        for ax, ay in points:
            for bx, by in points:
                if ax < place < bx:
                    heights.append(sign * (ay + (by - ay) * (place - ax) / (bx - ax)))
        edge.append(sign * min(heights))
    return np.array(edge)


def _corners(found: Membership) -> str:
    return "1 corner" if len(found.vertices) == 1 else f"{len(found.vertices)} corners"


def _verdict(found: Membership) -> str:
    return "inside" if found.inside else "outside"
