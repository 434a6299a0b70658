"""Batch normalisation: the steps of training, with the mean and variance of the batch, and the layers without it.

In training each unit's W x is normalised over the samples of the batch, so the gradient of one sample reaches the
others. Afterwards the running numbers are constants, and what is left is a layer with other weights and biases.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from course_lib.networks.kernels import Steps
from course_lib.networks.layers import Dense, connected
from course_lib.networks.parameters import LayerParameters, LayerStack, Normalization

Array = np.ndarray[Any, Any]
EPSILON = 1e-5  # beside the variance, so that nothing is divided by 0
SHARE = 0.1  # of the batch in the running numbers


def bind_normalization(
    z: Array, delta: Array, own: Normalization, bias: Array, gradient: Normalization, d_bias: Array
) -> tuple[Steps, Steps, Steps]:
    """z ← γ x̂ + b with x̂ = (z − m)/√(v + ε), delta ← γ/√(v + ε) · (delta − mean(delta) − x̂ · mean(delta · x̂)).

    Three lists of calls: forward, backward, and those that bring the running numbers to 0.9 · running + 0.1 · batch.
    m and v are the mean and the variance Σ (z − m)²/B over the B samples; in the running numbers the variance is
    Σ (z − m)²/(B − 1). `z` and `delta` are (R, units, B), `bias` is (R, units, 1). The backward steps overwrite the
    gradients of γ and of the bias. No step allocates an array of z's size.

    Source: Sergey Ioffe and Christian Szegedy, *Batch normalization: accelerating deep network training by reducing
    internal covariate shift*, 2015, algorithm 1 and the formulas after it.

    >>> z, bias = np.array([[[1.0, 2.0, 6.0]]]), np.zeros((1, 1, 1))
    >>> own, gradient = Normalization(*np.ones((3, 1, 1, 1))), Normalization(*np.zeros((3, 1, 1, 1)))
    >>> forward, backward, tracking = bind_normalization(z, np.ones_like(z), own, bias, gradient, np.zeros_like(bias))
    >>> for step in forward:
    ...     _ = step()
    >>> z.round(4).tolist()
    [[[-0.9258, -0.4629, 1.3887]]]
    """
    normalized = np.empty(z.shape, z.dtype)
    mean, variance, root, scale, share = (np.empty((*z.shape[:2], 1), z.dtype) for _ in range(5))
    batch, fewer, epsilon, past, new = (
        np.array(number, z.dtype) for number in (z.shape[2], z.shape[2] - 1, EPSILON, 1 - SHARE, SHARE)
    )
    forward: Steps = [
        partial(np.add.reduce, z, 2, None, mean, True),
        partial(np.divide, mean, batch, mean),
        partial(np.subtract, z, mean, normalized),
        partial(np.vecdot, normalized, normalized, variance[..., 0]),  # B times the variance
        partial(np.divide, variance, batch, root),
        partial(np.add, root, epsilon, root),
        partial(np.sqrt, root, root),
        partial(np.divide, normalized, root, normalized),
        partial(np.multiply, normalized, own.gamma, z),
        partial(np.add, z, bias, z),
    ]
    backward: Steps = [
        partial(np.add.reduce, delta, 2, None, d_bias, True),
        partial(np.vecdot, delta, normalized, gradient.gamma[..., 0]),
        partial(np.divide, d_bias, batch, share),
        partial(np.subtract, delta, share, delta),
        partial(np.divide, gradient.gamma, batch, share),
        partial(np.multiply, normalized, share, normalized),
        partial(np.subtract, delta, normalized, delta),
        partial(np.divide, own.gamma, root, scale),
        partial(np.multiply, delta, scale, delta),
    ]
    tracking: Steps = [partial(np.divide, variance, fewer, variance)]
    for running, value in ((own.running_mean, mean), (own.running_variance, variance)):
        tracking += [
            partial(np.multiply, running, past, running),
            partial(np.multiply, value, new, value),
            partial(np.add, running, value, running),
        ]
    return forward, backward, tracking


def check_batches(samples: int, batch_size: int) -> None:
    """ValueError where a batch would hold one sample, which is its own mean: nothing of it would be left.

    >>> check_batches(samples=21, batch_size=10)
    Traceback (most recent call last):
    ValueError: batch_size: got 10, whose last batch of 21 samples has 1; accepted with batch_norm are 2 or more in each
    """
    if samples == 1:
        raise ValueError("X: got 1 sample; accepted with batch_norm are 2 or more")
    if batch_size == 1 or samples % batch_size == 1:
        came = f"got {batch_size}, whose last batch of {samples} samples has 1"
        raise ValueError(f"batch_size: {came}; accepted with batch_norm are 2 or more in each")


def running_scale(own: Normalization, dtype: np.dtype[Any]) -> Array:
    """γ/√(v + ε) with the running variance v, (R, units, 1)."""
    variance = own.running_variance.astype(dtype)
    return np.asarray(own.gamma.astype(dtype) / np.sqrt(variance + dtype.type(EPSILON)))


def evaluated(network: LayerStack) -> LayerStack:
    """The network with W ← s W and b ← b − s m, s = γ/√(v + ε), in place of each batch normalisation.

    m and v are the running numbers. A network without batch normalisation is given back as it is.
    """
    if not network.has_batch_norm:
        return network
    stack = LayerStack()
    stack.replicas, stack.seeds, stack.dtype = network.replicas, network.seeds, network.dtype
    stack.layers, stack.weighted_layers = connected(
        [replace(layer, batch_norm=False) if isinstance(layer, Dense) else layer for layer in network.layers]
    )
    with np.errstate(all="ignore"):
        stack.parameters = [_folded(own, network.work_dtype) for own in network.parameters]
    return stack


def _folded(own: LayerParameters, dtype: np.dtype[Any]) -> LayerParameters:
    if own.normalization is None:
        return own
    scale, weights = running_scale(own.normalization, dtype), own.weights.astype(dtype)
    weights[:, :, :-1] *= scale
    weights[:, :, -1:] -= scale * own.normalization.running_mean.astype(dtype)
    return LayerParameters(weights, own.alpha, None)
