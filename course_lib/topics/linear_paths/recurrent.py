"""Recurrent nets of many replicas, their gradient by backpropagation through time, and products of Jacobians.

Sequences are (steps, R, inputs, batch) and states (R, hidden, batch), R replicas side by side. All weights of a step
stand in one matrix [W U b], which meets the column (h, x, 1).
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import one_of, refusal, whole_number

Array = NDArray[Any]
KINDS = ("tanh", "identity ReLU", "LSTM")
MATRICES = ("identity", "orthogonal", "Gaussian")
FORGET_BIAS = 1.0
SMALL = 1e-3  # spread of the input weights of an identity ReLU net


class Weights(NamedTuple):
    """[W U b] of a step, (R, rows, hidden + inputs + 1), and [V c] of the output, (R, 1, hidden + 1)."""

    step: Array
    output: Array


class RecurrentNet:
    """o = V h_T + c after T steps h_t = φ(W h_{t−1} + U x_t + b) from h_0 = 0; an LSTM has four such rows per unit.

    The LSTM computes c_t = f c_{t−1} + i g and h_t = o tanh(c_t), the gates i, f, o by σ and g by tanh, rows in this
    order. Replica r draws its weights from the seed `seed` + r: Gaussian with the deviation 1/√columns for W, U and V.
    "identity ReLU" starts with W the identity and U Gaussian with the deviation 0.001. Biases start at 0, except the
    forget gate's, which start at 1. `flat` holds all weights in one piece, `weights` are views of it.

    Sources: Sepp Hochreiter and Jürgen Schmidhuber, *Long short-term memory*, 1997; Felix Gers, Jürgen Schmidhuber and
    Fred Cummins, *Learning to forget*, 2000; Quoc Le, Navdeep Jaitly and Geoffrey Hinton, *A simple way to initialize
    recurrent networks of rectified linear units*, 2015.

    >>> net = RecurrentNet("LSTM", inputs=2, hidden=3, replicas=4)
    >>> net.weights.step.shape, net.outputs(np.zeros((5, 4, 2, 7))).shape
    ((4, 12, 6), (4, 7))
    """

    def __init__(
        self, kind: str, inputs: int, hidden: int, replicas: int = 1, seed: int = 0, dtype: str = "float64"
    ) -> None:
        self.kind = one_of("kind", kind, KINDS)
        self.inputs, self.hidden = whole_number("inputs", inputs, 1), whole_number("hidden", hidden, 1)
        self.replicas = whole_number("replicas", replicas, 1)
        self.rows = 4 * hidden if kind == "LSTM" else hidden
        self._columns = hidden + inputs + 1
        self.flat = np.zeros(replicas * (self.rows * self._columns + hidden + 1), dtype)
        self.weights = self.views(self.flat)
        for r in range(replicas):
            rng = np.random.default_rng(seed + r)
            W = rng.normal(0, hidden**-0.5, (self.rows, hidden))
            U = rng.normal(0, inputs**-0.5, (self.rows, inputs))
            step, output = self.weights.step[r], self.weights.output[r]
            output[0, :hidden] = rng.normal(0, hidden**-0.5, hidden)
            step[:, :hidden] = np.eye(hidden) if kind == "identity ReLU" else W
            step[:, hidden:-1] = U * SMALL * inputs**0.5 if kind == "identity ReLU" else U
            if kind == "LSTM":
                step[hidden : 2 * hidden, -1] = FORGET_BIAS

    def views(self, flat: Array) -> Weights:
        """The weights, or their gradient, that stand in one flat array."""
        middle = self.replicas * self.rows * self._columns
        return Weights(
            flat[:middle].reshape(self.replicas, self.rows, self._columns),
            flat[middle:].reshape(self.replicas, 1, self.hidden + 1),
        )

    def outputs(self, x: Array) -> Array:
        """o for each replica and sequence, (R, batch).

        Raises ValueError unless x is (steps, R, inputs, batch) with a step and a sequence.
        """
        return self._forward(self._checked(x))[0]

    def forget_gates(self, x: Array) -> Array:
        """f of an LSTM at each step, unit and sequence: (steps, R, hidden, batch). Raises ValueError for other nets.

        >>> RecurrentNet("LSTM", 1, 1).forget_gates(np.zeros((1, 1, 1, 1))).round(3).tolist()
        [[[[0.731]]]]
        """
        one_of("kind of a net with a forget gate", self.kind, KINDS[2:])
        return np.stack([kept[0][:, self.hidden : 2 * self.hidden] for kept in self._forward(self._checked(x))[2]])

    def loss_and_gradient(self, x: Array, target: Array) -> tuple[Array, Array]:
        """The mean of (o − target)² for each replica, (R,), and its gradient by backpropagation through time, flat.

        Raises ValueError unless x is (steps, R, inputs, batch) and target (R, batch). ReLU's slope at 0 is 0.

        >>> net = RecurrentNet("tanh", inputs=1, hidden=1)
        >>> net.flat[:] = [0.5, 1.0, 0.0, 2.0, 0.0]  # W, U, b, V, c
        >>> loss, gradient = net.loss_and_gradient(np.zeros((3, 1, 1, 1)), np.ones((1, 1)))
        >>> loss, gradient  # every h is 0: b is reached over 0, 1 and 2 steps back
        (array([1.]), array([ 0.,  0., -7.,  0., -2.]))
        """
        x, target = self._checked(x), np.asarray(target)
        if target.shape != (x.shape[1], x.shape[3]):
            raise ValueError(refusal("shape of target", target.shape, f"{(x.shape[1], x.shape[3])}, (R, batch)"))
        outputs, states, inner = self._forward(x)
        error = outputs - target.astype(outputs.dtype)
        flat = np.zeros_like(self.flat)
        gradient = self.views(flat)
        d = (2 / error.shape[1]) * error[:, None, :]
        gradient.output[:, :, :-1] = d @ states[-1][:, : self.hidden].transpose(0, 2, 1)
        gradient.output[:, :, -1] = d.sum(2)
        to_h = self.weights.output[:, :, :-1].transpose(0, 2, 1) @ d
        to_c = np.zeros_like(to_h)
        back = np.ascontiguousarray(self.weights.step[:, :, : self.hidden].transpose(0, 2, 1))
        for t in reversed(range(len(x))):
            if self.kind == "LSTM":
                delta, to_c = _back_in_cell(inner[t], to_h, to_c)
            else:
                h = states[t + 1][:, : self.hidden]
                delta = to_h * (1 - h * h) if self.kind == "tanh" else to_h * (h > 0)
            gradient.step[...] += delta @ states[t].transpose(0, 2, 1)
            to_h = back @ delta
        return np.asarray((error.astype(np.float64) ** 2).mean(1)), flat

    def _checked(self, x: Array) -> Array:
        x = np.asarray(x)
        wanted = f"(steps, {self.replicas}, {self.inputs}, batch), at least one step and one sequence"
        if x.ndim != 4 or x.shape[1:3] != (self.replicas, self.inputs) or 0 in x.shape:
            raise ValueError(refusal("shape of x", x.shape, wanted))
        return x

    def _forward(self, x: Array) -> tuple[Array, Array, list[tuple[Array, ...]]]:
        """Outputs, the columns (h, x, 1) of each step and one more with the last h, and what the LSTM's steps keep."""
        steps, R, _, batch = x.shape
        H = self.hidden
        states = np.ones((steps + 1, R, self._columns, batch), self.flat.dtype)
        states[0, :, :H] = 0
        states[:-1, :, H:-1] = x
        inner: list[tuple[Array, ...]] = []
        c = np.zeros((R, H, batch), self.flat.dtype)
        for t in range(steps):
            z, h = self.weights.step @ states[t], states[t + 1][:, :H]
            if self.kind == "tanh":
                np.tanh(z, out=h)
            elif self.kind == "identity ReLU":
                np.maximum(z, 0, out=h)
            else:
                gates = z[:, : 3 * H]
                gates *= 0.5  # σ(z) = (1 + tanh(z/2))/2 overflows nowhere
                np.tanh(z, out=z)
                gates += 1
                gates *= 0.5
                i, f, o, g = (z[:, k * H : (k + 1) * H] for k in range(4))
                before, c = c, f * c + i * g
                squashed = np.tanh(c)
                np.multiply(o, squashed, out=h)
                inner.append((z, before, squashed))
        outputs = self.weights.output[:, :, :-1] @ states[-1][:, :H] + self.weights.output[:, :, -1:]
        return outputs[:, 0], states, inner


