"""float16: every stored number is rounded once, after it was computed in single precision, as an emulation does it."""

import numpy as np
import pytest

from course_lib.networks import SGD, Adam, Dense, Diverged, Dropout, Maxout, Network, train

LARGEST = 65504.0  # (2 − 2⁻¹⁰) · 2¹⁵


def half(values):
    """Rounded once to half precision. Computed in double: the sums below are so short that single would be the same."""
    with np.errstate(over="ignore"):
        return np.asarray(values, np.float64).astype(np.float16).astype(np.float64)


def grid(rng, *shape):
    """Multiples of 1/64 in [−2, 2): products of two and sums of a few are exact in single, but not in half."""
    return rng.integers(-128, 128, shape) / 64


def example(samples=8):
    rng = np.random.default_rng(9)
    layers = [Dense(3, 6, "prelu", alpha=0.3), Dense(6, 5, "prelu", alpha=[0.3, -0.7]), Dense(5, 2)]
    network = Network(layers, replicas=2, dtype="float16")
    for values in [*network.W, *network.b]:
        values[...] = grid(rng, *values.shape)
    return network, grid(rng, samples, 3), grid(rng, samples, 2)


class Emulation:
    """One replica of `example` with prelu, in double precision with a rounding where a number is stored."""

    def __init__(self, network, r):
        lists = [network.W, network.b, network.alpha]
        self.W, self.b, self.alpha = ([None if v is None else v[r].astype(float) for v in values] for values in lists)

    def forward(self, X):
        z, a = [], [X]
        for W, b, alpha in zip(self.W, self.b, self.alpha, strict=True):
            z.append(half(a[-1] @ W.T + b))
            a.append(z[-1] if alpha is None else half(np.maximum(z[-1], 0) + alpha * np.minimum(z[-1], 0)))
        return z, a

    def gradient(self, X, T):
        """Of the mean square error, by layer: ∂W, ∂b, ∂α."""
        z, a = self.forward(X)
        delta, found = half((a[-1] - T) / T.size * 2), []
        for at in range(len(self.W) - 1, -1, -1):
            d_alpha = None
            if self.alpha[at] is not None:
                d_alpha = half((delta * np.minimum(z[at], 0)).sum(0))
                delta = half(delta * np.where(z[at] > 0, 1, self.alpha[at]))
            found.insert(0, (half(delta.T @ a[at]), half(delta.sum(0)), d_alpha))
            delta = half(delta @ self.W[at])
        return found


def row(arrays):
    return np.concatenate([np.ravel(array) for array in arrays])


def agree(mine, emulated):
    """The same half numbers, but for a few that a rounding in single precision has brought over a boundary."""
    mine, emulated = np.asarray(mine, np.float64), np.asarray(emulated)
    assert (mine == half(mine)).all()
    assert (mine == emulated).mean() > 0.97
    np.testing.assert_allclose(mine, emulated, rtol=2**-10, atol=2**-24)


def test_all_that_comes_back_is_half_precision():
    network, X, _ = example()
    activity = network.forward(X)
    for values in [*network.W, *network.b, *activity.pre_activations, *activity.activations, network.predict(X)]:
        assert values.dtype == np.float16


def test_the_forward_pass_rounds_each_stored_number_once():
    network, X, T = example()
    activity = network.forward(X)
    losses, _ = network.loss_and_gradient(X, T, "mse")
    naive = 0
    for r in range(2):
        z, a = Emulation(network, r).forward(X)
        for at in range(3):
            assert (activity.pre_activations[at][r] == z[at]).all()
            assert (activity.activations[at][r] == a[at + 1]).all()
        assert (network.predict(X)[r] == z[2]).all()
        assert losses[r] == pytest.approx(((z[2] - T) ** 2).mean(), rel=1e-6)  # the loss itself is not stored in half
        # Sums that are rounded after each addition, as half arithmetic alone would do, are others.
        sums = np.zeros_like(z[1])
        for j in range(6):
            sums = half(sums + half(a[1][:, j : j + 1] * network.W[1][r, :, j].astype(float)))
        naive += (half(sums + network.b[1][r].astype(float)) != z[1]).sum()
    assert naive > 5


def test_the_gradient_rounds_each_stored_number_once():
    network, X, T = example()
    _, gradient = network.loss_and_gradient(X, T, "mse")
    for r in range(2):
        dW, db, d_alpha = zip(*Emulation(network, r).gradient(X, T), strict=True)
        agree(row(values[r] for values in gradient.W), row(dW))
        agree(row(values[r] for values in gradient.b), row(db))
        agree(row(values[r] for values in gradient.alpha[:2]), row(d_alpha[:2]))


def sgd(rate):
    return lambda theta, gradient, state, t: theta - rate * gradient


def momentum(rate, decay):
    def step(theta, gradient, state, t):
        state["v"] = decay * state.get("v", 0.0) + gradient
        return theta - rate * state["v"]

    return step


def adam(rate, beta1, beta2, epsilon):
    def step(theta, gradient, state, t):
        state["m"] = beta1 * state.get("m", 0.0) + (1 - beta1) * gradient
        state["v"] = beta2 * state.get("v", 0.0) + (1 - beta2) * gradient**2
        return theta - rate * state["m"] / (1 - beta1**t) / (np.sqrt(state["v"] / (1 - beta2**t)) + epsilon)

    return step


