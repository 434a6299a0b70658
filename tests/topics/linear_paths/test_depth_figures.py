"""The scenes of the lesson on depth, by the numbers in their layers."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Points
from course_lib.topics.linear_paths import figures
from course_lib.topics.linear_paths.deep import RATES, VARIANTS, best_rate, tuning
from course_lib.topics.linear_paths.experiment import ACTIVATIONS, WEIGHTS, spectra


def curves(scene):
    return {layer.label: layer for layer in scene.layers if isinstance(layer, Curve)}


@pytest.mark.parametrize("factor", [0.9, 1.0, 1.1])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("weights", WEIGHTS)
def test_curves_are_singular_values_as_far_as_float64_holds_them(weights, activation, factor):
    scene, values = figures.singular_values(weights, activation, factor), spectra(weights, activation, factor)
    assert (scene.x_axis.limits, scene.y_axis.limits, scene.y_axis.scale) == ((0, 50), (1e-10, 1e12), "log")
    drawn = curves(scene)
    assert list(drawn) == ["greatest", "16th of 64", "32nd of 64: median", "least"]
    for curve, place in zip(drawn.values(), (0, 15, 31, 63), strict=True):
        assert curve.x[0] == 0 and curve.y[0] == 1 and (curve.y >= 1e-10).all() and (curve.y <= 1e12).all()
        np.testing.assert_allclose(curve.y[1:], np.maximum(values[: len(curve.y) - 1, place], 1e-10))
        last = len(curve.x) - 1
        assert last == 50 or values[last - 1, place] < max(1e-10, 1e-10 * values[last - 1, 0])


def test_curves_that_coincide_are_all_in_sight():
    drawn = list(curves(figures.singular_values("orthogonal", "linear", 1.0)).values())
    widths = [curve.width for curve in drawn]
    assert widths == sorted(widths, reverse=True) and len(set(widths)) == len({c.color for c in drawn}) == 4


def test_orthogonal_linear_layers_stay_at_1_and_a_factor_is_a_straight_line():
    for factor in (0.9, 1.0, 1.1):
        for curve in curves(figures.singular_values("orthogonal", "linear", factor)).values():
            np.testing.assert_allclose(curve.y, factor**curve.x, rtol=1e-12)


def test_with_a_skip_small_branches_stay_near_1_and_without_they_vanish():
    scene = figures.with_skip("skip", 1 / 50)
    for curve in curves(scene).values():
        assert len(curve.x) == 51 and (curve.y > 0.3).all() and (curve.y < np.e * 2).all()
    assert scene.title == "64 of 64 directions are open after 50 layers"
    plain = curves(figures.with_skip("plain", 1 / 50))
    assert all(curve.y[-1] == 1e-10 for curve in plain.values())
    exploded = curves(figures.with_skip("skip", 1.0))["greatest"]
    assert 2**25 < exploded.y[-1] < 1e12  # a branch as large as its input, at a right angle, would give √2 a layer


@pytest.mark.parametrize("variant", VARIANTS)
def test_accuracy_over_rates_shows_the_four_tuning_starts(variant):
    scene = figures.accuracy_over_rates(variant)
    (band,) = (layer for layer in scene.layers if isinstance(layer, Band))
    (points,) = (layer for layer in scene.layers if isinstance(layer, Points))
    shares = tuning(variant)[:, -7:]
    assert (band.x == RATES).all() and (band.low == shares.min(0)).all() and (band.high == shares.max(0)).all()
    np.testing.assert_allclose(points.y, shares.mean(0))
    names = [layer.label for layer in scene.layers if getattr(layer, "label", "")]
    assert len(set(names)) == len(names) and ("mean of plain, He" in names)
    assert scene.y_axis.limits == (0, 1) and scene.x_axis.limits == (RATES[0] / 1.5, RATES[-1] * 1.5)
    assert f"{tuning(variant).mean(0).max():.0%}".replace("%", "\u00a0%") in scene.description
    chosen = [layer for layer in scene.layers if getattr(layer, "text", "") == "rate chosen"]
    assert [label.x for label in chosen] == [best_rate(variant)] * (best_rate(variant) in RATES)
