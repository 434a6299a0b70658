"""The exercises and predictions of the lesson *Bend the rectifier*, and the keys that the library computes for them."""

from collections.abc import Callable
from functools import cache

import numpy as np
import sympy as sp

from course_lib.calculus import clarke_subdifferential
from course_lib.exercises.compare import Boolean, Number, Sequence, SetOf
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf, Numbers
from course_lib.networks import ACTIVATIONS
from course_lib.topics.rectifiers.experiment import (
    alpha_step,
    centred_digits,
    edge_filter,
    learned_alphas,
    share_equal,
)


def alphas_with_0_in_the_clarke_set() -> sp.Set:
    """All α with min(α, 1) ≤ 0 ≤ max(α, 1), from the Clarke set with α left open."""
    alpha = sp.Symbol("alpha", real=True)
    clarke = clarke_subdifferential(ACTIVATIONS["prelu"].piecewise(alpha), 0)
    low, high = (end.rewrite(sp.Piecewise) for end in (clarke.inf, clarke.sup))
    return sp.Intersection(*(sp.solveset(condition, alpha, sp.S.Reals) for condition in (low <= 0, high >= 0)))


def who_gets_a_gradient() -> list[bool]:
    """The factor of the upstream gradient in each case of rectifiers.3, σ'(z) or ∂g/∂α = min(z, 0), is it not 0?"""
    of_weights = (ACTIVATIONS["prelu"].derivative(-3.0, alpha=alpha) for alpha in (0.01, 0.0))
    factors = (*of_weights, *(np.minimum(0, z) for z in (-3.0, 2.0, 0.0)))
    return [bool(factor != 0) for factor in factors]


@cache
def step_cases() -> list[Case]:
    """Layers with one α for each unit; half of the pre-activations are below 0."""
    rng = np.random.default_rng(8)
    cases = []
    for samples, units in ((4, 1), (3, 3), (5, 2), (6, 4)):
        z = rng.integers(-8, 9, (samples, units)) / 4
        z[0], z[1] = -1.25, 1.5  # Each unit is off once and on once, at least.
        upstream = rng.integers(1, 9, (samples, units)) / 8 * np.array([1, -1])[rng.integers(0, 2, units)]
        given = (rng.integers(1, 8, units) / 8, upstream, z, 0.1)
        cases.append(Case(f"{samples} samples and {units} unit{'s' * (units > 1)}", given))
    return cases


Step = Callable[..., np.ndarray]


def step_with(gradient: Step, sign: float = -1.0) -> Step:
    """α + sign · η · gradient(upstream, z, α): an answer to rectifiers.2 with this gradient."""
    return lambda alpha, upstream, z, learning_rate: alpha + sign * learning_rate * gradient(upstream, z, alpha)


@cache
def polarity_cases() -> list[Case]:
    """The edge filter before digits, and small whole numbers among which w·x = 0 now and then.

    The second w does not add up to 0, so that w·(1 − x) is not w·(−x).
    """
    rng = np.random.default_rng(9)
    w, X = np.array([1.0, -2.0, 3.0]), rng.integers(-3, 4, (40, 3)) / 1.0
    X[:6, 1] = (X[:6, 0] + 3 * X[:6, 2]) / 2
    digits = centred_digits()[:200]
    return [
        *(Case(f"the edge filter, b = {b} and 200 digits", (edge_filter(), b, digits)) for b in (0.0, 0.25)),
        *(Case(f"w = (1, −2, 3), b = {b:g}".replace("-", "−") + " and 40 samples", (w, b, X)) for b in (0.5, -1.0)),
    ]


def share_where(same: Callable[..., np.ndarray]) -> Callable[[np.ndarray, float, np.ndarray], float]:
    """The share of samples where `same(w·x, b)` holds: an answer to rectifiers.4."""
    return lambda w, b, X: float(np.mean(same(X @ w, b)))


def where_the_slopes_end() -> str:
    """The option of prediction rectifiers.p1, from training."""
    end = learned_alphas(0.5)[:, -1]
    below, above = bool((end < 0).any()), bool((end > 1).any())
    return {
        (False, False): "all between 0 and 1", (True, False): "some below 0, none above 1",
        (False, True): "some above 1, none below 0", (True, True): "some below 0, some above 1",
    }[below, above]  # fmt: skip


