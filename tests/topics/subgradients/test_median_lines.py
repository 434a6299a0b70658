"""Minima on kinks as drawn: the lines, the points on them, and the penalised loss."""

import numpy as np
import pytest

from course_lib.figures import Curve, Points
from course_lib.topics.subgradients.figures import LARGEST_SHIFT, median_line, penalised_loss


def layer(scene, kind, label):
    (found,) = (one for one in scene.layers if isinstance(one, kind) and one.label.startswith(label))
    return found


@pytest.mark.parametrize("shift", range(LARGEST_SHIFT + 1))
def test_the_line_passes_through_the_filled_points_and_no_other_line_is_better(shift) -> None:
    scene = median_line(shift)
    on, off = layer(scene, Points, "residual exactly"), layer(scene, Points, "residual not")
    assert len(on.x) == 2 and len(off.x) == 7
    x, y = np.concatenate([on.x, off.x]), np.concatenate([on.y, off.y])

    def loss(line) -> float:
        slope = (line.y[1] - line.y[0]) / (line.x[1] - line.x[0])
        return float(np.abs(y - line.y[0] - slope * (x - line.x[0])).sum())

    line, squares = layer(scene, Curve, "least |"), layer(scene, Curve, "least squares")
    assert np.interp(on.x, line.x, line.y) == pytest.approx(on.y)
    assert loss(line) < loss(squares)
    for bump in ((0.01, 0), (0, 0.01), (-0.01, 0.01)):
        assert loss(line) < loss(Curve(line.x, line.y + np.array(bump)))
    coefficients = np.polyfit(x, y, 1)
    assert squares.y == pytest.approx(np.polyval(coefficients, squares.x))
    assert f"of least squares has slope {coefficients[0]:.3f}" in scene.description
    low, high = scene.y_axis.limits
    assert low < y.min() and y.max() < high


@pytest.mark.parametrize("weight", [0, 0.25, 0.75, 1, 1.5, 2])
def test_the_minimum_of_the_penalised_loss(weight) -> None:
    scene = penalised_loss(weight)
    curve, minimum = layer(scene, Curve, "½(w − 1)² +"), layer(scene, Points, "minimum")
    assert curve.y == pytest.approx(0.5 * (curve.x - 1) ** 2 + weight * np.abs(curve.x))
    assert minimum.x[0] == pytest.approx(max(0, 1 - weight)) and minimum.y[0] <= curve.y.min() + 1e-12
    assert ("on the kink" in scene.description) == (weight >= 1)
    assert 0.0 in curve.x


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="median_line: shift must be from 0 to 8; got 9"):
        median_line(9)
    with pytest.raises(ValueError, match="penalised_loss: weight must be from 0 to 2; got -1"):
        penalised_loss(-1)
