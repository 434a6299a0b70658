"""Keys of lesson 01 against answers worked out by hand; feedback on 1.5 names the functions that fooled a routine."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.exercise import predictions_of
from course_lib.topics.limits.exercises import FUNCTIONS_OF_1_5, wrong_lists_of_1_5, x

NAMES = ("sin(π/x)", "sin(2π log₂ x)", "x·sin(1/x)", "√x")
a, h = sp.symbols("a h", positive=True)
KEYS = {
    "limits.1": -2,
    "limits.2": lambda x: (np.exp(x + 0.5) - np.exp(x)) / 0.5,
    "limits.3": sp.cbrt(a / 2),
    "limits.4": 0,
    "limits.5": [False, False, True, True],
    "limits.6": 1,
    "limits.7": {0},
    "limits.8": (1 + sp.Symbol("a", real=True)) / 2,
}


def test_keys_and_predictions() -> None:
    assert [exercise for exercise, answer in KEYS.items() if not check(exercise, answer).passed] == []
    assert len(wrong_lists_of_1_5()) == 15 and KEYS["limits.5"] not in wrong_lists_of_1_5()
    right = [prediction.right_option for prediction in predictions_of("limits").values()]
    assert right == ["only x·sin(1/x)", "h = 10⁻⁸", "½ for every h"]


def said_of(steps: np.ndarray) -> list[bool]:
    return [bool(np.ptp(sp.lambdify(x, f)(steps)) < 0.1) for f in FUNCTIONS_OF_1_5]


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
    verdict = check("limits.5", said_of(steps))
    assert verdict.status == "not yet"
    sentences = [words for words in verdict.message.split(". ") if " passed for " in words or " taken " in words]
    assert {name for name in NAMES if any(sentence.startswith(f"{name} ") for sentence in sentences)} == fooled_by
    assert len(sentences) == len(fooled_by)


@pytest.mark.parametrize(
    "steps", [np.linspace(0.001, 0.0001, 50), 10.0 ** -np.random.default_rng(0).uniform(3, 9, 200)]
)
def test_steps_without_a_pattern_in_common_pass(steps: np.ndarray) -> None:
    assert check("limits.5", said_of(steps)).passed
