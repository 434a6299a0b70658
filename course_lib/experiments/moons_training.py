"""Two moons, one start, several learning rates: each rate is a replica, and the whole training is kept."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.datasets import two_moons
from course_lib.networks import SGD, Network, measure, train

Array = NDArray[Any]
# Each activation with the initialisation made for it.
STARTS = {"ReLU": ("relu", "he"), "tanh": ("tanh", "glorot"), "sigmoid": ("sigmoid", "glorot")}
LEARNING_RATES = (0.01, 0.1, 0.3, 1.0, 3.0)
EPOCHS, EVERY = 60, 2


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


@lru_cache(maxsize=len(STARTS))
def moons_training(activation: str = "ReLU") -> MoonsTraining:
    """2-16-16-2 networks on 200 points of two moons, plain gradient descent in batches of 20, 60 epochs, float64.

    All replicas start from the same weights and see the same batches: only the learning rate differs. `activation` is a
    name in `STARTS`. Raises ValueError for another.

    >>> training = moons_training("tanh")
    >>> training.loss.shape, training.epochs[:3]
    ((5, 31), (0, 2, 4))
    """
    if activation not in STARTS:
        raise ValueError(f"activation must be one of {', '.join(STARTS)}, not {activation!r}")
    function, initialization = STARTS[activation]
    moons = two_moons(200, noise=0.15, test_share=0.05)
    rates = len(LEARNING_RATES)
    network = Network.mlp(
        [2, 16, 16, 2], function, initialization=initialization, replicas=rates, seed=[1] * rates, dtype="float64"
    )
    history = train(
        network, moons.X, moons.y, optimizer=SGD(LEARNING_RATES), batch_size=20, epochs=EPOCHS, record=(),
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
