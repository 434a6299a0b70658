"""What `train` promises: order, seeds, callbacks, snapshots, divergence, Ctrl-C, and a bar that shows progress."""

import os
import re
import signal
import threading

import numpy as np
import pytest
from tqdm import tqdm

import course_lib.networks.training as training
from course_lib.networks import SGD, Adam, Diverged, Network, train
from course_lib.networks.block import Block
from course_lib.networks.plan import Plan
from course_lib.networks.training import progress_bar

RNG = np.random.default_rng(8)
X, Y, T = RNG.standard_normal((50, 3)), RNG.integers(0, 2, 50), RNG.standard_normal((50, 1))
STEPS = 4  # of 16 samples in an epoch


def mlp(replicas=2, **options):
    return Network.mlp([3, 5, 2], replicas=replicas, **options)


def run(network, X=X, y=Y, **options):
    return train(network, X, y, **{"epochs": 3, "batch_size": 16, "progress": False, **options})


def numbers(network, r=slice(None)):
    """All parameters, as bytes."""
    return b"".join(array[r].tobytes() for layer in network.parameters for array in layer.arrays())


def test_each_epoch_visits_every_sample_once_in_an_order_of_the_seed():
    """With one weight for each sample and slopes of ±1, a step of 1 writes down what the batch held."""
    n, batch_size = 10, 4
    network = Network.mlp([n, 1], initialization="zero", bias=0.0, replicas=3, dtype="float64")
    seen = []
    train(
        network, np.eye(n), np.ones(n), SGD(1.0), "mean_absolute_error", batch_size, 3, seed=5, progress=False,
        record=(), callbacks=[lambda epoch, network, history: seen.append(network.W[0][:, 0].copy())],
    )  # fmt: skip
    order, w, b = np.random.default_rng(5), np.zeros(n), 0.0
    for epoch in range(3):
        permutation = order.permutation(n)
        for start in range(0, n, batch_size):
            batch = permutation[start : start + batch_size]
            step = np.sign(1 - w[batch] - b) / len(batch)
            w[batch] += step
            b += step.sum()
        assert (seen[epoch] == w).all()


def test_a_seed_gives_the_same_run_twice_and_another_seed_another():
    runs = {}
    for name, seed, own in [("first", 3, 0), ("again", 3, 0), ("another order", 4, 0), ("another start", 3, 1)]:
        np.random.seed(len(runs))  # plays no part
        network = mlp(seed=own, dropout=0.5)
        runs[name] = numbers(network), run(network, seed=seed).loss.tobytes(), numbers(network)
    assert runs["first"] == runs["again"]
    assert runs["first"][0] == runs["another order"][0] and runs["first"][2] != runs["another order"][2]
    assert runs["first"][0] != runs["another start"][0]
    # With one batch the order does not matter: what differs are the masks of dropout, drawn from both seeds.
    ends = set()
    for seed, own in [(3, 7), (4, 7), (3, 8)]:
        network = mlp(seed=own, dropout=0.5, replicas=1)
        for W in network.W:
            W[...] = 0.5
        run(network, seed=seed, batch_size=50)
        ends.add(network.b[1].tobytes())
    assert len(ends) == 3


def test_a_batch_size_beyond_the_samples_means_all_and_adam_is_the_default():
    ends = set()
    for options in ({"batch_size": 50}, {"batch_size": 10**9}, {"batch_size": np.int64(50), "optimizer": Adam(1e-3)}):
        network = mlp()
        run(network, **options)
        ends.add(numbers(network))
    assert len(ends) == 1
    for _ in range(3):  # the optimiser starts anew with each call
        run(network := mlp(), epochs=1, batch_size=50)
    assert numbers(network) not in ends


