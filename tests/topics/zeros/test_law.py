"""The Poisson law and its fit against simulation, closed forms and a grid; the counts among themselves; the density."""

import json
import math

import numpy as np
import pytest

from course_lib.topics.zeros import law, sweep
from course_lib.topics.zeros.experiment import Setting, ZoneCount, hunting_ground


def drawn(rng: np.random.Generator, p0: float, factor: float = 1.0) -> list[ZoneCount]:
    """Rows drawn from the law; in the widest network p₀ is another by `factor`."""
    rows = []
    for width, depth in ((16, 1), (64, 2), (256, 3), (1024, 3)):
        setting = Setting("float32", width, depth)
        own = p0 * (factor if width == 1024 else 1)
        zones = rng.binomial(400, 1 - (1 - own) ** (setting.units * 4096))
        rows.append(ZoneCount(setting, 400, int(zones), 4096))
    return rows


def test_one_row_has_a_closed_form_and_no_fit_goes_without_both_outcomes() -> None:
    row = ZoneCount(Setting("float32", 100, 2), 50, 20, 1000)
    fit = law.fit_p0([row])
    expected = -math.log(1 - 20 / 50) / 200_000
    assert fit.p0.estimate == pytest.approx(expected, rel=1e-4) and law.own_p0(row) == pytest.approx(expected)
    assert fit.deviance == pytest.approx(0, abs=1e-6) and (fit.freedom, fit.p_value) == (0, 1.0)
    assert law.own_p0(ZoneCount(Setting("float32", 1, 1), 10, 10, 100)) == math.inf
    for zones in (0, 10):
        with pytest.raises(ValueError, match=f"rows: got {zones} of 10 networks in the zone"):
            law.fit_p0([ZoneCount(Setting("float32", 1, 1), 10, zones, 100)])


def test_the_fit_is_the_highest_point_of_a_grid() -> None:
    rows = drawn(np.random.default_rng(1), 2e-7)
    grid = np.geomspace(1e-8, 1e-5, 20_001)
    total, saturated = np.zeros_like(grid), 0.0
    for row in rows:
        k, rest = row.zones, row.networks - row.zones
        total += k * np.log(1 - np.exp(-row.exposure * grid)) - rest * row.exposure * grid
        saturated += sum(n * math.log(n / row.networks) for n in (k, rest) if n)
    fit = law.fit_p0(rows)
    assert fit.p0.estimate == pytest.approx(grid[total.argmax()], rel=1e-3)
    inside = grid[2 * (total.max() - total) <= 3.841458820694124]
    assert (fit.p0.low, fit.p0.high) == pytest.approx((inside[0], inside[-1]), rel=1e-3)
    assert fit.deviance == pytest.approx(2 * (saturated - total.max()), abs=1e-3) and fit.freedom == 3
    own = [law.own_p0(row) / fit.p0.estimate for row in rows if row.zones < row.networks]
    assert fit.worst == pytest.approx(max(*own, *(1 / ratio for ratio in own)))


def test_the_interval_covers_and_the_p_value_is_no_alarm_but_notices_another_p0() -> None:
    rng = np.random.default_rng(0)
    fits = [law.fit_p0(drawn(rng, 1e-7)) for _ in range(100)]
    assert 88 <= sum(fit.p0.low <= 1e-7 <= fit.p0.high for fit in fits) <= 99
    assert sum(fit.p_value < 0.05 for fit in fits) <= 14
    fits = [law.fit_p0(drawn(rng, 1e-7, factor=3)) for _ in range(20)]
    assert sum(fit.p_value < 0.001 for fit in fits) >= 19
    assert all(fit.worst > 1.3 for fit in fits)


def test_the_density_of_the_first_layer_is_that_of_a_normal_sum() -> None:
    """z = Σ wᵢ·xᵢ + b with U(±1/28) in all of them has the variance (Σ xᵢ² + 1)/(3·784), and is nearly normal."""
    X, _ = hunting_ground()
    variance = ((X[:1024].astype(np.float64) ** 2).sum(1) + 1) / (3 * 784)
    expected = float(np.mean(1 / np.sqrt(2 * np.pi * variance)))
    (density,) = law.density_at_zero(Setting("float32", 256, 1))
    assert density == pytest.approx(expected, rel=0.08)
    assert law.rounded_once_p0(Setting("float16", 256, 1)) == density * 2.0**-24


