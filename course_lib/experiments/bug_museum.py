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

Function = Callable[..., Any]


@dataclass(frozen=True)
class Test:
    """One call: ``arguments``, in ``words``, and whether what comes back is ``accepted``, which ``wanted`` says."""

    __test__ = False  # Not one for pytest to collect.

    arguments: tuple[Any, ...]
    words: str
    accepted: Callable[[Any], bool]
    wanted: str


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
            if test.accepted(returned):
                return ""
    except (Exception, SystemExit) as error:
        return f"for {test.words} it raised {type(error).__name__}; wanted: {test.wanted}"
    return f"for {test.words} it returned {in_words(returned)}; wanted: {test.wanted}"


def in_words(returned: Any) -> str:
    """Numbers with few digits; anything else by its type or, if it is short, as it is."""
    if isinstance(returned, (np.ndarray, list, tuple)):
        entries = np.ravel(np.asarray(returned, dtype=object))[:8]
        return "[" + ", ".join(in_words(int(e) if isinstance(e, (bool, np.bool_)) else e) for e in entries) + "]"
    if isinstance(returned, (bool, np.bool_)):
        return str(bool(returned))
    if isinstance(returned, (int, float, np.number)):
        return f"{returned:.4g}"
    return f"{returned!r:.20}" if isinstance(returned, str) else f"a {type(returned).__name__}"


def numbers(wanted: Any) -> Callable[[Any], bool]:
    """Accept an array of the same shape and values."""
    key = np.asarray(wanted, dtype=float)

    def accepted(returned: Any) -> bool:
        found = np.asarray(returned, dtype=float)
        return found.shape == key.shape and bool(np.allclose(found, key, rtol=1e-9, atol=1e-12))

    return accepted


def _chain(upstream: list[float], z: list[float], s: float, wanted: list[float]) -> Test:
    words = f"upstream {in_words(upstream)}, z {in_words(z)}, s = {s:g}"
    return Test((np.array(upstream), np.array(z), s), words, numbers(wanted), in_words(wanted))


def _mask(outputs: list[float], wanted: list[float]) -> Test:
    return Test((np.array(outputs),), f"outputs {in_words(outputs)}", numbers(wanted), in_words(wanted))


def _verdict(name: str, f: Function, x: float, claimed: float, wanted: str) -> Test:
    words = f"{name} at {x:g} with the claim {claimed:g}"
    return Test((f, x, claimed), words, lambda returned: bool(returned == wanted), repr(wanted))


def _grade(left: float, at_0: float, right: float, wanted: bool) -> Test:
    def slope(x: float) -> float:
        return right if x > 0 else left if x < 0 else at_0

    def accepted(returned: Any) -> bool:
        return isinstance(returned, (bool, np.bool_)) and bool(returned) is wanted

    words = f"slope {left:g} left of 0, {at_0:g} at 0, {right:g} right of 0"
    return Test((slope,), words, accepted, str(wanted))


def _tie(x: list[float], upstream: float) -> Test:
    values = np.array(x)

    def accepted(returned: Any) -> bool:
        found = np.asarray(returned, dtype=float)
        shares = found / upstream
        return (
            found.shape == values.shape
            and math.isclose(shares.sum(), 1, rel_tol=1e-9)
            and bool((shares >= -1e-12).all())
            and not found[values < values.max()].any()
        )

    words, wanted = f"x = {in_words(x)}, upstream {upstream:g}", f"the largest entries share {upstream:g}"
    return Test((values, upstream), words, accepted, wanted)


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
        _verdict("|x|", abs, 1, 1, "right"),
        _verdict("|x|", abs, 0, 0, "kink"),
        _verdict("|x|", abs, 0, 2, "wrong"),
        _verdict("ReLU", lambda x: max(0.0, x), 0, 0, "kink"),
        _verdict("ReLU", lambda x: max(0.0, x), 0, 0.5, "kink"),
        _verdict("−|x|", lambda x: -abs(x), 0, 0.25, "kink"),
    ),
    "grader": (
        _grade(0, 1, 1, True),
        _grade(0, 0, 1, True),
        _grade(0, 0.5, 1, True),
        _grade(0, 0.01, 1, True),
        _grade(0, -1, 1, False),
        _grade(0, 2, 1, False),
        _grade(0, math.nan, 1, False),
        _grade(1, 1, 1, False),
        _grade(0, 0, 0, False),
    ),
    "tie": (
        _tie([3, 1, 2], 1),
        _tie([1, 1, 0], 1),
        _tie([2, 2, 2], 1),
        _tie([0, 4, 4, -1], -3),
        _tie([5], 2),
    ),
}
