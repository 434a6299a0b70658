"""An exercise as data: its question, its key derived from the library, and the wrong answers that people give."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from course_lib.exercises.compare import Comparator

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
    """One checked exercise.

    ``comparator`` says what counts as an answer; the key is ``reference()`` as the comparator reads it. ``question`` is
    one sentence and states every assumption and tolerance. ``explanation`` is shown on success and in the solution,
    ``written`` is the answer as a learner would type it. Raises ``ValueError`` for an id that is not like "2.3", for
    fewer than three wrong answers, for no hint, and for a blank or repeated text.

    >>> from course_lib.exercises.compare import Number
    >>> Exercise(
    ...     id="9.1", question="What is 1 + 1?", comparator=Number(), reference=lambda: 1 + 1, written="2",
    ...     wrong_answers=(WrongAnswer(1, "That is 1 × 1."), WrongAnswer(11, "1 beside 1."), WrongAnswer(0, "1 − 1.")),
    ...     hints=("Count on from 1.",), explanation="One more than one is two.",
    ... ).key
    Fraction(2, 1)
    """

    id: str
    question: str
    comparator: Comparator
    reference: Callable[[], object]
    written: str
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
        for text in (self.question, self.written, self.explanation, *self.hints, *feedback):
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
