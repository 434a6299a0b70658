"""Are polynomials dependent, with multipliers that are positive near a point? Tried at random points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.networks import ACTIVATIONS

# Small networks in exact arithmetic: whole numbers and fractions, forward and backward, with a chosen piece a unit.


Array = NDArray[Any]
TRAINED = ("weights and biases", "weights", "biases")
ON_KINK = -1  # in an array of pieces


@dataclass(frozen=True)
class Pieces:
    """σ(z) = slope[p]·z + intercept[p] between kinks[p − 1] and kinks[p], exact."""

    kinks: tuple[int, ...]
    slopes: tuple[int, ...]
    intercepts: tuple[int, ...]


@cache
def pieces_of(activation: str) -> Pieces:
    """The straight pieces of an activation of `ACTIVATIONS`, derived from its branches.

    >>> pieces_of("relu6")
    Pieces(kinks=(0, 6), slopes=(0, 1, 0), intercepts=(0, 0, 6))
    """
    f = ACTIVATIONS[activation].piecewise()
    slopes = tuple(branch.diff(f.variable) for branch in f.branches)
    intercepts = tuple(branch.subs(f.variable, 0) for branch in f.branches)
    if not all(number.is_Integer for number in (*f.breakpoints, *slopes, *intercepts)):
        raise ValueError(
            f"activation: {activation} has pieces that are not straight and whole; accepted is relu or relu6"
        )
    return Pieces(*(tuple(int(number) for number in numbers) for numbers in (f.breakpoints, slopes, intercepts)))


@cache
def _lines_of(activation: str) -> tuple[Array, Array]:
    """Slopes and intercepts of the pieces, to be indexed by arrays of pieces."""
    line = pieces_of(activation)
    return exact(line.slopes), exact(line.intercepts)


@dataclass(frozen=True, eq=False)
class ExactNetwork:
    """z_l = W_l a_(l−1) + b_l, a_l = σ_l(z_l): whole numbers or fractions; the last layer has the identity.

    `W[l]` is (units, inputs), `b[l]` (units,), `activations[l]` a name; `trained` is one of `TRAINED` and says which
    of them are parameters. The loss is ½ Σ (o − t)² over samples and outputs.
    """

    W: tuple[Array, ...]
    b: tuple[Array, ...]
    activations: tuple[str, ...]
    trained: str = "weights and biases"

    def __post_init__(self) -> None:
        if self.trained not in TRAINED:
            raise ValueError(f"trained must be one of {', '.join(TRAINED)}; got {self.trained!r}")
        if self.activations[-1] != "identity" or not len(self.W) == len(self.b) == len(self.activations):
            raise ValueError("activations: one name for each layer is accepted, with identity for the last")

    @property
    def parameters(self) -> tuple[Array, ...]:
        """The trained arrays, layer by layer, weights before biases."""
        pairs = zip(self.W, self.b, strict=True)
        kinds = [("weights" in self.trained, 0), ("biases" in self.trained, 1)]
        return tuple(pair[at] for pair in pairs for wanted, at in kinds if wanted)

    def moved(self, direction: Sequence[Any], step: Any) -> "ExactNetwork":
        """The network at θ + step·direction; `direction` is flat, in the order of `parameters`."""
        left = list(direction)

        def shifted(array: Array, trained: bool) -> Array:
            if not trained:
                return array
            change, left[: array.size] = left[: array.size], []
            return array + step * exact(change).reshape(array.shape)

        W, b = [], []
        for weights, biases in zip(self.W, self.b, strict=True):
            W.append(shifted(weights, "weights" in self.trained))
            b.append(shifted(biases, "biases" in self.trained))
        return ExactNetwork(tuple(W), tuple(b), self.activations, self.trained)


def exact(values: Any) -> Array:
    """An array of Python's whole numbers and fractions, which never round."""
    array = np.array(values, dtype=object)
    plain = [int(value) if not isinstance(value, Fraction) else value for value in array.ravel()]
    if any(mine != given for mine, given in zip(plain, array.ravel(), strict=True)):
        raise ValueError(f"values: got {values!r}; accepted are whole numbers and fractions")
    found = np.empty(array.shape, dtype=object)
    found.ravel()[:] = plain  # A new array is in C order, so this is a view.
    return found


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
        slopes, intercepts = _lines_of(name)
        pre_activations.append(z)
        # On a kink both pieces have one value, so that ON_KINK may take any of the two.
        resting = np.where(at == ON_KINK, _upper_piece(name, z), at)
        activations.append(slopes[resting] * z + intercepts[resting])
    return pre_activations, activations


def pieces_at(activation: str, z: Array) -> Array:
    """For each z the number of the piece it lies on, `ON_KINK` where it is exactly a kink."""
    on_kink = np.zeros(z.shape, dtype=bool)
    for kink in pieces_of(activation).kinks:
        on_kink |= (z == kink).astype(bool)
    return np.where(on_kink, ON_KINK, _upper_piece(activation, z))


def _upper_piece(activation: str, z: Array) -> Array:
    passed = np.zeros(z.shape, dtype=int)
    for kink in pieces_of(activation).kinks:
        passed += (z >= kink).astype(int)
    return passed


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
    size = sum(array.size for array in network.parameters)
    return flat + [0] * (size - len(flat))


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
        slopes.append(_slopes(name, zs[layer], at, slope_at_kink))
    return pull_back(network, activations, slopes, activations[-1] - T)


def slopes_on(activation: str, pieces: Array) -> Array:
    """The slope of each piece, of the lowest one for `ON_KINK`."""
    found: Array = _lines_of(activation)[0][np.maximum(pieces, 0)]
    return found


def _slopes(activation: str, z: Array, at: Array, slope_at_kink: Sequence[Any]) -> Array:
    line = pieces_of(activation)
    found = slopes_on(activation, at)
    for kink, slope in zip(line.kinks, slope_at_kink, strict=False):
        found = np.where((at == ON_KINK) & (z == kink).astype(bool), slope, found)
    return found


# Are polynomials dependent, with multipliers that are positive near a point? Tried at random points.


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
