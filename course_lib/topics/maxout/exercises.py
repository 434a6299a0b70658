"""The exercises and predictions of the lesson *Learn the activation*."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from course_lib.calculus import PiecewiseFunction, one_sided_derivative
from course_lib.exercises.compare import Boolean, Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf
from course_lib.exercises.reading import NotFilledIn, Unreadable, in_words, members
from course_lib.topics.maxout.experiment import minimax_error, train_units, x

ALPHAS = (0, 0.1, -1, 0.5, -0.25, 1)
PROBES = np.array([-4.0, -1.0, -0.25, 0.0, 0.5, 1.0, 3.0])
# The functions of exercise maxout.2.
CANDIDATES = (
    sp.Max(0, x) - 1,
    sp.Min(sp.Max(0, x), 6),
    sp.Abs(sp.Abs(x) - 1),
    sp.Max(sp.Abs(x), 1),
    sp.Min(x, 2 * x),
    sp.Max(x, 2 * x, 3 * x),
)
# The unit of exercise maxout.4: pieces (slope, intercept), samples, upstream gradients.
UNIT, SAMPLES, UPSTREAM = ((-1, 0), (1, 0), (0, -1)), (-2, 1, 3), (3, 5, 7)


@dataclass(frozen=True)
class TwoPieces:
    """Two pairs (slope, intercept), in any order; the greater of both lines is compared at fixed points."""

    def read(self, answer: object) -> tuple[float, ...]:
        if answer is ...:
            raise NotFilledIn
        try:
            pairs = np.asarray(answer, dtype=np.float64)
        except (TypeError, ValueError):
            pairs = np.empty(0)
        if pairs.shape != (2, 2) or not np.isfinite(pairs).all() or isinstance(answer, (str, set)):
            raise Unreadable(
                f"You gave {in_words(answer)}; write two pairs (slope, intercept), such as [(2, 0), (3, 1)]."
            )
        return tuple((pairs[:, :1] * PROBES + pairs[:, 1:]).max(0).tolist())

    def same(self, value: tuple[float, ...], key: tuple[float, ...]) -> bool:
        return bool(np.allclose(value, key, rtol=1e-9, atol=1e-9))

    def remark(self, value: tuple[float, ...], key: tuple[float, ...]) -> str:
        place = int(np.abs(np.subtract(value, key)).argmax())
        return f"The greater of your two lines at {PROBES[place]:g} is {value[place]:g}, and should be {key[place]:g}."


class FourNumbers(Sequence):
    """[w₁, b₁, w₂, b₂], also in pairs: [(w₁, b₁), (w₂, b₂)], as pieces are written elsewhere."""

    def __init__(self) -> None:
        super().__init__(*(Number() for _ in range(4)))

    def read(self, answer: object) -> tuple[Any, ...]:
        if isinstance(answer, np.ndarray) and answer.shape == (2, 2):
            return super().read(answer.ravel())
        pairs = [members(part) or () for part in members(answer) or ()]
        return super().read([*pairs[0], *pairs[1]] if [len(pair) for pair in pairs] == [2, 2] else answer)


def leaky_pieces(alpha: float) -> list[tuple[float, float]]:
    """The two branches of the rectifier with slope α on the left."""
    return [(alpha, 0), (1, 0)]


def is_maxout(expr: Any) -> bool:
    """Whether a piecewise linear function is a maximum of affine ones: no slope is smaller than one to its left."""
    f = PiecewiseFunction.from_expr(expr, x)
    slopes = [(one_sided_derivative(f, point, "-"), one_sided_derivative(f, point, "+")) for point in f.breakpoints]
    return all(left <= right for left, right in slopes)


def unit_gradient() -> list[float]:
    """Σ upstream · x over the samples at which a piece wins, for each piece."""
    w, b = np.array(UNIT, float).T
    at = np.array(SAMPLES, float)
    winner = (np.outer(at, w) + b).argmax(1)
    return np.bincount(winner, np.array(UPSTREAM) * at, len(w)).tolist()


def relu6_difference() -> list[float]:
    """[w₁, b₁, w₂, b₂] of h(x) = max(0, x) − ReLU6(x), from the left."""
    h = PiecewiseFunction.from_expr(sp.Max(0, x) - sp.Min(sp.Max(0, x), 6), x)
    return [float(value) for line in h.branches for value in (sp.diff(line, x), line.subs(x, 0))]


def error_of_ten_times_as_many() -> str:
    """The option of prediction maxout.p1, from best fits of 2 and of 20 pieces."""
    ratio = minimax_error("x²", 2) / minimax_error("x²", 20)
    return f"about {min((10, 100, 1000), key=lambda option: abs(np.log(option / ratio)))} times smaller"


def trained_on_a_roof() -> str:
    """The option of prediction maxout.p2, from a training."""
    unit = train_units("−|x|", seeds=1)
    at = np.array([-1.0, 0.0, 1.0])
    left, middle, right = (unit.slopes[0, :, None] * at + unit.intercepts[0, :, None]).max(0)
    if max(abs(left - middle), abs(right - middle)) < 0.1:
        return "a nearly horizontal line"
    return "a roof, though a flatter one" if left < middle > right else "a line along one side of the roof"


PREDICTIONS = (
    Prediction(
        id="maxout.p1",
        question=(
            "You may place k lines as well as you can, so that their maximum stays close to $x^2$ on [−1, 1]. What "
            "do ten times as many lines do to the greatest error?"
        ),
        options={
            "about 10 times smaller": "That is how the width of an interval shrinks; the error shrinks faster.",
            "about 100 times smaller": "On an interval of width d a line is off by about $d^2$.",
            "about 1000 times smaller": "That would be an error like $d^3$. Lines leave the curvature over: $d^2$.",
        },
        answer=error_of_ten_times_as_many,
        reveal="The section Derive finds the exact law.",
    ),
    Prediction(
        id="maxout.p2",
        question="A maxout unit with 4 pieces is trained on −|x|, a roof, with a squared error on [−1, 1]. What does "
        "it become?",
        options={
            "a roof, though a flatter one": "A roof is what no number of pieces can build.",
            "a nearly horizontal line": "Nothing convex is nearer to a roof in the mean square.",
            "a line along one side of the roof": "It would be far off on the other side, and the squares count that.",
        },
        answer=trained_on_a_roof,
        reveal="The section Break it trains it.",
    ),
)

EXERCISES = (
    Exercise(
        id="maxout.1",
        comparator=FunctionOf(lambda: [Case(f"α = {alpha:g}", (alpha,)) for alpha in ALPHAS], TwoPieces()),
        reference=lambda: leaky_pieces,
        wrong_answers=(
            WrongAnswer(lambda alpha: [(0, 0), (1, 0)], "That is ReLU whatever α is. Which line holds left of 0?"),
            WrongAnswer(
                lambda alpha: [(0, alpha), (0, 1)],
                "A pair is (slope, intercept): yours are two horizontal lines, with α and 1 as their heights.",
            ),
            WrongAnswer(
                lambda alpha: [(-alpha, 0), (1, 0)],
                "Left of 0 x is negative already: α·x with α = 0.1 is below 0 there. The slope is α, not −α.",
            ),
            WrongAnswer(
                lambda alpha: [(alpha, 1), (0, 0)],
                "Those are the two slopes, then the two intercepts. A pair is one piece: (slope, intercept).",
            ),
            WrongAnswer(
                lambda alpha: [(alpha, 0), (1 - alpha, 0)],
                "The unit takes the greater line, it does not add them: right of 0 the second line alone counts.",
            ),
        ),
        hints=(
            "Each of the two branches is one line.",
            "Left of 0 the branch is αx. Its slope is α; what is its intercept?",
        ),
        explanation="(α, 0) and (1, 0): for α ≤ 1 the line αx is the greater one left of 0, and x right of it.",
    ),
    Exercise(
        id="maxout.2",
        comparator=Sequence(*(Boolean() for _ in CANDIDATES)),
        reference=lambda: [is_maxout(candidate) for candidate in CANDIDATES],
        wrong_answers=(
            WrongAnswer(
                [True, True, False, True, False, True],
                "Look at ReLU6 again: at 6 its slope falls from 1 to 0. Join (0, 0) and (12, 6) by a chord.",
            ),
            WrongAnswer(
                [True, False, True, True, False, True],
                "Look at ||x| − 1| again. It is a W: what does it do at x = 0?",
            ),
            WrongAnswer(
                [False, False, False, True, False, True],
                "Look at max(0, x) − 1 again: subtracting 1 lowers both intercepts, and changes no slope.",
            ),
            WrongAnswer(
                [True, False, False, False, False, True],
                "Look at max(|x|, 1) again: |x| is a maximum itself, so this is the greatest of −x, x and 1.",
            ),
            WrongAnswer(
                [True, False, False, True, True, True],
                "Look at min(x, 2x) again. The smaller of two lines bends down.",
            ),
            WrongAnswer(
                [True, False, False, True, False, False],
                "Look at max(x, 2x, 3x) again. 2x never wins alone, but nothing forbids that.",
            ),
        ),
        hints=(
            "Walk from left to right. Does the slope ever fall?",
            "ReLU6 has the slopes 0, 1, 0; ||x| − 1| has −1, 1, −1, 1.",
        ),
        explanation="A maximum of lines is convex: its slope never falls. In 2, 3 and 5 it does.",
    ),
    Exercise(
        id="maxout.3",
        comparator=Number(),
        reference=lambda: sp.Rational(6, 6) ** 2 / 8,
        wrong_answers=(
            WrongAnswer(
                sp.Rational(1, 72),
                r"That is $\frac{1}{2 \cdot 6^2}$, for [−1, 1]. This interval is three times as long.",
            ),
            WrongAnswer(
                sp.Rational(1, 24), "The error grows with the square of the width: nine times here, not three."
            ),
            WrongAnswer(sp.Rational(1, 4), "Those are tangents, off at the ends only. Raise them by half of it."),
            WrongAnswer(sp.Rational(1, 6), "That is the fit for the least squared error. Here the worst point counts."),
            WrongAnswer(
                sp.Rational(9, 2), r"That is $\frac{d^2}{8}$ with d = 6: a single piece for the whole interval."
            ),
            WrongAnswer(sp.Rational(9, 8), r"Each piece covers $\frac{6}{6}$ of the length. You took a width of 3."),
        ),
        hints=(
            "How wide is the interval of one piece?",
            r"Six pieces on a length of 6: d = 1. The error is $\frac{d^2}{8}$.",
        ),
        explanation=r"Each piece covers d = 1, and the best line there is off by $\frac{d^2}{8} = \frac{1}{8}$.",
    ),
    Exercise(
        id="maxout.4",
        comparator=Sequence(Number(), Number(), Number()),
        reference=unit_gradient,
        wrong_answers=(
            WrongAnswer([20, 20, 20], "That gives all pieces the gradient of all samples. Only the winner gets it."),
            WrongAnswer(
                [-2, sp.Rational(26, 3), 0],
                r"You took the mean over the samples. The loss is summed: leave out the $\frac{1}{3}$.",
            ),
            WrongAnswer([6, -26, 0], "That is the direction downhill, which a step takes. The gradient points uphill."),
            WrongAnswer([3, 12, 0], "Those are the gradients of the intercepts. For a slope multiply by x."),
            WrongAnswer(
                [-6, 5, 21], "At x = 3 the pieces give −3, 3 and −1. The second wins again, and adds up what it gets."
            ),
            WrongAnswer([6, 26, 0], "x = −2 is negative: 3 · (−2)."),
            WrongAnswer([26, -6, 0], "The two are swapped: at x = −2 the first piece, −x, is the greatest."),
        ),
        hints=(
            "Write down the three values at each sample, and who wins.",
            "The first wins at −2, the second at 1 and at 3. Each adds upstream · x.",
        ),
        explanation="The first gets 3·(−2), the second 5·1 + 7·3, and the third never wins: 0.",
    ),
    Exercise(
        id="maxout.5",
        comparator=FourNumbers(),
        reference=relu6_difference,
        wrong_answers=(
            WrongAnswer([0, 0, 1, 6], "x + 6 exceeds 0 from x = −6 on. Where should the second bend be?"),
            WrongAnswer([0, 6, 1, 0], "That is max(6, x): it takes 6 away left of 6, too."),
            WrongAnswer([0, 0, -1, 6], "h is subtracted already; with the slope −1 it grows towards the left."),
            WrongAnswer(
                [1, 0, 0, 6], "Those are lines of ReLU6 itself. h is what has to be taken away from max(0, x)."
            ),
            WrongAnswer(
                [-1, 6, 0, 0], "max(6 − x, 0) grows towards the left. h has to be 0 there, and grow from 6 on."
            ),
            WrongAnswer([1, -6, 0, 0], "The right lines, but the one that wins on the left comes first."),
            WrongAnswer([0, 0, 1, 0], "Then max(0, x) − h is 0 everywhere. h has to stay 0 until x = 6."),
        ),
        hints=("Solve for h: what is max(0, x) − ReLU6(x) at 5, and at 8?", "It is 0 up to 6, then x − 6."),
        explanation="ReLU6(x) = max(0, x) − max(0, x − 6): a falling slope comes from what is subtracted.",
    ),
)
