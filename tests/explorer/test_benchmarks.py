"""The benchmarks say of each target whether it is met. What they measure takes time and is not measured here."""

import runpy
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"

MISSED = (10.1, 17.1, 47.9, 10.1, 17.1, 47.9, 2.01, 1.01, 5.1)


@pytest.mark.parametrize(("place", "missed"), [(None, None), *enumerate(MISSED)])
def test_one_missed_target_of_the_live_figure_is_a_failure(monkeypatch, capsys, place, missed):
    monkeypatch.syspath_prepend(str(BENCHMARKS.parent / "tests" / "browser"))
    judge = runpy.run_path(str(BENCHMARKS / "explorer.py"))["judge"]
    values = [missed if i == place else met for i, met in enumerate((10, 17, 48, 10, 17, 48, 2, 1, 5))]
    assert judge(values) is (place is None)
    lines = capsys.readouterr().out.splitlines()
    assert [": missed (" in line for line in lines] == [i == place for i in range(9)]
