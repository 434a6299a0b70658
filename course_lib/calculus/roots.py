"""Signs, order and zeros of exact numbers and expressions: decided with certainty, or `Undecided` is raised."""

import math
from collections.abc import Callable
from contextlib import suppress

import sympy as sp

from course_lib.calculus.arguments import assignments
from course_lib.calculus.evaluation import by_sine_and_cosine, sign_of_number
from course_lib.calculus.isolation import isolate
from course_lib.calculus.verdict import Undecided

MOST_DEGREE = 16


def sign_of(expr: sp.Expr) -> int:
    """sign(e) as −1, 0 or 1 for every admissible value of the parameters in e, or `Undecided`.

    >>> a = sp.Symbol("a", positive=True)
    >>> sign_of(a**2 + a), sign_of(sp.sqrt(2) - sp.Rational(3, 2))
    (1, -1)
    """
    if not expr.free_symbols:
        return sign_of_number(expr)
    for candidate in (expr, sp.factor(expr), sp.expand(expr), sp.simplify(expr)):
        if candidate.is_positive:
            return 1
        if candidate.is_negative:
            return -1
        if candidate.is_zero:
            return 0
    by_factors = _sign_by_factors(expr)
    if by_factors is not None:
        return by_factors
    names = ", ".join(sorted(map(str, expr.free_symbols)))
    raise Undecided(
        f"the sign of {sp.factor(expr)} is not decided by the assumptions on {names}; give the symbol an assumption "
        f"(positive=True, negative=True) or let the sign show, as in alpha = 1 + Symbol('b', positive=True)"
    )


def _sign_by_factors(expr: sp.Expr) -> int | None:
    """The sign of a product in which differences such as e^u − 1 occur, which has the sign of u."""
    signs = []
    for factor in sp.Mul.make_args(sp.factor_terms(expr)):
        if factor.is_positive or factor.is_negative:
            signs.append(1 if factor.is_positive else -1)
            continue
        if _has_no_zero(factor):
            signs.append(sign_of_number(factor.subs(assignments(factor.free_symbols, 1)[0])))
            continue
        constant, power = factor.as_independent(*factor.free_symbols, as_Add=True)
        slope, power = power.as_coeff_Mul()
        if not isinstance(power, sp.exp) or not (-constant / slope).is_positive:
            return None
        rest = power.exp - sp.log(-constant / slope)
        if not (rest.is_positive or rest.is_negative or rest.is_zero):
            return None
        signs.append(int(sp.sign(slope)) * (1 if rest.is_positive else -1 if rest.is_negative else 0))
    return math.prod(signs)


def _has_no_zero(polynomial: sp.Expr) -> bool:
    """Has a polynomial in one parameter, with rational coefficients, no zero that the parameter may be?"""
    (symbol, *others) = polynomial.free_symbols
    if others or not polynomial.is_polynomial(symbol):
        return False
    exact = sp.Poly(polynomial, symbol)
    low, high = 0 if symbol.is_nonnegative else None, 0 if symbol.is_nonpositive else None
    return bool(exact.domain.is_ZZ or exact.domain.is_QQ) and exact.count_roots(low, high) == 0


def same(a: sp.Expr, b: sp.Expr) -> bool:
    """a = b, proved; `False` also where it is not decided.

    >>> same(sp.sqrt(8), 2 * sp.sqrt(2)), same(sp.pi, sp.Rational(22, 7))
    (True, False)
    """
    try:
        return a == b or sign_of(a - b) == 0
    except Undecided:
        return False


def less(a: sp.Expr, b: sp.Expr) -> bool:
    """a < b on the extended real line, decided or `Undecided`."""
    if a is sp.S.NegativeInfinity or b is sp.S.Infinity:
        return a != b
    if a is sp.S.Infinity or b is sp.S.NegativeInfinity:
        return False
    return sign_of(b - a) > 0


def probes(low: sp.Expr, high: sp.Expr) -> list[sp.Expr]:
    """Two exact points inside an open interval, away from round numbers."""
    share = sp.Rational(3, 8)
    if low is -sp.oo and high is sp.oo:
        return [-share, sp.Rational(11, 4)]
    if low is -sp.oo:
        return [high - share, high - sp.Rational(19, 4)]
    if high is sp.oo:
        return [low + share, low + sp.Rational(19, 4)]
    return [low + (high - low) * share, low + (high - low) * (1 - share / 4)]


