"""Five bugs found in real code at a kink, each as a handful of tests that the buggy function fails.

The functions here and in the lesson are written anew and kept small. Where the bugs were seen:

- "assign": deel-ai/relu-prime, ``relu.py``, ``ReLUAlphaFunction.backward``, commit aa20457.
- "mask": numpy/numpy-tutorials, ``content/tutorial-deep-learning-on-mnist.md``, ``relu2deriv``, commit 09a8945.
- "average": HIPS/autograd, ``tests/test_scalar_ops.py``, ``test_abs``, commit cbf5c42, with the central difference of
  ``autograd/test_util.py``, commit 03b7ac8. What it should do instead was asked for in BVLC/caffe, issue 1334, 2014.
- "grader": trusthlt/nlp-with-deep-learning-lectures, ``exercises/ex05/blank/tests/test_tasks_ex5.py``, commit 9aed2b5,
  which keeps the old line as a comment; mended by pull request 4.
- "tie": Theano/Theano, issue 4568, "Incorrect subgradient of theano.tensor.max", 31 May 2016.
"""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Function = Callable[..., Any]


@dataclass(frozen=True)
class Test:
    """One call: ``arguments``, in ``words``, and whether what comes back is ``accepted``, which ``wanted`` says.

    With ``keeps_arrays`` the function must not overwrite the arrays that it gets.
    """

    __test__ = False  # Not one for pytest to collect.

    arguments: tuple[Any, ...]
    words: str
    accepted: Callable[[Any], bool]
    wanted: str
    keeps_arrays: bool = False


@dataclass(frozen=True)
class Report:
    """What a function did in the tests of an exhibit; ``failures`` has one sentence for each failed test."""

    tests: int
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures

    def __repr__(self) -> str:
        if self.passed:
            return f"all {self.tests} tests pass"
        return "\n".join(
            [
                f"{len(self.failures)} of {self.tests} tests {'fail' if len(self.failures) > 1 else 'fails'}:",
                *(f"- {line}" for line in self.failures),
            ]
        )


def run_tests(exhibit: str, function: Function) -> Report:
    """Call the function with the arguments of each test of the exhibit; an exception is a failure, never an error.

    ValueError names the exhibits if there is none of that name.

    >>> run_tests("mask", lambda output: output >= 0)
    1 of 4 tests fails:
    - for outputs [0, 3] it returned [1, 1]; wanted: [0, 1]
    """
    if exhibit not in EXHIBITS:
        raise ValueError(f"exhibit: got {exhibit!r}; accepted are {', '.join(map(repr, EXHIBITS))}")
    tests = EXHIBITS[exhibit]
    return Report(len(tests), tuple(line for line in (failure(test, function) for test in tests) if line))


def failure(test: Test, function: Function) -> str:
    """What the function did wrong, in one sentence, or "" if nothing."""
    arguments = tuple(a.copy() if isinstance(a, np.ndarray) else a for a in test.arguments)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            returned = function(*arguments)
            if test.keeps_arrays and not all(map(np.array_equal, arguments, test.arguments)):
                return f"for {test.words} it overwrote the array that it got; wanted: {test.wanted}"
    except (Exception, SystemExit) as error:
        return f"for {test.words} it raised {type(error).__name__}; wanted: {test.wanted}"
    if _is_accepted(test, returned):
        return ""
    return f"for {test.words} it returned {in_words(returned)}; wanted: {test.wanted}"


def _is_accepted(test: Test, returned: Any) -> bool:
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return test.accepted(returned)
    except (Exception, SystemExit):  # What came is no number, no array, or an object that does not let itself be read.
        return False


def in_words(returned: Any) -> str:
    """Numbers with few digits; anything else by its type or, if it is short, as it is."""
    if isinstance(returned, np.ndarray):
        return "[" + ", ".join(map(_entry, returned.ravel()[:8])) + "]"
    if type(returned) in (list, tuple):
        return "[" + ", ".join(map(_entry, returned[:8])) + "]"
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


def _entry(entry: Any) -> str:
    if isinstance(entry, (bool, np.bool_)):
        return str(int(entry))
    return f"a {type(entry).__name__}" if isinstance(entry, (list, tuple, np.ndarray)) else in_words(entry)


def real_array(returned: Any) -> NDArray[np.float64]:
    """The numbers as an array of floats; TypeError for strings and complex numbers, which NumPy would turn into them.

    >>> real_array([True, 2]), real_array(0.5)
    (array([1., 2.]), array(0.5))
    """
    found, refused = np.asarray(returned), (str, bytes, complex, np.complexfloating)
    entries = found.flat if found.dtype == object else ()
    if found.dtype.kind not in "biufO" or any(isinstance(entry, refused) for entry in entries):
        raise TypeError(f"returned: got entries of type {found.dtype}; accepted are real numbers")
    return found.astype(float)


def numbers(wanted: Any) -> Callable[[Any], bool]:
    """Accept an array of the same shape and values."""
    key = np.asarray(wanted, dtype=float)

    def accepted(returned: Any) -> bool:
        found = real_array(returned)
        return found.shape == key.shape and bool(np.allclose(found, key, rtol=1e-9, atol=1e-12))

    return accepted


def _chain(upstream: list[float], z: list[float], s: float, wanted: list[float]) -> Test:
    words = f"upstream {in_words(upstream)}, z {in_words(z)}, s = {s:g}"
    return Test((np.array(upstream, float), np.array(z, float), s), words, numbers(wanted), in_words(wanted))


def _mask(outputs: list[float], wanted: list[float]) -> Test:
    return Test((np.array(outputs, float),), f"outputs {in_words(outputs)}", numbers(wanted), in_words(wanted))


def _verdict(name: str, f: Function, x: float, claimed: float, wanted: str) -> Test:
    words = f"{name} at {x:g} with the claim {claimed:g}"

    def accepted(returned: Any) -> bool:
        return isinstance(returned, str) and str.__eq__(returned, wanted)

    return Test((f, x, claimed), words, accepted, repr(wanted))


def _grade(left: float, at_0: float, right: float, wanted: bool) -> Test:
    def slope(x: float) -> float:
        return right if x > 0 else left if x < 0 else at_0

    def accepted(returned: Any) -> bool:
        return isinstance(returned, (bool, np.bool_)) and bool(returned) is wanted

    words = f"slope {left:g} left of 0, {at_0:g} at 0, {right:g} right of 0"
    return Test((slope,), words, accepted, str(wanted))


def _tie(x: list[float], upstream: float) -> Test:
    values = np.array(x, float)

    def accepted(returned: Any) -> bool:
        found = real_array(returned)
        shares = found / upstream
        return (
            found.shape == values.shape
            and math.isclose(shares.sum(), 1, rel_tol=1e-9)
            and bool((shares >= -1e-12).all())
            and not found[values < values.max()].any()
        )

    words, wanted = f"x = {in_words(x)}, upstream {upstream:g}", f"the largest entries share {upstream:g}"
    return Test((values, upstream), words, accepted, wanted, keeps_arrays=True)


EXHIBITS: dict[str, tuple[Test, ...]] = {
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
