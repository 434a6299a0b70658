"""What `measure` and the history count, against direct computation with the textbook's functions."""

import numpy as np
import pytest
from textbook import ALPHA, TEXTBOOK, Textbook

from course_lib.networks import ACTIVATIONS, LOSSES, SGD, Dense, Dropout, Maxout, Network, measure, train

SLOPES = {"relu": 0.0, "relu6": (0.0, 1.0), "hard_tanh": (0.5, 0.0), "leaky_relu": 0.0, "prelu": 0.0, "elu": 0.0}


def whole_numbers(layers, replicas=2, samples=12, dtype="float64", seed=21):
    """A network with whole weights, so that values on kinks and zeros are frequent, and data for it."""
    rng = np.random.default_rng(seed)
    network = Network(layers, replicas=replicas, dtype=dtype)
    for values in [*network.W, *network.b]:
        values[...] = rng.integers(-2, 3, values.shape)
    n_out = layers[-1].n_out
    X, y = rng.integers(-2, 3, (samples, layers[0].n_in)), rng.integers(0, max(n_out, 2), samples)
    return network, X, y


def values(book, X):
    """z and a of each layer, (samples, units), of a network of Dense layers."""
    z, a = [], [np.asarray(X, float)]
    for at, layer in enumerate(book.weighted):
        z.append(a[-1] @ np.transpose(book.W[at]) + book.b[at])
        function = TEXTBOOK[layer.activation][0]
        a.append(np.array([[function(v, book.alpha_of(at, u)) for u, v in enumerate(row)] for row in z[-1]]))
    return z, a[1:]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_zeros_kinks_and_dead_units_are_counted(activation, dtype):
    slope = SLOPES.get(activation)
    alpha = [0.5, 0.0] if activation in ALPHA else None
    layers = [Dense(2, 7, activation, slope, alpha), Dense(7, 6, activation, slope, alpha), Dense(6, 3)]
    network, X, y = whole_numbers(layers, dtype=dtype)
    if TEXTBOOK[activation][1]:
        network.b[0][:, :2] = -20  # units that no sample reaches
    found = measure(network, X, y)
    for r in range(2):
        book = Textbook(network, r)
        z, a = values(book, X)
        for at, layer in enumerate(book.weighted[:2]):
            assert found.zeros[r, at] == pytest.approx((a[at] == 0).mean(), abs=1e-15)
            kinks = TEXTBOOK[activation][1]
            assert found.at_kink[r, at] == pytest.approx(np.isin(z[at], kinks).mean() if kinks else 0, abs=1e-15)
            slopes = [[book.slope(layer, v, book.alpha_of(at, u)) for u, v in enumerate(row)] for row in z[at]]
            assert found.dead_units[r, at] == (np.array(slopes) == 0).all(0).sum()
        if activation in ("relu", "relu6"):
            assert found.dead_units[r, 0] >= 2
            assert found.zeros[r, 0] >= 2 / 7


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("n_out", [1, 3])
def test_loss_accuracy_and_gradient_norms_are_those_of_all_samples(loss, n_out):
    if (loss, n_out) == ("cross_entropy", 1):
        return
    rng = np.random.default_rng(2)
    network = Network([Dense(2, 4, "tanh"), Dense(4, n_out)], replicas=3, dtype="float64")
    X = rng.standard_normal((300, 2))  # more than the samples that go through together
    y = rng.integers(0, max(n_out, 2), 300) if LOSSES[loss].targets == "labels" else rng.standard_normal((300, n_out))
    found = measure(network, X, y, loss)
    for r in range(3):
        book = Textbook(network, r)
        pairs = [book.gradient(x, t, loss) for x, t in zip(X, y, strict=True)]
        assert found.loss[r] == pytest.approx(np.mean([value for value, _ in pairs]), rel=1e-12)
        gradient = np.mean([gradient for _, gradient in pairs], 0)
        parts = np.split(gradient, np.cumsum([8, 4 * n_out, 4]))  # W, W, b, b
        norms = [np.hypot(np.linalg.norm(parts[at]), np.linalg.norm(parts[at + 2])) for at in (0, 1)]
        np.testing.assert_allclose(found.gradient_norms[r], norms, rtol=1e-12)
        if LOSSES[loss].targets == "numbers":
            assert np.isnan(found.accuracy[r])
            continue
        outputs = values(book, X)[1][-1]
        chosen = outputs[:, 0] > 0 if n_out == 1 else outputs.argmax(1)
        assert found.accuracy[r] == pytest.approx((chosen == y).mean(), abs=1e-15)
        assert network.accuracy(X, y)[r] == found.accuracy[r]
    losses, gradient = network.loss_and_gradient(X, y, loss)
    np.testing.assert_allclose(losses, found.loss, rtol=1e-15)
    for at in (0, 1):
        squares = (gradient.W[at] ** 2).sum((1, 2)) + (gradient.b[at] ** 2).sum(1)
        np.testing.assert_allclose(found.gradient_norms[:, at], np.sqrt(squares), rtol=1e-12)


