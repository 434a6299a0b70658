"""The command runs an experiment, keeps its rows as CSV, draws them and says what was reproduced."""

import pytest

from course_lib.topics.paper import __main__ as command
from course_lib.topics.paper import audit, figures, runs


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Three quick cells of each rule, made up."""

    def run_one(cell):
        return {"right": [100 if cell["rule"] == "injected" else 900 + cell["seed"]], "zeros": 0.001}

    monkeypatch.setattr(audit, "run_one", run_one)
    monkeypatch.setattr(command, "results_folder", lambda name: tmp_path / name)
    monkeypatch.setattr(command, "run_grid", lambda task, cells, folder: [task(cell) for cell in cells])
    (tmp_path / "paper").mkdir()
    return tmp_path / "paper"


def test_rows_picture_and_verdict(small, capsys):
    command.main(["audit", "--quick", "--processes", "1"])
    assert capsys.readouterr().out.startswith(
        "audit: reproduced. chained, slope 1 − slope 0: +0.00 [+0.00,\u00a0+0.00]"
    )
    rows = runs.read(small / "quick" / "audit.csv")
    assert len(rows) == len(audit.cells(full=False)) and {row["rule"] for row in rows} == {"chained", "injected"}
    assert all(isinstance(row["seed"], int) and row["zeros"] == 0.001 for row in rows)
    assert (small / "audit.png").read_bytes().startswith(b"\x89PNG")


def test_a_quick_run_is_not_shipped(capsys):
    with pytest.raises(SystemExit):
        command.main(["audit", "--quick", "--ship"])
    assert "--ship: got it with --quick; accepted is it with --full" in capsys.readouterr().err


def test_what_is_written_is_read_again(tmp_path):
    rows = [{"name": "a, b", "n": 3, "x": 0.1, "said": True, "list": "1 2"}]
    runs.write(rows, tmp_path / "rows.csv")
    assert runs.read(tmp_path / "rows.csv") == rows


@pytest.mark.parametrize("name", figures.OF)
def test_every_experiment_has_a_picture_whose_words_are_its_numbers(name):
    rows = runs.shipped(name)
    scene = figures.OF[name](rows)
    assert scene.description and scene.layers
    assert command.EXPERIMENTS[name].judge(rows).why


def test_the_verdict_has_three_words():
    assert [runs.verdict(*case, "").word for case in ((True, False), (False, True), (False, False))] == [
        "reproduced", "not reproduced", "differs",
    ]  # fmt: skip
