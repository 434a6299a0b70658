"""The elementwise steps of an activation, forward and backward, over buffers that are made once.

A step is a ufunc with its arguments bound, so that training runs it without looking anything up. A boolean mask
says where a pre-activation z lies; it is taken from z before z is overwritten, unless the activation still tells.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from course_lib.networks.kernel_arrays import Array, KernelArrays, Steps, checked_arrays, slope_is
from course_lib.networks.smooth_kernels import sigmoid, softplus, tanh

if TYPE_CHECKING:
    from course_lib.networks.activations import Activation


def bind(
    activation: Activation,
    A: Array,
    delta: Array | None,
    slopes: tuple[Array | None, ...],
    alpha: Array | None = None,
    d_alpha: Array | None = None,
    scratch: Array | None = None,
) -> tuple[Steps, Steps]:
    """A ← σ(A), then delta ← delta · σ'(z): two lists of callables without arguments, each to be run in order.

    ``A`` (R, units, samples), float32 or float64, holds the pre-activations z before the forward steps and the
    activations after them; it may be a view whose replicas lie further apart than its entries. ``delta``, contiguous
    and like A, holds the upstream gradient before the backward steps and the gradient with respect to z after them;
    with ``delta=None`` there are no backward steps. ``slopes`` has one entry per breakpoint, which multiplies the
    upstream gradient there: an array, 0-d or (R, 1, 1), or None for the left slope α (see `slopes`). ``alpha`` is 0-d,
    (R, 1, 1) or (R, units, 1) and is read in every run. ``d_alpha``, of alpha's shape, is overwritten with the
    gradient with respect to a trainable α: Σ upstream · min(z, 0) over what shares that α.

    No step allocates an array of A's size. ``scratch``, a flat array of at least 2 · A.size numbers, may be shared by
    all bindings whose steps do not run at the same time; without it each binding makes what it needs. Where
    units · samples is below 8192, a strided A is copied through NumPy's iteration buffer on every step, unless
    ``np.setbufsize(1024)`` makes the buffer shorter than a replica, which halves the time or better.

    NaN in A stays NaN. Where a network diverges, an infinity times 0 is NaN and NumPy warns; the caller may silence
    that. Raises ``ValueError`` for arrays that do not fit.

    >>> from course_lib.networks.activations import ACTIVATIONS
    >>> A, delta = np.array([[[-1.0, 0.0, 2.0]]]), np.full((1, 1, 3), -2.5)
    >>> forward, backward = bind(ACTIVATIONS["relu"], A, delta, (np.array(0.5),))
    >>> for step in forward + backward:
    ...     _ = step()
    >>> A.tolist(), delta.tolist()
    ([[[0.0, 0.0, 2.0]]], [[[-0.0, -1.25, -2.5]]])
    """
    return KERNELS[activation.name](checked_arrays(activation, A, delta, slopes, alpha, d_alpha, scratch))


def needs_scratch(activation: Activation, slopes: tuple[Array | None, ...]) -> bool:
    """Whether the steps of `bind` use `scratch`: not where a mask alone holds the slopes."""
    if activation.name == "identity":
        return False
    clipped = activation.name in ("relu", "relu6", "hard_tanh")
    return not (clipped and all(slope_is(slope, 0) or slope_is(slope, 1) for slope in slopes))


def _identity(k: KernelArrays) -> tuple[Steps, Steps]:
    return [], []


def _clip(k: KernelArrays, low: float, high: float) -> tuple[Steps, Steps]:
    """min(max(z, low), high): slope 1 between the bounds and 0 outside. ReLU is the one without an upper bound."""
    A, least, most = k.A, k.number(low), k.number(high)
    if high < np.inf:
        forward: Steps = [partial(np.clip, A, least, most, out=A)]
    else:
        forward = [partial(np.maximum, A, k.zeros(), out=A)]
    if k.delta is None:
        return forward, []
    before: Steps = []
    backward: Steps = []
    insides: list[Array] = []
    kinks: list[tuple[Array, Array]] = []
    sides = [(np.greater, np.greater_equal, least), (np.less, np.less_equal, most)]
    for slope, (beyond, from_bound_on, bound) in zip(k.slopes, sides, strict=False):
        inside = k.mask()
        insides.append(inside)
        if slope_is(slope, 1):
            before.append(partial(from_bound_on, A, bound, inside))
            continue
        backward.append(partial(beyond, A, bound, inside))  # A still tells: what is clipped lies on the bound
        if slope is not None and not slope_is(slope, 0):
            kinks.append((k.mask(), slope))
            before.append(partial(np.equal, A, bound, kinks[-1][0]))
    if len(insides) == 2:
        backward.append(partial(np.logical_and, insides[0], insides[1], insides[0]))
    return before + forward, backward + _multiply(k, insides[0], kinks)


def _absolute(k: KernelArrays) -> tuple[Steps, Steps]:
    """|z|: slope −1 left of 0 and 1 right of it."""
    forward: Steps = [partial(np.absolute, k.A, k.A)]
    if k.delta is None:
        return forward, []
    before, left, right, kinks = _sides_of_0(k)
    return before + forward, _multiply(k, right, [(left, k.number(-1)), *kinks])


def _bent(k: KernelArrays, curved: bool) -> tuple[Steps, Steps]:
    """max(z, 0) + α g(min(z, 0)) with g(t) = t, or e^t − 1 where curved. No sign of α is assumed."""
    A, alpha, work = k.A, k.alpha, k.work()
    g = k.kept() if k.delta is not None and (curved or k.d_alpha is not None) else work
    forward: Steps = [
        partial(np.minimum, A, k.zeros(), out=g),
        *([partial(np.expm1, g, g)] if curved else []),
        partial(np.maximum, A, k.zeros(), out=A),
        partial(np.multiply, g, alpha, work),
        partial(np.add, A, work, A),
    ]
    if k.delta is None or alpha is None:
        return forward, []
    before, left, right, kinks = _sides_of_0(k)
    backward = [] if k.d_alpha is None else _sum_into(k.d_alpha, k.delta, g)
    slope = alpha
    if curved:
        slope = k.work(1)
        backward += [partial(np.add, g, k.number(1), slope), partial(np.multiply, slope, alpha, slope)]  # α e^t
    return before + forward, backward + _multiply(k, right, [(left, slope), *kinks])


def _sides_of_0(k: KernelArrays) -> tuple[Steps, Array, Array, list[tuple[Array, Array]]]:
    """Steps that fill masks from z: where the slope is the left one, the right one 1, and one of its own."""
    zero, slope = k.number(0), k.slopes[0]
    left, right = k.mask(), k.mask()
    steps: Steps = [
        partial(np.less_equal if slope is None else np.less, k.A, zero, left),
        partial(np.greater_equal if slope_is(slope, 1) else np.greater, k.A, zero, right),
    ]
    if slope is None or slope_is(slope, 0) or slope_is(slope, 1):
        return steps, left, right, []
    kink = k.mask()
    return [*steps, partial(np.equal, k.A, zero, kink)], left, right, [(kink, slope)]


def _multiply(k: KernelArrays, right: Array, terms: list[tuple[Array, Array]]) -> Steps:
    """delta ← delta · ([right] + Σ slope · [mask]); the masks do not overlap, so that no slope is rounded."""
    if not terms:
        return [partial(np.multiply, k.delta, right, k.delta)]
    work = k.work()
    (mask, slope), *others = terms
    steps: Steps = [partial(np.multiply, mask, slope, work), partial(np.add, work, right, work)]
    for mask, slope in others:
        second = k.work(1)
        steps += [partial(np.multiply, mask, slope, second), partial(np.add, work, second, work)]
    return [*steps, partial(np.multiply, k.delta, work, k.delta)]


def _sum_into(d_alpha: Array, delta: Array, g: Array) -> Steps:
    """d_alpha ← Σ delta · g over the samples, and over the units and replicas that share an α."""
    if d_alpha.shape == (*delta.shape[:2], 1):
        return [partial(np.vecdot, delta, g, d_alpha[..., 0])]
    sums = np.empty((*delta.shape[:2], 1), delta.dtype)
    total = d_alpha.reshape(d_alpha.shape or (1, 1, 1))
    shared = tuple(axis for axis in (0, 1) if total.shape[axis] == 1)
    return [
        partial(np.vecdot, delta, g, sums[..., 0]),
        partial(np.add.reduce, sums, axis=shared, out=total, keepdims=True),
    ]


KERNELS: dict[str, Callable[[KernelArrays], tuple[Steps, Steps]]] = {
    "identity": _identity,
    "relu": partial(_clip, low=0, high=np.inf),
    "leaky_relu": partial(_bent, curved=False),
    "prelu": partial(_bent, curved=False),
    "absolute": _absolute,
    "elu": partial(_bent, curved=True),
    "softplus": softplus,
    "relu6": partial(_clip, low=0, high=6),
    "hard_tanh": partial(_clip, low=-1, high=1),
    "sigmoid": sigmoid,
    "tanh": tanh,
}
