"""Ten activations on two sets of digits, on equal terms: the runs that the lesson *Compare fairly* reads.

Every activation gets the same data, the same divisions of it, the same starting weights and batch orders, as many steps
and, within 2 %, as many parameters, and has its learning rate chosen by the same search. `python -m
course_lib.topics.rectifiers.comparison` makes all runs, in some ten minutes of one processor, and writes the file that
`paired` reads. Stop it at any time: the next run goes on where this one was.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.atomic_file import ship
from course_lib.data import Dataset, digits, mnist_5k
from course_lib.grid import Cell, Result, command, results_folder, run_grid
from course_lib.networks import Adam, Dense, Maxout, Network, train

Array = np.ndarray[Any, Any]
SHIPPED = Path(__file__).with_name("comparison.json")
ACTIVATIONS_COMPARED = (
    "relu", "leaky_relu", "prelu", "absolute", "elu", "maxout", "gelu", "silu", "squared_relu", "tanh",
)  # fmt: skip
# One search for all: two starts at each rate, which the final runs do not use again.
RATES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05)
TUNING_STARTS, STARTS = 2, 10
TUNING_SEED = 10**6


class Setting(NamedTuple):
    """A set of data, and how it is learnt: one hidden layer of `width` units, Adam with batches of `batch` samples."""

    load: Callable[[int], Dataset]
    width: int
    epochs: int
    batch: int
    splits: int


SETTINGS = {"digits": Setting(digits, 64, 20, 32, 20), "mnist_5k": Setting(mnist_5k, 128, 5, 50, 5)}


def untrained(activation: str, n_in: int, width: int, seeds: list[int]) -> Network:
    """n_in-width-10 with He's weights, a replica for each seed; maxout (2 pieces) with as many parameters, about.

    A maxout unit has two rows of weights, so there are fewer units: of the (n_in + 11) · width + 10 parameters of the
    others it takes the nearest (2 n_in + 12) · units + 10.

    >>> untrained("relu", 64, 64, [0]).n_parameters, untrained("maxout", 64, 64, [0]).n_parameters
    (4810, 4770)
    """
    if activation == "maxout":
        units = round((n_in + 11) * width / (2 * n_in + 12))
        return Network([Maxout(n_in, units), Dense(units, 10)], len(seeds), seeds)
    return Network.mlp([n_in, width, 10], activation, replicas=len(seeds), seed=seeds)


def compare_one(cell: Cell) -> Result:
    """How many samples an activation gets right after learning one division of one set of data.

    `cell` names the data, the activation and the split, which is the seed of the division and of the batch order.
    First the rate: a quarter of the training part is held out, two starts learn the rest at each of `RATES`, and the
    rate with the most right held-out samples wins (the least of equals). Then ten new starts learn the whole training
    part at that rate and are judged by the test part, once. The numbers that come back are counts: of the held-out
    samples, (rates, 2), and of the test samples, (10,), with the index of the rate.
    """
    setting, split = SETTINGS[cell["data"]], cell["split"]
    data = setting.load(split)

    def right(X: Array, y: Array, X_new: Array, y_new: Array, rates: ArrayLike, seeds: list[int]) -> Array:
        network = untrained(cell["activation"], data.X.shape[1], setting.width, seeds)
        train(
            network, X, y, Adam(np.asarray(rates)), batch_size=setting.batch, epochs=setting.epochs, seed=split,
            record=(), progress=False, on_divergence="keep",
        )  # fmt: skip
        return np.rint(network.accuracy(X_new, y_new) * len(y_new)).astype(int)

    held_out = len(data.X) // 4
    X, y, X_new, y_new = data.X[held_out:], data.y[held_out:], data.X[:held_out], data.y[:held_out]
    tuning = [TUNING_SEED + TUNING_STARTS * split + start for start in range(TUNING_STARTS)]
    found = right(X, y, X_new, y_new, np.repeat(RATES, TUNING_STARTS), tuning * len(RATES))
    validation = found.reshape(len(RATES), TUNING_STARTS)
    best = int(validation.sum(1).argmax())
    seeds = [STARTS * split + start for start in range(STARTS)]
    test = right(data.X, data.y, data.X_test, data.y_test, RATES[best], seeds)
    return {"validation": validation.tolist(), "rate": best, "test": test.tolist()}


def main() -> None:
    """Make the runs that are missing, and write them all."""
    cells = [
        {"data": data, "activation": activation, "split": split}
        for data, setting in SETTINGS.items()
        for split in range(setting.splits)
        for activation in ACTIVATIONS_COMPARED
    ]
    results = run_grid(compare_one, cells, results_folder("comparison"))
    record: dict[str, dict[str, dict[str, list[object]]]] = {}
    for cell, result in zip(cells, results, strict=True):
        row = record.setdefault(str(cell["data"]), {}).setdefault(str(cell["activation"]), {})
        for name, value in result.items():
            row.setdefault(name, []).append(value)
    ship(record, SHIPPED)


if __name__ == "__main__":
    command(main)
