"""Born dead: the probability that a fresh ReLU network ignores an input, by formula and by counting."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_lib.networks import Network


def born_dead_probability(widths: Sequence[int]) -> float:
    """1 − ∏(1 − 2^−N) over the hidden layers of N = widths[0], widths[1], … units.

    It is the probability that some hidden layer is 0 in all its units at a given input x ≠ 0, for ReLU, biases 0 and
    weights that are independent, symmetric about 0 and never exactly 0. Raises ValueError for a width below 1.
    Source: Lu Lu, Yeonjong Shin, Yanhui Su and George Em Karniadakis, *Dying ReLU and initialization: theory and
    numerical examples*, 2019.

    >>> born_dead_probability([2]), round(born_dead_probability([2] * 9), 3)
    (0.25, 0.925)
    """
    for width in widths:
        if isinstance(width, bool) or not isinstance(width, (int, np.integer)) or width < 1:
            raise ValueError(f"widths: got {width!r}; accepted are whole numbers of at least 1")
    return 1 - float(np.prod([1 - 0.5**width for width in widths]))


@lru_cache(maxsize=32)
def born_dead_shares(width: int, hidden_layers: int, replicas: int = 2000, seed: int = 0) -> NDArray[np.float64]:
    """(number of fresh networks with a layer of zeros among the first l) / replicas, for l = 1 … `hidden_layers`.

    Each of `replicas` networks starts from He's normal weights and biases 0, with seeds `seed`, `seed` + 1, …, and sees
    the one input (1, ½). Returns (hidden_layers,). A layer of zeros makes all later ones zero: the shares never fall.

    >>> shares = born_dead_shares(2, 9, replicas=500)
    >>> bool(abs(shares[-1] - born_dead_probability([2] * 9)) < 0.05)
    True
    """
    # Single precision would do for the signs, but not for the size of a signal through many layers.
    network = Network.mlp([2, *[width] * hidden_layers, 1], replicas=replicas, seed=seed, dtype="float64")
    activations = network.forward([[1.0, 0.5]]).activations[:-1]
    shares = np.array([(layer == 0).all((1, 2)).mean() for layer in activations])
    shares.setflags(write=False)
    return shares


def standard_error(probability: float, replicas: int) -> float:
    """√(p(1 − p)/n): how far a share of n independent networks typically lies from its probability p.

    >>> standard_error(0.5, 100)
    0.05
    """
    return float(np.sqrt(probability * (1 - probability) / replicas))
