"""Exercises of lesson 03. Keys come from the library, not from memory."""

import sympy as sp

from course_lib.exercises.compare import Boolean, Number, Sequence, Symbolic
from course_lib.exercises.exercise import Exercise, WrongAnswer
from course_lib.exercises.lesson_03_keys import (
    GHOST,
    PRODUCT,
    SPELLED,
    TIED_CANDIDATES,
    S,
    half,
    identity,
    mirrored,
    product_of_duals,
    relu,
    relu2,
    relu6_slopes,
    slope_for_uneven_parts,
    slopes_of_choices,
    spelled_relu,
    tied_verdicts,
    zero,
)
from course_lib.exercises.lesson_03_museum import EXERCISES as MUSEUM
from course_lib.exercises.lesson_03_predictions import PREDICTIONS as PREDICTIONS
from course_lib.experiments.programs import zero_with_slope_one

EXERCISES = [
    Exercise(
        id="3.1",
        question="Write product(a, b) for dual numbers given as pairs (value, slope); it returns such a pair.",
        comparator=PRODUCT,
        reference=lambda: product_of_duals,
        written="def product(a, b):\n    return a[0] * b[0], a[1] * b[0] + a[0] * b[1]",
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
        explanation="(a + a'ε)(b + b'ε) = ab + (a'b + ab')ε, since ε² = 0.",
    ),
    Exercise(
        id="3.2",
        question=(
            "relu6 is written as relu(t) − relu(t − 6), and ReLU has slope s at 0. What is the automatic derivative at "
            "0, and at 6? A list of two formulas in s."
        ),
        comparator=Sequence(Symbolic((S,)), Symbolic((S,))),
        reference=relu6_slopes,
        written="[s, 1 - s]",
        wrong_answers=(
            WrongAnswer([S, S], "At 6 the first ReLU is active, with slope 1. The second is subtracted."),
            WrongAnswer([S, -S], "At 6 the first ReLU has slope 1."),
            WrongAnswer([0, 1], "That is so for s = 0. What if s is another number?"),
            WrongAnswer([0, 0], "The rules do not know that you meant a clip: they add the slopes of two ReLUs."),
            WrongAnswer([1 - S, S], "The two are swapped: 0 comes first."),
        ),
        hints=("At 0 the second ReLU gets −6 and has slope 0.", "At 6 the first has slope 1, the second gets 0."),
        explanation="s at 0 and 1 − s at 6: with s = 0 the two ends get 0 and 1.",
    ),
    Exercise(
        id="3.3",
        question=(
            "Write spelled(t, c): ReLU for every t, with automatic derivative c at 0 if ReLU has slope 0 there. It is "
            "tried with c = −1, 2 and 1/4."
        ),
        comparator=SPELLED,
        reference=lambda: spelled_relu,
        written="def spelled(t, c):\n    return relu(t) + c * (relu(-t) + t - relu(t))",
        wrong_answers=(
            WrongAnswer(lambda t, c: relu(t), "That is ReLU with the derivative 0. It does not use c."),
            WrongAnswer(lambda t, c: relu2(t), "That is ReLU with the derivative 1. It does not use c."),
            WrongAnswer(lambda t, c: relu(t) + c * t, "The derivative is c, but the function is no longer ReLU."),
            WrongAnswer(lambda t, c: c * relu2(t), "The derivative is c, but the function is c times ReLU."),
            WrongAnswer(mirrored, "The derivative is −c. Turn the difference round."),
        ),
        hints=(
            "You know a program that computes 0 and has the automatic derivative 1 − 2s.",
            "With s = 0 that derivative is 1. Add c times the zero program to ReLU.",
        ),
        explanation="Adding 0 changes no value. This 0 has the automatic derivative 1, so it can be made anything.",
    ),
    Exercise(
        id="3.4",
        question=(
            "relu(relu(t)) − relu(−t) is t. For which s in [0, 1] is its automatic derivative at 0 right? The answer "
            "counts within 0.001."
        ),
        comparator=Number(absolute=0.001),
        reference=slope_for_uneven_parts,
        written="(5**0.5 - 1) / 2",
        wrong_answers=(
            WrongAnswer(0.5, "½ is right with one ReLU in each part. Here the first part has two."),
            WrongAnswer(sp.sqrt(half), "That is right with two ReLUs in each part. Here the second part has one."),
            WrongAnswer(sp.Rational(1, 3), "The slopes of nested functions multiply; they do not add: s², not 2s."),
            WrongAnswer((1 + sp.sqrt(5)) / 2, "That solves the equation, but it is above 1. There is another root."),
            WrongAnswer(1, "With s = 1 the derivative is 2."),
        ),
        hints=("The first part has the derivative s², the second adds s.", "s² + s = 1."),
        explanation="s² + s = 1 gives (√5 − 1)/2, about 0.618: one more value of s that suits no other program here.",
    ),
    *MUSEUM,
    Exercise(
        id="3.10",
        question=(
            "At 0, with slope 0 of |t| there: the automatic derivatives of where(t >= 0, t, 0), where(t > 0, t, 0), "
            "t·where(t > 0, 1, 0) and (t + |t|)/2? A list of four."
        ),
        comparator=Sequence(Number(), Number(), Number(), Number()),
        reference=slopes_of_choices,
        written="[1, 0, 0, 1 / 2]",
        wrong_answers=(
            WrongAnswer([0, 0, 0, 0], "All four are ReLU, but they are four programs."),
            WrongAnswer([1, 0, 1, 0.5], "In the product both factors are 0 at 0: 1 · 0 + 0 · 0."),
            WrongAnswer([1, 1, 0, 0.5], "t > 0 is false at 0, so the branch 0 is taken, and its slope is 0."),
            WrongAnswer([1, 0, 0, 0], "Half of t gives ½, half of |t| gives 0."),
        ),
        hints=("A choice has the slope of the branch that is taken.", "For the product use the product rule at t = 0."),
        explanation="1, 0, 0 and ½: no rule for ReLU is asked at all.",
    ),
    Exercise(
        id="3.11",
        question=(
            "Which of these are in the Clarke subdifferential of max(x₁, x₂, x₃) at (1, 1, 0): "
            f"{', '.join(map(str, TIED_CANDIDATES))}? A list of five, True or False."
        ),
        comparator=Sequence(*(Boolean() for _ in TIED_CANDIDATES)),
        reference=tied_verdicts,
        written="[True, True, False, True, False]",
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
            WrongAnswer([False, True, False, True, False], "(1, 0, 0) is a gradient nearby, where x₁ is the largest."),
        ),
        hints=(
            "Near (1, 1, 0) the gradient is (1, 0, 0) or (0, 1, 0). The set holds all their weighted means.",
            "No entry is negative, the third is 0, and the sum is 1.",
        ),
        explanation="(p, 1 − p, 0) with p from 0 to 1, and nothing else.",
    ),
    Exercise(
        id="3.12",
        question="Write ghost(t): 0 for every t, with automatic derivative 1 at 0 whatever slope s ReLU has at 0.",
        comparator=GHOST,
        reference=lambda: zero_with_slope_one,
        written=(
            "def ghost(t):\n"
            "    def zero(t):\n"
            "        return relu(-t) + t - relu(t)\n"
            "\n"
            "    return 4 * (relu(t) - relu(relu(t))) + zero(zero(t))"
        ),
        wrong_answers=(
            WrongAnswer(zero, "That is 0 with the derivative 1 − 2s: right for s = 0 only."),
            WrongAnswer(lambda t: zero(zero(t)), "That is 0 with the derivative (1 − 2s)². What is missing up to 1?"),
            WrongAnswer(
                lambda t: 4 * (relu(t) - relu(relu(t))),
                "That is 0 with the derivative 4s(1 − s). What is missing up to 1?",
            ),
            WrongAnswer(identity, "That is t, not 0."),
            WrongAnswer(lambda t: 0 * t, "That is 0, and the rules see it: the derivative is 0."),
        ),
        hints=(
            "zero(zero(t)) has the derivative (1 − 2s)² = 1 − 4s + 4s².",
            "relu(t) − relu(relu(t)) is 0 as well, with the derivative s − s².",
            "(1 − 2s)² + 4(s − s²) = 1.",
        ),
        explanation="A smooth one whose automatic derivative is wrong for every s. (where(t == 0, t, 0) is one, too.)",
    ),
]
