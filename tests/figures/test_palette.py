"""Contrast after WCAG 2.2, and the distance between colours as people with each kind of colour blindness see them."""

from itertools import combinations

import numpy as np
import pytest

from course_lib.figures.palette import BACKGROUND, FIELD_END, FIELD_RAMP, PALETTE, TEXT_COLORS

THEMES = ("light", "dark")
# Machado, Oliveira and Fernandes, A physiologically-based model for simulation of color vision deficiency (2009),
# at full severity.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip


def linear_rgb(hex_value: str) -> np.ndarray:
    channels = np.array([int(hex_value[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(hex_value: str) -> float:
    return float(linear_rgb(hex_value) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def oklab(linear: np.ndarray) -> np.ndarray:
    # Ottosson: A perceptual color space for image processing (2020).
    cones = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                      [0.0883024619, 0.2817188376, 0.6299787005]]) @ np.clip(linear, 0, 1)  # fmt: skip
    return np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                     [0.0259040371, 0.7827717662, -0.8086757660]]) @ np.cbrt(cones)  # fmt: skip


@pytest.mark.parametrize("theme", THEMES)
def test_colours_stand_out_from_the_background_and_the_ramp_of_heat_maps_is_monotone(theme) -> None:
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    for name, shades in PALETTE.items():
        assert contrast(shades[theme], BACKGROUND[theme]) >= (4.5 if name in TEXT_COLORS else 3), name
    steps = np.diff([luminance(stop) for stop in FIELD_RAMP[theme]])
    assert (steps < 0).all() if theme == "light" else (steps > 0).all()


def test_colours_for_either_page_stand_out_from_both() -> None:
    # No colour has more than the root of 1.05 / 0.0556, the contrast of white and the dark page: 4.35 : 1.
    assert contrast(BACKGROUND["light"], BACKGROUND["dark"]) ** 0.5 == pytest.approx(4.35, abs=0.01)
    for background in BACKGROUND.values():
        assert contrast(PALETTE["ink"]["either"], background) >= 4.3
        for name, shades in PALETTE.items():
            assert contrast(shades["either"], background) >= 3, name
        assert contrast(FIELD_END, background) >= 3


@pytest.mark.parametrize("theme", [*THEMES, "either"])
@pytest.mark.parametrize("vision", VISION)
def test_colours_stay_apart_for_every_kind_of_vision(vision, theme) -> None:
    # A difference of 0.02 in this space is just noticeable side by side; lines lie apart, so four times that.
    seen = {name: oklab(VISION[vision] @ linear_rgb(PALETTE[name][theme])) for name in PALETTE}
    distances = {(a, b): np.linalg.norm(seen[a] - seen[b]) for a, b in combinations(seen, 2)}
    if theme == "either":
        assert distances.pop(("grey", "ink")) >= 0.05
    closest = min(distances, key=distances.get)
    assert distances[closest] >= (0.11 if theme == "dark" else 0.08), closest


@pytest.mark.parametrize("theme", [*THEMES, "either"])
def test_what_a_text_calls_red_is_red_on_every_page(theme) -> None:
    _, a, b = oklab(linear_rgb(PALETTE["vermilion"][theme]))
    assert 15 <= np.degrees(np.arctan2(b, a)) <= 35  # Orange begins near 45.
