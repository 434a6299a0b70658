"""What comes back instead of a value: the verdict on a learner's answer, and the errors where nothing is certain.

The errors are for good questions that calculus cannot answer with certainty; bad input gets `TypeError` or
`ValueError`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from course_lib.marked import literal
from course_lib.stored import LOOKS, note_card

Status = Literal["passed", "not yet", "not attempted"]


@dataclass(frozen=True)
class Verdict:
    """Status and message: `passed`, `not yet` or `not attempted`, with one sentence for the learner.

    >>> Verdict("not yet", "The increment goes to 0, not x.")
    not yet: The increment goes to 0, not x.
    """

    status: Status
    message: str

    @property
    def passed(self) -> bool:
        return self.status == "passed"

    def __repr__(self) -> str:
        return f"{self.status}: {self.message}"

    def _repr_html_(self) -> str:
        return note_card(LOOKS[self.status].word, [literal(self.message)], status=self.status)


class Unsettled(ArithmeticError):
    """No answer is certain. The message names symbols as a person does, and cuts numbers that fill a line.

    >>> str(Unsettled("the sign of _h - 1" + 140 * "0"))
    'the sign of h - 100000… (141 digits)'
    """

    def __init__(self, message: str) -> None:
        named = re.sub(r"\b_([A-Za-z])", r"\1", message)  # SymPy writes a Dummy with a line in front.
        super().__init__(re.sub(r"\d{40,}", lambda digits: f"{digits[0][:6]}… ({len(digits[0])} digits)", named))


class Undecided(Unsettled):
    """The question has an answer that this library cannot establish; the message says what is missing."""


class UndecidedEquality(Undecided):
    """Two expressions agree at every point tried, and no proof was found that they are the same function."""


class UndecidedLimit(Undecided):
    """Symbolic and numerical evidence do not settle a limit. `symbolic` and `numerical` hold both findings."""

    def __init__(self, question: str, symbolic: object, numerical: object) -> None:
        super().__init__(f"{question} is not decided. Symbolic: {symbolic}. Numerical: {numerical}.")
        self.symbolic, self.numerical = symbolic, numerical


class LimitDisagreement(Unsettled):
    """The symbolic and the numerical limit differ. `symbolic` and `numerical` hold both findings."""

    def __init__(self, question: str, symbolic: object, numerical: object) -> None:
        super().__init__(f"{question}: two methods disagree. Symbolic: {symbolic}. Numerical: {numerical}.")
        self.symbolic, self.numerical = symbolic, numerical
