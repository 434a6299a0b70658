"""Activations, each stated once: its branches, its breakpoints, and the slope it takes at a kink by default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib.networks.kernels import bind
from course_lib.networks.per_replica import Hyperparameter, per_replica

if TYPE_CHECKING:
    from course_lib.calculus import PiecewiseFunction

# The slope that multiplies the upstream gradient where a pre-activation lies exactly on a kink.


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


# Activations, each stated once: its branches, its breakpoints, and the slope it takes at a kink by default.


Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Activation:
    """a = σ(z): its branches in ``x`` (and ``alpha``) from left to right, and the breakpoints between them.

    ``alpha`` is the default of the parameter, None where there is none; a ``trainable`` one is learned.
    ``default_slopes`` holds for each breakpoint the slope that is taken without ``slope_at_kink``: a number, or
    ``"alpha"`` for the left slope α. Functions and derivatives of arrays run the steps that training runs (see
    `bind`), so that there is one implementation to verify against the branches.

    >>> ACTIVATIONS["leaky_relu"].branches, ACTIVATIONS["leaky_relu"].breakpoints
    (('alpha*x', 'x'), (0.0,))
    """

    name: str
    branches: tuple[str, ...]
    breakpoints: tuple[float, ...] = ()
    default_slopes: tuple[float | str, ...] = ()
    alpha: float | None = None
    trainable: bool = False

    def piecewise(self, alpha: Any = None) -> PiecewiseFunction:
        """σ as exact branches in x, with α as given: a number or an expression; None is the real symbol ``alpha``.

        >>> ACTIVATIONS["elu"].piecewise(alpha=0.5)
        PiecewiseFunction(Piecewise((exp(x)/2 - 1/2, x <= 0), (x, True)))
        """
        import sympy as sp

        from course_lib.calculus import PiecewiseFunction
        from course_lib.calculus.arguments import check_real

        if alpha is not None and self.alpha is None:
            raise ValueError(f"alpha must be None for {self.name}, which has no parameter, not {alpha!r}")
        names = {
            "x": sp.Symbol("x"),
            "alpha": sp.Symbol("alpha", real=True) if alpha is None else check_real("alpha", alpha),
        }
        branches = [sp.sympify(branch, names) for branch in self.branches]
        return PiecewiseFunction(branches, self.breakpoints, names["x"])

    def __call__(self, z: ArrayLike, alpha: ArrayLike | None = None) -> Array:
        """σ(z), elementwise, in the precision of z; whole numbers become float64.

        ``alpha`` is a number or an array that broadcasts with z; None is the activation's default. float16 is computed
        in float32 and rounded once. NaN stays NaN.

        >>> ACTIVATIONS["relu"]([-1, 0, 2])
        array([0., 0., 2.])
        """
        A, alpha, shape, dtype = self._prepared(z, alpha)
        forward, _ = bind(self, A, None, slopes(self, dtype=A.dtype), alpha)
        for step in forward:
            step()
        return A.reshape(shape).astype(dtype, copy=False)

    def derivative(self, z: ArrayLike, slope_at_kink: SlopeAtKink = None, alpha: ArrayLike | None = None) -> Array:
        """σ'(z), elementwise, with ``slope_at_kink`` where z is exactly a breakpoint; −0.0 is 0.

        ``slope_at_kink`` is a number, a tuple with one number per breakpoint, or None for the default slopes.

        >>> ACTIVATIONS["relu"].derivative([-1, 0, 2], slope_at_kink=0.5)
        array([0. , 0.5, 1. ])
        """
        number = None if alpha is None or np.ndim(alpha) else float(np.asarray(alpha))
        A, alpha, shape, dtype = self._prepared(z, alpha)
        delta = np.ones_like(A)
        forward, backward = bind(self, A, delta, slopes(self, slope_at_kink, number, dtype=A.dtype), alpha)
        for step in forward + backward:
            step()
        delta[np.isnan(A)] = np.nan  # In training NaN has slope 0 where masks hold the slopes; A carries it on.
        return delta.reshape(shape).astype(dtype, copy=False)

    def _prepared(self, z: ArrayLike, alpha: Any) -> tuple[Array, Array | None, tuple[int, ...], np.dtype[Any]]:
        """A copy of z as `bind` takes it, α beside it, and the shape and dtype of what the caller gets back."""
        z = np.asarray(z)
        if z.dtype.kind not in "biuf" or z.dtype.itemsize > 8:
            raise TypeError(f"z must be numbers in float16, float32 or float64, or whole numbers, not {z.dtype}")
        if self.alpha is None and alpha is not None:
            raise ValueError(f"alpha must be None for {self.name}, which has no parameter, not {alpha!r}")
        dtype = z.dtype if z.dtype.kind == "f" else np.dtype(np.float64)
        computed = np.result_type(dtype, np.float32)
        if self.alpha is not None:
            alpha = np.asarray(self.alpha if alpha is None else alpha, computed)
            if alpha.ndim:
                z, alpha = np.broadcast_arrays(z, alpha)
                alpha = alpha.reshape(1, 1, -1)
        return z.astype(computed).reshape(1, 1, -1), alpha, z.shape, dtype


ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation("identity", ("x",)),
        Activation("relu", ("0", "x"), (0.0,), (0.0,)),
        Activation("leaky_relu", ("alpha*x", "x"), (0.0,), ("alpha",), alpha=0.01),
        Activation("prelu", ("alpha*x", "x"), (0.0,), ("alpha",), alpha=0.25, trainable=True),
        Activation("absolute", ("-x", "x"), (0.0,), (0.0,)),
        Activation("elu", ("alpha*(exp(x) - 1)", "x"), (0.0,), ("alpha",), alpha=1.0),
        Activation("softplus", ("log(1 + exp(x))",)),
        Activation("relu6", ("0", "x", "6"), (0.0, 6.0), (0.0, 0.0)),
        Activation("hard_tanh", ("-1", "x", "1"), (-1.0, 1.0), (0.0, 0.0)),
        Activation("sigmoid", ("1/(1 + exp(-x))",)),
        Activation("tanh", ("tanh(x)",)),
    )
}
