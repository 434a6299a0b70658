"""Predictions and the values of every layer, against NumPy's products and the textbook's activations."""

import numpy as np
import pytest
from textbook import ALPHA, TEXTBOOK

from course_lib.networks import ACTIVATIONS, Dense, Dropout, Maxout, Network

X = np.random.default_rng(8).standard_normal((7, 3))


@pytest.mark.parametrize(("dtype", "tolerance"), [("float16", 4e-3), ("float32", 1e-5), ("float64", 1e-13)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_values_of_every_layer(activation, dtype, tolerance):
    alpha = [0.5, -2.0] if activation in ALPHA else None
    layers = [Dense(3, 4, activation, None, alpha), Dropout(0.5), Maxout(4, 5, 3), Dense(5, 2, activation, None, alpha)]
    network = Network(layers, replicas=2, dtype=dtype)
    for b in network.b:
        b[...] = np.linspace(-1, 1, b.size).reshape(b.shape)
    activity = network.forward(X)
    assert [z.shape for z in activity.pre_activations] == [(2, 7, 4), (2, 7, 15), (2, 7, 2)]
    assert [a.shape for a in activity.activations] == [(2, 7, 4), (2, 7, 5), (2, 7, 2)]
    for r in range(2):
        a = X.astype(dtype).astype(float)
        for at, layer in enumerate(layer for layer in layers if not isinstance(layer, Dropout)):
            z = a @ network.W[at][r].T.astype(float) + network.b[at][r].astype(float)
            np.testing.assert_allclose(activity.pre_activations[at][r], z, rtol=tolerance, atol=tolerance)
            if isinstance(layer, Maxout):
                a = np.maximum(np.maximum(z[:, :5], z[:, 5:10]), z[:, 10:])
            else:
                a = np.vectorize(TEXTBOOK[activation][0])(z, None if alpha is None else alpha[r])
            np.testing.assert_allclose(activity.activations[at][r], a, rtol=tolerance, atol=tolerance)
    assert activity.activations[-1].dtype == dtype
    assert (network.predict(X) == activity.activations[-1]).all()


@pytest.mark.parametrize("n_in", [2, 300])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_long_x_goes_through_in_pieces(n_in, dtype):
    network = Network.mlp([n_in, 9, 3], "tanh", replicas=20, dtype=dtype)
    long = np.random.default_rng(1).standard_normal((1000, n_in))
    found = network.predict(long)
    assert found.shape == (20, 1000, 3)
    tolerance = 1e-5 if dtype == "float32" else 1e-13
    for start in (0, 363, 364, 999):
        np.testing.assert_allclose(found[:, start], network.predict(long[start : start + 1])[:, 0], atol=tolerance)


def test_the_inputs_of_a_single_sample_and_a_single_unit():
    network = Network.mlp([1, 1, 1], initialization=2.0, bias=1.0)
    assert network.predict([[3.0]]).tolist() == [[[14.0]]]  # 2 · (2 · 3 + 1), and the last layer starts with bias 0
    assert network.predict([[-3]]).tolist() == [[[0.0]]]


def test_predictions_are_copies():
    network = Network.mlp([3, 2])
    network.predict(X)[...] = 0
    activity = network.forward(X)
    activity.activations[0][...] = 0
    assert network.predict(X).any()


def test_overflow_passes_without_a_warning():
    network = Network.mlp([3, 4, 2], replicas=2)
    network.W[0][...] = 3e38
    assert not np.isfinite(network.predict(10 * np.abs(X))).all()
    assert network.forward(10 * np.abs(X)).pre_activations[0].max() == np.inf
