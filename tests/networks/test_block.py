"""A replica has the same bits alone and among others, in any block and on any number of threads; memory is bounded."""

import gc
import itertools
import tracemalloc

import numpy as np
import pytest

from course_lib.networks import ACTIVATIONS, LOSSES, SGD, Adam, Dense, Dropout, Maxout, Network, train
from course_lib.networks.block import block_rows

R = 64
RATES = np.geomspace(1e-3, 1e-1, R)


def compare(layers, dtype="float32", samples=21, batch_size=8, loss="cross_entropy", which=(0, 37)):
    """Train 64 replicas, then some of them alone; the last batch is smaller."""
    together = Network(layers, replicas=R, seed=100, dtype=dtype)
    n_in, n_out = together.sizes[0], together.sizes[-1]
    rng = np.random.default_rng(n_in + samples)
    X = rng.standard_normal((samples, n_in))
    labels = LOSSES[loss].targets == "labels"
    y = rng.integers(0, n_out, samples) if labels else rng.standard_normal((samples, n_out))
    options = {"loss": loss, "batch_size": batch_size, "epochs": 2, "seed": 6, "progress": False}
    history = train(together, X, y, Adam(RATES), **options)
    for r in which:
        alone = Network(layers, seed=100 + r, dtype=dtype)
        own = train(alone, X, y, Adam(RATES[r]), **options)
        for mine, among in zip(alone.parameters, together.parameters, strict=True):
            for values, all_values in zip(mine.arrays(), among.arrays(), strict=True):
                assert values[0].tobytes() == all_values[r].tobytes()
        for quantity in ("loss", "accuracy", "gradient_norms", "zeros", "dead_units"):
            np.testing.assert_array_equal(getattr(own, quantity)[0], getattr(history, quantity)[r])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation):
    for dtype in ("float16", "float32", "float64"):
        compare([Dense(3, 5, activation), Dense(5, 4, activation), Dense(4, 2)], dtype=dtype, which=(37,))


@pytest.mark.parametrize(
    ("sizes", "batch_size"),
    [
        *(((1, 1, 2), 7), ((2, 2), 64), ((2, 16, 16, 2), 7), ((2, 16, 16, 2), 64), ((5, 1, 3), 1)),
        *(((10, 300, 10), 7), ((255, 9, 10), 64), ((256, 8, 3), 7), ((300, 3), 1), ((784, 20, 10), 7)),
    ],
    ids=str,
)
def test_every_shape(sizes, batch_size):
    layers = [Dense(n_in, n_out, "relu") for n_in, n_out in itertools.pairwise(sizes)]
    compare(layers, samples=9, batch_size=batch_size, which=(63,))


def test_every_loss_and_other_layers():
    for loss, n_out in (("mse", 1), ("mean_absolute_error", 40), ("cross_entropy", 40)):
        compare([Dense(3, 5, "tanh"), Dense(5, n_out)], loss=loss)
    for batch_size in (1, 8):
        compare([Dropout(0.2), Dense(3, 5, "relu"), Dropout(0.5), Dense(5, 2)], batch_size=batch_size)
        for tie in ("first", "split"):
            compare([Maxout(3, 5, 3, tie), Maxout(5, 2, 2, tie)], batch_size=batch_size)


@pytest.mark.parametrize("activation", ["identity", "relu", "prelu", "gelu"])
@pytest.mark.parametrize(("n_in", "width", "batch_size"), [(1, 1, 7), (3, 5, 10), (300, 9, 64)])
def test_batch_normalization(activation, n_in, width, batch_size):
    both = {"skip": True, "batch_norm": True}
    layers = [Dense(n_in, width, activation, batch_norm=True), Dropout(0.2), Dense(width, width, activation, **both)]
    for dtype in ("float16", "float32", "float64"):
        compare([*layers, Dense(width, 2)], dtype=dtype, samples=23, batch_size=batch_size, which=(37,))


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_threads_and_blocks_change_nothing(dtype, monkeypatch):
    rng = np.random.default_rng(53)
    X, y = rng.standard_normal((50, 3)), rng.integers(0, 2, 50)
    runs = set()
    each = np.linspace(0.0, 0.9, 13)
    restarts = np.geomspace(1e-3, 0.999, 13)  # β₂: Adam's internal factor starts anew at other steps in each replica
    first_of_zeros = Dense(3, 20, "relu", each, initialization="zero")
    layers = [Dense(3, 20, "relu", each, bias=each), Dropout(each / 2), Dense(20, 20, "elu", None, each)]
    layers += [Dense(20, 20, "relu", batch_norm=True), Dense(20, 2)]
    for threads, room in [(1, None), (5, None), (1, 50_000), (2, 10_000)]:
        if room:
            monkeypatch.setattr("course_lib.networks.block.BLOCK_BYTES", room)
        options = {"batch_size": 16, "epochs": 2, "progress": False, "threads": threads, "validation": (X, y)}
        on_kinks = Network([first_of_zeros, Dense(20, 2)], replicas=13, dtype=dtype)
        train(on_kinks, X, y, Adam(each / 10, each, restarts), **options)
        network = Network(layers, replicas=13, dtype=dtype)
        history = train(network, X, y, SGD(each / 10, momentum=each), **options)
        arrays = [array for layer in [*network.parameters, *on_kinks.parameters] for array in layer.arrays()]
        rows = [history.rows[name] for name in sorted(history.rows)]
        runs.add(b"".join(array.tobytes() for array in [*arrays, *map(np.array, rows)]))
    assert len(runs) == 1


