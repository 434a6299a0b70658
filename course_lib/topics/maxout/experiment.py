"""Maxout in one dimension, exactly: envelopes of lines, the best k lines for a convex function, and trained units.

A *piece* is a pair (slope, intercept). The unit is the greatest of its pieces, whose graph is their upper envelope.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import sympy as sp
from numpy.typing import ArrayLike, NDArray

from course_lib.calculus import PiecewiseFunction
from course_lib.checks import one_of, refusal, whole_number

Array: TypeAlias = NDArray[np.float64]
x = sp.Symbol("x", real=True)
TIES = ("first", "split")
GRID = np.linspace(-1.0, 1.0, 201)
TARGETS: dict[str, Callable[[Any], Any]] = {"x²": np.square, "e^x": np.exp, "−|x|": lambda at: -np.abs(at)}
START = 0.5  # slopes and intercepts start normal with this standard deviation


class Envelope(NamedTuple):
    """The upper envelope as an exact function, and the place of the piece that owns each branch, from the left."""

    function: PiecewiseFunction
    owners: tuple[int, ...]


def envelope(pieces: Sequence[Sequence[Any]]) -> Envelope:
    """max over i of (slope_i · x + intercept_i), exact, with the piece that wins on each interval.

    Numbers are ints, fractions, SymPy rationals, or decimals, which are read as they are written. A piece that is the
    greatest nowhere, or at a single point only, owns no branch; of two equal pieces the first owns it.

    >>> envelope([(0, 0), (1, 0), (0, -1)])
    Envelope(function=PiecewiseFunction(Piecewise((0, x <= 0), (x, True))), owners=(0, 1))
    """
    exact = [_piece(place, piece) for place, piece in enumerate(_listed(pieces))]
    order = sorted(range(len(exact)), key=lambda i: (exact[i][0], exact[i][1], -i))
    owners: list[int] = []
    points: list[Fraction] = []
    for i in order:
        while owners and exact[owners[-1]][0] == exact[i][0]:  # parallel, and not higher
            owners.pop()
            points = points[: max(len(owners) - 1, 0)]
        while owners:
            crossing = _crossing(exact[owners[-1]], exact[i])
            if not points or crossing > points[-1]:
                points.append(crossing)
                break
            owners.pop()
            points.pop()
        owners.append(i)
    branches = [sp.Rational(exact[i][0]) * x + sp.Rational(exact[i][1]) for i in owners]
    return Envelope(PiecewiseFunction(branches, [sp.Rational(point) for point in points], x), tuple(owners))


def _listed(pieces: Any) -> Any:
    if not isinstance(pieces, (list, tuple, np.ndarray)) or not len(pieces):
        raise ValueError(refusal("pieces", pieces, "a list of at least one pair (slope, intercept)"))
    return pieces


def _piece(place: int, piece: Any) -> tuple[Fraction, Fraction]:
    try:
        slope, intercept = (Fraction(str(number)) for number in piece)
    except (TypeError, ValueError):
        raise ValueError(refusal(f"pieces[{place}]", piece, "a pair (slope, intercept) of finite numbers")) from None
    return slope, intercept


def _crossing(left: tuple[Fraction, Fraction], right: tuple[Fraction, Fraction]) -> Fraction:
    return (left[1] - right[1]) / (right[0] - left[0])


def balanced_pieces(count: int, reach: float = 1.0, raised: bool = True) -> list[tuple[float, float]]:
    """2mx − m² + d²/8: tangents of x² at the middles m of `count` parts of width d = 2·reach/count, raised by d²/8.

    They are the best k pieces for x² on [−reach, reach]; `raised=False` leaves the tangents where they touch.

    >>> balanced_pieces(2)
    [(-1.0, -0.125), (1.0, -0.125)]
    """
    count = whole_number("count", count, 1)
    if not 0 < reach < np.inf:
        raise ValueError(refusal("reach", reach, "a finite number above 0"))
    width = 2 * reach / count
    middles = -reach + width * (np.arange(count) + 0.5)
    return [(2 * m, width**2 / 8 * raised - m * m) for m in middles.tolist()]


def greatest_error(pieces: Sequence[Sequence[float]], reach: float = 1.0) -> float:
    """max |envelope(x) − x²| over [−reach, reach], from the places where it can be: the ends, breakpoints, tangents.

    >>> greatest_error([(-1, -0.125), (1, -0.125)])
    0.125
    """
    found = envelope(pieces)
    slopes = np.array([float(pieces[i][0]) for i in found.owners])
    places = np.concatenate([slopes / 2, [float(point) for point in found.function.breakpoints], [-reach, reach]])
    places = places[abs(places) <= reach]
    return float(np.abs(found.function(places) - places**2).max())


def minimax_error(target: str, count: int, reach: float = 1.0, samples: int = 20001) -> float:
    """The least E with which `count` lines stay within E of a convex function on [−reach, reach], by bisection.

    For a given E each line in turn goes as far to the right as it can. On an interval the best line is the chord,
    lowered by half of its greatest distance from the function. The interval is a grid of `samples` points. `target` is
    a convex one in `TARGETS`.

    >>> round(minimax_error("x²", 4), 5)
    0.03125
    """
    count = whole_number("count", count, 1)
    one_of("target", target, ("x²", "e^x"))
    at = np.linspace(-reach, reach, samples)
    values = TARGETS[target](at)

    def error(start: int, stop: int) -> float:
        """Of the best line over the points from start to stop."""
        part = slice(start, stop + 1)
        slope = (values[stop] - values[start]) / (at[stop] - at[start])
        return float((values[start] + slope * (at[part] - at[start]) - values[part]).max()) / 2

    def enough(bound: float) -> bool:
        start = 0
        for _ in range(count):
            low, high = start + 1, samples - 1
            while low < high:  # the last point that is reached
                middle = (low + high + 1) // 2
                low, high = (middle, high) if error(start, middle) <= bound else (low, middle - 1)
            start = low
            if start == samples - 1:
                return True
        return False

    low, high = 0.0, error(0, samples - 1)
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def closest_convex(values: ArrayLike) -> Array:
    """argmin over convex g of Σ (g(x) − values)², at equally spaced x, from the left.

    Convex on a grid is a line plus Σ cᵢ max(0, x − xᵢ) with all cᵢ ≥ 0: least squares with signs (Lawson and Hanson).

    >>> closest_convex([0.0, 1.0, 0.0]).round(6).tolist()
    [0.333333, 0.333333, 0.333333]
    """
    from scipy.optimize import nnls  # Loading it takes a second, and few need it.

    wanted = np.asarray(values, dtype=np.float64)
    if wanted.ndim != 1 or len(wanted) < 2 or not np.isfinite(wanted).all():
        raise ValueError(refusal("values", values, "a list of at least two finite numbers"))
    at = np.linspace(-1, 1, len(wanted))
    bends = np.maximum(0, at[:, None] - at[1:-1])
    columns = np.column_stack([np.ones_like(at), -np.ones_like(at), at, -at, bends])
    return np.asarray(columns @ nnls(columns, wanted)[0])


@dataclass(frozen=True)
class Units:
    """Trained units with one input, one for each seed: slopes and intercepts (units, pieces), and what they reach.

    `error` and `square` are max |f − target| and mean (f − target)² on the 201 points, `winning` how many pieces are
    the greatest at some of them, and `still` which pieces did not move at all.
    """

    slopes: Array
    intercepts: Array
    error: Array
    square: Array
    winning: NDArray[np.int64]
    still: NDArray[np.bool_]


@lru_cache(maxsize=16)
def train_units(
    target: str = "x²",
    count: int = 4,
    seeds: int = 100,
    steps: int = 4000,
    rate: float = 0.5,
    tie: str = "first",
    start: float = START,
) -> Units:
    """Gradient descent on ½ · mean (max_i (w_i x + b_i) − t(x))² over 201 points of [−1, 1].

    Unit s draws all w, then all b, from `default_rng(s)`, normal with standard deviation `start`. The upstream gradient
    of a point goes to the piece that wins there: with `tie="first"` to the first of the greatest, with "split" in equal
    parts to all of them.

    >>> train_units(seeds=2, steps=10).slopes.shape
    (2, 4)
    """  # fmt: skip
    one_of("target", target, TARGETS)
    one_of("tie", tie, TIES)
    count, seeds = whole_number("count", count, 1), whole_number("seeds", seeds, 1)
    drawn = np.array([start * np.random.default_rng(seed).standard_normal((2, count)) for seed in range(seeds)])
    w, b = drawn[:, 0].copy(), drawn[:, 1].copy()
    wanted = TARGETS[target](GRID)
    for _ in range(whole_number("steps", steps, 0)):
        share, error = _shares(w, b, wanted, tie)
        sent = share * error[:, None] / len(GRID)
        w -= rate * (sent @ GRID)
        b -= rate * sent.sum(2)
    share, error = _shares(w, b, wanted, tie)
    still = (w == drawn[:, 0]) & (b == drawn[:, 1])
    return Units(w, b, np.abs(error).max(1), np.square(error).mean(1), (share > 0).any(2).sum(1), still)


def _shares(w: Array, b: Array, wanted: Array, tie: str) -> tuple[Array, Array]:
    """Which part of the gradient of each point each piece gets, (units, pieces, points), and the error there."""
    z = w[:, :, None] * GRID + b[:, :, None]
    largest = z.max(1)
    if tie == "first":
        share = (np.arange(w.shape[1])[:, None] == z.argmax(1)[:, None]).astype(np.float64)
    else:
        tied = z == largest[:, None]
        share = tied / tied.sum(1, keepdims=True)
    return share, largest - wanted


def planes(count: int, draw: int) -> Array:
    """`count` pieces of a unit with two inputs, (count, 3): two weights and an intercept, normal, from a seed.

    >>> planes(3, 0).shape
    (3, 3)
    """
    return np.random.default_rng(whole_number("draw", draw, 0)).standard_normal((whole_number("count", count, 1), 3))
