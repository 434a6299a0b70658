"""What a learner is told: numbers as the lesson prints them, and slips with a name of their own."""

import math

import pytest

from course_lib.exercises import check


@pytest.mark.parametrize(
    ("exercise", "answer", "said"),
    [
        ("smooth.2", [-126 * math.log(2), -6.24], "smallest of all is 2⁻¹³³"),
        ("smooth.4", 8872, "becomes infinite"),
        ("smooth.4", 6654, "points 1/64 apart"),
        ("smooth.5", [-0.75, -0.17], "minimum of GELU"),
        ("smooth.5", [-0.7518, -0.17], "minimum of GELU"),
    ],
)
def test_slips_are_named(exercise, answer, said):
    result = check(exercise, answer)
    assert not result.passed and said in result.message
    assert "close" not in result.message


@pytest.mark.parametrize(
    ("exercise", "answer"), [("smooth.2", [-92.9, -6.2]), ("smooth.4", 10400), ("smooth.5", (-1.278, -0.278))]
)
def test_rounded_answers_pass(exercise, answer):
    assert check(exercise, answer).passed
