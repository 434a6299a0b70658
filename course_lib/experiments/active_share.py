"""How many units a small positive bias makes active, on real data, against the formula Φ(b/σ)."""

from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.datasets import digits, mnist_5k, standardised
from course_lib.networks import Network

DATA = {
    "digits": digits,
    "digits, standardised": lambda: standardised(digits()),
    "MNIST": mnist_5k,
    "MNIST, standardised": lambda: standardised(mnist_5k()),
}
UNITS = 1000


def active_probability(bias: float, sigma: float) -> float:
    """P(z > 0) = Φ(b/σ) for a pre-activation z that is normal with mean b and standard deviation σ > 0.

    >>> round(active_probability(0.1, 1), 2), round(active_probability(0.1, 0.1), 2)
    (0.54, 0.84)
    """
    if not sigma > 0:
        raise ValueError(f"sigma: got {sigma!r}; accepted is a number above 0")
    return NormalDist().cdf(bias / sigma)


def active_shares(data: str, bias: float, sigma: float) -> NDArray[np.float64]:
    """share of the samples on which z = w·x + b > 0, for each of 1000 fresh units of a first layer, (1000,).

    `data` is a name in `DATA`. The weights are He's, scaled by one factor so that w·x has the root mean square `sigma`
    over all units and samples.

    >>> shares = active_shares("digits", bias=0.1, sigma=1.0)
    >>> shares.shape, bool(0 <= shares.min() and shares.max() <= 1)
    ((1000,), True)
    """
    if data not in DATA:
        raise ValueError(f"data: got {data!r}; accepted are {', '.join(DATA)}")
    if not sigma > 0:
        raise ValueError(f"sigma: got {sigma!r}; accepted is a number above 0")
    return np.asarray((pre_activations(data) * np.float32(sigma) > -bias).mean(0))


@lru_cache(maxsize=len(DATA))
def pre_activations(data: str) -> NDArray[np.float32]:
    """w·x of 1000 fresh units for every training sample, (n_samples, 1000), with root mean square 1."""
    X = DATA[data]().X
    z = Network.mlp([X.shape[1], UNITS, 1]).forward(X).pre_activations[0][0]
    scaled = z / np.sqrt(np.mean(np.square(z, dtype=np.float64))).astype(np.float32)
    scaled.setflags(write=False)
    return np.asarray(scaled)
