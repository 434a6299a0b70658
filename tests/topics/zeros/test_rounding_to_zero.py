"""The staircase of half precision against the standard's numbers."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve
from course_lib.topics.zeros.figures import half_precision_steps


def stairs(place: str) -> list[Curve]:
    return [layer for layer in half_precision_steps(place).layers if isinstance(layer, Curve) and layer.dash == "solid"]


def test_around_0_the_numbers_are_whole_multiples_of_the_smallest() -> None:
    assert sorted(step.y[0] for step in stairs("around 0")) == list(range(-4, 5))
    (band,) = (layer for layer in half_precision_steps().layers if isinstance(layer, Band))
    # 2⁻²⁵ itself goes to the even neighbour, 0.
    assert band.x.tolist() == [-0.5, 0.5]


def test_around_a_sixteenth_the_gap_doubles() -> None:
    levels = np.array(sorted(step.y[0] for step in stairs("around 1/16")))
    assert set(np.diff(levels[levels <= 0])) == {0.5} and set(np.diff(levels[levels >= 0])) == {1.0}


@pytest.mark.parametrize("place", ["around 0", "around 1/16"])
def test_each_step_holds_what_is_nearest(place: str) -> None:
    levels = np.array([step.y[0] for step in stairs(place)])
    for step in stairs(place):
        for x in np.linspace(step.x[0], step.x[1], 5):
            assert abs(x - step.y[0]) == pytest.approx(np.abs(levels - x).min())


def test_a_bad_place_is_named() -> None:
    with pytest.raises(ValueError, match="place must be one of 'around 0', 'around 1/16'"):
        half_precision_steps("around 1")
