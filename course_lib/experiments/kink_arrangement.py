"""Where the kinks of a small network lie in its input plane, and how training moves them across the samples."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.experiments.datasets import two_moons
from course_lib.networks import Adam, Network, train

WIDTH, EPOCHS = 8, 24
WINDOW = ((-2.0, 3.0), (-1.6, 2.1))
# A walk through the plane, from the upper left to the lower right.
START, END = (-1.5, 1.5), (2.5, -1.0)
Array = NDArray[np.float64]


@lru_cache(maxsize=1)
def trained_networks() -> tuple[Network, ...]:
    """A 2-8-8-2 network in float64 on two moons, before training and after each of 24 epochs of Adam (0.01)."""
    data = two_moons(400, noise=0.15)
    network = Network.mlp([2, WIDTH, WIDTH, 2], initialization="uniform_fan_in", seed=2, dtype="float64")
    history = train(
        network, data.X, data.y, Adam(0.01), batch_size=20, epochs=EPOCHS, record=(), snapshots=True, progress=False
    )
    return tuple(then for _, then in history.snapshots)


def pre_activations(epoch: int, points: ArrayLike) -> list[Array]:
    """z of both hidden layers after `epoch` epochs at points (n, 2) of the plane: two arrays (n, 8)."""
    networks = trained_networks()
    if isinstance(epoch, bool) or not isinstance(epoch, (int, np.integer)) or not 0 <= epoch < len(networks):
        raise ValueError(f"epoch: got {epoch!r}; accepted are whole numbers from 0 to {len(networks) - 1}")
    return [z[0] for z in networks[epoch].forward(points).pre_activations[:-1]]


def crossings(epoch: int, start: tuple[float, float] = START, end: tuple[float, float] = END) -> list[int]:
    """How many kinks of each hidden layer a straight walk crosses: sign changes of z between 4001 points of it."""
    share = np.linspace(0, 1, 4001)[:, None]
    z_of = pre_activations(epoch, (1 - share) * np.array(start) + share * np.array(end))
    return [int(np.count_nonzero(np.diff(np.sign(z), axis=0))) for z in z_of]


def cells_with_a_kink(cells: int, epoch: int = 0) -> float:
    """Share of the cells × cells squares of the window that a kink of the first layer passes through.

    A line passes through a square if z does not have one sign at its four corners.

    >>> 1.9 < cells_with_a_kink(100) / cells_with_a_kink(200) < 2.1
    True
    """
    x, y = (np.linspace(*limits, cells + 1) for limits in WINDOW)
    corners = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    positive = (pre_activations(epoch, corners)[0] > 0).reshape(cells + 1, cells + 1, WIDTH)
    corners_of_cell = [positive[i : i + cells, j : j + cells] for i in (0, 1) for j in (0, 1)]
    one_sign = np.all(corners_of_cell, axis=0) | ~np.any(corners_of_cell, axis=0)
    return float(1 - one_sign.all(-1).mean())


def swept_samples() -> tuple[int, int]:
    """How often a kink passed a training sample between two epochs, and how often a sample was exactly on a kink."""
    X = two_moons(400, noise=0.15).X
    z = np.stack([np.concatenate(pre_activations(epoch, X), axis=1) for epoch in range(EPOCHS + 1)])
    return int(np.count_nonzero(np.diff(z > 0, axis=0))), int(np.count_nonzero(z == 0))
