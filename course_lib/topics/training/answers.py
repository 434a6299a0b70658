"""Answers that are functions of arrays, and what its keys and planted wrong answers are computed from.

A function is called on stated arguments and judged array by array.
"""

import sys
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from types import FrameType
from typing import Any

import numpy as np

from course_lib.data import moons_as_numbers
from course_lib.exercises import compare
from course_lib.exercises.functions import Case, FunctionOf, Numbers, call_learners_function, learners_function
from course_lib.exercises.reading import Unreadable
from course_lib.networks import Dense, Network
from course_lib.networks.one_hidden_layer import (
    Array,
    Parameters,
    check_backward,
    descend,
    gradient_by_hand,
    mean_squared_error,
    outputs,
    shape_problem,
    starting_parameters,
)
from course_lib.topics.training.experiment import ENDS, starts_by_end


@dataclass(frozen=True)
class WithoutLoop(FunctionOf):
    """A `FunctionOf` of arrays that runs no loop over them in Python.

    That means: for larger arrays it takes no more steps in Python, counted in bytecode, than for smaller ones. So
    comprehensions, `map` with a function of Python, `np.vectorize` and recursion count as loops. `small` and `large`
    are the arguments of two calls, the second with more of everything.

    >>> comparator = WithoutLoop(lambda: (), Numbers("Z"), (np.ones(2),), (np.ones(5),))
    >>> comparator.read(lambda x: [2 * entry for entry in x]), comparator.read(lambda x: 2 * x)
    (((), True), ((), False))
    """

    small: tuple[Any, ...]
    large: tuple[Any, ...]

    def read(self, answer: object) -> tuple[Any, ...]:
        values = super().read(answer)
        steps_in_python(answer, *self.small)  # Python 3.13 does not count in a function's first call.
        return values, steps_in_python(answer, *self.large) > steps_in_python(answer, *self.small)

    def same(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> bool:
        return value[1] == key[1] and super().same(value[0], key[0])

    def remark(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> str:
        if remark := super().remark(value[0], key[0]):
            return remark
        return "The numbers are right, but there is a loop in it: it takes more steps in Python for larger arrays."


def steps_in_python(function: object, *arguments: Any) -> int:
    """How many instructions of Python a call runs, also in functions that it calls; what NumPy does inside is none."""
    steps = 0

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal steps
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        steps += event == "opcode"
        return count

    def traced(*given: Any) -> Any:
        before = sys.gettrace()
        sys._getframe().f_trace_opcodes = True  # Python 3.12 asks for it before tracing begins.
        sys.settrace(count)
        try:
            return learners_function(function)(*given)
        finally:
            sys.settrace(before)

    call_learners_function(traced, *arguments)
    return steps


@dataclass(frozen=True)
class BackwardPass:
    """The four arrays of a backward pass, (∂W1, ∂b1, ∂W2, ∂b2); what is wrong with them is said by `check_gradient`.

    They are those of `parameters`, X and T, and of `others`, networks and samples of another size, without a
    pre-activation on the kink; and of `on_kink`, whose first sample is the origin, where every pre-activation is 0.
    There the gradient of b1 may be that of any slope from 0 to 1. `gradient_by_hand` itself is nobody's answer.
    """

    parameters: Parameters
    X: Array
    T: Array
    others: tuple[tuple[Parameters, Array, Array], ...]
    on_kink: tuple[Parameters, Array, Array]

    @property
    def _function(self) -> FunctionOf:
        cases = [Case("the network of the exercise", (self.parameters, self.X, self.T))]
        cases += [Case(f"a network with {len(p.W1)} hidden units", (p, X, T)) for p, X, T in self.others]
        cases.append(Case("a network with a sample on the kink", self.on_kink))
        parts = (Numbers(f"gradient of {name}") for name in Parameters._fields)
        return FunctionOf(lambda: cases, compare.Sequence(*parts))

    def read(self, answer: object) -> tuple[Any, ...]:
        if answer is gradient_by_hand:
            raise Unreadable("You gave the course's own gradient_by_hand; hand in the function that you wrote.")
        return self._function.read(answer)

    def same(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> bool:
        return self._function.same((*value[:-1], self._nearest(value[-1])), key)

    def _nearest(self, arrays: Any) -> list[Array]:
        """The arrays on the kink, with the key's for b1 where a slope from 0 to 1 gives what came."""
        parameters, X, T = self.on_kink
        W1, b1, W2, b2 = arrays
        right = gradient_by_hand(parameters, X, T).b1
        of_slope_1 = right + (2 * (outputs(parameters, X[:1])[0] - T[0]) / len(X)) * parameters.W2[0]
        low, high = np.minimum(right, of_slope_1), np.maximum(right, of_slope_1)
        if b1.shape == right.shape and ((low - 1e-12 <= b1) & (b1 <= high + 1e-12)).all():
            b1 = right
        return [W1, b1, W2, b2]

    def remark(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> str:
        first = value[0]
        if problem := shape_problem(first, self.parameters):
            return f"Look at the shapes, and at the order W1, b1, W2, b2: {problem}."
        report = check_backward(lambda *arguments: first, self.parameters, self.X, self.T)
        wrong = [entry for entry in report.entries if entry.verdict in ("wrong", "undecided")]
        if not wrong:
            apart = max(np.abs(array - right).max() for array, right in zip(first, key[0], strict=True))
            if 1e-10 < apart < 1e-5:
                return f"That is right up to {apart:.0e}, as differences are. The chain rule has no step, and is exact."
            if self._function.same(value[:-1], key[:-1]) and not self.same(value, key):
                return (
                    "Off the kink all is right. Where z is exactly 0, any slope of ReLU from 0 to 1 is right, and "
                    "yours is another."
                )
            return self._function.remark((*value[:-1], self._nearest(value[-1])), key)
        arrays = ", ".join(dict.fromkeys(entry.name.partition("[")[0] for entry in wrong))
        cause = f" Likely cause: {report.causes[0]}." if report.causes else ""
        worst = wrong[0]
        return (
            f"check_gradient finds {len(wrong)} of {report.size} entries wrong, in {arrays}. For {worst.name} your "
            f"function says {worst.claimed:.4g}, the slope of the loss is {worst.measured:.4g}.{cause}"
        )


# Data and network of the exercises, and one of another size. The biases keep all pre-activations off the kink.
_rng = np.random.default_rng(6)
X = _rng.standard_normal((5, 2))
T = _rng.standard_normal((5, 1))
PARAMETERS = starting_parameters(2, 3, 1, seed=6)._replace(b1=np.array([0.1, -0.2, 0.3]), b2=np.array([0.5]))
OTHER_PARAMETERS = starting_parameters(3, 4, 1, seed=12)._replace(b1=np.array([0.3, -0.1, 0.2, -0.3]))
OTHER_X, OTHER_T = _rng.standard_normal((4, 3)), _rng.standard_normal((4, 1))
# Pre-activations so near to the kink that a mask with a threshold shows, and others that are exactly on it.
NEAR_KINK = (PARAMETERS._replace(b1=np.zeros(3)), 1e-5 * X, T)
ON_KINK = (PARAMETERS._replace(b1=np.zeros(3)), np.vstack([np.zeros(2), X[1:]]), T)
BACKWARD = BackwardPass(PARAMETERS, X, T, ((OTHER_PARAMETERS, OTHER_X, OTHER_T), NEAR_KINK), ON_KINK)


def layer_arguments(samples: int, units: int, inputs: int) -> tuple[Array, Array, Array]:
    """(W, b, X) of a layer, random."""
    rng = np.random.default_rng(samples)
    return rng.standard_normal((units, inputs)), rng.standard_normal(units), rng.standard_normal((samples, inputs))


def layer_cases() -> list[Case]:
    """Layers of several shapes: among them one with as many samples as units, and one with a single unit."""
    shapes = ((5, 3, 2), (4, 4, 4), (3, 3, 5), (1, 2, 3), (6, 1, 2))
    return [
        Case(f"{n} samples, {units} units and {inputs} inputs", layer_arguments(n, units, inputs))
        for n, units, inputs in shapes
    ]


def descent_cases() -> list[Case]:
    """Both networks, with different rates and numbers of steps."""
    return [
        Case("3 steps of learning rate 0.1", (PARAMETERS, X, T, 0.1, 3)),
        Case("1 step of learning rate 0.5", (PARAMETERS, X, T, 0.5, 1)),
        Case("5 steps with 4 hidden units", (OTHER_PARAMETERS, OTHER_X, OTHER_T, 0.05, 5)),
    ]


DESCENT = FunctionOf(descent_cases, compare.Sequence(*(Numbers(name) for name in Parameters._fields)))
LAYER = WithoutLoop(layer_cases, Numbers("Z"), layer_arguments(4, 3, 2), layer_arguments(9, 7, 5))


def layer_of_the_library(W: Array, b: Array, X: Array) -> Array:
    """z = W x + b of every sample, by a `Network` of one layer that is given these weights."""
    network = Network(layers=[Dense(W.shape[1], W.shape[0])], dtype="float64")
    network.W[0][0], network.b[0][0] = W, b
    return np.asarray(network.predict(X)[0])


def backward_of_the_library(parameters: Parameters, X: Array, T: Array) -> tuple[Array, ...]:
    """The gradient that `Network.loss_and_gradient` returns for the same numbers."""
    W1, b1, W2, b2 = parameters
    network = Network.mlp([W1.shape[1], W1.shape[0], W2.shape[0]], dtype="float64")
    network.W[0][0], network.b[0][0], network.W[1][0], network.b[1][0] = W1, b1, W2, b2
    _, gradient = network.loss_and_gradient(X, T, loss="mse")
    return gradient.W[0][0], gradient.b[0][0], gradient.W[1][0], gradient.b[1][0]


def layer_by_loops(W: Array, b: Array, X: Array) -> Array:
    """z = W x + b, entry by entry, as the lesson first writes it."""
    return np.array([[sum(w * x for w, x in zip(unit, sample, strict=True)) for unit in W] for sample in X]) + b


def backward_with(mistake: str):  # type: ignore[no-untyped-def]
    """A backward pass with one mistake that people make."""

    def backward(parameters: Parameters, X: Array, T: Array) -> tuple[Array, ...]:
        W1, b1, W2, b2 = parameters
        Z = X @ W1.T + b1
        A = np.maximum(0, Z)
        D = 2 * (A @ W2.T + b2 - T) / len(X)
        if mistake == "no mean":
            D = D * len(X)
        if mistake == "no 2":
            D = D / 2
        if mistake == "sign":
            D = -D
        slope = {"no slope": 1.0, "mask after": A >= 0, "value for slope": A}.get(mistake, Z > 0)
        H = (D @ W2) * slope
        if mistake == "mean of biases":
            return H.T @ X, H.mean(0), D.T @ A, D.mean(0)
        if mistake == "transposed":
            return X.T @ H, H.sum(0), A.T @ D, D.sum(0)
        return H.T @ X, H.sum(0), D.T @ A, D.sum(0)

    return backward


def descent_of_the_library(
    parameters: Parameters, X: Array, T: Array, learning_rate: float, steps: int
) -> tuple[Array, ...]:
    """So many steps of `descend`, with the gradient that `Network.loss_and_gradient` returns."""
    return descend(backward_of_the_library, parameters, X, T, learning_rate, steps)


def descent_with(mistake: str):  # type: ignore[no-untyped-def]
    """Gradient descent with one mistake that people make."""

    def descent(parameters: Parameters, X: Array, T: Array, learning_rate: float, steps: int) -> Parameters:
        rates = {"uphill": -learning_rate, "mean again": learning_rate / len(X), "no rate": 1, "rate 0.1": 0.1}
        rate = rates.get(mistake, learning_rate)
        gradient = gradient_by_hand(parameters, X, T)
        if mistake == "by sample":
            for row in list(range(len(X))) * steps:
                parameters = descend(gradient_by_hand, parameters, X[row : row + 1], T[row : row + 1], rate, 1)
            return parameters
        for _ in range({"one step": 1, "one too few": steps - 1, "one too many": steps + 1}.get(mistake, steps)):
            if mistake == "in turn":
                for name in Parameters._fields:
                    slope = getattr(gradient_by_hand(parameters, X, T), name)
                    parameters = parameters._replace(**{name: getattr(parameters, name) - rate * slope})
                continue
            if mistake != "frozen":
                gradient = gradient_by_hand(parameters, X, T)
            moved = Parameters(*(array - rate * slope for array, slope in zip(parameters, gradient, strict=True)))
            parameters = moved._replace(b1=parameters.b1, b2=parameters.b2) if mistake == "weights only" else moved
        return parameters

    return descent


def probability_of_silence() -> Fraction:
    """P(w₁ < 0, w₂ < 0 and w₁ + w₂ < 0) for independent weights of either sign: the last follows from the others."""
    signs = list(product((-1, 1), repeat=2))
    return Fraction(sum(first < 0 > second for first, second in signs), len(signs))


@cache
def where_starts_end() -> str:
    """The option of prediction training.p2: how many different losses at least 30 of the 1000 starts share."""
    ends = starts_by_end(3)
    common = [name for name in ENDS if ends[name] >= 30]
    return {1: "at one loss", 2: "at two losses"}.get(len(common), "at three losses or more")


@cache
def what_the_bug_does() -> str:
    """The option of prediction training.p3, from training with the mask that is always 1."""
    X, T = moons_as_numbers()
    start = starting_parameters(2, 16, 1)
    before = mean_squared_error(start, X, T)
    right, wrong = (
        mean_squared_error(descend(backward, start, X, T), X, T)
        for backward in (gradient_by_hand, backward_with("mask after"))
    )
    if wrong >= before:
        return "the loss rises"
    return "the loss falls, but less far" if wrong > 1.2 * right else "the loss falls just as far"
