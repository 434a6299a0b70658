"""What counts as data, as parameters and as activations."""

import pytest

from benchmarks.peer_memory import expected, peak_of
from benchmarks.peer_works import WORKS, problem


def test_memory_is_counted_from_the_shapes(small):
    # 2 replicas of 3-2: (3 + 1)·2 weights each; 8 samples of 3 + 1 inputs and 2 labels; 4·3 inputs and 2·4·2 outputs.
    counted = expected(small, peak=1200)
    assert counted == (1200, 4 * 16 * 4, 8 * 6 * 4, (12 + 16) * 4)
    assert counted.ratio == pytest.approx((1200 - 256 - 192) / 112)
    assert counted.with_copies == pytest.approx((1200 - 192) / 112)


def test_the_peak_holds_what_training_cannot_do_without():
    given = problem(WORKS[-1]._replace(steps=4, epochs=1))
    counted = expected(given, peak_of(given))
    assert counted.peak > counted.parameters + counted.data
