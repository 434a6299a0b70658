"""Exercises of lesson 06. Keys come from the library, not from memory."""

import numpy as np
import sympy as sp

from course_lib.exercises.compare import Boolean, Number, Sequence, Symbolic
from course_lib.exercises.exercise import Exercise, WrongAnswer
from course_lib.exercises.lesson_06_keys import (
    BACKWARD,
    LAYER,
    L,
    arrays_that_are_zero,
    backward_of_the_library,
    backward_with,
    glorot_share_after,
    greatest_slope_of_sigmoid,
    layer_of_the_library,
    n,
    parameter_count,
    shape_of_predictions,
    variance_that_keeps_squares,
    zeros_after_relu,
)
from course_lib.exercises.lesson_06_predictions import PREDICTIONS as PREDICTIONS

WRITTEN_BACKWARD = """\
def backward(parameters, X, T):
    Z, A, predicted = forward(parameters, X)
    D = 2 * (predicted - T) / len(X)
    H = (D @ parameters.W2) * (Z > 0)
    return H.T @ X, H.sum(0), D.T @ A, D.sum(0)"""

EXERCISES = [
    Exercise(
        id="6.1",
        question="Write layer(W, b, X) = X Wᵀ + b for X (samples, inputs), W (units, inputs), b (units,), no loop.",
        comparator=LAYER,
        reference=lambda: layer_of_the_library,
        written="def layer(W, b, X):\n    return X @ W.T + b",
        wrong_answers=(
            WrongAnswer(lambda W, b, X: X @ W.T, "The bias is missing."),
            WrongAnswer(lambda W, b, X: W @ X.T + b[:, None], "That is the transpose: samples belong in the rows."),
            WrongAnswer(lambda W, b, X: X @ (W.T + b), "The bias was added to the weights. Multiply first."),
            WrongAnswer(lambda W, b, X: np.maximum(0, X @ W.T + b), "That is the activation. Here z itself is asked."),
        ),
        hints=(
            "Entry (i, u) of the result is the sum over j of X[i, j] · W[u, j], plus b[u].",
            "X @ W.T is the sum for all samples and units. NumPy adds b to each row.",
        ),
        explanation="One matrix product does all three loops, in compiled code.",
    ),
    Exercise(
        id="6.2",
        question="Write backward(parameters, X, T): the gradients of the mean squared error for W1, b1, W2, b2.",
        comparator=BACKWARD,
        reference=lambda: backward_of_the_library,
        written=WRITTEN_BACKWARD,
        wrong_answers=(
            WrongAnswer(backward_with("no mean"), "That is the sum over the samples. The loss is their mean."),
            WrongAnswer(backward_with("no 2"), "A factor of 2 is missing: the derivative of a square is 2 times."),
            WrongAnswer(backward_with("sign"), "The sign is turned: (o − t)² has the slope 2(o − t)."),
            WrongAnswer(backward_with("no slope"), "The slope of ReLU is missing: where z < 0 nothing passes."),
            WrongAnswer(
                backward_with("value for slope"), "You multiplied by the activation. The chain rule wants its slope."
            ),
            WrongAnswer(
                backward_with("mean of biases"), "The mean is in D already. A bias gets the sum over the samples."
            ),
            WrongAnswer(
                backward_with("transposed"), "W1 and W2 are transposed: a gradient has the shape of its parameter."
            ),
        ),
        hints=(
            "Go back line by line: first D = ∂loss/∂o, then what it means for W2 and b2, then H = ∂loss/∂z.",
            "D = 2 * (predicted - T) / len(X), and H = (D @ parameters.W2) * (Z > 0).",
            "W2 gets D.T @ A, b2 gets D.sum(0). W1 and b1 get the same from H and X.",
        ),
        explanation="Each layer hands its upstream gradient back, times its weights and times the slope.",
    ),
    Exercise(
        id="6.3",
        question=(
            "64 replicas of a 2-16-3 network predict 100 samples. What is the shape of the result? A list of three."
        ),
        comparator=Sequence(Number(), Number(), Number()),
        reference=shape_of_predictions,
        written="[64, 100, 3]",
        wrong_answers=(
            WrongAnswer([100, 64, 3], "The replica axis leads in all that comes back."),
            WrongAnswer([64, 3, 100], "What comes back has the samples before the outputs."),
            WrongAnswer([64, 100, 16], "16 is the width of the hidden layer. What does the last layer put out?"),
            WrongAnswer([64, 100, 2], "2 is the number of inputs."),
        ),
        hints=("First the replicas, then the samples.", "The last axis holds the outputs of the network."),
        explanation="Replicas, samples, outputs.",
    ),
    Exercise(
        id="6.4",
        question="What is the greatest value of the slope of the sigmoid, σ(z) = 1/(1 + exp(−z))?",
        comparator=Number(),
        reference=greatest_slope_of_sigmoid,
        written="1 / 4",
        wrong_answers=(
            WrongAnswer(1, "1 is the limit of σ itself on the right. Its slope is σ(1 − σ)."),
            WrongAnswer(0.5, "½ is the value σ(0). The slope is σ(1 − σ)."),
            WrongAnswer(0, "0 is what the slope tends to far from 0. Where is it greatest?"),
        ),
        hints=("The slope is σ(1 − σ), and σ lies between 0 and 1.", "σ(1 − σ) is greatest at σ = ½."),
        explanation="½ · ½ = ¼, at z = 0. Every sigmoid layer multiplies the gradient by ¼ or less.",
    ),
    Exercise(
        id="6.5",
        question="Mend the backward pass: the slope of ReLU has to be taken where the pre-activation is above 0.",
        comparator=BACKWARD,
        reference=lambda: backward_of_the_library,
        written=WRITTEN_BACKWARD.replace("def backward", "def mended"),
        wrong_answers=(
            WrongAnswer(
                backward_with("mask after"), "The slope is still 1 on every sample. Print A and Z of a few samples."
            ),
            WrongAnswer(backward_with("value for slope"), "That multiplies by the activation. A slope is 0 or 1 here."),
            WrongAnswer(
                lambda parameters, X, T: [
                    array * zero for array, zero in zip(backward_with("")(parameters, X, T), (0, 0, 1, 1), strict=True)
                ],
                "Now the slope is 0 everywhere, and W1 and b1 learn nothing.",
            ),
        ),
        hints=("What values does A take where Z is negative?", "Compare Z, not A, with 0; or ask for A > 0."),
        explanation="Z > 0 and A > 0 are the same mask. A ≥ 0 is always true, as if the network were linear.",
    ),
    Exercise(
        id="6.6",
        question="How many trained numbers, weights and biases, has a 2-16-16-2 network?",
        comparator=Number(),
        reference=parameter_count,
        written="2 * 16 + 16 + 16 * 16 + 16 + 16 * 2 + 2",
        wrong_answers=(
            WrongAnswer(320, "Those are the weights. Each unit has a bias as well."),
            WrongAnswer(36, "Those are the units. Each has a weight for every input."),
            WrongAnswer(352, "The two outputs have biases, too."),
        ),
        hints=("A layer with n inputs and m units has n · m weights.", "And m biases. There are three layers."),
        explanation="48 in the first layer, 272 in the second, 34 in the last.",
    ),
    Exercise(
        id="6.7",
        question=(
            "A ReLU layer has n inputs of mean square q, weights of mean 0 and variance v, and no bias. For which v do "
            "its outputs have mean square q again, if the pre-activations have balanced signs? A formula in n."
        ),
        comparator=Symbolic((n,)),
        reference=variance_that_keeps_squares,
        written="2 / n",
        wrong_answers=(
            WrongAnswer(1 / n, "That keeps the pre-activations. ReLU then cuts half of their squares off."),
            WrongAnswer(sp.sqrt(2 / n), "That is the standard deviation. The variance is asked."),
            WrongAnswer(1 / (2 * n), "The half is on the wrong side: n · v · ½ has to be 1."),
            WrongAnswer(2, "A sum of n terms grows with n, so the variance has to fall with n."),
        ),
        hints=("The mean square of z is n · v · q.", "ReLU passes half of it on: n · v · q/2 = q."),
        explanation="n · v · ½ = 1 gives v = 2/n: He's initialisation.",
    ),
    Exercise(
        id="6.8",
        question=(
            "Layers of ReLU with as many inputs as outputs start with Glorot's variance 1/n. By which factor does the "
            "norm of the gradient change, on the average, on its way back through L of them? An exact formula in L."
        ),
        comparator=Symbolic((L,)),
        reference=lambda: glorot_share_after(L),
        written="2 ** (-L / 2)",
        wrong_answers=(
            WrongAnswer(sp.Rational(1, 2) ** L, "That is the factor of its square. The norm changes by the root."),
            WrongAnswer(1, "An active unit has slope 1, but half are not active."),
            WrongAnswer(0.7071**L, "Nearly. Write the root exactly: sp.sqrt, or a power with the exponent 1/2."),
            WrongAnswer(1 / sp.sqrt(2), "That is one layer. Through L layers the factors multiply."),
            WrongAnswer(L / sp.sqrt(2), "The factors of the layers multiply; they do not add."),
        ),
        hints=("One layer: √(n · Var(W) · ½), with n · Var(W) = 1.", "√½ for each layer; L layers multiply."),
        explanation="√½ a layer. Ten layers leave 1/32.",
    ),
    Exercise(
        id="6.9",
        question="With sign as hidden activation, is the gradient of W1, b1, W2, b2 zero throughout? A list of four.",
        comparator=Sequence(Boolean(), Boolean(), Boolean(), Boolean()),
        reference=lambda: arrays_that_are_zero("sign"),
        written="[True, True, False, False]",
        wrong_answers=(
            WrongAnswer([True, True, True, True], "W2 and b2 come after the sign. Their gradients use A and D only."),
            WrongAnswer([False, False, False, False], "That is ReLU. The slope of sign is 0, and it multiplies H."),
            WrongAnswer([True, False, True, False], "A bias gets the same H as the weights of its layer, summed."),
            WrongAnswer([False, False, True, True], "The other way round: the gradient comes from the output."),
        ),
        hints=("H = (D @ parameters.W2) times the slope of sign.", "Which of the four gradients are made from H?"),
        explanation="H is 0, so W1 and b1 get nothing. W2 and b2 sit behind the sign and learn.",
    ),
    Exercise(
        id="6.10",
        question="ReLU is applied to [[-1.5, 0.0, 2.0], [0.5, -0.25, -3.0]]. How many of the results are exactly 0?",
        comparator=Number(),
        reference=zeros_after_relu,
        written="4",
        wrong_answers=(
            WrongAnswer(3, "Those are the negative ones. The 0 stays 0."),
            WrongAnswer(2, "Those are the positive ones, which stay as they are."),
            WrongAnswer(1, "That is the one that was 0. What becomes of the negative ones?"),
        ),
        hints=("max(0, z) is 0 for every z ≤ 0.", "Count the entries that are not above 0."),
        explanation="Three negative ones and the 0. tanh would leave one, tanh(0), and softplus none.",
    ),
]
