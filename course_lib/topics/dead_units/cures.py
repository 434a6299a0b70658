"""Units that died in training: who comes back when training goes on in another way."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.data import digits, standardised
from course_lib.intervals import Interval, wilson_interval
from course_lib.networks import SGD, Dense, Dropout, Network, train
from course_lib.networks.layers import Layer
from course_lib.topics.dead_units.experiment import units_dead_on, units_never_on

# Cures for dead units compared: two causes of death, several cures, the same seeds for each.


CURE_SEEDS = 40
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
    network = Network.mlp([64, WIDTH, WIDTH, 10], replicas=CURE_SEEDS, **settings)
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


# Units that died in training: who comes back when training goes on in another way.


SEEDS = 64
SIZES = (64, 32, 32, 10)
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
class Revival:
    """For each hidden layer: how many units had died, how many of them moved since, and how many are on again."""

    dead: tuple[int, int]
    moved: tuple[int, int]
    on_again: tuple[int, int]

    def share(self, layer: int) -> Interval:
        """on_again / dead of a hidden layer (0 or 1) with its Wilson interval, which takes the units as independent."""
        return wilson_interval(self.on_again[layer], self.dead[layer])


@lru_cache(maxsize=1)
def patient() -> Network:
    """64-32-32-10 with ReLU after five epochs of SGD on the digits with steps that kill, 64 seeds."""
    data = digits()
    network = Network.mlp(SIZES, replicas=SEEDS)
    train(network, data.X, data.y, SGD(DEADLY_RATE), batch_size=32, epochs=EPOCHS, record=(), progress=False)
    return network


@lru_cache(maxsize=len(TREATMENTS))
def revive(treatment: str) -> Revival:
    """Train the `patient` five epochs more at a tenth of the rate, under one of `TREATMENTS`, and count.

    A unit had died, or is on again, by its pre-activations on all training samples, without dropout. "fresh weights"
    draws the weights of dead units anew and sets their biases to 0. Raises ValueError for another name.
    """
    if treatment not in TREATMENTS:
        raise ValueError(f"treatment: got {treatment!r}; accepted are {', '.join(TREATMENTS)}")
    settings = dict(TREATMENTS[treatment])
    fresh = settings.pop("fresh", False)
    before, data = patient(), digits()
    dead = units_never_on(before, data.X)
    network = Network(_layers(**settings), replicas=SEEDS)
    for own, old in zip(network.parameters, before.parameters, strict=True):
        own.weights[...] = old.weights
    if fresh:
        drawn = Network.mlp(SIZES, replicas=SEEDS, seed=SEEDS)
        for own, new, died in zip(network.parameters, drawn.parameters, dead, strict=False):
            own.weights[died] = new.weights[died]
    train(network, data.X, data.y, SGD(GENTLE_RATE), batch_size=32, epochs=EPOCHS, seed=1, record=(), progress=False)
    still_dead = units_never_on(network, data.X)
    pairs = list(zip(network.parameters, before.parameters, dead, still_dead, strict=False))
    return Revival(
        dead=_both(int(died.sum()) for _, _, died, _ in pairs),
        moved=_both(int((own.weights != old.weights).any(-1)[died].sum()) for own, old, died, _ in pairs),
        on_again=_both(int((died & ~still).sum()) for _, _, died, still in pairs),
    )


def _both(counts: Any) -> tuple[int, int]:
    first, second = counts
    return first, second


def _layers(
    activation: str = "relu", alpha: float | None = None, dropout: float = 0.0, input_dropout: float = 0.0
) -> list[Layer]:
    layers: list[Layer] = [Dropout(input_dropout)] if input_dropout else []
    for n_in, n_out in pairwise(SIZES[:-1]):
        layers.append(Dense(n_in, n_out, activation, alpha=alpha))
        if dropout:
            layers.append(Dropout(dropout))
    return [*layers, Dense(*SIZES[-2:])]
