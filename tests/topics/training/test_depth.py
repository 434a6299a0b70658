"""Gradients by layer: against the gradient of single samples, and against the theory of He et al."""

import numpy as np
import pytest

from course_lib.networks import Dense, Maxout, Network
from course_lib.topics.training.depth import (
    HIDDEN_LAYERS,
    NAMES,
    WIDTH_TIMES_VARIANCE,
    arriving_gradients,
    expected_factor,
    gradient_by_layer,
)


@pytest.mark.parametrize("activation", ["relu", "tanh", "softplus", "sigmoid"])
def test_arriving_gradients_are_the_bias_gradients_of_single_samples(activation) -> None:
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((7, 3)), rng.integers(0, 4, 7)
    network = Network.mlp([3, 5, 6, 4], activation, replicas=2, dtype="float64")
    squares = np.zeros((2, 3))
    for i in range(len(X)):
        # z = W x + b, so for one sample the gradient of b is that of z.
        _, gradient = network.loss_and_gradient(X[i : i + 1], y[i : i + 1])
        squares += np.stack([(b**2).sum(1) for b in gradient.b], 1)
    assert arriving_gradients(network, X, y) == pytest.approx(np.sqrt(squares / len(X)), rel=1e-10)


def test_only_dense_layers_are_taken() -> None:
    network = Network(layers=[Maxout(2, 3), Dense(3, 2)])
    with pytest.raises(TypeError, match="layer 0 is a Maxout"):
        arriving_gradients(network, np.zeros((1, 2)), np.array([0]))


@pytest.mark.parametrize(("initialization", "factor"), [("he", 1), ("glorot", 2**-0.5), ("uniform_fan_in", 6**-0.5)])
def test_relu_follows_the_theory(initialization, factor) -> None:
    assert expected_factor("ReLU", initialization) == pytest.approx(factor)
    assert gradient_by_layer("ReLU", initialization).factor_per_layer == pytest.approx(factor, rel=0.05)


@pytest.mark.parametrize("activation", ["tanh", "softplus", "sigmoid"])
@pytest.mark.parametrize("initialization", WIDTH_TIMES_VARIANCE)
def test_the_other_activations_stay_below_the_bound(activation, initialization) -> None:
    found = gradient_by_layer(activation, initialization).factor_per_layer
    assert 0.3 * expected_factor(activation, initialization) < found < expected_factor(activation, initialization)


def test_sigmoid_decays_geometrically_and_he_relu_stays_within_ten() -> None:
    sigmoid = np.log(gradient_by_layer("sigmoid", "glorot").arriving[:, :HIDDEN_LAYERS])
    steps = np.diff(sigmoid, axis=1)
    assert (steps > np.log(3)).all() and steps.std() < 0.15
    weights = gradient_by_layer("ReLU", "he").weights
    ratio = weights[:, 0] / weights[:, -1]
    assert ((ratio > 0.1) & (ratio < 10)).all()


def test_initialisations_have_the_stated_variance() -> None:
    for name, expected in WIDTH_TIMES_VARIANCE.items():
        W = Network.mlp([400, 400, 2], initialization=name, dtype="float64").W[0]
        assert 400 * W.var() == pytest.approx(expected, rel=0.02)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=f"activation must be one of {', '.join(NAMES)}, not 'relu'"):
        gradient_by_layer("relu")
    with pytest.raises(ValueError, match="initialization must be one of he, glorot, uniform_fan_in, not 'zero'"):
        gradient_by_layer("ReLU", "zero")
    with pytest.raises(ValueError, match="data must be one of '0 to 255', .*, not 'raw'"):
        gradient_by_layer("ReLU", "he", "raw")
