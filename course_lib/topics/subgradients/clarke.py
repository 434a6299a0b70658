"""The exact Clarke set of a small network's loss in its parameters, and whether backpropagation's result is in it.

The set is the hull of the gradients in the cells around the parameters. `cells_around` finds the cells, `locate`
decides whether a point is in a hull, with a certificate for either answer, and `membership` is the verdict. A second
method, `sampled_gradients`, goes a small random way and looks which units are on. It shares the exact forward and
backward pass with the first, but neither its inequalities nor its simplex algorithm.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from course_lib.checks import refusal
from course_lib.topics.subgradients.exact_networks import (
    ON_KINK,
    Array,
    Configuration,
    ExactNetwork,
    Place,
    dependent,
    exact,
    forward,
    gradient,
    pieces_at,
    pieces_of_units,
    pull_back,
    slopes_on,
    straight_pieces,
    ties,
)

MOST_TIES = 12  # pre-activations on a kink; there may be 2 to this power of cells
LARGEST = 10**9  # entries of a random direction; so many that hardly one runs along the border of two cells
FIRST_STEP = Fraction(1, 10**15)
Vector = Sequence[int | Fraction]
Gradient = tuple[Any, ...]


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

    Points and target are Python's whole numbers or fractions, all of one length; nothing is rounded. Before it is
    returned, the certificate is checked against its definition; ArithmeticError if it should not hold. Method: the
    first phase of the simplex algorithm with the rule of Robert G. Bland, *New finite pivoting rules for the simplex
    method*, 1977.

    >>> [str(weight) for weight in locate([(0, 0), (4, 0), (0, 4)], (1, 2)).weights]
    ['1/4', '1/4', '1/2']
    >>> locate([(1, 0), (1, 1)], (0, 0))
    Separation(direction=(Fraction(2, 1), Fraction(-1, 1)))
    """
    moved = [[value - to for value, to in zip(point, target, strict=True)] for point in points]
    # Times the common denominator, which turns no inequality round.
    scale = math.lcm(*(value.denominator for point in moved for value in point))
    whole = [[int(value * scale) for value in point] for point in moved]
    certificate = _first_phase(whole)
    if not _holds(certificate, whole):
        raise ArithmeticError(f"the certificate {certificate} does not hold")
    return certificate


def _holds(certificate: Combination | Separation, moved: list[list[int]]) -> bool:
    """The certificate, held against its definition; the target has been moved to 0."""
    if isinstance(certificate, Combination):
        columns = zip(*moved, strict=True)
        mixed = (sum(w * value for w, value in zip(certificate.weights, column, strict=True)) for column in columns)
        return min(certificate.weights) >= 0 and sum(certificate.weights) == 1 and not any(mixed)
    return all(sum(d * value for d, value in zip(certificate.direction, point, strict=True)) > 0 for point in moved)


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


class UndecidedCells(ValueError):
    """First-order conditions do not decide whether there is a cell."""


@dataclass(frozen=True, eq=False)
class Cell:
    """A piece of the parameter space that touches θ: `sides` of the ties, a `direction` into it, the gradient there.

    A side is −1 below the kink, +1 above, 0 where the pre-activation stays on the kink in the whole cell. `gradient` is
    the limit at θ of the gradients inside the cell, flat.
    """

    sides: dict[Place, int]
    direction: tuple[Fraction, ...]
    gradient: Gradient


@dataclass(frozen=True)
class _Branch:
    """The part of the search tree that is known: sides so far, their signed gradients, a direction that fits them."""

    sides: dict[Place, int]
    rows: tuple[tuple[Place, int, Gradient], ...]
    direction: tuple[Fraction, ...]


