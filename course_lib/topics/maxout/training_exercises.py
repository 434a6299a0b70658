"""The exercises and predictions of the lesson *Train maxout*, and the keys that the library computes for them."""

from collections.abc import Callable
from functools import cache

import numpy as np

from course_lib.exercises.compare import Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf, Numbers
from course_lib.networks import Dense, Maxout, Network
from course_lib.topics.maxout.gaps import benefit_differences, gap_difference
from course_lib.topics.maxout.training import FORMS, PAIRS, TARGETS, X, absolute_value, trajectory, unit_kernel

SAMPLES, RESIDUALS, ETA = (-2.0, -1.0, 2.0), (-1.0, 1.0, 2.0), 0.1
CLEAR = 0.5  # points of accuracy from which prediction p2 calls a gap larger or smaller


def first_change() -> list[float]:
    """−η K r for the unit max(x, 0) with two trained pieces."""
    change: list[float] = (-ETA * unit_kernel([1, 0], [0, 0], SAMPLES) @ np.array(RESIDUALS)).tolist()
    return change


@cache
def kernel_cases() -> list[Case]:
    """Units with one to four pieces: each piece wins at some sample, and no two tie."""
    cases = [
        Case("the pieces x and 0 and four samples", (np.array([1.0, 0.0]), np.zeros(2), np.array([-2.0, -1, 1, 3])))
    ]
    for w, b in (([0.5], [-1.0]), ([-2, 0.5, 3], [2, 4, -2]), ([1.0, -3, 3, -1], [0, -2.5, -2.5, 0])):
        name = f"{len(w)} piece{'s' * (len(w) > 1)} and six samples"
        cases.append(Case(name, (np.array(w), np.array(b), np.linspace(-2.5, 2.7, 6))))
    return cases


Kernel = Callable[..., np.ndarray]


def masked(together: Callable[..., np.ndarray], products: Kernel = lambda x: 1 + np.outer(x, x)) -> Kernel:
    """together(z) · products(x), with z (samples, pieces): an answer to maxout_training.2."""
    return lambda w, b, x: together(np.outer(x, w) + b) * products(x)


def same_winner(z: np.ndarray) -> np.ndarray:
    """Whether one piece wins at both of two samples, for all pairs of samples."""
    winner = z.argmax(1)
    return winner[:, None] == winner


def across() -> list[float]:
    """J(1)·J(−2) without d's column of ones, for |x| as two ReLUs and as one maxout unit."""
    jacobians = [absolute_value(form).jacobian([1, -2])[:, :-1] for form in FORMS]
    return [float(J[0] @ J[1]) for J in jacobians]


def parameter_counts() -> list[int]:
    """64-120-120-10 with maxout of 3 pieces in both hidden layers, and 64-40-40-10."""
    return [Network([Maxout(64, n, 3), Maxout(n, n, 3), Dense(n, 10)]).n_parameters for n in (120, 40)]


@cache
def error_cases() -> list[Case]:
    """Errors in percent whose divisions differ more than their starts."""
    rng = np.random.default_rng(5)
    cases = []
    for divisions, starts in ((3, 2), (5, 4), (8, 10)):
        errors = 10 + rng.normal(size=(2, 2, divisions, starts)) / 2 + rng.normal(size=(1, 1, divisions, 1)) * 2
        cases.append(Case(f"{divisions} divisions with {starts} starts each", (errors.round(2),)))
    return cases


def mean_and_error(differences: Callable[[np.ndarray], np.ndarray], ddof: int = 1) -> Callable[..., list[float]]:
    """[mean, s/√n] of the numbers that `differences` makes of the errors: an answer to maxout_training.5."""

    def answer(errors: np.ndarray) -> list[float]:
        d = np.ravel(differences(errors))
        return [float(d.mean()), float(d.std(ddof=ddof) / np.sqrt(len(d)))]

    return answer


def after_a_step() -> str:
    """The option of prediction maxout_training.p1, from one step."""
    pair = next(iter(PAIRS))
    relu, maxout = (((trajectory(pair, form, 1)[1].outputs(X) - TARGETS[PAIRS[pair]]) ** 2).sum() for form in FORMS)
    if relu == maxout:
        return "they still compute the same"
    return "they differ, and maxout has the lower loss" if maxout < relu else "they differ, and ReLU has the lower loss"


def gap_with_five() -> str:
    """The option of prediction maxout_training.p2, from the shipped runs."""
    difference = gap_difference("as many units", 5, "300 digits", 0.0).estimate
    if abs(difference) < CLEAR:
        return "about as large"
    return "larger" if difference > 0 else "smaller"


