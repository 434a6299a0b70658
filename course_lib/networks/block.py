"""Some replicas of a network in training: their arrays in one piece of memory, and the plans that work on them."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from course_lib.networks.directional import looks_ahead, random_direction
from course_lib.networks.layers import Dropout
from course_lib.networks.losses import Loss
from course_lib.networks.optimizers import Optimizer, Values
from course_lib.networks.parameters import LayerStack, copy_replicas, parameters_per_replica, views
from course_lib.networks.plan import Plan, plan_arithmetic, rounded_to_half

Array = np.ndarray[Any, Any]
# Bytes that the replicas of one block may use together: more fall out of the cache, fewer share too little of the cost
# of a call. Measured with `benchmarks/peers.py`.
BLOCK_BYTES = 4 * 2**20
# With several blocks, or where the last batch is smaller, plans whose batches take more bytes than this in all replicas
# are made anew in each epoch, so that they do not take memory beside each other.
KEPT_BYTES = 2**18
# Steps between two signs of life.
SHOWN_EVERY = 16


def _batch_bytes(network: LayerStack, batch_size: int) -> int:
    """Bytes of the activations of one replica for one batch; Dropout and batch_norm have values of their own."""
    rows, width = 0, network.weighted_layers[0].n_in
    for layer in network.layers:
        rows += 2 * width if isinstance(layer, Dropout) else layer.rows * (1 + layer.batch_norm) + 1
        width = width if isinstance(layer, Dropout) else layer.n_out
    return rows * batch_size * network.work_dtype.itemsize


def block_rows(network: LayerStack, batch_size: int, threads: int, slots: int) -> list[slice]:
    """Divide the replicas into blocks of nearly one size that fit the cache, at least one for each thread."""
    parameters = parameters_per_replica(network.weighted_layers) * network.work_dtype.itemsize
    each = (2 + slots) * parameters + 5 * _batch_bytes(network, batch_size) // 2
    blocks = max(-(-network.replicas * each // BLOCK_BYTES), threads)
    edges = np.linspace(0, network.replicas, min(blocks, network.replicas) + 1).round().astype(int).tolist()
    return [slice(start, stop) for start, stop in pairwise(edges)]


class Block:
    """The replicas `rows` of a network with their gradient, optimiser and plans; the network itself stays untouched."""

    def __init__(self, network: LayerStack, rows: slice, loss: Loss, optimizer: Optimizer, seed: int) -> None:
        self.network, self.rows, self.loss = network, rows, loss
        self.replicas = rows.stop - rows.start
        self.half = network.dtype == np.float16
        dtype = network.work_dtype
        length = self.replicas * parameters_per_replica(network.weighted_layers)
        # One piece of memory: parameters, gradient and what the optimiser keeps.
        memory = np.empty((2 + optimizer.slots, length), dtype)
        memory[1:] = 0
        flat = list(memory)
        self.parameters = self._views(flat[0])
        self.gradient = self._views(flat[1])
        copy_replicas(network.parameters, rows, self.parameters)
        self.update = optimizer.bind(flat, network.replicas, rows, self._views)
        self.generators = [np.random.default_rng([seed, own]) for own in network.seeds[rows]]
        self._along = random_direction(network, rows) if looks_ahead(network.layers) else None
        self._plans: dict[int, Plan] = {}
        self._keeps_all = False
        self.operations = self.update.operations + (rounded_to_half(flat[0]) if self.half else [])

    def _views(self, flat: Array) -> Any:
        return views(flat, self.network.weighted_layers, self.replicas)

    def epoch(self, X: Array, T: Array, order: Array, batch_size: int, advance: Callable[[int], bool]) -> Array:
        """Train on the samples in this order; return the sum of all samples' losses, (R,).

        `advance` is called after every few steps with their number; a true answer ends the epoch.
        """
        whole = len(order) - len(order) % batch_size
        self._keeps_all = whole == len(order) and self.replicas == self.network.replicas
        with plan_arithmetic():
            sums = self._steps(X, T, order[:whole].reshape(-1, batch_size), advance)
            if whole < len(order):
                sums += self._steps(X, T, order[None, whole:], advance)
        return sums

    def _steps(self, X: Array, T: Array, batches: Array, advance: Callable[[int], bool]) -> Array:
        """One step for each row of sample numbers; return the sum of the losses, (R,)."""
        if not len(batches):
            return np.zeros(self.replicas)
        plan = self._plan(batches.shape[1])
        for step, batch in enumerate(batches, start=1):
            scale = self._load(plan, X, T, batch)
            plan.run()
            self._change(plan, scale)
            if step % SHOWN_EVERY == 0 and advance(SHOWN_EVERY):
                break
        else:
            advance(len(batches) % SHOWN_EVERY)
        sums = plan.total.sum(1, dtype=np.float64)
        plan.total[...] = 0
        return np.asarray(sums)

    def first_not_finite(self, X: Array, T: Array, order: Array, batch_size: int) -> int | None:
        """Train as `epoch` does until a layer's values are not all finite; return the number of that layer, or None.

        After the last step all batches go through once more.
        """
        starts = range(0, len(order), batch_size)
        with plan_arithmetic():
            for train, start in [*((True, start) for start in starts), *((False, start) for start in starts)]:
                batch = order[start : start + batch_size]
                plan = self._plan(len(batch))
                scale = self._load(plan, X, T, batch)
                for operation in plan.forward:
                    operation()
                for at, values in enumerate([*(layer.values for layer in plan.hidden), plan.outputs]):
                    if not np.isfinite(values).all():
                        return at
                if train:
                    for operation in plan.loss + plan.backward:
                        operation()
                    self._change(plan, scale)
        return None

    def _load(self, plan: Plan, X: Array, T: Array, batch: Array) -> Values:
        """Put a batch into the plan; return what the optimiser wants the gradient to be multiplied by."""
        X.take(batch, 0, plan.x, "clip")
        T.take(batch, 0, plan.targets, "clip")
        scale = self.update.begin()
        plan.factor[...] = (1 if self.half else scale) / plan.batch_size
        return scale

    def _change(self, plan: Plan, scale: Values) -> None:
        """Change the parameters by the gradient, and the running numbers by the statistics, that the plan left."""
        if self.half:  # which rounds the gradient itself, so the optimiser's factor comes afterwards
            for layer in self.gradient:
                for values in layer.arrays():
                    values *= np.reshape(np.asarray(scale, values.dtype), (-1, 1, 1))
        for operation in plan.tracking:
            operation()
        for operation in self.operations:
            operation()

    def _plan(self, batch_size: int) -> Plan:
        """The plan for one batch size, kept only where it is small."""
        if batch_size in self._plans:
            return self._plans[batch_size]
        plan = Plan(
            self.network.layers, self.parameters, self.gradient, self.loss,
            batch_size, self.network.replicas, self.rows, self.generators, self.half, along=self._along,
        )  # fmt: skip
        if self._keeps_all or self.network.replicas * _batch_bytes(self.network, batch_size) <= KEPT_BYTES:
            self._plans[batch_size] = plan
        return plan
