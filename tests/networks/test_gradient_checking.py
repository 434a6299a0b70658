"""Planted wrong gradients are caught, right ones pass, and kinks are reported."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.networks.gradient_checking import check_gradient

# F, F' and the arguments at which no slope drowns in the rounding noise of the other entries.
SMOOTH = {
    "sin": (np.sin, np.cos, 3.0),
    "tanh": (np.tanh, lambda u: 1 / np.cosh(u) ** 2, 6.0),
    "softplus": (lambda u: np.logaddexp(0, u), lambda u: np.exp(-np.logaddexp(0, -u)), 6.0),
    "square": (np.square, lambda u: 2 * u, 3.0),
    "cube": (lambda u: u**3, lambda u: 3 * u**2, 3.0),
    "exp": (np.exp, np.exp, 3.0),
}
scales = st.floats(-6, 6).map(lambda exponent: 10.0**exponent)


@st.composite
def smooth_functions(draw):
    """f(x) = Σ aᵢ·F(bᵢ·xᵢ): values and lengths from 1e-6 to 1e6, entries that differ by factors of up to 100."""
    F, slope, reach = SMOOTH[draw(st.sampled_from(sorted(SMOOTH)))]
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    size = draw(st.integers(1, 6))
    a = draw(scales) * rng.choice([-1, 1], size) * 10 ** rng.uniform(-1, 1, size)
    b = draw(scales) * 10 ** rng.uniform(-1, 1, size)
    x = rng.uniform(-reach, reach, size) / b
    return lambda v: np.sum(a * F(b * v)), lambda v: a * b * slope(b * v), x


def relu_loss(seed, sizes=(4, 8, 6, 2), n=16, slope_at_kink=0.0):
    """The mean squared error of a ReLU network as a function of all its parameters, its gradient, and a start."""
    rng = np.random.default_rng(seed)
    shapes = [(n_out, n_in + 1) for n_in, n_out in pairwise(sizes)]
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    X, T = rng.standard_normal((n, sizes[0])), rng.standard_normal((n, sizes[-1]))
    start = np.concatenate([rng.standard_normal(math.prod(s)) * math.sqrt(2 / s[1]) for s in shapes])

    def forward(theta):
        Ws = [part.reshape(s) for part, s in zip(np.split(theta, ends[:-1]), shapes, strict=True)]
        a, layers = X, []
        for depth, W in enumerate(Ws):
            inputs = np.hstack([a, np.ones((n, 1))])
            z = inputs @ W.T
            a = np.maximum(z, 0) if depth < len(Ws) - 1 else z
            layers.append((W, inputs, z))
        return a, layers

    def loss(theta):
        return np.sum((forward(theta)[0] - T) ** 2) / n

    def gradient(theta):
        a, layers = forward(theta)
        delta, parts = 2 * (a - T) / n, []
        for depth, (W, inputs, z) in reversed(list(enumerate(layers))):
            if depth < len(layers) - 1:
                delta = delta * np.where(z == 0, slope_at_kink, z > 0)
            parts.append((delta.T @ inputs).ravel())
            delta = (delta @ W)[:, :-1]
        return np.concatenate(parts[::-1])

    return loss, gradient, start


class Counted:
    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, x):
        self.calls += 1
        return self.function(x)


# What must pass.


# The same examples each time: among thousands of slopes a few drown in noise and stay undecided, by chance.
@settings(deadline=None, max_examples=300, derandomize=True)
@given(smooth_functions())
def test_smooth_functions_of_any_scale_pass(problem) -> None:
    f, gradient, x = problem
    for function in (f, lambda v: float(f(v))):  # with the complex step, and without
        report = check_gradient(function, gradient, x)
        assert report.passed, report
        assert report.kinks == report.crossed == ()


@settings(deadline=None, max_examples=25, derandomize=True)
@given(st.integers(0, 2**32))
def test_relu_networks_pass_at_generic_points(seed) -> None:
    loss, gradient, start = relu_loss(seed)
    report = check_gradient(loss, gradient, start)
    assert report.passed, report
    assert report.kinks == ()


def test_an_entry_of_a_relu_network_takes_few_evaluations() -> None:
    loss, gradient, start = relu_loss(1, (2, 16, 16, 2), 64)
    counted = Counted(loss)
    check_gradient(counted, gradient, start)
    assert counted.calls / start.size < 35


def test_functions_that_are_0_or_constant_pass() -> None:
    for constant in (0.0, 5.0, -1e-9, 1e9):
        assert check_gradient(lambda x, c=constant: c, np.zeros(3), [0.0, 1.0, 1e4]).passed


@pytest.mark.parametrize("x", [1e-6, 1e-3, 1.0, 1e6])
def test_the_edge_of_a_domain_is_not_stepped_over(x) -> None:
    assert check_gradient(lambda v: math.log(v[0]), [1 / x], [x]).passed
    assert check_gradient(lambda v: np.sum(np.sqrt(v)), [0.5 / math.sqrt(x)], [x]).passed


def test_a_function_computed_in_float32_passes_with_a_gradient_in_float32() -> None:
    x = np.linspace(0.1, 1, 5)
    report = check_gradient(
        lambda v: float(np.sum(np.sin(v.astype(np.float32)), dtype=np.float32)), np.cos(x.astype(np.float32)), x
    )
    assert report.passed, report


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 2)])
def test_any_shape(shape) -> None:
    x = np.random.default_rng(0).standard_normal(shape)
    report = check_gradient(lambda v: np.sum(v**3), lambda v: 3 * v**2, x)
    assert report.passed
    assert [entry.name for entry in report.entries][-1] == {
        (): "x",
        (3,): "x[2]",
        (2, 3): "x[1, 2]",
        (2, 1, 2): "x[1, 0, 1]",
    }[shape]


def test_integers_are_converted() -> None:
    assert check_gradient(lambda v: np.sum(v**2), [2, 4], [1, 2]).passed


# What must be caught.


@settings(deadline=None, max_examples=150, derandomize=True)
@given(smooth_functions(), st.data())
def test_one_wrong_entry_is_caught_at_any_scale(problem, data) -> None:
    f, gradient, x = problem
    claimed = np.array(gradient(x))
    large = np.flatnonzero(np.abs(claimed) >= 0.1 * np.abs(claimed).max())
    position = int(data.draw(st.sampled_from(large.tolist())))
    factor = data.draw(st.sampled_from([1.0005, 0.9, 2.0, 0.0, -1.0, 1 / 64]))
    claimed[position] *= factor
    for function in (f, lambda v: float(f(v))):
        report = check_gradient(function, claimed, x)
        assert not report.passed
        # In the tails of exp(−u²) slopes drown in rounding noise, and the checker says that it cannot decide.
        wrong, undecided = ({entry.position for entry in part} for part in (report.wrong, report.undecided))
        assert wrong <= {position} <= wrong | undecided, report


def test_2001_for_2000() -> None:
    report = check_gradient(lambda x: float(x**2), 2.001 * 3.0, 3.0)
    assert [entry.verdict for entry in report.entries] == ["wrong"]
    assert check_gradient(lambda x: float(x**2), 2 * 3.0, 3.0).passed


def test_a_missing_factor_is_named() -> None:
    x = np.arange(1.0, 65)
    report = check_gradient(lambda v: np.mean(v**2), lambda v: 2 * v, x)
    assert len(report.wrong) == 64
    assert report.causes == ("claimed = 64 × measured: a missing factor of 1/64",)
    slightly = check_gradient(lambda v: np.sum(v**2), lambda v: 2.001 * v, x[:3])
    assert slightly.causes == ("claimed = 1.0005 × measured: a missing factor of 0.9995",)


def test_a_transposed_matrix_is_named() -> None:
    rng = np.random.default_rng(0)
    A, W = rng.standard_normal((5, 5)), rng.standard_normal((5, 5))
    report = check_gradient(lambda V: np.sum(np.sin(V) * A), np.cos(W.T) * A.T, W)
    assert {entry.position for entry in report.wrong} == {5 * i + j for i in range(5) for j in range(5) if i != j}
    assert report.causes == ("a transposed matrix: claimed.T agrees",)


def test_a_wrong_sign_is_named() -> None:
    report = check_gradient(lambda x: np.sum(np.cos(x)), np.sin, np.arange(1.0, 5))
    assert len(report.wrong) == 4
    assert report.causes == ("the sign: claimed = −measured",)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_claim_that_is_not_finite_is_wrong(value) -> None:
    report = check_gradient(lambda x: np.sum(np.cos(x)), [0.0, value], [0.0, 1.0])
    assert [entry.position for entry in report.wrong] == [1]
    assert report.causes == ("1 entry is NaN or infinite",)


@pytest.mark.parametrize("factor", [1.001, 0.0])
def test_a_single_wrong_entry_among_10000(factor) -> None:
    rng = np.random.default_rng(1)
    weights, x = rng.standard_normal(10_000), rng.standard_normal(10_000)
    claimed = 2 * weights * x
    claimed[1234] *= factor
    report = check_gradient(lambda v: weights @ (v * v), claimed, x)
    assert [entry.position for entry in report.wrong] == [1234]
    assert not report.undecided
    assert repr(report).startswith("FAILED: 9999 agree, 1 wrong (all 10000 entries; ")


def test_a_network_that_assigns_its_slope_is_caught() -> None:
    # The first sample is 0 and so are the first layer's biases: its pre-activations are exactly 0.
    loss, gradient, start = relu_loss(5, (2, 6, 1), 1, slope_at_kink=0.5)
    start = start.copy()

    def pinned(theta):
        moved = theta.copy()
        moved[: 6 * 3] = np.where(np.arange(18) % 3 == 2, theta[:18], 0)  # W = 0, the biases stay free
        return moved

    free = pinned(np.ones_like(start)) != 0
    start[:18] = 0
    report = check_gradient(lambda t: loss(pinned(t)), gradient(pinned(start)) * free, start)
    assert report.passed, report
    assert len(report.kinks) == 6
    assigned = gradient(pinned(start)) * free
    assigned[2:18:3] = 0.5  # the slope itself, without the upstream gradient
    wrong = check_gradient(lambda t: loss(pinned(t)), assigned, start).wrong
    right = gradient(pinned(start))[2:18:3] * 2
    outside = [p for p, u in zip(range(2, 18, 3), right, strict=True) if not min(u, 0) <= 0.5 <= max(u, 0)]
    assert [entry.position for entry in wrong] == outside
    assert len(outside) >= 3
