"""Secants, the quotient against its limits, continuity by ε and δ, and the second difference."""

import numpy as np
import pytest

from course_lib.calculus import differentiability
from course_lib.figures import Band, Curve, Label, Points, Segment
from course_lib.figures.examples import EXAMPLES
from course_lib.topics.kink.figures import (
    CONTINUITY,
    QUOTIENT,
    SECANT,
    epsilon_delta,
    quotient_against_limit,
    quotient_away_from_kink,
    secants,
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
    start, end = layers(scene, Points, "(")
    assert (start.x.item(), end.x.item()) == (0, h)
    assert (end.y.item() - start.y.item()) / h == pytest.approx(expected, abs=1e-9)
    said = [label.text for label in scene.layers if isinstance(label, Label) and label.text.startswith("slope ")]
    assert [float(text[6:].replace("−", "-")) for text in said] == [pytest.approx(expected, abs=1e-9)]
    assert scene.title == f"To the {'left' if h < 0 else 'right'} of 0 the secant has {said[0]}"
    assert scene.equal_units and line.width > max(curve.width for curve in layers(scene, Curve))
    y_at_0 = line.start[1] - slope(line) * line.start[0]
    assert y_at_0 == pytest.approx(0, abs=1e-12)


def test_windows_depend_on_no_setting() -> None:
    hs = (-1, -0.1, 0.1, 1)
    for scenes in (
        [secants(function, h) for function in SECANT for h in hs],
        [quotient_against_limit(function) for function in QUOTIENT],
        [epsilon_delta(function, e, d) for function in CONTINUITY for e in (0.1, 1) for d in (0.1, 1)],
    ):
        assert len({(*scene.x_axis.limits, *scene.y_axis.limits) for scene in scenes}) == 1


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
    assert scene.title == f"The difference quotient at 0 has two limits: {left:g} and {right:g}".replace("-", "−")


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
    assert max(curve.y.max() for curve in layers(root, Curve)) > root.y_axis.limits[1]
    assert root.title == "The difference quotient at 0 has no two finite limits"
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
    assert band.dense and band.label
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
    assert scene.title == "This δ works: f stays within ε of f(0)"
    for curve in layers(scene, Curve, "f within"):
        assert np.abs(curve.x).max() == pytest.approx(epsilon)
        assert np.abs(curve.y).max() <= epsilon + 1e-12
    edges = {curve.control: curve for curve in layers(scene, Curve) if curve.control}
    assert edges.keys() == {("epsilon",), ("delta",)}
    assert sorted(set(edges["delta",].x)) == sorted(set(edges["epsilon",].y)) == [-epsilon, epsilon]
    # What joins the two edges is out of sight.
    assert (edges["delta",].y[1:3] > scene.y_axis.limits[1]).all()
    assert (edges["epsilon",].x[1:3] < scene.x_axis.limits[0]).all()


def test_no_delta_works_at_a_jump() -> None:
    for delta in (0.01, 0.1, 1):
        description = epsilon_delta("jump", 0.5, delta).description
        assert description.endswith(
            "to the left of 0, |f(x) − f(0)| comes up to 1 within δ, which is not below ε, so this δ fails."
        )
    # |f(x) − f(0)| is 1 itself left of 0, so even ε = 1 fails: the inequality is strict.
    fails = epsilon_delta("jump", 1, 1)
    assert "fails" in fails.description and fails.title == "This δ fails: f does not stay within ε of f(0)"


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
    crosses = "starts on" if x == 0 else "crosses" if x * (x + increment) < 0 else "does not cross"
    assert scene.title == f"The step {crosses} the kink: the quotient is {quotient:g}" and scene.equal_units