@pytest.mark.parametrize("threads", [1, 2])
def test_callbacks_get_epoch_network_and_history_and_may_end_training(threads):
    calls, mine, labels = [], X.copy(), Y.copy()
    network, twin = mlp(), mlp()

    def first(epoch, trained, history):
        calls.append(("first", epoch, history.epochs))
        assert trained is network and history.accuracy.shape == (2, epoch)
        mine.fill(0)  # the data of the run are its own

    def second(epoch, trained, history):
        calls.append(("second", epoch, history.epochs))
        return epoch == 2

    history = run(network, mine, labels, callbacks=(call for call in [first, second]), epochs=5, threads=threads)
    assert calls == [(name, epoch, epoch) for epoch in (1, 2) for name in ("first", "second")]
    assert history.epochs == 2 and history.stopped == "stopped by a callback after epoch 2"
    assert run(twin, epochs=2).stopped == "" and numbers(twin) == numbers(network)
    assert (labels == Y).all()

    def fail(epoch, trained, history):
        raise RuntimeError("mine")

    failed = mlp()
    with pytest.raises(RuntimeError, match="^mine$"):
        run(failed, callbacks=[fail], threads=threads)
    run(twin := mlp(), epochs=1)
    assert numbers(failed) == numbers(twin)


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


def test_snapshots_are_copies_from_before_the_first_epoch_on():
    network = mlp()
    start = numbers(network)
    history = run(network, snapshots=True)
    states = [numbers(copy) for _, copy in history.snapshots]
    assert (states[0], states[3]) == (start, numbers(network)) and len(set(states)) == 4
    history.snapshots[1][1].b[0][...] = 9
    assert [numbers(copy) for _, copy in history.snapshots][2:] == states[2:]
    assert len(run(mlp(), epochs=0, snapshots=True).snapshots) == 1 and run(mlp()).snapshots == []


BAD = {
    "network": ["a", None],
    "optimizer": ["adam", Adam, 0.1],
    "learning_rate": [SGD(-0.1), SGD([0.1, 0.2, 0.3]), SGD(None), Adam(-1)],
    "momentum": [SGD(0.1, momentum=1.0)],
    "beta1": [Adam(beta1=1)],
    "beta2": [Adam(beta2=0), Adam(beta2=1.0)],
    "epsilon": [Adam(epsilon=0)],
    "batch_size": [0, 2.5, True, None],
    "epochs": [-1, True],
    "seed": [-1, None, [1, 2]],
    "threads": [0, 1.5],
    "probe": [0, "all"],
    "loss": ["nll", None],
    "record": [["loss"], ["zeros", "weights"], "accuracy", None, 5, [["zeros"]]],
    "callbacks": [None, print, [3]],
    "on_divergence": ["stop", None],
    "validation": [X, (X,), "Xy", {"X": X, "y": Y}, (X[:, :2], Y), (X, Y[:9]), (X, Y - 1)],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in BAD for value in BAD[name]], ids=repr)
def test_options_that_do_not_fit_are_named_and_nothing_changes(name, value):
    network = mlp()
    start = numbers(network)
    with pytest.raises((ValueError, TypeError), match=rf"^{name}: (got|X: got|y: got|y\[\d+\]: got) .*; accepted"):
        option = "optimizer" if isinstance(value, (SGD, Adam)) else name
        run(value if name == "network" else network, **({} if name == "network" else {option: value}))
    assert numbers(network) == start


# Training that reaches NaN or infinity.
SIZES = [3, 5, 4, 1]


def diverging(network, learning_rate, **options):
    return run(network, y=T, optimizer=SGD(learning_rate), **{"loss": "mse", "epochs": 6, **options})


