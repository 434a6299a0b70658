import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest.mock import Mock

import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from platformdirs import windows
from platformdirs.macos import MacOS
from platformdirs.unix import Unix

from course_lib import atomic_file
from course_lib.exercises import check, course_map
from course_lib.exercises import progress as storage
from course_lib.exercises.progress import VERSION, ExerciseRecord, PredictionRecord, Progress, State, current_progress

GUESS = PredictionRecord("zero", "certain", False)
OLD = State({"start.1": ExerciseRecord(tries=("a",))})
NEW = State({"start.1": ExerciseRecord(passed=True, tries=("a", "b"), hints=2)}, {"start.p1": GUESS})

ids = st.sampled_from(["start.1", "start.2", "limits.1"])
exercises = st.builds(
    ExerciseRecord,
    passed=st.booleans(),
    tries=st.lists(st.sampled_from("abcdef"), unique=True, max_size=4).map(tuple),
    hints=st.integers(0, 3),
)
guesses = st.builds(PredictionRecord, st.sampled_from(["zero", "one"]), st.just("certain"), st.booleans())
states = st.builds(State, st.dictionaries(ids, exercises), st.dictionaries(ids, guesses))


@settings(deadline=None)
@given(states, states)
def test_a_merge_loses_nothing_and_changes_nothing_twice(a: State, b: State) -> None:
    both = a.merge(b)
    for part in (a, b):
        for id, record in part.exercises.items():
            merged = both.exercises[id]
            assert merged.passed >= record.passed and merged.hints >= record.hints
            assert set(merged.tries) >= set(record.tries)
        assert storage.from_json(json.loads(json.dumps(part.to_json()))) == part
    assert both.merge(a) == both and both.merge(b) == both
    assert set(both.predictions) == set(a.predictions) | set(b.predictions)
    assert all(both.predictions[id] == record for id, record in a.predictions.items())


def test_what_was_written_is_read_by_its_owner_alone_and_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "progress.json", tmp_path / "folder" / "link.json"
    assert storage.read(path) == State()
    storage.write(path, OLD)
    tried = {"start.1": {"passed": False, "tries": ["a"], "hints": 0}}
    assert json.loads(path.read_text(encoding="utf-8")) == {**GOOD, "exercises": tried}
    link.parent.mkdir()
    link.symlink_to(path)
    storage.write(link, NEW)
    assert link.is_symlink() and storage.read(link) == storage.read(path) == NEW
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(os.listdir(tmp_path)) == ["folder", "progress.json"] and os.listdir(link.parent) == ["link.json"]


def test_progress_under_the_first_ids_is_kept_and_joins_the_lasting_ones(tmp_path: Path) -> None:
    path, old = tmp_path / "progress.json", {"option": "one", "confidence": "certain", "right": True}
    tried = {"passed": False, "tries": ["a"], "hints": 2}
    exercises = {"2.3": tried, "7.9": {**tried, "passed": True}, "proof.3": {**tried, "passed": True, "tries": ["b"]}}
    predictions = {"5.p1": old, "zeros.p1": {**old, "option": "two"}}
    text = json.dumps({"version": 1, "exercises": exercises, "predictions": predictions})
    path.write_text(text, encoding="utf-8")
    progress = Progress(path)
    assert progress.exercise("proof.3") == ExerciseRecord(passed=True, tries=("a", "b"), hints=2)
    assert progress.exercise("dead_units.9").passed
    assert progress.prediction("zeros.p1") == PredictionRecord(**old), "the first guess stays"
    progress.mark_passed("start.1")
    assert set(storage.read(path).exercises) == {"proof.3", "dead_units.9", "start.1"}


GOOD = {"version": VERSION, "exercises": {}, "predictions": {}}
SOUND = {"passed": True, "tries": [], "hints": 0}
DAMAGE = [
    *(b"", b"{", b"\xff\xfe\x00", b"null", b"[]", b'"text"', b"{}", b"[" * 100_000, b'{"version": 1, "exercises": {'),
    *({**GOOD, "version": version} for version in ("1", True, 0)),
    {"version": VERSION, "predictions": {}},
    *({**GOOD, "exercises": table} for table in ([], {"start.1": 3})),
    *(
        {**GOOD, "exercises": {"start.1": {**SOUND, **wrong}}}
        for wrong in ({"passed": 1}, {"tries": "abc"}, {"tries": [1]}, {"hints": -1}, {"hints": True})
    ),
    {**GOOD, "predictions": {"start.p1": {"option": 1, "confidence": "certain", "right": True}}},
    {**GOOD, "predictions": {"start.p1": {"option": "one", "confidence": "certain"}}},
    {**GOOD, "predictions": {"start.p1": {"option": "one", "confidence": None, "right": True}}},
]


@pytest.mark.parametrize("content", DAMAGE, ids=range(len(DAMAGE)))
def test_a_damaged_file_is_kept_under_a_free_name_and_told_once(content: object, progress_file: Path) -> None:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    progress_file.parent.mkdir()
    progress_file.with_name("progress.damaged-1.json").touch()
    progress_file.write_bytes(raw)
    first, second = check("start.1", 0), check("start.1", 0)
    told = "Your progress file was damaged. It was kept as progress.damaged-2.json, and a new one was begun."
    assert first.passed and first.message.endswith(told)
    assert "damaged" not in second.message
    assert progress_file.with_name("progress.damaged-2.json").read_bytes() == raw
    assert Progress(progress_file).exercise("start.1").passed


