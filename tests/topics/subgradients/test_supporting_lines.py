"""Supporting lines against the definition on a grid, and the two subdifferentials against sets worked out by hand."""

import numpy as np
import pytest

from course_lib.figures import Curve, Label, Points, Segment
from course_lib.topics.subgradients.figures import FUNCTIONS, supporting_lines, two_subdifferentials

PLAIN = {
    "ReLU": lambda x: np.maximum(0, x),
    "|x|": np.abs,
    "x²": np.square,
    "leaky, slope 2": lambda x: np.where(x > 0, x, 2 * x),
    "−|x|": lambda x: -np.abs(x),
    "min(|x|, ½)": lambda x: np.minimum(np.abs(x), 0.5),
}
SETS = {
    "ReLU": ((0, 1), (0, 1)),
    "|x|": ((-1, 1), (-1, 1)),
    "x²": ((0, 0), (0, 0)),
    "leaky, slope 2": (None, (1, 2)),
    "−|x|": (None, (-1, 1)),
    "min(|x|, ½)": ((0, 0), (-1, 1)),
}


def test_every_function_is_tested() -> None:
    assert set(PLAIN) == set(SETS) == set(FUNCTIONS)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("x0", [-0.5, 0, 0.5])
def test_the_verdict_is_that_of_the_definition(function, x0) -> None:
    f, x = PLAIN[function], np.linspace(-50, 50, 100_001)
    for slope in np.arange(-1.5, 2.75, 0.25).tolist():
        supports = bool((f(x) >= f(np.array(x0)) + slope * (x - x0) - 1e-9).all())
        scene = supporting_lines(function, x0, slope)
        assert scene.description.endswith(f"subgradient at x = {str(x0).replace('-', '−')}.")
        assert ("so " in scene.description) and ("is a subgradient" in scene.description) == supports
        marked = [layer for layer in scene.layers if isinstance(layer, Curve) and layer.width == 6]
        if supports:
            assert marked == []
        for part in marked:
            assert (part.y < f(np.array(x0)) + slope * (part.x - x0)).all()
            assert part.y == pytest.approx(f(part.x))


def test_the_line_has_its_slope_passes_through_the_point_and_stays_in_the_frame() -> None:
    for slope in (-3, -0.25, 0, 1, 2.5):
        scene = supporting_lines("x²", 0.5, slope)
        (line,) = (layer for layer in scene.layers if isinstance(layer, Segment))
        (dx, dy) = np.subtract(line.end, line.start)
        assert dy == pytest.approx(slope * dx)
        assert line.start[1] + slope * (0.5 - line.start[0]) == pytest.approx(0.25)
        for end in (line.start, line.end):
            assert scene.x_axis.limits[0] - 1e-9 <= end[0] <= scene.x_axis.limits[1] + 1e-9
            assert scene.y_axis.limits[0] - 1e-9 <= end[1] <= scene.y_axis.limits[1] + 1e-9


@pytest.mark.parametrize("function", FUNCTIONS)
def test_two_subdifferentials(function) -> None:
    scene = two_subdifferentials(function)
    for row, ends in zip((2.0, 1.0), SETS[function], strict=True):
        points = [layer for layer in scene.layers if isinstance(layer, Points) and layer.y[0] == row]
        labels = [layer.text for layer in scene.layers if isinstance(layer, Label) and int(layer.y) == int(row)]
        assert len(labels) == 1
        if ends is None:
            assert points == [] and labels[0].startswith("empty")
        else:
            assert set(points[0].x.tolist()) == set(ends)
    assert [text for _, text in scene.y_axis.ticks] == ["convex", "Clarke"]


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="supporting_lines: function must be one of 'ReLU'"):
        supporting_lines("tanh")
    with pytest.raises(ValueError, match="supporting_lines: slope must be from -3 to 3; got 4"):
        supporting_lines("ReLU", 0, 4)
    with pytest.raises(ValueError, match="two_subdifferentials: function must be one of"):
        two_subdifferentials("tanh")
