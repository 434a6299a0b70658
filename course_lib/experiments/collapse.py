"""Deep narrow networks that learn |x|: how many end as a constant."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from course_lib.networks import Adam, Network, train

END = 3**0.5
POINTS = 64
BATCH = 16
# A trained network counts as constant where its outputs vary by less than this share of what |x| varies by.
TOLERANCE = 0.01


@dataclass(frozen=True)
class Collapse:
    """Counts of networks: all, exactly constant at the start, constant after half of the steps, and after all."""

    networks: int
    born: int
    half_way: int
    constant: int


def target() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x at 64 equal distances over [−√3, √3], (64, 1), and |x|, (64,).

    >>> x, y = target()
    >>> x.shape, bool((y == abs(x[:, 0])).all())
    ((64, 1), True)
    """
    x = np.linspace(-END, END, POINTS)[:, None]
    return x, np.abs(x[:, 0])


def narrow_network(width: int, layers: int, activation: str, replicas: int, seed: int | list[int]) -> Network:
    """Replicas of 1-N-N-…-1 with `layers` layers of weights, so `layers` − 1 hidden ones; He's weights, biases 0.

    >>> narrow_network(2, 3, "relu", 4, 0)
    Network(1-2-2-1, relu, replicas=4, dtype=float32)
    """
    return Network.mlp([1, *[width] * (layers - 1), 1], activation=activation, replicas=replicas, seed=seed)


def output_range(network: Network) -> NDArray[np.float64]:
    """max − min of the output over [−√3, √3], as a share of that of |x|, (R,)."""
    x, y = target()
    return np.asarray(np.ptp(network.predict(x)[:, :, 0], axis=1) / np.ptp(y))


@lru_cache(maxsize=32)
def collapse(
    width: int, networks: int = 200, activation: str = "relu", layers: int = 10, steps: int = 600, seed: int = 0
) -> Collapse:
    """How many of `networks` networks are constant after `steps` steps of Adam (10⁻³, batches of 16) towards |x|.

    A ReLU network that starts exactly constant has gradient 0 in all weights but its last bias, so it stays constant
    and is counted without being trained.

    Source: Lu Lu, Yeonjong Shin, Yanhui Su and George Em Karniadakis, *Dying ReLU and initialization: theory and
    numerical examples*, 2019.

    >>> found = collapse(2, networks=20, layers=4, steps=40)
    >>> found.networks, found.born <= found.constant <= 20
    (20, True)
    """
    start = narrow_network(width, layers, activation, networks, seed)
    born = output_range(start) == 0
    alive = [start.seeds[r] for r in np.flatnonzero(~born)]
    counts = [int(born.sum())] * 3
    if alive:
        network = narrow_network(width, layers, activation, len(alive), alive)
        x, y = target()
        passes = steps // (2 * (POINTS // BATCH))

        # One call of `train`, so that Adam's memory is not lost half-way.
        def note_half_way(epoch: int, network: Network, history: object) -> None:
            if epoch == passes:
                counts[1] = int(born.sum() + (output_range(network) < TOLERANCE).sum())

        train(
            network, x, y, Adam(1e-3), loss="mse", batch_size=BATCH, epochs=2 * passes, seed=seed,
            callbacks=[note_half_way], progress=False, record=(),
        )  # fmt: skip
        counts[2] = int(born.sum() + (output_range(network) < TOLERANCE).sum())
    return Collapse(networks, *counts)
