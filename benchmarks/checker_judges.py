"""Functions as answers, judged on random arguments against a few lines that are written for this purpose.

Each judge says whether a function does what its exercise asks for; one that raises an error does not. Nothing here uses
the course's comparators, keys or calculus.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from benchmarks.checker_truths import h, x
from course_lib.networks import Network

Function = Callable[..., Any]


def passes_in_any_case(judge: Callable[[Function], bool]) -> Callable[[Function], bool]:
    """False also where the function raises an error."""

    def guarded(function: Function) -> bool:
        try:
            with np.errstate(all="ignore"):
                return judge(function)
        except Exception:
            return False

    return guarded


def close(value: Any, wanted: Any, relative: float = 1e-9) -> bool:
    came, key = np.asarray(value, float), np.asarray(wanted, float)
    return came.shape == key.shape and bool(
        np.abs(came - key).max(initial=0) <= relative * (1 + np.abs(key).max(initial=0))
    )


RNG = np.random.default_rng(11)
LINE = np.concatenate([RNG.normal(size=9) * 3, [0.0, -0.0, 1.0, -1.0, 2.5, -2.5]])


def elementwise(wanted: Function) -> Callable[[Function], bool]:
    def judge(f: Function) -> bool:
        numbers = [*LINE.tolist(), 3, -3, 0]
        rows = RNG.normal(size=(3, 4))
        whole = np.array([-2, 0, 1, 5])
        arrays = all(isinstance(f(v), np.ndarray) and close(f(v), np.vectorize(wanted)(v)) for v in (LINE, rows, whole))
        return arrays and all(close(f(v), wanted(v)) for v in numbers)

    return judge


def quotient(f: Function) -> bool:
    for g in (np.exp, np.sin, np.tanh, lambda v: v**3 - v):
        for v in (0.7, -1.3, RNG.normal(size=4)):
            for step in (0.5, 0.03, 2.0):
                if not close(f(g, v, step), (g(v + step) - g(v)) / step, 1e-8):
                    return False
    return True


def scaled_slope(f: Function) -> bool:
    pairs: list[tuple[Function, Function]] = [
        (lambda v: v * v, lambda v: 2 * v), (np.sqrt, lambda v: 0.5 / np.sqrt(v)),
        (lambda v: 1 / v, lambda v: -1 / v**2), (np.log, lambda v: 1 / v),
    ]  # fmt: skip
    sizes = (1e-10, 1e-5, 1.0, 1e5, 1e10)
    return all(abs(f(g, v) - slope(v)) <= 1e-5 * abs(slope(v)) for g, slope in pairs for v in sizes)


def settling(f: Function) -> bool:
    swings: list[Function] = [lambda v, c=c: np.sin(c / v) for c in (1, np.pi, 7.7)]
    swings += [lambda v, c=c: np.cos(c * np.log(v)) for c in (2 * np.pi / np.log(2), 2 * np.pi / np.log(10), 9.1)]
    swings += [lambda v: 3 + np.sign(np.sin(1 / v))]
    settles = [np.sqrt, np.cos, lambda v: v * np.sin(1 / v), lambda v: 4 - v, lambda v: 0 * v + 2]
    return not any(map(f, swings)) and all(map(f, settles))


def quotient_at_0(rule: sp.Expr) -> sp.Expr:
    return (rule.subs(x, h) - rule.subs(x, 0)) / h


def branches(f: Function) -> bool:
    rows = (
        (sp.S.Zero, x, 0, 1), (x**2, 7 * x, 0, 7), (sp.tan(x), -x / 3, 1, -sp.Rational(1, 3)),
        (2 - x, sp.exp(x) + 1, -1, 1), (sp.cos(x) - 4, x**2 - 3 - 5 * x, 0, -5),
    )  # fmt: skip
    return all(list(f(left, right)) == [on_left, on_right] for left, right, on_left, on_right in rows)


def product(f: Function) -> bool:
    for u, du, v, dv in RNG.normal(size=(6, 4)).tolist():
        if not close(tuple(f((u, du), (v, dv))), (u * v, du * v + u * dv)):
            return False
    return True


class Pair:
    """A value and a slope, with the rules of calculus, and nothing of the course's `Dual`."""

    def __init__(self, value: float, slope: float, at_kink: float) -> None:
        self.value, self.slope, self.at_kink = value, slope, at_kink

    def of(self, value: float, slope: float) -> "Pair":
        return Pair(value, slope, self.at_kink)

    def __add__(self, other: Any) -> "Pair":
        v, d = (other.value, other.slope) if isinstance(other, Pair) else (float(other), 0.0)
        return self.of(self.value + v, self.slope + d)

    def __mul__(self, other: Any) -> "Pair":
        v, d = (other.value, other.slope) if isinstance(other, Pair) else (float(other), 0.0)
        return self.of(self.value * v, self.slope * v + self.value * d)

    def __neg__(self) -> "Pair":
        return self * -1

    def __sub__(self, other: Any) -> "Pair":
        return self + -1 * other

    def __rsub__(self, other: Any) -> "Pair":
        return -self + other

    def __truediv__(self, other: Any) -> "Pair":
        return self * (1 / float(other))

    __radd__, __rmul__ = __add__, __mul__


