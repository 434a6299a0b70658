"""What `measure` and the history count, against direct computation with the textbook's functions."""

import numpy as np
import pytest
from textbook import ALPHA, TEXTBOOK, Textbook

from course_lib.networks import ACTIVATIONS, LOSSES, SGD, Dense, History, Maxout, Network, measure, train

LAYERS = [Dense(3, 5, "relu"), Maxout(5, 4, 2), Dense(4, 2)]


def whole_numbers(layers, dtype="float64"):
    """A network with whole weights, so that values on kinks and zeros are frequent, and data for it."""
    rng = np.random.default_rng(21)
    network = Network(layers, replicas=2, dtype=dtype)
    for values in [*network.W, *network.b]:
        values[...] = rng.integers(-2, 3, values.shape)
    return network, rng.integers(-2, 3, (12, layers[0].n_in)), rng.integers(0, layers[-1].n_out, 12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_zeros_kinks_and_dead_units_are_counted(activation, dtype):
    kinks, tiny = TEXTBOOK[activation][1], np.finfo(dtype).tiny
    slope = (0.0, 1.0)[: len(kinks)] if kinks else None
    alpha = [0.5, 0.0] if activation in ALPHA else None
    layers = [Dense(2, 7, activation, slope, alpha), Dense(7, 6, activation, slope, alpha), Dense(6, 3)]
    network, X, y = whole_numbers(layers, dtype)
    if kinks:
        network.b[0][:, :2] = -20  # units that no sample reaches
    before = [array.copy() for layer in network.parameters for array in layer.arrays()]
    measured = measure(network, X, y)
    for r in range(2):
        book = Textbook(network, r)
        z, a = book.values(X)
        for at, layer in enumerate(book.weighted[:2]):
            least, most = ((np.abs(a[at]) <= bound).mean() for bound in (0, tiny))  # what underflows may be 0
            assert least - 1e-15 <= measured.zeros[r, at] <= most + 1e-15
            assert measured.at_kink[r, at] == pytest.approx(np.isin(z[at], kinks).mean() if kinks else 0, abs=1e-15)
            slopes = [[book.slope(layer, v, book.alpha_of(at, u)) for u, v in enumerate(row)] for row in z[at]]
            least, most = ((np.abs(slopes) <= bound).all(0).sum() for bound in (0, tiny))
            assert least <= measured.dead_units[r, at] <= most
        if activation in ("relu", "relu6"):
            assert measured.dead_units[r, 0] >= 2 and measured.zeros[r, 0] >= 2 / 7
    after = [array for layer in network.parameters for array in layer.arrays()]
    assert all((a == b).all() for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize("loss", LOSSES)
def test_loss_accuracy_and_gradient_norms_are_those_of_all_samples(loss):
    rng = np.random.default_rng(2)
    labels = LOSSES[loss].targets == "labels"
    network = Network([Dense(2, 4, "tanh"), Dense(4, 3)], replicas=2, dtype="float64")
    X = rng.standard_normal((300, 2))  # more than the samples that go through together
    y = rng.integers(0, 3, 300) if labels else rng.standard_normal((300, 3))
    measured = measure(network, X, y, loss)
    for r in range(2):
        book = Textbook(network, r)
        pairs = [book.gradient(x, t, loss) for x, t in zip(X, y, strict=True)]
        assert measured.loss[r] == pytest.approx(np.mean([value for value, _ in pairs]), rel=1e-12)
        parts = np.split(np.mean([gradient for _, gradient in pairs], 0), np.cumsum([8, 12, 4]))  # W, W, b, b
        norms = [np.hypot(np.linalg.norm(parts[at]), np.linalg.norm(parts[at + 2])) for at in (0, 1)]
        np.testing.assert_allclose(measured.gradient_norms[r], norms, rtol=1e-12)
        right = (book.values(X)[1][-1].argmax(1) == y).mean() if labels else np.nan
        assert measured.accuracy[r] == pytest.approx(right, abs=1e-15, nan_ok=True)
        assert not labels or network.accuracy(X, y)[r] == measured.accuracy[r]


def test_maxout_has_ties_and_no_dead_units():
    network, X, y = whole_numbers([Maxout(2, 4, pieces=3), Dense(4, 2)])
    measured = measure(network, X, y)
    for r in range(2):
        z = (X @ network.W[0][r].T + network.b[0][r]).reshape(len(X), 3, 4)
        largest = z == z.max(1, keepdims=True)
        tied = largest & (largest.sum(1, keepdims=True) > 1)
        assert measured.at_kink[r, 0] == pytest.approx(tied.mean()) and tied.any()
        assert measured.zeros[r, 0] == pytest.approx((z.max(1) == 0).mean())
        assert measured.dead_units[r, 0] == 0


def test_a_unit_is_dead_only_if_every_sample_says_so():
    """Units that are active on one sample each, far apart: in other chunks of the data."""
    network = Network.mlp([1, 4, 2], initialization="zero", replicas=2)
    network.b[0][...] = -1
    network.W[0][0, :, 0] = [0, 2, 2, 0]
    network.W[0][1, :, 0] = [-2, 0, 0, 0]
    X, y = np.zeros((1000, 1)), np.zeros(1000, int)
    assert measure(network, X, y).dead_units.tolist() == [[4], [4]]
    X[999], X[3] = 1, -1
    assert measure(network, X, y).dead_units.tolist() == [[2], [3]]
    assert measure(network, X, y).zeros.tolist() == [[1 - 2 / 4000], [1 - 1 / 4000]]
    for slope in (0.0, 1.0, [0.0, 1.0]):  # on the kink, the slope there decides who is dead
        network = Network.mlp([1, 5, 2], slope_at_kink=slope, initialization="zero", replicas=2)
        measured = measure(network, np.ones((300, 1)), np.zeros(300, int))
        assert measured.at_kink.tolist() == [[1.0], [1.0]]
        assert measured.accuracy.tolist() == [1.0, 1.0]  # of equal outputs the first is chosen
        assert measured.dead_units[:, 0].tolist() == [0 if s == 1 else 5 for s in np.broadcast_to(slope, 2)]


RNG = np.random.default_rng(8)
X, Y = RNG.standard_normal((40, 3)), RNG.integers(0, 2, 40)
SHAPES = {
    "loss": (), "accuracy": (), "validation_loss": (), "validation_accuracy": (),
    "gradient_norms": (3,), "zeros": (2,), "dead_units": (2,),
}  # fmt: skip


def run(layers=LAYERS, **options):
    network = Network(layers, replicas=2, dtype="float64")
    return train(network, X, Y, SGD(0.3), **{"epochs": 3, "batch_size": 16, "progress": False, **options})


@pytest.mark.parametrize("epochs", [0, 3])
def test_the_history_holds_what_measure_says_after_each_epoch(epochs):
    held_out = X[:9] / 2, Y[:9]
    history = run(epochs=epochs, probe=30, snapshots=True, validation=held_out)
    assert history.epochs == epochs and [epoch for epoch, _ in history.snapshots] == list(range(epochs + 1))
    for name, layers in SHAPES.items():
        assert getattr(history, name).shape == (2, epochs, *layers)
    for epoch, snapshot in history.snapshots[1:]:
        inside, outside = measure(snapshot, X[:30], Y[:30]), measure(snapshot, *held_out)
        for name in ("accuracy", "gradient_norms", "zeros", "dead_units"):
            assert (getattr(history, name)[:, epoch - 1] == getattr(inside, name)).all()
        np.testing.assert_allclose(history.validation_loss[:, epoch - 1], outside.loss, rtol=1e-13)
        assert (history.validation_accuracy[:, epoch - 1] == outside.accuracy).all()
    assert run([Dense(3, 2)], epochs=epochs).zeros.shape == (2, epochs, 0)


@pytest.mark.parametrize("record", [(), ["zeros"], ("accuracy", "dead_units", "accuracy"), {"gradient_norms"}])
def test_only_what_is_named_is_recorded_and_the_probe_changes_nothing(record):
    history, everything = run(record=record, probe=None), run(probe=40)
    assert history.validation_loss.shape == history.validation_accuracy.shape == (2, 0)
    assert (history.loss == everything.loss).all()
    for name in ("accuracy", "gradient_norms", "zeros", "dead_units"):
        kept = getattr(history, name)
        assert (kept == getattr(everything, name)).all() if name in record else kept.shape[1] == 0


def test_a_history_prints_its_last_numbers():
    assert repr(History(2, layers=3)) == "History(replicas=2, epochs=0)"
    history = run(validation=(X[:9], Y[:9]), callbacks=[lambda epoch, *_: epoch == 2])
    means = [f"{name} {getattr(history, name)[:, -1].mean():.4g}" for name in list(SHAPES)[:4]]
    stopped = "stopped by a callback after epoch 2"
    assert repr(history) == f"History(replicas=2, epochs=2, {', '.join(means)}, {stopped})"
    part = run(probe=30)
    assert (part.probe, part.samples) == (30, 40)
    assert "on the first 30 of 40 samples, except the loss" in repr(part)
    assert "of 40 samples" not in repr(run(probe=30, record=())) + repr(run(probe=50))
