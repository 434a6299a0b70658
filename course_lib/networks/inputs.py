"""Check what a user hands to a network, and bring it into the form that training uses."""

import sys
from typing import Any

import numpy as np

from course_lib.networks.losses import LOSSES, Loss

Array = np.ndarray[Any, Any]


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
