"""Exercises and predictions of this topic. Keys come from the library, not from memory."""

from fractions import Fraction

import sympy as sp

from course_lib.exercises.compare import Number, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.topics.subgradients import answers
from course_lib.topics.subgradients.answers import G, R, T

half, quarter = sp.Rational(1, 2), Fraction(1, 4)

PREDICTIONS = [
    Prediction(
        id="subgradients.p1",
        question=(
            "f(x, y) = |x| + 2|y|. At (1, 0) the vector g = (1, 2) is a subgradient. We take a short step against it, "
            "to (1, 0) − t·(1, 2). What does f do, for t from 0 to 0.2?"
        ),
        options={
            "f falls": "That is so for gradients. A subgradient promises less.",
            "f falls at first, then rises": "Any step that leaves the kink y = 0 pays 2 for each unit of |y|.",
            "f rises": "|x| falls by t, and 2|y| grows by 4t.",
        },
        answer=answers.how_the_step_ends,
        reveal="The section 'A step that climbs' draws it, with what falls instead.",
    ),
    Prediction(
        id="subgradients.p2",
        question=(
            "A leaky ReLU has slope 2 left of 0 and slope 1 right of 0. How many lines through (0, 0) have its graph "
            "nowhere below them?"
        ),
        options={
            "no line": "Left of 0 the slope has to be 2 or more, right of 0 it has to be 1 or less.",
            "one line": "A line with slope 1.5 lies above the graph on both sides.",
            "infinitely many lines": "That is so for slopes that grow from left to right, as ReLU's do.",
        },
        answer=answers.how_many_lines,
        reveal="The explorer of supporting lines lets you try all of them.",
    ),
    Prediction(
        id="subgradients.p3",
        question=(
            "In a ReLU network every unit has a trained bias of its own. A batch puts some units exactly on their "
            "kink, and backprop takes the slope s there. For which s is its result in the Clarke set of the loss?"
        ),
        options={
            "only s = ½": "½ saved the identity program. There the units had no biases of their own.",
            "only s = 0 and s = 1": "These are the slopes of the two sides. A Clarke set is convex: it holds mixtures.",
            "all s from 0 to 1": "Biases of their own let the units of a layer leave their kinks together.",
        },
        answer=answers.which_slopes_are_safe,
        reveal="The section 'The slope of a network' states the theorem, and searches for networks where it fails.",
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
            WrongAnswer([(half, 1), (half, 1)], "A line with a slope between ½ and 1 lies above this graph: try ¾."),
            WrongAnswer([set(), set()], "The Clarke set is never empty: it is the hull of the nearby slopes."),
            WrongAnswer([set(), {half, 1}], "The hull of ½ and 1 holds all numbers between them as well."),
            WrongAnswer([(half, 1), set()], "The two are swapped: the convex one comes first."),
        ),
        hints=(
            r"Left of 0 the graph is x, right of 0 it is $\frac{x}{2}$. What does a supporting line need on each "
            "side?",
            "g ≥ 1 because of the left, g ≤ ½ because of the right. The Clarke set holds what is between the slopes.",
        ),
        explanation="No g is at least 1 and at most ½. The hull of the slopes 1 and ½ is [½, 1].",
    ),
    Exercise(
        id="subgradients.3",
        comparator=Sequence(SetOf(), SetOf()),
        reference=answers.sum_rule,
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
        id="subgradients.4",
        comparator=Sequence(Number(absolute=1e-6), Number(absolute=1e-6)),
        reference=answers.values_for_ever,
        wrong_answers=(
            WrongAnswer([0, 0.25], "It would have to meet 0 exactly. 2.6 is no multiple of 0.25."),
            WrongAnswer([0.1, 0.1], "From 0.1 the next point is 0.1 − 0.25. How far is that from 0?"),
            WrongAnswer([0.15, 0.1], "The smaller value comes first."),
            WrongAnswer([0.1, 0.35], "From 0.1 the step goes to the left, and ends at −0.15."),
            WrongAnswer([0.1, 0.25], "The step is 0.25 long. From 0.1 it ends at −0.15, and |−0.15| is 0.15."),
            WrongAnswer([-0.15, 0.1], "Those are the points. The values of |x| are asked, and |−0.15| is 0.15."),
        ),
        hints=("Take 0.25 away from 2.6 as long as it stays positive.", "0.1, then 0.1 − 0.25, then back."),
        explanation="0.1 and −0.15, for ever. A constant step cannot come nearer than its own length allows.",
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
            WrongAnswer(G / (R * sp.sqrt(T)), "R and G are swapped: the farther the start, the longer the steps."),
        ),
        hints=("Differentiate by t.", r"$-\frac{R^2}{2t^2T} + \frac{G^2}{2} = 0$."),
        explanation=(
            r"$t = \frac{R}{G\sqrt{T}}$, and the bound becomes $\frac{RG}{\sqrt{T}}$: four times the steps for half "
            "the gap."
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
    Exercise(
        id="subgradients.9",
        comparator=answers.METHOD,
        reference=lambda: answers.method_with(""),
        wrong_answers=(
            WrongAnswer(
                answers.method_with("insists"),
                "That is the start. Take every step, x − t·g with the g of the point where x is now, also where f "
                "rises, and keep the best point.",
            ),
            WrongAnswer(
                answers.method_with("last"),
                "That is the last point. Another may be better. (x -= … changes the array that best names, too.)",
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
        id="subgradients.10",
        comparator=answers.WEIGHTS,
        reference=answers.hull_weights,
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
        id="subgradients.11",
        comparator=answers.TARGETS,
        reference=answers.failing_targets,
        wrong_answers=(
            WrongAnswer([1, 1], "The cells have the slopes −1 and 1, and 0 lies between them."),
            WrongAnswer([0, 0], "The outputs are right already, so every slope is 0."),
            WrongAnswer([0, 5], "One of the cells has slope 0, so 0 is in the set."),
            WrongAnswer([-2, -3], "The slopes of the cells are 2 and −3, and 0 lies between them."),
        ),
        hints=(
            "Try pairs in a loop: clarke.membership("
            "experiment.one_hidden_layer([[0]], [1], [[1], [-1]], targets), [0]).inside.",
            "For w > 0 only x = 1 is on, and the slope is $-t_1$. For w < 0 it is $t_2$. When is 0 not between them?",
        ),
        explanation="With targets of opposite signs both cells have slopes of one sign, and backprop says 0.",
    ),
]
