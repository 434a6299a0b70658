"""Rectifier, tanh and softplus on real digits: test accuracy over splits and starts, and exact zeros."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.data import digits, standardised, two_moons
from course_lib.intervals import Interval, mean_interval
from course_lib.networks import ACTIVATIONS, SGD, Adam, Network, measure, train

# Two moons, one start, several learning rates: each rate is a replica, and the whole training is kept.


Array = NDArray[Any]
# Each activation with the initialisation made for it.
MOONS_STARTS = {"ReLU": ("relu", "he"), "tanh": ("tanh", "glorot"), "sigmoid": ("sigmoid", "glorot")}
LEARNING_RATES = (0.01, 0.1, 0.3, 1.0, 3.0)
MOONS_EPOCHS, EVERY = 60, 2


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
        """The place of a learning rate and of an epoch in the arrays; ValueError lists what there is."""
        for name, value, known in (
            ("learning_rate", learning_rate, LEARNING_RATES),
            ("epoch", epoch, self.epochs),
        ):
            if value not in known:
                raise ValueError(f"{name} must be one of {', '.join(map(str, known))}, not {value!r}")
        return LEARNING_RATES.index(learning_rate), self.epochs.index(epoch)


@lru_cache(maxsize=len(MOONS_STARTS))
def moons_training(activation: str = "ReLU") -> MoonsTraining:
    """2-16-16-2 networks on 200 points of two moons, plain gradient descent in batches of 20, 60 epochs, float64.

    All replicas start from the same weights and see the same batches: only the learning rate differs. `activation` is a
    name in `STARTS`. Raises ValueError for another.

    >>> training = moons_training("tanh")
    >>> training.loss.shape, training.epochs[:3]
    ((5, 31), (0, 2, 4))
    """
    if activation not in MOONS_STARTS:
        raise ValueError(f"activation must be one of {', '.join(MOONS_STARTS)}, not {activation!r}")
    function, initialization = MOONS_STARTS[activation]
    moons = two_moons(200, noise=0.15, test_share=0.05)
    rates = len(LEARNING_RATES)
    network = Network.mlp(
        [2, 16, 16, 2], function, initialization=initialization, replicas=rates, seed=[1] * rates, dtype="float64"
    )
    history = train(
        network, moons.X, moons.y, optimizer=SGD(LEARNING_RATES), batch_size=20, epochs=MOONS_EPOCHS, record=(),
        snapshots=True, on_divergence="keep", progress=False,
    )  # fmt: skip
    kept = history.snapshots[::EVERY]
    found = [measure(network, moons.X, moons.y) for _, network in kept]
    return MoonsTraining(
        tuple(epoch for epoch, _ in kept),
        tuple(network for _, network in kept),
        np.stack([record.loss for record in found], 1),
        np.stack([record.accuracy for record in found], 1),
        moons.X,
        moons.y,
    )


def kinks_crossed(training: MoonsTraining) -> Array:
    """(pre-activations whose sign differs between two snapshots), summed: at least so many kinks, (rates,).

    Where the pre-activation of a hidden unit on a sample changes its sign, the weights went over a point at which the
    loss has no derivative. Signs that changed twice between two snapshots are not seen, so the count is a lower bound.

    >>> bool((kinks_crossed(moons_training("ReLU")) > 100).all())
    True
    """
    crossed = np.zeros(len(LEARNING_RATES), int)
    before = None
    for network in training.networks:
        hidden = network.forward(training.X).pre_activations[:-1]
        positive = [z > 0 for z in hidden]
        if before is not None:
            for old, new in zip(before, positive, strict=True):
                crossed += (old != new).sum((1, 2))
        before = positive
    return crossed


# Many starts of one tiny network on the exclusive or: where does gradient descent end?


X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
T = np.array([0.0, 1.0, 1.0, 0.0])
XOR_STARTS, STEPS = 64, 600
LEARNING_RATE, MOMENTUM = 0.1, 0.9
# Outputs on the four points, and with them the mean squared error, where training was found to end.
ENDS = {
    "0": (0.0, 1.0, 1.0, 0.0),
    "1/8": (0.0, 1.0, 0.5, 0.5),
    "1/6": (0.0, 2 / 3, 2 / 3, 2 / 3),
    "1/4": (0.5, 0.5, 0.5, 0.5),
}
NEAR = 0.005


def loss_of_outputs(outputs: tuple[float, ...]) -> float:
    """mean (o − t)² of outputs on the four points.

    >>> [round(loss_of_outputs(outputs), 3) for outputs in ENDS.values()]
    [0.0, 0.125, 0.167, 0.25]
    """
    return float(np.mean((np.array(outputs) - T) ** 2))


@lru_cache(maxsize=8)
def trained_starts(width: int = 3) -> tuple[Network, Array]:
    """64 replicas of a 2-`width`-1 ReLU network after 600 steps on all four points, and their losses (64,).

    Gradient descent with learning rate 0.1 and momentum 0.9, He's initialisation, seeds 0 to 63, float64.
    """
    network = Network.mlp([2, width, 1], replicas=XOR_STARTS, dtype="float64")
    train(
        network, X, T, optimizer=SGD(LEARNING_RATE, momentum=MOMENTUM), loss="mse", batch_size=len(X), epochs=STEPS,
        record=(), progress=False,
    )  # fmt: skip
    return network, measure(network, X, T, loss="mse").loss


def final_losses(width: int = 3) -> Array:
    """The losses at which the 64 starts end, in the order of their seeds, (64,).

    >>> final_losses(3).shape
    (64,)
    """
    return trained_starts(width)[1]


def starts_by_end(width: int = 3) -> dict[str, int]:
    """How many of the 64 starts end within 0.005 of each loss in `ENDS`, and how many "elsewhere"."""
    losses = final_losses(width)
    found = {name: int((np.abs(losses - loss_of_outputs(outputs)) < NEAR).sum()) for name, outputs in ENDS.items()}
    return {**found, "elsewhere": XOR_STARTS - sum(found.values())}


# How many times as fast one function is as another.


def times_as_fast(slow: Callable[[], object], fast: Callable[[], object], rounds: int = 3) -> float:
    """min seconds(slow) / min seconds(fast), each the least of `rounds` rounds, one after the other in turn.

    The least time is the one that other programs disturbed least. A `fast` function that takes under a millisecond is
    called many times in a round, so that the clock's own step does not count.

    >>> times_as_fast(lambda: sum(range(200_000)), lambda: sum(range(2_000))) > 5
    True
    """
    if not isinstance(rounds, int) or rounds < 1:
        raise ValueError(f"rounds must be a whole number of at least 1, not {rounds!r}")
    calls = {function: _calls(function) for function in (slow, fast)}
    least = {function: float("inf") for function in (slow, fast)}
    for _ in range(rounds):
        for function, count in calls.items():
            least[function] = min(least[function], _seconds(function, count) / count)
    return least[slow] / least[fast]


def _calls(function: Callable[[], object]) -> int:
    """How many calls take about five milliseconds; the first call also warms up caches."""
    return max(1, int(5e-3 / max(_seconds(function, 1), 1e-6)))


def _seconds(function: Callable[[], object], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        function()
    return time.perf_counter() - start


# Rectifier, tanh and softplus on real digits: test accuracy over splits and starts, and exact zeros.


# Each activation with an initialisation that suits it.
RECTIFIER_STARTS = {"ReLU": ("relu", "he"), "tanh": ("tanh", "glorot"), "softplus": ("softplus", "glorot")}
NETWORKS = {"64-64-64-10": (64, 64, 64, 10), "64-128-10": (64, 128, 10)}
SPLITS, SEEDS = 6, 4
RECTIFIER_EPOCHS, RECTIFIER_RATE = 15, 3e-3


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
    for name, value, known in (("activation", activation, RECTIFIER_STARTS), ("network", network, NETWORKS)):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}")
    function, initialization = RECTIFIER_STARTS[activation]
    accuracy = np.zeros((SPLITS, SEEDS))
    activations = zeros = rounded = 0
    for split in range(SPLITS):
        data = standardised(digits(seed=split))
        made = Network.mlp(
            NETWORKS[network], function, initialization=initialization, replicas=SEEDS, seed=SEEDS * split
        )
        train(
            made, data.X, data.y, optimizer=Adam(RECTIFIER_RATE), epochs=RECTIFIER_EPOCHS, seed=split, record=(),
            progress=False,
        )  # fmt: skip
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
