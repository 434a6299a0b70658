"""Checks that every layer of a scene makes on construction, so that a bad number is named where it came from."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def finite_array(owner: str, name: str, value: Any, ndim: int = 1) -> FloatArray:
    """Return `value` as a read-only float64 copy with `ndim` dimensions, or say which entry is not a finite number."""
    wanted = f"{ndim}-dimensional array of finite numbers"
    try:
        raw = np.asarray(value)
        if raw.dtype.kind not in "biufO":
            raise TypeError
        array = np.array(raw, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{owner}: {name} must be a {wanted}; got {_shorten(value)}.") from None
    if array.ndim != ndim:
        raise ValueError(f"{owner}: {name} must be a {wanted}; got {array.ndim} dimensions, shape {array.shape}.")
    if array.size == 0:
        raise ValueError(f"{owner}: {name} is empty; it needs at least one number.")
    bad = np.argwhere(~np.isfinite(array))
    if bad.size:
        index = ", ".join(str(i) for i in bad[0])
        more = f" ({len(bad)} such entries)" if len(bad) > 1 else ""
        raise ValueError(f"{owner}: {name}[{index}] is {array[tuple(bad[0])]}{more}; every entry must be finite.")
    array.setflags(write=False)
    return array


def finite_number(owner: str, name: str, value: Any) -> float:
    """Return `value` as a finite float, or say what came instead."""
    try:
        if isinstance(value, (str, bytes)):
            raise TypeError
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{owner}: {name} must be a finite number; got {_shorten(value)}.") from None
    if not np.isfinite(number):
        raise ValueError(f"{owner}: {name} must be a finite number; got {number}.")
    return number


def positive_number(owner: str, name: str, value: Any) -> float:
    """Return `value` as a float above 0, or say what came instead."""
    number = finite_number(owner, name, value)
    if number <= 0:
        raise ValueError(f"{owner}: {name} must be above 0; got {number:g}.")
    return number


def number_between(owner: str, name: str, value: Any, low: float, high: float) -> float:
    """Return `value` as a float from `low` to `high`, or say what came instead."""
    number = finite_number(owner, name, value)
    if not low <= number <= high:
        raise ValueError(f"{owner}: {name} must be from {low:g} to {high:g}; got {number:g}.")
    return number


def pair(owner: str, name: str, value: Any) -> tuple[float, float]:
    """Return `value` as a pair of finite floats, or say what came instead."""
    try:
        first, second = value
    except (TypeError, ValueError):
        raise TypeError(f"{owner}: {name} must be a pair of finite numbers; got {_shorten(value)}.") from None
    return finite_number(owner, f"{name}[0]", first), finite_number(owner, f"{name}[1]", second)


def items(owner: str, name: str, value: Any, length: int | None = None) -> tuple[Any, ...]:
    """Return `value`, a sequence other than text, as a tuple, of `length` items if that is given."""
    wanted = "a sequence" if length is None else f"a sequence of {length} items"
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)) or length not in (None, len(value)):
        raise TypeError(f"{owner}: {name} must be {wanted}; got {_shorten(value)}.")
    return tuple(value)


def interval(owner: str, name: str, value: Any) -> tuple[float, float]:
    """Return `value` as a pair (low, high) with low < high, or say what came instead."""
    low, high = pair(owner, name, value)
    if not low < high:
        raise ValueError(f"{owner}: {name} must be (low, high) with low < high; got ({low:g}, {high:g}).")
    return low, high


def one_of(owner: str, name: str, value: Any, accepted: Collection[str]) -> str:
    """Return `value` if it is one of the accepted names, or list them."""
    if not isinstance(value, str) or value not in accepted:
        names = ", ".join(repr(choice) for choice in accepted)
        raise ValueError(f"{owner}: {name} must be one of {names}; got {_shorten(value)}.")
    return value


def text(owner: str, name: str, value: Any, empty: bool = True) -> str:
    """Return `value` if it is a string (and not blank, unless `empty`), or say what came instead."""
    if not isinstance(value, str):
        raise TypeError(f"{owner}: {name} must be a string; got {_shorten(value)}.")
    if not empty and not value.strip():
        raise ValueError(f"{owner}: {name} must not be empty.")
    return value


def same_length(owner: str, **arrays: FloatArray) -> None:
    """Raise unless all arrays have one length; the message gives each length."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        given = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise ValueError(f"{owner}: {' and '.join(lengths)} must have equal lengths; {given}.")


class Checked:
    """Sets checked values on a frozen dataclass and names the object in messages."""

    label: str

    @property
    def name(self) -> str:
        """How messages name this object: its class, and its label if it has one."""
        label = getattr(self, "label", "") or getattr(self, "text", "")
        return f"{type(self).__name__} {label!r}" if isinstance(label, str) and label else type(self).__name__

    def _set(self, **values: Any) -> None:
        for field, value in values.items():
            object.__setattr__(self, field, value)


def _shorten(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
