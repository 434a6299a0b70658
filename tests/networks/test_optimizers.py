"""SGD and Adam by their published rules, over the borders of the pieces that they work in."""

import numpy as np
import pytest

from course_lib.networks import SGD, Adam, Dense, Network, train
from course_lib.networks.layers import views
from course_lib.networks.optimizers import LARGE, PIECE

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


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-4), ("float64", 1e-12)])
@pytest.mark.parametrize("momentum", [0.0, 0.9, [0.0, 0.5, 0.9]])
def test_sgd_takes_steps_along_the_velocity(momentum, dtype, tolerance):
    start, ends = trained(SGD(RATES, momentum), dtype, 6)
    for r, (theta, end) in enumerate(zip(start, ends, strict=True)):
        velocity = np.zeros_like(theta)
        for _ in range(6):
            velocity = np.broadcast_to(momentum, REPLICAS)[r] * velocity + gradient(theta, dtype)
            theta = theta - RATES[r] * velocity
        np.testing.assert_allclose(end, theta, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-4), ("float64", 1e-11)])
@pytest.mark.parametrize(
    ("beta1", "beta2", "epsilon"),
    [(0.9, 0.999, 1e-8), (0.0, 0.5, 1e-3), ([0.0, 0.9, 0.99], [0.3, 0.9, 0.999], [1e-8, 1e-2, 1.0])],
)
def test_adam_takes_steps_along_the_corrected_means(beta1, beta2, epsilon, dtype, tolerance):
    start, ends = trained(Adam(RATES / 100, beta1, beta2, epsilon), dtype, 12)
    for r, (theta, end) in enumerate(zip(start, ends, strict=True)):
        first, second, small = (np.broadcast_to(value, REPLICAS)[r] for value in (beta1, beta2, epsilon))
        mean, square = np.zeros_like(theta), np.zeros_like(theta)
        for t in range(1, 13):
            g = gradient(theta, dtype)
            mean, square = first * mean + (1 - first) * g, second * square + (1 - second) * g**2
            step = (mean / (1 - first**t)) / (np.sqrt(square / (1 - second**t)) + small)
            theta = theta - RATES[r] / 100 * step
        np.testing.assert_allclose(end, theta, rtol=tolerance, atol=tolerance)


def test_adams_factor_on_the_gradient_is_each_replicas_own():
    """It starts anew for a replica by itself: the same numbers as where that replica is alone."""
    beta2 = [0.2, 0.5, 0.9, 0.999]

    def bound(values):
        layers = [Dense(1, 1)]
        flat = [np.zeros(2 * len(values)) for _ in range(4)]
        rows = slice(0, len(values))
        return Adam(0.1, beta2=values).bind(flat, len(values), rows, lambda a: views(a, layers, len(values)))

    together, alone = bound(beta2), [bound([value]) for value in beta2]
    factors = np.array([together.begin() for _ in range(200)])
    expected = np.array([[update.begin() for update in alone] for _ in range(200)])
    np.testing.assert_allclose(factors, expected, rtol=1e-10)
    assert factors.max() <= LARGE
    anew = (np.diff(factors, axis=0) < 0).sum(0)
    assert len(set(anew)) == 4 and (anew == (np.diff(expected, axis=0) < 0).sum(0)).all()


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (SGD(-0.1), r"learning_rate: got -0.1; accepted is a finite number in \[0, inf\)"),
        (SGD([0.1, 0.2]), r"learning_rate: got \[0.1, 0.2\]; .* one for each of the 3 replicas"),
        (SGD(None), "learning_rate: got None"),
        (SGD(0.1, momentum=1.0), r"momentum: got 1.0; accepted is a finite number in \[0, 1\)"),
        (Adam(-1), "learning_rate: got -1"),
        (Adam(beta1=1), r"beta1: got 1; accepted is a finite number in \[0, 1\)"),
        (Adam(beta2=0), r"beta2: got 0; accepted is a finite number in \(0, 1\)"),
        (Adam(beta2=1.0), r"beta2: got 1.0"),
        (Adam(epsilon=0), r"epsilon: got 0; accepted is a finite number in \(0, inf\)"),
    ],
)
def test_numbers_out_of_range_are_refused_before_anything_changes(optimizer, message):
    network = Network.mlp([2, 1], replicas=3)
    before = network.W[0].copy()
    with pytest.raises(ValueError, match=f"^{message}"):
        train(network, [[1.0, 2.0]], [1.0], optimizer, "mse", progress=False)
    assert (network.W[0] == before).all()
