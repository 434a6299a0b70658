"""Batch normalisation: its gradient against differences, its statistics, and what a network does with them."""

import numpy as np
import pytest

from course_lib.networks import (
    ACTIVATIONS,
    LOSSES,
    SGD,
    Dense,
    Maxout,
    Network,
    check_gradient,
    measure,
    plan,
    train,
)
from course_lib.networks.passes import chunks

RNG = np.random.default_rng(8)
X, Y = RNG.standard_normal((12, 3)), RNG.integers(0, 2, 12)


def made(activation="relu", **options):
    """A network with every place of batch normalisation, none of whose numbers is 0 or 1."""
    first = Dense(3, 3, activation, skip=True, batch_norm=True)
    layers = [first, Dense(3, 2, activation, batch_norm=True), Dense(2, 2, batch_norm=True)]
    network = Network(layers, seed=4, **{"dtype": "float64", **options})
    for values in [*network.b, *network.gamma]:
        values[...] += np.random.default_rng(3).uniform(-0.5, 0.5, values.shape)
    return network


def run(network, X=X, y=Y, **options):
    return train(network, X, y, **{"epochs": 3, "batch_size": 6, "progress": False, **options})


def numbers(network, r=slice(None)):
    return b"".join(array[r].tobytes() for layer in network.parameters for array in layer.arrays())


