"""The predictions and exercises of the lesson on a right autodiff, and the keys that the library computes for them."""

from typing import Any

import numpy as np

from course_lib.exercises.compare import Number, Sequence
from course_lib.exercises.exercise import Exercise, Prediction, WrongAnswer
from course_lib.exercises.functions import Case, FunctionOf, Numbers
from course_lib.networks import Network
from course_lib.topics.subgradients.directional import (
    RULES,
    Ordered,
    compared,
    maximum,
    relu,
    right_gradient,
)
from course_lib.topics.subgradients.random_programs import wrong

# The unit on two weights of 0 in autodiff.4: input, output weights, direction.
X, OUT, V = 2.0, (1.0, -1.0), (3.0, -1.0)


def after_a_step_each_way() -> list[Any]:
    """The slope of |x| − 3 relu(x) at 0 that a step to the right finds, and a step to the left."""
    return [right_gradient(lambda x: abs(x) - 3 * relu(x), [0], [[way]])[0] for way in (1, -1)]


def first_sign(parts: Any) -> int:
    """−1, 0 or 1: the sign of the first part that is not 0."""
    number = Ordered(parts[0], parts[1:])
    return int(number > 0) - int(-number > 0)


def sign_cases() -> list[Case]:
    """Lists of a value and slopes, with the first part that is not 0 in every place, also tiny before a huge one."""
    lists = [[2, -1], [-1, 5, 5], [0, 3, -7], [0, -2, 9], [0, 0, 4], [0, 0, -1, 6], [0, 0], [0], [-3, 3, 1], [0, 0.5]]
    lists += [[1e-300, -1e300], [0, -1e-300, 1e300]]
    return [Case(str(parts), (parts,)) for parts in lists]


def y_first() -> list[Any]:
    """The gradient of |x| + max(x, 2y) at (0, 0) with y as the first direction and x as the second."""
    return right_gradient(lambda x, y: abs(x) + maximum(x, 2 * y), [0, 0], [[0, 1], [1, 0]])


def gradient_of_two_units() -> list[float]:
    """∂(relu(w₁x) − relu(w₂x))/∂w at w = 0, by the core, along V."""
    network = Network.mlp([1, 2, 1], slope_at_kink="directional", bias=0.0, dtype="float64")
    network.W[0], network.W[1] = 0, np.array([[OUT]])
    along = network.copy()
    along.W[0], along.W[1] = np.array(V).reshape(1, 2, 1), 0
    # The loss (o + ½)² has the slope 1 at o = 0.
    _, gradient = network.loss_and_gradient([[X]], [-0.5], "mse", along=along)
    return [float(entry) for entry in gradient.W[0].ravel()]


def slopes_ahead(W: Any, V: Any, X: Any) -> Any:
    """ReLU's slope for z = X Wᵀ: 1 where z > 0, and at ties where X Vᵀ > 0."""
    z = X @ W.T
    return np.where((z > 0) | ((z == 0) & (X @ V.T > 0)), 1.0, 0.0)


def slope_cases() -> list[Case]:
    """Layers of whole numbers with ties, and one with a pre-activation so small that no finite step is short enough."""
    rng = np.random.default_rng(4)
    cases = []
    for name in ("a first", "a second"):
        W, X = rng.integers(-1, 2, (4, 2)).astype(float), rng.integers(-2, 3, (5, 2)).astype(float)
        cases.append(Case(f"{name} layer with ties", (W, rng.standard_normal((4, 2)), X)))
    tiny = np.array([[1e-300, 0.0], [-1e-300, 0.0], [0.0, 0.0], [0.0, 0.0]])
    ahead = np.array([[-1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]])
    cases.append(Case("a layer with weights of 10⁻³⁰⁰", (tiny, ahead, np.array([[1.0, 0.0], [2.0, 0.0]]))))
    return cases


