"""Train all replicas of a network on the same batches; report where training left the finite numbers."""

import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import fields, replace
from types import FrameType
from typing import Any, Literal

import numpy as np

from course_lib.checks import one_of, refusal, whole_number
from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.block import Block, block_rows
from course_lib.networks.history import Diverged, History
from course_lib.networks.layers import Dense, WithWeights, of_replica, per_replica
from course_lib.networks.losses import Loss, checked_inputs, checked_targets, chosen_loss
from course_lib.networks.network import Network
from course_lib.networks.normalization import check_batches
from course_lib.networks.optimizers import SGD, Adam, Optimizer
from course_lib.networks.parameters import LayerParameters, copy_replicas
from course_lib.networks.passes import predicted
from course_lib.networks.plan import blas_threads
from course_lib.networks.statistics import QUANTITIES, observe

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
    (n_samples, n_out), as `LOSSES` says. `optimizer` is an `SGD` or `Adam` (default `Adam(1e-3)`), whose state starts
    anew with each call. Each epoch visits all samples once in an order drawn from `seed`, the same for all replicas;
    the last batch may be smaller, and a `batch_size` beyond n_samples means all samples. `validation` is a pair (X, y).
    `record` names what `History` keeps beside the losses, measured after each epoch on the first `probe` training
    samples (None: all). `callbacks` are called with (epoch, network, history) after each epoch and may change the
    network; a true answer ends training. With `snapshots` the history keeps a copy of the network before training and
    after each epoch. `threads` is how many threads may work: several blocks of replicas are then trained at once, and a
    single large network has its matrix products divided.

    NaN or infinity in losses, weights or outputs raises `Diverged` after the epoch in which it appears; with
    `on_divergence="keep"` that replica keeps its last finite weights, its history goes on as NaN, and the others train
    on. Ctrl-C ends training with a warning and keeps the history and the weights of the last complete epoch.

    Raises ValueError or TypeError for X, y and options that do not fit, before anything is changed.

    >>> X, y = np.array([[0.0], [1.0]]), np.array([0, 1])
    >>> network = Network.mlp([1, 8, 2], replicas=3)
    >>> history = train(network, X, y, optimizer=SGD(0.5), epochs=100, batch_size=2, progress=False)
    >>> history.loss.shape, bool((network.accuracy(X, y) == 1).all())
    ((3, 100), True)
    """
    if not isinstance(network, Network):
        raise ValueError(refusal("network", network, "a Network"))
    optimizer = Adam(1e-3) if optimizer is None else optimizer
    if not isinstance(optimizer, (SGD, Adam)):
        raise ValueError(refusal("optimizer", optimizer, "an SGD or an Adam"))
    optimizer.check(network.replicas)
    for name, value, least in (("batch_size", batch_size, 1), ("threads", threads, 1), ("epochs", epochs, 0)):
        whole_number(name, value, least)
    whole_number("seed", seed, 0)
    called = tuple(callbacks) if isinstance(callbacks, Iterable) else (callbacks,)
    if not isinstance(callbacks, Iterable) or not all(callable(callback) for callback in called):
        raise ValueError(refusal("callbacks", callbacks, "a list of functions of (epoch, network, history)"))
    if isinstance(record, str) or not isinstance(record, Iterable):
        raise TypeError(refusal("record", record, f"a list of some of {', '.join(map(repr, QUANTITIES))}"))
    recorded = tuple(dict.fromkeys([one_of("record", name, QUANTITIES) for name in record]))
    one_of("on_divergence", on_divergence, ("raise", "keep"))
    chosen = chosen_loss(loss)
    inputs = checked_inputs(X, network.sizes[0], network.dtype)
    targets = checked_targets(y, len(inputs), network.sizes[-1], chosen, network.dtype)
    held_out = None if validation is None else _held_out(network, validation, chosen)
    if network.has_batch_norm:
        check_batches(len(inputs), min(batch_size, len(inputs)))
    shown = len(inputs) if probe is None else whole_number("probe", probe, 1)

    history = History(
        network.replicas, len(network.weighted_layers), samples=len(inputs), probe=min(shown, len(inputs))
    )
    if snapshots:
        history.snapshots.append((0, network.copy()))
    rng = np.random.default_rng(seed)
    steps = epochs * -(-len(inputs) // batch_size)
    blocks = TrainingBlocks(network, inputs, targets, chosen, optimizer, batch_size, threads, seed)
    with progress_bar(steps, progress) as (advance, describe), blocks:
        try:
            for epoch in range(1, epochs + 1):
                order = rng.permutation(len(inputs))
                losses = blocks.epoch(order, advance)
                with interruption_waits():
                    for replica in diverged_replicas(blocks, losses, inputs):
                        if on_divergence == "raise":
                            raise divergence(blocks, replica, epoch, order, seed, history)
                        history.diverged.setdefault(replica, epoch)
                    blocks.hand_over(but_not=history.diverged)
                    observe(history, network, losses, (inputs[:shown], targets[:shown]), held_out, chosen, recorded)
                    if snapshots:
                        history.snapshots.append((epoch, network.copy()))
                describe(epoch, losses)
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
        raise ValueError(refusal("validation", validation, "a pair (X, y)"))
    try:
        X = checked_inputs(validation[0], network.sizes[0], network.dtype)
        return X, checked_targets(validation[1], len(X), network.sizes[-1], loss, network.dtype)
    except (TypeError, ValueError) as error:
        raise type(error)(f"validation: {error}") from None


@contextmanager
def progress_bar(steps: int, shown: bool) -> Iterator[tuple[Callable[[float], object], Callable[[int, Array], object]]]:
    """`advance(steps)` and `describe(epoch, losses)`, which shows the mean loss. tqdm loads only where `shown`.

    Steps may come in parts: a block of 16 of 64 replicas is a quarter of a step.
    """
    if not shown:
        yield lambda steps: None, lambda epoch, losses: None
        return
    from tqdm import tqdm

    def describe(epoch: int, losses: Array) -> None:
        finite = losses[np.isfinite(losses)]
        mean = f"{finite.mean():.4g}" if len(finite) else "none finite"
        bar.set_postfix_str(f"epoch {epoch}, loss {mean}")

    with tqdm(total=steps, unit="step", bar_format="{desc}{percentage:3.0f}%|{bar}| {rate_fmt}{postfix}") as bar:
        yield bar.update, describe


@contextmanager
def interruption_waits() -> Iterator[None]:
    """Hold back Ctrl-C (SIGINT) inside; KeyboardInterrupt is raised at the end instead.

    Only the main thread receives it, so elsewhere nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


