"""A network: its seeds, copies and replicas, the values of its layers, and gradients against difference quotients."""

import numpy as np
import pytest
from textbook import ALPHA, TEXTBOOK

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
    assert [None if alpha is None else alpha.shape for alpha in network.alpha] == [(3, 4), None, (3, 1), None]
    assert repr(network) == "Network(3-4-5-6-2, prelu, maxout, elu, replicas=3, dtype=float32)"
    assert repr(Network.mlp([3, 2], dtype="float16")) == "Network(3-2, identity, replicas=1, dtype=float16)"


def test_mlp_is_the_chain_it_stands_for():
    made = Network.mlp([3, 4, 5, 2], "elu", 0.5, 2.0, "glorot", 0.25, 0.3, replicas=2, seed=9, dtype="float64")
    hidden = {"activation": "elu", "slope_at_kink": 0.5, "alpha": 2.0, "initialization": "glorot", "bias": 0.25}
    layers = [Dense(3, 4, **hidden), Dropout(0.3), Dense(4, 5, **hidden), Dropout(0.3)]
    chain = Network([*layers, Dense(5, 2, initialization="glorot", bias=0.0)], replicas=2, seed=9, dtype="float64")
    assert same(made, chain)
    for ours, theirs in zip(made.layers, chain.layers, strict=True):
        assert type(ours) is type(theirs) and vars(ours) == vars(theirs)
    assert [type(layer) for layer in Network.mlp([3, 4, 2]).layers] == [Dense, Dense]


def test_replica_r_starts_from_seed_plus_r():
    network = Network(MIXED, replicas=4, seed=10, dtype="float64")
    assert network.seeds == [10, 11, 12, 13]
    for r in range(4):
        alone = Network(MIXED, seed=10 + r, dtype="float64")
        assert all((a[0] == b[r]).all() for a, b in zip(arrays(alone), arrays(network), strict=True))
    for seeds in ([12, 10, 12], np.array([12, 10, 12], np.uint8)):
        given = Network(MIXED, replicas=3, seed=seeds, dtype="float64")
        assert given.seeds == [12, 10, 12]
        assert all((a == b[[2, 0, 2]]).all() for a, b in zip(arrays(given), arrays(network), strict=True))


@pytest.mark.parametrize("dtype", ["float16", "float32", np.float64])
def test_starting_values_are_drawn_in_double_and_rounded_once_and_copies_have_their_own(dtype):
    network, exact = Network(MIXED, 3, dtype=dtype), Network(MIXED, 3, dtype="float64")
    assert all((a == b.astype(dtype)).all() for a, b in zip(arrays(network), arrays(exact), strict=True))
    other = exact.copy(dtype)
    assert other.dtype == dtype and other.seeds == exact.seeds and same(other, network)
    for network_ in (other, exact.copy()):
        for W in network_.W:
            W[...] = 0
    assert all(W.any() for W in exact.W)


def test_a_replica_alone_has_its_numbers_and_hyperparameters():
    layers = [
        Dense(3, 4, "relu6", ([0.0, 0.5], 1.0), bias=[0.1, 0.2]),
        Dropout([0.0, 0.5]),
        Dense(4, 4, "elu", None, np.array([0.5, 2.0]), initialization=["he", "glorot"]),
        Maxout(4, 2),
    ]
    network = Network(layers, replicas=2, seed=[3, 1])
    for r in (0, np.int64(1)):
        alone = network.replica(r)
        assert (alone.replicas, alone.seeds) == (1, [network.seeds[r]])
        assert alone.layers[0].slope_at_kink == ([0.0, 0.5][r], 1.0)
        assert alone.layers[0].bias == [0.1, 0.2][r]
        assert alone.layers[1].rate == [0.0, 0.5][r]
        assert (alone.layers[2].alpha, alone.layers[2].initialization) == ([0.5, 2.0][r], ["he", "glorot"][r])
        assert (alone.predict(X)[0] == network.predict(X)[r]).all()
        assert not any(np.shares_memory(a, b) for a, b in zip(arrays(alone), arrays(network), strict=True))
        train(alone, X, Y, epochs=1, progress=False)


BAD = {
    "dtype": [{"dtype": dtype} for dtype in (None, "foo", "int8", "complex64", np.longdouble, ">f4", bool, 3)],
    "replicas": [{"replicas": replicas} for replicas in (0, 2.0, True, None)],
    "seed": [{"seed": seed} for seed in (-1, None, True, 1.5, "a", [1], [1, -2], [1, 2.0], [[1], [2, 3]])],
    "sizes": [{"sizes": sizes} for sizes in ([2], 5, "ab", None)],
    "bias": [{"bias": bias} for bias in (np.nan, "a", [1, 2, 3])],
    "alpha": [{"activation": "elu", "alpha": alpha} for alpha in (np.inf, [1, 2, 3], [[1, 2]])],
    "slope_at_kink": [{"slope_at_kink": slope} for slope in (np.nan, "a", [1, 2, 3], (0.0, 0.0))]
    + [{"activation": "tanh", "slope_at_kink": 0.0}],
    "rate": [{"dropout": rate} for rate in (1.0, -0.1, [0, 0.5, 0.1])],
    "initialization": [{"initialization": name} for name in ("xavier", None, 0.5, ["he"] * 3, ["he", "xavier"])],
    "layers": [{"bias": 7e4, "dtype": "float16"}, {"activation": "elu", "alpha": 1e39}],  # beyond the precision
}


