"""Is a point in the convex hull of finitely many others? Decided in fractions, with a certificate for either answer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Integral

Vector = Sequence[int | Fraction]


@dataclass(frozen=True)
class Combination:
    """target = Σ weights[k]·points[k] with weights ≥ 0 and Σ weights = 1: the target is in the hull."""

    weights: tuple[Fraction, ...]


@dataclass(frozen=True)
class Separation:
    """direction·(points[k] − target) > 0 for every k: all points lie on one side of the target, so it is outside."""

    direction: tuple[Fraction, ...]


def locate(points: Sequence[Vector], target: Vector) -> Combination | Separation:
    """target ∈ conv{points}? The weights of a convex combination if so, else a direction that separates.

    Points and target are whole numbers or fractions, all of one length; nothing is rounded. Before it is returned, the
    certificate is checked against its definition. Raises ValueError for no points or lengths that differ. Method: the
    first phase of the simplex algorithm with the rule of Robert G. Bland, *New finite pivoting rules for the simplex
    method*, 1977.

    >>> [str(weight) for weight in locate([(0, 0), (4, 0), (0, 4)], (1, 2)).weights]
    ['1/4', '1/4', '1/2']
    >>> locate([(1, 0), (1, 1)], (0, 0))
    Separation(direction=(Fraction(2, 1), Fraction(-1, 1)))
    """
    if not points:
        raise ValueError("points: got none; accepted is at least one point")
    if any(len(point) != len(target) for point in points):
        lengths = sorted({len(point) for point in points})
        raise ValueError(f"points: got points of length {lengths} for a target of length {len(target)}")
    origin = [_exact(value) for value in target]
    moved = _whole([[_exact(value) - to for value, to in zip(point, origin, strict=True)] for point in points])
    found = _first_phase(moved)
    if not _holds(found, moved):
        raise ArithmeticError(f"the certificate {found} does not hold")
    return found


def _exact(value: object) -> int | Fraction:
    """Python's own numbers: NumPy's whole numbers overflow without a word, and floats round."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    raise TypeError(f"points and target: got {value!r}; accepted are whole numbers and fractions")


def _holds(found: Combination | Separation, moved: list[list[int]]) -> bool:
    """The certificate, held against its definition; the target has been moved to 0."""
    if isinstance(found, Combination):
        columns = zip(*moved, strict=True)
        mixed = (sum(w * value for w, value in zip(found.weights, column, strict=True)) for column in columns)
        return min(found.weights) >= 0 and sum(found.weights) == 1 and not any(mixed)
    return all(sum(d * value for d, value in zip(found.direction, point, strict=True)) > 0 for point in moved)


def _whole(rows: list[list[int | Fraction]]) -> list[list[int]]:
    """The rows times their common denominator, which turns no inequality round."""
    scale = math.lcm(*(value.denominator for row in rows for value in row))
    return [[int(value * scale) for value in row] for row in rows]


def _first_phase(moved: list[list[int]]) -> Combination | Separation:
    """Minimise the sum of the artificial variables of λ ≥ 0, Σ λ_k·moved[k] = 0, Σ λ_k = 1.

    Tableau: a row for each equation, columns λ, then artificials, then the right-hand side; the last row holds the
    reduced costs, so that at the end the artificial columns hold 1 − y for the dual solution y. All entries stand over
    one denominator, the last pivot, and so stay whole numbers: that is several times as fast as fractions.
    """
    count, rows = len(moved), len(moved[0]) + 1
    equations = [list(row) for row in zip(*moved, strict=True)] + [[1] * count]
    tableau = [
        [*equation, *(int(i == j) for j in range(rows)), int(i == rows - 1)] for i, equation in enumerate(equations)
    ]
    costs = [-sum(column) for column in zip(*tableau, strict=True)]
    costs[count : count + rows] = [0] * rows
    tableau.append(costs)
    basis, denominator = list(range(count, count + rows)), 1
    while (entering := next((j for j in range(count) if tableau[-1][j] < 0), None)) is not None:
        ratios = [
            (Fraction(row[-1], row[entering]), basis[i], i) for i, row in enumerate(tableau[:-1]) if row[entering] > 0
        ]
        leaving = min(ratios)[2]
        basis[leaving] = entering
        denominator = _eliminate(tableau, leaving, entering, denominator)
    if tableau[-1][-1] != 0:  # What is left of the artificial variables, with a minus sign.
        dual = [1 - Fraction(cost, denominator) for cost in tableau[-1][count : count + rows]]
        return Separation(tuple(-y for y in dual[:-1]))
    weights = [Fraction(0)] * count
    for row, variable in zip(tableau, basis, strict=False):
        if variable < count:
            weights[variable] = Fraction(row[-1], denominator)
    return Combination(tuple(weights))


def _eliminate(tableau: list[list[int]], leaving: int, entering: int, denominator: int) -> int:
    """One pivot step in place; returns the new denominator. The divisions leave no remainder (Bareiss, 1968)."""
    top = tableau[leaving]
    pivot = top[entering]
    for i, row in enumerate(tableau):
        factor = row[entering]
        if i != leaving:
            tableau[i] = [
                (pivot * value - factor * above) // denominator for value, above in zip(row, top, strict=True)
            ]
    return pivot
