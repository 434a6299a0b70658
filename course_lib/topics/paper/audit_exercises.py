"""The exercises and predictions of the lesson *Audit a paper*."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.exercises.compare import Boolean, Choice, Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf, Numbers
from course_lib.topics.paper import audit, programs
from course_lib.topics.paper.runs import shipped

Array = NDArray[Any]
UPSTREAM, SLOPE, RATE = -0.0004, 0.5, 0.1
GRADIENTS = ("gradient of W1", "gradient of b1", "gradient of W2", "gradient of b2")
VERDICTS = ("right", *programs.CHECKLIST)


def moves_of_the_bias() -> list[float]:
    """−rate · ∂loss/∂z at z = 0: by the chain rule, and with the slope in the place of the gradient."""
    u: Array
    u, z = np.array([UPSTREAM]), np.zeros(1, np.float32)
    return [-RATE * float(rule(u, z, SLOPE)[0]) for rule in (audit.chained, audit.injected)]


def linear(backward: Callable[[Array, Array], Array], upstream: Array, z: Array) -> bool:
    """B(c · u) = c · B(u) for c = −1, 0 and 1000."""
    once = backward(upstream, z)
    return all(np.allclose(backward(c * upstream, z), c * once) for c in (-1, 0, 1000))


def backward_passes() -> list[Case]:
    """Backward passes that are linear, and some that are so for all but one of the factors −1, 0 and 1000."""
    z = np.array([[-1.0, 0.0, 2.0], [0.0, 0.5, 0.0]])
    upstream = np.random.default_rng(2).uniform(-0.9, 0.9, z.shape)

    def at_the_kink(change: Callable[[Array], Array]) -> Callable[[Array, Array], Array]:
        return lambda u, z: np.where(z == 0, change(u), u * (z > 0))

    found = {
        "the backward pass of a ReLU with slope ½": at_the_kink(lambda u: 0.5 * u),
        "the backward pass of a ReLU with slope 0": at_the_kink(lambda u: 0 * u),
        "the backward pass of a leaky ReLU": lambda u, z: u * np.where(z > 0, 1, 0.01),
        "the backward pass of tanh": lambda u, z: u * (1 - np.tanh(z) ** 2),
        "one that assigns ½ at the kink": at_the_kink(lambda u: np.full_like(u, 0.5)),
        "one that assigns 1 at the kink": at_the_kink(np.ones_like),
        "one that assigns 1 and −1 in turn at kinks": lambda u, z: np.where(
            z == 0, [[0, 1, 0], [-1, 0, 0]] + 0.5 * u * [[0, 0, 0], [0, 0, 1]], u * (z > 0)
        ),
        "one that sends |u| back at the kink": at_the_kink(np.abs),
        "one that clips u to ±1": lambda u, z: np.clip(u, -1, 1) * (z > 0),
        "one that sends 1 back where u is 0": lambda u, z: np.where(u == 0, 1, u) * (z > 0),
        "one that adds z": lambda u, z: u * (z > 0) + z,
    }
    return [Case(words, (backward, upstream, z)) for words, backward in found.items()]


def repaired(X: Array, z: Array, a: Array, W2: Array, to_o: Array, slope: float) -> list[Array]:
    """The gradients of W1, b1, W2 and b2 by the chain rule."""
    to_z = to_o @ W2 * np.where(z == 0, slope, z > 0)
    return [to_z.T @ X, to_z.sum(0), to_o.T @ a, to_o.sum(0)]


def _with_the_kink(change: Callable[[Array, float, int], Any]) -> Callable[..., list[Array]]:
    """`repaired`, with change(gradient at a, slope, samples) where z = 0."""

    def backward(X: Array, z: Array, a: Array, W2: Array, to_o: Array, slope: float) -> list[Array]:
        to_a = to_o @ W2
        to_z = np.where(z == 0, change(to_a, slope, len(X)), to_a * (z > 0))
        return [to_z.T @ X, to_z.sum(0), to_o.T @ a, to_o.sum(0)]

    return backward


def slope_everywhere(X: Array, z: Array, a: Array, W2: Array, to_o: Array, slope: float) -> list[Array]:
    """The slope at 0 multiplies the gradient of every unit that is not off."""
    to_z = to_o @ W2 * (z >= 0) * slope
    return [to_z.T @ X, to_z.sum(0), to_o.T @ a, to_o.sum(0)]


def slope_below_0_too(X: Array, z: Array, a: Array, W2: Array, to_o: Array, slope: float) -> list[Array]:
    """Where a = 0 instead of z = 0."""
    to_z = to_o @ W2 * np.where(z > 0, 1, slope)
    return [to_z.T @ X, to_z.sum(0), to_o.T @ a, to_o.sum(0)]


def layers() -> list[Case]:
    """Networks of several shapes and slopes, with z of exactly 0, and upstream gradients of many sizes."""
    rng, cases = np.random.default_rng(5), []
    for n, inputs, units, slope in ((4, 3, 5, 0.5), (1, 4, 6, 1.0), (7, 2, 3, 0.0), (5, 5, 4, 3.0)):
        X, z = rng.standard_normal((n, inputs)), rng.integers(-1, 2, (n, units)) * rng.uniform(0.1, 2, (n, units))
        z[0, :3] = 0, 1.5, -1.5
        W2, to_o = rng.standard_normal((10, units)), rng.standard_normal((n, 10)) / n
        words = f"{n} sample{'s' * (n > 1)}, {units} units and slope {slope:g}"
        cases.append(Case(words, (X, z, np.maximum(z, 0), W2, to_o, slope)))
    return cases


def keeps_the_mean(program: programs.Program, w: Array, X: Array, y: Array) -> bool:
    """Whether every sample twice gives the gradient that every sample once gives."""
    return programs.doubled_batch(program, programs.hinge_loss, w, X, y)


def programs_on_batches() -> list[Case]:
    """Means and sums, right and wrong, on data whose numbers of samples and features are the same, and are not."""
    found: dict[str, programs.Program] = {
        "a mean": lambda w, X, y, u: u * (X @ w - y) @ X / len(y),
        "the hinge loss": programs.hinge,
        "a mean, with a penalty on w": lambda w, X, y, u: u * ((X @ w - y) @ X / len(y) + 0.1 * w),
        "a sum": lambda w, X, y, u: u * (X @ w - y) @ X,
        "a sum divided by the number of features": programs.absolute,
        "a sum divided by n − 1": lambda w, X, y, u: u * (X @ w - y) @ X / (len(y) - 1),
        "a mean, with a penalty divided by n": lambda w, X, y, u: u * ((X @ w - y) @ X + w) / len(y),
        "a sum in which the first feature has no part": lambda w, X, y, u: (
            u * (X @ w - y) @ (X * (np.arange(len(w)) > 0))
        ),
        "one in which later samples count more": lambda w, X, y, u: u * ((X @ w - y) * np.arange(len(y))) @ X / len(y),
        "a sum less its mean over the features": lambda w, X, y, u: less_its_mean(u * (X @ w - y) @ X),
        "a mean whose sign hangs on the number of samples": lambda w, X, y, u: (
            (-1) ** (len(y) // 6) * u * ((X @ w - y) @ X / len(y))
        ),
    }
    shapes = ((6, 6), (8, 3))
    return [
        Case(f"{words}, {n} samples and {k} features", (program, *programs.data(n, k, n)))
        for words, program in found.items()
        for n, k in shapes
    ]


def less_its_mean(gradient: Array) -> Array:
    """Entries whose mean is 0, so that a mean of them tells nothing."""
    return np.asarray(gradient - gradient.mean())


def what_becomes_of_accuracy() -> str:
    """The option of prediction audit.p1, from the full runs."""
    right = audit.accuracy(shipped("audit"), bits=audit.MIDDLE, optimizer="SGD", rule="injected", slope=1.0)
    lost = -audit.difference(shipped("audit"), audit.MIDDLE, "injected", 1.0).estimate
    if right.max() < 20:
        return "it reads no more than chance, one in ten"
    return "it loses some points" if lost > 1 else "nothing that one would notice"


def what_finds_it() -> str:
    """The option of prediction audit.p2: each test is run on the assignment, and one finds it."""
    rng = np.random.default_rng(0)
    u, z = rng.standard_normal((2, 1000), np.float32)
    away = np.array_equal(audit.injected(u, z, 1.0), audit.chained(u, z, 1.0))
    one, kink = np.ones(1, np.float32), np.zeros(1, np.float32)
    at_one = audit.injected(one, kink, 1.0).item() == 1
    doubled = np.array_equal(audit.injected(2 * one, kink, 1.0), 2 * audit.injected(one, kink, 1.0))
    options = tuple(PREDICTIONS[1].options)
    (found,) = (option for option, passes in zip(options, (away, at_one, doubled), strict=True) if not passes)
    return found


PREDICTIONS = (
    Prediction(
        id="audit.p1",
        question=(
            "A network of 784-256-256-10 units learns to read digits. When it is trained by the chain rule, four in a "
            "thousand of its hidden pre-activations are exactly 0, and 91 % of the test digits come out right. A slip "
            "in the backward pass concerns these zeros alone: it passes on the number 1 where the upstream gradient, "
            "times 1, belongs. How does the network do with the slip?"
        ),
        options={
            "nothing that one would notice": "Four in a thousand are few. But what is their size, beside the others?",
            "it loses some points": "That is what happens where zeros are rarer, on a finer grid.",
            "it reads no more than chance, one in ten": "The 1 stands among numbers some ten thousand times smaller.",
        },
        answer=what_becomes_of_accuracy,
        reveal="You will run it.",
    ),
    Prediction(
        id="audit.p2",
        question="Which of these tests finds a slope that was assigned where it should have been a factor?",
        options={
            "central differences at random weights": "At random weights, in double precision, no unit is at its kink.",
            "one unit at its kink, upstream gradient 1 and slope 1": "1 · 1 is 1. The assignment gives 1 as well.",
            "the same unit, and an upstream gradient twice as large": "Twice as much comes in, and as much goes out.",
        },
        answer=what_finds_it,
        reveal="The next cell runs the first two, and a later one the third.",
    ),
)

EXERCISES = (
    Exercise(
        id="audit.1",
        comparator=Sequence(Number(), Number()),
        reference=moves_of_the_bias,
        wrong_answers=(
            WrongAnswer([-0.00002, 0.05], "A step goes downhill: it is minus the rate times the gradient."),
            WrongAnswer(
                [-0.00002, -0.05], "A step goes downhill: it is minus the rate times the gradient, also the first."
            ),
            WrongAnswer(
                [0.00002, 0.05], "A step goes downhill: it is minus the rate times the gradient, also the second."
            ),
            WrongAnswer([-0.0002, 0.5], "Those are the gradients. A step multiplies them by −0.1."),
            WrongAnswer([0.0002, -0.5], "The learning rate is missing: a step is −0.1 times the gradient."),
            WrongAnswer([0.00004, -0.05], "At the kink the upstream gradient is multiplied by the slope, ½."),
            WrongAnswer([0.00002, 0.00002], "The assignment does not look at the upstream gradient: it passes on ½."),
            WrongAnswer([0.00002, -0.00002], "The assignment passes on the slope itself, ½, whatever comes in."),
            WrongAnswer([0, -0.05], "With slope ½ half of the upstream gradient passes."),
        ),
        hints=(
            "The gradient at the bias is the gradient at z. Which one does each code pass on?",
            r"$-0.1 \cdot \frac{1}{2} \cdot (-0.0004)$, and $-0.1 \cdot \frac{1}{2}$.",
        ),
        explanation=(
            "The chain rule moves the bias up by 0.00002, the assignment down by 0.05: 2500 times as far, and the "
            "other way."
        ),
    ),
    Exercise(
        id="audit.2",
        comparator=FunctionOf(backward_passes, Boolean(quoted=False)),
        reference=lambda: linear,
        wrong_answers=(
            WrongAnswer(
                lambda backward, upstream, z: bool(np.allclose(backward(np.ones_like(z), z), z >= 0)),
                "That is the usual test, with upstream 1. Compare what comes back for two upstream gradients.",
            ),
            WrongAnswer(
                lambda backward, upstream, z: bool(
                    np.allclose(backward(1000 * upstream, z), 1000 * backward(upstream, z))
                ),
                "With the factor 1000 alone |u| passes for linear. Try −1 and 0 as well.",
            ),
            WrongAnswer(
                lambda backward, upstream, z: bool(np.allclose(backward(-upstream, z), -backward(upstream, z))),
                "With the factor −1 alone a pass that clips is not found. Try 0 and 1000 as well.",
            ),
            WrongAnswer(
                lambda backward, upstream, z: all(
                    np.array_equal(backward(c * upstream, z), c * backward(upstream, z)) for c in (-1, 0, 1000)
                ),
                "Two products in another order may be rounded otherwise: compare up to rounding, with np.allclose.",
            ),
            WrongAnswer(
                lambda backward, upstream, z: all(
                    np.isclose(backward(c * upstream, z).sum(), c * backward(upstream, z).sum()) for c in (-1, 0, 1000)
                ),
                "A sum hides errors that cancel. Compare all entries.",
            ),
            WrongAnswer(
                lambda backward, upstream, z: all(
                    np.allclose(backward(c * upstream, z), c * backward(upstream, z)) for c in (-1, 2, 1000)
                ),
                "Without the factor 0 a pass that makes something out of nothing is not found.",
            ),
            WrongAnswer(
                lambda backward, upstream, z: any(
                    np.allclose(backward(c * upstream, z), c * backward(upstream, z)) for c in (-1, 0, 1000)
                ),
                "It has to hold for every one of the factors: all, not any.",
            ),
            WrongAnswer(
                lambda backward, upstream, z: all(
                    np.allclose(backward(c * upstream, z)[z != 0], c * backward(upstream, z)[z != 0])
                    for c in (-1, 0, 1000)
                ),
                "You left the zeros out, and there the slip is.",
            ),
        ),
        hints=(
            "Call it once with `upstream`, and once with `c * upstream` for each c.",
            "once = backward(upstream, z); then all(np.allclose(backward(c * upstream, z), c * once) for c in ...).",
        ),
        explanation="No right answer is needed: the pass is compared with itself. All three factors found something.",
    ),
    Exercise(
        id="audit.3",
        comparator=FunctionOf(layers, Sequence(*(Numbers(name) for name in GRADIENTS))),
        reference=lambda: repaired,
        wrong_answers=(
            WrongAnswer(
                _with_the_kink(lambda to_a, slope, n: slope),
                "There the slope still stands by itself. Where z is 0, what has come in?",
            ),
            WrongAnswer(
                _with_the_kink(lambda to_a, slope, n: slope / n),
                "Now the number shrinks with the batch, but it still does not know what came in.",
            ),
            WrongAnswer(
                _with_the_kink(lambda to_a, slope, n: to_a),
                "Where z is 0 you pass on all that comes in. It has to be multiplied by the slope.",
            ),
            WrongAnswer(
                _with_the_kink(lambda to_a, slope, n: 0 * to_a),
                "That is right for slope 0 alone. The slope at the kink is an argument.",
            ),
            WrongAnswer(
                slope_below_0_too,
                "You give the slope at the kink to all units that are off. It belongs to z = 0 alone.",
            ),
            WrongAnswer(slope_everywhere, "The slope belongs to z = 0. Where z is above 0, the slope is 1."),
        ),
        hints=(
            "Which line does not use what the line above has computed?",
            "Where z is 0, `to_z` has to be the slope times `to_a`, at the same places: `to_a[z == 0]`.",
        ),
        explanation="Now every number that goes out is a multiple of one that came in.",
    ),
    Exercise(
        id="audit.4",
        comparator=FunctionOf(programs_on_batches, Boolean(quoted=False)),
        reference=lambda: keeps_the_mean,
        wrong_answers=(
            WrongAnswer(
                lambda program, w, X, y: bool(np.allclose(program(w, X, y, 2.0), 2 * program(w, X, y, 1.0))),
                "That doubles the upstream gradient. Double the batch: every sample twice.",
            ),
            WrongAnswer(
                lambda program, w, X, y: bool(np.allclose(program(w, 2 * X, 2 * y, 1.0), program(w, X, y, 1.0))),
                "It is the batch that has to be doubled: `np.concatenate([X, X])` brings each sample twice.",
            ),
            WrongAnswer(
                lambda program, w, X, y: bool(
                    np.allclose(
                        program(w, np.concatenate([X, X]), np.concatenate([y, y]), 1.0), 2 * program(w, X, y, 1.0)
                    )
                ),
                "That is the test of a sum. A mean does not grow with the batch.",
            ),
            WrongAnswer(
                lambda program, w, X, y: bool(
                    np.isclose(
                        program(w, np.concatenate([X, X]), np.concatenate([y, y]), 1.0).mean(),
                        program(w, X, y, 1.0).mean(),
                    )
                ),
                "The mean of the entries hides errors that cancel. Compare all entries, with np.allclose.",
            ),
            WrongAnswer(
                lambda program, w, X, y: bool(np.allclose(program(w, X[::-1], y[::-1], 1.0), program(w, X, y, 1.0))),
                "Another order leaves a mean as it is, and a sum as well.",
            ),
        ),
        hints=(
            "Call the program for the batch, and for a batch in which every sample stands twice.",
            "np.concatenate([X, X]) and np.concatenate([y, y]) are that batch. Compare with np.allclose.",
        ),
        explanation="A mean over the batch does not change, a sum doubles. Again no right answer is needed.",
    ),
    Exercise(
        id="audit.5",
        comparator=Sequence(*(Choice(VERDICTS) for _ in programs.PROGRAMS)),
        reference=lambda: [programs.first_failed(name) for name in programs.PROGRAMS],
        wrong_answers=(
            WrongAnswer(
                ["kink", "batch", "twice"],
                "hinge takes slope ½ at its kink, as its text says, and that lies between the slopes on both sides.",
            ),
            WrongAnswer(
                ["right", "right", "twice"],
                "absolute agrees where there are as many samples as features. Try it on 12 samples with 5 features.",
            ),
            WrongAnswer(
                ["right", "independent", "twice"],
                "With 12 samples and 5 features it fails there as well, but another test of the list fails before.",
            ),
            WrongAnswer(
                ["right", "batch", "right"],
                "huber gives the right answer once. Call it again with the same arrays.",
            ),
        ),
        hints=(
            "Run every test on every program: two loops, or change the two words in the cell above.",
            "One of them passes all tests. One divides by the wrong number, one leaves its arguments changed.",
        ),
        explanation=(
            "hinge looks clumsy and is right. absolute divides by the number of features. huber writes into the "
            "targets that it was given."
        ),
    ),
)
