"""Steps of the activations that have a derivative everywhere: sigmoid, tanh, softplus.

Each is written so that no exponential can overflow. The backward steps use the activation instead of z.
"""

from functools import partial

import numpy as np

from course_lib.networks.kernel_arrays import KernelArrays, Steps


def sigmoid(k: KernelArrays) -> tuple[Steps, Steps]:
    """σ(z) = max(e, [z ≥ 0]) / (1 + e) with e = exp(−|z|), and σ' = σ (1 − σ).

    The slope is exact to a round-off of 1: to the right it is 0 as soon as σ rounds to 1, near z = 17 in float32 and 37
    in float64, while to the left it keeps its digits.
    """
    A, work, one = k.A, k.work(), k.number(1)
    positive = k.mask()
    forward: Steps = [
        partial(np.greater_equal, A, k.number(0), positive),
        partial(np.absolute, A, A),
        partial(np.negative, A, A),
        partial(np.exp, A, A),
        partial(np.add, A, one, work),
        partial(np.maximum, A, positive, out=A),
        partial(np.divide, A, work, A),
    ]
    if k.delta is None:
        return forward, []
    return forward, [
        partial(np.subtract, one, A, work),
        partial(np.multiply, work, A, work),
        partial(np.multiply, k.delta, work, k.delta),
    ]


def tanh(k: KernelArrays) -> tuple[Steps, Steps]:
    """tanh z, and tanh' = 1 − tanh²."""
    A, work = k.A, k.work()
    forward: Steps = [partial(np.tanh, A, A)]
    if k.delta is None:
        return forward, []
    return forward, [
        partial(np.multiply, A, A, work),
        partial(np.subtract, k.number(1), work, work),
        partial(np.multiply, k.delta, work, k.delta),
    ]


def softplus(k: KernelArrays) -> tuple[Steps, Steps]:
    """log(1 + exp z) = max(z, 0) + log(1 + exp(−|z|)), with the slope σ(z) = 1 − exp(−softplus(z))."""
    A, work = k.A, k.work()
    forward: Steps = [
        partial(np.absolute, A, work),
        partial(np.negative, work, work),
        partial(np.exp, work, work),
        partial(np.log1p, work, work),
        partial(np.maximum, A, k.zeros(), out=A),
        partial(np.add, A, work, A),
    ]
    if k.delta is None:
        return forward, []
    return forward, [
        partial(np.negative, A, work),
        partial(np.expm1, work, work),
        partial(np.negative, work, work),
        partial(np.multiply, k.delta, work, k.delta),
    ]
