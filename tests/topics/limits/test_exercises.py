"""Keys of *Take one-sided limits* against answers worked out by hand; feedback names what fooled a routine."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.exercise import predictions_of
from course_lib.topics.limits.exercises import NAMES, routine_with

KEYS = {
    "limits.1": -2,
    "limits.5": routine_with(10.0 ** -np.random.default_rng(0).uniform(3, 9, 200)),
    "limits.6": 1,
    "limits.7": {0},
    "limits.9": (2.0, 1),
}


def test_keys_and_predictions() -> None:
    assert [exercise for exercise, answer in KEYS.items() if not check(exercise, answer).passed] == []
    right = [prediction.right_option for prediction in predictions_of("limits").values()]
    assert right == ["only x·sin(1/x)", "sin(π/x)"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([5, 5], "5 is the value at 1."),
        ([1, 2], "The sides are swapped"),
        ([2, 3], "1 of your 2 answers is right."),
        ([2, 5], "which formula holds there?"),
        (2, "write a list of 2 answers"),
    ],
)
def test_the_value_at_the_point_is_no_limit(answer: object, words: str) -> None:
    verdict = check("limits.9", answer)
    assert verdict.status == "not yet" and words in verdict.message, verdict.message


@pytest.mark.parametrize(
    ("steps", "fooled_by"),
    [
        (10.0 ** -np.arange(3, 10), {"sin(π/x)"}),
        (2.0 ** -np.arange(10, 31), {"sin(π/x)", "sin(2π log₂ x)"}),
        (2.0 ** -np.arange(3, 10), set(NAMES)),
        (np.random.default_rng(0).uniform(0, 1, 200), {"x·sin(1/x)", "√x"}),
    ],
)
def test_each_function_that_fools_a_routine_is_named(steps: np.ndarray, fooled_by: set[str]) -> None:
    verdict = check("limits.5", routine_with(steps))
    assert verdict.status == "not yet"
    sentences = [words for words in verdict.message.split(". ") if " passed for " in words or " taken " in words]
    assert {name for name in NAMES if any(words.startswith(f"{name} ") for words in sentences)} == fooled_by
    assert len(sentences) == len(fooled_by)


@pytest.mark.parametrize(
    "steps", [np.linspace(0.001, 0.0001, 50), 10.0 ** -np.random.default_rng(0).uniform(3, 9, 200)]
)
def test_steps_without_a_pattern_in_common_pass(steps: np.ndarray) -> None:
    assert check("limits.5", routine_with(steps)).passed


@pytest.mark.parametrize("first", [0.7, 1.3, 7, np.e, np.pi])
@pytest.mark.parametrize("ratio", [3, 7, 10])
def test_a_step_divided_by_one_number_each_time_is_fooled_whatever_the_first(first: float, ratio: int) -> None:
    verdict = check("limits.5", routine_with(first * float(ratio) ** -np.arange(7, 14)))
    assert verdict.status == "not yet" and "passed for settled" in verdict.message


def test_a_list_of_two_is_told_that_it_is_an_interval() -> None:
    assert "write {0, 1}" in check("limits.7", [0, 1]).message and "numerator" in check("limits.1", sp.oo).message


def test_luck_with_the_four_candidates_is_not_enough() -> None:
    """A typed list has no place; two steps that happen to be right on the four fail on others of their kind."""
    assert "hand in the function itself" in check("limits.5", [False, False, True, True]).message
    lucky = check("limits.5", routine_with(np.array([1e-3, 0.37e-3])))
    assert lucky.status == "not yet" and lucky.message.startswith("The four candidates are right. Of the others, ")
    for said in (True, False):
        assert check("limits.5", lambda f, said=said: said).status == "not yet"