def relu(t: Any) -> Any:
    if isinstance(t, Pair):
        return t.of(max(t.value, 0.0), t.slope * (1 if t.value > 0 else 0 if t.value < 0 else t.at_kink))
    return max(t, 0.0)


def zero(t: Any) -> Any:
    return relu(-t) + t - relu(t)


def program(
    wanted: Function, slope: Function, constants: tuple[tuple[float, ...], ...], kinks: tuple[float, ...]
) -> Any:
    def judge(f: Function) -> bool:
        for more in constants:
            for at_kink in kinks:
                for t in (-2.5, -1.0, -0.3, 0.0, 0.2, 1.0, 4.0):
                    came = f(Pair(t, 1.0, at_kink), *more)
                    value, derivative = (came.value, came.slope) if isinstance(came, Pair) else (float(came), 0.0)
                    if abs(value - wanted(t)) > 1e-9 or (t == 0 and abs(derivative - slope(*more)) > 1e-9):
                        return False
        return True

    return judge


def chain(f: Function) -> bool:
    for _ in range(8):
        upstream, z = RNG.normal(size=6), RNG.choice([-1.5, 0.0, 2.0, 1e-30, -1e-30], 6)
        slope, kept = float(RNG.uniform(0, 1)), upstream.copy()
        wanted = [u * (1 if v > 0 else slope if v == 0 else 0) for u, v in zip(upstream, z, strict=True)]
        if not close(f(upstream, z, slope), wanted) or not np.array_equal(upstream, kept):
            return False
    return True


def mask(f: Function) -> bool:
    outputs = np.maximum(0, RNG.normal(size=40))
    outputs[:3] = 1e-30, 0.0, 1e8
    return close(f(outputs), [float(o > 0) for o in outputs])


def kink_check(f: Function) -> bool:
    rows = (
        (math.sin, 0.4, math.cos(0.4), math.cos(0.4)), (lambda v: 3 * v - 1, 2.0, 3.0, 3.0),
        (abs, 0.0, -1.0, 1.0), (lambda v: -2 * abs(v), 0.0, 2.0, -2.0), (lambda v: max(v, 1.5 * v), 0.0, 1.0, 1.5),
        (lambda v: abs(v - 2), 2.0, -1.0, 1.0), (abs, 0.002, 1.0, 1.0), (lambda v: max(0.0, v), 0.0, 0.0, 1.0),
        (lambda v: max(v, 0.97 * v), 0.0, 0.97, 1.0), (lambda v: v if v > 0 else 3 * math.expm1(v), 0.0, 3.0, 1.0),
    )  # fmt: skip
    for g, v, left, right in rows:
        low, high = min(left, right), max(left, right)
        for claimed in (
            low,
            high,
            (low + high) / 2,
            low - 0.011,
            high + 0.011,
            low - 1,
            high + 1,
            0.3 * low + 0.7 * high,
        ):
            smooth, inside = low == high, low - 1e-9 <= claimed <= high + 1e-9
            if f(g, v, claimed) != ("wrong" if not inside else "right" if smooth else "kink"):
                return False
    return True


