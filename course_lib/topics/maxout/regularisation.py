"""The gap between training and test digits for maxout of 1 to 5 pieces, with and without dropout.

Right labels or noisy ones; as many units, or as many parameters. In each comparison all networks meet the same
divisions of the digits, the same samples, batches and number of steps, and the same search for a learning rate.
`python -m course_lib.topics.maxout.regularisation` trains them, in some eight minutes of one processor, and writes the
file that `shares` reads. Stop it at any time: the next run goes on where this one was.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.atomic_file import ship, shipped
from course_lib.checks import one_of
from course_lib.data import digits
from course_lib.grid import Cell, Result, command, results_folder, run_grid
from course_lib.networks import Adam, Dense, Dropout, Maxout, Network, train
from course_lib.networks.layers import Layer

FloatArray = NDArray[np.float64]
SHIPPED = Path(__file__).with_name("regularisation.json")
PIXELS, CLASSES, TEST = 64, 10, 450
# Hidden units by the number of pieces; 0 pieces stand for ReLU.
UNITS = {
    "as many units": {0: 48, 1: 48, 2: 48, 3: 48, 4: 48, 5: 48},
    "as many parameters": {0: 90, 1: 90, 2: 48, 3: 33, 4: 25, 5: 20},
}
# Training samples, the share of their labels that are drawn anew, and the rates of dropout.
DATA: Mapping[str, tuple[int, float, tuple[float, ...]]] = {
    "100 digits": (100, 0.0, (0.0, 0.5)),
    "300 digits": (300, 0.0, (0.0, 0.5)),
    "1000 digits": (1000, 0.0, (0.0, 0.5)),
    "300 digits, noisy labels": (300, 0.2, (0.0, 0.5, 0.75)),
}
# Learning rates to choose from, by the share of noise: short steps stop before the noise is learnt.
RATES = {0.0: (0.003, 0.01, 0.03), 0.2: (0.0003, 0.001, 0.003, 0.01)}
SPLITS, STARTS, TUNING_STARTS = 8, 10, 2
BATCH, STEPS, TUNING_SEED = 25, 800, 10**6
HELD_OUT = slice(1000, 1300)  # digits to choose a learning rate by


def hidden_layer(pieces: int, units: int) -> Layer:
    """The layer of `units` hidden units on the digits: maxout with so many pieces, or ReLU for 0 pieces."""
    return Maxout(PIXELS, units, pieces) if pieces else Dense(PIXELS, units, "relu")


def learn(
    pieces: int, units: int, dropout: float, X: ArrayLike, y: ArrayLike, rates: ArrayLike, seeds: list[int], order: int
) -> Network:
    """64-units-10 after some 800 steps of Adam on batches of 25: a replica for each seed, `rates` one for each.

    >>> data = digits()
    >>> learn(2, 3, 0.5, data.X[:50], data.y[:50], [0.01], [7], 0)
    Network(64-3-10, maxout, replicas=1, dtype=float32)
    """
    layers = [hidden_layer(pieces, units), *([Dropout(dropout)] if dropout else []), Dense(units, CLASSES)]
    network = Network(layers, len(seeds), seeds)
    train(
        network, X, y, Adam(np.asarray(rates)), batch_size=BATCH, epochs=STEPS * BATCH // len(np.asarray(y)),
        seed=order, record=(), progress=False, on_divergence="keep",
    )  # fmt: skip
    return network


def noisy_labels(y: NDArray[np.int64], noise: float, seed: int) -> NDArray[np.int64]:
    """y with each label drawn anew from 0 to 9 with probability `noise`; one in ten of these stays right by chance.

    >>> int((noisy_labels(np.zeros(1000, int), 0.2, seed=0) != 0).sum())
    181
    """
    rng = np.random.default_rng(seed)
    drawn = rng.random(len(y)) < noise
    return np.where(drawn, rng.integers(0, CLASSES, len(y)), y)


def measure_one(cell: Cell) -> Result:
    """How many training and test digits a network gets right after learning one division of the digits, ten starts.

    `cell` names pieces, units, samples, noise, dropout and the split: the seed of the division, of the noise and of the
    batch order. The network learns the first `samples` digits, with labels as in `noisy_labels`. First the rate: two
    starts learn at each rate, and the rate with the most right digits among 300 others wins (the least of
    equals). Then ten new starts learn at this rate. These 300 and the test digits have the right labels; the test
    digits are used once. Accuracy in training counts the labels that were learnt, the noisy ones.
    """
    pieces, units, dropout, split = cell["pieces"], cell["units"], cell["dropout"], cell["split"]
    data = digits(split)
    X, y = data.X[: cell["samples"]], noisy_labels(data.y[: cell["samples"]], cell["noise"], split)
    rates = RATES[cell["noise"]]
    tuning = [TUNING_SEED + TUNING_STARTS * split + start for start in range(TUNING_STARTS)] * len(rates)
    tried = learn(pieces, units, dropout, X, y, np.repeat(rates, TUNING_STARTS), tuning, order=split)
    right = tried.accuracy(data.X[HELD_OUT], data.y[HELD_OUT]).reshape(len(rates), TUNING_STARTS).sum(1).round(6)
    best = int(right.argmax())
    seeds = [STARTS * split + start for start in range(STARTS)]
    network = learn(pieces, units, dropout, X, y, np.full(STARTS, rates[best]), seeds, order=split)
    found = [
        np.rint(network.accuracy(*part) * len(part[1])).astype(int).tolist()
        for part in ((X, y), (data.X_test, data.y_test))
    ]
    return {"rate": best, "train": found[0], "test": found[1]}


def shares(comparison: str, pieces: int, data: str, dropout: float) -> tuple[FloatArray, FloatArray]:
    """The shares of training and of test digits that are right, (splits, starts) each, as shipped.

    >>> training, test = shares("as many units", 2, "300 digits", 0.0)
    >>> training.shape, bool((training > test).all())
    ((8, 10), True)
    """
    one_of("comparison", comparison, UNITS)
    one_of("pieces", pieces, UNITS[comparison])
    one_of("data", data, DATA)
    samples, _, dropouts = DATA[data]
    one_of("dropout", dropout, dropouts)
    row = shipped(SHIPPED)[data][_name(pieces, UNITS[comparison][pieces], dropout)]
    return np.array(row["train"]) / samples, np.array(row["test"]) / TEST


def _name(pieces: int, units: int, dropout: float) -> str:
    return f"{pieces} pieces, {units} units, dropout {dropout:g}"


def main() -> None:
    """Make the runs that are missing, and write them all."""
    networks = sorted({item for units in UNITS.values() for item in units.items()})
    cells, names = [], []
    for split in range(SPLITS):
        for data, (samples, noise, dropouts) in DATA.items():
            for dropout in dropouts:
                for pieces, units in networks:
                    sizes = {"pieces": pieces, "units": units, "samples": samples}
                    cells.append({**sizes, "noise": noise, "dropout": dropout, "split": split})
                    names.append((data, _name(pieces, units, dropout)))
    results = run_grid(measure_one, cells, results_folder("maxout-regularisation"))
    record: dict[str, dict[str, dict[str, list[object]]]] = {}
    for (data, name), result in zip(names, results, strict=True):
        row = record.setdefault(data, {}).setdefault(name, {})
        for key, value in result.items():
            row.setdefault(key, []).append(value)
    ship(record, SHIPPED)


if __name__ == "__main__":
    command(main)
