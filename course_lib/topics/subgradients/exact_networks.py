"""Small networks in exact arithmetic: whole numbers and fractions, forward and backward, with a chosen piece a unit.

With the pieces chosen, every pre-activation is a polynomial in the parameters. `dependent` tries at random points
whether such polynomials are dependent. `configurations` draws networks with units exactly on their kinks.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.checks import refusal
from course_lib.networks import ACTIVATIONS

Array = NDArray[Any]
Place = tuple[int, int, int]  # layer, sample, unit
ON_KINK = -1  # in an array of pieces
# For `dependent`: arithmetic modulo a prime, whole numbers up to REACH, so many points beyond the number of unknowns.
PRIME = 2**61 - 1
REACH = 10**6
MORE = 4
# For `configurations`. Widths from the input to the output.
SHAPES = ((1, 2, 1), (2, 2, 1), (2, 3, 1), (2, 2, 2, 1), (2, 2, 3, 1))
BATCHES = (1, 2, 3, 4)
FEWEST, MOST = 2, 6  # ties of a network that is tried
DRAWS = 12  # of a hidden unit, of which the one with the most ties is kept
LARGEST_WEIGHT, LARGEST_INPUT, LARGEST_TARGET = 3, 3, 4


class StraightPieces(NamedTuple):
    """σ(z) = slopes[p]·z + intercepts[p] between kinks[p − 1] and kinks[p], in whole numbers."""

    kinks: Array
    slopes: Array
    intercepts: Array


@cache
def straight_pieces(activation: str) -> StraightPieces:
    """The pieces of an activation of `ACTIVATIONS` whose slopes are whole numbers, derived from its branches.

    >>> [numbers.tolist() for numbers in straight_pieces("relu6")]
    [[0, 6], [0, 1, 0], [0, 0, 6]]
    """
    f = ACTIVATIONS[activation].piecewise()
    slopes = [branch.diff(f.variable) for branch in f.branches]
    intercepts = [branch.subs(f.variable, 0) for branch in f.branches]
    return StraightPieces(exact(f.breakpoints), exact(slopes), exact(intercepts))


@dataclass(frozen=True, eq=False)
class ExactNetwork:
    """z_l = W_l a_(l−1) + b_l, a_l = σ_l(z_l): whole numbers or fractions; the last layer has the identity.

    `W[l]` is (units, inputs), `b[l]` (units,), `activations[l]` a name; `trained`, "weights and biases", "weights" or
    "biases", says which of them are parameters. The loss is ½ Σ (o − t)² over samples and outputs.
    """

    W: tuple[Array, ...]
    b: tuple[Array, ...]
    activations: tuple[str, ...]
    trained: str = "weights and biases"

    @property
    def parameters(self) -> tuple[Array, ...]:
        """The trained arrays, layer by layer, weights before biases."""
        pairs = zip(self.W, self.b, strict=True)
        return tuple(array for W, b in pairs for kind, array in (("weights", W), ("biases", b)) if kind in self.trained)

    @property
    def size(self) -> int:
        """The number of trained numbers."""
        return sum(array.size for array in self.parameters)

    def moved(self, direction: Sequence[Any], step: Any) -> "ExactNetwork":
        """The network at θ + step·direction; `direction` is flat, in the order of `parameters`."""
        steps = iter(direction)

        def shifted(array: Array, kind: str) -> Array:
            if kind not in self.trained:
                return array
            return array + step * exact([next(steps) for _ in range(array.size)]).reshape(array.shape)

        layers = [(shifted(W, "weights"), shifted(b, "biases")) for W, b in zip(self.W, self.b, strict=True)]
        W, b = zip(*layers, strict=True)
        return ExactNetwork(W, b, self.activations, self.trained)


@dataclass(frozen=True, eq=False)
class Configuration:
    """One network with its batch: X (samples, inputs), T (samples, outputs)."""

    network: ExactNetwork
    X: Array
    T: Array


def exact(values: Any) -> Array:
    """An array of Python's whole numbers and fractions, which never round. Raises ValueError for other numbers."""
    given = np.array(values, dtype=object)
    plain = [value if isinstance(value, Fraction) else int(value) for value in given.ravel()]
    if any(mine != value for mine, value in zip(plain, given.ravel(), strict=True)):
        raise ValueError(refusal("values", values, "whole numbers and fractions", "are"))
    array = np.empty(given.shape, dtype=object)
    array.ravel()[:] = plain  # A new array is in C order, so this is a view.
    return array


