"""The steps that training runs: parameters, their gradients, numbers that are not finite, and memory."""

import tracemalloc

import numpy as np
import pytest
import sympy as sp

from course_lib.networks.activations import ACTIVATIONS, slopes
from course_lib.networks.kernels import KERNELS, bind

DTYPES = [np.float32, np.float64]
WITH_ALPHA = ["leaky_relu", "prelu", "elu"]


def run(*lists) -> None:
    for steps in lists:
        for step in steps:
            step()


def parameter(name, shape, dtype):
    alpha = ACTIVATIONS[name].alpha
    return None if alpha is None else np.full(shape, alpha, dtype)


def random(shape, dtype, seed=0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def test_every_activation_has_a_kernel() -> None:
    assert set(KERNELS) == set(ACTIVATIONS)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_without_an_upstream_gradient_there_are_no_backward_steps(name, dtype) -> None:
    activation, z = ACTIVATIONS[name], 4 * random((2, 3, 50), dtype)
    alpha, at_kink = parameter(name, (), dtype), slopes(ACTIVATIONS[name], dtype=dtype)
    trained, used = z.copy(), z.copy()
    run(bind(activation, trained, np.ones_like(z), at_kink, alpha)[0])
    forward, backward = bind(activation, used, None, at_kink, alpha)
    run(forward)
    assert backward == []
    assert (trained == used).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nan_stays_nan_and_infinity_goes_to_the_limit(name, dtype) -> None:
    activation = ACTIVATIONS[name]
    z = np.array([np.nan, -np.nan, -np.inf, np.inf], dtype)
    f = activation.piecewise(activation.alpha)
    ends = [(f.branches[0], -sp.oo), (f.branches[-1], sp.oo)]
    for slope_at_kink in [None, 1.0] if activation.breakpoints else [None]:
        A, delta = z.copy()[None, None], np.full((1, 1, 4), -2.5, dtype)
        at_kink = slopes(activation, slope_at_kink, dtype=dtype)
        forward, backward = bind(activation, A, delta, at_kink, parameter(name, (), dtype))
        run(forward)
        assert np.isnan(A[0, 0, :2]).all()
        assert A[0, 0, 2:].tolist() == [dtype(sp.limit(branch, f.variable, end)) for branch, end in ends]
        run(backward)
        limits = [dtype(sp.limit(sp.diff(branch, f.variable), f.variable, end)) for branch, end in ends]
        assert delta[0, 0, 2:].tolist() == [dtype(-2.5) * slope for slope in limits]
    assert np.isnan(activation(z)[:2]).all()
    if name != "identity":
        assert np.isnan(activation.derivative(z)[:2]).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_nan_from_upstream_stays_nan(name, dtype) -> None:
    A, delta = np.array([[[-2.0, 0.0, 0.5, 9.0]]], dtype), np.full((1, 1, 4), np.nan, dtype)
    run(*bind(ACTIVATIONS[name], A, delta, slopes(ACTIVATIONS[name], dtype=dtype), parameter(name, (), dtype)))
    assert np.isnan(delta).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", WITH_ALPHA)
def test_one_alpha_per_unit_and_slopes_per_replica(name, dtype) -> None:
    alpha = np.array([[0.0, 0.5, -1.5], [1.75, 1.0, 0.25]], dtype)[:, :, None]
    A, delta = np.full((2, 3, 3), [-0.5, 0.0, 2.0], dtype), np.full((2, 3, 3), -2.5, dtype)
    forward, backward = bind(
        ACTIVATIONS[name], A, delta, slopes(ACTIVATIONS[name], [0.25, 3.0], alpha, 2, dtype), alpha
    )
    run(forward)
    left, slope = (np.exp(-0.5) - 1, np.exp(-0.5)) if name == "elu" else (-0.5, 1.0)
    np.testing.assert_allclose(A[..., 0], left * alpha[..., 0], rtol=4 * np.finfo(dtype).eps)
    assert (A[..., 1:] == [0, 2]).all()
    run(backward)
    np.testing.assert_allclose(delta[..., 0], -2.5 * slope * alpha[..., 0], rtol=4 * np.finfo(dtype).eps)
    assert delta[0, :, 1:].tolist() == [[-0.625, -2.5]] * 3
    assert delta[1, :, 1:].tolist() == [[-7.5, -2.5]] * 3


@pytest.mark.parametrize("name", WITH_ALPHA)
def test_alpha_is_read_in_every_run_and_the_default_slope_follows_it(name) -> None:
    alpha = np.array(0.5)
    A, delta = np.empty((1, 1, 2)), np.empty((1, 1, 2))
    forward, backward = bind(ACTIVATIONS[name], A, delta, slopes(ACTIVATIONS[name], None, 0.5), alpha)
    for value in (0.5, -3.0, 0.0):
        alpha[...] = value
        A[...], delta[...] = [-1000.0, 0.0], -2.5
        run(forward)
        assert A.ravel().tolist() == [-value if name == "elu" else -1000 * value, 0]
        run(backward)
        assert delta[0, 0, 1] == -2.5 * value


@pytest.mark.parametrize("shape", [(), (1, 1, 1), (4, 1, 1), (4, 3, 1)])
@pytest.mark.parametrize("slope_at_kink", [None, 0.0, 0.5])
def test_the_gradient_of_alpha_against_central_differences(shape, slope_at_kink) -> None:
    prelu, z, upstream = ACTIVATIONS["prelu"], random((4, 3, 7), float), random((4, 3, 7), float, 1)
    z[0, 0, :2] = 0.0, -0.0
    alpha = np.resize([0.25, -0.5, 0.0, 1.75], shape)
    A, delta, d_alpha = z.copy(), upstream.copy(), np.full(shape, np.nan)
    forward, backward = bind(prelu, A, delta, slopes(prelu, slope_at_kink), alpha, d_alpha)
    for _ in range(2):  # assigned, not added to what was there
        A[...], delta[...] = z, upstream
        run(forward + backward)

    def weighted(alpha) -> float:
        return float((upstream * np.where(z > 0, z, alpha * z)).sum())

    for index in np.ndindex(shape):
        step = np.zeros(shape)
        step[index] = 2.0**-10
        central = (weighted(alpha + step) - weighted(alpha - step)) / 2.0**-9
        assert d_alpha[index] == pytest.approx(central, rel=1e-10, abs=1e-10)


def test_a_gradient_of_alpha_without_the_mask_would_differ() -> None:
    # Σ upstream · z, in place of min(z, 0): the comparison above can tell them apart.
    z, upstream = random((4, 3, 7), float), random((4, 3, 7), float, 1)
    assert np.abs((upstream * z).sum() - (upstream * np.minimum(z, 0)).sum()) > 0.1


def test_the_gradient_of_alpha_is_nan_where_a_pre_activation_is() -> None:
    A, d_alpha = np.array([[[np.nan, -1.0], [2.0, -1.0]]]), np.empty((1, 2, 1))
    run(*bind(ACTIVATIONS["prelu"], A, np.full((1, 2, 2), -2.5), (None,), np.full((1, 2, 1), 0.25), d_alpha))
    assert np.isnan(d_alpha[0, 0, 0]) and d_alpha[0, 1, 0] == 2.5


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_gradient_of_alpha_in_a_strided_view(dtype) -> None:
    z, upstream = random((2, 5, 300), dtype), random((2, 5, 300), dtype, 1)
    extended = np.ones((2, 6, 300), dtype)
    extended[:, :5] = z
    d_alpha = np.empty((2, 5, 1), dtype)
    delta = upstream.copy()
    run(*bind(ACTIVATIONS["prelu"], extended[:, :5], delta, (None,), parameter("prelu", (2, 5, 1), dtype), d_alpha))
    exact = (upstream.astype(float) * np.minimum(z, 0, dtype=float)).sum(2, keepdims=True)
    np.testing.assert_allclose(d_alpha, exact, atol=300 * np.finfo(dtype).eps)
    assert (extended[:, 5] == 1).all()


def test_layers_may_share_their_scratch() -> None:
    names = ["prelu", "sigmoid", "relu6", "elu", "absolute", "softplus"]
    scratch = np.empty(2 * 2 * 3 * 40)
    expected, found = [], []
    for target, shared in ((expected, None), (found, scratch)):
        layers = []
        for i, name in enumerate(names):
            A, delta = 3 * random((2, 3, 40), float, i), random((2, 3, 40), float, 10 + i)
            kink = slopes(ACTIVATIONS[name], 0.5 if ACTIVATIONS[name].breakpoints else None, 2.0)
            d_alpha = np.empty((2, 3, 1)) if name == "prelu" else None
            alpha = None if ACTIVATIONS[name].alpha is None else np.full((2, 3, 1), 2.0)
            target += [A, delta] + [d_alpha] * (d_alpha is not None)
            layers.append(bind(ACTIVATIONS[name], A, delta, kink, alpha, d_alpha, shared))
        for forward, _ in layers:
            run(forward)
        scratch[...] = np.nan
        for _, backward in reversed(layers):
            run(backward)
    for one, other in zip(expected, found, strict=True):
        assert (one == other).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_replica_gives_the_same_numbers_alone_and_among_others(name, dtype) -> None:
    z, upstream = 3 * random((5, 4, 33), dtype), random((5, 4, 33), dtype, 1)
    activation = ACTIVATIONS[name]
    at_kink = slopes(activation, [0.5, 0.0, 1.0, 0.5, 0.25], [0.5] * 5, 5, dtype) if activation.breakpoints else ()
    together = z.copy(), upstream.copy()
    run(*bind(activation, *together, at_kink, parameter(name, (5, 1, 1), dtype)))
    for r in range(5):
        alone = z[r : r + 1].copy(), upstream[r : r + 1].copy()
        own = tuple(slope[r : r + 1] for slope in at_kink)
        run(*bind(activation, *alone, own, parameter(name, (1, 1, 1), dtype)))
        for one, all_of_them in zip(alone, together, strict=True):
            np.testing.assert_array_equal(one[0], all_of_them[r])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_run_allocates_no_array_of_the_size_of_a_layer(name, dtype) -> None:
    activation, shape = ACTIVATIONS[name], (8, 64, 256)
    A = random((8, 65, 256), dtype)[:, :64]
    alpha = parameter(name, (8, 64, 1), dtype)
    d_alpha = np.empty_like(alpha) if activation.trainable else None
    for slope_at_kink in [None, 0.5, [0.25, 0.5] * 4] if activation.breakpoints else [None]:
        at_kink = slopes(activation, slope_at_kink, [0.5] * 8, 8, dtype)
        steps = bind(activation, A, np.ones(shape, dtype), at_kink, alpha, d_alpha)
        run(*steps)
        tracemalloc.start()
        run(*steps)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        # NumPy converts a mask to numbers 8192 entries at a time, whatever the size of the layer.
        assert peak < 3 * 8192 * A.itemsize < np.prod(shape) * A.itemsize / 5
