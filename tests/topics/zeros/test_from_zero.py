"""The drawn accuracies of training from a layer of zeros."""

import pytest

from course_lib.figures import Points
from course_lib.topics.zeros.experiment import ZERO_EPOCHS, ZERO_SLOPES, from_zero
from course_lib.topics.zeros.figures import accuracy_from_zero


@pytest.mark.parametrize("slope", ZERO_SLOPES)
def test_the_points_are_the_accuracies(slope: float) -> None:
    scene = accuracy_from_zero(slope)
    (points,) = (layer for layer in scene.layers if isinstance(layer, Points))
    assert points.x.tolist() == list(range(ZERO_EPOCHS + 1))
    assert points.y == pytest.approx(100 * from_zero().accuracy[ZERO_SLOPES.index(slope)])
    assert ("It never moves" in scene.description) == (slope == 0)


def test_a_bad_slope_is_named() -> None:
    with pytest.raises(ValueError, match="slope must be one of 0, 0.1, 0.5, 1; got 0.2"):
        accuracy_from_zero(0.2)
