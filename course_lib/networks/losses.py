"""Check what a user hands to a network, and bring it into the form that training uses."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

# Losses: what the outputs should be, how far they are from it, and the gradient with respect to them.


Array = np.ndarray[Any, Any]
Operation = Callable[[], object]


@dataclass(frozen=True)
class Loss:
    """A loss in two forms: `value` of finished outputs, and `bind`, the calls of a training step.

    `value(outputs, targets)` takes (R, n, C) and (n, C) and returns (R,), the mean over the samples.
    `bind(P, T, total, scale)` takes outputs P (R, C, B), targets T (C, B), `total` (R, B) to which each sample's loss
    is added, and `scale`, 0-d or (R, 1, 1). Its calls replace P by scale · ∂(sum over the samples)/∂P.
    `targets` says what the user gives: labels, or numbers. For labels T is one-hot, or ±1 where there is one output.
    """

    name: str
    targets: Literal["labels", "numbers"]
    value: Callable[[Array, Array], Array]
    bind: Callable[[Array, Array, Array, Array], list[Operation]]


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


def _mse(outputs: Array, targets: Array) -> Array:
    return np.asarray(np.square(outputs - targets).mean((1, 2)))


def _bind_mse(P: Array, T: Array, total: Array, scale: Array) -> list[Operation]:
    return _bind_distance(np.square, partial(np.multiply, 2), P, T, total, scale)


def _mean_absolute_error(outputs: Array, targets: Array) -> Array:
    return np.asarray(np.abs(outputs - targets).mean((1, 2)))


def _bind_mean_absolute_error(P: Array, T: Array, total: Array, scale: Array) -> list[Operation]:
    return _bind_distance(np.abs, np.sign, P, T, total, scale)  # sign is 0 at the kink


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


def _hinge(outputs: Array, targets: Array) -> Array:
    if outputs.shape[-1] == 1:
        return np.asarray(np.maximum(1 - outputs * targets, 0).mean((1, 2)))
    margin = 1 + outputs - (outputs * targets).sum(-1, keepdims=True) - targets
    return np.asarray(np.maximum(margin, 0).mean((1, 2)))


def _bind_hinge(P: Array, T: Array, total: Array, scale: Array) -> list[Operation]:
    one_output = P.shape[1] == 1
    work, row, count = np.empty_like(P), np.empty_like(total), P.dtype.type(P.shape[1])
    column = np.empty((len(P), 1, P.shape[2]), P.dtype)

    def step() -> None:
        np.multiply(P, T, work)
        np.add.reduce(work, 1, out=column, keepdims=True)
        if one_output:
            np.subtract(1, column, P)
        else:
            np.subtract(P, column, P)
            np.add(P, 1, P)
            np.subtract(P, T, P)  # the margin of the true class becomes exactly 0: it costs nothing
        np.maximum(P, 0, out=work)
        np.add.reduce(work, 1, out=row)
        np.divide(row, count, row)
        np.add(total, row, total)
        np.copyto(work, P > 0)  # 0 at the kink
        np.add(work, P * 0, P)  # NaN stays NaN
        if one_output:
            np.multiply(P, T, P)
            np.negative(P, P)
        else:
            np.add.reduce(P, 1, out=column, keepdims=True)
            np.multiply(T, column, work)
            np.subtract(P, work, P)
        np.divide(P, count, P)
        np.multiply(P, scale, P)

    return [step]


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("mse", "numbers", _mse, _bind_mse),
        Loss("mean_absolute_error", "numbers", _mean_absolute_error, _bind_mean_absolute_error),
        Loss("cross_entropy", "labels", _cross_entropy, _bind_cross_entropy),
        Loss("hinge", "labels", _hinge, _bind_hinge),
    )
}
"""The losses by name. With C outputs, mean over the samples of

- ``"mse"``: Σ (z − t)² / C;
- ``"mean_absolute_error"``: Σ |z − t| / C, with slope 0 at the kink z = t;
- ``"cross_entropy"``: −log softmax(z) of the label; needs at least two outputs;
- ``"hinge"``: Σ over the other classes of max(0, 1 + z_j − z_label) / C (Weston and Watkins, *Support vector machines
  for multi-class pattern recognition*, 1999); with one output max(0, 1 − t z), where the labels 0 and 1 stand for
  t = −1 and t = 1. The slope at the kink is 0.