def grades(f: Function) -> bool:
    for left, at, right in [(0, c, 1) for c in (0, 1, 0.3, -0.2, 1.2, math.nan)] + [
        (0.1, 0.5, 1),
        (0, 0.5, 0.8),
        (-1, 0, 1),
        (0, 1, 2),
    ]:
        wanted = left == 0 and 0 <= at <= 1 and right == 1
        if bool(f(lambda v, left=left, at=at, right=right: right if v > 0 else left if v < 0 else at)) is not wanted:
            return False
    return True


def shares(f: Function) -> bool:
    for _ in range(12):
        values, upstream = RNG.integers(-2, 3, 5).astype(float), float(RNG.choice([-3.0, 0.5, 2.0]))
        kept = values.copy()
        gradient = np.asarray(f(values, upstream), float) / upstream
        if gradient.shape != (5,) or abs(gradient.sum() - 1) > 1e-9 or (gradient < -1e-12).any():
            return False
        if gradient[kept < kept.max()].any() or not np.array_equal(values, kept):
            return False
    return True


def descent(f: Function) -> bool:
    for p, q in ((1.0, 2.0), (3.0, 1.0), (0.5, 4.0)):
        for start in ((1.0, 0.0), (0.4, -1.0), (0.0, 2.0)):
            steps = [0.2, *RNG.uniform(0.03, 0.9, 7).tolist()]

            def value(v: Any, p: float = p, q: float = q) -> float:
                return float(p * abs(v[0]) + q * abs(v[1]))

            def slope(v: Any, p: float = p, q: float = q) -> Any:
                return np.array([p if v[0] >= 0 else -p, q if v[1] >= 0 else -q])

            point = best = np.array(start)
            for t in steps:
                point = point - t * slope(point)
                best = point if value(point) < value(best) else best
            given = np.array(start)
            if not close(f(value, slope, given, list(steps)), best) or not np.array_equal(given, start):
                return False
    return True


def half_layer(f: Function) -> bool:
    for units, inputs, samples in ((3, 5, 4), (2, 6, 2), (7, 3, 1), (4, 4, 4), (40, 6, 30)):
        W, X = (RNG.integers(-200, 201, shape) / 256 for shape in ((units, inputs), (samples, inputs)))
        b = RNG.integers(-1000, 1001, units) / 4096
        wanted = (X @ W.T + b).astype(np.float16)  # Exact in double precision, so this rounds once.
        came = f(*(array.astype(np.float16) for array in (W, b, X)))
        if not np.array_equal(np.asarray(came, float), wanted.astype(float)):
            return False
    return True


def layer(f: Function) -> bool:
    shapes = ((5, 3, 2), (2, 2, 2), (1, 4, 3), (4, 1, 5))
    given = [(RNG.normal(size=(u, d)), RNG.normal(size=u), RNG.normal(size=(m, d))) for m, u, d in shapes]
    return all(close(f(W, b, X), np.einsum("ud,md->mu", W, X) + b) for W, b, X in given)


class Parameters(NamedTuple):
    W1: Any
    b1: Any
    W2: Any
    b2: Any


def forward(parameters: Any, X: Any) -> tuple[Any, Any, Any]:
    Z = X @ parameters.W1.T + parameters.b1
    A = np.maximum(0, Z)
    return Z, A, A @ parameters.W2.T + parameters.b2


def backward(f: Function) -> bool:
    """Against central differences of the loss, mean over the samples and sum over the outputs of (o − t)²."""
    for inputs, hidden, outputs, samples in ((2, 3, 1, 5), (3, 4, 1, 3)):
        p = Parameters(*(RNG.normal(size=size) for size in ((hidden, inputs), hidden, (outputs, hidden), outputs)))
        X, T = RNG.normal(size=(samples, inputs)), RNG.normal(size=(samples, outputs))
        came = f(p, X, T)
        for k, array in enumerate(p):
            slopes = np.empty_like(array)
            for place in np.ndindex(array.shape):
                sides = []
                for move in (1e-6, -1e-6):
                    moved = array.copy()
                    moved[place] += move
                    sides.append(float(((forward(p._replace(**{p._fields[k]: moved}), X)[2] - T) ** 2).sum()) / samples)
                slopes[place] = (sides[0] - sides[1]) / 2e-6
            if not close(came[k], slopes, 1e-5):
                return False
    return len(came) == 4


