"""The shipped counts among themselves, and the published ones against what was published."""

import pytest

from course_lib.topics.zeros.experiment import Setting, hunt
from course_lib.topics.zeros.law import PUBLISHED, row_of, rows_of, shipped
from course_lib.topics.zeros.sweep import seeds_of


def test_published_counts_are_those_of_the_files() -> None:
    counts = {(row.setting.dtype, row.setting.width, row.setting.depth): set() for row in PUBLISHED}
    for row in PUBLISHED:
        assert row.networks == 1000 and row.samples == 60_000
        counts[row.setting.dtype, row.setting.width, row.setting.depth].add(row.zones)
    # 256 wide and 3 deep was counted twice: among the depths and among the widths.
    assert counts["float32", 256, 3] == {463, 478} and counts["float32", 1024, 3] == {873}
    assert counts["float16", 256, 1] == {871} and counts["float16", 16, 3] == {333}


def test_a_zero_in_the_zone_is_a_zero_and_has_a_batch() -> None:
    for row in shipped().rows:
        assert row.zeros is not None and row.first is not None
        assert row.zones + row.unreached <= min(row.networks, sum(row.zeros))
        assert row.share == row.zones / row.networks


def test_each_shipped_zero_has_a_place_of_its_own() -> None:
    for row in rows_of("float32", batch=None):
        assert len({zero[2:6] for zero in row.found}) == len(row.found)
        for zero in row.found:
            assert (zero.width, zero.depth) == (row.setting.width, row.setting.depth)
            assert 0 <= zero.seed - seeds_of(row.setting, 0).start < row.networks and 0 <= zero.sample < row.samples
            assert 0 <= zero.layer < zero.depth and 0 <= zero.unit < zero.width
            assert 0 < abs(zero.in_float64) < 1e-6


def test_in_64_bits_nothing_was_found() -> None:
    assert all(row.zones == 0 and sum(row.zeros or ()) == 0 for row in rows_of("float64"))


def test_a_fresh_hunt_agrees_within_chance() -> None:
    """Other seeds than the shipped ones; on another processor other single zeros are found, but as many."""
    setting = Setting("float16", 64, 3)
    row = row_of(setting)
    assert row.zeros is not None
    caught = hunt(setting, range(5 * 10**8, 5 * 10**8 + 12))
    expected = 12 * sum(row.zeros) / row.networks
    assert abs(sum(caught.zeros) - expected) < 5 * expected**0.5 + 3


def test_a_setting_that_was_not_swept_is_named() -> None:
    with pytest.raises(ValueError, match="setting: got Setting"):
        row_of(Setting("float32", 7, 7))
