"""The benchmarks say of each target whether it is met. What they measure takes time and is not measured here."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
MET = (9.0, 16.5, 50.0, 1.2, 0.4)


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", BENCHMARKS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def explorer(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS.parent / "tests" / "browser"))
    return load("explorer")


def test_all_targets_of_the_live_figure_are_met_at_their_bounds(explorer, capsys):
    assert explorer.judge(MET)
    assert explorer.judge((10, 17, 48, 2, 1))
    assert capsys.readouterr().out.splitlines()[5:] == [
        "target: median delay at most 10 ms: met (10.00 ms)",
        "target: 95th percentile of the delays at most 17 ms: met (17.00 ms)",
        "target: changed frames at least 48 / s: met (48.00 / s)",
        "target: payload at most 2 MB: met (2.00 MB)",
        "target: building 200 pictures at most 1 s: met (1.00 s)",
    ]


@pytest.mark.parametrize(("place", "value"), [(0, 10.1), (1, 17.1), (2, 47.9), (3, 2.01), (4, 1.01)])
def test_one_missed_target_of_the_live_figure_is_a_failure(explorer, capsys, place, value):
    assert not explorer.judge((*MET[:place], value, *MET[place + 1 :]))
    lines = capsys.readouterr().out.splitlines()
    assert [": missed (" in line for line in lines] == [i == place for i in range(5)]


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
