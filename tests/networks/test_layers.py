"""What a network is made of: numbers of replicas, layers, starting values, and the views that hold parameters."""

import math

import numpy as np
import pytest

from course_lib.networks import ACTIVATIONS, Dense, Dropout, Maxout, Network
from course_lib.networks.initialization import INITIALIZATIONS
from course_lib.networks.layers import copy_replicas, parameters_per_replica, per_replica, spread, views

LAYERS = [Dense(3, 4, "prelu"), Maxout(4, 2, pieces=3), Dense(2, 5, "elu"), Dense(5, 1, "prelu")]
# (n_in + 1) · rows, and the values of α
COUNTS = [(4 * 4, 4), (5 * 6, 0), (3 * 5, 1), (6 * 1, 1)]


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.array(2), [2, 2, 2], (2.0,) * 3, np.full(3, 2)])
def test_one_number_or_one_per_replica(value):
    each = per_replica("rate", value, 3)
    assert each.dtype == np.float64 and each.tolist() == [2.0, 2.0, 2.0]
    assert each is not value and not np.shares_memory(each, np.asarray(value))


@pytest.mark.parametrize(
    ("value", "options", "accepted"),
    [
        *((value, {}, "a finite number") for value in ("0.1", None, True, 1j, np.nan, [1.0, np.inf], [[1.0], [1, 2]])),
        *((value, {}, "each of the 2 replicas") for value in ([1.0, 2, 3], [1.0], [], [[1.0], [2.0]], [1.0, None])),
        (-0.1, {"low": 0}, r"in \[0, inf\)"),
        ([0.5, 0.0], {"low": 0, "open_low": True}, r"in \(0, inf\)"),
        ([0.5, 1.0], {"low": 0, "high": 1}, r"in \[0, 1\)"),
    ],
)
def test_anything_else_is_refused_with_the_name(value, options, accepted):
    with pytest.raises(ValueError, match=f"^beta: got .*; accepted is .*{accepted}"):
        per_replica("beta", value, 2, **options)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("relu", None, [0.0]),
        ("relu", np.float32(0.5), [0.5]),
        ("relu", (0.5,), [0.5]),
        ("relu", np.array([1, 0, 0.5]), [[1.0, 0.0, 0.5]]),
        ("relu", [0.5, 0.5, 0.5], [0.5]),
        ("relu6", 1.0, [1.0, 1.0]),
        ("relu6", (None, 1.0), [0.0, 1.0]),
        ("hard_tanh", (0.25, [1, 0, 0.5]), [0.25, [1.0, 0.0, 0.5]]),
        ("hard_tanh", [1, 0, 0.5], [[1.0, 0.0, 0.5], [1.0, 0.0, 0.5]]),
        ("leaky_relu", None, [None]),
        ("prelu", 0.0, [0.0]),
        ("tanh", None, []),
    ],
)
def test_one_slope_for_each_kink(name, given, expected):
    slopes = Dense(1, 1, name, given).slopes(3, "float32")
    assert [None if slope is None else slope.squeeze().tolist() for slope in slopes] == expected
    assert all(slope is None or (slope.dtype == "float32" and slope.shape in ((), (3, 1, 1))) for slope in slopes)


def test_rows_alphas_and_how_layers_print():
    assert (Dense(2, 3).rows, Maxout(2, 3, pieces=4).rows, Maxout(2, 3).alphas) == (3, 12, 0)
    assert [Dense(2, 3, name).alphas for name in ("relu", "elu", "leaky_relu", "prelu")] == [0, 1, 1, 3]
    assert repr(Dense(2, 3, "elu", 0.5, 1.5)) == "Dense(2, 3, activation='elu', slope_at_kink=0.5, alpha=1.5)"
    assert repr(Maxout(2, 3, pieces=4)) == "Maxout(2, 3, pieces=4)"
    assert Network([Dropout(0.5), Dense(np.int64(2), np.uint8(3)), Dropout(0.0), Maxout(3, 2)]).sizes == [2, 3, 2]


