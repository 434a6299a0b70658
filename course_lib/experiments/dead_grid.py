"""Dead units of a network on the digits, over a grid of learning rates and first biases."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.datasets import digits
from course_lib.networks import SGD, Network, measure, train

LEARNING_RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
BIASES = (-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0)
SEEDS = 4
EPOCHS = 6
WIDTH = 32


@dataclass(frozen=True)
class DeadGrid:
    """`dead`: share of dead units, (rates, biases, seeds, EPOCHS + 1, hidden layers); `accuracy` on the test part.

    Epoch 0 is the start. `accuracy` is (rates, biases, seeds, EPOCHS + 1).
    """

    dead: NDArray[np.float64]
    accuracy: NDArray[np.float64]


@lru_cache(maxsize=1)
def dead_grid() -> DeadGrid:
    """(units whose slope is 0 on every training sample) / 32, for 64-32-32-10 on the digits after each epoch of SGD.

    Every learning rate meets every bias with four seeds: all are replicas of one network and see the same batches of
    32. The pixels are not standardised: they lie between 0 and 1.
    """
    data = digits()
    shape = (len(LEARNING_RATES), len(BIASES), SEEDS)
    rate, bias, seed = (v.ravel() for v in np.meshgrid(LEARNING_RATES, BIASES, np.arange(SEEDS), indexing="ij"))
    network = Network.mlp([64, WIDTH, WIDTH, 10], bias=bias, replicas=len(rate), seed=seed.tolist())
    start = measure(network, data.X, data.y).dead_units, network.accuracy(data.X_test, data.y_test)
    history = train(
        network, data.X, data.y, SGD(rate), batch_size=32, epochs=EPOCHS, probe=None, record=("dead_units",),
        validation=(data.X_test, data.y_test), on_divergence="raise", progress=False,
    )  # fmt: skip
    dead = np.concatenate([start[0][:, None], history.dead_units], axis=1) / WIDTH
    accuracy = np.concatenate([start[1][:, None], history.validation_accuracy], axis=1)
    return DeadGrid(dead.reshape(*shape, EPOCHS + 1, 2), accuracy.reshape(*shape, EPOCHS + 1))
