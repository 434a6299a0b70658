"""Every activation, as it is evaluated and as training runs it, against its symbolic branches; maxout's steps."""

import subprocess
import sys
from functools import cache, partial

import mpmath
import numpy as np
import pytest
import sympy as sp
from textbook import TEXTBOOK

from course_lib.calculus import PiecewiseFunction, clarke_subdifferential, one_sided_derivative
from course_lib.networks import ACTIVATIONS, Dense, Network, measure
from course_lib.networks.kernels import bind, bind_maxout

LEFT_OF_0 = [-1000, -50, -20, -6, -2.5, -1.25, -0.75, -0.25, -(2.0**-20)]
CASES = [
    (name, alpha)
    for name, activation in ACTIVATIONS.items()
    for alpha in ([None] if activation.alpha is None else [None, -0.5, 1.75])
]
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
    return [*sorted({*LEFT_OF_0, *(-z for z in LEFT_OF_0), 0.0, *at, *beside}), -0.0]


@cache
def theory(name, alpha, dtype) -> list[tuple[float, float | None]]:
    """σ(z) and σ'(z) at each of the points by 50 digits from the branches; no slope at a breakpoint."""
    f, at = symbolic(name, alpha), ACTIVATIONS[name].breakpoints
    branches = [
        [sp.lambdify(f.variable, g, "mpmath") for g in (branch, sp.diff(branch, f.variable))] for branch in f.branches
    ]
    pairs: list[tuple[float, float | None]] = []
    with mpmath.workdps(50):
        for z in points(name, dtype):
            value, slope = branches[sum(z > p for p in at)]
            if z in at:
                pairs.append((float(f.value(sp.Rational(z))), None))
            else:
                pairs.append((float(value(mpmath.mpf(z))), float(slope(mpmath.mpf(z)))))
    return pairs


@cache
def one_sided_slopes(name, alpha) -> list[list[float]]:
    """σ'₋ and σ'₊ at each breakpoint."""
    f = symbolic(name, alpha)
    return [[float(one_sided_derivative(f, p, side)) for side in "-+"] for p in f.breakpoints]


def at_kinks(name, alpha, slope_at_kink) -> np.ndarray:
    """The slope that each replica must take at each breakpoint: (breakpoints, replicas)."""
    stated = [left if ACTIVATIONS[name].alpha is not None else 0.0 for left, _ in one_sided_slopes(name, alpha)]
    pair = slope_at_kink if isinstance(slope_at_kink, tuple) else (slope_at_kink,) * len(stated)
    chosen = [default if slope is None else slope for slope, default in zip(pair, stated, strict=True)]
    return np.array([np.broadcast_to(slope, REPLICAS) for slope in chosen])


def run(*lists):
    for steps in lists:
        for step in steps:
            step()


def close(computed, expected, dtype) -> np.ndarray:
    """Within 8 units of round-off, of the number or of 1."""
    return np.abs(computed - expected) <= 8 * np.finfo(dtype).eps * np.maximum(np.abs(expected), 1)


