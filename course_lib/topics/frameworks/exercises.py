"""Exercises and predictions of this topic. Keys come from the library, not from memory."""

import numpy as np
import sympy as sp

from course_lib.exercises.compare import Boolean, Number, Sequence, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.topics.frameworks.answers import (
    GHOST,
    MENDED,
    PRODUCT,
    SPELLED,
    TIED_CANDIDATES,
    MendedFunction,
    answers_for_maximum,
    central_difference_verdict,
    derivative_of_the_identity,
    product_of_duals,
    relu6_slopes,
    slope_for_uneven_parts,
    slopes_of_choices,
    spelled_relu,
    tied_verdicts,
    what_the_check_says,
)
from course_lib.topics.frameworks.dual_numbers import relu
from course_lib.topics.frameworks.experiment import S, identity, relu2, zero, zero_with_slope_one

half = sp.Rational(1, 2)


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
        id="frameworks.1",
        comparator=PRODUCT,
        reference=lambda: product_of_duals,
        wrong_answers=(
            WrongAnswer(
                lambda a, b: (a[0] * b[0], a[1] * b[1]),
                "A product's slope is not the product of the slopes: take x · x at 3.",
            ),
            WrongAnswer(lambda a, b: (a[0] * b[0], a[1] + b[1]), "That is the slope of a sum."),
            WrongAnswer(lambda a, b: (a[0] * b[0], a[1] * b[0]), "One half of the product rule is missing."),
            WrongAnswer(
                lambda a, b: (a[1] * b[0] + a[0] * b[1], a[0] * b[0]), "The two are swapped: the value comes first."
            ),
        ),
        hints=("The product rule: (fg)' = f'g + fg'.", "a[0] is f, a[1] is f', b[0] is g, b[1] is g'."),
        explanation=(
            r"$(a + a'\varepsilon)(b + b'\varepsilon) = ab + (a'b + ab')\varepsilon$, since "
            r"$\varepsilon^2 = 0$."
        ),
    ),
    Exercise(
        id="frameworks.2",
        comparator=Sequence(Symbolic((S,)), Symbolic((S,))),
        reference=relu6_slopes,
        wrong_answers=(
            WrongAnswer([S, S], "At 6 the first ReLU is active, with slope 1. The second is subtracted."),
            WrongAnswer([S, -S], "At 6 the first ReLU has slope 1."),
            WrongAnswer([S, 1], "At 6 the second ReLU is on its kink, and its slope s is subtracted."),
            WrongAnswer([0, 1], "That is so for s = 0. What if s is another number?"),
            WrongAnswer([0, 0], "The rules do not know that you meant a clip: they add the slopes of two ReLUs."),
            WrongAnswer([1 - S, S], "The two are swapped: 0 comes first."),
        ),
        hints=("At 0 the second ReLU gets −6 and has slope 0.", "At 6 the first has slope 1, the second gets 0."),
        explanation="s at 0 and 1 − s at 6: with s = 0 the two ends get 0 and 1.",
    ),
    Exercise(
        id="frameworks.3",
        comparator=SPELLED,
        reference=lambda: spelled_relu,
        wrong_answers=(
            WrongAnswer(lambda t, c: relu(t), "That is ReLU with the derivative 0. It does not use c."),
            WrongAnswer(lambda t, c: relu2(t), "That is ReLU with the derivative 1. It does not use c."),
            WrongAnswer(lambda t, c: relu(t) + c * t, "The derivative is c, but the function is no longer ReLU."),
            WrongAnswer(lambda t, c: c * relu2(t), "The derivative is c, but the function is c times ReLU."),
            WrongAnswer(lambda t, c: relu(t) - c * zero(t), "The derivative is −c. Turn the difference round."),
        ),
        hints=(
            "You know a program that computes 0 and has the automatic derivative 1 − 2s.",
            "With s = 0 that derivative is 1. Add c times the zero program to ReLU.",
        ),
        explanation="Adding 0 changes no value. This 0 has the automatic derivative 1, so it can be made anything.",
    ),
    Exercise(
        id="frameworks.4",
        comparator=Number(absolute=0.001),
        reference=slope_for_uneven_parts,
        wrong_answers=(
            WrongAnswer(0.5, "½ is right with one ReLU in each part. Here the first part has two."),
            WrongAnswer(1 / sp.sqrt(2), "That is right with two ReLUs in each part. Here the second part has one."),
            WrongAnswer(
                sp.Rational(1, 3), "The slopes of nested functions multiply; they do not add: $s^2$, not $2s$."
            ),
            WrongAnswer(-(1 + sp.sqrt(5)) / 2, "That solves $s^2 + s = 1$, but it is below 0. Take the other root."),
            WrongAnswer(
                (1 + sp.sqrt(5)) / 2,
                "That solves $s^2 - s = 1$. relu(−t) has the inner derivative −1, so the second part adds s.",
            ),
            WrongAnswer(
                sp.cbrt(half),
                r"That would be $s^3 = \frac{1}{2}$. The parts add up, $s^2$ and s; they are not multiplied.",
            ),
            WrongAnswer(0, "With s = 0 the derivative is 0. It has to be 1."),
            WrongAnswer(1, "With s = 1 the derivative is 2."),
        ),
        hints=("The first part has the derivative $s^2$, the second adds s.", "$s^2 + s = 1$."),
        explanation=(
            r"$s^2 + s = 1$ gives $\frac{\sqrt{5} - 1}{2}$, about 0.618: one more value of s that suits no other "
            "program here."
        ),
    ),
    Exercise(
        id="frameworks.5",
        comparator=MendedFunction("assign"),
        reference=lambda: MENDED["assign"],
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
        id="frameworks.6",
        comparator=MendedFunction("mask"),
        reference=lambda: MENDED["mask"],
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
        id="frameworks.7",
        comparator=MendedFunction("average"),
        reference=lambda: MENDED["average"],
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
            r"Compute left = $\frac{f(x) - f(x - h)}{h}$ and right = $\frac{f(x + h) - f(x)}{h}$.",
            "If they differ, sort them, and ask whether the claim lies between.",
        ),
        explanation="Two one-sided differences see the kink. check_gradient of this course works this way.",
    ),
    Exercise(
        id="frameworks.8",
        comparator=MendedFunction("grader"),
        reference=lambda: MENDED["grader"],
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
        explanation="The shares sum to 1. Equal shares are one subgradient, 'the first takes all' is another.",
    ),
    Exercise(
        id="frameworks.10",
        comparator=Sequence(Number(), Number(), Number(), Number()),
        reference=slopes_of_choices,
        wrong_answers=(
            WrongAnswer([0, 0, 0, 0], "All four are ReLU, but they are four programs."),
            WrongAnswer([1, 0, 1, 0.5], "In the product both factors are 0 at 0: 1 · 0 + 0 · 0."),
            WrongAnswer([1, 1, 0, 0.5], "t > 0 is false at 0, so the branch 0 is taken, and its slope is 0."),
            WrongAnswer([1, 0, 0, 0], "Half of t gives ½, half of |t| gives 0."),
            WrongAnswer([1, 0, 0, 1], "At 0 |t| has slope 0, and not 1: half of t gives ½, half of |t| gives 0."),
            WrongAnswer([1, 0, 0.5, 0.5], "Nothing is halved in the product: the choice gives 0 there, with slope 0."),
            WrongAnswer([0, 1, 0, 0.5], "The two are swapped: t >= 0 is true at 0, and t > 0 is false."),
        ),
        hints=("A choice has the slope of the branch that is taken.", "For the product use the product rule at t = 0."),
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
        ),
        hints=(
            "Near (1, 1, 0) the gradient is (1, 0, 0) or (0, 1, 0). The set holds all their weighted means.",
            "No entry is negative, the third is 0, and the sum is 1.",
        ),
        explanation="(p, 1 − p, 0) with p from 0 to 1, and nothing else.",
    ),
    Exercise(
        id="frameworks.12",
        comparator=GHOST,
        reference=lambda: zero_with_slope_one,
        wrong_answers=(
            WrongAnswer(zero, "That is 0 with the derivative 1 − 2s: right for s = 0 only."),
            WrongAnswer(
                lambda t: zero(zero(t)), "That is 0 with the derivative $(1 - 2s)^2$. What is missing up to 1?"
            ),
            WrongAnswer(
                lambda t: 4 * (relu(t) - relu(relu(t))),
                "That is 0 with the derivative 4s(1 − s). What is missing up to 1?",
            ),
            WrongAnswer(identity, "That is t, not 0."),
            WrongAnswer(lambda t: 0 * t, "That is 0, and the rules see it: the derivative is 0."),
        ),
        hints=(
            "zero(zero(t)) has the derivative $(1 - 2s)^2 = 1 - 4s + 4s^2$.",
            "relu(t) − relu(relu(t)) is 0 as well, with the derivative $s - s^2$.",
            "$(1 - 2s)^2 + 4(s - s^2) = 1$.",
        ),
        explanation="A smooth function, 0, and an automatic derivative that is wrong for every s.",
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
        reveal="The first figure shows them, framework by framework.",
    ),
    Prediction(
        id="frameworks.p2",
        question=(
            "x is written as relu(x) − relu(−x). A framework takes 0 as the slope of ReLU at 0. What does it return as "
            "the derivative at 0?"
        ),
        options={
            "the value 0": "Each part has slope 0 at 0, and the rules add them up.",
            "the value 1": "That is the derivative of the function. The framework sees the program.",
            "the value 2": "That would be so with slope 1 at 0.",
            "an error": "There is nothing to complain about: each rule has a value to return.",
        },
        answer=derivative_of_the_identity,
        reveal="The function is x and has the derivative 1. The section 'Derive' shows where the 1 got lost.",
    ),
    Prediction(
        id="frameworks.p3",
        question=(
            "A gradient check compares a claimed slope with the central difference. It gets |x| at 0 with the claim 0. "
            "What does it say?"
        ),
        options={
            "it says 'right'": (
                r"The difference is $\frac{|h| - |-h|}{2h} = 0$, so the claim fits. There is no derivative."
            ),
            "it says 'wrong'": "|x| has no derivative at 0, but the central difference does not know that.",
            "it warns of a kink": "It would have to look at both sides one by one. A central difference does not.",
        },
        answer=what_the_check_says,
        reveal="The third exhibit is such a check.",
    ),
]
