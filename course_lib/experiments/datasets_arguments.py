"""Checks of the arguments that the datasets share."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np


def check_integer(name: str, value: Any, low: int, high: int) -> int:
    """Return an integer low ≤ value ≤ high as an int; True and False are not integers here.

    >>> check_integer("n_samples", 3, 4, 100)
    Traceback (most recent call last):
    ValueError: n_samples: got 3; accepted is an integer from 4 to 100
    """
    accepted = f"{name}: got {value!r}; accepted is an integer from {low} to {high}"
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(accepted) from None
    if not low <= number <= high:
        raise ValueError(accepted)
    return number


def check_seed(seed: Any) -> int:
    """Return an integer 0 ≤ seed < 2³², the range that every random generator of NumPy accepts.

    >>> check_seed(-1)
    Traceback (most recent call last):
    ValueError: seed: got -1; accepted is an integer from 0 to 4294967295
    """
    return check_integer("seed", seed, 0, 2**32 - 1)


def check_real(name: str, value: Any, accepted: str, holds: Callable[[float], bool]) -> float:
    """Return a finite real number for which ``holds`` is true as a float; ``accepted`` says in words which those are.

    >>> check_real("noise", -1, "a number of at least 0", lambda value: value >= 0)
    Traceback (most recent call last):
    ValueError: noise: got -1; accepted is a number of at least 0
    """
    message = f"{name}: got {value!r}; accepted is {accepted}"
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(message)
    if not np.isfinite(value) or not holds(float(value)):
        raise ValueError(message)
    return float(value)
