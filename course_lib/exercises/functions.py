"""Functions as answers: how a function of the learner's is called, and the comparators that try it out.

A function is tried on copies, in silence, and whatever it switches in Python or NumPy is switched back. What goes wrong
inside it becomes a sentence that speaks of the learner's own line, not of the insides of a library.
"""

import builtins
import io
import linecache
import math
import operator
import random
import re
import sys
import sysconfig
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from course_lib.exercises.compare import SINGLE, Comparator
from course_lib.exercises.reading import Faulty, NotFilledIn, Unreadable, in_words

RELATIVE = 1e-9
WATCHED = (np, np.linalg, np.random, math, random, builtins, sp)  # Modules whose names a function might replace.
INSTALLED = ("site-packages", "dist-packages")
NOT_OF_THE_LEARNER = (*INSTALLED, str(Path(__file__).parents[1]), sysconfig.get_path("stdlib"))
TRUTH_OF_AN_ARRAY = (
    "if, and, or, and Python's max and min ask one yes or no of the whole array; NumPy's where and maximum go entry by "
    "entry"
)
# What common errors of NumPy and SymPy mean: a pattern for type and message, and the words, which may use its groups.
MEANINGS = (
    (r"truth value of an array", TRUTH_OF_AN_ARRAY),
    (r"only .*arrays can be converted", "float(), int() and the functions of math take one number, not an array"),
    (
        r"'(?:bool|int|float)' object has no attribute '(astype|shape|ndim|size|copy|sum|mean|max|min|any|all)'",
        "a single value is no array and has no .{}; np.asarray makes it one",
    ),
    (r"RecursionError", "it calls itself without an end"),
    (
        r"AxisError|as an integer|integer scalar array",
        "np.max(a, b) takes b for an axis; np.maximum(a, b) compares them",
    ),
    (r"matmul.*size (\d+) is different from (\d+)", "the inner sizes of a matrix product differ, {} and {}"),
    (r"broadcast.*(\(\d*,.*?\)) (\(\d*,.*\))", "the shapes {} and {} do not fit together"),
    (r"shapes? (\(.*?\)) and (\(.*?\)) not aligned", "the shapes {} and {} do not fit together"),
    (r"matmul|broadcast|not aligned|inhomogeneous|einsum", "the shapes of two arrays do not fit together"),
    (r"IndexError.*index (-?\d+) is out of bounds.*size (\d+)", "there is no entry {}, for there are {}"),
    (r"truth value of Relational", "a comparison of symbols has no yes or no"),
    (r"missing \d+ .*argument|takes .* argument.* given|unexpected keyword", "it is called with {arguments}"),
)


class Silence(io.TextIOBase):
    """What is printed here is gone."""

    def write(self, text: str) -> int:
        return len(text)


