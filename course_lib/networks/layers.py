"""What a network is made of: layers, and numbers that may differ between replicas.

A layer is a description, without any number that training changes; those lie in the arrays of `parameters`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from course_lib.checks import one_of, refusal, whole_number
from course_lib.networks.activations import ACTIVATIONS

Array = np.ndarray[Any, Any]
Hyperparameter = float | Sequence[float] | Array
SlopeAtKink = Hyperparameter | tuple[Hyperparameter | None, ...] | Literal["directional"] | None
Initialization = str | Sequence[str]
DIRECTIONAL: Literal["directional"] = "directional"  # the slopes at kinks that `directional` finds


def per_replica(
    name: str,
    value: Hyperparameter,
    replicas: int,
    low: float = -np.inf,
    high: float = np.inf,
    open_low: bool = False,
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """v with v[r] the value of replica r, from one number for all or one for each: float64 of shape (replicas,).

    Raises ValueError that names `name` where a number is not finite or not in [low, high), or (low, high).

    >>> per_replica("learning_rate", 0.1, replicas=2)
    array([0.1, 0.1])
    """
    try:
        array = np.asarray(value)
    except ValueError:  # a ragged list
        array = np.asarray(None)
    fits = array.dtype.kind in "iuf" and array.shape in ((), (replicas,))
    if fits:
        array = array.astype(np.float64)
        above = array > low if open_low else array >= low
        fits = bool((np.isfinite(array) & above & (array < high)).all())
    if not fits:
        within = f" {'above' if open_low else 'of at least'} {low:g}" if low > -np.inf else ""
        within += f" and below {high:g}" if high < np.inf else ""
        raise ValueError(refusal(name, value, f"a finite number{within}, or one for each of the {replicas} replicas"))
    return np.broadcast_to(array, (replicas,)).copy()


def of_replica(value: Any, r: int) -> Any:
    """The value of replica r, of a hyperparameter that may be one for all or one per replica."""
    if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(np.asarray(value, object)) == 1:
        return value[r].item() if isinstance(value, np.ndarray) else value[r]
    return value


@dataclass(frozen=True, eq=False)
class Dense:
    """a = σ(z) with z = W x + b, or x + σ(z) with `skip`: `n_in` inputs, `n_out` outputs, σ from `ACTIVATIONS`.

    `slope_at_kink` is the factor on the upstream gradient where a pre-activation is exactly on a kink of σ: a number,
    one per replica (a list or an array), or a tuple with one of these per kink; None takes the default of the
    activation. It may be any finite number; outside of [0, 1], for ReLU, it lies outside the subdifferential. With
    "directional", in all layers that have kinks, each unit takes for each sample the slope of the branch on which a
    small step of all parameters in a random direction lands: see `directional`. `alpha`
    is the parameter of leaky_relu, prelu and elu; prelu trains it, one for each unit. `initialization` names an entry
    of `INITIALIZATIONS`; `bias` is the constant that every bias starts from, None leaves it to the initialisation. Any
    of these but the activation may be one per replica. `skip` adds the input to the output, which needs n_in = n_out.
    Source of the skip: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun, *Deep residual learning for image
    recognition*, 2016 (there around two or three layers).

    With `batch_norm` z is γ · (W x − m)/√(v + ε) + b, with ε = 1e-5. In training, m and v are the mean and the variance
    (the sum of squares divided by their number) of W x over the batch, which has two samples or more; γ, one for each
    unit, starts at 1 and is trained. Wherever a network is only looked at, m and v are running numbers: they start at
    0 and 1, each step of training makes them 0.9 · running + 0.1 · batch, and there the batch's variance is the
    unbiased one. `Network.loss_and_gradient` takes the statistics of the X that it is given. Not together with
    "directional". Source: Sergey Ioffe and Christian Szegedy, *Batch normalization: accelerating deep network training
    by reducing internal covariate shift*, 2015.

    >>> Dense(2, 16, activation="relu", slope_at_kink=0.5)
    Dense(2, 16, activation='relu', slope_at_kink=0.5)
    """

    n_in: int
    n_out: int
    activation: str = "identity"
    slope_at_kink: SlopeAtKink = None
    alpha: Hyperparameter | None = None
    initialization: Initialization = "he"
    bias: Hyperparameter | None = None
    skip: bool = False
    batch_norm: bool = False

    def __post_init__(self) -> None:
        whole_number("n_in", self.n_in, 1)
        whole_number("n_out", self.n_out, 1)
        one_of("activation", self.activation, ACTIVATIONS)
        one_of("skip", self.skip, (False, True))
        one_of("batch_norm", self.batch_norm, (False, True))
        if self.skip and self.n_in != self.n_out:
            raise ValueError(f"skip: got {self.n_in} inputs and {self.n_out} outputs; accepted are as many of both")
        if self.alpha is not None and ACTIVATIONS[self.activation].alpha is None:
            raise ValueError(refusal("alpha", self.alpha, f"None for {self.activation}, which has no parameter"))
        if isinstance(self.slope_at_kink, str):
            one_of("slope_at_kink", self.slope_at_kink, (DIRECTIONAL,))

    @property
    def rows(self) -> int:
        """Rows of the weight matrix: one for each pre-activation."""
        return self.n_out

    @property
    def alphas(self) -> int:
        """How many values α has in one replica."""
        if ACTIVATIONS[self.activation].alpha is None:
            return 0
        return self.n_out if ACTIVATIONS[self.activation].trainable else 1

    def slopes(self, replicas: int, dtype: Any) -> tuple[Array | None, ...]:
        """s_i at breakpoint i as `kernels.bind` takes them: 0-d, or (replicas, 1, 1) where replicas differ, or None.

        None is a default that is the left slope α, and follows α where α is trained.

        >>> [slope.shape for slope in Dense(2, 3, "relu6", ([0.0, 0.5], 1.0)).slopes(replicas=2, dtype="float32")]
        [(2, 1, 1), ()]
        """
        slopes: list[Array | None] = []
        for slope in ACTIVATIONS[self.activation].slopes_at_kinks(self.slope_at_kink, self.alpha):
            each = None if slope is None else per_replica("slope_at_kink", slope, replicas).astype(dtype)
            if each is not None:
                each = each[:1].reshape(()) if (each == each[0]).all() else each.reshape(-1, 1, 1)
            slopes.append(each)
        return tuple(slopes)

    def __repr__(self) -> str:
        options = ("activation", "slope_at_kink", "alpha")
        given = [f"{option}={getattr(self, option)!r}" for option in options if getattr(self, option) is not None]
        given += [f"{option}=True" for option in ("skip", "batch_norm") if getattr(self, option)]
        return f"Dense({', '.join([str(self.n_in), str(self.n_out), *given])})"


@dataclass(frozen=True, eq=False)
class Maxout:
    """a = max over the pieces k of (W_k x + b_k): each unit is the maximum of `pieces` affine functions.

    Where pieces tie, `tie="first"` gives the upstream gradient to the first of them, `tie="split"` to all of them
    in equal parts; both are subgradients of the maximum. `tie="directional"` gives it to the piece that is the largest
    after a small step in a random direction, see `directional`. W is (R, pieces · n_out, n_in), piece by piece.

    Source: Goodfellow, Warde-Farley, Mirza, Courville and Bengio, *Maxout networks*, 2013.

    >>> Maxout(2, 8, pieces=3)
    Maxout(2, 8, pieces=3)
    """

    n_in: int
    n_out: int
    pieces: int = 2
    tie: Literal["first", "split", "directional"] = "first"
    initialization: Initialization = "he"
    bias: Hyperparameter | None = None

    def __post_init__(self) -> None:
        whole_number("n_in", self.n_in, 1)
        whole_number("n_out", self.n_out, 1)
        whole_number("pieces", self.pieces, 1)
        one_of("tie", self.tie, ("first", "split", DIRECTIONAL))

    @property
    def rows(self) -> int:
        """Rows of the weight matrix: one for each pre-activation."""
        return self.pieces * self.n_out

    @property
    def alphas(self) -> int:
        """A maxout unit has no α."""
        return 0

    @property
    def skip(self) -> bool:
        """A maxout layer has no skip."""
        return False

    @property
    def batch_norm(self) -> bool:
        """A maxout layer has no batch normalisation."""
        return False

    def __repr__(self) -> str:
        return f"Maxout({self.n_in}, {self.n_out}, pieces={self.pieces})"


@dataclass(frozen=True, eq=False)
class Dropout:
    """a = m x / (1 − p) in training, with m = 0 with probability p (`rate`) and else 1; a = x afterwards.

    In every step each replica draws for each Dropout, in their order, numbers u of shape (units, batch) from its own
    `numpy.random.default_rng([seed of train, seed of the replica])` in float32; m = 1 where u ≥ p.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, *Dropout*, 2014 (there the factor stands in
    prediction).

    >>> Dropout(0.5)
    Dropout(0.5)
    """

    rate: Hyperparameter

    def __post_init__(self) -> None:
        self.rates(len(self.rate) if isinstance(self.rate, (list, tuple, np.ndarray)) and np.ndim(self.rate) else 1)

    def rates(self, replicas: int) -> Array:
        """p of each replica, (replicas,)."""
        return per_replica("rate", self.rate, replicas, low=0, high=1)

    def __repr__(self) -> str:
        return f"Dropout({self.rate!r})"


Layer = Dense | Maxout | Dropout
WithWeights = Dense | Maxout


def connected(layers: object) -> tuple[tuple[Layer, ...], tuple[WithWeights, ...]]:
    """Check that each layer takes what the one before gives; return all layers, and those with weights."""
    if not isinstance(layers, (list, tuple)) or not all(isinstance(layer, Layer) for layer in layers):
        raise ValueError(refusal("layers", layers, "a list of Dense, Maxout and Dropout"))
    weighted = tuple(layer for layer in layers if not isinstance(layer, Dropout))
    if not weighted or isinstance(layers[-1], Dropout):
        raise ValueError(refusal("layers", layers, "a list whose last layer has outputs: Dense or Maxout"))
    for position, (before, after) in enumerate(pairwise(weighted)):
        if before.n_out != after.n_in:
            raise ValueError(
                f"layers: got {after.n_in} inputs for layer {position + 1}; accepted are the {before.n_out} outputs of "
                f"layer {position}"
            )
    return tuple(layers), weighted


def layer_of_replica(layer: Layer, r: int) -> Layer:
    """The layer with the hyperparameters of replica r where they are one per replica."""
    changed: dict[str, Any] = {}
    for field in fields(layer):
        value = getattr(layer, field.name)
        if field.name == "slope_at_kink" and isinstance(value, tuple):
            changed[field.name] = tuple(of_replica(entry, r) for entry in value)
        else:
            changed[field.name] = of_replica(value, r)
    return replace(layer, **changed)
