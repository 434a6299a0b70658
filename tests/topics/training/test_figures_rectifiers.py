"""Test accuracies of three activations, split by split."""

import numpy as np
import pytest

from course_lib.figures import Points
from course_lib.topics.training.experiment import SPLITS, paired_difference, trial
from course_lib.topics.training.figures import rectifier_accuracy


def test_points_for_each_activation_with_the_mean_of_its_starts() -> None:
    scene = rectifier_accuracy("64-64-64-10")
    series = {layer.label: layer for layer in scene.layers if isinstance(layer, Points)}
    assert series.keys() == {"ReLU", "tanh", "softplus"} and len(scene.layers) == 3
    assert len({(points.color, points.marker, points.x[0]) for points in series.values()}) == 3
    for activation, points in series.items():
        assert points.x.round().tolist() == list(range(1, SPLITS + 1))
        assert points.y == pytest.approx(trial(activation).accuracy.mean(1))
        low, high = scene.y_axis.limits
        assert low < points.y.min() and points.y.max() < high


def test_words_hold_the_interval_rounded_outwards() -> None:
    low, _, high = paired_difference("ReLU", "tanh")
    assert (np.floor(low), np.ceil(high)) == (-1, 1)
    assert rectifier_accuracy().description.endswith("lies between −1 and +1 points.")


def test_another_network_is_named() -> None:
    with pytest.raises(ValueError, match="network must be one of '64-64-64-10', '64-128-10'; got '2-2'"):
        rectifier_accuracy("2-2")
