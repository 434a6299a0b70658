"""Figure of lesson 06: a decision boundary on its way through training."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.moons_training import STARTS, MoonsTraining, moons_training
from course_lib.figures import validation
from course_lib.figures.layers import Curve, Field, Layer, Points
from course_lib.figures.level_curves import level_curves
from course_lib.figures.numbers import format_number as number
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.validation import FloatArray

X_LIMITS, Y_LIMITS = (-1.6, 2.6), (-1.2, 1.7)
COLUMNS, ROWS = 68, 47


def decision_boundary(activation: str = "ReLU", learning_rate: float = 0.3, epoch: int = 30) -> Scene:
    """P(lower moon | x) = softmax of the two outputs over the plane, with the curve P = ½, after so many epochs.

    `activation` is one of `STARTS`, `learning_rate` and `epoch` are those of `moons_training`. Raises ValueError for
    others.
    """
    validation.one_of("decision_boundary", "activation", activation, tuple(STARTS))
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


@lru_cache(maxsize=len(STARTS))
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