def dense(
    W: Sequence[Any], b: Sequence[Any] | None = None, activation: str = "relu", trained: str = "weights and biases"
) -> ExactNetwork:
    """A network of dense layers with these weights; `activation` for all layers but the last; without `b`, all 0.

    >>> dense([[[1], [-1]], [[1, -1]]], trained="weights").activations
    ('relu', 'identity')
    """
    weights = tuple(exact(layer) for layer in W)
    biases = tuple(exact([0] * len(layer)) for layer in weights) if b is None else tuple(exact(layer) for layer in b)
    return ExactNetwork(weights, biases, (*[activation] * (len(weights) - 1), "identity"), trained)


def forward(network: ExactNetwork, X: Array, pieces: Sequence[Array] | None = None) -> tuple[list[Array], list[Array]]:
    """([z_1, …], [a_0 = X, a_1, …]), each (samples, units); `pieces` forces each unit onto a straight piece.

    With forced pieces every z is a polynomial in the parameters.
    """
    pre_activations, activations = [], [X]
    for layer, (W, b, name) in enumerate(zip(network.W, network.b, network.activations, strict=True)):
        z = activations[-1] @ W.T + b
        at = pieces_at(name, z) if pieces is None else pieces[layer]
        kinks, slopes, intercepts = straight_pieces(name)
        pre_activations.append(z)
        # On a kink both pieces have one value, so that ON_KINK may take any of the two.
        resting = np.where(at == ON_KINK, np.searchsorted(kinks, z), at)
        activations.append(slopes[resting] * z + intercepts[resting])
    return pre_activations, activations


def pieces_of_units(network: ExactNetwork, X: Array) -> list[Array]:
    """`pieces_at` of every unit, layer by layer, each (samples, units)."""
    zs, _ = forward(network, X)
    return [pieces_at(name, z) for name, z in zip(network.activations, zs, strict=True)]


def pieces_at(activation: str, z: Array) -> Array:
    """For each z the number of the piece it lies on, `ON_KINK` where it is exactly a kink."""
    below, above = (np.searchsorted(straight_pieces(activation).kinks, z, side) for side in ("left", "right"))
    return np.where(below == above, above, ON_KINK)


def ties(network: ExactNetwork, X: Array) -> list[Place]:
    """(layer, sample, unit) of every pre-activation that is exactly on a kink, layer by layer."""
    return [
        (layer, int(sample), int(unit))
        for layer, pieces in enumerate(pieces_of_units(network, X)[:-1])
        for sample, unit in np.argwhere(pieces == ON_KINK)
    ]


def slopes_on(activation: str, pieces: Array) -> Array:
    """The slope of each piece, of the lowest one for `ON_KINK`."""
    return np.asarray(straight_pieces(activation).slopes[np.maximum(pieces, 0)])


def pull_back(network: ExactNetwork, activations: Sequence[Array], slopes: Sequence[Array], D: Array) -> list[Any]:
    """∂/∂θ of Σ D·z_L by the chain rule, flat in the order of `parameters`, with σ′ = slopes[l] (samples, units).

    D is (samples, units of layer L) with L = len(slopes) + 1; parameters of later layers get 0.
    """
    gradients: list[list[Array]] = [[] for _ in network.W]
    for layer in range(len(slopes), -1, -1):
        if "weights" in network.trained:
            gradients[layer].append(D.T @ activations[layer])
        if "biases" in network.trained:
            gradients[layer].append(D.sum(0))
        if layer:
            D = (D @ network.W[layer]) * slopes[layer - 1]
    flat = [value for layer in gradients for array in layer for value in array.ravel()]
    return flat + [0] * (network.size - len(flat))


def gradient(
    network: ExactNetwork, X: Array, T: Array, slope_at_kink: Sequence[Any], pieces: Sequence[Array] | None = None
) -> list[Any]:
    """Backpropagation of ½ Σ (o − t)²: flat, with `slope_at_kink[k]` where a pre-activation is exactly kink k.

    With `pieces` the units are forced onto these, and the slopes of the remaining `ON_KINK` do not matter.
    """
    zs, activations = forward(network, X, pieces)
    slopes = []
    for layer, name in enumerate(network.activations[:-1]):
        at = pieces_at(name, zs[layer]) if pieces is None else pieces[layer]
        slope = slopes_on(name, at)
        for kink, chosen in zip(straight_pieces(name).kinks, slope_at_kink, strict=False):
            slope = np.where((at == ON_KINK) & (zs[layer] == kink).astype(bool), chosen, slope)
        slopes.append(slope)
    return pull_back(network, activations, slopes, activations[-1] - T)


