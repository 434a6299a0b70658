"""The keys of lesson 07 against pen and paper, and the counters that are wrong."""

import mpmath
import numpy as np
import pytest

from course_lib.topics.dead_units import exercises
from course_lib.topics.dead_units.experiment import counter_cases, units_dead_on

KEYS = {exercise.id: exercise.reference for exercise in exercises.EXERCISES}


@pytest.mark.parametrize(
    ("id", "key"),
    [
        ("dead_units.1", [True, False, False, True]),
        ("dead_units.2", [3 * 2, 3 * 1]),  # Only (2, 1) has z > 0; (1, 1) is on the kink, where the slope is 0.
        ("dead_units.3", 4),  # 0.8³ = 0.512 and 0.8⁴ = 0.41
        ("dead_units.4", float(mpmath.ncdf(0.2))),
        ("dead_units.5", float(mpmath.sqrt(2) * mpmath.erfinv(0.8))),
        ("dead_units.7", 1 - (7 / 8) ** 10),
        ("dead_units.8", 11),  # 20 · 2⁻¹¹ = 0.0098
        ("dead_units.9", 2000),
    ],
)
def test_the_keys_are_those_of_pen_and_paper(id, key):
    assert KEYS[id]() == pytest.approx(key)


def test_the_counters_differ_where_they_are_wrong():
    right = KEYS["dead_units.6"]()
    wrong = [exercises.counts_of_the_first_counter(rows) for rows in (32, None)]
    wrong += [exercises.batch_slope_counts(), exercises.never_on_counts()]
    assert len({tuple(counts) for counts in [right, *wrong]}) == 5
    for count, (network, X) in zip(right, counter_cases().values(), strict=True):
        _, gradient = network.loss_and_gradient(X, np.zeros(len(X), int))
        assert count == (gradient.W[0][0] == 0).all(-1).sum()


def test_the_predictions_are_measured():
    answers = [prediction.answer() for prediction in exercises.PREDICTIONS]
    assert answers == ["more on the batch", "about 92 of 100", "fewer than 1 in 20"]


def test_a_unit_dead_on_each_batch_is_dead_on_the_data():
    """What the prediction says in the end, counted over all batches of one division of the data."""
    network, X = counter_cases()["relu"]
    on_the_data = units_dead_on(network, X)[0][0]
    batches = np.array([units_dead_on(network, X[start : start + 32])[0][0] for start in range(0, len(X), 32)])
    assert np.array_equal(on_the_data, batches.all(0)) and (batches.any(0) & ~on_the_data).any()
    (prediction,) = (p for p in exercises.PREDICTIONS if p.id == "dead_units.p1")
    assert "never the other way" not in prediction.reveal and "need not mean dead on the data" in prediction.reveal
