"""Predictions and exercises of *Train a network in NumPy*. Keys come from the library, not from memory."""

import numpy as np

from course_lib.exercises.compare import Number
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.networks.one_hidden_layer import gradient_by_hand
from course_lib.topics.training.answers import (
    BACKWARD,
    DESCENT,
    LAYER,
    backward_of_the_library,
    backward_with,
    descent_of_the_library,
    descent_with,
    layer_by_loops,
    layer_of_the_library,
    probability_of_silence,
    what_the_bug_does,
    where_starts_end,
)

PREDICTIONS = [
    Prediction(
        id="training.p2",
        question=(
            "A network with three hidden ReLU units learns the exclusive or (1 where the two inputs differ, else 0): "
            "four points, all in each step. Loss 0 can be reached. 1000 networks start from different random "
            "weights. Where do they end?"
        ),
        options={
            "at one loss": "That would be so if there were only one minimum to fall into.",
            "at two losses": "There are more ways to get stuck than one.",
            "at three losses or more": "A network can get stuck in several ways, each with its own loss.",
        },
        answer=where_starts_end,
        reveal="The last figure of the lesson shows where they end.",
    ),
    Prediction(
        id="training.p3",
        question=(
            "A backward pass has a bug: all its shapes are right, and some of its numbers are not. The forward pass is "
            "right. The right backward pass took the loss from 0.81 to 0.15 in 300 steps. What does this one do?"
        ),
        options={
            "the loss rises": "Descent is more patient than that: a gradient that is wrong need not point uphill.",
            "the loss falls, but less far": "A part of the gradient is still right, and the rest is not quite wrong.",
            "the loss falls just as far": "Some is lost, though without the right one beside it you might not notice.",
        },
        answer=what_the_bug_does,
        reveal="A falling loss says little. The section 'Break it' lets a gradient check look.",
    ),
]

