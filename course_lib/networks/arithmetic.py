"""NumPy's settings while a network computes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

# Numbers that NumPy copies at a time where it cannot work on an array directly. With its default of 8192 a layer of
# 64 replicas × 16 units × 64 samples is copied first, which takes two to three times as long.
BUFFER = 1024


@contextmanager
def plan_arithmetic() -> Iterator[None]:
    """Overflow and NaN pass silently (training looks for them itself), and small strided arrays are not copied.

    Holds for the thread it is entered in.
    """
    with np.errstate(all="ignore"):  # which also restores the size of the buffer
        np.setbufsize(BUFFER)
        yield


@contextmanager
def blas_threads(limit: int = 1) -> Iterator[None]:
    """At most so many threads for the matrix products of NumPy, in the whole process.

    Left to itself BLAS divides small products among all processors, whose threads then wait for each other longer than
    they work, above all on a machine that has other work.
    """
    with _blas().limit(limits=limit, user_api="blas"):
        yield


@cache
def _blas() -> Any:
    """What limits the threads of BLAS; looking for the libraries takes a millisecond, so it is done once."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
