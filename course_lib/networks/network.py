"""A network whose replicas are trained side by side."""

from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from os import PathLike
from typing import Any

import numpy as np

from course_lib.networks.activations import ACTIVATIONS, SlopeAtKink
from course_lib.networks.initialization import check_hyperparameters, chosen_dtype, fill, layer_of_replica, seeds_of
from course_lib.networks.layers import (
    Dense,
    Dropout,
    Hyperparameter,
    Initialization,
    Layer,
    LayerParameters,
    Maxout,
    ParameterLists,
    connected,
    copy_replicas,
    parameters_per_replica,
    views,
)
from course_lib.networks.losses import checked_inputs, checked_targets, chosen_loss, correct
from course_lib.networks.passes import Activity, Gradient, full_gradient, outputs, values_by_layer
from course_lib.networks.saving import DamagedFile, load_arrays, save_arrays

# A network as arrays and a description, the form in which it is written to a file.


Array = np.ndarray[Any, Any]
KINDS: dict[str, type[Layer]] = {"Dense": Dense, "Maxout": Maxout, "Dropout": Dropout}
KIND = "a network of At the Kink"


def described(layers: tuple[Layer, ...], seeds: list[int], dtype: np.dtype[Any]) -> dict[str, Any]:
    """The description of a network that JSON can hold. Of a function as initialisation only the fact is kept."""
    return {
        "kind": KIND,
        "dtype": dtype.name,
        "seeds": seeds,
        "layers": [
            {
                "kind": type(layer).__name__,
                **{field.name: _plain(getattr(layer, field.name)) for field in fields(layer)},
            }
            for layer in layers
        ],
    }