@contextmanager
def undone() -> Iterator[None]:
    """What runs inside prints nothing, and its changes to the state of Python and NumPy are undone.

    These are warnings, floating-point errors, print options, the global random generators, the recursion limit, and
    names in modules that were given another value.
    """
    names = [(module, dict(vars(module))) for module in WATCHED]
    of_numpy, of_python, limit = np.random.get_state(), random.getstate(), sys.getrecursionlimit()
    try:
        with (
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            np.printoptions(),
            redirect_stdout(Silence()),
            redirect_stderr(Silence()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        for module, before in names:
            _put_back(module, before)
        np.random.set_state(of_numpy)
        random.setstate(of_python)
        sys.setrecursionlimit(limit)


def _put_back(module: ModuleType, before: dict[str, Any]) -> None:
    now = vars(module)
    if any(map(operator.is_not, map(now.get, before), before.values())):
        now.update(before)


def learners_function(answer: object) -> Callable[..., Any]:
    """The answer, if it is a function; `Unreadable` for a class, a formula, and whatever else is handed in."""
    if not callable(answer) or isinstance(answer, (type, sp.Basic)):
        raise Unreadable(f"You gave {in_words(answer)}; hand in the function itself, without brackets: f, not f(x).")
    return answer


def call_learners_function(answer: object, *arguments: Any, where: str = "", what: str = "function") -> Any:
    """answer(*copies of the arguments), as in `undone`; whatever goes wrong becomes a sentence for the learner.

    `where` says what the arguments are, and `what` the function is called. Raises `Unreadable` for what is no function,
    `Faulty` for one that raises an error or changes an array or a list that it was given, `NotFilledIn` for one that
    returns "..." or None.

    >>> call_learners_function(lambda x: 1 / x, 0, where="At x = 0")
    Traceback (most recent call last):
    course_lib.exercises.reading.Faulty: At x = 0 your function raised ZeroDivisionError: division by zero.
    """
    function = learners_function(answer)
    subject = f"{where} your {what}" if where else f"Your {what}"
    given = deepcopy(arguments)
    try:
        with undone():
            returned = function(*given)
    except (Exception, SystemExit) as error:
        raise Faulty(f"{subject} raised {_error_in_words(error, len(arguments))}.") from error
    if returned is ...:
        raise NotFilledIn
    if returned is None:
        raise NotFilledIn(f'{subject} returned None. Is a "return" missing?')
    if not all(map(_unchanged, given, arguments)):
        raise Faulty(f"{subject} changed an array or a list that it was given; work on a copy, such as x.copy().")
    return returned


def _unchanged(now: Any, before: Any) -> bool:
    if isinstance(before, np.ndarray):
        return now.shape == before.shape and now.dtype == before.dtype and now.tobytes() == before.tobytes()
    if isinstance(before, (list, tuple)):
        return len(now) == len(before) and all(map(_unchanged, now, before))
    return True


def _error_in_words(error: BaseException, arguments: int) -> str:
    """The error's type, the learner's line if it stands in a function with a name, and what it means."""
    message = ""
    with suppress(Exception):  # The message itself may fail.
        message = str(error).strip().partition("\n")[0]
    kind, frames = type(error).__name__, _files(error)
    meaning = "" if frames and any(part in frames[-1][0] for part in INSTALLED) else message[:120].rstrip(".")
    for pattern, words in MEANINGS:
        if found := re.search(pattern, f"{kind}: {message}"):
            meaning = words.format(*found.groups(), arguments=f"{arguments} argument{'s' * (arguments > 1)}")
            break
    line = _line(error)
    return ": ".join(part for part in (f"{kind} in the line {line!r}" if line else kind, meaning) if part)


def _files(error: BaseException) -> list[tuple[str, int, str]]:
    """(file, line number, function) of each frame inside the learner's call, the innermost last."""
    found, traceback = [], error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found.append((code.co_filename, traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    return found[1:]  # The first is that of this module.


def _line(error: BaseException) -> str:
    for file, number, function in reversed(_files(error)):
        if not function.startswith("<") and not any(part in file for part in NOT_OF_THE_LEARNER):
            text = linecache.getline(file, number).strip()
            return text if len(text) <= 70 else f"{text[:67]}..."
    return ""


class Case(NamedTuple):
    """One call of a function: the arguments, and how a sentence names them."""

    words: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class FunctionOf:
    """function(*arguments) is the key's in every case, where `returns` reads and compares what comes back.

    >>> from course_lib.exercises.compare import Number
    >>> half = FunctionOf(lambda: [Case(f"x = {x}", (x,)) for x in (1, 3)], Number())
    >>> half.remark(half.read(lambda x: x // 2), half.read(lambda x: x / 2))
    'For x = 1 your function returned 0, which is not right.'
    """

    cases: Callable[[], Sequence[Case]]
    returns: Comparator

    def read(self, answer: object) -> tuple[Any, ...]:
        values: list[Any] = []
        for case in self.cases():
            where = f"For {case.words}"
            try:
                returned = call_learners_function(answer, *case.arguments, where=where)
                values.append(self.returns.read(returned))
            except NotFilledIn as gap:
                if values:  # It returns answers elsewhere: no gap, but a mistake.
                    raise Faulty(str(gap) or f"{where} your function returned no answer.") from gap
                raise
            except Faulty:
                raise
            except Unreadable as problem:
                came = str(problem).replace("; write ", "; return ")
                came = came.removeprefix("You gave ") if came.startswith("You gave ") else f"something else. {came}"
                if callable(answer):
                    raise Faulty(f"{where} your function returned {came}") from problem
                raise
        return tuple(values)

    def same(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> bool:
        return all(map(self.returns.same, value, key))

    def remark(self, value: tuple[Any, ...], key: tuple[Any, ...]) -> str:
        for case, came, wanted in zip(self.cases(), value, key, strict=True):
            if not self.returns.same(came, wanted):
                remark = self.returns.remark(came, wanted)
                number = isinstance(came, (float, Fraction)) or (isinstance(came, np.ndarray) and not came.ndim)
                shown = f"{float(came):.6g}, which" if number else "something that"
                shown = f"{came}, which" if isinstance(came, bool) else shown
                return f"For {case.words} your function returned {shown} is not right. {remark}".strip()
        return ""


@dataclass(frozen=True)
class Numbers:
    """An array, number or nested list: same shape, and entries that differ by ≤ relative · the key's largest entry.

    `name` is what a sentence calls it. With `truth_values` the array may be a mask: True for 1 and False for 0.

    >>> Numbers("Z").remark(Numbers("Z").read([[1, 2, 3]]), Numbers("Z").read([[1], [2], [3]]))
    'Your Z is the transpose of what it has to be.'
    """

    name: str
    relative: float = RELATIVE
    truth_values: bool = False

    def read(self, answer: object) -> np.ndarray:
        array: np.ndarray | None = None
        with suppress(Exception):  # Of a list whose rows differ in length, or of an object that fights back.
            array = np.asarray(answer)
        if array is not None and array.dtype.kind == "b" and array.ndim:
            if not self.truth_values:
                raise Unreadable("You gave an array of True and False; write an array of numbers.")
            array = array.astype(np.float64)
        if array is None or array.dtype.kind not in "fiu" or isinstance(answer, str):
            raise Unreadable(f"You gave {in_words(answer)}; write an array of numbers.")
        if not np.isfinite(array).all():
            raise Unreadable("You gave an array with NaN or infinity in it; write an array of finite numbers.")
        return np.array(array, dtype=np.float64)

    def same(self, value: np.ndarray, key: np.ndarray) -> bool:
        return value.shape == key.shape and self._close(value, key, self.relative)

    def remark(self, value: np.ndarray, key: np.ndarray) -> str:
        if value.ndim == 2 and value.T.shape == key.shape and self._close(value.T, key, self.relative):
            return f"Your {self.name} is the transpose of what it has to be."
        if value.shape != key.shape:
            return f"Your {self.name} has shape {value.shape}; it has to be {key.shape}."
        if self._close(value, key, SINGLE):
            return f"Your {self.name} is right to single precision only; compute in float64."
        if key.any() and self._close(-value, key, self.relative):
            return f"All but the sign of your {self.name} is right."
        worst = np.unravel_index(int(np.abs(value - key).argmax()), key.shape)
        place = ", ".join(str(int(index)) for index in worst)
        return f"Your {self.name} has the right shape, but {self.name}[{place}] is not right." if place else ""

    def _close(self, value: np.ndarray, key: np.ndarray, relative: float) -> bool:
        return bool(np.allclose(value, key, rtol=0, atol=relative * float(np.abs(key).max(initial=0))))
