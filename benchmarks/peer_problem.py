"""What every peer is given: the same data, the same weights to start from, and the same batches in the same order."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LEARNING_RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8
SGD_RATE = 0.01
SEED = 0


class Problem(NamedTuple):
    """X (n, n_in) float32 and labels y (n,); W[l] (R, rows, n_in) and b[l] (R, rows); the samples of each step.

    Hidden layers are ReLU with `pieces` = 1, else maxout, whose rows are pieces · n_out, piece by piece; maxout is
    trained with plain SGD, as in 2013: Adam would go over so many weights that it costs as much as a quarter of the
    products, in this core as in PyTorch.
    """

    sizes: tuple[int, ...]
    replicas: int
    batch_size: int
    epochs: int
    X: Array
    y: Array
    order: Array  # (epochs · steps of an epoch, batch_size)
    W: list[Array]
    b: list[Array]
    pieces: int = 1

    @property
    def rows(self) -> list[int]:
        """Rows of the weight matrix of each layer."""
        return [*(self.pieces * size for size in self.sizes[1:-1]), self.sizes[-1]]

    @property
    def steps(self) -> int:
        """Steps of one epoch."""
        return len(self.X) // self.batch_size

    @property
    def one_hot(self) -> Array:
        """The labels as rows of a unit matrix, (n, n_out)."""
        return np.eye(self.sizes[-1], dtype=np.float32)[self.y]


# Sums in another order differ in the last digit of float32, and training makes more of it: the losses of the same
# training differ by up to 2e-4 after 150 steps. A wrong batch, weight or step changes them by far more than this.
TOLERANCE = 5e-4


class Outcome(NamedTuple):
    """Mean loss of the last epoch over its batches and all replicas, as trained; None where nothing is trained.

    `note` says what a peer does differently; its loss may then differ by more, relative to this core's, or by anything
    if `tolerance` is None.
    """

    loss: float | None
    note: str = ""
    tolerance: float | None = TOLERANCE


class Unavailable(Exception):
    """A peer cannot do this work here; the message is printed in its row."""


# `fresh()` copies the initial state, untimed, and returns the training run that is timed.
Run = Callable[[], Outcome]
Fresh = Callable[[], Run]
Build = Callable[[Problem, int], Fresh]


def batches(n_samples: int, batch_size: int, epochs: int, seed: int = SEED) -> Array:
    """The samples of each step in the order that `train(..., seed=seed)` takes them, (steps, batch_size).

    One permutation for each epoch, drawn from `default_rng(seed)`; the equal losses of all peers hold it.
    """
    random = np.random.default_rng(seed)
    return np.concatenate([random.permutation(n_samples).reshape(-1, batch_size) for _ in range(epochs)])


def save(path: Path, problem: Problem) -> None:
    """Write a problem down for another process."""
    arrays: dict[str, Any] = {f"W{layer}": W for layer, W in enumerate(problem.W)}
    arrays |= {f"b{layer}": b for layer, b in enumerate(problem.b)}
    arrays["shape"] = np.array([problem.replicas, problem.batch_size, problem.epochs])
    np.savez(path, sizes=np.array(problem.sizes), X=problem.X, y=problem.y, order=problem.order, **arrays)


def load(path: str) -> Problem:
    """Read what `save` wrote."""
    with np.load(path) as stored:
        replicas, batch_size, epochs = stored["shape"].tolist()
        sizes = tuple(stored["sizes"].tolist())
        W, b = ([stored[f"{name}{layer}"] for layer in range(len(sizes) - 1)] for name in "Wb")
        return Problem(sizes, replicas, batch_size, epochs, stored["X"], stored["y"], stored["order"], W, b)
