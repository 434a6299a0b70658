"""Three definitions of a dead unit: on a batch or a data set (the same test on other samples), and on all inputs."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.networks import ACTIVATIONS, Dense, Network

Mask = NDArray[np.bool_]


def units_dead_on(network: Network, X: ArrayLike) -> list[Mask]:
    """σ′(z) = 0 on every row of X: for each hidden layer, which units are dead on X, (R, units).

    The slope is the one that training uses, with the layer's `slope_at_kink` where z is exactly on a kink. Then no
    sample of X changes the unit's weights. X is a batch or a whole data set, (n_samples, n_features). Raises TypeError
    for a maxout layer, whose units have no slope of their own.

    >>> network = Network.mlp([1, 2, 2], dtype="float64")
    >>> network.W[0][...] = 1
    >>> units_dead_on(network, [[-1.0], [-2.0]])
    [array([[ True,  True]])]
    >>> units_dead_on(network, [[-1.0], [2.0]])
    [array([[False, False]])]
    """
    found: list[Mask] = []
    for layer, z in _hidden(network, X):
        own = network.parameters[len(found)]
        slope = ACTIVATIONS[layer.activation].derivative(z.swapaxes(1, 2), layer.slope_at_kink, own.alpha)
        found.append(np.asarray((slope == 0).all(-1)))
    return found


def units_never_on(network: Network, X: ArrayLike) -> list[Mask]:
    """z ≤ 0 on every row of X: for each hidden layer, which units are never on, (R, units).

    For ReLU with slope 0 at its kink these are the dead units. A leaky unit that is never on still has a slope, so it
    is not dead, and all it adds to the network is a linear map.

    >>> network = Network.mlp([1, 2, 2], activation="leaky_relu", dtype="float64")
    >>> network.W[0][...] = 1
    >>> units_never_on(network, [[-1.0]]), units_dead_on(network, [[-1.0]])
    ([array([[ True,  True]])], [array([[False, False]])])
    """
    return [np.asarray((z <= 0).all(1)) for _, z in _hidden(network, X)]


def dead_on_all_inputs(w: ArrayLike, b: float, non_negative: bool = False) -> bool:
    """w·x + b ≤ 0 for every x: w = 0 and b ≤ 0, or for `non_negative` inputs only, w ≤ 0 in each entry and b ≤ 0.

    w is (n_in,). Where some entry of w may push z up without bound, some input turns the unit on. The inputs of a
    layer behind a ReLU layer are never negative.

    >>> dead_on_all_inputs([-1.0, -2.0], -0.5), dead_on_all_inputs([-1.0, -2.0], -0.5, non_negative=True)
    (False, True)
    """
    weights = np.asarray(w, np.float64)
    if weights.ndim != 1 or not np.isfinite(weights).all():
        raise ValueError(f"w: got {w!r}; accepted are finite numbers, (n_in,)")
    if not np.isfinite(b):
        raise ValueError(f"b: got {b!r}; accepted is a finite number")
    bounded = (weights <= 0).all() if non_negative else (weights == 0).all()
    return bool(bounded and b <= 0)


def _hidden(network: Network, X: ArrayLike) -> list[tuple[Dense, NDArray[Any]]]:
    """Each hidden layer with its pre-activations, (R, n_samples, units)."""
    hidden = []
    for layer, z in zip(network.weighted_layers[:-1], network.forward(X).pre_activations[:-1], strict=True):
        if not isinstance(layer, Dense):
            raise TypeError(f"network: got a hidden layer {layer!r}; accepted are Dense layers")
        hidden.append((layer, z))
    return hidden
