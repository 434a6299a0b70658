"""The lessons, in one list, and their exercises and predictions, imported only when one of them is asked for."""

import difflib
import importlib
from dataclasses import dataclass
from functools import cache

from course_lib.exercises.exercise import Exercise
from course_lib.exercises.prediction import Prediction


@dataclass(frozen=True)
class Lesson:
    """A lesson's number, file name without number and ending, title, and the minutes it takes."""

    number: int
    slug: str
    title: str
    minutes: int

    @property
    def stem(self) -> str:
        return f"{self.number:02d}_{self.slug}"


LESSONS = (
    Lesson(0, "start_here", "Start here", 20),
    Lesson(1, "take_one_sided_limits", "Take one-sided limits", 60),
    Lesson(2, "prove_no_derivative_at_0", "Prove that ReLU has no derivative at 0", 75),
    Lesson(3, "ask_your_framework", "Ask your framework", 75),
    Lesson(4, "choose_a_subgradient", "Choose a subgradient", 90),
    Lesson(5, "hunt_for_exact_zeros", "Hunt for exact zeros", 75),
    Lesson(6, "train_a_network_in_numpy", "Train a network in NumPy", 90),
    Lesson(7, "revive_dead_units", "Revive dead units", 75),
)


@cache
def exercises_of(lesson: int) -> dict[str, Exercise]:
    """The exercises of a lesson by id, in their order."""
    return _by_id(_module(lesson).EXERCISES)


@cache
def predictions_of(lesson: int) -> dict[str, Prediction]:
    """The predictions of a lesson by id, in their order."""
    return _by_id(_module(lesson).PREDICTIONS)


def find_exercise(id: object) -> Exercise | str:
    """The exercise with this id, or a sentence that helps to find the one meant."""
    return _find(id, "exercise", exercises_of)


def find_prediction(id: object) -> Prediction | str:
    """The prediction with this id, or a sentence that helps to find the one meant."""
    return _find(id, "prediction", predictions_of)


def _module(lesson: int):  # type: ignore[no-untyped-def]
    return importlib.import_module(f"course_lib.exercises.lesson_{lesson:02d}")


def _by_id(entries):  # type: ignore[no-untyped-def]
    table = {entry.id: entry for entry in entries}
    if len(table) < len(entries):
        raise ValueError(f"ids: two entries share one among {[entry.id for entry in entries]}")
    return table


def _find(id, kind, entries_of):  # type: ignore[no-untyped-def]
    if not isinstance(id, str):
        return f'The id of {_an(kind)} is written in quotes, such as "2.{"p1" if kind == "prediction" else "3"}".'
    name = id.strip()
    number, _, _ = name.partition(".")
    lesson = next((lesson for lesson in LESSONS if number.isdecimal() and lesson.number == int(number)), None)
    if lesson is None:
        numbers = ", ".join(str(lesson.number) for lesson in LESSONS)
        return f'There is no {kind} "{name[:40]}". An id begins with the lesson\'s number; the lessons are {numbers}.'
    entries = entries_of(lesson.number)
    if name in entries:
        return entries[name]
    near = difflib.get_close_matches(name, entries, n=3) or list(entries)
    listed = ", ".join(f'"{entry}"' for entry in sorted(near, key=list(entries).index))
    return f'There is no {kind} "{name[:40]}". Lesson {lesson.number} has {listed}.'


def _an(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
