"""The works that are timed: which networks, which data, how many steps."""

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from benchmarks.peer_problem import SEED, Array, Problem, batches
from course_lib.data import Dataset, digits, mnist_5k, two_moons
from course_lib.networks import Dense, Maxout, Network

DATA = {"two moons": lambda: two_moons(8000), "digits": digits, "MNIST": mnist_5k}


class Work(NamedTuple):
    """`replicas` networks of one form on `steps` full batches in each epoch; `pieces` above 1 make it maxout.

    One run is long enough to be timed (about 0.1 to 1 s) and for the core's set-up, which is in its time, to be the
    small part that it is in real trainings. Its batches are all full: peers that are compiled for one batch size are
    not made to compile twice.
    """

    replicas: int
    sizes: tuple[int, ...]
    batch_size: int
    data: str
    steps: int
    epochs: int
    pieces: int = 1

    @property
    def name(self) -> str:
        first, *hidden, last = map(str, self.sizes)
        if self.pieces > 1:
            hidden = [f"{size}*{self.pieces}" for size in hidden]
        return f"{self.replicas}x{'-'.join([first, *hidden, last])}"

    @property
    def description(self) -> str:
        return f"{self.name}, batch {self.batch_size}, {self.data}, {self.epochs * self.steps} steps"


WORKS = (
    Work(64, (2, 16, 16, 2), 64, "two moons", 100, 3),
    Work(64, (64, 64, 64, 10), 64, "digits", 28, 4),
    Work(8, (784, 256, 256, 10), 128, "MNIST", 39, 1),
    Work(1, (784, 256, 256, 10), 128, "MNIST", 39, 4),
    Work(1, (784, 1024, 1024, 10), 256, "MNIST", 19, 2),
    Work(1, (784, 240, 240, 10), 100, "MNIST", 50, 4, pieces=5),
    Work(1, (2, 16, 16, 2), 64, "two moons", 100, 20),
)


@lru_cache
def samples(data: str) -> tuple[Array, Array]:
    """All samples of a dataset, those to train on first."""
    dataset: Dataset = DATA[data]()
    return np.concatenate([dataset.X, dataset.X_test]), np.concatenate([dataset.y, dataset.y_test])


def initial_network(sizes: tuple[int, ...], replicas: int, pieces: int = 1) -> Network:
    """He's initialisation, biases 0; the same numbers on every call."""
    if pieces == 1:
        return Network.mlp(list(sizes), bias=0.0, replicas=replicas, seed=SEED)
    hidden = [Maxout(n_in, n_out, pieces, bias=0.0) for n_in, n_out in pairwise(sizes[:-1])]
    return Network([*hidden, Dense(sizes[-2], sizes[-1], bias=0.0)], replicas=replicas, seed=SEED)


def problem(work: Work) -> Problem:
    """The data, weights and batches of a work."""
    n = work.steps * work.batch_size
    X, y = (np.ascontiguousarray(part[:n]) for part in samples(work.data))
    if len(X) < n:
        raise ValueError(f"steps: got {work.steps} batches of {work.batch_size}; accepted are up to {len(X)} samples")
    network = initial_network(work.sizes, work.replicas, work.pieces)
    W, b = ([np.array(values) for values in parameters] for parameters in (network.W, network.b))
    order = batches(n, work.batch_size, work.epochs)
    return Problem(work.sizes, work.replicas, work.batch_size, work.epochs, X, y, order, W, b, work.pieces)
