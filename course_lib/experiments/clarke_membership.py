"""Is what backpropagation returns a Clarke subgradient of the loss? A verdict with its certificate."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from course_lib.experiments.clarke_cells import Cell, Gradient, cells_around
from course_lib.experiments.convex_hulls import Combination, Separation, locate
from course_lib.experiments.exact_networks import Array, ExactNetwork, gradient, pieces_of


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

    >>> from course_lib.experiments.exact_networks import dense, exact
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
