"""The command: what it writes, what it leaves alone, what it says."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tools.as_built import UNKNOWN, with_fingerprint
from tools.build_notebooks import is_in_git, main, write

UNKNOWN_FIELD = f'"fingerprint": "{UNKNOWN}"'.encode()

pytestmark = pytest.mark.slow


def notebooks(course: Path) -> dict[str, bytes]:
    found = (path for path in (course / "notebooks").rglob("*.ipynb") if path.is_file())
    return {path.relative_to(course).as_posix(): path.read_bytes() for path in found}


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


def test_what_somebody_has_changed_is_put_aside_before_its_lesson_is_built(
    course: Path, capsys: pytest.CaptureFixture[str]
):
    assert main([], course) == 0
    built = notebooks(course)
    folder = course / "notebooks"
    for answer in (b"an answer", b"another answer"):
        (folder / "01_tiny.ipynb").write_bytes(answer)
        assert main(["01"], course) == 0
    (folder / "01_tiny.ipynb").unlink()
    (folder / "01_tiny.ipynb").mkdir()
    assert main(["01"], course) == 0
    day = date.today()
    kept = [folder / f"01_tiny.kept-{day}{number}.ipynb" for number in ("", "-2", "-3")]
    assert [path.read_bytes() for path in kept[:2]] == [b"an answer", b"another answer"]
    assert kept[2].is_dir()
    assert {name: notebooks(course)[name] for name in built} == built
    assert f"written, and what somebody had changed is kept as {kept[0].name} (" in capsys.readouterr().out


def test_what_git_keeps_gives_way(course: Path):
    """A notebook of another build, as a merge leaves it, can be had back from git."""
    path = course / "notebooks" / "01_tiny.ipynb"
    path.parent.mkdir()
    path.write_bytes(b"built elsewhere")
    for command in (["init", "-q"], ["add", "notebooks"]):
        subprocess.run(["git", *command], cwd=course, check=True)
    assert write(path, b"built here", path.name) == "written"
    path.write_bytes(b"an answer")
    assert write(path, b"built here", path.name).endswith(f"is kept as 01_tiny.kept-{date.today()}.ipynb")
    shutil.move(path.with_name(f"01_tiny.kept-{date.today()}.ipynb"), path)
    path.with_name("built elsewhere.ipynb").write_bytes(b"built elsewhere")
    assert not is_in_git(path.with_name("built elsewhere.ipynb")), "what git keeps under another name is a copy"


@pytest.mark.parametrize("arguments", [["07"], ["--check", "07"]])
def test_an_unknown_lesson_is_an_error(course: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(arguments, course) == 1
    assert capsys.readouterr().err == "no lesson 07; there are 01\n"


def test_a_course_without_lessons_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--check"], tmp_path) == 1
    assert capsys.readouterr().err.startswith("no lessons in ")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x.ipynb"
    old, new = (with_fingerprint(UNKNOWN_FIELD + text, path.name) for text in (b"old", b"new"))
    assert (write(path, old, path.name), write(path, old, path.name)) == ("written", "unchanged")

    def refuse(*arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("tools.build_notebooks.os.replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write(path, new, path.name)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.ipynb"]
    assert path.read_bytes() == old
