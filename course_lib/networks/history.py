"""What happened in training, per replica and epoch, and the error where it reached NaN or infinity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_lib.networks.network import Network

Array = np.ndarray[Any, Any]


class Diverged(ArithmeticError):
    """Training reached NaN or infinity; `replica`, `layer` and `epoch` say where, `history` holds all epochs before.

    `layer` counts the layers with weights from 0: the first one whose values were not finite, None where all were. The
    network keeps the weights of the last epoch that ended in finite numbers.
    """

    def __init__(self, message: str, replica: int, layer: int | None, epoch: int, history: History) -> None:
        super().__init__(message)
        self.replica = replica
        self.layer = layer
        self.epoch = epoch
        self.history = history


class Series:
    """What the history recorded under the name of the attribute, (R, epochs), or with `layers_less` a third axis."""

    def __init__(self, layers_less: int | None = None) -> None:
        self.layers_less = layers_less

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, history: History, owner: type) -> Array:
        if rows := history.rows.get(self.name):
            return np.stack(rows, axis=1)
        layers = () if self.layers_less is None else (history.layers - self.layers_less,)
        return np.empty((history.replicas, 0, *layers))


@dataclass(eq=False)
class History:
    """One entry per replica and epoch, (R, epochs), and (R, epochs, layers) where layers differ.

    `loss` is the mean over the samples of an epoch, each with the weights of its own step. The others describe the
    network after the epoch: `validation_loss` and `validation_accuracy` on the validation data; `accuracy`,
    `gradient_norms` (each layer with weights), `zeros` (share of activations that are exactly 0, each hidden layer) and
    `dead_units` (number of units whose slope is 0 on every sample, each hidden layer) on the first `probe` of the
    training `samples`: a unit that is dead on these may be alive on others. What was not recorded has no epochs: its
    second axis is empty. `stopped` says why training ended early, `snapshots` holds pairs of an epoch and the network
    after it, epoch 0 being the start; `diverged` names the replicas that were lost and the epoch of each.
    """

    replicas: int
    layers: int = 1
    samples: int = 0
    probe: int = 0
    stopped: str = ""
    diverged: dict[int, int] = field(default_factory=dict)
    snapshots: list[tuple[int, Network]] = field(default_factory=list)
    rows: dict[str, list[Array]] = field(default_factory=dict)

    @property
    def epochs(self) -> int:
        """Epochs that were completed."""
        return len(self.rows.get("loss", []))

    loss = Series()
    accuracy = Series()
    validation_loss = Series()
    validation_accuracy = Series()
    gradient_norms = Series(layers_less=0)
    zeros = Series(layers_less=1)
    dead_units = Series(layers_less=1)

    def __repr__(self) -> str:
        parts = [f"replicas={self.replicas}", f"epochs={self.epochs}"]
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
            values = self.rows.get(name)
            if values and np.isfinite(values[-1]).any():
                parts.append(f"{name} {np.nanmean(values[-1]):.4g}")
        if self.probe < self.samples and len(self.rows) > 1:
            parts.append(f"on the first {self.probe} of {self.samples} samples, except the loss")
        return f"History({', '.join(parts)}{f', {self.stopped}' if self.stopped else ''})"
