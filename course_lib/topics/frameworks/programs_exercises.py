"""Exercises and predictions of *Differentiate programs, not functions*. Keys come from the library, not from memory."""

import numpy as np
import sympy as sp

from course_lib.exercises.compare import Number, Sequence, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.topics.frameworks.answers import (
    GHOST,
    MENDED,
    PRODUCT,
    SPELLED,
    MendedFunction,
    derivative_of_the_identity,
    product_of_duals,
    relu6_slopes,
    slope_for_uneven_parts,
    spelled_relu,
)
from course_lib.topics.frameworks.dual_numbers import relu
from course_lib.topics.frameworks.experiment import S, identity, relu2, zero, zero_with_slope_one


def _assigned_all(upstream, z, s):  # type: ignore[no-untyped-def]
    gradient = np.where(z > 0, upstream, 0.0)
    gradient[z == 0] = s * upstream
    return gradient


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
            WrongAnswer(
                lambda a, b: (a[0] * b[0], a[1] * b[0] + a[0] * b[1] + a[1] * b[1]),
                "ε² is 0, so the product of both slopes drops out.",
            ),
            WrongAnswer(lambda a, b: (a[0] * b[0], a[1] * b[0]), "One half of the product rule is missing."),
            WrongAnswer(
                lambda a, b: (a[0] * b[0], a[0] * b[1]),
                "That is one half of the product rule: the slope of `a` has to count as well.",
            ),
            WrongAnswer(
                lambda a, b: (a[0] + b[0], a[1] * b[0] + a[0] * b[1]),
                "The slope is right, but the value of a product is the product of the values.",
            ),
            WrongAnswer(
                lambda a, b: (a[0] * b[0], a[0] * a[1] + b[0] * b[1]), "Each slope goes with the *other* pair's value."
            ),
            WrongAnswer(lambda a, b: (a[0] * b[0], a[1] * b[0] - a[0] * b[1]), "The two halves add up."),
            WrongAnswer(
                lambda a, b: (a[0] * b[0] - a[1] * b[1], a[1] * b[0] + a[0] * b[1]),
                "That is a product of complex numbers: ε² is 0, not −1.",
            ),
            WrongAnswer(lambda a, b: (a[0] + b[0], a[1] + b[1]), "That is the sum of the pairs, not their product."),
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
        id="frameworks.5",
        comparator=MendedFunction("assign"),
        reference=lambda: MENDED["assign"],
        wrong_answers=(
            WrongAnswer(_assigned_all, "At the kinks alone: take s times the entries of upstream at the same places."),
            WrongAnswer(
                lambda upstream, z, s: np.where(z > 0, upstream, np.where(z == 0, s, 0.0)),
                "That still sets the gradient to s. What if the upstream gradient is 3, or 0?",
            ),
            WrongAnswer(lambda upstream, z, s: np.where(z >= 0, upstream, 0), "Now the slope at 0 is 1 whatever s is."),
            WrongAnswer(
                lambda upstream, z, s: np.where(z > 0, upstream, 0.0),
                "Now it is 0 at the kink. If you multiply `gradient` by s there: it is 0 already. Take `upstream`.",
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
        id="frameworks.2",
        comparator=Sequence(Symbolic((S,)), Symbolic((S,))),
        reference=relu6_slopes,
        wrong_answers=(
            WrongAnswer([S, S], "At 6 the first ReLU is active, with slope 1. The second is subtracted."),
            WrongAnswer([S, -S], "At 6 the first ReLU has slope 1."),
            WrongAnswer([S, 1 + S], "The second ReLU is subtracted, and so is its slope s at 6."),
            WrongAnswer([S, 0], "At 6 the first ReLU is active, so its slope 1 comes in as well."),
            WrongAnswer([S, 1], "At 6 the second ReLU is on its kink, and its slope s is subtracted."),
            WrongAnswer([S, sp.Rational(1, 2)], "At 6 it is ½ for s = ½ alone. What if s is another number?"),
            WrongAnswer([2 * S, 2 * S], "Only one is at its kink: at 0 the second gets −6, at 6 the first gets 6."),
            WrongAnswer([1 - S, 1 - S], "At 0 the second ReLU gets −6 and has slope 0. The first is on its kink."),
            WrongAnswer([0, 1 - S], "At 0 the first ReLU is on its kink, and passes s on."),
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
            WrongAnswer(lambda t, c: relu(t), "That is ReLU with the derivative 0, whatever c is."),
            WrongAnswer(lambda t, c: relu2(t), "That is ReLU with the derivative 1, whatever c is."),
            WrongAnswer(lambda t, c: relu(t) + c * t, "The derivative is c, but the function is no longer ReLU."),
            WrongAnswer(lambda t, c: c * relu2(t), "The derivative is c, but the function is c times ReLU."),
            WrongAnswer(lambda t, c: relu(t) - c * zero(t), "The derivative is −c. Turn the difference round."),
        ),
        hints=(
            "Adding 0 changes no value, and one of the programs above computes 0.",
            "That program has the automatic derivative 1 − 2s.",
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
            WrongAnswer(0, "With s = 0 the derivative is 0. It has to be 1."),
            WrongAnswer(1, "With s = 1 the derivative is 2."),
        ),
        hints=("The first part has the derivative $s^2$, the second adds s.", "$s^2 + s = 1$."),
        explanation=(
            r"$s^2 + s = 1$ gives $\frac{\sqrt{5} - 1}{2}$, about 0.618: a value that suits no other "
            "program for t here."
        ),
    ),
    Exercise(
        id="frameworks.12",
        comparator=GHOST,
        reference=lambda: zero_with_slope_one,
        wrong_answers=(
            WrongAnswer(zero, "That is 0 with the derivative 1 − 2s, which is 1 for s = 0 only."),
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
        reveal="The function is x and has the derivative 1. The section 'Go forward' shows where the 1 gets lost.",
    ),
]