def blow_up(after, replica=0):
    """A callback that gives a replica weights that are still finite; the next loss is not."""

    def change(epoch, network, history):
        if epoch == after:
            network.W[0][replica] = np.finfo(network.dtype).max / 4

    return change


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_error_names_replica_epoch_and_cause_and_keeps_what_was(dtype, threads):
    network, twin = (Network.mlp(SIZES, replicas=3, dtype=dtype) for _ in range(2))
    with pytest.raises(Diverged) as caught:
        diverging(network, 0.01, threads=threads, snapshots=True, callbacks=[blow_up(2, replica=1)])
    error, kept = caught.value, diverging(twin, 0.01, epochs=2)
    assert (error.replica, error.epoch, error.history.epochs) == (1, 3, 2)
    assert error.layer in (None, 0, 1, 2)
    assert error.history.loss.tobytes() == kept.loss.tobytes()
    assert [epoch for epoch, _ in error.history.snapshots] == [0, 1, 2]
    assert numbers(network, [0, 2]) == numbers(twin, [0, 2])
    for part in ("diverged in epoch 3", "of replica 1.", "a learning rate of 0.01", "keeps the weights after epoch 2"):
        assert part in str(error)
    assert ("float16 ends at 65504" in str(error)) == (dtype == "float16")


@pytest.mark.parametrize("where", [0, 1, 2])
def test_the_layer_whose_values_overflow_is_named(where):
    network = Network.mlp([3, 5, 5, 1], "absolute", replicas=3, bias=0.1)
    network.W[where][1] = 3e38
    before = numbers(network)
    with pytest.raises(Diverged, match=f"layer {where}, in its forward pass, of replica 1") as caught:
        diverging(network, 0.01, epochs=1)
    assert (caught.value.layer, caught.value.replica) == (where, 1)
    assert "even before this epoch its outputs were not finite" in str(caught.value)
    assert numbers(network) == before


def test_the_first_replica_and_the_likely_cause_are_named():
    with pytest.raises(Diverged, match="replica 2.*learning rate of 1e\\+20 is too large"):
        diverging(Network.mlp(SIZES, replicas=5), [0.01, 0.01, 1e20, 0.01, 1e30])
    with pytest.raises(Diverged, match=r"X has values up to 1e\+04, so standardise it"):
        run(Network.mlp(SIZES, "absolute"), np.where(X > 1, 1e4, X), T, optimizer=SGD(1.0), loss="mse")
    network = Network.mlp([3, 1], initialization="zero")  # outputs of 1e25 are finite in float32, their squares not
    network.b[0][...] = 1e25
    with pytest.raises(Diverged, match="in the loss, the weights or the outputs of replica 0") as caught:
        diverging(network, 0.0)
    assert caught.value.layer is None and network.b[0] == np.float32(1e25)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("threads", [1, 3])
def test_kept_replicas_have_the_same_bits_as_without_the_lost_one(dtype, threads):
    network, calm = (Network.mlp(SIZES, replicas=5, seed=2, dtype=dtype) for _ in range(2))
    rates, others = [0.01, 0.02, 1e20, 0.03, 0.04], [0, 1, 3, 4]
    options = {"on_divergence": "keep", "validation": (X[:9], T[:9]), "threads": threads, "batch_size": 7}
    history = diverging(network, rates, **options, callbacks=[blow_up(2, replica=4)])
    expected = diverging(calm, [0.01 if rate == 1e20 else rate for rate in rates], **options)
    assert (history.diverged, expected.diverged, history.stopped) == ({2: 1, 4: 3}, {}, "")
    assert numbers(network, others[:3]) == numbers(calm, others[:3])
    assert numbers(network, [2]) == numbers(Network.mlp(SIZES, seed=4, dtype=dtype))
    assert (network.W[0][4] == np.finfo(dtype).max / 4).all()  # what it started epoch 3 with
    for name in ("loss", "gradient_norms", "zeros", "dead_units", "validation_loss"):
        values = getattr(history, name)
        assert np.array_equal(values[others[:3]], getattr(expected, name)[others[:3]])
        assert np.isnan(values[2]).all() and np.isfinite(values[4, :2]).all() and np.isnan(values[4, 2:]).all()
    assert np.isnan(history.accuracy).all() and np.isnan(history.validation_accuracy).all()  # there are no labels
    lost = Network.mlp(SIZES, replicas=2)
    assert diverging(lost, [1e20, 1e25], on_divergence="keep").stopped == "all replicas had diverged by epoch 1"
    assert numbers(lost) == numbers(Network.mlp(SIZES, replicas=2))


