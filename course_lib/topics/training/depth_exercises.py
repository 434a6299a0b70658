"""Predictions and exercises of *Go deep*, and what their keys and planted wrong answers are computed from."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from course_lib.data import Dataset, standardised
from course_lib.exercises.compare import Boolean, Number, Sequence, Symbolic
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf, Numbers
from course_lib.networks import ACTIVATIONS
from course_lib.networks.one_hidden_layer import gradient_by_hand
from course_lib.topics.training.answers import PARAMETERS, T, X
from course_lib.topics.training.experiment import HIDDEN_LAYERS, gradient_by_layer

Array = NDArray[Any]
n = sp.Symbol("n", positive=True, integer=True)
L = sp.Symbol("L", positive=True, integer=True)
x = sp.Symbol("x", real=True)


def greatest_slope_of_sigmoid() -> sp.Expr:
    """The maximum of σ′ over the reals."""
    sigmoid = ACTIVATIONS["sigmoid"].piecewise().as_expr()
    (variable,) = sigmoid.free_symbols
    return sp.nsimplify(sp.maximum(sp.diff(sigmoid.subs(variable, x), x), x, sp.S.Reals))


def variance_that_keeps_squares() -> sp.Expr:
    """The Var(W) with n · Var(W) · ½ = 1: half of the squares of a z symmetric about 0 pass through ReLU."""
    variance = sp.Symbol("v", positive=True)
    return sp.solve(sp.Eq(n * variance * sp.Rational(1, 2), 1), variance)[0]


def glorot_share_after(layers: int) -> sp.Expr:
    """√(n · Var(W) / 2) for each layer, with Glorot's Var(W) = 2/(n + n), so many times."""
    return sp.sqrt(n * (2 / (n + n)) / 2) ** layers


def arrays_that_are_zero(activation: str) -> list[bool]:
    """For W1, b1, W2, b2: whether the gradient is 0 in every entry, at the numbers of exercise training.2."""
    return [not array.any() for array in gradient_by_hand(PARAMETERS, X, T, activation)]


@cache
def share_that_arrives() -> str:
    """The option of prediction training.p1 nearest to the measured median, on a log scale."""
    norms = gradient_by_layer("sigmoid", "glorot").arriving
    power = round(float(np.median(np.log10(norms[:, 0] / norms[:, HIDDEN_LAYERS - 1]))))
    return {-1: "about a tenth", -3: "about a thousandth", -6: "about a millionth"}[power]


def standardise_by_the_library(pixels: Array, test: Array) -> tuple[Array, Array]:
    """Both parts, as `standardised` returns them."""
    labels = [np.zeros(len(part), int) for part in (pixels, test)]
    scaled = standardised(Dataset("both", pixels, labels[0], test, labels[1], ("any",), "made up"))
    return scaled.X, scaled.X_test


def standardise_with(mistake: str) -> Callable[[Array, Array], tuple[Array, Array]]:
    """Standardisation with one mistake that people make."""

    def standardise(pixels: Array, test: Array) -> tuple[Array, Array]:
        axis = {"all pixels together": None, "by picture": 1}.get(mistake, 0)

        def scaled(part: Array, by: Array) -> Array:
            mean = by.mean(axis, keepdims=True)
            deviation = by.var(axis, keepdims=True) if mistake == "variance" else by.std(axis, keepdims=True)
            deviation = np.ones_like(deviation) if mistake == "centred only" else deviation
            if mistake == "n - 1":
                deviation = by.std(axis, keepdims=True, ddof=1)
            if mistake == "no mean":
                mean = np.zeros_like(mean)
            return np.asarray((part - mean) / np.where(deviation == 0, 1, deviation))

        if mistake == "by 255":
            return pixels / 255, test / 255
        if mistake == "by the range":
            low, span = pixels.min(0), np.ptp(pixels, axis=0) + (np.ptp(pixels, axis=0) == 0)
            return (pixels - low) / span, (test - low) / span
        if mistake == "both together":
            both = np.vstack([pixels, test])
            return scaled(pixels, both), scaled(test, both)
        own = mistake in ("test by itself", "by picture")
        return scaled(pixels, pixels), test if mistake == "test left" else scaled(test, test if own else pixels)

    return standardise


def pictures() -> list[Case]:
    """Pixels in sixteenths; the second pixel of the second pair of parts is blank in every picture."""
    rng = np.random.default_rng(12)
    cases = []
    for words, blank in (("pixels that all vary", []), ("a pixel that is blank in every picture", [1])):
        parts = [rng.integers(0, 17, (samples, 3)) / 16 for samples in (6, 4)]
        for part in parts:
            part[:, blank] = 0
        cases.append(Case(words, tuple(parts)))
    return cases


