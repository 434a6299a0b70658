"""The keys of lesson 07 against independent computations."""

import mpmath
import numpy as np
import pytest

from course_lib.exercises import lesson_07_keys as keys
from course_lib.networks import Network


def test_dead_behind_a_relu_layer_by_search() -> None:
    h = np.abs(np.random.default_rng(0).standard_normal((5000, 2))) * np.array([[1], [100]]).repeat(2500, 0)
    h[0] = 0
    found = [bool((h @ np.array(w) + b <= 0).all()) for w, b in keys.SECOND_LAYER_UNITS]
    assert keys.dead_behind_a_relu_layer() == found == [True, False, False, True]


def test_the_weight_gradient_is_that_of_a_difference_quotient() -> None:
    # The third sample lies on the kink; left of it the unit is off, which is what slope 0 stands for.
    def loss(w):
        return keys.UPSTREAM[:2] @ np.maximum(keys.SAMPLES[:2] @ w, 0)

    step = 1e-6
    quotients = [
        (loss(keys.UNIT_WEIGHTS + step * e) - loss(keys.UNIT_WEIGHTS - step * e)) / (2 * step) for e in np.eye(2)
    ]
    assert keys.weight_gradient() == pytest.approx(quotients) and keys.SAMPLES[2] @ keys.UNIT_WEIGHTS == 0


def test_steps_until_revived_by_training_one_weight() -> None:
    h, steps = 1.0, 0
    while 0.5 - h <= 0:
        h -= 0.1 * 2 * h
        steps += 1
    assert keys.steps_until_revived() == steps


def test_normal_probabilities() -> None:
    assert keys.probability_at_half() == pytest.approx(float(mpmath.ncdf(0.2)))
    assert float(mpmath.ncdf(keys.bias_for_nine_in_ten())) == pytest.approx(0.9)


def test_born_dead() -> None:
    assert keys.born_dead_with_three() == pytest.approx(1 - (7 / 8) ** 10)
    width = keys.least_width()
    assert 1 - (1 - 2.0**-width) ** 20 < 0.01 <= 1 - (1 - 2.0 ** -(width - 1)) ** 20


def test_a_leaky_bias_arrives_after_as_many_steps() -> None:
    b, steps = -2.0, 0
    while b < -1e-9:
        b, steps = b + 0.1 * 0.01, steps + 1
    assert keys.steps_of_a_leaky_unit() == steps


def test_the_counters_differ_where_they_are_wrong() -> None:
    right = keys.dead_counts()
    wrong = [
        keys.counts_of_the_first_counter(),
        keys.counts_of_the_first_counter(None),
        keys.batch_slope_counts(),
        keys.never_on_counts(),
    ]
    assert len({tuple(counts) for counts in [right, *wrong]}) == 5
    for count, (network, X) in zip(right, keys.counter_cases().values(), strict=True):
        _, gradient = network.loss_and_gradient(X, np.zeros(len(X), int))
        assert count == (gradient.W[0][0] == 0).all(-1).sum()
        assert isinstance(network, Network)
