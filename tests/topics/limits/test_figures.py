"""Approaching a point, the three quotients at a kink, and errors against Taylor's theorem and the rounding bounds."""

import math

import mpmath
import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import difference_quotient
from course_lib.figures import Curve, Label, Points, Segment
from course_lib.figures import format_number as number
from course_lib.figures.examples import X
from course_lib.topics.limits.figures import (
    ERRORS,
    STEPS,
    approach,
    error_v_curve,
    errors,
    quotients_at_kink,
    steps_on_a_swing,
    theory,
)

APPROACHABLE = ("ReLU", "jump", "(x²−1)/(x−1)", "√|x|", "x·sin(1/x)", "sin(1/x)")
SLOPES = {"ReLU": (1, 0, 0.5), "|x|": (1, -1, 0), "leaky ReLU": (1, 0.1, 0.55)}  # forward, backward, central
SCHEMES = ("forward", "backward", "central")
UNIT = {"float16": 2.0**-11, "float32": 2.0**-24, "float64": 2.0**-53}


def secants(scene) -> list[Segment]:
    return [layer for layer in scene.layers if isinstance(layer, Segment)]


def moving_point(scene) -> tuple[float, float]:
    (point,) = (layer for layer in scene.layers if isinstance(layer, Points) and layer.label == "(x, f(x))")
    return point.x.item(), point.y.item()


@pytest.mark.parametrize(
    ("function", "exponent", "side", "x", "y"),
    [
        ("jump", -8, "-", -1e-8, 0),
        ("√|x|", -4, "-", -1e-4, 1e-2),
        ("(x²−1)/(x−1)", -2, "-", 0.99, 1.99),
        ("(x²−1)/(x−1)", -2, "+", 1.01, 2.01),
        ("sin(1/x)", -1, "+", 0.1, np.sin(10)),
        ("x·sin(1/x)", -1, "-", -0.1, 0.1 * np.sin(10)),
    ],
)
def test_the_point_is_at_distance_h_on_the_graph(function, exponent, side, x, y) -> None:
    assert moving_point(approach(function, exponent, side)) == (pytest.approx(x), pytest.approx(y, abs=1e-9))


@pytest.mark.parametrize("function", APPROACHABLE)
@pytest.mark.parametrize(("side", "exponent"), [("-", -1), ("-", -4), ("+", 0), ("+", -2.5), ("+", -8)])
def test_zoom_shrinks_the_window_around_the_point(function, side, exponent) -> None:
    scene, h = approach(function, exponent, side, zoom=True), 10.0**exponent
    x0 = 1 if function == "(x²−1)/(x−1)" else 0
    left, right = scene.x_axis.limits
    assert np.subtract([x0, right], [left, x0]) == pytest.approx([1.1 * h, 1.1 * h], rel=1e-6)
    x, y = moving_point(scene)
    assert left < x < right and scene.y_axis.limits[0] < y < scene.y_axis.limits[1]
    # The graph is drawn anew for the window: it passes through the point, and it reaches both ends.
    curves = [layer for layer in scene.layers if isinstance(layer, Curve)]
    assert min(curve.x.min() for curve in curves) == pytest.approx(x0 - 1.1 * h, rel=1e-9)
    assert max(curve.x.max() for curve in curves) == pytest.approx(x0 + 1.1 * h, rel=1e-9)
    assert len(curves) == 2 and curves[1].label == f"f(x) = {function}"
    assert scene.description.endswith(f"The window is magnified and reaches {number(1.1 * h)} to both sides of {x0}.")


def test_a_magnified_hole_is_no_rounding_error() -> None:
    scene = approach("(x²−1)/(x−1)", -8, "+", zoom=True)
    curves = [layer for layer in scene.layers if isinstance(layer, Curve)]
    assert all(np.abs(curve.y - (curve.x + 1)).max() < 1e-15 for curve in curves)


