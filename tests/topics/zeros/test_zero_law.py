"""The Poisson law and its fit against simulation, closed forms and a grid; the density against the normal law."""

import math

import numpy as np
import pytest

from course_lib.topics.zeros.experiment import Setting, hunting_ground
from course_lib.topics.zeros.law import Row, density_at_zero, fit_p0, own_p0, rounded_once_p0, zone_probability

SHAPES = ((16, 1), (64, 2), (256, 3), (1024, 3))


def drawn(rng: np.random.Generator, p0: float, networks: int = 400, factor: float = 1.0) -> list[Row]:
    """Rows drawn from the law; in the widest network p₀ is another by `factor`."""
    rows = []
    for width, depth in SHAPES:
        setting = Setting("float32", width, depth)
        own = p0 * (factor if width == 1024 else 1)
        zones = rng.binomial(networks, 1 - (1 - own) ** (setting.units * 4096))
        rows.append(Row(setting, networks, int(zones), 4096))
    return rows


def test_the_law_is_the_chance_of_at_least_one() -> None:
    for exposure, p0 in ((10**5, 1e-6), (10**8, 1e-8), (50, 1e-3)):
        assert zone_probability(exposure, p0) == pytest.approx(1 - (1 - p0) ** exposure, rel=2e-3)
    assert zone_probability(0, 1e-8) == 0


def test_one_row_has_a_closed_form() -> None:
    row = Row(Setting("float32", 100, 2), 50, 20, 1000)
    fit = fit_p0([row])
    expected = -math.log(1 - 20 / 50) / 200_000
    assert fit.p0.estimate == pytest.approx(expected, rel=1e-4) and own_p0(row) == pytest.approx(expected)
    assert fit.deviance == pytest.approx(0, abs=1e-6) and (fit.freedom, fit.p_value) == (0, 1.0)
    # The likelihood is that of a share, so the ends are those of the share's likelihood interval.
    for end in (fit.p0.low, fit.p0.high):
        p = 1 - math.exp(-200_000 * end)
        drop = 20 * math.log(0.4 / p) + 30 * math.log(0.6 / (1 - p))
        assert 2 * drop == pytest.approx(3.8415, abs=1e-3)


def test_the_fit_is_the_highest_point_of_a_grid() -> None:
    rows = drawn(np.random.default_rng(1), 2e-7)
    grid = np.geomspace(1e-8, 1e-5, 20_001)
    total = np.zeros_like(grid)
    for row in rows:
        total += row.zones * np.log(1 - np.exp(-row.exposure * grid)) - (row.networks - row.zones) * row.exposure * grid
    fit = fit_p0(rows)
    assert fit.p0.estimate == pytest.approx(grid[total.argmax()], rel=1e-3)
    inside = grid[2 * (total.max() - total) <= 3.841458820694124]
    assert (fit.p0.low, fit.p0.high) == pytest.approx((inside[0], inside[-1]), rel=1e-3)


def test_the_interval_covers_and_the_p_value_is_no_alarm() -> None:
    rng = np.random.default_rng(0)
    fits = [fit_p0(drawn(rng, 1e-7)) for _ in range(200)]
    covered = sum(fit.p0.low <= 1e-7 <= fit.p0.high for fit in fits)
    assert 180 <= covered <= 199
    alarms = sum(fit.p_value < 0.05 for fit in fits)
    assert alarms <= 25


def test_a_row_with_another_p0_is_noticed() -> None:
    rng = np.random.default_rng(2)
    fits = [fit_p0(drawn(rng, 1e-7, factor=3)) for _ in range(20)]
    assert sum(fit.p_value < 0.001 for fit in fits) >= 19
    assert all(fit.worst > 1.3 for fit in fits)


@pytest.mark.parametrize("zones", [0, 10])
def test_no_fit_without_both_outcomes(zones: int) -> None:
    with pytest.raises(ValueError, match=f"rows: got {zones} of 10 networks in the zone"):
        fit_p0([Row(Setting("float32", 1, 1), 10, zones, 100)])


def test_own_p0_of_a_full_row_is_infinite() -> None:
    assert own_p0(Row(Setting("float32", 1, 1), 10, 10, 100)) == math.inf


def test_the_density_of_the_first_layer_is_that_of_a_normal_sum() -> None:
    """z = Σ wᵢ·xᵢ + b with U(±1/28) in all of them has the variance (Σ xᵢ² + 1)/(3·784), and is nearly normal."""
    X, _ = hunting_ground()
    variance = ((X[:1024].astype(np.float64) ** 2).sum(1) + 1) / (3 * 784)
    expected = float(np.mean(1 / np.sqrt(2 * np.pi * variance)))
    (found,) = density_at_zero(Setting("float32", 256, 1))
    assert found == pytest.approx(expected, rel=0.08)
    assert rounded_once_p0(Setting("float16", 256, 1)) == found * 2.0**-24