def test_published_counts_are_those_of_the_files() -> None:
    assert {(row.networks, row.samples) for row in law.PUBLISHED} == {(1000, 60_000)} and len(law.PUBLISHED) == 20
    # 256 wide and 3 deep was counted twice: among the depths and among the widths.
    assert {(*row.setting[:3], row.zones) for row in law.PUBLISHED} >= {
        ("float32", 256, 3, 463), ("float32", 256, 3, 478), ("float32", 1024, 3, 873), ("float32", 256, 6, 697),
        ("float16", 256, 1, 871), ("float16", 16, 3, 333),
    }  # fmt: skip


def test_published_and_own_counts_stand_before_the_same_test() -> None:
    """Deviance 210.7 on 9 degrees for the published 32 bits, 93.3 on 8 without 256 × 1."""
    rows = [row for row in law.PUBLISHED if row.setting.dtype == "float32"]
    fit, rest = law.fit_p0(rows), law.fit_p0([row for row in rows if row.setting[1:3] != (256, 1)])
    assert (fit.deviance, fit.freedom) == (pytest.approx(210.7, abs=0.1), 9) and fit.p_value == pytest.approx(
        2e-40, rel=0.1
    )
    assert (rest.deviance, rest.freedom) == (pytest.approx(93.3, abs=0.1), 8)
    assert law.fit_p0(law.rows_of("float32")).p_value > 0.05 > law.fit_p0(law.rows_of("float16")).p_value


def test_the_shipped_counts_agree_among_themselves() -> None:
    rows = {row.setting: row for row in law.shipped().rows}
    assert set(rows) == set(sweep.settings())
    for row in rows.values():
        assert row.zones + row.unreached <= min(row.networks, sum(row.zeros)) and row.zones == sum(row.first)
        assert row.exposure == row.setting.width * row.setting.depth * 4096
        assert row.networks % sweep.block_size(row.setting) == 0
        # Each zero that is kept has a place of its own, in a network of its shape.
        assert len({zero[2:6] for zero in row.found}) == len(row.found)
        for zero in row.found:
            assert (zero.width, zero.depth) == (row.setting.width, row.setting.depth)
            assert 0 <= zero.seed - sweep.block(row.setting, 0)["seeds"][0] < row.networks
            assert 0 <= zero.sample < row.samples and zero.layer < zero.depth and zero.unit < zero.width
            assert 0 < abs(zero.in_float64) < 1e-6
    assert all(row.zones == 0 and sum(row.zeros) == 0 for row in law.rows_of("float64"))
    assert law.SHIPPED.stat().st_size < 200_000
    # No zero is counted twice in a fit.
    assert {row.setting.batch for row in law.rows_of("float32")} == {256} and len(law.rows_of("float32")) == 9
    zeros = [zero for row in law.rows_of("float32") for zero in row.found]
    assert len({(zero.seed, zero.layer, zero.unit, zero.sample) for zero in zeros}) == len(zeros) > 100


def test_the_size_of_the_batches_changes_no_zero_of_ours_and_some_of_the_published() -> None:
    places = {}
    rows = {batch: law.row_of(Setting("float32", 256, 3, batch)) for batch in (16, 64, 256, 1024)}
    last = sweep.block(Setting("float32", 256, 3), 0)["seeds"][0] + min(row.networks for row in rows.values())
    for batch, row in rows.items():
        places[batch] = {(zero.seed, zero.sample, zero.layer, zero.unit) for zero in row.found if zero.seed < last}
    assert len(places[256]) > 20 and all(found == places[256] for found in places.values())


SPOILED = {
    "a count below 0": lambda row: row["first"].__setitem__(0, -1),
    "a layer too many": lambda row: row["zeros"].append(0),
    "a batch too many": lambda row: row["first"].append(0),
    "more in the zone than there are": lambda row: row.update(networks=sum(row["first"]) - 1),
    "a zero too few": lambda row: row["found"].pop(),
    "another precision": lambda row: row.update(dtype="float8"),
    "no depth": lambda row: row.pop("depth"),
}


@pytest.mark.parametrize("damage", [*SPOILED, None, b"", b"{", b"[1]"])
def test_what_is_no_result_or_contradicts_itself_is_refused(tmp_path, damage) -> None:
    path = tmp_path / "results.json"
    if isinstance(damage, str):
        record = json.loads(law.SHIPPED.read_bytes())
        SPOILED[damage](record["settings"][0])
        path.write_text(json.dumps(record), encoding="utf-8")
    elif damage is not None:
        path.write_bytes(damage)
    with pytest.raises(law.DamagedResults, match="results.json: not the results of the long hunt"):
        law.shipped(path)
