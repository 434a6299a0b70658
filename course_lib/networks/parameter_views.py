"""All parameters of some replicas in one flat array, and the views that give them their shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.networks.layers import WithWeights

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class LayerParameters:
    """One layer: `weights` (R, rows, n_in + 1) with the bias as last column, and `alpha` (R, values, 1) or None."""

    weights: Array
    alpha: Array | None

    @property
    def W(self) -> Array:
        """The weights without the biases, (R, rows, n_in)."""
        return self.weights[:, :, :-1]

    @property
    def b(self) -> Array:
        """The biases, (R, rows)."""
        return self.weights[:, :, -1]

    def of(self, replicas: slice) -> "LayerParameters":
        """Views of some replicas only."""
        return LayerParameters(self.weights[replicas], None if self.alpha is None else self.alpha[replicas])

    def arrays(self) -> list[Array]:
        """The views, in the order in which they lie in the flat array."""
        return [self.weights] if self.alpha is None else [self.weights, self.alpha]


class ParameterLists:
    """`W`, `b` and `alpha` with one entry per layer, for whatever has `parameters`."""

    parameters: list[LayerParameters]

    @property
    def W(self) -> tuple[Array, ...]:
        """The weights of each layer, (R, n_out, n_in); maxout has pieces · n_out rows. Write with ``W[0][...] = ``."""
        return tuple(layer.W for layer in self.parameters)

    @property
    def b(self) -> tuple[Array, ...]:
        """The biases of each layer, (R, n_out)."""
        return tuple(layer.b for layer in self.parameters)

    @property
    def alpha(self) -> tuple[Array | None, ...]:
        """α of each layer, (R, 1) or (R, n_out), or None where the activation has none."""
        return tuple(None if layer.alpha is None else layer.alpha[:, :, 0] for layer in self.parameters)


def parameters_per_replica(layers: Sequence[WithWeights]) -> int:
    """Σ (n_in + 1) · rows + number of α over the layers."""
    return sum((layer.n_in + 1) * layer.rows + layer.alphas for layer in layers)


def views(flat: Array, layers: Sequence[WithWeights], replicas: int) -> list[LayerParameters]:
    """Cut `flat`, of length replicas · `parameters_per_replica`, into the parameters of each layer.

    Layer by layer and inside a layer replica by replica: so each layer is one contiguous batch of matrices.
    """
    found, start = [], 0
    for layer in layers:
        stop = start + replicas * layer.rows * (layer.n_in + 1)
        weights = flat[start:stop].reshape(replicas, layer.rows, layer.n_in + 1)
        start, stop = stop, stop + replicas * layer.alphas
        alpha = flat[start:stop].reshape(replicas, layer.alphas, 1) if layer.alphas else None
        found.append(LayerParameters(weights, alpha))
        start = stop
    return found


def copy_replicas(source: list[LayerParameters], rows: slice, target: list[LayerParameters]) -> None:
    """Copy the parameters of the replicas `rows` of `source` over those of `target`."""
    for come, go in zip(source, target, strict=True):
        for values, place in zip(come.arrays(), go.arrays(), strict=True):
            place[...] = values[rows]


def spread(values: Array, into: list[LayerParameters]) -> None:
    """Write values[r] over every parameter of replica r."""
    for layer in into:
        for place in layer.arrays():
            place[...] = values.reshape(-1, 1, 1)
