"""Random functions of one variable for the course's calculus: nested kinks, fillings, scales and singularities.

`random_function(seed)` is the same function for the same seed on every machine. Half of them are compositions, the
others start from a shape that is hard for a calculus: a singularity filled with the right value or a wrong one, a
breakpoint at or beside a decimal, an activation with an odd parameter.
"""

import math
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

x = sp.Symbol("x")
R = sp.Rational
_LARGEST = 60  # operations; a longer expression says no more


class Sample(NamedTuple):
    """A function and where it is asked about."""

    expr: sp.Expr
    points: tuple[Any, ...]


def random_function(seed: int) -> Sample:
    """A function of x, and two points: one where something may happen and one elsewhere."""
    random = Random(seed)
    while True:
        places: list[Any] = []
        make = _pick(random, (_composition, 5), (_filled, 3), (_activation, 2), (_cases, 3), (_quotient, 1))
        try:
            expr = sp.sympify(make(random, places))
            if random.random() < 0.25:
                expr = _rescaled(random, expr)
        except (TypeError, ValueError, ArithmeticError, AttributeError, RecursionError):
            continue  # SymPy refuses to build it
        bad = expr.has(sp.nan, sp.zoo, sp.oo, sp.I, sp.Derivative) or expr.free_symbols != {x}
        if not bad and expr.count_ops() <= _LARGEST:
            return Sample(expr, _points(random, places))


def _pick(random: Random, *weighted: tuple[Any, float]) -> Any:
    return random.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]


# Numbers.


def _fraction(random: Random) -> sp.Rational:
    return R(random.randint(-7, 7), random.choice((1, 1, 1, 2, 3, 4, 5)))


def _positive(random: Random) -> Any:
    return random.choice((1, 2, 3, R(1, 2), R(1, 3), R(3, 2), 0.1, 0.3, 1.702, 0.37, 5, 2.5, 100))


def _scale(random: Random) -> Any:
    exponent = random.randint(-15, 15)
    return random.choice((R(10) ** exponent, float(f"1e{exponent}"), R(random.randint(1, 9)) * R(10) ** exponent))


def _decimal(random: Random) -> float:
    """A decimal, or the float just above or below one or a simple fraction."""
    number = random.choice((0.1, 0.5, 1.0, 2.0, -1.0, 6.0, 1 / 3, -2 / 3, 0.7, 1e-3, 3.0, -0.25))
    beside = random.choice((None, math.inf, -math.inf))
    return number if beside is None else float(np.nextafter(number, beside))


def _place(random: Random, places: list[Any]) -> Any:
    """A number at which something will happen, remembered."""
    place = _pick(
        random, (0, 4), (_fraction(random), 3), (_decimal(random), 2), (sp.pi / 2, 0.15), (sp.sqrt(2), 0.15), (1, 1)
    )
    places.append(place)
    return place


def _points(random: Random, places: list[Any]) -> tuple[Any, ...]:
    special = random.choice(places) if places and random.random() < 0.8 else 0
    if random.random() < 0.2 and not isinstance(special, sp.Expr):
        special = float(np.nextafter(float(special), random.choice((-np.inf, np.inf)))) if special else 1e-15
    return (special, random.choice((_fraction(random), _decimal(random), _fraction(random))))


# Shapes.

SMOOTH: tuple[Callable[[Any], Any], ...] = (
    sp.exp, sp.sin, sp.cos, sp.tanh, sp.atan, sp.erf, sp.sinh, sp.asinh, lambda u: u**2, lambda u: u**3, lambda u: -u,
)  # fmt: skip
PARTIAL: tuple[Callable[[Any], Any], ...] = (
    sp.log, sp.sqrt, lambda u: 1 / u, lambda u: u ** R(1, 3), lambda u: u ** R(3, 2), lambda u: u ** R(-2, 3),
    lambda u: (u**2) ** R(1, 3), lambda u: u ** R(-1, 2), lambda u: sp.log(sp.Abs(u)), lambda u: sp.sqrt(sp.Abs(u)),
    sp.tan, sp.asin, sp.acos, sp.atanh, sp.acosh, sp.cosh, lambda u: 2**u, lambda u: u**-2, sp.erfc,
)  # fmt: skip
KINKED: tuple[Callable[[Any], Any], ...] = (sp.Abs, sp.sign, sp.Heaviside, lambda u: sp.Heaviside(u, 0))


def _leaf(random: Random, places: list[Any]) -> Any:
    kind = random.random()
    if kind < 0.3:
        return x
    if kind < 0.6:
        return x - _place(random, places)
    if kind < 0.8:
        return _positive(random) * x + _fraction(random)
    return _place(random, []) if kind < 0.9 else _scale(random) * x


def _composition(random: Random, places: list[Any], depth: int = 0) -> Any:
    if depth >= 3 or (depth and random.random() < 0.2):
        return _leaf(random, places)

    def inner() -> Any:
        return _composition(random, places, depth + 1)

    kind = _pick(random, ("extremum", 4), ("kink", 3), ("smooth", 3), ("partial", 2), ("+", 3), ("*", 2), ("cases", 2))
    if kind == "extremum":
        return random.choice((sp.Max, sp.Min))(inner(), inner())
    if kind in ("+", "*"):
        return inner() + inner() if kind == "+" else inner() * inner()
    if kind == "cases":
        return sp.Piecewise((inner(), _condition(random, places)), (inner(), True))
    return random.choice({"kink": KINKED, "smooth": SMOOTH, "partial": PARTIAL}[kind])(inner())


