"""A network whose replicas are trained side by side."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from course_lib.checks import refusal, whole_number
from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.directional import checked_direction, looks_ahead
from course_lib.networks.initialization import fill
from course_lib.networks.layers import (
    Dense,
    Dropout,
    Hyperparameter,
    Initialization,
    Layer,
    SlopeAtKink,
    connected,
    layer_of_replica,
    per_replica,
)
from course_lib.networks.losses import accuracy, checked_inputs, checked_targets, chosen_loss
from course_lib.networks.normalization import check_batches
from course_lib.networks.parameters import LayerStack, ParameterLists, copy_replicas, parameters_per_replica, zeros
from course_lib.networks.passes import Activity, Gradient, full_gradient, predicted, values_by_layer

Array = np.ndarray[Any, Any]
DTYPES = ("float16", "float32", "float64")


class Network(LayerStack):
    """a ← σ_l(W_l a + b_l) for the layers l = 0, 1, …: `replicas` networks of one form, each with its own numbers.

    `W[l]` is (R, n_out, n_in), `b[l]` (R, n_out), `alpha[l]` (R, values) or None, and `gamma[l]`, `running_mean[l]` and
    `running_variance[l]` are (R, n_out), or None without batch normalisation; all are views that may be written to:
    `network.W[0] -= learning_rate * gradient.W[0]` is a step of gradient descent.
    Replica r starts from `seed + r`, or from `seed[r]` where one seed per replica is given: it then has the same
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
        self.replicas = whole_number("replicas", replicas, 1)
        self.dtype = _chosen_dtype(dtype)
        self.seeds = _seeds_of(seed, self.replicas)
        directional = looks_ahead(self.layers)
        for layer in self.layers:  # what `fill` does not look at
            if isinstance(layer, Dense) and not directional:
                layer.slopes(self.replicas, self.dtype)
            elif isinstance(layer, Dropout):
                layer.rates(self.replicas)
        self.parameters = zeros(self.weighted_layers, self.replicas, self.dtype)
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
        batch_norm: bool = False,
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
            raise ValueError(refusal("sizes", sizes, "a list of at least the inputs and the outputs"))
        per_replica("dropout", dropout, whole_number("replicas", replicas, 1), low=0, high=1)
        layers: list[Layer] = []
        for n_in, n_out in pairwise(sizes[:-1]):
            layers.append(
                Dense(n_in, n_out, activation, slope_at_kink, alpha, initialization, bias, batch_norm=batch_norm)
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
        """Weights, biases, γ and trained α of one replica."""
        fixed = sum(
            layer.alphas
            for layer in self.weighted_layers
            if isinstance(layer, Dense) and not ACTIVATIONS[layer.activation].trainable
        )
        running = sum(2 * layer.n_out * layer.batch_norm for layer in self.weighted_layers)
        return parameters_per_replica(self.weighted_layers) - fixed - running

    def forward(self, X: object) -> Activity:
        """z_l = W_l a_l + b_l and a_{l+1} = σ(z_l) of every layer, (R, n_samples, n_out) each.

        With batch normalisation z_l is by the running numbers, see `Dense`.

        >>> activity = Network.mlp([2, 3, 2]).forward([[0.0, 0.0]])
        >>> [z.shape for z in activity.pre_activations]
        [(1, 1, 3), (1, 1, 2)]
        """
        return values_by_layer(self, checked_inputs(X, self.sizes[0], self.dtype))

    def predict(self, X: object) -> Array:
        """The outputs for X, (R, n_samples, n_out)."""
        return predicted(self, checked_inputs(X, self.sizes[0], self.dtype))

    def accuracy(self, X: object, y: object) -> Array:
        """(number of samples whose largest output is the label) / n_samples, (R,), for labels y (n_samples,).

        With a single output the labels are 0 and 1, and 1 is what is above ½: so a network counts that was trained on
        them as numbers. `measure` and the history of `train` count by the same rule. NaN for a replica with an output
        that is not finite.
        """
        return accuracy(self.predict(X), y)

    def loss_and_gradient(
        self, X: object, y: object, loss: str = "cross_entropy", along: ParameterLists | None = None
    ) -> tuple[Array, Gradient]:
        """Mean loss (R,) and (∂loss/∂W, ∂loss/∂b, ∂loss/∂α, ∂loss/∂γ), in lists as `W`, `b`, `alpha` and `gamma`.

        Dropout is off. Batch normalisation is that of a training step whose batch is all of X, so X has two samples or
        more; the running numbers stay. At a kink the upstream gradient is multiplied by the layer's `slope_at_kink`.
        Where that is "directional", `along` may hold the direction, in the same lists; by default it is random in all
        parameters.

        >>> losses, gradient = Network.mlp([2, 3, 2], replicas=5).loss_and_gradient([[1.0, 2.0]], [0])
        >>> losses.shape, gradient.W[0].shape
        ((5,), (5, 3, 2))
        """
        chosen = chosen_loss(loss)
        inputs = checked_inputs(X, self.sizes[0], self.dtype)
        targets = checked_targets(y, len(inputs), self.sizes[-1], chosen, self.dtype)
        if self.has_batch_norm:
            check_batches(len(inputs), len(inputs))
        direction = None if along is None else checked_direction(self, along)
        return full_gradient(self, inputs, targets, chosen, direction)

    def copy(self, dtype: str | None = None) -> "Network":
        """The same layers and numbers in arrays of its own, in another precision where `dtype` is given."""
        return self._with(self.layers, list(self.seeds), slice(None), self.replicas, dtype)

    def replica(self, r: int) -> "Network":
        """Replica r alone, as a network of its own."""
        r = whole_number("r", r, 0, self.replicas - 1)
        layers = [layer_of_replica(layer, r) for layer in self.layers]
        return self._with(layers, [self.seeds[r]], slice(r, r + 1), 1, None)

    def _with(
        self, layers: Sequence[Layer], seeds: list[int], rows: slice, replicas: int, dtype: str | None
    ) -> "Network":
        made = Network.__new__(Network)
        made.layers, made.weighted_layers = connected(tuple(layers))
        made.replicas, made.seeds = replicas, seeds
        made.dtype = self.dtype if dtype is None else _chosen_dtype(dtype)
        made.parameters = zeros(made.weighted_layers, replicas, made.dtype)
        copy_replicas(self.parameters, rows, made.parameters)
        return made

    def __repr__(self) -> str:
        hidden = self.weighted_layers[:-1] or self.weighted_layers
        names = dict.fromkeys(layer.activation if isinstance(layer, Dense) else "maxout" for layer in hidden)
        sizes = "-".join(map(str, self.sizes))
        return f"Network({sizes}, {', '.join(names)}, replicas={self.replicas}, dtype={self.dtype})"


def _chosen_dtype(dtype: Any) -> np.dtype[Any]:
    """One of the three precisions, given by name or as a type of NumPy."""
    try:
        chosen = None if dtype is None else np.dtype(dtype)
    except TypeError:
        chosen = None
    if chosen is None or chosen.name not in DTYPES or not chosen.isnative:
        raise ValueError(refusal("dtype", dtype, ", ".join(map(repr, DTYPES)), "are"))
    return chosen


def _seeds_of(seed: Any, replicas: int) -> list[int]:
    """One seed per replica: seed, seed + 1, …, or those that were given."""
    if not isinstance(seed, (list, tuple, np.ndarray)):
        first = whole_number("seed", seed, 0)
        return [first + r for r in range(replicas)]
    if len(seed) != replicas:
        raise ValueError(refusal("seed", seed, f"a whole number, or one for each of the {replicas} replicas"))
    return [whole_number("seed", one, 0) for one in seed]
