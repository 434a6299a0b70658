"""Exercises and predictions of lesson 02."""

import sympy as sp

from course_lib.calculus import PiecewiseFunction, differentiability
from course_lib.exercises.compare import Boolean, Choice, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, WrongAnswer
from course_lib.exercises.lesson_02_keys import (
    CRITERIA,
    ahead_of_0,
    both_derivatives,
    criteria_passed_by_relu,
    failing_criterion,
    h,
    increments_with_quotient_0,
    quarter,
    relu,
    scales_without_a_kink,
    second_difference_of_abs,
    sympy_from_the_left,
    x,
)
from course_lib.exercises.lesson_02_proof import PUBLISHED_LINES, follows
from course_lib.exercises.prediction import Prediction

tenth, half = sp.Rational(1, 10), sp.Rational(1, 2)

EXERCISES = [
    Exercise(
        id="2.1",
        question="Which statements of the published proof are right as they stand? Give a list of five, True or False.",
        comparator=Sequence(*(Boolean() for _ in PUBLISHED_LINES)),
        reference=lambda: [follows(line) for line in PUBLISHED_LINES],
        written="[False, False, False, False, True]",
        wrong_answers=(
            WrongAnswer(
                [True, True, True, True, True],
                "The last one is right, but that does not make the way to it right: evaluate statement 4 at Δx = 1.",
            ),
            WrongAnswer(
                [True, False, False, False, True],
                "Look at statement 1 again: x is the point and stays where it is. Which letter has to go to 0?",
            ),
            WrongAnswer(
                [False, True, False, False, True],
                "Look at statement 2 again, and try x = −1/2 with Δx = 1.",
            ),
            WrongAnswer(
                [False, False, True, False, True],
                "Look at statement 3 again: f(x + Δx) − f(x) subtracts x. Which sign does x get?",
            ),
            WrongAnswer(
                [False, False, False, True, True],
                "Look at statement 4 again: 0 − Δx + 0 is −Δx.",
            ),
            WrongAnswer(
                [False, False, False, False, False],
                "Those before it are wrong, and still the right derivative of ReLU at 0 is 1. The slips cancel.",
            ),
        ),
        hints=(
            "Take the statements one at a time. A single counterexample is enough.",
            "Statement 4: put in Δx = 1 and compute both sides.",
        ),
        explanation="Four are wrong and the last is right: 3 turns two signs round, and 4 drops the minus again.",
    ),
    Exercise(
        id="2.2",
        question="Mend the SymPy derivation: what are the two limits, from the left and from the right? A list of two.",
        comparator=Sequence(Symbolic(), Symbolic()),
        reference=lambda: both_derivatives(sp.Max(0, x)),
        written="[sp.limit((0 - 0) / h, h, 0, '-'), sp.limit((h - 0) / h, h, 0, '+')]",
        wrong_answers=(
            WrongAnswer([0, 0], "That is what SymPy returned for the Piecewise. Choose the branch before the limit."),
            WrongAnswer([1, 1], "The left branch is 0, so its quotient is 0/h."),
            WrongAnswer([1, 0], "The two are swapped: the limit from the left comes first."),
            WrongAnswer([half, half], "½ is the central difference. It belongs to neither side."),
        ),
        hints=(
            "For h < 0 write the quotient with the branch 0, for h > 0 with the branch x.",
            "sp.limit((h - 0) / h, h, 0, '+') is the right one.",
        ),
        explanation="The side picks the branch first; the limit of a smooth quotient is then safe.",
    ),
    Exercise(
        id="2.3",
        question="Let f be ReLU. What is f(0 + h), first for h > 0, then for h < 0? Give a list of two.",
        comparator=Sequence(Symbolic((h,)), Symbolic((h,))),
        reference=ahead_of_0,
        written="[h, 0]",
        wrong_answers=(
            WrongAnswer([0, h], "The two are swapped: right of 0 the branch is x, left of 0 it is 0."),
            WrongAnswer([h, h], "That is the branch x on both sides. Left of 0, f is 0."),
            WrongAnswer([h, -h], "That is |h|. Left of 0, ReLU is 0, not −x."),
            WrongAnswer([1, 0], "Those are slopes. The question asks for the values f(h)."),
        ),
        hints=("Which branch holds at the point 0 + h?", "For h > 0 the point h lies right of 0, where f(x) = x."),
        explanation="The sign of h decides the branch, and with it everything that follows.",
    ),
    Exercise(
        id="2.4",
        question="Let f(x) = max(0, x) + min(0, x)/10. What are its left and right derivative at 0? A list of two.",
        comparator=Sequence(Symbolic(), Symbolic()),
        reference=lambda: both_derivatives(sp.Max(0, x) + sp.Min(0, x) / 10),
        written="[sp.Rational(1, 10), 1]",
        wrong_answers=(
            WrongAnswer([1, tenth], "The two are swapped: the left derivative comes first."),
            WrongAnswer([0, 1], "That is ReLU. Here the left branch is x/10, not 0."),
            WrongAnswer([0, 0], "Those are the limits of f. The derivative is the limit of the difference quotient."),
            WrongAnswer([-tenth, 1], "On the left both f(h) = h/10 and h are negative. Their quotient is positive."),
        ),
        hints=("Write f as two branches.", "For h < 0 the quotient is (h/10 − 0)/h."),
        explanation="(h/10)/h = 1/10 on the left and h/h = 1 on the right.",
    ),
    Exercise(
        id="2.5",
        question=f"Which criterion does ReLU fail at 0 if the limits are those of the quotient? One of {CRITERIA}.",
        comparator=Choice(CRITERIA),
        reference=failing_criterion,
        written='"left and right limit agree"',
        wrong_answers=(
            WrongAnswer("continuous", "ReLU is continuous at 0: δ = ε works for every ε."),
            WrongAnswer("left limit exists", "For h < 0 the quotient is 0 for every h. Its limit is 0."),
            WrongAnswer("right limit exists", "For h > 0 the quotient is 1 for every h. Its limit is 1."),
        ),
        hints=("Work out both limits of (f(h) − f(0))/h.", "One is 0, the other is 1."),
        explanation="Both limits exist, and 0 ≠ 1.",
    ),
    Exercise(
        id="2.6",
        question="f(x) = x for x > 0, and a·(exp(x) − 1) for x ≤ 0. For which real a has f a derivative at 0? A set.",
        comparator=SetOf(),
        reference=scales_without_a_kink,
        written="{1}",
        wrong_answers=(
            WrongAnswer({0}, "a = 0 gives ReLU, and its one-sided derivatives are 0 and 1."),
            WrongAnswer(sp.S.Reals, "f is continuous for every a. A derivative needs equal slopes as well."),
            WrongAnswer(set(), "There is one: make the slope on the left as large as that on the right."),
            WrongAnswer(sp.Interval.open(0, sp.oo), "A positive slope on the left is not yet the slope on the right."),
        ),
        hints=("The right derivative is 1. What is the left one?", "a·(exp(h) − 1)/h tends to a."),
        explanation="The left derivative is a, the right one is 1. They agree only for a = 1.",
    ),
    Exercise(
        id="2.7",
        question="At x = −1/4, for which increments Δx > 0 is the difference quotient of ReLU equal to 0? Give a set.",
        comparator=SetOf(),
        reference=increments_with_quotient_0,
        written="sp.Interval.Lopen(0, sp.Rational(1, 4))",
        wrong_answers=(
            WrongAnswer(
                sp.Interval.open(0, quarter),
                "One increment is missing: Δx = 1/4 takes the step to 0. What is f(0)?",
            ),
            WrongAnswer(sp.Interval(0, quarter), "Δx = 0 has no quotient: it would divide by 0."),
            WrongAnswer(sp.Interval.open(0, sp.oo), "Try Δx = 1: the step crosses the kink and ends at 3/4."),
            WrongAnswer({quarter}, "Δx = 1/4 is one of them. What about smaller steps?"),
        ),
        hints=(
            "The quotient is 0 as long as f(x + Δx) is 0.",
            "Which Δx keep −1/4 + Δx at 0 or below? Interval.Lopen leaves the left end out.",
        ),
        explanation="f(−1/4 + Δx) = 0 exactly as long as Δx ≤ 1/4, and Δx = 0 is excluded.",
    ),
    Exercise(
        id="2.8",
        question="What is the second difference (f(h) − 2f(0) + f(−h))/h² of f(x) = |x|, as a function of h > 0?",
        comparator=Symbolic((h,)),
        reference=second_difference_of_abs,
        written="2/h",
        wrong_answers=(
            WrongAnswer(1 / h, "That is ReLU's. For |x| both f(h) and f(−h) are h."),
            WrongAnswer(0, "Away from 0 it is 0. These three points lie on both sides of the kink."),
            WrongAnswer(2 / h**2, "The numerator is 2h, not 2."),
            WrongAnswer(2, "h + h is 2h, and it is divided by h², not by h."),
        ),
        hints=("f(h) = h and f(−h) = h.", "The numerator is h − 0 + h."),
        explanation="2h/h² = 2/h: the slope jumps by 2 over a distance h.",
    ),
    Exercise(
        id="2.9",
        question="Let f(x) = max(0, x)². A list: left derivative at 0, right derivative at 0, differentiable there?",
        comparator=Sequence(Symbolic(), Symbolic(), Boolean()),
        reference=lambda: [
            *both_derivatives(sp.Max(0, x) ** 2),
            bool(differentiability(PiecewiseFunction.from_expr(sp.Max(0, x) ** 2, x), 0).differentiable),
        ],
        written="[0, 0, True]",
        wrong_answers=(
            WrongAnswer([0, 1, False], "That is ReLU itself. Here the right branch is x²."),
            WrongAnswer([0, 2, False], "2x is the derivative right of 0. What is it at 0?"),
            WrongAnswer([0, 0, False], "Both derivatives exist, are finite and agree. That is all it takes."),
        ),
        hints=("For h > 0 the quotient is h²/h.", "h²/h = h, and h tends to 0."),
        explanation="Squaring flattens the kink: both one-sided derivatives are 0.",
    ),
]