PARTS = (Numbers("training part", relative=1e-5), Numbers("test part", relative=1e-5))
STANDARDISED = FunctionOf(pictures, Sequence(*PARTS))

PREDICTIONS = [
    Prediction(
        id="training.p1",
        question=(
            "A network has ten hidden layers of 64 sigmoid units; its weights are drawn with variance 1/64. Before "
            "training, the loss sends its gradient back. Of what arrives at the units of the tenth layer, how much "
            "arrives at those of the first?"
        ),
        options={
            "about a tenth": "A tenth would be little for one layer. But the factors of nine layers multiply.",
            "about a thousandth": "You saw it shrink, but with these weights each of nine layers takes more.",
            "about a millionth": "Nine factors well below 1 multiply, one for each layer.",
        },
        answer=share_that_arrives,
        reveal="The first section measures it layer by layer.",
    ),
]

EXERCISES = [
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
        explanation="½ · ½ = ¼, at z = 0. That is the slope alone: the weights of the layer multiply as well.",
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
        hints=(
            r"The mean square of z is $n \cdot v \cdot q$. What does ReLU do to the half of z below 0?",
            r"ReLU passes half of it on: $n \cdot v \cdot \frac{q}{2} = q$.",
        ),
        explanation=r"$n \cdot v \cdot \frac{1}{2} = 1$ gives $v = \frac{2}{n}$: He's initialisation.",
    ),
    Exercise(
        id="training.8",
        comparator=Symbolic((L,)),
        reference=lambda: glorot_share_after(L),
        wrong_answers=(
            WrongAnswer(sp.Rational(1, 2) ** L, "That is for the mean square. Asked is its root."),
            WrongAnswer(2 ** (-(L - 1) / 2), "That is one layer too few: each of the L layers has its factor."),
            WrongAnswer(2 ** (-(L + 1) / 2), "That is one layer too many: there are L factors."),
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
        id="depth.1",
        comparator=STANDARDISED,
        reference=lambda: standardise_by_the_library,
        wrong_answers=(
            WrongAnswer(
                standardise_with("test by itself"),
                "The test part was scaled by its own mean and deviation. The network has learned from the scale of the "
                "training part, so one picture would mean two things.",
            ),
            WrongAnswer(standardise_with("variance"), "You divided by the variance. Take its root."),
            WrongAnswer(standardise_with("centred only"), "The mean is gone, but the standard deviation is not 1 yet."),
            WrongAnswer(standardise_with("all pixels together"), "That is one mean for all pixels. Each has its own."),
            WrongAnswer(standardise_with("by picture"), "That is done picture by picture. Go along axis 0 instead."),
            WrongAnswer(standardise_with("test left"), "The test part came back as it was."),
            WrongAnswer(
                standardise_with("both together"),
                "Mean and deviation are those of both parts together. The test part must stay unseen: take X alone.",
            ),
            WrongAnswer(standardise_with("n - 1"), "That is `ddof=1`: it divides by n − 1. Take `X.std(0)`."),
            WrongAnswer(standardise_with("by 255"), "That only divides by 255. Each pixel needs its own two numbers."),
            WrongAnswer(
                standardise_with("by the range"), "That brings each pixel to 0 to 1. Take mean and standard deviation."
            ),
            WrongAnswer(standardise_with("no mean"), "The scale is right, but the mean was not subtracted."),
        ),
        hints=(
            "X.mean(0) and X.std(0) have an entry for each pixel. Both parts use those of X.",
            "Where the standard deviation is 0, divide by 1 instead: np.where(deviation == 0, 1, deviation).",
        ),
        explanation="One scale for both parts, from the training part alone, and no division by 0.",
    ),
    Exercise(
        id="training.9",
        comparator=Sequence(Boolean(), Boolean(), Boolean(), Boolean()),
        reference=lambda: arrays_that_are_zero("sign"),
        wrong_answers=(
            WrongAnswer([True, True, True, True], "W2 and b2 come after the sign. Their gradients use A and D only."),
            WrongAnswer([False, False, False, False], "That is ReLU. The slope of sign is 0, and it multiplies H."),
            WrongAnswer([True, False, False, False], "A bias gets the same H as the weights of its layer, summed."),
            WrongAnswer([False, True, False, False], "The weights of a layer get the same H as its bias, times X."),
            WrongAnswer([True, True, False, True], "b2 gets D.sum(0), and the errors in D are not 0."),
            WrongAnswer([True, True, True, False], "W2 gets D.T @ A, and the signs in A are not 0."),
            WrongAnswer([False, False, True, True], "The other way round: the gradient comes from the output."),
        ),
        hints=("H = (D @ parameters.W2) times the slope of sign.", "Which of the four gradients are made from H?"),
        explanation="H is 0, so W1 and b1 get nothing. W2 and b2 sit behind the sign and learn.",
    ),
]