def test_a_newer_file_is_left_alone(progress_file: Path) -> None:
    progress_file.parent.mkdir()
    text = json.dumps({"version": VERSION + 1, "all": "new"})
    progress_file.write_text(text, encoding="utf-8")
    assert "written by a newer version of the course" in check("start.1", 0).message
    assert "newer" not in check("start.1", 0).message
    assert progress_file.read_text(encoding="utf-8") == text
    assert course_map().rows[0].passed == 1


# The module alone, without the seconds that the rest of the engine takes to be imported.
LOAD = f"""
import importlib.util, os, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("storage", {storage.__file__!r})
storage = sys.modules["storage"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(storage)
path, name = Path(sys.argv[1]), sys.argv[2]
"""
CRASH = f"""{LOAD}
if name == "dump":
    def half(data, file, **options):
        file.write('{{"version": 1, "exer')
        file.flush()
        os._exit(9)
    storage.json.dump = half
else:
    setattr(storage.os, name, lambda *args: os._exit(9))
with storage.locked(path):
    storage.write(path, storage.State({{"start.1": storage.ExerciseRecord(passed=True)}}))
"""
WRITER = f"""{LOAD}
progress = storage.Progress(path)
sys.stdin.readline()
for i in range(9):
    progress.add_try("start.1", f"{{name}}-{{i}}")
    progress.mark_passed(f"1.{{name}}{{i}}")
    progress.commit("start.p1", storage.PredictionRecord(name, "certain", True))
assert progress.take_notes() == ()
"""


@pytest.mark.parametrize("step", ["dump", "fsync", "replace"])
def test_a_crash_while_writing_leaves_the_old_file_and_frees_the_lock(step: str, tmp_path: Path) -> None:
    path = tmp_path / "progress.json"
    storage.write(path, OLD)
    crashed = subprocess.run([sys.executable, "-c", CRASH, str(path), step], timeout=60, check=False)
    assert crashed.returncode == 9
    with storage.locked(path):
        assert storage.read(path) == OLD
        storage.write(path, NEW)
    assert storage.read(path) == NEW


def test_kernels_that_write_at_once_lose_nothing(progress_file: Path) -> None:
    names = "abc"
    command = [sys.executable, "-c", WRITER, str(progress_file)]
    kernels = [subprocess.Popen([*command, name], stdin=subprocess.PIPE) for name in names]
    for kernel in kernels:  # All are ready before the first may begin.
        kernel.stdin.write(b"go\n")
        kernel.stdin.flush()
    for kernel in kernels:
        kernel.communicate(timeout=120)
        assert kernel.returncode == 0
    kept = Progress(progress_file)
    assert set(kept.exercise("start.1").tries) == {f"{name}-{i}" for name in names for i in range(9)}
    assert all(kept.exercise(f"1.{name}{i}").passed for name in names for i in range(9))
    assert kept.prediction("start.p1").option in names
    assert sorted(os.listdir(progress_file.parent)) == ["progress.json", "progress.json.lock"]


def test_records_survive_the_kernel_and_the_first_guess_stays(progress_file: Path) -> None:
    first = Progress(progress_file)
    assert [len(first.add_try("start.1", "a").tries) for _ in range(3)] == [1, 1, 1]
    assert first.add_try("start.1", "b").tries == ("a", "b")
    first.mark_passed("start.2")
    assert first.commit("start.p1", GUESS) == GUESS
    assert first.commit("start.p1", PredictionRecord("one", "guessing", True)) == GUESS
    assert [first.next_hint("start.1", 2) for _ in range(3)] == [1, 2, 2]
    before, second = progress_file.stat(), Progress(progress_file)
    assert second.exercise("start.1") == ExerciseRecord(tries=("a", "b"), hints=2)
    assert second.exercise("start.2").passed
    assert second.prediction("start.p1") == GUESS and second.prediction("start.p2") is None
    second.add_try("start.1", "a")
    assert progress_file.stat().st_ino == before.st_ino, "nothing new, nothing written"
    many = ExerciseRecord(tries=tuple(map(str, range(500))))
    assert len(ExerciseRecord().merge(many).tries) == storage.MOST_TRIES, "tries do not grow without end"


def test_a_folder_that_cannot_be_written_keeps_progress_in_memory() -> None:
    with tempfile.TemporaryDirectory() as name:  # Every user may enter it; pytest's own is closed to others.
        folder, path = Path(name), Path(name) / "progress.json"
        Progress(path).mark_passed("start.2")
        path.chmod(0o644)
        path.with_name("progress.json.lock").chmod(0o644)
        folder.chmod(0o555)
        progress, user = Progress(path), os.geteuid()
        os.seteuid(user or 65534)  # Permissions do not bind the superuser.
        try:
            assert progress.exercise("start.2").passed, "what is in the file can still be read"
            progress.add_try("start.1", "a")
            assert progress.exercise("start.1").tries == ("a",)
            assert not progress.writable()
        finally:
            os.seteuid(user)
        (note,) = progress.take_notes()
        assert "cannot be changed (permission denied); this notebook keeps progress in memory" in note
        assert progress.take_notes() == ()
        folder.chmod(0o755)
        assert progress.writable()
        assert Progress(path).exercise("start.1").tries == ("a",), "memory joins the file once it can be written"


