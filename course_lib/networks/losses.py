"""Losses, as values of finished outputs and as the calls of a training step, and the check of the data they compare."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from course_lib.checks import one_of, real_array, refusal

Array = np.ndarray[Any, Any]
Operation = Callable[[], object]


@dataclass(frozen=True)
class Loss:
    """A loss in two forms: `value` of finished outputs, and `bind`, the calls of a training step.

    `value(outputs, targets)` takes (R, n, C) and (n, C) and returns (R,), the mean over the samples.
    `bind(P, T, total, scale)` takes outputs P (R, C, B), targets T (C, B), `total` (R, B) to which each sample's loss
    is added, and `scale`, 0-d or (R, 1, 1). Its calls replace P by scale · ∂(sum over the samples)/∂P.
    `targets` says what the user gives: labels, or numbers. For labels T is one-hot.
    """

    name: str
    targets: Literal["labels", "numbers"]
    value: Callable[[Array, Array], Array]
    bind: Callable[[Array, Array, Array, Array], list[Operation]]
    kinked: bool = False  # at z = t, as |z − t|


def _cross_entropy(outputs: Array, targets: Array) -> Array:
    shifted = outputs - outputs.max(-1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(-1))
    return np.asarray((log_sum - (shifted * targets).sum(-1)).mean(-1))


def _bind_cross_entropy(P: Array, T: Array, total: Array, scale: Array) -> list[Operation]:
    column = np.empty((len(P), 1, P.shape[2]), P.dtype)
    row, product, flat = np.empty_like(total), np.empty_like(P), column[:, 0]
    return [
        partial(np.maximum.reduce, P, 1, None, column, True),
        partial(np.subtract, P, column, P),
        partial(np.multiply, P, T, product),
        partial(np.add.reduce, product, 1, None, row),
        partial(np.subtract, total, row, total),
        partial(np.exp, P, P),
        partial(np.add.reduce, P, 1, None, column, True),
        partial(np.divide, P, column, P),
        partial(np.log, flat, row),
        partial(np.add, total, row, total),
        partial(np.subtract, P, T, P),
        partial(np.multiply, P, scale, P),
    ]


_twice = partial(np.multiply, 2)


def _distance(size: Callable[[Array], Array], outputs: Array, targets: Array) -> Array:
    return np.asarray(size(outputs - targets).mean((1, 2)))


def _bind_distance(
    size: Callable[..., object], slope: Callable[..., object], P: Array, T: Array, total: Array, scale: Array
) -> list[Operation]:
    """A loss that is the mean over the outputs of size(z − t), where `slope` is the derivative of `size`."""
    sizes, row, count = np.empty_like(P), np.empty_like(total), P.dtype.type(P.shape[1])

    def step() -> None:
        np.subtract(P, T, P)
        size(P, sizes)
        np.add.reduce(sizes, 1, out=row)
        np.divide(row, count, row)
        np.add(total, row, total)
        slope(P, P)
        np.divide(P, count, P)
        np.multiply(P, scale, P)

    return [step]


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("mse", "numbers", partial(_distance, np.square), partial(_bind_distance, np.square, _twice)),
        Loss(
            "mean_absolute_error", "numbers", partial(_distance, np.abs), partial(_bind_distance, np.abs, np.sign), True
        ),
        Loss("cross_entropy", "labels", _cross_entropy, _bind_cross_entropy),
    )
}
"""The losses by name. With C outputs, mean over the samples of

