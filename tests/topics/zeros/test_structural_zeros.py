"""Structural zeros against the pixels, and exact sums against decimals."""

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest

from course_lib.topics.zeros.experiment import hunting_ground
from course_lib.topics.zeros.structure import (
    KINDS,
    exact_pre_activation,
    network_with,
    patches,
    pixels_of_edges,
    zero_shares,
    zero_shares_in_the_pixels,
)


def test_exact_sums_are_those_of_long_decimals() -> None:
    rng = np.random.default_rng(0)
    w, x, b = rng.standard_normal(50), rng.random(50), float(rng.standard_normal())
    with localcontext() as context:
        context.prec = 2000  # a float has fewer than 800 digits
        expected = sum((Decimal(float(v)) * Decimal(float(u)) for v, u in zip(w, x, strict=True)), Decimal(b))
    assert exact_pre_activation(w, b, x) == Fraction(expected)


def test_single_precision_numbers_stand_for_themselves() -> None:
    assert exact_pre_activation([np.float32(0.1)], 0.0, [np.float32(1)]) == Fraction(13421773, 2**27)


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError):
        exact_pre_activation([1.0], 0.0, [1.0, 2.0])


def test_patches_tile_the_picture_as_squares() -> None:
    squares = patches().reshape(16, 28, 28)
    assert (squares.sum(0) == 1).all()
    for square in squares:
        rows, columns = np.nonzero(square)
        assert np.ptp(rows) == np.ptp(columns) == 6 and len(rows) == 49


def test_edges_compare_neighbours_in_one_row() -> None:
    left = pixels_of_edges()
    assert len(set(left.tolist())) == 16 and (left % 28 < 27).all()


@pytest.mark.parametrize("kind", ["black patches", "edges"])
def test_structural_zeros_are_those_of_the_pixels_in_every_precision(kind: str) -> None:
    shares = zero_shares(kind)
    assert set(shares.values()) == {zero_shares_in_the_pixels(kind)}
    assert 0.2 < shares["float64"] < 0.8


def test_zeros_of_a_unit_are_exact_zeros() -> None:
    X, _ = hunting_ground()
    network = network_with("black patches", "float32")
    z = network.forward(X[:8]).pre_activations[0][0]
    for sample, unit in ((s, u) for s in range(8) for u in (0, 5, 15)):
        exact = exact_pre_activation(network.W[0][0, unit], 0.0, X[sample])
        assert (exact == 0) == (z[sample, unit] == 0)


def test_a_dead_layer_and_own_biases() -> None:
    assert set(zero_shares("dead layer", samples=256).values()) == {1.0}
    assert zero_shares("own biases", samples=256)["float64"] == 0
    X, _ = hunting_ground()
    assert (network_with("dead layer", "float32").forward(X).activations[0] == 0).all()


def test_bad_kinds_are_named() -> None:
    with pytest.raises(ValueError, match=f"kind: got 'bad'; accepted are {', '.join(KINDS)}"):
        network_with("bad", "float32")
    with pytest.raises(ValueError, match="kind: got 'dead layer'"):
        zero_shares_in_the_pixels("dead layer")