def faults(name, alpha, slope_at_kink, dtype, binder=bind) -> list[str]:
    """Where the steps of `binder` differ from the branches, in a strided A, with upstream gradients other than 1."""
    activation, z = ACTIVATIONS[name], np.array(points(name, dtype), dtype)
    extended = np.full((REPLICAS, 3, len(z)), 7, dtype)
    A = extended[:, :2]
    A[...] = z
    upstream = np.resize(np.array(UPSTREAM, dtype), A.shape)
    delta = upstream.copy()
    if isinstance(slope_at_kink, tuple):
        slope_at_kink = slope_at_kink[: len(activation.breakpoints)]
    parameter = activation.alpha if alpha is None else alpha
    alphas = None if parameter is None else np.full((REPLICAS, 2, 1), parameter, dtype)
    each = None if parameter is None else [parameter] * REPLICAS
    slopes = Dense(1, 1, name, slope_at_kink, each).slopes(REPLICAS, dtype)
    forward, backward = binder(activation, A, delta, slopes, alphas)
    run(forward)
    wrong = [] if (extended[:, 2:] == 7).all() else ["what lies beside A"]
    kinks = dict(zip(activation.breakpoints, at_kinks(name, alpha, slope_at_kink), strict=True))
    values = A.copy()
    run(backward)
    for i, (point, (value, slope)) in enumerate(zip(z, theory(name, alpha, dtype), strict=True)):
        if not close(values[..., i], value, dtype).all():
            wrong.append(f"value at {point}: {values[..., i].tolist()}, not {value}")
        if slope is None:  # what multiplies at a kink is a number of the caller's, and nothing is to be rounded twice
            right = delta[..., i] == upstream[..., i] * kinks[point].astype(dtype)[:, None]
        else:
            right = close(delta[..., i] / upstream[..., i], slope, dtype)
        if not right.all():
            wrong.append(f"slope at {point}: {(delta[..., i] / upstream[..., i]).tolist()}, not {slope}")
    return wrong


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "alpha"), CASES)
def test_an_activation_is_its_branches(name, alpha, dtype):
    activation, z = ACTIVATIONS[name], np.array(points(name, dtype), dtype)
    for slope_at_kink in SLOPES if TEXTBOOK[name][1] else [None]:
        assert faults(name, alpha, slope_at_kink, dtype) == []

    values, derivative = activation(z, alpha), activation.derivative(z, alpha=alpha)
    assert values.dtype == derivative.dtype == dtype
    for at, (true_value, true_slope) in enumerate(theory(name, alpha, dtype)):
        assert close(values[at], true_value, dtype), z[at]
        assert true_slope is None or close(derivative[at], true_slope, dtype), z[at]

    for i, (point, (left, right)) in enumerate(zip(activation.breakpoints, one_sided_slopes(name, alpha), strict=True)):
        beside = np.nextafter(dtype(point), np.array([-np.inf, np.inf], dtype))
        assert close(activation.derivative(beside, alpha=alpha), [left, right], dtype).all()
        assert activation.derivative(dtype(point), alpha=alpha) == dtype(at_kinks(name, alpha, None)[i, 0])
        for s in (left,) if left == right else (left, right, 0.5, -1.75):
            others = tuple(s if j == i else None for j in range(len(activation.breakpoints)))
            assert activation.derivative(dtype(point), others, alpha) == dtype(s)
            assert activation.derivative(dtype(point), s, alpha) == dtype(s)


@pytest.mark.parametrize(("name", "alpha"), CASES)
def test_a_default_slope_is_a_clarke_subgradient(name, alpha):
    f = symbolic(name, alpha)
    for point in f.breakpoints:
        slope = ACTIVATIONS[name].derivative(float(point), alpha=alpha)
        assert sp.Rational(str(slope)) in clarke_subdifferential(f, point)


def assigned(activation, A, delta, *rest):
    """The slope, in place of the product with the upstream gradient."""
    forward, backward = bind(activation, A, delta, *rest)
    return forward, [partial(delta.fill, 1), *backward]


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


def identity_from_20_on(activation, A, delta, *rest):
    """Softplus cut off where it is nearly z."""
    forward, backward = bind(activation, A, delta, *rest)
    z = np.empty(A.shape)
    return [lambda: np.copyto(z, A), *forward, lambda: np.copyto(A, z, where=z >= 20)], backward


def bias_row_overwritten(activation, A, delta, *rest):
    forward, backward = bind(activation, A, delta, *rest)
    return [*forward, lambda: A.base[:, 2:].fill(0)], backward


WRONG = [
    (assigned, "relu", 0.5),
    (assigned, "sigmoid", None),
    (mask_after_the_activation, "relu", 0.0),
    (mask_with_the_kink, "relu", 0.0),
    (square_forgotten, "tanh", None),
    (replicas_reversed, "relu", [0.0, 0.5, 1.0]),
    (kinks_swapped, "relu6", (0.25, -3.0)),
    (slightly_too_steep, "identity", None),
    (identity_from_20_on, "softplus", None),
    (bias_row_overwritten, "tanh", None),
]