def test_an_oscillation_is_drawn_down_to_what_a_pixel_shows() -> None:
    for exponent in (-1, -2, -3):
        h = 10.0**exponent
        scene = approach("sin(1/x)", exponent, "+", zoom=True)
        x = next(layer.x for layer in reversed(scene.layers) if isinstance(layer, Curve))
        assert np.diff(1 / x[::-1]).max() < 2 * np.pi / 20
        period, pixel = 2 * np.pi * x[0] ** 2, 2.2 * h / 720
        assert 0.3 * pixel < period < 1.5 * pixel


@pytest.mark.parametrize("function", APPROACHABLE)
@pytest.mark.parametrize("side", ["-", "+"])
def test_every_frame_lies_in_one_window(function, side) -> None:
    scenes = [approach(function, exponent, side) for exponent in np.linspace(-8, 0, 9)]
    ((left, right, low, high),) = {(*scene.x_axis.limits, *scene.y_axis.limits) for scene in scenes}
    assert all(left < x < right and low < y < high for x, y in map(moving_point, scenes))


def test_the_value_is_read_off() -> None:
    scene = approach("√|x|", -2, "+")
    assert scene.title == "From the right, f(x) tends to 0"
    read_off = "√|x| at x = 0.01, a distance of 0.01 right of 0: f(0.01) = 0.1."
    assert scene.description == f"{read_off} From the right, f(x) tends to 0."


@pytest.mark.parametrize(
    ("exponent", "side", "shown"),
    [
        (-4, "+", "f(1 + 10⁻⁴) = 2.0001"),
        (-8, "-", "f(1 − 10⁻⁸) = 1.99999999"),
    ],
)
def test_a_value_beside_the_limit_is_not_rounded_to_it(exponent, side, shown) -> None:
    scene = approach("(x²−1)/(x−1)", exponent, side)
    assert shown in [layer.text for layer in scene.layers if isinstance(layer, Label)]
    assert f"{shown}. From" in scene.description


def test_the_limit_need_not_be_the_value() -> None:
    assert approach("jump", -3, "-").description.endswith("f(−0.001) = 0. From the left, f(x) tends to 0.")
    assert approach("(x²−1)/(x−1)", -1, "-").description.endswith("f(1 − 0.1) = 1.9. From the left, f(x) tends to 2.")
    oscillating = "From the right, f(x) keeps oscillating between −1 and 1, without a limit."
    assert approach("sin(1/x)", -3, "+").description.endswith(oscillating)


@pytest.mark.parametrize(
    ("function", "start", "ratio", "end"),
    [
        ("sin(π/x)", 1, 10, "all 4 values are 0."),
        ("sin(π/x)", 1, 2, "all 12 values are 0."),
        # 10ᵏ/0.9 is an odd whole number and a ninth.
        ("sin(π/x)", 0.9, 10, f"all 4 values are −{math.sin(math.pi / 9):.3g}."),
        (
            "sin(2π log₂ x)",
            0.75,
            2,
            f"all 11 values are {math.sin(2 * math.pi * math.log2(1.5)):.3g}.".replace("-", "−"),
        ),
        ("sin(π/x)", 0.8, 10, "the 4 values lie from −0.707 to 1."),
    ],
)
def test_steps_in_a_constant_ratio_may_see_one_value_of_a_swing(function, start, ratio, end) -> None:
    scene = steps_on_a_swing(function, start, ratio)
    assert scene.description.endswith(end)
    following, first = (layer for layer in scene.layers if isinstance(layer, Points))
    h = np.append(first.x, following.x)
    assert h[0] == start and h[1:] == pytest.approx(h[:-1] / ratio)
    exact = [mpmath.sin(mpmath.pi / v if function == "sin(π/x)" else 2 * mpmath.pi * mpmath.log(v, 2)) for v in h]
    assert np.append(first.y, following.y) == pytest.approx([float(value) for value in exact], abs=1e-8)
    (curve,) = (layer for layer in scene.layers if isinstance(layer, Curve))
    assert np.abs(curve.y).max() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("function", SLOPES)
