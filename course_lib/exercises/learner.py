"""predict and course_map: the learner commits to a guess before the answer is shown, and sees what is done so far."""

from dataclasses import dataclass
from html import escape
from typing import Any

from course_lib.exercises.checking import Note
from course_lib.exercises.exercise import (
    CONFIDENCES,
    LESSONS,
    Lesson,
    Prediction,
    exercises_of,
    find_prediction,
    predictions_of,
)
from course_lib.exercises.progress import PredictionRecord, State, current_progress
from course_lib.marked import literal
from course_lib.stored import display_with_card, question_card
from course_lib.table import LEFT, Cell, html_table


class PredictionCell:
    """What a notebook shows of a prediction: the live question where widgets run, else its text and how to answer.

    The text is the same whatever the learner has committed to, so a stored notebook does not change with its reader.
    """

    def __init__(self, prediction: Prediction) -> None:
        self.prediction = prediction

    def __repr__(self) -> str:
        return f"{self.prediction.text}\nWithout the buttons, commit to an option by its number: {self._call}"

    @property
    def _call(self) -> str:
        return f'predict("{self.prediction.id}", 2, confidence="{CONFIDENCES[1]}")'

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = _widget(self.prediction)._repr_mimebundle_(**kwargs) or ({}, {})
        note = f"*Run this cell to commit to a guess*, or commit to an option by its number: `{self._call}`"
        html = question_card(self.prediction.question, list(self.prediction.options), note)
        return {**data, "text/plain": repr(self), "text/html": html}, metadata

    def _ipython_display_(self) -> None:
        display_with_card(self._repr_mimebundle_())


def predict(id: str, option: str | int | None = None, confidence: str | None = None) -> PredictionCell | Note:
    """Ask prediction `id`, such as "proof.p1"; with an option (its place or its text) and a confidence, commit at once.

    `confidence` is "guessing", "fairly sure" or "certain". The first guess stays: whoever asks again reads it,
    with the reveal. Whatever is passed in, a note comes back that says what is accepted, never an error.

    >>> predict("9.p1")  # doctest: +ELLIPSIS
    No prediction
    There is no prediction "9.p1". An id begins with a lesson's word; the words are start, limits, ...
    """
    prediction = find_prediction(id)
    if isinstance(prediction, str):
        return Note("No prediction", (literal(prediction),))
    if option is None:
        return PredictionCell(prediction)
    chosen = prediction.option_meant(option)
    if chosen is None:
        return Note(
            "Which option?", (f"Write its number, from 1 to {len(prediction.options)}, or its text.",), prediction.text
        )
    words = ", ".join(f'"{word}"' for word in CONFIDENCES)
    sure = confidence.casefold().strip() if isinstance(confidence, str) else confidence
    if sure not in CONFIDENCES:
        return Note("How sure are you?", (f"Add confidence=...; accepted are {words}.",))
    kept = _commit(prediction, chosen, str(sure))
    heading = f"You predicted: {kept.option} ({kept.confidence})"
    paragraphs = list(prediction.outcome(kept.option))
    if (kept.option, kept.confidence) != (chosen, sure):
        paragraphs.insert(0, "Your first prediction stays.")
    notes = map(literal, current_progress().take_notes())
    return Note(heading, (*paragraphs, *notes), status="passed" if kept.right else "not yet")


def _commit(prediction: Prediction, option: str, confidence: str) -> PredictionRecord:
    record = PredictionRecord(option, confidence, option == prediction.right_option)
    kept = current_progress().commit(prediction.id, record)
    # A guess from before an option was reworded cannot be shown; it stays in the file, the new one is shown.
    return kept if kept.option in prediction.options and kept.confidence in CONFIDENCES else record


