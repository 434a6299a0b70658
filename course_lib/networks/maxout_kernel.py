"""Maxout as bound NumPy calls: the maximum over the pieces, and which pieces the upstream gradient goes to."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Operation = Callable[[], object]


def bind_maxout(
    z: Array, out: Array, upstream: Array | None, delta: Array | None, pieces: int, tie: str
) -> tuple[list[Operation], list[Operation]]:
    """out = max over the pieces of z: z and `delta` are (R, pieces · n_out, B), `out` and `upstream` (R, n_out, B).

    ``tie="first"`` sends the upstream gradient to the first of the largest pieces, ``tie="split"`` in equal parts to
    all of them.
    """
    replicas, rows, batch = z.shape
    shape = (replicas, pieces, rows // pieces, batch)
    each = z.reshape(shape)
    forward: list[Operation] = [partial(np.maximum.reduce, each, 1, None, out)]
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
