"""The learner's map: what is done in each lesson, and how well confidence matched being right."""

from dataclasses import dataclass
from html import escape

from course_lib.exercises.prediction import CONFIDENCES
from course_lib.exercises.progress import current_progress
from course_lib.exercises.records import State
from course_lib.exercises.registry import LESSONS, Lesson, exercises_of, predictions_of


@dataclass(frozen=True)
class LessonDone:
    """One row of the map."""

    lesson: Lesson
    passed: int
    exercises: int
    committed: int
    predictions: int


@dataclass(frozen=True)
class Calibration:
    """Of the predictions made with one confidence, how many were right."""

    confidence: str
    right: int
    made: int


@dataclass(frozen=True)
class CourseMap:
    """The map as data; it shows itself as text and as a table."""

    rows: tuple[LessonDone, ...]
    calibration: tuple[Calibration, ...]
    note: str = ""

    def __repr__(self) -> str:
        lines = [f"  {'lesson':<44}{'minutes':>8}{'exercises':>11}{'predictions':>13}"]
        lines += [
            f"  {row.lesson.number:02d} {row.lesson.title:<41}{row.lesson.minutes:>8}"
            f"{f'{row.passed} of {row.exercises}':>11}{f'{row.committed} of {row.predictions}':>13}"
            for row in self.rows
        ]
        return "\n".join(["Your map", *lines, *self._sentences()])

    def _repr_html_(self) -> str:
        head = '<th scope="col" style="text-align:left">Lesson</th>' + "".join(
            f'<th scope="col">{name}</th>' for name in ("Minutes", "Exercises passed", "Predictions made")
        )
        body = "".join(
            f'<tr><th scope="row" style="text-align:left"><a href="{row.lesson.stem}.ipynb">{row.lesson.number:02d} '
            f"{escape(row.lesson.title)}</a></th><td>{row.lesson.minutes}</td><td>{row.passed} of {row.exercises}</td>"
            f"<td>{row.committed} of {row.predictions}</td></tr>"
            for row in self.rows
        )
        text = "".join(
            f'<p style="padding: 0 var(--jp-code-padding, 5px)">{escape(sentence)}</p>'
            for sentence in self._sentences()
        )
        return f"<table><caption>Your map</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{text}"

    def _sentences(self) -> list[str]:
        made = [row for row in self.calibration if row.made]
        parts = [f"{row.confidence} {row.right} of {row.made}" for row in made]
        sentence = f"How often your predictions were right: {', '.join(parts)}." if parts else "No prediction made yet."
        return [sentence, *([self.note] if self.note else [])]


def course_map() -> CourseMap:
    """What is done in each lesson, read from the progress file.

    With no progress the map is the same for everyone.
    """
    progress = current_progress()
    state = progress.state()
    rows = tuple(_row(lesson, state) for lesson in LESSONS)
    return CourseMap(rows, calibration(state), progress.take_note())


def calibration(state: State) -> tuple[Calibration, ...]:
    """For each confidence, in order, the share of predictions that were right.

    >>> calibration(State())[0]
    Calibration(confidence='guessing', right=0, made=0)
    """
    known = {id for lesson in LESSONS for id in predictions_of(lesson.number)}
    made = [record for id, record in state.predictions.items() if id in known]
    return tuple(
        Calibration(word, sum(r.right for r in made if r.confidence == word), sum(r.confidence == word for r in made))
        for word in CONFIDENCES
    )


def _row(lesson: Lesson, state: State) -> LessonDone:
    exercises, predictions = exercises_of(lesson.number), predictions_of(lesson.number)
    passed = sum(id in state.exercises and state.exercises[id].passed for id in exercises)
    committed = sum(id in state.predictions for id in predictions)
    return LessonDone(lesson, passed, len(exercises), committed, len(predictions))
