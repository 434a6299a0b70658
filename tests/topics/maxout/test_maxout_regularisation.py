"""What is shipped against a fresh training, gaps against plain sums, and the scenes by their data."""

import numpy as np
import pytest

from course_lib.data import digits
from course_lib.figures import Curve, Points, Segment
from course_lib.intervals import mean_interval
from course_lib.networks import Dense, Network
from course_lib.topics.maxout import gaps, regularisation, training_figures
from course_lib.topics.maxout.regularisation import DATA, SPLITS, STARTS, UNITS, shares
from course_lib.topics.maxout.training import FORMS, PAIRS, TARGETS, X, trajectory

NOISY = "300 digits, noisy labels"


def layers_of(scene, kind):
    return [layer for layer in scene.layers if isinstance(layer, kind)]


def test_as_many_parameters_are_within_2_percent():
    counts = [
        Network([regularisation.hidden_layer(pieces, units), Dense(units, 10)]).n_parameters
        for pieces, units in UNITS["as many parameters"].items()
    ]
    assert max(counts) / min(counts) < 1.02


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("comparison", UNITS)
def test_shares_are_counts_of_digits(comparison, data):
    samples, _, dropouts = DATA[data]
    for pieces in UNITS[comparison]:
        for dropout in dropouts:
            training, test = shares(comparison, pieces, data, dropout)
            assert training.shape == test.shape == (SPLITS, STARTS)
            for part, size in ((training, samples), (test, 450)):
                assert np.allclose(part * size, np.rint(part * size)) and (part > 0.5).all() and (part <= 1).all()


@pytest.mark.parametrize(("pieces", "data", "dropout"), [(0, "100 digits", 0.5), (3, NOISY, 0.0)])
def test_what_is_shipped_is_what_training_gives(pieces, data, dropout):
    samples, noise, _ = DATA[data]
    units = UNITS["as many parameters"][pieces]
    cell = {"pieces": pieces, "units": units, "samples": samples, "noise": noise, "dropout": dropout, "split": 1}
    fresh = regularisation.measure_one(cell)
    training, test = shares("as many parameters", pieces, data, dropout)
    assert np.mean(fresh["train"]) / samples == pytest.approx(training[1].mean(), abs=0.01)
    assert np.mean(fresh["test"]) / 450 == pytest.approx(test[1].mean(), abs=0.01)


def test_noise_is_drawn_evenly_and_leaves_the_rest():
    y = digits().y.repeat(20)
    noisy = regularisation.noisy_labels(y, 0.2, seed=3)
    changed = noisy != y
    assert changed.mean() == pytest.approx(0.2 * 0.9, abs=0.01)
    assert np.bincount(noisy[changed], minlength=10) / changed.sum() == pytest.approx(np.full(10, 0.1), abs=0.02)
    assert np.array_equal(regularisation.noisy_labels(y, 0.0, seed=3), y)


def test_gaps_and_benefits_by_plain_sums():
    training, test = shares("as many units", 5, NOISY, 0.5)
    by_hand = [100 * sum(training[i] - test[i]) / STARTS for i in range(SPLITS)]
    assert gaps.gaps("as many units", 5, NOISY, 0.5) == pytest.approx(by_hand)
    means = {
        (k, dropout): [100 - 100 * sum(row) / STARTS for row in shares("as many units", k, NOISY, dropout)[1]]
        for k in (0, 5) for dropout in (0.0, 0.5)
    }  # fmt: skip
    d = [means[5, 0.0][i] - means[5, 0.5][i] - means[0, 0.0][i] + means[0, 0.5][i] for i in range(SPLITS)]
    assert gaps.extra_benefit("as many units", 5, NOISY) == pytest.approx(mean_interval(d))


def test_the_error_difference_by_plain_sums():
    relu, maxout = (shares("as many parameters", k, NOISY, 0.5)[1] for k in (0, 5))
    by_hand = [100 * (sum(relu[i]) - sum(maxout[i])) / STARTS for i in range(SPLITS)]
    assert gaps.error_difference("as many parameters", 5, NOISY, 0.5) == pytest.approx(mean_interval(by_hand))


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("step", [0, 1, 50, 200])
def test_the_matched_pair_shows_both_outputs(pair, step):
    scene = training_figures.matched_pair(pair, step)
    target, *curves = layers_of(scene, Curve)
    assert np.interp(X, target.x, target.y) == pytest.approx(TARGETS[PAIRS[pair]], abs=1e-3)
    for curve, form in zip(curves, FORMS, strict=True):
        outputs = trajectory(pair, form, 200)[step].outputs(X)
        loss = ((outputs - TARGETS[PAIRS[pair]]) ** 2).sum() / 2
        assert curve.label == f"{form}, loss {loss:.2f}" and f"{loss:.3f} as {form}" in scene.description
        assert np.interp(X, curve.x, curve.y) == pytest.approx(outputs, abs=0.02)
        low, high = scene.y_axis.limits
        assert low < curve.y.min() and curve.y.max() < high
    assert np.array_equal(curves[0].y, curves[1].y) == (step == 0) == scene.title.endswith("one function")


@pytest.mark.parametrize("comparison", UNITS)
@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_the_gaps_are_shown_with_their_intervals(comparison, data, dropout):
    scene = training_figures.gap_over_pieces(comparison, data, dropout)
    (points,), (zero, *bars) = layers_of(scene, Points), layers_of(scene, Segment)
    relu = gaps.gaps(comparison, 0, data, dropout)
    assert zero.start[1] == zero.end[1] == 0 and zero.label.endswith(f" {relu.mean():.1f}".replace("-", "−"))
    bottom, top = scene.y_axis.limits
    for k, y, bar in zip(range(1, 6), points.y, bars, strict=True):
        low, middle, high = mean_interval(gaps.gaps(comparison, k, data, dropout) - relu)
        assert (y, bar.start, bar.end) == (middle, (k, low), (k, high))
        assert bottom < low and high < top
    word = "larger" if low > 0 else "smaller" if high < 0 else "not clearly"
    assert word in scene.title and f"{middle:+.1f}. The".replace("-", "−") in scene.description


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="comparison: got 'units'; accepted are 'as many units', "):
        shares("units", 2, "100 digits", 0.0)
    with pytest.raises(ValueError, match="pieces: got 7"):
        shares("as many units", 7, "100 digits", 0.0)
    with pytest.raises(ValueError, match="data: got '200 digits'"):
        gaps.gap("as many units", 2, "200 digits", 0.0)
    with pytest.raises(ValueError, match=r"dropout: got 0.75; accepted are 0.0, 0.5"):
        gaps.gap("as many units", 2, "100 digits", 0.75)
    with pytest.raises(ValueError, match="step: got 201"):
        training_figures.matched_pair("|x|, to x²", 201)
