"""Trainings on two moons, the exclusive or and digits: against plain NumPy, and what theory says must come out."""

import numpy as np
import pytest
from scipy import stats

from course_lib.intervals import mean_interval, wilson_interval
from course_lib.networks import Network
from course_lib.topics.training import experiment
from course_lib.topics.training.experiment import LEARNING_RATES, XOR_MANY, XOR_T, XOR_X, moons_training, trial


def test_all_rates_start_from_the_same_weights_and_part():
    first, last = (moons_training("ReLU").networks[at] for at in (0, -1))
    assert all((W[0] == W).all() for W in first.W)
    assert not any((W[1] == W[2]).all() for W in last.W)


def test_loss_and_accuracy_are_those_of_the_snapshots():
    training = moons_training("tanh")
    rate, at = training.at(0.3, 40)
    scores = training.networks[at].predict(training.X)[rate]
    share = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    assert training.loss[rate, at] == pytest.approx(-np.log(share[np.arange(len(training.y)), training.y]).mean())
    assert training.accuracy[rate, at] == pytest.approx((scores.argmax(1) == training.y).mean())
    assert training.epochs == tuple(range(0, experiment.MOONS_EPOCHS + 1, 2))
    assert training.loss.shape == training.accuracy.shape == (len(LEARNING_RATES), len(training.epochs))


def test_relu_learns_with_a_middle_rate_and_not_with_the_largest():
    accuracy = moons_training("ReLU").accuracy[:, -1]
    assert accuracy[LEARNING_RATES.index(0.3)] > 0.95
    assert accuracy[LEARNING_RATES.index(3.0)] < 0.9


def test_the_task_is_the_exclusive_or():
    assert [tuple(row) for row in XOR_X] == [(a, b) for a in (0, 1) for b in (0, 1)]
    assert [int(t) for t in XOR_T] == [int(a) ^ int(b) for a, b in XOR_X]


@pytest.mark.parametrize(("slope", "bias"), [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (0.0, 1e-9)])
def test_the_starts_descend_as_plain_descent_does(slope, bias):
    start = Network.mlp([2, 3, 1], replicas=XOR_MANY, dtype="float64")
    theta = [array.copy() for layer in (0, 1) for array in (start.W[layer], start.b[layer][:, None])]
    theta[1] += bias
    for step in range(1000):
        W1, b1, W2, b2 = theta
        Z = XOR_X @ W1.swapaxes(1, 2) + b1
        # On the point (0, 0) every hidden unit starts exactly on its kink, or a hair beside it.
        assert step or (Z[:, 0] == bias).all()
        A = np.maximum(Z, 0)
        D = 2 * (A @ W2.swapaxes(1, 2) + b2 - XOR_T[:, None]) / 4
        H = (D @ W2) * np.where(Z == 0, slope, Z > 0)
        slopes = (H.swapaxes(1, 2) @ XOR_X, H.sum(1, keepdims=True), D.swapaxes(1, 2) @ A, D.sum(1, keepdims=True))
        theta = [array - 0.1 * gradient for array, gradient in zip(theta, slopes, strict=True)]
    network, losses = experiment.trained_starts(3, slope, bias)
    # Where a pre-activation is 0 up to rounding, two ways of adding may part: one start in 100 is allowed to.
    assert np.isclose(network.W[0], theta[0], atol=1e-6).all((1, 2)).sum() >= 0.99 * XOR_MANY
    W1, b1, W2, b2 = theta
    errors = np.maximum(XOR_X @ W1.swapaxes(1, 2) + b1, 0) @ W2.swapaxes(1, 2) + b2 - XOR_T[:, None]
    assert np.isclose((errors**2).mean((1, 2)), losses, atol=1e-9).sum() >= 0.99 * XOR_MANY


def test_the_slope_at_the_kink_decides_where_starts_end():
    """Every hidden unit starts on the kink for (0, 0). The shares were found with 2000 other starts."""
    for slope, share in ((0.0, 0.123), (0.5, 0.057), (1.0, 0.057)):
        stuck = experiment.stuck_starts(3, slope)
        low, _, high = wilson_interval(int(stuck.sum()), len(stuck))
        assert low < share < high


