"""Exercises of lesson 04. Keys come from the library, not from memory."""

from fractions import Fraction

import sympy as sp

from course_lib.exercises.compare import Number, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, WrongAnswer
from course_lib.exercises.lesson_04_keys import (
    METHOD,
    TARGETS,
    WEIGHTS,
    G,
    R,
    T,
    best_constant_step,
    both_of_a_minimum,
    failing_targets,
    hull_weights,
    method_with,
    minimisers,
    slopes_that_descend,
    subgradients_of_three_pieces,
    sum_rule,
    values_for_ever,
    weights_with_minimum_on_the_kink,
)
from course_lib.exercises.lesson_04_predictions import PREDICTIONS as PREDICTIONS

half, quarter = sp.Rational(1, 2), Fraction(1, 4)

WRITTEN_METHOD = """\
def mended(f, subgradient, x, steps):
    best = x
    for t in steps:
        x = x - t * subgradient(x)
        if f(x) < f(best):
            best = x
    return best"""

EXERCISES = [
    Exercise(
        id="4.1",
        question="Let f(x) = max(−x, 2x). Which slopes g give a line through (0, 0) that supports its graph? A set.",
        comparator=SetOf(),
        reference=subgradients_of_three_pieces,
        written="(-1, 2)",
        wrong_answers=(
            WrongAnswer({-1, 2}, "Those are the two ends. What about a line with slope 0?"),
            WrongAnswer(sp.Interval.open(-1, 2), "With slope 2 the line lies on the right branch: nowhere above it."),
            WrongAnswer((0, 2), "Left of 0 the graph is −x. A line that falls more slowly than −x is below it there."),
            WrongAnswer({half}, "½ is the mean of the two slopes, and one of many."),
        ),
        hints=("For x > 0 you need 2x ≥ g·x. For x < 0 you need −x ≥ g·x.", "Divide by x, and mind its sign."),
        explanation="g ≤ 2 from the right, g ≥ −1 from the left: all from −1 to 2.",
    ),
    Exercise(
        id="4.2",
        question="f(x) = min(x, x/2). Give its convex and its Clarke subdifferential at 0, a list of two sets.",
        comparator=Sequence(SetOf(), SetOf()),
        reference=both_of_a_minimum,
        written="[set(), (0.5, 1)]",
        wrong_answers=(
            WrongAnswer([(half, 1), (half, 1)], "A line with a slope between ½ and 1 lies above this graph: try ¾."),
            WrongAnswer([set(), set()], "The Clarke set is never empty: it is the hull of the nearby slopes."),
            WrongAnswer([set(), {half, 1}], "The hull of ½ and 1 holds all numbers between them as well."),
            WrongAnswer([(half, 1), set()], "The two are swapped: the convex one comes first."),
        ),
        hints=(
            "Left of 0 the graph is x, right of 0 it is x/2. What does a supporting line need on each side?",
            "g ≥ 1 because of the left, g ≤ ½ because of the right. The Clarke set holds what is between the slopes.",
        ),
        explanation="No g is at least 1 and at most ½. The hull of the slopes 1 and ½ is [½, 1].",
    ),
    Exercise(
        id="4.3",
        question="f = max(0, x), g = −max(0, −x). Give the Clarke sets ∂(f + g)(0) and ∂f(0) + ∂g(0), a list of two.",
        comparator=Sequence(SetOf(), SetOf()),
        reference=sum_rule,
        written="[{1}, (0, 2)]",
        wrong_answers=(
            WrongAnswer([(0, 2), (0, 2)], "That would be an equation. f + g is x, which has a derivative."),
            WrongAnswer([{1}, {1}], "Each of the two sets is [0, 1]. Which sums can be made from them?"),
            WrongAnswer([{1}, (0, 1)], "0 + 0 is 0, and 1 + 1 is 2."),
            WrongAnswer([{1}, (-1, 1)], "The slope of −max(0, −x) is 1 on the left and 0 on the right."),
        ),
        hints=("What is f(x) + g(x), for x > 0 and for x < 0?", "Both sets are [0, 1]; add every pair."),
        explanation="The sum is x, with slope 1. The sets add up to [0, 2]: an inclusion, no equation.",
    ),
    Exercise(
        id="4.4",
        question="On |x| from 2.6 with constant steps of 0.25: between which two values of |x| does it go for ever?",
        comparator=Sequence(Number(absolute=1e-6), Number(absolute=1e-6)),
        reference=values_for_ever,
        written="[0.1, 0.15]",
        wrong_answers=(
            WrongAnswer([0, 0.25], "It would have to meet 0 exactly. 2.6 is no multiple of 0.25."),
            WrongAnswer([0.1, 0.1], "From 0.1 the next point is 0.1 − 0.25. How far is that from 0?"),
            WrongAnswer([0.15, 0.1], "The smaller value comes first."),
            WrongAnswer([0.1, 0.35], "From 0.1 the step goes to the left, and ends at −0.15."),
        ),
        hints=("Take 0.25 away from 2.6 as long as it stays positive.", "0.1, then 0.1 − 0.25, then back."),
        explanation="0.1 and −0.15, for ever. A constant step cannot come nearer than its own length allows.",
    ),
    Exercise(
        id="4.5",
        question="Which constant step t makes the bound R²/(2tT) + G²t/2 after T steps least? A formula in R, G, T.",
        comparator=Symbolic((R, G, T)),
        reference=best_constant_step,
        written="R / (G * sp.sqrt(T))",
        wrong_answers=(
            WrongAnswer(R**2 / (G**2 * T), "Set the derivative by t to 0: you get t² = R²/(G²T). Take the root."),
            WrongAnswer(R / G, "T is missing: with more steps, shorter ones are better."),
            WrongAnswer(R * G / sp.sqrt(T), "That is the bound with the best t. The step itself is asked."),
            WrongAnswer(G / (R * sp.sqrt(T)), "R and G are swapped: the farther the start, the longer the steps."),
        ),
        hints=("Differentiate by t.", "−R²/(2t²T) + G²/2 = 0."),
        explanation="t = R/(G√T), and the bound becomes RG/√T: four times the steps for half the gap.",
    ),
    Exercise(
        id="4.6",
        question="f = |x| + 2|y|. For which γ does a short step from (1, 0) against (1, γ) lower f? Answer with a set.",
        comparator=SetOf(),
        reference=slopes_that_descend,
        written="sp.Interval.open(-sp.Rational(1, 2), sp.Rational(1, 2))",
        wrong_answers=(
            WrongAnswer((-2, 2), "For all of these (1, γ) is a subgradient. For γ = 2 the step climbs."),
            WrongAnswer({0}, "γ = 0 is one of them, the steepest. Try γ = ¼."),
            WrongAnswer(sp.Interval(-half, half), "At γ = ½ the value stays as it is: t is gained and t is lost."),
            WrongAnswer(sp.Interval.open(-1, 1), "|y| counts twice: with γ = ¾, f grows by ½t."),
        ),
        hints=("After the step, |x| = 1 − t and 2|y| = 2|γ|t.", "1 − t + 2|γ|t is below 1 when 2|γ| < 1."),
        explanation="f = 1 + (2|γ| − 1)t, which falls for |γ| < ½.",
    ),
    Exercise(
        id="4.7",
        question="For which m is |m − 1| + |m − 2| + |m − 6| + |m − 9| least? Answer with a set.",
        comparator=SetOf(),
        reference=lambda: minimisers((1, 2, 6, 9)),
        written="(2, 6)",
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
        id="4.8",
        question="For which λ ≥ 0 does ½(w − 1)² + λ|w| have its minimum at w = 0? Answer with a set.",
        comparator=SetOf(),
        reference=weights_with_minimum_on_the_kink,
        written="sp.Interval(1, sp.oo)",
        wrong_answers=(
            WrongAnswer({1}, "λ = 1 is one of them. What does a larger λ do?"),
            WrongAnswer(sp.Interval.open(1, sp.oo), "At λ = 1 the slope from the right is exactly 0. That will do."),
            WrongAnswer(sp.Interval(0, sp.oo), "With λ = 0 the minimum is at w = 1."),
            WrongAnswer((0, 1), "For λ below 1 the slope right of 0 is negative: it pays to go there."),
        ),
        hints=("The subdifferential at 0 is [−1 − λ, −1 + λ].", "When does it contain 0?"),
        explanation="0 is in [−1 − λ, −1 + λ] exactly for λ ≥ 1. A whole range of λ, and one minimum: the kink.",
    ),
    Exercise(
        id="4.9",
        question="Mend mended(f, subgradient, x, steps): take every step, and return the best point on the way.",
        comparator=METHOD,
        reference=lambda: method_with(""),
        written=WRITTEN_METHOD,
        wrong_answers=(
            WrongAnswer(
                method_with("insists"),
                "That is the start. Take every step, of length t, from the point where x is, and keep the best point.",
            ),
            WrongAnswer(
                method_with("last"),
                "That is the last point. Another may be better. (x -= … changes the array that best names, too.)",
            ),
            WrongAnswer(method_with("previous"), "Better than the point before is not yet the best of all."),
        ),
        hints=(
            "Move x in every step, without a condition. Keep a second name for the best point so far.",
            "if f(x) < f(best): best = x",
        ),
        explanation="A short step may climb, but it comes nearer to the minimum. So walk on, and remember the best.",
    ),
    Exercise(
        id="4.10",
        question=(
            "With s = ¼ backprop returns (½, ¼, −¼). Weigh the gradients (0, 0, 0), (1, 0, −1), (1, 1, 0), (2, 1, −1) "
            "of the cells so that this is their mixture: four weights from 0 to 1 that add up to 1."
        ),
        comparator=WEIGHTS,
        reference=hull_weights,
        written="[0.75, 0, 0, 0.25]",
        wrong_answers=(
            WrongAnswer([quarter] * 4, "That is the mean of the four. It has s = ½."),
            WrongAnswer([0.25, 0, 0, 0.75], "That is s = ¾: the first and the last are swapped."),
            WrongAnswer([0, 0, 0, 0.25], "The mixture is right, but the weights do not add up to 1."),
            WrongAnswer([1, -0.25, -0.25, 0.5], "Negative weights leave the hull."),
        ),
        hints=(
            "The first and the last cell alone will do.",
            "¼ of the last gives (½, ¼, −¼). What is left goes to the first, which is 0.",
        ),
        explanation="A proof for s = ¼. One for every s: both units on with weight s, both off with weight 1 − s.",
    ),
    Exercise(
        id="4.11",
        question=(
            "One hidden unit of weight 0 without bias, output weight 1, the batch x = 1 and x = −1, slope 0 at the "
            "kink. Find two whole targets with which backprop leaves the Clarke set. A list of two."
        ),
        comparator=TARGETS,
        reference=failing_targets,
        written="[1, -1]",
        wrong_answers=(
            WrongAnswer([1, 1], "The cells have the slopes −1 and 1, and 0 lies between them."),
            WrongAnswer([0, 0], "The outputs are right already, so every slope is 0."),
            WrongAnswer([0, 5], "One of the cells has slope 0, so 0 is in the set."),
            WrongAnswer([-2, -3], "The slopes of the cells are 2 and −3, and 0 lies between them."),
        ),
        hints=(
            "Try pairs in a loop: membership(one_hidden_layer([[0]], [1], [[1], [-1]], targets), [0]).inside.",
            "For w > 0 only x = 1 is on, and the slope is −t₁. For w < 0 it is t₂. When is 0 not between them?",
        ),
        explanation="With targets of opposite signs both cells have slopes of one sign, and backprop says 0.",
    ),
]
