"""The learner's progress, kept in one file on this machine. Nothing leaves the machine.

The environment variable ``AT_THE_KINK_PROGRESS`` names another file; the value ``off`` keeps progress in memory only.
"""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from course_lib.exercises import storage
from course_lib.exercises.records import ExerciseRecord, NewerVersion, PredictionRecord, State

VARIABLE = "AT_THE_KINK_PROGRESS"


class Progress:
    """Records of tries, hints and guesses, merged with the file under a lock before each write.

    Where the file cannot be read or written, the records stay in memory and join the file as soon as it can be. Each
    such trouble leaves one sentence for the learner, which ``take_note`` hands out once. ``path=None`` is memory only.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._unsaved = State()
        self._notes: list[str] = []
        self._told_memory_only = False
        self._failing = False

    def exercise(self, id: str) -> ExerciseRecord:
        return self.state().exercises.get(id, ExerciseRecord())

    def prediction(self, id: str) -> PredictionRecord | None:
        return self.state().predictions.get(id)

    def state(self) -> State:
        return self._update(lambda state: state)

    def add_try(self, id: str, fingerprint: str) -> ExerciseRecord:
        """Count a wrong answer; one that was given before does not count again."""
        return self._update(lambda state: state.with_exercise(id, ExerciseRecord(tries=(fingerprint,)))).exercises[id]

    def mark_passed(self, id: str) -> None:
        self._update(lambda state: state.with_exercise(id, ExerciseRecord(passed=True)))

    def next_hint(self, id: str, total: int) -> int:
        """The number of the hint to show, from 1; at the last one it stays."""

        def turn(state: State) -> State:
            read = state.exercises.get(id, ExerciseRecord()).hints
            return state.with_exercise(id, ExerciseRecord(hints=min(read + 1, total)))

        return min(self._update(turn).exercises[id].hints, total)

    def commit(self, id: str, record: PredictionRecord) -> PredictionRecord:
        """Keep a guess; where there was one already, that one stays and is returned."""
        return self._update(lambda state: state.with_prediction(id, record)).predictions[id]

    def writable(self) -> bool:
        """Whether progress is kept where it was asked to be kept."""
        self.state()
        return not self._failing

    def take_note(self) -> str:
        """What the learner should know of the progress file, told once; "" where there is nothing to tell."""
        notes, self._notes = self._notes, []
        return " ".join(notes)

    def _update(self, change: Callable[[State], State]) -> State:
        if self.path is None:
            self._unsaved = change(self._unsaved)
            return self._unsaved
        try:
            with storage.locked(self.path):
                on_disk = self._read(self.path)
                state = change(on_disk.merge(self._unsaved))
                if state != on_disk:
                    storage.write(self.path, state)
                self._unsaved, self._failing = State(), False
                return state
        except (OSError, NewerVersion) as error:
            self._failing = True
            self._tell_memory_only(error)
            self._unsaved = change(self._readable_part(self.path).merge(self._unsaved))
            return self._unsaved

    def _read(self, path: Path) -> State:
        try:
            return storage.read(path)
        except storage.Damaged:
            kept = storage.set_aside(path)
            self._notes.append(f"Your progress file was damaged. It was kept as {kept.name}, and a new one was begun.")
            return State()

    def _readable_part(self, path: Path) -> State:
        """What a file that cannot be written still tells."""
        try:
            return storage.read(path)
        except (OSError, ValueError):
            return State()

    def _tell_memory_only(self, error: Exception) -> None:
        if self._told_memory_only:
            return
        self._told_memory_only = True
        cause = "it was written by a newer version of the course" if isinstance(error, NewerVersion) else _cause(error)
        self._notes.append(f"Your progress file cannot be changed ({cause}); this notebook keeps progress in memory.")


def _cause(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def current_progress() -> Progress:
    """The progress that the environment asks for, the same object for the same setting."""
    return _progress(os.environ.get(VARIABLE, "").strip())


@cache
def _progress(setting: str) -> Progress:
    if setting.lower() == "off":
        return Progress(None)
    return Progress(Path(setting).expanduser() if setting else storage.default_path())


def forget_memory() -> None:
    """Drop what is kept in memory only, as a new kernel would."""
    _progress.cache_clear()