def seen_in_the_negative() -> str:
    """The option of prediction rectifiers.p2, counted."""
    share = share_equal(edge_filter(), 0.25, centred_digits())
    return "on all" if share == 1 else "on none" if share == 0 else "on about half" if share > 0.2 else "on a few"


PREDICTIONS = [
    Prediction(
        id="rectifiers.p1",
        question=(
            "Ten networks with 32 hidden units each learn the digits for 20 epochs at learning rate 0.5. Each "
            r"unit learns its own slope on the left of 0, and starts with $\frac{1}{4}$. Where do the 320 slopes "
            "end?"
        ),
        options={
            "all between 0 and 1": "Nothing in gradient descent knows these bounds: a step may cross either.",
            "some below 0, none above 1": "There is a way to the other side, too: no bound keeps a slope below 1.",
            "some above 1, none below 0": "A slope that shrinks does not stop at 0: its gradient is not 0 there.",
            "some below 0, some above 1": "No bound holds them: the rule of the step is the same on both sides.",
        },
        answer=where_the_slopes_end,
        reveal="A unit below 0 has turned into a kind of absolute value, and one above 1 bends down.",
    ),
    Prediction(
        id="rectifiers.p2",
        question=(
            r"A unit computes |w·x + b| with $b = \frac{1}{4}$. Its w compares the halves of a picture: w·x is "
            r"the sum of the right half minus the sum of the left, divided by 64. Pixels go from $-\frac{1}{2}$ "
            r"to $\frac{1}{2}$, so that mid-grey is 0. On how many of 1347 pictures of digits does it give "
            "exactly the same for the picture x and its negative −x?"
        ),
        options={
            "on all": "The absolute value drops the sign of w·x + b. But the negative changes the sign of w·x alone.",
            "on about half": "Half would be a matter of chance. What decides is whether w·x is 0.",
            "on a few": "Where w·x happens to be 0, a picture and its negative cannot be told apart.",
            "on none": "Nearly. But where w·x is 0, both give |b|.",
        },
        answer=seen_in_the_negative,
        reveal="For b = 0 it would be all of them.",
    ),
]

