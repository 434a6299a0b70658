"""Networks that compute one function and learn differently: ReLU against maxout with two pieces.

A ReLU is a maxout unit whose second piece is 0 and stays 0. So `Units` describes both: its last `fixed` pieces are not
trained. All learn by gradient descent on L = ½ Σ (f(x) − t)², over 20 samples at once.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.checks import one_of, whole_number
from course_lib.networks import SGD, Dense, Maxout, Network, train
from course_lib.networks.layers import Layer

FloatArray = NDArray[np.float64]
X = np.linspace(-1, 1, 20)  # No sample is on the kink of |x|.
RATE = 0.01
TARGETS = {"sin πx": np.sin(np.pi * X), "−|x|": -np.abs(X), "x²": X**2}
# What both networks compute at the start, and what they learn.
PAIRS = {"six units, to sin πx": "sin πx", "|x|, to −|x|": "−|x|", "|x|, to x²": "x²"}
FORMS = ("ReLU", "maxout")
SEED, UNITS = 4, 6


@dataclass(frozen=True)
class Units:
    """f(x) = Σ_j a_j max_i (w_ij x + b_ij) + d, with w and b (pieces, units); the last `fixed` pieces are not trained.

    >>> Units(np.array([[1.0], [-1.0]]), np.zeros((2, 1)), np.ones(1), 0.0, fixed=0).outputs([-2, 3])
    array([2., 3.])
    """

    w: FloatArray
    b: FloatArray
    a: FloatArray
    d: float
    fixed: int

    def pieces(self, x: ArrayLike) -> FloatArray:
        """w_ij x + b_ij: (samples, pieces, units)."""
        return np.asarray(x, np.float64)[:, None, None] * self.w + self.b

    def outputs(self, x: ArrayLike) -> FloatArray:
        """f(x) for each x."""
        return self.pieces(x).max(1) @ self.a + self.d

    def jacobian(self, x: ArrayLike) -> FloatArray:
        """∂f(x)/∂parameter, (samples, parameters): w and b of the trained pieces, then a and d.

        A unit hands a_j x and a_j to the piece that wins, the first of equals, and nothing to the others.
        """
        x = np.asarray(x, np.float64)
        z = self.pieces(x)
        wins = z.argmax(1)[:, None] == np.arange(len(self.w))[:, None]
        to_b = (self.a * wins)[:, : len(self.w) - self.fixed].reshape(len(x), -1)
        return np.hstack([x[:, None] * to_b, to_b, z.max(1), np.ones((len(x), 1))])

    def after_step(self, x: FloatArray, t: FloatArray, rate: float) -> "Units":
        """θ − rate · Jᵀ(f − t), a step of gradient descent on ½ Σ (f − t)²."""
        step = -rate * self.jacobian(x).T @ (self.outputs(x) - t)
        trained = self.w[: len(self.w) - self.fixed]
        to_w, to_b, to_a, to_d = np.split(step, np.cumsum([trained.size, trained.size, len(self.a)]))
        w, b = self.w.copy(), self.b.copy()
        w[: len(trained)] += to_w.reshape(trained.shape)
        b[: len(trained)] += to_b.reshape(trained.shape)
        return Units(w, b, self.a + to_a, self.d + to_d.item(), self.fixed)


def six_units(form: str, seed: int = SEED) -> Units:
    """Six units with random first pieces, second pieces 0: one function in both of `FORMS`.

    >>> bool((six_units("ReLU").outputs(X) == six_units("maxout").outputs(X)).all())
    True
    """
    one_of("form", form, FORMS)
    w, b, a = np.random.default_rng(seed).standard_normal((3, UNITS))
    zero = np.zeros(UNITS)
    return Units(np.stack([w, zero]), np.stack([b / 2, zero]), a / 2, 0.0, fixed=int(form == "ReLU"))


def absolute_value(form: str) -> Units:
    """|x| as max(0, x) + max(0, −x), two ReLUs, or as max(x, −x), one maxout unit.

    >>> absolute_value("ReLU").outputs([-2, 3]), absolute_value("maxout").outputs([-2, 3])
    (array([2., 3.]), array([2., 3.]))
    """
    if one_of("form", form, FORMS) == "ReLU":
        return Units(np.array([[1.0, -1.0], [0.0, 0.0]]), np.zeros((2, 2)), np.ones(2), 0.0, fixed=1)
    return Units(np.array([[1.0], [-1.0]]), np.zeros((2, 1)), np.ones(1), 0.0, fixed=0)


@lru_cache(maxsize=16)
def trajectory(pair: str, form: str, steps: int) -> tuple[Units, ...]:
    """The start of one of `PAIRS` in one of `FORMS`, and where it is after each of so many steps at rate 0.01.

    >>> len(trajectory("|x|, to x²", "maxout", 3))
    4
    """
    target = TARGETS[PAIRS[one_of("pair", pair, PAIRS)]]
    states = [six_units(form) if pair.startswith("six") else absolute_value(form)]
    for _ in range(whole_number("steps", steps, 0)):
        states.append(states[-1].after_step(X, target, RATE))
    return tuple(states)


def unit_kernel(w: ArrayLike, b: ArrayLike, x: ArrayLike) -> FloatArray:
    """K[s, r] = 1 + x_s x_r if one piece wins at both samples, else 0: J Jᵀ of the unit max_i (w_i x + b_i).

    >>> unit_kernel([1, 0], [0, 0], [-1, 2])
    array([[2., 0.],
           [0., 5.]])
    """
    x = np.asarray(x, np.float64)
    winner = (x[:, None] * np.asarray(w) + np.asarray(b)).argmax(1)
    return np.where(winner[:, None] == winner, 1 + np.outer(x, x), 0.0)


def race(seeds: int, steps: int) -> dict[str, FloatArray]:
    """L before each step, and after the last, of the six units with seeds 0, 1, …: (seeds, steps + 1) for each form.

    The course's networks do the training: their mean squared error has the gradient 2/n · Σ, so the rate is n/2 · 0.01.
    Seeds whose numbers ran off to infinity have NaN from there on.

    >>> losses = race(2, 1)
    >>> bool((losses["ReLU"][:, 0] == losses["maxout"][:, 0]).all())
    True
    """
    starts = [six_units("maxout", seed) for seed in range(whole_number("seeds", seeds, 1))]
    losses = {}
    layers: tuple[Layer, ...] = (Dense(1, UNITS, "relu"), Maxout(1, UNITS, pieces=2))
    for form, hidden in zip(FORMS, layers, strict=True):
        network = Network([hidden, Dense(UNITS, 1)], seeds, dtype="float64")
        rows = slice(0, UNITS if form == "ReLU" else 2 * UNITS)
        network.W[0] = np.stack([start.w.ravel()[rows, None] for start in starts])
        network.b[0] = np.stack([start.b.ravel()[rows] for start in starts])
        network.W[1] = np.stack([start.a[None] for start in starts])
        network.b[1] = 0.0
        history = train(
            network, X[:, None], TARGETS["sin πx"][:, None], SGD(RATE * len(X) / 2), "mse", batch_size=len(X),
            epochs=steps + 1, record=(), progress=False, on_divergence="keep",
        )  # fmt: skip
        losses[form] = history.loss * len(X) / 2
    return losses
