"""Where an expression can change its formula, stop being smooth or stop being real.

Each kind of node names its *critical functions*: between two neighbouring zeros of them the node is one smooth
formula. ``settle`` gives that formula, once the signs of the critical functions are known; ``NaN`` stands for "not
real here".
"""

from collections.abc import Mapping
from functools import cache
from itertools import combinations, pairwise

import mpmath
import sympy as sp
from sympy.core.relational import Relational

from course_lib.calculus.arguments import assignments
from course_lib.calculus.evaluation import check_condition, mpmath_function
from course_lib.calculus.verdict import Undecided

# Signs and the order of exact numbers and of expressions in parameters.


def sign_of(expr: sp.Expr) -> int:
    """sign(e) as −1, 0 or 1 for every admissible value of the parameters in e, or ``Undecided``.

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


def _forms(expr: sp.Expr):  # type: ignore[no-untyped-def]
    """The expression as it is, then rewritten, each only when the one before did not settle the sign."""
    yield expr
    if expr.free_symbols:
        yield sp.factor(expr)
        yield sp.expand(expr)
        yield sp.simplify(expr)


def less(a: sp.Expr, b: sp.Expr) -> bool:
    """a < b on the extended real line, decided or ``Undecided``."""
    if a is sp.S.NegativeInfinity or b is sp.S.Infinity:
        return a != b
    if a is sp.S.Infinity or b is sp.S.NegativeInfinity:
        return False
    return sign_of(b - a) > 0


# Real zeros of a function on an open interval: all of them, or an error.


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


# Where an expression can change its formula, stop being smooth or stop being real.
#
# Each kind of node names its *critical functions*: between two neighbouring zeros of them the node is one smooth
# formula. ``settle`` gives that formula, once the signs of the critical functions are known; ``NaN`` stands for "not
# real here".


SMOOTH = (sp.Add, sp.Mul, sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.atan, sp.asinh, sp.erf, sp.erfc)
_ROOTS_OF_COSINE, _ROOTS_OF_SINE = (sp.tan, sp.sec), (sp.cot, sp.csc)
ACCEPTED = (
    "Max, Min, Abs, sign, Heaviside, Piecewise, powers, exp, log, sin, cos, tan, cot, sec, csc, asin, acos, atan, "
    "sinh, cosh, tanh, asinh, acosh, atanh, erf and erfc"
)

Signs = Mapping[sp.Expr, int]


def critical_functions(node: sp.Basic, x: sp.Symbol) -> list[sp.Expr]:
    """The functions of x at whose zeros the node may switch; empty for a smooth node."""
    if isinstance(node, sp.Piecewise):
        for _, condition in node.args:
            check_condition(condition)
        relations = {
            relation for _, condition in node.args for relation in condition.atoms(Relational) if relation.has(x)
        }
        return [relation.lhs - relation.rhs for relation in sorted(relations, key=sp.default_sort_key)]
    if isinstance(node, (sp.Max, sp.Min)):
        return [a - b for a, b in combinations(sorted(node.args, key=sp.default_sort_key), 2) if (a - b).has(x)]
    if isinstance(node, (sp.Abs, sp.sign, sp.Heaviside, sp.log)):
        return [node.args[0]]
    if isinstance(node, sp.Pow):
        return _critical_of_power(node, x)
    if isinstance(node, (sp.asin, sp.acos, sp.atanh)):
        return [node.args[0] - 1, node.args[0] + 1]
    if isinstance(node, sp.acosh):
        return [node.args[0] - 1]
    if isinstance(node, _ROOTS_OF_COSINE):
        return [sp.cos(node.args[0])]
    if isinstance(node, _ROOTS_OF_SINE):
        return [sp.sin(node.args[0])]
    if isinstance(node, SMOOTH) or node == x:
        return []
    raise ValueError(f"expr: {type(node).__name__} in {node} is not accepted; accepted are {ACCEPTED}")


def _critical_of_power(node: sp.Pow, x: sp.Symbol) -> list[sp.Expr]:
    base, exponent = node.args
    if exponent.has(x) and not base.has(x):
        if sign_of(base) <= 0:
            raise ValueError(f"expr: the power {node} needs a positive base")
        return []
    if exponent.is_integer and exponent.is_nonnegative:
        return []
    return [base]


def changes_formula(node: sp.Basic) -> bool:
    """True if both sides of a switch can be one smooth function; at a power, a logarithm or a pole they cannot."""
    return isinstance(node, (sp.Piecewise, sp.Max, sp.Min, sp.Abs, sp.sign, sp.Heaviside))


def settle(node: sp.Basic, x: sp.Symbol, signs: Signs) -> sp.Expr:
    """The node's formula on an interval where every critical function has the given sign."""
    if isinstance(node, sp.Piecewise):
        return _settle_piecewise(node, x, signs)
    if isinstance(node, (sp.Max, sp.Min)):
        return _settle_extremum(node, x, signs)
    first = signs[critical_functions(node, x)[0]]
    if isinstance(node, sp.Abs):
        return first * node.args[0]
    if isinstance(node, sp.sign):
        return sp.Integer(first)
    if isinstance(node, sp.Heaviside):
        return node.func(first, *node.args[1:])
    if isinstance(node, sp.Pow):
        return _settle_power(node, x, first)
    real = {
        sp.log: first > 0,
        sp.acosh: first >= 0,
        sp.asin: first <= 0,
        sp.acos: first <= 0,
        sp.atanh: first < 0,
    }.get(node.func, first != 0)
    if real and isinstance(node, (sp.asin, sp.acos, sp.atanh)):
        second = signs[critical_functions(node, x)[1]]
        real = second > 0 if isinstance(node, sp.atanh) else second >= 0
    return node if real else sp.nan


def _settle_power(node: sp.Pow, x: sp.Symbol, sign_of_base: int) -> sp.Expr:
    exponent = node.exp
    if sign_of_base == 0:
        return sp.S.Zero if exponent.is_positive else sp.nan
    if sign_of_base > 0 or (exponent.is_integer and not exponent.has(x)):
        return node
    if exponent.is_integer is None and not exponent.has(x):
        raise Undecided(f"whether {node} is real for a negative base needs integer=True or False for {exponent}")
    return sp.nan


def _settle_extremum(node: sp.Expr, x: sp.Symbol, signs: Signs) -> sp.Expr:
    direction = 1 if isinstance(node, sp.Max) else -1
    args = sorted(node.args, key=sp.default_sort_key)
    best = args[0]
    for challenger in args[1:]:
        difference = best - challenger
        sign = signs[difference] if difference.has(x) else sign_of(difference)
        if sign * direction < 0:
            best = challenger
    return best


def _settle_piecewise(node: sp.Piecewise, x: sp.Symbol, signs: Signs) -> sp.Expr:
    for value, condition in node.args:
        known = {}
        for relation in condition.atoms(Relational):
            difference = relation.lhs - relation.rhs
            sign = signs[difference] if relation.has(x) else sign_of(difference)
            known[relation] = sp.true if relation.func(sign, 0) == sp.true else sp.false
        holds = condition.xreplace(known) if known else condition
        if holds == sp.true:
            return value
    return sp.nan
