"""Exercises and predictions of *Choose a subgradient*. Keys come from the library, not from memory."""

import sympy as sp

from course_lib.exercises.compare import Number, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.topics.subgradients import answers
from course_lib.topics.subgradients.answers import G, R, T

half = sp.Rational(1, 2)

PREDICTIONS = [
    Prediction(
        id="subgradients.p2",
        question=(
            "A leaky ReLU has the unusual slope 2 left of 0, and slope 1 right of 0. How many lines through (0, 0) lie "
            "on or below its graph everywhere?"
        ),
        options={
            "no line": "Left of 0 the slope has to be 2 or more, right of 0 it has to be 1 or less.",
            "one line": "A line with slope 1.5 lies above the graph on both sides.",
            "infinitely many lines": "That is so for slopes that grow from left to right, as ReLU's do.",
        },
        answer=answers.how_many_lines,
        reveal="In the first figure you can turn the line and try all of them.",
    ),
    Prediction(
        id="subgradients.p1",
        question=(
            "f(x, y) = |x| + 2|y|. At (1, 0) the vector g = (1, 2) is a subgradient. We take a short step against it, "
            "to (1, 0) − t·(1, 2). What does f do, for t from 0 to 0.2?"
        ),
        options={
            "f falls": "That is so for gradients. A subgradient promises less.",
            "f falls at first, then rises": "Any step that leaves the kink y = 0 pays 2 for each unit of |y|.",
            "f rises": "So it is: leaving the kink y = 0 costs more than x gains.",
        },
        answer=answers.how_the_step_ends,
        reveal="The section 'One step in the plane' takes the step, and shows what falls instead.",
    ),
]

