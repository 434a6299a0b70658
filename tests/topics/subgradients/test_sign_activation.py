"""A hidden layer of signs learns nothing; the same network with ReLU does."""

import numpy as np
import pytest

from course_lib.networks.one_hidden_layer import gradient_by_hand, starting_parameters
from course_lib.topics.subgradients.experiment import SIGN_STARTS, trained


def test_the_loss_with_signs_is_flat_in_the_first_layer_and_not_in_the_last() -> None:
    rng = np.random.default_rng(1)
    start, X, T = starting_parameters(2, 5, 1), rng.standard_normal((9, 2)), rng.standard_normal((9, 1))

    def loss(W1, W2):
        return float(((np.sign(X @ W1.T) @ W2.T - T) ** 2).mean())

    found = gradient_by_hand(start, X, T, "sign")
    h = 1e-7
    for index in np.ndindex(start.W1.shape):
        step = np.zeros_like(start.W1)
        step[index] = h
        assert loss(start.W1 + step, start.W2) == loss(start.W1 - step, start.W2) and found.W1[index] == 0
    for index in np.ndindex(start.W2.shape):
        step = np.zeros_like(start.W2)
        step[index] = h
        difference = (loss(start.W1, start.W2 + step) - loss(start.W1, start.W2 - step)) / (2 * h)
        assert found.W2[index] == pytest.approx(difference, rel=1e-5)


def test_descent_leaves_the_layer_below_the_sign_as_it_was() -> None:
    sign, relu = trained("sign"), trained("ReLU")
    assert len(sign.accuracy) == SIGN_STARTS
    assert (sign.change_of_W1 == 0).all() and (sign.change_of_W2 > 0.1).all() and (relu.change_of_W1 > 0.1).all()
    assert relu.accuracy.mean() > sign.accuracy.mean() + 0.03


def test_another_activation_is_refused() -> None:
    with pytest.raises(ValueError, match="activation must be one of ReLU, sign, not 'step'"):
        trained("step")
