"""The subgradient method x ← x − t_k g on |x| and on |x| + 2|y|, with three rules for the steps, against its bound."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
STEPS = 200
RULES: dict[str, Callable[[Array], Array]] = {
    "constant": np.ones_like,
    "1/√k": lambda k: 1 / np.sqrt(k),
    "1/k": lambda k: 1 / k,
}


class Objective(NamedTuple):
    """f(x) = Σ weights[i]·|x[i]|: its minimum is 0, at 0, and no subgradient is longer than the vector of weights."""

    weights: tuple[float, ...]

    def value(self, x: ArrayLike) -> Any:
        """f at points, (…, dimensions) → (…)."""
        return np.abs(x) @ np.array(self.weights)

    def subgradient(self, x: ArrayLike, at_kink: float = 0.0) -> Array:
        """A subgradient at x: sign(x[i])·weights[i], with `at_kink` from −1 to 1 for the sign of 0."""
        x = np.asarray(x)
        return np.where(x == 0, at_kink, np.sign(x)) * np.array(self.weights)

    @property
    def lipschitz(self) -> float:
        """G = max |g| over all subgradients."""
        return float(np.linalg.norm(self.weights))


OBJECTIVES = {"|x|": Objective((1.0,)), "|x| + 2|y|": Objective((1.0, 2.0))}
STARTS = {"|x|": (1.03,), "|x| + 2|y|": (1.03, 0.61)}


class Path(NamedTuple):
    """Points x_1 … x_T, (T, dimensions), their values, and the lengths of the steps, (T,)."""

    x: Array
    value: Array
    step: Array

    @property
    def best(self) -> Array:
        """The least value so far, (T,)."""
        return np.minimum.accumulate(self.value)


def step_lengths(rule: str, t: float, count: int = STEPS) -> Array:
    """t_k = t, t/√k or t/k for k = 1 … count; `rule` is one of `RULES`, ValueError for another.

    >>> step_lengths("1/k", 0.5, 3).round(3).tolist()
    [0.5, 0.25, 0.167]
    """
    if rule not in RULES:
        raise ValueError(f"rule must be one of {', '.join(RULES)}; got {rule!r}")
    return t * RULES[rule](np.arange(1.0, count + 1))


@lru_cache(maxsize=64)
def run(objective: str = "|x|", rule: str = "constant", t: float = 0.1, count: int = STEPS) -> Path:
    """x_(k+1) = x_k − t_k·g_k from `STARTS`, with a subgradient g_k at x_k; `objective` is one of `OBJECTIVES`.

    Source: Naum Z. Shor, *Minimization Methods for Non-Differentiable Functions*, 1985.

    >>> run("|x|", "constant", 0.1).value[-4:].round(2).tolist()
    [0.03, 0.07, 0.03, 0.07]
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"objective must be one of {', '.join(OBJECTIVES)}; got {objective!r}")
    f, steps = OBJECTIVES[objective], step_lengths(rule, t, count)
    points = [np.array(STARTS[objective])]
    for length in steps[:-1]:
        points.append(points[-1] - length * f.subgradient(points[-1]))
    x = np.array(points)
    return Path(x, f.value(x), steps)


def bound(objective: str, step: Array) -> Array:
    """(R² + G²·Σ t_k²) / (2·Σ t_k) after 1 … T steps: the best gap is never above it; R is the distance to the minimum.

    For constant steps it is R²/(2tT) + G²t/2. Source: Stephen Boyd, Lin Xiao and Almir Mutapcic, *Subgradient
    Methods*, lecture notes, 2003.

    >>> bound("|x|", step_lengths("constant", 0.1, 100))[-1].round(3)
    np.float64(0.103)
    """
    R, G = float(np.linalg.norm(STARTS[objective])), OBJECTIVES[objective].lipschitz
    return np.asarray((R**2 + G**2 * np.cumsum(step**2)) / (2 * np.cumsum(step)))
