"""Secants, the quotient against its limits, continuity by ε and δ, and the second difference."""

import numpy as np
import pytest

from course_lib.calculus import differentiability
from course_lib.figures import Band, Curve, Points, Segment
from course_lib.figures.examples import EXAMPLES
from course_lib.topics.kink.figures import (
    QUOTIENT,
    SECANT,
    epsilon_delta,
    quotient_against_limit,
    quotient_away_from_kink,
    secants,
    second_difference,
)


def layers(scene, kind, start="") -> list:
    return [layer for layer in scene.layers if isinstance(layer, kind) and layer.label.startswith(start)]


def slope(segment: Segment) -> float:
    return (segment.end[1] - segment.start[1]) / (segment.end[0] - segment.start[0])


@pytest.mark.parametrize(
    ("function", "left", "right"),
    [("ReLU", lambda h: 0, lambda h: 1), ("|x|", lambda h: -1, lambda h: 1), ("leaky ReLU", lambda h: 0.1, lambda h: 1),
     ("x²", lambda h: h, lambda h: h)],
)  # fmt: skip
@pytest.mark.parametrize("h", [-1, -0.5, -1e-3, 1e-3, 0.25, 1])
def test_secant_slopes(function, left, right, h) -> None:
    scene = secants(function, h)
    expected = (left if h < 0 else right)(h)
    (line,) = layers(scene, Segment, "secant")
    assert slope(line) == pytest.approx(expected, abs=1e-9)
    (ends,) = layers(scene, Points, "(0")
    assert ends.x.tolist() == [0, h]
    assert np.diff(ends.y).item() / h == pytest.approx(expected, abs=1e-9)
    y_at_0 = line.start[1] - slope(line) * line.start[0]
    assert y_at_0 == pytest.approx(0, abs=1e-12)


def test_the_secant_window_does_not_depend_on_h() -> None:
    for function in SECANT:
        windows = {secants(function, h).y_axis.limits for h in (-1, -0.1, 0.1, 1)}
        assert len(windows) == 1


@pytest.mark.parametrize(
    ("function", "left", "right"),
    [("ReLU", 0, 1), ("|x|", -1, 1), ("leaky ReLU", 0.1, 1)],
)
def test_two_hollow_points_where_the_limits_differ(function, left, right) -> None:
    scene = quotient_against_limit(function)
    marks = layers(scene, Points, "limit from")
    assert [(mark.x.item(), mark.y.item(), mark.marker) for mark in marks] == [
        (0, left, "hollow"),
        (0, right, "hollow"),
    ]
    before, after = layers(scene, Curve)
    assert before.y == pytest.approx(np.full(len(before.y), left))
    assert after.y == pytest.approx(np.full(len(after.y), right))
    assert before.x[-1] == after.x[0] == 0
    assert scene.description.endswith(f"The two limits differ, so {function} has no derivative at 0.")


def test_one_hollow_point_where_the_limits_agree() -> None:
    scene = quotient_against_limit("x²")
    (mark,) = layers(scene, Points)
    assert (mark.x.item(), mark.y.item(), mark.marker) == (0, 0, "hollow")
    for curve in layers(scene, Curve):
        assert curve.y == pytest.approx(curve.x)  # q(h) = h²/h
    assert scene.description.endswith("from both sides it tends to 0. The two limits agree: the derivative at 0 is 0.")


def test_infinite_and_oscillating_quotients_have_no_limit_point() -> None:
    root = quotient_against_limit("√|x|")
    assert layers(root, Points) == []
    assert root.y_axis.limits == (-5, 5)
    assert quotient_against_limit("x²").y_axis.limits == pytest.approx((-1.364, 1.364))
    assert (
        "from the left it tends to −∞, from the right it tends to ∞. There are no two finite limits" in root.description
    )
    wild = quotient_against_limit("x·sin(1/x)")
    assert layers(wild, Points) == []
    assert (
        "from both sides it keeps oscillating between −1 and 1, without a limit. There are no two finite limits"
        in wild.description
    )
    (band,) = layers(wild, Band)
    assert band.high == pytest.approx(np.ones(len(band.x))) and band.low == pytest.approx(-band.high)
    for curve in layers(wild, Curve):
        assert curve.y == pytest.approx(np.sin(1 / curve.x), abs=1e-9)


