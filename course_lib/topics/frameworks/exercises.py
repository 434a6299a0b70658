"""Exercises and predictions of *Ask your framework*. Keys come from the library, not from memory."""

import numpy as np

from course_lib.exercises.compare import Boolean, Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.topics.frameworks.answers import (
    MENDED,
    TIED_CANDIDATES,
    MendedFunction,
    answers_for_maximum,
    central_difference_verdict,
    slopes_of_choices,
    tied_verdicts,
    verdict_if,
)


def _without_tolerance_at_the_ends(f, x, claimed, h=1e-6):  # type: ignore[no-untyped-def]
    left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
    if not min(left, right) <= claimed <= max(left, right):
        return "wrong"
    return "right" if abs(left - right) < 1e-4 else "kink"


def _slopes_compared_exactly(f, x, claimed, h=1e-6):  # type: ignore[no-untyped-def]
    left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
    if not min(left, right) - 1e-4 <= claimed <= max(left, right) + 1e-4:
        return "wrong"
    return "right" if left == right else "kink"


EXERCISES = [
    Exercise(
        id="frameworks.8",
        comparator=MendedFunction("grader"),
        reference=lambda: MENDED["grader"],
        wrong_answers=(
            WrongAnswer(
                lambda slope: slope(-2) == 0 and slope(0) == 1 and slope(2) == 1,
                "That accepts one of the Clarke subgradients and rejects all others.",
            ),
            WrongAnswer(
                lambda slope: slope(-2) == 0 and slope(0) == 0 and slope(2) == 1,
                "Now 0 is the only one. 1 and ½ are Clarke subgradients as well.",
            ),
            WrongAnswer(
                lambda slope: slope(-2) == 0 and slope(0) in (0, 0.5, 1) and slope(2) == 1,
                "Three values are not an interval: 0.01 is a Clarke subgradient, too.",
            ),
            WrongAnswer(
                lambda slope: slope(-2) == 0 and slope(2) == 1,
                "Now anything goes at 0: −1, 2 and NaN are no Clarke subgradients.",
            ),
            WrongAnswer(lambda slope: 0 <= slope(0) <= 1, "Left and right of 0 there is one right answer. Check it."),
        ),
        hints=("Which numbers form the Clarke set of ReLU at 0?", "Two comparisons: 0 <= slope(0) <= 1."),
        explanation="[0, 1] is the whole set: every value in it is right, and no other.",
    ),
    Exercise(
        id="frameworks.10",
        comparator=Sequence(Number(), Number(), Number(), Number()),
        reference=slopes_of_choices,
        wrong_answers=(
            WrongAnswer([0, 0, 0, 0], "All four are ReLU, but they are four programs."),
            WrongAnswer([1, 0, 1, 0.5], "In the product both factors are 0 at 0: 1 · 0 + 0 · 0."),
            WrongAnswer([1, 1, 0, 0.5], "x > 0 is false at 0, so the branch 0 is taken, and its slope is 0."),
            WrongAnswer([1, 0, 0, 0], "Half of x gives ½, half of |x| gives 0."),
            WrongAnswer([1, 0, 0, 1], "At 0 |x| has slope 0, and not 1: half of x gives ½, half of |x| gives 0."),
            WrongAnswer([1, 0, 0.5, 0.5], "Nothing is halved in the product: the comparison is 0 there, with slope 0."),
            WrongAnswer([0, 0, 0, 0.5], "x >= 0 is true at 0, so the branch x is taken, and its slope is 1."),
            WrongAnswer([0, 1, 0, 0.5], "The two are swapped: x >= 0 is true at 0, and x > 0 is false."),
        ),
        hints=("A choice has the slope of the branch that is taken.", "For the product use the product rule at x = 0."),
        explanation="1, 0, 0 and ½: no rule for ReLU is asked at all.",
    ),
    Exercise(
        id="frameworks.11",
        comparator=Sequence(*(Boolean() for _ in TIED_CANDIDATES)),
        reference=tied_verdicts,
        wrong_answers=(
            WrongAnswer(
                [True, True, True, True, False],
                "(1, 1, 0) counts the tie twice: moving all entries by h would move the maximum by 2h.",
            ),
            WrongAnswer(
                [True, True, False, False, False],
                "The shares need not be equal: (¼, ¾, 0) is a mean of (1, 0, 0) and (0, 1, 0), too.",
            ),
            WrongAnswer(
                [True, True, False, True, True], "The third entry is smaller: near the point it is never the maximum."
            ),
            WrongAnswer(
                [False, True, False, True, False], "(1, 0, 0) is a gradient nearby, where $x_1$ is the largest."
            ),
            WrongAnswer([True, False, False, True, False], "(½, ½, 0) is a mean of (1, 0, 0) and (0, 1, 0), too."),
            WrongAnswer([True, False, False, False, False], "Weighted means of gradients nearby belong to it, too."),
        ),
        hints=(
            "Near (1, 1, 0) the gradient is (1, 0, 0) or (0, 1, 0). The set holds all their weighted means.",
            "No entry is negative, the third is 0, and the sum is 1.",
        ),
        explanation="(p, 1 − p, 0) with p from 0 to 1, and nothing else.",
    ),
    Exercise(
        id="frameworks.7",
        comparator=MendedFunction("average"),
        reference=lambda: MENDED["average"],
        wrong_answers=(
            WrongAnswer(
                central_difference_verdict,
                "The central quotient is the mean of both slopes. Compare the claim with each of the two.",
            ),
            WrongAnswer(
                verdict_if(lambda left, right, claimed: left - 1e-4 <= claimed <= right + 1e-4),
                "At the kink of −|x| the left slope is the larger one.",
            ),
            WrongAnswer(verdict_if(lambda *_: True), "At a kink not every claim will do: 2 is no slope of |x|."),
            WrongAnswer(
                verdict_if(lambda left, right, claimed: min(left, right) <= claimed <= max(left, right)),
                "Measured slopes are a little off, so the tolerance counts at both ends as well: try ELU with α = 2.",
            ),
            WrongAnswer(
                _without_tolerance_at_the_ends,
                "The claim is compared without tolerance: rounding alone can put a right claim outside both slopes.",
            ),
            WrongAnswer(
                _slopes_compared_exactly,
                "The two slopes are compared without tolerance: measured slopes are hardly ever equal.",
            ),
        ),
        hints=(
            "A claim is wrong if it is below the smaller or above the larger slope, by more than the tolerance.",
            "What is not wrong is 'right' where the two slopes agree, and 'kink' where they differ.",
        ),
        explanation="Two one-sided differences see the kink. check_gradient of this course works this way.",
    ),
    Exercise(
        id="frameworks.9",
        comparator=MendedFunction("tie"),
        reference=lambda: MENDED["tie"],
        wrong_answers=(
            WrongAnswer(
                lambda x, upstream: (x == x.max()) * upstream,
                "Each of the tied entries still gets all of it: their sum is twice or three times too large.",
            ),
            WrongAnswer(
                lambda x, upstream: (x == x.max()) * upstream / len(x),
                "Divide by the number of the largest entries, not by the number of all.",
            ),
            WrongAnswer(
                lambda x, upstream: np.full(len(x), upstream / len(x)),
                "Entries that are not the largest get nothing: moving them does not move the maximum.",
            ),
            WrongAnswer(
                lambda x, upstream: (x == x.max()) / (x == x.max()).sum(),
                "The shares are right. Multiply them by the upstream gradient.",
            ),
        ),
        hints=(
            "Move all entries by h: the maximum moves by h. So what is the sum of the gradient?",
            "Count the largest entries with (x == x.max()).sum(), and divide by it. Or let the first take all.",
        ),
        explanation="The shares sum to 1. Equal shares are one Clarke subgradient, 'the first takes all' is another.",
    ),
    Exercise(
        id="frameworks.6",
        comparator=MendedFunction("mask"),
        reference=lambda: MENDED["mask"],
        wrong_answers=(
            WrongAnswer(lambda output: output >= 0, "After ReLU no output is below 0, so this is always true."),
            WrongAnswer(lambda output: output, "Those are the outputs. The slope of an active unit is 1."),
            WrongAnswer(lambda output: output <= 0, "The other way round: this is 1 where the unit is off."),
            WrongAnswer(lambda output: output > 0.5, "A small output is an active unit, too."),
        ),
        hints=("Which outputs can ReLU have?", "A unit that is off has the output 0. Use a strict inequality."),
        explanation="After ReLU, ≥ 0 holds always. > 0 tells the active units from the others.",
    ),
]

PREDICTIONS = [
    Prediction(
        id="frameworks.p1",
        question=(
            "Several frameworks are asked for the derivative of maximum(x, 0) at x = 0. How many different values come "
            "back?"
        ),
        options={
            "one value": "They agree on relu(x). maximum(x, 0) is another program.",
            "two values": "0 and 1 are the one-sided derivatives. Some frameworks share a tie between both arguments.",
            "three values": "Some pick a winner of the tie, in one way or the other, and some share it.",
            "more than three values": "There are fewer ways than that to treat a tie of two.",
        },
        answer=answers_for_maximum,
        reveal="The next figure shows them, library by library.",
    ),
]
