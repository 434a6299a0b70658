"""A network: its sizes, seeds, starting values, copies, and gradients against difference quotients."""

import copy
import pickle

import numpy as np
import pytest

from course_lib.networks import ACTIVATIONS, LOSSES, Dense, Dropout, Maxout, Network, train

RNG = np.random.default_rng(8)
X, Y = RNG.standard_normal((12, 3)), RNG.integers(0, 2, 12)
MIXED = [Dropout(0.1), Dense(3, 4, "prelu"), Maxout(4, 5, 3), Dropout(0.5), Dense(5, 6, "elu"), Dense(6, 2, "tanh")]


def arrays(network):
    return [array for layer in network.parameters for array in layer.arrays()]


def same(one, other):
    return all((a == b).all() for a, b in zip(arrays(one), arrays(other), strict=True))


def test_sizes_and_counts():
    network = Network(MIXED, replicas=3)
    assert network.sizes == [3, 4, 5, 6, 2]
    assert network.n_parameters == (4 * 4 + 4) + 15 * 5 + 6 * 6 + 2 * 7  # prelu's α count, elu's does not: it is fixed
    assert [W.shape for W in network.W] == [(3, 4, 3), (3, 15, 4), (3, 6, 5), (3, 2, 6)]
    assert [b.shape for b in network.b] == [(3, 4), (3, 15), (3, 6), (3, 2)]
    assert [None if alpha is None else alpha.shape for alpha in network.alpha] == [(3, 4), None, (3, 1), None]
    assert network.layers == tuple(MIXED)
    assert network.replicas == 3
    assert network.dtype == np.float32
    assert repr(network) == "Network(3-4-5-6-2, prelu, maxout, elu, replicas=3, dtype=float32)"
    assert repr(Network.mlp([3, 2], dtype="float16")) == "Network(3-2, identity, replicas=1, dtype=float16)"


def test_mlp_is_the_chain_it_stands_for():
    made = Network.mlp([3, 4, 5, 2], "elu", 0.5, 2.0, "glorot", 0.25, 0.3, replicas=2, seed=9, dtype="float64")
    hidden = {"activation": "elu", "slope_at_kink": 0.5, "alpha": 2.0, "initialization": "glorot", "bias": 0.25}
    layers = [Dense(3, 4, **hidden), Dropout(0.3), Dense(4, 5, **hidden), Dropout(0.3)]
    chain = Network([*layers, Dense(5, 2, initialization="glorot", bias=0.0)], replicas=2, seed=9, dtype="float64")
    assert same(made, chain)
    assert [type(layer) for layer in made.layers] == [Dense, Dropout, Dense, Dropout, Dense]
    for ours, theirs in zip(made.layers, chain.layers, strict=True):
        assert vars(ours) == vars(theirs)
    assert [type(layer) for layer in Network.mlp([3, 4, 2]).layers] == [Dense, Dense]


def test_without_a_bias_the_initialization_decides():
    free, fixed = (Network.mlp([3, 4, 2], initialization="uniform_fan_in", bias=bias) for bias in (None, 0.1))
    assert all((b != 0).all() for b in free.b)
    assert (fixed.b[0] == np.float32(0.1)).all()
    assert (fixed.b[1] == 0).all()
    assert (free.W[0] == fixed.W[0]).all()


def test_replica_r_starts_from_seed_plus_r():
    network = Network(MIXED, replicas=4, seed=10, dtype="float64")
    assert network.seeds == [10, 11, 12, 13]
    for r in range(4):
        alone = Network(MIXED, seed=10 + r, dtype="float64")
        assert all((a[0] == b[r]).all() for a, b in zip(arrays(alone), arrays(network), strict=True))
    given = Network(MIXED, replicas=3, seed=[12, 10, 12], dtype="float64")
    assert given.seeds == [12, 10, 12]
    assert all((a == b[[2, 0, 2]]).all() for a, b in zip(arrays(given), arrays(network), strict=True))


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_starting_values_are_drawn_in_double_and_rounded_once(dtype):
    assert all(
        (rounded == exact.astype(dtype)).all()
        for rounded, exact in zip(
            arrays(Network(MIXED, 3, dtype=dtype)), arrays(Network(MIXED, 3, dtype="float64")), strict=True
        )
    )


def test_parameters_are_views_that_may_be_written_to():
    network = Network(MIXED, replicas=2)
    network.W[0][1] = 3
    network.b[1][...] = -2
    network.alpha[0][0, 2] = 7
    assert (network.W[0][1] == 3).all()
    assert (network.b[1] == -2).all()
    assert network.alpha[0][0, 2] == 7
    for name in ("W", "b", "alpha"):
        with pytest.raises(TypeError, match="does not support item assignment"):
            getattr(network, name)[0] = np.zeros((2, 4, 3))
        with pytest.raises(AttributeError):
            setattr(network, name, [])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", None])
