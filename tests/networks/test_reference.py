"""Training agrees with a textbook (see `textbook`): 102 steps in float64 to 1e-12, kinks and masks included."""

import numpy as np
import pytest
from textbook import ALPHA, TEXTBOOK, Textbook, adam, sgd

from course_lib.networks import SGD, Adam, Dense, Dropout, Maxout, Network, step_schedule, train


def compare(layers, optimizer, steps, loss="cross_entropy", replicas=2, epochs=34, seed=3):
    """Train both for `epochs` epochs of 3 steps, the last batch smaller, and compare the losses and all weights."""
    rng = np.random.default_rng(11)
    X = rng.standard_normal((10, layers[0].n_in if not isinstance(layers[0], Dropout) else layers[1].n_in))
    n_out = layers[-1].n_out
    y = rng.integers(0, max(n_out, 2), 10) if loss in ("cross_entropy", "hinge") else rng.standard_normal((10, n_out))
    network = Network(layers, replicas=replicas, seed=5, dtype="float64")
    for b in network.b:
        b[...] = rng.standard_normal(b.shape) / 4
    books = [Textbook(network, r) for r in range(replicas)]
    assert all((book.theta == trained(network, book, r)).all() for r, book in enumerate(books))
    history = train(network, X, y, optimizer, loss, batch_size=4, epochs=epochs, seed=seed, progress=False, record=())
    for r, book in enumerate(books):
        start = book.theta
        means = book.train(X, y, steps[r], loss, 4, epochs, seed, 5 + r)
        assert np.abs(book.theta - start).max() > 1e-3
        np.testing.assert_allclose(history.loss[r], means, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(trained(network, book, r), book.theta, rtol=1e-12, atol=1e-12)


def trained(network, book, r):
    alpha = [None if values is None else values[r] for values in network.alpha]
    return book.flat([W[r] for W in network.W], [b[r] for b in network.b], alpha)


@pytest.mark.parametrize("activation", TEXTBOOK)
def test_every_activation_agrees_over_a_hundred_steps(activation):
    layers = [Dense(3, 4, activation), Dense(4, 3, activation), Dense(3, 2)]
    compare(layers, Adam([1e-2, 3e-3]), [adam(1e-2), adam(3e-3)])


@pytest.mark.parametrize("loss", ["mse", "mean_absolute_error", "cross_entropy", "hinge"])
@pytest.mark.parametrize("n_out", [1, 3])
def test_every_loss_agrees(loss, n_out):
    if (loss, n_out) != ("cross_entropy", 1):
        layers = [Dense(3, 4, "tanh"), Dense(4, n_out, "softplus" if loss == "mse" else "identity")]
        compare(layers, SGD([0.05, 0.02], momentum=[0.9, 0.0]), [sgd(0.05, 0.9), sgd(0.02)], loss)


OPTIMIZERS = {
    "SGD": (SGD(0.1), [sgd(0.1), sgd(0.1)]),
    "momentum and schedule": (
        SGD([0.1, 0.05], 0.8, step_schedule(10, 0.5)),
        [sgd(rate, 0.8, lambda epoch: 0.5 ** ((epoch - 1) // 10)) for rate in (0.1, 0.05)],
    ),
    # Small β₂ start Adam's internal factor anew many times; with one per replica, at different steps.
    "Adam, other numbers": (
        Adam([1e-2, 3e-3], [0.5, 0.95], [0.6, 0.99], [1e-3, 1e-6]),
        [adam(1e-2, 0.5, 0.6, 1e-3), adam(3e-3, 0.95, 0.99, 1e-6)],
    ),
    "Adam, tiny beta2": (Adam(1e-3, 0.0, 1e-9), [adam(1e-3, 0.0, 1e-9), adam(1e-3, 0.0, 1e-9)]),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_agrees(name):
    compare([Dense(3, 4, "sigmoid"), Dense(4, 2)], *OPTIMIZERS[name])


@pytest.mark.parametrize("sharing", ["unit", "layer"])
def test_trained_alpha_agrees(sharing):
    start = [-0.5, 1.5]
    layers = [Dense(3, 4, "prelu", alpha=start, alpha_sharing=sharing), Dense(4, 2, "prelu", alpha=start)]
    compare(layers, SGD(0.1), [sgd(0.1), sgd(0.1)])


@pytest.mark.parametrize("tie", ["first", "split"])
def test_maxout_agrees(tie):
    compare([Maxout(3, 4, pieces=3, tie=tie), Maxout(4, 2, pieces=2, tie=tie)], Adam(1e-2), [adam(1e-2), adam(1e-2)])


def test_dropout_agrees_with_masks_drawn_again():
    layers = [Dropout(0.25), Dense(3, 6, "relu"), Dropout([0.0, 0.5]), Dense(6, 5, "tanh"), Dropout(0.5), Dense(5, 2)]
    compare(layers, SGD(0.1), [sgd(0.1), sgd(0.1)])


# Whole numbers as weights and inputs: pre-activations lie exactly on kinks, and sums of a few products are exact.
SLOPES = [0.0, 0.5, 1.0, -0.75]
ON_KINKS = {
    "relu": SLOPES,
    "absolute": SLOPES,
    "leaky_relu": SLOPES,
    "prelu": SLOPES,
    "elu": SLOPES,
    "relu6": ([0.0, 1.0, 0.5, 2.0], 0.25),
    "hard_tanh": (0.5, SLOPES),
}


def whole_numbers(layers, replicas):
    rng = np.random.default_rng(192)  # a seed with several pre-activations on every kink in every replica
    network = Network(layers, replicas=replicas, dtype="float64")
    for values in [*network.W, *network.b]:
        values[...] = rng.integers(-2, 3, values.shape)
    return network, rng.integers(-2, 3, (16, layers[0].n_in)), rng.integers(-3, 4, (16, layers[-1].n_out))


def gradients(network, X, y, book, r):
    """The gradient of replica r, by the network and by the textbook, in one row each."""
    _, found = network.loss_and_gradient(X, y, "mse")
    alpha = [None if values is None else values[r] for values in found.alpha]
    mine = book.flat([W[r] for W in found.W], [b[r] for b in found.b], alpha)
    return mine, sum(book.gradient(x, t, "mse")[1] for x, t in zip(X, y, strict=True)) / len(X)


@pytest.mark.parametrize("activation", ON_KINKS)
@pytest.mark.parametrize("given", [True, False])
def test_at_a_kink_the_upstream_gradient_is_multiplied_by_the_slope(activation, given):
    alpha = [0.5, -1.0, 0.0, 2.0] if activation in ALPHA else None
    at_kink = ON_KINKS[activation] if given else None
    layers = [Dense(2, 4, activation, at_kink, alpha), Dense(4, 3, activation, at_kink, alpha), Dense(3, 2)]
    network, X, y = whole_numbers(layers, 4)
    for r in range(4):
        book = Textbook(network, r)
        mine, textbook = gradients(network, X, y, book, r)
        assert all(hits >= 3 for hits in book.on_kinks[: len(TEXTBOOK[activation][1])])
        if activation == "elu":
            np.testing.assert_allclose(mine, textbook, rtol=1e-12, atol=1e-12)
        else:
            assert (mine == textbook).all()


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
        np.testing.assert_allclose(trained(network, book, r), book.theta, rtol=1e-12, atol=1e-12)
        assert book.on_kinks[0] == (8 * 10 * 4 if r == 0 else 4 * 4)
        assert network.W[0][r].any() == (r > 0)


def test_tied_pieces_get_the_upstream_gradient_as_the_rule_says():
    found = {}
    for tie in ("first", "split"):
        network, X, y = whole_numbers([Maxout(2, 4, 3, tie), Maxout(4, 3, 2, tie), Dense(3, 2)], 2)
        for r in range(2):
            mine, textbook = gradients(network, X, y, Textbook(network, r), r)
            np.testing.assert_allclose(mine, textbook, rtol=1e-14, atol=1e-14)  # thirds are rounded
            found[tie, r] = mine
    assert all((found["first", r] != found["split", r]).any() for r in range(2))
