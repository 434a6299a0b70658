"""Exercises 3.5 to 3.9: the bugs of the museum, to be mended."""

import numpy as np

from course_lib.exercises.exercise import Exercise, WrongAnswer
from course_lib.exercises.lesson_03_answers import MendedFunction
from course_lib.exercises.lesson_03_keys import central_difference_verdict, reference_of


def _assigned(upstream, z, s):  # type: ignore[no-untyped-def]
    gradient = np.where(z > 0, upstream, 0.0)
    gradient[z == 0] = s
    return gradient


def _forward_verdict(f, x, claimed, h=1e-6):  # type: ignore[no-untyped-def]
    return "right" if abs((f(x + h) - f(x)) / h - claimed) < 1e-4 else "wrong"


def _in_order_verdict(f, x, claimed, h=1e-6):  # type: ignore[no-untyped-def]
    left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
    if abs(left - right) < 1e-4:
        return "right" if abs(claimed - left) < 1e-4 else "wrong"
    return "kink" if left <= claimed <= right else "wrong"


def _every_claim_verdict(f, x, claimed, h=1e-6):  # type: ignore[no-untyped-def]
    left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
    if abs(left - right) > 1e-4:
        return "kink"
    return "right" if abs(claimed - left) < 1e-4 else "wrong"


EXERCISES = [
    Exercise(
        id="3.5",
        question="Mend backward(upstream, z, s): where z is 0, the slope s has to multiply the upstream gradient.",
        comparator=MendedFunction("assign"),
        reference=lambda: reference_of("assign"),
        written=(
            "def backward(upstream, z, s):\n"
            "    gradient = np.where(z > 0, upstream, 0.0)\n"
            "    gradient[z == 0] = s * upstream[z == 0]\n"
            "    return gradient"
        ),
        wrong_answers=(
            WrongAnswer(_assigned, "That still sets the gradient to s. What if the upstream gradient is 3, or 0?"),
            WrongAnswer(
                lambda upstream, z, s: np.where(z >= 0, upstream, 0.0),
                "Now the slope at 0 is 1 whatever s is.",
            ),
            WrongAnswer(lambda upstream, z, s: s * upstream, "That multiplies everywhere, also away from the kink."),
            WrongAnswer(
                lambda upstream, z, s: np.where(z > 0, 1.0, np.where(z == 0, s, 0.0)),
                "Those are the slopes. The chain rule multiplies each by its upstream gradient.",
            ),
        ),
        hints=(
            "With upstream 1 both versions agree. Write down what the chain rule asks for with upstream 3.",
            "gradient[z == 0] needs s times the entries of upstream at the same places.",
        ),
        explanation="s · upstream: with upstream 1 nobody sees the difference, so test with another number.",
    ),
    Exercise(
        id="3.6",
        question="Mend relu_slope(output): from the output of ReLU, 1 where the unit is active and 0 elsewhere.",
        comparator=MendedFunction("mask"),
        reference=lambda: reference_of("mask"),
        written="def relu_slope(output):\n    return output > 0",
        wrong_answers=(
            WrongAnswer(lambda output: output >= 0, "After ReLU no output is below 0, so this is always true."),
            WrongAnswer(lambda output: output, "Those are the outputs. The slope of an active unit is 1."),
            WrongAnswer(lambda output: output <= 0, "The other way round: this is 1 where the unit is off."),
            WrongAnswer(lambda output: output * 0, "Now the slope is 0 everywhere, and nothing learns."),
            WrongAnswer(lambda output: output > 0.5, "A small output is an active unit, too."),
        ),
        hints=("Which outputs can ReLU have?", "A unit that is off has the output 0. Use a strict inequality."),
        explanation="After ReLU, ≥ 0 holds always. > 0 tells the active units from the others.",
    ),
    Exercise(
        id="3.7",
        question=(
            "Mend verdict(f, x, claimed): 'right' or 'wrong' where the slopes on both sides agree; where they differ, "
            "'kink' if the claim is between them and 'wrong' if not."
        ),
        comparator=MendedFunction("average"),
        reference=lambda: reference_of("average"),
        written=(
            "def verdict(f, x, claimed, h=1e-6):\n"
            "    left = (f(x) - f(x - h)) / h\n"
            "    right = (f(x + h) - f(x)) / h\n"
            "    if abs(left - right) < 1e-4:\n"
            "        return 'right' if abs(claimed - left) < 1e-4 else 'wrong'\n"
            "    return 'kink' if min(left, right) <= claimed <= max(left, right) else 'wrong'"
        ),
        wrong_answers=(
            WrongAnswer(
                central_difference_verdict,
                "The central difference is the mean of both slopes. Compute the two and compare them.",
            ),
            WrongAnswer(_forward_verdict, "That looks at the right side only. Compute the left slope as well."),
            WrongAnswer(_in_order_verdict, "At the kink of −|x| the left slope is the larger one."),
            WrongAnswer(_every_claim_verdict, "At a kink not every claim will do: 2 is no slope of |x|."),
        ),
        hints=(
            "Compute left = (f(x) - f(x - h))/h and right = (f(x + h) - f(x))/h.",
            "If they differ, sort them, and ask whether the claim lies between.",
        ),
        explanation="Two one-sided differences see the kink. check_gradient of this course works this way.",
    ),
    Exercise(
        id="3.8",
        question="Mend accepts(slope): slope is a function; accept it if it can be the slope of ReLU at −2, 0 and 2.",
        comparator=MendedFunction("grader"),
        reference=lambda: reference_of("grader"),
        written="def accepts(slope):\n    return slope(-2) == 0 and 0 <= slope(0) <= 1 and slope(2) == 1",
        wrong_answers=(
            WrongAnswer(
                lambda slope: slope(-2) == 0 and slope(0) == 1 and slope(2) == 1,
                "That accepts one of the subgradients and rejects all others.",
            ),
            WrongAnswer(
                lambda slope: slope(-2) == 0 and slope(0) == 0 and slope(2) == 1,
                "Now 0 is the only one. 1 and ½ are subgradients as well.",
            ),
            WrongAnswer(
                lambda slope: slope(-2) == 0 and slope(0) in (0, 0.5, 1) and slope(2) == 1,
                "Three values are not an interval: 0.01 is a subgradient, too.",
            ),
            WrongAnswer(
                lambda slope: slope(-2) == 0 and slope(2) == 1,
                "Now anything goes at 0: −1, 2 and NaN are no subgradients.",
            ),
            WrongAnswer(lambda slope: 0 <= slope(0) <= 1, "Left and right of 0 there is one right answer. Check it."),
        ),
        hints=("Which set is the Clarke subdifferential of ReLU at 0?", "Two comparisons: 0 <= slope(0) <= 1."),
        explanation="[0, 1] is the whole set: every value in it is right, and no other.",
    ),
    Exercise(
        id="3.9",
        question=(
            "Mend max_gradient(x, upstream): the largest entries of x share the upstream gradient among them. x itself "
            "stays as it is."
        ),
        comparator=MendedFunction("tie"),
        reference=lambda: reference_of("tie"),
        written=(
            "def max_gradient(x, upstream):\n    largest = x == x.max()\n    return largest * upstream / largest.sum()"
        ),
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
        explanation="The shares sum to 1. Equal shares are one subgradient, 'the first takes all' is another.",
    ),
]
