"""Go once through some data with a network that is not being trained."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.networks.block import block_rows, work_dtype
from course_lib.networks.layers import Dropout
from course_lib.networks.losses import Loss
from course_lib.networks.parameter_views import LayerParameters, copy_replicas, parameters_per_replica, views
from course_lib.networks.plan import Plan

if TYPE_CHECKING:
    from course_lib.networks.network import Network

Array = np.ndarray[Any, Any]
# Samples that go through the network together.
TOGETHER = 128


@dataclass(frozen=True)
class Piece:
    """Some replicas and some samples, and the plan that has them as its batch; `gradient` is what the plan writes."""

    replicas: slice
    samples: slice
    plan: Plan
    gradient: list[LayerParameters]


def pieces(
    network: "Network",
    X: Array,
    T: Array,
    loss: Loss,
    inspect: Callable[[slice, int, Array], None] | None = None,
) -> Iterator[Piece]:
    """Yield every block of replicas with every batch of X and T, as checked, ready for the plan's calls to be made.

    Run them inside `plan_arithmetic`.
    The gradient is that of the sum of the losses divided by the number of all samples. Dropout is off. `inspect` is
    called in the forward pass with the block's replicas, the number of the layer and its pre-activations (R, rows, n).
    """
    layers = [layer for layer in network.layers if not isinstance(layer, Dropout)]
    weighted, dtype = network.weighted_layers, work_dtype(network)
    length = parameters_per_replica(weighted)
    for rows in block_rows(network, min(TOGETHER, len(X)), 1, 0):
        replicas = rows.stop - rows.start
        own = [layer.of(rows) for layer in network.parameters]
        if dtype != network.dtype:
            own = views(np.zeros(replicas * length, dtype), weighted, replicas)
            copy_replicas(network.parameters, rows, own)
        gradient = views(np.zeros(replicas * length, dtype), weighted, replicas)
        plan: Plan | None = None
        for start in range(0, len(X), TOGETHER):
            part = slice(start, min(start + TOGETHER, len(X)))
            if plan is None or part.stop - start != plan.batch_size:
                plan = Plan(
                    layers,
                    own,
                    part.stop - start,
                    network.replicas,
                    rows,
                    gradient,
                    loss,
                    half=network.dtype == np.float16,
                    inspect=inspect,
                )
                plan.factor[...] = 1 / len(X)
            plan.total[...] = 0
            plan.x[...], plan.targets[...] = X[part], T[part]
            yield Piece(rows, part, plan, gradient)


def add_to(sums: list[LayerParameters], piece: Piece) -> None:
    """Add the gradient of a piece to the sums for all replicas."""
    for total, more in zip(sums, piece.gradient, strict=True):
        for values, found in zip(total.arrays(), more.arrays(), strict=True):
            values[piece.replicas] += found
