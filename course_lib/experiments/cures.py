"""Cures for dead units compared: two causes of death, several cures, the same seeds for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.datasets import digits, standardised
from course_lib.experiments.dead_units import units_dead_on, units_never_on
from course_lib.networks import SGD, Network, train

SEEDS = 40
WIDTH = 32
EPOCHS = 5
# What each cause sets; a cure replaces the setting that it names.
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


@dataclass(frozen=True)
class Outcome:
    """One number per seed, (SEEDS,): shares of the hidden units, counted on the training part, and test accuracy.

    `diverged` counts the seeds whose weights ran off to infinity; they are judged by their last finite weights.
    """

    dead: NDArray[np.float64]
    never_on: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    diverged: int

    def of(self, measure: str) -> NDArray[np.float64]:
        """The numbers of one of `MEASURES`."""
        if measure not in MEASURES:
            raise ValueError(f"measure: got {measure!r}; accepted are {', '.join(MEASURES)}")
        return (self.dead, self.never_on, self.accuracy)[MEASURES.index(measure)]


@lru_cache(maxsize=len(CAUSES) * len(CURES))
def outcome(cause: str, cure: str) -> Outcome:
    """Train 64-32-32-10 on the digits for five epochs of SGD with 40 seeds, under one of `CAUSES` and one of `CURES`.

    Seed r starts from the same weights under every cure that does not change them, and all see the same batches of 32.
    Raises ValueError for other names.
    """
    for name, value, accepted in (("cause", cause, CAUSES), ("cure", cure, CURES)):
        if value not in accepted:
            raise ValueError(f"{name}: got {value!r}; accepted are {', '.join(accepted)}")
    settings = {**CAUSES[cause], **CURES[cure]}
    rate = settings.pop("learning_rate") * settings.pop("shorter", 1)
    data = standardised(digits()) if settings.pop("standardise", False) else digits()
    network = Network.mlp([64, WIDTH, WIDTH, 10], replicas=SEEDS, **settings)
    history = train(
        network,
        data.X,
        data.y,
        SGD(rate),
        batch_size=32,
        epochs=EPOCHS,
        record=(),
        on_divergence="keep",
        progress=False,
    )
    dead, never_on = (
        np.concatenate(masks, axis=1).mean(1)
        for masks in (units_dead_on(network, data.X), units_never_on(network, data.X))
    )
    return Outcome(dead, never_on, network.accuracy(data.X_test, data.y_test), len(history.diverged))
