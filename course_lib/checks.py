"""Checks of what a caller passes, with messages in one form: the name, what came, what is accepted."""

import math
import sys
from collections.abc import Collection
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


def refusal(name: str, value: object, accepted: str, verb: str = "is") -> str:
    """`name: got value; accepted is …`, with a long value cut.

    >>> refusal("h", 0, "a number above 0")
    'h: got 0; accepted is a number above 0'
    """
    shown = repr(value)
    return f"{name}: got {shown if len(shown) <= 60 else shown[:57] + '...'}; accepted {verb} {accepted}"


def whole_number(name: str, value: Any, least: int, most: float = math.inf) -> int:
    """`value` as an int, for Python's and NumPy's whole numbers with least ≤ value ≤ most.

    Raises TypeError for what is no whole number, True and 2.0 included, and ValueError outside the bounds.

    >>> whole_number("width", np.int64(3), 1)
    3
    >>> whole_number("width", 0, 1)
    Traceback (most recent call last):
    ValueError: width: got 0; accepted is a whole number of at least 1
    """
    bounds = f"of at least {least}" if most == math.inf else f"from {least} to {most}"
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(refusal(name, value, f"a whole number {bounds}"))
    if not least <= value <= most:
        raise ValueError(refusal(name, value, f"a whole number {bounds}"))
    return int(value)


def one_of(name: str, value: T, accepted: Collection[T]) -> T:
    """`value`, if it is one of those accepted; ValueError lists them.

    >>> one_of("side", "left", ("-", "+"))
    Traceback (most recent call last):
    ValueError: side: got 'left'; accepted are '-', '+'
    """
    if not any(type(value) is type(known) and value == known for known in accepted):
        raise ValueError(refusal(name, value, ", ".join(map(repr, accepted)), "are"))
    return value


def real_array(name: str, values: object) -> np.ndarray[Any, Any]:
    """`values` as an array of real numbers; TypeError for anything else, ValueError where entries are masked.

    >>> real_array("X", [[1, 2], [3]])
    Traceback (most recent call last):
    TypeError: X: got [[1, 2], [3]]; accepted is an array of real numbers
    """
    accepted = "an array of real numbers"
    try:
        array = np.asarray(values)
    except ValueError:  # a ragged list
        raise TypeError(refusal(name, values, accepted)) from None
    masked = sys.modules.get("numpy.ma")  # loading it takes a while, and without it nothing can be masked
    if masked is not None and isinstance(values, masked.MaskedArray) and masked.getmaskarray(values).any():
        raise ValueError(f"{name}: got a masked array with masked entries; accepted is an array without")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name}: got dtype {array.dtype}; accepted is {accepted}")
    return array
