"""The scenes of *Bend the rectifier* by their data, against plain arithmetic."""

import numpy as np
import pytest

from course_lib.figures import Curve, Field, Label, Points, Segment
from course_lib.topics.rectifiers import figures
from course_lib.topics.rectifiers.experiment import centred_digits, edge_filter, learned_alphas


def layers_of(scene, kind):
    return [layer for layer in scene.layers if isinstance(layer, kind)]


@pytest.mark.parametrize("alpha", [-1.0, -0.25, 0.0, 0.75, 1.0, 1.25, 2.0])
def test_the_sets_stand_between_both_slopes(alpha):
    scene = figures.bent_at_0(alpha)
    g, left, right = layers_of(scene, Curve)
    assert g.y == pytest.approx([1.5 * -alpha, 0, 1.5])
    assert set(left.y) == {alpha} and set(right.y) == {1.0} and left.x.max() == right.x.min() == 0
    points = layers_of(scene, Points)
    assert [(point.x.item(), point.y.item()) for point in points if point.marker == "hollow"] == [(0, alpha), (0, 1)]
    low, high = min(alpha, 1), max(alpha, 1)
    sets = [(segment.start[1], segment.end[1]) for segment in layers_of(scene, Segment)[1:]]
    sets += [(point.y.item(), point.y.item()) for point in points if point.marker == "filled" and not point.control]
    (handle,) = (point for point in points if point.control)
    assert handle.control == ("alpha",) and (handle.x.item(), handle.y.item()) == (-1, -alpha)
    assert sets == [(low, high)] * (1 if alpha > 1 else 2)
    texts = {label.text for label in layers_of(scene, Label)}
    assert ("Convex subdifferential: empty." in scene.description) == ("convex: empty" in texts) == (alpha > 1)
    assert ("no line through the kink" in scene.title) == (alpha > 1) and "slope " in " ".join(texts)
    assert ("no kink" in scene.description) == (alpha == 1)
    inside = (scene.y_axis.limits[0] <= g.y) & (g.y <= scene.y_axis.limits[1])
    assert inside.all() and scene.y_axis.limits == figures.bent_at_0(0.5).y_axis.limits


@pytest.mark.parametrize(("rate", "network"), [(0.1, 1), (0.5, 4), (0.5, 10)])
def test_each_slope_has_its_line_and_its_group(rate, network):
    scene = figures.alphas_over_epochs(rate, network)
    curves, alphas = layers_of(scene, Curve), learned_alphas(rate)[network - 1]
    assert np.array_equal(sorted(curve.y[-1] for curve in curves), sorted(alphas[-1]))
    for curve in curves:
        wanted = "vermilion" if curve.y[-1] < 0 else "blue" if curve.y[-1] > 1 else "grey"
        assert curve.color == wanted and curve.y[0] == 0.25
    below, above = sum(alphas[-1] < 0), sum(alphas[-1] > 1)
    assert scene.title == f"Of 32 slopes, {below} end below 0 and {above} above 1"


def test_no_slope_leaves_the_frame():
    for rate in (0.1, 0.5):
        low, high = figures.ALPHA_LIMITS
        assert low < learned_alphas(rate).min() and learned_alphas(rate).max() < high


def test_the_negative_is_the_picture_with_the_other_sign():
    (field,) = layers_of(figures.filter_digit_negative(), Field)
    w, x, negative = field.values[:, :8], field.values[:, 9:17], field.values[:, 18:]
    assert np.array_equal(x, -negative) and np.array_equal(x[::-1].ravel(), centred_digits()[figures.DIGIT])
    assert np.array_equal(w[::-1].ravel(), 32 * edge_filter()) and np.abs(field.values).max() == 0.5
    s = sum(edge_filter() * centred_digits()[figures.DIGIT])
    texts = [label.text for label in layers_of(figures.filter_digit_negative(), Label)]
    assert texts == ["filter w", "digit x", f"w·x\u00a0=\u00a0{s:.3f}", "negative −x", f"w·(−x)\u00a0=\u00a0−{s:.3f}"]


@pytest.mark.parametrize("unit", figures.SEEN)
@pytest.mark.parametrize("b", [0.0, 0.02, 0.1, 0.2])
def test_points_lie_where_the_rectifier_puts_them(unit, b):
    scene, alpha = figures.digit_against_negative(unit, b), figures.SEEN[unit]
    *points, handle = layers_of(scene, Points)
    assert handle.control == ("b",) and (handle.x.item(), handle.y.item()) == (b, b) and scene.equal_units
    x, y = (np.concatenate([getattr(layer, axis) for layer in points]) for axis in "xy")
    s = centred_digits() @ edge_filter()
    wanted = [np.maximum(0, v) + alpha * np.minimum(0, v) for v in (s + b, b - s)]
    assert np.sort(x) == pytest.approx(np.sort(wanted[0])) and np.sort(y) == pytest.approx(np.sort(wanted[1]))
    equal = len(s) if alpha == -1 and b == 0 else int((s == 0).sum())
    assert scene.title == f"A digit gives what its negative gives: {equal} of {len(s)} times"
    if alpha == -1:
        assert np.abs(x - y).max() == pytest.approx(2 * np.minimum(np.abs(s), b).max())
    low, high = scene.x_axis.limits
    assert low < min(x.min(), y.min()) and max(x.max(), y.max()) < high
