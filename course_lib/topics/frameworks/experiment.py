"""What this topic tries out: programs made of ReLU, the snapshot's answers, and five bugs found in real code at a kink.

The programs ask for which slope s at the kink their automatic derivative at 0 is right. Sources: Jérôme Bolte and
Edouard Pauwels, *A mathematical model for automatic differentiation in machine learning*, 2020 (ReLU in other
spellings, the zero program); Sejun Park, Sanghyuk Chun and Wonyeol Lee, *What does automatic differentiation compute
for neural networks?*, 2024 (the identity).

Each bug of the museum is a handful of tests that the buggy function fails. The functions here and in the lessons are
written anew and kept small; the lessons say where the bugs were seen.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from course_lib.calculus import clarke_subdifferential
from course_lib.checks import one_of
from course_lib.exercises.functions import call_learners_function
from course_lib.exercises.reading import NotFilledIn, Unreadable, is_truth_value, spelling
from course_lib.topics.frameworks.dual_numbers import Conventions, derivative, exp, function_of, relu
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import Measurement, snapshot

S = sp.Symbol("s", real=True)
SlopeProgram = Callable[[Any], Any]
Function = Callable[..., Any]


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
def nested_identity(k: int) -> SlopeProgram:
    """relu(…relu(t)…) − relu(…relu(−t)…) = t, with k ReLUs in each part, k ≥ 1.

    >>> derivative(nested_identity(3), 0, Conventions(relu=S))
    2*s**3
    """

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


SLOPE_PROGRAMS: dict[str, SlopeProgram] = {
    "relu(t)": relu,
    "relu(−t) + t": relu2,
    "the mean of these two": relu3,
    "relu(−t) + t − relu(t)": zero,
    "relu(t) − relu(−t)": identity,
    "relu(t) − relu(1 − exp(t))": elu_by_relu,
}


@lru_cache
def derivative_in_s(program: SlopeProgram) -> sp.Expr:
    """The automatic derivative at 0 as a formula in s = relu'(0)."""
    return derivative(program, 0, Conventions(relu=S))


@lru_cache
def clarke_set(program: SlopeProgram) -> sp.Set:
    """The Clarke subdifferential at 0 of the function that the program computes."""
    return clarke_subdifferential(function_of(program), 0)


@lru_cache
def right_slopes(program: SlopeProgram) -> sp.Set:
    """Every s in [0, 1] whose automatic derivative at 0 is in the function's Clarke subdifferential.

    >>> right_slopes(identity), right_slopes(relu2), right_slopes(zero_with_slope_one)
    ({1/2}, Interval(0, 1), EmptySet)
    """
    slope, right = derivative_in_s(program), clarke_set(program)
    unit = sp.Interval(0, 1)
    if isinstance(right, sp.FiniteSet):
        (only,) = right
        return sp.solveset(sp.Eq(slope, only), S, unit)
    at_least, at_most = (sp.solveset(condition, S, unit) for condition in (slope >= right.start, slope <= right.end))
    return at_least.intersect(at_most)


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
    one_of("program", program, PROGRAMS)
    return {row.library: row.value for row in measured_rows() if row.program == program and row.value is not None}


@dataclass(frozen=True)
class Trial:
    """One call: `arguments`, in `words`, and whether what comes back is `accepted`, which `wanted` says."""

    arguments: tuple[Any, ...]
    words: str
    accepted: Callable[[Any], bool]
    wanted: str