PREDICTIONS = [
    Prediction(
        id="maxout_training.p1",
        question=(
            "Two networks with six hidden units compute the same function to the last bit: one has units max(0, z), "
            "the other maxout units whose second piece is 0 at the start. Both make one step of gradient descent, on "
            "the same 20 samples and with the same learning rate 0.01. And then?"
        ),
        options={
            "they still compute the same": (
                "The gradient is taken with respect to the parameters, and maxout has parameters that ReLU has not."
            ),
            "they differ, and ReLU has the lower loss": "That happens with steps that are too long. This one is short.",
            "they differ, and maxout has the lower loss": (
                "More parameters were free to help, and to first order none does harm."
            ),
        },
        answer=after_a_step,
        reveal="You will find out which samples move, and why.",
    ),
    Prediction(
        id="maxout_training.p2",
        question=(
            "Networks with 48 hidden units learn 300 digits without dropout, with ReLU or with maxout of five pieces, "
            "which has four and a half times as many weights. The gap is accuracy on the training digits minus "
            "accuracy on 450 others. For maxout it is ... (half a point counts as a difference)"
        ),
        options={
            "larger": "So the number of weights suggests. But more weights do not always fit more noise.",
            "about as large": "They differ by more than half a point.",
            "smaller": "Against the rule of thumb. The lesson shows when the rule is right.",
        },
        answer=gap_with_five,
        reveal="Both networks get all or nearly all training digits right, so the gap is almost the test error.",
    ),
]