@pytest.mark.parametrize("exponent", [0, -0.3, -2, -6])
@pytest.mark.parametrize("zoom", [False, True])
def test_slopes_at_a_kink_do_not_depend_on_h(function, exponent, zoom) -> None:
    scene = quotients_at_kink(function, exponent, zoom)
    lines = secants(scene)
    assert [line.label.split(":")[0] for line in lines] == ["forward", "backward", "central"]
    slopes = [(line.end[1] - line.start[1]) / (line.end[0] - line.start[0]) for line in lines]
    assert slopes == pytest.approx(SLOPES[function], abs=1e-9)
    assert "No smaller h changes them." in scene.description


def test_the_secants_pass_through_their_points() -> None:
    scene, h = quotients_at_kink("ReLU", -1), 0.1
    assert scene.title == "One kink, three quotients: 0, 0.5, 1"
    said = [layer.text for layer in scene.layers if isinstance(layer, Label)]
    assert sorted(said) == ["slope 0", "slope 0.5", "slope 1"] and scene.equal_units
    through = {"forward": [(0, 0), (h, h)], "backward": [(-h, 0), (0, 0)], "central": [(-h, 0), (h, h)]}
    for line in secants(scene):
        (x0, y0), (x1, y1) = line.start, line.end
        for x, y in through[line.label.split(":")[0]]:
            assert y0 + (y1 - y0) * (x - x0) / (x1 - x0) == pytest.approx(y, abs=1e-12)
    fixed, moved = (layer for layer in scene.layers if isinstance(layer, Points))
    assert [*fixed.x, *moved.x] == pytest.approx([-h, 0, h])
    assert [*fixed.y, *moved.y] == pytest.approx([0, 0, h])


def test_zoom_shrinks_the_window_with_h() -> None:
    near, far = quotients_at_kink("ReLU", -3, True), quotients_at_kink("ReLU", 0, True)
    assert np.divide(far.x_axis.limits, near.x_axis.limits) == pytest.approx([1000, 1000])
    assert np.divide(far.y_axis.limits, near.y_axis.limits) == pytest.approx([1000, 1000])
    assert near.description.endswith("shows −0.00165 ≤ x ≤ 0.00165.")
    assert near.axes_follow == "h_exponent" and not quotients_at_kink("ReLU", 0).axes_follow


@pytest.mark.parametrize(
    ("function", "scheme", "c", "p", "value", "slope"),
    [
        ("exp", "forward", math.e / 2, 1, math.e, math.e),
        ("exp", "backward", math.e / 2, 1, math.e, math.e),
        ("exp", "central", math.e / 6, 2, math.e, math.e),
        ("sin", "forward", math.sin(1) / 2, 1, math.sin(1), math.cos(1)),
        ("sin", "central", math.cos(1) / 6, 2, math.sin(1), math.cos(1)),
        ("x²", "forward", 1, 1, 1, 2),
        ("x²", "central", 0, 2, 1, 2),
        ("ReLU", "forward", 0, 1, 1, 1),
    ],
)
def test_theory_at_1(function, scheme, c, p, value, slope) -> None:
    for dtype, unit in UNIT.items():
        expected = theory(function, dtype, scheme)
        assert (expected.c, expected.p) == (pytest.approx(c), p)
        assert expected.r == pytest.approx(unit * (slope + (1 if scheme == "central" else 2) * value))
        # Between ½ and 1 floats lie half as far apart as between 1 and 2.
        assert expected.lost == (unit if scheme == "forward" else unit / 2)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("dtype", UNIT)
def test_the_quotient_is_0_up_to_the_step_that_is_lost_and_not_beyond(dtype, scheme) -> None:
    one, lost = np.dtype(dtype).type(1), theory("x²", dtype, scheme).lost
    h = np.array([lost, np.nextafter(np.dtype(dtype).type(lost), one)], dtype)
    ends = {"forward": (one + h, one), "backward": (one, one - h), "central": (one + h, one - h)}[scheme]
    assert (np.subtract(*ends) == 0).tolist() == [True, False]
    text = error_v_curve("x²", dtype, scheme).description
    said = {"forward": "1 + h rounds to 1", "backward": "1 − h rounds to 1", "central": "1 + h and 1 − h round to 1"}
    assert text.endswith(f"Below about h = {number(lost, 2)}, {said[scheme]} and the quotient is 0.")


