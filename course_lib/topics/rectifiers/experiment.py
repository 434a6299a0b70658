"""Experiments of *Bend the rectifier*: slopes that a network learns for itself, and what a unit sees in a negative.

The family is g(z) = max(0, z) + α·min(0, z), which the core calls "prelu" and evaluates.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import one_of, refusal
from course_lib.data import digits
from course_lib.networks import SGD, Network, train
from course_lib.topics.frameworks.experiment import returned

FloatArray = NDArray[np.float64]
SIZES, NETWORKS, EPOCHS, BATCH = (64, 32, 10), 10, 20, 32
LEARNING_RATES = (0.1, 0.5)
SIDE = 8


def alpha_step(alpha: Any, upstream: Any, z: Any, learning_rate: float) -> FloatArray:
    """α ← α − η · Σ upstream·min(z, 0), the sum over the samples: one α for each unit.

    `upstream` and `z` are (samples, units). Since ∂g/∂α = min(z, 0), a sample counts only where the unit is off.
    Source: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, *Delving deep into rectifiers*, 2015, section 2.1.

    >>> alpha_step([0.25, 0.25], [[1.0, 1.0], [2.0, 1.0]], [[-1.0, 3.0], [-1.0, 4.0]], 0.1)
    array([0.55, 0.25])
    """
    gradient = (np.asarray(upstream) * np.minimum(0, z)).sum(0)
    return np.asarray(np.asarray(alpha, np.float64) - learning_rate * gradient)


@lru_cache(maxsize=len(LEARNING_RATES))
def learned_alphas(learning_rate: float) -> FloatArray:
    """α ← α − η ∂L/∂α while the weights learn the digits: (networks, epochs + 1, units), each α from 1/4.

    10 networks 64-32-10 with a PReLU layer, seeds 0 to 9, plain SGD with η in `LEARNING_RATES`, 20 epochs, batches of
    32, in float64.

    >>> learned_alphas(0.1).shape, float(learned_alphas(0.1)[0, 0, 0])
    ((10, 21, 32), 0.25)
    """
    one_of("learning_rate", learning_rate, LEARNING_RATES)
    data = digits()
    network = Network.mlp(SIZES, "prelu", replicas=NETWORKS, seed=0, dtype="float64")
    history = train(
        network, data.X, data.y, SGD(learning_rate), batch_size=BATCH, epochs=EPOCHS, record=(), snapshots=True,
        progress=False,
    )  # fmt: skip
    alphas = np.stack([then.alpha[0] for _, then in history.snapshots], axis=1)
    alphas.setflags(write=False)
    return alphas


@lru_cache(maxsize=1)
def centred_digits() -> FloatArray:
    """pixel − 1/2 for the 1347 training digits, (1347, 64): the negative of a picture x is −x.

    >>> X = centred_digits()
    >>> X.shape, float(X.min()), float(X.max())
    ((1347, 64), -0.5, 0.5)
    """
    X = digits().X.astype(np.float64) - 0.5
    X.setflags(write=False)
    return X


def edge_filter() -> FloatArray:
    """w·x = (sum of the right half − sum of the left half) / 64 for a picture of 8 × 8 pixels: is there an edge?

    The pixels are multiples of 1/16, so that w·x has no rounding error.

    >>> edge_filter().reshape(8, 8)[0] * 64
    array([-1., -1., -1., -1.,  1.,  1.,  1.,  1.])
    """
    return np.tile(np.sign(np.arange(SIDE) - 3.5), SIDE) / SIDE**2


def share_equal(w: Any, b: float, X: Any) -> float:
    """The share of rows x of X with |w·x + b| = |w·(−x) + b|, up to 10⁻⁹: those with w·x = 0, or all if b = 0.

    For | |s + b| − |−s + b| | = 2·min(|s|, |b|), s = w·x.
    Source for the idea: Kevin Jarrett, Koray Kavukcuoglu, Marc'Aurelio Ranzato and Yann LeCun, *What is the best
    multi-stage architecture for object recognition?*, 2009.

    >>> share_equal([1.0], 0.0, [[0.0], [2.0]]), share_equal([1.0], 0.5, [[0.0], [2.0]])
    (1.0, 0.5)
    """
    w, X = np.asarray(w, np.float64), np.asarray(X, np.float64)
    if X.ndim != 2 or w.shape != X.shape[1:]:
        raise ValueError(refusal("shapes of w and X", (w.shape, X.shape), "(features,) and (samples, features)", "are"))
    on_picture, on_negative = np.abs(X @ w + b), np.abs(-X @ w + b)
    return float((np.abs(on_picture - on_negative) <= 1e-9).mean())


def abs_at_0() -> dict[str, float]:
    """What each library of *Ask your framework* returned as the derivative of |x| at 0, by its id."""
    return {library: float(values[0]) for library, values in returned("abs").items() if values}