EXERCISES = [
    Exercise(
        id="maxout_training.1",
        comparator=Sequence(*(Number(absolute=1e-6) for _ in SAMPLES)),
        reference=first_change,
        wrong_answers=(
            WrongAnswer(
                [0, 0, -1],
                "That is the ReLU unit, which cannot move the samples on the left. In the maxout unit the second piece "
                "wins there, and it is trained.",
            ),
            WrongAnswer(
                [0.5, -0.2, -1],
                "You used the diagonal of K alone. The samples −2 and −1 share a piece, so each also moves the other.",
            ),
            WrongAnswer([-0.2, -0.1, 1], "Check the sign: the outputs change by minus η·K·r."),
            WrongAnswer(
                [0.2, 0.1, -0.8],
                "You left out the intercepts. Each adds 1 to the products: the entries are 1 + x·x′.",
            ),
            WrongAnswer([2, 1, -10], "The learning rate is missing: multiply by 0.1."),
            WrongAnswer([-2, -1, 10], "That is K·r. The outputs change by −η times it, with η = 0.1."),
            WrongAnswer(
                [0.2, 0.1, -1.8],
                "You trained the output weight, too. Here there are four parameters: w, b, v and c.",
            ),
        ),
        hints=(
            "Write down K first: three rows, three columns. Which samples have the same winning piece?",
            "For −2 and −1 the block is [[1 + 4, 1 + 2], [1 + 2, 1 + 1]]; the sample 2 is alone with 1 + 4.",
        ),
        explanation=(
            "K·r is (5·(−1) + 3·1, 3·(−1) + 2·1, 5·2) = (−2, −1, 10), times −0.1. The output at −1 is too high "
            "and still rises: its neighbour, which is farther out, pulls more."
        ),
    ),
    Exercise(
        id="maxout_training.2",
        comparator=FunctionOf(kernel_cases, Numbers("K")),
        reference=lambda: unit_kernel,
        wrong_answers=(
            WrongAnswer(
                masked(same_winner, lambda x: np.outer(x, x)),
                "You left out the intercepts. A winning piece has two parameters, with the gradients x and 1.",
            ),
            WrongAnswer(
                masked(lambda z: np.ones((len(z), len(z)))),
                "You let all samples move each other. Two samples share parameters only where the same piece wins.",
            ),
            WrongAnswer(
                masked(lambda z: np.outer(z.argmax(1) == 0, z.argmax(1) == 0)),
                "You counted the first piece alone. That is right for ReLU; here all pieces are trained.",
            ),
            WrongAnswer(
                masked(lambda z: np.outer(z.max(1) > 0, z.max(1) > 0)),
                "You asked whether the output is positive. Maxout has no such side: ask which piece wins.",
            ),
            WrongAnswer(
                masked(lambda z: z.argmin(1)[:, None] == z.argmin(1)),
                "You took the smallest piece: argmin. A maxout unit passes on the largest.",
            ),
            WrongAnswer(
                masked(lambda z: (z.argmax(1) == 0)[:, None] == (z.argmax(1) == 0)),
                "You asked only whether the first piece wins. The others are trained one by one, too: ask whether the "
                "same piece wins at both samples.",
            ),
            WrongAnswer(
                lambda w, b, x: same_winner(np.outer(x, w)) * (1 + np.outer(x, x)),
                "You compared the pieces without their intercepts. What wins is the largest w·x + b.",
            ),
        ),
        hints=(
            "winner = (np.outer(x, w) + b).argmax(1) gives for each sample the piece that wins.",
            "winner[:, None] == winner compares all pairs of samples; np.outer(x, x) holds all products.",
            "return (winner[:, None] == winner) * (1 + np.outer(x, x))",
        ),
        explanation=(
            "The gradient at a sample is (x, 1) in the places of the winning piece and 0 elsewhere. So the dot product "
            "of two is 1 + x·x′ if the winner is the same, and 0 otherwise."
        ),
    ),
    Exercise(
        id="maxout_training.3",
        comparator=Sequence(Number(), Number()),
        reference=across,
        wrong_answers=(
            WrongAnswer(
                [0, 0],
                "Look at the output weight of the maxout unit. There is one of them, and both samples need it.",
            ),
            WrongAnswer(
                [2, 2],
                "In the pair each ReLU has an output weight of its own, and at each sample one of the ReLUs gives 0.",
            ),
            WrongAnswer(
                [-1, 1],
                "You added 1 + x·x′ = −1. That is for samples at which the same piece wins; here two pieces do.",
            ),
            WrongAnswer([0, -2], "The gradient of a is the unit's output, |x|: multiply 1 by 2, not by −2."),
            WrongAnswer([2, 0], "You have the two the wrong way round."),
        ),
        hints=(
            "Write both rows of J. Which columns are different from 0 at both samples?",
            "Pieces: none, in either network. Output weights: two in the pair, one in the other, with gradient |x|.",
        ),
        explanation=(
            "In the pair the two halves share nothing. The maxout unit shares its output weight, with the gradients 1 "
            "and 2, so what happens on the right moves the left."
        ),
    ),
    Exercise(
        id="maxout_training.4",
        comparator=Sequence(Number(), Number()),
        reference=parameter_counts,
        wrong_answers=(
            WrongAnswer(
                [23530, 13130],
                "The first is the count of the ReLU network. Each unit has three rows of weights now.",
            ),
            WrongAnswer(
                [70590, 13130],
                "You multiplied the last layer by 3 as well. It is an ordinary layer of ten units.",
            ),
            WrongAnswer(
                [156970, 23530],
                "You let every piece enter the next layer. A unit passes on one number, the largest of the three.",
            ),
            WrongAnswer(
                [68170, 23530],
                "Look at the second again. A layer of 40 units passes on 40 numbers, though it has 120 pieces.",
            ),
            WrongAnswer([67440, 12880], "You left out the biases: one for each piece, and ten in the last layer."),
        ),
        hints=(
            "A layer has (pieces · units) rows, and each row has one weight for each input and a bias.",
            "With 120 units: 360·(64 + 1) + 360·(120 + 1) + 10·(120 + 1). What changes with 40?",
        ),
        explanation=(
            "As many units: 360·65 + 360·121 + 10·121 = 68170. As many pieces: 120·65 + 120·41 + 10·41 = 13130."
        ),
    ),
    Exercise(
        id="maxout_training.5",
        comparator=FunctionOf(error_cases, Numbers("list")),
        reference=lambda: mean_and_error(benefit_differences),
        wrong_answers=(
            WrongAnswer(
                mean_and_error(lambda errors: errors[1, 0] - errors[1, 1] - errors[0, 0] + errors[0, 1]),
                "You counted every start as an independent run. Starts on one division share its digits: take their "
                "mean first, and n is the number of divisions.",
            ),
            WrongAnswer(
                mean_and_error(lambda errors: -benefit_differences(errors)),
                "The sign is the other way round. Benefit is the error without dropout minus the error with it, and "
                "you want maxout's minus ReLU's.",
            ),
            WrongAnswer(
                mean_and_error(lambda errors: (errors[1, 0] - errors[1, 1]).mean(-1)),
                "That is the benefit for maxout. The question is how much more maxout gains than ReLU.",
            ),
            WrongAnswer(
                mean_and_error(lambda errors: (errors[1, 0] - errors[0, 0]).mean(-1)),
                "You compared the errors without dropout. Take from each its error with dropout first.",
            ),
            WrongAnswer(
                mean_and_error(benefit_differences, ddof=0),
                "The mean is right. For a standard deviation from a sample divide by n − 1: ddof=1.",
            ),
            WrongAnswer(
                lambda errors: [float(f(benefit_differences(errors))) for f in (np.mean, lambda d: d.std(ddof=1))],
                r"The mean is right. The second number is the standard deviation: divide it by $\sqrt{n}$.",
            ),
            WrongAnswer(
                mean_and_error(
                    lambda errors: (errors[:, 0] - errors[:, 1]).mean(-2)[1] - (errors[:, 0] - errors[:, 1]).mean(-2)[0]
                ),
                "The mean is right. You averaged over the divisions and counted the starts; do it the other way round.",
            ),
        ),
        hints=(
            "errors.mean(-1) is the mean over the starts. What is left has the axes network, dropout, division.",
            "benefit = e[:, 0] - e[:, 1] has a row for each network; d = benefit[1] - benefit[0].",
            "return [d.mean(), d.std(ddof=1) / np.sqrt(len(d))]",
        ),
        explanation="Average the starts, subtract twice, and treat each division as one observation.",
    ),
]