@pytest.mark.parametrize("function", ["exp", "sin", "x²", "ReLU"])
@pytest.mark.parametrize("dtype", UNIT)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_frame_holds_all_and_theory_and_measurement_have_their_own_words(function, dtype, scheme) -> None:
    scene = error_v_curve(function, dtype, scheme)
    for layer in scene.layers:
        x, y = np.transpose([layer.start, layer.end]) if isinstance(layer, Segment) else (layer.x, layer.y)
        assert isinstance(layer, Segment) == layer.label.startswith("theory: ")
        for axis, values in ((scene.x_axis, x), (scene.y_axis, y)):
            assert axis.limits[0] <= values.min() * (1 + 1e-9) and values.max() <= axis.limits[1] * (1 + 1e-9)
    (dot,) = (layer for layer in scene.layers if isinstance(layer, Points))
    assert dot.label == "least error, measured"
    assert f"Measured, it is least at h = {number(dot.x.item(), 2)}: {number(dot.y.item(), 2)}." in scene.description
    expected = theory(function, dtype, scheme)
    if expected.c:
        assert f" down to about h = {number(expected.best_step, 2)}, where it is at most about" in scene.description
    assert scene.description.count("In theory") == 1


# The central quotient of x² has no truncation error and so no best step inside the range.
WITH_TRUNCATION = [(f, s) for f in ("exp", "sin", "x²") for s in SCHEMES if (f, s) != ("x²", "central")]


@pytest.mark.parametrize(("function", "scheme"), WITH_TRUNCATION)
@pytest.mark.parametrize("dtype", UNIT)
def test_the_least_error_is_where_theory_puts_it(function, dtype, scheme) -> None:
    expected = theory(function, dtype, scheme)
    h, error = errors(function, dtype, scheme)
    best = error.argmin()
    assert expected.best_step / 10 < h[best] < 10 * expected.best_step
    assert expected.error(expected.best_step) / 5 < error[best] < 2 * expected.error(expected.best_step)


@pytest.mark.parametrize(("scheme", "p"), [("forward", 1), ("central", 2)])
def test_slopes_of_the_two_sides(scheme, p) -> None:
    h, error = errors("exp", "float64", scheme)
    best = theory("exp", "float64", scheme).best_step
    truncation = (h > 20 * best) & (h < 0.1)
    assert np.polyfit(np.log(h[truncation]), np.log(error[truncation]), 1)[0] == pytest.approx(p, abs=0.05)
    rounding = (h > 1e-14) & (h < best / 20)
    assert np.polyfit(np.log(h[rounding]), np.log(error[rounding]), 1)[0] == pytest.approx(-1, abs=0.1)


@pytest.mark.parametrize("dtype", UNIT)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_rounding_bound_holds_for_relu(dtype, scheme) -> None:
    # ReLU is straight at 1 and is evaluated without error: what is left is the rounding of 1 ± h and of the quotient.
    h, error = errors("ReLU", dtype, scheme)
    assert 0.5 < h.max() < 1  # a longer step would cross the kink
    inside = h < 0.5
    assert (error[inside] <= 1.3 * UNIT[dtype] * (2 / h[inside] + 2)).all()


@pytest.mark.parametrize("function", ["exp", "sin", "x²"])
@pytest.mark.parametrize("dtype", UNIT)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_left_arm_stays_below_or_about_the_line_of_round_off(function, scheme, dtype) -> None:
    expected = theory(function, dtype, scheme)
    h, error = errors(function, dtype, scheme)
    left = (h > 2 * expected.lost) & (h < (expected.best_step if expected.c else 1) / 10)
    # The line takes f(x) for correctly rounded; NumPy's exp in float32 may be off by 2.5 units in the last place.
    allowed = 2.5 if (function, dtype) == ("exp", "float32") else 1
    assert left.any()
    assert (error[left] <= allowed * expected.r / h[left]).all()


