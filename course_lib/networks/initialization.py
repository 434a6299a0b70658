"""The numbers that a network starts from: the distributions of weights and biases, and how replicas draw from them."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import one_of, refusal
from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.layers import Dense, WithWeights, per_replica
from course_lib.networks.parameters import LayerParameters

Weights = tuple[NDArray[np.float64], NDArray[np.float64]]
Draw = Callable[[np.random.Generator, int, int], Weights]


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
    r = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-r, r, (n_out, n_in)), np.zeros(n_out)


def uniform_fan_in(rng: np.random.Generator, n_out: int, n_in: int) -> Weights:
    """W ~ U(−1/√n_in, 1/√n_in), and then b from the same distribution: the default of PyTorch's `Linear`.

    Returns W (n_out, n_in) and b (n_out,), float64. Its standard deviation is 1/√(3·n_in), by √3 below the 1/√n_in of
    Yann LeCun, Léon Bottou, Genevieve Orr and Klaus-Robert Müller, *Efficient BackProp*, 1998. Source of the formula
    for W: Glorot and Bengio, 2010, who call it the commonly used heuristic.

    >>> W, b = uniform_fan_in(np.random.default_rng(0), 3, 4)
    >>> bool(abs(W).max() <= 0.5), bool(abs(b).max() <= 0.5), bool(b.any())
    (True, True, True)
    """
    bound = 1 / np.sqrt(n_in)
    return rng.uniform(-bound, bound, (n_out, n_in)), rng.uniform(-bound, bound, n_out)


def zero(rng: np.random.Generator, n_out: int, n_in: int) -> Weights:
    """W = 0, b = 0: every pre-activation is exactly 0. Nothing is drawn.

    >>> zero(np.random.default_rng(0), 1, 2)
    (array([[0., 0.]]), array([0.]))
    """
    return np.zeros((n_out, n_in)), np.zeros(n_out)


INITIALIZATIONS: dict[str, Draw] = {"he": he, "glorot": glorot, "uniform_fan_in": uniform_fan_in, "zero": zero}


def fill(layers: Sequence[WithWeights], parameters: list[LayerParameters], seeds: list[int]) -> None:
    """Write the starting values: each replica draws layer by layer from a generator with its own seed.

    So it starts from the same numbers alone and among others. ValueError for a hyperparameter that is out of range or
    not one per replica, and for a value that the precision cannot hold.
    """
    generators = [np.random.default_rng(seed) for seed in seeds]
    replicas = len(seeds)
    for layer, own in zip(layers, parameters, strict=True):
        names = [layer.initialization] * replicas if isinstance(layer.initialization, str) else layer.initialization
        if not isinstance(names, (list, tuple)) or len(names) != replicas:
            raise ValueError(refusal("initialization", names, f"a name, or one for each of the {replicas} replicas"))
        with np.errstate(over="ignore", under="ignore"):
            for r, (name, generator) in enumerate(zip(names, generators, strict=True)):
                draw = INITIALIZATIONS[one_of("initialization", name, INITIALIZATIONS)]
                own.weights[r, :, :-1], own.weights[r, :, -1] = draw(generator, layer.rows, layer.n_in)
            if layer.bias is not None:
                own.b[...] = per_replica("bias", layer.bias, replicas)[:, None]
            if isinstance(layer, Dense):
                start = ACTIVATIONS[layer.activation].alpha if layer.alpha is None else layer.alpha
                if own.alpha is not None and start is not None:
                    own.alpha[...] = per_replica("alpha", start, replicas)[:, None, None]
            if own.normalization is not None:
                own.normalization.gamma[...] = 1
                own.normalization.running_variance[...] = 1
        if not all(np.isfinite(values).all() for values in own.arrays()):
            raise ValueError(refusal("layers", layer, f"a start from numbers that {own.weights.dtype} can hold"))
