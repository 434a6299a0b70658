"""Dual numbers: a program's value and its derivative, by the rules that automatic differentiation follows.

A program is a Python function of one number, made of + − × ÷ and of the functions below. It can be called with

- a number: it returns its value;
- a SymPy symbol: it returns the function that it computes, as a formula;
- a `Dual`: it returns value and derivative. What is done at a tie, where a rule has no derivative to return, is stated
  by the dual's `Conventions`; a convention may be a SymPy symbol.

At the end stands what two libraries that are not run here return at 0, by rules read in their source:

- *TensorFlow Playground* (tensorflow/playground on GitHub). Its derivative of ReLU was `x < 0 ? 0 : 1` in `nn.ts`
  (read at commit 0f3037c). Issue 19, "Incorrect Rectified Linear Unit derivative", was opened on 5 May 2016 and closed
  on 15 May 2016 with commit 718a6c8; since then it is `x <= 0 ? 0 : 1` (`src/nn.ts`, read at commit 2c87f3d).
- *Theano*, its last release, 1.0.5. In `theano/scalar/basic.py` `Maximum.L_op` gives the whole upstream gradient to the
  first argument if both are equal, `Switch` follows the branch taken, `Mul` has the product rule. In
  `theano/tensor/nnet/nnet.py` `relu` is (x + |x|)/2, and issue 3210 of Theano/Theano (26 July 2015) shows that it
  returns ½ at 0: so |x| has slope 0 there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from course_lib.calculus import PiecewiseFunction
from course_lib.calculus.arguments import with_fractions_meant
from course_lib.checks import refusal

HALF = sp.Rational(1, 2)
OLD_PLAYGROUND, PLAYGROUND, THEANO = "old Playground", "Playground", "Theano"


@dataclass(frozen=True)
class Conventions:
    """relu'(0), |·|'(0), and what each argument of a tied maximum gets; numbers or SymPy expressions."""

    relu: Any = 0
    abs: Any = 0
    maximum: tuple[Any, Any] = (HALF, HALF)


THEANOS_RULES = Conventions(abs=0, maximum=(1, 0))


class Dual:
    """a + b·ε with ε² = 0: `value` a and `slope` b, exact. Comparisons look at the value alone.

    `value` is a real number, `slope` a number or a SymPy expression; TypeError for anything else.

    >>> x = Dual(3, 1)
    >>> x * x + 1
    Dual(10, 6)
    """

    __array_ufunc__ = None  # A NumPy number times a dual number is a dual number, not an array of one.

    def __init__(self, value: Any, slope: Any = 0, conventions: Conventions | None = None) -> None:
        self.value = _number("value", value)
        if self.value.free_symbols:
            raise TypeError(refusal("value", value, "a number, for a comparison has to be decided"))
        self.slope = _number("slope", slope)
        self.conventions = conventions or Conventions()

    def __repr__(self) -> str:
        return f"Dual({self.value}, {self.slope})"

    def __add__(self, other: Any) -> "Dual":
        other = self._lift(other)
        return self._with(self.value + other.value, self.slope + other.slope)

    def __neg__(self) -> "Dual":
        return self._with(-self.value, -self.slope)

    def __pos__(self) -> "Dual":
        return self

    def __sub__(self, other: Any) -> "Dual":
        return self + -self._lift(other)

    def __rsub__(self, other: Any) -> "Dual":
        return self._lift(other) + -self

    def __mul__(self, other: Any) -> "Dual":
        other = self._lift(other)
        return self._with(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __truediv__(self, other: Any) -> "Dual":
        other = self._lift(other)
        if _sign(other.value) == 0:
            raise ZeroDivisionError(f"{self!r} / {other!r}: the divisor's value is 0")
        quotient = self.value / other.value
        return self._with(quotient, (self.slope - quotient * other.slope) / other.value)

    def __rtruediv__(self, other: Any) -> "Dual":
        return self._lift(other) / self

    def __pow__(self, power: Any) -> "Dual":
        if not isinstance(power, int) or power < 0:
            raise TypeError(refusal("power", power, "a whole number from 0"))
        result = self._with(1, 0)
        for _ in range(power):
            result = result * self
        return result

    __radd__, __rmul__ = __add__, __mul__

    def __abs__(self) -> "Dual":
        return self._piece(self.conventions.abs, -1)

    def __lt__(self, other: Any) -> bool:
        return self._compared(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._compared(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._compared(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._compared(other) >= 0

    def __eq__(self, other: object) -> bool:
        try:
            return self._compared(other) == 0
        except TypeError:
            return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # == compares values, which programs rely on.

    def _compared(self, other: Any) -> int:
        """−1, 0 or 1: the sign of the difference."""
        value = self._lift(other).value
        return 0 if self.value == value else _sign(self.value - value)

    def _lift(self, other: Any) -> "Dual":
        return other if isinstance(other, Dual) else self._with(other, 0)

    def _with(self, value: Any, slope: Any) -> "Dual":
        return Dual(value, slope, self.conventions)

    def _piece(self, at_the_tie: Any, left: Any) -> "Dual":
        """x right of 0, `left`·x left of it, and the convention between."""
        sign = _sign(self.value)
        factor = 1 if sign > 0 else left if sign < 0 else at_the_tie
        return self._with(self.value * (left if sign < 0 else 1), self.slope * factor)


def relu(x: Any) -> Any:
    """max(0, x); of a dual number, the slope at 0 is `conventions.relu` times the slope that comes in."""
    if isinstance(x, Dual):
        return x._piece(x.conventions.relu, 0)
    return sp.Max(0, x) if isinstance(x, sp.Basic) else np.maximum(0, x)


def maximum(x: Any, y: Any) -> Any:
    """max(x, y); of dual numbers that tie, the slope is p·x' + q·y' with (p, q) = `conventions.maximum`."""
    if not (isinstance(x, Dual) or isinstance(y, Dual)):
        return sp.Max(x, y) if isinstance(x, sp.Basic) or isinstance(y, sp.Basic) else np.maximum(x, y)
    dual = x if isinstance(x, Dual) else y
    x, y = dual._lift(x), dual._lift(y)
    p, q = x.conventions.maximum
    return x if x > y else y if x < y else x._with(x.value, p * x.slope + q * y.slope)


def where(condition: Any, x: Any, y: Any) -> Any:
    """x if the condition holds, else y, with the derivative of the branch that is taken: no convention is asked."""
    if isinstance(condition, sp.Basic):
        return sp.Piecewise((x, condition), (y, True))
    if isinstance(condition, np.ndarray):
        return np.where(condition, x, y)
    return x if condition else y


def exp(x: Any) -> Any:
    """exp(x), with exp(x)·x' as slope."""
    if isinstance(x, Dual):
        return x._with(sp.exp(x.value), sp.exp(x.value) * x.slope)
    return sp.exp(x) if isinstance(x, sp.Basic) else np.exp(x)


