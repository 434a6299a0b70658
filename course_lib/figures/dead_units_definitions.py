"""Figure of lesson 07: where in the plane one ReLU unit is active, beside a batch and a data set."""

import math
from functools import lru_cache

import numpy as np

from course_lib.experiments import two_moons
from course_lib.experiments.dead_units import dead_on_all_inputs
from course_lib.figures import validation
from course_lib.figures.layers import Band, Layer, Points, Segment
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.validation import FloatArray
from course_lib.networks import Network

LAYERS = ("first layer", "second layer")
BATCH = 8
LIMITS = {"first layer": ((-2.0, 3.0), (-1.5, 2.0)), "second layer": ((-0.5, 3.5), (-0.5, 3.5))}


def active_inputs(layer: str = "first layer", angle: float = 0.0, bias: float = 0.0) -> Scene:
    """{x : w·x + b > 0} for w = (cos angle, sin angle), `angle` in degrees: the inputs on which a unit is active.

    The samples are 40 of two moons, the first 8 of them a batch. In the "first layer" they are the inputs, and an input
    may be any point of the plane. In the "second layer" they are the outputs of two ReLU units, and an input is never
    negative. `angle` is from −360 to 360, `bias` from −4 to 4. Other arguments raise ValueError.

    >>> active_inputs("second layer", 225, -0.5).description
    'Second layer, w = (−0.71, −0.71), b = −0.5: active on 0 of the 8 samples of the batch and on 0 of the 40 samples \
of the data. No input turns the unit on: it is dead on all inputs.'
    """
    validation.one_of("active_inputs", "layer", layer, LAYERS)
    turn = math.radians(validation.number_between("active_inputs", "angle", angle, -360, 360))
    b = validation.number_between("active_inputs", "bias", bias, -4, 4)
    # Rounded, so that a weight at 90° is 0 and not 6 × 10⁻¹⁷, which would be active far away.
    w = np.round([math.cos(turn), math.sin(turn)], 12) + 0.0
    samples = unit_inputs(layer)
    on = samples @ w + b > 0
    nowhere = dead_on_all_inputs(w, b, non_negative=layer == "second layer")
    x_limits, y_limits = LIMITS[layer]
    layers = [
        *_active_region(w, b, layer),
        Points(samples[BATCH:, 0], samples[BATCH:, 1], label="data", color="grey", marker="hollow"),
        Points(samples[:BATCH, 0], samples[:BATCH, 1], label="batch, also data", color="vermilion", size=9),
    ]
    axes = ("x₁", "x₂") if layer == "first layer" else ("h₁ ≥ 0", "h₂ ≥ 0")
    on_batch, on_data = int(on[:BATCH].sum()), int(on.sum())
    found = _verdict(on_batch, on_data, nowhere)
    return Scene(
        f"Active on {on_batch} of {BATCH} in the batch, on {on_data} of {len(samples)} in the data",
        Axis(axes[0], x_limits), Axis(axes[1], y_limits), tuple(layers),
        f"{layer.capitalize()}, w = ({number(w[0], 2)}, {number(w[1], 2)}), b = {number(b)}: active on {on_batch} of "
        f"the {BATCH} samples of the batch and on {on_data} of the {len(samples)} samples of the data. {found}",
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


def _verdict(on_batch: int, on_data: int, nowhere: bool) -> str:
    if nowhere:
        return "No input turns the unit on: it is dead on all inputs."
    if not on_data:
        return "Dead on the batch and dead on the data, but other inputs turn it on."
    if not on_batch:
        return "Dead on the batch, but alive on the data."
    return "Alive on the batch, so alive on the data too."


def _active_region(w: FloatArray, b: float, layer: str) -> list[Layer]:
    """The part of the window where an input can lie and the unit is active, and the border of its half-plane."""
    (left, right), (bottom, top) = LIMITS[layer]
    possible_left, possible_bottom = (left, bottom) if layer == "first layer" else (0.0, 0.0)
    x = np.linspace(possible_left, right, 101)
    low, high = np.full_like(x, possible_bottom), np.full_like(x, top)
    if w[1]:
        border = -(b + w[0] * x) / w[1]
        (low if w[1] > 0 else high)[...] = np.clip(border, possible_bottom, top)
    else:
        high = np.where(w[0] * x + b > 0, top, possible_bottom)
    shown = high > low
    # A border that leaves the window is drawn up to where it does.
    found: list[Layer] = []
    if shown.any():
        found.append(Band(x[shown], low[shown], high[shown], label="active"))
    if layer == "second layer":
        found += [
            Segment((0.0, 0.0), (right, 0.0), "inputs lie above and to the right", "ink", "dotted"),
            Segment((0.0, 0.0), (0.0, top), "", "ink", "dotted"),
        ]
    ends = _border(w, b, (left, right), (bottom, top))
    if ends:
        found.append(Segment(*ends, "w·x + b = 0", "blue"))
    return found


def _border(
    w: FloatArray, b: float, x_limits: tuple[float, float], y_limits: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The ends of the line w·x + b = 0 inside the window; None where it misses the window."""
    crossings = []
    if w[1]:
        crossings += [(x, float(-(b + w[0] * x) / w[1])) for x in x_limits]
    if w[0]:
        crossings += [(float(-(b + w[1] * y) / w[0]), y) for y in y_limits]
    slack = 1e-9
    inside = [
        point
        for point in crossings
        if x_limits[0] - slack <= point[0] <= x_limits[1] + slack
        and y_limits[0] - slack <= point[1] <= y_limits[1] + slack
    ]
    if len(inside) < 2:
        return None
    first = inside[0]
    last = max(inside, key=lambda point: math.dist(point, first))
    return (first, last) if math.dist(first, last) > slack else None
