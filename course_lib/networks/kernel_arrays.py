"""The arrays that the steps of one activation in one layer work on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakValueDictionary

import numpy as np

if TYPE_CHECKING:
    from course_lib.networks.activations import Activation

Array: TypeAlias = np.ndarray[Any, Any]
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


def checked_arrays(
    activation: Activation,
    A: Array,
    delta: Array | None,
    slopes: tuple[Array | None, ...],
    alpha: Array | None,
    d_alpha: Array | None,
    scratch: Array | None,
) -> KernelArrays:
    """The arguments of `bind` together, or a ``ValueError`` that names the one that does not fit."""
    if A.ndim != 3 or A.dtype not in (np.float32, np.float64):
        raise ValueError(f"A must be (replicas, units, samples) in float32 or float64, not {_seen(A)}")
    replicas, units, _ = A.shape
    if delta is not None and (delta.shape != A.shape or delta.dtype != A.dtype or not delta.flags.c_contiguous):
        raise ValueError(f"delta must be contiguous and like A, which is {_seen(A)}, not {_seen(delta)}")
    if len(slopes) != len(activation.breakpoints):
        raise ValueError(
            f"slopes must have {len(activation.breakpoints)} entries for {activation.name}, one per breakpoint, "
            f"not {len(slopes)}"
        )
    for slope in slopes:
        if slope is None and activation.alpha is None:
            raise ValueError(f"slopes must be arrays for {activation.name}: without alpha there is no left slope alpha")
        _fits("slopes", slope, A.dtype, ((), (1, 1, 1), (replicas, 1, 1)))
    if (alpha is None) != (activation.alpha is None):
        raise ValueError(f"alpha must be {'None' if alpha is not None else 'an array'} for {activation.name}")
    shared = ((), (1, 1, 1), (replicas, 1, 1), (replicas, units, 1))
    _fits("alpha", alpha, A.dtype, (*shared, A.shape))
    _fits("d_alpha", d_alpha, A.dtype, shared)
    if d_alpha is not None and (
        delta is None or not activation.trainable or alpha is None or alpha.shape != d_alpha.shape
    ):
        raise ValueError(f"d_alpha must be None without delta and a trainable alpha of its shape, not {_seen(d_alpha)}")
    if scratch is not None and (scratch.ndim != 1 or scratch.size < 2 * A.size or scratch.dtype != A.dtype):
        raise ValueError(f"scratch must be flat, {A.dtype}, with at least {2 * A.size} numbers, not {_seen(scratch)}")
    return KernelArrays(A, delta, slopes, alpha, d_alpha, scratch)


def _seen(array: Array) -> str:
    return f"{array.dtype} of shape {array.shape}" + ("" if array.flags.c_contiguous else ", not contiguous")


def _fits(name: str, array: Array | None, dtype: np.dtype[Any], shapes: tuple[tuple[int, ...], ...]) -> None:
    if array is not None and (array.dtype != dtype or array.shape not in shapes):
        raise ValueError(
            f"{name} must be {dtype} of shape {' or '.join(map(str, dict.fromkeys(shapes)))}, not {_seen(array)}"
        )


def slope_is(slope: Array | None, value: float) -> bool:
    """Whether the slope is that number in every replica; None is a slope that follows α."""
    return slope is not None and bool((slope == value).all())
