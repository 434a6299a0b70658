"""Calculus on piecewise functions of one real variable, exact and with certainty or not at all.

A limit is found symbolically and confirmed by a second, numerical method in `at_zero.py`. Where a question is about one
point, only what is beside that point is looked at. In the order of their imports:

- `verdict.py`: what comes back instead of a value, and the errors;
- `effort.py`: how long a question may take, and what becomes of the errors of SymPy;
- `arguments.py`, `evaluation.py`: what a caller passes in, and what an expression is in numbers;
- `isolation.py`, `roots.py`: the zeros of a function, all of them;
- `at_zero.py`: the limit of a smooth expression as its increment goes to 0, by two methods;
- `resolve.py`, `piecewise.py`: from an expression to smooth branches between breakpoints, or beside a point;
- `equality.py`: whether two answers are the same, by a proof and by numbers;
- `limits.py`: one-sided limits;
- `derivatives.py`, `derivations.py`, `subgradients.py`: what is built on limits.
"""

from course_lib.calculus.derivations import Derivation, Step, check_step, derivation_latex, derive
from course_lib.calculus.derivatives import (
    Differentiability,
    LimitTable,
    difference_quotient,
    differentiability,
    limit_table,
    one_sided_derivative,
)
from course_lib.calculus.equality import equal
from course_lib.calculus.limits import one_sided_limit
from course_lib.calculus.piecewise import PiecewiseFunction
from course_lib.calculus.subgradients import clarke_subdifferential, convex_subdifferential, is_convex, is_subgradient
from course_lib.calculus.verdict import LimitDisagreement, Undecided, UndecidedEquality, UndecidedLimit, Verdict

__all__ = [
    "Derivation",
    "Differentiability",
    "LimitDisagreement",
    "LimitTable",
    "PiecewiseFunction",
    "Step",
    "Undecided",
    "UndecidedEquality",
    "UndecidedLimit",
    "Verdict",
    "check_step",
    "clarke_subdifferential",
    "convex_subdifferential",
    "derivation_latex",
    "derive",
    "difference_quotient",
    "differentiability",
    "equal",
    "is_convex",
    "is_subgradient",
    "limit_table",
    "one_sided_derivative",
    "one_sided_limit",
]
