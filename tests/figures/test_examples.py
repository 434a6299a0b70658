"""The named functions and their graphs: known values, known limits, jumps and holes drawn as such."""

import numpy as np
import pytest
import sympy as sp

from course_lib.figures.examples import EXAMPLES, REACH, derivative, finite, graph, limit, offsets, tends, y_limits
from course_lib.figures.layers import Band, Curve, Points

REFERENCE = {
    "ReLU": lambda x: np.maximum(x, 0),
    "|x|": np.abs,
    "leaky ReLU": lambda x: np.where(x > 0, x, x / 10),
    "x²": np.square,
    "√|x|": lambda x: np.sqrt(np.abs(x)),
    "jump": lambda x: (x >= 0) * 1.0,
    "sin(1/x)": lambda x: np.sin(1 / x),
    "x·sin(1/x)": lambda x: x * np.sin(1 / x),
    "(x²−1)/(x−1)": lambda x: x + 1,
    "exp": np.exp,
    "sin": np.sin,
}


def curves(name: str) -> list[Curve]:
    return [layer for layer in graph(name) if isinstance(layer, Curve)]


def points(name: str, marker: str) -> list[tuple[float, float]]:
    layers = [layer for layer in graph(name) if isinstance(layer, Points) and layer.marker == marker]
    return [(x, y) for layer in layers for x, y in zip(layer.x.tolist(), layer.y.tolist(), strict=True)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_graph_follows_the_function_on_both_sides(name) -> None:
    x0 = EXAMPLES[name].x0
    left, right = curves(name)
    assert left.x[0] == pytest.approx(x0 - REACH)
    assert right.x[-1] == pytest.approx(x0 + REACH)
    # (x² − 1)/(x − 1) loses digits near 1, where a small number is divided by a small one.
    for curve in (left, right):
        assert (np.diff(curve.x) > 0).all()
        away = curve.x != x0
        assert curve.y[away] == pytest.approx(REFERENCE[name](curve.x[away]), abs=1e-10)
    assert left.x[-1] <= x0 <= right.x[0]


def test_only_a_jump_and_a_hole_have_markers_hollow_where_a_limit_is_left_out() -> None:
    left, right = curves("jump")
    assert (left.y == 0).all() and (right.y == 1).all()
    for name in EXAMPLES:
        hollow = {"jump": [(0, 0)], "(x²−1)/(x−1)": [(1, 2)]}.get(name, [])
        assert (points(name, "hollow"), points(name, "filled")) == (hollow, [(0, 1)] if name == "jump" else [])


@pytest.mark.parametrize(("name", "height"), [("sin(1/x)", lambda x: 0 * x + 1), ("x·sin(1/x)", np.abs)])
def test_what_is_too_fine_to_draw_is_the_band_it_fills(name, height) -> None:
    (band,) = (layer for layer in graph(name) if isinstance(layer, Band))
    assert band.high == pytest.approx(height(band.x))
    assert band.low == pytest.approx(-height(band.x))
    left, right = curves(name)
    assert (left.x[-1], right.x[0]) == (pytest.approx(band.x[0]), pytest.approx(band.x[-1]))


def test_limits_derivatives_their_words_and_the_margin_around_a_graph() -> None:
    assert (limit("jump", "-"), limit("jump", "+")) == (0, 1)
    assert (derivative("leaky ReLU", "-"), derivative("leaky ReLU", "+")) == (sp.Rational(1, 10), 1)
    assert finite(limit("sin(1/x)", "+")) is None
    assert finite(derivative("√|x|", "+")) is None
    assert finite(limit("(x²−1)/(x−1)", "-")) == 2
    assert tends(-sp.oo) == "tends to −∞"
    assert tends(sp.AccumBounds(-1, 1)) == "keeps oscillating between −1 and 1, without a limit"
    line = Curve(np.array([0.0, 1.0]), np.array([0.0, 10.0]))
    assert y_limits((line,)) == pytest.approx((-1.2, 11.2))


@pytest.mark.parametrize("zoom", [1, 100])
def test_an_oscillation_is_sampled_in_phase_down_to_its_finest_period(zoom) -> None:
    phases = 1 / offsets(True, REACH / zoom)
    assert phases.max() == pytest.approx(60 * zoom**0.5)
    assert np.abs(np.diff(phases)).max() < 2 * np.pi / 8  # at least eight samples in a period