def test_maxout_has_ties_and_no_dead_units():
    network, X, y = whole_numbers([Maxout(2, 4, pieces=3), Dense(4, 2)])
    found = measure(network, X, y)
    for r in range(2):
        z = (X @ network.W[0][r].T + network.b[0][r]).reshape(len(X), 3, 4)
        largest = z == z.max(1, keepdims=True)
        tied = largest & (largest.sum(1, keepdims=True) > 1)
        assert tied.any()
        assert found.at_kink[r, 0] == pytest.approx(tied.mean())
        assert found.zeros[r, 0] == pytest.approx((z.max(1) == 0).mean())
        assert found.dead_units[r, 0] == 0


def test_a_unit_is_dead_only_if_every_sample_says_so():
    """Units that are active on one sample each, far apart: in other pieces of the data."""
    network = Network.mlp([1, 4, 2], initialization="zero", replicas=2)
    network.b[0][...] = -1
    network.W[0][0, :, 0] = [0, 2, 2, 0]
    network.W[0][1, :, 0] = [-2, 0, 0, 0]
    X = np.zeros((1000, 1))
    y = np.zeros(1000, int)
    assert measure(network, X, y).dead_units.tolist() == [[4], [4]]
    X[999] = 1
    assert measure(network, X, y).dead_units.tolist() == [[2], [4]]
    X[3] = -1
    assert measure(network, X, y).dead_units.tolist() == [[2], [3]]
    assert measure(network, X, y).zeros.tolist() == [[1 - 2 / 4000], [1 - 1 / 4000]]


@pytest.mark.parametrize("slope", [0.0, 1.0, [0.0, 1.0]])
def test_on_the_kink_the_slope_there_decides_who_is_dead(slope):
    network = Network.mlp([1, 5, 2], slope_at_kink=slope, initialization="zero", replicas=2)
    found = measure(network, np.ones((300, 1)), np.zeros(300, int))  # more than go through together
    assert found.at_kink.tolist() == [[1.0], [1.0]]
    assert found.dead_units[:, 0].tolist() == [0 if s == 1 else 5 for s in np.broadcast_to(slope, 2)]


def test_dropout_is_off():
    layers = [Dense(2, 6, "relu"), Dense(6, 2)]
    plain, X, y = whole_numbers(layers)
    with_dropout = Network([Dropout(0.5), layers[0], Dropout(0.9), layers[1]], replicas=2, dtype="float64")
    for own, values_ in zip(with_dropout.parameters, plain.parameters, strict=True):
        own.weights[...] = values_.weights
    for name, expected in vars(measure(plain, X, y)).items():
        assert (getattr(measure(with_dropout, X, y), name) == expected).all()


@pytest.mark.parametrize("network", ["a", None, [Dense(2, 2)]])
def test_only_networks_are_measured(network):
    with pytest.raises(ValueError, match="network must be a Network, not "):
        measure(network, [[1.0, 2.0]], [0])


def test_statistics_are_compared_by_identity():
    network, X, y = whole_numbers([Dense(2, 4, "relu"), Dense(4, 2)])
    assert measure(network, X, y) != measure(network, X, y)


def test_measuring_changes_nothing():
    network, X, y = whole_numbers([Dense(2, 4, "prelu"), Maxout(4, 3), Dense(3, 2)])
    before = [array.copy() for layer in network.parameters for array in layer.arrays()]
    measure(network, X, y)
    network.loss_and_gradient(X, y)
    after = [array for layer in network.parameters for array in layer.arrays()]
    assert all((a == b).all() for a, b in zip(after, before, strict=True))


def test_a_network_without_hidden_layers_has_no_hidden_columns():
    found = measure(Network.mlp([2, 3], replicas=4), [[1.0, 2.0]], [0])
    assert found.gradient_norms.shape == (4, 1)
    assert found.zeros.shape == found.at_kink.shape == found.dead_units.shape == (4, 0)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_huge_weights_are_measured_without_a_warning(activation, dtype):
    network = Network.mlp([3, 4, 4, 2], activation, replicas=2, dtype=dtype)
    for W in network.W:
        W *= np.finfo(dtype).max / 10
    X, y = np.random.default_rng(0).standard_normal((5, 3)), [0, 1, 0, 1, 1]
    assert measure(network, X, y).loss.shape == (2,)
    assert network.accuracy(X, y).shape == (2,)
    assert network.predict(X).shape == (2, 5, 2)


def test_the_history_holds_what_measure_says_after_each_epoch():
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((40, 2)), rng.integers(0, 2, 40)
    held_out = rng.standard_normal((25, 2)), rng.integers(0, 2, 25)
    network = Network.mlp([2, 6, 5, 2], replicas=3, dtype="float64")
    options = {"epochs": 3, "probe": 30, "snapshots": True, "validation": held_out, "progress": False}
    history = train(network, X, y, SGD(0.3), batch_size=16, **options)
    for epoch, snapshot in history.snapshots[1:]:
        found, outside = measure(snapshot, X[:30], y[:30]), measure(snapshot, *held_out)
        for name in ("accuracy", "gradient_norms", "zeros", "dead_units"):
            assert (getattr(history, name)[:, epoch - 1] == getattr(found, name)).all()
        np.testing.assert_allclose(history.validation_loss[:, epoch - 1], outside.loss, rtol=1e-13)
        assert (history.validation_accuracy[:, epoch - 1] == outside.accuracy).all()
