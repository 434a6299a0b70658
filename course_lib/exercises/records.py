"""What the course remembers of a learner: records that only grow, so that two of them can always be merged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = 1
MOST_TRIES = 50  # Beyond this a file would only grow; the solution opens long before.


class NewerVersion(ValueError):
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


@dataclass(frozen=True)
class State:
    """All records by id."""

    exercises: Mapping[str, ExerciseRecord] = field(default_factory=dict)
    predictions: Mapping[str, PredictionRecord] = field(default_factory=dict)

    def merge(self, other: "State") -> "State":
        """Nothing of either is lost; where both hold a guess for one prediction, the guess of ``self`` stays.

        >>> a = State({"0.1": ExerciseRecord(tries=("x",))})
        >>> a.merge(State({"0.1": ExerciseRecord(passed=True)})).exercises["0.1"]
        ExerciseRecord(passed=True, tries=('x',), hints=0)
        """
        exercises = dict(self.exercises)
        for id, record in other.exercises.items():
            exercises[id] = exercises.get(id, ExerciseRecord()).merge(record)
        return State(exercises, {**other.predictions, **self.predictions})

    def with_exercise(self, id: str, record: ExerciseRecord) -> "State":
        return self.merge(State({id: record}))

    def with_prediction(self, id: str, record: PredictionRecord) -> "State":
        return self.merge(State({}, {id: record}))

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "exercises": {
                id: {"passed": record.passed, "tries": list(record.tries), "hints": record.hints}
                for id, record in self.exercises.items()
            },
            "predictions": {
                id: {"option": record.option, "confidence": record.confidence, "right": record.right}
                for id, record in self.predictions.items()
            },
        }


def from_json(data: object) -> State:
    """The state in a decoded file. ``NewerVersion`` or ``ValueError`` where it is not one of ours.

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
        {id: _exercise(entry) for id, entry in _entries(data, "exercises")},
        {id: _prediction(entry) for id, entry in _entries(data, "predictions")},
    )


def _entries(data: dict[str, Any], name: str) -> list[tuple[str, dict[str, Any]]]:
    table = data.get(name)
    if not isinstance(table, dict) or not all(isinstance(entry, dict) for entry in table.values()):
        raise ValueError(f"{name}: not a table of records")
    return list(table.items())


def _exercise(entry: dict[str, Any]) -> ExerciseRecord:
    passed, tries, hints = entry.get("passed"), entry.get("tries"), entry.get("hints")
    if type(passed) is not bool or type(hints) is not int or hints < 0:
        raise ValueError("an exercise's record is damaged")
    if not isinstance(tries, list) or not all(isinstance(print_, str) for print_ in tries):
        raise ValueError("an exercise's tries are damaged")
    return ExerciseRecord(passed, tuple(tries), hints)


def _prediction(entry: dict[str, Any]) -> PredictionRecord:
    option, confidence, right = entry.get("option"), entry.get("confidence"), entry.get("right")
    if not isinstance(option, str) or not isinstance(confidence, str) or type(right) is not bool:
        raise ValueError("a prediction's record is damaged")
    return PredictionRecord(option, confidence, right)
