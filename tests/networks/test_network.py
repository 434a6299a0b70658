"""A network: its starting values, copies and replicas, the values of its layers, gradients against differences."""

import math

import numpy as np
import pytest
from textbook import ALPHA, Textbook

from course_lib.networks import (
    ACTIVATIONS,
    LOSSES,
    SGD,
    Dense,
    Dropout,
    Maxout,
    Network,
    check_gradient,
    measure,
    train,
)
from course_lib.networks.initialization import INITIALIZATIONS

RNG = np.random.default_rng(8)
X, Y = RNG.standard_normal((12, 3)), RNG.integers(0, 2, 12)
MIXED = [Dropout(0.1), Dense(3, 4, "prelu"), Maxout(4, 5, 3), Dropout(0.5), Dense(5, 6, "elu"), Dense(6, 2, "tanh")]


def arrays(network):
    return [array for layer in network.parameters for array in layer.arrays()]


def same(one, other):
    return all((a == b).all() for a, b in zip(arrays(one), arrays(other), strict=True))


def test_sizes_counts_and_how_it_prints():
    network = Network(MIXED, replicas=3)
    assert network.sizes == [3, 4, 5, 6, 2]
    assert network.n_parameters == (4 * 4 + 4) + 15 * 5 + 6 * 6 + 2 * 7  # prelu's α count, elu's does not: it is fixed
    assert [W.shape for W in network.W] == [(3, 4, 3), (3, 15, 4), (3, 6, 5), (3, 2, 6)]
    assert [None if alpha is None else alpha.shape for alpha in network.alpha] == [(3, 4), None, (3, 1), None]
    assert repr(network) == "Network(3-4-5-6-2, prelu, maxout, elu, replicas=3, dtype=float32)"


def test_mlp_is_the_chain_it_stands_for():
    made = Network.mlp([3, 4, 5, 2], "elu", 0.5, 2.0, "glorot", 0.25, 0.3, replicas=2, seed=9, dtype="float64")
    hidden = {"activation": "elu", "slope_at_kink": 0.5, "alpha": 2.0, "initialization": "glorot", "bias": 0.25}
    layers = [Dense(3, 4, **hidden), Dropout(0.3), Dense(4, 5, **hidden), Dropout(0.3)]
    chain = Network([*layers, Dense(5, 2, initialization="glorot", bias=0.0)], replicas=2, seed=9, dtype="float64")
    assert same(made, chain)
    for ours, theirs in zip(made.layers, chain.layers, strict=True):
        assert type(ours) is type(theirs) and vars(ours) == vars(theirs)
    assert [type(layer) for layer in Network.mlp([3, 4, 2]).layers] == [Dense, Dense]


def drawn(name, shape, seed=0):
    return INITIALIZATIONS[name](np.random.default_rng(seed), *shape)


@pytest.mark.parametrize("shape", [(400, 300), (30, 2000), (2000, 30)])
def test_weights_follow_the_distributions_of_the_papers(shape):
    W, b = drawn("he", shape)
    n, sigma = W.size, math.sqrt(2 / shape[1])
    # The standard error of a normal sample's deviation is σ/√(2n), that of its mean σ/√n.
    assert abs(W.std() - sigma) < 4 * sigma / math.sqrt(2 * n)
    assert abs(W.mean()) < 4 * sigma / math.sqrt(n)
    # Normal, not uniform: the share beyond 2σ is 4.55 %; of a uniform distribution it is 0.
    tail = math.erfc(math.sqrt(2))
    assert abs((np.abs(W) > 2 * sigma).mean() - tail) < 4 * math.sqrt(tail * (1 - tail) / n)
    assert not b.any() and not drawn("glorot", shape)[1].any()
    for name, r in (("glorot", math.sqrt(6 / sum(shape))), ("uniform_fan_in", 1 / math.sqrt(shape[1]))):
        W, _ = drawn(name, shape)
        # The largest of n uniform numbers is below r(1 − 20/n) with probability e⁻²⁰.
        assert r * (1 - 20 / n) < np.abs(W).max() <= r
        # Uniform on (−r, r): variance r²/3, and Var(W²) = r⁴(1/5 − 1/9).
        assert abs(np.mean(W**2) - r * r / 3) < 4 * r * r * math.sqrt((1 / 5 - 1 / 9) / n)
        assert abs(W.mean()) < 4 * r / math.sqrt(3 * n)


