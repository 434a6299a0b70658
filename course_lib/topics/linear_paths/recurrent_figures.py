"""The scenes of the lesson *Remember over time*: products of Jacobians, the forget gate, and the adding problem."""

import numpy as np

from course_lib.figures import Axis, Curve, Label, Layer, Points, Scene, Segment
from course_lib.figures import format_number as number
from course_lib.topics.linear_paths import adding
from course_lib.topics.linear_paths.adding import BEST_CONSTANT, CLEARLY, EVERY, STEPS, best_rate, curves
from course_lib.topics.linear_paths.recurrent import KINDS, recurrent_matrix, spread_of_products

HORIZON = 100
FACTOR_LIMITS = (1e-20, 1e12)
STEPS_BACK = ((1, "1"), *((float(step), str(step)) for step in range(20, HORIZON + 1, 20)))
# Name, colour, dash of each of the three singular values, and a width that leaves those below it in sight.
VALUES = (
    ("greatest", "vermilion", "solid", 6.0), ("median", "blue", "dashed", 3.5), ("least", "ink", "dotted", 2.0),
)  # fmt: skip
ERROR_LIMITS = (5e-5, 3.0)
# Colour, dash and width of each net.
NETS = {
    "tanh": ("vermilion", "dotted", 2.0), "identity ReLU": ("blue", "solid", 1.6), "LSTM": ("green", "dashed", 2.2),
}  # fmt: skip


def products(c: float = 0.9, matrix: str = "identity", activation: str = "ReLU") -> Scene:
    """Three singular values of the product of Jacobians over 1 to 100 steps of h_t = φ(W h_{t−1}).

    W is c times one of `MATRICES`, φ "ReLU", "tanh" or "none". What is 0, or leaves the frame, is not drawn.

    >>> print(products(0.9).description.replace("\\u00a0", " "))
    W = 0.9 · identity matrix, ReLU. After 100 steps the greatest singular value of the product is 2.7×10⁻⁵, the \
median 2.7×10⁻⁵, the least 2.7×10⁻⁵.
    """
    found = spread_of_products(recurrent_matrix(matrix, c), activation, HORIZON)
    steps = np.arange(1.0, HORIZON + 1)
    layers: list[Layer] = [Segment((1, 1), (HORIZON, 1), "no change", "grey", "dotted")]
    closed = []
    for (name, color, dash, width), values in zip(VALUES, found.T, strict=True):
        shown = (FACTOR_LIMITS[0] <= values) & (values <= FACTOR_LIMITS[1])
        if shown.sum() > 1:
            layers.append(Curve(steps[shown], values[shown], name, color, dash, width))
        elif not values.any():
            closed.append(name)
    if closed:
        layers.append(Label(HORIZON / 2, 1e-17, f"{' and '.join(closed)}: 0 from the first step on", "center"))
    end = np.clip(found[-1:, 0], *FACTOR_LIMITS)
    layers.append(Points(np.array([float(HORIZON)]), end, "", "vermilion", size=12, control="c"))
    said = [number(value, 2) for value in found[-1]]
    through = "ReLU" if activation == "ReLU" else "tanh" if activation == "tanh" else "no activation"
    return Scene(
        f"{HORIZON} steps multiply a gradient by at most {said[0]}",
        Axis("steps back", (1, HORIZON + 2), ticks=STEPS_BACK),
        Axis("singular value of the product", FACTOR_LIMITS, "log"), tuple(layers),
        f"W\u00a0=\u00a0{number(c)}\u00a0·\u00a0{matrix} matrix, {through}. After {HORIZON} steps the greatest "
        f"singular value of the product is {said[0]}, the median {said[1]}, the least {said[2]}.",
    )  # fmt: skip


def forget_gate(b: float = 0.0) -> Scene:
    """σ(b)^k for k = 0 to 100: what a cell keeps over k steps if its forget gate stays at σ(b).

    >>> print(forget_gate(5).description)
    Bias 5: the gate is at 0.993. After 100 steps 0.511 of the cell's content and of its gradient is left. Half is \
left after 103 steps. Without a forget gate all of it is left.
    """
    gate = float(1 / (1 + np.exp(-b)))
    steps = np.arange(HORIZON + 1.0)
    half, left = np.log(0.5) / np.log(gate), gate**HORIZON
    layers: list[Layer] = [
        Segment((0, 1), (HORIZON, 1), "no forget gate", "grey", "dotted", 2.0),
        Curve(steps, gate**steps, "forget gate at σ(b)", "blue", width=3, control="b"),
    ]
    if half <= HORIZON:
        layers.append(Points(np.array([half]), np.array([0.5]), "half is left", "ink"))
    return Scene(
        f"{number(left)} of the cell's content is left after {HORIZON} steps", Axis("steps", (0, HORIZON), whole=True),
        Axis("share that is left", (0, 1.1), ticks=((0, "0"), (0.5, "½"), (1, "1"))), tuple(layers),
        f"Bias {number(b)}: the gate is at {number(gate)}. After {HORIZON} steps {number(left)} of the cell's content "
        f"and of its gradient is left. Half is left after {number(half)} {'step' if half == 1 else 'steps'}. Without a "
        "forget gate all of it is left.",
    )  # fmt: skip


def learning_curves(length: int = 20) -> Scene:
    """The test error of each start and net on the adding problem of one of the lengths, at the net's best rate.

    An error that leaves the frame is drawn at its edge.
    """
    x = np.arange(0.0, STEPS + 1, EVERY)
    layers: list[Layer] = [
        Segment((0, BEST_CONSTANT), (STEPS, BEST_CONSTANT), "best constant, 1/6", "ink", "dashed", 2.0),
        Segment((0, CLEARLY), (STEPS, CLEARLY), "clearly better, 0.1", "grey", "dotted", 2.0),
    ]
    counts, ends = [], []
    for kind in KINDS:
        errors = curves(kind, length, best_rate(kind, length))
        better = int((errors[:, -1] < CLEARLY).sum())
        counts.append(f"{kind} {better}")
        ends.append(f"{kind} {number(np.median(errors[:, -1]), 2)} at learning rate {best_rate(kind, length):g}")
        for i, start in enumerate(np.clip(errors, *ERROR_LIMITS)):
            layers.append(Curve(x, start, f"{kind}: {better} of {len(errors)}" if i == 0 else "", *NETS[kind]))
    return Scene(
        f"Of {adding.STARTS} starts end below 0.1: {', '.join(counts)}",
        Axis("training step", (0, STEPS), whole=True), Axis("test error", ERROR_LIMITS, "log"), tuple(layers),
        f"Adding problem of length {length}. Of {adding.STARTS} starts end below 0.1: {', '.join(counts)}. Median of "
        f"the last test errors: {'; '.join(ends)}.",
    )  # fmt: skip