@dataclass(frozen=True)
class Report:
    """What a function did in the tests of an exhibit; `failures` has one sentence for each failed test."""

    tests: int
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether no test failed."""
        return not self.failures

    def __repr__(self) -> str:
        if self.passed:
            return f"all {self.tests} tests pass"
        fail = "fail" if len(self.failures) > 1 else "fails"
        lines = (f"{len(self.failures)} of {self.tests} tests {fail}:", *(f"- {line}" for line in self.failures))
        return "\n".join(lines)


def run_tests(exhibit: str, function: Function) -> Report:
    """Call the function with the arguments of each test of the exhibit; an exception is a failure, never an error.

    ValueError names the exhibits if there is none of that name.

    >>> run_tests("mask", lambda output: output >= 0)
    1 of 4 tests fails:
    - for outputs [0, 3] it returned [1, 1]; wanted: [0, 1]
    """
    trials = EXHIBITS[one_of("exhibit", exhibit, EXHIBITS)]
    return Report(len(trials), tuple(line for line in (failure(trial, function) for trial in trials) if line))


def failure(trial: Trial, function: Function) -> str:
    """What the function did wrong, in one sentence, or "" if nothing."""
    try:
        returned = call_learners_function(function, *trial.arguments)
    except NotFilledIn as gap:
        return f"for {trial.words} it returned {'None' if str(gap) else '...'}; wanted: {trial.wanted}"
    except Unreadable as problem:
        cause = problem.__cause__
        did = f"raised {type(cause).__name__}" if cause else "overwrote the array that it got"
        return f"for {trial.words} it {did}; wanted: {trial.wanted}"
    try:
        accepted = trial.accepted(returned)
    except (Exception, SystemExit):  # No number, no array, or an object that does not let itself be read.
        accepted = False
    return "" if accepted else f"for {trial.words} it returned {_in_words(returned)}; wanted: {trial.wanted}"


def _in_words(returned: Any) -> str:
    """Numbers with few digits; anything else by its type or, if it is short, as it is."""
    if isinstance(returned, np.ndarray) or type(returned) in (list, tuple):
        entries = returned.ravel() if isinstance(returned, np.ndarray) else returned
        return f"[{', '.join(map(_entry_in_words, entries[:8]))}]"
    if isinstance(returned, (bool, np.bool_)):
        return str(bool(returned))
    if isinstance(returned, int) and returned.bit_length() > 1000:
        return "a number of more than 300 digits"
    if isinstance(returned, (int, float, np.number)):
        return f"{returned:.4g}"
    if type(returned) in (str, np.str_):
        return f"{str(returned)!r:.20}"
    kind = type(returned).__name__
    return f"{'an' if kind[0] in 'aeiouAEIO' else 'a'} {kind}"


def _entry_in_words(entry: Any) -> str:
    if isinstance(entry, (bool, np.bool_)):
        return str(int(entry))
    return f"a {type(entry).__name__}" if isinstance(entry, (list, tuple, np.ndarray)) else _in_words(entry)


def _real_array(returned: Any) -> NDArray[np.float64]:
    """The numbers as floats; TypeError for texts and complex numbers, which NumPy would turn into them."""
    array, refused = np.asarray(returned), (str, bytes, complex, np.complexfloating)
    entries = array.flat if array.dtype == object else ()
    if array.dtype.kind not in "biufO" or any(isinstance(entry, refused) for entry in entries):
        raise TypeError("no real numbers")
    return array.astype(float)


def _equal_to(wanted: Any) -> Callable[[Any], bool]:
    """Accept an array of the same shape and values."""
    key = np.asarray(wanted, dtype=float)

    def accepted(returned: Any) -> bool:
        array = _real_array(returned)
        return array.shape == key.shape and bool(np.allclose(array, key, rtol=1e-9, atol=1e-12))

    return accepted


def _chain(upstream: list[float], z: list[float], s: float, wanted: list[float]) -> Trial:
    words = f"upstream {_in_words(upstream)}, z {_in_words(z)}, s = {s:g}"
    return Trial((np.array(upstream, float), np.array(z, float), s), words, _equal_to(wanted), _in_words(wanted))


def _mask(outputs: list[float], wanted: list[float]) -> Trial:
    words = f"outputs {_in_words(outputs)}"
    return Trial((np.array(outputs, float),), words, _equal_to(wanted), _in_words(wanted))


def _verdict(name: str, f: Function, x: float, claimed: float, wanted: str) -> Trial:
    def accepted(returned: Any) -> bool:
        return type(returned) in (str, np.str_) and spelling(str(returned)) == wanted

    return Trial((f, x, claimed), f"{name} at {x:g} with the claim {claimed:g}", accepted, repr(wanted))


def _grade(left: float, at_0: float, right: float, wanted: bool) -> Trial:
    def slope(x: float) -> float:
        return right if x > 0 else left if x < 0 else at_0

    def accepted(returned: Any) -> bool:
        return (is_truth_value(returned) or isinstance(returned, (int, np.integer))) and returned == wanted

    words = f"slope {left:g} left of 0, {at_0:g} at 0, {right:g} right of 0"
    return Trial((slope,), words, accepted, str(wanted))


def _tie(x: list[float], upstream: float) -> Trial:
    values = np.array(x, float)

    def accepted(returned: Any) -> bool:
        gradient = _real_array(returned)
        shares = gradient / upstream
        sums_to_1 = gradient.shape == values.shape and math.isclose(shares.sum(), 1, rel_tol=1e-9)
        return sums_to_1 and bool((shares >= -1e-12).all()) and not gradient[values < values.max()].any()

    entries = ", ".join(f"{entry:.10g}" for entry in x)  # Of two that differ by 1e-9 only one is the largest.
    words, wanted = f"x = [{entries}], upstream {upstream:g}", f"the largest entries share {upstream:g}"
    return Trial((values, upstream), words, accepted, wanted)


EXHIBITS: dict[str, tuple[Trial, ...]] = {
    "assign": (
        _chain([2, -1], [3, 0.5], 0.5, [2, -1]),
        _chain([2, -1], [-3, -0.5], 0.5, [0, 0]),
        _chain([1], [0], 0.5, [0.5]),
        _chain([3], [0], 0.5, [1.5]),
        _chain([0, -2], [0, 0], 1, [0, -2]),
    ),
    "mask": (
        _mask([3, 0.5], [1, 1]),
        _mask([0, 3], [0, 1]),
        _mask([1e-30], [1]),
        _mask([1e6], [1]),
    ),
    "average": (
        _verdict("x²", lambda x: x * x, 1, 2, "right"),
        _verdict("x²", lambda x: x * x, 1, 3, "wrong"),
        _verdict("x²", lambda x: x * x, 1, 1, "wrong"),
        _verdict("3x", lambda x: 3 * x, 0, 3, "right"),
        _verdict("|x|", abs, 1, 1, "right"),
        _verdict("|x|", abs, 0, 0, "kink"),
        _verdict("|x|", abs, 0, -0.5, "kink"),
        _verdict("|x|", abs, 0, 2, "wrong"),
        _verdict("|x|", abs, 0, -2, "wrong"),
        _verdict("ReLU", lambda x: max(0.0, x), 0, 0, "kink"),
        _verdict("ReLU", lambda x: max(0.0, x), 0, 0.5, "kink"),
        _verdict("ReLU", lambda x: max(0.0, x), 0, -0.5, "wrong"),
        _verdict("−|x|", lambda x: -abs(x), 0, 0.25, "kink"),
    ),
    "grader": (
        _grade(0, 1, 1, True),
        _grade(0, 0, 1, True),
        _grade(0, 0.5, 1, True),
        _grade(0, 0.01, 1, True),
        _grade(0, 0.73, 1, True),
        _grade(0, -0.01, 1, False),
        _grade(0, 1.01, 1, False),
        _grade(0, -1, 1, False),
        _grade(0, 2, 1, False),
        _grade(0, math.nan, 1, False),
        _grade(1, 1, 1, False),
        _grade(-1, 0, 1, False),
        _grade(0.01, 0.5, 1, False),
        _grade(0, 0, 0, False),
        _grade(0, 0, 2, False),
        _grade(0, 0.5, 0.99, False),
    ),
    "tie": (
        _tie([3, 1, 2], 1),
        _tie([1, 1, 0], 1),
        _tie([2, 2, 2], 1),
        _tie([0, 4, 4, -1], -3),
        _tie([5], 2),
        _tie([-1, -3, -1], 2),
        _tie([0, 0], 1),
    ),
}
# What the mended function of an exercise has to pass as well.
FURTHER: dict[str, tuple[Trial, ...]] = {
    "assign": (
        _chain([3, 5, -4], [0, 2, 0], 0, [0, 5, 0]),
        _chain([4, -2, 0.5, 3, 8], [0, -1, 2, 0, 1e-300], 0.25, [1, 0, 0.5, 0.75, 8]),
        _chain([4, -2], [-1e-300, 0], 0.75, [0, -1.5]),
    ),
    "mask": (_mask([0, 1e-300, 0.2, 0, 7], [0, 1, 1, 0, 1]),),
    "average": (
        _verdict("−|x|", lambda x: -abs(x), 0, -1.01, "wrong"),
        _verdict("|x|", abs, 0, 0.99, "kink"),
        _verdict("|x|", abs, 0, 1.01, "wrong"),
        _verdict("|x|", abs, 0.001, 1, "right"),
        _verdict("|x|", abs, 0.001, 0.5, "wrong"),
        _verdict("|x|", abs, -0.001, -1, "right"),
        _verdict("|x|", abs, -0.001, -0.99, "wrong"),
        _verdict("max(x, 0.98x)", lambda x: max(x, 0.98 * x), 0, 0.99, "kink"),
        _verdict("max(x, 0.98x)", lambda x: max(x, 0.98 * x), 0, 0.97, "wrong"),
        _verdict("max(x, 0.98x)", lambda x: max(x, 0.98 * x), 0, 1.01, "wrong"),
        _verdict("ELU with α = 2", lambda x: x if x > 0 else 2 * math.expm1(x), 0, 2, "kink"),
        _verdict("−ELU with α = 2", lambda x: -x if x > 0 else -2 * math.expm1(x), 0, -2, "kink"),
        _verdict("|x − 1| + x²", lambda x: abs(x - 1) + x * x, 1, 1.01, "kink"),
        _verdict("|x − 1| + x²", lambda x: abs(x - 1) + x * x, 1, 0.99, "wrong"),
        _verdict("x³", lambda x: x**3, 2, 12, "right"),
        _verdict("x³", lambda x: x**3, 2, 11.99, "wrong"),
        _verdict("x³", lambda x: x**3, 2, 12.01, "wrong"),
    ),
    "grader": (_grade(0, 0.123456, 1, True),),
    "tie": (
        _tie([1, 1 - 1e-9, 0], 1),
        _tie([0.5, 2, 2, -7, 2, 2, 2], 0.5),
    ),
}
