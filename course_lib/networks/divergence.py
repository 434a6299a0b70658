"""Find where training left the finite numbers, and say what probably caused it."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from course_lib.networks.block import Block
from course_lib.networks.errors import Diverged
from course_lib.networks.history import History
from course_lib.networks.network import Network
from course_lib.networks.optimizers import Optimizer, factor_of_epoch
from course_lib.networks.per_replica import per_replica
from course_lib.networks.starting_values import one_of
from course_lib.networks.training_blocks import TrainingBlocks

Array = np.ndarray[Any, Any]


def diverged_replicas(blocks: TrainingBlocks, losses: Array) -> list[int]:
    """The replicas with a loss or a parameter that is not finite."""
    finite = np.isfinite(losses)
    for block in blocks.blocks:
        for layer in block.parameters:
            for values in layer.arrays():
                finite[block.rows] &= np.isfinite(values).all((1, 2))
    return np.flatnonzero(~finite).tolist()


def divergence(blocks: TrainingBlocks, replica: int, epoch: int, order: Array, seed: int, history: History) -> Diverged:
    """The error for a replica that diverged; the network still holds the finite weights from before the epoch.

    To see where it began, the epoch is run once more with this replica alone, with an optimiser that starts anew.
    """
    network, optimizer = blocks.network, blocks.optimizer
    alone = replace(
        optimizer,
        **{name.name: one_of(getattr(optimizer, name.name), replica) for name in fields(optimizer)},
    )
    block = Block(network.replica(replica), slice(0, 1), blocks.loss, alone, seed)
    factor = factor_of_epoch(optimizer.schedule, epoch)
    layer = block.first_not_finite(blocks.X, blocks.T, order, blocks.batch_size, factor)
    where = "the loss or the weights" if layer is None else f"layer {layer}, in its forward pass,"
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
    if finite or epoch > 1:
        causes.append(f"a learning rate of {rate:g} is too large for it")
    if finite and largest > 100:
        causes.append(f"X has values up to {largest:.3g}, so standardise it")
    if network.dtype == np.float16:
        causes.append("float16 ends at 65504")
    return f"Likely cause: {'; or '.join(causes)}."