@pytest.mark.parametrize(("dtype", "rate"), [("float16", 3e3), ("float32", 1e15), ("float32", 1e6), ("float64", 1e120)])
def test_outputs_that_are_not_finite_count_as_diverged(dtype, rate):
    """After one step the weights are finite, and so was the loss before it; what the network says is not."""
    activation = "squared_relu" if rate == 1e6 else "absolute"  # squares overflow where products of weights do not
    start = Network.mlp([3, 8, 8, 8, 2], activation, replicas=2, dtype=dtype)
    network = start.copy()
    history = run(network, optimizer=SGD([rate, 1e-3]), batch_size=50, epochs=1, on_divergence="keep")
    assert history.diverged == {0: 1} and numbers(network, [0]) == numbers(start, [0])
    assert np.isfinite(network.predict(X)).all() and np.isnan(history.accuracy[0]).all()
    with pytest.raises(Diverged, match="layer [123], in its forward pass, of replica 0. Likely cause: a learning rate"):
        run(start.copy(), optimizer=SGD([rate, 1e-3]), batch_size=50, epochs=1)


def test_the_likeliest_cause_stands_first():
    for rate, first in ((0.01, "X has values"), (0.5, "X has values"), (1e20, "a learning rate")):
        with pytest.raises(Diverged, match=f"Likely cause: {first}"):
            run(Network.mlp(SIZES), 1e6 * X, T, optimizer=SGD(rate), loss="mse", epochs=50)


# Ctrl-C: a warning, and the history and weights of the last complete epoch, wherever it comes.
def interrupted(after, **options):
    """Train until Ctrl-C comes; what is left must be what a run of `after` epochs leaves."""
    network, twin, handler = mlp(4), mlp(4), signal.getsignal(signal.SIGINT)
    options = {"validation": (X, Y), "snapshots": True, **options}
    with pytest.warns(UserWarning, match=f"training was interrupted after epoch {after}, whose weights") as caught:
        history = train(network, X, Y, epochs=9, batch_size=16, **{"progress": False, **options})
    assert caught[0].filename == __file__ and signal.getsignal(signal.SIGINT) is handler
    assert (history.stopped, history.epochs) == (f"interrupted after epoch {after}", after)
    expected = run(twin, epochs=after, validation=(X, Y), snapshots=True)
    for name in ("loss", "accuracy", "gradient_norms", "zeros", "dead_units", "validation_loss", "validation_accuracy"):
        assert getattr(history, name).tobytes() == getattr(expected, name).tobytes()
    assert numbers(network) == numbers(twin) == numbers(history.snapshots[-1][1])
    assert len(history.snapshots) == after + 1
    return network


def on_step(monkeypatch, step, action):
    """Do something before the training step with this number, counted from 1 over all blocks."""
    run, lock, count = Plan.run, threading.Lock(), [0]

    def counted(plan):
        with lock:
            count[0] += 1
            now = count[0]
        if now == step:
            action()
        run(plan)

    monkeypatch.setattr(Plan, "run", counted)


def test_inside_an_epoch_and_training_can_go_on(monkeypatch, capfd):
    on_step(monkeypatch, 2 * STEPS + 2, lambda: signal.raise_signal(signal.SIGINT))
    network = interrupted(2, progress=True)
    assert capfd.readouterr().err.endswith("\n")  # the bar is closed
    assert run(network, epochs=2).epochs == 2


