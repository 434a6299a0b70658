"""Small networks trained: two moons snapshot by snapshot, many starts on the exclusive or, three activations on digits.

Learning rates, starts and seeds are replicas, so each experiment is one training, or one for each split of the digits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from timeit import timeit
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.data import digits, standardised, two_moons
from course_lib.intervals import Interval, mean_interval
from course_lib.networks import ACTIVATIONS, SGD, Adam, Network, measure, train

Array = NDArray[Any]
# Each activation with the initialisation that was made for it, or suits it. In lower case a name is that of the core.
INITIALIZATIONS = {"ReLU": "he", "tanh": "glorot", "sigmoid": "glorot", "softplus": "glorot"}

# Two moons.
MOONS_ACTIVATIONS = ("ReLU", "tanh", "sigmoid")
LEARNING_RATES = (0.01, 0.1, 0.3, 1.0, 3.0)
MOONS_EPOCHS, EVERY = 60, 2

# The exclusive or.
XOR_X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_T = np.array([0.0, 1.0, 1.0, 0.0])
XOR_STARTS = 64
# Outputs on the four points, and with them the mean squared error, where training was found to end.
ENDS = {
    "0": (0.0, 1.0, 1.0, 0.0),
    "1/8": (0.0, 1.0, 0.5, 0.5),
    "1/6": (0.0, 2 / 3, 2 / 3, 2 / 3),
    "1/4": (0.5, 0.5, 0.5, 0.5),
}
NEAR = 0.005

# Digits.
DIGITS_ACTIVATIONS = ("ReLU", "tanh", "softplus")
NETWORKS = {"64-64-64-10": (64, 64, 64, 10), "64-128-10": (64, 128, 10)}
SPLITS, SEEDS = 6, 4


@dataclass(frozen=True)
class MoonsTraining:
    """Snapshots of the replicas, one for each learning rate, after `epochs`; `loss` and `accuracy` are (rates, epochs).

    Both are taken on all training samples `X` (n, 2) with labels `y` (n,).
    """

    epochs: tuple[int, ...]
    networks: tuple[Network, ...]
    loss: Array
    accuracy: Array
    X: Array
    y: Array

    def at(self, learning_rate: float, epoch: int) -> tuple[int, int]:
        """The place of one of `LEARNING_RATES` and of one of `epochs` in the arrays."""
        return LEARNING_RATES.index(learning_rate), self.epochs.index(epoch)


@lru_cache(maxsize=len(MOONS_ACTIVATIONS))
def moons_training(activation: str = "ReLU") -> MoonsTraining:
    """2-16-16-2 networks on 200 points of two moons, plain gradient descent in batches of 20, 60 epochs, float64.

    All replicas start from the same weights and see the same batches: only the learning rate differs. `activation` is
    one of `MOONS_ACTIVATIONS`.

    >>> training = moons_training("tanh")
    >>> training.loss.shape, training.epochs[:3]
    ((5, 31), (0, 2, 4))
    """
    moons = two_moons(200, noise=0.15, test_share=0.05)
    rates = len(LEARNING_RATES)
    network = Network.mlp(
        [2, 16, 16, 2], activation.lower(), initialization=INITIALIZATIONS[activation], replicas=rates,
        seed=[1] * rates, dtype="float64",
    )  # fmt: skip
    history = train(
        network, moons.X, moons.y, optimizer=SGD(LEARNING_RATES), batch_size=20, epochs=MOONS_EPOCHS, record=(),
        snapshots=True, on_divergence="keep", progress=False,
    )  # fmt: skip
    epochs, networks = zip(*history.snapshots[::EVERY], strict=True)
    records = [measure(network, moons.X, moons.y) for network in networks]
    loss = np.stack([record.loss for record in records], 1)
    accuracy = np.stack([record.accuracy for record in records], 1)
    return MoonsTraining(epochs, networks, loss, accuracy, moons.X, moons.y)


def kinks_crossed(training: MoonsTraining) -> Array:
    """(pre-activations whose sign differs between two snapshots), summed: at least so many kinks, (rates,).

    Where the pre-activation of a hidden unit on a sample changes its sign, the weights went over a point at which the
    loss has no derivative. Signs that changed twice between two snapshots are not seen, so the count is a lower bound.

    >>> bool((kinks_crossed(moons_training("ReLU")) > 100).all())
    True
    """
    crossed = np.zeros(len(LEARNING_RATES), int)
    signs = [[z > 0 for z in network.forward(training.X).pre_activations[:-1]] for network in training.networks]
    for before, after in pairwise(signs):
        for old, new in zip(before, after, strict=True):
            crossed += (old != new).sum((1, 2))
    return crossed


def loss_of_outputs(outputs: tuple[float, ...]) -> float:
    """mean (o − t)² of outputs on the four points of the exclusive or.

    >>> [round(loss_of_outputs(outputs), 3) for outputs in ENDS.values()]
    [0.0, 0.125, 0.167, 0.25]
    """
    return float(np.mean((np.array(outputs) - XOR_T) ** 2))


@lru_cache(maxsize=8)
def trained_starts(width: int = 3) -> tuple[Network, Array]:
    """64 replicas of a 2-`width`-1 ReLU network after 600 steps on all four points, and their losses (64,).

    Gradient descent with learning rate 0.1 and momentum 0.9, He's initialisation, seeds 0 to 63, float64.
    """
    network = Network.mlp([2, width, 1], replicas=XOR_STARTS, dtype="float64")
    train(
        network, XOR_X, XOR_T, optimizer=SGD(0.1, momentum=0.9), loss="mse", batch_size=len(XOR_X), epochs=600,
        record=(), progress=False,
    )  # fmt: skip
    return network, measure(network, XOR_X, XOR_T, loss="mse").loss


def final_losses(width: int = 3) -> Array:
    """The losses at which the 64 starts end, in the order of their seeds, (64,).

    >>> final_losses(3).shape
    (64,)
    """
    return trained_starts(width)[1]


def starts_by_end(width: int = 3) -> dict[str, int]:
    """How many of the 64 starts end within 0.005 of each loss in `ENDS`, and how many "elsewhere"."""
    losses = final_losses(width)
    counts = {name: int((np.abs(losses - loss_of_outputs(outputs)) < NEAR).sum()) for name, outputs in ENDS.items()}
    return {**counts, "elsewhere": XOR_STARTS - sum(counts.values())}


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


def trial(activation: str, network: str = "64-64-64-10") -> Trial:
    """Train on scikit-learn's digits, standardised: 6 splits × 4 seeds, Adam 0.003, batches of 64, 15 epochs.

    A split's seeds are replicas. `activation` is one of `DIGITS_ACTIVATIONS`, `network` a name in `NETWORKS`.
    """
    return _trial(activation, network)  # With the default or without, one entry of the cache.


@lru_cache(maxsize=len(DIGITS_ACTIVATIONS) * len(NETWORKS))
def _trial(activation: str, network: str) -> Trial:
    function, initialization = activation.lower(), INITIALIZATIONS[activation]
    accuracy = np.zeros((SPLITS, SEEDS))
    activations = zeros = rounded = 0
    for split in range(SPLITS):
        data = standardised(digits(seed=split))
        made = Network.mlp(
            NETWORKS[network], function, initialization=initialization, replicas=SEEDS, seed=SEEDS * split
        )
        train(made, data.X, data.y, optimizer=Adam(3e-3), epochs=15, seed=split, record=(), progress=False)
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


def times_as_fast(slow: Callable[[], object], fast: Callable[[], object], rounds: int = 3) -> float:
    """min seconds(slow) / min seconds(fast), each the least of `rounds` rounds, one after the other in turn.

    The least time is the one that other programs disturbed least. A `fast` function that takes under a millisecond is
    called many times in a round, so that the clock's own step does not count.

    >>> times_as_fast(lambda: sum(range(200_000)), lambda: sum(range(2_000))) > 5
    True
    """
    # About five milliseconds of calls a round; the first call also warms up caches.
    calls = {function: max(1, int(5e-3 / max(timeit(function, number=1), 1e-6))) for function in (slow, fast)}
    least = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for function, count in calls.items():
            least[function] = min(least[function], timeit(function, number=count) / count)
    return least[slow] / least[fast]
