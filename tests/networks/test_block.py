"""A replica has the same bits alone and among 63 others, in any block and on any number of threads."""

import itertools

import numpy as np
import pytest

from course_lib.networks import ACTIVATIONS, LOSSES, SGD, Adam, Dense, Dropout, Maxout, Network, train
from course_lib.networks.block import block_rows

R = 64
RATES = np.geomspace(1e-3, 1e-1, R)


def data(n_in, n_out, samples, loss="cross_entropy"):
    rng = np.random.default_rng(n_in + samples)
    X = rng.standard_normal((samples, n_in))
    if LOSSES[loss].targets == "numbers":
        return X, rng.standard_normal((samples, n_out))
    return X, rng.integers(0, max(n_out, 2), samples)


def same_bits(together, history, alone, own, r):
    for mine, among in zip(alone.parameters, together.parameters, strict=True):
        for values, all_values in zip(mine.arrays(), among.arrays(), strict=True):
            assert values[0].tobytes() == all_values[r].tobytes()
    for quantity in ("loss", "accuracy", "gradient_norms", "zeros", "dead_units"):
        np.testing.assert_array_equal(getattr(own, quantity)[0], getattr(history, quantity)[r])


def compare(layers, n_in, n_out, dtype="float32", samples=21, batch_size=8, loss="cross_entropy", which=(0, 37)):
    """Train 64 replicas, then some of them alone; the last batch is smaller."""
    X, y = data(n_in, n_out, samples, loss)
    options = {"loss": loss, "batch_size": batch_size, "epochs": 2, "seed": 6, "progress": False}
    together = Network(layers, replicas=R, seed=100, dtype=dtype)
    history = train(together, X, y, Adam(RATES), **options)
    for r in which:
        alone = Network(layers, seed=100 + r, dtype=dtype)
        same_bits(together, history, alone, train(alone, X, y, Adam(RATES[r]), **options), r)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation, dtype):
    compare([Dense(3, 5, activation), Dense(5, 4, activation), Dense(4, 2)], 3, 2, dtype)


SIZES = [
    (1, 1, 2),
    (2, 2),
    (2, 16, 16, 2),
    (5, 1, 3),
    (10, 300, 10),
    (255, 9, 10),
    (256, 8, 3),
    (300, 3),
    (784, 20, 10),
]


@pytest.mark.parametrize("batch_size", [1, 7, 64])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_every_shape(sizes, batch_size):
    layers = [Dense(n_in, n_out, "relu") for n_in, n_out in itertools.pairwise(sizes)]
    compare(layers, sizes[0], sizes[-1], samples=9, batch_size=batch_size, which=(63,))


@pytest.mark.parametrize("n_out", [1, 3, 40])
@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss(loss, n_out):
    if (loss, n_out) != ("cross_entropy", 1):
        compare([Dense(3, 5, "tanh"), Dense(5, n_out)], 3, n_out, loss=loss)


OTHERS = {
    "dropout": [Dropout(0.2), Dense(3, 5, "relu"), Dropout(0.5), Dense(5, 2)],
    "maxout, first": [Maxout(3, 5, 3, "first"), Maxout(5, 2, 2, "first")],
    "maxout, split": [Maxout(3, 5, 3, "split"), Maxout(5, 2, 2, "split")],
    "one alpha for a wide layer": [Dense(3, 40, "prelu", alpha_sharing="layer"), Dense(40, 2)],
}


@pytest.mark.parametrize("batch_size", [1, 8])
@pytest.mark.parametrize("name", OTHERS)
def test_other_layers(name, batch_size):
    compare(OTHERS[name], 3, 2, batch_size=batch_size)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_threads_and_blocks_change_nothing(dtype, monkeypatch):
    X, y = data(3, 2, 50)
    runs = []
    each = np.linspace(0.0, 0.9, 13)
    first = Dense(3, 20, "relu", each, bias=each)
    first_of_zeros = Dense(3, 20, "relu", each, initialization="zero")
    layers = [first, Dropout(each / 2), Dense(20, 20, "elu", None, each), Dense(20, 2)]
    for threads, room in [(1, None), (2, None), (5, None), (1, 50_000), (2, 10_000)]:
        if room:
            monkeypatch.setattr("course_lib.networks.block.BLOCK_BYTES", room)
        options = {"batch_size": 16, "epochs": 3, "progress": False, "threads": threads, "validation": (X, y)}
        on_kinks = Network([first_of_zeros, Dense(20, 2)], replicas=13, dtype=dtype)
        train(on_kinks, X, y, Adam(each / 10, each), **options)
        network = Network(layers, replicas=13, dtype=dtype)
        history = train(network, X, y, SGD(each / 10, momentum=each), **options)
        arrays = [array for layer in [*network.parameters, *on_kinks.parameters] for array in layer.arrays()]
        rows = [history.rows[name] for name in sorted(history.rows)]
        runs.append(b"".join(array.tobytes() for array in [*arrays, *map(np.array, rows)]))
    assert len(set(runs)) == 1


@pytest.mark.parametrize(("replicas", "threads"), [(1, 1), (1, 4), (7, 1), (7, 3), (64, 2), (1000, 1), (1000, 2)])
@pytest.mark.parametrize("sizes", [[2, 16, 16, 2], [64, 64, 64, 10], [784, 256, 256, 10]], ids=str)
def test_blocks_divide_the_replicas(sizes, replicas, threads, monkeypatch):
    # Views only: a thousand large networks are not made.
    network = Network.mlp(sizes)
    monkeypatch.setattr(network, "replicas", replicas)
    rows = block_rows(network, 64, threads, 2)
    assert [r for part in rows for r in range(part.start, part.stop)] == list(range(replicas))
    lengths = [part.stop - part.start for part in rows]
    assert max(lengths) - min(lengths) <= 1
    assert len(rows) >= min(threads, replicas)
    # A block takes at most 4 MB, unless one replica alone takes more.
    parameters = sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(sizes))
    assert max(lengths) == 1 or max(lengths) * 4 * parameters * 4 < 4 * 2**20
