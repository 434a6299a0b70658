"""Exact forward and backward passes: against `Network`, against differences, and on the kinks."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.topics.subgradients.exact_networks import (
    ON_KINK,
    TRAINED,
    dense,
    exact,
    forward,
    gradient,
    pieces_at,
    pieces_of,
)

SHAPE = (2, 3, 2, 1)


def random_network(rng, activation="relu", trained="weights and biases"):
    W = [rng.integers(-3, 4, (n, m)).tolist() for m, n in pairwise(SHAPE)]
    b = [rng.integers(-3, 4, n).tolist() for n in SHAPE[1:]]
    return dense(W, b, activation, trained)


def loss(network, X, T) -> Fraction:
    return sum((value**2 for value in (forward(network, X)[1][-1] - T).ravel()), Fraction(0)) / 2


@pytest.mark.parametrize(("activation", "slopes"), [("relu", (0.5,)), ("relu6", (0.25, 0.75))])
def test_gradient_is_that_of_the_training_core_on_and_off_kinks(activation, slopes) -> None:
    rng = np.random.default_rng(1)
    on_kinks = 0
    for _ in range(20):
        mine = random_network(rng, activation)
        X, T = rng.integers(-3, 4, (4, 2)), rng.integers(-3, 4, (4, 1))
        on_kinks += sum((pieces_at(activation, z) == ON_KINK).sum() for z in forward(mine, exact(X))[0][:-1])
        slope = slopes if len(slopes) > 1 else slopes[0]
        theirs = Network.mlp(list(SHAPE), activation=activation, slope_at_kink=slope, dtype="float64")
        for layer in range(3):
            theirs.W[layer][0] = mine.W[layer].astype(float)
            theirs.b[layer][0] = mine.b[layer].astype(float)
        _, found = theirs.loss_and_gradient(X.astype(float), T.astype(float), loss="mse")
        flat = [value for W, b in zip(found.W, found.b, strict=True) for value in (*W[0].ravel(), *b[0].ravel())]
        # Its loss is the mean over the samples of (o − t)², ours half of the sum.
        exactly = gradient(mine, exact(X), exact(T), [Fraction(s) for s in slopes])
        assert np.array([float(value) for value in exactly]) == pytest.approx(np.array(flat) * len(X) / 2)
    assert on_kinks > 20


@pytest.mark.parametrize("trained", TRAINED)
@pytest.mark.parametrize("activation", ["relu", "relu6"])
def test_gradient_off_the_kinks_is_the_limit_of_exact_differences(activation, trained) -> None:
    rng = np.random.default_rng(2)
    tried = 0
    while tried < 5:
        network = random_network(rng, activation, trained)
        X, T = exact(rng.integers(-5, 6, (3, 2)).tolist()), exact(rng.integers(-5, 6, (3, 1)).tolist())
        if any((pieces_at(activation, z) == ON_KINK).any() for z in forward(network, X)[0][:-1]):
            continue
        tried += 1
        found, h = gradient(network, X, T, ()), Fraction(1, 10**12)
        for i in range(len(found)):
            step = [int(i == j) for j in range(len(found))]
            difference = (loss(network.moved(step, h), X, T) - loss(network.moved(step, -h), X, T)) / (2 * h)
            assert abs(difference - found[i]) < Fraction(1, 10**6)


def test_values_on_the_kinks_and_pieces() -> None:
    assert pieces_of("relu").slopes == (0, 1)
    z = exact([[-1, 0, 3, 6, 7]])
    assert pieces_at("relu6", z).tolist() == [[0, ON_KINK, 1, ON_KINK, 2]]
    network = dense([[[1]], [[1]]], activation="relu6")
    assert forward(network, exact([[-1], [0], [3], [6], [7]]))[1][-1].ravel().tolist() == [0, 0, 3, 6, 6]


def test_slopes_multiply_along_a_path() -> None:
    network = dense([[[0]], [[5]], [[7]]], trained="weights")
    s = Fraction(1, 3)
    found = gradient(network, exact([[2]]), exact([[-1]]), [s])
    assert found == [2 * s * 5 * s * 7, 0, 0]


@pytest.mark.parametrize("trained", TRAINED)
def test_moved_moves_the_trained_arrays_only(trained) -> None:
    network = dense([[[1, 2]], [[3]]], [[4], [5]], trained=trained)
    size = sum(array.size for array in network.parameters)
    moved = network.moved(list(range(1, size + 1)), 10)
    flat = [value for pair in zip(moved.W, moved.b, strict=True) for array in pair for value in array.ravel()]
    expected = {
        "weights and biases": [11, 22, 34, 43, 55],
        "weights": [11, 22, 4, 33, 5],
        "biases": [1, 2, 14, 3, 25],
    }
    assert flat == expected[trained]
    assert network.W[0].tolist() == [[1, 2]]


def test_bad_input_is_named() -> None:
    with pytest.raises(ValueError, match="trained must be one of weights and biases, weights, biases; got 'all'"):
        dense([[[1]]], trained="all")
    with pytest.raises(ValueError, match="activation: sigmoid has pieces that are not straight"):
        pieces_of("sigmoid")
    with pytest.raises(ValueError, match="accepted are whole numbers and fractions"):
        exact([0.5])


def test_exact_holds_only_pythons_own_numbers_whatever_the_order_in_memory() -> None:
    found = exact(np.array([[1.0, 2.0], [3.0, 4.0]]).T)
    assert found.tolist() == [[1, 3], [2, 4]] and {type(value) for value in found.ravel()} == {int}
    assert {type(value) for value in exact(np.arange(3)).ravel()} == {int}
