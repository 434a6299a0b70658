"""What a network does with some data: loss, accuracy, gradients, zeros, dead units."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.checks import refusal
from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.history import History
from course_lib.networks.layers import Dense, WithWeights
from course_lib.networks.losses import Loss, checked_inputs, checked_targets, chosen_loss, correct
from course_lib.networks.network import Network
from course_lib.networks.normalization import evaluated, running_scale
from course_lib.networks.parameters import LayerStack
from course_lib.networks.passes import add_to, chunks, empty_gradient, predicted
from course_lib.networks.plan import HiddenLayer, blas_threads, plan_arithmetic

Array = np.ndarray[Any, Any]
QUANTITIES = ("accuracy", "gradient_norms", "zeros", "dead_units")


@dataclass(frozen=True, eq=False)
class Statistics:
    """Per replica (R,), per layer with weights (R, layers), or per hidden layer (R, hidden layers).

    `gradient_norms`: ‖∂loss/∂(W, b)‖ of each layer. `zeros`: share of the activations that are exactly 0. `at_kink`:
    share of the pre-activations that are exactly on a kink. `dead_units`: number of units whose slope is 0 on every
    sample, so that no sample changes their weights; 0 for maxout, where some piece is always the largest. `accuracy`
    is that of `Network.accuracy`, and NaN where y holds no classes: numbers other than 0 and 1, or rows not one-hot.
    Batch normalisation is by the running numbers, which the gradients take for constants.
    """

    loss: Array
    accuracy: Array
    gradient_norms: Array
    zeros: Array
    at_kink: Array
    dead_units: Array


def measure(network: Network, X: object, y: object, loss: str = "cross_entropy") -> Statistics:
    """Loss, accuracy, gradient norms, zeros, pre-activations on kinks and dead units of a network on X and y.

    Raises ValueError or TypeError as `train` does for X, y and `loss`.

    >>> network = Network.mlp([1, 4, 2], seed=3)
    >>> network.b[0][...] = -10.0  # no unit can be active for inputs near 0
    >>> measure(network, [[-0.1], [0.1]], [0, 1]).dead_units
    array([[4.]])
    """
    if not isinstance(network, Network):
        raise ValueError(refusal("network", network, "a Network"))
    chosen = chosen_loss(loss)
    inputs = checked_inputs(X, network.sizes[0], network.dtype)
    targets = checked_targets(y, len(inputs), network.sizes[-1], chosen, network.dtype)
    return _statistics(network, inputs, targets, chosen)


def _statistics(network: LayerStack, X: Array, T: Array, loss: Loss, with_kinks: bool = True) -> Statistics:
    """`measure` for X and targets that were checked already; without kinks `at_kink` is 0."""
    trained, network = network, evaluated(network)
    n, R, weighted = len(X), network.replicas, network.weighted_layers
    hidden = len(weighted) - 1
    total, right = np.zeros(R), np.zeros(R)
    zeros, kinks = np.zeros((R, hidden)), np.zeros((R, hidden))
    alive = [np.zeros((R, layer.n_out), bool) for layer in weighted[:-1]]
    gradient = empty_gradient(network)

    def count_kinks(rows: slice, at: int, z: Array) -> None:
        kinks[rows, at] += _on_kinks(weighted[at], z, network.alpha[at], rows)

    with plan_arithmetic(), blas_threads():
        for chunk in chunks(network, X, T, loss, count_kinks if with_kinks else None):
            rows, plan = chunk.replicas, chunk.plan
            for operation in plan.forward:
                operation()
            right[rows] += correct(plan.outputs.swapaxes(1, 2), T[chunk.samples]).sum(-1)
            for at, layer in enumerate(plan.hidden):
                zeros[rows, at] += [np.count_nonzero(zero) for zero in layer.values == 0]
                if not alive[at][rows].all():
                    alive[at][rows] |= _active(layer)
            for operation in plan.loss + plan.backward:
                operation()
            total[rows] += plan.total.sum(1, dtype=np.float64)
            add_to(gradient.parameters, chunk)
        for own, found in zip(trained.parameters, gradient.parameters, strict=True):
            if own.normalization is not None:  # the W of `evaluated` are its scale times those of the network
                found.W[...] *= running_scale(own.normalization, found.weights.dtype)
        squares = [np.square(own.weights, dtype=np.float64).sum((1, 2)) for own in gradient.parameters]
    return Statistics(
        loss=total / n,
        accuracy=right / n,
        gradient_norms=np.sqrt(np.stack(squares, 1)),
        zeros=zeros / [n * layer.n_out for layer in weighted[:-1]],
        at_kink=kinks / [n * layer.rows for layer in weighted[:-1]],
        dead_units=np.stack([np.zeros(R), *((~units).sum(1) for units in alive)], 1)[:, 1:],
    )


def _on_kinks(layer: WithWeights, z: Array, alpha: Array | None, rows: slice) -> Array:
    """How many pre-activations lie exactly on a kink; for maxout, how many pieces share the maximum with another."""
    if isinstance(layer, Dense):
        counts = np.zeros(len(z))
        activation = ACTIVATIONS[layer.activation]
        own = None if alpha is None else alpha[rows, :, None]
        for point, bend in zip(activation.breakpoints, activation.bends(own), strict=True):
            counts += [np.count_nonzero(on) for on in (z == z.dtype.type(point)) & bend]
        return counts
    each = z.reshape(len(z), layer.pieces, layer.n_out, -1)
    largest = each == each.max(1, keepdims=True)
    return np.asarray((largest & (largest.sum(1, keepdims=True) > 1)).sum((1, 2, 3)))


def _active(layer: HiddenLayer) -> Array:
    """Which units have a slope other than 0 on some sample, (R, units); a unit of several pieces is never without."""
    layer.upstream.fill(1)
    for operation in layer.back:
        operation()
    if layer.delta.shape != layer.upstream.shape:
        return np.ones(layer.upstream.shape[:2], bool)
    return np.asarray((layer.delta != 0).any(-1))


def observe(
    history: History,
    network: Network,
    losses: Array,
    probe: tuple[Array, Array],
    held_out: tuple[Array, Array] | None,
    loss: Loss,
    quantities: tuple[str, ...],
) -> None:
    """Add an epoch to a history: the losses, what `quantities` names on `probe`, and the validation data.

    Replicas that diverged are NaN in every row.
    """
    lost = list(history.diverged)

    def add(name: str, values: Array) -> None:
        values = np.array(values, np.float64)
        values[lost] = np.nan
        history.rows.setdefault(name, []).append(values)

    add("loss", losses)
    if quantities:
        seen = _statistics(network, *probe, loss, with_kinks=False)
        for name in quantities:
            add(name, getattr(seen, name))
    if held_out is not None:
        X, T = held_out
        outputs = predicted(network, X).astype(np.float64)
        with np.errstate(all="ignore"):
            add("validation_loss", loss.value(outputs, T.astype(np.float64)))
        add("validation_accuracy", correct(outputs, T).mean(-1))
