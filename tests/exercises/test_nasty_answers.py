"""No answer makes check raise, and each gets a sentence that a learner can read."""

import importlib
import math
import time
from collections.abc import Callable, Iterator
from decimal import Decimal

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.compare import Boolean, Choice, Comparator, Number, PythonFunction, Sequence, SetOf, Symbolic

x = sp.Symbol("x")
SECONDS = importlib.import_module("course_lib.exercises.checking").SECONDS

COMPARATORS: dict[str, tuple[Comparator, Callable[[], object]]] = {
    "number": (Number(), lambda: 2),
    "symbolic": (Symbolic(), lambda: sp.Max(0, x)),
    "exact": (Symbolic(), lambda: sp.Rational(2, 7)),
    "choice": (Choice(("holds", "refuted")), lambda: "holds"),
    "boolean": (Boolean(), lambda: True),
    "set": (SetOf(), lambda: sp.Interval(0, 1)),
    "sequence": (Sequence(Number(), Boolean()), lambda: (2, True)),
    "function": (PythonFunction(points=(-1.0, 2.0)), lambda: np.abs),
}


class Hostile:
    """Everything that a comparison might call raises."""

    __hash__ = None

    def _fail(self, *args: object) -> bool:
        raise RuntimeError("no")

    __eq__ = __ne__ = __lt__ = __bool__ = __len__ = __iter__ = __repr__ = __str__ = __float__ = __array__ = _fail
    __getattr__ = __call__ = _sympy_ = _fail


class NoClass:
    @property
    def __class__(self) -> type:
        raise ZeroDivisionError


class HostileInt(int):
    def _fail(self, *args: object) -> bool:
        raise RuntimeError("no")

    __eq__ = __hash__ = __int__ = __index__ = __bool__ = __float__ = _fail


class HostileList(list):
    def __len__(self) -> int:
        raise RuntimeError("no")


class Endless(list):
    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Iterator[int]:
        while True:
            yield 1


def object_array() -> np.ndarray:
    array = np.empty(2, dtype=object)
    array[0], array[1] = object(), HostileInt(3)
    return array


def own_member() -> list[object]:
    knot: list[object] = [1, 2]
    knot[0] = knot
    return knot


def shared_powers() -> sp.Expr:
    """2^60 parts when written out."""
    expr = x
    for _ in range(60):
        expr = sp.Add(sp.Mul(expr, expr, evaluate=False), 1, evaluate=False)
    return expr


def tower() -> sp.Expr:
    expr = x
    for _ in range(400):
        expr = sp.Function("f")(expr)
    return expr


def huge_sum() -> sp.Expr:
    return sp.Add(*(x**k for k in range(1, 900)))


NASTY: dict[str, Callable[[], object]] = {
    "hostile": Hostile,
    "no class": NoClass,
    "hostile int": lambda: HostileInt(7),
    "hostile list": lambda: HostileList([1, 2]),
    "endless": Endless,
    "own member": own_member,
    "shared powers": shared_powers,
    "tower": tower,
    "huge sum": huge_sum,
    "nested maxima": lambda: sp.Max(*(sp.Max(x, k) * sp.Abs(x - k) for k in range(8))),
    "huge int": lambda: 10**200_000,
    "huge negative": lambda: -(10**200_000),
    "huge power": lambda: sp.Pow(10, sp.Pow(10, 10), evaluate=False),
    "huge decimal": lambda: Decimal("1e999999"),
    "signalling nan": lambda: Decimal("sNaN"),
    "nan": lambda: math.nan,
    "sympy nan": lambda: sp.nan,
    "zoo": lambda: sp.zoo,
    "infinity": lambda: math.inf,
    "complex": lambda: 1 + 2j,
    "imaginary": lambda: sp.I,
    "array": lambda: np.zeros((3, 3)),
    "empty array": lambda: np.array([]),
    "object array": object_array,
    "structured": lambda: np.zeros(2, dtype=[("a", float)]),
    "date": lambda: np.datetime64("2020-01-01"),
    "string": lambda: "1/2",
    "code": lambda: "__import__('os').abort()",
    "surrogate": lambda: "\ud800",
    "long string": lambda: "x" * 10**6,
    "bytes": lambda: b"\xff",
    "generator": lambda: (i for i in iter(int, 1)),
    "dictionary": dict,
    "set of oddities": lambda: {"a", None, 1.5},
    "tuple": lambda: (1, 2, 3),
    "range": lambda: range(10**9),
    "type": lambda: int,
    "module": lambda: math,
    "function": lambda: lambda: 0,
    "raising function": lambda: lambda x: 1 / 0,
    "exiting function": lambda: lambda x: exit(),
    "equation": lambda: sp.Eq(x, 0),
    "matrix": lambda: sp.Matrix([[1, 2], [3, 4]]),
    "matrix symbol": lambda: sp.MatrixSymbol("A", 2, 2),
    "unevaluated": lambda: sp.Integral(sp.exp(x**2), x),
    "unknown function": lambda: sp.Function("f")(x),
    "not commutative": lambda: sp.Symbol("x", commutative=False),
    "indexed": lambda: sp.IndexedBase("a")[1],
    "odd set": lambda: sp.ConditionSet(x, sp.sin(x) > x, sp.S.Reals),
    "image set": lambda: sp.ImageSet(sp.Lambda(x, x**2), sp.S.Integers),
    "interval of symbols": lambda: sp.Interval(x, x + 1),
    "not implemented": lambda: NotImplemented,
    "error": lambda: ValueError("mine"),
}


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("kind", COMPARATORS)
def test_every_nasty_answer_gets_a_sentence(kind: str, nasty: str, register: Callable[..., object]) -> None:
    comparator, reference = COMPARATORS[kind]
    register(comparator, reference, wrong=() if kind in ("choice", "boolean", "sequence", "set", "function") else (99,))
    answer = NASTY[nasty]()
    began = time.monotonic()
    verdict = check("9.1", answer)
    assert verdict.status == "not yet"
    assert 20 < len(verdict.message) < 600 and "\n" not in verdict.message
    assert "Traceback" not in verdict.message and "0x" not in verdict.message
    assert "<strong>" in verdict._repr_html_()
    assert time.monotonic() - began < SECONDS + 5
