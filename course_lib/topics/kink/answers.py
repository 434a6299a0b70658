"""How an answer that is a function of one number is tried: number by number, and on arrays of them."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from course_lib.exercises.compare import SINGLE, Number
from course_lib.exercises.functions import call_learners_function
from course_lib.exercises.reading import Faulty, NotFilledIn, Unreadable, in_words, is_truth_value, read_number


@dataclass(frozen=True)
class Outcomes:
    """What a function returned at the points, the kind of trouble that arrays give it ("" if none), and a sentence."""

    values: tuple[Fraction | float, ...]
    trouble: str
    sentence: str


@dataclass(frozen=True)
class PythonFunction:
    """f(x) = key(x) up to a relative 1e-9 at every point, also in arrays of floats and of whole numbers.

    >>> relu = PythonFunction((-1.0, 0, 2.0))
    >>> relu.same(relu.read(lambda x: (x + abs(x)) / 2), relu.read(lambda x: np.maximum(0, x)))
    True
    """

    points: tuple[float, ...]

    def read(self, answer: object) -> Outcomes:
        returned: list[Any] = []
        for point in self.points:
            try:
                returned.append(call_learners_function(answer, point, where=f"At x = {point:g}"))
            except NotFilledIn as gap:
                if returned and str(gap):  # It returns numbers elsewhere: no gap in the answer, but an answer.
                    raise Faulty(str(gap)) from gap
                raise
        values = tuple(_number(result, point) for result, point in zip(returned, self.points, strict=True))
        return Outcomes(values, *self._trouble_with_arrays(answer, values))

    def same(self, value: Outcomes, key: Outcomes) -> bool:
        return value.trouble == key.trouble and self._first_difference(value, key) is None

    def remark(self, value: Outcomes, key: Outcomes) -> str:
        i = self._first_difference(value, key)
        if i is None:
            return value.sentence
        came, wanted = value.values[i], key.values[i]
        if Number(SINGLE, SINGLE).same(came, wanted):
            return f"At x = {self.points[i]:g} your function is right to single precision only; compute in float64."
        return f"At x = {self.points[i]:g} your function returns {float(came):g}, which is not right."

    def _first_difference(self, value: Outcomes, key: Outcomes) -> int | None:
        for i, (v, k) in enumerate(zip(value.values, key.values, strict=True)):
            if not Number().same(v, k):
                return i
        return None

    def _trouble_with_arrays(self, function: object, values: tuple[Fraction | float, ...]) -> tuple[str, str]:
        """The kind of the first trouble, and a sentence; ("", "") where there is none."""
        whole = [i for i, point in enumerate(self.points) if float(point).is_integer()]
        floats = np.array(self.points, float)
        tried = (
            ("an array", floats, values),
            ("an array of whole numbers", floats[whole].astype(int), tuple(values[i] for i in whole)),
            ("an array with rows and columns", floats[None].repeat(2, 0), values * 2),
        )
        for name, array, wanted in tried:
            kind, sentence = _trouble(function, name, array, np.array([float(value) for value in wanted]))
            if kind:
                return kind, f"Single numbers are right. {sentence}"
        return "", ""


def _trouble(function: object, name: str, array: np.ndarray, wanted: np.ndarray) -> tuple[str, str]:
    try:
        result = call_learners_function(function, array, where=f"For {name}")
    except NotFilledIn as gap:
        return "error", str(gap) or f"For {name} your function returned no answer."
    except Unreadable as problem:
        return "error", str(problem)
    if not isinstance(result, np.ndarray) or result.shape != array.shape:
        return "shape", f"For {name}, of shape {array.shape}, it returned {in_words(result)}; return one like it."
    if result.dtype.kind not in "fiu":
        instead = "1 for True and 0 for False" if result.dtype.kind == "b" else "numbers"
        return "values", f"For {name} it returned an array of {result.dtype.name}; return {instead}."
    if np.allclose(result.ravel(), wanted, rtol=1e-6, atol=1e-9, equal_nan=False):
        return "", ""
    if result.dtype.kind in "iu" and np.array_equal(result.ravel(), np.trunc(wanted)):
        return "whole numbers", (
            f"For {name} it returned whole numbers, and what follows the point is lost. np.vectorize, for one, takes "
            "the type of its first result for all."
        )
    return "values", f"But {name} gets other values than its members get one by one."


def _number(result: object, point: float) -> Fraction | float:
    if isinstance(result, (float, np.floating)) and math.isnan(result):
        raise Faulty(f"At x = {point:g} your function returned NaN; look for 0/0.")
    if is_truth_value(result) or (isinstance(result, np.ndarray) and result.shape == () and result.dtype.kind == "b"):
        raise Faulty(f"At x = {point:g} your function returned {bool(result)}; return 1 for True and 0 for False.")
    try:
        return read_number(result)
    except Unreadable as problem:
        raise Faulty(f"At x = {point:g} your function returned {in_words(result)}; return a number.") from problem
