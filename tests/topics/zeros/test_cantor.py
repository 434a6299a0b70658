"""The Cantor set against digits to base 3 and against brute force."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from course_lib.topics.zeros.structure import distance, interval_at, intervals, missing, point_at


@pytest.mark.parametrize("stage", range(7))
def test_intervals_hold_the_fractions_without_a_digit_1(stage: int) -> None:
    left_ends = sorted(
        sum((Fraction(digit, 3 ** (k + 1)) for k, digit in enumerate(digits)), Fraction(0))
        for digits in product((0, 2), repeat=stage)
    )
    assert intervals(stage) == [(a, a + Fraction(1, 3**stage)) for a in left_ends]


def test_addresses_lead_to_the_intervals_in_order() -> None:
    words = ["".join(word) for word in product("LR", repeat=4)]
    assert [interval_at(word) for word in words] == intervals(4)
    assert interval_at("") == (0, 1)


def test_a_point_is_the_sum_of_its_digits() -> None:
    for repeated, start in (("LR", ""), ("R", "L"), ("RLL", "RR"), ("L", "LRL")):
        word = (start + repeated * 60)[:100]
        series = sum((Fraction(2 * (letter == "R"), 3**k) for k, letter in enumerate(word, 1)), Fraction(0))
        assert abs(point_at(repeated, start) - series) <= Fraction(1, 3 ** len(word))


def test_a_quarter_is_in_the_set_and_no_end() -> None:
    quarter = point_at("LR")
    assert quarter == Fraction(1, 4) and distance(quarter) == 0
    assert all(quarter not in pair for stage in range(9) for pair in intervals(stage))


def test_distance_against_all_ends_of_a_deep_stage() -> None:
    rng = np.random.default_rng(0)
    ends = [end for pair in intervals(9) for end in pair]
    for numerator in rng.integers(0, 1001, 60).tolist():
        x = Fraction(numerator, 1000)
        nearest = min(abs(x - end) for end in ends)
        # The set has a point within the length of an interval of stage 9, and its ends belong to the set.
        assert distance(x) <= nearest <= distance(x) + Fraction(1, 3**9)


def test_the_diagonal_differs_from_every_address() -> None:
    rng = np.random.default_rng(1)
    for size in (1, 5, 30):
        listed = ["".join(rng.choice(["L", "R"], size)) for _ in range(size)]
        new = missing(listed)
        assert len(new) == size and all(new[k] != listed[k][k] for k in range(size))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: intervals(13), "stage: got 13; accepted are whole numbers from 0 to 12"),
        (lambda: intervals(True), "stage: got True"),
        (lambda: interval_at("LX"), "address: got 'LX'"),
        (lambda: point_at(""), "repeated: got no letter"),
        (lambda: distance(Fraction(3, 2)), "x: got 3/2"),
        (lambda: missing(["LL", "R"]), r"addresses\[1\]: got 'R'"),
    ],
)
def test_bad_arguments_are_named(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
