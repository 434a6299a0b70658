"""The learner's progress, kept in one file on this machine. Nothing leaves the machine.

The environment variable `AT_THE_KINK_PROGRESS` names another file; the value `off` keeps progress in memory only. Only
a regular file is read or replaced: a device or a pipe of that name is left alone. What is remembered are records that
only grow, so that two of them can always be merged. From the records at the top the module goes down to the file, and
then up to `Progress`, which the rest of the engine uses.
"""

import io
import json
import os
import stat
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from course_lib.atomic_file import locked, replaced_file
from course_lib.exercises.exercise import lasting_id

VARIABLE = "AT_THE_KINK_PROGRESS"
FOLDER = "at-the-kink"
VERSION = 1
MOST_TRIES = 50  # Beyond this a file would only grow; the solution opens long before.


class NewerVersion(Exception):
    """The file was written by a newer version of the course, so this version must not change it."""


@dataclass(frozen=True)
class ExerciseRecord:
    """Whether an exercise was passed, the fingerprints of its distinct wrong answers, and how many hints were read."""

    passed: bool = False
    tries: tuple[str, ...] = ()
    hints: int = 0

    def merge(self, other: "ExerciseRecord") -> "ExerciseRecord":
        tries = tuple(dict.fromkeys(self.tries + other.tries))[:MOST_TRIES]
        return ExerciseRecord(self.passed or other.passed, tries, max(self.hints, other.hints))


@dataclass(frozen=True)
class PredictionRecord:
    """A committed guess: the option's text, the confidence's word, and whether it was right."""

    option: str
    confidence: str
    right: bool


Record = TypeVar("Record", ExerciseRecord, PredictionRecord)


@dataclass(frozen=True)
class State:
    """All records by id."""

    exercises: Mapping[str, ExerciseRecord] = field(default_factory=dict)
    predictions: Mapping[str, PredictionRecord] = field(default_factory=dict)

    def merge(self, other: "State") -> "State":
        """Nothing of either is lost; where both hold a guess for one prediction, the guess of `self` stays.

        >>> a = State({"start.1": ExerciseRecord(tries=("x",))})
        >>> a.merge(State({"start.1": ExerciseRecord(passed=True)})).exercises["start.1"]
        ExerciseRecord(passed=True, tries=('x',), hints=0)
        """
        exercises = dict(self.exercises)
        for id, record in other.exercises.items():
            exercises[id] = exercises.get(id, ExerciseRecord()).merge(record)
        return State(exercises, {**other.predictions, **self.predictions})

    def to_json(self) -> dict[str, Any]:
        return {"version": VERSION, **asdict(self)}


def from_json(data: object) -> State:
    """The state in a decoded file. `NewerVersion` or `ValueError` where it is not one of ours.

    >>> from_json(State().to_json()) == State()
    True
    """
    if not isinstance(data, dict):
        raise ValueError("the file does not hold an object")
    version = data.get("version")
    if type(version) is int and version > VERSION:
        raise NewerVersion(f"version {version}, this course writes version {VERSION}")
    if type(version) is not int or version < 1:
        raise ValueError(f"version: got {version!r}")
    return State(
        _by_lasting_id(data, "exercises", _exercise, ExerciseRecord.merge),
        _by_lasting_id(data, "predictions", _prediction, lambda first, second: first),
    )


def _by_lasting_id(
    data: dict[str, Any],
    name: str,
    read: Callable[[dict[str, Any]], Record],
    joined: Callable[[Record, Record], Record],
) -> dict[str, Record]:
    """The records of a table; one under an id of the first form joins the one under its lasting id."""
    table = data.get(name)
    if not isinstance(table, dict) or not all(isinstance(entry, dict) for entry in table.values()):
        raise ValueError(f"{name}: not a table of records")
    records: dict[str, Record] = {}
    for written, entry in table.items():
        id, record = lasting_id(written), read(entry)
        records[id] = joined(records[id], record) if id in records else record
    return records


def _exercise(entry: dict[str, Any]) -> ExerciseRecord:
    passed, tries, hints = entry.get("passed"), entry.get("tries"), entry.get("hints")
    if type(passed) is not bool or type(hints) is not int or hints < 0 or not isinstance(tries, list):
        raise ValueError("an exercise's record is damaged")
    if not all(isinstance(fingerprint, str) for fingerprint in tries):
        raise ValueError("an exercise's tries are damaged")
    return ExerciseRecord(passed, tuple(tries), hints)


def _prediction(entry: dict[str, Any]) -> PredictionRecord:
    option, confidence, right = entry.get("option"), entry.get("confidence"), entry.get("right")
    if not isinstance(option, str) or not isinstance(confidence, str) or type(right) is not bool:
        raise ValueError("a prediction's record is damaged")
    return PredictionRecord(option, confidence, right)


class Damaged(Exception):
    """The file is there and readable, but it is not a progress file any more."""


