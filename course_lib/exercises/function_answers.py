"""Answers that are Python functions: tried on stated points, one by one and as an array."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from course_lib.exercises.compare import Number
from course_lib.exercises.reading import NotFilledIn, Unreadable, in_words, read_number


@dataclass(frozen=True)
class Outcomes:
    """What a function returned at the points, and what went wrong with an array ("" where nothing did)."""

    values: tuple[Fraction | float, ...]
    array: str


@dataclass(frozen=True)
class PythonFunction:
    """|f(x) − key(x)| ≤ max(absolute, relative·|key(x)|) at every point, also when all points come as one array.

    >>> relu = PythonFunction(points=(-1.0, 0.0, 2.0))
    >>> relu.same(relu.read(lambda x: (x + abs(x)) / 2), relu.read(lambda x: np.maximum(0, x)))
    True
    """

    points: tuple[float, ...]
    arrays: bool = True
    absolute: float = 0.0
    relative: float = 1e-9

    def read(self, answer: object) -> Outcomes:
        if not callable(answer) or isinstance(answer, (type, sp.Expr)):
            raise Unreadable(f"You gave {in_words(answer)}; hand in a Python function itself: f, not f(x).")
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            returned = [_call(answer, point) for point in self.points]
            if any(result is ... for result in returned):
                raise NotFilledIn
            if all(result is None for result in returned):
                raise NotFilledIn('Your function returned None. Is a "return" missing?')
            values = tuple(_number(result, point) for result, point in zip(returned, self.points, strict=True))
            return Outcomes(values, _trouble_with_array(answer, self.points, values) if self.arrays else "")

    def same(self, value: Outcomes, key: Outcomes) -> bool:
        return bool(value.array) == bool(key.array) and self._first_difference(value, key) is None

    def remark(self, value: Outcomes, key: Outcomes) -> str:
        i = self._first_difference(value, key)
        if i is None:
            return value.array
        return f"At x = {self.points[i]:g} your function returns {float(value.values[i]):g}, which is not right."

    def _first_difference(self, value: Outcomes, key: Outcomes) -> int | None:
        tolerance = Number(self.absolute, self.relative)
        for i, (v, k) in enumerate(zip(value.values, key.values, strict=True)):
            if not tolerance.same(v, k):
                return i
        return None


def _call(function: Callable[..., Any], point: float) -> Any:
    try:
        return function(point)
    except (Exception, SystemExit) as error:
        raise Unreadable(f"At x = {point:g} your function raised {_error_in_words(error)}.") from error


def _number(result: object, point: float) -> Fraction | float:
    if result is None:
        raise Unreadable(f"At x = {point:g} your function returned None: is a return missing?")
    if isinstance(result, (float, np.floating)) and math.isnan(result):
        raise Unreadable(f"At x = {point:g} your function returned NaN; look for 0/0.")
    try:
        return read_number(result)
    except Unreadable as problem:
        raise Unreadable(f"At x = {point:g} your function returned {in_words(result)}; return a number.") from problem


def _trouble_with_array(
    function: Callable[..., Any], points: tuple[float, ...], values: tuple[Fraction | float, ...]
) -> str:
    advice = "NumPy's maximum, minimum and where take arrays; Python's max and if do not."
    try:
        result = function(np.array(points))
    except (Exception, SystemExit) as error:
        return f"Single numbers are right, but an array raised {_error_in_words(error)}. {advice}"
    if not isinstance(result, np.ndarray) or result.shape != (len(points),):
        returned = f"for an array of shape ({len(points)},) it returned {in_words(result)}"
        return f"Single numbers are right, but {returned}. {advice}"
    if result.dtype.kind not in "fiu" or not np.allclose(
        result, np.array([float(v) for v in values]), rtol=1e-6, atol=1e-9
    ):
        return "Single numbers are right, but an array gets other values than its members get one by one."
    return ""


def _error_in_words(error: BaseException) -> str:
    """The error's type and the first line of its message, which itself may fail."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        lines = []
    return f"{type(error).__name__}: {lines[0][:120].rstrip('.')}" if lines else type(error).__name__
