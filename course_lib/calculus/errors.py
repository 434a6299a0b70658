"""Errors for questions that calculus cannot answer with certainty.

They are not for bad input, which gets ``TypeError`` or ``ValueError``.
"""


class Undecided(ArithmeticError):
    """The question has an answer that this library cannot establish; the message says what is missing."""


class UndecidedEquality(Undecided):
    """Two expressions agree at every point tried, and no proof was found that they are the same function."""


class UndecidedLimit(Undecided):
    """Symbolic and numerical evidence do not settle a limit. ``symbolic`` and ``numerical`` hold both findings."""

    def __init__(self, question: str, symbolic: object, numerical: object) -> None:
        super().__init__(f"{question} is not decided. Symbolic: {symbolic}. Numerical: {numerical}.")
        self.symbolic, self.numerical = symbolic, numerical


class LimitDisagreement(ArithmeticError):
    """The symbolic and the numerical limit differ. ``symbolic`` and ``numerical`` hold both findings."""

    def __init__(self, question: str, symbolic: object, numerical: object) -> None:
        super().__init__(f"{question}: two methods disagree. Symbolic: {symbolic}. Numerical: {numerical}.")
        self.symbolic, self.numerical = symbolic, numerical
