"""The lessons, in one list, and their exercises and predictions, imported only when one of them is asked for."""

import difflib
import importlib
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from course_lib.exercises.compare import Comparator

# An exercise as data: its key, derived from the library, and the wrong answers that people give.


FEWEST_WRONG_ANSWERS = 3


@dataclass(frozen=True)
class Lazy:
    """A value computed when it is first asked for, so that importing a lesson's exercises stays quick."""

    compute: Callable[[], object]


@dataclass(frozen=True)
class WrongAnswer:
    """A plausible wrong answer, plain or ``Lazy``, and the feedback that names its misconception."""

    value: object
    feedback: str


@dataclass(frozen=True)
class Exercise:
    """One checked exercise; its question and its solution stand in the lesson.

    ``comparator`` says what counts as an answer; the key is ``reference()`` as the comparator reads it.
    ``explanation`` is shown on success and in the solution. Raises ``ValueError`` for an id that is not like "2.3", for
    fewer than three wrong answers, for no hint, and for a blank or repeated text.

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

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d+\.\d+", self.id):
            raise ValueError(f'id: got {self.id!r}; accepted is lesson, dot, number, such as "2.3"')
        if not callable(self.reference):
            raise ValueError(
                f"reference of {self.id}: got {self.reference!r}; accepted is a function without arguments"
            )
        if len(self.wrong_answers) < FEWEST_WRONG_ANSWERS:
            raise ValueError(f"wrong_answers of {self.id}: got {len(self.wrong_answers)}; accepted are 3 or more")
        if isinstance(self.hints, str) or not self.hints:
            raise ValueError(f"hints of {self.id}: got {self.hints!r}; accepted is a tuple of one or more hints")
        feedback = [wrong.feedback for wrong in self.wrong_answers]
        for name, texts in (("feedback", feedback), ("hints", list(self.hints))):
            if len(set(texts)) < len(texts):
                raise ValueError(f"{name} of {self.id}: a text is repeated; each must say something of its own")
        for text in (self.explanation, *self.hints, *feedback):
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"texts of {self.id}: got {text!r}; accepted are strings that are not blank")

    @property
    def lesson(self) -> int:
        return int(self.id.split(".")[0])

    @cached_property
    def key(self) -> Any:
        """The reference answer, as the comparator reads it."""
        return self.comparator.read(self.reference())

    @cached_property
    def wrong_values(self) -> tuple[Any, ...]:
        """The wrong answers' values in their order, as the comparator reads them."""
        return tuple(self.comparator.read(plain(wrong.value)) for wrong in self.wrong_answers)


def plain(value: object) -> object:
    """The value itself; a ``Lazy`` one is computed."""
    return value.compute() if isinstance(value, Lazy) else value


# A prediction as data: a question, options with feedback, and an answer that the library computes.


CONFIDENCES = ("guessing", "fairly sure", "certain")


@dataclass(frozen=True)
class Prediction:
    """A question to commit to before the reveal.

    ``options`` maps each option's text to the feedback for whoever chose it. ``answer()`` computes the text of the
    right option, so that the key follows from the library. ``reveal`` is shown to everyone after the feedback. Raises
    ``ValueError`` for an id that is not like "2.p1", for fewer than two options, for blank texts, and for an option
    that is a bare whole number, since numbers choose an option by its place.
    """

    id: str
    question: str
    options: Mapping[str, str]
    answer: Callable[[], str]
    reveal: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d+\.p\d+", self.id):
            raise ValueError(f'id: got {self.id!r}; accepted is lesson, dot, p, number, such as "2.p1"')
        if len(self.options) < 2:
            raise ValueError(f"options of {self.id}: got {len(self.options)}; accepted are 2 or more")
        if not callable(self.answer):
            raise ValueError(f"answer of {self.id}: got {self.answer!r}; accepted is a function without arguments")
        for text in (self.question, self.reveal, *self.options, *self.options.values()):
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"texts of {self.id}: got {text!r}; accepted are strings that are not blank")
        for option in self.options:
            if option.strip().isdecimal():
                raise ValueError(
                    f'options of {self.id}: got {option!r}; write it with a word, such as "the value {option}"'
                )

    @property
    def lesson(self) -> int:
        return int(self.id.split(".")[0])

    @property
    def right_option(self) -> str:
        """The computed answer, one of the options' texts."""
        answer = self.answer()
        if answer not in self.options:
            raise ValueError(f"answer of {self.id}: computed {answer!r}, which is none of {list(self.options)}")
        return answer

    def outcome(self, option: str) -> str:
        """What the learner reads after committing to the option."""
        right = self.right_option
        opening = "Your prediction was right." if option == right else f"The answer is: {right}."
        return f"{opening} {self.options[option]} {self.reveal}"

    def number_or_text(self, choice: object) -> str | None:
        """The option meant by its place, from 1, or by its text; ``None`` where there is none."""
        if isinstance(choice, str):
            if choice.strip().isdecimal():
                choice = int(choice)
            else:
                wanted = " ".join(choice.casefold().split())
                return next((option for option in self.options if " ".join(option.casefold().split()) == wanted), None)
        if isinstance(choice, int) and not isinstance(choice, bool) and 1 <= choice <= len(self.options):
            return list(self.options)[choice - 1]
        return None

    @property
    def text(self) -> str:
        """The question with its numbered options."""
        return "\n".join([self.question, *(f"  {i}. {option}" for i, option in enumerate(self.options, 1))])


# The lessons, in one list, and their exercises and predictions, imported only when one of them is asked for.


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


SOURCES = Path(__file__).parents[2] / "lessons"
SOLUTION = re.compile(r"^[ \t]*# begin solution: .*\n((?:.*\n)*?)[ \t]*# end solution", re.MULTILINE)


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


def written_solution(id: str) -> str:
    """The lines that solve an exercise, as its lesson has them; "" where the lessons' sources are not at hand."""
    path = SOURCES / f"{next(lesson for lesson in LESSONS if lesson.number == int(id.split('.')[0])).stem}.py"
    if not path.is_file():
        return ""
    cells = path.read_text(encoding="utf-8").split("\n# %%")
    cell = next((cell for cell in cells if f'check("{id}"' in cell), "")
    return "\n".join(textwrap.dedent(block).rstrip() for block in SOLUTION.findall(cell))


def _module(lesson: int):  # type: ignore[no-untyped-def]
    rooms = importlib.import_module("course_lib.topics").EXERCISES
    return importlib.import_module(f"course_lib.topics.{rooms[lesson]}")


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
