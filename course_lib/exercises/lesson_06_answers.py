"""Answers of lesson 06 that are Python functions of arrays: called once on stated arguments, judged array by array."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.exercises.reading import NotFilledIn, Unreadable, in_words
from course_lib.experiments.one_hidden_layer import Parameters, check_backward, shape_problem

Array = NDArray[np.float64]
TOLERANCE = 1e-9


@dataclass(frozen=True)
class ArrayFunction:
    """max |f(arguments) − key| ≤ 1e-9 · max |key|, for each of the arrays that f returns; `names` says which they are.

    One name asks for one array, more ask for a tuple or list of as many.

    >>> product = ArrayFunction((np.eye(2), np.ones(2)), ("Z",))
    >>> product.same(product.read(lambda W, x: W @ x), product.read(np.dot))
    True
    """

    arguments: tuple[Any, ...]
    names: tuple[str, ...]

    def read(self, answer: object) -> tuple[Array, ...]:
        if not callable(answer) or isinstance(answer, type):
            raise Unreadable(f"You gave {in_words(answer)}; hand in the function itself, without brackets.")
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            returned = _call(answer, self.arguments)
        if returned is ... or (isinstance(returned, (tuple, list)) and any(part is ... for part in returned)):
            raise NotFilledIn
        if returned is None:
            raise NotFilledIn('Your function returned None. Is a "return" missing?')
        if len(self.names) == 1:
            return (_array(self.names[0], returned),)
        if not isinstance(returned, (tuple, list)) or len(returned) != len(self.names):
            raise Unreadable(f"Your function returned {in_words(returned)}; return a tuple of {', '.join(self.names)}.")
        return tuple(_array(name, part) for name, part in zip(self.names, returned, strict=True))

    def same(self, value: Sequence[Array], key: Sequence[Array]) -> bool:
        return self._first_difference(value, key) is None

    def remark(self, value: Sequence[Array], key: Sequence[Array]) -> str:
        i = self._first_difference(value, key)
        if i is None:
            return ""
        if value[i].shape != key[i].shape:
            return f"Your {self.names[i]} has shape {value[i].shape}; it has to be {key[i].shape}."
        worst = np.unravel_index(int(np.abs(value[i] - key[i]).argmax()), key[i].shape)
        place = ", ".join(str(int(index)) for index in worst)
        return f"Your {self.names[i]} has the right shape, but {self.names[i]}[{place}] is not right."

    def _first_difference(self, value: Sequence[Array], key: Sequence[Array]) -> int | None:
        for i, (found, wanted) in enumerate(zip(value, key, strict=True)):
            allowed = TOLERANCE * float(np.abs(wanted).max())
            if found.shape != wanted.shape or not np.allclose(found, wanted, rtol=0, atol=allowed):
                return i
        return None


@dataclass(frozen=True)
class BackwardPass:
    """The four arrays of a backward pass, (∂W1, ∂b1, ∂W2, ∂b2); what is wrong with them is said by `check_gradient`.

    The network and the samples are those of the exercise: no pre-activation of theirs is on the kink.
    """

    parameters: Parameters
    X: Array
    T: Array

    @property
    def _function(self) -> ArrayFunction:
        names = tuple(f"gradient of {name}" for name in Parameters._fields)
        return ArrayFunction((self.parameters, self.X, self.T), names)

    def read(self, answer: object) -> tuple[Array, ...]:
        return self._function.read(answer)

    def same(self, value: Sequence[Array], key: Sequence[Array]) -> bool:
        return self._function.same(value, key)

    def remark(self, value: Sequence[Array], key: Sequence[Array]) -> str:
        if problem := shape_problem(value, self.parameters):
            return f"Look at the shapes, and at the order W1, b1, W2, b2: {problem}."
        report = check_backward(lambda *arguments: value, self.parameters, self.X, self.T)
        wrong = [entry for entry in report.entries if entry.verdict in ("wrong", "undecided")]
        if not wrong:
            return ""
        arrays = ", ".join(dict.fromkeys(entry.name.partition("[")[0] for entry in wrong))
        cause = f" Likely cause: {report.causes[0]}." if report.causes else ""
        worst = wrong[0]
        return (
            f"check_gradient finds {len(wrong)} of {report.size} entries wrong, in {arrays}. For {worst.name} your "
            f"function says {worst.claimed:.4g}, the slope of the loss is {worst.measured:.4g}.{cause}"
        )


def _call(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """The function on copies: an answer that changes its arguments must not change the exercise."""
    try:
        return function(*(_copy(argument) for argument in arguments))
    except NotFilledIn:
        raise
    except (Exception, SystemExit) as error:
        lines = str(error).strip().splitlines()
        said = f"{type(error).__name__}: {lines[0][:160].rstrip('.')}" if lines else type(error).__name__
        raise Unreadable(f"Your function raised {said}.") from error


def _copy(argument: Any) -> Any:
    if isinstance(argument, Parameters):
        return Parameters(*(array.copy() for array in argument))
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def _array(name: str, value: Any) -> Array:
    if not isinstance(value, (np.ndarray, np.number, int, float)) or np.asarray(value).dtype.kind not in "fiu":
        raise Unreadable(f"Your {name} is {in_words(value)}; it has to be a NumPy array of numbers.")
    array = np.asarray(value, dtype=np.float64)
    if not np.isfinite(array).all():
        raise Unreadable(f"Your {name} holds NaN or infinity.")
    return array