EXERCISES = [
    Exercise(
        id="subgradients.1",
        comparator=SetOf(),
        reference=answers.subgradients_of_three_pieces,
        wrong_answers=(
            WrongAnswer({-1, 2}, "Those are the two ends. What about a line with slope 0?"),
            WrongAnswer(sp.Interval.open(-1, 2), "With slope 2 the line lies on the right branch: nowhere above it."),
            WrongAnswer((0, 2), "Left of 0 the graph is −x. A line that falls more slowly than −x is below it there."),
            WrongAnswer({half}, "½ is the mean of the two slopes, and one of many."),
            WrongAnswer((1, 2), "The left branch is −x: its slope is −1, not 1."),
            WrongAnswer((-2, 1), "The signs are turned round: −x has the slope −1, and 2x has 2."),
            WrongAnswer(
                (-1, 0), "Right of 0 the graph is 2x: a line that rises more slowly than 2x is below it there."
            ),
        ),
        hints=("For x > 0 you need 2x ≥ g·x. For x < 0 you need −x ≥ g·x.", "Divide by x, and mind its sign."),
        explanation="g ≤ 2 from the right, g ≥ −1 from the left: all from −1 to 2.",
    ),
    Exercise(
        id="subgradients.2",
        comparator=Sequence(SetOf(), SetOf()),
        reference=answers.both_of_a_minimum,
        wrong_answers=(
            WrongAnswer([(-1, 3), (-1, 3)], "A line with a slope from −1 to 3 lies above this graph: try 0."),
            WrongAnswer([set(), set()], "The Clarke set is not empty here: it holds the nearby slopes."),
            WrongAnswer([set(), {-1, 3}], "The Clarke set holds all numbers between −1 and 3 as well."),
            WrongAnswer([(-1, 3), set()], "The two are swapped: supporting lines come first."),
            WrongAnswer([{0}, (-1, 3)], "The line with slope 0 lies above this graph on both sides."),
            WrongAnswer([{1}, (-1, 3)], "The line with slope 1, the mean, lies above this graph on both sides."),
        ),
        hints=(
            "Left of 0 the graph is 3x, right of 0 it is −x. What does a supporting line need on each side?",
            "g ≥ 3 because of the left, g ≤ −1 because of the right. The Clarke set holds what is between the slopes.",
        ),
        explanation="No g is at least 3 and at most −1. Filled in between, the slopes 3 and −1 make [−1, 3].",
    ),
    Exercise(
        id="subgradients.4",
        comparator=Sequence(Number(absolute=1e-6), Number(absolute=1e-6)),
        reference=answers.values_for_ever,
        wrong_answers=(
            WrongAnswer([0, 0.25], "It would have to meet 0 exactly. 2.6 is no multiple of 0.25."),
            WrongAnswer([0.1, 0.1], "From 0.1 the next point is 0.1 − 0.25. How far is that from 0?"),
            WrongAnswer([0.15, 0.1], "The smaller value comes first."),
            WrongAnswer([0.1, 0.35], "From 0.1 the step goes to the left, and ends at −0.15."),
            WrongAnswer([0.1, 0.25], "The step is 0.25 long. From 0.1 it ends at −0.15, and |−0.15| is 0.15."),
            WrongAnswer([0.1, -0.15], "−0.15 is the point. The value of |x| is asked, 0.15."),
            WrongAnswer([-0.15, 0.1], "Those are the points. The values of |x| are asked, and |−0.15| is 0.15."),
        ),
        hints=("Take 0.25 away from 2.6 as long as it stays positive.", "0.1, then 0.1 − 0.25, then back."),
        explanation=(
            "0.1 and −0.15, for ever. Constant steps usually keep bouncing at a distance. (From 2.5 these would land "
            "on 0.)"
        ),
    ),
    Exercise(
        id="subgradients.6",
        comparator=SetOf(),
        reference=answers.slopes_that_descend,
        wrong_answers=(
            WrongAnswer((-2, 2), "For all of these (1, γ) is a subgradient. For γ = 2 the step climbs."),
            WrongAnswer({0}, "γ = 0 is one of them, the steepest. Try γ = ¼."),
            WrongAnswer(sp.Interval(-half, half), "At γ = ½ the value stays as it is: t is gained and t is lost."),
            WrongAnswer(sp.Interval.open(-1, 1), "|y| counts twice: with γ = ¾, f grows by ½t."),
            WrongAnswer(sp.Interval.open(0, half), "γ may be negative too: |y| is the same for γ and −γ."),
            WrongAnswer(
                sp.Interval.open(-2, 2), "For all of these (1, γ) is a subgradient. For γ = 1 the step climbs."
            ),
        ),
        hints=("After the step, |x| = 1 − t and 2|y| = 2|γ|t.", "1 − t + 2|γ|t is below 1 when 2|γ| < 1."),
        explanation="f = 1 + (2|γ| − 1)t, which falls for |γ| < ½.",
    ),
    Exercise(
        id="subgradients.5",
        comparator=Symbolic((R, G, T)),
        reference=answers.best_constant_step,
        wrong_answers=(
            WrongAnswer(
                R**2 / (G**2 * T), r"Set the derivative by t to 0: you get $t^2 = \frac{R^2}{G^2T}$. Take the root."
            ),
            WrongAnswer(R / G, "T is missing: with more steps, shorter ones are better."),
            WrongAnswer(R / (G * T), r"From $t^2 = \frac{R^2}{G^2T}$ comes a root of T: set the derivative by t to 0."),
            WrongAnswer(
                R**2 / (G**2 * sp.sqrt(T)), r"$t^2$ is $\frac{R^2}{G^2T}$. The root goes over R and G as well."
            ),
            WrongAnswer(R * G / sp.sqrt(T), "That is the bound with the best t. The step itself is asked."),
            WrongAnswer(R / sp.sqrt(T), "G is missing: where subgradients are longer, the steps have to be shorter."),
            WrongAnswer(
                1 / sp.sqrt(T), "R and G are missing: the step depends on the start and on the subgradients as well."
            ),
            WrongAnswer(G / (R * sp.sqrt(T)), "R and G are swapped: the farther the start, the longer the steps."),
        ),
        hints=("Differentiate by t.", r"$-\frac{R^2}{2t^2T} + \frac{G^2}{2} = 0$."),
        explanation=(
            r"$t = \frac{R}{G\sqrt{T}}$, and the bound becomes $\frac{RG}{\sqrt{T}}$: four times the steps for half "
            "the gap."
        ),
    ),
    Exercise(
        id="subgradients.9",
        comparator=answers.METHOD,
        reference=lambda: answers.method_with(""),
        wrong_answers=(
            WrongAnswer(
                answers.method_with("insists"),
                "That is the start. Take every step, also where f rises, and keep the best point. The step is x − t·g, "
                "with a minus (with a plus f only climbs) and with the g of the point where x is now. Step from the "
                "last point, not from the best one.",
            ),
            WrongAnswer(
                answers.method_with("last"),
                "That is the last point. Another may be better. (If you wrote x -= …: that changes best as well.)",
            ),
            WrongAnswer(answers.method_with("previous"), "Better than the point before is not yet the best of all."),
        ),
        hints=(
            "Move x in every step, without a condition. Keep a second name for the best point so far.",
            "if f(x) < f(best): best = x",
        ),
        explanation="A short step may climb, but it comes nearer to the minimum. So walk on, and remember the best.",
    ),
    Exercise(
        id="subgradients.7",
        comparator=SetOf(),
        reference=answers.minimisers,
        wrong_answers=(
            WrongAnswer({sp.Rational(9, 2)}, "4½ is the mean. It makes the sum of the squares least."),
            WrongAnswer({4}, "4 is one of them. Compute the sum at 3 as well."),
            WrongAnswer({2, 6}, "Both have the least sum. What about the numbers between them?"),
            WrongAnswer((1, 9), "At 1 the sum is 14, at 2 it is 12."),
        ),
        hints=("Each term pulls with slope +1 or −1.", "Between 2 and 6, two pull up and two pull down."),
        explanation="Between the two in the middle the slopes cancel: every median has the least sum.",
    ),
    Exercise(
        id="subgradients.8",
        comparator=SetOf(),
        reference=answers.weights_with_minimum_on_the_kink,
        wrong_answers=(
            WrongAnswer({1}, "λ = 1 is one of them. What does a larger λ do?"),
            WrongAnswer(sp.Interval.open(1, sp.oo), "At λ = 1 the slope from the right is exactly 0. That will do."),
            WrongAnswer(sp.Interval(0, sp.oo), "With λ = 0 the minimum is at w = 1."),
            WrongAnswer(sp.Interval(2, sp.oo), "λ = 1 and λ = 1.5 will do, too: the slope from the right is −1 + λ."),
            WrongAnswer((0, 1), "For λ below 1 the slope right of 0 is negative: it pays to go there."),
        ),
        hints=("The subdifferential at 0 is [−1 − λ, −1 + λ].", "When does it contain 0?"),
        explanation="0 is in [−1 − λ, −1 + λ] exactly for λ ≥ 1. A whole range of λ, and one minimum: the kink.",
    ),
]
