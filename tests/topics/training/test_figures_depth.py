"""Gradients over depth and pre-activations on the sigmoid, as drawn."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve
from course_lib.topics.training.depth import (
    NAMES,
    SCALES,
    WIDTH_TIMES_VARIANCE,
    first_pre_activations,
    gradient_by_layer,
)
from course_lib.topics.training.figures import gradient_over_depth, pre_activations_on_the_sigmoid


def by_label(scene, kind):
    return {layer.label: layer for layer in scene.layers if isinstance(layer, kind)}


def test_median_and_range_are_those_of_the_starts() -> None:
    scene = gradient_over_depth("tanh", "he", "0 to 255")
    found = np.sort(gradient_by_layer("tanh", "he", "0 to 255").arriving, axis=0)
    band = by_label(scene, Band)["range of 16 starts"]
    assert np.array_equal(band.low, found[0]) and np.array_equal(band.high, found[-1])
    assert by_label(scene, Curve)["gradient that arrives"].y == pytest.approx((found[7] + found[8]) / 2)


@pytest.mark.parametrize(
    ("activation", "initialization", "label", "factor"),
    [
        ("ReLU", "he", "expected: × 1 a layer", 1),
        ("ReLU", "glorot", "expected: × 0.707 a layer", 0.5**0.5),
        ("sigmoid", "glorot", "at most: × 0.25 a layer", 0.25),
    ],
)
def test_the_dashed_line_falls_by_the_stated_factor(activation, initialization, label, factor) -> None:
    line = by_label(gradient_over_depth(activation, initialization), Curve)[label]
    assert line.y[:-1] / line.y[1:] == pytest.approx(factor)
    assert line.dash == "dashed"


@pytest.mark.parametrize("activation", NAMES)
@pytest.mark.parametrize("initialization", WIDTH_TIMES_VARIANCE)
def test_everything_lies_within_the_frame(activation, initialization) -> None:
    for data in ("standardised", "0 to 255"):
        scene = gradient_over_depth(activation, initialization, data)
        low, high = scene.y_axis.limits
        band = by_label(scene, Band)["range of 16 starts"]
        assert low < band.low.min() and band.high.max() < high


def test_words_state_the_share_that_arrives() -> None:
    found = gradient_by_layer("sigmoid", "glorot").arriving
    share = np.median(found[:, 0] / found[:, 9])
    assert 1.5e-6 < share < 2.5e-6
    assert "about 2×10⁻⁶ arrives at layer 1" in gradient_over_depth("sigmoid", "glorot").description


@pytest.mark.parametrize("data", SCALES)
def test_the_histogram_counts_the_pre_activations(data) -> None:
    scene = pre_activations_on_the_sigmoid(data)
    outline = by_label(scene, Band)["pre-activations"]
    z = first_pre_activations(data)
    counts = [((z >= left) & (z < right)).sum() for left, right in zip(outline.x[::2], outline.x[1::2], strict=True)]
    assert outline.high[::2] == pytest.approx(np.array(counts) / max(counts), abs=1e-3)
    slope = by_label(scene, Curve)["slope of the sigmoid, relative to ¼"]
    sigma = 1 / (1 + np.exp(-slope.x))
    assert slope.y == pytest.approx(4 * sigma * (1 - sigma)) and slope.y.max() == pytest.approx(1)


def test_words_state_how_many_are_saturated() -> None:
    z = first_pre_activations("0 to 255")
    share = (1 / (1 + np.exp(np.clip(np.abs(z), 0, 500))) < 0.0101021).mean()  # σ(−|z|) at the slope 1/100
    assert f"At {100 * share:.2g} % of them" in pre_activations_on_the_sigmoid("0 to 255").description


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="gradient_over_depth: activation must be one of"):
        gradient_over_depth("sign")
    with pytest.raises(ValueError, match="pre_activations_on_the_sigmoid: data must be one of"):
        pre_activations_on_the_sigmoid("raw")
