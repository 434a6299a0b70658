"""The keys of lesson 07 against independent computations."""

import mpmath
import numpy as np
import pytest

from course_lib.networks import Network
from course_lib.topics.dead_units import exercises


def test_dead_behind_a_relu_layer_by_search() -> None:
    h = np.abs(np.random.default_rng(0).standard_normal((5000, 2))) * np.array([[1], [100]]).repeat(2500, 0)
    h[0] = 0
    found = [bool((h @ np.array(w) + b <= 0).all()) for w, b in exercises.SECOND_LAYER_UNITS]
    assert exercises.dead_behind_a_relu_layer() == found == [True, False, False, True]


def test_the_weight_gradient_is_that_of_a_difference_quotient() -> None:
    # The third sample lies on the kink; left of it the unit is off, which is what slope 0 stands for.
    def loss(w):
        return exercises.UPSTREAM[:2] @ np.maximum(exercises.SAMPLES[:2] @ w, 0)

    step = 1e-6
    weights = exercises.UNIT_WEIGHTS
    quotients = [(loss(weights + step * e) - loss(weights - step * e)) / (2 * step) for e in np.eye(2)]
    assert exercises.weight_gradient() == pytest.approx(quotients) and exercises.SAMPLES[2] @ weights == 0


def test_steps_until_revived_by_training_one_weight() -> None:
    h, steps = 1.0, 0
    while 0.5 - h <= 0:
        h -= 0.1 * 2 * h
        steps += 1
    assert exercises.steps_until_revived() == steps


def test_normal_probabilities() -> None:
    assert exercises.probability_at_half() == pytest.approx(float(mpmath.ncdf(0.2)))
    assert float(mpmath.ncdf(exercises.bias_for_nine_in_ten())) == pytest.approx(0.9)


def test_born_dead() -> None:
    assert exercises.born_dead_with_three() == pytest.approx(1 - (7 / 8) ** 10)
    width = exercises.least_width()
    assert 1 - (1 - 2.0**-width) ** 20 < 0.01 <= 1 - (1 - 2.0 ** -(width - 1)) ** 20


def test_a_leaky_bias_arrives_after_as_many_steps() -> None:
    b, steps = -2.0, 0
    while b < -1e-9:
        b, steps = b + 0.1 * 0.01, steps + 1
    assert exercises.steps_of_a_leaky_unit() == steps


def test_the_counters_differ_where_they_are_wrong() -> None:
    right = exercises.dead_counts()
    wrong = [
        exercises.counts_of_the_first_counter(),
        exercises.counts_of_the_first_counter(None),
        exercises.batch_slope_counts(),
        exercises.never_on_counts(),
    ]
    assert len({tuple(counts) for counts in [right, *wrong]}) == 5
    for count, (network, X) in zip(right, exercises.counter_cases().values(), strict=True):
        _, gradient = network.loss_and_gradient(X, np.zeros(len(X), int))
        assert count == (gradient.W[0][0] == 0).all(-1).sum()
        assert isinstance(network, Network)