@pytest.mark.parametrize(("name", "options"), [(name, options) for name in BAD for options in BAD[name]], ids=repr)
def test_what_does_not_fit_is_refused_when_a_network_is_made(name, options):
    with pytest.raises((ValueError, TypeError), match=f"^{name}: got .*; accepted (is|are) "):
        Network.mlp(**{"sizes": [2, 3, 2], "replicas": 2, **options})


@pytest.mark.parametrize("r", [2, -1, 0.0, True, None])
def test_a_replica_is_one_of_those_there(r):
    with pytest.raises((ValueError, TypeError), match="^r: got .*; accepted is a whole number from 0 to 1"):
        Network.mlp([2, 3], replicas=2).replica(r)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float16", 4e-3), ("float32", 1e-5), ("float64", 1e-13)])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_values_of_every_layer(activation, dtype, tolerance):
    alpha = [0.5, -2.0] if activation in ALPHA else None
    layers = [Dense(3, 4, activation, None, alpha), Dropout(0.5), Maxout(4, 5, 3), Dense(5, 2, activation, None, alpha)]
    network = Network(layers, replicas=2, dtype=dtype)
    for b in network.b:
        b[...] = np.linspace(-1, 1, b.size).reshape(b.shape)
    activity = network.forward(X)
    assert [z.shape for z in activity.pre_activations] == [(2, 12, 4), (2, 12, 15), (2, 12, 2)]
    for r in range(2):
        a = X.astype(dtype).astype(float)
        for at, layer in enumerate(network.weighted_layers):
            z = a @ network.W[at][r].T.astype(float) + network.b[at][r].astype(float)
            np.testing.assert_allclose(activity.pre_activations[at][r], z, rtol=tolerance, atol=tolerance)
            if isinstance(layer, Maxout):
                a = np.maximum(np.maximum(z[:, :5], z[:, 5:10]), z[:, 10:])
            else:
                a = np.vectorize(TEXTBOOK[activation][0])(z, None if alpha is None else alpha[r])
            np.testing.assert_allclose(activity.activations[at][r], a, rtol=tolerance, atol=tolerance)
    assert activity.activations[-1].dtype == dtype
    assert (network.predict(X) == activity.activations[-1]).all()
    activity.activations[0][...] = 0  # a copy
    assert (network.predict(X) == activity.activations[-1]).all()


@pytest.mark.parametrize("n_in", [2, 300])
def test_a_long_x_goes_through_in_parts_and_overflow_passes_without_a_warning(n_in):
    network = Network.mlp([n_in, 9, 3], "tanh", replicas=20, dtype="float64")
    long = np.random.default_rng(1).standard_normal((1000, n_in))
    outputs = network.predict(long)
    assert outputs.shape == (20, 1000, 3)
    for start in (0, 363, 364, 999):
        np.testing.assert_allclose(outputs[:, start], network.predict(long[start : start + 1])[:, 0], atol=1e-13)
    network.W[0][...] = 1e308
    assert network.forward(10 * np.abs(long)).pre_activations[0].max() == np.inf


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_the_slope_of_the_loss(activation, loss):
    """Central differences in float64, far from kinks: the truncation error is about 1e-9 here. Dropout is off."""
    layers = [Dropout(0.5), Dense(3, 4, activation), Maxout(4, 3, 2), Dropout(0.5), Dense(3, 2)]
    network = Network(layers, replicas=2, seed=4, dtype="float64")
    y = Y if LOSSES[loss].targets == "labels" else RNG.standard_normal((12, 2))
    _, gradient = network.loss_and_gradient(X, y, loss)
    h = 1e-6
    for values, slopes in [*zip(network.W, gradient.W, strict=True), *zip(network.b, gradient.b, strict=True)] + (
        [(network.alpha[0], gradient.alpha[0])] if activation == "prelu" else []
    ):
        for place in [0, values[0].size // 2, values[0].size - 1]:
            index = (slice(None), *np.unravel_index(place, values.shape[1:]))
            start, beside = values[index].copy(), []
            for step in (h, -h):
                values[index] = start + step
                beside.append(network.loss_and_gradient(X, y, loss)[0])
            values[index] = start
            np.testing.assert_allclose((beside[0] - beside[1]) / (2 * h), slopes[index], rtol=1e-6, atol=1e-8)


def test_accuracy_counts_the_largest_output():
    network = Network.mlp([1, 2], initialization="zero", replicas=2)
    network.W[0][0, :, 0], network.W[0][1, :, 0] = [-1, 1], [1, -1]
    assert network.accuracy([[1.0], [2.0], [-1.0], [3.0]], [1, 1, 1, 1]).tolist() == [0.75, 0.25]
