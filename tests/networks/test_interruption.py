"""Ctrl-C: a warning, and the history and weights of the last complete epoch, wherever it comes."""

import os
import signal
import threading
import time

import numpy as np
import pytest

import course_lib.networks.training as training
from course_lib.networks import SGD, Network, train
from course_lib.networks.plan import Plan
from course_lib.networks.training import interruption_waits

RNG = np.random.default_rng(8)
X, Y = RNG.standard_normal((50, 3)), RNG.integers(0, 2, 50)
STEPS = 4  # of 16 samples in an epoch


def numbers(network):
    return b"".join(array.tobytes() for layer in network.parameters for array in layer.arrays())


def interrupted(after, **options):
    """Train until Ctrl-C comes; what is left must be what a run of `after` epochs leaves."""
    network, twin = Network.mlp([3, 5, 2], replicas=4), Network.mlp([3, 5, 2], replicas=4)
    options = {"batch_size": 16, "validation": (X, Y), "snapshots": True, "progress": False, **options}
    with pytest.warns(UserWarning, match=f"training was interrupted after epoch {after}, whose weights") as caught:
        history = train(network, X, Y, epochs=9, **options)
    assert caught[0].filename == __file__
    assert history.stopped == f"interrupted after epoch {after}"
    expected = train(twin, X, Y, epochs=after, batch_size=16, validation=(X, Y), snapshots=True, progress=False)
    assert history.epochs == after
    for name in ("loss", "accuracy", "gradient_norms", "zeros", "dead_units", "validation_loss", "validation_accuracy"):
        assert getattr(history, name).tobytes() == getattr(expected, name).tobytes()
        assert getattr(history, name).shape[1] == after
    assert numbers(network) == numbers(twin)
    assert [epoch for epoch, _ in history.snapshots] == list(range(after + 1))
    assert numbers(history.snapshots[-1][1]) == numbers(network)
    return history


def on_step(monkeypatch, step, action):
    """Do something instead of the training step with this number, counted from 1 over all blocks."""
    run, lock, count = Plan.run, threading.Lock(), [0]

    def counted(plan):
        with lock:
            count[0] += 1
            now = count[0]
        if now == step:
            action()
        run(plan)

    monkeypatch.setattr(Plan, "run", counted)


def no_threads_are_left():
    """A thread that was being started when the signal came ends by itself soon after."""
    deadline = time.monotonic() + 10
    while any(thread.name.startswith("ThreadPoolExecutor") for thread in threading.enumerate()):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def raise_interrupt():
    raise KeyboardInterrupt


@pytest.mark.parametrize("epoch", [1, 3])
def test_inside_an_epoch(epoch, monkeypatch):
    on_step(monkeypatch, STEPS * (epoch - 1) + 2, raise_interrupt)
    interrupted(epoch - 1)


@pytest.mark.parametrize("threads", [2, 4])
def test_inside_an_epoch_with_threads(threads, monkeypatch):
    on_step(monkeypatch, STEPS * threads * 2 + 3, raise_interrupt)
    interrupted(2, threads=threads)
    assert no_threads_are_left()


def test_the_other_threads_stop_soon(monkeypatch):
    """They are asked after every few steps; the epoch would have 2 · 3000."""
    run, steps, raised = Plan.run, [], threading.Event()

    def counted(plan):
        steps.append(plan)
        if plan.rows.start == 0:  # the block whose end is waited for first
            raised.set()
            raise_interrupt()
        raised.wait(10)
        run(plan)

    monkeypatch.setattr(Plan, "run", counted)
    many, labels = np.tile(X, (60, 1)), np.tile(Y, 60)
    with pytest.warns(UserWarning, match="interrupted after epoch 0"):
        train(Network.mlp([3, 5, 2], replicas=4), many, labels, batch_size=1, threads=2, progress=False)
    assert len(steps) < 2000


def test_a_signal_inside_an_epoch(monkeypatch):
    on_step(monkeypatch, STEPS + 2, lambda: signal.raise_signal(signal.SIGINT))
    interrupted(1)


def test_a_signal_while_threads_are_at_work(monkeypatch):
    """Threads get no signals: the main thread, which waits for them, does, and they stop."""
    on_step(monkeypatch, 2 * STEPS + 1, lambda: os.kill(os.getpid(), signal.SIGINT))
    network = Network.mlp([3, 5, 2], replicas=4)
    with pytest.warns(UserWarning, match="interrupted after epoch"):
        history = train(network, X, Y, epochs=10**6, batch_size=16, threads=2, progress=False, record=())
    twin = Network.mlp([3, 5, 2], replicas=4)
    train(twin, X, Y, epochs=history.epochs, batch_size=16, progress=False, record=())
    assert numbers(network) == numbers(twin)
    assert no_threads_are_left()


def test_before_the_first_step_of_an_epoch():
    def schedule(epoch):
        return raise_interrupt() if epoch == 3 else 1.0

    network = Network.mlp([3, 5, 2])
    with pytest.warns(UserWarning, match="interrupted after epoch 2"):
        history = train(network, X, Y, SGD(0.1, schedule=schedule), progress=False)
    assert history.epochs == 2


def test_while_an_epoch_is_written_down_it_is_written_to_the_end(monkeypatch):
    observe, pressed = training.observe, []

    def interrupted_observe(history, *rest):
        if history.epochs == 1 and not pressed:
            pressed.append(True)
            signal.raise_signal(signal.SIGINT)
        observe(history, *rest)

    monkeypatch.setattr(training, "observe", interrupted_observe)
    interrupted(2)


@pytest.mark.parametrize("threads", [1, 2])
def test_in_a_callback(threads):
    def press(epoch, network, history):
        if epoch == 3:
            signal.raise_signal(signal.SIGINT)

    interrupted(3, callbacks=[press], threads=threads)


def test_a_network_goes_on_training_after_ctrl_c(monkeypatch):
    on_step(monkeypatch, 2, raise_interrupt)
    network = Network.mlp([3, 5, 2])
    with pytest.warns(UserWarning, match="interrupted after epoch 0"):
        train(network, X, Y, batch_size=16, epochs=2, progress=False)
    assert train(network, X, Y, epochs=2, progress=False).epochs == 2


def test_the_progress_bar_is_closed(monkeypatch, capfd):
    on_step(monkeypatch, STEPS + 1, raise_interrupt)
    interrupted(1, progress=True)
    assert capfd.readouterr().err.endswith("\n")


def test_the_signal_waits_and_the_handler_comes_back():
    before, reached = signal.getsignal(signal.SIGINT), []
    with pytest.raises(KeyboardInterrupt), interruption_waits():
        signal.raise_signal(signal.SIGINT)
        reached.append("end")
    assert reached == ["end"]
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(ZeroDivisionError), interruption_waits():
        _ = 1 / 0
    assert signal.getsignal(signal.SIGINT) is before


def test_training_in_another_thread_needs_no_signals():
    found = []
    network = Network.mlp([3, 5, 2])
    thread = threading.Thread(target=lambda: found.append(train(network, X, Y, epochs=2, progress=False)))
    thread.start()
    thread.join(timeout=60)
    assert found[0].epochs == 2
