"""A ratio of times, with functions whose times are known."""

import time

import pytest

from course_lib.topics.training.experiment import times_as_fast


def test_the_ratio_is_that_of_the_waiting_times() -> None:
    # A sleep never takes less than asked, and the least of several rounds is close to it.
    ratio = times_as_fast(lambda: time.sleep(0.05), lambda: time.sleep(0.005))
    assert 5 < ratio < 11


def test_the_order_of_the_two_matters() -> None:
    assert times_as_fast(lambda: None, lambda: time.sleep(0.01)) < 0.1


def test_rounds_are_checked() -> None:
    with pytest.raises(ValueError, match="rounds must be a whole number of at least 1, not 0"):
        times_as_fast(lambda: None, lambda: None, rounds=0)
