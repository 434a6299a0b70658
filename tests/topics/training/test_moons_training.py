"""Trainings on two moons that differ in the learning rate alone."""

import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.topics.training.experiment import (
    LEARNING_RATES,
    MOONS_EPOCHS,
    MoonsTraining,
    kinks_crossed,
    moons_training,
)


def test_all_rates_start_from_the_same_weights_and_part() -> None:
    first, last = (moons_training("ReLU").networks[at] for at in (0, -1))
    assert all((W[0] == W).all() for W in first.W)
    assert not any((W[1] == W[2]).all() for W in last.W)


def test_loss_and_accuracy_are_those_of_the_snapshots() -> None:
    training = moons_training("tanh")
    rate, at = training.at(0.3, 40)
    scores = training.networks[at].predict(training.X)[rate]
    share = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    assert training.loss[rate, at] == pytest.approx(-np.log(share[np.arange(len(training.y)), training.y]).mean())
    assert training.accuracy[rate, at] == pytest.approx((scores.argmax(1) == training.y).mean())
    assert training.epochs[0] == 0 and training.epochs[-1] == MOONS_EPOCHS


def test_relu_learns_with_a_middle_rate_and_not_with_the_largest() -> None:
    accuracy = moons_training("ReLU").accuracy[:, -1]
    assert accuracy[LEARNING_RATES.index(0.3)] > 0.95
    assert accuracy[LEARNING_RATES.index(3.0)] < 0.9


def test_crossed_kinks_are_counted_one_by_one() -> None:
    def network(weight: float) -> Network:
        made = Network.mlp([1, 1, 2], replicas=len(LEARNING_RATES), dtype="float64")
        made.W[0][...], made.b[0][...] = weight, 0.5
        return made

    # z = w x + ½ on x = −1, 1, 3: signs −++ at w = 1, +++ at w = 0, ++− at w = −0.2, −++ at w = 1 again.
    X, y = np.array([[-1.0], [1.0], [3.0]]), np.array([0, 1, 0])
    walk = tuple(network(weight) for weight in (1.0, 0.0, -0.2, 1.0))
    nothing = np.zeros((len(LEARNING_RATES), 4))
    training = MoonsTraining((0, 1, 2, 3), walk, nothing, nothing, X, y)
    assert kinks_crossed(training).tolist() == [1 + 1 + 2] * len(LEARNING_RATES)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="activation must be one of ReLU, tanh, sigmoid, not 'relu'"):
        moons_training("relu")
    with pytest.raises(ValueError, match=r"learning_rate must be one of 0.01, .*, not 0.2"):
        moons_training("ReLU").at(0.2, 0)
    with pytest.raises(ValueError, match="epoch must be one of 0, 2, .*, not 1"):
        moons_training("ReLU").at(0.3, 1)
