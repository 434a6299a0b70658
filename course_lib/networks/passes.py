"""The gradient of a loss with respect to all parameters, without training."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.block import block_rows, work_dtype
from course_lib.networks.layers import (
    Dropout,
    LayerParameters,
    Maxout,
    ParameterLists,
    WithWeights,
    copy_replicas,
    parameters_per_replica,
    views,
)
from course_lib.networks.losses import Loss
from course_lib.networks.plan import NARROW, Plan, blas_threads, plan_arithmetic

if TYPE_CHECKING:
    from course_lib.networks.network import Network

# The forward pass in plain NumPy, for looking at a network that is not being trained.


Array = np.ndarray[Any, Any]
# Numbers in the activations of one piece of a long X.
PIECE = 2**16


@dataclass(frozen=True)
class Activity:
    """z and a of each layer with weights: two lists of (R, n_samples, units); maxout has pieces · n_out values in z."""

    pre_activations: list[Array]
    activations: list[Array]


def _activated(layer: WithWeights, own: LayerParameters, z: Array) -> Array:
    """σ(z) of (R, rows, n)."""
    if isinstance(layer, Maxout):
        return np.asarray(z.reshape(len(z), layer.pieces, layer.n_out, -1).max(1))
    if layer.activation == "identity":
        return z
    return ACTIVATIONS[layer.activation](z, own.alpha)


def _step(network: "Network", layer: WithWeights, own: LayerParameters, full: Array) -> tuple[Array, Array]:
    """z = (W b) (a 1)ᵀ and σ(z). In half precision both are rounded once from single precision."""
    if network.dtype != np.float16:
        z = own.weights @ full
        return z, _activated(layer, own, z)
    alpha = None if own.alpha is None else own.alpha.astype(np.float32)
    single = LayerParameters(own.weights.astype(np.float32), alpha)
    z = (single.weights @ full.astype(np.float32)).astype(np.float16)
    return z, _activated(layer, single, z.astype(np.float32)).astype(np.float16)


def layer_by_layer(network: "Network", X: Array) -> Iterator[tuple[Array, Array]]:
    """Yield z and a of each layer, (R, units, n), for X (n, n_in + 1) as `checked_inputs` gives it.

    The same products as in training, bias included: where a pre-activation is exactly 0 there, it is here.
    """
    full = X.T if X.shape[1] > NARROW else np.ascontiguousarray(X.T)
    for layer, own in zip(network.weighted_layers, network.parameters, strict=True):
        with np.errstate(all="ignore"), blas_threads():
            z, a = _step(network, layer, own, full)
        yield z, a
        full = np.ones((len(a), a.shape[1] + 1, a.shape[2]), a.dtype)
        full[:, :-1] = a


def sample_slices(network: "Network", n_samples: int) -> Iterator[slice]:
    """Slices of the samples, short enough that the values of a layer stay in the cache."""
    widest = max(layer.rows for layer in network.weighted_layers)
    length = max(1, PIECE // (network.replicas * widest))
    for start in range(0, n_samples, length):
        yield slice(start, min(start + length, n_samples))


def values_by_layer(network: "Network", X: Array) -> Activity:
    """All pre-activations and activations for X as `checked_inputs` gives it."""
    z_of, a_of = [], []
    for z, a in layer_by_layer(network, X):
        z_of.append(z.swapaxes(1, 2))
        a_of.append(a.swapaxes(1, 2))
    return Activity(z_of, a_of)


def outputs(network: "Network", X: Array) -> Array:
    """The last layer's activations for X as `checked_inputs` gives it, (R, n, n_out)."""
    found = np.empty((network.replicas, len(X), network.sizes[-1]), network.dtype)
    for part in sample_slices(network, len(X)):
        for _, a in layer_by_layer(network, X[part]):
            last = a
        found[:, part] = last.swapaxes(1, 2)
    return found


# Go once through some data with a network that is not being trained.


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


# The gradient of a loss with respect to all parameters, without training.


@dataclass(frozen=True)
class Gradient(ParameterLists):
    """∂loss/∂W, ∂loss/∂b and ∂loss/∂α of every layer, in the lists `W`, `b` and `alpha`, shaped as the network's."""

    parameters: list[LayerParameters]


def empty_gradient(network: "Network") -> Gradient:
    """Zeros in the shapes of the network's parameters."""
    length = network.replicas * parameters_per_replica(network.weighted_layers)
    return Gradient(views(np.zeros(length, work_dtype(network)), network.weighted_layers, network.replicas))


def full_gradient(network: "Network", X: Array, T: Array, loss: Loss) -> tuple[Array, Gradient]:
    """The mean loss over all samples (R,) and its gradient, for X and T as checked. Dropout is off."""
    gradient = empty_gradient(network)
    losses = np.zeros(network.replicas)
    with plan_arithmetic(), blas_threads():
        for piece in pieces(network, X, T, loss):
            piece.plan.run()
            losses[piece.replicas] += piece.plan.total.sum(1, dtype=np.float64) / len(X)
            add_to(gradient.parameters, piece)
    return losses, gradient