@pytest.mark.parametrize(("replicas", "threads"), [(1, 1), (1, 4), (7, 3), (64, 2), (1000, 1), (1000, 2)])
@pytest.mark.parametrize("sizes", [[2, 16, 16, 2], [64, 64, 64, 10], [784, 256, 256, 10]], ids=str)
def test_blocks_divide_the_replicas(sizes, replicas, threads, monkeypatch):
    network = Network.mlp(sizes)
    monkeypatch.setattr(network, "replicas", replicas)  # a thousand large networks are not made
    rows = block_rows(network, 64, threads, 2)
    assert [r for part in rows for r in range(part.start, part.stop)] == list(range(replicas))
    lengths = [part.stop - part.start for part in rows]
    assert max(lengths) - min(lengths) <= 1
    assert len(rows) >= min(threads, replicas)
    # A block takes at most 4 MB, unless one replica alone takes more.
    parameters = sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(sizes))
    assert max(lengths) == 1 or max(lengths) * 4 * parameters * 4 < 4 * 2**20


def peak(sizes, replicas, batch_size, samples, epochs=2, **options):
    """Bytes at the peak of training beyond data and parameters, and the bytes of the activations of one batch.

    Data are X with its column of ones and the targets; parameters are theirs, the gradient and what Adam keeps.
    Inputs count once in the activations, as replicas share them, the units of every layer in each replica.
    """
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((samples, sizes[0]), np.float32), rng.integers(0, sizes[-1], samples)
    options = {"batch_size": batch_size, "progress": False, "record": (), **options}
    train(Network.mlp(sizes), X[:2], y[:2], Adam(), epochs=1, **options)  # imports and caches
    network = Network.mlp(sizes, replicas=replicas)
    gc.collect()
    tracemalloc.start()
    try:
        train(network, X, y, Adam(), epochs=epochs, **options)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    parameters = replicas * sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(sizes))
    data = samples * (sizes[0] + 1 + sizes[-1])
    return most - 4 * (data + 4 * parameters), 4 * batch_size * (sizes[0] + replicas * sum(sizes[1:]))


@pytest.mark.parametrize(
    ("sizes", "replicas", "batch_size"),
    [((784, 256, 256, 10), 1, 128), ((2, 16, 16, 2), 64, 64), ((64, 64, 64, 10), 64, 64)],
    ids=str,
)
def test_training_stays_below_three_times_the_activations_of_one_batch(sizes, replicas, batch_size):
    beyond, activations = peak(sizes, replicas, batch_size, 2 * batch_size + 44)  # the last batch is smaller
    assert 0 < beyond < 3 * activations
    beyond, _ = peak(sizes, replicas, batch_size, 2 * batch_size, epochs=1, record=("gradient_norms", "zeros"))
    assert beyond < 10 * activations


def test_memory_beyond_the_data_does_not_grow_with_samples_or_epochs():
    """Two numbers of 8 bytes for each sample are allowed: the label's place and the order."""
    sizes, (few, many) = (16, 32, 32, 4), (150, 600)
    short = peak(sizes, 16, 50, few)[0]
    assert peak(sizes, 16, 50, many)[0] - short < 24 * (many - few)
    assert peak(sizes, 16, 50, few, epochs=6)[0] < 1.05 * short + 4096
