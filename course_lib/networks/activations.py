"""Activations, each stated once: its branches, its breakpoints, and the slope it takes at a kink by default.

They are evaluated here as they are written, branch by branch. The fast steps that training runs, with the place where
the slope at a kink meets the upstream gradient, are in `kernels`. A new activation needs an entry in each of the two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.checks import refusal

if TYPE_CHECKING:
    from course_lib.calculus import PiecewiseFunction

Array = np.ndarray[Any, Any]
OfArrays = Callable[[Array, Any], Array]


class Branch(NamedTuple):
    """One branch: its formula in `x` and `alpha`, and its value and slope on arrays z, α, kept exact far from 0."""

    formula: str
    value: OfArrays
    slope: OfArrays


@dataclass(frozen=True)
class Activation:
    """a = σ(z): its branches from left to right, and the breakpoints between them.

    `alpha` is the default of the parameter, None where there is none; a `trainable` one is learned. `default_slopes`
    holds for each breakpoint the slope that is taken where no other is given: a number, or "alpha" for the left slope.

    >>> [branch.formula for branch in ACTIVATIONS["leaky_relu"].branches], ACTIVATIONS["leaky_relu"].breakpoints
    (['alpha*x', 'x'], (0.0,))
    """

    name: str
    branches: tuple[Branch, ...]
    breakpoints: tuple[float, ...] = ()
    default_slopes: tuple[float | str, ...] = ()
    alpha: float | None = None
    trainable: bool = False

    def piecewise(self, alpha: Any = None) -> PiecewiseFunction:
        """σ as exact branches in x, with α as given: a number or an expression; None is the real symbol `alpha`.

        >>> ACTIVATIONS["elu"].piecewise(alpha=0.5)
        PiecewiseFunction(Piecewise((exp(x)/2 - 1/2, x <= 0), (x, True)))
        """
        import sympy as sp  # late, with the calculus: networks train without them

        from course_lib.calculus import PiecewiseFunction
        from course_lib.calculus.arguments import check_real

        self._check_alpha(alpha)
        names = {
            "x": sp.Symbol("x"),
            "alpha": sp.Symbol("alpha", real=True) if alpha is None else check_real("alpha", alpha),
        }
        branches = [sp.sympify(branch.formula, names) for branch in self.branches]
        return PiecewiseFunction(branches, self.breakpoints, names["x"])

    def __call__(self, z: ArrayLike, alpha: ArrayLike | None = None) -> Array:
        """σ(z), elementwise, in the precision of z; whole numbers become float64.

        `alpha` is a number or an array that broadcasts with z; None is the activation's default. float16 is computed
        in float32 and rounded once. NaN stays NaN.

        >>> ACTIVATIONS["relu"]([-1, 0, 2])
        array([0., 0., 2.])
        """
        z, alpha, dtype = self._prepared(z, alpha)
        return self._from_branches("value", z, alpha, dtype)

    def derivative(
        self,
        z: ArrayLike,
        slope_at_kink: ArrayLike | tuple[Any, ...] | None = None,
        alpha: ArrayLike | None = None,
    ) -> Array:
        """σ'(z), elementwise, with `slope_at_kink` where z is exactly a breakpoint; −0.0 is 0.

        `slope_at_kink` is a number, a tuple with one number per breakpoint, or None for the default slopes. Any finite
        number will do; outside of [σ'₋, σ'₊], as 5 for ReLU, it lies outside the subdifferential.

        >>> ACTIVATIONS["relu"].derivative([-1, 0, 2], slope_at_kink=0.5)
        array([0. , 0.5, 1. ])
        """
        slopes = self.slopes_at_kinks(slope_at_kink, alpha)
        z, alpha, dtype = self._prepared(z, alpha)
        slope = self._from_branches("slope", z, alpha, dtype)
        for point, at_kink in zip(self.breakpoints, slopes, strict=True):
            if at_kink is not None and (np.ndim(at_kink) or not np.isfinite(at_kink)):
                raise ValueError(refusal("slope_at_kink", slope_at_kink, "a finite number, or a tuple of one per kink"))
            slope = np.where(z == point, np.asarray(alpha if at_kink is None else at_kink).astype(dtype), slope)
        return slope

    def bends(self, alpha: Any = None) -> tuple[Array, ...]:
        """Whether σ'₋ ≠ σ'₊ at each breakpoint, in the shape of α: elsewhere σ is differentiable and has no kink.

        >>> [bool(bend) for bend in ACTIVATIONS["relu6"].bends()], ACTIVATIONS["elu"].bends([0.5, 1.0])[0].tolist()
        ([True, True], [True, False])
        """
        found = []
        for i, point in enumerate(self.breakpoints):
            z, alphas, _ = self._prepared(point, alpha)
            left, right = (branch.slope(z, alphas) for branch in self.branches[i : i + 2])
            found.append(~np.isclose(left, right, rtol=1e-12, atol=1e-12))
        return tuple(found)

    def slopes_at_kinks(self, slope_at_kink: Any, alpha: Any = None) -> tuple[Any, ...]:
        """One entry for each breakpoint: what was given for it, or its default; None is the left slope α.

        Raises ValueError where there is no kink to give a slope to, and the derivative is not what was given: leaky
        ReLU and ELU with the single number α = 1 have the derivative 1 at 0. An α that is trained or given per replica
        is not looked at.

        >>> ACTIVATIONS["relu6"].slopes_at_kinks((None, 1.0)), ACTIVATIONS["leaky_relu"].slopes_at_kinks(None)
        ((0.0, 1.0), (None,))
        """
        kinks = len(self.breakpoints)
        if not kinks and slope_at_kink is not None:
            raise ValueError(refusal("slope_at_kink", slope_at_kink, f"None for {self.name}, which has no kink"))
        if not isinstance(slope_at_kink, tuple):
            slope_at_kink = (slope_at_kink,) * kinks
        if len(slope_at_kink) != kinks:
            at = " and ".join(f"{point:g}" for point in self.breakpoints)
            accepted = f"a tuple of {kinks} for {self.name}, with kinks at {at}; one number per replica is a list"
            raise ValueError(refusal("slope_at_kink", slope_at_kink, accepted))
        if not self.trainable and (alpha is None or np.ndim(alpha) == 0):
            for i, (given, bend) in enumerate(zip(slope_at_kink, self.bends(alpha), strict=True)):
                if given is None or bend:
                    continue
                z, alphas, _ = self._prepared(self.breakpoints[i], alpha)
                derivative = float(self.branches[i].slope(z, alphas))
                if np.any(np.asarray(given) != derivative):
                    which = f"{self.name} with alpha = {float(alphas):g}" if alphas is not None else self.name
                    at = f"which has the derivative {derivative:g} at {self.breakpoints[i]:g}"
                    raise ValueError(refusal("slope_at_kink", given, f"None or {derivative:g} for {which}, {at}"))
        defaults = (None if default == "alpha" else default for default in self.default_slopes)
        return tuple(
            default if given is None else given for given, default in zip(slope_at_kink, defaults, strict=True)
        )

    def _from_branches(
        self, which: Literal["value", "slope"], z: Array, alpha: Array | None, dtype: np.dtype[Any]
    ) -> Array:
        """Each entry from the branch that z lies in, rounded once; a breakpoint belongs to the branch left of it."""
        inside = np.searchsorted(self.breakpoints, z)
        with np.errstate(all="ignore"):  # of branches that are not taken, and of the smaller range of `dtype`
            results = [getattr(branch, which)(z, alpha) for branch in self.branches]
            return np.where(np.isnan(z), z, np.choose(inside, results) + 0.0).astype(dtype)  # no −0.0

    def _prepared(self, z: ArrayLike, alpha: Any) -> tuple[Array, Array | None, np.dtype[Any]]:
        """z and α in the precision of the computation and in one shape, and the precision of the result."""
        z = np.asarray(z)
        if z.dtype.kind not in "biuf" or z.dtype.itemsize > 8:
            raise TypeError(f"z: got {z.dtype}; accepted are float16, float32, float64 and whole numbers")
        self._check_alpha(alpha)
        dtype = z.dtype if z.dtype.kind == "f" else np.dtype(np.float64)
        z = z.astype(np.result_type(dtype, np.float32))
        if self.alpha is None:
            return z, None, dtype
        z, alpha = np.broadcast_arrays(z, np.asarray(self.alpha if alpha is None else alpha, z.dtype))
        return z, alpha, dtype

    def _check_alpha(self, alpha: Any) -> None:
        if alpha is not None and self.alpha is None:
            raise ValueError(refusal("alpha", alpha, f"None for {self.name}, which has no parameter"))


def _level(number: float) -> Branch:
    return Branch(f"{number:g}", lambda z, _: np.full_like(z, number), lambda z, _: np.zeros_like(z))


def _sigmoid(z: Array, _: Any = None) -> Array:
    e = np.exp(-np.abs(z))  # never overflows
    return np.where(z >= 0, 1, e) / (1 + e)


def _softplus(z: Array, _: Any = None) -> Array:
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def _normal(z: Array) -> Array:
    """Φ(z), the share of the standard normal distribution left of z."""
    from scipy.special import ndtr  # late: loading it takes longer than a short training

    return np.asarray(ndtr(z))


def _gelu_slope(z: Array, _: Any = None) -> Array:
    z = np.clip(z, -FLAT, FLAT)
    return _normal(z) + z * np.exp(-z * z / 2) / np.sqrt(2 * z.dtype.type(np.pi))


def _silu_slope(z: Array, _: Any = None) -> Array:
    z = np.clip(z, -FLAT_SIGMOID, FLAT_SIGMOID)
    return _sigmoid(z) * (1 + z * (1 - _sigmoid(z)))


# Beyond ±FLAT, Φ and its density are exactly 0 or 1 in float64, and beyond ±FLAT_SIGMOID the sigmoid is: products with
# them take no ∞, which would be NaN.
FLAT, FLAT_SIGMOID = 40, 800

IDENTITY = Branch("x", lambda z, _: z, lambda z, _: np.ones_like(z))
SCALED = Branch("alpha*x", lambda z, alpha: alpha * z, lambda z, alpha: alpha)
NEGATED = Branch("-x", lambda z, _: -z, lambda z, _: -np.ones_like(z))
EXPONENTIAL = Branch(
    "alpha*(exp(x) - 1)", lambda z, alpha: alpha * np.expm1(z), lambda z, alpha: alpha * (np.expm1(z) + 1)
)
SOFTPLUS = Branch("log(1 + exp(x))", _softplus, lambda z, _: -np.expm1(-_softplus(z)))
SIGMOID = Branch("1/(1 + exp(-x))", _sigmoid, lambda z, _: (1 - _sigmoid(z)) * _sigmoid(z))
TANH = Branch("tanh(x)", lambda z, _: np.tanh(z), lambda z, _: 1 - np.tanh(z) ** 2)
SQUARE = Branch("x**2", lambda z, _: z * z, lambda z, _: 2 * z)
GELU = Branch("x*(1 + erf(x/sqrt(2)))/2", lambda z, _: np.maximum(z, -FLAT) * _normal(z), _gelu_slope)
SILU = Branch("x/(1 + exp(-x))", lambda z, _: np.maximum(z, -FLAT_SIGMOID) * _sigmoid(z), _silu_slope)

ACTIVATIONS = {
    activation.name: activation
    for activation in (
        Activation("identity", (IDENTITY,)),
        Activation("relu", (_level(0), IDENTITY), (0.0,), (0.0,)),
        Activation("leaky_relu", (SCALED, IDENTITY), (0.0,), ("alpha",), alpha=0.01),
        Activation("prelu", (SCALED, IDENTITY), (0.0,), ("alpha",), alpha=0.25, trainable=True),
        Activation("absolute", (NEGATED, IDENTITY), (0.0,), (0.0,)),
        Activation("elu", (EXPONENTIAL, IDENTITY), (0.0,), ("alpha",), alpha=1.0),
        Activation("softplus", (SOFTPLUS,)),
        Activation("relu6", (_level(0), IDENTITY, _level(6)), (0.0, 6.0), (0.0, 0.0)),
        Activation("hard_tanh", (_level(-1), IDENTITY, _level(1)), (-1.0, 1.0), (0.0, 0.0)),
        Activation("sigmoid", (SIGMOID,)),
        Activation("tanh", (TANH,)),
        Activation("squared_relu", (_level(0), SQUARE), (0.0,), (0.0,)),
        Activation("gelu", (GELU,)),
        Activation("silu", (SILU,)),
    )
}