# The generators' streams are part of what the course promises: a seed gives the same run on every supported Python. If
# a version of NumPy changes a stream, this test says so, and the stored numbers of the lessons change with it. The
# first normal number of seed 0 is 0.12573022; its first uniform ones are 0.63696169, 0.26978671 and 0.04097352.
FIRST_DRAWS = {
    "he": (0.12573022 * math.sqrt(2 / 2), 0.0),
    "glorot": ((2 * 0.63696169 - 1) * math.sqrt(6 / 3), 0.0),
    "uniform_fan_in": ((2 * 0.63696169 - 1) / math.sqrt(2), (2 * 0.04097352 - 1) / math.sqrt(2)),
    "zero": (0.0, 0.0),
}


def test_a_seed_gives_the_same_numbers_for_ever():
    for name in INITIALIZATIONS:
        W, b = drawn(name, (1, 2))
        assert (W[0, 0], b[0]) == pytest.approx(FIRST_DRAWS[name], rel=1e-7)


def test_layers_are_drawn_one_after_the_other_from_the_seed_of_a_replica():
    network = Network([Dense(2, 3), Dropout(0.5), Maxout(3, 2, pieces=2)], replicas=2, seed=3, dtype="float64")
    rng = np.random.default_rng(4)
    assert (network.W[0][1] == rng.standard_normal((3, 2)) * np.sqrt(2 / 2)).all()
    assert (network.W[1][1] == rng.standard_normal((4, 3)) * np.sqrt(2 / 3)).all()
    assert not any(b.any() for b in network.b)
    mixed = Network([Dense(2, 3, initialization=["zero", "he"])], seed=3, replicas=2, dtype="float64")
    assert not mixed.W[0][0].any() and (mixed.W[0][1] == network.W[0][1]).all()


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
    "bias": [{"bias": bias} for bias in (np.nan, "a", True, 1j, [], [1, 2, 3], [1, None], [[1], [2]], [[1], [1, 2]])],
    "alpha": [{"activation": "elu", "alpha": alpha} for alpha in (np.inf, [1, 2, 3], [[1, 2]])],
    "slope_at_kink": [{"slope_at_kink": slope} for slope in (np.nan, "a", [1, 2, 3], (0.0, 0.0))]
    + [{"activation": "tanh", "slope_at_kink": 0.0}],
    "dropout": [{"dropout": rate} for rate in (1.0, -0.1, np.nan, [0, 0.5, 0.1], "a")],
    "initialization": [{"initialization": name} for name in ("xavier", None, 0.5, ["he"] * 3, ["he", "xavier"])],
    "layers": [{"bias": 7e4, "dtype": "float16"}, {"activation": "elu", "alpha": 1e39}],  # beyond the precision
}


