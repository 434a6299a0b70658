"""The arguments of a gradient check, brought into one form: a function of one flat vector, and a claim about it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.networks.activations import ACTIVATIONS
from course_lib.networks.gradient_report import Part
from course_lib.networks.layers import Dropout

Vector = NDArray[np.float64]
CLAIM_ROUNDING = 512  # units in the last place, of the largest entry, that a gradient may be off by rounding


@dataclass(frozen=True)
class Problem:
    """f and its claimed gradient as flat vectors, ``parts`` of which have names and shapes; ``value`` is f(x)."""

    function: Callable[[Vector], float]
    x: Vector
    value: float
    claimed: Vector
    claimed_epsilon: float
    parts: tuple[Part, ...]
    names: tuple[str, ...] | None = None
    complex_function: Callable[[NDArray[np.complex128]], Any] | None = None

    def beside(self, moved: Vector) -> float:
        """f at another point; NaN where it has no value there, as the logarithm of a negative number."""
        try:
            with np.errstate(all="ignore"):
                return self.function(moved)
        except (ArithmeticError, ValueError):
            return math.nan

    def name(self, position: int) -> str:
        if self.names is not None:
            return self.names[position]
        part = next(part for part in self.parts if part.start <= position < part.start + part.size)
        if not part.shape:
            return part.name
        return f"{part.name}[{', '.join(str(i) for i in np.unravel_index(position - part.start, part.shape))}]"


def array_problem(function: Any, gradient: Any, x: Any, names: Sequence[str] | None) -> Problem:
    """The problem of a function of one array, checked: shapes, finite numbers, and one value for one x."""
    if not callable(function):
        raise TypeError(f"function: got {function!r}; accepted is a function of x, or a network")
    array = _real_array("x", x)
    if not array.size:
        raise ValueError(f"x: got shape {array.shape}; accepted is an array with at least one entry")
    if not np.isfinite(array).all():
        raise ValueError("x: got NaN or infinity; accepted are finite numbers")
    point = np.array(array, np.float64)
    shape = point.shape

    def flat(vector: Vector) -> float:
        return _number(function(vector.reshape(shape)))

    claimed = _real_array("gradient", gradient(point.copy()) if callable(gradient) else gradient)
    if claimed.shape != shape:
        turned = "; it may be transposed" if claimed.shape == shape[::-1] else ""
        raise ValueError(f"gradient: got shape {claimed.shape}; accepted is the shape of x, {shape}{turned}")
    vector = point.ravel()
    if names is not None and (isinstance(names, str) or len(names) != vector.size):
        raise ValueError(f"names: got {names!r}; accepted is one name for each of the {vector.size} entries of x")
    return Problem(
        flat,
        vector,
        _value(flat, vector),
        claimed.astype(np.float64).ravel(),
        _claim_epsilon(claimed.dtype),
        (Part("x", shape),),
        None if names is None else tuple(map(str, names)),
        lambda moved: function(moved.reshape(shape)),
    )


def network_problem(network: Any, X: Any, y: Any, loss: str, replica: int) -> Problem:
    """The loss of one replica as a function of its trained parameters, and the network's own gradient, in float64.

    The parts are W[0], b[0], alpha[0] (where α is trained), W[1], …; the network that came is not changed.
    """
    own = network.replica(replica).copy(dtype="float64")
    _, gradient = own.loss_and_gradient(X, y, loss=loss)
    layers = [layer for layer in own.layers if not isinstance(layer, Dropout)]
    views: list[Vector] = []
    slopes: list[Vector] = []
    parts: list[Part] = []
    for j, layer in enumerate(layers):
        trained = ["W", "b"] + ["alpha"] * ACTIVATIONS[getattr(layer, "activation", "identity")].trainable
        for name in trained:
            view, claimed = getattr(own, name)[j][0], getattr(gradient, name)[j][0]
            parts.append(Part(f"{name}[{j}]", view.shape, sum(part.size for part in parts)))
            views.append(view)
            slopes.append(np.ravel(claimed))

    def loss_at(vector: Vector) -> float:
        for part, view in zip(parts, views, strict=True):
            view[...] = vector[part.start : part.start + part.size].reshape(part.shape)
        return float(own.loss_and_gradient(X, y, loss=loss)[0][0])

    start = np.concatenate([np.ravel(view) for view in views])
    epsilon = _claim_epsilon(np.dtype(np.float64))
    return Problem(loss_at, start, _value(loss_at, start), np.concatenate(slopes), epsilon, tuple(parts))


def chosen_positions(size: int, samples: int | None, seed: int) -> tuple[list[int], str]:
    """The positions to check, ascending, and a sentence that says which they are."""
    if samples is None:
        return list(range(size)), _all(size)
    if isinstance(samples, bool) or not isinstance(samples, (int, np.integer)) or samples < 1:
        raise ValueError(f"samples: got {samples!r}; accepted is an integer of at least 1, or None for all entries")
    if samples >= size:
        return list(range(size)), _all(size)
    drawn = np.random.Generator(np.random.PCG64(seed)).choice(size, int(samples), replace=False)
    return sorted(map(int, drawn)), f"{samples} of {size} entries, drawn with seed {seed}"


def checked_positive(name: str, value: Any, below: float = math.inf) -> float:
    """A positive, finite number below ``below`` as a float."""
    accepted = f"{name}: got {value!r}; accepted is a number above 0" + (f" and below {below:g}" if below < 1e9 else "")
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(accepted)
    if not 0 < value < below:
        raise ValueError(accepted)
    return float(value)


def _all(size: int) -> str:
    return "the only entry" if size == 1 else f"all {size} entries"


def _real_array(name: str, values: Any) -> NDArray[Any]:
    array = np.asarray(values)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name}: got {array.dtype} data; accepted are real numbers")
    return array


def _number(value: Any) -> float:
    array = np.asarray(value)
    if array.dtype.kind not in "fiu" or array.size != 1:
        raise TypeError(f"function: returned shape {array.shape} of dtype {array.dtype}; accepted is one real number")
    return float(array.item())


def _value(function: Callable[[Vector], float], x: Vector) -> float:
    """f(x), asked for twice: a random f, such as a network with dropout, has no gradient to check."""
    first, second = function(x.copy()), function(x.copy())
    if not math.isfinite(first):
        raise ValueError(f"function: returned {first} at x; accepted is a finite number")
    if first != second:
        raise ValueError(
            f"function: returned {first!r} and then {second!r} at the same x; accepted is a function that returns one "
            "value for one x (give random parts a fixed seed)"
        )
    return first


def _claim_epsilon(dtype: np.dtype[Any]) -> float:
    return CLAIM_ROUNDING * float(np.finfo(dtype if dtype.kind == "f" else np.float64).eps)
