"""A sample of random functions, the same on every machine, each answer judged by numbers of hundreds of digits.

`python -m benchmarks.fuzz_calculus` asks about thousands.
"""

from collections import Counter

import pytest

from benchmarks.questions import HEADER, outcomes
from benchmarks.random_functions import random_function

FUNCTIONS = 12


@pytest.fixture(scope="module")
def answers():
    return [outcome for number in range(FUNCTIONS) for outcome in outcomes(random_function(number), number)]


@pytest.mark.parametrize("kind", ["wrong", "foreign"])
def test_no_answer_is(kind, answers):
    found = [f"{outcome.call}  # {outcome.detail}" for outcome in answers if outcome.kind == kind]
    assert found == [], HEADER


def test_most_answers_are_judged_right(answers):
    shares = {kind: count / len(answers) for kind, count in Counter(outcome.kind for outcome in answers).items()}
    assert shares["right"] > 0.85
    assert shares.get("undecided", 0) + shares.get("disagreement", 0) < 0.05
