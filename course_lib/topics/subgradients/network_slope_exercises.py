"""Exercises and predictions of *Find the slope of a whole network*. Keys come from the library, not from memory."""

from fractions import Fraction

import sympy as sp

from course_lib.exercises.compare import Number, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.topics.subgradients import answers

eighth, quarter = sp.Rational(1, 8), Fraction(1, 4)
s = sp.Symbol("s", real=True)

PREDICTIONS = [
    Prediction(
        id="subgradients.p3",
        question=(
            "A ReLU network learns by squared errors, and every unit has a trained bias of its own. A batch puts some "
            "units on their kink, and backprop takes the slope s there. For which s is its result in the Clarke set?"
        ),
        options={
            "only s = ½": "½ saves the identity program. There the units have no biases of their own.",
            "only s = 0 and s = 1": "These are the slopes of the two sides. A Clarke set holds their mixtures as well.",
            "all s from 0 to 1": "Biases of their own let the units of a layer leave their kinks together.",
        },
        answer=answers.which_slopes_are_safe,
        reveal="The theorem further down says when, and a search looks for networks where it fails.",
    ),
]

EXERCISES = [
    Exercise(
        id="subgradients.3",
        comparator=Sequence(SetOf(), SetOf()),
        reference=answers.sum_rule,
        wrong_answers=(
            WrongAnswer([(-1, 1), (-1, 1)], "That would be an equation. f + g is 0, which has a derivative."),
            WrongAnswer([{0}, {0}], "The two sets are [0, 1] and [−1, 0]. Which sums can be made from them?"),
            WrongAnswer([{0}, (0, 1)], "g has the slopes 0 and −1 near 0, so its set is [−1, 0]."),
            WrongAnswer([{0}, (0, 2)], "g is −max(0, x): on the right its slope is −1, not 1."),
            WrongAnswer([{0}, {-1, 0, 1}], "Those are sums of the ends. ½ + 0 is a sum as well."),
            WrongAnswer([{1}, (-1, 1)], "f + g is 0 everywhere. Which slope does it have, on both sides of 0?"),
            WrongAnswer([(0, 1), (-1, 1)], "That is the set of f. The sum f + g is 0, on both sides of 0."),
        ),
        hints=("What is f(x) + g(x), for x > 0 and for x < 0?", "The sets are [0, 1] and [−1, 0]; add every pair."),
        explanation="The sum is 0, with slope 0. The sets add up to [−1, 1]: an inclusion, no equation.",
    ),
    Exercise(
        id="subgradients.10",
        comparator=answers.WEIGHTS,
        reference=answers.hull_weights,
        wrong_answers=(
            WrongAnswer([quarter] * 4, "That is the mean of the four. It has s = ½."),
            WrongAnswer([0.25, 0, 0, 0.75], "That is s = ¾: the first and the last are swapped."),
            WrongAnswer([0, 0, 0, 0.25], "The mixture is right, but the weights do not add up to 1."),
            WrongAnswer([1, -0.25, -0.25, 0.5], "A weight below 0 makes it no mixture."),
        ),
        hints=(
            "The first and the last cell alone will do.",
            "¼ of the last gives (½, ¼, −¼). What is left goes to the first, which is 0.",
        ),
        explanation="A proof for s = ¼. One for every s: both units on with weight s, both off with weight 1 − s.",
    ),
    Exercise(
        id="network_slope.1",
        comparator=Sequence(Number(), Number(), Number()),
        reference=answers.slopes_of_the_leaky_loss,
        wrong_answers=(
            WrongAnswer(
                [eighth, 1, 0],
                "Those are the slopes of leaky ReLU. The upstream gradient is o − 1, which is −1 at b = 0.",
            ),
            WrongAnswer([-1, -eighth, 0], "The first two are swapped: left of 0 leaky ReLU has the slope ⅛."),
            WrongAnswer(
                [-eighth, -1, -1],
                "Backprop multiplies the upstream gradient −1 by the slope that it takes at the kink. That is 0 here.",
            ),
            WrongAnswer([-eighth, -1, -eighth], "That comes of the left slope. Here the kink gets the slope 0."),
            WrongAnswer(
                [-eighth, -1, sp.Rational(-9, 16)], "That is the mean of both. Here the kink gets the slope 0."
            ),
            WrongAnswer([0, -1, 0], "That is ReLU. Leaky ReLU has the slope ⅛ left of 0."),
        ),
        hints=(
            "The slope of the loss is (o − 1) times the slope of leaky ReLU, and o is 0 at b = 0.",
            "So all three are −1 times a slope: ⅛ on the left, 1 on the right, and the one that is returned.",
        ),
        explanation=(
            r"$-1 \cdot \frac{1}{8}$, $-1 \cdot 1$ and $-1 \cdot 0$. The Clarke set is $[-1, -\frac{1}{8}]$, and 0 is "
            "outside."
        ),
    ),
    Exercise(
        id="network_slope.2",
        comparator=Number(absolute=0.01),
        reference=answers.slope_of_the_failure,
        wrong_answers=(
            WrongAnswer(sp.Rational(51, 2), "That is what backprop returns. Move the weight, and look at the loss."),
            WrongAnswer(sp.Rational(3, 2), "That is the error of backprop. The slope itself is asked."),
            WrongAnswer(48, "The loss has a factor of ½ in front of the sum of squares."),
            WrongAnswer(
                12, "That is the slope along `W1[0, 1]`; or did you divide by 2h? Move `W1[0, 0]`, and divide by h."
            ),
            WrongAnswer(-24, "The sign is turned round: to the left divide by −h, the step, not by h."),
            WrongAnswer(0, "Divide the change of the loss by the step, h. The loss does move with this weight."),
        ),
        hints=(
            "How much does the loss change from `W1` to `moved`? Divide by the step.",
            "`(loss(moved) - loss(W1)) / h` is the quotient.",
        ),
        explanation=(
            "24 from both sides. Only the second sample takes part; what backprop adds from the first, 1.5, never "
            "reaches the output."
        ),
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
            "Call `slopes_of_pair` on pairs from −2 to 2 in a loop, and look for two slopes of the same sign.",
            "For w > 0 only x = 1 is on, and the slope is $-t_1$. For w < 0 it is $t_2$. When is 0 not between them?",
        ),
        explanation="With targets of opposite signs both cells have slopes of one sign, and backprop says 0.",
    ),
    Exercise(
        id="network_slope.3",
        comparator=Symbolic((s,)),
        reference=lambda: answers.slope_at_6(s),
        wrong_answers=(
            WrongAnswer(s, "The same number is not the same mixture: from the left the slope is 0 at 0, and 1 at 6."),
            WrongAnswer(sp.Rational(1, 2), "That fits s = ½ alone. Let it depend on s."),
            WrongAnswer(sp.Integer(1), "That fits s = 0 alone, the left slope at both kinks. Let it depend on s."),
            WrongAnswer(sp.Integer(0), "That fits s = 1 alone, the right slope at both kinks. Let it depend on s."),
            WrongAnswer(1 + s, "That is above 1, outside the Clarke set at 6. Which way does the slope change at 6?"),
            WrongAnswer(-s, "The slopes at 6 go from 1 down to 0, so none is negative."),
        ),
        hints=(
            "At the kink 0 the slope s is the mixture of 0, with weight 1 − s, and of 1, with weight s.",
            "Give the left slope at 6, which is 1, the weight 1 − s, and the right one, which is 0, the weight s.",
        ),
        explanation=r"$(1 - s) \cdot 1 + s \cdot 0 = 1 - s$: the two slopes have to add up to 1.",
    ),
]
