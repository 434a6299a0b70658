"""All blocks of a network in training, one after another or several at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event
from typing import Any

import numpy as np

from course_lib.networks.arithmetic import blas_threads
from course_lib.networks.block import Block, block_rows, work_dtype
from course_lib.networks.losses import Loss
from course_lib.networks.network import Network
from course_lib.networks.optimizers import Optimizer, factor_of_epoch
from course_lib.networks.parameter_views import copy_replicas

Array = np.ndarray[Any, Any]


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
        dtype = work_dtype(network)
        self.X, self.T = X.astype(dtype, copy=False), T.astype(dtype, copy=False)
        self.network, self.loss, self.optimizer, self.threads = network, loss, optimizer, threads
        self.batch_size = min(batch_size, len(X))
        rows = block_rows(network, self.batch_size, threads, optimizer.slots)
        self.blocks = [Block(network, part, loss, optimizer, seed) for part in rows]
        self._stop = Event()
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

    def epoch(self, epoch: int, order: Array, advance: Callable[[float], None]) -> Array:
        """Train on the samples in this order; return the mean loss of each replica. `advance` counts steps."""
        factor = factor_of_epoch(self.optimizer.schedule, epoch)

        def train_block(block: Block) -> Array:
            def some_steps(steps: int) -> bool:
                advance(steps * block.replicas / self.network.replicas)
                return self._stop.is_set()

            return block.epoch(self.X, self.T, order, self.batch_size, factor, some_steps)

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
            if not skipped.intersection(inside):
                target = [layer.of(block.rows) for layer in self.network.parameters]
                copy_replicas(block.parameters, slice(None), target)
                continue
            for row, r in enumerate(inside):
                if r not in skipped:
                    one = [layer.of(slice(r, r + 1)) for layer in self.network.parameters]
                    copy_replicas(block.parameters, slice(row, row + 1), one)
