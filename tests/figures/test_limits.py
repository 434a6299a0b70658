"""Approaching a point, and the three quotients at a kink."""

import numpy as np
import pytest

from course_lib.figures import Points, Segment
from course_lib.figures.limits import APPROACHABLE, KINKED, approach, quotients_at_kink

SIDES = ("-", "+")


def moving_point(scene) -> tuple[float, float]:
    (point,) = (layer for layer in scene.layers if isinstance(layer, Points) and layer.label.startswith("f("))
    return point.x.item(), point.y.item()


@pytest.mark.parametrize(
    ("function", "exponent", "side", "x", "y"),
    [
        ("ReLU", -1, "+", 0.1, 0.1),
        ("ReLU", -1, "-", -0.1, 0),
        ("step", -8, "-", -1e-8, 0),
        ("step", -8, "+", 1e-8, 1),
        ("√|x|", -4, "-", -1e-4, 1e-2),
        ("(x²−1)/(x−1)", -2, "-", 0.99, 1.99),
        ("(x²−1)/(x−1)", -2, "+", 1.01, 2.01),
        ("sin(1/x)", -1, "+", 0.1, np.sin(10)),
        ("sin(1/x)", -1, "-", -0.1, -np.sin(10)),
        ("x·sin(1/x)", -1, "-", -0.1, 0.1 * np.sin(10)),
    ],
)
def test_the_point_is_at_distance_h_on_the_graph(function, exponent, side, x, y) -> None:
    assert moving_point(approach(function, exponent, side)) == (pytest.approx(x), pytest.approx(y, abs=1e-9))


@pytest.mark.parametrize("function", APPROACHABLE)
@pytest.mark.parametrize("side", SIDES)
def test_every_frame_lies_in_one_window(function, side) -> None:
    windows = set()
    for exponent in np.linspace(-8, 0, 17):
        scene = approach(function, exponent, side)
        windows.add((scene.x_axis.limits, scene.y_axis.limits))
        x, y = moving_point(scene)
        assert scene.x_axis.limits[0] < x < scene.x_axis.limits[1]
        assert scene.y_axis.limits[0] < y < scene.y_axis.limits[1]
    assert len(windows) == 1


def test_the_value_is_read_off() -> None:
    scene = approach("√|x|", -2, "+")
    assert "f(0.01) = 0.1" in [layer.label for layer in scene.layers]
    assert scene.description == "√|x|, 0.01 to the right of 0: f(0.01) = 0.1. From the right, f(x) tends to 0."


def test_the_limit_need_not_be_the_value() -> None:
    assert approach("step", -3, "-").description.endswith("f(−0.001) = 0. From the left, f(x) tends to 0.")
    assert approach("(x²−1)/(x−1)", -1, "-").description.endswith("f(1 − 0.1) = 1.9. From the left, f(x) tends to 2.")
    oscillating = "From the right, f(x) keeps oscillating between −1 and 1, without a limit."
    assert approach("sin(1/x)", -3, "+").description.endswith(oscillating)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("relu", -1, "+"), "approach: function must be one of 'ReLU', 'step', .*; got 'relu'"),
        (("ReLU", -9, "+"), "approach: h_exponent must be from -8 to 0; got -9"),
        (("ReLU", float("nan"), "+"), "approach: h_exponent must be a finite number; got nan"),
        (("ReLU", -1, "left"), r"approach: side must be one of '-', '\+'; got 'left'"),
    ],
)
def test_approach_names_a_bad_argument(arguments, message) -> None:
    with pytest.raises(ValueError, match=message):
        approach(*arguments)


SLOPES = {"ReLU": (1, 0, 0.5), "|x|": (1, -1, 0), "leaky ReLU": (1, 0.1, 0.55)}


def secants(scene) -> list[Segment]:
    return [layer for layer in scene.layers if isinstance(layer, Segment)]


@pytest.mark.parametrize("function", KINKED)
@pytest.mark.parametrize("exponent", [0, -0.3, -2, -6])
@pytest.mark.parametrize("zoom", [False, True])
def test_slopes_at_a_kink_do_not_depend_on_h(function, exponent, zoom) -> None:
    scene = quotients_at_kink(function, exponent, zoom)
    lines = secants(scene)
    assert [line.label.split(":")[0] for line in lines] == ["forward", "backward", "central"]
    slopes = [(line.end[1] - line.start[1]) / (line.end[0] - line.start[0]) for line in lines]
    assert slopes == pytest.approx(SLOPES[function], abs=1e-9)
    assert "No smaller h changes them." in scene.description


def test_the_secants_pass_through_their_points() -> None:
    scene = quotients_at_kink("ReLU", -1)
    h = 0.1
    through = {"forward": [(0, 0), (h, h)], "backward": [(-h, 0), (0, 0)], "central": [(-h, 0), (h, h)]}
    for line in secants(scene):
        (x0, y0), (x1, y1) = line.start, line.end
        for x, y in through[line.label.split(":")[0]]:
            assert y0 + (y1 - y0) * (x - x0) / (x1 - x0) == pytest.approx(y, abs=1e-12)
    (points,) = (layer for layer in scene.layers if isinstance(layer, Points))
    assert points.x == pytest.approx([-h, 0, h])
    assert points.y == pytest.approx([0, 0, h])


def test_zoom_shrinks_the_window_with_h() -> None:
    near, far = quotients_at_kink("ReLU", -3, True), quotients_at_kink("ReLU", 0, True)
    assert np.divide(far.x_axis.limits, near.x_axis.limits) == pytest.approx([1000, 1000])
    assert np.divide(far.y_axis.limits, near.y_axis.limits) == pytest.approx([1000, 1000])
    assert near.description.endswith("shows −0.0011 ≤ x ≤ 0.0011.")


def test_quotients_name_a_bad_argument() -> None:
    with pytest.raises(ValueError, match=r"function must be one of 'ReLU', .*; got 'sin'"):
        quotients_at_kink("sin")
    with pytest.raises(ValueError, match="h_exponent must be from -6 to 0; got 1"):
        quotients_at_kink("ReLU", 1)
    with pytest.raises(TypeError, match="zoom must be True or False; got 1"):
        quotients_at_kink("ReLU", -1, 1)
