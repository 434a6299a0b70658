"""Are polynomials dependent, with multipliers that are positive near a point? Tried at random points."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

PRIME = 2**61 - 1
REACH = 10**6
MORE = 4  # random points beyond the number of unknowns


def dependent(
    values: Callable[[list[int]], Sequence[int | Fraction]], weights: Sequence[Fraction], size: int, seed: int = 0
) -> bool:
    """Are there affine m_k with m_k(0) = weights[k] and Σ m_k(δ)·p_k(δ) = 0 for all δ?

    `values(δ)` returns the polynomials p_k at a point δ of so many whole numbers. Where it is true and all weights are
    positive, not all p_k can be positive at once near δ = 0. A "no" is certain; a "yes" is wrong with a probability
    below 10⁻⁹, since a polynomial that is not 0 has few zeros. Source: Jacob T. Schwartz, *Fast probabilistic
    algorithms for verification of polynomial identities*, 1980.

    >>> dependent(lambda d: [(1 + d[0]) * d[2], (-1 + d[1]) * d[2]], [Fraction(1), Fraction(1)], 3)
    True
    >>> dependent(lambda d: [d[0], -d[0] + d[1] ** 2], [Fraction(1), Fraction(1)], 2)
    False
    """
    rng = np.random.default_rng(seed)
    modular = [_residue(weight) for weight in weights]
    equations = []
    for _ in range(len(weights) * size + MORE):
        point = rng.integers(-REACH, REACH, size).tolist()
        found = [_residue(Fraction(value)) for value in values(point)]
        known = -sum(weight * value for weight, value in zip(modular, found, strict=True)) % PRIME
        equations.append([value * coordinate % PRIME for value in found for coordinate in point] + [known])
    return _solvable(equations)


def _residue(number: Fraction) -> int:
    return number.numerator * pow(number.denominator, -1, PRIME) % PRIME


def _solvable(equations: list[list[int]]) -> bool:
    """Whether a linear system modulo the prime, the right-hand side in the last column, has a solution."""
    rows = [list(row) for row in equations]
    done = 0
    for column in range(len(rows[0]) - 1):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        inverse = pow(rows[done][column], -1, PRIME)
        for i in range(done + 1, len(rows)):
            factor = rows[i][column] * inverse % PRIME
            if factor:
                rows[i] = [(value - factor * top) % PRIME for value, top in zip(rows[i], rows[done], strict=True)]
        done += 1
    return not any(row[-1] for row in rows[done:])
