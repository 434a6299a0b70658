"""Rounding once and twice against exact sums."""

from fractions import Fraction

import numpy as np

from course_lib.topics.zeros.experiment import rounded_once, rounded_twice, zeros_by_rounding


def nearest_half(value: Fraction) -> float:
    """The half-precision number next to a fraction of at most 53 bits."""
    assert Fraction(float(value)) == value
    return float(np.float16(float(value)))


def test_rounding_once_is_the_nearest_number_to_the_exact_sum() -> None:
    """Few short terms: the sum in single precision is exact, so there is one rounding in all."""
    rng = np.random.default_rng(0)
    W = (rng.integers(-1023, 1024, (5, 3)) / 1024).astype(np.float16)
    X = (rng.integers(0, 256, (4, 3)) / 256).astype(np.float16)
    b = (rng.integers(-1023, 1024, 5) / 1024).astype(np.float16)
    once, twice = rounded_once(W, b, X), rounded_twice(W, b, X)
    differ = 0
    for i, x in enumerate(X):
        for j, w in enumerate(W):
            sums = sum((Fraction(float(v)) * Fraction(float(u)) for v, u in zip(w, x, strict=True)), Fraction(0))
            bias = Fraction(float(b[j]))
            assert once[i, j] == nearest_half(sums + bias)
            assert twice[i, j] == nearest_half(Fraction(nearest_half(sums)) + bias)
            differ += once[i, j] != twice[i, j]
    assert differ > 0 and once.dtype == twice.dtype == np.float16


def test_rounding_early_makes_many_more_zeros() -> None:
    once, twice, count = zeros_by_rounding(networks=2)
    assert count == 2 * 256 * 4096
    assert twice > 20 and once <= 5