def test_a_copy_has_arrays_of_its_own(dtype):
    network = Network(MIXED, replicas=2, seed=[3, 1], dtype="float32")
    other = network.copy() if dtype is None else network.copy(dtype=dtype)
    assert other.dtype == (dtype or "float32")
    assert other.seeds == [3, 1]
    assert all((a.astype(other.dtype) == b).all() for a, b in zip(arrays(network), arrays(other), strict=True))
    for W in other.W:
        W[...] = 0
    assert all(W.any() for W in network.W)


def test_a_replica_alone_has_its_numbers_and_hyperparameters():
    layers = [
        Dense(3, 4, "relu6", ([0.0, 0.5], 1.0), bias=[0.1, 0.2]),
        Dropout([0.0, 0.5]),
        Dense(4, 4, "elu", None, np.array([0.5, 2.0])),
        Maxout(4, 2),
    ]
    network = Network(layers, replicas=2, seed=[3, 1])
    for r in (0, np.int64(1)):
        alone = network.replica(r)
        assert (alone.replicas, alone.seeds) == (1, [network.seeds[r]])
        assert alone.layers[0].slope_at_kink == ([0.0, 0.5][r], 1.0)
        assert alone.layers[0].bias == [0.1, 0.2][r]
        assert alone.layers[1].rate == [0.0, 0.5][r]
        assert alone.layers[2].alpha == [0.5, 2.0][r]
        assert (alone.predict(X)[0] == network.predict(X)[r]).all()
        assert not any(np.shares_memory(a, b) for a, b in zip(arrays(alone), arrays(network), strict=True))
        train(alone, X, Y, epochs=1, progress=False)
    for bad in (2, -1, 0.0, True, None):
        with pytest.raises(ValueError, match=f"r must be a replica from 0 to 1, not {bad}"):
            network.replica(bad)


@pytest.mark.parametrize("how", [copy.deepcopy, lambda network: pickle.loads(pickle.dumps(network))])
def test_networks_may_be_pickled_and_go_on_training(how):
    network = Network(MIXED, replicas=2)
    other = how(network)
    assert same(network, other)
    before = [array.copy() for array in arrays(network)]
    train(other, X, Y, epochs=1, progress=False)
    assert all((a == b).all() for a, b in zip(arrays(network), before, strict=True))
    train(network, X, Y, epochs=1, progress=False)
    assert same(network, other)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_the_slope_of_the_loss(activation, loss):
    """Central differences in float64, far from kinks: the truncation error is about 1e-9 here."""
    network = Network([Dense(3, 4, activation), Maxout(4, 3, 2), Dense(3, 2)], replicas=2, seed=4, dtype="float64")
    y = Y if LOSSES[loss].targets == "labels" else RNG.standard_normal((12, 2))
    _, gradient = network.loss_and_gradient(X, y, loss)
    h = 1e-6
    for values, slopes in [*zip(network.W, gradient.W, strict=True), *zip(network.b, gradient.b, strict=True)] + (
        [(network.alpha[0], gradient.alpha[0])] if activation == "prelu" else []
    ):
        for place in [0, values[0].size // 2, values[0].size - 1]:
            index = (slice(None), *np.unravel_index(place, values.shape[1:]))
            start = values[index].copy()
            found = []
            for step in (h, -h):
                values[index] = start + step
                found.append(network.loss_and_gradient(X, y, loss)[0])
            values[index] = start
            np.testing.assert_allclose((found[0] - found[1]) / (2 * h), slopes[index], rtol=1e-6, atol=1e-8)


def test_dropout_is_off_outside_of_training():
    with_dropout = Network.mlp([3, 5, 2], dropout=0.5, replicas=2)
    without = Network.mlp([3, 5, 2], replicas=2)
    assert (with_dropout.predict(X) == without.predict(X)).all()
    (losses, gradient), (expected, plain) = with_dropout.loss_and_gradient(X, Y), without.loss_and_gradient(X, Y)
    assert (losses == expected).all()
    assert all((mine == theirs).all() for mine, theirs in zip(gradient.W, plain.W, strict=True))


def test_accuracy_counts_the_largest_output_or_the_sign():
    network = Network.mlp([1, 2], initialization="zero", replicas=2)
    network.W[0][0, :, 0], network.W[0][1, :, 0] = [-1, 1], [1, -1]
    assert network.accuracy([[1.0], [2.0], [-1.0], [3.0]], [1, 1, 1, 0]).tolist() == [0.5, 0.5]
    one = Network.mlp([1, 1], initialization=[1.0, -1.0], replicas=2)
    assert one.accuracy([[1.0], [2.0], [-1.0], [3.0]], [1, 1, 1, 1]).tolist() == [0.75, 0.25]
