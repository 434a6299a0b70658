"""SGD and Adam, bound to flat arrays of parameters that are worked through in pieces that fit the cache."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from course_lib.networks.layers import Hyperparameter, per_replica
from course_lib.networks.parameters import LayerParameters, spread

Array = np.ndarray[Any, Any]
Operation = Callable[[], object]
# One number for all replicas, kept as a Python float because those are quick to compute with, or one per replica.
Values = float | Array
# Floats in one piece. Five arrays of this many float32 fill most of a second-level cache of 1 MB.
PIECE = 32768
# The factor on Adam's gradients starts anew at 1 where it passes this, long before its square leaves the dtype's range.
LARGE = 1e3


class Coefficient:
    """A number in the update rule, as an array that NumPy's calls are bound to and that each step writes anew.

    One value for all replicas is an array without dimensions; one per replica is spread over the parameters.
    """

    def __init__(self, length: int, dtype: np.dtype[Any], layout: Callable[[Array], list[LayerParameters]] | None):
        self.array = np.zeros(() if layout is None else length, dtype)
        self._views = layout(self.array) if layout is not None else None

    def piece(self, start: int, stop: int) -> Array:
        return self.array if self._views is None else self.array[start:stop]

    def set(self, values: Values) -> None:
        """Write one number, or one per replica."""
        if self._views is None:
            self.array[()] = values
        else:
            spread(np.asarray(values), self._views)


class Update(NamedTuple):
    """An optimiser at work on one block of replicas.

    `begin()` prepares a step and returns the number, one or (R,), by which the gradient has to come multiplied;
    `operations` are the calls that then change the parameters. The gradient is used up.
    """

    begin: Callable[[], Values]
    operations: list[Operation]


def _shared(values: Array) -> Values:
    return float(values[0]) if not np.ptp(values) else values


@dataclass(frozen=True, eq=False)
class SGD:
    """θ ← θ − η v with v ← μ v + ∇: η is `learning_rate`, μ is `momentum`; both one number or one per replica.

    Source: Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964 (momentum).

    >>> SGD(0.1, momentum=0.9)
    SGD(learning_rate=0.1, momentum=0.9)
    """

    learning_rate: Hyperparameter
    momentum: Hyperparameter = 0.0

    @property
    def slots(self) -> int:
        """How many arrays of the parameters' size are kept from step to step."""
        return int(bool(np.any(np.asarray(self.momentum) != 0)))

    def check(self, replicas: int) -> tuple[Array, Array]:
        """The learning rates and momenta, (R,) each."""
        return (
            per_replica("learning_rate", self.learning_rate, replicas, low=0),
            per_replica("momentum", self.momentum, replicas, low=0, high=1),
        )

    def bind(
        self, flat: list[Array], replicas: int, rows: slice, layout: Callable[[Array], list[LayerParameters]]
    ) -> Update:
        """Bind to `flat`: parameters, gradient and `slots` arrays, of the replicas `rows` out of `replicas`."""
        rates, momenta = (_shared(values[rows]) for values in self.check(replicas))
        length, dtype = len(flat[0]), flat[0].dtype
        rate = Coefficient(length, dtype, layout if np.ndim(rates) else None)
        decay = Coefficient(length, dtype, layout if np.ndim(momenta) else None)
        with np.errstate(over="ignore", under="ignore"):  # the dtype may have a smaller range
            rate.set(rates)
            decay.set(momenta)
        operations: list[Operation] = []
        work = np.empty(min(PIECE, length), dtype)
        for start in range(0, length, PIECE):
            stop = min(start + PIECE, length)
            theta, step, *velocity = (array[start:stop] for array in flat)
            if velocity:
                operations += [
                    partial(np.multiply, velocity[0], decay.piece(start, stop), velocity[0]),
                    partial(np.add, velocity[0], step, velocity[0]),
                ]
                step = velocity[0]
            out = work[: stop - start]
            operations += [
                partial(np.multiply, step, rate.piece(start, stop), out),
                partial(np.subtract, theta, out, theta),
            ]
        return Update(lambda: 1.0, operations)


