"""Rectifier against tanh and softplus on the digits."""

import numpy as np
import pytest

from course_lib.topics.training.experiment import SEEDS, SPLITS, paired_difference, trial


def test_all_learn_and_none_leads_by_a_point() -> None:
    for activation in ("ReLU", "tanh", "softplus"):
        accuracy = trial(activation).accuracy
        assert accuracy.shape == (SPLITS, SEEDS) and accuracy.min() > 93
    low, middle, high = paired_difference("ReLU", "tanh")
    assert -1 < low < middle < high < 1
    expected = (trial("ReLU").accuracy - trial("tanh").accuracy).mean()
    assert middle == pytest.approx(expected)


def test_zeros() -> None:
    relu, tanh, softplus = (trial(activation) for activation in ("ReLU", "tanh", "softplus"))
    # Two hidden layers of 64 units on 450 test samples, for every split and seed (a split may differ by a sample).
    assert relu.activations == pytest.approx(SPLITS * SEEDS * 450 * 128, rel=0.01)
    assert 0.3 < relu.true_zeros < 0.7 and relu.rounded == 0
    assert tanh.zeros == 0
    assert softplus.zeros == softplus.rounded < 1e-4 * softplus.activations


def test_a_difference_with_itself_is_0() -> None:
    assert np.allclose(paired_difference("tanh", "tanh"), 0)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="activation must be one of ReLU, tanh, softplus, not 'sigmoid'"):
        trial("sigmoid")
    with pytest.raises(ValueError, match="network must be one of .*, not '2-2'"):
        trial("ReLU", "2-2")