def is_there_a_rule() -> str:
    """The option of prediction autodiff.p1: tried, with one run of the program each."""
    right = not wrong(right_gradient, 2, 200)
    return "yes, for a small multiple of the cost" if right else "no, none is right for all ties"


def best_rule() -> str:
    """The option of prediction autodiff.p2, from training: what solves more often than any rule of another option."""
    shares = {rule: compared(rule).share for rule in RULES}
    best = max(shares, key=lambda rule: shares[rule])
    others = ["s = 0", *(["s = ½", "s = 1"] if best == "directional" else ["directional"])]
    if any(compared(best, to=other).difference.low <= 0 for other in others):
        return "no difference that 256 starts can show"
    return "directional" if best == "directional" else "a single number above 0"


PREDICTIONS = [
    Prediction(
        id="autodiff.p1",
        question=(
            "No single number s is right for every program. Is there any rule for ties that makes automatic "
            "differentiation right for every program of +, −, ×, relu, max and |·|?"
        ),
        options={
            "no, none is right for all ties": "The proof was about one number for all ties of a program.",
            "yes, but it has to try all combinations of branches": "One combination is enough, if it really occurs.",
            "yes, for a small multiple of the cost": "It needs to know where a tie goes when the input moves a little.",
        },
        answer=is_there_a_rule,
        reveal="The section 'Ask where the step lands' builds the rule.",
    ),
    Prediction(
        id="autodiff.p2",
        question=(
            "Networks with three hidden units learn the exclusive or. All biases start at 0, so every hidden unit "
            "starts exactly on its kink for the point (0, 0). From which rule at the kink do most starts succeed?"
        ),
        options={
            "directional": "It is always right. Being right and being useful are two things.",
            "a single number above 0": "With s = ½ or s = 1 the point (0, 0) moves all three biases from the start.",
            "no difference that 256 starts can show": "The tie lasts for a step only. For some starts it decides.",
        },
        answer=best_rule,
        reveal="The section 'Does it train better?' trains them.",
    ),
]

