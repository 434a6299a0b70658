"""Figure of lesson 05: where the kinks of a small network lie in its input plane."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments import two_moons
from course_lib.experiments.kink_arrangement import END, EPOCHS, START, WINDOW, crossings, pre_activations
from course_lib.figures import validation
from course_lib.figures.layers import Curve, Label, Layer, Points
from course_lib.figures.level_curves import level_curves
from course_lib.figures.scene import Axis, Scene
from course_lib.figures.validation import FloatArray

LAYERS = ("first layer", "second layer", "both layers")
COLUMNS, ROWS = 75, 56
SHOWN = 80
STYLES = (("kinks of the first layer", "blue", "solid"), ("kinks of the second layer", "vermilion", "dashed"))


def kink_lines(layer: str = "both layers", epoch: int = 0) -> Scene:
    """{x : z(x) = 0} for each unit z of a 2-8-8-2 network on two moons, after `epoch` epochs, with a walk from A to B.

    The kinks of the first layer are straight lines. Those of the second are bent where they meet a line of the first.
    `layer` is one of `LAYERS`, `epoch` from 0 to 24; others raise ValueError.

    >>> kink_lines("first layer", 0).description
    'Before training: the walk from A to B crosses 5 kinks of the first layer. 80 samples are shown; none is exactly \
on a kink.'
    """
    validation.one_of("kink_lines", "layer", layer, LAYERS)
    count = crossings(epoch)
    X, y = _samples()
    on_a_kink = sum(int(np.count_nonzero(z == 0)) for z in pre_activations(epoch, X))
    layers: list[Layer] = [
        Points(X[y == 0, 0], X[y == 0, 1], "upper moon", "grey", "hollow", 6),
        Points(X[y == 1, 0], X[y == 1, 1], "lower moon", "grey", "filled", 6),
    ]
    shown = [number for number in (0, 1) if layer != LAYERS[1 - number]]
    for number in shown:
        name, colour, dash = STYLES[number]
        curves = [curve for unit in _curves(epoch)[number] for curve in unit]
        layers += [Curve(x, y, name if i == 0 else "", colour, dash, 1.8) for i, (x, y) in enumerate(curves)]
    walk = np.array([START, END])
    layers += [
        Curve(walk[:, 0], walk[:, 1], "walk", "ink", "dotted", 2.5),
        Label(*START, "A", "left"),
        Label(*END, "B", "right"),
    ]
    crossed = " and ".join(f"{count[number]} kinks of the {LAYERS[number]}" for number in shown)
    when = "Before training" if epoch == 0 else f"After {epoch} of {EPOCHS} epochs"
    exactly = "none is" if not on_a_kink else f"{on_a_kink} times one is"
    return Scene(
        f"{when}: the walk crosses {sum(count[number] for number in shown)} kinks", Axis("x₁", WINDOW[0]),
        Axis("x₂", WINDOW[1]), tuple(layers),
        f"{when}: the walk from A to B crosses {crossed}. {len(X)} samples are shown; {exactly} exactly on a kink.",
    )  # fmt: skip


@lru_cache(maxsize=1)
def _samples() -> tuple[FloatArray, NDArray[np.int64]]:
    data = two_moons(400, noise=0.15)
    return data.X[:SHOWN].astype(np.float64), data.y[:SHOWN]


@lru_cache(maxsize=EPOCHS + 1)
def _curves(epoch: int) -> list[list[list[tuple[FloatArray, FloatArray]]]]:
    """For each layer and unit the curves z = 0 in the window."""
    x, y = ((np.arange(n) + 0.5) / n * (b - a) + a for n, (a, b) in zip((COLUMNS, ROWS), WINDOW, strict=True))
    centres = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    found = []
    for z in pre_activations(epoch, centres):
        units = np.moveaxis(z.reshape(ROWS, COLUMNS, -1), -1, 0)
        found.append([level_curves(values, *WINDOW, 0.0) for values in units])
    return found
