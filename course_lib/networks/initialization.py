"""The numbers that a network starts from, and the check of the hyperparameters that its layers hold."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.networks.activations import ACTIVATIONS, slopes
from course_lib.networks.layers import Dense, Dropout, Layer, LayerParameters, WithWeights
from course_lib.networks.per_replica import per_replica

# The weights and biases that a layer starts from.


Weights = tuple[NDArray[np.float64], NDArray[np.float64]]
Initialization = Callable[[np.random.Generator, int, int], Weights]


def he(rng: np.random.Generator, n_out: int, n_in: int) -> Weights:
    """W ~ N(0, 2/n_in), b = 0: the mean square of a ReLU layer's pre-activations stays the same over depth.

    Returns W (n_out, n_in) and b (n_out,), float64. Source: Kaiming He, Xiangyu Zhang, Shaoqing Ren and Jian Sun,
    *Delving deep into rectifiers*, 2015, section 2.2.

    >>> W, b = he(np.random.default_rng(0), 100, 50)
    >>> W.shape, b.shape, bool(abs(W.std() - (2 / 50) ** 0.5) < 0.01)
    ((100, 50), (100,), True)
    """
    return rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in), np.zeros(n_out)


def glorot(rng: np.random.Generator, n_out: int, n_in: int) -> Weights:
    """W ~ U(−r, r) with r = √(6/(n_in + n_out)), b = 0: a compromise between the variance forward and backward.

    Returns W (n_out, n_in) and b (n_out,), float64. Source: Xavier Glorot and Yoshua Bengio, *Understanding the
    difficulty of training deep feedforward neural networks*, 2010: their "normalized initialization".

    >>> W, b = glorot(np.random.default_rng(0), 2, 4)
    >>> bool(abs(W).max() <= 1), b
    (True, array([0., 0.]))
    """
    return _uniform(rng, np.sqrt(6 / (n_in + n_out)), (n_out, n_in)), np.zeros(n_out)


def uniform_fan_in(rng: np.random.Generator, n_out: int, n_in: int) -> Weights:
    """W ~ U(−1/√n_in, 1/√n_in), and then b from the same distribution: the default of PyTorch's ``Linear``.

    Returns W (n_out, n_in) and b (n_out,), float64. Its standard deviation is 1/√(3·n_in), by √3 below the 1/√n_in of
    Yann LeCun, Léon Bottou, Genevieve Orr and Klaus-Robert Müller, *Efficient BackProp*, 1998. Source of the formula
    for W: Glorot and Bengio, 2010, who call it the commonly used heuristic.

    >>> W, b = uniform_fan_in(np.random.default_rng(0), 3, 4)
    >>> bool(abs(W).max() <= 0.5), bool(abs(b).max() <= 0.5), bool(b.any())
    (True, True, True)
    """
    bound = 1 / np.sqrt(n_in)
    W = _uniform(rng, bound, (n_out, n_in))
    return W, _uniform(rng, bound, (n_out,))


def zero(rng: np.random.Generator, n_out: int, n_in: int) -> Weights:
    """W = 0, b = 0: every pre-activation is exactly 0. Nothing is drawn.

    >>> zero(np.random.default_rng(0), 1, 2)
    (array([[0., 0.]]), array([0.]))
    """
    return np.zeros((n_out, n_in)), np.zeros(n_out)


def constant(value: float) -> Initialization:
    """W = value, b = 0. Nothing is drawn. TypeError or ValueError unless ``value`` is a finite number.

    >>> constant(0.5)(np.random.default_rng(0), 1, 2)
    (array([[0.5, 0.5]]), array([0.]))
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"value: got {value!r}; accepted is a finite number")
    if not np.isfinite(value):
        raise ValueError(f"value: got {value!r}; accepted is a finite number")
    filled = float(value)

    def constant_weights(rng: np.random.Generator, n_out: int, n_in: int) -> Weights:
        return np.full((n_out, n_in), filled), np.zeros(n_out)

    return constant_weights