@pytest.mark.parametrize("function", QUOTIENT)
def test_the_reason_agrees_with_the_calculus(function) -> None:
    differentiable = differentiability(EXAMPLES[function].f, 0).differentiable
    assert ("has no derivative" in quotient_against_limit(function).description) is (not differentiable)


@pytest.mark.parametrize("function", ["ReLU", "|x|", "leaky ReLU"])
@pytest.mark.parametrize("epsilon", [0.01, 0.1, 0.5, 1])
def test_delta_equal_to_epsilon_works_for_slopes_up_to_1(function, epsilon) -> None:
    scene = epsilon_delta(function, epsilon, epsilon)
    assert scene.description.endswith("so this δ works.")
    (band,) = layers(scene, Band)
    assert (band.low[0], band.high[0]) == (-epsilon, epsilon)
    for curve in layers(scene, Curve, "f within"):
        assert np.abs(curve.x).max() == pytest.approx(epsilon)
        assert np.abs(curve.y).max() <= epsilon + 1e-12
    assert [segment.start[0] for segment in layers(scene, Segment)] == [-epsilon, epsilon]


def test_no_delta_works_at_a_jump() -> None:
    for delta in (0.01, 0.1, 1):
        description = epsilon_delta("step", 0.5, delta).description
        assert description.endswith(
            "to the left of 0, |f(x) − f(0)| comes up to 1 within δ, which is not below ε, so this δ fails."
        )
    # |f(x) − f(0)| is 1 itself left of 0, so even ε = 1 fails: the inequality is strict.
    assert "fails" in epsilon_delta("step", 1, 1).description


def test_too_large_a_delta_fails() -> None:
    assert "to the right of 0, |f(x) − f(0)| comes up to 0.5" in epsilon_delta("ReLU", 0.25, 0.5).description
    assert "works" in epsilon_delta("ReLU", 0.25, 0.1).description


@pytest.mark.parametrize(
    ("x", "increment", "quotient", "words"),
    [
        (-0.5, 1, 0.5, "crosses the kink; once |Δx| < 0.5 the quotient is 0."),
        (-0.5, 0.4, 0, "does not cross the kink"),
        (-0.5, -1, 0, "does not cross the kink"),
        (-0.5, 0.5, 0, "does not cross the kink"),
        (0.5, -1, 0.5, "crosses the kink; once |Δx| < 0.5 the quotient is 1."),
        (0.25, -1, 0.25, "crosses the kink; once |Δx| < 0.25 the quotient is 1."),
        (0.5, -0.4, 1, "does not cross the kink"),
        (0, 1, 1, "x is the kink itself"),
        (0, -1, 0, "x is the kink itself"),
    ],
)
def test_quotient_away_from_the_kink(x, increment, quotient, words) -> None:
    scene = quotient_away_from_kink(x, increment)
    (line,) = layers(scene, Segment, "secant")
    assert slope(line) == pytest.approx(quotient, abs=1e-12)
    start, end = layers(scene, Points)
    assert (start.x.item(), end.x.item()) == (x, x + increment)
    assert (start.y.item(), end.y.item()) == (max(x, 0), max(x + increment, 0))
    assert words in scene.description


@pytest.mark.parametrize(("function", "jump"), [("ReLU", 1), ("|x|", 2), ("leaky ReLU", 0.9)])
@pytest.mark.parametrize("h", [1e-3, 0.1, 1])
def test_second_difference_at_a_kink_is_the_jump_over_h(function, jump, h) -> None:
    scene = second_difference(function, h)
    curve, smooth = layers(scene, Curve)
    assert curve.y == pytest.approx(jump / curve.x)
    assert (smooth.label, smooth.y) == ("x²", pytest.approx(np.full(len(smooth.y), 2)))
    (mark,) = layers(scene, Points)
    assert (mark.x.item(), mark.y.item()) == (h, pytest.approx(jump / h))
    assert scene.description.endswith("Ten times smaller h makes it 10 times larger, as 1/h.")


def test_second_difference_of_a_smooth_function_settles() -> None:
    scene = second_difference("x²", 0.01)
    assert scene.description.endswith(
        "the second difference is 2. A smaller h does not change it: it is the second derivative."
    )
    assert [curve.label for curve in layers(scene, Curve)] == ["x²", "ReLU"]
