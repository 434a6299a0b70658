import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.exercises import progress as storage
from course_lib.exercises.progress import ExerciseRecord, State

OLD = State({"0.1": ExerciseRecord(tries=("a",))})
NEW = State({"0.1": ExerciseRecord(tries=("a", "b"))})


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    assert storage.read(path) == State()
    storage.write(path, OLD)
    storage.write(path, NEW)
    assert storage.read(path) == NEW
    assert [entry.name for entry in tmp_path.iterdir()] == ["progress.json"]


def test_only_the_learner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    storage.write(path, OLD)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    real, link = tmp_path / "elsewhere" / "real.json", tmp_path / "progress.json"
    storage.write(real, OLD)
    link.symlink_to(real)
    storage.write(link, NEW)
    assert link.is_symlink() and storage.read(real) == NEW


@pytest.mark.parametrize("step", ["dump", "fsync", "replace"])
def test_an_error_while_writing_leaves_the_old_file_and_no_other(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "progress.json"
    storage.write(path, OLD)

    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(storage.json if step == "dump" else storage.os, step, fail)
    with pytest.raises(OSError, match="disk is full"):
        storage.write(path, NEW)
    monkeypatch.undo()
    assert storage.read(path) == OLD
    assert [entry.name for entry in tmp_path.iterdir()] == ["progress.json"]


CRASH = """
import os, sys
from pathlib import Path
from course_lib.exercises import progress as storage
from course_lib.exercises.progress import ExerciseRecord, State

path, step = Path(sys.argv[1]), sys.argv[2]
if step == "dump":
    def half(data, file, **options):
        file.write('{"version": 1, "exer')
        file.flush()
        os._exit(9)
    storage.json.dump = half
else:
    setattr(storage.os, step, lambda *args: os._exit(9))
with storage.locked(path):
    storage.write(path, State({"0.1": ExerciseRecord(passed=True)}))
"""


@pytest.mark.parametrize("step", ["dump", "fsync", "replace"])
def test_a_crash_while_writing_leaves_the_old_file_and_frees_the_lock(step: str, tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    storage.write(path, OLD)
    crashed = subprocess.run([sys.executable, "-c", CRASH, str(path), step], timeout=60, check=False)
    assert crashed.returncode == 9
    with storage.locked(path, seconds=0.5):
        assert storage.read(path) == OLD
        storage.write(path, NEW)
    assert storage.read(path) == NEW


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\x00", b"null", b"[" * 100_000, b'{"version": 1}', b'{"version": 1, "exercises": {'],
    ids=range(7),
)
def test_damage_is_told_from_absence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    path.write_bytes(content)
    with pytest.raises(storage.Damaged):
        storage.read(path)


def test_a_damaged_file_is_kept_under_a_free_name(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    kept = []
    for content in ("first", "second"):
        path.write_text(content)
        kept.append(storage.set_aside(path))
    assert [(file.name, file.read_text()) for file in kept] == [
        ("progress.damaged-1.json", "first"),
        ("progress.damaged-2.json", "second"),
    ]
    assert not path.exists()


def test_one_lock_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "progress.json"
    with storage.locked(path), pytest.raises(TimeoutError), storage.locked(path, seconds=0.05):
        pass
    with storage.locked(path, seconds=0.05):
        pass


def test_the_place_follows_the_platforms_custom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    expected = {
        "linux": ".local/share/at-the-kink/progress.json",
        "darwin": "Library/Application Support/at-the-kink/progress.json",
        "win32": "AppData/Local/at-the-kink/progress.json",
    }
    for platform, place in expected.items():
        monkeypatch.setattr(storage.sys, "platform", platform)
        assert storage.default_path() == tmp_path / place
    monkeypatch.setattr(storage.sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert storage.default_path() == tmp_path / "data" / "at-the-kink" / "progress.json"
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert storage.default_path() == tmp_path / expected["linux"]


def test_the_file_is_json_that_a_person_can_read(tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    storage.write(path, OLD)
    assert json.loads(path.read_text())["exercises"]["0.1"] == {"passed": False, "tries": ["a"], "hints": 0}
    assert path.read_text().count(os.linesep) > 3
