"""Structural zeros against the pixels, kinks against lines solved by hand, the Cantor set against digits to base 3."""

from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from course_lib.topics.zeros import structure
from course_lib.topics.zeros.experiment import hunting_ground


def test_exact_sums_are_those_of_long_decimals() -> None:
    rng = np.random.default_rng(0)
    w, x, b = rng.standard_normal(50), rng.random(50), float(rng.standard_normal())
    with localcontext() as context:
        context.prec = 2000  # a float has fewer than 800 digits
        expected = sum((Decimal(float(v)) * Decimal(float(u)) for v, u in zip(w, x, strict=True)), Decimal(b))
    assert structure.exact_pre_activation(w, b, x) == Fraction(expected)
    assert structure.exact_pre_activation([np.float32(0.1)], 0.0, [np.float32(1)]) == Fraction(13421773, 2**27)


def test_patches_and_edges_have_their_places() -> None:
    squares = structure.patches().reshape(16, 28, 28)
    assert (squares.sum(0) == 1).all()
    for square in squares:
        rows, columns = np.nonzero(square)
        assert np.ptp(rows) == np.ptp(columns) == 6 and len(rows) == 49
    left = structure.pixels_of_edges()
    assert sorted(left.tolist()) == [28 * row + column for row in (8, 12, 16, 20) for column in (8, 12, 16, 20)]


@pytest.mark.parametrize("kind", ["black patches", "edges"])
def test_structural_zeros_are_those_of_the_pixels_in_every_precision(kind: str) -> None:
    share = structure.zero_shares_in_the_pixels(kind)
    assert structure.zero_shares(kind) == {"float16": share, "float32": share, "float64": share} and 0.2 < share < 0.8


def test_zeros_of_a_patch_are_exact_zeros_and_own_biases_make_none() -> None:
    X, _ = hunting_ground()
    network = structure.network_with("black patches", "float32")
    z = network.forward(X[:8]).pre_activations[0][0]
    for sample, unit in ((s, u) for s in range(8) for u in (0, 5, 15)):
        exact = structure.exact_pre_activation(network.W[0][0, unit], 0.0, X[sample])
        assert (exact == 0) == (z[sample, unit] == 0)
    assert structure.zero_shares("own biases")["float64"] == 0
    assert (structure.network_with("dead layer", "float32").forward(X).activations[0] == 0).all()


def test_the_slope_reaches_weights_only_through_inputs_that_are_not_0() -> None:
    """By hand, one sample at a time: ∂loss/∂w = δ · slope · x, summed over the samples at the kink."""
    assert structure.slope_changes("black patches") == (False, True)
    assert structure.slope_changes("dead layer") == (False, True)
    assert structure.slope_changes("edges") == (True, True)
    X, _ = hunting_ground()
    pixels, left = X[: structure.DIGITS_SHOWN], structure.pixels_of_edges()
    equal = pixels[:, left] == pixels[:, left + 1]
    assert (pixels[:, left][equal] != 0).any()  # equal, and not black: these reach the weights
    seen = structure.patches()[0]
    black = pixels[(pixels[:, seen] == 0).all(1)]
    assert len(black) and not black[:, seen].any()


@pytest.mark.parametrize("epoch", [0, structure.EPOCHS])
def test_crossings_are_solved_for(epoch: int) -> None:
    """Between two kinks of the first layer the second is linear, so it crosses 0 at most once there."""
    network = structure.trained_networks()[epoch]
    (W0, W1), (b0, b1) = ([values[0] for values in of[:2]] for of in (network.W, network.b))
    start, end = np.array(structure.START), np.array(structure.END)
    share = -(W0 @ start + b0) / (W0 @ (end - start))
    crossed = share[(share > 0) & (share < 1)]
    edges = np.sort(np.concatenate([[0, 1], crossed]))
    z = np.maximum((start + edges[:, None] * (end - start)) @ W0.T + b0, 0) @ W1.T + b1
    assert structure.crossings(epoch) == [len(crossed), np.count_nonzero(z[:-1] * z[1:] < 0)]


def test_training_sweeps_the_kinks_over_thousands_of_samples_and_none_is_ever_exactly_on_one() -> None:
    passed, exactly = structure.swept_samples()
    assert 3000 < passed < 10_000 and exactly == 0 and len(structure.trained_networks()) == structure.EPOCHS + 1


@pytest.mark.parametrize("stage", range(7))
def test_intervals_hold_the_fractions_without_a_digit_1(stage: int) -> None:
    left_ends = sorted(
        sum((Fraction(digit, 3 ** (k + 1)) for k, digit in enumerate(digits)), Fraction(0))
        for digits in product((0, 2), repeat=stage)
    )
    assert structure.intervals(stage) == [(a, a + Fraction(1, 3**stage)) for a in left_ends]
    assert [structure.interval_at("".join(word)) for word in product("LR", repeat=stage)] == structure.intervals(stage)


def test_a_point_is_the_sum_of_its_digits() -> None:
    for repeated, start in (("LR", ""), ("R", "L"), ("RLL", "RR"), ("L", "LRL")):
        word = (start + repeated * 60)[:100]
        series = sum((Fraction(2 * (letter == "R"), 3**k) for k, letter in enumerate(word, 1)), Fraction(0))
        assert abs(structure.point_at(repeated, start) - series) <= Fraction(1, 3 ** len(word))


def test_bad_arguments_are_named() -> None:
    for stage, error in ((13, ValueError), (True, TypeError)):
        with pytest.raises(error, match=f"stage: got {stage}; accepted is a whole number from 0 to 12"):
            structure.intervals(stage)
