"""The line of a program's automatic derivative, and 2sᵏ against s: data and words against formulas by hand."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Points, Segment
from course_lib.topics.frameworks.figures import MOST_NESTED, REACH, nested_slopes, program_and_line

# program: automatic derivative as a function of s, and the right slopes, from left to right
STATED = {
    "relu(t)": (lambda s: s, (0, 1)),
    "relu(−t) + t": (lambda s: 1 - s, (0, 1)),
    "the mean of these two": (lambda s: 0.5, (0, 1)),
    "relu(−t) + t − relu(t)": (lambda s: 1 - 2 * s, (0, 0)),
    "relu(t) − relu(−t)": (lambda s: 2 * s, (1, 1)),
    "relu(t) − relu(1 − exp(t))": (lambda s: 2 * s, (1, 1)),
}


def of_kind(scene, kind):
    return [layer for layer in scene.layers if isinstance(layer, kind)]


@pytest.mark.parametrize("program", STATED)
@pytest.mark.parametrize("s", [0.0, 0.25, 0.5, 0.85, 1.0])
def test_the_line_has_the_automatic_derivative_as_slope(program, s) -> None:
    formula, (low, high) = STATED[program]
    scene = program_and_line(program, s)
    line = of_kind(scene, Segment)[-1]
    assert (line.end[1] - line.start[1]) / (line.end[0] - line.start[0]) == pytest.approx(formula(s))
    right = low <= formula(s) <= high
    assert line.dash == ("dashed" if right else "dotted")
    assert ("not right" in line.label) == (low == high and not right)
    assert scene.description.startswith(f"The program {program} with s = ")
    assert ("not right" in scene.description or "outside" in scene.description) == (not right)


def test_a_kink_has_a_band_of_slopes_and_a_smooth_function_its_tangent() -> None:
    (band,) = of_kind(program_and_line("relu(t)", 0.5), Band)
    assert band.low == pytest.approx([-REACH, 0, 0]) and band.high == pytest.approx([0, 0, REACH])
    smooth = program_and_line("relu(t) − relu(1 − exp(t))", 0.0)
    assert of_kind(smooth, Band) == []
    tangent = of_kind(smooth, Segment)[0]
    assert (tangent.start, tangent.end) == ((-REACH, -REACH), (REACH, REACH))


def test_the_graph_is_that_of_the_function() -> None:
    (curve,) = of_kind(program_and_line("relu(t) − relu(1 − exp(t))", 0.3), Curve)
    assert curve.y == pytest.approx(np.where(curve.x > 0, curve.x, np.expm1(curve.x)))
    (curve,) = of_kind(program_and_line("relu(−t) + t", 0.3), Curve)
    assert curve.y == pytest.approx(np.maximum(curve.x, 0))


@pytest.mark.parametrize("k", range(1, MOST_NESTED + 1))
def test_nested_slopes_follow_the_power_and_cross_1_at_its_root(k) -> None:
    scene = nested_slopes(k)
    curves = of_kind(scene, Curve)
    assert len(curves) == k
    for depth, curve in enumerate(curves, 1):
        assert curve.y == pytest.approx(2 * curve.x**depth)
    *before, here = of_kind(scene, Points)
    assert here.x == pytest.approx([2 ** (-1 / k)]) and here.y == pytest.approx([1])
    if k > 1:
        assert before[0].x == pytest.approx([2 ** (-1 / depth) for depth in range(1, k)])
    assert f"It is 1 at s = {2 ** (-1 / k):.3g} only" in scene.description


def test_every_choice_lies_in_the_frame() -> None:
    for program in STATED:
        for s in (0.0, 1.0):
            scene = program_and_line(program, s)
            low, high = scene.y_axis.limits
            for layer in of_kind(scene, Curve):
                assert low <= layer.y.min() and layer.y.max() <= high


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: program_and_line("relu"), "program must be one of 'relu\\(t\\)', "),
        (lambda: program_and_line("relu(t)", 1.5), "s must be .* from 0 to 1; got 1.5|s .* 1.5"),
        (lambda: nested_slopes(0), "k must be a whole number from 1 to 8; got 0"),
        (lambda: nested_slopes(2.0), "k must be a whole number from 1 to 8; got 2.0"),
    ],
)
def test_a_bad_argument_is_named(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