@pytest.mark.parametrize(
    ("optimizer", "rule"),
    [
        (SGD(2.0**-10), sgd(2.0**-10)),
        (SGD(2.0**-11, momentum=0.5), momentum(2.0**-11, 0.5)),
        (Adam(0.01), adam(0.01, 0.9, 0.999, 1e-8)),
        (Adam(0.01, 0.5, 0.1, 1e-4), adam(0.01, 0.5, 0.1, 1e-4)),
        (Adam([0.01, 0.02], 0.5, [0.1, 0.6], 1e-4), None),
    ],
)
def test_training_rounds_gradients_and_weights_and_not_what_the_optimizer_keeps(optimizer, rule):
    """The gradient that is rounded is the gradient itself, without any factor that the optimiser puts in."""
    network, X, T = example()
    books = [Emulation(network, r) for r in range(2)]
    train(network, X, T, optimizer, "mse", batch_size=8, epochs=3, progress=False)
    for r, book in enumerate(books):
        step = rule or adam([0.01, 0.02][r], 0.5, [0.1, 0.6][r], 1e-4)
        states = [({}, {}, {}) for _ in book.W]
        for t in (1, 2, 3):
            for at, slopes in enumerate(book.gradient(X, T)):
                for own, slope, state in zip((book.W, book.b, book.alpha), slopes, states[at], strict=True):
                    own[at] = None if slope is None else half(step(own[at], slope, state, t))
        agree(row(values[r] for values in [*network.W, *network.b]), row([*book.W, *book.b]))
        agree(row(values[r] for values in network.alpha[:2]), row(book.alpha[:2]))


ANY = [Dropout(0.25), Dense(3, 6, "prelu"), Maxout(6, 4, 2, "split"), Dropout(0.5), Dense(4, 5, "elu"), Dense(5, 2)]


def test_weights_biases_and_alpha_stay_half_in_training():
    rng = np.random.default_rng(1)
    network = Network(ANY, replicas=3, dtype="float16")
    start = network.copy()
    history = train(network, rng.standard_normal((20, 3)), rng.integers(0, 2, 20), progress=False, batch_size=8)
    assert np.isfinite(history.loss).all()
    for layer, before in zip(network.parameters, start.parameters, strict=True):
        assert layer.weights.dtype == np.float16
        assert (layer.weights != before.weights).any()
    assert network.alpha[0].dtype == np.float16
    assert (network.alpha[0] != 0.25).any()


def test_half_is_near_single():
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((64, 3)), rng.integers(0, 2, 64)
    runs = {}
    for dtype in ("float16", "float32"):
        network = Network.mlp([3, 8, 2], "tanh", replicas=4, dtype=dtype)
        runs[dtype] = train(network, X, y, Adam(0.01), epochs=20, progress=False)
    np.testing.assert_allclose(runs["float16"].loss, runs["float32"].loss, rtol=0.02)
    assert (runs["float16"].loss != runs["float32"].loss).all()


def one_weight(weight, dtype="float16"):
    network = Network.mlp([1, 1], dtype=dtype, initialization="zero")
    network.W[0][...] = weight
    return network


def test_the_largest_half_number_is_kept_and_what_rounds_beyond_it_is_infinite():
    assert one_weight(LARGEST).predict([[1.0]]) == LARGEST
    assert one_weight(32752.0).predict([[2.0]]) == LARGEST
    assert one_weight(32760.0).predict([[2.0]]) == np.inf  # 65520 lies half-way to 2¹⁶
    assert one_weight(32760.0, "float32").predict([[2.0]]) == 65520


def test_overflow_is_reported_as_divergence():
    network = one_weight(300.0)
    with pytest.raises(Diverged, match="layer 0, in its forward pass, of replica 0.*float16 ends at 65504"):
        train(network, [[300.0], [1.0]], [0.0, 0.0], SGD(0.0), "mse", progress=False)
    assert network.W[0] == 300
    # A gradient beyond 65504: the outputs are finite, the step is not.
    network = one_weight(200.0)
    with pytest.raises(Diverged, match="float16 ends at 65504"):
        train(network, [[200.0]], [0.0], SGD(1e-6), "mse", progress=False)
    assert network.W[0] == 200
    network = one_weight(200.0, "float32")
    train(network, [[200.0]], [0.0], SGD(1e-6), "mse", epochs=1, progress=False)
    assert network.W[0] == pytest.approx(200 - 1e-6 * 2 * 40000 * 200)


def test_a_gradient_that_half_can_hold_is_no_divergence():
    """Adam's factor on the gradient grows up to 1000: it must not reach the numbers that are rounded."""
    network = Network.mlp([1, 1], dtype="float16", initialization="zero")
    history = train(network, [[1.0]], [200.0], Adam(0.25, beta2=0.7), "mse", epochs=60, progress=False)
    assert np.isfinite(history.loss).all()
    assert history.loss[0, -1] < history.loss[0, 0]


def test_small_numbers_are_lost_as_half_loses_them():
    # A step below half the distance to the next number: 1 − 2⁻¹² rounds to 1, 1 − 2⁻¹⁰ does not.
    for rate, moved in [(2.0**-13, 0.0), (2.0**-11, 2.0**-10)]:
        network = one_weight(1.0)
        train(network, [[1.0]], [0.0], SGD(rate), "mse", epochs=1, progress=False)
        assert float(network.W[0][0, 0, 0]) == 1 - moved
    # A gradient below 2⁻²⁵ is 0, however large the learning rate.
    network = one_weight(0.0)
    train(network, [[2.0**-13]], [2.0**-13], SGD(1e6), "mse", epochs=1, progress=False)
    assert network.W[0] == 0
    assert network.b[0] > 0
