"""NumPy's settings while a plan's calls are made."""

from collections.abc import Iterator
from contextlib import contextmanager

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
