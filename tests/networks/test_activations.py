"""Every activation against its symbolic branches: what training runs, and what a caller evaluates."""

from functools import cache, partial

import mpmath
import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction, clarke_subdifferential, one_sided_derivative
from course_lib.networks.activations import ACTIVATIONS, slopes
from course_lib.networks.kernels import bind

LEFT_OF_0 = [-1000, -50, -20, -6, -2.5, -1.25, -0.75, -0.25, -(2.0**-20)]
ALPHAS = {"leaky_relu": [None, 0.0, -0.5, 1.75], "prelu": [None, 0.0, -0.5, 1.75], "elu": [None, 0.5, 2.0]}
CASES = [(name, alpha) for name in ACTIVATIONS for alpha in ALPHAS.get(name, [None])]
REPLICAS = 3
# A pair holds one entry per kink; an activation with one kink takes the first.
SLOPES = [None, 0.0, 0.5, 1.0, -1.75, [0.0, 0.5, 1.0], (0.25, -3.0), (None, [1.0, 0.0, 0.5])]
UPSTREAM = [-2.5, 0.75, 3.0, 1.0, -0.001]


def symbolic(name, alpha) -> PiecewiseFunction:
    default = ACTIVATIONS[name].alpha
    return ACTIVATIONS[name].piecewise(alpha if default is None or alpha is not None else default)


@cache
def points(name, dtype) -> list[float]:
    """Breakpoints, their neighbours in that precision, and points up to where a plain exponential would overflow."""
    at = ACTIVATIONS[name].breakpoints
    beside = [float(np.nextafter(dtype(p), dtype(to))) for p in at for to in (-np.inf, np.inf)]
    found = sorted({*LEFT_OF_0, *(-z for z in LEFT_OF_0), *at, *beside})
    return [*found, -0.0] if 0 in at else found


@cache
def theory(name, alpha, dtype) -> list[tuple[float, float | None]]:
    """σ(z) and σ'(z) at each of the points by 50 digits from the branches; no slope at a breakpoint."""
    f = symbolic(name, alpha)
    at = ACTIVATIONS[name].breakpoints
    branches = [
        [sp.lambdify(f.variable, g, "mpmath") for g in (branch, sp.diff(branch, f.variable))] for branch in f.branches
    ]
    found: list[tuple[float, float | None]] = []
    with mpmath.workdps(50):
        for z in points(name, dtype):
            value, slope = branches[sum(z > p for p in at)]
            if z in at:
                found.append((float(f.value(sp.Rational(z))), None))
            else:
                found.append((float(value(mpmath.mpf(z))), float(slope(mpmath.mpf(z)))))
    return found


def one_sided_slopes(name, alpha) -> list[list[float]]:
    """σ'₋ and σ'₊ at each breakpoint."""
    f = symbolic(name, alpha)
    return [[float(one_sided_derivative(f, p, side)) for side in "-+"] for p in f.breakpoints]


def at_kinks(name, alpha, slope_at_kink) -> np.ndarray:
    """The slope that each replica must take at each breakpoint: (breakpoints, replicas)."""
    stated = [left if name in ALPHAS else 0.0 for left, _ in one_sided_slopes(name, alpha)]
    pair = slope_at_kink if isinstance(slope_at_kink, tuple) else (slope_at_kink,) * len(stated)
    chosen = [default if slope is None else slope for slope, default in zip(pair, stated, strict=True)]
    return np.array([np.broadcast_to(slope, REPLICAS) for slope in chosen])


def per_kink(name, slope_at_kink):
    return slope_at_kink[: len(ACTIVATIONS[name].breakpoints)] if isinstance(slope_at_kink, tuple) else slope_at_kink


def close(found, expected, dtype) -> np.ndarray:
    """Within 8 units of round-off, of the number or of 1."""
    return np.abs(found - expected) <= 8 * np.finfo(dtype).eps * np.maximum(np.abs(expected), 1)


def faults(name, alpha, slope_at_kink, dtype, binder=bind) -> list[str]:
    """Where the steps of `binder` differ from the branches, in a strided A, with upstream gradients other than 1."""
    activation, z = ACTIVATIONS[name], np.array(points(name, dtype), dtype)
    extended = np.full((REPLICAS, 3, len(z)), 7, dtype)
    A = extended[:, :2]
    A[...] = z
    upstream = np.resize(np.array(UPSTREAM, dtype), A.shape)
    delta = upstream.copy()
    slope_at_kink = per_kink(name, slope_at_kink)
    parameter = activation.alpha if alpha is None else alpha
    forward, backward = binder(
        activation,
        A,
        delta,
        slopes(activation, slope_at_kink, parameter, REPLICAS, dtype),
        None if parameter is None else np.array(parameter, dtype),
    )
    for step in forward:
        step()
    found = [f"row {row}" for row in np.unique(np.argwhere(extended[:, 2:] != 7)[:, 0])]
    kinks = dict(zip(activation.breakpoints, at_kinks(name, alpha, slope_at_kink), strict=True))
    values = A.copy()
    for step in backward:
        step()
    for i, (point, (value, slope)) in enumerate(zip(z, theory(name, alpha, dtype), strict=True)):
        if not close(values[..., i], value, dtype).all():
            found.append(f"value at {point}: {values[..., i].tolist()}, not {value}")
        if slope is None:  # what multiplies at a kink is a number of the caller's, and nothing is to be rounded twice
            right = delta[..., i] == upstream[..., i] * kinks[point].astype(dtype)[:, None]
        else:
            right = close(delta[..., i] / upstream[..., i], slope, dtype)
        if not right.all():
            found.append(f"slope at {point}: {(delta[..., i] / upstream[..., i]).tolist()}, not {slope}")
    return found


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "alpha"), CASES)
def test_an_activation_is_its_branches(name, alpha, dtype) -> None:
    activation, z = ACTIVATIONS[name], np.array(points(name, dtype), dtype)
    smooth = not activation.breakpoints
    differentiable = name == "elu" and alpha is None
    for slope_at_kink in [None] if smooth else [None, 1.0] if differentiable else SLOPES:
        assert faults(name, alpha, slope_at_kink, dtype) == []

    values = activation(z, alpha)
    derivative = activation.derivative(z, alpha=alpha)
    assert values.dtype == derivative.dtype == dtype
    for point, value, slope, (true_value, true_slope) in zip(
        z, values, derivative, theory(name, alpha, dtype), strict=True
    ):
        assert close(value, true_value, dtype), point
        assert true_slope is None or close(slope, true_slope, dtype), point

    for i, (point, (left, right)) in enumerate(zip(activation.breakpoints, one_sided_slopes(name, alpha), strict=True)):
        beside = np.nextafter(dtype(point), np.array([-np.inf, np.inf], dtype))
        assert close(activation.derivative(beside, alpha=alpha), [left, right], dtype).all()
        for s in [left, right] if differentiable else [left, right, 0.0, 0.5, -1.75]:
            others = tuple(s if j == i else None for j in range(len(activation.breakpoints)))
            assert activation.derivative(dtype(point), others, alpha) == dtype(s)
            assert activation.derivative(dtype(point), s, alpha) == dtype(s)