def sign_between(function: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> int:
    """The sign of a function without zeros on (low, high), taken at one point of it."""
    return sign_of(function.subs(x, probes(low, high)[0]))


def real_zeros(d: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> list[sp.Expr] | None:
    """The zeros of d(x) with low < x < high in ascending order; `None` if d is zero everywhere.

    >>> x = sp.Symbol("x", real=True)
    >>> real_zeros(x**2 - 2, x, -sp.oo, sp.oo), real_zeros(x - sp.cos(x), x, -sp.oo, sp.oo)
    ([-sqrt(2), sqrt(2)], [0.739085133215161…])
    """
    d = by_sine_and_cosine(d)
    numerator, denominator = sp.fraction(sp.together(d))
    if numerator == 0 or sp.expand(numerator) == 0:
        return None
    if denominator.is_positive and not numerator.is_polynomial(x):
        numerator = d
    zeros: list[sp.Expr] = []
    for factor in _factors(numerator, x):
        if factor.has(x):
            for zero in _zeros_of_factor(factor, x, low, high):
                if less(low, zero) and less(zero, high):
                    insert(zero, zeros)
        elif factor.is_zero is not False:
            raise Undecided(
                f"{d} vanishes everywhere if {factor} = 0; give its symbols an assumption that excludes this"
            )
    return zeros


def insert(value: sp.Expr, ascending: list[sp.Expr]) -> None:
    """Put a number into its place, unless it is there already."""
    if not any(sign_of(value - other) == 0 for other in ascending):
        ascending.insert(sum(less(other, value) for other in ascending), value)


def _factors(expr: sp.Expr, x: sp.Symbol) -> list[sp.Expr]:
    """The different factors; only a polynomial's are looked for, since e^(x/500) would count as one of degree 500."""
    if expr.is_polynomial(x):
        return [factor for factor, _ in sp.factor_list(expr)[1]]
    parts = sp.Mul.make_args(sp.factor_terms(expr))
    bases = dict.fromkeys(part.as_base_exp()[0] for part in parts)
    return [sp.numer(sp.together(base)) if base.is_rational_function(x) else base for base in bases]


def _zeros_of_factor(factor: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> list[sp.Expr]:
    if factor.is_positive or factor.is_negative:
        return []
    if factor.is_polynomial(x):
        polynomial = sp.Poly(factor, x)
        if polynomial.degree() == 1:
            slope, constant = polynomial.all_coeffs()
            sign_of(slope)  # raises if the slope could vanish for some admissible parameter
            return [sp.cancel(-constant / slope)]
        if factor.free_symbols == {x}:
            # Irrational coefficients and high degrees are left to `isolate`.
            with suppress(NotImplementedError, sp.DomainError):
                if polynomial.degree() <= MOST_DEGREE:
                    return list(dict.fromkeys(sp.real_roots(polynomial)))
        if polynomial.degree() == 2:
            a, b, c = polynomial.all_coeffs()
            discriminant = sp.factor(b**2 - 4 * a * c)
            if sign_of(a) and sign_of(discriminant) < 0:
                return []
            return [(-b + s * sp.sqrt(discriminant)) / (2 * a) for s in (-1, 1)]
    inner = _zeros_by_substitution(factor, x, low, high)
    if inner is not None:
        return inner
    if factor.free_symbols != {x}:
        raise Undecided(f"the zeros of {factor} depend on its parameters in a way that is not handled")
    return isolate(factor, x, low, high, sign_of)


def _zeros_by_substitution(factor: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> list[sp.Expr] | None:
    """The zeros of a polynomial in t = e^(cx), or in t = ±x^(1/n) on one side of 0; `None` for other functions."""
    t = sp.Dummy("t", positive=True)
    rates = [power.exp.as_coeff_Mul() for power in factor.atoms(sp.exp) if power.has(x)]
    if rates and len({rest for _, rest in rates}) == 1:
        rate = sp.Rational(1, math.lcm(*(int(coefficient.q) for coefficient, _ in rates))) * rates[0][1]
        in_t = factor.subs({sp.exp(c * rest): t ** (c * rest / rate) for c, rest in rates}, simultaneous=True)
        slope = sp.cancel(rate / x)
        if not in_t.has(x) and not slope.has(x) and slope.is_zero is False:
            return _powers(in_t, t, lambda root: sp.log(root) / slope)
    if low.is_nonnegative or high.is_nonpositive:
        side = 1 if low.is_nonnegative else -1
        bases = [power for power in factor.atoms(sp.Pow) if power.has(x)]
        if bases and all(power.base == side * x and power.exp.is_Rational for power in bases):
            n = math.lcm(*(int(power.exp.q) for power in bases))
            return _powers(factor.subs(x, side * t**n), t, lambda root: side * root**n)
    return None


def _powers(in_t: sp.Expr, t: sp.Symbol, back: Callable[[sp.Expr], sp.Expr]) -> list[sp.Expr] | None:
    """The x of the positive zeros of a polynomial in t, once it has no negative powers of t left."""
    numerator = sp.numer(sp.together(sp.powdenest(in_t)))
    if not numerator.is_polynomial(t) or sp.degree(numerator, t) > MOST_DEGREE:
        return None
    real = sp.Dummy("t", real=True)
    zeros = real_zeros(numerator.subs(t, real), real, sp.S.Zero, sp.oo)
    return None if zeros is None else [back(zero) for zero in zeros]
