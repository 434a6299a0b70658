"""What a SymPy expression is in numbers: in as many digits as are asked for, and exactly at one point.

`mpmath_function` and `in_digits` compute with high-precision numbers. `value_at` and `with_node_replaced` keep
undefined what is undefined, where SymPy would let 0·(1/0) or x − x + √(−1) − √(−1) pass: a part that is not a finite
real number makes the whole undefined, except inside a branch of a Piecewise that does not hold.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import mpmath
import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, BooleanAtom, Not, Or

from course_lib.calculus.effort import attempt
from course_lib.calculus.verdict import Undecided

_DIGITS = (40, 80, 160, 320, 640, 1280)
# exp and its relatives need as many digits as their argument is long; beyond this they would never come back.
_LONGEST_ARGUMENT_IN_BITS = 20_000
_LONGEST_POWER_IN_BITS = 1_000_000
_LONGEST_FACTOR = 10_000


def mpmath_function(expr: sp.Expr, symbol: sp.Symbol) -> Callable[[mpmath.mpf], Any]:
    """expr as a function of one mpmath number, in the call's working precision; `OverflowError` if it gets huge.

    >>> x = sp.Symbol("x")
    >>> with mpmath.workdps(30):
    ...     print(mpmath_function(sp.exp(x), x)(mpmath.mpf(1)))
    2.71828182845904523536028747135
    """
    # lambdify does not know the numbers that are stated as the zero of a function.
    roots = sorted(expr.atoms(sp.CRootOf, Zero), key=sp.default_sort_key)
    names = [sp.Dummy(f"root{i}") for i in range(len(roots))]
    function = sp.lambdify(
        [symbol, *names], expr.xreplace(dict(zip(roots, names, strict=True))), modules=[_GUARDED, "mpmath"]
    )
    if not roots:
        return function
    return lambda value: function(value, *(in_digits(root, mpmath.mp.dps) for root in roots))


MAGNITUDE = sp.Function("magnitude")


def error_in_units(expr: sp.Expr) -> sp.Expr:
    """|f| + Σ |∂f/∂aᵢ| · error of aᵢ: to first order, a bound of an evaluation's error in units of its round-off.

    Magnitudes stay as they are: SymPy would write |e^(−z²)| of a z that may be complex with Re z and Im z.
    Source: Nicholas J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2002, section 3.3.
    """
    if expr.is_Symbol or (expr.is_Rational and expr.q & (expr.q - 1) == 0):
        return sp.S.Zero
    own = MAGNITUDE(expr)
    if not expr.args or isinstance(expr, sp.CRootOf):
        return own
    names = [sp.Dummy(real=True) for _ in expr.args]
    outer = expr.func(*names)
    for name, argument in zip(names, expr.args, strict=True):
        if error := error_in_units(argument):
            slope = outer.diff(name).xreplace(dict(zip(names, expr.args, strict=True)))
            own += MAGNITUDE(slope) * error
    return own


class Settled:
    """f(x) in as many digits as it takes to have the first 25 right; 0 below all floats, `None` where it is not found.

    >>> x = sp.Symbol("x")
    >>> f"{float(Settled(sp.log(1 + sp.exp(x)), x)(mpmath.mpf(-600))):.9e}"
    '2.650396553e-261'
    """

    def __init__(self, expr: sp.Expr, symbol: sp.Symbol) -> None:
        self.function = mpmath_function(expr, symbol)
        self.error = mpmath_function(error_in_units(expr), symbol)

    def __call__(self, x: mpmath.mpf, right: int = 25) -> mpmath.mpf | None:
        for digits in _DIGITS:
            with mpmath.workdps(digits):
                try:
                    value, error = self.function(x), self.error(x) * mpmath.mpf(10) ** -digits
                except (ArithmeticError, ValueError, TypeError, NameError):
                    return None
                if not isinstance(value, mpmath.mpf):
                    return None
                if error <= mpmath.mpf(10) ** -right * abs(value):
                    return value
        return mpmath.mpf(0) if abs(value) + error < mpmath.mpf(2) ** -1100 else None


@lru_cache(maxsize=1024)
def in_digits(expr: sp.Expr, dps: int = 60) -> mpmath.mpf:
    """A real number in `dps` digits."""
    # SymPy finds 0 for log(1 + e^−600), however many digits are asked for.
    if expr.has(sp.log) and (value := Settled(expr, sp.Dummy())(mpmath.mpf(0), dps)) is not None:
        return value
    with mpmath.workdps(dps):
        return mpmath.mpf(sp.N(expr, dps))


class Zero(sp.AtomicExpr):
    """The one z between two rationals with function(z) = 0: a number that is known exactly, without a formula.

    `function` is an expression in `Zero.SYMBOL` that changes its sign between `low` and `high`, where it is monotone.

    >>> half_turn = Zero(sp.cos(Zero.SYMBOL) - Zero.SYMBOL, sp.Integer(0), sp.Integer(1))
    >>> half_turn, sp.N(half_turn, 30), half_turn.is_positive
    (0.739085133215161…, 0.739085133215160641655312087674, True)
    """

    SYMBOL = sp.Dummy("z", real=True)
    __slots__ = ("function", "high", "low")
    is_number = True
    is_real = True
    is_finite = True
    is_commutative = True

    def __new__(cls, function: sp.Expr, low: sp.Rational, high: sp.Rational) -> "Zero":
        made = super().__new__(cls)
        made.function, made.low, made.high = function, low, high
        return made

    def _hashable_content(self) -> tuple[sp.Expr, sp.Rational, sp.Rational]:
        return self.function, self.low, self.high

    def __getnewargs__(self) -> tuple[sp.Expr, sp.Rational, sp.Rational]:
        return self._hashable_content()

    def _eval_is_positive(self) -> bool | None:
        return True if self.low >= 0 else False if self.high <= 0 else None

    def _eval_is_zero(self) -> bool | None:
        return False if self.low >= 0 or self.high <= 0 else None

    def _eval_evalf(self, prec: int) -> sp.Float:
        return _digits_of_zero(self, prec)

    def _sympystr(self, printer: Any) -> str:
        return f"{sp.N(self, 15)}…"

    def _latex(self, printer: Any) -> str:
        return f"{sp.N(self, 15)}\\ldots"


@lru_cache(maxsize=1024)
def _digits_of_zero(zero: Zero, prec: int) -> sp.Float:
    f = mpmath_function(zero.function, zero.SYMBOL)
    with mpmath.workprec(prec + 30):
        low, high = mpmath.mpf(zero.low.p) / zero.low.q, mpmath.mpf(zero.high.p) / zero.high.q
        rising = f(high) > 0
        while high - low > mpmath.ldexp(max(abs(low), abs(high)), -prec - 10):
            middle = (low + high) / 2
            # A chord's zero is nearer than the middle; where both ends close in on it, most bits come at once.
            chord = low - f(low) * (high - low) / (f(high) - f(low))
            width = mpmath.ldexp(high - low, -20)
            for point in (chord - width, chord + width, middle):
                if low < point < high:
                    low, high = (low, point) if (f(point) > 0) == rising else (point, high)
        return sp.Float._new(((low + high) / 2)._mpf_, prec)


def _guard(name: str) -> Callable[[Any], Any]:
    function = getattr(mpmath, name)

    def guarded(argument: Any) -> Any:
        if isinstance(argument, mpmath.mpf) and argument and mpmath.mag(argument) > _LONGEST_ARGUMENT_IN_BITS:
            raise OverflowError(f"{name} of a number with more than {_LONGEST_ARGUMENT_IN_BITS} bits")
        return function(argument)

    return guarded


_GUARDED = {name: _guard(name) for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "cot", "sec", "csc")}
_GUARDED[str(MAGNITUDE)] = mpmath.fabs


class NotReal(ArithmeticError):
    """A part of the expression is not a finite real number."""


def value_at(expr: sp.Basic, values: Mapping[sp.Symbol, sp.Expr]) -> sp.Expr | None:
    """expr with exact values for symbols, or `None` where any part of it is not a finite real number."""
    try:
        return _Rebuilding(lambda node: values.get(node) if isinstance(node, sp.Symbol) else None, decide=True).of(expr)
    except NotReal:
        return None


def with_node_replaced(expr: sp.Expr, node: sp.Basic | None, formula: sp.Expr) -> sp.Expr:
    """expr with a formula in place of a node; `nan` if the node is needed and the formula is `nan`."""
    try:
        return _Rebuilding(lambda part: formula if part == node else None, decide=False).of(expr)
    except NotReal:
        return sp.nan


class _Rebuilding:
    """An expression built anew from its leaves, each different part once; `NotReal` where a part is not real."""

    def __init__(self, replacement: Callable[[Any], Any], decide: bool) -> None:
        self._replacement, self._decide = replacement, decide
        self._known: dict[Any, Any] = {}

    def of(self, expr: Any) -> Any:
        if expr not in self._known:
            try:
                self._known[expr] = self._of(expr)
            except NotReal:
                self._known[expr] = None
        if self._known[expr] is None:
            raise NotReal
        return self._known[expr]

    def _of(self, expr: Any) -> Any:
        replaced = self._replacement(expr)
        if replaced is not None:
            return _real(replaced)
        if isinstance(expr, sp.Piecewise):
            return self._of_piecewise(expr)
        if not expr.args or isinstance(expr, (sp.CRootOf, Zero)):  # the symbol inside a root is its own
            return expr if isinstance(expr, BooleanAtom) else _real(expr)
        if isinstance(expr, Relational):
            check_condition(expr)
        parts = [self.of(part) for part in expr.args]
        if self._decide and isinstance(expr, sp.Pow) and parts[0].is_negative and not expr.exp.is_integer:
            raise NotReal  # also where an exponent that moves happens to be a whole number
        same = all(new is old for new, old in zip(parts, expr.args, strict=True))
        rebuilt = expr if same else _apply(expr.func, parts)
        return _real(rebuilt) if isinstance(rebuilt, sp.Expr) else rebuilt

    def _of_piecewise(self, expr: sp.Piecewise) -> Any:
        arms: list[tuple[Any, Any]] = []
        for value, condition in expr.args:
            check_condition(condition)
            try:
                holds = self.of(condition)
            except NotReal:
                # A condition without a truth value: no arm from here on can be chosen.
                arms.append((sp.nan, True))
                break
            holds = sp.simplify(holds) if self._decide and not isinstance(holds, BooleanAtom) else holds
            if holds == sp.false:
                continue
            if self._decide and holds != sp.true:
                raise Undecided(f"whether {condition} holds is not decided by the assumptions on its symbols")
            try:
                arms.append((self.of(value), holds))
            except NotReal:
                arms.append((sp.nan, holds))
            if holds == sp.true:
                break
        if not arms:
            raise NotReal
        if arms[0][1] == sp.true:
            return _real(arms[0][0])
        # Unevaluated: SymPy would sort the arms and merge conditions anew on every step.
        return sp.Piecewise(*arms, evaluate=False)


def _apply(function: Any, parts: list[Any]) -> Any:
    if (function is sp.Pow and _is_long_power(*parts)) or (function is sp.exp and _becomes_long_power(parts[0])):
        raise Undecided(f"{function(*parts, evaluate=False)} has too many digits to be written out")
    if any(part.is_Float and sum(part._mpf_[2:]) > _LONGEST_ARGUMENT_IN_BITS for part in parts):
        raise NotReal  # Its exponent and length in bits: beyond all numbers that could be compared.
    if any(isinstance(part, sp.Expr) and part.atoms(Zero) for part in parts):
        parts = _with_known_signs(function, parts)
    if function in (sp.Max, sp.Min) and any(part.free_symbols for part in parts):
        return function(*parts, evaluate=False)  # SymPy would compare its arguments anew at every step.
    try:
        return function(*parts)
    except (TypeError, ValueError):
        pass  # Max, Min and comparisons refuse a nested radical that is 0 without looking like it.
    try:
        return function(*(sp.simplify(part) for part in parts))
    except (TypeError, ValueError) as error:
        raise Undecided(f"{function.__name__} of {', '.join(map(str, parts))} is not decided") from error


def _is_long_power(base: sp.Expr, exponent: sp.Expr) -> bool:
    """Whether SymPy would write a rational power out in more digits than memory has; nothing interrupts that step."""
    if not (base.is_Rational and exponent.is_Rational) or base in (0, 1, -1):
        return False
    largest = max(abs(base.p), base.q)
    if max(abs(exponent.p), exponent.q) * largest.bit_length() <= _LONGEST_POWER_IN_BITS:
        return False
    # Of a root it takes the primes one by one, and of several of them the parts that differ are written out.
    several = any(len(sp.Integer(part).factors(limit=2**15)) > 1 for part in (abs(base.p), base.q))
    return several or abs(exponent) * largest.bit_length() > _LONGEST_POWER_IN_BITS


def _becomes_long_power(exponent: sp.Expr) -> bool:
    """e^(c·log q) is q^c to SymPy."""
    factor, rest = exponent.as_coeff_Mul()
    return isinstance(rest, sp.log) and _is_long_power(rest.args[0], factor)


def has_long_powers(expr: sp.Expr) -> bool:
    """Whether e to the power of expr, or of parts of it, may become such a power."""
    return expr.has(sp.log) and any(max(abs(n.p), n.q) > _LONGEST_FACTOR for n in expr.atoms(sp.Rational))


def _real(value: sp.Expr) -> sp.Expr:
    if value in (sp.nan, sp.zoo, sp.oo, -sp.oo):
        raise NotReal
    # The parts of an expression with symbols are checked one by one, and its switches settle where it is real.
    if not value.free_symbols and (value.is_finite is False or not is_real_number(value)):
        raise NotReal
    return value


@lru_cache(maxsize=1024)
def is_real_number(number: sp.Expr) -> bool:
    """Is a number without symbols real? Where its assumptions do not tell, 60 digits of its imaginary part do."""
    if number.is_real is not None:
        return bool(number.is_real)
    real, imaginary = sp.N(number, 60).as_real_imag()
    return bool(abs(imaginary) <= sp.Float("1e-40") * abs(real))


def _with_known_signs(function: Any, parts: list[Any]) -> list[Any]:
    """The arguments, simplified where two may be equal at a `Zero`: SymPy would go on looking for a difference."""
    if issubclass(function, Relational):
        return [sp.Integer(sign_of_number(parts[0] - parts[1])), sp.S.Zero]
    if issubclass(function, (sp.Max, sp.Min)):
        best = parts[0]
        for part in parts[1:]:
            sign = sign_of_number(part - best)
            best = part if sign == (1 if issubclass(function, sp.Max) else -1) else best
        return [best]
    return [part if part.is_Atom or sign_of_number(part) else sp.S.Zero for part in parts]


@lru_cache(maxsize=1024)
def sign_of_number(number: sp.Expr) -> int:
    """The sign of a number without symbols; where 1280 digits do not tell it from 0, that it is 0 needs a proof."""
    if number.is_infinite:
        return 1 if number is sp.S.Infinity else -1
    value = sp.N(number, 60)
    if value.is_comparable and (number.is_Rational or abs(value) > sp.Float("1e-40")):
        return int(sp.sign(value))
    if value := Settled(number, sp.Dummy())(mpmath.mpf(0)):
        return 1 if value > 0 else -1
    if number.atoms(Zero):
        if _is_zero_by_division(by_sine_and_cosine(number)):
            return 0
    else:
        # A real number is 0 if e to its power is 1.
        forms = [lambda: number, lambda: number.rewrite(sp.exp), lambda: sp.exp(number) - 1]
        forms = forms[:1] if has_long_powers(number) else forms
        if any(attempt(lambda form=form: sp.simplify(form())) == 0 for form in forms):  # type: ignore[misc]
            return 0
    raise Undecided(f"the sign of {number} is not decided: 1280 digits do not tell it from 0")


def _is_zero_by_division(number: sp.Expr) -> bool:
    """Is the number a multiple of the function whose zero occurs in it?"""
    zeros = number.atoms(Zero)
    numerator = sp.numer(sp.together(number.xreplace(dict.fromkeys(zeros, Zero.SYMBOL))))
    return numerator == 0 or (len(zeros) == 1 and sp.reduced(numerator, [zeros.pop().function])[1] == 0)


def by_sine_and_cosine(expr: sp.Expr) -> sp.Expr:
    """tan u = sin u / cos u and its relatives, with the same poles."""
    expr = expr.replace(sp.tan, lambda u: sp.sin(u) / sp.cos(u)).replace(sp.cot, lambda u: sp.cos(u) / sp.sin(u))
    return expr.replace(sp.sec, lambda u: 1 / sp.cos(u)).replace(sp.csc, lambda u: 1 / sp.sin(u))


def check_condition(condition: Any) -> None:
    """A Piecewise may compare real expressions and join comparisons with And, Or and Not."""
    if isinstance(condition, BooleanAtom):
        return
    if isinstance(condition, (And, Or, Not)):
        for part in condition.args:
            check_condition(part)
    elif not (isinstance(condition, Relational) and all(isinstance(side, sp.Expr) for side in condition.args)):
        raise ValueError(
            f"expr: got the condition {condition}; accepted are comparisons of real expressions, and And, Or, Not of "
            "them"
        )
