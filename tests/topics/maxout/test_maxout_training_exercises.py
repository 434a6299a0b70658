"""What the checkers of *Train maxout* take for right, and what they say to common slips."""

import numpy as np
import pytest

from course_lib.exercises import check
from course_lib.topics.maxout.training_exercises import kernel_cases


def test_no_two_pieces_tie_and_each_wins_somewhere():
    for case in kernel_cases():
        w, b, x = case.arguments
        z = np.outer(x, w) + b
        assert set(z.argmax(1)) == set(range(len(w)))
        assert len(w) == 1 or np.diff(np.sort(z, axis=1)[:, -2:], axis=1).min() > 0.1


def by_a_jacobian(w, b, x):
    z = np.outer(x, w) + b
    wins = z == z.max(1, keepdims=True)
    J = np.hstack([x[:, None] * wins, wins])
    return J @ J.T


def first_piece_or_not(w, b, x):
    first = (np.outer(x, w) + b).argmax(1) == 0
    return (first[:, None] == first) * (1 + np.outer(x, x))


def without_intercepts(w, b, x):
    winner = np.outer(x, w).argmax(1)
    return (winner[:, None] == winner) * (1 + np.outer(x, x))


def no_root(errors):
    d = ((errors[1, 0] - errors[1, 1]) - (errors[0, 0] - errors[0, 1])).mean(-1)
    return [d.mean(), d.std(ddof=1)]


def over_the_starts(errors):
    d = ((errors[1, 0] - errors[1, 1]) - (errors[0, 0] - errors[0, 1])).mean(0)
    return [d.mean(), d.std(ddof=1) / np.sqrt(len(d))]


def test_a_kernel_by_way_of_the_jacobian_passes():
    assert "passed" in str(check("maxout_training.2", by_a_jacobian))


@pytest.mark.parametrize(
    ("exercise", "answer", "feedback"),
    [
        ("maxout_training.1", [-2, -1, 10], "That is K·r"),
        ("maxout_training.1", [0.2, 0.1, -1.8], "trained the output weight"),
        ("maxout_training.2", first_piece_or_not, "only whether the first piece wins"),
        ("maxout_training.2", without_intercepts, "without their intercepts"),
        ("maxout_training.5", no_root, "divide it by √n"),
        ("maxout_training.5", over_the_starts, "the other way round"),
    ],
)
def test_a_slip_gets_its_own_words(exercise, answer, feedback):
    text = str(check(exercise, answer))
    assert "not yet" in text and feedback in text
