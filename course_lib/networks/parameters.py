"""The arrays of all parameters: those of some replicas lie in one flat array, and views give them their shapes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from course_lib.checks import real_array, refusal
from course_lib.networks.layers import Layer, WithWeights

Array = np.ndarray[Any, Any]


class Normalization(NamedTuple):
    """γ of a layer with batch normalisation, and the running numbers, which no gradient changes: (R, n_out, 1) each."""

    gamma: Array
    running_mean: Array
    running_variance: Array


@dataclass(frozen=True)
class LayerParameters:
    """One layer: `weights` (R, rows, n_in + 1) with the bias as last column; `alpha` is (R, values, 1) or None."""

    weights: Array
    alpha: Array | None
    normalization: Normalization | None

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
        alpha, normalization = self.alpha, self.normalization
        return LayerParameters(
            self.weights[replicas],
            None if alpha is None else alpha[replicas],
            None if normalization is None else Normalization(*(values[replicas] for values in normalization)),
        )

    def arrays(self) -> list[Array]:
        """The views, in the order in which they lie in the flat array."""
        return [self.weights, *([] if self.alpha is None else [self.alpha]), *(self.normalization or ())]


class Views(Sequence[Any]):
    """One array per layer, views into the parameters: `views[l] -= step` and `views[l] = values` write into them.

    Raises ValueError or TypeError for values that are not numbers of the view's shape, or a single number; the view
    then keeps what it had. A slice takes as many values as it has layers, and writes all or none.

    >>> W = Views("W", [np.zeros((1, 2)), None])
    >>> W[0] -= np.array([[0.5, 1.0]])
    >>> W[0]
    array([[-0.5, -1. ]])
    >>> W[0] = [1.0, 2.0, 3.0]
    Traceback (most recent call last):
    ValueError: W[0]: got shape (3,); accepted is the shape (1, 2), or a single number
    """

    def __init__(self, name: str, arrays: Sequence[Array | None]) -> None:
        self._name, self._arrays = name, tuple(arrays)

    def __getitem__(self, index: Any) -> Any:
        return self._arrays[index]

    def __len__(self) -> int:
        return len(self._arrays)

    def __setitem__(self, index: Any, values: Any) -> None:
        places = range(len(self))[index]
        if isinstance(places, int):
            places, values = range(places, places + 1), [values]
        if not isinstance(values, (Sequence, np.ndarray)) or len(values) != len(places):
            raise ValueError(refusal(self._name, values, f"a list of {len(places)} arrays, one for each layer"))
        checked = [self._checked(place, value) for place, value in zip(places, values, strict=True)]
        for place, value in zip(places, checked, strict=True):
            if value is not None:
                self._arrays[place][...] = value

    def _checked(self, place: int, value: Any) -> Array | None:
        name, view = f"{self._name}[{place}]", self._arrays[place]
        if view is None:
            if value is None:
                return None
            raise ValueError(refusal(name, value, f"None: layer {place} has no {self._name}"))
        array = real_array(name, value).copy()  # it may be a view of another layer
        if array.shape not in ((), view.shape):
            raise ValueError(f"{name}: got shape {array.shape}; accepted is the shape {view.shape}, or a single number")
        return array

    def __repr__(self) -> str:
        return f"{self._name}: {', '.join('None' if array is None else str(array.shape) for array in self._arrays)}"


class ParameterLists:
    """`W`, `b`, `alpha` and `gamma` with one entry per layer, for whatever has `parameters`."""

    parameters: list[LayerParameters]

    @property
    def W(self) -> Views:
        """The weights of each layer, (R, n_out, n_in); maxout has pieces · n_out rows."""
        return Views("W", [layer.W for layer in self.parameters])

    @property
    def b(self) -> Views:
        """The biases of each layer, (R, n_out)."""
        return Views("b", [layer.b for layer in self.parameters])

    @property
    def alpha(self) -> Views:
        """α of each layer, (R, 1) or (R, n_out), or None where the activation has none."""
        return Views("alpha", [None if layer.alpha is None else layer.alpha[:, :, 0] for layer in self.parameters])

    @property
    def gamma(self) -> Views:
        """γ of each layer, (R, n_out), or None where there is no batch normalisation."""
        return self._normalization("gamma")

    def _normalization(self, name: str) -> Views:
        each = [layer.normalization for layer in self.parameters]
        return Views(name, [None if own is None else getattr(own, name)[:, :, 0] for own in each])


class LayerStack(ParameterLists):
    """Layers with their parameters in `replicas` replicas: what passes and training need of a network."""

    layers: tuple[Layer, ...]
    weighted_layers: tuple[WithWeights, ...]
    replicas: int
    seeds: list[int]
    dtype: np.dtype[Any]

    @property
    def work_dtype(self) -> np.dtype[Any]:
        """Half precision is computed in single precision and rounded after each step."""
        return np.dtype(np.float32) if self.dtype == np.float16 else self.dtype

    @property
    def has_batch_norm(self) -> bool:
        """Whether some layer normalises over the batch."""
        return any(layer.batch_norm for layer in self.weighted_layers)

    @property
    def running_mean(self) -> Views:
        """The running mean of W x of each layer, (R, n_out), or None where there is no batch normalisation."""
        return self._normalization("running_mean")

    @property
    def running_variance(self) -> Views:
        """The running variance of W x of each layer, (R, n_out), or None where there is no batch normalisation."""
        return self._normalization("running_variance")


def parameters_per_replica(layers: Sequence[WithWeights]) -> int:
    """Σ (n_in + 1) · rows + number of α, and three numbers for each unit with batch normalisation, over the layers."""
    return sum((layer.n_in + 1) * layer.rows + layer.alphas + 3 * layer.n_out * layer.batch_norm for layer in layers)


def views(flat: Array, layers: Sequence[WithWeights], replicas: int) -> list[LayerParameters]:
    """Cut `flat`, of length replicas · `parameters_per_replica`, into the parameters of each layer.

    Layer by layer and inside a layer replica by replica: so each layer is one contiguous batch of matrices.
    """
    parameters, start = [], 0
    for layer in layers:
        stop = start + replicas * layer.rows * (layer.n_in + 1)
        weights = flat[start:stop].reshape(replicas, layer.rows, layer.n_in + 1)
        start, stop = stop, stop + replicas * layer.alphas
        alpha = flat[start:stop].reshape(replicas, layer.alphas, 1) if layer.alphas else None
        start, stop = stop, stop + 3 * replicas * layer.n_out * layer.batch_norm
        normalization = None
        if layer.batch_norm:
            normalization = Normalization(*flat[start:stop].reshape(3, replicas, layer.n_out, 1))
        parameters.append(LayerParameters(weights, alpha, normalization))
        start = stop
    return parameters


def zeros(layers: Sequence[WithWeights], replicas: int, dtype: np.dtype[Any]) -> list[LayerParameters]:
    """The parameters of layers in an array of their own, all 0."""
    return views(np.zeros(replicas * parameters_per_replica(layers), dtype), layers, replicas)


def copy_replicas(source: list[LayerParameters], rows: slice, target: list[LayerParameters]) -> None:
    """Copy the parameters of the replicas `rows` of `source` over those of `target`."""
    with np.errstate(over="ignore", under="ignore"):  # a lower precision has a smaller range
        for come, go in zip(source, target, strict=True):
            for values, place in zip(come.arrays(), go.arrays(), strict=True):
                place[...] = values[rows]


def spread(values: Array, into: list[LayerParameters]) -> None:
    """Write values[r] over every parameter of replica r."""
    for layer in into:
        for place in layer.arrays():
            place[...] = values.reshape(-1, 1, 1)
