"""Random programs with ties, and the exact slope beside a tie, which no rule of differentiation has a part in.

A program is a tree of + − × relu max abs over its variables and small whole numbers. It can be evaluated with any kind
of numbers that are ordered; here with fractions, at points so close to the tie that every product of their distances is
small beside them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from course_lib.checks import whole_number
from course_lib.topics.subgradients.directional import maximum, relu

NEAR, STEP = 64, 64 * 60  # powers of ½: how far from the tie, and how long a step of the difference quotient is
AGREED = Fraction(1, 2**30)
MOST_PRODUCTS = 3
ONE, TWO = (
    {"relu": relu, "abs": abs, "negative": lambda x: -x},
    {
        "add": lambda x, y: x + y,
        "subtract": lambda x, y: x - y,
        "multiply": lambda x, y: x * y,
        "max": maximum,
    },
)
Tree = Any  # ("x", i), ("number", k) or (name, part, …)


@dataclass(frozen=True)
class RandomProgram:
    """A tree and the point at which it is differentiated; call it with one number for each variable."""

    tree: Tree
    point: tuple[int, ...]

    def __call__(self, *variables: Any) -> Any:
        return _value(self.tree, variables, [])

    @property
    def ties(self) -> int:
        """How many relu, abs and max stand exactly on their kink at the point."""
        kinks: list[Any] = []
        _value(self.tree, self.point, kinks)
        return sum(distance == 0 for distance in kinks)


def _value(tree: Tree, variables: Sequence[Any], kinks: list[Any]) -> Any:
    name, *parts = tree
    if name in ("x", "number"):
        return variables[parts[0]] if name == "x" else parts[0]
    values = [_value(part, variables, kinks) for part in parts]
    if name in ("relu", "abs", "max"):
        kinks.append(values[0] - (values[1] if name == "max" else 0))
    return ONE[name](*values) if name in ONE else TWO[name](*values)


def random_programs(variables: int, seed: int = 0) -> Iterator[RandomProgram]:
    """Endless programs in so many variables with at least one tie at their point; at most three products in each.

    >>> next(random_programs(1)).ties > 0
    True
    """
    whole_number("variables", variables, 1)
    rng = np.random.default_rng([seed, variables])
    while True:
        tree = _grown(rng, variables, 5)
        point = tuple((rng.integers(-1, 2, variables) * rng.integers(0, 2, variables)).tolist())
        program = RandomProgram(tree, point)
        if str(tree).count("multiply") <= MOST_PRODUCTS and program.ties:
            yield program


def _grown(rng: np.random.Generator, variables: int, depth: int) -> Tree:
    if depth == 0 or rng.random() < 0.1:
        return ("x", int(rng.integers(variables))) if rng.random() < 0.8 else ("number", int(rng.integers(-2, 3)))
    if rng.random() < 0.45:
        return (str(rng.choice(["relu", "relu", "abs", "negative"])), _grown(rng, variables, depth - 1))
    name = str(rng.choice(["add", "subtract", "add", "subtract", "multiply", "max"]))
    return name, _grown(rng, variables, depth - 1), _grown(rng, variables, depth - 1)


def slopes_beside(program: RandomProgram, signs: Sequence[int] | None = None) -> list[Fraction]:
    """(f(p + h) − f(p − h))/2h along each variable, exact, at the point p = point + Σ ±εₖ·(unit vector k).

    ε₁ ≫ ε₂ ≫ … and every εᵢ·εⱼ is small beside all of them; h is smaller than any distance of p to a kink that is
    not 0. `signs` are the ±, all + by default.

    >>> slopes_beside(RandomProgram(("abs", ("x", 0)), (0,))) == [1]
    True
    """
    n = len(program.point)
    moves = [Fraction(1, 2 ** (NEAR * (n + k))) for k in range(n)]
    p = [value + sign * move for value, sign, move in zip(program.point, signs or [1] * n, moves, strict=True)]
    h = Fraction(1, 2**STEP)
    found = []
    for k in range(n):
        ahead, behind = (program(*p[:k], p[k] + sign * h, *p[k + 1 :]) for sign in (1, -1))
        found.append((Fraction(ahead) - behind) / (2 * h))
    return found


def wrong(
    gradient: Callable[[RandomProgram, tuple[int, ...]], Sequence[Any]], variables: int, count: int, seed: int = 0
) -> int:
    """For how many of `count` random programs `gradient(program, point)` differs from the slopes beside the point.

    >>> from course_lib.topics.subgradients.directional import right_gradient
    >>> wrong(right_gradient, 2, 20), wrong(lambda program, point: [0, 0], 2, 20) > 5
    (0, True)
    """
    source = random_programs(variables, whole_number("seed", seed, 0))
    tried = (next(source) for _ in range(whole_number("count", count, 1)))
    return sum(not agrees(gradient(program, program.point), slopes_beside(program)) for program in tried)


def agrees(claimed: Sequence[Any], beside: Sequence[Fraction]) -> bool:
    """Whether the numbers are the same but for the distance to the tie."""
    return len(claimed) == len(beside) and all(abs(c - b) < AGREED for c, b in zip(claimed, beside, strict=True))
