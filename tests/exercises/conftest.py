"""Every test has its own progress file, and a test may use an exercise or prediction that no lesson has."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course_lib.exercises import checking, learner
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.progress import VARIABLE, progress_for


@pytest.fixture(autouse=True)
def progress_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "own" / "progress.json"
    monkeypatch.setenv(VARIABLE, str(path))
    progress_for.cache_clear()
    yield path
    progress_for.cache_clear()


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Exercise]:
    """Make an exercise 9.1 known to check, hint and solution; each wrong answer's feedback is its text."""

    def register(comparator: object, reference: Callable[[], object], wrong: tuple[object, ...] = ()) -> Exercise:
        planted = tuple(WrongAnswer(value, f"feedback {value}") for value in wrong)
        hints = ("first hint", "second hint", "third hint")
        exercise = Exercise("9.1", comparator, reference, planted, hints, "the explanation")
        monkeypatch.setattr(checking, "written_solution", lambda id: "as typed")
        monkeypatch.setattr(checking, "find_exercise", lambda id: exercise if id == "9.1" else "no such exercise")
        return exercise

    return register


@pytest.fixture
def prediction(monkeypatch: pytest.MonkeyPatch) -> Prediction:
    made = Prediction(
        id="9.p1",
        question="Which slope?",
        options={"zero": "Left of the kink.", "one half": "In the middle.", "one": "Right of the kink."},
        answer=lambda: "one half",
        reveal="The central difference is even.",
    )
    monkeypatch.setattr(learner, "find_prediction", lambda id: made if id == made.id else "no such prediction")
    return made
