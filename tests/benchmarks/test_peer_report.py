"""What a table shows, and when losses disagree."""

import numpy as np
import pytest

from benchmarks.peer_report import disagreements, lines


@pytest.mark.parametrize(
    ("loss", "agrees"), [(0.5, True), (0.50049, True), (0.5006, False), (0.4, False), (np.nan, False)]
)
def test_losses_have_to_agree_to_the_tolerance_of_the_row(loss, agrees, rows, row):
    found = disagreements([*rows, row("other", "step", 7.0, loss)])
    assert found == ([] if agrees else [f"other: loss {loss:.6f}, this core 0.500000"])


def test_a_loss_without_a_tolerance_is_another_loss(rows, row):
    assert disagreements([*rows, row("other", "step", 7.0, 0.4, "one output", None)]) == []


def test_the_table_shows_time_share_loss_and_why_a_row_is_empty(rows):
    header, core, slow, *_, absent, _, floor = lines(rows)
    assert header.split() == ["µs", "per", "network", "and", "step", "this", "core", "/", "loss"]
    assert core.split() == ["this", "core", "6.00", "1.000", "0.500000"]
    assert slow.split() == ["slow", "12.00", "0.500", "0.500000"]
    assert absent.split() == ["absent", "not", "installed"]
    assert floor.split() == ["floor,", "two", "3.00", "2.000"]
    assert lines(rows, "ms", 1e-3)[1].split() == ["this", "core", "0.01", "1.000", "0.500000"]
