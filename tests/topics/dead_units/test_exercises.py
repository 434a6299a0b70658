"""The keys of this topic against pen and paper, and the counters that are wrong."""

import mpmath
import numpy as np
import pytest

from course_lib.exercises import check
from course_lib.networks import ACTIVATIONS
from course_lib.topics.dead_units import exercises, finding_exercises
from course_lib.topics.dead_units.experiment import counter_cases, units_dead_on

MODULES = (finding_exercises, exercises)
KEYS = {exercise.id: exercise.reference for module in MODULES for exercise in module.EXERCISES}


@pytest.mark.parametrize(
    ("id", "key"),
    [
        ("dead_units.1", [True, False, False, True]),
        ("dead_units.2", [3 * 2, 3 * 1]),  # Only (2, 1) has z > 0; (1, 1) is on the kink, where the slope is 0.
        ("dead_units.3", 4),  # 0.8³ = 0.512 and 0.8⁴ = 0.41
        ("dead_units.5", float(mpmath.sqrt(2) * mpmath.erfinv(0.8))),
        ("dead_units.8", 11),  # 20 · 2⁻¹¹ = 0.0098
        ("dead_units.9", 2000),
        ("dead_units.10", 1 / 7),  # x = 3 is the last to fall silent: 3 − 21η = 0
        ("dead_units.12", [False, False, False, True, True]),
        ("finding.1", [False, True, True, False, False]),
    ],
)
def test_the_keys_are_those_of_pen_and_paper(id, key):
    assert KEYS[id]() == pytest.approx(key)


def test_the_counted_networks_tell_every_activation_and_both_ends_apart():
    names = [
        network.layers[0].activation for network, _ in (case.arguments for case in finding_exercises.count_cases())
    ]
    assert set(ACTIVATIONS) <= set(names)
    for case in finding_exercises.count_cases():
        network, X = case.arguments
        _, gradient = network.loss_and_gradient(X, np.zeros(len(X), int))
        counted = KEYS["dead_units.6"]()(network, X)
        silent = (gradient.W[0][0] == 0).all(-1).sum()
        assert counted <= silent, case.words  # A unit may get no gradient because a layer above passes none.
        z = network.forward(X).pre_activations[0][0]
        assert not np.isin(z, ACTIVATIONS[network.layers[0].activation].breakpoints).any(), (
            "the kink is never asked for"
        )


def first_layer(network, X):
    return network.forward(X).pre_activations[0], ACTIVATIONS[network.layers[0].activation]


def unit_by_unit(network, X):
    z, activation = first_layer(network, X)
    return sum(all(activation.derivative(np.array([entry]))[0] == 0 for entry in unit) for unit in z[0].T)


WRONG_COUNTERS = {
    "slopes at the activations": lambda network, X: int(
        (first_layer(network, X)[1].derivative(network.forward(X).activations[0]) == 0).all((0, 1)).sum()
    ),
    "a formula for ReLU6 alone": lambda network, X: int(
        ((first_layer(network, X)[0] <= 0) | (first_layer(network, X)[0] >= 6)).all((0, 1)).sum()
    ),
    "a list of known activations": lambda network, X: (
        int((np.abs(first_layer(network, X)[0]) >= 1).all((0, 1)).sum())
        if network.layers[0].activation == "hard_tanh"
        else int((first_layer(network, X)[0] <= 0).all((0, 1)).sum()) * (network.layers[0].activation == "relu")
    ),
    "some sample instead of every sample": lambda network, X: int(
        (first_layer(network, X)[1].derivative(first_layer(network, X)[0]) == 0).any((0, 1)).sum()
    ),
    "the first 320 samples": lambda network, X: KEYS["dead_units.6"]()(network, X[:320]),
    "every second sample": lambda network, X: KEYS["dead_units.6"]()(network, X[::2]),
    "slopes near 0": lambda network, X: int(
        np.isclose(first_layer(network, X)[1].derivative(first_layer(network, X)[0]), 0).all((0, 1)).sum()
    ),
    "slopes that add up to 0": lambda network, X: int(
        (first_layer(network, X)[1].derivative(first_layer(network, X)[0]).sum((0, 1)) == 0).sum()
    ),
    "constant output": lambda network, X: int((np.ptp(network.forward(X).activations[0], axis=1) == 0).sum()),
}


def test_a_counter_of_slopes_is_right_in_any_spelling():
    assert check("dead_units.6", unit_by_unit).passed


@pytest.mark.parametrize("mistake", WRONG_COUNTERS)
def test_a_counter_that_is_wrong_for_some_activation_is_refused(mistake):
    assert check("dead_units.6", WRONG_COUNTERS[mistake]).status == "not yet"


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        ("dead_units.6", [10, 0, 34], "hand in the function itself"),
        ("dead_units.9", 1999, "You are close, but the answer has to be exact."),
        (
            "dead_units.1",
            [True, True, True, True],
            "2 of your 4 answers are right. Of the second: Look at the second unit",
        ),
        ("dead_units.2", [5, 10], "That is the second sample, where z = −1"),
        ("finding.1", [True, True, True, True, False], "Of the fourth: Look at the fourth: test samples are other"),
    ],
)
def test_feedback_names_what_happened(exercise, answer, words):
    verdict = check(exercise, answer)
    assert verdict.status == "not yet" and words in verdict.message, verdict.message


def test_a_step_at_the_deadly_rate_kills_and_a_shorter_one_does_not():
    x = np.array([1.0, 2.0, 3.0])
    for rate, dead in ((1 / 7 + 1e-9, True), (1 / 7 - 1e-9, False)):
        w, b = 1 - rate * x.sum(), -rate * 3
        assert ((w * x + b) <= 0).all() == dead


def test_the_interval_is_that_of_the_table_of_t():
    differences = np.array([10, -2, 13, 12, 4])
    reach = 2.776445 * differences.std(ddof=1) / 5**0.5  # 97.5 % of Student's t with 4 degrees of freedom
    assert KEYS["dead_units.11"]() == pytest.approx([7.4 - reach, 7.4 + reach], abs=1e-5)


def test_the_predictions_are_measured():
    answers = [prediction.answer() for module in MODULES for prediction in module.PREDICTIONS]
    assert answers == ["more on the batch", "about 92 of 100", "fewer than 1 in 20"]


def test_a_unit_dead_on_each_batch_is_dead_on_the_data():
    """And not the other way round: counted over all batches of one division of the data."""
    network, X = counter_cases()["relu"]
    on_the_data = units_dead_on(network, X)[0][0]
    batches = np.array([units_dead_on(network, X[start : start + 32])[0][0] for start in range(0, len(X), 32)])
    assert np.array_equal(on_the_data, batches.all(0)) and (batches.any(0) & ~on_the_data).any()
