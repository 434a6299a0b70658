"""Rectifier, tanh and softplus on real digits: test accuracy over splits and starts, and exact zeros."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.datasets import digits, standardised
from course_lib.experiments.intervals import Interval, mean_interval
from course_lib.networks import ACTIVATIONS, Adam, Network, train

Array = NDArray[Any]
# Each activation with an initialisation that suits it.
STARTS = {"ReLU": ("relu", "he"), "tanh": ("tanh", "glorot"), "softplus": ("softplus", "glorot")}
NETWORKS = {"64-64-64-10": (64, 64, 64, 10), "64-128-10": (64, 128, 10)}
SPLITS, SEEDS = 6, 4
EPOCHS, LEARNING_RATE = 15, 3e-3


@dataclass(frozen=True)
class Trial:
    """Of one activation: test accuracy in per cent, (splits, seeds), and the exact zeros among hidden activations.

    `activations`, `zeros` and `rounded` are counts on the test samples over all splits and seeds, all hidden layers
    together. `rounded` are zeros in float32 of which float64 makes a number above 0.
    """

    accuracy: Array
    activations: int
    zeros: int
    rounded: int

    @property
    def true_zeros(self) -> float:
        """The share of activations that are 0 and not rounded to it."""
        return (self.zeros - self.rounded) / self.activations


@lru_cache(maxsize=8)
def trial(activation: str = "ReLU", network: str = "64-64-64-10") -> Trial:
    """Train on scikit-learn's digits, standardised: 6 splits × 4 seeds, Adam 0.003, batches of 64, 15 epochs.

    A split's seeds are replicas. `activation` is a name in `STARTS`, `network` one in `NETWORKS`. Raises ValueError for
    others.
    """
    for name, value, known in (("activation", activation, STARTS), ("network", network, NETWORKS)):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}")
    function, initialization = STARTS[activation]
    accuracy = np.zeros((SPLITS, SEEDS))
    activations = zeros = rounded = 0
    for split in range(SPLITS):
        data = standardised(digits(seed=split))
        made = Network.mlp(
            NETWORKS[network], function, initialization=initialization, replicas=SEEDS, seed=SEEDS * split
        )
        train(made, data.X, data.y, optimizer=Adam(LEARNING_RATE), epochs=EPOCHS, seed=split, record=(), progress=False)
        accuracy[split] = 100 * made.accuracy(data.X_test, data.y_test)
        activity = made.forward(data.X_test)
        for z, a in zip(activity.pre_activations[:-1], activity.activations[:-1], strict=True):
            zero = a == 0
            activations += a.size
            zeros += int(zero.sum())
            rounded += int((ACTIVATIONS[function](z[zero].astype(np.float64)) > 0).sum())
    return Trial(accuracy, activations, zeros, rounded)


def paired_difference(first: str, second: str, network: str = "64-64-64-10") -> Interval:
    """A 95 % interval of the mean over the splits of accuracy(`first`) − accuracy(`second`), in points.

    A split counts once, with the mean of its seeds. The test samples of two splits overlap, so the splits are not quite
    independent and the interval is a little short.
    """
    difference = trial(first, network).accuracy - trial(second, network).accuracy
    return mean_interval(difference.mean(axis=1))