EXERCISES = [
    Exercise(
        id="training.1",
        comparator=LAYER,
        reference=lambda: layer_of_the_library,
        wrong_answers=(
            WrongAnswer(lambda W, b, X: X @ W.T, "The bias is missing."),
            WrongAnswer(lambda W, b, X: W @ X.T + b[:, None], "That is the transpose: samples belong in the rows."),
            WrongAnswer(lambda W, b, X: X @ (W.T + b), "The bias was added to the weights. Multiply first."),
            WrongAnswer(lambda W, b, X: np.maximum(0, X @ W.T + b), "That is the activation. Here z itself is asked."),
            WrongAnswer(layer_by_loops, "The numbers are right, but there is a loop in it. One product does them all."),
        ),
        hints=(
            "Entry (i, u) of the result is the sum over j of X[i, j] · W[u, j], plus b[u].",
            "X @ W.T is the sum for all samples and units. NumPy adds b to each row.",
        ),
        explanation="The product `X @ W.T` does all three loops at once, in compiled code.",
    ),
    Exercise(
        id="training.2",
        comparator=BACKWARD,
        reference=lambda: backward_of_the_library,
        wrong_answers=(
            WrongAnswer(backward_with("no mean"), "That is the sum over the samples. The loss is their mean."),
            WrongAnswer(backward_with("no 2"), "A factor of 2 is missing: the derivative of a square is 2 times."),
            WrongAnswer(backward_with("sign"), "The sign is reversed: $(o - t)^2$ has the slope $2(o - t)$."),
            WrongAnswer(backward_with("no slope"), "The slope of ReLU is missing: where z < 0 nothing passes."),
            WrongAnswer(backward_with("value for slope"), "You multiplied by the activation. Take its slope."),
            WrongAnswer(backward_with("mean of biases"), "The mean is in D already. A bias gets the sum of H or D."),
            WrongAnswer(
                backward_with("transposed"), "W1 and W2 are transposed: a gradient has the shape of its parameter."
            ),
        ),
        hints=(
            r"Go back line by line: first $D = \frac{\partial\text{loss}}{\partial o}$, then what it means for "
            r"W2 and b2, then $H = \frac{\partial\text{loss}}{\partial z}$.",
            "D = 2 * (outputs - T) / len(X), and H = (D @ parameters.W2) * (Z > 0).",
            "W2 gets D.T @ A, b2 gets D.sum(0). W1 and b1 get the same from H and X.",
        ),
        explanation="Each layer hands its upstream gradient back, times its weights and times the slope.",
    ),
    Exercise(
        id="training.11",
        comparator=DESCENT,
        reference=lambda: descent_of_the_library,
        wrong_answers=(
            WrongAnswer(descent_with("uphill"), "That climbs: the gradient points up. Subtract it."),
            WrongAnswer(
                descent_with("frozen"),
                "The gradient was taken once, at the start. It has to be taken anew after each step.",
            ),
            WrongAnswer(descent_with("one step"), "That is one step. `return` inside the loop ends it."),
            WrongAnswer(descent_with("weights only"), "The biases stayed where they were. They learn as well."),
            WrongAnswer(
                descent_with("in turn"),
                "The arrays were moved in turn, each with a gradient taken after the one before had moved. A step "
                "moves all four along one gradient.",
            ),
            WrongAnswer(descent_with("mean again"), "You divided by the samples; the gradient is a mean already."),
            WrongAnswer(
                lambda parameters, X, T, learning_rate, steps: parameters,
                "Your parameters have not moved. Return those after the last step.",
            ),
            WrongAnswer(descent_with("one too few"), "That is one step too few."),
            WrongAnswer(descent_with("one too many"), "That is one step too many."),
            WrongAnswer(descent_with("no rate"), "The learning rate does not scale your steps."),
            WrongAnswer(descent_with("rate 0.1"), "You step with the rate 0.1, whatever `learning_rate` is."),
            WrongAnswer(
                descent_with("by sample"), "You stepped after each sample. One step here uses all samples at once."
            ),
        ),
        hints=(
            "In the loop: take the gradient at the parameters that you have now, then replace all four arrays.",
            "Take gradient = gradient_by_hand(parameters, X, T). "
            "W1 becomes parameters.W1 - learning_rate * gradient.W1.",
        ),
        explanation="Gradient, step, gradient, step. That is all of gradient descent.",
    ),
    Exercise(
        id="training.12",
        comparator=Number(),
        reference=probability_of_silence,
        wrong_answers=(
            WrongAnswer(
                1 / 8, "The three points are not independent: where both weights are negative, so is their sum."
            ),
            WrongAnswer(1 / 2, "That is one point. The unit has to be off at all three."),
            WrongAnswer(3 / 4, "That is the probability that some point switches it on."),
            WrongAnswer(1 / 64, "That is all three units of a network together. One unit is asked for."),
            WrongAnswer(37 / 64, "That is at least one of three units. One unit is asked for."),
            WrongAnswer(25, "The number is right in per cent. A probability lies between 0 and 1."),
        ),
        hints=(
            "The pre-activations at the three points are $w_2$, $w_1$ and $w_1 + w_2$.",
            "It is off at (0, 1) if $w_2 < 0$, and at (1, 0) if $w_1 < 0$. Does (1, 1) ask for more?",
        ),
        explanation="$w_1 < 0$ and $w_2 < 0$, each with probability ½. Their sum is then negative as well.",
    ),
    Exercise(
        id="training.5",
        comparator=BACKWARD,
        reference=lambda: backward_of_the_library,
        wrong_answers=(
            WrongAnswer(
                backward_with("mask after"), "The slope is still 1 on every sample. Print A and Z of a few samples."
            ),
            WrongAnswer(backward_with("value for slope"), "That multiplies by the activation. A slope is 0 or 1 here."),
            WrongAnswer(
                lambda parameters, X, T: [
                    array * zero for array, zero in zip(gradient_by_hand(parameters, X, T), (0, 0, 1, 1), strict=True)
                ],
                "Now the slope is 0 everywhere, and W1 and b1 learn nothing.",
            ),
        ),
        hints=("What values does A take where Z is negative?", "Compare Z, not A, with 0; or ask for A > 0."),
        explanation="`A >= 0` is always true, so the slope was 1 everywhere. `Z > 0` and `A > 0` are 0 where z < 0.",
    ),
]
