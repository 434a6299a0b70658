"""What the exercises and predictions of lesson 03 compute their keys and their wrong answers from."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import sympy as sp

from course_lib.exercises.lesson_03_answers import PairOfNumbers, ProgramOf
from course_lib.experiments.bug_museum import Report, run_tests
from course_lib.experiments.programs import S, derivative_in_s, identity, relu2, right_slopes, zero
from course_lib.frameworks import judge, snapshot
from course_lib.frameworks.dual_numbers import Conventions, Dual, derivative, relu, where

Pair = tuple[float, float]
half = sp.Rational(1, 2)

PRODUCT = PairOfNumbers((((2, 3), (5, 7)), ((0, 1), (0, 1)), ((-1, 0.5), (4, 0)), ((3, 0), (2, -1))))
SPELLED = ProgramOf("ReLU", parameters=tuple((c,) for c in (sp.Integer(-1), sp.Integer(2), sp.Rational(1, 4))))
GHOST = ProgramOf("0", Conventions(relu=S))
TIED_CANDIDATES = ((1, 0, 0), (0.5, 0.5, 0), (1, 1, 0), (0.25, 0.75, 0), (0.5, 0.25, 0.25))


def product_of_duals(a: Pair, b: Pair) -> Pair:
    product = Dual(*a) * Dual(*b)
    return float(product.value), float(product.slope)


def relu6_slopes() -> list[sp.Expr]:
    """The automatic derivatives of relu(t) − relu(t − 6) at 0 and at 6, in s."""
    return [derivative(lambda t: relu(t) - relu(t - 6), point, Conventions(relu=S)) for point in (0, 6)]


def spelled_relu(t: Any, c: Any) -> Any:
    """ReLU with the automatic derivative c at 0, for relu'(0) = 0."""
    return relu(t) + c * zero(t)


def uneven_identity(t: Any) -> Any:
    """relu(relu(t)) − relu(−t) = t."""
    return relu(relu(t)) - relu(-t)


def slope_for_uneven_parts() -> sp.Expr:
    (only,) = right_slopes(uneven_identity)
    return only


def slopes_of_choices() -> list[sp.Expr]:
    """At 0, of where(t ≥ 0, t, 0), where(t > 0, t, 0), t·where(t > 0, 1, 0) and (t + |t|)/2 with |·|'(0) = 0."""
    programs: Sequence[Callable[[Any], Any]] = (
        lambda t: where(t >= 0, t, 0),
        lambda t: where(t > 0, t, 0),
        lambda t: t * where(t > 0, 1, 0),
        lambda t: (t + abs(t)) / 2,
    )
    return [derivative(program) for program in programs]


def tied_verdicts() -> list[bool]:
    """Which of the candidates are in the Clarke subdifferential of max(x) at (1, 1, 0)."""
    return [judge("tied_max_reduce", candidate).verdict != "outside" for candidate in TIED_CANDIDATES]


def answers_for_maximum() -> str:
    """The option of prediction 3.p1, from the values that the snapshot has for maximum(x, 0)."""
    values = {m.value for m in snapshot().measurements if m.program == "maximum_x_0" and m.status == "measured"}
    return {1: "one value", 2: "two values", 3: "three values"}.get(len(values), "more than three values")


def derivative_of_the_identity() -> str:
    """The option of prediction 3.p2."""
    return f"the value {derivative_in_s(identity).subs(S, 0)}"


def central_difference_verdict(f: Callable[[float], float], x: float, claimed: float, h: float = 1e-6) -> str:
    """The check that hides a kink, as it stands in the lesson."""
    measured = (f(x + h) - f(x - h)) / (2 * h)
    return "right" if abs(measured - claimed) < 1e-4 else "wrong"


def what_the_check_says() -> str:
    """The option of prediction 3.p3: a check by central differences of the claim 0 for |x| at 0."""
    return f"it says {central_difference_verdict(abs, 0.0, 0.0)!r}"


def one_sided_verdict(f: Callable[[float], float], x: float, claimed: float, h: float = 1e-6) -> str:
    left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
    if abs(left - right) < 1e-4:
        return "right" if abs(claimed - left) < 1e-4 else "wrong"
    return "kink" if min(left, right) <= claimed <= max(left, right) else "wrong"


def chained(upstream: Any, z: Any, s: float) -> Any:
    return upstream * np.where(z > 0, 1.0, np.where(z == 0, s, 0.0))


def shared_tie(x: Any, upstream: float) -> Any:
    largest = x == x.max()
    return largest * upstream / largest.sum()


def fair_grade(slope: Callable[[float], float]) -> bool:
    return bool(slope(-2) == 0 and 0 <= slope(0) <= 1 and slope(2) == 1)


def reference_of(exhibit: str) -> Callable[..., Any]:
    """A function that passes the tests of the exhibit; the tests judge it anew whenever it is asked for."""
    functions: dict[str, Callable[..., Any]] = {
        "assign": chained,
        "mask": lambda output: output > 0,
        "average": one_sided_verdict,
        "grader": fair_grade,
        "tie": shared_tie,
    }
    report: Report = run_tests(exhibit, functions[exhibit])
    if not report.passed:
        raise AssertionError(f"{exhibit}: {report}")
    return functions[exhibit]


def mirrored(t: Any, c: Any) -> Any:
    """A spelling with the derivative −c: the difference is turned round."""
    return relu(t) + c * (relu(t) - relu2(t))
