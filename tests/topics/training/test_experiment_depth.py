"""Gradients by layer against single samples and the theory of He et al., and what the scale of the data costs."""

import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.topics.training.experiment import (
    DEPTH_RATES,
    HIDDEN_LAYERS,
    SCALES,
    STARTS,
    WIDTH_TIMES_VARIANCE,
    accuracy_by_learning_rate,
    arriving_gradients,
    expected_factor,
    gradient_by_layer,
    scaled_images,
)


@pytest.mark.parametrize("activation", ["relu", "tanh", "softplus", "sigmoid"])
def test_arriving_gradients_are_the_bias_gradients_of_single_samples(activation):
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((7, 3)), rng.integers(0, 4, 7)
    network = Network.mlp([3, 5, 6, 4], activation, replicas=2, dtype="float64")
    squares = np.zeros((2, 3))
    for i in range(len(X)):
        # z = W x + b, so for one sample the gradient of b is that of z.
        _, gradient = network.loss_and_gradient(X[i : i + 1], y[i : i + 1])
        squares += np.stack([(b**2).sum(1) for b in gradient.b], 1)
    assert arriving_gradients(network, activation, X, y) == pytest.approx(np.sqrt(squares / len(X)), rel=1e-10)


@pytest.mark.parametrize(("initialization", "factor"), [("he", 1), ("glorot", 2**-0.5), ("uniform_fan_in", 6**-0.5)])
def test_relu_follows_the_theory(initialization, factor):
    assert expected_factor("ReLU", initialization) == pytest.approx(factor)
    assert gradient_by_layer("ReLU", initialization).factor_per_layer == pytest.approx(factor, rel=0.05)


@pytest.mark.parametrize(("activation", "greatest"), [("tanh", 1), ("sigmoid", 1 / 4)])
@pytest.mark.parametrize("initialization", WIDTH_TIMES_VARIANCE)
def test_the_other_activations_stay_below_the_bound(activation, greatest, initialization):
    bound = expected_factor(activation, initialization)
    assert bound == pytest.approx(greatest * WIDTH_TIMES_VARIANCE[initialization] ** 0.5)
    assert 0.3 * bound < gradient_by_layer(activation, initialization).factor_per_layer < bound


def test_sigmoid_decays_geometrically_and_he_relu_stays_within_ten():
    sigmoid = gradient_by_layer("sigmoid", "glorot")
    assert sigmoid.arriving.shape == (16, HIDDEN_LAYERS + 1)
    steps = np.diff(np.log(sigmoid.arriving[:, :HIDDEN_LAYERS]), axis=1)
    assert (steps > np.log(3)).all() and steps.std() < 0.15
    assert sigmoid.factor_per_layer == pytest.approx(np.exp(-np.median(steps.sum(1)) / 9), rel=1e-3)
    weights = gradient_by_layer("ReLU", "he").weights
    ratio = weights[:, 0] / weights[:, -1]
    assert ((ratio > 0.1) & (ratio < 10)).all()


def test_the_three_scales_show_the_same_digits():
    raw, unit, standard = (scaled_images(data) for data in SCALES)
    assert (raw.X.min(), raw.X.max(), unit.X.max()) == (0, 255, 1)
    assert np.allclose(raw.X, np.round(raw.X), atol=1e-4)  # stored as whole numbers
    assert np.allclose(raw.X / 255, unit.X) and np.allclose(raw.X_test / 255, unit.X_test)
    varies = np.ptp(unit.X, axis=0) > 0
    assert np.allclose(standard.X.mean(0), 0, atol=1e-4) and np.allclose(standard.X.std(0)[varies], 1, atol=1e-4)


def test_the_best_rate_cannot_make_up_for_it():
    raw, standard = (accuracy_by_learning_rate(data) for data in ("0 to 255", "standardised"))
    assert raw.shape == standard.shape == (len(DEPTH_RATES), STARTS)
    assert raw.mean(1).max() < 0.75 < 0.85 < standard.mean(1).max()
    # The best rate lies inside the grid for every scale: a better one is not just beyond its end.
    for data in SCALES:
        assert 0 < accuracy_by_learning_rate(data).mean(1).argmax() < len(DEPTH_RATES) - 1
    # Each row is one rate: the smallest is too slow for standardised digits.
    assert standard[0].max() < standard[DEPTH_RATES.index(0.3)].min()
