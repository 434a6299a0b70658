"""Exercises, predictions and the list of the lessons, all as data, and how one of them is found by its id.

The exercises of a lesson stand in the room of its topic, which is imported only when one of them is asked for.
"""

import difflib
import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from course_lib.exercises.compare import Comparator
from course_lib.exercises.reading import spelling
from course_lib.marked import plain as plain_text

CONFIDENCES = ("guessing", "fairly sure", "certain")
SOURCES = Path(__file__).parents[2] / "lessons"
# A function with all of its indented lines, or a block of solution outside of any.
FUNCTION_OR_BLOCK = re.compile(r"^(?:def .*\n(?:[ \t]+.*\n|\n)*|# begin solution:(?:.*\n)*?# end solution)", re.M)
MARKER = re.compile(r"[ \t]*# (?:begin|end) solution")


@dataclass(frozen=True)
class Lazy:
    """A value computed when it is first asked for, so that importing a lesson's exercises stays quick."""

    compute: Callable[[], object]


def plain(value: object) -> object:
    """The value itself; a `Lazy` one is computed."""
    return value.compute() if isinstance(value, Lazy) else value


@dataclass(frozen=True)
class WrongAnswer:
    """A plausible wrong answer, plain or `Lazy`, and the feedback that names its misconception, with marks."""

    value: object
    feedback: str


@dataclass(frozen=True)
class Exercise:
    """One checked exercise; its question and its solution stand in the lesson.

    `comparator` says what counts as an answer; the key is `reference()` as the comparator reads it. `explanation` is
    shown on success and in the solution. Feedback, hints and explanation may hold `code`, **bold**, *italic* and
    $mathematics$ in LaTeX, as in `course_lib.marked`. What else holds of every exercise is checked in tests/exercises.

    >>> from course_lib.exercises.compare import Number
    >>> Exercise(
    ...     id="9.1", comparator=Number(), reference=lambda: 1 + 1,
    ...     wrong_answers=(WrongAnswer(1, "That is 1 × 1."), WrongAnswer(11, "1 beside 1."), WrongAnswer(0, "1 − 1.")),
    ...     hints=("Count on from 1.",), explanation="One more than one is two.",
    ... ).key
    Fraction(2, 1)
    """

    id: str
    comparator: Comparator
    reference: Callable[[], object]
    wrong_answers: tuple[WrongAnswer, ...]
    hints: tuple[str, ...]
    explanation: str

    @cached_property
    def key(self) -> Any:
        """The reference answer, as the comparator reads it."""
        return self.comparator.read(self.reference())

    @cached_property
    def wrong_values(self) -> tuple[Any, ...]:
        """The wrong answers' values in their order, as the comparator reads them."""
        return tuple(self.comparator.read(plain(wrong.value)) for wrong in self.wrong_answers)


@dataclass(frozen=True)
class Prediction:
    """A question to commit to before the reveal.

    `options` maps each option's text to the feedback for whoever chose it; no text is a bare whole number, since
    numbers choose an option by its place. `answer()` computes the text of the right option, so that the key follows
    from the library. `reveal` is shown to everyone after the feedback. Texts may hold marks, as those of exercises.
    """

    id: str
    question: str
    options: Mapping[str, str]
    answer: Callable[[], str]
    reveal: str

    @property
    def right_option(self) -> str:
        """The computed answer, one of the options' texts."""
        answer = self.answer()
        if answer not in self.options:
            raise ValueError(f"answer of {self.id}: computed {answer!r}, which is none of {list(self.options)}")
        return answer

    def outcome(self, option: str) -> tuple[str, str]:
        """What the learner reads after committing to the option: whether it was right, and why."""
        right = self.right_option
        verdict = "Your prediction was right." if option == right else f"Not this time. The answer is: {right}."
        return verdict, f"{self.options[option]} {self.reveal}"

    def option_meant(self, choice: object) -> str | None:
        """The option meant by its place, from 1, or by its text; `None` where there is none."""
        for place, option in enumerate(self.options, 1):
            names = (str(place), spelling(option), spelling(plain_text(option)))
            named = isinstance(choice, str) and spelling(choice) in names
            if named or (type(choice) is int and choice == place):
                return option
        return None

    @property
    def text(self) -> str:
        """The question with its numbered options, as plain text."""
        lines = [self.question, *(f"  {i}. {option}" for i, option in enumerate(self.options, 1))]
        return plain_text("\n".join(lines))


@dataclass(frozen=True)
class Lesson:
    """A lesson's number, the key of its exercises' ids, file name without number and ending, title, and minutes.

    Numbers are for reading: they change when lessons come in between. The key stays, and with it every learner's
    progress.
    """

    number: int
    key: str
    slug: str
    title: str
    minutes: int

    @property
    def stem(self) -> str:
        return f"{self.number:02d}_{self.slug}"