PREDICTIONS = [
    Prediction(
        id="2.p1",
        question=(
            "A published text says that f is differentiable at 0 if f is continuous there, the left limit exists, the "
            "right limit exists, and both limits are equal. Read of f itself, how many of the four does ReLU pass?"
        ),
        options={
            "all four": "The criteria, read of f, say nothing about slopes.",
            "three of them": "Most people say this, because they know that ReLU has to fail somewhere.",
            "two of them": "Look at f near 0 itself: from both sides its values come to 0.",
        },
        answer=criteria_passed_by_relu,
        reveal="The section 'Four criteria' checks each of them.",
    ),
    Prediction(
        id="2.p2",
        question="Take ReLU at x = −1/2, left of the kink, and the increment Δx = 1. What is the difference quotient?",
        options={
            "the number 0": "0 is the derivative at −1/2. The step of length 1 leaves the flat part.",
            "the number 1/2": "The step ends at 1/2, so f rises by 1/2 over a distance of 1.",
            "the number 1": "1 is the slope right of 0. Half of the step lies left of it.",
        },
        answer=lambda: f"the number {relu().value(half) - relu().value(-half)}",
        reveal="A quotient is a property of two points, a derivative of one.",
    ),
    Prediction(
        id="2.p3",
        question=(
            "ReLU is written in SymPy as Piecewise((x, x > 0), (0, True)). We ask for the limit of its difference "
            "quotient at 0, from the left and from the right. What comes back?"
        ),
        options={
            "0 and 1": "That would be right. SymPy 1.14 does not choose the branch by the side of the limit.",
            "the same number twice": "SymPy 1.14 does not choose the branch by the side of the limit.",
            "an error": "An error would be safer. Two numbers come back.",
        },
        answer=sympy_from_the_left,
        reveal="The section 'Break it' runs it, and you mend it.",
    ),
]
