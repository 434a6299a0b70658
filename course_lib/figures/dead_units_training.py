"""Figures of lesson 07: dead units over training, as a function of learning rate and first bias."""

import numpy as np

from course_lib.experiments.dead_grid import BIASES, EPOCHS, LEARNING_RATES, SEEDS, dead_grid
from course_lib.figures import validation
from course_lib.figures.layers import Band, Curve, Field, Points
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene

HIDDEN = ("first", "second")
STYLES = (("blue", "sky", "solid"), ("vermilion", "orange", "dashed"))


def dead_over_epochs(learning_rate: float = 0.1, bias: float = 0.0) -> Scene:
    """Share of the 32 units of each hidden layer that are dead on the training data, after each epoch.

    64-32-32-10 with ReLU on the digits, SGD; the mean of four seeds, and a band from the least to the greatest.
    `learning_rate` and `bias`, the start of every hidden bias, are values of the grid in
    `course_lib.experiments.dead_grid`; others raise ValueError.
    """
    at = _place("learning_rate", learning_rate, LEARNING_RATES), _place("bias", bias, BIASES)
    dead, accuracy = dead_grid().dead[at], dead_grid().accuracy[at]
    epochs = np.arange(EPOCHS + 1.0)
    layers: list[Band | Curve] = []
    for index, (color, shade, dash) in enumerate(STYLES):
        shares = dead[:, :, index]
        layers.append(Band(epochs, shares.min(0), shares.max(0), color=shade))
        layers.append(Curve(epochs, shares.mean(0), f"{HIDDEN[index]} hidden layer", color, dash, 3))
    ends = [about(dead[:, -1, index].mean()) for index in range(2)]
    starts = [about(dead[:, 0, index].mean()) for index in range(2)]
    right = f"right on {_accuracy(accuracy[:, -1].mean())}"
    return Scene(
        f"Learning rate {number(learning_rate)}, first bias {number(bias)}: {right}",
        Axis("epoch", (0, EPOCHS)), Axis("share of dead units", (-0.02, 1.02)), tuple(layers),
        f"Learning rate {number(learning_rate)}, first bias {number(bias)}, {SEEDS} seeds. Dead units of the first "
        f"hidden layer: {starts[0]} at the start, {ends[0]} after {EPOCHS} epochs. Of the second: {starts[1]}, then "
        f"{ends[1]}. The network is {right}.",
    )  # fmt: skip


def dead_map(layer: str = "first", epoch: int = 0) -> Scene:
    """Share of dead units of a hidden layer after an epoch, over the grid of first biases and learning rates.

    Cells in which more than half of the units are dead are marked. `layer` is "first" or "second", `epoch` a whole
    number from 0 to the last of the grid. Others raise ValueError.
    """
    validation.one_of("dead_map", "layer", layer, HIDDEN)
    if epoch not in range(EPOCHS + 1):
        raise ValueError(f"dead_map: epoch must be a whole number from 0 to {EPOCHS}; got {epoch!r}.")
    shares = dead_grid().dead[:, :, :, epoch, HIDDEN.index(layer)].mean(2)
    # Cells reach half a step beyond the first and the last value of the grid.
    half = (BIASES[1] - BIASES[0]) / 2
    biases = (BIASES[0] - half, BIASES[-1] + half)
    factor = (LEARNING_RATES[-1] / LEARNING_RATES[0]) ** (0.5 / (len(LEARNING_RATES) - 1))
    rates = (LEARNING_RATES[0] / factor, LEARNING_RATES[-1] * factor)
    layers: list[Field | Points] = [Field(biases, rates, shares, "share of dead units", (0.0, 1.0))]
    # Where most units are dead is marked as well, so that it can be read without the shades.
    row, column = np.nonzero(shares > 0.5)
    if len(row):
        x, y = np.array(BIASES)[column], np.array(LEARNING_RATES)[row]
        layers.append(Points(x, y, "more than half dead", "ink", "hollow", 7))
    when = "before training" if epoch == 0 else f"after epoch {epoch}"
    corners = (
        f"At learning rate {number(LEARNING_RATES[0])}: {about(shares[0, 0])} are dead with bias {number(BIASES[0])}, "
        f"{about(shares[0, -1])} with bias {number(BIASES[-1])}. At learning rate {number(LEARNING_RATES[-1])}: "
        f"{about(shares[-1, 0])} and {about(shares[-1, -1])}."
    )
    return Scene(
        f"Dead units of the {layer} hidden layer {when}", Axis("first bias", biases),
        Axis("learning rate", rates, "log"), tuple(layers),
        f"The {layer} hidden layer {when}. {corners}",
    )  # fmt: skip


def about(share: float) -> str:
    """A share in coarse words, the same for runs that differ by a few units.

    >>> about(0), about(0.03), about(0.47), about(0.98)
    ('none', 'fewer than 1 in 10', 'about 5 in 10', 'more than 9 in 10')
    """
    if share in (0, 1):
        return "all" if share else "none"
    if share < 0.1:
        return "fewer than 1 in 10"
    if share > 0.9:
        return "more than 9 in 10"
    return f"about {round(10 * share)} in 10"


def _accuracy(share: float) -> str:
    return f"{about(share)} test digits"


def _place(name: str, value: float, grid: tuple[float, ...]) -> int:
    found = [i for i, accepted in enumerate(grid) if np.isclose(value, accepted)]
    if not found:
        raise ValueError(f"dead_over_epochs: {name} must be one of {', '.join(map(number, grid))}; got {value!r}.")
    return found[0]