def _widget(prediction: Prediction) -> Any:
    # Widgets load only when one is shown, so that plain scripts need none.
    from course_lib.explorer.choice import ChoiceWidget

    options = list(prediction.options)

    def outcome(option: str) -> tuple[int, str]:
        return options.index(prediction.right_option), "\n\n".join(prediction.outcome(option))

    def on_commit(option: int, confidence: int) -> tuple[int, str]:
        return outcome(_commit(prediction, options[option], CONFIDENCES[confidence]).option)

    kept = current_progress().prediction(prediction.id)
    if kept is None or kept.option not in options or kept.confidence not in CONFIDENCES:
        return ChoiceWidget(prediction.question, options, list(CONFIDENCES), on_commit)
    committed = options.index(kept.option), CONFIDENCES.index(kept.confidence)
    return ChoiceWidget(prediction.question, options, list(CONFIDENCES), on_commit, committed, outcome(kept.option))


MAP_WITHOUT_PROGRESS = (
    "Run this cell in your own Jupyter, and it shows what you have done in each lesson. Here AT_THE_KINK_PROGRESS is "
    "off, so nothing is kept."
)


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
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        if not self.rows:
            return "\n".join(["Your map", *self._sentences()])
        lines = [f"  {'lesson':<44}{'minutes':>8}{'exercises':>11}{'predictions':>13}"]
        lines += [
            f"  {row.lesson.number:02d} {row.lesson.title:<41}{row.lesson.minutes:>8}"
            f"{f'{row.passed} of {row.exercises}':>11}{f'{row.committed} of {row.predictions}':>13}"
            for row in self.rows
        ]
        return "\n".join(["Your map", *lines, *self._sentences()])

    def _repr_html_(self) -> str:
        head = [Cell("Lesson", LEFT), Cell("Minutes"), Cell("Exercises passed"), Cell("Predictions made")]
        body = []
        for row in self.rows:
            lesson, counts = row.lesson, (f"{row.passed} of {row.exercises}", f"{row.committed} of {row.predictions}")
            link = f'<a href="{lesson.stem}.ipynb">{lesson.number:02d} {escape(lesson.title)}</a>'
            body.append([Cell(link, LEFT), Cell(str(lesson.minutes)), *map(Cell, counts)])
        inset = 'style="padding: 0 var(--jp-code-padding, 5px)"'
        text = "".join(f"<p {inset}>{escape(sentence)}</p>" for sentence in self._sentences())
        if not self.rows:
            return f"<p {inset}><strong>Your map</strong></p>{text}"
        return html_table("Your map", [head], body) + text

    def _sentences(self) -> list[str]:
        if not self.rows:
            return list(self.notes)
        made = [row for row in self.calibration if row.made]
        parts = [f"{row.confidence} {row.right} of {row.made}" for row in made]
        sentence = f"How often your predictions were right: {', '.join(parts)}." if parts else "No prediction made yet."
        return [sentence, *self.notes]


def course_map() -> CourseMap:
    """What is done in each lesson, read from the progress file.

    With no progress the map is the same for everyone. Where progress is off nothing is kept, and the map says so: so
    the notebooks are built, and their outputs do not depend on how many exercises other lessons have.
    """
    progress = current_progress()
    if progress.is_off:
        return CourseMap((), (), (MAP_WITHOUT_PROGRESS, *progress.take_notes()))
    state = progress.state()
    rows = tuple(_row(lesson, state) for lesson in LESSONS)
    known = {id for lesson in LESSONS for id in predictions_of(lesson.key)}
    guesses = [guess for id, guess in state.predictions.items() if id in known]
    return CourseMap(rows, tuple(_calibration(word, guesses) for word in CONFIDENCES), progress.take_notes())


def _row(lesson: Lesson, state: State) -> LessonDone:
    exercises, predictions = exercises_of(lesson.key), predictions_of(lesson.key)
    passed = sum(id in state.exercises and state.exercises[id].passed for id in exercises)
    committed = sum(id in state.predictions for id in predictions)
    return LessonDone(lesson, passed, len(exercises), committed, len(predictions))


def _calibration(confidence: str, guesses: list[PredictionRecord]) -> Calibration:
    made = [guess for guess in guesses if guess.confidence == confidence]
    return Calibration(confidence, sum(guess.right for guess in made), len(made))
