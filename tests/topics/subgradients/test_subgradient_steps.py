"""The path, the climbing step and the gap: data of the layers against the formulas."""

import numpy as np
import pytest

from course_lib.figures import Curve, Points
from course_lib.topics.subgradients.experiment import OBJECTIVES, RULES, bound, run
from course_lib.topics.subgradients.figures import (
    LEVELS,
    gap_against_bound,
    path_in_the_plane,
    step_against_a_subgradient,
)


def layer(scene, kind, label):
    (found,) = (one for one in scene.layers if isinstance(one, kind) and one.label.startswith(label))
    return found


@pytest.mark.parametrize("rule", RULES)
def test_the_path_steps_against_subgradients_and_the_rhombi_are_level_curves(rule) -> None:
    scene = path_in_the_plane(rule, 0.3, 7)
    path = layer(scene, Curve, "path")
    assert len(path.x) == 8
    signs = np.sign([path.x[:-1], path.y[:-1]])
    lengths = 0.3 * np.array([RULES[rule](np.array([float(k)]))[0] for k in range(1, 8)])
    assert np.diff(path.x) == pytest.approx(-lengths * signs[0])
    assert np.diff(path.y) == pytest.approx(-lengths * 2 * signs[1])
    rhombi = [one for one in scene.layers if isinstance(one, Curve) and one.color == "grey"]
    for rhombus, level in zip(rhombi, LEVELS, strict=True):
        middle_x, middle_y = (rhombus.x[:-1] + rhombus.x[1:]) / 2, (rhombus.y[:-1] + rhombus.y[1:]) / 2
        for x, y in ((rhombus.x, rhombus.y), (middle_x, middle_y)):
            assert np.abs(x) + 2 * np.abs(y) == pytest.approx(np.full(len(x), level))


def test_words_on_the_path_count() -> None:
    values = run("|x| + 2|y|", "constant", 0.3).value[:13]
    assert (
        f"rose in {(np.diff(values) > 1e-9).sum()} of the steps" in path_in_the_plane("constant", 0.3, 12).description
    )
    assert "after 1 step the value" in path_in_the_plane("constant", 0.3, 1).description


@pytest.mark.parametrize("gamma", np.arange(-2, 2.25, 0.25).tolist())
def test_the_step(gamma) -> None:
    scene = step_against_a_subgradient(gamma)
    value, distance = layer(scene, Curve, "value"), layer(scene, Curve, "distance")
    t = value.x
    assert value.y == pytest.approx(1 - t + 2 * abs(gamma) * t)
    assert distance.y**2 == pytest.approx((1 - t) ** 2 + (gamma * t) ** 2)
    lowest = layer(scene, Points, "nearest")
    assert lowest.x[0] == pytest.approx(1 / (1 + gamma**2), abs=0.005)


def test_words_on_the_step() -> None:
    assert "for small t the value is 1 + 3t." in step_against_a_subgradient(2).description
    assert "for small t the value is 1 − t." in step_against_a_subgradient(0).description
    assert "for small t the value is 1 − 0.5t." in step_against_a_subgradient(-0.25).description
    assert "for small t the value is 1, whatever t is." in step_against_a_subgradient(0.5).description


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("rule", RULES)
def test_the_gap(objective, rule) -> None:
    scene = gap_against_bound(objective, rule, 0.1)
    path = run(objective, rule, 0.1)
    (low, high), best, limit = scene.y_axis.limits, layer(scene, Curve, "best"), layer(scene, Curve, "bound")
    assert best.y == pytest.approx(np.clip(path.best, low, high))
    assert limit.y == pytest.approx(np.clip(bound(objective, path.step), low, high))
    assert (best.y <= limit.y).all() and (np.diff(best.y) <= 0).all()


def test_a_gap_below_the_frame_is_said() -> None:
    assert "the best gap is below 0.001" in gap_against_bound("|x|", "1/√k", 0.1).description
    assert "the best gap is 0.03, the bound 0.077" in gap_against_bound("|x|", "constant", 0.1).description


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: path_in_the_plane("halving"), "path_in_the_plane: rule must be one of"),
        (lambda: path_in_the_plane(step=0), "path_in_the_plane: step must be from 1 to 60; got 0"),
        (lambda: step_against_a_subgradient(3), "gamma must be from -2 to 2; got 3"),
        (lambda: gap_against_bound("x"), "gap_against_bound: objective must be one of"),
        (lambda: gap_against_bound(t=2), "gap_against_bound: t must be from 0.01 to 1; got 2"),
    ],
)
def test_bad_arguments_are_named(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
