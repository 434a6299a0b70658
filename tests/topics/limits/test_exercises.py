"""Feedback on a routine for exercise 1.5: it names the functions that fooled that routine, and no others."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.topics.limits.exercises import FUNCTIONS_OF_1_5, has_limit, wrong_lists_of_1_5, x

NAMES = ("sin(π/x)", "sin(2π log₂ x)", "x·sin(1/x)", "√x")


def said_of(steps: np.ndarray) -> list[bool]:
    return [bool(np.ptp(sp.lambdify(x, f)(steps)) < 0.1) for f in FUNCTIONS_OF_1_5]


@pytest.mark.parametrize(
    ("steps", "fooled_by"),
    [
        (10.0 ** -np.arange(3, 10), {"sin(π/x)"}),
        (2.0 ** -np.arange(10, 31), {"sin(π/x)", "sin(2π log₂ x)"}),
        (2.0 ** -np.arange(3, 10), set(NAMES)),
        (3.0 ** -np.arange(3, 10), {"sin(π/x)", "√x"}),
        (np.random.default_rng(0).uniform(0, 1, 200), {"x·sin(1/x)", "√x"}),
    ],
)
def test_each_function_that_fools_a_routine_is_named(steps: np.ndarray, fooled_by: set[str]) -> None:
    verdict = check("1.5", said_of(steps))
    assert verdict.status == "not yet"
    sentences = [words for words in verdict.message.split(". ") if " passed for " in words or " taken " in words]
    assert {name for name in NAMES if any(sentence.startswith(f"{name} ") for sentence in sentences)} == fooled_by
    assert len(sentences) == len(fooled_by)


@pytest.mark.parametrize(
    "steps", [np.linspace(0.001, 0.0001, 50), 10.0 ** -np.random.default_rng(0).uniform(3, 9, 200)]
)
def test_steps_without_a_pattern_in_common_pass(steps: np.ndarray) -> None:
    assert check("1.5", said_of(steps)).passed


def test_every_list_but_the_right_one_is_answered() -> None:
    right = [has_limit(f) for f in FUNCTIONS_OF_1_5]
    lists = wrong_lists_of_1_5()
    assert len(lists) == 2 ** len(right) - 1
    assert right not in lists
