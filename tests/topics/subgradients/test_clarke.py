"""Hulls against a linear programme; cells and Clarke sets by two methods, and against sets worked out by hand."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from course_lib.topics.subgradients import clarke
from course_lib.topics.subgradients.exact_networks import Configuration, configurations, dense, exact, ties
from course_lib.topics.subgradients.experiment import CONVENTIONS


def in_hull(points, target) -> bool:
    A = np.vstack([np.array(points, float).T, np.ones(len(points))])
    return linprog(np.zeros(len(points)), A_eq=A, b_eq=np.append(np.array(target, float), 1)).status == 0


def test_a_hull_against_scipy() -> None:
    rng = np.random.default_rng(0)
    counts = {clarke.Combination: 0, clarke.Separation: 0}
    for _ in range(150):
        size, count = rng.integers(1, 7), rng.integers(1, 10)
        points, target = rng.integers(-2, 3, (count, size)).tolist(), rng.integers(-1, 2, size).tolist()
        certificate = clarke.locate(points, target)
        counts[type(certificate)] += 1
        assert isinstance(certificate, clarke.Combination) == in_hull(points, target)
    assert min(counts.values()) > 25


@pytest.mark.parametrize("points", [[(1, 2)], [(1, 2)] * 5, [(0, 0), (2, 4)], [(0, 0), (1, 2), (2, 4), (3, 6)]])
def test_degenerate_hulls_end_and_a_point_just_outside_is_outside(points) -> None:
    assert isinstance(clarke.locate(points, (1, 2)), clarke.Combination)
    assert isinstance(clarke.locate(points, (1, 2 + Fraction(1, 10**30))), clarke.Separation)


def test_a_certificate_that_does_not_hold_is_never_returned(monkeypatch) -> None:
    """Also under ``python -O``, which leaves assertions out."""
    one, zero = Fraction(1), Fraction(0)
    for wrong in (clarke.Combination((one, zero)), clarke.Separation((-one, zero))):
        monkeypatch.setattr(clarke, "_first_phase", lambda moved, wrong=wrong: wrong)
        with pytest.raises(ArithmeticError, match="does not hold"):
            clarke.locate([(1, 0), (2, 0)], (0, 0))


@pytest.mark.parametrize("trained", ["weights and biases", "weights", "biases"])
@pytest.mark.parametrize("activation", ["relu", "relu6"])
def test_both_methods_find_the_same_gradients(activation, trained) -> None:
    source = configurations(activation, trained, seed=11)
    compared = 0
    for _ in range(8):
        tried = next(source)
        try:
            cells = clarke.cells_around(tried.network, tried.X, tried.T)
        except clarke.UndecidedCells:
            continue
        compared += 1
        assert all(clarke.sides_hold(tried.network, tried.X, cell) for cell in cells)
        assert clarke.sampled_gradients(tried.network, tried.X, tried.T, 25) <= {cell.gradient for cell in cells}
    assert compared >= 6


@pytest.mark.parametrize(
    ("W", "trained", "X", "T", "sides", "gradients"),
    [
        # o = relu(w·x) at w = 0 with x = 2 and o − t = 3: the gradient in (w, output weight) is (0, 0) or (6, 0).
        ([[[0]], [[1]]], "weights", [[2]], [[-3]], [(-1,), (1,)], {(0, 0), (6, 0)}),
        # w > 0 turns x = 1 on, w < 0 turns x = −1 on: never both.
        ([[[0]], [[1]]], "weights", [[1], [-1]], [[-1], [1]], [(-1, 1), (1, -1)], {(1, 0)}),
        # With a bias all four are possible: in (w, b, output weight, output bias).
        ([[[0]], [[1]]], "weights and biases", [[1], [-1]], [[-1], [1]], [(-1, -1), (-1, 1), (1, -1), (1, 1)],
         {(0, 0, 0, 0), (1, -1, 0, 0), (1, 1, 0, 0), (2, 0, 0, 0)}),
        # Equal samples stay together.
        ([[[0]], [[1]]], "weights and biases", [[1], [1]], [[1], [-1]], [(-1, -1), (1, 1)], {(0, 0, 0, 0)}),
        # A sample at the origin never leaves its kink without biases.
        ([[[1]], [[1]]], "weights", [[0], [0]], [[5], [5]], [(0, 0)], {(0, 0)}),
        # z₂ = 3·relu(u) is 0 where u < 0, and positive where u > 0.
        ([[[0]], [[3]], [[1]]], "weights", [[1]], [[-1]], [(-1, 0), (1, 1)], {(0, 0, 0), (3, 0, 0)}),
    ],
)  # fmt: skip
def test_cells_by_hand(W, trained, X, T, sides, gradients) -> None:
    network, X, T = dense(W, trained=trained), exact(X), exact(T)
    cells = clarke.cells_around(network, X, T)
    assert sorted(tuple(cell.sides.values()) for cell in cells) == sides
    assert {cell.gradient for cell in cells} == gradients
    # The second method shows a direction that keeps units on kinks off them only by chance, so none is missing here.
    assert clarke.sampled_gradients(network, X, T, 60) == gradients


def test_memberships_by_hand() -> None:
    def inside(network, X, T, *slopes):
        return clarke.membership(Configuration(network, exact(X), exact(T)), slopes).inside

    plain, biased = dense([[[0]], [[1]]], trained="weights"), dense([[[0]], [[1]]])
    assert inside(plain, [[2]], [[-3]], Fraction(1, 7))
    assert not inside(plain, [[2]], [[-3]], 2) and not inside(plain, [[2]], [[-3]], -1)
    for s in (0, Fraction(1, 3), Fraction(1, 2), 1):
        assert inside(plain, [[1], [-1]], [[-1], [1]], s) == (s == Fraction(1, 2))
        assert inside(biased, [[1], [-1]], [[-1], [1]], s)
    resting = dense([[[1]], [[1]]], trained="weights")
    assert all(inside(resting, [[0], [0]], [[5], [5]], *slopes) for slopes in CONVENTIONS["relu"])


def test_ties_are_found_layer_by_layer_and_what_cannot_be_decided_is_refused() -> None:
    # z₂ = v·relu(u) at v = 0 and u = 0: its first-order change is 0, but v·u takes both signs.
    with pytest.raises(clarke.UndecidedCells, match="the first-order changes of layer 2 unit 1 do not decide"):
        clarke.cells_around(dense([[[0]], [[0]], [[1]]], trained="weights"), exact([[1]]), exact([[-1]]))
    network = dense([[[0], [1]], [[1, 1]], [[1]]], trained="weights")
    assert ties(network, exact([[1], [0]])) == [(0, 0, 0), (0, 1, 0), (0, 1, 1), (1, 1, 0)]
    one_unit = dense([[[0]], [[1]]])
    assert len(clarke.cells_around(one_unit, exact([[1]] * 12), exact([[1]] * 12))) == 2
    with pytest.raises(ValueError, match="X: got 13 pre-activations on a kink; accepted are at most 12"):
        clarke.cells_around(one_unit, exact([[1]] * 13), exact([[1]] * 13))


def test_slopes_must_fit_the_activation_and_be_exact() -> None:
    tried = Configuration(dense([[[1]], [[1]]], activation="relu6"), exact([[0], [6]]), exact([[0], [0]]))
    with pytest.raises(ValueError, match="slope_at_kink: got 1 slopes; accepted are 2, one for each kink"):
        clarke.membership(tried, (0,))
    with pytest.raises(TypeError, match="slope_at_kink: got 0.5; accepted are whole numbers and Fraction"):
        clarke.membership(tried, (0, 0.5))
