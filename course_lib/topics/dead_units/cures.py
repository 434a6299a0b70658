"""What keeps units alive while a network learns the digits, and what brings back units that had died.

Every start draws its own weights, its own division of the digits and its own order of batches, and meets all cures with
them: cures are compared in pairs, start by start. `python -m course_lib.topics.dead_units.cures` trains them all, in
some minutes, and writes the file that `outcome` and `revive` read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.atomic_file import ship, shipped
from course_lib.data import digits, standardised
from course_lib.grid import Cell, Result, command, results_folder, run_grid
from course_lib.intervals import Interval, mean_interval
from course_lib.networks import SGD, Dropout, Network, train
from course_lib.topics.dead_units.experiment import EPOCHS, SIZES, FloatArray, units_dead_on, units_never_on

SHIPPED = Path(__file__).with_name("cures.json")
HIDDEN, TEST = sum(SIZES[1:-1]), 450  # units, and digits to judge by

# Cures. What each cause sets; a cure replaces the setting that it names.
STARTS = 120
CAUSES: Mapping[str, Mapping[str, Any]] = {
    "steps too long": {"learning_rate": 0.8, "bias": 0.0},
    "biases too low": {"learning_rate": 0.1, "bias": -1.0},
}
CURES: Mapping[str, Mapping[str, Any]] = {
    "no cure": {},
    "leaky ReLU, α = 0.01": {"activation": "leaky_relu", "alpha": 0.01},
    "leaky ReLU, α = 0.1": {"activation": "leaky_relu", "alpha": 0.1},
    "a tenth of the step": {"shorter": 0.1},
    "bias 0.1": {"bias": 0.1},
    "bias 1": {"bias": 1.0},
    "Glorot's weights": {"initialization": "glorot"},
    "dropout 0.2": {"dropout": 0.2},
    "dropout 0.5": {"dropout": 0.5},
    "standardised inputs": {"standardise": True},
}
MEASURES = ("dead units", "units never on", "test accuracy")

# Revival. Each patient is a network in which units died.
PATIENTS = 64
DEADLY_RATE, GENTLE_RATE = 0.4, 0.04
TREATMENTS: Mapping[str, Mapping[str, Any]] = {
    "shorter steps": {},
    "dropout 0.2": {"dropout": 0.2},
    "dropout 0.5": {"dropout": 0.5},
    "pixel dropout 0.2": {"input_dropout": 0.2},
    "leaky ReLU, α = 0.01": {"activation": "leaky_relu", "alpha": 0.01},
    "leaky ReLU, α = 0.1": {"activation": "leaky_relu", "alpha": 0.1},
    "fresh weights": {"fresh": True},
}


@dataclass(frozen=True)
class Outcome:
    """One number per start, (STARTS,): shares of the hidden units, counted on the training part, and test accuracy.

    A start whose weights ran off to infinity is judged by its last finite weights.
    """

    dead: FloatArray
    never_on: FloatArray
    accuracy: FloatArray

    def of(self, measure: str) -> FloatArray:
        """The numbers of one of `MEASURES`."""
        return (self.dead, self.never_on, self.accuracy)[MEASURES.index(measure)]


def train_one(cause: str, cure: str, start: int) -> tuple[int, int, int]:
    """Of 64-32-32-10 after five epochs of SGD: units that are dead, units never on, and test digits that are right.

    `start` is the seed of the weights, of the division of the digits and of the order of the batches of 32. `cause` is
    one of `CAUSES`, `cure` one of `CURES`.
    """
    settings = {**CAUSES[cause], **CURES[cure]}
    rate = settings.pop("learning_rate") * settings.pop("shorter", 1)
    data = digits(seed=start)
    if settings.pop("standardise", False):
        data = standardised(data)
    network = Network.mlp(SIZES, seed=start, **settings)
    train(
        network, data.X, data.y, SGD(rate), batch_size=32, epochs=EPOCHS, seed=start, record=(), on_divergence="keep",
        progress=False,
    )  # fmt: skip
    dead, never_on = (
        int(np.concatenate(masks, axis=1).sum())
        for masks in (units_dead_on(network, data.X), units_never_on(network, data.X))
    )
    return dead, never_on, round(TEST * float(network.accuracy(data.X_test, data.y_test)[0]))


def outcome(cause: str, cure: str) -> Outcome:
    """`train_one` for each of 120 starts, as shipped: its counts as shares.

    >>> outcome("biases too low", "no cure").accuracy.shape
    (120,)
    """
    return Outcome(*(np.array(shipped(SHIPPED)["outcomes"][cause][cure]) / (HIDDEN, HIDDEN, TEST)).T)


def paired_difference(cause: str, cure: str, measure: str) -> Interval:
    """The mean over the starts of (measure with the cure − measure without), with its t-interval of 95 %.

    Both have the same weights where the cure does not change them, the same digits and the same batches.

    >>> paired_difference("steps too long", "no cure", "test accuracy")
    Interval(low=0.0, estimate=0.0, high=0.0)
    """
    return mean_interval(outcome(cause, cure).of(measure) - outcome(cause, "no cure").of(measure))


@dataclass(frozen=True)
class Revival:
    """For each patient and hidden layer, (PATIENTS, 2): units that had died, that moved since, that are on again."""

    dead: NDArray[np.int64]
    moved: NDArray[np.int64]
    on_again: NDArray[np.int64]

    def share(self, layer: int) -> Interval:
        """Σ on_again / Σ dead over the patients, of a hidden layer (0 or 1), ± t · s/(m·√n).

        s is the standard deviation over the n patients of on_again − share · dead, m the mean of `dead`: units of one
        network live or die together, so a patient counts once.
        """
        dead, on_again = self.dead[:, layer].astype(np.float64), self.on_again[:, layer].astype(np.float64)
        share = on_again.sum() / dead.sum()
        low, middle, high = mean_interval((on_again - share * dead) / dead.mean())
        return Interval(max(0.0, share + low - middle), share, min(1.0, share + high - middle))


def treat_one(start: int) -> list[list[list[int]]]:
    """(dead, moved, on again) for each of `TREATMENTS` and each hidden layer of one patient.

    The patient is 64-32-32-10 with ReLU after five epochs of SGD with steps that kill (0.4). A treatment trains it five
    epochs more at a tenth of the rate. A unit had died, or is on again, by its pre-activations on all training samples,
    without dropout. "fresh weights" draws the weights of dead units anew and sets their biases to 0.
    """
    data, patient = digits(seed=start), Network.mlp(SIZES, seed=start)
    train(
        patient, data.X, data.y, SGD(DEADLY_RATE), batch_size=32, epochs=EPOCHS, seed=start, record=(), progress=False
    )
    dead = units_never_on(patient, data.X)
    counts = []
    for treatment in TREATMENTS.values():
        settings = dict(treatment)
        fresh, pixels_off = settings.pop("fresh", False), settings.pop("input_dropout", 0.0)
        layers = Network.mlp(SIZES, **settings).layers
        network = Network([Dropout(pixels_off), *layers] if pixels_off else layers)
        for own, old in zip(network.parameters, patient.parameters, strict=True):
            own.weights[...] = old.weights
        if fresh:
            drawn = Network.mlp(SIZES, seed=PATIENTS + start)
            for own, new, died in zip(network.parameters, drawn.parameters, dead, strict=False):
                own.weights[died] = new.weights[died]
        train(
            network, data.X, data.y, SGD(GENTLE_RATE), batch_size=32, epochs=EPOCHS, seed=PATIENTS + start, record=(),
            progress=False,
        )  # fmt: skip
        still_dead = units_never_on(network, data.X)
        hidden = zip(network.parameters, patient.parameters, dead, still_dead, strict=False)
        counts.append(
            [
                [int(died.sum()), int((own.weights != old.weights).any(-1)[died].sum()), int((died & ~still).sum())]
                for own, old, died, still in hidden
            ]
        )
    return counts


def revive(treatment: str) -> Revival:
    """`treat_one` for each of 64 patients under one of `TREATMENTS`, as shipped.

    >>> revive("dropout 0.2").on_again[:, 0].sum().item()
    0
    """
    counts = np.array(shipped(SHIPPED)["revivals"])[:, list(TREATMENTS).index(treatment)]
    return Revival(*np.moveaxis(counts, -1, 0))


def do_one(cell: Cell) -> Result:
    """`train_one` or, where a cell names no cure, `treat_one`."""
    if "cure" in cell:
        return {"outcome": train_one(cell["cause"], cell["cure"], cell["start"])}
    return {"revival": treat_one(cell["start"])}


def main() -> None:
    """Train what is missing, and write everything."""
    trained = [{"cause": cause, "cure": cure} for cause in CAUSES for cure in CURES]
    cells: list[Cell] = [{**settings, "start": start} for settings in trained for start in range(STARTS)]
    results = iter(
        run_grid(do_one, [*cells, *({"start": start} for start in range(PATIENTS))], results_folder("cures"))
    )
    outcomes = {cause: {cure: [next(results)["outcome"] for _ in range(STARTS)] for cure in CURES} for cause in CAUSES}
    ship({"outcomes": outcomes, "revivals": [result["revival"] for result in results]}, SHIPPED)


if __name__ == "__main__":
    command(main)
