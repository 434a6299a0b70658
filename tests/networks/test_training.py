"""What `train` promises: the order of the batches, the same run twice, callbacks, snapshots, and options that fit."""

import re

import numpy as np
import pytest

from course_lib.networks import SGD, Adam, Dense, Dropout, History, Maxout, Network, train

RNG = np.random.default_rng(8)
X, Y = RNG.standard_normal((50, 3)), RNG.integers(0, 2, 50)


def mlp(replicas=2, **options):
    return Network.mlp([3, 5, 2], replicas=replicas, **options)


def run(network, X=X, y=Y, **options):
    return train(network, X, y, **{"epochs": 3, "batch_size": 16, "progress": False, **options})


def numbers(network):
    """All parameters, as bytes."""
    return b"".join(array.tobytes() for layer in network.parameters for array in layer.arrays())


def test_each_epoch_visits_every_sample_once_in_an_order_of_the_seed():
    """With one weight and the gradient −x_i of sample i, a step of 1 writes down what the batch held."""
    n, batch_size = 10, 4
    network = Network.mlp([n, 1], initialization="zero", bias=0.0, replicas=3, dtype="float64")
    seen = []
    train(
        network, np.eye(n), np.ones(n, int), SGD(1.0), "hinge", batch_size, 3, seed=5, progress=False, record=(),
        callbacks=[lambda epoch, network, history: seen.append(network.W[0][:, 0].copy())],
    )  # fmt: skip
    # Sample i is met in a batch of 4, 4 or 2: its weight grows by 1/4 or 1/2 while its margin 1 − w_i − b is positive.
    order, w, b = np.random.default_rng(5), np.zeros(n), 0.0
    for epoch in range(3):
        permutation = order.permutation(n)
        for start in range(0, n, batch_size):
            batch = permutation[start : start + batch_size]
            inside = batch[w[batch] + b < 1]
            w[inside] += 1 / len(batch)
            b += len(inside) / len(batch)
        assert (seen[epoch] == w).all()


def test_a_seed_gives_the_same_run_twice_and_another_seed_another():
    runs = {}
    for name, seed, own in [("first", 3, 0), ("again", 3, 0), ("another order", 4, 0), ("another start", 3, 1)]:
        network = mlp(seed=own, dropout=0.5)
        runs[name] = numbers(network), run(network, seed=seed).loss.tobytes(), numbers(network)
    assert runs["first"] == runs["again"]
    assert runs["first"][0] == runs["another order"][0]
    assert runs["first"][2] != runs["another order"][2]
    assert runs["first"][0] != runs["another start"][0]


def test_dropout_is_drawn_from_both_seeds():
    """The order of the batches does not matter where there is one batch: what differs are the masks."""
    ends = set()
    for seed, own in [(3, 7), (4, 7), (3, 8)]:
        network = mlp(seed=own, dropout=0.5, initialization=0.5, replicas=1)
        run(network, seed=seed, batch_size=50)
        ends.add(network.b[1].tobytes())
    assert len(ends) == 3


def test_numpys_global_generator_plays_no_part():
    first = mlp(dropout=0.5)
    run(first)
    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    second = mlp(dropout=0.5)
    run(second)
    assert numbers(first) == numbers(second)
    assert (np.random.get_state()[1] == before).all()


def test_a_batch_size_beyond_the_samples_means_all():
    ends = []
    for batch_size in (50, 51, 10**9, np.int64(50)):
        network = mlp()
        ends.append((run(network, batch_size=batch_size).loss.tobytes(), numbers(network)))
    assert len(set(ends)) == 1


def test_the_optimizer_starts_anew_with_each_call_and_adam_is_the_default():
    once, twice, plain = mlp(), mlp(), mlp()
    run(once, optimizer=Adam(1e-3), epochs=2, seed=1, batch_size=50)
    run(plain, epochs=2, seed=1, batch_size=50)
    assert numbers(once) == numbers(plain)
    for _ in range(2):
        run(twice, optimizer=Adam(1e-3), epochs=1, seed=1, batch_size=50)
    assert numbers(once) != numbers(twice)


def test_the_schedule_is_asked_once_an_epoch_from_1_on():
    asked = []

    def schedule(epoch):
        asked.append(epoch)
        return 1.0 if epoch < 3 else 0.0

    network, two = mlp(replicas=7), mlp(replicas=7)
    run(network, optimizer=SGD(0.5, schedule=schedule), epochs=4, threads=3)
    run(two, optimizer=SGD(0.5), epochs=2)
    assert asked == [1, 2, 3, 4]
    assert numbers(network) == numbers(two)


def test_callbacks_get_epoch_network_and_history_in_their_order():
    calls = []
    network = mlp()

    def first(epoch, trained, history):
        calls.append(("first", epoch, history.epochs))
        assert trained is network
        assert isinstance(history, History)
        assert history.accuracy.shape == (2, epoch)
        assert numbers(network) != start

    def second(epoch, trained, history):
        calls.append(("second", epoch, history.epochs))
        return epoch == 2

    start = numbers(network)
    history = run(network, callbacks=(call for call in [first, second, second]), epochs=5)
    expected = [(name, epoch, epoch) for epoch in (1, 2) for name in ("first", "second", "second")]
    assert calls == expected
    assert history.epochs == 2
    assert history.stopped == "stopped by a callback after epoch 2"
    twin = mlp()
    assert run(twin, epochs=2).stopped == ""
    assert numbers(twin) == numbers(network)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float16", 1e-2), ("float64", 1e-12)])
