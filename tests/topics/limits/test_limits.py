"""Approaching a point, and the three quotients at a kink."""

import numpy as np
import pytest

from course_lib.figures import Curve, Points, Segment
from course_lib.figures import format_number as number
from course_lib.topics.limits.figures import APPROACHABLE, KINKED, approach, quotients_at_kink

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
@pytest.mark.parametrize("exponent", [0, -1, -2.5, -4, -8])
def test_zoom_shrinks_the_window_around_the_point(function, side, exponent) -> None:
    scene, h = approach(function, exponent, side, zoom=True), 10.0**exponent
    x0 = 1 if function == "(x²−1)/(x−1)" else 0
    left, right = scene.x_axis.limits
    assert np.subtract([x0, right], [left, x0]) == pytest.approx([1.1 * h, 1.1 * h], rel=1e-6)
    x, y = moving_point(scene)
    assert left < x < right and scene.y_axis.limits[0] < y < scene.y_axis.limits[1]
    # The graph is drawn anew for the window: it passes through the point, and it reaches both ends.
    curves = [layer for layer in scene.layers if isinstance(layer, Curve)]
    assert min(curve.x.min() for curve in curves) == pytest.approx(x0 - 1.1 * h, rel=1e-9)
    assert max(curve.x.max() for curve in curves) == pytest.approx(x0 + 1.1 * h, rel=1e-9)
    assert len(curves) == 2 and curves[1].label == f"f(x) = {function}"
    assert scene.description.endswith(f"The window is magnified and reaches {number(1.1 * h)} to both sides of {x0}.")


def test_a_magnified_hole_is_no_rounding_error() -> None:
    scene = approach("(x²−1)/(x−1)", -8, "+", zoom=True)
    for layer in scene.layers:
        if isinstance(layer, Curve):
            assert np.abs(layer.y - (layer.x + 1)).max() < 1e-15


def test_an_oscillation_is_drawn_down_to_what_a_pixel_shows() -> None:
    for exponent in (-1, -2, -3):
        h = 10.0**exponent
        scene = approach("sin(1/x)", exponent, "+", zoom=True)
        x = next(layer.x for layer in reversed(scene.layers) if isinstance(layer, Curve))
        assert np.diff(1 / x[::-1]).max() < 2 * np.pi / 20
        period, pixel = 2 * np.pi * x[0] ** 2, 2.2 * h / 720
        assert 0.3 * pixel < period < 1.5 * pixel


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
    assert scene.title == "Approaching 0 from the right: h = 0.01"
    assert scene.description == (
        "√|x| at x = 0.01, a distance of 0.01 right of 0: f(0.01) = 0.1. From the right, f(x) tends to 0."
    )


@pytest.mark.parametrize(
    ("exponent", "side", "shown"),
    [
        (0, "-", "f(1 − 1) = 1"),
        (-3, "-", "f(1 − 0.001) = 1.999"),
        (-4, "-", "f(1 − 10⁻⁴) = 1.9999"),
        (-4, "+", "f(1 + 10⁻⁴) = 2.0001"),
        (-8, "-", "f(1 − 10⁻⁸) = 1.99999999"),
    ],
)
def test_a_value_beside_the_limit_is_not_rounded_to_it(exponent, side, shown) -> None:
    scene = approach("(x²−1)/(x−1)", exponent, side)
    assert shown in [layer.label for layer in scene.layers]
    assert f"{shown}. From" in scene.description


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


def test_the_title_names_h() -> None:
    assert quotients_at_kink("ReLU", -2).title == "Three difference quotients at a kink: h = 0.01"


def test_quotients_name_a_bad_argument() -> None:
    with pytest.raises(ValueError, match=r"function must be one of 'ReLU', .*; got 'sin'"):
        quotients_at_kink("sin")
    with pytest.raises(ValueError, match="h_exponent must be from -6 to 0; got 1"):
        quotients_at_kink("ReLU", 1)
    with pytest.raises(TypeError, match="zoom must be True or False; got 1"):
        quotients_at_kink("ReLU", -1, 1)
    with pytest.raises(TypeError, match="approach: zoom must be True or False; got 'yes'"):
        approach("ReLU", -1, "+", "yes")
