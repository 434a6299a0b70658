"""What the figures of this topic draw and say, against definitions, experiments, and sets worked out by hand."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Label, Points, Segment
from course_lib.topics.subgradients import figures
from course_lib.topics.subgradients.experiment import OBJECTIVES, RULES, bound, run

PLAIN = {
    "ReLU": lambda x: np.maximum(0, x),
    "|x|": np.abs,
    "x²": np.square,
    "leaky, slope 2": lambda x: np.where(x > 0, x, 2 * x),
    "−|x|": lambda x: -np.abs(x),
    "min(|x|, ½)": lambda x: np.minimum(np.abs(x), 0.5),
}


def layer(scene, kind, label):
    (the_one,) = (one for one in scene.layers if isinstance(one, kind) and one.label.startswith(label))
    return the_one


def corners(scene) -> set:
    points = layer(scene, Points, "gradients")
    return set(zip(points.x.tolist(), points.y.tolist(), strict=True))


@pytest.mark.parametrize("function", figures.FUNCTIONS)
@pytest.mark.parametrize("x0", [-0.5, 0, 0.5])
def test_the_verdict_on_a_line_is_that_of_the_definition(function, x0) -> None:
    f, x = PLAIN[function], np.linspace(-50, 50, 20_001)
    for slope in np.arange(-1.5, 2.75, 0.25).tolist():
        supports = bool((f(x) >= f(np.array(x0)) + slope * (x - x0) - 1e-9).all())
        scene = figures.supporting_lines(function, x0, slope)
        assert scene.description.endswith(f"subgradient at x = {str(x0).replace('-', '−')}.")
        assert ("so " in scene.description) and ("is a subgradient" in scene.description) == supports
        assert (" is a subgradient at" in scene.title) == supports
        marked = [one for one in scene.layers if isinstance(one, Curve) and one.width == 6]
        assert not (supports and marked)
        if function in ("ReLU", "x²") and x0 == 0 and slope >= 1.5:
            assert f"the graph is below it, for example at x = 0.5, so {slope:g} is no" in scene.description
        for part in marked:
            assert (part.y < f(np.array(x0)) + slope * (part.x - x0)).all()
            assert part.y == pytest.approx(f(part.x))


@pytest.mark.parametrize("slope", [-3, -0.25, 0, 1, 2.5])
def test_the_line_has_its_slope_passes_through_the_point_and_stays_in_the_frame(slope) -> None:
    scene = figures.supporting_lines("x²", 0.5, slope)
    (line,) = (one for one in scene.layers if isinstance(one, Segment) and one.control)
    said = f"slope {slope:g}".replace("-", "−")
    assert said in [one.text for one in scene.layers if isinstance(one, Label)] and scene.equal_units
    (dx, dy) = np.subtract(line.end, line.start)
    assert dy == pytest.approx(slope * dx) and dx > 1
    assert line.start[1] + slope * (0.5 - line.start[0]) == pytest.approx(0.25)
    for end in (line.start, line.end):
        assert scene.x_axis.limits[0] - 1e-9 <= end[0] <= scene.x_axis.limits[1] + 1e-9
        assert scene.y_axis.limits[0] - 1e-9 <= end[1] <= scene.y_axis.limits[1] + 1e-9


@pytest.mark.parametrize("rule", RULES)
def test_the_path_steps_against_subgradients_and_the_rhombi_are_level_curves(rule) -> None:
    scene = figures.path_in_the_plane(rule, 0.3, 7)
    path = layer(scene, Curve, "path")
    assert len(path.x) == 8
    signs = np.sign([path.x[:-1], path.y[:-1]])
    sizes = 0.3 * np.array([RULES[rule](np.array([float(k)]))[0] for k in range(1, 8)])
    assert np.diff(path.x) == pytest.approx(-sizes * signs[0])
    assert np.diff(path.y) == pytest.approx(-sizes * 2 * signs[1])
    rhombi = [one for one in scene.layers if isinstance(one, Curve) and one.color == "grey"]
    for rhombus, level in zip(rhombi, figures.LEVELS, strict=True):
        middle_x, middle_y = (rhombus.x[:-1] + rhombus.x[1:]) / 2, (rhombus.y[:-1] + rhombus.y[1:]) / 2
        for x, y in ((rhombus.x, rhombus.y), (middle_x, middle_y)):
            assert np.abs(x) + 2 * np.abs(y) == pytest.approx(np.full(len(x), level))
    descent = run("|x| + 2|y|", rule, 0.3)
    value, best, rises = descent.value[7], descent.best[7], (np.diff(descent.value[:8]) > 1e-9).sum()
    words = f"after 7 steps the value is {value:.2g}, the best so far {best:.2g}; the value rose in {rises} of"
    assert words in scene.description and scene.equal_units
    assert scene.title == f"After 7 steps f is {value:.2g}, the best so far {best:.2g}"
    assert "after 1 step the value" in figures.path_in_the_plane(rule, 0.3, 1).description


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("rule", RULES)
def test_the_gap(objective, rule) -> None:
    scene, path = figures.gap_against_bound(objective, rule, 0.1), run(objective, rule, 0.1)
    (low, high), best, limit = scene.y_axis.limits, layer(scene, Curve, "best"), layer(scene, Curve, "bound")
    assert best.y == pytest.approx(np.clip(path.best, low, high))
    assert limit.y == pytest.approx(np.clip(bound(objective, path.step), low, high))
    shown = "below 0.001" if path.best[-1] < 0.001 else f"{path.best[-1]:.2g}"
    assert f"the best gap is {shown}, the bound {bound(objective, path.step)[-1]:.2g}." in scene.description


@pytest.mark.parametrize("shift", range(9))
def test_the_median_line_passes_through_the_filled_points(shift) -> None:
    scene = figures.median_line(shift)
    on, off = layer(scene, Points, "residual exactly"), layer(scene, Points, "residual not")
    outlier = layer(scene, Points, "outlier")
    assert len(on.x) == 2 and len(off.x) == 6 and outlier.marker == "hollow"
    assert (outlier.x.item(), outlier.y.item()) == (8, pytest.approx(5.3 + shift))
    x, y = (np.concatenate([getattr(one, axis) for one in (on, off, outlier)]) for axis in "xy")
    line, squares = layer(scene, Curve, "least |"), layer(scene, Curve, "least squares")
    assert np.interp(on.x, line.x, line.y) == pytest.approx(on.y)
    signs = np.sign(y[2:] - np.interp(x[2:], line.x, line.y))
    assert abs(signs.sum()) <= 2 and signs.all()  # Two points on the line can balance the others.
    coefficients = np.polyfit(x, y, 1)
    assert squares.y == pytest.approx(np.polyval(coefficients, squares.x))
    slope = (line.y[1] - line.y[0]) / (line.x[1] - line.x[0])
    assert scene.title == f"The line of least |residuals| stays: slope {slope:.2g}"
    assert f"of least squares has slope {coefficients[0]:.3f}" in scene.description


@pytest.mark.parametrize("s", [0, 0.125, 0.5, 1])
@pytest.mark.parametrize("biases", ["own", "shared"])
def test_the_clarke_set_of_the_identity(biases, s) -> None:
    scene = figures.clarke_of_identity(biases, s)
    backprop, band = layer(scene, Points, "backprop"), layer(scene, Band, "Clarke set")
    own = biases == "own"
    assert (backprop.x[0], backprop.y[0]) == (s if own else 0, 2 * s)
    assert corners(scene) == ({(0, 0), (0, 1), (1, 1), (1, 2)} if own else {(0, 0), (-1, 1), (1, 1), (0, 2)})
    # The hull of the corners is a parallelogram, or a square that stands on a corner.
    at, low, high = ([0, 0.5, 1], [0, 0.5, 1], [1, 1.5, 2]) if own else ([-1, 0, 0.5], [1, 0, 0.5], [1, 2, 1.5])
    assert np.interp(at, band.x, band.low) == pytest.approx(low)
    assert np.interp(at, band.x, band.high) == pytest.approx(high)
    assert scene.equal_units and backprop.color == "green"
    assert "result is inside the Clarke set" in scene.title
    assert f"returns ({backprop.x[0]:g}, {2 * s:g}), inside" in scene.description


@pytest.mark.parametrize("slopes", [(0, 0), (0, 1), (1, 0), (0.5, 0.5), (1, 1)])
def test_the_loss_of_relu6_has_slope_1_and_the_line_that_of_backprop(slopes) -> None:
    scene = figures.relu6_along_b(slopes)
    loss, line = layer(scene, Curve, "loss"), layer(scene, Curve, "line with")
    assert loss.y == pytest.approx(((1 + loss.x) ** 2 + 1) / 2)
    assert np.diff(line.y) / np.diff(line.x) == pytest.approx([sum(slopes)])
    assert np.interp(0, line.x, line.y) == pytest.approx(np.interp(0, loss.x, loss.y)) == 1
    assert scene.title == f"Backprop returns {sum(slopes):g} for a slope of 1"
    assert (line.color == "green") == (sum(slopes) == 1)
