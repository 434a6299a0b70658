"""The numbers that a network starts from, and the check of the hyperparameters that its layers hold."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from course_lib.networks.activation_slopes import slopes
from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.initialization import initial_weights
from course_lib.networks.layers import Dense, Dropout, Layer, WithWeights
from course_lib.networks.parameter_views import LayerParameters
from course_lib.networks.per_replica import per_replica

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
