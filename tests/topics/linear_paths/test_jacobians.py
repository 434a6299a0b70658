"""Singular values over depth against what theory and finite differences say."""

import numpy as np
import pytest
from scipy.special import digamma, polygamma

from course_lib.topics.linear_paths.experiment import (
    ACTIVATIONS,
    WEIGHTS,
    jacobian_of_relu_layers,
    open_directions,
    orthogonal,
    spectra,
)


def test_orthogonal_matrices_lean_to_no_side():
    """Each entry has mean 0 and mean square 1/n; without the signs of R's diagonal, those on the diagonal do not."""
    rng = np.random.default_rng(1)
    Q = np.array([orthogonal(rng, 3) for _ in range(4000)])
    np.testing.assert_allclose(Q.swapaxes(1, 2) @ Q, np.broadcast_to(np.eye(3), Q.shape), atol=1e-12)
    assert (np.abs(Q.mean(0)) < 4.5 / np.sqrt(3 * 4000)).all()
    assert (np.abs((Q**2).mean(0) - 1 / 3) < 4.5 * np.sqrt(4 / 45 / 4000)).all()  # Var Q² = 2(n−1)/(n²(n+2))


@pytest.mark.parametrize(("weights", "variance"), [("He", 2 / 64), ("Glorot", 1 / 64), ("orthogonal", 1 / 64)])
def test_weights_have_the_variance_of_their_papers(weights, variance):
    rng = np.random.default_rng(2)
    W = np.array([WEIGHTS[weights](rng, 64) for _ in range(50)])
    assert np.mean(W**2) == pytest.approx(variance, rel=0.02)
    assert np.abs(W).max() <= np.sqrt(3 / 64) or weights != "Glorot"


def test_the_volume_of_linear_products_of_normal_weights():
    """log |det W| of a normal matrix is ½ Σ log χ²_k + n log σ over k = 1, …, n, whose mean is known by the digamma."""
    n, depth, k = 6, 20, np.arange(1, 7)
    mean = depth * ((digamma(k / 2) + np.log(2)).sum() / 2 + n * np.log(np.sqrt(2 / n)))
    spread = np.sqrt(depth * polygamma(1, k / 2).sum() / 4)
    found = [np.log(spectra("He", "linear", depth=depth, width=n, seed=seed)[-1]).sum() for seed in range(300)]
    assert abs(np.mean(found) - mean) < 4 * spread / np.sqrt(300)
    assert np.std(found) == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize(
    ("weights", "share"), [("He", 1.0), ("Glorot", 0.5), ("orthogonal", 0.5), ("√2·orthogonal", 1.0)]
)
def test_relu_keeps_half_of_the_mean_square_of_the_weights(weights, share):
    depth, runs = 4, 1500
    squares = np.array([(spectra(weights, depth=depth, width=6, seed=seed) ** 2).mean(1) for seed in range(runs)])
    error = squares.std(0) / np.sqrt(runs)
    assert (np.abs(squares.mean(0) - share ** np.arange(1, depth + 1)) < 4 * error).all() and (error < 0.08).all()


def test_orthogonal_and_identity_weights_exactly():
    layers = np.arange(1, 51)[:, None]
    np.testing.assert_allclose(spectra("orthogonal", "linear", 0.9), 0.9**layers * np.ones(64), rtol=1e-12)
    np.testing.assert_allclose(spectra("identity", "linear", 1 / 50, skip=True), 1.02**layers * np.ones(64), rtol=1e-12)
    x = np.random.default_rng(0).standard_normal(64)
    on = np.sort(x > 0)[::-1]
    np.testing.assert_allclose(spectra("identity", "ReLU", 0.9), 0.9**layers * on, rtol=1e-12, atol=1e-300)
    # Through a skip the units that are on double their input, and the others keep it.
    np.testing.assert_allclose(spectra("identity", "ReLU", skip=True), np.where(on, 2.0**layers, 1.0), rtol=1e-12)
    assert (spectra("He", "ReLU", 0.0, skip=True) == 1).all()


@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_the_product_is_the_slope_of_the_network(weights, activation, skip):
    """The same network written once more, and differences of its outputs."""
    rng = np.random.default_rng(5)
    x = rng.standard_normal(7)
    layers = [0.8 * WEIGHTS[weights](rng, 7) for _ in range(4)]
    bend = {"linear": lambda z: z, "ReLU": lambda z: (z + abs(z)) / 2, "tanh": lambda z: 1 - 2 / (np.exp(2 * z) + 1)}

    def outputs(at):
        for W in layers:
            at = bend[activation](W @ at) + (at if skip else 0)
        return at

    steps = 1e-6 * np.eye(7)
    slope = np.array([outputs(x + step) - outputs(x - step) for step in steps]).T / 2e-6
    found = spectra(weights, activation, 0.8, skip, depth=4, width=7, seed=5)
    np.testing.assert_allclose(found[-1], np.linalg.svd(slope)[1], rtol=1e-6, atol=1e-8)
    assert not found.flags.writeable


def test_the_jacobian_of_layers_of_any_width():
    rng = np.random.default_rng(6)
    weights = [rng.standard_normal(shape) for shape in ((8, 5), (6, 8), (3, 6))]
    x = rng.standard_normal(5)

    def outputs(at):
        for W in weights:
            at = np.maximum(W @ at, 0)
        return at

    slope = np.array([outputs(x + step) - outputs(x - step) for step in 1e-6 * np.eye(5)]).T / 2e-6
    found = jacobian_of_relu_layers(weights, x)
    assert found.any()
    np.testing.assert_allclose(found, slope, atol=1e-8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spectra("Xavier"), "weights: got 'Xavier'; accepted are 'He', 'Glorot', "),
        (lambda: spectra("He", "relu"), "activation: got 'relu'; accepted are 'linear', 'ReLU', 'tanh'"),
        (lambda: spectra("He", "ReLU", float("nan")), "factor: got nan; accepted is a finite number"),
        (lambda: spectra(depth=0), "depth: got 0; accepted is a whole number of at least 1"),
        (lambda: spectra(width=0), "width: got 0; accepted is"),
        (lambda: spectra(seed=-1), "seed: got -1; accepted is"),
        (lambda: open_directions(np.eye(2)), r"values: got array[\s\S]*; accepted are singular values"),
        (lambda: open_directions(np.array([1.0, -1.0])), r"values: got array[\s\S]*; accepted are singular values"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()
