"""Questions to the snapshot of what libraries returned at the kink."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import sympy as sp

from course_lib.calculus import clarke_subdifferential
from course_lib.topics.frameworks.dual_numbers import Conventions, derivative, exp, function_of, relu
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import Measurement, judge
from course_lib.topics.frameworks.snapshots import snapshot

# Programs made of ReLU, and for which slope s at the kink their automatic derivative at 0 is right.
#
# Sources: Jérôme Bolte and Edouard Pauwels, *A mathematical model for automatic differentiation in machine learning*,
# 2020 (ReLU in other spellings, the zero program); Sejun Park, Sanghyuk Chun and Wonyeol Lee, *What does automatic
# differentiation compute for neural networks?*, 2024 (the identity).


S = sp.Symbol("s", real=True)
Program = Callable[[Any], Any]


def relu2(t: Any) -> Any:
    """relu(−t) + t = relu(t)."""
    return relu(-t) + t


def relu3(t: Any) -> Any:
    """(relu(t) + relu(−t) + t)/2 = relu(t)."""
    return (relu(t) + relu2(t)) / 2


def zero(t: Any) -> Any:
    """relu(−t) + t − relu(t) = 0."""
    return relu2(t) - relu(t)


def identity(t: Any) -> Any:
    """relu(t) − relu(−t) = t."""
    return relu(t) - relu(-t)


@lru_cache
def nested_identity(k: int) -> Program:
    """relu(…relu(t)…) − relu(…relu(−t)…) = t, with k ReLUs in each part; k ≥ 1, ValueError otherwise.

    >>> derivative(nested_identity(3), 0, Conventions(relu=S))
    2*s**3
    """
    if not isinstance(k, int) or k < 1:
        raise ValueError(f"k: got {k!r}; accepted is a whole number from 1")

    def nested(t: Any) -> Any:
        for _ in range(k):
            t = relu(t)
        return t

    return lambda t: nested(t) - nested(-t)


def elu_by_relu(t: Any) -> Any:
    """relu(t) − relu(1 − exp(t)) = t for t > 0 and exp(t) − 1 for t ≤ 0: ELU with α = 1."""
    return relu(t) - relu(1 - exp(t))


def zero_with_slope_one(t: Any) -> Any:
    """4·(relu(t) − relu(relu(t))) + zero(zero(t)) = 0, with automatic derivative 4s(1 − s) + (1 − 2s)² = 1 for all s.

    >>> derivative(zero_with_slope_one, 0, Conventions(relu=S))
    1
    """
    return 4 * (relu(t) - relu(relu(t))) + zero(zero(t))


SLOPE_PROGRAMS: dict[str, Program] = {
    "relu(t)": relu,
    "relu(−t) + t": relu2,
    "the mean of these two": relu3,
    "relu(−t) + t − relu(t)": zero,
    "relu(t) − relu(−t)": identity,
    "relu(t) − relu(1 − exp(t))": elu_by_relu,
}


@lru_cache
def derivative_in_s(program: Program) -> sp.Expr:
    """The automatic derivative at 0 as a formula in s = relu'(0)."""
    return derivative(program, 0, Conventions(relu=S))


@lru_cache
def clarke_set(program: Program) -> sp.Set:
    """The Clarke subdifferential at 0 of the function that the program computes."""
    return clarke_subdifferential(function_of(program), 0)


@lru_cache
def right_slopes(program: Program) -> sp.Set:
    """Every s in [0, 1] whose automatic derivative at 0 is in the function's Clarke subdifferential.

    >>> right_slopes(identity), right_slopes(relu2), right_slopes(zero_with_slope_one)
    ({1/2}, Interval(0, 1), EmptySet)
    """
    found, right = derivative_in_s(program), clarke_set(program)
    unit = sp.Interval(0, 1)
    if isinstance(right, sp.FiniteSet):
        (only,) = right
        return sp.solveset(sp.Eq(found, only), S, unit)
    at_least, at_most = (sp.solveset(condition, S, unit) for condition in (found >= right.start, found <= right.end))
    return at_least.intersect(at_most)


# Questions to the snapshot of what libraries returned at the kink.


# What libraries offer under one name; the other programs are written with other functions.
OFFERED_BY_NAME = (
    "relu", "abs", "relu6_0", "relu6_6", "leaky_relu", "elu_1", "elu_2", "clip_low", "clip_high", "maximum_x_x",
    "tied_max_reduce", "tied_max_axis",
)  # fmt: skip


@lru_cache
def measured_rows() -> tuple[Measurement, ...]:
    """One row for each library and program that has a value; of several kernels the first."""
    rows = (snapshot().row(library, program) for library in LIBRARIES for program in PROGRAMS)
    return tuple(row for row in rows if row is not None and row.status == "measured")


def returned(program: str) -> dict[str, tuple[float, ...]]:
    """{library: derivative} for a program; ValueError names the programs if there is none of that id.

    >>> returned("elu_1")["tinygrad"]
    (0.0,)
    """
    if program not in PROGRAMS:
        raise ValueError(f"program: got {program!r}; accepted are {', '.join(map(repr, PROGRAMS))}")
    return {row.library: row.value for row in measured_rows() if row.program == program and row.value is not None}


def spellings_of_relu() -> tuple[str, ...]:
    """Ids of all programs whose function is ReLU."""
    return tuple(program.id for program in PROGRAMS.values() if program.function == PROGRAMS["relu"].function)


def outside_by_name() -> tuple[Measurement, ...]:
    """Rows outside the Clarke subdifferential among the functions that libraries offer by name."""
    offered = (row for row in measured_rows() if row.program in OFFERED_BY_NAME and row.value is not None)
    return tuple(row for row in offered if row.value and judge(row.program, row.value).verdict == "outside")
