"""Three small programs to audit, the losses whose gradients their texts promise, and tests that need no answer key.

Each program takes weights w (features,), samples X (n, features), targets y of −1 or 1 (n,), and an upstream gradient
u. It returns ∂/∂w of u · mean loss, (features,). Two of the three are wrong on purpose.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Program = Callable[[Array, Array, Array, float], Array]
Loss = Callable[[Array, Array, Array], float]
Test = Callable[[Program, Loss, Array, Array, Array], bool]
STEP = 1e-6


def hinge(w: Array, X: Array, y: Array, u: float) -> Array:
    """∂/∂w of u · mean max(0, 1 − y·Xw), with slope ½ at the kink.

    >>> hinge(np.zeros(2), np.array([[2.0, 4.0]]), np.ones(1), 3.0)
    array([ -6., -12.])
    """
    gradient = np.zeros_like(w)
    for x, label in zip(X, y, strict=True):
        margin = label * (x @ w)
        gradient -= label * x * (1 if margin < 1 else 0.5 if margin == 1 else 0)
    return u * gradient / len(y)


def absolute(w: Array, X: Array, y: Array, u: float) -> Array:
    """∂/∂w of u · mean |Xw − y|, with slope 0 at the kink."""
    return u * np.sign(X @ w - y) @ X / len(w)


def huber(w: Array, X: Array, y: Array, u: float) -> Array:
    """∂/∂w of u · mean h(Xw − y), where h(r) = r²/2 for |r| ≤ 1 and |r| − ½ beyond."""
    y -= X @ w
    return -u * np.clip(y, -1, 1) @ X / len(y)


def hinge_loss(w: Array, X: Array, y: Array) -> float:
    """Mean max(0, 1 − y·Xw)."""
    return float(np.mean(np.maximum(0, 1 - y * (X @ w))))


def absolute_loss(w: Array, X: Array, y: Array) -> float:
    """Mean |Xw − y|."""
    return float(np.mean(np.abs(X @ w - y)))


def huber_loss(w: Array, X: Array, y: Array) -> float:
    """Mean h(Xw − y), with h(r) = r²/2 for |r| ≤ 1 and |r| − ½ beyond."""
    size = np.abs(X @ w - y)
    return float(np.mean(np.where(size <= 1, size**2 / 2, size - 0.5)))


PROGRAMS: dict[str, tuple[Program, Loss]] = {
    "hinge": (hinge, hinge_loss),
    "absolute": (absolute, absolute_loss),
    "huber": (huber, huber_loss),
}


class Data(NamedTuple):
    """Weights, samples and targets."""

    w: Array
    X: Array
    y: Array


def data(n: int, features: int, seed: int = 0) -> Data:
    """Normal weights and samples, and a target of −1 or 1 for each of the n samples."""
    rng = np.random.default_rng(seed)
    w, X = rng.standard_normal(features), rng.standard_normal((n, features))
    return Data(w, X, np.asarray(rng.choice([-1.0, 1.0], n), np.float64))


def apart(program: Program, w: Array, X: Array, y: Array, u: float = 1.0) -> Array:
    """What the program returns for copies of the arrays."""
    return program(w.copy(), X.copy(), y.copy(), u)


def with_a_sample_on_its_kink(w: Array, X: Array, y: Array) -> Data:
    """Weights and samples for which x·w = y, and so y·(x·w) = 1, exactly in the first sample."""
    X = X.copy()
    X[0, 0] = y[0]
    return Data(np.eye(len(w))[0], X, y)


def linear_in_upstream(program: Program, loss: Loss, w: Array, X: Array, y: Array) -> bool:
    """B(c) = c · B(1) for c = −1, 0 and 1000, on the data, and with a sample on its kink."""
    return all(
        np.allclose(apart(program, *given, float(c)), c * apart(program, *given))
        for given in ((w, X, y), with_a_sample_on_its_kink(w, X, y))
        for c in (-1, 0, 1000)
    )


def doubled_batch(program: Program, loss: Loss, w: Array, X: Array, y: Array) -> bool:
    """A mean stays the same if every sample comes twice."""
    twice = apart(program, w, np.concatenate([X, X]), np.concatenate([y, y]))
    return np.allclose(apart(program, w, X, y), twice)


def called_twice(program: Program, loss: Loss, w: Array, X: Array, y: Array) -> bool:
    """The second call returns what the first did."""
    own = w.copy(), X.copy(), y.copy()
    first = program(*own, 1.0).copy()
    return np.array_equal(first, program(*own, 1.0))


def small_difference(program: Program, loss: Loss, w: Array, X: Array, y: Array) -> bool:
    """Samples larger by a factor of 1 + 10⁻¹⁰ move the answer, and by about as little."""
    once = apart(program, w, X, y)
    moved = np.abs(apart(program, w, X * (1 + 1e-10), y) - once).max()
    return bool(0 < moved < 1e-8 * np.abs(once).max())


def both_sides(program: Program, loss: Loss, w: Array, X: Array, y: Array) -> bool:
    """With a sample on its kink, each entry lies between the slopes of the loss on the left and on the right."""
    at, X, y = with_a_sample_on_its_kink(w, X, y)
    steps = STEP * np.eye(len(w))
    here = loss(at, X, y)
    right = np.array([loss(at + step, X, y) - here for step in steps]) / STEP
    left = np.array([here - loss(at - step, X, y) for step in steps]) / STEP
    came = apart(program, at, X, y)
    return bool(((np.minimum(left, right) - 1e-5 < came) & (came < np.maximum(left, right) + 1e-5)).all())


def independent(program: Program, loss: Loss, w: Array, X: Array, y: Array) -> bool:
    """The gradient agrees with central differences of the loss, written anew from the text."""
    steps = STEP * np.eye(len(w))
    slopes = [(loss(w + step, X, y) - loss(w - step, X, y)) / (2 * STEP) for step in steps]
    return np.allclose(apart(program, w, X, y), slopes, atol=1e-6)


CHECKLIST: dict[str, Test] = {
    "upstream": linear_in_upstream,
    "batch": doubled_batch,
    "twice": called_twice,
    "precision": small_difference,
    "kink": both_sides,
    "independent": independent,
}

FINDS = {
    "upstream": "an assignment, a lost sign, a clip",
    "batch": "a sum for a mean, a wrong divisor",
    "twice": "arguments changed in place, a hidden state",
    "precision": "a dtype lowered on the way",
    "kink": "a slope that neither side allows",
    "independent": "another formula than the text's",
}

# A slip for each test to find, in `hinge`.
PLANTED: dict[str, Program] = {
    # ½ is assigned at the kink, where u · ½ belongs
    "upstream": lambda w, X, y, u: hinge(w, X, y, u) + (u - 1) * (y * (y * (X @ w) == 1)) @ X / (2 * len(y)),
    "batch": lambda w, X, y, u: hinge(w, X, y, u * len(y)),  # a sum
    "twice": lambda w, X, y, u: hinge(w, X, np.negative(y, out=y), -u),  # changes y
    "precision": lambda w, X, y, u: hinge(w, X.astype(np.float32), y, u),
    "kink": lambda w, X, y, u: hinge(w, X, y, u) + u * (y * (X @ w) == 1) @ X,  # another slope there
    "independent": lambda w, X, y, u: hinge(w, X, y, u) + 0.1 * u * w,  # a penalty
}


def first_failed(name: str, n: int = 12, features: int = 5) -> str:
    """The first test of the checklist that one of `PROGRAMS` fails, or "right"."""
    program, loss = PROGRAMS[name]
    failed = (test for test, passes in CHECKLIST.items() if not passes(program, loss, *data(n, features)))
    return next(failed, "right")
