"""Exact passes against `Network`, against differences, and on the kinks; dependence of polynomials."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.topics.subgradients.exact_networks import (
    ON_KINK,
    dense,
    dependent,
    exact,
    forward,
    gradient,
    pieces_at,
    pieces_of_units,
)

SHAPE = (2, 3, 2, 1)
# [1, 2], [3] and the biases [4], [5], moved by ten times 1, 2, 3 …, by what is trained.
MOVED = {"weights and biases": [11, 22, 34, 43, 55], "weights": [11, 22, 4, 33, 5], "biases": [1, 2, 14, 3, 25]}
ONE = [Fraction(1), Fraction(1)]


def random_network(rng, activation="relu", trained="weights and biases"):
    W = [rng.integers(-3, 4, (n, m)).tolist() for m, n in pairwise(SHAPE)]
    b = [rng.integers(-3, 4, n).tolist() for n in SHAPE[1:]]
    return dense(W, b, activation, trained)


def loss(network, X, T) -> Fraction:
    return sum((value**2 for value in (forward(network, X)[1][-1] - T).ravel()), Fraction(0)) / 2


def ties(network, X) -> int:
    return sum((pieces == ON_KINK).sum() for pieces in pieces_of_units(network, X))


@pytest.mark.parametrize(("activation", "slopes"), [("relu", (0.5,)), ("relu6", (0.25, 0.75))])
def test_gradient_is_that_of_the_training_core_on_and_off_kinks(activation, slopes) -> None:
    rng = np.random.default_rng(1)
    on_kinks = 0
    for _ in range(20):
        mine = random_network(rng, activation)
        X, T = rng.integers(-3, 4, (4, 2)), rng.integers(-3, 4, (4, 1))
        on_kinks += ties(mine, exact(X))
        slope = slopes if len(slopes) > 1 else slopes[0]
        theirs = Network.mlp(list(SHAPE), activation=activation, slope_at_kink=slope, dtype="float64")
        for layer in range(3):
            theirs.W[layer][0], theirs.b[layer][0] = mine.W[layer].astype(float), mine.b[layer].astype(float)
        _, of_network = theirs.loss_and_gradient(X.astype(float), T.astype(float), loss="mse")
        layers = zip(of_network.W, of_network.b, strict=True)
        flat = [value for W, b in layers for value in (*W[0].ravel(), *b[0].ravel())]
        # Its loss is the mean over the samples of (o − t)², ours half of the sum.
        exactly = gradient(mine, exact(X), exact(T), [Fraction(s) for s in slopes])
        assert np.array([float(value) for value in exactly]) == pytest.approx(np.array(flat) * len(X) / 2)
    assert on_kinks > 20


@pytest.mark.parametrize("trained", MOVED)
@pytest.mark.parametrize("activation", ["relu", "relu6"])
def test_gradient_off_the_kinks_is_the_limit_of_exact_differences(activation, trained) -> None:
    rng = np.random.default_rng(2)
    tried = 0
    while tried < 3:
        network = random_network(rng, activation, trained)
        X, T = (exact(rng.integers(-5, 6, (3, columns)).tolist()) for columns in (2, 1))
        if ties(network, X):
            continue
        tried += 1
        claimed, h = gradient(network, X, T, ()), Fraction(1, 10**12)
        for i, slope in enumerate(claimed):
            step = [int(i == j) for j in range(len(claimed))]
            difference = (loss(network.moved(step, h), X, T) - loss(network.moved(step, -h), X, T)) / (2 * h)
            assert abs(difference - slope) < Fraction(1, 10**6)


def test_values_and_pieces_on_the_kinks() -> None:
    assert pieces_at("relu6", exact([[-1, 0, 3, 6, 7]])).tolist() == [[0, ON_KINK, 1, ON_KINK, 2]]
    network, X = dense([[[1]], [[1]]], activation="relu6"), exact([[-1], [0], [3], [6], [7]])
    assert forward(network, X)[1][-1].ravel().tolist() == [0, 0, 3, 6, 6]
    # Forced onto the sloped piece, every unit is a straight line.
    forced = [exact([[1]] * 5).astype(int), exact([[0]] * 5).astype(int)]
    assert forward(network, X, forced)[1][-1].ravel().tolist() == [-1, 0, 3, 6, 7]


@pytest.mark.parametrize(("trained", "expected"), MOVED.items())
def test_moved_moves_the_trained_arrays_only(trained, expected) -> None:
    network = dense([[[1, 2]], [[3]]], [[4], [5]], trained=trained)
    moved = network.moved(list(range(1, network.size + 1)), 10)
    flat = [value for pair in zip(moved.W, moved.b, strict=True) for array in pair for value in array.ravel()]
    assert flat == expected
    assert network.W[0].tolist() == [[1, 2]]


def test_exact_holds_only_pythons_own_numbers_whatever_the_order_in_memory() -> None:
    array = exact(np.array([[1.0, 2.0], [3.0, 4.0]]).T)
    assert array.tolist() == [[1, 3], [2, 4]] and {type(value) for value in array.ravel()} == {int}
    assert {type(value) for value in exact(np.arange(3)).ravel()} == {int}
    with pytest.raises(ValueError, match=r"values: got \[0.5\]; accepted are whole numbers and fractions"):
        exact([0.5])


@pytest.mark.parametrize(
    ("polynomials", "weights", "size", "answer"),
    [
        (lambda d: [d[0], -d[0]], ONE, 1, True),
        (lambda d: [(1 + d[0]) * d[2], -(1 + d[1]) * d[2]], ONE, 3, True),
        (lambda d: [d[0] / Fraction(3), -d[0] / Fraction(7)], [Fraction(3), Fraction(7)], 1, True),
        (lambda d: [d[0], d[1], -d[0] - d[1]], [Fraction(1)] * 3, 2, True),
        (lambda d: [0], [Fraction(1)], 2, True),
        # Both positive for 0 < d₀ < d₁²: the first order alone would have called it empty.
        (lambda d: [d[0], -d[0] + d[1] ** 2], ONE, 2, False),
        (lambda d: [d[0], d[0]], ONE, 1, False),
        (lambda d: [d[0] * d[1]], [Fraction(1)], 2, False),
        # Two units on a vanishing pair: (1 + a)u + bv and −(1 + c)u + dv are both positive for u = 0 and b, d, v > 0.
        (lambda d: [(1 + d[0]) * d[4] + d[1] * d[5], -(1 + d[2]) * d[4] + d[3] * d[5]], ONE, 6, False),
    ],
)
def test_dependence_with_positive_multipliers(polynomials, weights, size, answer) -> None:
    assert dependent(polynomials, weights, size) == answer
