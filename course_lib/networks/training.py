"""Train all replicas of a network on the same batches."""

import time
import warnings
from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy as np

from course_lib.networks.divergence import diverged_replicas, divergence
from course_lib.networks.history import History
from course_lib.networks.inputs import checked_inputs, checked_targets, chosen_loss
from course_lib.networks.interruption import interruption_waits
from course_lib.networks.losses import Loss
from course_lib.networks.network import Network
from course_lib.networks.optimizers import SGD, Adam, Optimizer
from course_lib.networks.progress import Progress
from course_lib.networks.statistics import QUANTITIES, observe
from course_lib.networks.training_blocks import TrainingBlocks

Array = np.ndarray[Any, Any]
Callback = Callable[[int, Network, History], object]


def train(
    network: Network,
    X: object,
    y: object,
    optimizer: Optimizer | None = None,
    loss: str = "cross_entropy",
    batch_size: int = 64,
    epochs: int = 10,
    seed: int = 0,
    validation: tuple[object, object] | None = None,
    callbacks: Iterable[Callback] = (),
    progress: bool = True,
    record: Iterable[str] = QUANTITIES,
    probe: int | None = 1024,
    snapshots: bool = False,
    threads: int = 1,
    on_divergence: Literal["raise", "keep"] = "raise",
) -> History:
    """θ ← θ − η · direction(∂ mean loss of the batch / ∂θ), for every batch of every epoch; `network` is changed.

    X is (n_samples, n_in), whole numbers are converted; y is labels (n_samples,) or numbers (n_samples,) or
    (n_samples, n_out), as `LOSSES` says. `optimizer` is an `SGD` or `Adam` (default ``Adam(1e-3)``), whose state starts
    anew with each call. Each epoch visits all samples once in an order drawn from `seed`, the same for all replicas;
    the last batch may be smaller, and a `batch_size` beyond n_samples means all samples. `validation` is a pair (X, y).
    `record` names what `History` keeps beside the losses, measured after each epoch on the first `probe` training
    samples (None: all). `callbacks` are called with (epoch, network, history) after each epoch and may change the
    network; a true answer ends training. With `snapshots` the history keeps a copy of the network before training and
    after each epoch. `threads` is how many threads may work: several blocks of replicas are then trained at once, and a
    single large network has its matrix products divided.

    NaN or infinity raises `Diverged` after the epoch in which it appears; with ``on_divergence="keep"`` that replica
    keeps its last finite weights, its history goes on as NaN, and the others train on. Ctrl-C ends training with a
    warning and keeps the history and the weights of the last complete epoch.

    Raises ValueError for X, y and options that do not fit, before anything is changed.

    >>> X, y = np.array([[0.0], [1.0]]), np.array([0, 1])
    >>> network = Network.mlp([1, 8, 2], replicas=3)
    >>> history = train(network, X, y, optimizer=SGD(0.5), epochs=100, batch_size=2, progress=False)
    >>> history.loss.shape, bool((network.accuracy(X, y) == 1).all())
    ((3, 100), True)
    """
    if not isinstance(network, Network):
        raise ValueError(f"network must be a Network, not {network!r}")
    chosen = chosen_loss(loss)
    optimizer = Adam(1e-3) if optimizer is None else optimizer
    if not isinstance(optimizer, (SGD, Adam)):
        raise ValueError(f"optimizer must be an SGD or an Adam, not {optimizer!r}")
    optimizer.check(network.replicas)
    for name, value, least in (("batch_size", batch_size, 1), ("threads", threads, 1), ("epochs", epochs, 0)):
        _whole(name, value, least)
    _whole("seed", seed, 0)
    called = tuple(callbacks) if isinstance(callbacks, Iterable) else (callbacks,)
    if not isinstance(callbacks, Iterable) or not all(callable(callback) for callback in called):
        raise ValueError(f"callbacks must be a list of functions of (epoch, network, history), not {callbacks!r}")
    if not isinstance(record, Iterable):
        raise ValueError(f"record must name some of {', '.join(QUANTITIES)}, not {record!r}")
    recorded = tuple(dict.fromkeys([record] if isinstance(record, str) else record))
    if unknown := [name for name in recorded if name not in QUANTITIES]:
        raise ValueError(f"record may name {', '.join(QUANTITIES)}, not {unknown[0]!r}")
    if on_divergence not in ("raise", "keep"):
        raise ValueError(f"on_divergence must be 'raise' or 'keep', not {on_divergence!r}")
    inputs = checked_inputs(X, network.sizes[0], network.dtype)
    targets = checked_targets(y, len(inputs), network.sizes[-1], chosen, network.dtype)
    held_out = None if validation is None else _held_out(network, validation, chosen)
    shown = len(inputs) if probe is None else _whole("probe", probe, 1)

    history = History(network.replicas, layers=len(network.weighted_layers))
    if snapshots:
        history.snapshots.append((0, network.copy()))
    rng = np.random.default_rng(seed)
    start = time.perf_counter()
    steps = epochs * -(-len(inputs) // batch_size)
    blocks = TrainingBlocks(network, inputs, targets, chosen, optimizer, batch_size, threads, seed)
    with Progress(steps, shown=progress) as bar, blocks:
        try:
            for epoch in range(1, epochs + 1):
                order = rng.permutation(len(inputs))
                losses = blocks.epoch(epoch, order, bar.advance)
                with interruption_waits():
                    for replica in diverged_replicas(blocks, losses):
                        if on_divergence == "raise":
                            raise divergence(blocks, replica, epoch, order, seed, history)
                        history.diverged.setdefault(replica, epoch)
                    blocks.hand_over(but_not=history.diverged)
                    observe(history, network, losses, (inputs[:shown], targets[:shown]), held_out, loss, recorded)
                    if snapshots:
                        history.snapshots.append((epoch, network.copy()))
                bar.describe(epoch, losses)
                history.seconds = time.perf_counter() - start
                answers = [callback(epoch, network, history) for callback in called]
                if called:
                    blocks.take_over()
                if any(answers):
                    history.stopped = f"stopped by a callback after epoch {epoch}"
                    break
                if len(history.diverged) == network.replicas:
                    history.stopped = f"all replicas had diverged by epoch {epoch}"
                    break
        except KeyboardInterrupt:
            history.stopped = f"interrupted after epoch {history.epochs}"
            warnings.warn(f"training was {history.stopped}, whose weights the network keeps", stacklevel=2)
    return history


def _held_out(network: Network, validation: object, loss: Loss) -> tuple[Array, Array]:
    """The validation data, checked like the training data."""
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise ValueError(f"validation must be a pair (X, y), not {type(validation).__name__}")
    try:
        X = checked_inputs(validation[0], network.sizes[0], network.dtype)
        return X, checked_targets(validation[1], len(X), network.sizes[-1], loss, network.dtype)
    except ValueError as error:
        raise ValueError(f"validation: {error}") from None


def _whole(name: str, value: object, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)