class TrainingBlocks:
    """The blocks of `network`, which keep the data and train on it; a context manager, for its threads.

    With several threads each trains one block at a time. BLAS, NumPy's matrix products, uses what is left: nothing
    more, where there are as many blocks as threads.
    """

    def __init__(
        self,
        network: Network,
        X: Array,
        T: Array,
        loss: Loss,
        optimizer: Optimizer,
        batch_size: int,
        threads: int,
        seed: int,
    ) -> None:
        self.X, self.T = (data.astype(network.work_dtype, copy=False) for data in (X, T))
        self.network, self.loss, self.optimizer, self.threads = network, loss, optimizer, threads
        self.batch_size = min(batch_size, len(X))
        rows = block_rows(network, self.batch_size, threads, optimizer.slots)
        self.blocks = [Block(network, part, loss, optimizer, seed) for part in rows]
        self._stop = threading.Event()
        self._stack = ExitStack()
        self._map: Callable[..., Iterable[Array]] = map

    def __enter__(self) -> "TrainingBlocks":
        share = min(self.threads, len(self.blocks))
        self._stack.enter_context(blas_threads(self.threads // share))
        if share > 1:
            self._map = self._stack.enter_context(ThreadPoolExecutor(share)).map
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._stack.close()

    def epoch(self, order: Array, advance: Callable[[float], object]) -> Array:
        """Train on the samples in this order; return the mean loss of each replica. `advance` counts steps."""

        def train_block(block: Block) -> Array:
            def some_steps(steps: int) -> bool:
                advance(steps * block.replicas / self.network.replicas)
                return self._stop.is_set()

            return block.epoch(self.X, self.T, order, self.batch_size, some_steps)

        return np.concatenate(list(self._map(train_block, self.blocks))) / len(order)

    def take_over(self) -> None:
        """Copy the network's parameters into the blocks, where a callback may have changed them."""
        for block in self.blocks:
            copy_replicas(self.network.parameters, block.rows, block.parameters)

    def hand_over(self, but_not: Iterable[int]) -> None:
        """Copy the parameters into the network, except those of some replicas."""
        skipped = set(but_not)
        for block in self.blocks:
            inside = range(block.rows.start, block.rows.stop)
            parts = [(slice(None), block.rows)]
            if skipped.intersection(inside):
                parts = [(slice(row, row + 1), slice(r, r + 1)) for row, r in enumerate(inside) if r not in skipped]
            for rows, place in parts:
                copy_replicas(block.parameters, rows, [layer.of(place) for layer in self.network.parameters])


def diverged_replicas(blocks: TrainingBlocks, losses: Array, X: Array) -> list[int]:
    """The replicas with a loss, a parameter, or an output on X that is not finite.

    Outputs are only computed where a bound on them does not say that they are finite.
    """
    finite = np.isfinite(losses)
    largest = float(np.abs(X).max())
    bounds = np.full(len(finite), largest)
    with np.errstate(all="ignore"):
        for block in blocks.blocks:
            for kind, layer in zip(blocks.network.weighted_layers, block.parameters, strict=True):
                for values in layer.arrays():
                    finite[block.rows] &= np.isfinite(values).all((1, 2))
                below = np.maximum(bounds[block.rows], 1)
                reach = np.abs(layer.weights).sum(2, dtype=np.float64).max(1) * below
                bounds[block.rows] = _greatest_value(kind, layer, reach) + kind.skip * below
    if (finite & ~(bounds < np.finfo(blocks.network.dtype).max / 16)).any():
        trial = blocks.network.copy()
        for block in blocks.blocks:
            copy_replicas(block.parameters, slice(None), [layer.of(block.rows) for layer in trial.parameters])
        finite &= np.isfinite(predicted(trial, X)).all((1, 2))
    return np.flatnonzero(~finite).tolist()


def _greatest_value(kind: WithWeights, layer: LayerParameters, reach: Array) -> Array:
    """A bound of |σ(z)| for |z| ≤ reach, (R,): no activation bends back by more than 1 before its ends.

    NaN where nothing is known: batch normalisation divides by what may be small.
    """
    if kind.batch_norm:
        return np.full_like(reach, np.nan)
    if not isinstance(kind, Dense):
        return reach
    activation = ACTIVATIONS[kind.activation]
    steepest = None if layer.alpha is None else np.abs(layer.alpha).max((1, 2))
    return 1 + np.maximum(*(np.abs(activation(z, steepest)) for z in (reach, -reach)))


def divergence(blocks: TrainingBlocks, replica: int, epoch: int, order: Array, seed: int, history: History) -> Diverged:
    """The error for a replica that diverged; the network still holds the finite weights from before the epoch.

    To see where it began, the epoch is run once more with this replica alone, with an optimiser that starts anew.
    """
    network, optimizer = blocks.network, blocks.optimizer
    numbers = {field.name: of_replica(getattr(optimizer, field.name), replica) for field in fields(optimizer)}
    block = Block(network.replica(replica), slice(0, 1), blocks.loss, replace(optimizer, **numbers), seed)
    layer = block.first_not_finite(blocks.X, blocks.T, order, blocks.batch_size)
    where = "the loss, the weights or the outputs" if layer is None else f"layer {layer}, in its forward pass,"
    kept = f"The network keeps the weights after epoch {epoch - 1}; `.history` holds the epochs before {epoch}."
    return Diverged(
        f"training diverged in epoch {epoch}: NaN or infinity in {where} of replica {replica}. "
        f"{_cause(network, blocks.X[:, :-1], replica, optimizer, epoch)} {kept}",
        replica,
        layer,
        epoch,
        history,
    )


def _cause(network: Network, X: Array, replica: int, optimizer: Optimizer, epoch: int) -> str:
    one, some = network.replica(replica), X[:256].astype(network.dtype)
    largest = float(np.abs(some).max())
    finite = bool(np.isfinite(one.predict(some)).all())
    rate = per_replica("learning_rate", optimizer.learning_rate, network.replicas)[replica]
    causes = []
    if not finite:
        causes.append(f"even before this epoch its outputs were not finite; the largest |X| is {largest:.3g}")
    if finite and largest > 100:
        causes.append(f"X has values up to {largest:.3g}, so standardise it")
    if finite or epoch > 1:
        # A rate that is usual for standardised inputs is not what is wrong where X is large.
        causes.insert(0 if rate > 1 else len(causes), f"a learning rate of {rate:g} is too large for it")
    if network.dtype == np.float16:
        causes.append("float16 ends at 65504")
    return f"Likely cause: {'; or '.join(causes)}."
