"""The search: what the theorems promise, what they do not, and that the failures found are failures."""

from fractions import Fraction

import numpy as np
import pytest

from course_lib.topics.subgradients.clarke_search import (
    BATCHES,
    CONVENTIONS,
    Configuration,
    configurations,
    independent_inputs,
    search,
)
from course_lib.topics.subgradients.convex_hulls import Separation
from course_lib.topics.subgradients.exact_networks import ON_KINK, dense, exact, forward, gradient, pieces_at

TRIES = 25


@pytest.mark.parametrize("activation", ["relu", "relu6"])
def test_own_biases_and_trained_weights_never_fail(activation) -> None:
    found = search(activation, "weights and biases", TRIES, seed=5)
    assert sum(found.decided.values()) >= 20 and not found.outside


def test_biases_alone_fail_for_two_kinks_of_different_mixture_only() -> None:
    assert not search("relu", "biases", TRIES, seed=5).outside
    found = search("relu6", "biases", 60, seed=5)
    for slopes in CONVENTIONS["relu6"]:
        assert found.outside[slopes, 1] == 0
        assert (found.outside_of(slopes) > 0) == (sum(slopes) != 1)


def test_without_biases_each_slope_fails_and_never_with_independent_inputs() -> None:
    found = search("relu", "weights", 120, seed=0)
    assert all(found.outside_of(slopes) > 0 for slopes in CONVENTIONS["relu"])
    assert found.independent > 0 and found.outside_independent == 0


def test_a_failure_that_is_found_is_one() -> None:
    """The certificate holds for exact gradients at random points nearby, which the search never computed."""
    found = search("relu", "weights", 120, seed=0)
    rng = np.random.default_rng(0)
    for slopes, (tried, membership) in found.first.items():
        assert isinstance(membership.certificate, Separation)
        d = membership.certificate.direction
        returned = gradient(tried.network, tried.X, tried.T, slopes)
        assert returned == list(membership.backprop)
        size = len(returned)
        for _ in range(10):
            near = tried.network.moved(rng.integers(-(10**6), 10**6, size).tolist(), Fraction(1, 10**15))
            # A unit that stays on its kink here, behind dead ones, adds 0 whatever its slope.
            there = gradient(near, tried.X, tried.T, slopes)
            margin = sum(a * (b - c) for a, b, c in zip(d, there, returned, strict=True))
            assert margin > Fraction(1, 10**3)


@pytest.mark.parametrize("trained", ["weights and biases", "weights", "biases"])
def test_configurations_are_as_described(trained) -> None:
    source = configurations("relu6", trained, seed=3)
    batches = set()
    for _ in range(30):
        tried = next(source)
        batches.add(len(tried.X))
        zs, _ = forward(tried.network, tried.X)
        touched = sum((pieces_at("relu6", z) == ON_KINK).sum() for z in zs[:-1])
        assert 1 <= touched <= 6
        assert all((W != 0).all() and (abs(W) <= 3).all() for W in tried.network.W)
        if trained == "weights":
            assert not any(b.any() for b in tried.network.b)
    assert batches == set(BATCHES)


def test_independent_inputs() -> None:
    network = dense([[[1, -1]], [[1]]], trained="weights")
    T = exact([[0], [0]])
    assert independent_inputs(Configuration(network, exact([[1, 1], [1, 0]]), T))
    assert not independent_inputs(Configuration(network, exact([[1, 1], [2, 2]]), T))