def cells_around(network: ExactNetwork, X: Array, T: Array) -> list[Cell]:
    """All cells at θ: the sign patterns of the ties that some direction dθ gives them to first order.

    A pattern with signed gradients g_k = ±∇z_k (under the pattern of the layers below) has such a direction iff 0 is
    not in conv{g_k}: `locate` returns the direction or the weights. With weights the pattern is empty for certain only
    if the ±(z_k − kink) are `dependent` as polynomials in θ; else `UndecidedCells` is raised. A tie whose z − kink is 0
    as a polynomial stays on its kink and has no sides. Raises ValueError for more than 12 ties.

    Source: Frank H. Clarke, *Optimization and Nonsmooth Analysis*, 1983, theorem 2.5.1 (the hull of the limits of
    gradients); Paul Gordan, *Über die Auflösung linearer Gleichungen mit reellen Coefficienten*, 1873 (the directions).

    >>> from course_lib.topics.subgradients.exact_networks import dense
    >>> network = dense([[[1], [-1]], [[1, -1]]])
    >>> len(cells_around(network, exact([[0]]), exact([[0]])))
    4
    """
    places = ties(network, X)
    if len(places) > MOST_TIES:
        raise ValueError(f"X: got {len(places)} pre-activations on a kink; accepted are at most {MOST_TIES}")
    branches = [_Branch({}, (), (Fraction(0),) * network.size)]
    for layer in sorted({place[0] for place in places}):
        in_layer = [place for place in places if place[0] == layer]
        branches = [grown for branch in branches for grown in _through_layer(network, X, branch, in_layer)]
    return [
        Cell(branch.sides, branch.direction, tuple(gradient(network, X, T, (), _pieces_with(network, X, branch.sides))))
        for branch in branches
    ]


def _pieces_with(network: ExactNetwork, X: Array, sides: dict[Place, int]) -> list[Array]:
    """The piece of every unit at θ, with the ties put on the piece below or above their kink."""
    zs, _ = forward(network, X)
    pieces = [pieces_at(name, z) for name, z in zip(network.activations, zs, strict=True)]
    for (layer, sample, unit), side in sides.items():
        if side:
            kink = np.searchsorted(straight_pieces(network.activations[layer]).kinks, zs[layer][sample, unit])
            pieces[layer][sample, unit] = kink + (side > 0)
    return pieces


def _through_layer(network: ExactNetwork, X: Array, branch: _Branch, places: Sequence[Place]) -> list[_Branch]:
    """The branch with every possible choice of sides for the ties of one more layer."""
    waiting = [branch]
    for place in places:
        slope = _gradient_of_tie(network, X, branch.sides, place)
        grown = []
        for known in waiting:
            if not any(slope):
                _confirm_empty(network, X, branch.sides, [(place, 1, slope)], [Fraction(1)])
                grown.append(_Branch({**known.sides, place: 0}, known.rows, known.direction))
                continue
            for side in (-1, 1):
                rows = (*known.rows, (place, side, slope))
                direction = _direction(network, X, known, rows)
                if direction is not None:
                    grown.append(_Branch({**known.sides, place: side}, rows, direction))
        waiting = grown
    return waiting


def _gradient_of_tie(network: ExactNetwork, X: Array, sides: dict[Place, int], place: Place) -> Gradient:
    """∇z of one pre-activation, with the units below on the pieces that `sides` says."""
    layer, sample, unit = place
    pieces = _pieces_with(network, X, sides)
    _, activations = forward(network, X, pieces)
    slopes = [slopes_on(name, at) for name, at in zip(network.activations[:layer], pieces[:layer], strict=True)]
    D = exact(np.zeros((len(X), len(network.b[layer])), dtype=int))
    D[sample, unit] = 1
    return tuple(pull_back(network, activations, slopes, D))


def _direction(
    network: ExactNetwork, X: Array, known: _Branch, rows: Sequence[tuple[Place, int, Gradient]]
) -> tuple[Fraction, ...] | None:
    """A direction that gives all ties their sides, or None where it is certain that there is none."""
    _, side, slope = rows[-1]
    if side * sum(a * d for a, d in zip(slope, known.direction, strict=True)) > 0:
        return known.direction
    signed = [[sign * value for value in row] for _, sign, row in rows]
    certificate = locate(signed, [0] * len(slope))
    if isinstance(certificate, Combination):
        _confirm_empty(network, X, known.sides, rows, certificate.weights)
        return None
    return certificate.direction


