"""The slope that multiplies the upstream gradient where a pre-activation lies exactly on a kink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course_lib.networks.per_replica import Hyperparameter, per_replica

if TYPE_CHECKING:
    from course_lib.networks.activations import Activation

SlopeAtKink = Hyperparameter | tuple[Hyperparameter | None, ...] | None


def slopes(
    activation: Activation,
    slope_at_kink: SlopeAtKink = None,
    alpha: Hyperparameter | None = None,
    replicas: int = 1,
    dtype: Any = "float64",
) -> tuple[np.ndarray[Any, Any] | None, ...]:
    """s_i at breakpoint i, one entry per breakpoint, as `bind` takes them: 0-d, (replicas, 1, 1), or None.

    ``slope_at_kink`` is a number or one per replica (a list or an array) for every breakpoint, or a tuple with one of
    these for each breakpoint. None, for all or as an entry of the tuple, takes the activation's own default. None in
    what is returned is a default that is the left slope α, and follows α where α is trained.

    Raises ``ValueError`` where the activation has no kink to give a slope to. That holds for leaky ReLU and ELU with
    the single number α = 1 too: their derivative at 0 is 1. An α that is trained or given per replica is not looked
    at.

    >>> from course_lib.networks.activations import ACTIVATIONS
    >>> slopes(ACTIVATIONS["relu6"], (0.0, 1.0))
    (array(0.), array(1.))
    >>> slopes(ACTIVATIONS["relu"], [0.0, 0.5], replicas=2)[0].shape
    (2, 1, 1)
    >>> slopes(ACTIVATIONS["leaky_relu"])
    (None,)
    """
    points = activation.breakpoints
    if slope_at_kink is not None and not points:
        raise ValueError(
            f"slope_at_kink must be None for {activation.name}, which is differentiable everywhere, "
            f"not {slope_at_kink!r}"
        )
    if not isinstance(slope_at_kink, tuple):
        slope_at_kink = (slope_at_kink,) * len(points)
    elif len(slope_at_kink) != len(points):
        at = " and ".join(f"{point:g}" for point in points)
        raise ValueError(
            f"slope_at_kink must be a tuple of {len(points)} for {activation.name}, which has its kinks at {at}, "
            f"not of {len(slope_at_kink)}; one number per replica is a list or an array"
        )
    if activation.alpha is not None and not activation.trainable:
        _check_kink(activation.name, slope_at_kink[0], activation.alpha if alpha is None else alpha)
    return tuple(
        None if slope is None and default == "alpha" else _checked(default if slope is None else slope, replicas, dtype)
        for slope, default in zip(slope_at_kink, activation.default_slopes, strict=True)
    )


def _checked(slope: Any, replicas: int, dtype: Any) -> np.ndarray[Any, Any]:
    try:
        numeric = np.asarray(slope).dtype.kind in "iuf"
    except ValueError:  # a ragged list
        numeric = False
    if not numeric:
        raise ValueError(f"slope_at_kink must be a number or one number per replica, not {slope!r}")
    numbers = per_replica("slope_at_kink", slope, replicas).astype(dtype)
    return numbers[:1].reshape(()) if (numbers == numbers[0]).all() else numbers.reshape(-1, 1, 1)


def _check_kink(name: str, slope: Any, alpha: Hyperparameter) -> None:
    """The slopes left and right of 0 are α and 1: without a kink between them only the derivative is accepted."""
    if slope is not None and np.ndim(alpha) == 0 and alpha == 1 and np.any(np.asarray(slope) != 1):
        raise ValueError(
            f"slope_at_kink must be None or 1 for {name} with alpha = 1, which is differentiable at 0 with "
            f"derivative 1, not {slope!r}"
        )
