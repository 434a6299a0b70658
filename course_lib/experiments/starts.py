"""Many starts of one tiny network on the exclusive or: where does gradient descent end?"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.networks import SGD, Network, measure, train

Array = NDArray[Any]
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
T = np.array([0.0, 1.0, 1.0, 0.0])
STARTS, STEPS = 64, 600
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
    network = Network.mlp([2, width, 1], replicas=STARTS, dtype="float64")
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
    return {**found, "elsewhere": STARTS - sum(found.values())}
