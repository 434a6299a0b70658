"""Two moons as a regression, for networks with one hidden layer by hand."""

from functools import lru_cache

from course_lib.experiments.datasets import standardised, two_moons
from course_lib.experiments.one_hidden_layer import Array


@lru_cache(maxsize=1)
def moons_as_numbers() -> tuple[Array, Array]:
    """X (300, 2), standardised, and T (300, 1): −1 for the upper moon, 1 for the lower; float64, not to be written to.

    >>> [array.shape for array in moons_as_numbers()]
    [(300, 2), (300, 1)]
    """
    moons = standardised(two_moons(400, noise=0.15))
    X, T = moons.X.astype(float), 2.0 * moons.y[:, None] - 1
    for array in (X, T):
        array.setflags(write=False)
    return X, T