@pytest.mark.parametrize(("name", "options"), [(name, options) for name in BAD for options in BAD[name]], ids=repr)
def test_what_does_not_fit_is_refused_when_a_network_is_made(name, options):
    with pytest.raises((ValueError, TypeError), match=f"^{name}: got .*; accepted (is|are) "):
        Network.mlp(**{"sizes": [2, 3, 2], "replicas": 2, **options})


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Dense(0, 2), ValueError, "n_in: got 0; accepted is a whole number of at least 1"),
        (lambda: Maxout(2, None), TypeError, "n_out: got None"),
        (lambda: Maxout(2, 2, pieces=0), ValueError, "pieces: got 0"),
        (lambda: Maxout(2, 3, tie="all"), ValueError, "tie: got 'all'; accepted are 'first', 'split'"),
        (lambda: Dense(2, 3, "ReLU"), ValueError, "activation: got 'ReLU'; accepted are 'identity', 'relu', "),
        (lambda: Dense(2, 3, skip=True), ValueError, "skip: got 2 inputs and 3 outputs; accepted are as many of both"),
        (lambda: Dense(2, 2, skip=1), ValueError, "skip: got 1; accepted are False, True"),
        (lambda: Dense(2, 3, "relu", alpha=0.1), ValueError, "alpha: got 0.1; accepted is None for relu"),
        (lambda: Dropout(1.0), ValueError, "rate: got 1.0; accepted is a finite number of at least 0 and below 1"),
        (lambda: Dropout([0.5, np.nan]), ValueError, r"rate: got \[0.5, nan\]; accepted is a finite number"),
        (
            lambda: Network.mlp([2, 3, 2], "elu", 0.5),
            ValueError,
            "slope_at_kink: got 0.5; accepted is None or 1 for elu",
        ),
        (lambda: Network(Dense(2, 3)), ValueError, "layers: got Dense.*; accepted is a list of Dense, Maxout and"),
        (lambda: Network([Dense(2, 3), Dropout(0.5)]), ValueError, "layers: got .* whose last layer has outputs"),
        (lambda: Network([Dense(2, 3), Dropout(0.5), Maxout(2, 2)]), ValueError, "layers: got 2 .* are the 3 outputs"),
        (lambda: Network.mlp([2, 3], replicas=2).replica(2), ValueError, "r: got 2; accepted is .* from 0 to 1"),
        (lambda: Network.mlp([2, 3], replicas=2).replica(True), TypeError, "r: got True"),
    ],
)
def test_layers_and_replicas_that_do_not_fit_are_refused(make, error, message):
    with pytest.raises(error, match=f"^{message}"):
        make()


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
        z, a = Textbook(network, r).values(X.astype(dtype).astype(float))
        for at in range(3):
            np.testing.assert_allclose(activity.pre_activations[at][r], z[at], rtol=tolerance, atol=tolerance)
            np.testing.assert_allclose(activity.activations[at][r], a[at], rtol=tolerance, atol=tolerance)
    assert activity.activations[-1].dtype == dtype
    assert (network.predict(X) == activity.activations[-1]).all()
    activity.activations[0][...] = 0  # a copy
    assert (network.predict(X) == activity.activations[-1]).all()


@pytest.mark.parametrize(("dtype", "tolerance"), [("float16", 4e-3), ("float32", 1e-5), ("float64", 1e-13)])
def test_a_skip_adds_the_input_of_its_layer(dtype, tolerance):
    layers = [Dense(3, 3, "tanh", skip=True), Dropout(0.5), Dense(3, 4), Dense(4, 4, "elu", skip=True)]
    network = Network(layers, replicas=2, dtype=dtype)
    activity = network.forward(X)
    for r in range(2):
        z, a = Textbook(network, r).values(X.astype(dtype).astype(float))
        for at in range(3):
            np.testing.assert_allclose(activity.pre_activations[at][r], z[at], rtol=tolerance, atol=tolerance)
            np.testing.assert_allclose(activity.activations[at][r], a[at], rtol=tolerance, atol=tolerance)
    assert (network.predict(X) == activity.activations[-1]).all() and activity.activations[-1].dtype == dtype
    assert repr(layers[0]) == "Dense(3, 3, activation='tanh', skip=True)" and network.replica(1).layers[0].skip
    network.W[:], network.b[:] = [0.0] * 3, [0.0] * 3
    assert (network.forward(X).activations[0] == X.astype(dtype)).all()  # x + tanh(0)


def test_a_gradient_through_skips_passes_the_check():
    network = Network([Dense(3, 3, "relu", skip=True), Dense(3, 3, "tanh", skip=True), Dense(3, 2)], dtype="float64")

    def at(parameters):
        network.W[:] = [W[None] for W in parameters]
        return network.loss_and_gradient(X, Y)

    report = check_gradient(
        lambda p: at(p)[0][0], lambda p: [W[0] for W in at(p)[1].W], [W[0].copy() for W in network.W]
    )
    assert report.passed and len(report.entries) == 9 + 9 + 6


