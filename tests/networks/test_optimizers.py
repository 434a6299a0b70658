"""SGD and Adam by their published rules, over the borders of the pieces that they work in."""

import numpy as np
import pytest
from textbook import adam, sgd

from course_lib.networks import SGD, Adam, Network, train
from course_lib.networks.optimizers import PIECE

# A linear network with more parameters than one piece holds; the border lies inside a replica.
N_IN, REPLICAS = PIECE // 2 + 100, 3
RNG = np.random.default_rng(10)
X, T = RNG.standard_normal((4, N_IN)) / 100, RNG.standard_normal((4, 1))
RATES = np.array([0.5, 0.1, 0.02])


def trained(optimizer, dtype, epochs):
    """The parameters of each replica before and after so many steps."""
    network = Network.mlp([N_IN, 1], replicas=REPLICAS, dtype=dtype)
    start = [np.concatenate([network.W[0][r, 0], network.b[0][r]]).astype(float) for r in range(REPLICAS)]
    train(network, X, T, optimizer, "mse", batch_size=4, epochs=epochs, progress=False, record=())
    return start, [np.concatenate([network.W[0][r, 0], network.b[0][r]]) for r in range(REPLICAS)]


def gradient(theta, dtype):
    """Of the mean square error, in double precision."""
    extended = np.hstack([X.astype(dtype).astype(float), np.ones((4, 1))])
    return 2 * extended.T @ (extended @ theta - T.astype(dtype)[:, 0]) / 4


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-4), ("float64", 1e-11)])
@pytest.mark.parametrize(
    ("optimizer", "rule", "numbers"),
    [
        *((SGD, sgd, (RATES, momentum)) for momentum in (0.0, 0.9, [0.0, 0.5, 0.9])),
        (Adam, adam, (RATES / 100, 0.9, 0.999, 1e-8)),
        (Adam, adam, (RATES / 100, 0.0, 0.5, 1e-3)),
        # Small β₂ start Adam's internal factor anew many times; with one per replica, at different steps.
        (Adam, adam, (RATES / 100, 0.9, 0.37, 1e-8)),
        (Adam, adam, (RATES / 10_000, 0.0, 1e-9, 1e-8)),
        (Adam, adam, (RATES / 100, [0.0, 0.9, 0.99], [0.3, 0.9, 0.999], [1e-8, 1e-2, 1.0])),
    ],
)
def test_steps_follow_the_published_rule(optimizer, rule, numbers, dtype, tolerance):
    start, ends = trained(optimizer(*numbers), dtype, 34)
    for r, (theta, end) in enumerate(zip(start, ends, strict=True)):
        step = rule(*(np.broadcast_to(value, REPLICAS)[r] for value in numbers))
        for t in range(1, 35):
            theta = theta + step(t, gradient(theta, dtype))
        np.testing.assert_allclose(end, theta, rtol=tolerance, atol=tolerance)
