"""Keys of the first look, the proof and its critical reading against answers worked out by hand."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.exercise import predictions_of

x, h = sp.Symbol("x", real=True), sp.Symbol("h", positive=True)
either, quarter = sp.Symbol("h", real=True), sp.Rational(1, 4)
KEYS = {
    "start.1": 0,
    "start.2": sp.Rational(2, 3),
    "start.3": lambda x: np.where(np.asarray(x) > 0, 1.0, 0.0),
    "start.4": x,
    "start.5": [True, True, False],
    "start.6": sp.Interval(-sp.oo, 0),
    "proof.1": [False, False, False, False, True],
    "proof.2": lambda left, right: [sp.diff(left, x).subs(x, 0), sp.diff(right, x).subs(x, 0)],
    "proof.3": [h, 0],
    "proof.4": [sp.Rational(1, 10), 1],
    "proof.5": ["continuous", "left and right agree", "right limit exists"],
    "proof.6": {1},
    "proof.7": sp.Interval.Lopen(0, quarter),
    "proof.8": 2 / h,
    "proof.9": [0, 0, True],
    "reading.1": -sp.Symbol("dx", positive=True) / 2,
    "reading.2": 4,
}


@pytest.mark.parametrize("exercise", KEYS)
def test_keys(exercise: str) -> None:
    verdict = check(exercise, KEYS[exercise])
    assert verdict.passed, verdict


def test_predictions() -> None:
    lessons = ("start", "proof", "reading")
    right = {key: entry.right_option for lesson in lessons for key, entry in predictions_of(lesson).items()}
    assert right == {
        "start.p1": "different numbers",
        "proof.p1": "all four",
        "proof.p3": "the same number twice",
        "proof.p4": "only two",
    }


def scalar_if(x: float) -> float:
    if x > 0:
        return 1
    return 0


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        # What really went wrong with an array is named, and not Python's max each time.
        ("start.3", scalar_if, "ValueError in the line 'if x > 0:': if, and, or, and Python's max and min ask one yes"),
        (
            "start.3",
            lambda x: np.sign(np.max(0, x)),
            "np.max(a, b) takes b for an axis; np.maximum(a, b) compares them",
        ),
        ("start.3", lambda x: np.maximum(0, x) > 0, "At x = -2 your function returned False; return 1 for True"),
        ("start.3", lambda x: np.where(x > 0, True, False), "returned False; return 1 for True and 0 for False"),
        ("start.3", lambda x: (x > 0).astype(float), "a single value is no array and has no .astype; np.asarray makes"),
        (
            "start.3",
            lambda x: x > 0 if np.ndim(x) else float(x > 0),
            "an array of bool; return 1 for True and 0 for False",
        ),
        ("proof.1", [False, False, False, False, False], "Look at statement 5 again. Judge it by itself"),
        ("proof.1", [False, True, False, False, True], "the step crosses the kink and ends at 0.08"),
        # A slip in one place keeps its remark beside another.
        (
            "proof.1",
            [False, True, True, False, True],
            "3 of your 5 answers are right. Of the second: Look at statement 2",
        ),
        ("proof.3", [1, 7], "0 of your 2 answers are right."),
        ("proof.3", [h, 0.001], "1 of your 2 answers is right."),
        ("proof.4", [0.1, sp.Symbol("a")], "1 of your 2 answers is right. Of the second: Your answer contains a; "),
        (
            "proof.4",
            [0.1001, 1],
            "1 of your 2 answers is right. Of the first: You are close, but an exact value is asked",
        ),
        ("proof.9", [0, 1, True], "1 is the slope of ReLU itself."),
        ("proof.6", {2}, "Try 2: it is in your set, and it does not belong there."),
        ("reading.1", 0, "At 0 the whole step lies right of the kink"),
        ("reading.2", 5, "it does follow from the one before"),
        ("proof.6", {sp.Symbol("a")}, "Your set contains a; it is a set of numbers."),
        ("proof.2", [0, 1], "hand in the function itself"),
        ("proof.2", lambda left, right: [0, 1], "For the branches x/10 and x your function returned something"),
        ("proof.5", "left and right agree", "write a list of 3 answers"),
        ("proof.2", lambda left, right: [sp.limit(left, x, 0), sp.limit(right, x, 0)], "limits of the function itself"),
        ("proof.8", sp.oo, "That is where it goes as h shrinks."),
        ("start.6", (0, -np.inf), "Your interval runs from 0 to -oo; write the smaller end first."),
    ],
)
def test_feedback_names_what_happened(exercise: str, answer: object, words: str) -> None:
    verdict = check(exercise, answer)
    assert verdict.status == "not yet" and words in verdict.message, verdict.message


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        # f(0 + h) = max(0, h), for h of either sign: h as the proof defines it.
        ("proof.3", [sp.Max(0, either), sp.Max(0, either)]),
        ("proof.3", [(either + sp.Abs(either)) / 2, (either + sp.Abs(either)) / 2]),
        ("proof.3", [sp.Max(0, sp.Symbol("h"))] * 2),
        ("proof.3", [sp.Max(0, h), 0]),
        ("proof.3", [sp.Max(sp.Symbol("h"), 0), 0]),
        ("proof.4", (0.1, 1)),
        ("proof.6", 1),
        ("start.2", 2 / 3),
        ("start.5", [1, 1, 0]),
        ("start.5", ["True", True, "False"]),
        ("start.6", sp.Interval(-sp.oo, 0.0)),
    ],
)
def test_right_answers_in_other_forms(exercise: str, answer: object) -> None:
    verdict = check(exercise, answer)
    assert verdict.passed, verdict.message