def test_outputs_that_grow_by_skips_alone_count_as_diverged():
    """Weights and biases go from 0 to ½ in the one step, so that each layer then adds more than half of its input."""
    network = Network([Dense(1, 1, initialization="zero", skip=True)] * 250)
    options = {"loss": "mse", "epochs": 1, "record": (), "on_divergence": "keep", "progress": False}
    history = train(network, [[1.0]], [2.0], SGD(0.25), **options)
    assert history.diverged == {0: 1} and not any(W.any() for W in network.W)


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
    assert measure(network, 10 * np.abs(long), np.zeros(1000, int)).loss.shape == (20,)


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


# Writing into a network.
def test_the_line_of_every_textbook_takes_a_step():
    network = Network(MIXED, replicas=2, dtype="float64")
    before = network.copy()
    _, gradient = network.loss_and_gradient(X, Y)
    for layer in range(4):
        network.W[layer] -= 0.1 * gradient.W[layer]
        network.b[layer] += -0.1 * gradient.b[layer]
    network.alpha[0] -= 0.1 * gradient.alpha[0]
    for lists in ("W", "b"):
        for mine, start, slope in zip(
            getattr(network, lists), getattr(before, lists), getattr(gradient, lists), strict=True
        ):
            assert (mine == start - 0.1 * slope).all()
    assert (network.alpha[0] == before.alpha[0] - 0.1 * gradient.alpha[0]).all() and network.alpha[1] is None
    network.W[0] = before.W[0]
    network.b[:] = [np.full(b.shape, np.nan) for b in network.b]
    network.W[-1] = 2
    assert (network.W[0] == before.W[0]).all() and np.isnan(network.b[1]).all() and (network.W[3] == 2).all()
    assert np.shares_memory(network.W[0], network.parameters[0].weights)
    assert repr(network.alpha) == "alpha: (2, 4), None, (2, 1), None"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (
            lambda n: n.W.__setitem__(0, np.ones((4, 3))),
            ValueError,
            r"W\[0\]: got shape \(4, 3\); accepted is the shape",
        ),
        (lambda n: n.b.__setitem__(-1, [1.0]), ValueError, r"b\[3\]: got shape \(1,\); accepted is the shape \(2, 2\)"),
        (lambda n: n.W.__setitem__(1, "a"), TypeError, r"W\[1\]: got dtype <U1; accepted is an array of real numbers"),
        (
            lambda n: n.W.__setitem__(1, [[1], [1, 2]]),
            TypeError,
            r"W\[1\]: got \[\[1\], \[1, 2\]\]; accepted is an array",
        ),
        (
            lambda n: n.alpha.__setitem__(1, 0.5),
            ValueError,
            r"alpha\[1\]: got 0.5; accepted is None: layer 1 has no alpha",
        ),
        (lambda n: n.b.__setitem__(slice(0, 2), [0.0]), ValueError, r"b: got \[0.0\]; accepted is a list of 2 arrays"),
        (lambda n: n.b.__setitem__(slice(0, 2), [0.0, [1.0]]), ValueError, r"b\[1\]: got shape \(1,\)"),
        (lambda n: n.W.__setitem__(4, 0.0), IndexError, ""),
        (lambda n: n.W.__setitem__(0, n.W[0] + 1j), TypeError, r"W\[0\]: got dtype complex64"),
    ],
)
def test_a_step_that_does_not_fit_changes_nothing(change, error, message):
    network = Network(MIXED, replicas=2)
    before = network.copy()
    with pytest.raises(error, match=f"^{message}"):
        change(network)
    for wrong in (np.ones((2, 5, 3)), np.ones((2, 4, 3)) * 1j):
        with pytest.raises((ValueError, TypeError)):
            network.W[0] -= wrong
    assert same(network, before)
