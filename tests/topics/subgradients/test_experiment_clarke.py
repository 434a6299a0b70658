"""What the search finds among small networks, and that the failures it finds are real."""

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from course_lib.topics.subgradients import experiment
from course_lib.topics.subgradients.clarke import Separation, at_direction, ties
from course_lib.topics.subgradients.exact_networks import forward, gradient


@pytest.fixture(scope="module")
def without_biases() -> experiment.Findings:
    return experiment.search("relu", "weights", 120)


@pytest.mark.parametrize(
    ("T", "message"),
    [([1], r"T: got \[1\]; accepted are 2 targets"), ([0.5, 1], "accepted are whole numbers and fractions")],
)
def test_bad_targets_are_named(T, message) -> None:
    with pytest.raises(ValueError, match=message):
        experiment.one_hidden_layer([[0]], [1], [[1], [-1]], T)


def test_the_way_outward_leads_below_0_and_above_6_in_every_layer() -> None:
    """Slopes (0, 0) are those of one cell, by our argument for dense layers with trained weights and biases."""
    source = experiment.configurations("relu6", "weights and biases", seed=9)
    kinks = Counter()
    for _ in range(25):
        tried = next(source)
        direction, (zs, _) = experiment.outward(tried.network), forward(tried.network, tried.X)
        moved, _ = forward(tried.network.moved(direction, Fraction(1, 10**15)), tried.X)
        for layer, sample, unit in ties(tried.network, tried.X):
            before, after = zs[layer][sample, unit], moved[layer][sample, unit]
            kinks[before] += 1
            assert after < 0 if before == 0 else after > 6
        in_the_cell = at_direction(tried.network, tried.X, tried.T, direction)
        assert list(in_the_cell) == gradient(tried.network, tried.X, tried.T, (0, 0))
    assert min(kinks[0], kinks[6]) > 10


@pytest.mark.parametrize(("activation", "trained"), [
    ("relu", "weights and biases"), ("relu6", "weights and biases"), ("relu", "biases"),
])  # fmt: skip
def test_own_biases_never_fail_with_one_kink_or_with_trained_weights(activation, trained) -> None:
    findings = experiment.search(activation, trained, 25)
    assert sum(findings.decided.values()) >= 20 and not findings.outside
    assert sum(findings.decided.values()) + findings.undecided == 25


def test_without_biases_each_slope_fails_and_never_with_independent_inputs(without_biases) -> None:
    assert all(without_biases.outside_of(slopes) > 0 for slopes in experiment.CONVENTIONS["relu"])
    assert 0 < without_biases.independent < sum(without_biases.decided.values())
    assert without_biases.outside_independent == 0


def test_a_failure_that_is_found_is_one(without_biases) -> None:
    """The certificate holds for exact gradients at random points nearby, which the search never computed."""
    rng = np.random.default_rng(0)
    for slopes, (tried, verdict) in without_biases.first.items():
        assert isinstance(verdict.certificate, Separation)
        d = verdict.certificate.direction
        returned = gradient(tried.network, tried.X, tried.T, slopes)
        assert returned == list(verdict.backprop)
        for _ in range(10):
            step = rng.integers(-(10**6), 10**6, len(returned)).tolist()
            near = tried.network.moved(step, Fraction(1, 10**15))
            # A unit that stays on its kink here, behind dead ones, adds 0 whatever its slope.
            there = gradient(near, tried.X, tried.T, slopes)
            assert sum(a * (b - c) for a, b, c in zip(d, there, returned, strict=True)) > Fraction(1, 10**3)


@pytest.mark.parametrize("trained", ["weights and biases", "weights", "biases"])
def test_configurations_are_as_described(trained) -> None:
    source = experiment.configurations("relu6", trained, seed=3)
    batches = set()
    for _ in range(30):
        tried = next(source)
        batches.add(len(tried.X))
        assert 1 <= len(ties(tried.network, tried.X)) <= 6
        assert all((W != 0).all() and (abs(W) <= 3).all() for W in tried.network.W)
        assert (abs(tried.X) <= 3).all() and (abs(tried.T) <= 4).all()
        assert trained != "weights" or not any(b.any() for b in tried.network.b)
    assert batches == set(experiment.BATCHES)


@pytest.mark.parametrize(("x", "independent"), [([1, 0], True), ([2, 2], False)])
def test_independent_inputs(x, independent) -> None:
    tried = experiment.one_hidden_layer([[1, -1]], [1], [[1, 1], x], [0, 0])
    assert experiment.independent_inputs(tried) == independent
