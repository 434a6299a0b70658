"""The loss along one weight: its slope against differences, its jumps where a sample is on the kink."""

from itertools import pairwise

import numpy as np
import pytest

from course_lib.figures import Curve, Segment
from course_lib.topics.training.figures import BIAS, FUNCTIONS, T, X, loss_along_a_weight

PLAIN = {"ReLU": lambda z: np.maximum(z, 0), "softplus": lambda z: np.logaddexp(0, z), "tanh": np.tanh}


def curves(scene):
    loss, *slopes = (layer for layer in scene.layers if isinstance(layer, Curve))
    return loss, slopes


def loss_of(activation, w):
    return ((PLAIN[activation](np.outer(w, X) + BIAS) - T) ** 2).mean(1)


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_loss_and_slope(activation) -> None:
    loss, slopes = curves(loss_along_a_weight(activation))
    assert loss.y == pytest.approx(loss_of(activation, loss.x))
    for piece in slopes:
        h = 1e-6
        inside = piece.x[(piece.x > piece.x[0] + h) & (piece.x < piece.x[-1] - h)]
        difference = (loss_of(activation, inside + h) - loss_of(activation, inside - h)) / (2 * h)
        assert np.interp(inside, piece.x, piece.y) == pytest.approx(difference, abs=1e-6)


def test_relu_has_a_kink_for_each_sample_and_no_slope_bridges_it() -> None:
    scene = loss_along_a_weight("ReLU")
    kinks = [layer.start[0] for layer in scene.layers if isinstance(layer, Segment)]
    assert kinks == pytest.approx(sorted(-BIAS / X))
    _, slopes = curves(scene)
    assert len(slopes) == len(kinks) + 1
    for left, right in pairwise(slopes):
        assert abs(left.y[-1] - right.y[0]) > 0.05
    assert "jumps at 3 weights" in scene.description


@pytest.mark.parametrize("activation", ["softplus", "tanh"])
def test_smooth_ones_have_none(activation) -> None:
    scene = loss_along_a_weight(activation)
    assert len(curves(scene)[1]) == 1 and "has no jump" in scene.description


def test_everything_lies_within_the_frame() -> None:
    for activation in FUNCTIONS:
        scene = loss_along_a_weight(activation)
        low, high = scene.y_axis.limits
        for layer in scene.layers:
            if isinstance(layer, Curve):
                assert low <= layer.y.min() and layer.y.max() <= high


def test_another_activation_is_named() -> None:
    with pytest.raises(ValueError, match="activation must be one of 'ReLU', 'softplus', 'tanh'; got 'sign'"):
        loss_along_a_weight("sign")