@pytest.mark.parametrize(("wrong", "name", "slope_at_kink"), WRONG)
def test_a_wrong_kernel_is_caught(wrong, name, slope_at_kink):
    assert faults(name, None, slope_at_kink, np.float64) == []
    assert faults(name, None, slope_at_kink, np.float64, wrong)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("sigmoid", lambda z: 1 / (1 + mpmath.exp(-z)), lambda z: mpmath.sech(z / 2) ** 2 / 4),
        ("softplus", lambda z: mpmath.log1p(mpmath.exp(z)), lambda z: 1 / (1 + mpmath.exp(-z))),
        ("elu", mpmath.expm1, mpmath.exp),
        ("tanh", mpmath.tanh, None),
        ("silu", lambda z: z / (1 + mpmath.exp(-z)), None),
    ],
)
def test_the_left_tail_and_values_near_0_keep_their_digits(name, value, slope, dtype):
    for z in (-np.geomspace(1e-3, 80, 60).astype(dtype), -np.geomspace(1e-30, 1, 60).astype(dtype)):
        with mpmath.workdps(60):
            exact = [[float(f(mpmath.mpf(float(point)))) for point in z] for f in (value, slope) if f]
        np.testing.assert_allclose(ACTIVATIONS[name](z), exact[0], rtol=8 * np.finfo(dtype).eps)
        if slope and name != "elu":
            np.testing.assert_allclose(ACTIVATIONS[name].derivative(z), exact[1], rtol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_precision_shape_and_nan_are_kept_and_half_is_rounded_once(name, dtype):
    z = np.append(np.linspace(-9, 9, 299), np.nan).astype(dtype).reshape(2, 3, 50)[:, ::2]
    before, exact = z.copy(), ACTIVATIONS[name](z.astype(np.float64))
    for result in (ACTIVATIONS[name](z), ACTIVATIONS[name].derivative(z)):
        assert (result.dtype, result.shape) == (z.dtype, z.shape)
        assert (np.isnan(result) == np.isnan(z)).all()
    assert np.array_equal(z, before, equal_nan=True)
    assert not np.signbit(ACTIVATIONS[name](np.array([0.0, -0.0], dtype))).any()
    if dtype == "float16":
        # A single rounding is off by half a unit at most; float32 in between adds next to nothing.
        exact, rounded = exact[~np.isnan(z)], ACTIVATIONS[name](z)[~np.isnan(z)]
        unit = np.spacing(np.abs(exact).astype(np.float16)).astype(np.float64)
        assert (np.abs(rounded.astype(np.float64) - exact) <= 0.501 * unit).all()


def test_whole_numbers_become_float64_and_alpha_broadcasts():
    assert ACTIVATIONS["sigmoid"](np.arange(3, dtype=np.uint8)).dtype == np.float64
    z, alpha = np.array([[-2.0], [3.0]]), np.array([0.0, 0.5, -1.0])
    assert ACTIVATIONS["prelu"](z, alpha).tolist() == [[0, -1, 2], [3, 3, 3]]
    assert ACTIVATIONS["prelu"].derivative(z, alpha=alpha).tolist() == [[0, 0.5, -1], [1, 1, 1]]
    assert ACTIVATIONS["prelu"].derivative(0.0, alpha=alpha).tolist() == [0, 0.5, -1]


BAD = [
    (lambda: ACTIVATIONS["relu"]([0.5, 1j]), TypeError, "z: got complex128; accepted are float16"),
    (lambda: ACTIVATIONS["relu"](1.0, 0.1), ValueError, "alpha: got 0.1; accepted is None for relu"),
    (lambda: ACTIVATIONS["relu"].derivative(0.0, [0.0, 1.0]), ValueError, r"slope_at_kink: got \[0.0, 1.0\]"),
    (lambda: ACTIVATIONS["relu"].derivative(0.0, np.nan), ValueError, "slope_at_kink: got nan; .* finite"),
    (lambda: ACTIVATIONS["tanh"].derivative(0.0, 0.0), ValueError, "slope_at_kink: got 0.0; accepted is None for tanh"),
    (lambda: ACTIVATIONS["relu6"].derivative(0.0, (0.0,)), ValueError, "a tuple of 2 for relu6, with kinks at 0 and 6"),
    # Both are differentiable at 0 where α = 1: there is no slope to choose.
    (lambda: ACTIVATIONS["elu"].derivative(0.0, 0.5), ValueError, "None or 1 for elu with alpha = 1"),
    (lambda: ACTIVATIONS["leaky_relu"].derivative(0.0, 0.0, 1), ValueError, "None or 1 for leaky_relu with alpha = 1"),
    (lambda: Network([Dense(2, 3, "elu", 0.0), Dense(3, 1)]), ValueError, "slope_at_kink: got 0.0; accepted is None"),
]


@pytest.mark.parametrize(("use", "error", "message"), BAD)
def test_what_does_not_fit_is_named(use, error, message):
    with pytest.raises(error, match=message):
        use()


def test_activations_load_neither_sympy_nor_the_calculus():
    program = (
        "import sys, course_lib.networks.activations as a; a.ACTIVATIONS['elu'].derivative(1.0);"
        "print([m for m in sys.modules if m.split('.')[0] in ('sympy', 'mpmath') or m == 'course_lib.calculus'])"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True)
    assert printed.stdout.strip() == "[]"


# The steps alone: what is not finite, and maxout.
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_not_a_number_stays_and_infinity_goes_to_the_limit(name):
    activation = ACTIVATIONS[name]
    f = activation.piecewise(activation.alpha)
    ends = [(f.branches[0], -sp.oo), (f.branches[-1], sp.oo)]
    values = [float(sp.limit(branch, f.variable, end)) for branch, end in ends]
    limits = [float(sp.limit(sp.diff(branch, f.variable), f.variable, end)) for branch, end in ends]
    for dtype in (np.float32, np.float64):
        alpha = None if activation.alpha is None else np.full((1, 1, 1), activation.alpha, dtype)
        for slope_at_kink in [None, 1.0] if TEXTBOOK[name][1] else [None]:
            A = np.array([[[np.nan, -np.nan, -np.inf, np.inf]]], dtype)
            used, delta = A.copy(), np.full((1, 1, 4), -2.5, dtype)
            at_kink = Dense(1, 1, name, slope_at_kink).slopes(1, dtype)
            run(*bind(activation, A, delta, at_kink, alpha))
            assert np.isnan(A[0, 0, :2]).all()
            assert A[0, 0, 2:].tolist() == [dtype(value) for value in values]
            assert delta[0, 0, 2:].tolist() == [dtype(-2.5) * dtype(slope) for slope in limits]
            forward, backward = bind(activation, used, None, at_kink, alpha)
            run(forward)  # without an upstream gradient: the same values, and no backward steps
            assert backward == [] and np.array_equal(used, A, equal_nan=True)
        A, delta = np.array([[[-2.0, 0.0, 0.5, 9.0]]], dtype), np.full((1, 1, 4), np.nan, dtype)
        run(*bind(activation, A, delta, Dense(1, 1, name).slopes(1, dtype), alpha))
        assert np.isnan(delta).all()


def maxout(z, upstream, tie):
    """The maximum over all rows of z, and the gradient with respect to z."""
    out, delta = np.empty_like(upstream), np.empty_like(z)
    run(*bind_maxout(z, out, upstream, delta, z.shape[1], tie))
    return out, delta


@pytest.mark.parametrize("tie", ["first", "split"])
def test_signed_zeros_tie_and_nan_stays_nan_in_maxout(tie):
    z, upstream = np.array([[[-0.0], [0.0], [-1.0]]]), np.array([[[4.0]]])
    assert maxout(z, upstream, tie)[1].ravel().tolist() == ([4, 0, 0] if tie == "first" else [2, 2, 0])
    with np.errstate(all="ignore"):
        out, delta = maxout(np.array([[[1.0, np.nan], [3.0, 2.0]]]), np.full((1, 1, 2), 2.0), tie)
    assert out[0, 0, 0] == 3 and np.isnan(out[0, 0, 1])
    assert delta[0, :, 0].tolist() == [0, 2]
    assert not (delta[0, :, 1] == [0, 2]).all()  # the NaN is not taken for a loser of the comparison
    # A NaN from upstream reaches the winner.
    assert np.isnan(maxout(np.array([[[1.0], [3.0]]]), np.full((1, 1, 1), np.nan), tie)[1][0, 1, 0])


def test_a_breakpoint_where_the_function_is_differentiable_is_no_kink():
    """max(0, z)²: there is no slope to choose at 0, and no pre-activation is on a kink."""
    squared = ACTIVATIONS["squared_relu"]
    assert [bend.item() for bend in squared.bends()] == [False]
    assert squared.derivative([-1.0, 0.0, 2.0]).tolist() == [0, 0, 4]
    assert squared.derivative(0.0, slope_at_kink=0.0) == 0
    with pytest.raises(ValueError, match="got 0.5; accepted is None or 0 for squared_relu, which has the derivative 0"):
        squared.derivative(0.0, slope_at_kink=0.5)
    assert ACTIVATIONS["elu"].bends([0.5, 1.0])[0].tolist() == [True, False]
    # On 0 everywhere: ELU with α = 1 has no kink there.
    network = Network([Dense(2, 3, "elu", None, [0.5, 1.0], "zero"), Dense(3, 2)], replicas=2)
    assert measure(network, np.ones((4, 2)), np.zeros(4, int)).at_kink.tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize("slope", [-1.0, 5.0, 1e30])
def test_any_finite_slope_at_the_kink_is_taken(slope):
    assert ACTIVATIONS["relu"].derivative(0.0, slope) == slope
    network = Network.mlp([1, 1, 1], slope_at_kink=slope, dtype="float64", initialization="zero")
    network.W[1] = 1.0
    _, gradient = network.loss_and_gradient([[2.0]], [1.0], "mse")
    assert gradient.b[0].item() == -2 * slope
    for bad in (np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match="^slope_at_kink: got .*inf|nan; accepted is a finite number"):
            Network.mlp([1, 1, 1], slope_at_kink=bad)