def assigned(activation, A, delta, *rest):
    """The slope, in place of the product with the upstream gradient."""
    forward, backward = bind(activation, A, delta, *rest)
    return forward, [partial(delta.fill, 1), *backward]


def assigned_at_the_kink(activation, A, delta, *rest):
    forward, backward = bind(activation, A, delta, *rest)
    kink = np.empty(A.shape, bool)
    s = rest[0][0]
    return [partial(np.equal, A, 0, kink), *forward], [*backward, lambda: np.copyto(delta, s, where=kink)]


def mask_after_the_activation(activation, A, delta, *rest):
    """[a ≥ 0] after ReLU, which is true everywhere."""
    mask = np.empty(A.shape, bool)
    forward, _ = bind(activation, A, None, *rest)
    return forward, [partial(np.greater_equal, A, 0, mask), partial(np.multiply, delta, mask, delta)]


def mask_with_the_kink(activation, A, delta, *rest):
    """[z ≥ 0] where the slope at the kink is 0."""
    mask = np.empty(A.shape, bool)
    forward, _ = bind(activation, A, None, *rest)
    return [partial(np.greater_equal, A, 0, mask), *forward], [partial(np.multiply, delta, mask, delta)]


def square_forgotten(activation, A, delta, *rest):
    """1 − a for tanh."""
    forward, _ = bind(activation, A, None, *rest)
    return forward, [lambda: np.multiply(delta, 1 - A, delta)]


def replicas_reversed(activation, A, delta, at_kink, *rest):
    return bind(activation, A, delta, tuple(slope[::-1] for slope in at_kink), *rest)


def kinks_swapped(activation, A, delta, at_kink, *rest):
    return bind(activation, A, delta, at_kink[::-1], *rest)


def slightly_too_steep(activation, A, delta, *rest):
    """2.001 for 2."""
    forward, backward = bind(activation, A, delta, *rest)
    return forward, [*backward, partial(np.multiply, delta, 1.0005, delta)]


def mask_from_the_activation(activation, A, delta, at_kink, alpha):
    """[a > 0] for PReLU, which is wrong where α is negative."""
    mask = np.empty(A.shape, bool)
    forward, _ = bind(activation, A, None, at_kink, alpha)
    return forward, [
        partial(np.greater, A, 0, mask),
        lambda: np.multiply(delta, np.where(mask, 1, alpha), delta),
    ]


def identity_from_20_on(activation, A, delta, *rest):
    """Softplus cut off where it is nearly z."""
    forward, backward = bind(activation, A, delta, *rest)
    z = np.empty(A.shape)
    return [lambda: np.copyto(z, A), *forward, lambda: np.copyto(A, z, where=z >= 20)], backward


def bias_row_overwritten(activation, A, delta, *rest):
    forward, backward = bind(activation, A, delta, *rest)
    return [*forward, lambda: A.base[:, 2:].fill(0)], backward


WRONG = [
    (assigned, "relu", None, 0.5),
    (assigned, "sigmoid", None, None),
    (assigned_at_the_kink, "relu", None, 0.5),
    (mask_after_the_activation, "relu", None, 0.0),
    (mask_with_the_kink, "relu", None, 0.0),
    (square_forgotten, "tanh", None, None),
    (replicas_reversed, "relu", None, [0.0, 0.5, 1.0]),
    (kinks_swapped, "relu6", None, (0.25, -3.0)),
    (slightly_too_steep, "identity", None, None),
    (mask_from_the_activation, "prelu", -0.5, None),
    (identity_from_20_on, "softplus", None, None),
    (bias_row_overwritten, "tanh", None, None),
]


@pytest.mark.parametrize(("wrong", "name", "alpha", "slope_at_kink"), WRONG)
def test_a_wrong_kernel_is_caught(wrong, name, alpha, slope_at_kink) -> None:
    assert faults(name, alpha, slope_at_kink, np.float64) == []
    assert faults(name, alpha, slope_at_kink, np.float64, wrong)


@pytest.mark.parametrize(("name", "alpha"), CASES)
def test_a_default_slope_is_a_clarke_subgradient(name, alpha) -> None:
    f = symbolic(name, alpha)
    for point in f.breakpoints:
        slope = ACTIVATIONS[name].derivative(float(point), alpha=alpha)
        assert sp.Rational(str(slope)) in clarke_subdifferential(f, point)
