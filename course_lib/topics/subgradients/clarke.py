"""The second method for the cells around a kink: go a small random way and look, in exact arithmetic."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from course_lib.topics.subgradients.convex_hulls import Combination, Separation, locate
from course_lib.topics.subgradients.exact_networks import (
    ON_KINK,
    Array,
    ExactNetwork,
    dependent,
    exact,
    forward,
    gradient,
    pieces_at,
    pieces_of,
    pull_back,
    slopes_on,
)

# The exact Clarke subdifferential of a small network's loss in its parameters: the hull of the gradients around.


MOST_TIES = 12
Place = tuple[int, int, int]  # layer, sample, unit
Gradient = tuple[Any, ...]


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


def ties(network: ExactNetwork, X: Array) -> list[Place]:
    """(layer, sample, unit) of every pre-activation that is exactly on a kink, layer by layer."""
    zs, _ = forward(network, X)
    names = enumerate(network.activations[:-1])
    return [
        (layer, int(sample), int(unit))
        for layer, name in names
        for sample, unit in np.argwhere(pieces_at(name, zs[layer]) == ON_KINK)
    ]


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
        raise ValueError(f"X: {len(places)} pre-activations are on a kink; accepted are at most {MOST_TIES}")
    size = sum(array.size for array in network.parameters)
    branches = [_Branch({}, (), (Fraction(0),) * size)]
    for layer in sorted({place[0] for place in places}):
        in_layer = [place for place in places if place[0] == layer]
        branches = [grown for branch in branches for grown in _through_layer(network, X, branch, in_layer)]
    return [
        Cell(branch.sides, branch.direction, tuple(gradient(network, X, T, (), pieces_with(network, X, branch.sides))))
        for branch in branches
    ]


def pieces_with(network: ExactNetwork, X: Array, sides: dict[Place, int]) -> list[Array]:
    """The piece of every unit at θ, with the ties put on the piece below or above their kink."""
    zs, _ = forward(network, X)
    pieces = [pieces_at(name, z) for name, z in zip(network.activations, zs, strict=True)]
    for (layer, sample, unit), side in sides.items():
        if side:
            kinks = pieces_of(network.activations[layer]).kinks
            pieces[layer][sample, unit] = kinks.index(zs[layer][sample, unit]) + (side > 0)
    return pieces


def _through_layer(network: ExactNetwork, X: Array, branch: _Branch, places: Sequence[Place]) -> Iterator[_Branch]:
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
    yield from waiting


def _gradient_of_tie(network: ExactNetwork, X: Array, sides: dict[Place, int], place: Place) -> Gradient:
    """∇z of one pre-activation, with the units below on the pieces that `sides` says."""
    layer, sample, unit = place
    pieces = pieces_with(network, X, sides)
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
    found = locate(signed, [0] * len(slope))
    if isinstance(found, Combination):
        _confirm_empty(network, X, known.sides, rows, found.weights)
        return None
    return found.direction


def _confirm_empty(
    network: ExactNetwork,
    X: Array,
    sides: dict[Place, int],
    rows: Sequence[tuple[Place, int, Gradient]],
    weights: Sequence[Fraction],
) -> None:
    """Raise unless the ties with a weight are dependent as polynomials, with the units below held on their pieces."""
    at_theta, _ = forward(network, X)
    pieces = pieces_with(network, X, sides)
    used = [(row, weight) for row, weight in zip(rows, weights, strict=True) if weight]

    def signed(point: list[int]) -> list[Any]:
        zs, _ = forward(network.moved(point, 1), X, pieces)
        return [
            side * (zs[layer][sample, unit] - at_theta[layer][sample, unit])
            for ((layer, sample, unit), side, _), _ in used
        ]

    size = sum(array.size for array in network.parameters)
    if not dependent(signed, [weight for _, weight in used], size):
        places = ", ".join(f"layer {layer + 1} unit {unit + 1}" for ((layer, _, unit), _, _), _ in used)
        raise UndecidedCells(f"the first-order changes of {places} do not decide which cells there are")


# Is what backpropagation returns a Clarke subgradient of the loss? A verdict with its certificate.


@dataclass(frozen=True, eq=False)
class Membership:
    """`backprop` against the Clarke set conv{`vertices`}, all flat; `certificate` shows that it is inside or outside.

    A `Combination` holds the weights of the vertices, a `Separation` a direction along which backprop's result is less
    than every member of the set.
    """

    backprop: Gradient
    vertices: tuple[Gradient, ...]
    cells: int
    certificate: Combination | Separation

    @property
    def inside(self) -> bool:
        return isinstance(self.certificate, Combination)


def judge(
    network: ExactNetwork, X: Array, T: Array, slope_at_kink: Sequence[Any], cells: Sequence[Cell] | None = None
) -> Membership:
    """∇_backprop ∈ ∂_Clarke of ½ Σ (o − t)² in the trained parameters?

    X is (samples, inputs), T (samples, outputs), `slope_at_kink` holds a slope for each kink of the activation, whole
    numbers or fractions. Raises `UndecidedCells` where the cells are not decided. `cells` saves computing them twice.

    >>> from course_lib.topics.subgradients.exact_networks import dense, exact
    >>> without_biases = dense([[[1]], [[1], [-1]], [[1, -1]]], trained="weights")
    >>> judge(without_biases, exact([[0]]), exact([[-1]]), (0,)).inside
    True
    """
    kinks = max(len(pieces_of(name).kinks) for name in network.activations)
    if len(slope_at_kink) != kinks:
        raise ValueError(f"slope_at_kink: got {len(slope_at_kink)} slopes; accepted are {kinks}, one for each kink")
    if T.shape != (len(X), len(network.b[-1])):
        raise ValueError(f"T: got shape {T.shape}; accepted is {(len(X), len(network.b[-1]))}, (samples, outputs)")
    around = cells_around(network, X, T) if cells is None else cells
    vertices = tuple(sorted({cell.gradient for cell in around}))
    found = tuple(gradient(network, X, T, [_exact(slope) for slope in slope_at_kink]))
    return Membership(found, vertices, len(around), locate(vertices, found))


def _exact(slope: Any) -> Any:
    if isinstance(slope, (int, Fraction)):
        return slope
    raise TypeError(f"slope_at_kink: got {slope!r}; accepted are whole numbers and Fraction(p, q)")


# The second method for the cells around a kink: go a small random way and look, in exact arithmetic.


LARGEST = 10**9  # entries of a random direction; so many that hardly one runs along the border of two cells
FIRST_STEP = Fraction(1, 10**15)


def sampled_gradients(network: ExactNetwork, X: Array, T: Array, directions: int = 200, seed: int = 0) -> set[Gradient]:
    """The limits at θ of the gradients found along so many random directions.

    It shares no condition with `cells_around`: it moves all parameters by ε dθ, reads off on which pieces the units
    lie, and takes the gradient of these pieces at θ. ε is halved until all other units are on the pieces they had.
    """
    rng = np.random.default_rng(seed)
    size = sum(array.size for array in network.parameters)
    return {at_direction(network, X, T, rng.integers(-LARGEST, LARGEST + 1, size).tolist()) for _ in range(directions)}


def at_direction(network: ExactNetwork, X: Array, T: Array, direction: list[int]) -> Gradient:
    """The limit, as ε → 0, of the gradient at θ + ε·direction, by the pieces on which the units lie for a small ε."""
    return tuple(gradient(network, X, T, (), pieces_along(network, X, direction)))


def pieces_along(network: ExactNetwork, X: Array, direction: list[int]) -> list[Array]:
    """The pieces of all units at θ + ε·direction for ε so small that only ties have left theirs."""
    before, _ = forward(network, X)
    resting = [pieces_at(name, z) for name, z in zip(network.activations, before, strict=True)]
    step = FIRST_STEP
    while True:
        zs, _ = forward(network.moved(direction, step), X)
        found = [pieces_at(name, z) for name, z in zip(network.activations, zs, strict=True)]
        if all(((was == ON_KINK) | (was == now)).all() for was, now in zip(resting, found, strict=True)):
            return found
        step /= 2


def sides_hold(network: ExactNetwork, X: Array, cell: Cell) -> bool:
    """Whether a small step along the cell's direction gives every tie the side that the cell states."""
    zs, _ = forward(network, X)
    moved, _ = forward(network.moved(cell.direction, FIRST_STEP), X)
    return all(
        np.sign(moved[layer][sample, unit] - zs[layer][sample, unit]) == cell.sides[layer, sample, unit]
        for layer, sample, unit in ties(network, X)
    )