def _back_in_cell(kept: tuple[Array, ...], to_h: Array, to_c: Array) -> tuple[Array, Array]:
    """∂L/∂z of an LSTM's step and ∂L/∂c_{t−1} = f · ∂L/∂c_t, from ∂L/∂h_t and what reaches c_t from later steps."""
    z, before, squashed = kept
    H = before.shape[1]
    i, f, o, g = (z[:, k * H : (k + 1) * H] for k in range(4))
    to_c = to_c + to_h * o * (1 - squashed * squashed)
    gates, delta = z[:, : 3 * H], np.empty_like(z)
    np.multiply(to_c, g, out=delta[:, :H])
    np.multiply(to_c, before, out=delta[:, H : 2 * H])
    np.multiply(to_h, squashed, out=delta[:, 2 * H : 3 * H])
    delta[:, : 3 * H] *= gates * (1 - gates)
    np.multiply(to_c * i, 1 - g * g, out=delta[:, 3 * H :])
    return delta, to_c * f


def recurrent_matrix(matrix: str, scale: float, size: int = 32, seed: int = 14) -> NDArray[np.float64]:
    """c·I, c·Q with Q orthogonal at random, or c·G with Gaussian entries of variance 1/n: c is `scale`, n is `size`.

    Raises ValueError for another name than those in `MATRICES`.

    >>> recurrent_matrix("identity", 0.5, 2).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    one_of("matrix", matrix, MATRICES)
    G = np.random.default_rng(seed).normal(size=(size, size))
    if matrix == "identity":
        return scale * np.eye(size)
    return scale * (np.linalg.qr(G)[0] if matrix == "orthogonal" else G / np.sqrt(size))


def spread_of_products(W: Array, activation: str, steps: int = 100, seed: int = 14) -> NDArray[np.float64]:
    """Greatest, median, least singular value of ∏ diag(φ'(z_t)) W over 1, 2, … steps of h_t = φ(W h_{t−1}): (steps, 3).

    `activation` is "ReLU", "tanh" or "none"; h_0 is uniform on [0, 1]. A value below 10⁻¹³ of the greatest is given as
    0: rounding hides it. Raises ValueError for steps below 1 and for a W that is not square.
    Source: Razvan Pascanu, Tomas Mikolov and Yoshua Bengio, *On the difficulty of training recurrent neural networks*,
    2013.

    >>> spread_of_products(0.5 * np.eye(3), "ReLU", 2)
    array([[0.5 , 0.5 , 0.5 ],
           [0.25, 0.25, 0.25]])
    """
    one_of("activation", activation, ("ReLU", "tanh", "none"))
    whole_number("steps", steps, 1)
    W = np.asarray(W, np.float64)
    if W.ndim != 2 or W.shape[0] != W.shape[1] or not W.size:
        raise ValueError(refusal("shape of W", W.shape, "(n, n)"))
    h, product = np.random.default_rng(seed).uniform(size=len(W)), np.eye(len(W))
    rows = []
    for _ in range(steps):
        z = W @ h
        h = {"ReLU": np.maximum(0, z), "tanh": np.tanh(z), "none": z}[activation]
        slopes = {"ReLU": 1.0 * (z > 0), "tanh": 1 - np.tanh(z) ** 2, "none": np.ones_like(z)}[activation]
        product = slopes[:, None] * W @ product
        s = np.linalg.svd(product, compute_uv=False)
        rows.append((s[0], np.median(s), s[-1]))
    found = np.array(rows)
    return np.where(found >= 1e-13 * found[:, :1], found, 0.0)
