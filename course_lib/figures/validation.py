"""Checks that every layer of a scene makes on construction, so that a bad number is named where it came from.

Pictures are built from computed numbers: without these a NaN would only leave a gap that nobody notices.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib import checks
from course_lib.checks import refusal

FloatArray = NDArray[np.float64]


def finite_array(owner: str, name: str, value: Any, ndim: int = 1) -> FloatArray:
    """`value` as a read-only float64 copy with `ndim` dimensions; its first entry that is not finite is named.

    Raises TypeError for what are no real numbers, ValueError for another number of dimensions, no entry, NaN and ±∞.

    >>> finite_array("Curve 'ReLU'", "y", [0, float("nan")])
    Traceback (most recent call last):
    ValueError: Curve 'ReLU', y[1]: got nan; accepted is a finite number
    """
    accepted = f"a {ndim}-dimensional array of finite numbers, not empty" if ndim else "a finite number"
    try:
        given = np.asarray(value)
        if given.dtype.kind not in "biufO":
            raise TypeError
        array = np.array(given, np.float64)
    except (TypeError, ValueError):
        raise TypeError(refusal(f"{owner}, {name}", value, accepted)) from None
    if array.ndim != ndim or array.size == 0:
        raise ValueError(refusal(f"{owner}, {name}", value, accepted))
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        entry = f"{name}[{', '.join(map(str, bad[0]))}]" if ndim else name
        raise ValueError(refusal(f"{owner}, {entry}", float(array[tuple(bad[0])]), "a finite number"))
    array.setflags(write=False)
    return array


def finite_number(owner: str, name: str, value: Any) -> float:
    """`value` as a finite float."""
    return float(finite_array(owner, name, value, ndim=0))


def pair(owner: str, name: str, value: Any) -> tuple[float, float]:
    """`value` as a pair of finite floats."""
    array = finite_array(owner, name, value)
    if len(array) != 2:
        raise ValueError(refusal(f"{owner}, {name}", value, "a pair of finite numbers"))
    return float(array[0]), float(array[1])


def interval(owner: str, name: str, value: Any) -> tuple[float, float]:
    """`value` as a pair of finite floats, (low, high) with low < high."""
    low, high = pair(owner, name, value)
    if not low < high:
        raise ValueError(refusal(f"{owner}, {name}", value, "(low, high) with low < high"))
    return low, high


def positive_number(owner: str, name: str, value: Any) -> float:
    """`value` as a finite float above 0."""
    number = finite_number(owner, name, value)
    if number <= 0:
        raise ValueError(refusal(f"{owner}, {name}", value, "a number above 0"))
    return number


def number_between(owner: str, name: str, value: Any, low: float, high: float) -> float:
    """`value` as a float from `low` to `high`."""
    number = finite_number(owner, name, value)
    if not low <= number <= high:
        raise ValueError(refusal(f"{owner}, {name}", value, f"a number from {low:g} to {high:g}"))
    return number


def one_of(owner: str, name: str, value: Any, accepted: Collection[str]) -> str:
    """`value`, if it is one of the accepted names."""
    return checks.one_of(f"{owner}, {name}", value, accepted)


def text(owner: str, name: str, value: Any) -> str:
    """`value`, if it is a string that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(refusal(f"{owner}, {name}", value, "a string that is not blank"))
    return value


def same_length(owner: str, **arrays: FloatArray) -> None:
    """Raise ValueError unless all arrays have one length."""
    lengths = [len(array) for array in arrays.values()]
    if len(set(lengths)) > 1:
        raise ValueError(refusal(f"{owner}, lengths of {', '.join(arrays)}", lengths, "one length"))


class Checked:
    """Sets checked values on a frozen dataclass and names the object in messages."""

    @property
    def name(self) -> str:
        """How messages name this object: its class, and its label if it has one."""
        label = getattr(self, "label", "") or getattr(self, "text", "")
        return f"{type(self).__name__} {label!r}" if label else type(self).__name__

    def _set(self, **values: Any) -> None:
        for field, value in values.items():
            object.__setattr__(self, field, value)
