"""Signs, order and zeros of exact numbers and expressions: decided with certainty, or `Undecided` is raised."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import mpmath
import sympy as sp

from course_lib.calculus.arguments import assignments
from course_lib.calculus.evaluation import in_digits, mpmath_function
from course_lib.calculus.verdict import Undecided

MOST_DEGREE = 16
_LONGEST_ZERO = 60


def sign_of(expr: sp.Expr) -> int:
    """sign(e) as −1, 0 or 1 for every admissible value of the parameters in e, or `Undecided`.

    >>> a = sp.Symbol("a", positive=True)
    >>> sign_of(a**2 + a), sign_of(sp.sqrt(2) - sp.Rational(3, 2))
    (1, -1)
    """
    for candidate in _forms(expr):
        if candidate.is_positive:
            return 1
        if candidate.is_negative:
            return -1
        if candidate.is_zero:
            return 0
    if not expr.free_symbols:
        number = sp.N(expr, 60)
        if number.is_comparable and abs(number) > sp.Float("1e-40"):
            return 1 if number > 0 else -1
        if sp.simplify(expr) == 0:
            return 0
        raise Undecided(f"the sign of {expr} is not decided: 60 digits do not tell it from 0")
    names = ", ".join(sorted(map(str, expr.free_symbols)))
    raise Undecided(
        f"the sign of {sp.factor(expr)} is not decided by the assumptions on {names}; give the symbol an assumption "
        f"(positive=True, negative=True) or let the sign show, as in alpha = 1 + Symbol('b', positive=True)"
    )


def _forms(expr: sp.Expr) -> Iterator[sp.Expr]:
    """The expression as it is, then rewritten, each only when the one before did not settle the sign."""
    yield expr
    if expr.free_symbols:
        yield sp.factor(expr)
        yield sp.expand(expr)
        yield sp.simplify(expr)


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
    >>> real_zeros(x**2 - 2, x, -sp.oo, sp.oo)
    [-sqrt(2), sqrt(2)]
    """
    numerator = sp.numer(sp.together(d))
    if numerator.is_polynomial(x) and sp.degree(numerator, x) > MOST_DEGREE:
        raise Undecided(f"{d} has the degree {sp.degree(numerator, x)}; accepted are up to {MOST_DEGREE}")
    if numerator == 0 or sp.expand(numerator) == 0:
        return None
    zeros: list[sp.Expr] = []
    _, factors = sp.factor_list(numerator) if numerator.is_polynomial(x) else (1, [(f, 1) for f in _factors(numerator)])
    for factor, _ in factors:
        if factor.has(x):
            for zero in _zeros_of_factor(factor, x, low, high):
                if less(low, zero) and less(zero, high):
                    insert(zero, zeros)
        elif factor.is_zero is not False:
            raise Undecided(
                f"{d} vanishes everywhere if {factor} = 0; give its symbols an assumption that excludes this"
            )
    _check_no_other_sign_change(d, x, [low, *zeros, high])
    return zeros


def insert(value: sp.Expr, ascending: list[sp.Expr]) -> None:
    """Put a number into its place, unless it is there already."""
    if not any(sign_of(value - other) == 0 for other in ascending):
        ascending.insert(sum(less(other, value) for other in ascending), value)


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
        return in_digits(b, 50) - u / (1 - u)
    if b is sp.oo:
        return in_digits(a, 50) + u / (1 - u)
    return in_digits(a, 50) + u * in_digits(b - a, 50)