@pytest.mark.parametrize("trouble", ["dump", "fsync", "replace", "lock"])
def test_trouble_keeps_progress_in_memory(trouble: str, progress_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(progress_file)
    progress.mark_passed("start.1")
    if trouble == "lock":
        monkeypatch.setattr(atomic_file, "LOCK_SECONDS", 0.05)
        with storage.locked(progress_file):
            progress.mark_passed("start.2")
        assert "cannot be changed (another program has kept it locked)" in progress.take_notes()[0]
    else:
        full = Mock(side_effect=OSError(28, "No space left on device"))
        monkeypatch.setattr(storage.json if trouble == "dump" else storage.os, trouble, full)
        progress.mark_passed("start.2")
        assert "no space left on device" in progress.take_notes()[0]
    monkeypatch.undo()
    assert sorted(os.listdir(progress_file.parent)) == ["progress.json", "progress.json.lock"]
    assert Progress(progress_file).exercise("start.1").passed and not Progress(progress_file).exercise("start.2").passed
    assert progress.exercise("start.1").passed and progress.exercise("start.2").passed
    assert Progress(progress_file).exercise("start.2").passed


def test_the_variable_names_the_file_or_memory_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(storage.VARIABLE, " OFF ")
    current_progress().add_try("start.1", "a")
    assert current_progress().exercise("start.1").tries == ("a",)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv(storage.VARIABLE, "~/mine.json")
    current_progress().mark_passed("start.1")
    assert storage.read(tmp_path / "mine.json").exercises["start.1"].passed
    monkeypatch.setenv(storage.VARIABLE, "")
    assert current_progress().path == storage.default_path()


@pytest.mark.parametrize(
    ("platform", "folders", "xdg", "place"),
    [
        ("linux", Unix, "relative", ".local/share/at-the-kink/progress.json"),
        ("linux", Unix, "{home}/data", "data/at-the-kink/progress.json"),
        ("darwin", MacOS, "{home}/data", "Library/Application Support/at-the-kink/progress.json"),
        ("win32", windows.Windows, "", "AppData/Local/at-the-kink/progress.json"),
    ],
)
def test_the_place_follows_the_platforms_custom_and_never_moves(
    platform: str, folders: type, xdg: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.sys, "platform", platform)
    monkeypatch.setattr(platformdirs, "PlatformDirs", folders)
    monkeypatch.setattr(windows, "get_win_folder", windows.get_win_folder_from_env_vars)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "AppData" / "Local"))
    monkeypatch.setenv("XDG_DATA_HOME", xdg.format(home=tmp_path))
    assert storage.default_path() == tmp_path / place


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("kind", ["device", "link to a device", "pipe", "folder"])
def test_what_is_no_regular_file_is_neither_read_nor_replaced(kind: str, tmp_path: Path) -> None:
    ends = os.openpty()  # A device of this test's own: one that is shared would be lost to all if the test failed.
    path = Path(os.ttyname(ends[1])) if kind == "device" else tmp_path / "progress.json"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link to a device":
        path.symlink_to(os.ttyname(ends[1]))
    elif kind == "folder":
        path.mkdir()
    before, beside = os.lstat(path), sorted(os.listdir(path.parent))
    progress = Progress(path)
    progress.mark_passed("0.1")
    assert progress.exercise("0.1").passed and not progress.writable()
    (note,) = progress.take_notes()
    assert "cannot be changed (it is not a regular file); this notebook keeps progress in memory" in note
    assert os.path.samestat(os.lstat(path), before) and sorted(os.listdir(path.parent)) == beside
    list(map(os.close, ends))


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no user without a home")
@pytest.mark.parametrize("setting", ["", "~/mine.json", "~nobody_of_this_name/mine.json"])
def test_a_user_without_a_home_gets_a_verdict(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "nobody" not in setting:
        monkeypatch.delenv("HOME")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv(storage.VARIABLE, setting)
    monkeypatch.setattr("pwd.getpwuid", Mock(side_effect=KeyError("uid not found")))
    storage.progress_for.cache_clear()
    verdict = check("start.1", 0)
    assert verdict.passed and "(no home folder was found); this notebook keeps progress in memory" in verdict.message
    assert "memory" not in check("start.1", 0).message and not current_progress().writable()


def test_where_the_place_is_named_no_home_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv(storage.VARIABLE, "")
    monkeypatch.setattr(Path, "home", Mock(side_effect=RuntimeError("Could not determine home directory.")))
    monkeypatch.setattr(storage.sys, "platform", "linux")
    storage.progress_for.cache_clear()
    assert check("start.1", 0).passed
    assert storage.read(tmp_path / "at-the-kink" / "progress.json").exercises["start.1"].passed
