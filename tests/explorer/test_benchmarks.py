"""The benchmarks say of each target whether it is met. What they measure takes time and is not measured here."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MET = (10, 17, 48, 2, 1)


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", BENCHMARKS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("place", "missed"), [(None, None), (0, 10.1), (1, 17.1), (2, 47.9), (3, 2.01), (4, 1.01)])
def test_one_missed_target_of_the_live_figure_is_a_failure(monkeypatch, capsys, place, missed):
    monkeypatch.syspath_prepend(str(BENCHMARKS.parent / "tests" / "browser"))
    values = [missed if i == place else value for i, value in enumerate(MET)]
    assert load("explorer").judge(values) is (place is None)
    lines = capsys.readouterr().out.splitlines()
    assert [": missed (" in line for line in lines] == [i == place for i in range(5)]
    if place != 2:
        assert lines[2] == "target: changed frames at least 48 / s: met (48.00 / s)"


def test_the_median_of_the_cases_is_what_differentiability_is_judged_by(capsys):
    judge = load("calculus").judge
    assert judge([0.1, 0.29, 2.0])
    assert not judge([0.1, 0.3, 0.4])
    assert capsys.readouterr().out.splitlines() == [
        "median of the cases 290 ms, slowest 2000 ms",
        "target: median of the cases under 300 ms: met",
        "median of the cases 300 ms, slowest 400 ms",
        "target: median of the cases under 300 ms: missed",
    ]
