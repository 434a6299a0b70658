"""The share of active units over σ: the curve against erf, the points and the band against a direct count."""

import math

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Points
from course_lib.topics.dead_units.experiment import DATA, pre_activations
from course_lib.topics.dead_units.figures import active_share_over_sigma


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("bias", [-0.2, 0.0, 0.1])
def test_layers(data, bias) -> None:
    scene = active_share_over_sigma(data, bias)
    band, formula, points = scene.layers
    assert isinstance(band, Band) and isinstance(formula, Curve) and isinstance(points, Points)
    expected = [(1 + math.erf(bias / sigma / math.sqrt(2))) / 2 for sigma in formula.x]
    assert formula.y == pytest.approx(expected)
    for sigma, middle, low, high in zip(points.x, points.y, band.low, band.high, strict=True):
        share = (pre_activations(data) > -bias / sigma).mean(0)
        assert middle == pytest.approx(share.mean(), abs=1e-3)
        # Many units of raw pixels are on for all samples or for none: those share the band's end.
        assert np.mean((low < share) & (share < high)) <= 0.92
        assert np.mean((low - 1e-9 <= share) & (share <= high + 1e-9)) >= 0.88


def test_the_description_gives_both_marks() -> None:
    words = active_share_over_sigma("MNIST", 0.1).description
    assert "At σ = 1 the formula says 54 %" in words and "At σ = 0.1 it says 84 %" in words


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="data must be one of 'digits', .*; got 'letters'"):
        active_share_over_sigma("letters")
    with pytest.raises(ValueError, match="bias must be from -2 to 2; got 3"):
        active_share_over_sigma("digits", 3)