def _uniform(rng: np.random.Generator, bound: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
    return rng.uniform(-bound, bound, shape)


INITIALIZATIONS: dict[str, Initialization] = {
    "he": he,
    "glorot": glorot,
    "uniform_fan_in": uniform_fan_in,
    "zero": zero,
}


def initial_weights(initialization: Any, shape: tuple[int, int], rng: np.random.Generator) -> Weights:
    """(W, b) of one layer of one replica, W ~ the named distribution: float64, (n_out, n_in) and (n_out,).

    ``initialization`` is a name from ``INITIALIZATIONS``, a number (see ``constant``), or a function
    ``(rng, n_out, n_in) -> (W, b)``; ``shape`` is (n_out, n_in). Each replica has a generator of its own, seeded with
    the replica's seed, and draws layer by layer: it then starts from the same numbers alone and among others. TypeError
    and ValueError name what came and what is accepted.

    >>> W, b = initial_weights("he", (3, 2), np.random.default_rng(7))
    >>> W.shape, b
    ((3, 2), array([0., 0., 0.]))
    >>> initial_weights("xavier", (3, 2), np.random.default_rng(7))
    Traceback (most recent call last):
    ValueError: initialization: got 'xavier'; accepted are 'he', 'glorot', 'uniform_fan_in', 'zero', a finite number, \
or a function (rng, n_out, n_in) -> (W, b)
    """
    n_out, n_in = _checked_shape(shape)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: got {rng!r}; accepted is a numpy.random.Generator")
    W, b = _chosen(initialization)(rng, n_out, n_in)
    return _checked("W", W, (n_out, n_in)), _checked("b", b, (n_out,))


def _chosen(initialization: Any) -> Initialization:
    if isinstance(initialization, str) and initialization in INITIALIZATIONS:
        return INITIALIZATIONS[initialization]
    if callable(initialization):
        return initialization
    names = ", ".join(map(repr, INITIALIZATIONS))
    message = (
        f"initialization: got {initialization!r}; accepted are {names}, a finite number, or a function "
        "(rng, n_out, n_in) -> (W, b)"
    )
    try:
        return constant(initialization)
    except TypeError:
        raise (ValueError if isinstance(initialization, str) else TypeError)(message) from None
    except ValueError:
        raise ValueError(message) from None


def _checked_shape(shape: Any) -> tuple[int, int]:
    whole = isinstance(shape, (tuple, list)) and all(
        isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n >= 1 for n in shape
    )
    if not whole or len(shape) != 2:
        raise ValueError(f"shape: got {shape!r}; accepted is (n_out, n_in), two integers of at least 1")
    return int(shape[0]), int(shape[1])


def _checked(name: str, values: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """What an initialization returned, as a new float64 array."""
    array = np.asarray(values)
    if array.dtype.kind not in "fiu" or array.shape != shape:
        raise ValueError(
            f"initialization: returned {name} of shape {array.shape} and dtype {array.dtype}; accepted are real "
            f"numbers of shape {shape}"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"initialization: returned {name} with NaN or infinity; accepted are finite numbers")
    return array.astype(np.float64)


# The numbers that a network starts from, and the check of the hyperparameters that its layers hold.


DTYPES = ("float16", "float32", "float64")


def chosen_dtype(dtype: Any) -> np.dtype[Any]:
    """Return one of the three precisions, given by name or as a type of NumPy."""
    try:
        found = None if dtype is None else np.dtype(dtype)
    except TypeError:
        found = None
    if found is None or found.name not in DTYPES or not found.isnative:
        raise ValueError(f"dtype must be one of {', '.join(DTYPES)}, not {dtype!r}")
    return found


def seeds_of(seed: Any, replicas: int) -> list[int]:
    """Return one seed per replica: seed, seed + 1, …, or those that were given."""
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool) and seed >= 0:
        return [int(seed) + r for r in range(replicas)]
    whole = isinstance(seed, (list, tuple, np.ndarray)) and len(seed) == replicas
    if not whole or not all(
        isinstance(one, (int, np.integer)) and not isinstance(one, bool) and one >= 0 for one in seed
    ):
        raise ValueError(
            f"seed must be a whole number of at least 0, or one for each of the {replicas} replicas, not {seed!r}"
        )
    return [int(one) for one in seed]


def check_hyperparameters(layers: Sequence[Layer], replicas: int) -> None:
    """Raise ValueError, with the name, for a hyperparameter of a layer that is out of range or not one per replica."""
    for layer in layers:
        if isinstance(layer, Dropout):
            per_replica("rate", layer.rate, replicas, low=0, high=1, open_high=True)
            continue
        if layer.bias is not None:
            per_replica("bias", layer.bias, replicas)
        if isinstance(layer.initialization, (list, tuple, np.ndarray)) and len(layer.initialization) != replicas:
            raise ValueError(
                f"initialization must be one, or one for each of the {replicas} replicas, not {layer.initialization!r}"
            )
        if isinstance(layer, Dense):
            if layer.alpha is not None:
                per_replica("alpha", layer.alpha, replicas)
            slopes(ACTIVATIONS[layer.activation], layer.slope_at_kink, layer.alpha, replicas)


def fill(layers: Sequence[WithWeights], parameters: list[LayerParameters], seeds: list[int]) -> None:
    """Write the starting values: each replica draws layer by layer from a generator with its own seed."""
    generators = [np.random.default_rng(seed) for seed in seeds]
    replicas = len(seeds)
    for layer, own in zip(layers, parameters, strict=True):
        with np.errstate(over="ignore"):
            for r, generator in enumerate(generators):
                chosen = one_of(layer.initialization, r)
                W, b = initial_weights(chosen, (layer.rows, layer.n_in), generator)
                own.weights[r, :, :-1], own.weights[r, :, -1] = W, b
            if layer.bias is not None:
                own.b[...] = per_replica("bias", layer.bias, replicas)[:, None]
            if own.alpha is not None and isinstance(layer, Dense):
                start = ACTIVATIONS[layer.activation].alpha if layer.alpha is None else layer.alpha
                own.alpha[...] = per_replica("alpha", 0.0 if start is None else start, replicas)[:, None, None]
        if not all(np.isfinite(values).all() for values in own.arrays()):
            raise ValueError(f"{layer!r} starts from weights, biases or alpha that {own.weights.dtype} cannot hold")


def one_of(value: Any, r: int) -> Any:
    """The value of replica r, of a hyperparameter that may be one for all or one per replica."""
    if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(np.asarray(value, object)) == 1:
        return value[r].item() if isinstance(value, np.ndarray) else value[r]
    return value


def layer_of_replica(layer: Layer, r: int) -> Layer:
    """The layer with the hyperparameters of replica r where they are one per replica."""
    changed: dict[str, Any] = {}
    for field in fields(layer):
        value = getattr(layer, field.name)
        if field.name == "slope_at_kink" and isinstance(value, tuple):
            changed[field.name] = tuple(one_of(entry, r) for entry in value)
        elif field.name in ("slope_at_kink", "alpha", "bias", "rate", "initialization"):
            changed[field.name] = one_of(value, r)
    return replace(layer, **changed)
