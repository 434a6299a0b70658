"""Views of one flat array: shapes, that they share its memory, and copies that do not."""

import numpy as np
import pytest

from course_lib.networks import Dense, Maxout
from course_lib.networks.layers import copy_replicas, parameters_per_replica, spread, views

LAYERS = [Dense(3, 4, "prelu"), Maxout(4, 2, pieces=3), Dense(2, 5, "elu"), Dense(5, 1, "prelu", alpha_sharing="layer")]
# (n_in + 1) · rows, and the values of α
COUNTS = [(4 * 4, 4), (5 * 6, 0), (3 * 5, 1), (6 * 1, 1)]


def made(replicas):
    flat = np.arange(replicas * parameters_per_replica(LAYERS), dtype=float)
    return flat, views(flat, LAYERS, replicas)


def test_parameters_are_counted():
    assert parameters_per_replica(LAYERS) == sum(map(sum, COUNTS))


def test_views_cover_the_flat_array_once():
    flat, layers = made(2)
    assert [layer.weights.shape for layer in layers] == [(2, 4, 4), (2, 6, 5), (2, 5, 3), (2, 1, 6)]
    assert [layer.W.shape for layer in layers] == [(2, 4, 3), (2, 6, 4), (2, 5, 2), (2, 1, 5)]
    assert [layer.b.shape for layer in layers] == [(2, 4), (2, 6), (2, 5), (2, 1)]
    assert [None if layer.alpha is None else layer.alpha.shape for layer in layers] == [
        (2, 4, 1),
        None,
        (2, 1, 1),
        (2, 1, 1),
    ]
    seen = np.concatenate([array.ravel() for layer in layers for array in layer.arrays()])
    assert seen.tolist() == flat.tolist()
    for layer in layers:
        for view in (layer.weights, layer.W, layer.b, *layer.arrays()):
            assert np.shares_memory(view, flat)
            assert view.flags.writeable


def test_each_matrix_of_a_replica_is_contiguous():
    _, layers = made(3)
    assert all(layer.weights.flags.c_contiguous for layer in layers)


def test_of_gives_views_of_some_replicas():
    flat, layers = made(3)
    part = layers[0].of(slice(1, 3))
    part.b[...] = -1
    assert layers[0].b.tolist() == [[3.0, 7.0, 11.0, 15.0], [-1] * 4, [-1] * 4]
    assert layers[1].of(slice(0, 1)).alpha is None
    assert (flat == -1).sum() == 8


def test_copies_and_spreads_reach_only_their_replicas():
    _, source = made(3)
    flat, target = made(2)
    copy_replicas(source, slice(1, 3), target)
    for come, go in zip(source, target, strict=True):
        for values, place in zip(come.arrays(), go.arrays(), strict=True):
            assert (place == values[1:]).all()
            assert not np.shares_memory(place, values)
    spread(np.array([2.0, -3.0]), target)
    for layer in target:
        assert (layer.weights[0] == 2).all()
        assert (layer.weights[1] == -3).all()
    assert sorted(set(flat)) == [-3, 2]


@pytest.mark.parametrize("replicas", [1, 7])
def test_a_layer_lies_replica_by_replica(replicas):
    _, layers = made(replicas)
    start = 0
    for (weights, alphas), layer in zip(COUNTS, layers, strict=True):
        for r in range(replicas):
            assert layer.weights[r, 0, 0] == start + r * weights
        start += replicas * (weights + alphas)