def read(path: Path) -> State:
    """The state in the file; an empty one where there is no file. `Damaged`, `NewerVersion` or `OSError`."""
    if not is_file(path):
        return State()
    raw = path.read_bytes()
    try:
        return from_json(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from error


def is_file(path: Path) -> bool:
    """Is there a regular file? `OSError` if there is something else: a device may never end, and is not replaced."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(mode):
        raise OSError("it is not a regular file")
    return True


def set_aside(path: Path) -> Path:
    """Rename a damaged file, so that nothing is thrown away; the new name is returned."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    os.replace(path, kept)
    return kept


def write(path: Path, state: State) -> None:
    """Replace the file as a whole: at every moment a reader finds either the old state or the new one."""
    with replaced_file(Path(os.path.realpath(path)), private=True) as file:
        text = io.TextIOWrapper(file, encoding="utf-8")
        json.dump(state.to_json(), text, indent=1, ensure_ascii=False)
        text.detach()  # flushes it, and leaves closing to the file


class Progress:
    """Records of tries, hints and guesses, merged with the file under a lock before each write.

    Where the file cannot be read or written, the records stay in memory and join the file as soon as it can be. Each
    such trouble leaves one sentence for the learner, which `take_notes` hands out once. `path=None` is memory only.
    """

    def __init__(self, path: Path | None, is_off: bool = False) -> None:
        self.path = path
        self.is_off = is_off  # asked for, not for want of a file
        self._unsaved = State()
        self._notes: list[str] = []
        self._told_memory_only = False
        self._failing = False

    def exercise(self, id: str) -> ExerciseRecord:
        return self.state().exercises.get(id, ExerciseRecord())

    def prediction(self, id: str) -> PredictionRecord | None:
        return self.state().predictions.get(id)

    def state(self) -> State:
        return self._keep(State())

    def add_try(self, id: str, fingerprint: str) -> ExerciseRecord:
        """Count a wrong answer; one that was given before does not count again."""
        return self._keep(State({id: ExerciseRecord(tries=(fingerprint,))})).exercises[id]

    def mark_passed(self, id: str) -> None:
        self._keep(State({id: ExerciseRecord(passed=True)}))

    def next_hint(self, id: str, total: int) -> int:
        """The number of the hint to show, from 1; at the last one it stays."""
        number = min(self.exercise(id).hints + 1, total)
        self._keep(State({id: ExerciseRecord(hints=number)}))
        return number

    def commit(self, id: str, guess: PredictionRecord) -> PredictionRecord:
        """Keep a guess; where there was one already, that one stays and is returned."""
        return self._keep(State({}, {id: guess})).predictions[id]

    def writable(self) -> bool:
        """Whether progress is kept where it was asked to be kept."""
        self.state()
        return not self._failing

    def take_notes(self) -> tuple[str, ...]:
        """What the learner should know of the progress file, a sentence each, told once."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def _keep(self, records: State) -> State:
        """All that is known, after the records have joined it."""
        if self.path is None:
            self._unsaved = self._unsaved.merge(records)
            return self._unsaved
        try:
            is_file(self.path)
            with locked(self.path):
                on_disk = self._read(self.path)
                state = on_disk.merge(self._unsaved).merge(records)
                if state != on_disk:
                    write(self.path, state)
                self._unsaved, self._failing = State(), False
                return state
        except (OSError, NewerVersion) as error:
            newer = isinstance(error, NewerVersion)
            cause = "it was written by a newer version of the course" if newer else _in_words(error)
            self.tell_memory_only(cause)
            readable = State()
            with suppress(OSError, Damaged, NewerVersion):  # A file that cannot be written may still be read.
                readable = read(self.path)
            self._unsaved = readable.merge(self._unsaved).merge(records)
            return self._unsaved

    def _read(self, path: Path) -> State:
        try:
            return read(path)
        except Damaged:
            kept = set_aside(path)
            self._notes.append(f"Your progress file was damaged. It was kept as {kept.name}, and a new one was begun.")
            return State()

    def tell_memory_only(self, cause: str) -> None:
        """Leave the one sentence that says so, and why."""
        self._failing = True
        if not self._told_memory_only:
            self._told_memory_only = True
            note = f"Your progress file cannot be changed ({cause}); this notebook keeps progress in memory."
            self._notes.append(note)


def _in_words(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def current_progress() -> Progress:
    """The progress that the environment asks for, the same object for the same setting."""
    return progress_for(os.environ.get(VARIABLE, "").strip())


@cache
def progress_for(setting: str) -> Progress:
    """The progress for a value of the environment variable: "" is the default file, "off" memory only."""
    if setting.lower() == "off":
        return Progress(None, is_off=True)
    try:
        return Progress(Path(setting).expanduser() if setting else default_path())
    except (RuntimeError, OSError):  # A user whom the machine does not know has no home.
        progress = Progress(None)
        progress.tell_memory_only("no home folder was found")
        return progress


def default_path() -> Path:
    """progress.json in the user's data folder: the place follows the platform's custom."""
    folder = platformdirs.user_data_path(FOLDER, appauthor=False)
    if sys.platform == "darwin":  # Where macOS keeps it, also if XDG_DATA_HOME is set, which platformdirs would follow.
        folder = Path.home() / "Library" / "Application Support" / FOLDER
    return folder / "progress.json"
