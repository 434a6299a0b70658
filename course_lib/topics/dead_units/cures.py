"""What keeps units alive while a network learns the digits, and what brings back units that had died."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from course_lib.data import digits, standardised
from course_lib.intervals import Interval, wilson_interval
from course_lib.networks import SGD, Dropout, Network, train
from course_lib.topics.dead_units.experiment import SIZES, FloatArray, units_dead_on, units_never_on

EPOCHS = 5

# Cures. What each cause sets; a cure replaces the setting that it names.
SEEDS = 40
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
    """One number per seed, (SEEDS,): shares of the hidden units, counted on the training part, and test accuracy.

    A seed whose weights ran off to infinity is judged by its last finite weights.
    """

    dead: FloatArray
    never_on: FloatArray
    accuracy: FloatArray

    def of(self, measure: str) -> FloatArray:
        """The numbers of one of `MEASURES`."""
        return (self.dead, self.never_on, self.accuracy)[MEASURES.index(measure)]


@lru_cache(maxsize=len(CAUSES) * len(CURES))
def outcome(cause: str, cure: str) -> Outcome:
    """Train 64-32-32-10 on the digits for five epochs of SGD with 40 seeds, under one of `CAUSES` and one of `CURES`.

    Seed r starts from the same weights under every cure that does not change them, and all see the same batches of 32.
    """
    settings = {**CAUSES[cause], **CURES[cure]}
    rate = settings.pop("learning_rate") * settings.pop("shorter", 1)
    data = standardised(digits()) if settings.pop("standardise", False) else digits()
    network = Network.mlp(SIZES, replicas=SEEDS, **settings)
    train(
        network, data.X, data.y, SGD(rate), batch_size=32, epochs=EPOCHS, record=(), on_divergence="keep",
        progress=False,
    )  # fmt: skip
    dead, never_on = (
        np.concatenate(masks, axis=1).mean(1)
        for masks in (units_dead_on(network, data.X), units_never_on(network, data.X))
    )
    return Outcome(dead, never_on, network.accuracy(data.X_test, data.y_test))


@dataclass(frozen=True)
class Revival:
    """For each hidden layer: how many units had died, how many of them moved since, and how many are on again."""

    dead: tuple[int, ...]
    moved: tuple[int, ...]
    on_again: tuple[int, ...]

    def share(self, layer: int) -> Interval:
        """on_again / dead of a hidden layer (0 or 1) with its Wilson interval, which takes the units as independent."""
        return wilson_interval(self.on_again[layer], self.dead[layer])


@lru_cache(maxsize=1)
def patient() -> Network:
    """64-32-32-10 with ReLU after five epochs of SGD on the digits with steps that kill, 64 seeds."""
    data = digits()
    network = Network.mlp(SIZES, replicas=PATIENTS)
    train(network, data.X, data.y, SGD(DEADLY_RATE), batch_size=32, epochs=EPOCHS, record=(), progress=False)
    return network


@lru_cache(maxsize=len(TREATMENTS))
def revive(treatment: str) -> Revival:
    """Train the `patient` five epochs more at a tenth of the rate, under one of `TREATMENTS`, and count.

    A unit had died, or is on again, by its pre-activations on all training samples, without dropout. "fresh weights"
    draws the weights of dead units anew and sets their biases to 0.
    """
    settings = dict(TREATMENTS[treatment])
    fresh, pixels_off = settings.pop("fresh", False), settings.pop("input_dropout", 0.0)
    before, data = patient(), digits()
    dead = units_never_on(before, data.X)
    layers = Network.mlp(SIZES, **settings).layers
    network = Network([Dropout(pixels_off), *layers] if pixels_off else layers, replicas=PATIENTS)
    for own, old in zip(network.parameters, before.parameters, strict=True):
        own.weights[...] = old.weights
    if fresh:
        drawn = Network.mlp(SIZES, replicas=PATIENTS, seed=PATIENTS)
        for own, new, died in zip(network.parameters, drawn.parameters, dead, strict=False):
            own.weights[died] = new.weights[died]
    train(network, data.X, data.y, SGD(GENTLE_RATE), batch_size=32, epochs=EPOCHS, seed=1, record=(), progress=False)
    still_dead = units_never_on(network, data.X)
    hidden = list(zip(network.parameters, before.parameters, dead, still_dead, strict=False))
    return Revival(
        dead=tuple(int(died.sum()) for _, _, died, _ in hidden),
        moved=tuple(int((own.weights != old.weights).any(-1)[died].sum()) for own, old, died, _ in hidden),
        on_again=tuple(int((died & ~still).sum()) for _, _, died, still in hidden),
    )
