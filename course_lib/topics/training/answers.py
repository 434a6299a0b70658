"""Answers of lesson 06 that are functions of arrays, and what its keys and planted wrong answers are computed from.

A function is called once on stated arguments and judged array by array.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from course_lib.data import moons_as_numbers
from course_lib.exercises.compare import call_learners_function
from course_lib.exercises.reading import NotFilledIn, Unreadable, in_words
from course_lib.networks import ACTIVATIONS, Dense, Network
from course_lib.networks.one_hidden_layer import (
    Array,
    Parameters,
    check_backward,
    descend,
    gradient_by_hand,
    mean_squared_error,
    shape_problem,
    starting_parameters,
)
from course_lib.topics.training.experiment import ENDS, HIDDEN_LAYERS, gradient_by_layer, starts_by_end

TOLERANCE = 1e-9
n = sp.Symbol("n", positive=True, integer=True)
L = sp.Symbol("L", positive=True, integer=True)
x = sp.Symbol("x", real=True)


@dataclass(frozen=True)
class ArrayFunction:
    """max |f(arguments) − key| ≤ 1e-9 · max |key|, for each of the arrays that f returns; `names` says which they are.

    One name asks for one array, more ask for a tuple or list of as many.

    >>> product = ArrayFunction((np.eye(2), np.ones(2)), ("Z",))
    >>> product.same(product.read(lambda W, x: W @ x), product.read(np.dot))
    True
    """

    arguments: tuple[Any, ...]
    names: tuple[str, ...]

    def read(self, answer: object) -> tuple[Array, ...]:
        # Copies: an answer that changes its arguments must not change the exercise.
        returned = call_learners_function(answer, *deepcopy(self.arguments))
        if isinstance(returned, (tuple, list)) and any(part is ... for part in returned):
            raise NotFilledIn
        if len(self.names) == 1:
            return (_array(self.names[0], returned),)
        if not isinstance(returned, (tuple, list)) or len(returned) != len(self.names):
            raise Unreadable(f"Your function returned {in_words(returned)}; return a tuple of {', '.join(self.names)}.")
        return tuple(_array(name, part) for name, part in zip(self.names, returned, strict=True))

    def same(self, value: Sequence[Array], key: Sequence[Array]) -> bool:
        return self._first_difference(value, key) is None

    def remark(self, value: Sequence[Array], key: Sequence[Array]) -> str:
        i = self._first_difference(value, key)
        if i is None:
            return ""
        if value[i].shape != key[i].shape:
            return f"Your {self.names[i]} has shape {value[i].shape}; it has to be {key[i].shape}."
        worst = np.unravel_index(int(np.abs(value[i] - key[i]).argmax()), key[i].shape)
        place = ", ".join(str(int(index)) for index in worst)
        return f"Your {self.names[i]} has the right shape, but {self.names[i]}[{place}] is not right."

    def _first_difference(self, value: Sequence[Array], key: Sequence[Array]) -> int | None:
        for i, (given, wanted) in enumerate(zip(value, key, strict=True)):
            allowed = TOLERANCE * float(np.abs(wanted).max())
            if given.shape != wanted.shape or not np.allclose(given, wanted, rtol=0, atol=allowed):
                return i
        return None


@dataclass(frozen=True)
class BackwardPass:
    """The four arrays of a backward pass, (∂W1, ∂b1, ∂W2, ∂b2); what is wrong with them is said by `check_gradient`.

    The network and the samples are those of the exercise: no pre-activation of theirs is on the kink.
    """

    parameters: Parameters
    X: Array
    T: Array

    @property
    def _function(self) -> ArrayFunction:
        names = tuple(f"gradient of {name}" for name in Parameters._fields)
        return ArrayFunction((self.parameters, self.X, self.T), names)

    def read(self, answer: object) -> tuple[Array, ...]:
        return self._function.read(answer)

    def same(self, value: Sequence[Array], key: Sequence[Array]) -> bool:
        return self._function.same(value, key)

    def remark(self, value: Sequence[Array], key: Sequence[Array]) -> str:
        if problem := shape_problem(value, self.parameters):
            return f"Look at the shapes, and at the order W1, b1, W2, b2: {problem}."
        report = check_backward(lambda *arguments: value, self.parameters, self.X, self.T)
        wrong = [entry for entry in report.entries if entry.verdict in ("wrong", "undecided")]
        if not wrong:
            return ""
        arrays = ", ".join(dict.fromkeys(entry.name.partition("[")[0] for entry in wrong))
        cause = f" Likely cause: {report.causes[0]}." if report.causes else ""
        worst = wrong[0]
        return (
            f"check_gradient finds {len(wrong)} of {report.size} entries wrong, in {arrays}. For {worst.name} your "
            f"function says {worst.claimed:.4g}, the slope of the loss is {worst.measured:.4g}.{cause}"
        )


def _array(name: str, value: Any) -> Array:
    if not isinstance(value, (np.ndarray, np.number, int, float)) or np.asarray(value).dtype.kind not in "fiu":
        raise Unreadable(f"Your {name} is {in_words(value)}; it has to be a NumPy array of numbers.")
    array = np.asarray(value, dtype=np.float64)
    if not np.isfinite(array).all():
        raise Unreadable(f"Your {name} holds NaN or infinity.")
    return array


# Data and network of exercises 6.1, 6.2 and 6.5. The biases keep all pre-activations off the kink.
_rng = np.random.default_rng(6)
X = _rng.standard_normal((5, 2))
T = _rng.standard_normal((5, 1))
PARAMETERS = starting_parameters(2, 3, 1, seed=6)._replace(b1=np.array([0.1, -0.2, 0.3]), b2=np.array([0.5]))
LAYER = ArrayFunction((PARAMETERS.W1, PARAMETERS.b1, X), ("Z",))
BACKWARD = BackwardPass(PARAMETERS, X, T)


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


def greatest_slope_of_sigmoid() -> sp.Expr:
    """The maximum of σ′ over the reals."""
    sigmoid = ACTIVATIONS["sigmoid"].piecewise().as_expr()
    (variable,) = sigmoid.free_symbols
    return sp.nsimplify(sp.maximum(sp.diff(sigmoid.subs(variable, x), x), x, sp.S.Reals))


def variance_that_keeps_squares() -> sp.Expr:
    """The Var(W) with n · Var(W) · ½ = 1: half of the squares of a symmetric z pass through ReLU."""
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
    norms = gradient_by_layer("sigmoid", "glorot", "standardised").weights
    power = round(float(np.median(np.log10(norms[:, 0] / norms[:, HIDDEN_LAYERS]))))
    return {-1: "about a tenth", -3: "about a thousandth", -6: "about a millionth"}[power]


@cache
def where_starts_end() -> str:
    """The option of prediction training.p2: how many different losses at least three of the 64 starts share."""
    ends = starts_by_end(3)
    common = [name for name in ENDS if ends[name] >= 3]
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
