"""Real zeros of a function on an open interval: all of them, or an error."""

from functools import cache
from itertools import pairwise

import mpmath
import sympy as sp

from course_lib.calculus.errors import Undecided
from course_lib.calculus.high_precision import mpmath_function
from course_lib.calculus.parameters import assignments
from course_lib.calculus.signs import less, sign_of

MOST_DEGREE = 16
_LONGEST_ZERO = 60


def real_zeros(d: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> list[sp.Expr] | None:
    """The zeros of d(x) with low < x < high in ascending order; ``None`` if d is zero everywhere.

    >>> x = sp.Symbol("x", real=True)
    >>> real_zeros(x**2 - 2, x, -sp.oo, sp.oo)
    [-sqrt(2), sqrt(2)]
    """
    numerator = sp.numer(sp.together(d))
    if numerator.is_polynomial(x) and sp.degree(numerator, x) > MOST_DEGREE:
        raise Undecided(f"{d} has the degree {sp.degree(numerator, x)}; accepted are up to {MOST_DEGREE}")
    if numerator == 0 or sp.expand(numerator) == 0:
        return None
    found: list[sp.Expr] = []
    _, factors = sp.factor_list(numerator) if numerator.is_polynomial(x) else (1, [(f, 1) for f in _factors(numerator)])
    for factor, _ in factors:
        if factor.has(x):
            for zero in _zeros_of_factor(factor, x, low, high):
                if less(low, zero) and less(zero, high) and not any(sign_of(zero - other) == 0 for other in found):
                    found.append(zero)
        elif factor.is_zero is not False:
            raise Undecided(
                f"{d} vanishes everywhere if {factor} = 0; give its symbols an assumption that excludes this"
            )
    found = _ascending(found)
    _check_no_other_sign_change(d, x, [low, *found, high])
    return found


def _factors(expr: sp.Expr) -> list[sp.Expr]:
    return [base for base, _ in (factor.as_base_exp() for factor in sp.Mul.make_args(sp.factor(expr)))]


def _zeros_of_factor(factor: sp.Expr, x: sp.Symbol, low: sp.Expr, high: sp.Expr) -> list[sp.Expr]:
    if factor.is_polynomial(x):
        polynomial = sp.Poly(factor, x)
        if polynomial.degree() == 1:
            slope, constant = polynomial.all_coeffs()
            sign_of(slope)  # raises if the slope could vanish for some admissible parameter
            return [sp.cancel(-constant / slope)]
        if factor.free_symbols == {x}:
            return _zeros_of_polynomial(polynomial)
        if polynomial.degree() == 2:
            a, b, c = polynomial.all_coeffs()
            discriminant = sp.factor(b**2 - 4 * a * c)
            if sign_of(a) and sign_of(discriminant) < 0:
                return []
            return [(-b + s * sp.sqrt(discriminant)) / (2 * a) for s in (-1, 1)]
    if factor.free_symbols != {x}:
        raise Undecided(f"the zeros of {factor} depend on its parameters in a way that is not handled")
    # The zeros in a closed hull keep SymPy from answering with an unevaluated intersection.
    zeros = sp.solveset(factor, x, sp.Interval(low, high))
    if isinstance(zeros, sp.FiniteSet):
        if any(zero.count_ops() > _LONGEST_ZERO for zero in zeros):
            raise Undecided(f"the zeros of {factor} are nested radicals, too long to be ordered with certainty")
        return [sp.simplify(zero) for zero in zeros]
    if zeros is sp.S.EmptySet:
        return []
    raise Undecided(
        f"the zeros of {factor} for {low} < {x} < {high} are not a finite list: {zeros}; if there are infinitely many, "
        f"name a bounded domain, such as domain=Interval(-4, 4)"
    )


def _zeros_of_polynomial(polynomial: sp.Poly) -> list[sp.Expr]:
    try:
        return list(dict.fromkeys(sp.real_roots(polynomial)))
    except (NotImplementedError, sp.DomainError):
        pass
    # Irrational coefficients: formulas for the roots may be missing, so numbers have to confirm how many are real.
    exact = [zero for zero in sp.roots(polynomial) if zero.is_real is not False and abs(sp.im(sp.N(zero, 60))) < 1e-40]
    numerical = [zero for zero in polynomial.nroots(n=60, maxsteps=500) if abs(sp.im(zero)) < 1e-20]
    if len(exact) != len(numerical) or any(zero.is_real is None for zero in exact):
        raise Undecided(
            f"{polynomial.as_expr()} has {len(numerical)} real zeros, and formulas for {len(exact)} of them"
        )
    return exact


def _ascending(values: list[sp.Expr]) -> list[sp.Expr]:
    ordered: list[sp.Expr] = []
    for value in values:
        position = sum(less(other, value) for other in ordered)
        ordered.insert(position, value)
    return ordered


@cache
def _grid() -> tuple[mpmath.mpf, ...]:
    """Points of (0, 1), dense at both ends, that no simple fraction hits."""
    near = [mpmath.mpf(10) ** (-k) * mpmath.mpf("0.7390851332") for k in range(1, 10)]
    middle = [mpmath.mpf(k) / 24 + mpmath.mpf("0.0031415926") for k in range(1, 23)]
    return tuple(near[::-1] + middle + [1 - v for v in near])


def _check_no_other_sign_change(d: sp.Expr, x: sp.Symbol, ends: list[sp.Expr]) -> None:
    """A second, numerical opinion: between neighbouring zeros the sign must not change."""
    values = assignments(d.free_symbols - {x}, 1)[0]
    f = mpmath_function(d.subs(values), x)
    for a, b in pairwise(ends):
        seen = set()
        for u in _grid():
            with mpmath.workdps(50):  # close to a zero most digits cancel
                try:
                    value = f(_between(a.subs(values), b.subs(values), u))
                except (ValueError, ZeroDivisionError, OverflowError, TypeError):
                    continue
                if isinstance(value, mpmath.mpf) and mpmath.isfinite(value) and abs(value) > mpmath.mpf("1e-25"):
                    seen.add(mpmath.sign(value))
        if len(seen) > 1:
            raise Undecided(f"{d} changes its sign between {a} and {b}, where no zero was found symbolically")


def _between(a: sp.Expr, b: sp.Expr, u: mpmath.mpf) -> mpmath.mpf:
    if a is -sp.oo and b is sp.oo:
        return mpmath.log(u / (1 - u)) * 3
    if a is -sp.oo:
        return mpmath.mpf(sp.N(b, 50)) - u / (1 - u)
    if b is sp.oo:
        return mpmath.mpf(sp.N(a, 50)) + u / (1 - u)
    return mpmath.mpf(sp.N(a, 50)) + u * mpmath.mpf(sp.N(b - a, 50))
