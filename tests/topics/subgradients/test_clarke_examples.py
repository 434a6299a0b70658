"""The networks of lesson 04, against what is worked out by hand."""

from fractions import Fraction

import pytest

from course_lib.topics.subgradients.clarke import at_direction, ties
from course_lib.topics.subgradients.clarke_search import (
    IDENTITY_BIASES,
    IDENTITY_W,
    configurations,
    identity_membership,
    identity_program,
    membership,
    one_hidden_layer,
    outward,
    relu6_membership,
    relu6_on_both_kinks,
)
from course_lib.topics.subgradients.exact_networks import forward, gradient

EIGHTHS = [Fraction(k, 8) for k in range(9)]


@pytest.mark.parametrize("s", EIGHTHS)
def test_the_identity(s) -> None:
    without, own = identity_membership("none", s), identity_membership("own", s)
    assert without.backprop[IDENTITY_W] == own.backprop[IDENTITY_W] == 2 * s
    assert without.inside == (s == Fraction(1, 2)) and own.inside
    assert {vertex[IDENTITY_W] for vertex in without.vertices} == {1}
    shown = (IDENTITY_W, *IDENTITY_BIASES)
    assert {tuple(vertex[i] for i in shown) for vertex in own.vertices} == {
        (0, 0, 0), (1, 0, -1), (1, 1, 0), (2, 1, -1),
    }  # fmt: skip


@pytest.mark.parametrize("low", EIGHTHS[::4])
@pytest.mark.parametrize("high", EIGHTHS[::4])
def test_relu6_on_both_kinks(low, high) -> None:
    assert relu6_membership("weight and bias", (low, high)).inside
    alone = relu6_membership("bias only", (low, high))
    assert {vertex[0] for vertex in alone.vertices} == {1}  # The loss is differentiable in b.
    assert alone.backprop[0] == low + high and alone.inside == (low + high == 1)


@pytest.mark.parametrize("targets", [(a, b) for a in (-2, 0, 3) for b in (-1, 0, 2)])
def test_one_unit_and_two_opposite_samples(targets) -> None:
    a, b = targets
    found = membership(one_hidden_layer([[0]], [1], [[1], [-1]], targets), [0])
    assert {vertex[0] for vertex in found.vertices} == {-a, b}
    assert found.inside == (min(-a, b) <= 0 <= max(-a, b))


def test_other_names_are_refused() -> None:
    with pytest.raises(ValueError, match="biases must be one of none, own; got 'two'"):
        identity_program("two")
    with pytest.raises(ValueError, match="trained must be one of weight and bias, bias only; got 'all'"):
        relu6_on_both_kinks("all")


def test_the_way_outward_leads_below_0_and_above_6_in_every_layer() -> None:
    """Slopes (0, 0) are those of one cell, by our argument for dense layers with trained weights and biases."""
    source = configurations("relu6", "weights and biases", seed=9)
    both_kinks = 0
    for _ in range(40):
        tried = next(source)
        zs, _ = forward(tried.network, tried.X)
        moved, _ = forward(tried.network.moved(outward(tried.network), Fraction(1, 10**15)), tried.X)
        touched = set()
        for layer, sample, unit in ties(tried.network, tried.X):
            kink = zs[layer][sample, unit]
            touched.add(kink)
            assert moved[layer][sample, unit] < 0 if kink == 0 else moved[layer][sample, unit] > 6
        both_kinks += len(touched) == 2
        in_the_cell = at_direction(tried.network, tried.X, tried.T, outward(tried.network))
        assert list(in_the_cell) == gradient(tried.network, tried.X, tried.T, (0, 0))
    assert both_kinks >= 10