def test_what_a_callback_changes_in_the_network_is_trained_on(dtype, tolerance):
    """Training 1 + 1 epochs with a change between them: SGD keeps nothing else from epoch to epoch."""

    def revive(epoch, network, history):
        if epoch == 1:
            network.b[0][1] = 0.5

    network, by_hand = mlp(dtype=dtype), mlp(dtype=dtype)
    run(network, optimizer=SGD(0.5), epochs=2, batch_size=50, callbacks=[revive])
    for epoch in (1, 2):
        run(by_hand, optimizer=SGD(0.5), epochs=1, batch_size=50)
        revive(epoch, by_hand, None)
    # The order of the samples in the batch, and so the rounding of its sum, may differ.
    for values, others in zip([*network.W, *network.b], [*by_hand.W, *by_hand.b], strict=True):
        np.testing.assert_allclose(values, others, rtol=tolerance, atol=tolerance)


def test_an_error_in_a_callback_comes_through_and_leaves_the_weights_of_the_epoch():
    def fail(epoch, network, history):
        if epoch == 2:
            raise RuntimeError("mine")

    network, twin = mlp(), mlp()
    with pytest.raises(RuntimeError, match="^mine$"):
        run(network, callbacks=[fail], threads=2)
    run(twin, epochs=2)
    assert numbers(network) == numbers(twin)


def test_snapshots_are_copies_from_before_the_first_epoch_on():
    network = mlp()
    start = numbers(network)
    history = run(network, snapshots=True)
    assert [epoch for epoch, _ in history.snapshots] == [0, 1, 2, 3]
    states = [numbers(copy) for _, copy in history.snapshots]
    assert states[0] == start
    assert states[3] == numbers(network)
    assert len(set(states)) == 4
    network.W[0][...] = 0
    history.snapshots[1][1].b[0][...] = 9
    assert [numbers(copy) for _, copy in history.snapshots][2:] == states[2:]
    assert run(mlp()).snapshots == []


def test_without_epochs_nothing_changes():
    network = mlp()
    start = numbers(network)
    history = run(network, epochs=0, snapshots=True)
    assert numbers(network) == start
    assert history.epochs == 0
    assert len(history.snapshots) == 1


def test_the_data_are_not_changed_and_may_be_changed_by_callbacks():
    mine, labels = X.copy(), Y.copy()
    network, twin = mlp(), mlp()
    run(twin)
    run(network, X=mine, y=labels, callbacks=[lambda *_: mine.fill(0)])
    assert numbers(network) == numbers(twin)
    assert (labels == Y).all()


@pytest.mark.parametrize("replicas", [1, 3])
@pytest.mark.parametrize("batch_size", [1, 3])
@pytest.mark.parametrize("samples", [1, 4])
def test_everything_may_have_size_1(samples, batch_size, replicas):
    for layers in (
        [Dense(1, 1)],
        [Dense(1, 1, "prelu"), Dropout(0.5), Maxout(1, 1, 1), Dense(1, 1, "sigmoid")],
        [Dropout(0.5), Maxout(1, 1, 2, "split")],
    ):
        network = Network(layers, replicas=replicas)
        history = run(network, X[:samples, :1], Y[:samples], loss="hinge", batch_size=batch_size, threads=2)
        assert np.isfinite(history.loss).all()
        assert history.loss.shape == (replicas, 3)


def test_a_hundred_layers_train():
    network = Network.mlp([3, *[4] * 100, 2], "tanh", replicas=2)
    history = run(network)
    assert history.gradient_norms.shape == (2, 3, 101)
    assert (history.gradient_norms > 0).all()


BAD = {
    "network": ["a", None, [3, 5, 2]],
    "optimizer": ["adam", Adam, 0.1],
    "batch_size": [0, -1, 2.5, True, None, "8", np.float64(8)],
    "epochs": [-1, 2.5, True, None],
    "seed": [-1, 2.5, True, None, "a", [1, 2]],
    "threads": [0, -1, 1.5, True, None],
    "probe": [0, -1, 2.5, True, "all"],
    "loss": ["nll", None],
    "record": [None, 3, ["loss"], ["zeros", "weights"], [1], "everything"],
    "callbacks": [None, 3, print, [3], [print, None]],
    "on_divergence": ["stop", None, True],
    "validation": [X, (X,), (X, Y, Y), "Xy", 3, {"X": X, "y": Y}, (X[:, :2], Y), (X, Y[:9]), (X, Y - 1)],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in BAD for value in BAD[name]], ids=repr)
def test_options_that_do_not_fit_are_named_and_nothing_changes(name, value):
    network = mlp()
    start = numbers(network)
    with pytest.raises(ValueError, match=f"^{name}") as error:
        run(value if name == "network" else network, **({} if name == "network" else {name: value}))
    # What came stands in the message: the value itself, its type, or, of several names, the wrong one.
    came = [repr(value), type(value).__name__, *(map(repr, value) if isinstance(value, list) else ())]
    assert name == "validation" or any(text in str(error.value) for text in came)
    assert numbers(network) == start


def test_a_schedule_that_fails_leaves_the_weights_of_the_last_epoch():
    network, twin = mlp(), mlp()
    with pytest.raises(ValueError, match=re.escape("schedule(3) must be a finite factor of at least 0, not nan")):
        run(network, optimizer=SGD(0.1, schedule=lambda epoch: np.nan if epoch == 3 else 1.0))
    run(twin, optimizer=SGD(0.1), epochs=2)
    assert numbers(network) == numbers(twin)
