"""What the figures of this topic draw and say, against the networks, the counts and the law."""

from fractions import Fraction

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Points, Segment
from course_lib.topics.zeros import figures, sums
from course_lib.topics.zeros.experiment import ZERO_EPOCHS, ZERO_SLOPES, from_zero
from course_lib.topics.zeros.law import PUBLISHED, rows_of
from course_lib.topics.zeros.structure import EPOCHS, crossings, pre_activations, trained_networks


def of_kind(scene, kind) -> list:
    return [layer for layer in scene.layers if isinstance(layer, kind)]


@pytest.mark.parametrize("epoch", [0, EPOCHS])
def test_kinks_are_where_z_is_0_and_the_words_count_crossings(epoch: int) -> None:
    W, b = (values[0][0] for values in (trained_networks()[epoch].W, trained_networks()[epoch].b))
    scene = figures.kink_lines("both layers", epoch)
    first, second = ([curve for curve in of_kind(scene, Curve) if curve.dash == dash] for dash in ("solid", "dashed"))
    assert 4 <= len(first) <= 8 and second
    for layer, dashes in (("first layer", ["solid"] * len(first)), ("second layer", ["dashed"] * len(second))):
        alone = of_kind(figures.kink_lines(layer, epoch), Curve)
        assert [curve.dash for curve in alone] == dashes
    for curve in first:
        assert np.abs(np.column_stack([curve.x, curve.y]) @ W.T + b).max(0).min() < 1e-9
    for curve in second:
        # The picture takes z as linear inside a cell, and it bends there at most once.
        assert np.abs(pre_activations(epoch, np.column_stack([curve.x, curve.y]))[1]).max(0).min() < 0.04
    crossed, crossed_above = crossings(epoch)
    said = f"crosses {crossed} kinks of the first layer and {crossed_above} kinks of the second layer. 80 samples"
    assert said in scene.description and scene.title == f"The walk crosses {crossed + crossed_above} kinks"
    *moons, end = of_kind(scene, Points)
    assert [points.marker for points in moons] == ["filled", "hollow"]  # upper and lower, as in training
    assert sum(len(points.x) for points in moons) == 80 and scene.equal_units
    (walk,) = of_kind(scene, Segment)
    assert walk.end == (end.x[0], end.y[0]) == (2.5, -1)


@pytest.mark.parametrize("height", [-1.5, 0.0, 1.5])
def test_the_walk_ends_at_the_height_of_b(height: float) -> None:
    scene = figures.kink_lines("first layer", 0, height)
    (walk,) = of_kind(scene, Segment)
    W, b = trained_networks()[0].W[0][0], trained_networks()[0].b[0][0]
    # A straight line is crossed if the two ends lie on different sides of it.
    crossed = int(np.prod(np.sign(np.array([walk.start, (2.5, height)]) @ W.T + b), axis=0).tolist().count(-1))
    assert walk.end == (2.5, height) and f"crosses {crossed} kinks of the first layer." in scene.description


@pytest.mark.parametrize(("address", "point"), [
    ("none", None), ("LRLRLR…", Fraction(1, 4)), ("LRRRRR…", Fraction(1, 3)), ("RLLRLL…", Fraction(9, 13)),
])  # fmt: skip
def test_each_row_holds_its_intervals_and_the_point(address: str, point: Fraction | None) -> None:
    scene = figures.cantor_stages(6, address)
    assert f"64 intervals of total length {Fraction(2, 3) ** 6}" in scene.description
    for row in range(7):
        own = [part for part in of_kind(scene, Segment) if part.start[1] == part.end[1] == -row]
        assert len(own) == 2**row
        assert sum(part.end[0] - part.start[0] for part in own) == pytest.approx((2 / 3) ** row)
        if point:
            assert sum(part.start[0] - 1e-12 <= point <= part.end[0] + 1e-12 for part in own) == 1
    assert (f"The point {address} is {point}, in an interval of every row" in scene.description) == bool(point)
    *address_marks, handle = of_kind(scene, Points)
    assert (handle.x.item(), handle.y.item()) == (0, -6)
    assert scene.title == "64 intervals of total length 0.0878"
    for marks in address_marks:
        assert marks.x == pytest.approx(float(point)) and sorted(-marks.y) == list(range(7))


@pytest.mark.parametrize("place", ["around 0", "around 1/16"])
def test_each_step_of_half_precision_holds_what_is_nearest(place: str) -> None:
    scene = figures.half_precision_steps(place)
    stairs = [curve for curve in of_kind(scene, Curve) if curve.dash == "solid"]
    levels = np.sort([step.y[0] for step in stairs])
    for step in stairs:
        for x in np.linspace(step.x[0], step.x[1], 5):
            assert abs(x - step.y[0]) == pytest.approx(np.abs(levels - x).min())
    assert all(axis.whole for axis in (scene.x_axis, scene.y_axis))
    if place == "around 0":
        assert levels.tolist() == list(range(-4, 5))
        # 2⁻²⁵ itself goes to the even neighbour, 0.
        assert [band.x.tolist() for band in of_kind(scene, Band)] == [[-0.5, 0.5]]
    else:
        assert set(np.diff(levels[levels <= 0])) == {0.5} and set(np.diff(levels[levels >= 0])) == {1.0}
        assert "2⁻¹⁵ apart below 1/16 and 2⁻¹⁴ above it" in scene.description


