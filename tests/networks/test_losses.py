"""Losses by their definitions, their gradients by complex steps and by hand at kinks, and numbers at the edge."""

import numpy as np
import pytest

from course_lib.networks.losses import LOSSES

DTYPES = [np.float32, np.float64]
ONE_OUTPUT = ["mse", "mean_absolute_error", "hinge"]


def targets_of(name, samples, n_out, rng):
    """Targets (n, C) as `bind` and `value` take them."""
    if LOSSES[name].targets == "numbers":
        return rng.standard_normal((samples, n_out))
    if n_out == 1:
        return rng.choice([-1.0, 1.0], (samples, 1))
    return np.eye(n_out)[rng.integers(0, n_out, samples)]


def relu(v):
    return v if v.real > 0 else 0


def definition(name, z, t):
    """The loss of one sample, for real or complex outputs: the larger of two numbers has the larger real part."""
    if name == "mse":
        return np.mean((z - t) ** 2)
    if name == "mean_absolute_error":
        return np.mean([relu(v) + relu(-v) for v in z - t])
    if name == "cross_entropy":
        return np.log(np.sum(np.exp(z))) - z[t.argmax()]
    if len(z) == 1:
        return relu(1 - t[0] * z[0])
    label = t.argmax()
    return sum(relu(1 + v - z[label]) for c, v in enumerate(z) if c != label) / len(z)


def run(name, outputs, targets, scale=1.0, runs=1):
    """Losses (R, n) and gradients (R, n, C) of the bound calls, for outputs (R, n, C) and targets (n, C)."""
    dtype = outputs.dtype
    total = np.zeros(outputs.shape[:2], dtype)
    P = np.empty(outputs.swapaxes(1, 2).shape, dtype)
    calls = LOSSES[name].bind(P, targets.astype(dtype).T, total, np.asarray(scale, dtype))
    for _ in range(runs):
        P[...] = outputs.swapaxes(1, 2)
        for call in calls:
            call()
    return total, P.swapaxes(1, 2)


CASES = [(name, n_out) for name in LOSSES for n_out in (1, 2, 5) if n_out > 1 or name in ONE_OUTPUT]


@pytest.mark.parametrize(("name", "n_out"), CASES)
def test_the_loss_and_its_gradient_follow_the_definition(name, n_out):
    rng = np.random.default_rng(3)
    outputs, targets = 2 * rng.standard_normal((3, 7, n_out)), targets_of(name, 7, n_out, rng)
    losses, gradients = run(name, outputs, targets)
    for r in range(3):
        for i in range(7):
            z = outputs[r, i].astype(complex)
            assert losses[r, i] == pytest.approx(definition(name, z, targets[i]).real, rel=1e-13)
            for c in range(n_out):
                moved = z.copy()
                moved[c] += 1e-30j
                assert gradients[r, i, c] == pytest.approx(definition(name, moved, targets[i]).imag / 1e-30, abs=1e-13)
    np.testing.assert_allclose(LOSSES[name].value(outputs, targets), losses.mean(1), rtol=1e-13)


@pytest.mark.parametrize(("name", "n_out"), CASES)
def test_losses_are_added_up_and_gradients_are_scaled_per_replica(name, n_out):
    rng = np.random.default_rng(4)
    outputs, targets = rng.standard_normal((2, 6, n_out)), targets_of(name, 6, n_out, rng)
    once, gradient = run(name, outputs, targets)
    thrice, scaled = run(name, outputs, targets, [[[2.0]], [[-0.5]]], runs=3)
    np.testing.assert_allclose(thrice, 3 * once, rtol=1e-14)
    np.testing.assert_allclose(scaled, gradient * [[[2.0]], [[-0.5]]], rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_gradient_at_a_kink_is_0(dtype):
    on_kink = np.array([[[0.5, -1.0]]], dtype)
    losses, gradient = run("mean_absolute_error", on_kink, on_kink[0])
    assert losses.tolist() == [[0.0]]
    assert gradient.tolist() == [[[0.0, 0.0]]]
    # A margin of exactly 1 in one of two other classes: only the class inside the margin counts.
    losses, gradient = run("hinge", np.array([[[2.0, 1.0, 1.5]]], dtype), np.eye(3)[:1])
    np.testing.assert_allclose(losses, [[0.5 / 3]], rtol=1e-6)
    np.testing.assert_allclose(gradient, [[[-1 / 3, 0, 1 / 3]]], rtol=1e-6)
    losses, gradient = run("hinge", np.array([[[-1.0], [-0.5], [-2.0]]], dtype), np.full((3, 1), -1.0))
    assert losses.tolist() == [[0.0, 0.5, 0.0]]
    assert gradient.tolist() == [[[0.0], [1.0], [0.0]]]


def test_cross_entropy_by_hand():
    losses, gradient = run("cross_entropy", np.zeros((1, 1, 4)), np.eye(4)[1:2])
    assert losses[0, 0] == pytest.approx(np.log(4), rel=1e-15)
    np.testing.assert_allclose(gradient, [[[0.25, -0.75, 0.25, 0.25]]], rtol=1e-15)


@pytest.mark.parametrize("dtype", DTYPES)
def test_cross_entropy_does_not_overflow(dtype):
    far = np.array([[[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]]], dtype)
    targets = np.eye(3)[[0, 0]]
    losses, gradient = run("cross_entropy", far, targets)
    assert losses.tolist() == [[0.0, 2e4]]
    assert gradient.tolist() == [[[0.0, 0.0, 0.0], [-1.0, 1.0, 0.0]]]
    assert LOSSES["cross_entropy"].value(far, targets).tolist() == [1e4]


@pytest.mark.parametrize(("name", "n_out"), CASES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_shows_in_the_loss_or_in_the_gradient(name, n_out, bad):
    rng = np.random.default_rng(5)
    outputs, targets = rng.standard_normal((2, 3, n_out)), targets_of(name, 3, n_out, rng)
    if name == "hinge" and n_out == 1:
        targets[1] = -np.sign(bad) if bad == bad else 1  # an infinity on the right side is no loss
    outputs[1, 1] = bad
    with np.errstate(all="ignore"):
        losses, gradient = run(name, outputs, targets)
    assert np.isfinite(losses[0]).all()
    assert np.isfinite(losses[1, [0, 2]]).all()
    assert not (np.isfinite(losses[1, 1]) and np.isfinite(gradient[1, 1]).all())
    if np.isnan(bad):
        assert np.isnan(losses[1, 1])
        assert np.isnan(gradient[1, 1]).all()


def test_names_and_targets():
    assert {name: loss.targets for name, loss in LOSSES.items()} == {
        "mse": "numbers",
        "mean_absolute_error": "numbers",
        "cross_entropy": "labels",
        "hinge": "labels",
    }
    assert all(loss.name == name for name, loss in LOSSES.items())
