"""The benchmarks say of each target whether it is met. What they measure takes time and is not measured here."""

import runpy
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.parametrize(("place", "missed"), [(None, None), (0, 10.1), (1, 17.1), (2, 47.9), (3, 2.01), (4, 1.01)])
def test_one_missed_target_of_the_live_figure_is_a_failure(monkeypatch, capsys, place, missed):
    monkeypatch.syspath_prepend(str(BENCHMARKS.parent / "tests" / "browser"))
    judge = runpy.run_path(str(BENCHMARKS / "explorer.py"))["judge"]
    assert judge([missed if i == place else met for i, met in enumerate((10, 17, 48, 2, 1))]) is (place is None)
    lines = capsys.readouterr().out.splitlines()
    assert [": missed (" in line for line in lines] == [i == place for i in range(5)]
