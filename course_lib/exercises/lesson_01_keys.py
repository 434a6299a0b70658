"""What the exercises and predictions of lesson 01 compute their keys and their feedback from."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import sympy as sp
from sympy.calculus.accumulationbounds import AccumulationBounds

from course_lib.calculus import PiecewiseFunction, difference_quotient, one_sided_limit

x = sp.Symbol("x", real=True)
slope_on_the_left = sp.Symbol("a", real=True)
_h = sp.Symbol("h", positive=True)

STEP_OF_1_2 = 0.5
FUNCTIONS_OF_1_5 = (sp.sin(sp.pi / x), sp.sin(2 * sp.pi * sp.log(x, 2)), x * sp.sin(1 / x), sp.sqrt(x))
# The wrong word on each of them, and what to say of it.
MISTAKES_OF_1_5 = (
    (True, "sin(π/x) passed for settled. That happens where each 1/h is a whole number: there this sine is 0."),
    (
        True,
        "sin(2π log₂ x) passed for settled. That happens where each step is another one, halved a whole number of "
        "times: there this sine has the same value.",
    ),
    (
        False,
        "x·sin(1/x) was taken for swinging, but its swings shrink with x. Look only at small steps, such as those "
        "below 0.001, or allow a wider spread.",
    ),
    (False, "√x was taken for swinging, but it only falls slowly. Look only at small steps, or allow a wider spread."),
)
STEPS_OF_P2 = {"h = 10⁻²": 1e-2, "h = 10⁻⁸": 1e-8, "h = 10⁻¹⁵": 1e-15}


def has_limit(f: sp.Expr) -> bool:
    """Whether f(x) has a limit as x → 0 from the right."""
    return not isinstance(one_sided_limit(f, 0, "+"), AccumulationBounds)


def wrong_lists_of_1_5() -> list[list[bool]]:
    """All answers to 1.5 but the right one. Four yes-or-no questions have no others."""
    return [list(said) for said in product((True, False), repeat=len(MISTAKES_OF_1_5)) if feedback_on_settles(said)]


def feedback_on_settles(said: Sequence[bool]) -> str:
    """Name each function that fooled the routine, and say how."""
    return " ".join(text for (wrong, text), word in zip(MISTAKES_OF_1_5, said, strict=True) if word == wrong)


def forward_quotient_of_exp(point: float) -> np.ndarray:
    quotient = np.vectorize(lambda x0: float(difference_quotient(sp.exp(x), x0, STEP_OF_1_2)))
    return quotient(point)[()]


def jumps(expr: sp.Expr) -> set[sp.Expr]:
    """The points where the two one-sided limits differ."""
    f = PiecewiseFunction.from_expr(expr, x)
    return {point for point in f.breakpoints if one_sided_limit(f, point, "-") != one_sided_limit(f, point, "+")}


def central_quotient_at_kink() -> sp.Expr:
    f = PiecewiseFunction([slope_on_the_left * x, x], [0], x)
    return (f.value(_h) - f.value(-_h)) / (2 * _h)


def which_has_a_limit() -> str:
    settled = [name for name, f in (("x·sin(1/x)", x * sp.sin(1 / x)), ("sin(1/x)", sp.sin(1 / x))) if has_limit(f)]
    return f"only {settled[0]}" if len(settled) == 1 else "both of them" if settled else "neither of them"


def best_of_three_steps() -> str:
    def error(name: str) -> float:
        return abs(float(difference_quotient(sp.exp(x), 1, STEPS_OF_P2[name])) - np.e)

    return min(STEPS_OF_P2, key=error)


def central_quotient_of_relu() -> str:
    values = set(difference_quotient(sp.Max(0, x), 0, 10.0 ** -np.arange(1, 16), "central").tolist())
    words = {0.0: "0 for every h", 0.5: "½ for every h", 1.0: "1 for every h"}
    return words[values.pop()] if len(values) == 1 else "it changes with h"
