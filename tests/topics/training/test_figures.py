"""The scenes of this topic against the networks and numbers that they show."""

from itertools import pairwise

import numpy as np
import pytest

from course_lib.explorer import Range, Select
from course_lib.explorer.pictures import Pictures
from course_lib.figures import Band, Curve, Field, Label, Points, Segment
from course_lib.topics.training import experiment, figures
from course_lib.topics.training.experiment import gradient_by_layer, moons_training

PLAIN = {"ReLU": lambda z: np.maximum(z, 0), "softplus": lambda z: np.logaddexp(0, z), "tanh": np.tanh}


def layers(scene, kind):
    return [layer for layer in scene.layers if isinstance(layer, kind)]


def by_label(scene, kind):
    return {layer.label: layer for layer in layers(scene, kind)}


def probability(training, learning_rate, epoch, points):
    rate, at = training.at(learning_rate, epoch)
    scores = np.exp(training.networks[at].predict(points)[rate])
    return scores[:, 1] / scores.sum(1)


@pytest.mark.parametrize(("activation", "epoch"), [("ReLU", 30), ("tanh", 60), ("sigmoid", 0)])
def test_the_field_is_the_softmax_of_the_network(activation, epoch):
    scene = figures.decision_boundary(activation, 0.3, epoch)
    (field,) = layers(scene, Field)
    assert (*field.values.shape, field.range) == (figures.ROWS // 2, figures.COLUMNS // 2, (0, 1)) and scene.equal_units
    row, column = 5, 25
    # Four points of each cell: in the middle of its quarters.
    grid = [
        low + (2 * at + 0.5 + np.arange(2)) / count * (high - low)
        for (low, high), at, count in ((field.x_limits, column, figures.COLUMNS), (field.y_limits, row, figures.ROWS))
    ]
    points = np.stack(np.meshgrid(*grid), -1).reshape(4, 2)
    expected = probability(moons_training(activation), 0.3, epoch, points)
    assert field.values[row, column] == pytest.approx(expected.mean())


def test_all_boundaries_together_are_small_enough_for_a_slow_line():
    controls = {
        "activation": Select(list(experiment.MOONS_ACTIVATIONS)),
        "learning_rate": Select(list(experiment.LEARNING_RATES)),
        "epoch": Range(0, experiment.MOONS_EPOCHS, experiment.EVERY),
    }
    packed = Pictures(figures.decision_boundary, controls).pack_all()
    assert len(packed.structure().encode()) + len(packed.numbers()) < 2_000_000


def test_the_boundary_is_where_the_probability_is_a_half():
    (curve,) = layers(figures.decision_boundary("tanh", 0.1, 40), Curve)
    at_the_curve = probability(moons_training("tanh"), 0.1, 40, np.column_stack([curve.x, curve.y]))
    assert at_the_curve == pytest.approx(0.5, abs=0.02)


def test_points_are_the_classes_and_words_count_those_on_the_wrong_side():
    training = moons_training("ReLU")
    scene = figures.decision_boundary("ReLU", 0.3, 30)
    upper, lower = layers(scene, Points)
    assert (upper.label, upper.marker, lower.label, lower.marker) == ("upper moon", "filled", "lower moon", "hollow")
    for points, label in ((upper, 0), (lower, 1)):
        assert np.allclose(np.column_stack([points.x, points.y]), training.X[training.y == label])
    wrong = (probability(training, 0.3, 30, training.X) > 0.5) != (training.y == 1)
    assert f"{wrong.sum()} of {len(training.y)} training points lie on the wrong side" in scene.description
    loss = training.loss[training.at(0.3, 30)]
    assert scene.title == f"{100 * (1 - wrong.mean()):.0f} % right, loss {loss:.2g}"
    assert lower.color == "blue", "the field is blue where the lower moon is likely"
    assert "learning rate 0.3, after 30 of 60 epochs" in scene.description


@pytest.mark.parametrize("activation", experiment.MOONS_ACTIVATIONS)
def test_words_count_the_parts_of_the_boundary(activation):
    for rate in experiment.LEARNING_RATES:
        for epoch in (0, 2, 60):
            scene = figures.decision_boundary(activation, rate, epoch)
            parts = len(layers(scene, Curve))
            words = ("lies outside the picture", "is one curve")[parts] if parts < 2 else f"is in {parts} parts"
            assert scene.description.endswith(f"The boundary {words}.")


@pytest.mark.parametrize("activation", PLAIN)
def test_the_slope_is_that_of_the_loss(activation):
    def loss_of(w):
        return ((PLAIN[activation](np.outer(w, figures.SAMPLES) + figures.BIAS) - figures.TARGETS) ** 2).mean(1)

    scene = figures.loss_along_a_weight(activation)
    loss, *slopes = layers(scene, Curve)
    assert loss.y == pytest.approx(loss_of(loss.x))
    for piece in slopes:
        h = 1e-6
        inside = piece.x[(piece.x > piece.x[0] + h) & (piece.x < piece.x[-1] - h)]
        difference = (loss_of(inside + h) - loss_of(inside - h)) / (2 * h)
        assert np.interp(inside, piece.x, piece.y) == pytest.approx(difference, abs=1e-6)
    low, high = scene.y_axis.limits
    assert all(low <= curve.y.min() and curve.y.max() <= high for curve in (loss, *slopes))
    kinks = [segment.start[0] for segment in layers(scene, Segment)]
    assert len(slopes) == len(kinks) + 1
    assert scene.title == f"The slope of the loss {'jumps at 3 weights' if kinks else 'has no jump'}"
    if activation == "ReLU":
        assert kinks == pytest.approx(sorted(-figures.BIAS / figures.SAMPLES))
        assert all(abs(left.y[-1] - right.y[0]) > 0.05 for left, right in pairwise(slopes))
    else:
        steepest = np.abs(slopes[0].y).max()
        assert kinks == [] and float(scene.description.split()[-1].rstrip(".")) == pytest.approx(steepest, rel=0.05)


def test_the_figure_does_not_tell_the_greatest_slope_of_the_sigmoid():
    """An exercise below the figure asks for it."""
    scene = figures.gradient_over_depth("sigmoid", "glorot")
    words = [scene.title, scene.description, *(layer.label for layer in scene.layers)]
    assert not [text for text in words if "0.25" in text or "¼" in text]


@pytest.mark.parametrize(("width", "slope"), [(2, 0.0), (3, 0.0), (4, 0.0), (8, 0.0), (3, 0.5), (3, 1.0)])
def test_each_start_is_in_one_bar_and_labels_and_words_count_the_same(width, slope):
    scene, losses = figures.losses_of_starts(width, slope), experiment.final_losses(width, slope)
    assert f"slope {slope:g} at the kink" in scene.description
    assert scene.title == f"{int((losses < 0.005).sum())} of 1000 starts come down to the loss 0"
    assert [place for place, _ in scene.x_axis.ticks] == pytest.approx([0, 1 / 8, 1 / 6, 1 / 4])
    bars = layers(scene, Band)
    assert sum(bar.high[0] for bar in bars) == experiment.XOR_MANY
    for bar in bars:
        assert bar.dense and np.ptp(bar.x) == pytest.approx(figures.BIN) and (bar.low == 0).all()
        assert bar.high[0] == ((losses >= bar.x[0]) & (losses < bar.x[1])).sum()
    labels = {label.text: label for label in layers(scene, Label)}
    elsewhere = experiment.XOR_MANY
    for name, value in {"0": 0, "1/8": 1 / 8, "1/6": 1 / 6, "1/4": 1 / 4}.items():
        count = int((np.abs(losses - value) < 0.005).sum())
        elsewhere -= count
        label = labels[f"loss {name}: {count}"]
        assert label.x == pytest.approx(value)
        assert label.y == sum(bar.high[0] for bar in bars if bar.x[0] < value < bar.x[1])
        assert f"{count} at loss {name}" in scene.description
    assert (f", {elsewhere} elsewhere" in scene.description) is (elsewhere > 0)


def test_median_and_range_are_those_of_the_starts():
    scene = figures.gradient_over_depth("tanh", "he")
    starts = np.sort(gradient_by_layer("tanh", "he").arriving, axis=0)
    band = by_label(scene, Band)["range of 16 starts"]
    assert np.array_equal(band.low, starts[0]) and np.array_equal(band.high, starts[-1])
    assert by_label(scene, Curve)["gradient that arrives"].y == pytest.approx((starts[7] + starts[8]) / 2)


@pytest.mark.parametrize(
    ("activation", "initialization", "label", "factor"),
    [
        ("ReLU", "he", "expected: × 1 a layer", 1),
        ("ReLU", "glorot", "expected: × 0.707 a layer", 0.5**0.5),
        ("sigmoid", "glorot", "bound on average: × √(n·Var W) × greatest slope", 0.25),
    ],
)
def test_the_dashed_line_falls_by_the_stated_factor(activation, initialization, label, factor):
    curves = by_label(figures.gradient_over_depth(activation, initialization), Curve)
    line = curves[label]
    assert line.y[:-1] / line.y[1:] == pytest.approx(factor) and line.dash == "dashed"
    assert line.x.tolist() == list(range(1, 11)) and line.y[-1] == curves["gradient that arrives"].y[9]


@pytest.mark.parametrize("activation", ["ReLU", "tanh", "sigmoid"])
def test_everything_lies_within_the_frame(activation):
    for initialization in ("he", "uniform_fan_in"):  # the largest and the smallest weights
        scene = figures.gradient_over_depth(activation, initialization)
        low, high = scene.y_axis.limits
        (band,) = layers(scene, Band)
        assert low < band.low.min() and band.high.max() < high


def test_words_state_the_share_that_arrives():
    arriving = gradient_by_layer("sigmoid", "glorot").arriving
    assert 1.5e-6 < np.median(arriving[:, 0] / arriving[:, 9]) < 2.5e-6
    assert figures.gradient_over_depth("sigmoid", "glorot").title.endswith("gradient by about 0.23")
    assert "about 2×10⁻⁶ arrives at layer 1" in figures.gradient_over_depth("sigmoid", "glorot").description


@pytest.mark.parametrize("splits", [3, 10])
def test_points_are_the_differences_and_the_band_is_their_interval(splits):
    scene = figures.difference_over_splits(splits)
    (band,), (points,) = layers(scene, Band), layers(scene, Points)
    assert points.x.tolist() == list(range(1, splits + 1))
    assert points.y == pytest.approx(experiment.differences()[:splits])
    low, mean, high = experiment.difference_after(splits)
    assert (band.low[0], band.high[0]) == (low, high) and by_label(scene, Curve)["mean"].y[0] == mean
    bottom, top = scene.y_axis.limits
    assert bottom < low < 0 < high < top and bottom < points.y.min() and points.y.max() < top
    assert scene.title == f"After {splits} splits the interval holds 0"
    assert scene.description.endswith("The 95 % interval of the mean difference holds 0.")
