"""Born dead: the formula against enumeration of all sign patterns, and the count against the formula."""

from itertools import product

import numpy as np
import pytest

from course_lib.topics.dead_units.experiment import born_dead_probability, born_dead_shares, standard_error


@pytest.mark.parametrize("widths", [[1], [2], [2, 2], [1, 3], [3, 1, 2], [2, 2, 2, 2]])
def test_the_formula_counts_the_sign_patterns(widths) -> None:
    # On or off are equally likely as long as the layer below lives; a pattern with an empty layer is dead.
    patterns = list(product(*(product((0, 1), repeat=width) for width in widths)))
    dead = sum(not all(any(layer) for layer in pattern) for pattern in patterns)
    assert born_dead_probability(widths) == pytest.approx(dead / len(patterns))


@pytest.mark.parametrize(("depth", "value"), [(1, 0.25), (5, 0.763), (9, 0.925), (19, 0.996)])
def test_published_values_at_width_2(depth, value) -> None:
    assert round(born_dead_probability([2] * depth), 3) == value


@pytest.mark.parametrize("width", [2, 3, 5])
def test_counted_shares_lie_within_three_standard_errors(width) -> None:
    shares = born_dead_shares(width, 20, 2000)
    for depth, share in enumerate(shares, 1):
        p = born_dead_probability([width] * depth)
        assert abs(share - p) <= 3 * standard_error(p, 2000)
    assert (np.diff(shares) >= 0).all()


def test_other_seeds_give_other_networks() -> None:
    assert not np.array_equal(born_dead_shares(2, 9, 300, seed=0), born_dead_shares(2, 9, 300, seed=300))


def test_the_standard_error_is_the_spread_of_shares() -> None:
    shares = np.random.default_rng(0).binomial(400, 0.3, 20000) / 400
    assert standard_error(0.3, 400) == pytest.approx(shares.std(), rel=0.02)


@pytest.mark.parametrize("width", [0, -1, 2.5, True])
def test_a_width_must_be_a_whole_number(width) -> None:
    with pytest.raises(ValueError, match=f"widths: got {width}"):
        born_dead_probability([2, width])