def test_the_other_threads_stop_soon(monkeypatch):
    """They are asked after every few steps; the epoch would have 2 · 3000."""
    run, steps, raised = Plan.run, [], threading.Event()

    def counted(plan):
        steps.append(plan)
        if plan.rows.start == 0:  # the block whose end is waited for first
            raised.set()
            raise KeyboardInterrupt
        raised.wait(10)
        threading.Event().wait(0.001)  # lets the other thread go on, also on a busy machine
        run(plan)

    monkeypatch.setattr(Plan, "run", counted)
    with pytest.warns(UserWarning, match="interrupted after epoch 0"):
        train(mlp(4), np.tile(X, (60, 1)), np.tile(Y, 60), batch_size=1, threads=2, progress=False)
    assert len(steps) < 2000


def test_a_signal_while_threads_are_at_work(monkeypatch):
    """Threads get no signals: the main thread, which waits for them, does, and they stop."""
    on_step(monkeypatch, 2 * STEPS + 1, lambda: os.kill(os.getpid(), signal.SIGINT))
    network, twin = mlp(4), mlp(4)
    with pytest.warns(UserWarning, match="interrupted after epoch"):
        history = run(network, epochs=10**6, threads=2, record=())
    run(twin, epochs=history.epochs, record=())
    assert numbers(network) == numbers(twin)


def test_while_an_epoch_is_written_down_and_in_a_callback_it_is_written_to_the_end(monkeypatch):
    observe, pressed = training.observe, []

    def interrupted_observe(history, *rest):
        if history.epochs == 1 and not pressed:
            pressed.append(True)
            signal.raise_signal(signal.SIGINT)
        observe(history, *rest)

    monkeypatch.setattr(training, "observe", interrupted_observe)
    interrupted(2)
    interrupted(3, callbacks=[lambda epoch, *_: signal.raise_signal(signal.SIGINT) if epoch == 3 else None], threads=2)


def test_another_thread_may_train():
    """It gets no signals, and needs none."""
    histories = []
    thread = threading.Thread(target=lambda: histories.append(run(mlp(), epochs=2)))
    thread.start()
    thread.join(timeout=60)
    assert histories[0].epochs == 2


@pytest.mark.parametrize(("replicas", "threads", "expected"), [(1, 1, 1), (1, 2, 2), (4, 1, 1), (4, 2, 1)])
def test_training_uses_as_many_threads_as_it_may(replicas, threads, expected, monkeypatch, threads_of_blas):
    """With one block BLAS gets the threads; with several each has one. Afterwards all is as before."""
    seen, original = set(), Block.epoch

    def noted(self, *arguments):
        seen.update(threads_of_blas())
        return original(self, *arguments)

    monkeypatch.setattr(Block, "epoch", noted)
    before = threads_of_blas()
    run(mlp(replicas), threads=threads)
    assert seen == {expected} and threads_of_blas() == before


@pytest.mark.parametrize("threads", [1, 3])
def test_the_bar_shows_the_rate_the_epoch_and_the_loss_on_stderr(capfd, threads, monkeypatch):
    counted, update = [], tqdm.update
    monkeypatch.setattr(tqdm, "update", lambda self, steps: (counted.append(steps), update(self, steps)))
    run(mlp(5), progress=False)
    assert capfd.readouterr() == ("", "") and counted == []
    history = run(mlp(5), threads=threads, progress=True)
    assert sum(counted) == pytest.approx(3 * STEPS)  # blocks of some replicas make parts of a step
    out, err = capfd.readouterr()
    loss = re.escape(f"{history.loss[:, -1].mean():.4g}")
    assert out == "" and err.endswith("\n")
    assert re.fullmatch(rf"100%\|.*\| *[\d.]+step/s, epoch 3, loss {loss}", err.rstrip().split("\r")[-1])
    with progress_bar(2, shown=True) as (_, describe):
        describe(1, np.array([np.nan, 2.0, np.inf]))
        describe(2, np.array([np.nan, np.inf]))
    err = capfd.readouterr().err
    assert "epoch 1, loss 2" in err and "epoch 2, loss none finite" in err
