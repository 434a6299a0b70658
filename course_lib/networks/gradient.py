"""The gradient of a loss with respect to all parameters, without training."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.networks.arithmetic import blas_threads, plan_arithmetic
from course_lib.networks.block import work_dtype
from course_lib.networks.losses import Loss
from course_lib.networks.parameter_views import LayerParameters, ParameterLists, parameters_per_replica, views
from course_lib.networks.passes import add_to, pieces

if TYPE_CHECKING:
    from course_lib.networks.network import Network

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Gradient(ParameterLists):
    """∂loss/∂W, ∂loss/∂b and ∂loss/∂α of every layer, in the lists `W`, `b` and `alpha`, shaped as the network's."""

    parameters: list[LayerParameters]


def empty_gradient(network: "Network") -> Gradient:
    """Zeros in the shapes of the network's parameters."""
    length = network.replicas * parameters_per_replica(network.weighted_layers)
    return Gradient(views(np.zeros(length, work_dtype(network)), network.weighted_layers, network.replicas))


def full_gradient(network: "Network", X: Array, T: Array, loss: Loss) -> tuple[Array, Gradient]:
    """The mean loss over all samples (R,) and its gradient, for X and T as checked. Dropout is off."""
    gradient = empty_gradient(network)
    losses = np.zeros(network.replicas)
    with plan_arithmetic(), blas_threads():
        for piece in pieces(network, X, T, loss):
            piece.plan.run()
            losses[piece.replicas] += piece.plan.total.sum(1, dtype=np.float64) / len(X)
            add_to(gradient.parameters, piece)
    return losses, gradient