def _confirm_empty(
    network: ExactNetwork,
    X: Array,
    sides: dict[Place, int],
    rows: Sequence[tuple[Place, int, Gradient]],
    weights: Sequence[Fraction],
) -> None:
    """Raise unless the ties with a weight are dependent as polynomials, with the units below held on their pieces."""
    used = [(row, weight) for row, weight in zip(rows, weights, strict=True) if weight]
    if network.trained == "biases" or all(layer == 0 for ((layer, _, _), _, _), _ in used):
        return  # With the pieces held these are affine in θ, so that the first order is all there is.
    at_theta, _ = forward(network, X)
    pieces = _pieces_with(network, X, sides)

    def signed(point: list[int]) -> list[Any]:
        zs, _ = forward(network.moved(point, 1), X, pieces)
        return [
            side * (zs[layer][sample, unit] - at_theta[layer][sample, unit])
            for ((layer, sample, unit), side, _), _ in used
        ]

    if not dependent(signed, [weight for _, weight in used], network.size):
        places = ", ".join(f"layer {layer + 1} unit {unit + 1}" for ((layer, _, unit), _, _), _ in used)
        raise UndecidedCells(f"the first-order changes of {places} do not decide which cells there are")


@dataclass(frozen=True, eq=False)
class Membership:
    """`backprop` against the Clarke set conv{`vertices`}, all flat; `certificate` shows that it is inside or outside.

    A `Combination` holds the weights of the vertices, a `Separation` a direction along which backprop's result is less
    than every member of the set.
    """

    backprop: Gradient
    vertices: tuple[Gradient, ...]
    certificate: Combination | Separation

    @property
    def inside(self) -> bool:
        return isinstance(self.certificate, Combination)


def membership(
    configuration: Configuration, slope_at_kink: Sequence[Any], cells: Sequence[Cell] | None = None
) -> Membership:
    """∇_backprop ∈ ∂_Clarke of ½ Σ (o − t)² in the trained parameters?

    `slope_at_kink` holds a slope for each kink of the activation, whole numbers or fractions; ValueError or TypeError
    for others. Raises `UndecidedCells` where the cells are not decided. `cells` saves computing them twice.

    >>> from course_lib.topics.subgradients.exact_networks import dense
    >>> without_biases = dense([[[1]], [[1], [-1]], [[1, -1]]], trained="weights")
    >>> membership(Configuration(without_biases, exact([[0]]), exact([[-1]])), [0]).inside
    True
    """
    network, X, T = configuration.network, configuration.X, configuration.T
    kinks = max(len(straight_pieces(name).kinks) for name in network.activations)
    if len(slope_at_kink) != kinks:
        raise ValueError(f"slope_at_kink: got {len(slope_at_kink)} slopes; accepted are {kinks}, one for each kink")
    for slope in slope_at_kink:
        if not isinstance(slope, (int, Fraction)):
            raise TypeError(refusal("slope_at_kink", slope, "whole numbers and Fraction(p, q)", "are"))
    around = cells_around(network, X, T) if cells is None else cells
    vertices = tuple(sorted({cell.gradient for cell in around}))
    backprop = tuple(gradient(network, X, T, slope_at_kink))
    return Membership(backprop, vertices, locate(vertices, backprop))


def sampled_gradients(network: ExactNetwork, X: Array, T: Array, directions: int = 200) -> set[Gradient]:
    """The limits at θ of the gradients that are met along so many random directions, each by `at_direction`."""
    rng = np.random.default_rng(0)
    return {
        at_direction(network, X, T, rng.integers(-LARGEST, LARGEST + 1, network.size).tolist())
        for _ in range(directions)
    }


def at_direction(network: ExactNetwork, X: Array, T: Array, direction: list[int]) -> Gradient:
    """The limit, as ε → 0, of the gradient at θ + ε·direction, by the pieces on which the units lie for a small ε.

    ε is halved until all units but the ties are on the pieces they had. The gradient of these pieces is taken at θ.
    """
    resting = pieces_of_units(network, X)
    step = FIRST_STEP
    while True:
        pieces = pieces_of_units(network.moved(direction, step), X)
        if all(((was == ON_KINK) | (was == now)).all() for was, now in zip(resting, pieces, strict=True)):
            return tuple(gradient(network, X, T, (), pieces))
        step /= 2


def sides_hold(network: ExactNetwork, X: Array, cell: Cell) -> bool:
    """Whether a small step along the cell's direction gives every tie the side that the cell states."""
    zs, _ = forward(network, X)
    moved, _ = forward(network.moved(cell.direction, FIRST_STEP), X)
    return all(
        np.sign(moved[layer][sample, unit] - zs[layer][sample, unit]) == cell.sides[layer, sample, unit]
        for layer, sample, unit in ties(network, X)
    )
