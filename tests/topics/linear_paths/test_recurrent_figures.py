"""The scenes of the lesson *Remember over time* by their data, against plain arithmetic."""

import numpy as np
import pytest

from course_lib.figures import Curve, Label, Points, Segment
from course_lib.topics.linear_paths import adding
from course_lib.topics.linear_paths import recurrent_figures as figures


def layers_of(scene, kind):
    return [layer for layer in scene.layers if isinstance(layer, kind)]


@pytest.mark.parametrize("c", [0.8, 1.0, 1.2])
@pytest.mark.parametrize(("matrix", "activation"), [("identity", "ReLU"), ("orthogonal", "none")])
def test_where_nothing_bends_the_curves_are_powers(c, matrix, activation):
    scene = figures.products(c, matrix, activation)
    curves = layers_of(scene, Curve)
    assert [curve.label for curve in curves] == ["greatest", "median", "least"]
    for curve in curves:
        assert curve.y == pytest.approx(c**curve.x) and curve.x[-1] == 100
    assert len({(curve.color, curve.dash, curve.width) for curve in curves}) == 3
    (end,) = layers_of(scene, Points)
    assert end.control == ("c",) and (end.x.item(), end.y.item()) == (100, pytest.approx(c**100))


def test_a_closed_direction_is_said_not_drawn():
    scene = figures.products(1.0, "orthogonal", "ReLU")
    assert [curve.label for curve in layers_of(scene, Curve)] == ["greatest"]
    assert layers_of(scene, Label)[0].text == "median and least: 0 from the first step on"
    assert scene.description.endswith("the median 0, the least 0.")


def test_axes_stay_and_no_curve_leaves_them():
    scenes = [
        figures.products(c, matrix, activation)
        for c in (0.8, 1.2)
        for matrix in ("identity", "orthogonal", "Gaussian")
        for activation in ("ReLU", "tanh", "none")
    ]
    for scene in scenes:
        assert (scene.x_axis.limits, scene.y_axis.limits) == ((1, 102), figures.FACTOR_LIMITS)
        assert layers_of(scene, Points)[0].control == ("c",)
        for curve in layers_of(scene, Curve):
            assert figures.FACTOR_LIMITS[0] <= curve.y.min() and curve.y.max() <= figures.FACTOR_LIMITS[1]


@pytest.mark.parametrize("b", [0.0, 1.0, 4.5, 8.0])
def test_a_gate_that_stays_keeps_a_power(b):
    scene = figures.forget_gate(b)
    (curve,), gate = layers_of(scene, Curve), 1 / (1 + np.exp(-b))
    assert curve.y == pytest.approx([gate**k for k in range(101)]) and curve.control == ("b",)
    (line,) = layers_of(scene, Segment)
    assert line.start == (0, 1) and line.end == (100, 1)
    halves = layers_of(scene, Points)
    assert len(halves) == (curve.y[-1] <= 0.5)
    for half in halves:
        assert gate ** half.x.item() == pytest.approx(0.5) and half.y.item() == 0.5


@pytest.mark.parametrize("length", adding.LENGTHS)
def test_every_start_has_its_curve(length):
    scene = figures.learning_curves(length)
    curves = layers_of(scene, Curve)
    assert len(curves) == 3 * adding.STARTS
    for kind, (color, dash, _) in figures.NETS.items():
        own = [curve for curve in curves if (curve.color, curve.dash) == (color, dash)]
        wanted = np.clip(adding.curves(kind, length, adding.best_rate(kind, length)), *figures.ERROR_LIMITS)
        assert np.array_equal([curve.y for curve in own], wanted)
        assert f"{kind} {sum(curve.y[-1] < 0.1 for curve in own)}" in scene.title
    assert scene.y_axis.limits == figures.ERROR_LIMITS
