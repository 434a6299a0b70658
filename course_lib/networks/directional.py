"""Backpropagation along the branches on which one infinitesimal step in a random direction lands.

Where a pre-activation z lies exactly on a kink, no slope is right for every network. So look ahead: with the parameters
on θ + ε·v, z moves by ε·ż, and the sign of ż says on which side of the kink it lands. The slope of that side is right
for this unit and sample. ż goes forward through the layers beside z:

    ż = W ȧ + V a,  ȧ = σ'(z) ż        with v = (V, …) the direction, and a the inputs of the layer

(where the layer has a skip, the ȧ of its inputs is added).

With v drawn from a density, the gradient so found is a limit of gradients at points θ + ε·v, hence a member of the
Clarke set, with probability 1. The first order ż is enough: where it is 0 for a random v, the gradient of z in the
parameters is 0, so that nothing flows through this unit whatever its slope. That holds for any activation with analytic
branches, for the ties of maxout, and for the kink of a loss. v must be 0 where a parameter is not trained.

Source: Sham Kakade and Jason D. Lee, *Provably correct automatic subdifferentiation for qualified programs*, 2018.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from course_lib.checks import refusal
from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.layers import DIRECTIONAL, Dense, Layer, Maxout
from course_lib.networks.parameters import LayerParameters, LayerStack, ParameterLists, copy_replicas, zeros

Array = np.ndarray[Any, Any]
Operation = Callable[[], object]
Movement = Callable[[Array | None], Array]  # from ȧ below a layer, None where it is 0, to ȧ above it
SEED = 15  # beside the seed of a replica, so that its direction and its start are drawn apart
UNDECIDED = 0.5  # neither 0 nor 1, so that the kernels keep the slope at the kink apart


def looks_ahead(layers: Sequence[Layer]) -> bool:
    """Whether "directional" is the slope or the tie of the layers that have kinks; ValueError for some of them only.

    >>> looks_ahead([Dense(2, 3, "relu", "directional"), Dense(3, 1)])
    True
    """
    said: list[bool] = []
    for layer in layers:
        if isinstance(layer, Maxout) and layer.pieces > 1:
            said.append(layer.tie == DIRECTIONAL)
        elif isinstance(layer, Dense):
            kinks = ACTIVATIONS[layer.activation].breakpoints
            if kinks:
                said.append(isinstance(layer.slope_at_kink, str))
            elif isinstance(layer.slope_at_kink, str):
                accepted = f"None for {layer.activation}, which has no kink"
                raise ValueError(refusal("slope_at_kink", layer.slope_at_kink, accepted))
    if any(said) and any(isinstance(layer, Dense) and layer.batch_norm for layer in layers):
        raise ValueError(refusal("batch_norm", True, 'False beside "directional" as slope at kinks or as tie'))
    if any(said) and not all(said):
        accepted = '"directional" as slope at kinks, or as tie, for all layers that have kinks or for none'
        raise ValueError(refusal("layers", list(layers), accepted))
    return any(said)


def random_direction(network: LayerStack, rows: slice = slice(None)) -> list[LayerParameters]:
    """v ~ N(0, 1) for every trained parameter of some replicas, from generators of their own: always the same numbers.

    One direction is enough for all of training: what it can lead to are countably many points, and at each of them it
    is a wrong one with probability 0.
    """
    seeds = network.seeds[rows]
    direction = zeros(network.weighted_layers, len(seeds), network.work_dtype)
    for r, seed in enumerate(seeds):
        rng = np.random.default_rng([SEED, seed])
        for layer, own in zip(network.weighted_layers, direction, strict=True):
            own.weights[r] = rng.standard_normal(own.weights[r].shape)
            if own.alpha is not None and isinstance(layer, Dense) and ACTIVATIONS[layer.activation].trainable:
                own.alpha[r] = rng.standard_normal(own.alpha[r].shape)
    return direction


def checked_direction(network: LayerStack, along: Any) -> list[LayerParameters]:
    """The direction in `along`, which has the lists `W`, `b` and `alpha` of `network`."""
    accepted = "a network or a gradient with the layers and replicas of this one, and finite numbers"
    if not looks_ahead(network.layers):
        raise ValueError(refusal("along", along, 'None: no layer has slope_at_kink="directional"'))
    if not isinstance(along, ParameterLists):
        raise ValueError(refusal("along", along, accepted))
    shapes, given = ([[a.shape for a in layer.arrays()] for layer in of.parameters] for of in (network, along))
    if shapes != given or not all(np.isfinite(a).all() for layer in along.parameters for a in layer.arrays()):
        raise ValueError(refusal("along", along, accepted))
    direction = zeros(network.weighted_layers, network.replicas, network.work_dtype)
    copy_replicas(along.parameters, slice(None), direction)
    return direction


class Ahead:
    """ż and ȧ of the layers of a plan, told of them one by one; `decide` then writes what the kernels read at ties.

    `ties` mark where a pre-activation lies on a kink. Where none does, `decide` computes nothing.
    """

    def __init__(self, direction: list[LayerParameters]) -> None:
        self.directions = iter(direction)
        self.ties: list[Array] = []
        self.movements: list[Movement] = []
        self.velocity: Array | None = None  # ȧ of the outputs

    def decide(self) -> None:
        """Look where the ties go, if there are any."""
        self.velocity = None
        if any(tie.any() for tie in self.ties):
            for move in self.movements:
                self.velocity = move(self.velocity)

    def dense(self, layer: Dense, own: LayerParameters, full: Array, z: Array) -> "DenseAhead":
        """A layer with z = own · full, where z is overwritten by the activation."""
        ahead = DenseAhead(layer, own, next(self.directions), full, z)
        self.ties += ahead.ties
        self.movements.append(ahead.move)
        return ahead

    def maxout(self, layer: Maxout, own: LayerParameters, full: Array, largest: Array) -> list[Operation]:
        """Of the pieces that are `largest` (R, pieces, n_out, B), `decide` keeps one. Returns what marks the ties."""
        direction, pieces = next(self.directions), np.arange(layer.pieces)[:, None, None]
        count, tie = np.empty((len(largest), *largest.shape[2:]), np.intp), np.empty((1,), bool)

        def mark() -> None:
            np.add.reduce(largest, 1, out=count)
            tie[0] = (count > 1).any()

        def move(below: Array | None) -> Array:
            ahead = _moved(own, direction, full, below).reshape(largest.shape)
            first = np.where(largest, ahead, -np.inf).argmax(1)[:, None]
            np.equal(pieces, first, largest)
            return np.asarray(np.take_along_axis(ahead, first, 1)[:, 0])

        self.ties.append(tie)
        self.movements.append(move)
        return [mark]

    def dropout(self, mask: Array) -> None:
        """a = mask · x, drawn anew in each run."""
        self.movements.append(lambda below: np.zeros_like(mask) if below is None else below * mask)

    def loss(self, outputs: Array, targets: Array, scale: Array) -> tuple[list[Operation], list[Operation]]:
        """For Σ |outputs − targets| · scale / outputs: what marks its kinks, and what mends the gradient there."""
        tie, count = np.empty(outputs.shape, bool), outputs.dtype.type(outputs.shape[1])
        self.ties.append(tie)

        def mend() -> None:
            if self.velocity is not None:
                np.copyto(outputs, np.sign(self.velocity) * scale / count, where=tie)

        return [partial(np.equal, outputs, targets, tie)], [mend]


class DenseAhead:
    """`mark` notes which z lie on a kink, `slopes` holds the slope there for each unit and sample, one array a kink."""

    def __init__(self, layer: Dense, own: LayerParameters, direction: LayerParameters, full: Array, z: Array) -> None:
        self.activation, self.skip = ACTIVATIONS[layer.activation], layer.skip
        self.own, self.direction, self.full = own, direction, full
        self.points = [np.full((1, 1, 1), point, z.dtype) for point in self.activation.breakpoints]
        self.ties = [np.zeros(z.shape, bool) for _ in self.points]
        self.slopes = tuple(np.full(z.shape, UNDECIDED, z.dtype) for _ in self.points)
        self.mark: list[Operation] = [
            partial(np.equal, z, point, tie) for point, tie in zip(self.points, self.ties, strict=True)
        ]
        self.delta, self.back = z, list[Operation]()

    def use(self, delta: Array, back: list[Operation]) -> None:
        """The steps `back` multiply `delta` by σ'(z): they also take ż to ȧ."""
        self.delta, self.back = delta, list(back)

    def move(self, below: Array | None) -> Array:
        """ż, the slopes at kinks, and ȧ."""
        moved = _moved(self.own, self.direction, self.full, below)
        for i, (point, slope) in enumerate(zip(self.points, self.slopes, strict=True)):
            left, right = (branch.slope(point, self.own.alpha) for branch in self.activation.branches[i : i + 2])
            np.copyto(slope, np.where(moved > 0, right, left))
        if self.back:
            moved = self._through_activation(moved)
        return moved + below if self.skip and below is not None else moved

    def _through_activation(self, moved: Array) -> Array:
        kept = self.delta.copy()
        np.copyto(self.delta, moved)
        for operation in self.back:
            operation()
        np.copyto(moved, self.delta)
        np.copyto(self.delta, kept)
        if self.activation.trainable:  # a = α z on the left moves with α as well
            moved += self.direction.alpha * np.minimum(self.own.weights @ self.full, 0)
        return moved


def _moved(own: LayerParameters, direction: LayerParameters, full: Array, below: Array | None) -> Array:
    """ż = V a + W ȧ."""
    moved = direction.weights @ full
    return np.asarray(moved if below is None else np.add(moved, own.W @ below, moved))
