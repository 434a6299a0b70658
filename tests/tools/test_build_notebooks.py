"""The command: what it writes, what it leaves alone, what it says."""

from pathlib import Path

import pytest

from tools.build_notebooks import main, write_if_changed

pytestmark = pytest.mark.slow


def notebooks(course: Path) -> dict[str, bytes]:
    return {path.relative_to(course).as_posix(): path.read_bytes() for path in (course / "notebooks").rglob("*.ipynb")}


def test_building_twice_gives_the_same_bytes(course: Path, capsys: pytest.CaptureFixture[str]):
    assert main([], course) == 0
    first, said = notebooks(course), capsys.readouterr().out
    assert set(first) == {"notebooks/01_tiny.ipynb", "notebooks/solutions/01_tiny.ipynb"}
    assert said.count(": written (") == 2
    assert main(["01"], course) == 0
    assert notebooks(course) == first
    assert capsys.readouterr().out.count(": unchanged (") == 2


def test_a_failing_cell_stops_its_notebook_and_no_other(course: Path, capsys: pytest.CaptureFixture[str]):
    assert main([], course) == 0
    before = notebooks(course)
    lesson = course / "lessons" / "01_tiny.py"
    lesson.write_text(lesson.read_text(encoding="utf-8") + "assert slope == 3\n", encoding="utf-8")
    (course / "lessons" / "02_good.py").write_text("# %%\nimport math\n\n# %%\nmath.floor(2.5)\n", encoding="utf-8")
    capsys.readouterr()
    assert main([], course) == 1
    said = capsys.readouterr()
    assert said.err.startswith("lessons/01_tiny.py, cell 4, line 16: AssertionError, in 'assert slope == 3'")
    assert "(in the solution's notebook of lessons/01_tiny.py)" in said.err
    after = notebooks(course)
    assert after["notebooks/solutions/01_tiny.ipynb"] == before["notebooks/solutions/01_tiny.ipynb"]
    assert "notebooks/02_good.ipynb" in after
    assert not list(course.rglob("*.tmp"))


def test_a_left_over_notebook_is_removed_and_a_stranger_is_not(course: Path, capsys: pytest.CaptureFixture[str]):
    (course / "notebooks").mkdir()
    stranger = course / "notebooks" / "my_notes.ipynb"
    stranger.write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', encoding="utf-8")
    left_over = course / "notebooks" / "07_gone.ipynb"
    text = '{"cells": [], "metadata": {"at_the_kink": {}}, "nbformat": 4, "nbformat_minor": 5}'
    left_over.write_text(text, encoding="utf-8")
    assert main([], course) == 1
    said = capsys.readouterr()
    assert "notebooks/07_gone.ipynb: removed, its lesson is gone" in said.out
    assert said.err == "notebooks/my_notes.ipynb: no lesson generates it; move it elsewhere\n"
    assert stranger.exists()
    assert not left_over.exists()


@pytest.mark.parametrize("arguments", [["07"], ["--check", "07"]])
def test_an_unknown_lesson_is_an_error(course: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(arguments, course) == 1
    assert capsys.readouterr().err == "no lesson 07; there are 01\n"


def test_a_course_without_lessons_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--check"], tmp_path) == 1
    assert capsys.readouterr().err.startswith("no lessons in ")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x.ipynb"
    assert write_if_changed(path, "old")
    assert not write_if_changed(path, "old")

    def refuse(*arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("tools.build_notebooks.os.replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_if_changed(path, "new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.ipynb"]
    assert path.read_text(encoding="utf-8") == "old"
