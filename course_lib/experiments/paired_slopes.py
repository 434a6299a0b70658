"""The same training run with different slopes at the kink: does it matter which one is returned?"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.datasets import digits, mnist_5k
from course_lib.experiments.exact_zeros import CLASSES, PIXELS, PRECISIONS
from course_lib.networks import SGD, Dense, Network, measure, train

SLOPES = (0.0, 0.5, 1.0)
RUNS, WIDTH, EPOCHS = 20, 32, 6
# Slopes and epochs of the network whose first layer starts from zeros.
ZERO_SLOPES, ZERO_EPOCHS, ZERO_WIDTH = (0.0, 0.1, 0.5, 1.0), 8, 64


@dataclass(frozen=True)
class Pairs:
    """Test accuracy with each slope, (slopes, runs), and whether all weights came out as with slope 0, bit for bit."""

    accuracy: NDArray[np.float64]
    same: NDArray[np.bool_]

    @property
    def difference(self) -> NDArray[np.float64]:
        """Accuracy with slope 1 minus accuracy with slope 0, in points, (runs,)."""
        return np.asarray(100 * (self.accuracy[-1] - self.accuracy[0]))


@lru_cache(maxsize=3)
def paired_runs(dtype: str, runs: int = RUNS, epochs: int = EPOCHS) -> Pairs:
    """64-32-32-10 on the digits, `runs` starts, each trained with slope 0, ½ and 1 at the kink: SGD 0.1, batches of 16.

    The start is U(±1/√n_in). Runs that share it see the same batches, so they differ in the slope at the kink and in
    nothing else. ValueError for an unknown precision.
    """
    if dtype not in PRECISIONS:
        raise ValueError(f"dtype: got {dtype!r}; accepted are {', '.join(PRECISIONS)}")
    data = digits()
    network = Network.mlp(
        [64, WIDTH, WIDTH, 10], slope_at_kink=np.repeat(SLOPES, runs), initialization="uniform_fan_in",
        replicas=len(SLOPES) * runs, seed=list(range(runs)) * len(SLOPES), dtype=dtype,
    )  # fmt: skip
    train(network, data.X, data.y, SGD(0.1), batch_size=16, epochs=epochs, record=(), progress=False)
    same = np.ones((len(SLOPES), runs), bool)
    for values in (*network.W, *network.b):
        by_slope = values.reshape(len(SLOPES), runs, -1)
        same &= (by_slope == by_slope[0]).all(-1)
    accuracy = network.accuracy(data.X_test, data.y_test).reshape(len(SLOPES), runs)
    return Pairs(accuracy, same)


@dataclass(frozen=True)
class FromZero:
    """For each slope and epoch, epoch 0 before training: test accuracy, and share of first z that are exactly 0."""

    accuracy: NDArray[np.float64]
    at_kink: NDArray[np.float64]


@lru_cache(maxsize=1)
def from_zero(epochs: int = ZERO_EPOCHS) -> FromZero:
    """784-64-10 on 4000 digits of MNIST, its first layer all zeros: one run for each of four slopes at the kink.

    All runs share the second layer, the batches of 100 and SGD with rate 0.1. Both arrays are (slopes, epochs + 1).
    """
    data = mnist_5k()
    hidden = Dense(PIXELS, ZERO_WIDTH, "relu", np.array(ZERO_SLOPES), initialization="zero")
    layers = [hidden, Dense(ZERO_WIDTH, CLASSES)]
    network = Network(layers, replicas=len(ZERO_SLOPES), seed=[0] * len(ZERO_SLOPES))
    accuracy, at_kink = [], []

    def note(epoch: int, network: Network, history: object) -> None:
        accuracy.append(network.accuracy(data.X_test, data.y_test))
        at_kink.append(measure(network, data.X[:500], data.y[:500]).at_kink[:, 0])

    note(0, network, None)
    train(network, data.X, data.y, SGD(0.1), batch_size=100, epochs=epochs, record=(), callbacks=[note], progress=False)
    return FromZero(np.stack(accuracy, 1), np.stack(at_kink, 1))