EXERCISES = [
    Exercise(
        id="rectifiers.1",
        comparator=SetOf(),
        reference=alphas_with_0_in_the_clarke_set,
        wrong_answers=(
            WrongAnswer(0, "0 is one such α, that of ReLU. Look at the absolute value, α = −1: is 0 between −1 and 1?"),
            WrongAnswer(sp.Interval(-1, 0), "The slider ends at −1, the family does not: what is the set for α = −5?"),
            WrongAnswer(
                sp.Interval.open(-sp.oo, 0), "What of α = 0 itself? The Clarke set is closed: its ends belong to it."
            ),
            WrongAnswer(
                sp.Interval(-sp.oo, 1),
                r"You asked for α ≤ 1, where the convex set is not empty. Take $\alpha = \frac{1}{2}$: the set "
                r"goes from $\frac{1}{2}$ to 1, and 0 is not in it.",
            ),
            WrongAnswer(
                sp.Interval(0, 1), "[0, 1] is the Clarke set of ReLU, a set of slopes. Asked is for a set of α."
            ),
        ),
        hints=(
            "The set contains all numbers between α and 1.",
            "1 is above 0. So on which side of 0 does α have to be, and may it be 0?",
        ),
        explanation=(
            "0 lies between α and 1 exactly if α ≤ 0. So for the absolute value a library may return 0 at z = 0, and "
            "for a leaky unit with α > 0 a 0 would be wrong."
        ),
    ),
    Exercise(
        id="rectifiers.2",
        comparator=FunctionOf(step_cases, Numbers("α")),
        reference=lambda: alpha_step,
        wrong_answers=(
            WrongAnswer(
                step_with(lambda upstream, z, alpha: (upstream * np.minimum(0, z)).sum(0), sign=1.0),
                "That is a step up the gradient. Gradient descent subtracts, and what it subtracts holds min(0, z), "
                "not its size.",
            ),
            WrongAnswer(
                step_with(lambda upstream, z, alpha: (upstream * z).sum(0)),
                "You counted all samples. Where z > 0 the output is z, whatever α is: "
                r"$\frac{\partial g}{\partial \alpha}$ is 0 there.",
            ),
            WrongAnswer(
                step_with(lambda upstream, z, alpha: (upstream * np.maximum(0, z)).sum(0)),
                "You counted the samples on which the unit is on. α acts on the other side.",
            ),
            WrongAnswer(
                step_with(lambda upstream, z, alpha: np.minimum(0, z).sum(0)),
                r"That is the sum of $\frac{\partial g}{\partial \alpha}$. The chain rule multiplies each with "
                "its upstream gradient first.",
            ),
            WrongAnswer(
                step_with(lambda upstream, z, alpha: (upstream * alpha * np.minimum(0, z)).sum(0)),
                "You differentiated α·min(0, z) and kept the α. The derivative with respect to α is min(0, z).",
            ),
            WrongAnswer(
                step_with(lambda upstream, z, alpha: (upstream * np.minimum(0, z)).mean(0)),
                r"You took the mean. The upstream gradients already hold the $\frac{1}{n}$ of a mean loss: add "
                "them up.",
            ),
            WrongAnswer(
                step_with(lambda upstream, z, alpha: (upstream * np.minimum(0, z)).sum()),
                "You added over the units as well. Each unit has its own α: sum over the samples, axis 0, alone.",
            ),
            WrongAnswer(
                lambda alpha, upstream, z, learning_rate: (upstream * np.minimum(0, z)).sum(0),
                "That is the gradient. Asked is for the slopes after the step: alpha - learning_rate * gradient.",
            ),
            WrongAnswer(
                lambda alpha, upstream, z, learning_rate: alpha - (upstream * np.minimum(0, z)).sum(0),
                "You took the whole gradient as the step. Multiply it by the learning rate.",
            ),
            WrongAnswer(
                step_with(lambda upstream, z, alpha: (upstream * (z < 0)).sum(0)),
                r"You found where the unit is off. There $\frac{\partial g}{\partial \alpha}$ is z itself, not 1.",
            ),
            WrongAnswer(
                step_with(lambda upstream, z, alpha: (upstream * np.where(z > 0, 1, alpha)).sum(0)),
                r"That is $\frac{\partial g}{\partial z}$, for the weights. How does g change with α, while z "
                "stays?",
            ),
        ),
        hints=(
            "How does g = max(0, z) + α·min(0, z) change if α grows a little? That is "
            r"$\frac{\partial g}{\partial \alpha}$.",
            "Multiply by the upstream gradients, entry by entry, and sum over the samples: .sum(0).",
            "alpha - learning_rate * (upstream * ...).sum(0)",
        ),
        explanation="Each sample on which the unit is off adds its upstream gradient times z; the others add nothing.",
    ),
    Exercise(
        id="rectifiers.3",
        comparator=Sequence(*(Boolean() for _ in range(5))),
        reference=who_gets_a_gradient,
        wrong_answers=(
            WrongAnswer(
                [True, True, True, True, True],
                "So the article would have it. Go through the factors: σ′(z) for weights, min(0, z) for α. Some are 0.",
            ),
            WrongAnswer(
                [True, False, False, False, False],
                "Look at the third again. With α = 0 the weights get nothing at z = −3; but α itself has the factor "
                "min(0, −3).",
            ),
            WrongAnswer(
                [True, True, True, False, False],
                "Look at the second again. The slope on the left is α, and here α is 0, learned or not.",
            ),
            WrongAnswer(
                [True, False, True, True, False], "Look at the fourth again. At z = 2 the output does not contain α."
            ),
            WrongAnswer(
                [True, False, True, False, True],
                "Look at the fifth again. At z = 0 the output is 0, whatever α is.",
            ),
            WrongAnswer(
                [False, False, True, False, False], "Look at the first again. 0.01 is little, but it is not 0."
            ),
        ),
        hints=(
            "Weights get upstream · σ′(z) · x, and α gets upstream · min(0, z).",
            "σ′(z) is 0.01 in the first case, 0 in the second; what is min(0, z) in the third and fourth?",
        ),
        explanation=(
            "The factors are 0.01, 0, −3, 0 and 0. So a unit with α = 0 is not lost: α itself can still move, and then "
            "the weights can."
        ),
    ),
    Exercise(
        id="rectifiers.4",
        comparator=FunctionOf(polarity_cases, Number(absolute=1e-9)),
        reference=lambda: share_equal,
        wrong_answers=(
            WrongAnswer(
                share_where(lambda s, b: np.isclose(s + b, -s + b)),
                "Your function counts where w·x = 0, for every b. Did you leave out the absolute value? The unit gives "
                "|w·x + b|, and for b = 0 that is the same on all.",
            ),
            WrongAnswer(
                share_where(lambda s, b: np.isclose(np.abs(s + b), np.abs(-(s + b)))),
                "Your function always returns 1. Did you change the sign of all of w·x + b, or leave b out? The "
                "negative changes the sign of x alone: compare |w·x + b| with |w·(−x) + b|.",
            ),
            WrongAnswer(
                lambda w, b, X: float(np.isclose(np.abs(X @ w + b), np.abs(-X @ w + b)).sum()),
                "That is the number of samples. Divide by how many there are: the mean of True and False is a share.",
            ),
            WrongAnswer(
                lambda w, b, X: 100 * share_equal(w, b, X), "That is a percentage. Asked is for a number from 0 to 1."
            ),
            WrongAnswer(
                lambda w, b, X: float(np.isclose(np.abs(X @ w + b), np.abs((1 - X) @ w + b)).mean()),
                "1 − x is the negative where pixels go from 0 to 1. Here mid-grey is 0, and the negative of x is −x.",
            ),
            WrongAnswer(
                lambda w, b, X: float(np.allclose(np.abs(X @ w + b), np.abs(-X @ w + b))),
                "np.allclose says whether all are equal. Asked is for the share: np.isclose goes entry by entry.",
            ),
            WrongAnswer(
                share_where(lambda s, b: np.maximum(0, s + b) == np.maximum(0, -s + b)),
                "That is a ReLU unit. This one computes the absolute value.",
            ),
        ),
        hints=(
            "The output on all samples is np.abs(X @ w + b). What is it on all negatives?",
            "np.isclose(a, b) is True where two arrays agree up to rounding, and .mean() of it is a share.",
        ),
        explanation="Put −X in the place of X, keep b, take the absolute value of both, and count where they agree.",
    ),
    Exercise(
        id="rectifiers.5",
        comparator=FunctionOf(
            lambda: [Case(f"i = {i}, k = {k}", (i, k)) for i, k in ((0, 2), (1, 2), (2, 3), (0, 1), (3, 4))],
            Numbers("list"),
        ),
        reference=lambda: lambda i, k: list(range(i * k, (i + 1) * k)),
        wrong_answers=(
            WrongAnswer(
                lambda i, k: list(range((i - 1) * k + 1, i * k + 1)),
                "That is the formula as it is printed. With i = 0 and k = 2 it gives −1 and 0, and z[−1] is the last "
                "entry of z: Python raises no error.",
            ),
            WrongAnswer(
                lambda i, k: list(range((i - 1) * k, i * k)),
                "You shifted the indices, but i still counts from 1. Units count from 0 as well.",
            ),
            WrongAnswer(
                lambda i, k: list(range(i * k + 1, (i + 1) * k + 1)),
                "You shifted i, but the indices still count from 1. The first entry of z is z[0].",
            ),
            WrongAnswer(
                lambda i, k: list(range(i * k, (i + 1) * k - 1)),
                "The last one is missing: range already leaves out its end.",
            ),
            WrongAnswer(
                lambda i, k: list(range(i * k + 1, (i + 1) * k)),
                "The first one is missing: counted from 0, unit i begins at i·k, without the 1.",
            ),
            WrongAnswer(
                lambda i, k: [i + k * j for j in range(k)],
                "Your entries lie k apart. Those of one unit stand side by side: unit 0 has 0 to k − 1.",
            ),
            WrongAnswer(lambda i, k: list(range(i, i + k)), "Your groups overlap. Unit 1 starts where unit 0 ended."),
        ),
        hints=(
            "Unit 0 gets the entries 0 to k − 1. Where does unit 1 begin?",
            "Put i + 1 in the place of the printed i, and take 1 off each index. Mind that range leaves out its end.",
        ),
        explanation="Unit i gets i·k to (i + 1)·k − 1: in Python range(i * k, (i + 1) * k).",
    ),
]
