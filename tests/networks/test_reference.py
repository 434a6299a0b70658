"""Training agrees with implementations that share nothing with it: a textbook's loops, PyTorch, rounded arithmetic."""

import numpy as np
import pytest
from textbook import ALPHA, TEXTBOOK, Textbook, adam, sgd

from course_lib.networks import ACTIVATIONS, LOSSES, SGD, Adam, Dense, Diverged, Dropout, Maxout, Network, train
from course_lib.networks.plan import NARROW


def compare(layers, optimizer, steps, loss="cross_entropy", epochs=34):
    """Train both for `epochs` epochs of 3 steps, the last batch smaller, and compare the losses and all weights."""
    rng = np.random.default_rng(11)
    X, n_out = rng.standard_normal((10, 3)), layers[-1].n_out
    y = rng.integers(0, n_out, 10) if loss == "cross_entropy" else rng.standard_normal((10, n_out))
    network = Network(layers, replicas=2, seed=5, dtype="float64")
    for b in network.b:
        b[...] = rng.standard_normal(b.shape) / 4
    books = [Textbook(network, r) for r in range(2)]
    history = train(network, X, y, optimizer, loss, batch_size=4, epochs=epochs, seed=3, progress=False, record=())
    for r, book in enumerate(books):
        start = book.theta
        means = book.train(X, y, steps[r], loss, 4, epochs, 3, 5 + r)
        assert np.abs(book.theta - start).max() > 1e-3
        np.testing.assert_allclose(history.loss[r], means, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(book.trained(network, r), book.theta, rtol=1e-12, atol=1e-12)
        for mean, variance, expected in zip(network.running_mean, network.running_variance, book.running, strict=True):
            if expected is not None:
                np.testing.assert_allclose(np.stack([mean[r], variance[r]], 1), expected, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(network.predict(X)[r], book.values(X)[1][-1], rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_agrees_over_a_hundred_steps(activation):
    alpha = [-0.5, 1.5] if activation in ALPHA else None
    layers = [Dense(3, 4, activation, None, alpha), Dense(4, 3, activation), Dense(3, 2)]
    compare(layers, Adam([1e-2, 3e-3]), [adam(1e-2), adam(3e-3)])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("n_out", [1, 3])
def test_every_loss_agrees(loss, n_out):
    if (loss, n_out) != ("cross_entropy", 1):
        layers = [Dense(3, 4, "tanh"), Dense(4, n_out, "softplus" if loss == "mse" else "identity")]
        compare(layers, SGD([0.05, 0.02], momentum=[0.9, 0.0]), [sgd(0.05, 0.9), sgd(0.02)], loss, 12)


def test_maxout_and_dropout_agree_with_masks_drawn_again():
    for tie in ("first", "split"):
        compare([Maxout(3, 4, 3, tie), Maxout(4, 2, 2, tie)], Adam(1e-2), [adam(1e-2), adam(1e-2)], epochs=12)
    layers = [Dropout(0.25), Dense(3, 6, "relu"), Dropout([0.0, 0.5]), Dense(6, 5, "tanh"), Dropout(0.5), Dense(5, 2)]
    compare(layers, SGD(0.1), [sgd(0.1), sgd(0.1)], epochs=12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_skip_agrees_for_every_activation_and_place(activation):
    """As the first layer, beside dropout, after another skip and as the last layer."""
    alpha = [-0.5, 1.5] if activation in ALPHA else None
    square = [Dense(width, width, activation, None, alpha, skip=True) for width in (3, 4, 4, 2)]
    layers = [square[0], Dropout(0.25), Dense(3, 4, "tanh"), *square[1:3], Dropout(0.5), Dense(4, 2), square[3]]
    compare(layers, SGD(0.02, momentum=0.5), [sgd(0.02, 0.5), sgd(0.02, 0.5)], epochs=8)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_batch_normalization_agrees_for_every_activation_and_place(activation, optimizer):
    """As the first layer, beside dropout, with a skip and as the last layer; batches of 4, 4 and 2 samples.

    A bias that the next layer's mean takes away has the gradient 0, but by rounding 1e-17: ε keeps that out of Adam.
    """
    alpha = [-0.5, 1.5] if activation in ALPHA else None
    both = {"skip": True, "batch_norm": True}
    layers = [
        *(Dense(3, 4, activation, None, alpha, batch_norm=True), Dropout(0.25)),
        *(Dense(4, 4, activation, None, alpha, **both), Maxout(4, 4), Dense(4, 2, batch_norm=True)),
    ]
    rules = {
        "SGD": (SGD([0.02, 0.01], momentum=[0.5, 0.0]), [sgd(0.02, 0.5), sgd(0.01)]),
        "Adam": (Adam([1e-2, 3e-3], epsilon=1e-3), [adam(1e-2, epsilon=1e-3), adam(3e-3, epsilon=1e-3)]),
    }
    compare(layers, *rules[optimizer], epochs=8)


@pytest.mark.parametrize("n_in", [1, NARROW - 1, NARROW, NARROW + 1])
@pytest.mark.parametrize("first", [Dense, Maxout])
def test_a_narrow_and_a_wide_input_give_the_same_products(n_in, first):
    rng = np.random.default_rng(8)
    network = Network([first(n_in, 4), Dense(4, 2)], replicas=3, dtype="float64")
    X, T = rng.standard_normal((5, n_in)), rng.standard_normal((5, 2))
    losses, gradient = network.loss_and_gradient(X, T, "mse")
    for r in range(3):
        book = Textbook(network, r)
        values, slopes = zip(*(book.gradient(x, t, "mse") for x, t in zip(X, T, strict=True)), strict=True)
        assert losses[r] == pytest.approx(np.mean(values), rel=1e-12)
        np.testing.assert_allclose(book.trained(gradient, r), np.mean(slopes, 0), rtol=1e-10, atol=1e-12)


# Whole numbers as weights and inputs: pre-activations lie exactly on kinks, and sums of a few products are exact.
SLOPES = [0.0, 0.5, 1.0, -0.75]


def gradients(layers, r_of):
    """The gradient of each replica, by the network and by the textbook, in one row each, and the textbook."""
    rng = np.random.default_rng(192)  # a seed with several pre-activations on every kink in every replica
    network = Network(layers, replicas=r_of, dtype="float64")
    for values in [*network.W, *network.b]:
        values[...] = rng.integers(-2, 3, values.shape)
    X, y = rng.integers(-2, 3, (16, layers[0].n_in)), rng.integers(-3, 4, (16, layers[-1].n_out))
    _, gradient = network.loss_and_gradient(X, y, "mse")
    for r in range(r_of):
        book = Textbook(network, r)
        textbook = sum(book.gradient(x, t, "mse")[1] for x, t in zip(X, y, strict=True)) / len(X)
        yield book.trained(gradient, r), textbook, book


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if TEXTBOOK[name][1]])
@pytest.mark.parametrize("given", [True, False])
def test_at_a_kink_the_upstream_gradient_is_multiplied_by_the_slope(activation, given):
    kinks = len(TEXTBOOK[activation][1])
    alpha = [0.5, -1.0, 0.0, 2.0] if activation in ALPHA else None
    at_kink = (SLOPES, 0.25)[:kinks] if given else None
    layers = [Dense(2, 4, activation, at_kink, alpha), Dense(4, 3, activation, at_kink, alpha), Dense(3, 2)]
    for mine, textbook, book in gradients(layers, 4):
        assert all(hits >= 3 for hits in book.on_kinks[:kinks])
        np.testing.assert_allclose(mine, textbook, rtol=1e-12 if activation == "elu" else 0, atol=1e-12)


def test_at_a_kink_the_skip_is_not_multiplied_by_the_slope():
    layers = [Dense(3, 3, "relu", SLOPES, skip=True), Dense(3, 3, "relu", SLOPES, skip=True), Dense(3, 2)]
    for mine, textbook, book in gradients(layers, 4):
        assert book.on_kinks[0] >= 3
        np.testing.assert_allclose(mine, textbook, rtol=0, atol=1e-12)


def test_tied_pieces_get_the_upstream_gradient_as_the_rule_says():
    rows = {}
    for tie in ("first", "split"):
        for r, (mine, textbook, _) in enumerate(
            gradients([Maxout(2, 4, 3, tie), Maxout(4, 3, 2, tie), Dense(3, 2)], 2)
        ):
            np.testing.assert_allclose(mine, textbook, rtol=1e-14, atol=1e-14)  # thirds are rounded
            rows[tie, r] = mine
    assert all((rows["first", r] != rows["split", r]).any() for r in range(2))


@pytest.mark.parametrize("activation", ["relu", "prelu"])
def test_a_slope_at_the_kink_is_used_in_training_too(activation):
    """With a first layer of zeros every pre-activation starts on the kink: the slope decides whether anything moves."""
    layers = [Dense(2, 4, activation, [0.0, 0.5, 1.0], initialization="zero"), Dense(4, 2)]
    network = Network(layers, replicas=3, seed=5, dtype="float64")
    X, y = np.random.default_rng(1).standard_normal((8, 2)), np.arange(8) % 2
    books = [Textbook(network, r) for r in range(3)]
    train(network, X, y, SGD(0.5), batch_size=4, epochs=10, seed=2, progress=False)
    for r, book in enumerate(books):
        book.train(X, y, sgd(0.5), "cross_entropy", 4, 10, 2, 5 + r)
        np.testing.assert_allclose(book.trained(network, r), book.theta, rtol=1e-12, atol=1e-12)
        assert book.on_kinks[0] == (8 * 10 * 4 if r == 0 else 4 * 4)
        assert network.W[0][r].any() == (r > 0)


@pytest.mark.parametrize("optimizer", ["SGD", "Adam"])
def test_every_activation_and_loss_agree_with_pytorch(optimizer):
    torch = pytest.importorskip("torch", reason="PyTorch is in the extra 'benchmarks', which is not installed")
    torch.set_num_threads(1)  # The products are tiny; more threads only wait for each other.
    F = torch.nn.functional
    activations = {
        "identity": lambda z: z, "absolute": torch.abs, "softplus": lambda z: F.softplus(z, threshold=100),
        "elu": F.elu, "relu6": F.relu6, "hard_tanh": F.hardtanh,
        **{name: getattr(torch, name) for name in ("relu", "sigmoid", "tanh")}, "leaky_relu": F.leaky_relu,
        "gelu": F.gelu, "silu": F.silu,
    }  # fmt: skip
    losses = {"cross_entropy": F.cross_entropy, "mse": F.mse_loss, "mean_absolute_error": F.l1_loss}
    ours = {"SGD": SGD(0.02, momentum=0.9), "Adam": Adam(3e-3, beta1=0.5, beta2=0.7, epsilon=1e-3)}[optimizer]
    for name, loss in [*((name, "cross_entropy") for name in activations), *(("tanh", loss) for loss in losses)]:
        rng = np.random.default_rng(5)
        X = rng.standard_normal((66, 4))
        y = rng.integers(0, 3, 66) if loss == "cross_entropy" else rng.standard_normal((66, 3))
        network = Network([Dense(4, 7, name), Dense(7, 3)], replicas=3, seed=2, dtype="float64")
        theirs = [torch.tensor(v[1].copy(), requires_grad=True) for v in [*network.W, *network.b]]
        step = {
            "SGD": lambda p: torch.optim.SGD(p, 0.02, momentum=0.9),
            "Adam": lambda p: torch.optim.Adam(p, 3e-3, (0.5, 0.7), 1e-3),
        }[optimizer](theirs)
        train(network, X, y, ours, loss, 33, epochs=50, seed=9, progress=False, record=())
        shuffle = np.random.default_rng(9)
        for rows in np.concatenate([shuffle.permutation(66) for _ in range(50)]).reshape(100, 33):
            a = activations[name](torch.tensor(X[rows]) @ theirs[0].T + theirs[2])
            step.zero_grad()
            losses[loss](a @ theirs[1].T + theirs[3], torch.tensor(y[rows])).backward()
            step.step()
        for mine, reference in zip([*network.W, *network.b], theirs, strict=True):
            np.testing.assert_allclose(mine[1], reference.detach().numpy(), rtol=1e-10, atol=1e-10)


def half(values):
    """Rounded once to half precision. Computed in double: the sums below are so short that single would be the same."""
    with np.errstate(over="ignore"):
        return np.asarray(values, np.float64).astype(np.float16).astype(np.float64)


class Emulation:
    """One replica of a network of prelu, in double precision with a rounding where a number is stored."""

    def __init__(self, network, r):
        self.skips = [layer.skip for layer in network.layers]
        lists = [network.W, network.b, network.alpha]
        self.W, self.b, self.alpha = ([None if v is None else v[r].astype(float) for v in values] for values in lists)

    def forward(self, X):
        z, a = [], [X]
        for W, b, alpha, skip in zip(self.W, self.b, self.alpha, self.skips, strict=True):
            z.append(half(a[-1] @ W.T + b))
            values = z[-1] if alpha is None else np.maximum(z[-1], 0) + alpha * np.minimum(z[-1], 0)
            a.append(half(values + a[-1] if skip else values))
        return z, a

    def gradient(self, X, T):
        """Of the mean square error, by layer: ∂W, ∂b, ∂α."""
        z, a = self.forward(X)
        delta, layers = half((a[-1] - T) / T.size * 2), []
        for at in range(len(self.W) - 1, -1, -1):
            d_alpha, arrived = None, delta if self.skips[at] else 0
            if self.alpha[at] is not None:
                d_alpha = half((delta * np.minimum(z[at], 0)).sum(0))
                delta = half(delta * np.where(z[at] > 0, 1, self.alpha[at]))
            layers.insert(0, (half(delta.T @ a[at]), half(delta.sum(0)), d_alpha))
            delta = half(delta @ self.W[at] + arrived)
        return layers


def agree(parameters, r, emulated):
    """The same half numbers, but for a few that a rounding in single precision has brought over a boundary."""
    for mine, expected in zip((parameters.W, parameters.b, parameters.alpha[:-1]), emulated, strict=True):
        mine, expected = (np.concatenate([np.ravel(v) for v in row if v is not None]) for row in (
            [np.asarray(values[r], np.float64) for values in mine], expected))  # fmt: skip
        assert (mine == half(mine)).all() and (mine == expected).mean() > 0.9
        np.testing.assert_allclose(mine, expected, rtol=2**-10, atol=2**-24)


@pytest.mark.parametrize(
    ("optimizer", "rules"),
    [
        (SGD(2.0**-11, momentum=0.5), [lambda: sgd(2.0**-11, 0.5)] * 2),
        (Adam(0.01), [lambda: adam(0.01)] * 2),
        (
            Adam([0.01, 0.02], 0.5, [0.1, 0.6], 1e-4),
            [lambda: adam(0.01, 0.5, 0.1, 1e-4), lambda: adam(0.02, 0.5, 0.6, 1e-4)],
        ),
    ],
)
@pytest.mark.parametrize("skip", [False, True])
def test_half_precision_rounds_each_stored_number_once_but_not_what_the_optimizer_keeps(optimizer, rules, skip):
    """The gradient that is rounded is the gradient itself, without any factor that the optimiser puts in."""
    rng = np.random.default_rng(9)

    def grid(*shape):
        """Multiples of 1/64 in [−2, 2): products of two and sums of a few are exact in single, but not in half."""
        return rng.integers(-128, 128, shape) / 64

    layers = [Dense(3, 6, "prelu", alpha=0.3), Dense(6, 5, "prelu", alpha=[0.3, -0.7]), Dense(5, 2)]
    if skip:
        layers.insert(1, Dense(6, 6, "prelu", alpha=[0.25, -0.5], skip=True))
    network = Network(layers, replicas=2, dtype="float16")
    for values in [*network.W, *network.b]:
        values[...] = grid(*values.shape)
    X, T = grid(8, 3), grid(8, 2)
    books = [Emulation(network, r) for r in range(2)]
    activity, (_, gradient) = network.forward(X), network.loss_and_gradient(X, T, "mse")
    for r, book in enumerate(books):
        z, a = book.forward(X)
        for at in range(len(layers)):
            assert (activity.pre_activations[at][r] == z[at]).all() and (activity.activations[at][r] == a[at + 1]).all()
        agree(gradient, r, zip(*book.gradient(X, T), strict=True))
    train(network, X, T, optimizer, "mse", batch_size=8, epochs=3, progress=False)
    for r, book in enumerate(books):
        rows = (book.W, book.b, book.alpha)
        steps = [[rules[r]() for _ in row] for row in rows]
        for t in (1, 2, 3):
            for at, slopes in enumerate(book.gradient(X, T)):
                for row, step, slope in zip(rows, steps, slopes, strict=True):
                    row[at] = None if slope is None else half(row[at] + step[at](t, slope))
        agree(network, r, rows)


def one_weight(weight, dtype="float16"):
    network = Network.mlp([1, 1], dtype=dtype, initialization="zero")
    network.W[0][...] = weight
    return network


def test_half_precision_ends_at_65504_and_loses_small_numbers():
    assert one_weight(32752.0).predict([[2.0]]) == 65504.0  # (2 − 2⁻¹⁰) · 2¹⁵
    assert one_weight(32760.0).predict([[2.0]]) == np.inf  # 65520 lies half-way to 2¹⁶
    assert one_weight(32760.0, "float32").predict([[2.0]]) == 65520
    network = one_weight(200.0)  # the outputs are finite, the gradient is not
    with pytest.raises(Diverged, match="float16 ends at 65504"):
        train(network, [[200.0]], [0.0], SGD(1e-6), "mse", progress=False)
    assert network.W[0] == 200
    # Adam's factor on the gradient grows up to 1000: it must not reach the numbers that are rounded.
    history = train(one_weight(0.0), [[1.0]], [200.0], Adam(0.25, beta2=0.7), "mse", epochs=60, progress=False)
    assert history.loss[0, -1] < history.loss[0, 0]
    # A step below half the distance to the next number: 1 − 2⁻¹² rounds to 1, 1 − 2⁻¹⁰ does not.
    for rate, moved in [(2.0**-13, 0.0), (2.0**-11, 2.0**-10)]:
        network = one_weight(1.0)
        train(network, [[1.0]], [0.0], SGD(rate), "mse", epochs=1, progress=False)
        assert float(network.W[0][0, 0, 0]) == 1 - moved
