"""What the checkers of *Learn the activation* take for right, and what they say to common slips."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.topics.maxout.exercises import FourNumbers


@pytest.mark.parametrize(
    "answer",
    [
        [0, 0, 1, -6],
        [(0, 0), (1, -6)],
        ((0, 0), [1, sp.Integer(-6)]),
        np.array([[0, 0], [1, -6]]),
        [np.array([0, 0]), np.array([1, -6])],
    ],
)
def test_two_pieces_may_be_written_as_pairs(answer):
    assert "passed" in str(check("maxout.5", answer))


@pytest.mark.parametrize(
    ("exercise", "answer", "feedback"),
    [
        ("maxout.1", lambda a: (np.array([a, 1]), np.array([0, 0])), "the two slopes, then the two intercepts"),
        ("maxout.2", [True, False, False, False, False, True], "Look at max(|x|, 1) again"),
        ("maxout.3", 1 / 6, "least squared error"),
        ("maxout.3", 4.5, "a single piece for the whole interval"),
        ("maxout.4", [-2, 26 / 3, 0], "mean over the samples"),
        ("maxout.4", [6, -26, 0], "downhill"),
        ("maxout.5", [(1, -6), (0, 0)], "the one that wins on the left comes first"),
        ("maxout.5", [(-1, 6), (0, 0)], "grows towards the left"),
        ("maxout.5", [1, 0, 0, 6], "lines of ReLU6 itself"),
        ("maxout.5", [(0, 0), (1, -6), (0, 0)], "the exercise asks for 4"),
    ],
)
def test_a_slip_gets_its_own_words(exercise, answer, feedback):
    text = str(check(exercise, answer))
    assert "not yet" in text and feedback in text


def test_a_gap_in_a_pair_is_a_gap():
    assert "not attempted" in str(check("maxout.5", [(0, 0), (1, ...)]))
    assert FourNumbers().read([(0, 0), (1, -6)]) == (0, 0, 1, -6)