- `"mse"`: Σ (z − t)² / C;
- `"mean_absolute_error"`: Σ |z − t| / C, with slope 0 at the kink z = t, in directional networks ±1;
- `"cross_entropy"`: −log softmax(z) of the label; needs at least two outputs.
"""


def chosen_loss(loss: str) -> Loss:
    """The loss of a name; ValueError lists the names."""
    return LOSSES[one_of("loss", loss, LOSSES)]


def _check_finite(name: str, came: Array, stored: Array) -> None:
    """Name the first entry that is not finite, or not once it is `stored`."""
    if not np.isfinite(stored).all():
        row, column = np.argwhere(~np.isfinite(stored))[0]
        raise ValueError(f"{name}[{row}, {column}]: got {came[row, column]}; accepted is a finite {stored.dtype}")


def checked_inputs(X: object, n_in: int, dtype: np.dtype[Any]) -> Array:
    """X as a new array of `dtype` with a last column of ones, (n_samples, n_in + 1).

    Whole numbers are converted. TypeError for what is no array of real numbers; ValueError for another shape, no
    samples, NaN or infinity, also where a value becomes infinite in `dtype`.
    """
    array = real_array("X", X)
    if array.ndim != 2 or array.shape[1] != n_in or not len(array):
        raise ValueError(f"X: got shape {array.shape}; accepted is (n_samples, {n_in}) with at least one sample")
    with np.errstate(over="ignore", under="ignore"):
        extended = np.ones((len(array), n_in + 1), dtype)
        extended[:, :-1] = array
    _check_finite("X", array, extended)
    return extended


def checked_targets(y: object, n_samples: int, n_out: int, loss: Loss, dtype: np.dtype[Any]) -> Array:
    """The targets that `loss` compares outputs with, (n_samples, n_out); see `Loss` for labels.

    Labels may be bool, whole numbers, or floats that are whole numbers.
    """
    if loss.targets == "labels":
        if n_out == 1:
            raise ValueError(refusal("loss", loss.name, "one for numbers, for a network with a single output"))
        labels = _checked_labels(y, n_samples, n_out, f" for the loss {loss.name}")
        encoded = np.zeros((n_samples, n_out), dtype)
        encoded[np.arange(n_samples), labels] = 1
        return encoded
    array = real_array("y", y)
    shape = array.shape
    if array.ndim == 1 and n_out == 1:
        array = array[:, None]
    if array.shape != (n_samples, n_out):
        accepted = f"({n_samples}, {n_out}) for the loss {loss.name}, a row for each sample of X"
        raise ValueError(f"y: got shape {shape}; accepted is {accepted}")
    with np.errstate(over="ignore", under="ignore"):
        encoded = array.astype(dtype)
    _check_finite("y", array, encoded)
    return encoded


def _checked_labels(y: object, n_samples: int, classes: int, purpose: str = "") -> Array:
    """Labels as whole numbers, (n_samples,)."""
    array = real_array("y", y)
    if array.shape != (n_samples,):
        way_out = ""
        if array.shape in ((n_samples, 1), (1, n_samples)):
            way_out = "; y.ravel() makes it so"
        elif array.shape == (n_samples, classes) and (array.astype(bool).sum(1) == 1).all():
            way_out = "; these are one-hot rows, of which y.argmax(1) gives the labels"
        accepted = f"({n_samples},){purpose}, a label for each sample of X"
        raise ValueError(f"y: got shape {array.shape}; accepted is {accepted}{way_out}")
    wrong = ~((array >= 0) & (array < classes) & (array == np.floor(array)))
    if wrong.any():
        first = int(np.argmax(wrong))
        raise ValueError(f"y[{first}]: got {array[first]}; accepted are labels from 0 to {classes - 1}")
    return array.astype(np.intp)


def accuracy(outputs: Array, y: object) -> Array:
    """The mean of `correct`, (R,), for outputs (R, n, C) and labels y (n,): 0 to C − 1, or 0 and 1 for one output."""
    n_samples, n_out = outputs.shape[1:]
    labels = _checked_labels(y, n_samples, max(n_out, 2))
    return np.asarray(correct(outputs, labels[:, None] if n_out == 1 else np.eye(n_out)[labels]).mean(-1))


def correct(outputs: Array, targets: Array) -> Array:
    """1 for each sample with the right class and 0 for the others, (R, n), for outputs (R, n, C) and targets (n, C).

    The class is the place of the largest output; of a single output it is 1 above ½ and else 0. NaN where an output is
    not finite, and everywhere if the targets are no classes: neither one-hot rows nor, for a single output, 0 and 1.

    >>> correct(np.array([[[0.2], [0.7], [np.nan]]]), np.array([[0.0], [0.0], [1.0]])).tolist()
    [[1.0, 0.0, nan]]
    """
    classes = (targets == 0) | (targets == 1)
    if not classes.all() or (targets.shape[1] > 1 and (targets.sum(1) != 1).any()):
        return np.full(outputs.shape[:2], np.nan)
    if targets.shape[1] == 1:
        right = (outputs[..., 0] > 0.5) == (targets[:, 0] == 1)
    else:
        right = outputs.argmax(-1) == targets.argmax(-1)
    return np.where(np.isfinite(outputs).all(-1), right, np.nan)