def checked(activation):
    """The report of `check_gradient` on W, b, γ and a trained α of a small network.

    A bias right below a layer that takes the mean away would have the slope 0, of which rounding leaves nothing.
    """
    layers = [Dense(2, 2, "tanh", batch_norm=True), Dense(2, 2, activation, skip=True, batch_norm=True)]
    network, few, labels = Network(layers, seed=4, dtype="float64"), X[:6, :2], Y[:6]

    def lists(of):
        return [*of.W, *of.b, *of.gamma, *(of.alpha[1:] if activation == "prelu" else ())]

    def at(values):
        for view, value in zip(lists(network), values, strict=True):
            view[...] = value
        return network.loss_and_gradient(few, labels)

    return check_gradient(
        lambda p: at(p)[0][0], lambda p: lists(at(p)[1]), [values.copy() for values in lists(network)]
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_passes_the_check_for_every_activation(activation):
    report = checked(activation)
    assert len(report.entries) == 16 + 2 * (activation == "prelu")
    assert report.passed


def test_a_backward_pass_without_one_of_its_steps_fails_the_check(monkeypatch):
    """Each step in turn, so also the terms with mean(δ) and mean(δ · x̂)."""
    bind, missing = plan.bind_normalization, 0

    def without(*arguments):
        forward, backward, tracking = bind(*arguments)
        steps.append(len(backward))
        return forward, backward[:missing] + backward[missing + 1 :], tracking

    monkeypatch.setattr(plan, "bind_normalization", without)
    steps = [1]
    while missing < steps[-1]:
        assert checked("tanh").wrong
        missing += 1
    assert missing == 9 and checked("tanh").passed


def test_a_batch_is_brought_to_mean_0_and_a_variance_just_below_1():
    """With γ = 1 and b = 0 the variance is v/(v + ε), which is 0 for a unit that says the same of every sample."""
    network = Network.mlp([3, 5, 2], "tanh", batch_norm=True, replicas=2, dtype="float64")
    network.W[0][:, 1] *= 0.01  # a variance near ε
    network.W[0][:, 2] = 0
    inputs, seen = np.column_stack([X, np.ones(12)]), []
    for chunk in chunks(network, inputs, np.eye(2)[Y], LOSSES["mse"], lambda rows, at, z: seen.append(z.copy())):
        chunk.plan.run()
    (z,) = seen
    v = (X @ network.W[0].swapaxes(1, 2)).var(1)
    assert v[0, 1] < 1e-3 < v[0, 0]
    np.testing.assert_allclose(z.mean(2), 0, atol=1e-13)
    np.testing.assert_allclose(z.var(2), v / (v + 1e-5), rtol=1e-12)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float16", 1e-2), ("float32", 1e-5), ("float64", 1e-13)])
def test_the_running_numbers_are_those_of_the_batches_and_are_used_afterwards(dtype, tolerance):
    """The weights of the layer stand still, so that NumPy can say what its batches were."""
    network = made(dtype=dtype, replicas=2)
    W, gamma, b = (values.astype(float) for values in (network.W[0], network.gamma[0], network.b[0]))
    mean, variance, order = np.zeros((2, 3)), np.ones((2, 3)), np.random.default_rng(7)
    given = X.astype(dtype).astype(float)
    for _ in range(5):
        for batch in order.permutation(12).reshape(-1, 6):
            Wx = given[batch] @ W.swapaxes(1, 2)
            mean, variance = 0.9 * mean + 0.1 * Wx.mean(1), 0.9 * variance + 0.1 * Wx.var(1, ddof=1)
    run(network, optimizer=SGD(0.0), epochs=5, seed=7)
    np.testing.assert_allclose(network.running_mean[0], mean, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(network.running_variance[0], variance, rtol=tolerance, atol=tolerance)
    kept = numbers(network)
    z = (given @ W.swapaxes(1, 2) - mean[:, None]) / np.sqrt(variance[:, None] + 1e-5)
    z = z * gamma[:, None] + b[:, None]
    activity = network.forward(X)
    np.testing.assert_allclose(activity.pre_activations[0], z, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(activity.activations[0], np.maximum(z, 0) + given, rtol=tolerance, atol=tolerance)
    assert (network.predict(X) == activity.activations[-1]).all() and activity.activations[-1].dtype == dtype
    for sample in range(12):  # alone
        alone = network.predict(X[sample : sample + 1])[:, 0]
        np.testing.assert_allclose(alone, activity.activations[-1][:, sample], rtol=tolerance, atol=tolerance)
    measure(network, X, Y)
    network.loss_and_gradient(X, Y)
    assert numbers(network) == kept


def test_half_precision_holds_each_number_rounded_and_learns_what_single_does():
    network, single = (made("prelu", dtype=dtype, replicas=2) for dtype in ("float16", "float32"))
    losses = [run(of, optimizer=SGD(0.05), epochs=30).loss for of in (network, single)]
    np.testing.assert_allclose(*losses, rtol=0.02)
    assert (losses[0][:, -1] < losses[0][:, 0]).all()
    _, gradient = network.loss_and_gradient(X, Y)
    for gamma in gradient.gamma:
        assert gamma.any() and (gamma == gamma.astype(np.float16)).all()


def test_measure_and_history_look_at_the_network_with_its_running_numbers():
    """The gradient norms are those of the loss that they show: its slope along the gradient is its norm."""
    network = made(replicas=2)
    history = run(network, validation=(X, Y))
    measured = measure(network, X, Y)
    assert (measured.accuracy == network.accuracy(X, Y)).all()
    np.testing.assert_allclose(history.accuracy[:, -1], measured.accuracy)
    np.testing.assert_allclose(history.validation_loss[:, -1], measured.loss)
    np.testing.assert_allclose(history.gradient_norms[:, -1], measured.gradient_norms)
    zero = network.forward(X).activations[1] == 0
    np.testing.assert_allclose(measured.zeros[:, 1], zero.mean((1, 2)))
    for at in range(3):
        squares, h = np.zeros(2), 1e-6
        for values in (network.W[at], network.b[at]):
            for place in np.ndindex(values.shape[1:]):
                index, ends = (slice(None), *place), []
                start = values[index].copy()
                for step in (h, -h):
                    values[index] = start + step
                    ends.append(measure(network, X, Y).loss)
                values[index] = start
                squares += ((ends[0] - ends[1]) / (2 * h)) ** 2
        np.testing.assert_allclose(measured.gradient_norms[:, at], np.sqrt(squares), rtol=1e-6)


def test_a_long_x_is_normalized_as_one_batch():
    """Twice the same samples have their statistics, so their loss and gradient too, however many they are."""
    network, times = made(replicas=3), 40
    one, many = network.loss_and_gradient(X, Y), network.loss_and_gradient(np.tile(X, (times, 1)), np.tile(Y, times))
    np.testing.assert_allclose(one[0], many[0], rtol=1e-12)
    for name in ("W", "b", "gamma"):
        for few, all_ in zip(getattr(one[1], name), getattr(many[1], name), strict=True):
            np.testing.assert_allclose(few, all_, rtol=1e-9, atol=1e-12)


def test_copies_replicas_and_snapshots_have_gamma_and_the_running_numbers():
    network = made(replicas=3)
    history = run(network, snapshots=True)
    before, (_, after) = history.snapshots[0][1], history.snapshots[-1]
    assert numbers(after) == numbers(network) == numbers(network.copy())
    assert all((one != other).all() for one, other in zip(before.running_mean, network.running_mean, strict=True))
    assert all((one != other).all() for one, other in zip(before.gamma, network.gamma, strict=True))
    alone = network.replica(1)
    assert numbers(alone) == numbers(network, slice(1, 2)) and alone.layers[0].batch_norm
    assert (alone.predict(X)[0] == network.predict(X)[1]).all()
    assert (
        network.n_parameters == (9 + 6 + 4) + 2 * (3 + 2 + 2) and repr(network.gamma) == "gamma: (3, 3), (3, 2), (3, 2)"
    )
    other = Network([Dense(2, 3, "relu", batch_norm=True), Dense(3, 2)], replicas=2)
    assert [other.gamma[0].tolist(), other.gamma[1]] == [[[1.0] * 3] * 2, None]
    assert other.running_mean[0].shape == (2, 3) and (other.running_variance[0] == 1).all()
    assert repr(other.layers[0]) == "Dense(2, 3, activation='relu', batch_norm=True)"
    assert [layer.batch_norm for layer in Network.mlp([2, 3, 3, 2], batch_norm=True).layers] == [True, True, False]


def test_what_a_callback_changes_is_trained_on():
    """SGD keeps nothing from epoch to epoch, so training 1 + 1 epochs with the change between them gives the same."""

    def change(epoch, network, history):
        if epoch == 1:
            network.gamma[0][1], network.running_mean[1][...] = 2.0, 5.0

    network, by_hand = made(replicas=2), made(replicas=2)
    run(network, optimizer=SGD(0.1), batch_size=12, epochs=2, callbacks=[change])
    for epoch in (1, 2):
        run(by_hand, optimizer=SGD(0.1), batch_size=12, epochs=1)
        change(epoch, by_hand, None)
    for name in ("W", "b", "gamma", "running_mean", "running_variance"):
        for values, others in zip(getattr(network, name), getattr(by_hand, name), strict=True):
            np.testing.assert_allclose(values, others, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_replica_with_a_variance_beyond_the_precision_is_kept_as_it_was(dtype):
    """In training its outputs are finite, since it divides by what is large; with the running numbers it has none."""
    network = made("tanh", dtype=dtype, replicas=3)
    network.W[0][1] *= np.finfo(dtype).max ** 0.75
    start = numbers(network, 1)
    history = run(network, on_divergence="keep")
    assert history.diverged == {1: 1} and numbers(network, 1) == start
    assert np.isfinite(history.loss[[0, 2]]).all() and np.isnan(history.loss[1]).all()


def test_outputs_that_are_not_finite_count_as_diverged_however_they_came_about():
    """Weights and statistics are finite; but as the running variance follows slowly, ∞ − ∞ reaches a tanh."""
    layers = [Dense(3, 4, batch_norm=True), Dense(4, 4, "tanh"), Dense(4, 2)]
    network = Network(layers, replicas=2, seed=1)
    network.W[0][1] *= 1e3
    network.gamma[0][1], network.W[1][1] = 1e38, 1e-38 * network.W[1][1]
    assert run(network, optimizer=SGD(0.0), epochs=1, on_divergence="keep").diverged == {1: 1}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: run(made(), batch_size=1),
            "batch_size: got 1, whose last batch of 12 samples has 1; accepted with batch",
        ),
        (lambda: run(made(), batch_size=11), "batch_size: got 11, whose last batch of 12 samples has 1; accepted with"),
        (lambda: run(made(), X[:1], Y[:1]), "X: got 1 sample; accepted with batch_norm are 2 or more"),
        (lambda: made().loss_and_gradient(X[:1], Y[:1]), "X: got 1 sample; accepted with batch_norm are 2 or more"),
        (lambda: Dense(2, 3, batch_norm=1), "batch_norm: got 1; accepted are False, True"),
        (lambda: Network.mlp([2, 3, 2], batch_norm=None), "batch_norm: got None; accepted are False, True"),
        (
            lambda: Network.mlp([2, 3, 2], "relu", "directional", batch_norm=True),
            'batch_norm: got True; accepted is False beside "directional"',
        ),
        (
            lambda: Network([Maxout(2, 3, tie="directional"), Dense(3, 2, batch_norm=True)]),
            'batch_norm: got True; accepted is False beside "directional"',
        ),
        (lambda: made().gamma.__setitem__(0, [1.0]), r"gamma\[0\]: got shape \(1,\); accepted is the shape \(1, 3\)"),
        (
            lambda: Network.mlp([2, 3]).gamma.__setitem__(0, 1.0),
            r"gamma\[0\]: got 1.0; accepted is None: layer 0 has no",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


def test_a_batch_of_one_is_refused_before_anything_is_changed():
    network = made()
    start = numbers(network)
    with pytest.raises(ValueError, match="^batch_size: got 11"):
        run(network, batch_size=11)
    assert numbers(network) == start
    assert run(network, batch_size=10).epochs == 3
    assert run(Network.mlp([3, 4, 2]), batch_size=11).epochs == 3  # without batch normalisation it may be one
