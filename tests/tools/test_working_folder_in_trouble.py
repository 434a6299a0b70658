"""Whatever stands in the way of an update, nothing that a learner has is lost."""

import copy
import errno
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from course_lib import atomic_file
from tools import working_folder
from tools.working_folder import NOTES

ONE, TWO = "01_limits.ipynb", "02_proof.ipynb"
SOLUTION = "solutions/01_limits.ipynb"
MINE = b'{"cells": ["my answer"]}'


def test_a_folder_or_a_link_in_the_place_of_a_lesson_stays(begun, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere.ipynb"
    (begun.folder / ONE).replace(elsewhere)
    (begun.folder / ONE).symlink_to(elsewhere)
    (begun.folder / TWO).unlink()
    (begun.folder / TWO).mkdir()
    (begun.folder / SOLUTION).unlink()
    (begun.folder / SOLUTION).symlink_to(tmp_path / "nowhere")
    newer = {place: begun.publish(place, "second") for place in (ONE, TWO, SOLUTION)}
    begun.update()
    assert (begun.folder / ONE).is_symlink() and elsewhere.read_bytes() == begun.lesson(ONE, "first")
    assert (begun.folder / TWO).is_dir() and (begun.folder / SOLUTION).is_symlink()
    for place, content in newer.items():
        assert begun.files()[place.replace(".ipynb", ".new-2026-11-29.ipynb")] == content
    assert begun.update() == []


def test_a_file_in_the_place_of_the_solutions_stays_and_the_lessons_are_laid(learner):
    (learner.folder / "solutions").write_bytes(MINE)
    said = learner.update()
    assert said[-1] == f"FOLDER: File exists; not brought up to date: {SOLUTION}."
    assert learner.files() == {ONE: learner.lesson(ONE, "first"), TWO: learner.lesson(TWO, "first"), "solutions": MINE}


def test_a_linked_folder_is_used(learner, tmp_path: Path):
    learner.folder.rename(tmp_path / "elsewhere")
    learner.folder.symlink_to(tmp_path / "elsewhere")
    learner.update()
    assert (tmp_path / "elsewhere" / ONE).read_bytes() == learner.lesson(ONE, "first")
    assert learner.folder.is_symlink()


def test_a_newer_version_in_windows_lines_replaces_what_was_laid(begun):
    newer = begun.lesson(ONE, "second").replace(b"\n", b"\r\n")
    (begun.notebooks / ONE).write_bytes(newer)
    begun.update()
    assert begun.files()[ONE] == newer
    begun.publish(ONE, "third")
    begun.update()
    assert begun.files()[ONE] == begun.lesson(ONE, "third")


def test_a_file_system_without_hard_links_will_do(learner, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(atomic_file.os, "link", refuse)
    learner.update()
    (learner.folder / ONE).write_bytes(MINE)
    newer = {place: learner.publish(place, "second") for place in (ONE, TWO, SOLUTION)}
    learner.update()
    assert learner.files() == {**newer, ONE: MINE, "01_limits.new-2026-11-29.ipynb": newer[ONE]}


@pytest.mark.parametrize("moments", [("before",), ("after",), ("before", "after")])
def test_a_learner_who_saves_at_the_moment_of_the_update_keeps_what_is_saved(
    moments: tuple[str, ...], begun, monkeypatch: pytest.MonkeyPatch
):
    """A file is looked at under a name that nobody else uses: what is saved before or after it got that is seen."""
    newer = begun.publish(ONE, "second")
    rename = os.rename

    def rename_while_saving(source: Path, target: Path) -> None:
        if "before" in moments:
            Path(source).write_bytes(b"saved before")
        rename(source, target)
        if "after" in moments:
            Path(source).write_bytes(b"saved after")

    monkeypatch.setattr(working_folder.os, "rename", rename_while_saving)
    begun.update()
    files = {content: name for name, content in begun.files().items() if name.startswith("01")}
    assert set(files) == {newer, *(f"saved {moment}".encode() for moment in moments)}
    assert files[f"saved {moments[-1]}".encode()] == ONE
    assert files[newer] == "01_limits.new-2026-11-29.ipynb"
    assert files.get(b"saved before") in (None, ONE, "01_limits.kept-2026-11-29.ipynb")


def test_a_learner_who_saves_at_the_moment_of_a_removal_keeps_what_is_saved(begun, monkeypatch: pytest.MonkeyPatch):
    (begun.notebooks / TWO).unlink()
    begun.publish("03_proof.ipynb", "second")
    rename = os.rename

    def rename_while_saving(source: Path, target: Path) -> None:
        Path(source).write_bytes(MINE)
        rename(source, target)

    monkeypatch.setattr(working_folder.os, "rename", rename_while_saving)
    begun.update()
    assert begun.files()[TWO] == MINE


@pytest.mark.parametrize("operation", ["write", "rename", "link", "unlink", "mkdir", "fsync"])
def test_no_space_and_no_permission_lose_nothing(operation: str, begun, monkeypatch: pytest.MonkeyPatch):
    (begun.folder / ONE).write_bytes(MINE)
    (begun.notebooks / "own").mkdir()
    (begun.notebooks / "own" / "work.ipynb").write_bytes(b"more of mine")
    before = begun.files()
    newer = {place: begun.publish(place, "second") for place in (ONE, TWO, SOLUTION, "03_new.ipynb")}

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        if operation == "write":
            full.setattr(working_folder, "created_file", fail)
        elif operation == "mkdir":
            full.setattr(Path, "mkdir", fail)
        else:
            full.setattr(os, operation, fail)
        said = begun.update()
    during = begun.files()
    assert during[ONE] == MINE
    assert set(before) <= set(during)
    if operation in ("write", "fsync"):
        assert during == before
        assert said[-1].startswith("FOLDER: No space left on device; not brought up to date: own/work.ipynb, 01_limits")
    begun.update()
    after = begun.files()
    assert after == {
        **newer, ONE: MINE, "01_limits.new-2026-11-29.ipynb": newer[ONE], "own/work.ipynb": b"more of mine",
    }  # fmt: skip


# Runs updates in folders 0, 1, 2, … until one ends by itself. In folder n the n-th of these calls ends the process as a
# kill would: nothing is cleaned up.
KILLED = """
import itertools, os, shutil, sys
from datetime import date
from pathlib import Path
from tools.working_folder import Update
left = 0
def mortal(call):
    def counted(*arguments, **options):
        global left
        left -= 1
        return os._exit(9) if left < 0 else call(*arguments, **options)
    return counted
root = Path(sys.argv[1])
for steps in itertools.count():
    for name in ("notebooks", "my-course"):
        shutil.copytree(root / name, root / str(steps) / name)
    child = os.fork()
    if child == 0:
        left = steps
        for name in ("open", "link", "rename", "replace", "unlink", "mkdir", "fsync"):
            setattr(os, name, mortal(getattr(os, name)))
        folder = root / str(steps)
        list(Update(folder / "notebooks", folder / "my-course", date(2026, 11, 29)).run())
        os._exit(0)
    if (code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])) != 9:
        sys.exit(code)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="one process for each step takes too long")
def test_killed_at_any_step_the_next_start_ends_where_it_would_have(begun, tmp_path: Path):
    (begun.folder / ONE).write_bytes(MINE)
    newer = {place: begun.publish(place, "second") for place in (ONE, TWO, SOLUTION)}
    (begun.notebooks / "own.ipynb").write_bytes(b"more of mine")
    expected = {**newer, ONE: MINE, "01_limits.new-2026-11-29.ipynb": newer[ONE], "own.ipynb": b"more of mine"}
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=True, timeout=120)
    killed = [path for path in tmp_path.iterdir() if path.name.isdigit()]
    assert len(killed) > 15
    for root in killed:
        again = copy.copy(begun)
        again.notebooks, again.folder = root / "notebooks", root / "my-course"
        assert again.files()[ONE] == MINE
        again.update()
        assert again.files() == expected, root.name
        assert {path.name for path in again.folder.rglob(".*")} == {NOTES, f"{NOTES}.lock"}, root.name


UPDATE = """
import sys
from datetime import date
from pathlib import Path
from tools.working_folder import Update
root = Path(sys.argv[1])
list(Update(root / "notebooks", root / "my-course", date(2026, 11, 29)).run())
"""


def test_two_starts_at_once_do_it_once(learner, tmp_path: Path):
    learner.update()
    (learner.folder / ONE).write_bytes(MINE)
    newer = {place: learner.publish(place, "second") for place in (ONE, SOLUTION)}
    (learner.notebooks / TWO).write_bytes(b"earlier work")
    command = [sys.executable, "-c", UPDATE, str(tmp_path)]
    starts = [subprocess.Popen(command) for _ in range(3)]
    assert [start.wait(60) for start in starts] == [0, 0, 0]
    mine = {ONE: MINE, TWO: learner.lesson(TWO, "first"), "02_proof.earlier-2026-11-29.ipynb": b"earlier work"}
    assert learner.files() == {**newer, **mine, "01_limits.new-2026-11-29.ipynb": newer[ONE]}


def test_a_start_that_waits_too_long_for_another_one_changes_nothing(learner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(atomic_file, "LOCK_SECONDS", 0.05)
    with atomic_file.locked(learner.folder / NOTES):
        assert learner.update() == ["FOLDER: not brought up to date, since another start is doing it."]
    assert learner.files() == {}


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """Whoever runs the test, root too, can read but not write in the folder and in its solutions."""
    nobody = 65534
    for parent in folder.parents:
        if parent.name.startswith(("pytest", "popen", "test")) and parent.stat().st_uid == os.getuid():
            parent.chmod(0o755)
    for closed in (folder, folder / "solutions"):
        closed.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(user)
        for closed in (folder, folder / "solutions"):
            closed.chmod(0o755)


@pytest.mark.skipif(os.name != "posix", reason="folders are closed in another way here")
def test_a_folder_that_cannot_be_written_stays_and_is_named_only_if_there_is_something_new(begun):
    with closed(begun.folder):
        assert begun.update() == []
    (begun.folder / ONE).write_bytes(MINE)
    for place in (ONE, SOLUTION):
        begun.publish(place, "second")
    before = begun.files()
    with closed(begun.folder):
        assert begun.update() == [f"FOLDER: Permission denied; not brought up to date: {ONE}, {SOLUTION}."]
    assert begun.files() == before


def test_a_file_that_cannot_be_written_stays_if_it_is_changed(begun):
    (begun.folder / ONE).write_bytes(MINE)
    for place in (ONE, TWO):
        (begun.folder / place).chmod(0o444)
    newer = {place: begun.publish(place, "second") for place in (ONE, TWO)}
    begun.update()
    files = begun.files()
    assert (files[ONE], files[TWO], files["01_limits.new-2026-11-29.ipynb"]) == (MINE, newer[TWO], newer[ONE])


@pytest.fixture
def root(learner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A clone in which no folder was opened yet."""
    learner.folder.rmdir()
    monkeypatch.setattr(working_folder, "ROOT", tmp_path)
    monkeypatch.delenv(working_folder.VARIABLE, raising=False)
    working_folder.open_folder.cache_clear()
    yield tmp_path
    working_folder.open_folder.cache_clear()


@pytest.mark.parametrize("asked", ["", " ", "my-course", "anna/my course é", "ABSOLUTE"])
def test_the_folder_is_the_one_that_is_asked_for(
    asked: str, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(working_folder.VARIABLE, asked.replace("ABSOLUTE", str(root / "elsewhere")))
    expected = root / (asked.replace("ABSOLUTE", "elsewhere").strip() or "my-course")
    assert working_folder.open_folder() == expected
    assert (expected / ONE).is_file()
    assert working_folder.open_folder() == expected
    assert capsys.readouterr() == ("", f"Your lessons are in {expected}.\n")


@pytest.mark.parametrize(
    ("asked", "accepted"),
    [
        ("file", r"a folder that is there or can be made \(File exists\)"),
        ("file/inside", r"a folder that is there or can be made \(Not a directory\)"),
        ("dangling", r"a folder that is there or can be made \(File exists\)"),
        ("~nobody-of-this-name/x", r"a folder that is there or can be made \(.+\)"),
        ("notebooks", "a folder outside notebooks/, which an update replaces"),
        ("notebooks/mine", "a folder outside notebooks/, which an update replaces"),
        ("link", "a folder outside notebooks/, which an update replaces"),
    ],
)
def test_what_can_be_no_folder_ends_the_start_with_a_sentence(
    asked: str, accepted: str, root: Path, monkeypatch: pytest.MonkeyPatch
):
    (root / "file").write_bytes(MINE)
    (root / "dangling").symlink_to(root / "nowhere")
    (root / "link").symlink_to(root / "notebooks")
    monkeypatch.setenv(working_folder.VARIABLE, asked)
    with pytest.raises(SystemExit, match=f"^AT_THE_KINK_FOLDER: got {re.escape(repr(asked))}; accepted is {accepted}$"):
        working_folder.open_folder()
    assert (root / "file").read_bytes() == MINE