def test_a_lost_increment_leaves_the_derivative_as_the_error() -> None:
    h, error = errors("sin", "float32", "forward")
    assert error[h < UNIT["float32"] / 2] == pytest.approx(math.cos(1), rel=1e-6)
    # Steps that the precision cannot hold are left out.
    assert errors("exp", "float16", "forward")[0].min() > 2.0**-24
    steps = errors("exp", "float64", "forward")[0]
    assert (steps.min(), steps.max()) == pytest.approx(STEPS)


def test_layers() -> None:
    scene = error_v_curve("exp", "float32", "forward")
    curves = [layer for layer in scene.layers if isinstance(layer, Curve)]
    assert [curve.label for curve in curves] == ["float64", "float32", "float16"]
    assert [curve.dash for curve in curves] == ["solid", "dashed", "dotted"]
    assert [curve.color for curve in curves] == ["grey", "blue", "grey"]
    assert (scene.x_axis.limits, scene.y_axis.limits) == (STEPS, ERRORS)
    (least,) = (layer for layer in scene.layers if isinstance(layer, Points))
    assert least.y.item() == curves[1].y.min()
    lines = {layer.label: layer for layer in scene.layers if isinstance(layer, Segment)}
    assert lines.keys() == {"theory: truncation, like h", "theory: round-off, at most, like 1/h"}
    expected = theory("exp", "float32", "forward")
    crossing = math.sqrt(expected.r / expected.c)
    for line, law, ends in (
        ("theory: truncation, like h", lambda h: expected.c * h, (crossing / 10, 1)),
        ("theory: round-off, at most, like 1/h", lambda h: expected.r / h, (2.0**-24, 10 * crossing)),
    ):
        for (h, error), end in zip((lines[line].start, lines[line].end), ends, strict=True):
            assert (h, error) == pytest.approx((end, law(end)))


def test_descriptions_name_the_regimes() -> None:
    assert "the error falls like h² down to about h = 8.7×10⁻⁶" in error_v_curve("exp", scheme="central").description
    straight = error_v_curve("ReLU", "float32").description
    assert straight.startswith("Forward quotient of ReLU at 1 in float32. In theory there is no truncation error")
    assert "Below about h = 6×10⁻⁸, 1 + h rounds to 1" in straight
    # Figures that do not depend on the processor: theory and measurement differ, and both are given.
    square = error_v_curve("x²").description
    assert "down to about h = 2.1×10⁻⁸, where it is at most about 4×10⁻⁸." in square
    assert "Measured, it is least at h = 10⁻⁸: 2.1×10⁻⁸." in square


@pytest.mark.parametrize(
    ("f", "x0", "best"),
    [(sp.sin(100 * X), 1, 1.9e-9), (X**2, 1000, 1.5e-5), (1 / X, 1, math.sqrt(UNIT["float64"] * 2))],
)
def test_the_best_step_is_root_r_over_c_and_near_root_epsilon_only_where_all_is_of_size_1(f, x0, best) -> None:
    value, slope, bend = (float(sp.diff(f, X, order).subs(X, x0)) for order in range(3))
    # r = u(|x₀f′| + 2|f|) and c = |f″|/2, as the lesson has it.
    formula = math.sqrt(UNIT["float64"] * (abs(x0 * slope) + 2 * abs(value)) / (abs(bend) / 2))
    steps = 2.0 ** -np.arange(8, 40)
    quotients = difference_quotient(f, x0, steps[:, None] * np.arange(12, 21) / 17)
    measured = steps[np.abs(quotients - slope).max(axis=1).argmin()]
    assert best / 2.1 < measured < 2.1 * best
    assert formula / 4 < measured < 4 * formula
