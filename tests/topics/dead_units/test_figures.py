"""The scenes of this topic against plain arithmetic and against the numbers that they show."""

import math

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Field, Points, Segment
from course_lib.intervals import wilson_interval
from course_lib.topics.dead_units import figures
from course_lib.topics.dead_units.cures import CURES, MEASURES, TREATMENTS, outcome, revive
from course_lib.topics.dead_units.experiment import BIASES, DATA, LEARNING_RATES, collapse, dead_grid, pre_activations
from course_lib.topics.dead_units.figures import BATCH, HIDDEN_LAYERS, LIMITS, NETWORKS, active_inputs


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
    far = np.random.default_rng(1).standard_normal((500, 2)) * 1e3
    far = np.abs(far) if layer == "second layer" else far
    if (z_at(angle, bias, far[:, 0], far[:, 1]) < 1e-6).all() and bias <= 0:
        assert scene.description.endswith("No input turns the unit on: it is dead on all inputs.")
    elif not on.any():
        assert scene.description.endswith("Dead on the batch and dead on the data, but other inputs turn it on.")
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


@pytest.mark.parametrize("width", [2, 3, 5])
def test_born_dead(width):
    band, formula, points = figures.born_dead_over_depth(width).layers
    p = np.array([1 - (1 - 2.0**-width) ** depth for depth in range(1, 20)])
    assert formula.y == pytest.approx(p) and (band.low <= points.y).all() and (points.y <= band.high).all()
    assert band.high == pytest.approx(np.minimum(p + 3 * np.sqrt(p * (1 - p) / 2000), 1))
    assert band.low == pytest.approx(p - 3 * np.sqrt(p * (1 - p) / 2000))
    assert figures.born_dead_over_depth(width).title.startswith(f"With 19 hidden layers {100 * p[-1]:.1f} % are dead")


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


@pytest.mark.parametrize(("rate", "bias"), [(0.1, 0.0), (1.0, -0.5), (3.0, 1.0)])
def test_curves_are_means_inside_their_bands(rate, bias):
    scene = figures.dead_over_epochs(rate, bias)
    at = LEARNING_RATES.index(rate), BIASES.index(bias)
    shares = dead_grid().dead[at]
    curves = layers_of(scene, Curve)
    for index, (curve, band) in enumerate(zip(curves, layers_of(scene, Band), strict=True)):
        assert band.color == curve.color
        assert curve.y == pytest.approx(shares[:, :, index].mean(0)) and curve.x.tolist() == list(range(7))
        assert np.array_equal(band.low, shares[:, :, index].min(0))
        assert np.array_equal(band.high, shares[:, :, index].max(0))
    assert curves[0].dash != curves[1].dash and curves[0].label == HIDDEN_LAYERS[0]
    start, end = ([figures.about(share) for share in shares[:, epoch].mean(0)] for epoch in (0, -1))
    right = figures.about(dead_grid().accuracy[at][:, -1].mean())
    assert scene.title == f"After 6 epochs the network is right on {right} test digits"
    assert scene.description.endswith(
        f"first hidden layer: {start[0]} at the start, {end[0]} after 6 epochs. Of the second: {start[1]}, then "
        f"{end[1]}. The network is right on {right} test digits."
    )


@pytest.mark.parametrize("layer", ["first", "second"])
@pytest.mark.parametrize("epoch", [0, 3, 6])
def test_the_map_is_the_grid(layer, epoch):
    scene = figures.dead_map(layer, epoch)
    (field,) = layers_of(scene, Field)
    expected = dead_grid().dead[:, :, :, epoch, ("first", "second").index(layer)].mean(2)
    assert np.array_equal(field.values, expected) and field.range == (0, 1)
    marked = {(x, y) for m in layers_of(scene, Points) for x, y in zip(m.x, m.y, strict=True)}
    assert marked == {(BIASES[c], LEARNING_RATES[r]) for r, c in np.argwhere(expected > 0.5)}
    assert scene.title == f"Most units are dead in {figures.about(len(marked) / expected.size)} of the settings"
    assert [rate for rate, _ in scene.y_axis.ticks] == list(LEARNING_RATES)
    # The cell of a value of the grid is centred on it; the rates lie about evenly on the log axis.
    assert field.x_limits == (-1.125, 1.125)
    height = (field.y_limits[1] / field.y_limits[0]) ** (1 / len(LEARNING_RATES))
    assert [field.y_limits[0] * height ** (i + 0.5) for i in range(6)] == pytest.approx(LEARNING_RATES, rel=0.07)
    corners = [figures.about(expected[row, column]) for row in (0, -1) for column in (0, -1)]
    assert scene.description.endswith(
        f"At learning rate 0.01: {corners[0]} are dead with bias −1, {corners[1]} with bias 1. "
        f"At learning rate 3: {corners[2]} and {corners[3]}."
    )


def rows_of(scene):
    """Name of each row with its interval (low, estimate, high), all clipped to [0, 1] as drawn."""
    names = dict(scene.y_axis.ticks)
    points = {layer.y[0]: layer.x[0] for layer in layers_of(scene, Points)}
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
        ("steps too long", "learning rate 0.8, first bias 0"),
        ("biases too low", "0.1, first bias −1"),
    ):
        assert f"{words}), 120 starts" in figures.cures(cause).description
    assert "at learning rate 0.4 with first bias 0, then on at 0.04" in figures.came_back().description
    bands = [band.label for band in layers_of(figures.dead_over_epochs(0.1, 0.0), Band)]
    assert bands == ["first: range of 4 seeds", "second: range of 4 seeds"]


@pytest.mark.parametrize("measure", MEASURES)
def test_each_cure_has_its_row_and_its_group(measure):
    scene = figures.cures("biases too low", measure)
    rows = rows_of(scene)
    assert list(rows) == list(CURES)
    for cure, (low, estimate, high) in rows.items():
        values = outcome("biases too low", cure).of(measure)
        assert estimate == pytest.approx(values.mean())
        reach = 1.9801 * values.std(ddof=1) / np.sqrt(len(values))  # Student's t, 119 degrees of freedom
        assert (low, high) == pytest.approx((max(0, estimate - reach), min(1, estimate + reach)), abs=1e-4)
    bad = {cure: 1 - row[1] if measure == "test accuracy" else row[1] for cure, row in rows.items()}
    better = [cure for cure in CURES if bad[cure] <= bad["no cure"] / 2]
    others = [cure for cure in CURES if cure not in ["no cure", *better]]
    assert scene.title.startswith(f"{len(better)} of {len(CURES) - 1} cures at least halve the ")
    assert f"or fewer: {', '.join(better)}. More than half: {', '.join(others)}." in scene.description


@pytest.mark.parametrize("index", [0, 1])
def test_each_treatment_has_its_row(index):
    scene = figures.came_back(HIDDEN_LAYERS[index])
    rows = rows_of(scene)
    assert list(rows) == list(TREATMENTS)
    for treatment, row in rows.items():
        result = revive(treatment)
        assert row == pytest.approx(result.share(index))
    assert all(name in scene.description for name in TREATMENTS)
    if index == 0:
        assert scene.title == "More than half are on again with fresh weights"
        assert "None come back: shorter steps, dropout 0.2, dropout 0.5. Fewer than half:" in scene.description
        assert scene.description.endswith("More than half: fresh weights.")