def dependent(values: Callable[[list[int]], Sequence[int | Fraction]], weights: Sequence[Fraction], size: int) -> bool:
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
    rng = np.random.default_rng(0)
    modular = [_residue(weight) for weight in weights]
    equations = []
    for _ in range(len(weights) * size + MORE):
        point = rng.integers(-REACH, REACH, size).tolist()
        residues = [_residue(Fraction(value)) for value in values(point)]
        known = -sum(weight * value for weight, value in zip(modular, residues, strict=True)) % PRIME
        equations.append([value * coordinate % PRIME for value in residues for coordinate in point] + [known])
        if len(equations) == MORE and not any(equation[-1] for equation in equations):
            return True  # The weights themselves will do, as constant m_k.
    return _solvable(equations)


def _residue(value: Fraction) -> int:
    return value.numerator * pow(value.denominator, -1, PRIME) % PRIME


def _solvable(rows: list[list[int]]) -> bool:
    """Whether a linear system modulo the prime, the right-hand side in the last column, has a solution."""
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


def configurations(activation: str, trained: str, seed: int = 0) -> Iterator[Configuration]:
    """Endless random configurations with 1 to 6 pre-activations on a kink and nothing at rest by weights of 0.

    The shape is one of `SHAPES`, the batch one of `BATCHES`; weights are whole numbers from −3 to 3 without 0, inputs
    from −3 to 3, targets from −4 to 4. In two of three cases a hidden unit is the one with the most samples on a kink
    out of 12 that are drawn, each with a bias, if there are biases, that puts a random sample on a random kink; else
    its bias is from −3 to 3. Without biases in the network all are 0.
    """
    rng = np.random.default_rng(seed)
    while True:
        shape = SHAPES[rng.integers(len(SHAPES))]
        batch = BATCHES[rng.integers(len(BATCHES))]
        X = exact(rng.integers(-LARGEST_INPUT, LARGEST_INPUT + 1, (batch, shape[0])).tolist())
        if batch > 1 and rng.integers(2):
            X[-1] = -X[0]  # Without biases, units on a kink for one are on it for the other.
        T = exact(rng.integers(-LARGEST_TARGET, LARGEST_TARGET + 1, (batch, 1)).tolist())
        W: list[Any] = []
        b: list[Any] = []
        inputs = X
        for units in shape[1:-1]:
            drawn = [_hidden_unit(rng, inputs, activation, biased=trained != "weights") for _ in range(units)]
            W.append([weights for weights, _ in drawn])
            b.append([bias for _, bias in drawn])
            # The units above are drawn for what comes out of this layer.
            _, activations = forward(dense([*W, [[0] * units]], [*b, [0]], activation), X)
            inputs = activations[len(W)]
        network = dense([*W, [_weights(rng, shape[-2])]], [*b, [0]], activation, trained)
        if FEWEST <= len(ties(network, X)) <= MOST:
            yield Configuration(network, X, T)


def _weights(rng: np.random.Generator, count: int) -> list[int]:
    """From −3 to 3, without 0."""
    size = rng.integers(1, LARGEST_WEIGHT + 1, count)
    return list((size * rng.choice((-1, 1), count)).tolist())


def _hidden_unit(rng: np.random.Generator, inputs: Array, activation: str, biased: bool) -> tuple[list[int], Any]:
    """Weights and bias of a unit."""
    if rng.integers(3) == 0:
        bias = int(rng.integers(-LARGEST_WEIGHT, LARGEST_WEIGHT + 1)) if biased else 0
        return _weights(rng, inputs.shape[1]), bias
    kinks = straight_pieces(activation).kinks
    draws = []
    for _ in range(DRAWS):
        weights = _weights(rng, inputs.shape[1])
        z = inputs @ exact(weights)
        bias = kinks[rng.integers(len(kinks))] - z[rng.integers(len(z))] if biased else 0
        draws.append((int(np.isin(z + bias, kinks).sum()), weights, bias))
    _, weights, bias = max(draws, key=lambda draw: draw[0])
    return weights, bias