@dataclass(frozen=True, eq=False)
class Adam:
    """θ ← θ − η m̂ / (√v̂ + ε), with m and v the decaying means of ∇ and ∇², and m̂, v̂ corrected for their start at 0.

    Each number may be one per replica.

    Source: Kingma and Ba, *Adam: a method for stochastic optimization*, 2015.

    >>> Adam(0.001).beta2
    0.999
    """

    learning_rate: Hyperparameter = 1e-3
    beta1: Hyperparameter = 0.9
    beta2: Hyperparameter = 0.999
    epsilon: Hyperparameter = 1e-8

    slots = 2

    def check(self, replicas: int) -> tuple[Array, Array, Array, Array]:
        """The learning rates, β₁, β₂ and ε, (R,) each."""
        return (
            per_replica("learning_rate", self.learning_rate, replicas, low=0),
            per_replica("beta1", self.beta1, replicas, low=0, high=1),
            per_replica("beta2", self.beta2, replicas, low=0, high=1, open_low=True),
            per_replica("epsilon", self.epsilon, replicas, low=0, open_low=True),
        )

    def bind(
        self, flat: list[Array], replicas: int, rows: slice, layout: Callable[[Array], list[LayerParameters]]
    ) -> Update:
        """Bind to `flat`: parameters, gradient, m and v, of the replicas `rows` out of `replicas`.

        In place of m and v stand m̃ = μ m/(1 − β₁) and ṽ = μ² v/(1 − β₂) with μ = β₂^(−t/2). With a gradient that comes
        multiplied by μ their rules are m̃ ← β₁ β₂^(−½) m̃ + ∇ and ṽ ← ṽ + ∇²: two passes over the memory less.
        """
        rates, beta1, beta2, epsilons = (_shared(values[rows]) for values in self.check(replicas))
        length, dtype = len(flat[0]), flat[0].dtype
        theta, gradient, mean, square = flat
        varied = bool(np.ndim(beta1) or np.ndim(beta2))
        decay = Coefficient(length, dtype, layout if varied else None)
        floor = Coefficient(length, dtype, layout if varied or np.ndim(epsilons) else None)
        rate = Coefficient(length, dtype, layout if varied or np.ndim(rates) else None)
        growth = beta2**-0.5
        decay.set(beta1 * growth)
        operations: list[Operation] = []
        work = np.empty(min(PIECE, length), dtype)
        for start in range(0, length, PIECE):
            stop = min(start + PIECE, length)
            p, g, m, v = (array[start:stop] for array in (theta, gradient, mean, square))
            t = work[: stop - start]
            operations += [
                partial(np.multiply, m, decay.piece(start, stop), m),
                partial(np.add, m, g, m),
                partial(np.multiply, g, g, g),
                partial(np.add, v, g, v),
                partial(np.sqrt, v, t),
                partial(np.add, t, floor.piece(start, stop), t),
                partial(np.divide, m, t, t),
                partial(np.multiply, t, rate.piece(start, stop), t),
                partial(np.subtract, p, t, p),
            ]
        steps, scale = 0, growth / growth

        def begin() -> Values:
            nonlocal steps, scale
            steps += 1
            scale = scale * growth
            if (scale if isinstance(scale, float) else scale.max()) > LARGE:
                # Each replica by itself, so that it has the same numbers among others as alone.
                anew = np.where(scale > LARGE, 1 / scale, 1.0)
                shrink(anew)
                scale = float(scale * anew) if isinstance(scale, float) else scale * anew
            root = ((1 - beta2) / (1 - beta2**steps)) ** 0.5
            floor.set(epsilons * scale / root)
            rate.set(rates * (1 - beta1) / (1 - beta1**steps) / root)
            return scale

        def shrink(factor: Values) -> None:
            for values, power in ((mean, 1), (square, 2)):
                for layer in layout(values):
                    for place in layer.arrays():
                        place *= np.reshape(np.asarray(factor**power, dtype), (-1, 1, 1))

        return Update(begin, operations)


Optimizer = SGD | Adam
