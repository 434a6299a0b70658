"""The adding problem at several lengths: which recurrent net finds two numbers and remembers them to the end?

`python -m course_lib.topics.linear_paths.adding` trains all nets, in some minutes, and writes the file that `curves`
reads. Every start draws its own weights and sequences, and all nets meet the same sequences: they are compared in
pairs.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_lib.atomic_file import ship, shipped
from course_lib.checks import one_of, whole_number
from course_lib.grid import Cell, Result, command, results_folder, run_grid
from course_lib.networks import Adam
from course_lib.topics.linear_paths.recurrent import KINDS, Array, RecurrentNet

SHIPPED = Path(__file__).with_name("adding.json")
LENGTHS, RATES, STARTS = (20, 50, 100), (0.001, 0.003, 0.01), 8
HIDDEN, BATCH, STEPS, EVERY, TEST = 24, 32, 2000, 100, 256
CLIP = 1.0  # the longest gradient that is taken as it is
BEST_CONSTANT = 1 / 6  # the mean square error of always saying 1, 2·Var(U(0, 1))
CLEARLY = 0.1  # a net with a lower test error has learned something that no constant knows


def sequences(length: int, batch: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """x of shape (length, 2, batch) and the target u_j + u_k, (batch,): uniform numbers u, and marks 1 at j and k.

    j is in the first half and k in the second, each place equally likely. Raises ValueError for lengths below 2.
    Sources: Sepp Hochreiter and Jürgen Schmidhuber, *Long short-term memory*, 1997; Martin Arjovsky, Amar Shah and
    Yoshua Bengio, *Unitary evolution recurrent neural networks*, 2016, for the two halves.

    >>> x, target = sequences(5, 1000, np.random.default_rng(0))
    >>> x.shape, float(x[:2, 1].sum()), float(x[2:, 1].sum()), bool(np.allclose((x[:, 0] * x[:, 1]).sum(0), target))
    ((5, 2, 1000), 1000.0, 1000.0, True)
    """
    whole_number("length", length, 2)
    whole_number("batch", batch, 1)
    x, columns = np.zeros((length, 2, batch)), np.arange(batch)
    x[:, 0] = rng.uniform(size=(length, batch))
    x[rng.integers(length // 2, size=batch), 1, columns] = 1
    x[rng.integers(length // 2, length, size=batch), 1, columns] = 1
    return x, (x[:, 0] * x[:, 1]).sum(0)


def learn(
    kind: str, length: int, learning_rate: float, starts: int = STARTS, steps: int = STEPS, every: int = EVERY
) -> NDArray[np.float64]:
    """The test error mean (o − target)² of each start, before and every `every` steps: (starts, 1 + steps // every).

    Adam on fresh batches of 32, in float32, 24 hidden units; a gradient longer than 1 is cut to length 1. The start is
    the seed of the weights and of the sequences, 256 of them for the test. An error that is not finite is given as 10⁶.

    >>> learn("tanh", 5, 0.01, starts=2, steps=2, every=1).shape
    (2, 3)
    """
    net = RecurrentNet(kind, 2, HIDDEN, replicas=whole_number("starts", starts, 1), dtype="float32")
    test_x, test_target = _of_all([np.random.default_rng([start, 1]) for start in range(starts)], length, TEST)
    generators = [np.random.default_rng([start, 2]) for start in range(starts)]
    gradient, mean, square = (np.zeros_like(net.flat) for _ in range(3))
    update = Adam(learning_rate).bind([net.flat, gradient, mean, square], starts, slice(0, starts), lambda flat: [])
    errors = []
    for step in range(steps + 1):
        if step % every == 0:
            errors.append(((net.outputs(test_x) - test_target) ** 2).mean(1))
        if step < steps:
            gradient[...] = net.loss_and_gradient(*_of_all(generators, length, BATCH))[1]
            clip(net, gradient)
            gradient *= update.begin()
            for operation in update.operations:
                operation()
    found = np.transpose(errors).astype(np.float64)
    return np.where(np.isfinite(found), np.minimum(found, 1e6), 1e6)


def clip(net: RecurrentNet, gradient: Array) -> None:
    """g ← g · min(1, 1/‖g‖) for each replica, in place.

    Source: Razvan Pascanu, Tomas Mikolov and Yoshua Bengio, *On the difficulty of training recurrent neural networks*,
    2013.
    """
    parts = net.views(gradient)
    lengths = np.sqrt(sum((part.astype(np.float64) ** 2).sum((1, 2)) for part in parts))
    for part in parts:
        part *= (CLIP / np.maximum(lengths, CLIP)).astype(part.dtype)[:, None, None]


def _of_all(generators: list[np.random.Generator], length: int, batch: int) -> tuple[Array, Array]:
    """Sequences for all replicas: (length, R, 2, batch) and (R, batch)."""
    drawn = [sequences(length, batch, rng) for rng in generators]
    x, target = (np.stack([pair[k] for pair in drawn], axis=1 - k) for k in range(2))
    return x.astype(np.float32), target.astype(np.float32)


def train_cell(cell: Cell) -> Result:
    """`learn` for one kind, length and learning rate, its errors with four digits."""
    errors = learn(cell["kind"], cell["length"], cell["learning_rate"])
    return {"errors": [[float(f"{error:.3e}") for error in row] for row in errors]}


def curves(kind: str, length: int, learning_rate: float) -> NDArray[np.float64]:
    """`learn` for one of `KINDS`, `LENGTHS` and `RATES`, as shipped: (8 starts, 21).

    >>> curves("tanh", 100, 0.001).shape
    (8, 21)
    """
    one_of("kind", kind, KINDS)
    one_of("length", length, LENGTHS)
    one_of("learning_rate", learning_rate, RATES)
    return np.array(shipped(SHIPPED)[f"{kind}, {length}, {learning_rate}"])


def best_rate(kind: str, length: int) -> float:
    """The learning rate whose last errors have the lowest mean over the starts; all nets may choose from the same."""
    return min(RATES, key=lambda rate: float(curves(kind, length, rate)[:, -1].mean()))


def main() -> None:
    cells = [
        {"kind": kind, "length": length, "learning_rate": rate}
        for length in LENGTHS
        for kind in KINDS
        for rate in RATES
    ]
    results = run_grid(train_cell, cells, results_folder("adding"))
    record = {", ".join(map(str, cell.values())): result["errors"] for cell, result in zip(cells, results, strict=True)}
    ship(record, SHIPPED)


if __name__ == "__main__":
    command(main)
