"""The second method for the cells around a kink: go a small random way and look, in exact arithmetic."""

from fractions import Fraction

import numpy as np

from course_lib.experiments.clarke_cells import Cell, Gradient, ties
from course_lib.experiments.exact_networks import (
    ON_KINK,
    Array,
    ExactNetwork,
    forward,
    gradient,
    pieces_at,
)

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