LESSONS = (
    Lesson(0, "start", "start_here", "Start here", 37),
    Lesson(1, "limits", "take_one_sided_limits", "Take one-sided limits", 52),
    Lesson(2, "step", "choose_a_step", "Choose a step", 51),
    Lesson(3, "proof", "prove_no_derivative_at_0", "Prove that ReLU has no derivative at 0", 54),
    Lesson(4, "reading", "read_a_proof_critically", "Read a proof critically", 47),
    Lesson(5, "frameworks", "ask_your_framework", "Ask your framework", 53),
    Lesson(6, "programs", "differentiate_programs", "Differentiate programs, not functions", 53),
    Lesson(7, "subgradients", "choose_a_subgradient", "Choose a subgradient", 56),
    Lesson(8, "network_slope", "slope_of_a_network", "Find the slope of a whole network", 53),
    Lesson(9, "small", "measure_what_is_small", "Measure what is small", 56),
    Lesson(10, "zeros", "hunt_for_exact_zeros", "Hunt for exact zeros", 55),
    Lesson(11, "training", "train_a_network_in_numpy", "Train a network in NumPy", 60),
    Lesson(12, "depth", "go_deep", "Go deep", 60),
    Lesson(13, "finding", "find_dead_units", "Find dead units", 58),
    Lesson(14, "dead_units", "revive_dead_units", "Revive dead units", 56),
    Lesson(15, "rectifiers", "bend_the_rectifier", "Bend the rectifier", 59),
    Lesson(16, "smooth", "smooth_the_kink", "Smooth the kink", 60),
    Lesson(17, "comparison", "compare_fairly", "Compare fairly", 60),
    Lesson(18, "maxout", "learn_the_activation", "Learn the activation", 60),
    Lesson(19, "maxout_training", "train_maxout", "Train maxout", 60),
    Lesson(20, "linear_paths", "keep_the_path_linear", "Keep the path linear", 60),
    Lesson(21, "recurrent", "remember_over_time", "Remember over time", 60),
    Lesson(22, "autodiff", "build_a_right_autodiff", "Build an autodiff that is right", 60),
    Lesson(23, "paper", "reproduce_a_paper", "Reproduce a paper", 60),
    Lesson(24, "audit", "audit_a_paper", "Audit a paper", 60),
)

# The first ids had the lesson's number in front. Progress files and notebooks that learners keep still hold them.
NUMBERED_KEYS = ("start", "limits", "proof", "frameworks", "subgradients", "zeros", "training", "dead_units")


def lasting_id(id: str) -> str:
    """The id that an exercise or a prediction is known by; `id` may be one with the number of its lesson in front.

    >>> lasting_id("2.3"), lasting_id("02.p1"), lasting_id("proof.3"), lasting_id("9.9")
    ('proof.3', 'proof.p1', 'proof.3', '9.9')
    """
    numbered = re.fullmatch(r"0?([0-7])\.(p?[0-9]+)", id)
    return f"{NUMBERED_KEYS[int(numbered[1])]}.{numbered[2]}" if numbered else id


@cache
def exercises_of(key: str) -> dict[str, Exercise]:
    """The exercises of the lesson with this key by id, in their order."""
    return {exercise.id: exercise for exercise in _room(key).EXERCISES}


@cache
def predictions_of(key: str) -> dict[str, Prediction]:
    """The predictions of the lesson with this key by id, in their order."""
    return {prediction.id: prediction for prediction in _room(key).PREDICTIONS}


def find_exercise(id: object) -> Exercise | str:
    """The exercise with this id, or a sentence that helps to find the one meant."""
    return _find(id, "exercise", "proof.3", exercises_of)


def find_prediction(id: object) -> Prediction | str:
    """The prediction with this id, or a sentence that helps to find the one meant."""
    return _find(id, "prediction", "proof.p1", predictions_of)


def written_solution(id: str) -> str:
    """The lines that solve an exercise, as its lesson has them; "" where the lessons' sources are not at hand.

    Where they stand in a function, the whole function is given.
    """
    path = next((path for path in SOURCES.glob("*.py") if f'check("{id}"' in path.read_text(encoding="utf-8")), None)
    if path is None:
        return ""
    cells = path.read_text(encoding="utf-8").split("\n# %%")
    cell = next((cell for cell in cells if f'check("{id}"' in cell), "")
    lines: list[str] = []
    for part in FUNCTION_OR_BLOCK.findall(cell):
        if "# begin solution:" in part:
            lines += [line for line in part.rstrip().split("\n") if not MARKER.match(line)]
    return "\n".join(lines).rstrip()


def _room(key: str) -> ModuleType:
    modules = importlib.import_module("course_lib.topics").EXERCISES
    return importlib.import_module(f"course_lib.topics.{modules[key]}")


Entry = TypeVar("Entry", Exercise, Prediction)


def _find(id: object, kind: str, example: str, entries_of: Callable[[str], dict[str, Entry]]) -> Entry | str:
    if not isinstance(id, str):
        return f'An id is written in quotes, such as "{example}".'
    name = lasting_id(id.strip())
    key, _, _ = name.partition(".")
    keys = [lesson.key for lesson in LESSONS]
    # An exercise that moved to another lesson keeps its id, so the lesson of that key comes first and then the others.
    for lesson in sorted(keys, key=lambda other: other != key):
        if name in entries_of(lesson):
            return entries_of(lesson)[name]
    none = f'There is no {kind} "{id.strip()[:40]}".'
    if key not in keys:
        near = difflib.get_close_matches(key, keys, n=1) if len(key) < 40 else []
        meant = f' Did you mean "{near[0]}"?' if near else ""
        return f"{none}{meant} An id begins with a lesson's word; the words are {', '.join(keys)}."
    entries = entries_of(key)
    close = difflib.get_close_matches(name, entries, n=3) or list(entries)
    listed = ", ".join(f'"{entry}"' for entry in sorted(close, key=list(entries).index))
    return f'{none} Under "{key}" there are {listed}.'
