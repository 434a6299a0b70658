import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from course_lib.exercises import check, course_map
from course_lib.exercises import progress as storage
from course_lib.exercises.progress import (
    VARIABLE,
    VERSION,
    ExerciseRecord,
    PredictionRecord,
    Progress,
    current_progress,
    forget_memory,
)

GUESS = PredictionRecord("zero", "certain", False)


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Permissions do not bind the superuser, so a test that runs as one puts on another user's rights."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_records_survive_the_kernel(progress_file: Path) -> None:
    first = Progress(progress_file)
    first.add_try("0.1", "a")
    first.mark_passed("0.2")
    first.commit("0.p1", GUESS)
    second = Progress(progress_file)
    assert second.exercise("0.1") == ExerciseRecord(tries=("a",))
    assert second.exercise("0.2").passed and not second.exercise("0.3").passed
    assert second.prediction("0.p1") == GUESS and second.prediction("0.p2") is None


def test_the_same_try_counts_once_and_the_first_guess_stays(progress_file: Path) -> None:
    progress = Progress(progress_file)
    assert len([progress.add_try("0.1", "a") for _ in range(3)][-1].tries) == 1
    assert progress.add_try("0.1", "b").tries == ("a", "b")
    assert progress.commit("0.p1", GUESS) == GUESS
    assert progress.commit("0.p1", PredictionRecord("one", "guessing", True)) == GUESS


def test_nothing_is_written_where_nothing_changed(progress_file: Path) -> None:
    progress = Progress(progress_file)
    progress.add_try("0.1", "a")
    before = progress_file.stat().st_ino, progress_file.stat().st_mtime_ns
    progress.add_try("0.1", "a")
    progress.state()
    assert (progress_file.stat().st_ino, progress_file.stat().st_mtime_ns) == before


def test_memory_only_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    monkeypatch.setenv("HOME", str(tmp_path))
    forget_memory()
    assert current_progress() is current_progress()
    current_progress().add_try("0.1", "a")
    assert current_progress().exercise("0.1").tries == ("a",)
    assert list(tmp_path.iterdir()) == []
    forget_memory()
    assert current_progress().exercise("0.1").tries == ()


def test_the_variable_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "~/mine.json")
    current_progress().mark_passed("0.1")
    assert json.loads((tmp_path / "mine.json").read_text())["exercises"]["0.1"]["passed"] is True
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert current_progress().path == storage.default_path()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b'{"version": 1, "exercises": {"0.1": {"passed": tr'])
def test_a_damaged_file_is_kept_and_told_once(content: bytes, progress_file: Path) -> None:
    progress_file.parent.mkdir()
    progress_file.write_bytes(content)
    first, second = check("0.1", 0), check("0.1", 0)
    told = "Your progress file was damaged. It was kept as progress.damaged-1.json, and a new one was begun."
    assert first.passed and first.message.endswith(told)
    assert "damaged" not in second.message
    assert progress_file.with_name("progress.damaged-1.json").read_bytes() == content
    assert Progress(progress_file).exercise("0.1").passed


def test_a_newer_file_is_left_alone(progress_file: Path) -> None:
    progress_file.parent.mkdir()
    text = json.dumps({"version": VERSION + 1, "all": "new"})
    progress_file.write_text(text)
    assert "written by a newer version of the course" in check("0.1", 0).message
    assert check("0.1", 0).message.count("newer") == 0
    assert progress_file.read_text() == text
    assert course_map().rows[0].passed == 1


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter; pytest's own is closed to others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_folder_that_cannot_be_written_keeps_progress_in_memory(open_folder: Path) -> None:
    path = open_folder / "progress.json"
    Progress(path).mark_passed("0.2")
    path.chmod(0o644)
    path.with_name("progress.json.lock").chmod(0o644)
    open_folder.chmod(0o555)
    progress = Progress(path)
    with ordinary_user():
        assert progress.exercise("0.2").passed, "what is in the file can still be read"
        progress.add_try("0.1", "a")
        assert progress.exercise("0.1").tries == ("a",)
        assert not progress.writable()
    assert "cannot be changed (permission denied); this notebook keeps progress in memory" in progress.take_note()
    assert progress.take_note() == ""
    open_folder.chmod(0o755)
    assert progress.writable()
    assert Progress(path).exercise("0.1").tries == ("a",), "memory joins the file once it can be written"


def test_a_path_that_cannot_exist_keeps_progress_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "file" / "progress.json"))
    verdict = check("0.1", 5)
    assert verdict.status == "not yet" and "keeps progress in memory" in verdict.message
    assert current_progress().exercise("0.1").tries


def test_a_full_disk_keeps_progress_in_memory(progress_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(progress_file)
    progress.mark_passed("0.1")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", full)
    progress.mark_passed("0.2")
    assert progress.exercise("0.1").passed and progress.exercise("0.2").passed
    assert "no space left on device" in progress.take_note()
    monkeypatch.undo()
    assert not Progress(progress_file).exercise("0.2").passed
    progress.next_hint("0.1", 3)
    assert Progress(progress_file).exercise("0.2").passed


def test_a_lock_that_another_program_keeps_does_not_hang_the_learner(
    progress_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = Progress(progress_file)
    with storage.locked(progress_file):
        monkeypatch.setattr(storage, "locked", functools.partial(storage.locked, seconds=0.05))
        progress.mark_passed("0.1")
        assert progress.exercise("0.1").passed
    assert "another program has kept the progress file locked" in progress.take_note()
    progress.mark_passed("0.2")
    kept = Progress(progress_file)
    assert kept.exercise("0.1").passed and kept.exercise("0.2").passed


WRITER = """
import sys
from pathlib import Path
from course_lib.exercises.progress import Progress
from course_lib.exercises.progress import PredictionRecord

name, progress = sys.argv[2], Progress(Path(sys.argv[1]))
sys.stdin.readline()
for i in range(12):
    progress.add_try("0.1", f"{name}-{i}")
    progress.mark_passed(f"1.{name}{i}")
    progress.commit("0.p1", PredictionRecord(name, "certain", True))
assert progress.take_note() == ""
"""


def test_kernels_that_write_at_once_lose_nothing(progress_file: Path) -> None:
    names = "abcd"
    kernels = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(progress_file), name], stdin=subprocess.PIPE, text=True)
        for name in names
    ]
    for kernel in kernels:  # All are ready before the first may begin.
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
    for kernel in kernels:
        kernel.communicate(timeout=120)
        assert kernel.returncode == 0
    kept = Progress(progress_file)
    assert set(kept.exercise("0.1").tries) == {f"{name}-{i}" for name in names for i in range(12)}
    assert all(kept.exercise(f"1.{name}{i}").passed for name in names for i in range(12))
    assert kept.prediction("0.p1").option in names
    assert sorted(entry.name for entry in progress_file.parent.iterdir()) == ["progress.json", "progress.json.lock"]