EXERCISES = [
    Exercise(
        id="autodiff.1",
        comparator=Sequence(Number(), Number()),
        reference=after_a_step_each_way,
        wrong_answers=(
            WrongAnswer([-2, 1], "To the left |x| is −x. Its slope is −1 even if you walk to the left."),
            WrongAnswer([0, 0], "That is what slope 0 at both kinks gives. Which branch is each function on?"),
            WrongAnswer([-1, -2], "The two are swapped: the step to the right comes first."),
            WrongAnswer([1, -1], "Those are the slopes of |x| alone. On the right relu(x) has slope 1, and counts −3."),
            WrongAnswer([-2, -4], "On the left relu(x) is 0 and has slope 0."),
        ),
        hints=(
            "After a step to the right x is above 0. What are |x| and relu(x) there?",
            "On the right the program computes x − 3x, on the left −x − 0.",
        ),
        explanation="−2 on the right and −1 on the left. Both are slopes of the function right beside 0.",
    ),
    Exercise(
        id="autodiff.2",
        comparator=FunctionOf(sign_cases, Number()),
        reference=lambda: first_sign,
        wrong_answers=(
            WrongAnswer(lambda parts: np.sign(parts[0]).item(), "That is the value alone. At a tie the slopes decide."),
            WrongAnswer(
                lambda parts: np.sign(sum(parts)).item(),
                r"A sum weighs all parts alike. $\varepsilon_1$ outweighs any $\varepsilon_2$.",
            ),
            WrongAnswer(
                lambda parts: next((int(np.sign(p)) for p in reversed(parts) if p), 0),
                "That starts at the end. The largest part is the first that is not 0.",
            ),
            WrongAnswer(
                lambda parts: int(max(parts, key=abs) > 0) - int(max(parts, key=abs) < 0),
                r"$3\varepsilon_1 - 7\varepsilon_2$ is above 0 although 7 is larger than 3: $\varepsilon_2$ is "
                r"small beside $\varepsilon_1$.",
            ),
            WrongAnswer(
                lambda parts: next((int(np.sign(p)) for p in parts if abs(p) > 1e-9), 0),
                "A first part that is not 0 decides, however small it is and however large the next: no ε has a size.",
            ),
        ),
        hints=("Go through the parts from the left.", "for part in parts: if part != 0: return 1 if part > 0 else -1"),
        explanation="The first part that is not 0 outweighs all that follow. If all are 0, the number is 0.",
    ),
    Exercise(
        id="autodiff.3",
        comparator=Sequence(Number(), Number()),
        reference=y_first,
        wrong_answers=(
            WrongAnswer([2, 0], "That is the gradient with x first. Here y moves first, and 2y is larger than x."),
            WrongAnswer([0, 2], "|x| is not undecided: x moves in the second step, to the right."),
            WrongAnswer([1, 1], "max(x, 2y) takes 2y, whose slope in y is 2."),
            WrongAnswer([1.5, 1], "That is the mean of both orders. It is right too, but no step lands on it."),
            WrongAnswer([2, 2], "The maximum takes one of its arguments, x or 2y, and has only its slope."),
        ),
        hints=(
            r"$y = \varepsilon_1$ and $x = \varepsilon_2$, much smaller. Which is larger, x or 2y? Is x above 0?",
            "There the program computes x + 2y.",
        ),
        explanation=r"$x = \varepsilon_2$ is above 0 but below $2y = 2\varepsilon_1$, so the program computes x + 2y.",
    ),
    Exercise(
        id="autodiff.4",
        comparator=Sequence(Number(), Number()),
        reference=gradient_of_two_units,
        wrong_answers=(
            WrongAnswer([0, 0], "That is slope 0 for both units. The first lands on the right of its kink."),
            WrongAnswer([2, -2], "That has both units on. The second has ż = −1 · 2, so it lands on the left."),
            WrongAnswer([0, -2], "The sides are swapped: ż is above 0 for the first unit."),
            WrongAnswer([6, 0], "The direction only chooses the branch. The gradient is out · slope · x, without it."),
            WrongAnswer([1, 0], "That is the output weight. The chain rule goes on to w: multiply by x."),
            WrongAnswer([3, -1], "That is the direction itself. It only chooses the branches."),
        ),
        hints=("ż is v · x for each unit: 6 and −2.", "The first unit is on, the second off: (1 · 1 · 2, −1 · 0 · 2)."),
        explanation="The first unit is on and has the gradient 1 · 2; the second is off. It is the gradient beside 0.",
    ),
    Exercise(
        id="autodiff.5",
        comparator=FunctionOf(slope_cases, Numbers("array", truth_values=True)),
        reference=lambda: slopes_ahead,
        wrong_answers=(
            WrongAnswer(lambda W, V, X: (X @ W.T > 0) * 1.0, "That is slope 0 at every tie. Look there at X @ V.T."),
            WrongAnswer(lambda W, V, X: (X @ V.T > 0) * 1.0, "The direction decides at ties only, where z is 0."),
            WrongAnswer(
                lambda W, V, X: (X @ (W + 1e-6 * V).T > 0) * 1.0,
                "That is a finite step: it carries a z of $10^{-300}$ over its kink, which was no tie.",
            ),
            WrongAnswer(lambda W, V, X: (X @ W.T >= 0) * 1.0, "That is slope 1 at every tie. Look there at X @ V.T."),
            WrongAnswer(
                lambda W, V, X: np.where(X @ W.T == 0, X @ V.T, X @ W.T > 0) * 1.0,
                "At a tie take the side that ż shows, 0 or 1, not ż itself.",
            ),
        ),
        hints=(
            "z = X @ W.T, and ż = X @ V.T. Where z is not 0, the slope is the usual one.",
            "np.where(z == 0, X @ V.T > 0, z > 0) * 1.0",
        ),
        explanation="Where z is not 0 it decides, however small it is. Where z is 0, ż does.",
    ),
]
