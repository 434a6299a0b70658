"""Envelopes against plain maxima, best fits against theory, training against a loop over single points."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from course_lib.networks import Maxout, Network
from course_lib.topics.maxout.experiment import (
    GRID,
    balanced_pieces,
    closest_convex,
    envelope,
    greatest_error,
    minimax_error,
    planes,
    train_units,
)


@pytest.mark.parametrize("seed", range(12))
def test_the_envelope_is_the_maximum_and_its_owners_win(seed):
    """Small whole numbers: many parallel pieces, equal ones, and several that cross in one point."""
    random = np.random.default_rng(seed)
    pieces = [(int(w), int(b)) for w, b in random.integers(-3, 4, (7, 2))]
    found = envelope(pieces)
    points = [Fraction(n, 12) for n in range(-120, 121)]
    for at in points:
        assert found.function.value(sp.Rational(at)) == sp.Rational(max(w * at + b for w, b in pieces))
    ends = [-sp.oo, *found.function.breakpoints, sp.oo]
    for low, high, owner in zip(ends, ends[1:], found.owners, strict=False):
        inside = low + 1 if high is sp.oo and low is not -sp.oo else high - 1 if low is -sp.oo else (low + high) / 2
        inside = sp.S.Zero if not inside.is_finite else inside
        values = [w * inside + b for w, b in pieces]
        assert values[owner] == max(values) and owner == values.index(max(values))
    # Every piece that is alone at the top somewhere on the line owns a branch.
    alone = {winners_[0] for at in points if len(winners_ := _greatest(pieces, at)) == 1}
    assert alone <= set(found.owners)


def _greatest(pieces, at):
    values = [w * at + b for w, b in pieces]
    return [i for i, value in enumerate(values) if value == max(values)]


def test_decimals_are_read_as_they_are_written():
    assert envelope([(0.1, 0), (1, 0)]).function.branch(0, "-").coeff(sp.Symbol("x", real=True)) == sp.Rational(1, 10)


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ([], r"pieces: got \[\]; accepted is a list of at least one pair"),
        ("ab", "pieces: got 'ab'; accepted is a list"),
        ([(1, 2), (1, 2, 3)], r"pieces\[1\]: got \(1, 2, 3\); accepted is a pair"),
        ([(1, float("nan"))], r"pieces\[0\]: got .*; accepted is a pair \(slope, intercept\) of finite numbers"),
        ([3], r"pieces\[0\]: got 3; accepted is a pair"),
    ],
)
def test_what_is_no_list_of_pairs_is_refused(pieces, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        envelope(pieces)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: balanced_pieces(0), ValueError, "count: got 0; accepted is a whole number of at least 1"),
        (lambda: balanced_pieces(2, -1), ValueError, "reach: got -1; accepted is a finite number above 0"),
        (lambda: minimax_error("−|x|", 2), ValueError, "target: got .*; accepted are 'x²', 'e\\^x'"),
        (lambda: train_units("x²", 2, tie="all"), ValueError, "tie: got 'all'; accepted are 'first', 'split'"),
        (lambda: train_units("x³"), ValueError, "target: got 'x³'"),
        (lambda: planes(0, 1), ValueError, "count: got 0"),
    ],
)
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=f"^{message}"):
        call()


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 16])
@pytest.mark.parametrize("reach", [1.0, 3.0])
def test_the_best_fit_of_the_square_is_off_by_half_of_one_over_k_squared(count, reach):
    theory = reach**2 / (2 * count**2)
    assert greatest_error(balanced_pieces(count, reach), reach) == pytest.approx(theory, rel=1e-12)
    assert greatest_error(balanced_pieces(count, reach, raised=False), reach) == pytest.approx(2 * theory, rel=1e-12)
    assert minimax_error("x²", count, reach) == pytest.approx(theory, rel=1e-3)


def test_no_random_pieces_are_better():
    random = np.random.default_rng(2)
    best = balanced_pieces(3)
    for _ in range(200):
        tried = np.array(best) + random.normal(size=(3, 2)) * random.choice([0.3, 0.03, 0.003])
        assert greatest_error(tried.tolist()) > 1 / 18


def test_the_best_line_for_the_exponential_is_the_textbooks():
    """Chebyshev: on [−1, 1] the slope is sinh 1, and the error (e − s·log s)/2 … with s the slope."""
    slope = np.sinh(1)
    tangent = np.log(slope)
    chord_at = np.exp(1) + slope * (tangent - 1)
    assert minimax_error("e^x", 1) == pytest.approx((chord_at - slope) / 2, rel=1e-6)


@pytest.mark.parametrize("tie", ["first", "split"])
def test_training_is_that_of_the_cores_layer(tie):
    """Plain steps along the gradient of the core's Maxout, whose mean squared error has no ½."""
    network = Network([Maxout(1, 3, 4, tie)], dtype="float64")
    units = train_units("x²", 4, seeds=1, steps=30, tie=tie)
    drawn = 0.5 * np.random.default_rng(0).standard_normal((2, 4))
    single = Network([Maxout(1, 1, 4, tie)], dtype="float64")
    single.W[0][0, :, 0], single.b[0][0] = drawn
    for _ in range(30):
        _, gradient = single.loss_and_gradient(GRID[:, None], GRID[:, None] ** 2, "mse")
        single.W[0] -= 0.25 * gradient.W[0]
        single.b[0] -= 0.25 * gradient.b[0]
    np.testing.assert_allclose(single.W[0][0, :, 0], units.slopes[0], atol=1e-12)
    np.testing.assert_allclose(single.b[0][0], units.intercepts[0], atol=1e-12)
    assert network.W[0].shape == (1, 12, 1)


