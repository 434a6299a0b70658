"""The scenes against the intervals and errors that they show."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Points, Segment
from course_lib.topics.rectifiers import comparison_figures as figures
from course_lib.topics.rectifiers.comparison import RATES, SETTINGS
from course_lib.topics.rectifiers.paired import OVERLAP, differences, validation_accuracy


def layers_of(scene, kind):
    return [layer for layer in scene.layers if isinstance(layer, kind)]


@pytest.mark.parametrize("data", SETTINGS)
@pytest.mark.parametrize("activation", figures.OTHERS.values())
def test_errors_over_rates(activation, data):
    scene = figures.error_over_rates(activation, data)
    relu, other = layers_of(scene, Curve)
    best = layers_of(scene, Points)
    for curve, point, name in ((relu, best[0], "relu"), (other, best[1], activation)):
        assert curve.y == pytest.approx(100 - validation_accuracy(data, name)) and list(curve.x) == list(RATES)
        assert point.y[0] == curve.y.min() and curve.y[list(curve.x).index(point.x[0])] == point.y[0]
        assert scene.y_axis.limits[0] < point.y[0]
    assert f"at {(other.y < relu.y).sum()} of {len(RATES)} rates" in scene.title


@pytest.mark.parametrize("data", SETTINGS)
@pytest.mark.parametrize("activation", ["elu", "maxout"])
def test_the_corrected_interval_is_wider_by_what_theory_says(activation, data):
    scene = figures.interval_over_splits(activation, data)
    corrected, naive = layers_of(scene, Band)
    J, d = corrected.x, differences(data, activation)
    ratio = (corrected.high - corrected.low) / (naive.high - naive.low)
    assert ratio == pytest.approx(np.sqrt(1 + J * OVERLAP[data]))
    assert scene.x_axis.limits == (3, len(d)) and scene.axes_follow == "data"
    (mean,) = (curve for curve in layers_of(scene, Curve) if curve.label == "mean")
    assert mean.y == pytest.approx([d[: int(j)].mean() for j in J])
    assert f" {ratio[-1]:.1f} times as wide as the naive one" in scene.title


def test_every_interval_and_every_error_lies_inside_its_frame():
    for data in SETTINGS:
        for activation in figures.OTHERS.values():
            low, high = figures.DIFFERENCES
            for band in layers_of(figures.interval_over_splits(activation, data), Band):
                assert low < band.low.min() and band.high.max() < high
            scene = figures.error_over_rates(activation, data)
            low, high = scene.y_axis.limits
            assert all(low < curve.y.min() and curve.y.max() < high for curve in layers_of(scene, Curve))


@pytest.mark.parametrize(("splits", "starts"), [(2, 1), (5, 3), (20, 10)])
def test_the_ranking_is_sorted_and_filled_where_0_is_left_out(splits, starts):
    scene = figures.ranking(splits, starts)
    zero, *rows = layers_of(scene, Segment)
    points = layers_of(scene, Points)
    names = {name: activation for activation, name in figures.NAMES.items()}
    assert len(rows) == len(points) == 9 and zero.start[0] == zero.end[0] == 0
    assert sorted((point.x[0] for point in points), reverse=True) == [point.x[0] for point in points]
    clear = 0
    for row, point, (y, name) in zip(rows, points, scene.y_axis.ticks, strict=True):
        d = differences("digits", names[name], starts=starts)[:splits]
        assert point.y[0] == y == row.start[1] and point.x[0] == pytest.approx(np.clip(d.mean(), *figures.POINTS))
        out = row.start[0] > 0 or row.end[0] < 0
        clear += out
        assert (point.marker == "filled") == out
    assert scene.title == f"{splits * starts} runs each: {clear} of 9 differ clearly from ReLU"


def test_a_split_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="splits: got 21; accepted is a whole number from 2 to 20"):
        figures.ranking(21)