@pytest.mark.parametrize(("observed", "share"), [(3.0, 0.25), (100.0, 0.0)])
def test_the_histogram_of_deviances_has_area_1_and_the_observed_one_its_place(observed: float, share: float) -> None:
    by_chance = np.array([1.0, 1.5, 2.0, 4.0])
    scene = figures.deviance_by_chance(by_chance, observed, 3, "counts")
    (histogram,), (theory,), (place,) = (of_kind(scene, kind) for kind in (Band, Curve, Segment))
    assert np.trapezoid(histogram.high, histogram.x) == pytest.approx(1)
    # With 2 degrees of freedom χ² is e^(−D/2)/2.
    assert theory.y == pytest.approx(np.exp(-theory.x / 2) / 2) and place.start[0] == place.end[0] == observed
    assert scene.title == f"counts: chance makes as much scatter in {100 * share:.0f} of 100 draws"
    assert f"at least as large in {4 * share:.0f} of 4 draws" in scene.description
    for layer in (histogram, theory):
        assert scene.x_axis.limits[0] <= layer.x.min() and layer.x.max() <= scene.x_axis.limits[1] + 1e-9


@pytest.mark.parametrize("bits", list(figures.BITS))
@pytest.mark.parametrize("varied", ["depth", "width"])
def test_zone_over_exposure(bits: str, varied: str) -> None:
    scene = figures.zone_over_exposure(bits, varied)
    fit = figures.shipped_fit(figures.BITS[bits])
    p0 = fit.p0
    (law,), bands = of_kind(scene, Curve), of_kind(scene, Band)
    assert law.y == pytest.approx(1 - np.exp(-law.x * p0.estimate), rel=1e-9)
    # In 16 bits a single p₀ is rejected: no interval of it is drawn or told, and picture and words say so.
    assert len(bands) == (bits == "32 bits") == (fit.p_value > 0.05) == ("rejected" not in law.label)
    said = "One p₀ fits: " if bands else "No single p₀ fits, the nearest is "
    assert said in scene.description and ("No single p₀ fits" in scene.title) == (not bands)
    for band in bands:
        for edge, end in ((band.low, p0.low), (band.high, p0.high)):
            assert edge == pytest.approx(np.maximum(1 - np.exp(-law.x * end), figures.LOWEST), rel=1e-9)
    assert [bar.label for bar in of_kind(scene, Segment) if bar.label] == ["interval of 95 % of a share"]
    theirs, own = of_kind(scene, Points)
    assert own.marker == "filled" and theirs.marker == "hollow"
    fixed = {"depth": (1, 256), "width": (2, 3)}[varied]
    for points, rows in ((own, rows_of(figures.BITS[bits])), (theirs, PUBLISHED)):
        shown = [row for row in rows if row.setting.dtype == figures.BITS[bits] and row.setting[fixed[0]] == fixed[1]]
        # 256 wide and 3 deep was published twice, with different counts.
        assert len(shown) == (5 if points is own else 6)
        assert sorted(zip(points.x, points.y, strict=True)) == sorted((row.exposure, row.share) for row in shown)
    for segment in of_kind(scene, Segment):
        assert segment.start[0] == segment.end[0] and segment.start[1] < segment.end[1]
    assert f"{100 * own.y[-1]:.1f} %" in scene.description or own.y[-1] == 1


@pytest.mark.parametrize("order", list(sums.ORDERS))
@pytest.mark.parametrize("width", sums.WIDTHS)
def test_both_places_of_the_bias_are_shown_with_their_intervals(order: str, width: int) -> None:
    scene = figures.place_of_bias(order, width)
    (derived,) = of_kind(scene, Curve)
    assert derived.y == pytest.approx(sums.bias_last_p0(width, 3)) and derived.x.tolist() == [1, 2, 3]
    bars = of_kind(scene, Segment)
    assert [bar.label for bar in bars if bar.label] == ["interval of 95 %"] and len(bars) == 6
    low, high = scene.y_axis.limits
    apart = sum(
        max(p0.low for p0 in pair) > min(p0.high for p0 in pair)
        for pair in ([sums.shipped().p0[width, layer, order, place] for place in sums.PLACES] for layer in (1, 2, 3))
    )
    assert scene.title == f"Bias last or inside: p₀ differs in {apart} of 3 hidden layers"
    for place, points in zip(sums.PLACES, of_kind(scene, Points), strict=True):
        found = [sums.shipped().p0[width, layer, order, place] for layer in (1, 2, 3)]
        assert points.label == f"bias {place}" and np.round(points.x).tolist() == [1, 2, 3]
        assert points.y == pytest.approx(np.clip([p0.estimate for p0 in found], low, high))
        own = [bar for bar in bars if bar.color == points.color]
        assert [bar.start[1] for bar in own] == pytest.approx(np.clip([p0.low for p0 in found], low, high))
        assert [bar.end[1] for bar in own] == pytest.approx(np.clip([p0.high for p0 in found], low, high))


@pytest.mark.parametrize("slope", ZERO_SLOPES)
def test_the_points_are_the_accuracies_from_zero(slope: float) -> None:
    scene = figures.accuracy_from_zero(slope)
    (points,) = of_kind(scene, Points)
    assert points.x.tolist() == list(range(ZERO_EPOCHS + 1))
    assert points.y == pytest.approx(100 * from_zero().accuracy[ZERO_SLOPES.index(slope)])
    assert ("It never moves" in scene.description) == ("never moves" in scene.title) == (slope == 0)
    assert scene.title.endswith(f" {points.y[-1]:.0f} %")