def test_trained_units_come_near_the_theory_of_least_squares_and_never_below():
    units = train_units("x²", 4, 100)
    full = units.winning == 4
    square = 4 / (45 * 4**4)  # d⁴/180 with d = 2/4
    assert full.sum() >= 10 and square * 0.98 < units.square[full].min() < 1.1 * square
    assert 1 / 32 < units.error[full].min() < 1.1 * 2 / 48
    # A piece that did not move never won: it lies below the envelope of the others at the end.
    for unit in np.flatnonzero(units.still.any(1)):
        z = np.outer(GRID, units.slopes[unit]) + units.intercepts[unit]
        assert z[:, ~units.still[unit]].max() > z[:, units.still[unit]].min()


@pytest.mark.parametrize("target", [lambda x: np.sin(np.pi * x), lambda x: -abs(x), lambda x: x**3, lambda x: x**2])
def test_the_closest_convex_function_is_convex_and_no_other_is_closer(target):
    """It is the projection on a cone: the rest is at right angles to it, and points away from all convex functions."""
    wanted = target(GRID)
    found = closest_convex(wanted)
    assert np.diff(found, 2).min() > -1e-9
    rest = wanted - found
    assert abs(rest @ found) < 1e-8
    for other in (np.ones_like(GRID), GRID, -GRID, *(np.maximum(0, GRID - point) for point in GRID)):
        assert rest @ other < 1e-8


def test_the_closest_convex_function_to_a_roof_is_level_and_to_a_convex_one_itself():
    assert closest_convex(-abs(GRID)) == pytest.approx(np.full(201, np.mean(-abs(GRID))), abs=1e-9)
    assert closest_convex(np.exp(GRID)) == pytest.approx(np.exp(GRID), abs=1e-9)


@pytest.mark.parametrize("values", [[1.0], [[1.0, 2.0]], [0.0, float("nan")]])
def test_the_closest_convex_function_asks_for_a_list_of_numbers(values):
    with pytest.raises(ValueError, match="values: got .*; accepted is a list of at least two finite numbers"):
        closest_convex(values)


def test_losers_at_the_start_come_up_or_never_move():
    """A piece gets a gradient only where it wins: one that did not move has won at no step."""
    first, last = train_units("x²", 4, 100, steps=0), train_units("x²", 4, 100)
    lost = 400 - first.winning.sum()
    assert 0.5 < last.still.sum() / lost < 0.7
    assert first.winning[6] == 3 and last.winning[6] == 4 and not last.still[6].any()
