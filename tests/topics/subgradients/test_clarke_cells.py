"""Cells and Clarke sets by two methods, against sets worked out by hand, and what is refused as undecided."""

from fractions import Fraction

import pytest

from course_lib.topics.subgradients.clarke import (
    UndecidedCells,
    cells_around,
    judge,
    sampled_gradients,
    sides_hold,
    ties,
)
from course_lib.topics.subgradients.clarke_search import CONVENTIONS, configurations
from course_lib.topics.subgradients.exact_networks import dense, exact

HALF = Fraction(1, 2)


def gradients(network, X, T) -> set:
    return {cell.gradient for cell in cells_around(network, X, T)}


@pytest.mark.parametrize("trained", ["weights and biases", "weights", "biases"])
@pytest.mark.parametrize("activation", ["relu", "relu6"])
def test_both_methods_agree(activation, trained) -> None:
    source = configurations(activation, trained, seed=11)
    compared = 0
    for _ in range(8):
        tried = next(source)
        try:
            cells = cells_around(tried.network, tried.X, tried.T)
        except UndecidedCells:
            continue
        compared += 1
        assert all(sides_hold(tried.network, tried.X, cell) for cell in cells)
        assert sampled_gradients(tried.network, tried.X, tried.T, 25) <= {cell.gradient for cell in cells}
    assert compared >= 6


def test_one_unit_by_hand() -> None:
    # o = relu(w·x) at w = 0 with x = 2 and o − t = 3: the gradient in (w, output weight) is (0, 0) or (6, 0).
    network, X, T = dense([[[0]], [[1]]], trained="weights"), exact([[2]]), exact([[-3]])
    assert gradients(network, X, T) == {(0, 0), (6, 0)} == sampled_gradients(network, X, T, 50)
    assert judge(network, X, T, (Fraction(1, 7),)).inside
    assert not judge(network, X, T, (2,)).inside and not judge(network, X, T, (-1,)).inside


def test_two_samples_of_opposite_sign_share_one_unit() -> None:
    # w > 0 turns x = 1 on, w < 0 turns x = −1 on: never both. With a bias of its own all four are possible.
    X, T = exact([[1], [-1]]), exact([[-1], [1]])
    without = dense([[[0]], [[1]]], trained="weights")
    assert gradients(without, X, T) == {(1, 0)} == sampled_gradients(without, X, T, 50)
    with_bias = dense([[[0]], [[1]]])
    assert len(cells_around(with_bias, X, T)) == 4
    for s in (0, Fraction(1, 3), HALF, 1):
        assert judge(without, X, T, (s,)).inside == (s == HALF)
        assert judge(with_bias, X, T, (s,)).inside


def test_equal_samples_stay_together() -> None:
    network, X, T = dense([[[0]], [[1]]]), exact([[1], [1]]), exact([[1], [-1]])
    assert {frozenset(cell.sides.values()) for cell in cells_around(network, X, T)} == {frozenset({1}), frozenset({-1})}


def test_a_sample_at_the_origin_without_biases_never_leaves_its_kink() -> None:
    network, X, T = dense([[[1]], [[1]]], trained="weights"), exact([[0], [0]]), exact([[5], [5]])
    (cell,) = cells_around(network, X, T)
    assert set(cell.sides.values()) == {0} and set(cell.gradient) == {0}
    assert all(judge(network, X, T, slopes).inside for slopes in CONVENTIONS["relu"])


def test_a_unit_behind_a_dead_one_stays_in_that_cell() -> None:
    # z₂ = 3·relu(u): it is 0 where u < 0, and positive where u > 0.
    network, X, T = dense([[[0]], [[3]], [[1]]], trained="weights"), exact([[1]]), exact([[-1]])
    sides = [tuple(cell.sides.values()) for cell in cells_around(network, X, T)]
    assert sorted(sides) == [(-1, 0), (1, 1)]
    assert gradients(network, X, T) == sampled_gradients(network, X, T, 50) == {(0, 0, 0), (3, 0, 0)}


def test_what_the_first_order_cannot_decide_is_refused() -> None:
    # z₂ = v·relu(u) at v = 0 and u = 0: its first-order change is 0, but v·u takes both signs.
    with pytest.raises(UndecidedCells, match="the first-order changes of layer 2 unit 1 do not decide"):
        cells_around(dense([[[0]], [[0]], [[1]]], trained="weights"), exact([[1]]), exact([[-1]]))


def test_ties_are_found_layer_by_layer_and_too_many_are_refused() -> None:
    network = dense([[[0], [1]], [[1, 1]], [[1]]], trained="weights")
    assert ties(network, exact([[1], [0]])) == [(0, 0, 0), (0, 1, 0), (0, 1, 1), (1, 1, 0)]
    with pytest.raises(ValueError, match="13 pre-activations are on a kink; accepted are at most 12"):
        cells_around(dense([[[0]], [[1]]]), exact([[1]] * 13), exact([[1]] * 13))


def test_slopes_must_be_exact() -> None:
    with pytest.raises(TypeError, match="slope_at_kink: got 0.5; accepted are whole numbers and Fraction"):
        judge(dense([[[0]], [[1]]]), exact([[1]]), exact([[1]]), (0.5,))


def test_slopes_and_targets_must_fit_the_network() -> None:
    network = dense([[[1]], [[1]]], activation="relu6")
    X = exact([[0], [6]])
    with pytest.raises(ValueError, match="slope_at_kink: got 1 slopes; accepted are 2, one for each kink"):
        judge(network, X, exact([[0], [0]]), (0,))
    with pytest.raises(ValueError, match=r"T: got shape \(1, 1\); accepted is \(2, 1\), \(samples, outputs\)"):
        judge(network, X, exact([[0]]), (0, 0))