"""


# Check what a user hands to a network, and bring it into the form that training uses.


def chosen_loss(loss: object) -> Loss:
    """Return the loss of a name, or list the names."""
    if not isinstance(loss, str) or loss not in LOSSES:
        raise ValueError(f"loss must be one of {', '.join(LOSSES)}, not {loss!r}")
    return LOSSES[loss]


def numbers(name: str, values: object) -> Array:
    """Return `values` as an array of real numbers, or say what they are instead."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} must be an array of numbers: {error}") from None
    masked = sys.modules.get("numpy.ma")  # Loading it takes a while, and without it nothing can be masked.
    if masked is not None and isinstance(values, masked.MaskedArray) and masked.getmaskarray(values).any():
        raise ValueError(f"{name} must be complete, but it is a masked array with masked entries")
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must be an array of real numbers, not of dtype {array.dtype}")
    return array


def checked_inputs(X: object, n_in: int, dtype: np.dtype[Any]) -> Array:
    """Return X as a new array of `dtype` with a last column of ones, (n_samples, n_in + 1).

    Whole numbers are converted. Raises ValueError for another shape, no samples, NaN or infinity, also where a value
    becomes infinite in `dtype`.
    """
    array = numbers("X", X)
    if array.ndim != 2 or array.shape[1] != n_in:
        raise ValueError(f"X must have shape (n_samples, {n_in}), not {array.shape}")
    if not len(array):
        raise ValueError(f"X must hold at least one sample, but its shape is {array.shape}")
    with np.errstate(over="ignore"):
        extended = np.ones((len(array), n_in + 1), dtype)
        extended[:, :-1] = array
    if not np.isfinite(extended).all():
        row, column = np.argwhere(~np.isfinite(extended))[0]
        came = array[row, column]
        why = f", which {dtype} cannot hold" if np.isfinite(came) else ""
        raise ValueError(f"X must be finite, but X[{row}, {column}] is {came}{why}")
    return extended


def checked_targets(y: object, n_samples: int, n_out: int, loss: Loss, dtype: np.dtype[Any]) -> Array:
    """Return the targets that `loss` compares outputs with, (n_samples, n_out); see `Loss` for labels.

    Labels may be bool, whole numbers, or floats that are whole numbers.
    """
    array = numbers("y", y)
    if len(array.shape) == 0 or len(array) != n_samples:
        raise ValueError(f"y must have one entry for each of the {n_samples} samples of X, not shape {array.shape}")
    if loss.targets == "numbers":
        if array.ndim == 1 and n_out == 1:
            array = array[:, None]
        if array.shape != (n_samples, n_out):
            raise ValueError(f"y must have shape ({n_samples}, {n_out}) for the loss {loss.name}, not {array.shape}")
        with np.errstate(over="ignore"):
            encoded = array.astype(dtype)
        if not np.isfinite(encoded).all():
            row, column = np.argwhere(~np.isfinite(encoded))[0]
            came = array[row, column]
            why = f", which {dtype} cannot hold" if np.isfinite(came) else ""
            raise ValueError(f"y must be finite, but the entry of sample {row} is {came}{why}")
        return encoded
    if array.ndim != 1:
        raise ValueError(
            f"y must be labels of shape ({n_samples},) for the loss {loss.name}, not of shape {array.shape}"
        )
    if loss.name == "cross_entropy" and n_out == 1:
        raise ValueError("cross_entropy needs at least two outputs, one for each class; the network has one")
    classes = max(n_out, 2)
    wrong = ~((array >= 0) & (array < classes) & (array == np.floor(array)))
    if wrong.any():
        first = int(np.argmax(wrong))
        raise ValueError(f"y must hold labels from 0 to {classes - 1}, but y[{first}] is {array[first]}")
    if n_out == 1:
        return (2 * array.astype(dtype) - 1)[:, None]
    encoded = np.zeros((n_samples, n_out), dtype)
    encoded[np.arange(n_samples), array.astype(np.intp)] = 1
    return encoded


def correct(outputs: Array, targets: Array) -> Array:
    """Which samples are classified as the encoded `targets` say: (R, n, C) and (n, C) give (R, n)."""
    if outputs.shape[-1] == 1:
        return np.asarray((outputs[..., 0] > 0) == (targets[:, 0] > 0))
    return np.asarray(outputs.argmax(-1) == targets.argmax(-1))
