"""The steps that training runs for each activation, forward and backward, over arrays that are made once.

ReLU's slope at the kink is applied here: `_clip` marks the pre-activations that are exactly 0 with a mask, and
`_multiply` multiplies the upstream gradient there by the slope. What bends at 0 with another slope on the left does the
same by way of `_sides_of_0`; maxout, whose kinks are ties of its pieces, has `bind_maxout`.

A step is a ufunc with its arguments bound, so that training runs it without looking anything up. A boolean mask says
where a pre-activation z lies; it is taken from z before z is overwritten, unless the activation still tells.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

import numpy as np

from course_lib.networks.activations import FLAT, FLAT_SIGMOID, Activation

Array = np.ndarray[Any, Any]
Steps: TypeAlias = list[Callable[[], Any]]

# Layers of one shape share their zeros, for as long as one of them lives.
_ZEROS: WeakValueDictionary[tuple[Any, ...], Array] = WeakValueDictionary()


@dataclass
class KernelArrays:
    """What `bind` was given, and the buffers beside it; see `bind` for shapes."""

    A: Array
    delta: Array | None
    slopes: tuple[Array | None, ...]
    alpha: Array | None
    d_alpha: Array | None
    scratch: Array | None
    _own: dict[int, Array] = field(default_factory=dict)

    def mask(self) -> Array:
        """A new boolean array of A's shape, kept from the forward to the backward steps."""
        return np.empty(self.A.shape, bool)

    def kept(self) -> Array:
        """A new array like A, kept from the forward to the backward steps."""
        return np.empty(self.A.shape, self.A.dtype)

    def work(self, which: int = 0) -> Array:
        """An array like A for values that nobody reads after the steps; from `scratch` where there is one."""
        if which not in self._own:
            size = self.A.size
            part = None if self.scratch is None else self.scratch[which * size : (which + 1) * size]
            self._own[which] = self.kept() if part is None else part.reshape(self.A.shape)
        return self._own[which]

    def number(self, value: float) -> Array:
        """0-d, of A's dtype: a ufunc takes it without a conversion."""
        return np.array(value, self.A.dtype)

    def zeros(self) -> Array:
        """Zeros (units, samples), read-only: `maximum` with them takes a third of its time with a single zero."""
        key = (*self.A.shape[1:], self.A.dtype)
        zeros = _ZEROS.get(key)
        if zeros is None:
            zeros = np.zeros(self.A.shape[1:], self.A.dtype)
            zeros.flags.writeable = False
            _ZEROS[key] = zeros
        return zeros


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

    `A` (R, units, samples), float32 or float64, holds the pre-activations z before the forward steps and the
    activations after them; it may be a view whose replicas lie further apart than its entries. `delta`, contiguous
    and like A, holds the upstream gradient before the backward steps and the gradient with respect to z after them;
    with `delta=None` there are no backward steps. `slopes` has one entry per breakpoint, which multiplies the
    upstream gradient there: an array, 0-d or (R, 1, 1), or None for the left slope α (see `Dense.slopes`). `alpha` is
    (R, 1, 1) or (R, units, 1) and is read in every run. `d_alpha` (R, units, 1) is overwritten with the gradient with
    respect to a trainable α: Σ upstream · min(z, 0) over the samples.

    No step allocates an array of A's size. `scratch`, a flat array of at least 2 · A.size numbers, may be shared by
    all bindings whose steps do not run at the same time; without it each binding makes what it needs. Where
    units · samples is below 8192, a strided A is copied through NumPy's iteration buffer on every step, unless
    `np.setbufsize(1024)` makes the buffer shorter than a replica, which halves the time or better.

    NaN in A stays NaN. Where a network diverges, an infinity times 0 is NaN and NumPy warns; the caller may silence
    that.

    >>> from course_lib.networks.activations import ACTIVATIONS
    >>> A, delta = np.array([[[-1.0, 0.0, 2.0]]]), np.full((1, 1, 3), -2.5)
    >>> forward, backward = bind(ACTIVATIONS["relu"], A, delta, (np.array(0.5),))
    >>> for step in forward + backward:
    ...     _ = step()
    >>> A.tolist(), delta.tolist()
    ([[[0.0, 0.0, 2.0]]], [[[-0.0, -1.25, -2.5]]])
    """
    return KERNELS[activation.name](KernelArrays(A, delta, slopes, alpha, d_alpha, scratch))


def needs_scratch(activation: Activation, slopes: tuple[Array | None, ...]) -> bool:
    """Whether the steps of `bind` use `scratch`: not where a mask alone holds the slopes."""
    if activation.name == "identity":
        return False
    clipped = activation.name in ("relu", "relu6", "hard_tanh")
    return not (clipped and all(_slope_is(slope, 0) or _slope_is(slope, 1) for slope in slopes))


def _slope_is(slope: Array | None, value: float) -> bool:
    """Whether the slope is that number in every replica; None is a slope that follows α."""
    return slope is not None and bool((slope == value).all())


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
        if _slope_is(slope, 1):
            before.append(partial(from_bound_on, A, bound, inside))
            continue
        backward.append(partial(beyond, A, bound, inside))  # A still tells: what is clipped lies on the bound
        if slope is not None and not _slope_is(slope, 0):
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
    backward = [] if k.d_alpha is None else [partial(np.vecdot, k.delta, g, k.d_alpha[..., 0])]
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
        partial(np.greater_equal if _slope_is(slope, 1) else np.greater, k.A, zero, right),
    ]
    if slope is None or _slope_is(slope, 0) or _slope_is(slope, 1):
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


def _sigmoid(k: KernelArrays) -> tuple[Steps, Steps]:
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


def _tanh(k: KernelArrays) -> tuple[Steps, Steps]:
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


def _softplus(k: KernelArrays) -> tuple[Steps, Steps]:
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


def _squared(k: KernelArrays) -> tuple[Steps, Steps]:
    """max(z, 0)², with the slope 2 max(z, 0): at 0 there is none to choose."""
    positive, work = k.kept() if k.delta is not None else k.work(), k.work()
    forward: Steps = [
        partial(np.maximum, k.A, k.zeros(), out=positive),
        partial(np.multiply, positive, positive, k.A),
    ]
    if k.delta is None:
        return forward, []
    return forward, [partial(np.add, positive, positive, work), partial(np.multiply, k.delta, work, k.delta)]


def _silu(k: KernelArrays) -> tuple[Steps, Steps]:
    """a = z σ(z), with the slope σ + a (1 − σ)."""
    A, work = k.A, k.work()
    sigmoid = k.kept()
    forward: Steps = [
        partial(np.copyto, sigmoid, A),
        *_sigmoid(KernelArrays(sigmoid, None, (), None, None, k.scratch))[0],
        partial(np.maximum, A, k.number(-FLAT_SIGMOID), out=A),
        partial(np.multiply, A, sigmoid, A),
    ]
    if k.delta is None:
        return forward, []
    rest = k.work(1)
    return forward, [
        partial(np.subtract, k.number(1), sigmoid, rest),
        partial(np.minimum, A, k.number(FLAT_SIGMOID), out=work),
        partial(np.multiply, work, rest, work),
        partial(np.add, work, sigmoid, work),
        partial(np.multiply, k.delta, work, k.delta),
    ]


def _gelu(k: KernelArrays) -> tuple[Steps, Steps]:
    """z Φ(z), with the slope Φ(z) + z exp(−z²/2) / √(2π), which is kept from the forward steps."""
    from scipy.special import ndtr  # late: loading it takes longer than a short training

    A, z = k.A, k.work()
    forward: Steps = [
        partial(np.clip, A, k.number(-FLAT), k.number(FLAT), out=z),
        partial(np.maximum, A, k.number(-FLAT), out=A),
    ]
    if k.delta is None:
        return [*forward, partial(ndtr, z, z), partial(np.multiply, A, z, A)], []
    slope = k.kept()
    forward += [
        partial(np.multiply, z, z, slope),
        partial(np.multiply, slope, k.number(-0.5), slope),
        partial(np.exp, slope, slope),
        partial(np.multiply, slope, k.number(1 / np.sqrt(2 * np.pi)), slope),
        partial(np.multiply, slope, z, slope),
        partial(ndtr, z, z),
        partial(np.add, slope, z, slope),
        partial(np.multiply, A, z, A),
    ]
    return forward, [partial(np.multiply, k.delta, slope, k.delta)]


KERNELS: dict[str, Callable[[KernelArrays], tuple[Steps, Steps]]] = {
    "identity": lambda k: ([], []),
    "relu": partial(_clip, low=0, high=np.inf),
    "leaky_relu": partial(_bent, curved=False),
    "prelu": partial(_bent, curved=False),
    "absolute": _absolute,
    "elu": partial(_bent, curved=True),
    "softplus": _softplus,
    "relu6": partial(_clip, low=0, high=6),
    "hard_tanh": partial(_clip, low=-1, high=1),
    "sigmoid": _sigmoid,
    "tanh": _tanh,
    "squared_relu": _squared,
    "gelu": _gelu,
    "silu": _silu,
}


def bind_maxout(
    z: Array, out: Array, upstream: Array | None, delta: Array | None, pieces: int, tie: str
) -> tuple[Steps, Steps]:
    """out = max over the pieces of z: z and `delta` are (R, pieces · n_out, B), `out` and `upstream` (R, n_out, B).

    `tie="first"` sends the upstream gradient to the first of the largest pieces, `tie="split"` in equal parts to
    all of them.
    """
    replicas, rows, batch = z.shape
    shape = (replicas, pieces, rows // pieces, batch)
    each = z.reshape(shape)
    forward: Steps = [partial(np.maximum.reduce, each, 1, None, out)]
    if upstream is None or delta is None:
        return forward, []
    largest = np.empty(shape, bool)
    forward.append(partial(np.equal, each, out[:, None], largest))
    if tie == "first":
        taken = np.empty((replicas, rows // pieces, batch), bool)

        def keep_first() -> None:
            np.copyto(taken, largest[:, 0])
            for piece in range(1, pieces):
                np.greater(largest[:, piece], taken, largest[:, piece])
                np.logical_or(taken, largest[:, piece], taken)

        forward.append(keep_first)
        return forward, [partial(np.multiply, upstream[:, None], largest, delta.reshape(shape))]
    share, count = np.empty_like(upstream), np.empty(upstream.shape, np.intp)

    def split() -> None:
        np.add.reduce(largest, 1, out=count)
        np.divide(upstream, count, share)
        np.multiply(share[:, None], largest, delta.reshape(shape))

    return forward, [split]
