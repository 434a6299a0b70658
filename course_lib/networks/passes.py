"""What a network does with data while it is not being trained: the values of its layers, and the gradient of a loss."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.block import block_rows
from course_lib.networks.directional import looks_ahead, random_direction
from course_lib.networks.kernels import bind
from course_lib.networks.layers import Dropout, Maxout, WithWeights
from course_lib.networks.losses import Loss
from course_lib.networks.normalization import evaluated
from course_lib.networks.parameters import LayerParameters, LayerStack, ParameterLists, copy_replicas, zeros
from course_lib.networks.plan import NARROW, Plan, blas_threads, plan_arithmetic

Array = np.ndarray[Any, Any]
# Numbers in the activations of one layer for a part of a long X.
IN_CACHE = 2**16
# Samples that go through plans together.
TOGETHER = 128


@dataclass(frozen=True)
class Activity:
    """z and a of each layer with weights: two lists of (R, n_samples, units); maxout has pieces · n_out values in z."""

    pre_activations: list[Array]
    activations: list[Array]


def layer_by_layer(network: LayerStack, X: Array) -> Iterator[tuple[Array, Array]]:
    """Yield z and a of each layer, (R, units, n), for X (n, n_in + 1) as `checked_inputs` gives it.

    The same products as in training, bias included: where a pre-activation is exactly 0 there, it is here. Batch
    normalisation is by the running numbers.
    """
    network = evaluated(network)
    full = X.T if X.shape[1] > NARROW else np.ascontiguousarray(X.T)
    for layer, own in zip(network.weighted_layers, network.parameters, strict=True):
        with np.errstate(all="ignore"), blas_threads():
            z, a = _values(layer, own, full, network.dtype, network.work_dtype)
        yield z, a
        full = np.ones((len(a), a.shape[1] + 1, a.shape[2]), a.dtype)
        full[:, :-1] = a


def _values(
    layer: WithWeights, own: LayerParameters, full: Array, dtype: np.dtype[Any], work: np.dtype[Any]
) -> tuple[Array, Array]:
    """z = (W b) (a 1)ᵀ and σ(z), or a + σ(z), computed in the precision `work` and rounded once to `dtype`."""
    z = (own.weights.astype(work, copy=False) @ full.astype(work, copy=False)).astype(dtype, copy=False)
    a = z.astype(work)
    if isinstance(layer, Maxout):
        a = a.reshape(len(z), layer.pieces, layer.n_out, -1).max(1)
    else:
        alpha = None if own.alpha is None else own.alpha.astype(work, copy=False)
        for step in bind(ACTIVATIONS[layer.activation], a, None, (), alpha)[0]:
            step()
    if layer.skip:
        a += full[..., :-1, :]
    return z, a.astype(dtype, copy=False)


def values_by_layer(network: LayerStack, X: Array) -> Activity:
    """All pre-activations and activations for X as `checked_inputs` gives it."""
    layers = list(layer_by_layer(network, X))
    return Activity([z.swapaxes(1, 2) for z, _ in layers], [a.swapaxes(1, 2) for _, a in layers])


def predicted(network: LayerStack, X: Array) -> Array:
    """The last layer's activations for X as `checked_inputs` gives it, (R, n, n_out)."""
    network = evaluated(network)  # once, not for each part
    result = np.empty((network.replicas, len(X), network.weighted_layers[-1].n_out), network.dtype)
    length = max(1, IN_CACHE // (network.replicas * max(layer.rows for layer in network.weighted_layers)))
    for start in range(0, len(X), length):
        for _, a in layer_by_layer(network, X[start : start + length]):
            last = a
        result[:, start : start + length] = last.swapaxes(1, 2)
    return result


@dataclass(frozen=True)
class Chunk:
    """Some replicas and some samples, and the plan that has them as its batch; `gradient` is what the plan writes."""

    replicas: slice
    samples: slice
    plan: Plan
    gradient: list[LayerParameters]


def chunks(
    network: LayerStack,
    X: Array,
    T: Array,
    loss: Loss,
    inspect: Callable[[slice, int, Array], None] | None = None,
    direction: list[LayerParameters] | None = None,
) -> Iterator[Chunk]:
    """Every block of replicas with every batch of X and T, as checked, with a plan to run inside `plan_arithmetic`.

    The gradient is that of the sum of the losses divided by the number of all samples. Dropout is off. With batch
    normalisation, which is by the statistics of all of X, X goes through in one piece. `inspect` is called in the
    forward pass with the block's replicas, the number of the layer and its pre-activations (R, rows, n). `direction`
    is for directional layers; None is a random one.
    """
    together = len(X) if network.has_batch_norm else TOGETHER
    layers = [layer for layer in network.layers if not isinstance(layer, Dropout)]
    weighted, dtype = network.weighted_layers, network.work_dtype
    if direction is None and looks_ahead(network.layers):
        direction = random_direction(network)
    for rows in block_rows(network, min(together, len(X)), 1, 0):
        replicas = rows.stop - rows.start
        own = [layer.of(rows) for layer in network.parameters]
        if dtype != network.dtype:
            own = zeros(weighted, replicas, dtype)
            copy_replicas(network.parameters, rows, own)
        gradient = zeros(weighted, replicas, dtype)
        plan: Plan | None = None
        for start in range(0, len(X), together):
            part = slice(start, min(start + together, len(X)))
            if plan is None or part.stop - start != plan.batch_size:
                half = network.dtype == np.float16
                size = part.stop - part.start
                along = None if direction is None else [layer.of(rows) for layer in direction]
                plan = Plan(
                    layers, own, gradient, loss, size, network.replicas, rows, half=half, inspect=inspect, along=along
                )
                plan.factor[...] = 1 / len(X)
            plan.total[...] = 0
            plan.x[...], plan.targets[...] = X[part], T[part]
            yield Chunk(rows, part, plan, gradient)


def add_to(sums: list[LayerParameters], chunk: Chunk) -> None:
    """Add the gradient of a chunk to the sums for all replicas."""
    for total, more in zip(sums, chunk.gradient, strict=True):
        for values, added in zip(total.arrays(), more.arrays(), strict=True):
            values[chunk.replicas] += added


@dataclass(frozen=True)
class Gradient(ParameterLists):
    """∂loss/∂W, ∂loss/∂b, ∂loss/∂α and ∂loss/∂γ of every layer, in `W`, `b`, `alpha` and `gamma`, as the network's."""

    parameters: list[LayerParameters]


def empty_gradient(network: LayerStack) -> Gradient:
    """Zeros in the shapes of the network's parameters."""
    return Gradient(zeros(network.weighted_layers, network.replicas, network.work_dtype))


def full_gradient(
    network: LayerStack, X: Array, T: Array, loss: Loss, direction: list[LayerParameters] | None = None
) -> tuple[Array, Gradient]:
    """The mean loss over all samples (R,) and its gradient, for X and T as checked. Dropout is off."""
    gradient = empty_gradient(network)
    losses = np.zeros(network.replicas)
    with plan_arithmetic(), blas_threads():
        for chunk in chunks(network, X, T, loss, direction=direction):
            chunk.plan.run()
            losses[chunk.replicas] += chunk.plan.total.sum(1, dtype=np.float64) / len(X)
            add_to(gradient.parameters, chunk)
    return losses, gradient
