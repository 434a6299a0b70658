"""Digits on three scales, and how saturated a sigmoid is on them."""

import numpy as np
import pytest

from course_lib.topics.training.depth import (
    LEARNING_RATES,
    STARTS,
    accuracy_by_learning_rate,
    first_pre_activations,
    saturated_share,
    scaled_images,
)


def test_the_three_scales_show_the_same_digits() -> None:
    raw, unit, standard = (scaled_images(data) for data in ("0 to 255", "0 to 1", "standardised"))
    assert (raw.X.min(), raw.X.max(), unit.X.max()) == (0, 255, 1)
    assert np.allclose(raw.X, np.round(raw.X), atol=1e-4)  # stored as whole numbers
    assert np.allclose(raw.X / 255, unit.X) and np.allclose(raw.X_test / 255, unit.X_test)
    varies = np.ptp(unit.X, axis=0) > 0
    assert np.allclose(standard.X.mean(0), 0, atol=1e-4) and np.allclose(standard.X.std(0)[varies], 1, atol=1e-4)


def test_saturation_begins_where_the_slope_is_a_hundredth() -> None:
    # σ(1 − σ) = 1/100 at σ = ½ + √(¼ − 1/100).
    sigma = 0.5 + np.sqrt(0.25 - 0.01)
    edge = float(np.log(sigma / (1 - sigma)))
    assert saturated_share(np.array([edge - 0.01, edge + 0.01, -edge + 0.01, -edge - 0.01])) == 0.5


def test_pixels_as_stored_saturate_the_first_layer() -> None:
    shares = {data: saturated_share(first_pre_activations(data)) for data in ("0 to 255", "0 to 1", "standardised")}
    assert shares["0 to 255"] > 0.9
    assert max(shares["0 to 1"], shares["standardised"]) < 0.02


def test_the_best_rate_cannot_make_up_for_it() -> None:
    raw, standard = (accuracy_by_learning_rate(data) for data in ("0 to 255", "standardised"))
    assert raw.shape == standard.shape == (len(LEARNING_RATES), STARTS)
    assert raw.mean(1).max() < 0.75 < 0.85 < standard.mean(1).max()


def test_an_unknown_scale_is_named() -> None:
    with pytest.raises(ValueError, match="data must be one of '0 to 255', '0 to 1', 'standardised', not 'bytes'"):
        scaled_images("bytes")
