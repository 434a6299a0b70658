"""All peers are given the same."""

import numpy as np
import pytest

from benchmarks.peer_problem import batches, load, save
from course_lib.networks import SGD, Dense, Network, train


def test_a_problem_reaches_another_process_unchanged(tmp_path, small):
    given = small
    save(tmp_path / "problem.npz", given)
    found = load(str(tmp_path / "problem.npz"))
    assert found[:4] == given[:4] and found.steps == 2
    for name in ("X", "y", "order"):
        np.testing.assert_array_equal(getattr(found, name), getattr(given, name))
    np.testing.assert_array_equal(found.W[0], given.W[0])
    np.testing.assert_array_equal(found.b[0], given.b[0])
    np.testing.assert_array_equal(found.one_hot.argmax(1), given.y)


def test_peers_get_the_batches_that_train_takes():
    """A straight line fitted by hand, batch after batch."""
    random = np.random.default_rng(0)
    X, y = random.standard_normal((12, 1)), random.standard_normal(12)
    network = Network(layers=[Dense(1, 1)], dtype="float64")
    w, b = float(network.W[0][0, 0, 0]), float(network.b[0][0, 0])
    train(network, X, y, SGD(0.1), "mse", batch_size=4, epochs=2, seed=3, progress=False, record=())
    for batch in batches(12, 4, 2, seed=3):
        error = w * X[batch, 0] + b - y[batch]
        w, b = w - 0.1 * 2 * float(np.mean(error * X[batch, 0])), b - 0.1 * 2 * float(np.mean(error))
    assert [network.W[0].item(), network.b[0].item()] == pytest.approx([w, b], rel=1e-12)
