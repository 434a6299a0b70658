"""The scenes of this topic against plain arithmetic and against the numbers that they show."""

import math

import numpy as np
import pytest

from course_lib.figures import Band, Field, Points, Segment
from course_lib.intervals import wilson_interval
from course_lib.topics.dead_units import figures
from course_lib.topics.dead_units.cures import CAUSES, CURES, MEASURES, TREATMENTS, outcome, revive
from course_lib.topics.dead_units.experiment import BIASES, DATA, LEARNING_RATES, collapse, dead_grid, pre_activations
from course_lib.topics.dead_units.figures import BATCH, LIMITS, NETWORKS, active_inputs


def layers_of(scene, kind):
    return [layer for layer in scene.layers if isinstance(layer, kind)]


def z_at(angle, bias, x, y):
    return math.cos(math.radians(angle)) * x + math.sin(math.radians(angle)) * y + bias


@pytest.mark.parametrize("layer", LIMITS)
@pytest.mark.parametrize("angle", [0, 30, 90, 135, 180, 225, 255, 270, 300])
@pytest.mark.parametrize("bias", [-1.0, -0.2, 0.0, 0.6])
def test_shade_border_and_counts_are_those_of_the_unit(layer, angle, bias):
    scene = active_inputs(layer, angle, bias)
    (left, right), (bottom, top) = LIMITS[layer]
    points = np.random.default_rng(0).uniform((left, bottom), (right, top), (400, 2))
    possible = points[(points >= 0).all(1)] if layer == "second layer" else points
    z = z_at(angle, bias, possible[:, 0], possible[:, 1])
    shaded = np.zeros(len(possible), bool)
    for band in layers_of(scene, Band):
        assert (z_at(angle, bias, band.x, (band.low + band.high) / 2) > -1e-6).all()
        assert layer == "first layer" or (band.x.min() >= 0 and band.low.min() >= 0)
        low, high = (np.interp(possible[:, 0], band.x, edge) for edge in (band.low, band.high))
        reach = (band.x[0] <= possible[:, 0]) & (possible[:, 0] <= band.x[-1])
        shaded |= reach & (low - 0.05 <= possible[:, 1]) & (possible[:, 1] <= high + 0.05)
    # A column of the shade is 1 % of the window wide; points that near a vertical border may fall beside it.
    assert (shaded | (z < 0.1)).all()
    (border,) = (line for line in layers_of(scene, Segment) if line.label == "w·x + b = 0")
    for x, y in (border.start, border.end):
        assert z_at(angle, bias, x, y) == pytest.approx(0, abs=1e-9)
        assert not (left < x < right and bottom < y < top), "the border reaches through the window"
    corners = z_at(angle, bias, np.array([left, left, right, right]), np.array([bottom, top, bottom, top]))
    assert corners.min() < -1e-9 and corners.max() > 1e-9, "and is in sight"
    *_, tip = layers_of(scene, Points)
    along = np.subtract(border.end, border.start)
    # w stands upright on its line, also as drawn.
    assert along @ [tip.x[0], tip.y[0]] == pytest.approx(0, abs=1e-9) and scene.equal_units
    assert z_at(angle, 0, tip.x[0], tip.y[0]) == pytest.approx(1)
    samples = figures.unit_inputs(layer)
    assert (samples.min() >= 0) == (layer == "second layer")
    on = z_at(angle, bias, samples[:, 0], samples[:, 1]) > 1e-9
    assert scene.title == f"Active on {on[:BATCH].sum()} of {BATCH} in the batch, on {on.sum()} of 40 in the data"
    if not on.any():
        assert scene.description.endswith("Dead on the batch and dead on the data. Does another input turn it on?")
    else:
        verdict = "Alive on the batch, so alive on the data too." if on[:BATCH].any() else "but alive on the data."
        assert scene.description.endswith(verdict)
    data, batch, _ = layers_of(scene, Points)
    assert np.array_equal(np.column_stack([batch.x, batch.y]), samples[:BATCH]) and len(data.x) == 40 - BATCH


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("bias", [-0.2, 0.1])
def test_active_shares_lie_beside_the_formula(data, bias):
    scene = figures.active_share_over_sigma(data, bias)
    band, formula, points = scene.layers
    assert formula.y == pytest.approx([(1 + math.erf(bias / sigma / math.sqrt(2))) / 2 for sigma in formula.x])
    for sigma, middle, low, high in zip(points.x, points.y, band.low, band.high, strict=True):
        share = (pre_activations(data) > -bias / sigma).mean(0)
        assert middle == pytest.approx(share.mean(), abs=1e-3)
        # Many units of raw pixels are on for all samples or for none: those share the band's end.
        assert np.mean((low < share) & (share < high)) <= 0.92
        assert np.mean((low - 1e-9 <= share) & (share <= high + 1e-9)) >= 0.88


def test_collapse_is_drawn_with_its_intervals():
    scene = figures.collapse_over_width()
    born, after = layers_of(scene, Points)
    results = [collapse(width, count) for width, count in NETWORKS.items()]
    shares = [wilson_interval(result.born, result.networks) for result in results]
    shares += [wilson_interval(result.constant, result.networks) for result in results]
    points = zip([*born.x, *after.x], [*born.y, *after.y], strict=True)
    for segment, (x, y), share in zip(layers_of(scene, Segment), points, shares, strict=True):
        assert segment.start == (x, share.low) and segment.end == (x, share.high) and y == share.estimate
    assert scene.description.startswith("Constant at the start: 87 % at width 2,")


