"""All parameters of some replicas in one flat array, and the views that give them their shapes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from course_lib.networks.activations import ACTIVATIONS, SlopeAtKink
from course_lib.networks.per_replica import Hyperparameter

# What a network is made of: descriptions of layers, without any numbers that training changes.


Initialization = str | float | Callable[..., Any]


def _size(owner: str, name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"{owner}: {name} must be a whole number of at least 1, not {value!r}")


@dataclass(frozen=True, eq=False)
class Dense:
    """a = σ(W x + b): `n_in` inputs, `n_out` outputs, an activation σ from `ACTIVATIONS`.

    `slope_at_kink` is the factor on the upstream gradient where a pre-activation is exactly on a kink of σ: a number,
    one per replica, or a tuple with one of these per kink; None takes the default of the activation. `alpha` is the
    parameter of leaky_relu, prelu and elu; prelu trains it, one for each unit or, with ``alpha_sharing="layer"``, one
    for the layer. `initialization` names an entry of `INITIALIZATIONS`; `bias` is the constant that every bias starts
    from, None leaves it to the initialisation. Any of the numbers may be one per replica.

    >>> Dense(2, 16, activation="relu", slope_at_kink=0.5)
    Dense(2, 16, activation='relu', slope_at_kink=0.5)
    """

    n_in: int
    n_out: int
    activation: str = "identity"
    slope_at_kink: SlopeAtKink = None
    alpha: Hyperparameter | None = None
    alpha_sharing: Literal["unit", "layer"] = "unit"
    initialization: Initialization = "he"
    bias: Hyperparameter | None = None

    def __post_init__(self) -> None:
        _size("Dense", "n_in", self.n_in)
        _size("Dense", "n_out", self.n_out)
        if not isinstance(self.activation, str) or self.activation not in ACTIVATIONS:
            raise ValueError(f"Dense: activation must be one of {', '.join(ACTIVATIONS)}, not {self.activation!r}")
        if self.alpha is not None and ACTIVATIONS[self.activation].alpha is None:
            raise ValueError(f"Dense: {self.activation} has no alpha, but alpha={self.alpha!r} came")
        if self.alpha_sharing not in ("unit", "layer"):
            raise ValueError(f"Dense: alpha_sharing must be 'unit' or 'layer', not {self.alpha_sharing!r}")

    @property
    def rows(self) -> int:
        """Rows of the weight matrix: one for each pre-activation."""
        return self.n_out

    @property
    def alphas(self) -> int:
        """How many values α has in one replica."""
        if ACTIVATIONS[self.activation].alpha is None:
            return 0
        return self.n_out if ACTIVATIONS[self.activation].trainable and self.alpha_sharing == "unit" else 1

    def __repr__(self) -> str:
        return _described("Dense", self, "activation", "slope_at_kink", "alpha")


@dataclass(frozen=True, eq=False)
class Maxout:
    """a = max over the pieces k of (W_k x + b_k): each unit is the maximum of `pieces` affine functions.

    Where pieces tie, ``tie="first"`` gives the upstream gradient to the first of them, ``tie="split"`` to all of them
    in equal parts; both are subgradients of the maximum. W is (R, pieces · n_out, n_in), piece by piece.

    Source: Goodfellow, Warde-Farley, Mirza, Courville and Bengio, *Maxout networks*, 2013.

    >>> Maxout(2, 8, pieces=3)
    Maxout(2, 8, pieces=3)
    """

    n_in: int
    n_out: int
    pieces: int = 2
    tie: Literal["first", "split"] = "first"
    initialization: Initialization = "he"
    bias: Hyperparameter | None = None

    def __post_init__(self) -> None:
        _size("Maxout", "n_in", self.n_in)
        _size("Maxout", "n_out", self.n_out)
        _size("Maxout", "pieces", self.pieces)
        if self.tie not in ("first", "split"):
            raise ValueError(f"Maxout: tie must be 'first' or 'split', not {self.tie!r}")

    @property
    def rows(self) -> int:
        """Rows of the weight matrix: one for each pre-activation."""
        return self.pieces * self.n_out

    @property
    def alphas(self) -> int:
        """A maxout unit has no α."""
        return 0

    def __repr__(self) -> str:
        return f"Maxout({self.n_in}, {self.n_out}, pieces={self.pieces})"


@dataclass(frozen=True, eq=False)
class Dropout:
    """a = m x / (1 − p) in training, with m = 0 with probability p (`rate`) and else 1; a = x afterwards.

    In every step each replica draws for each Dropout, in their order, numbers u of shape (units, batch) from its own
    ``numpy.random.default_rng([seed of train, seed of the replica])`` in float32; m = 1 where u ≥ p.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout*, 2014 (there the factor stands in
    prediction).

    >>> Dropout(0.5)
    Dropout(0.5)
    """

    rate: Hyperparameter

    def __repr__(self) -> str:
        return f"Dropout({self.rate!r})"


Layer = Dense | Maxout | Dropout
WithWeights = Dense | Maxout


def _described(name: str, layer: Dense, *options: str) -> str:
    """The layer as it would be written, with the options that were given."""
    given = [f"{option}={getattr(layer, option)!r}" for option in options if getattr(layer, option) is not None]
    return f"{name}({', '.join([str(layer.n_in), str(layer.n_out), *given])})"


def connected(layers: object) -> tuple[tuple[Layer, ...], tuple[WithWeights, ...]]:
    """Check that each layer takes what the one before gives; return all layers, and those with weights."""
    if not isinstance(layers, (list, tuple)) or not layers:
        raise ValueError(f"layers must be a list of Dense, Maxout and Dropout with at least one Dense, not {layers!r}")
    for layer in layers:
        if not isinstance(layer, (Dense, Maxout, Dropout)):
            raise ValueError(f"layers must hold Dense, Maxout and Dropout only, not {layer!r}")
    weighted = tuple(layer for layer in layers if not isinstance(layer, Dropout))
    if not weighted:
        raise ValueError("layers must hold at least one Dense or Maxout, not Dropout alone")
    if isinstance(layers[-1], Dropout):
        raise ValueError("the last layer must be Dense or Maxout: Dropout would drop outputs")
    for position, (before, after) in enumerate(pairwise(weighted)):
        if before.n_out != after.n_in:
            raise ValueError(
                f"layer {position} gives {before.n_out} outputs, but layer {position + 1} takes {after.n_in} inputs"
            )
    return tuple(layers), weighted


# All parameters of some replicas in one flat array, and the views that give them their shapes.


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