def derivative(program: Callable[[Any], Any], point: Any = 0, conventions: Conventions | None = None) -> sp.Expr:
    """The slope that `program(point + 1·ε)` ends with: what automatic differentiation returns.

    A program that ends with a number has the slope 0; TypeError if it ends with anything else.

    >>> s = sp.Symbol("s")
    >>> derivative(lambda t: relu(-t) + t, 0, Conventions(relu=s))
    1 - s
    """
    result = program(Dual(point, 1, conventions))
    if isinstance(result, np.ndarray) and result.dtype == object and result.shape == ():
        result = result.item()  # What np.where makes of a dual number.
    if isinstance(result, Dual):
        return sp.expand(result.slope)
    number = _number("program's result", result)
    if number.free_symbols or number.is_extended_real is False:
        raise TypeError(refusal("program's result", result, "a dual number or a real number"))
    return sp.Integer(0)


def function_of(program: Callable[[Any], Any]) -> PiecewiseFunction:
    """The function that a program computes, whatever way it computes it.

    >>> function_of(lambda t: relu(-t) + t).branches
    (0, t)
    """
    t = sp.Symbol("t", real=True)
    return PiecewiseFunction.from_expr(sp.sympify(program(t)), t)


def _sign(value: sp.Expr) -> int:
    """−1, 0 or 1. A formula may be 0 without looking like it: (√2 + 1)(√2 − 1) − 1."""
    if not value.is_Rational:
        value = sp.expand(value)
        if value.is_extended_real is False or value is sp.nan:
            raise TypeError(refusal("value", value, "a real number, for it has to be compared with 0"))
        if value.is_finite is not False:
            value = sp.Integer(0) if value.equals(0) else value.evalf()
    return int(bool(value > 0)) - int(bool(value < 0))


def _number(name: str, given: Any) -> sp.Expr:
    if isinstance(given, (bool, np.bool_)):
        return sp.Integer(int(given))
    if isinstance(given, (np.integer, np.floating)):
        given = given.item()
    if isinstance(given, (int, float, Fraction, sp.Expr)):
        # A decimal is read as the fraction that it stands for: SymPy's floats are not equal to whole numbers.
        return with_fractions_meant(sp.sympify(given))
    raise TypeError(refusal(name, given, "a number"))


@dataclass(frozen=True)
class Emulation:
    """One spelling in one library; `program_id` is its key in `PROGRAMS`."""

    library: str
    program_id: str
    spelling: str
    program: Callable[[Any], Any]
    conventions: Conventions

    @property
    def label(self) -> str:
        """The library's name, marked as not run."""
        return f"{self.library} (emulated)"

    @property
    def value(self) -> sp.Expr:
        """The derivative at 0 by these rules, exact."""
        return derivative(self.program, 0, self.conventions)


EMULATIONS: tuple[Emulation, ...] = (
    Emulation(OLD_PLAYGROUND, "relu", "x < 0 ? 0 : 1", relu, Conventions(relu=1)),
    Emulation(PLAYGROUND, "relu", "x <= 0 ? 0 : 1", relu, Conventions(relu=0)),
    Emulation(THEANO, "where_gt", "switch(x > 0, x, 0)", lambda x: where(x > 0, x, 0), THEANOS_RULES),
    Emulation(THEANO, "x_times_step", "x * (x > 0)", lambda x: x * where(x > 0, 1, 0), THEANOS_RULES),
    Emulation(THEANO, "maximum_x_0", "maximum(x, 0)", lambda x: maximum(x, 0), THEANOS_RULES),
    Emulation(THEANO, "maximum_0_x", "maximum(0, x)", lambda x: maximum(0, x), THEANOS_RULES),
    Emulation(THEANO, "relu", "nnet.relu(x)", lambda x: (x + abs(x)) / 2, THEANOS_RULES),
)


def emulations_of(library: str) -> tuple[Emulation, ...]:
    """The emulated spellings of a library, in their order.

    >>> [f"{e.spelling}: {e.value}" for e in emulations_of("Theano")]
    ['switch(x > 0, x, 0): 0', 'x * (x > 0): 0', 'maximum(x, 0): 1', 'maximum(0, x): 0', 'nnet.relu(x): 1/2']
    """
    return tuple(emulation for emulation in EMULATIONS if emulation.library == library)