BAD_LAYERS = [
    (lambda: Dense(0, 2), ValueError, "n_in: got 0; accepted is a whole number of at least 1"),
    (lambda: Dense(2, 2.0), TypeError, "n_out: got 2.0; accepted is a whole number"),
    (lambda: Maxout(True, 2), TypeError, "n_in: got True"),
    (lambda: Maxout(2, None), TypeError, "n_out: got None"),
    (lambda: Maxout(2, 2, pieces=0), ValueError, "pieces: got 0"),
    (lambda: Dense(2, 3, "ReLU"), ValueError, "activation: got 'ReLU'; accepted are 'identity', 'relu', "),
    (lambda: Dense(2, 3, ACTIVATIONS["relu"]), ValueError, "activation: got Activation"),
    (lambda: Dense(2, 3, "relu", alpha=0.1), ValueError, "alpha: got 0.1; accepted is None for relu"),
    (lambda: Maxout(2, 3, tie="all"), ValueError, "tie: got 'all'; accepted are 'first', 'split'"),
    (lambda: Network([]), ValueError, r"layers: got \[\]; accepted is a list"),
    (lambda: Network(Dense(2, 3)), ValueError, "layers: got Dense.*; accepted is a list of Dense, Maxout and Dropout"),
    (lambda: Network([Dense(2, 3), "relu"]), ValueError, "layers: got .* accepted is a list of Dense"),
    (lambda: Network([Dropout(0.5)]), ValueError, "layers: got .* whose last layer has outputs: Dense or Maxout"),
    (
        lambda: Network([Dense(2, 3), Dropout(0.5)]),
        ValueError,
        "layers: got .* whose last layer has outputs: Dense or Maxout",
    ),
    (
        lambda: Network([Dense(2, 3), Dropout(0.5), Dense(3, 4), Maxout(2, 2)]),
        ValueError,
        "layers: got 2 inputs for layer 2; accepted are the 4 outputs of layer 1",
    ),
]


@pytest.mark.parametrize(("make", "error", "message"), BAD_LAYERS)
def test_layers_that_do_not_fit_are_refused(make, error, message):
    with pytest.raises(error, match=f"^{message}"):
        make()


def test_views_cover_the_flat_array_once():
    assert parameters_per_replica(LAYERS) == sum(map(sum, COUNTS))
    flat = np.arange(2 * parameters_per_replica(LAYERS), dtype=float)
    layers = views(flat, LAYERS, 2)
    assert [layer.W.shape for layer in layers] == [(2, 4, 3), (2, 6, 4), (2, 5, 2), (2, 1, 5)]
    assert [layer.b.shape for layer in layers] == [(2, 4), (2, 6), (2, 5), (2, 1)]
    assert [None if layer.alpha is None else layer.alpha.shape for layer in layers] == [
        (2, 4, 1), None, (2, 1, 1), (2, 1, 1),
    ]  # fmt: skip
    assert np.concatenate([array.ravel() for layer in layers for array in layer.arrays()]).tolist() == flat.tolist()
    assert all(layer.weights.flags.c_contiguous and np.shares_memory(layer.weights, flat) for layer in layers)
    # Layer by layer, and inside a layer replica by replica.
    assert layers[0].of(slice(1, 2)).b.tolist() == [[19.0, 23.0, 27.0, 31.0]]
    assert layers[0].of(slice(1, 2)).alpha.ravel().tolist() == [36, 37, 38, 39]


def test_copies_and_spreads_reach_only_their_replicas():
    size = parameters_per_replica(LAYERS)
    flat = np.zeros(2 * size)
    source, target = views(np.arange(3.0 * size), LAYERS, 3), views(flat, LAYERS, 2)
    copy_replicas(source, slice(1, 3), target)
    for come, go in zip(source, target, strict=True):
        for values, place in zip(come.arrays(), go.arrays(), strict=True):
            assert (place == values[1:]).all() and not np.shares_memory(place, values)
    spread(np.array([2.0, -3.0]), target)
    assert all((layer.weights[0] == 2).all() and (layer.weights[1] == -3).all() for layer in target)
    assert sorted(set(flat)) == [-3, 2]


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


@pytest.mark.parametrize("name", INITIALIZATIONS)
def test_a_seed_gives_the_same_numbers_for_ever(name):
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