@pytest.mark.parametrize("layer", ["first", "second"])
@pytest.mark.parametrize("epoch", [0, 3, 5])
def test_the_map_is_the_grid(layer, epoch):
    scene = figures.dead_map(layer, epoch)
    (field,) = layers_of(scene, Field)
    expected = dead_grid()[:, :, :, epoch, ("first", "second").index(layer)].mean(2)
    assert np.array_equal(field.values, expected) and field.range == (0, 1)
    *places, marks = layers_of(scene, Points)
    marked = set(zip(marks.x, marks.y, strict=True))
    assert marked == {(BIASES[c], LEARNING_RATES[r]) for r, c in np.argwhere(expected > 0.5)}
    share = figures.about(len(marked) / expected.size)
    assert scene.title == f"More than half of the layer is dead in {share} of the settings"
    assert [rate for rate, _ in scene.y_axis.ticks] == list(LEARNING_RATES)
    # The cell of a value of the grid is centred on it; each rate is twice the one before.
    assert field.x_limits == (-1.125, 1.125)
    height = (field.y_limits[1] / field.y_limits[0]) ** (1 / len(LEARNING_RATES))
    assert [field.y_limits[0] * height ** (i + 0.5) for i in range(9)] == pytest.approx(LEARNING_RATES)
    corners = [figures.about(expected[row, column]) for row in (0, -1) for column in (0, -1)]
    assert scene.description.endswith(
        f"At learning rate 0.0125: {corners[0]} are dead with bias −1, {corners[1]} with bias 1. "
        f"At learning rate 3.2: {corners[2]} and {corners[3]}."
    )
    # Every experiment of the lesson lies on a cell of the grid.
    assert {point.label: (point.x[0], point.y[0]) for point in places} == {
        "steps too long": (0, 0.8), "biases too low": (-1, 0.1), "to be revived": (0, 0.4)
    }  # fmt: skip
    for bias, rate in ((point.x[0], point.y[0]) for point in places):
        assert bias in BIASES and rate in LEARNING_RATES


def rows_of(scene, shift=0.0):
    """Name of each row with its interval (low, estimate, high)."""
    names = {tick + shift: name for tick, name in scene.y_axis.ticks}
    points = {y: x for layer in layers_of(scene, Points) for x, y in zip(layer.x, layer.y, strict=True)}
    lines = {s.start[1]: (s.start[0], s.end[0]) for s in layers_of(scene, Segment) if s.start[1] == s.end[1]}
    return {names[y]: (lines[y][0], points[y], lines[y][1]) for y in sorted(names, reverse=True)}


def test_error_bars_are_labelled():
    scenes = figures.cures("steps too long", "dead units"), figures.came_back(), figures.collapse_over_width()
    for scene in scenes:
        bars = [line for line in layers_of(scene, Segment) if line.dash == "solid"]
        assert [bar.label for bar in bars if bar.label] == ["interval of 95 %"]


def test_rates_and_biases_are_stated():
    """Without them nobody finds the experiments on the map of learning rates and biases."""
    for cause, words in (
        ("steps too long", "learning rate 0.8, initial bias 0"),
        ("biases too low", "0.1, initial bias −1"),
    ):
        assert f"{words}), 120 starts" in figures.cures(cause).description
    assert "at learning rate 0.4 with initial bias 0, then on at 0.04" in figures.came_back().description


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("cause", CAUSES)
def test_each_cure_has_its_row_and_its_group(cause, measure):
    scene = figures.cures(cause, measure)
    rows = rows_of(scene)
    assert list(rows) == list(CURES)[1:]
    good = 1 if measure == "test accuracy" else -1
    groups = {"good": [], "bad": [], "open": []}
    for cure, (low, estimate, high) in rows.items():
        values = 100 * (outcome(cause, cure).of(measure) - outcome(cause, "no cure").of(measure))
        assert estimate == pytest.approx(values.mean())
        reach = 1.9801 * values.std(ddof=1) / np.sqrt(len(values))  # Student's t, 119 degrees of freedom
        assert (low, high) == pytest.approx((estimate - reach, estimate + reach), abs=1e-2)
        assert -80 < low <= high < 80
        groups["good" if low * good > 0 < high * good else "bad" if low * good < 0 > high * good else "open"].append(
            cure
        )
    words = {group: ", ".join(names) or "none" for group, names in groups.items()}
    assert scene.title.startswith(f"For {len(groups['good'])} of {len(CURES) - 1} cures")
    assert scene.description.endswith(
        f"Interval on the good side of 0: {words['good']}. On the bad side: {words['bad']}. "
        f"It holds 0: {words['open']}."
    )


@pytest.mark.parametrize(("layer", "shift"), [(0, 0.14), (1, -0.14)])
def test_each_treatment_has_its_row(layer, shift):
    scene = figures.came_back()
    rows = rows_of(scene, shift)
    assert list(rows) == list(TREATMENTS)
    for treatment, row in rows.items():
        assert row == pytest.approx(revive(treatment).share(layer))
    assert (
        "in the first hidden layer for fresh weights; in the second for dropout 0.2, dropout 0.5" in scene.description
    )