def _condition(random: Random, places: list[Any], depth: int = 0) -> Any:
    if depth < 2 and random.random() < 0.25:
        parts = [_condition(random, places, depth + 1) for _ in range(2)]
        return random.choice((sp.And, sp.Or))(*parts)
    left = _pick(random, (x, 6), (x**2, 1), (sp.Abs(x), 1), (sp.exp(x), 0.5), (x**3 - x, 0.5))
    relation = random.choice((sp.Lt, sp.Le, sp.Gt, sp.Ge, sp.Eq, sp.Ne))
    return relation(left, _place(random, places))


def _cases(random: Random, places: list[Any]) -> Any:
    arms = [(_composition(random, places, 2), _condition(random, places)) for _ in range(random.randint(1, 3))]
    last = random.random() < 0.85  # else the function ends somewhere
    return sp.Piecewise(*arms, *([(_composition(random, places, 2), True)] if last else []))


# u goes to 0; each has a value that it is often filled with, the right one or not.
SINGULAR: tuple[tuple[Callable[[Any], Any], Any], ...] = (
    (lambda u: u * sp.atan(1 / u), 0), (lambda u: 1 / (1 + 1 / u**2), 0), (lambda u: u * sp.sin(1 / u), 0),
    (lambda u: u**2 * sp.sin(1 / u), 0), (lambda u: sp.exp(-1 / u**2), 0), (lambda u: (sp.exp(u) - 1) / u, 1),
    (lambda u: sp.sin(u) / u, 1), (lambda u: sp.tanh(1 / u), 0), (lambda u: u * sp.log(sp.Abs(u)), 0),
    (lambda u: 1 / sp.log(u**2), 0), (lambda u: 1 / (u + 1 / u), 0), (lambda u: (1 - sp.cos(u)) / u**2, R(1, 2)),
    (lambda u: sp.Abs(u) / u, 0), (lambda u: sp.sin(1 / u), 0), (lambda u: 1 / (1 + sp.exp(1 / u)), 0),
    (lambda u: u / (1 + sp.exp(1 / u)), 0), (lambda u: sp.exp(-1 / sp.Abs(u)), 0), (lambda u: sp.erf(1 / u), 0),
    (lambda u: (1 + u) ** (1 / u), sp.E), (lambda u: sp.Abs(u) ** u, 1), (lambda u: (sp.tan(u) - u) / u**3, R(1, 3)),
    (lambda u: u * sp.sin(sp.log(sp.Abs(u))), 0), (lambda u: sp.cos(1 / u) * sp.sqrt(sp.Abs(u)), 0),
    (lambda u: sp.atan(1 / u**2), sp.pi / 2), (lambda u: (sp.sqrt(1 + u) - 1) / u, R(1, 2)),
    (lambda u: sp.log(1 + u) / u, 1), (lambda u: u / sp.Abs(u) ** R(1, 3), 0), (lambda u: 1 / u, 0),
    (lambda u: sp.erfc(1 / u) * u, 0), (lambda u: (sp.exp(u) - 1 - u) / sp.Abs(u), 0), (lambda u: u**2 / sp.sinh(u), 0),
    (lambda u: sp.exp(1 / u) / (2 + sp.exp(1 / u)), 1), (lambda u: sp.Max(0, 1 / u) * u, 1),
)  # fmt: skip


def _filled(random: Random, places: list[Any]) -> Any:
    place = _place(random, places)
    shape, value = random.choice(SINGULAR)
    formula = shape(_pick(random, (x - place, 6), (_positive(random) * (x - place), 2), ((x - place) ** 2, 1)))
    if random.random() < 0.4:
        value, formula = random.choice(
            ((value + 1, formula), (0, formula), (_scale(random), formula), (value, formula * (x - place)))
        )
    if random.random() < 0.25:
        factor = _scale(random)
        value, formula = value * factor, formula * factor
    filled = sp.Piecewise((formula, sp.Ne(x, place)), (value, True))
    outer = random.choice((sp.Abs, sp.tanh, sp.exp, lambda u: u + sp.Abs(x)))
    return filled if random.random() < 0.7 else outer(filled)


def _activation(random: Random, places: list[Any]) -> Any:
    p, q, place = _positive(random), _positive(random), _place(random, places)
    return random.choice(
        (
            sp.Max(0, x - place) - p * sp.Max(0, place - x),
            x / (1 + sp.exp(-p * x)),
            sp.log(1 + sp.exp(p * (x - place))) / p,
            sp.Max(0, x) + sp.Min(0, p * (sp.exp(x / p) - 1)),
            1 / (1 + sp.exp(-(x - place) / p)),
            x * sp.tanh(sp.log(1 + sp.exp(x))),
            x * sp.Min(6, sp.Max(0, x + 3)) / 6,
            x * (1 + sp.erf(x / sp.sqrt(2))) / 2,
            sp.Piecewise((x, x > place), (p * (sp.exp(x) - 1), True)),
            sp.Max(x, p * x, q * (x - place)),
            sp.Min(p, sp.Max(-p, x - place)),
            (x - place) / (1 + sp.Abs(x - place)),
            sp.sign(x - place) * sp.Max(0, sp.Abs(x - place) - p),
            sp.Max(x, sp.exp(x) - 1, (x + 1) ** 2 / 2 - R(1, 2)),
        )
    )


def _quotient(random: Random, places: list[Any]) -> Any:
    place = _place(random, places)
    above, below = (random.choice((*SMOOTH, *KINKED, sp.sqrt))(x - place) for _ in range(2))
    shift = above.subs(x, place) if random.random() < 0.5 and place == 0 else 0
    return (above - shift) / below


def _rescaled(random: Random, expr: Any) -> Any:
    return random.choice(
        (
            lambda: _scale(random) * expr,
            lambda: expr + _scale(random),
            lambda: _scale(random) * expr + _scale(random) * sp.Abs(x),
            lambda: expr.subs(x, _scale(random) * x),
        )
    )()