def descent_of_parameters(f: Function) -> bool:
    """Against steps along the gradient of the loss, taken with complex numbers a tiny way off the real line."""
    for rate, steps in ((0.1, 1), (0.03, 4)):
        arrays = [RNG.normal(size=size) for size in ((3, 2), 3, (1, 3), 1)]
        X, T = RNG.normal(size=(6, 2)), RNG.normal(size=(6, 1))
        came = f(Parameters(*arrays), X, T, rate, steps)
        for _ in range(steps):
            slopes = []
            for k, array in enumerate(arrays):
                slopes.append(np.empty_like(array))
                for place in np.ndindex(array.shape):
                    moved = [other.astype(complex) for other in arrays]
                    moved[k][place] += 1e-30j
                    Z = X @ moved[0].T + moved[1]
                    error = np.where(Z.real > 0, Z, 0) @ moved[2].T + moved[3] - T
                    slopes[k][place] = (error**2).sum().imag / 1e-30 / len(X)
            arrays = [array - rate * slope for array, slope in zip(arrays, slopes, strict=True)]
        if len(came) != 4 or not all(map(close, came, arrays)):
            return False
    return True


def standardisation(f: Function) -> bool:
    for samples, pixels in ((7, 3), (5, 4)):
        X, test = RNG.integers(0, 17, (samples, pixels)) / 16, RNG.integers(0, 17, (3, pixels)) / 16
        X[:, 0] = test[:, 0] = 0
        first, second = f(X.copy(), test.copy())
        for k in range(pixels):
            mean = sum(X[:, k]) / samples
            spread = math.sqrt(sum((X[:, k] - mean) ** 2) / samples) or 1.0
            wanted = (X[:, k] - mean) / spread, (test[:, k] - mean) / spread
            if not close(first[:, k], wanted[0], 1e-5) or not close(second[:, k], wanted[1], 1e-5):
                return False
    return True


SLOPES: dict[str, Function] = {
    "relu": lambda z: z > 0,
    "leaky_relu": lambda z: np.where(z > 0, 1, 0.01),
    "hard_tanh": lambda z: (z > -1) & (z < 1),
    "relu6": lambda z: (z > 0) & (z < 6),
    "absolute": np.sign,
    "identity": np.ones_like,
    "elu": lambda z: np.where(z > 0, 1, np.exp(np.minimum(z, 0))),
}


def dead_units(f: Function) -> bool:
    for name, slope in SLOPES.items():
        for shift in (-8.0, 0.0, 8.0):
            network = Network.mlp([4, 9, 2], activation=name, bias=shift, dtype="float64", seed=3)
            X = np.random.default_rng(4).normal(size=(70, 4)) * 2
            X[-1] *= 6
            z = X @ np.asarray(network.W[0][0]).T + np.asarray(network.b[0][0])
            if f(network, X) != int((slope(z) == 0).all(0).sum()):
                return False
    return True


JUDGES: dict[str, Callable[[Function], bool]] = {
    "start.3": elementwise(lambda v: 1.0 if v > 0 else 0.0),
    "limits.2": quotient,
    "limits.5": settling,
    "step.1": scaled_slope,
    "proof.2": branches,
    "frameworks.1": product,
    "frameworks.3": program(lambda t: max(t, 0.0), lambda c: c, ((-1.0,), (2.0,), (0.3,), (0.0,)), (0.0,)),
    "frameworks.5": chain,
    "frameworks.6": mask,
    "frameworks.7": kink_check,
    "frameworks.8": grades,
    "frameworks.9": shares,
    "frameworks.12": program(lambda t: 0.0, lambda: 1.0, ((),), (0.0, 0.3, 0.5, 1.0)),
    "subgradients.9": descent,
    "zeros.9": half_layer,
    "training.1": layer,
    "training.2": backward,
    "training.5": backward,
    "training.11": descent_of_parameters,
    "depth.1": standardisation,
    "dead_units.6": dead_units,
}
JUDGES = {id: passes_in_any_case(judge) for id, judge in JUDGES.items()}