def layers_from(description: dict[str, Any]) -> list[Layer]:
    """The layers that `described` wrote."""
    if description.get("kind") != KIND:
        raise ValueError("the file holds arrays, but not those of a network")
    return [
        KINDS[layer["kind"]](**{name: _original(value) for name, value in layer.items() if name != "kind"})
        for layer in description["layers"]
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return {"one for each kink": [_plain(entry) for entry in value]}
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return "zero" if callable(value) else value


def _original(value: Any) -> Any:
    return tuple(value["one for each kink"]) if isinstance(value, dict) else value


# A network whose replicas are trained side by side.


class Network(ParameterLists):
    """a ← σ_l(W_l a + b_l) for the layers l = 0, 1, …: `replicas` networks of one form, each with its own numbers.

    `W[l]` is (R, n_out, n_in), `b[l]` (R, n_out), `alpha[l]` (R, values) or None; all are views that may be written to.
    Replica r starts from ``seed + r``, or from ``seed[r]`` where one seed per replica is given: it then has the same
    numbers alone and among others. `dtype` is float16 (weights, activations and gradients rounded once to half
    precision, after they were computed in single), float32 or float64.

    Raises ValueError for layers that do not fit each other and for hyperparameters out of range.

    >>> network = Network(layers=[Dense(2, 3, activation="relu"), Dense(3, 2)], replicas=4, seed=1)
    >>> network
    Network(2-3-2, relu, replicas=4, dtype=float32)
    >>> network.W[0].shape, network.predict([[0.5, -1.0]]).shape
    ((4, 3, 2), (4, 1, 2))
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        replicas: int = 1,
        seed: int | Sequence[int] = 0,
        dtype: str = "float32",
    ) -> None:
        self.layers, self.weighted_layers = connected(layers)
        if isinstance(replicas, bool) or not isinstance(replicas, (int, np.integer)) or replicas < 1:
            raise ValueError(f"replicas must be a whole number of at least 1, not {replicas!r}")
        self.replicas = int(replicas)
        self.dtype = chosen_dtype(dtype)
        self.seeds = seeds_of(seed, self.replicas)
        check_hyperparameters(self.layers, self.replicas)
        self.parameters = self._zeros()
        fill(self.weighted_layers, self.parameters, self.seeds)

    @classmethod
    def mlp(
        cls,
        sizes: Sequence[int],
        activation: str = "relu",
        slope_at_kink: SlopeAtKink = None,
        alpha: Hyperparameter | None = None,
        initialization: Initialization = "he",
        bias: Hyperparameter | None = None,
        dropout: Hyperparameter = 0.0,
        replicas: int = 1,
        seed: int | Sequence[int] = 0,
        dtype: str = "float32",
    ) -> "Network":
        """A fully connected network: `sizes` are the widths from the input to the output, hidden layers share the rest.

        The last layer has no activation, starts with the same initialisation and, where `bias` is given, with bias 0.

        >>> Network.mlp([2, 16, 16, 2], replicas=64)
        Network(2-16-16-2, relu, replicas=64, dtype=float32)
        """
        if not isinstance(sizes, (list, tuple, np.ndarray)) or len(sizes) < 2:
            raise ValueError(f"sizes must name at least the inputs and the outputs, not {sizes!r}")
        layers: list[Layer] = []
        for n_in, n_out in pairwise(sizes[:-1]):
            layers.append(
                Dense(n_in, n_out, activation, slope_at_kink, alpha, initialization=initialization, bias=bias)
            )
            if np.any(np.asarray(dropout) != 0):
                layers.append(Dropout(dropout))
        layers.append(Dense(sizes[-2], sizes[-1], initialization=initialization, bias=None if bias is None else 0.0))
        return cls(layers, replicas, seed, dtype)

    @property
    def sizes(self) -> list[int]:
        """Inputs, the units of each layer, outputs."""
        return [self.weighted_layers[0].n_in, *(layer.n_out for layer in self.weighted_layers)]

    @property
    def n_parameters(self) -> int:
        """Weights, biases and trained α of one replica."""
        fixed = sum(
            layer.alphas
            for layer in self.weighted_layers
            if isinstance(layer, Dense) and not ACTIVATIONS[layer.activation].trainable
        )
        return parameters_per_replica(self.weighted_layers) - fixed

    def forward(self, X: object) -> Activity:
        """z_l = W_l a_l + b_l and a_{l+1} = σ(z_l) of every layer, (R, n_samples, n_out) each.

        >>> activity = Network.mlp([2, 3, 2]).forward([[0.0, 0.0]])
        >>> [z.shape for z in activity.pre_activations]
        [(1, 1, 3), (1, 1, 2)]
        """
        return values_by_layer(self, checked_inputs(X, self.sizes[0], self.dtype))

    def predict(self, X: object) -> Array:
        """The outputs for X, (R, n_samples, n_out)."""
        return outputs(self, checked_inputs(X, self.sizes[0], self.dtype))

    def accuracy(self, X: object, y: object) -> Array:
        """(number of samples whose largest output is the label) / n_samples, (R,); one output counts by its sign."""
        found = self.predict(X)
        loss = chosen_loss("hinge" if self.sizes[-1] == 1 else "cross_entropy")
        targets = checked_targets(y, found.shape[1], self.sizes[-1], loss, self.dtype)
        return np.asarray(correct(found, targets).mean(-1))

    def loss_and_gradient(self, X: object, y: object, loss: str = "cross_entropy") -> tuple[Array, Gradient]:
        """Mean loss (R,) and (∂loss/∂W, ∂loss/∂b, ∂loss/∂α), in lists shaped as `W`, `b` and `alpha`.

        Dropout is off. At a kink the upstream gradient is multiplied by the layer's `slope_at_kink`.

        >>> losses, gradient = Network.mlp([2, 3, 2], replicas=5).loss_and_gradient([[1.0, 2.0]], [0])
        >>> losses.shape, gradient.W[0].shape
        ((5,), (5, 3, 2))
        """
        chosen = chosen_loss(loss)
        inputs = checked_inputs(X, self.sizes[0], self.dtype)
        targets = checked_targets(y, len(inputs), self.sizes[-1], chosen, self.dtype)
        return full_gradient(self, inputs, targets, chosen)

    def copy(self, dtype: str | None = None) -> "Network":
        """The same layers and numbers in arrays of its own, in another precision where `dtype` is given."""
        return self._with(self.layers, list(self.seeds), slice(None), self.replicas, dtype)

    def replica(self, r: int) -> "Network":
        """Replica r alone, as a network of its own."""
        if isinstance(r, bool) or not isinstance(r, (int, np.integer)) or not 0 <= r < self.replicas:
            raise ValueError(f"r must be a replica from 0 to {self.replicas - 1}, not {r!r}")
        layers = [layer_of_replica(layer, int(r)) for layer in self.layers]
        return self._with(layers, [self.seeds[r]], slice(r, r + 1), 1, None)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the network to one file, whose name ends in .npz: as a whole or, after a failure, not at all.

        Layers, seeds, precision and all numbers are kept; of a function as `initialization` nothing is needed any more.
        Raises ValueError for another ending and OSError where the file cannot be written.

        >>> import tempfile
        >>> network = Network.mlp([2, 3, 2], replicas=2)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     network.save(f"{folder}/network.npz")
        ...     again = Network.load(f"{folder}/network.npz")
        >>> again, bool((again.W[0] == network.W[0]).all())
        (Network(2-3-2, relu, replicas=2, dtype=float32), True)
        """
        arrays = {
            f"parameters[{at}] {kind}": values
            for at, own in enumerate(self.parameters)
            for kind, values in zip(("weights", "alpha"), own.arrays(), strict=False)
        }
        save_arrays(path, arrays, described(self.layers, self.seeds, self.dtype))

    @classmethod
    def load(cls, path: str | PathLike[str]) -> "Network":
        """The network that `save` wrote. Raises DamagedFile for a file that is not whole or holds something else."""
        arrays, description = load_arrays(path)
        try:
            network = cls(
                layers_from(description), len(description["seeds"]), description["seeds"], description["dtype"]
            )
            for at, own in enumerate(network.parameters):
                for kind, values in zip(("weights", "alpha"), own.arrays(), strict=False):
                    values[...] = arrays[f"parameters[{at}] {kind}"]
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedFile(f"{path}: no network in this file ({error})") from error
        return network

    def _with(
        self, layers: Sequence[Layer], seeds: list[int], rows: slice, replicas: int, dtype: str | None
    ) -> "Network":
        made = Network.__new__(Network)
        made.layers, made.weighted_layers = connected(tuple(layers))
        made.replicas, made.seeds = replicas, seeds
        made.dtype = self.dtype if dtype is None else chosen_dtype(dtype)
        made.parameters = made._zeros()
        copy_replicas(self.parameters, rows, made.parameters)
        return made

    def _zeros(self) -> list[LayerParameters]:
        length = self.replicas * parameters_per_replica(self.weighted_layers)
        return views(np.zeros(length, self.dtype), self.weighted_layers, self.replicas)

    def __repr__(self) -> str:
        names = list(dict.fromkeys(_name(layer) for layer in self.weighted_layers[:-1])) or [
            _name(self.weighted_layers[-1])
        ]
        sizes = "-".join(map(str, self.sizes))
        return f"Network({sizes}, {', '.join(names)}, replicas={self.replicas}, dtype={self.dtype})"


def _name(layer: Layer) -> str:
    return layer.activation if isinstance(layer, Dense) else "maxout"
