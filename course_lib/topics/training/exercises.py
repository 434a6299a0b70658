"""The predictions and exercises of this topic. Keys come from the library, not from memory."""

import numpy as np
import sympy as sp

from course_lib.exercises.compare import Boolean, Number, Sequence, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.networks import ACTIVATIONS, Network
from course_lib.networks.one_hidden_layer import gradient_by_hand
from course_lib.topics.training.answers import (
    BACKWARD,
    LAYER,
    L,
    Shape,
    arrays_that_are_zero,
    backward_of_the_library,
    backward_with,
    glorot_share_after,
    greatest_slope_of_sigmoid,
    layer_by_loops,
    layer_of_the_library,
    n,
    share_that_arrives,
    variance_that_keeps_squares,
    what_the_bug_does,
    where_starts_end,
)

PREDICTIONS = [
    Prediction(
        id="training.p1",
        question=(
            "A network has ten hidden layers of 64 sigmoid units, Glorot's initialisation, standardised images. Before "
            "training, compare the gradient of the first layer's weights with that of the last layer's. What is it?"
        ),
        options={
            "about a tenth": "The slope of a sigmoid is small everywhere, and the slopes of ten layers multiply.",
            "about a thousandth": "You saw it shrink, but with these weights each of ten layers takes more.",
            "about a millionth": "With these weights each of ten layers lets about a quarter through.",
        },
        answer=share_that_arrives,
        reveal="The section 'Deeper' measures it layer by layer.",
    ),
    Prediction(
        id="training.p2",
        question=(
            "A network with three hidden ReLU units learns the exclusive or: four points, all in each step. Loss 0 "
            "can be reached. 64 networks start from different random weights. Where do they end?"
        ),
        options={
            "at one loss": "That would be so if there were only one minimum to fall into.",
            "at two losses": "There are more ways to get stuck than one.",
            "at three losses or more": "A network can get stuck in several ways, each with its own loss.",
        },
        answer=where_starts_end,
        reveal="The section 'Many starts' shows the histogram.",
    ),
    Prediction(
        id="training.p3",
        question=(
            "A backward pass takes the slope of ReLU as 1 everywhere. The forward pass is right. What do 300 steps do?"
        ),
        options={
            "the loss rises": "Descent is more patient than that: the gradient of W2 is still right.",
            "the loss falls, but less far": "The gradient of W2 is still right, and that of W1 is not quite wrong.",
            "the loss falls just as far": "Some of it is lost: the mask decides which samples a unit learns from.",
        },
        answer=what_the_bug_does,
        reveal="A falling loss says little. The section 'Break it' lets check_gradient look.",
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
        explanation="One matrix product does all three loops, in compiled code.",
    ),
    Exercise(
        id="training.2",
        comparator=BACKWARD,
        reference=lambda: backward_of_the_library,
        wrong_answers=(
            WrongAnswer(backward_with("no mean"), "That is the sum over the samples. The loss is their mean."),
            WrongAnswer(backward_with("no 2"), "A factor of 2 is missing: the derivative of a square is 2 times."),
            WrongAnswer(backward_with("sign"), "The sign is turned: $(o - t)^2$ has the slope $2(o - t)$."),
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
            r"Go back line by line: first $D = \frac{\partial\text{loss}}{\partial o}$, then what it means for "
            r"W2 and b2, then $H = \frac{\partial\text{loss}}{\partial z}$.",
            "D = 2 * (predicted - T) / len(X), and H = (D @ parameters.W2) * (Z > 0).",
            "W2 gets D.T @ A, b2 gets D.sum(0). W1 and b1 get the same from H and X.",
        ),
        explanation="Each layer hands its upstream gradient back, times its weights and times the slope.",
    ),
    Exercise(
        id="training.3",
        comparator=Shape(),
        reference=lambda: list(Network.mlp([2, 16, 3], replicas=64).predict(np.zeros((100, 2))).shape),
        wrong_answers=(
            WrongAnswer([100, 64, 3], "The replica axis leads in all that comes back."),
            WrongAnswer([64, 3, 100], "What comes back has the samples before the outputs."),
            WrongAnswer([64, 100, 16], "16 is the width of the hidden layer. What does the last layer put out?"),
            WrongAnswer([64, 100, 2], "2 is the number of inputs."),
            WrongAnswer([100, 3], "That is one replica. All 64 answer at once, along an axis of their own."),
            WrongAnswer([64, 3], "That is one sample. Each of the 100 has an axis entry of its own."),
            WrongAnswer([64 * 100, 3], "Replicas and samples keep an axis each; they are not lined up in one."),
        ),
        hints=("First the replicas, then the samples.", "The last axis holds the outputs of the network."),
        explanation="Replicas, samples, outputs.",
    ),
    Exercise(
        id="training.4",
        comparator=Number(),
        reference=greatest_slope_of_sigmoid,
        wrong_answers=(
            WrongAnswer(1, "1 is the limit of σ itself on the right. Its slope is σ(1 − σ)."),
            WrongAnswer(0.5, "½ is the value σ(0). The slope is σ(1 − σ)."),
            WrongAnswer(0, "0 is what the slope tends to far from 0. Where is it greatest?"),
        ),
        hints=("The slope is σ(1 − σ), and σ lies between 0 and 1.", "σ(1 − σ) is greatest at σ = ½."),
        explanation="½ · ½ = ¼, at z = 0. The weights of the layer multiply as well, and they may be larger than 1.",
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
        explanation="Z > 0 and A > 0 are the same mask. A ≥ 0 is always true, as if the network were linear.",
    ),
    Exercise(
        id="training.6",
        comparator=Number(),
        reference=lambda: Network.mlp([2, 16, 16, 2]).n_parameters,
        wrong_answers=(
            WrongAnswer(320, "Those are the weights. Each unit has a bias as well."),
            WrongAnswer(36, "Those are the units. Each has a weight for every input."),
            WrongAnswer(352, "The two outputs have biases, too."),
            WrongAnswer(356, "Inputs have no biases. Only the 16, 16 and 2 units have."),
            WrongAnswer(322, "The hidden units have biases, too: 16 in each layer."),
            WrongAnswer(82, "That is a 2-16-2 network. Between the two hidden layers there are weights as well."),
            WrongAnswer(338, "One hidden layer's biases are missing: each has 16."),
        ),
        hints=("A layer with n inputs and m units has n · m weights.", "And m biases. There are three layers."),
        explanation="48 in the first layer, 272 in the second, 34 in the last.",
    ),
    Exercise(
        id="training.7",
        comparator=Symbolic((n,)),
        reference=variance_that_keeps_squares,
        wrong_answers=(
            WrongAnswer(1 / n, "That keeps the pre-activations. ReLU then cuts half of their squares off."),
            WrongAnswer(sp.sqrt(2 / n), "That is the standard deviation. The variance is asked."),
            WrongAnswer(1 / (2 * n), "The half is on the wrong side: n · v · ½ has to be 1."),
            WrongAnswer(2, "A sum of n terms grows with n, so the variance has to fall with n."),
            WrongAnswer(
                2 / n**2,
                r"The variances of n independent terms add up to $n \cdot v \cdot q$, not to $n^2 \cdot v \cdot q$.",
            ),
        ),
        hints=("The mean square of z is n · v · q.", r"ReLU passes half of it on: $n \cdot v \cdot \frac{q}{2} = q$."),
        explanation=r"$n \cdot v \cdot \frac{1}{2} = 1$ gives $v = \frac{2}{n}$: He's initialisation.",
    ),
    Exercise(
        id="training.8",
        comparator=Symbolic((L,)),
        reference=lambda: glorot_share_after(L),
        wrong_answers=(
            WrongAnswer(sp.Rational(1, 2) ** L, "That is the factor of its square. The norm changes by the root."),
            WrongAnswer(1, "An active unit has slope 1, but half are not active."),
            WrongAnswer(1 / sp.sqrt(2), "That is one layer. Through L layers the factors multiply."),
            WrongAnswer(L / sp.sqrt(2), "The factors of the layers multiply; they do not add."),
            WrongAnswer(1 / sp.sqrt(2 * L), "The factors of the layers multiply: L stands in the exponent."),
            WrongAnswer(
                1 / n ** (L / 2),
                r"The layer sums over n outputs, and $n \cdot \frac{1}{n}$ is 1. Only the half remains.",
            ),
        ),
        hints=(
            r"One layer: $\sqrt{n \cdot \operatorname{Var}(W) \cdot \frac{1}{2}}$, with "
            r"$n \cdot \operatorname{Var}(W) = 1$.",
            r"$\sqrt{\frac{1}{2}}$ for each layer; L layers multiply.",
        ),
        explanation=r"$\sqrt{\frac{1}{2}}$ a layer. Ten layers leave $\frac{1}{32}$.",
    ),
    Exercise(
        id="training.9",
        comparator=Sequence(Boolean(), Boolean(), Boolean(), Boolean()),
        reference=lambda: arrays_that_are_zero("sign"),
        wrong_answers=(
            WrongAnswer([True, True, True, True], "W2 and b2 come after the sign. Their gradients use A and D only."),
            WrongAnswer([False, False, False, False], "That is ReLU. The slope of sign is 0, and it multiplies H."),
            WrongAnswer([True, False, False, False], "A bias gets the same H as the weights of its layer, summed."),
            WrongAnswer([True, True, True, False], "W2 gets D.T @ A, and the signs in A are not 0."),
            WrongAnswer([False, False, True, True], "The other way round: the gradient comes from the output."),
        ),
        hints=("H = (D @ parameters.W2) times the slope of sign.", "Which of the four gradients are made from H?"),
        explanation="H is 0, so W1 and b1 get nothing. W2 and b2 sit behind the sign and learn.",
    ),
    Exercise(
        id="training.10",
        comparator=Number(),
        reference=lambda: int((ACTIVATIONS["relu"]([-1.5, 0.0, 2.0, 0.5, -0.25, -3.0]) == 0).sum()),
        wrong_answers=(
            WrongAnswer(3, "Those are the negative ones. The 0 stays 0."),
            WrongAnswer(2, "Those are the positive ones, which stay as they are."),
            WrongAnswer(1, "That is the one that was 0. What becomes of the negative ones?"),
        ),
        hints=("max(0, z) is 0 for every z ≤ 0.", "Count the entries that are not above 0."),
        explanation="Three negative ones and the 0. tanh would leave one, tanh(0), and softplus none.",
    ),
]
