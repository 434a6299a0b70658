"""One layer in half precision, rounded once at the end or also before the bias."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.experiments.exact_zeros import Setting, fresh, hunting_ground


def rounded_once(W: ArrayLike, b: ArrayLike, X: ArrayLike) -> NDArray[np.float16]:
    """half(X Wᵀ + b): sum and bias in single precision, one rounding at the end.

    W (n_out, n_in), b (n_out,) and X (n, n_in) hold half-precision numbers. Returns (n, n_out).

    >>> rounded_once([[0.5]], [2**-12], [[1 + 2**-10]]).tolist()
    [[0.5009765625]]
    """
    weights, biases, inputs = (np.asarray(values, np.float16).astype(np.float32) for values in (W, b, X))
    return (inputs @ weights.T + biases).astype(np.float16)


def rounded_twice(W: ArrayLike, b: ArrayLike, X: ArrayLike) -> NDArray[np.float16]:
    """half(half(X Wᵀ) + b): the sum is rounded to half precision before the bias is added, and again after it.

    >>> rounded_twice([[0.5]], [-0.5], [[1 + 2**-10]]).tolist(), rounded_twice([[0.4]], [-0.4], [[1]]).tolist()
    ([[0.00048828125]], [[0.0]])
    """
    weights, biases, inputs = (np.asarray(values, np.float16).astype(np.float32) for values in (W, b, X))
    sums = (inputs @ weights.T).astype(np.float16).astype(np.float32)
    return (sums + biases).astype(np.float16)


def zeros_by_rounding(networks: int = 4, width: int = 256) -> tuple[int, int, int]:
    """Exact zeros in first layers with rounding once, with rounding twice, and the number of pre-activations."""
    X, _ = hunting_ground()
    once = twice = 0
    for seed in range(networks):
        network = fresh(Setting("float16", width, 1), [seed])
        W, b = network.W[0][0], network.b[0][0]
        once += int(np.count_nonzero(rounded_once(W, b, X) == 0))
        twice += int(np.count_nonzero(rounded_twice(W, b, X) == 0))
    return once, twice, networks * width * len(X)
