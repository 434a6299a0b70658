"""A prediction as data: a question, options with feedback, and an answer that the library computes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
