"""The forward pass in plain NumPy, for looking at a network that is not being trained."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.arithmetic import blas_threads
from course_lib.networks.layers import Maxout, WithWeights
from course_lib.networks.parameter_views import LayerParameters
from course_lib.networks.plan import NARROW

if TYPE_CHECKING:
    from course_lib.networks.network import Network

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


def pieces(network: "Network", n_samples: int) -> Iterator[slice]:
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
    for part in pieces(network, len(X)):
        for _, a in layer_by_layer(network, X[part]):
            last = a
        found[:, part] = last.swapaxes(1, 2)
    return found
