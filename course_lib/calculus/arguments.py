"""Checks of what a caller passes in. Each error names the argument, what came and what is accepted."""

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from course_lib.calculus.decimals import fraction_meant


def check_side(side: object) -> str:
    """``"-"`` or ``"+"``."""
    if not isinstance(side, str) or side not in ("-", "+"):
        raise ValueError(f'side: got {side!r}; accepted are "-" (from the left) and "+" (from the right)')
    return side


def exact(expr: sp.Basic) -> Any:
    """Replace every decimal by the fraction it is written as, so that 0.1 means 1/10 and 1/3 means a third."""
    return expr.xreplace({number: _fraction(number) for number in expr.atoms(sp.Float)})


def _fraction(number: Any) -> sp.Rational:
    """The simple fraction whose nearest float the number is, such as 1/3, else the shortest decimal that it is."""
    if isinstance(number, sp.Float):
        if number._prec != 53:
            return sp.Rational(str(number))
        number = float(number)
    # str is the shortest decimal in the number's own precision; NumPy pads large float16 and float32 with zeros.
    if not isinstance(number, float) and float(number).is_integer():
        return sp.Integer(int(number))
    meant = fraction_meant(Fraction(str(number)))
    return sp.Rational(str(number)) if meant.is_Float else meant


def check_real(name: str, value: object) -> sp.Expr:
    """A real, finite number or an expression in parameters with assumptions, as an exact SymPy expression."""
    accepted = "a real, finite number or a SymPy expression"
    if isinstance(value, (str, bytes, bool)) or value is None:
        raise TypeError(f"{name}: got {value!r} of type {type(value).__name__}; accepted is {accepted}")
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        value = _fraction(value)
    try:
        number = sp.sympify(value, strict=True)
    except (sp.SympifyError, TypeError, ValueError) as error:
        raise TypeError(f"{name}: got {value!r} of type {type(value).__name__}; accepted is {accepted}") from error
    if not isinstance(number, sp.Expr) or number.has(sp.AccumBounds):
        raise TypeError(f"{name}: got {value!r} of type {type(value).__name__}; accepted is {accepted}")
    if number is sp.nan or number.is_finite is False or number.is_extended_real is False:
        raise ValueError(f"{name}: got {value}; accepted is {accepted}")
    number = exact(number)
    check_parameters(name, number.free_symbols)
    return number


def check_number(name: str, value: object) -> sp.Expr:
    """A real, finite number without parameters."""
    number = check_real(name, value)
    if number.free_symbols:
        raise ValueError(f"{name}: got {value}; accepted is a number without parameters")
    return number


def check_parameters(name: str, symbols: set[Any]) -> None:
    """Every parameter must be known to be real, since an answer would be a guess otherwise."""
    for symbol in sorted(symbols, key=str):
        if not symbol.is_real:
            raise ValueError(
                f"{name}: the parameter {symbol} has no assumption that makes it real; accepted is for example "
                f'Symbol("{symbol}", real=True) or Symbol("{symbol}", positive=True)'
            )


def check_variable(variable: object) -> sp.Symbol:
    """A symbol that may take every real value."""
    accepted = 'a SymPy symbol that may take every real value, such as Symbol("x") or Symbol("x", real=True)'
    if not isinstance(variable, sp.Symbol):
        raise TypeError(f"variable: got {variable!r} of type {type(variable).__name__}; accepted is {accepted}")
    facts = (variable.is_extended_nonnegative, variable.is_extended_nonpositive, variable.is_zero, variable.is_rational)
    if variable.is_extended_real is False or any(fact is not None for fact in facts):
        # SymPy would already have simplified Abs(x) to x, and the other side of the kink would be lost.
        raise ValueError(
            f"variable: {variable} carries the assumptions {variable.assumptions0}; accepted is {accepted}"
        )
    return variable


def check_expression(branch: Any, variable: sp.Symbol) -> sp.Expr:
    accepted = f"a SymPy expression in {variable} or a number"
    if isinstance(branch, (str, bytes, bool)):
        raise TypeError(f"expr: got {branch!r} of type {type(branch).__name__}; accepted is {accepted}")
    try:
        expr = sp.sympify(branch, strict=True)
    except (sp.SympifyError, TypeError, ValueError) as error:
        raise TypeError(f"expr: got {branch!r} of type {type(branch).__name__}; accepted is {accepted}") from error
    if not isinstance(expr, sp.Expr):
        raise TypeError(f"expr: got {branch!r} of type {type(branch).__name__}; accepted is {accepted}")
    if expr.has(sp.oo, -sp.oo, sp.zoo, sp.I, sp.AccumBounds) or (expr.has(sp.nan) and expr is not sp.nan):
        raise ValueError(f"expr: got {expr}; accepted are real, finite expressions")
    check_parameters("expr", expr.free_symbols - {variable})
    return exact(expr)


def check_owner(owner: Any) -> Any:
    if owner is None or (isinstance(owner, str) and owner in ("-", "+")):
        return owner
    if isinstance(owner, str):
        raise ValueError(f'owners: got {owner!r}; accepted are "-", "+", a value or None')
    return check_real("owners", owner)