@pytest.mark.parametrize("width", [2, 3, 4, 8])
def test_a_slope_is_a_side_of_the_kink(width):
    """Slope 1 is a bias a hair above 0 and slope 0 one a hair below, start by start; 1 frees starts and sticks none."""
    below, above = experiment.stuck_starts(width, 0.0), experiment.stuck_starts(width, 1.0)
    assert (below != experiment.stuck_starts(width, 0.0, -1e-9)).sum() <= 2
    assert (above != experiment.stuck_starts(width, 0.0, 1e-9)).sum() <= 2
    # With a hair of bias, no unit is on the kink, and the slope there is not asked for.
    assert np.array_equal(experiment.stuck_starts(width, 0.5, 1e-9), experiment.stuck_starts(width, 0.0, 1e-9))
    assert (above & ~below).sum() <= 2
    if width < 8:  # Of eight units, hardly a start gets stuck.
        assert mean_interval(1.0 * below - above).low > 0


@pytest.mark.parametrize(("name", "loss"), [("0", 0), ("1/8", 1 / 8), ("1/6", 1 / 6), ("1/4", 1 / 4)])
def test_each_end_has_the_loss_of_its_name(name, loss):
    assert experiment.loss_of_outputs(experiment.ENDS[name]) == pytest.approx(loss)
    assert experiment.starts_by_end(3)[name] == (np.abs(experiment.final_losses(3) - loss) < 0.005).sum()


def test_starts_end_at_several_losses_and_wide_networks_more_often_at_0():
    counts = experiment.starts_by_end(3)
    assert min(counts["0"], counts["1/6"], counts["1/4"]) >= 100
    assert experiment.starts_by_end(2)["0"] < counts["0"] < experiment.starts_by_end(8)["0"]
    for width in (2, 3, 8):
        assert sum(experiment.starts_by_end(width).values()) == XOR_MANY
        assert (experiment.final_losses(width) > -1e-12).all() and (experiment.final_losses(width) < 0.26).all()
    # Descent has come to rest, but for a few.
    _, gradient = experiment.trained_starts(3)[0].loss_and_gradient(XOR_X, XOR_T, loss="mse")
    steepest = [np.abs(array).max((1, 2) if array.ndim == 3 else 1) for array in (*gradient.W, *gradient.b)]
    assert (np.max(steepest, 0) < 0.02).mean() > 0.98


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_at_each_end_points_that_became_alike_share_the_mean_of_their_targets(slope):
    network, losses = experiment.trained_starts(3, slope)
    answers = np.sort(np.asarray(network.predict(XOR_X))[..., 0])
    shared = {1 / 8: [[0, 0.5, 0.5, 1]], 1 / 6: [[1 / 3] * 3 + [1], [0] + [2 / 3] * 3], 1 / 4: [[0.5] * 4]}
    for end, ways in shared.items():
        of_end = answers[np.abs(losses - end) < 1e-4]
        assert len(of_end) > 40
        assert np.min([np.abs(of_end - np.array(way)).max(1) for way in ways], axis=0).max() < 0.05


def test_both_activations_learn_the_digits_and_the_interval_allows_for_common_samples():
    for activation in ("ReLU", "tanh"):
        accuracy = trial(activation).accuracy
        assert accuracy.shape == (experiment.SPLITS, experiment.STARTS_OF_SPLIT)
        assert accuracy.min() > 93 and accuracy.max() < 100
    apart = (trial("ReLU").accuracy - trial("tanh").accuracy).mean(1)
    assert experiment.differences() == pytest.approx(apart)
    for splits in (3, 10):
        low, middle, high = experiment.difference_after(splits)
        reach = stats.t.ppf(0.975, splits - 1) * apart[:splits].std(ddof=1) * np.sqrt(1 / splits + 450 / 1347)
        assert (low, middle, high) == pytest.approx(apart[:splits].mean() + reach * np.array([-1, 0, 1]))
        assert low < 0 < high


def test_rectifiers_put_out_exact_zeros_and_tanh_none():
    assert 0.3 < trial("ReLU").zeros < 0.6 and trial("tanh").zeros == 0
