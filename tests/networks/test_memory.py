"""Peak memory of training, counted by tracemalloc, which NumPy tells of every array.

What is counted: the peak inside `train`, less the data in the precision of the work (X with its column of ones, and
the targets), less the parameters, their gradient and the two arrays that Adam keeps. It is compared with the
activations of one batch in all replicas: inputs (once, as replicas share them), and the units of every layer.
"""

import gc
import itertools
import tracemalloc

import numpy as np
import pytest

from course_lib.networks import Adam, Network, train

ITEM = 4  # bytes of a float32


def peak(sizes, replicas, batch_size, samples, **options):
    """Bytes at the peak beyond what is subtracted, and the bytes of the activations of one batch."""
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((samples, sizes[0]), np.float32), rng.integers(0, sizes[-1], samples)
    made = {name: options.pop(name) for name in ("activation", "dropout") if name in options}
    options = {"batch_size": batch_size, "epochs": 2, "progress": False, "record": (), **options}
    train(Network.mlp(sizes, **made), X[:2], y[:2], Adam(), **{**options, "epochs": 1})  # imports and caches
    network = Network.mlp(sizes, replicas=replicas, **made)
    gc.collect()
    tracemalloc.start()
    try:
        train(network, X, y, Adam(), **options)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    parameters = replicas * sum((n_in + 1) * n_out for n_in, n_out in itertools.pairwise(sizes))
    data = samples * (sizes[0] + 1 + sizes[-1])
    return most - ITEM * (data + 4 * parameters), ITEM * batch_size * (sizes[0] + replicas * sum(sizes[1:]))


WORKS = [((784, 256, 256, 10), 1, 128), ((2, 16, 16, 2), 64, 64), ((64, 64, 64, 10), 64, 64)]


@pytest.mark.parametrize(("sizes", "replicas", "batch_size"), WORKS, ids=str)
@pytest.mark.parametrize("samples", [256, 300])  # with 300 the last batch is smaller
def test_training_stays_below_three_times_the_activations_of_one_batch(sizes, replicas, batch_size, samples):
    beyond, activations = peak(sizes, replicas, batch_size, samples)
    assert 0 < beyond < 3 * activations


@pytest.mark.parametrize(("sizes", "replicas", "batch_size"), WORKS, ids=str)
def test_the_statistics_after_each_epoch_stay_below_ten_times(sizes, replicas, batch_size):
    beyond, activations = peak(sizes, replicas, batch_size, 300, record=("accuracy", "gradient_norms", "zeros"))
    assert beyond < 10 * activations


@pytest.mark.parametrize("options", [{"dropout": 0.5}, {"activation": "prelu"}, {"activation": "elu"}, {"threads": 2}])
def test_other_layers_and_threads_do_not_need_more(options):
    beyond, activations = peak((64, 64, 64, 10), 64, 64, 150, **options)
    assert beyond < 3 * activations


def test_memory_beyond_the_data_does_not_grow_with_samples_or_epochs():
    """Two numbers of 8 bytes for each sample are allowed: the label's place and the order."""
    sizes, samples = (16, 32, 32, 4), (500, 1500)
    small, large = (peak(sizes, 16, 50, n)[0] for n in samples)
    assert large - small < 24 * (samples[1] - samples[0])
    few, many = (peak(sizes, 16, 50, 100, epochs=epochs)[0] for epochs in (2, 8))
    assert many < 1.05 * few + 4096


def test_memory_grows_no_faster_than_the_replicas():
    few, many = (peak((8, 32, 4), replicas, 32, 80)[0] for replicas in (100, 400))
    assert many < 4.4 * few
