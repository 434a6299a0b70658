"""How the end of a sum decides how often it is exactly 0: where the bias stands, in which order, what is rounded.

Such zeros are too rare to wait for. `trials` looks only where they can be: it draws the bias near the one that cancels
the sum. `bias_last_p0` derives the same number where the bias is added last. `shipped` reads what
`python -m course_lib.topics.zeros.sums` has counted for all orders, places, widths and layers, in some minutes.
"""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.atomic_file import ship
from course_lib.grid import Cell, Result, command, results_folder, run_grid
from course_lib.intervals import Interval, mean_interval
from course_lib.topics.zeros.experiment import Setting, fresh, hunting_ground, rounded_sum

Array = NDArray[np.float32]
SHIPPED = Path(__file__).with_name("zero_sums.json")
FIRST_SEED = 2 * 10**9  # far from the seeds of the sweep and of the densities
NEAR = 2.0**-21  # more than the rounding error of a sum, in single precision
DIGITS, TRIALS = 1024, 8192  # for each network
WIDTHS, HIDDEN_LAYERS = (64, 256, 1024), (1, 2, 3)
PLACES = ("last", "inside")
POISSON_WIDTHS, POISSON_REACH = (64, 128, 256), 2.0**-20


class Trials(NamedTuple):
    """Pre-activations w·a + b that nearly cancel: `a` and `w` (n_in, trials), `b` (trials,); `density` is f(0)."""

    a: Array
    w: Array
    b: Array
    density: float


def trials(width: int, layer: int, seed: int, count: int = TRIALS) -> Trials:
    """(a, w, b) of hidden layer 1, 2, … of one fresh network in float32, with b drawn so near −w·a that |z| ≤ 2⁻²¹.

    The bias is uniform on (−r, r) with r = 1/√n_in. Where |w·a| < r it cancels the sum with the density 1/(2r), so
    f(0) = P(|w·a| < r)/(2r), over all units and the first 1024 digits. `count` such pairs are taken at random.
    """
    network, X = fresh(Setting("float32", width, layer), [seed]), hunting_ground()[0][:DIGITS]
    a = X if layer == 1 else network.forward(X).activations[layer - 2][0]
    w, r = network.W[layer - 1][0], a.shape[1] ** -0.5
    sums = a.astype(np.float64) @ w.T.astype(np.float64)
    row, unit = np.nonzero(np.abs(sums) < r)
    rng = np.random.default_rng(seed)
    taken = rng.integers(0, len(row), count)
    b = (rng.uniform(-NEAR, NEAR, count) - sums[row[taken], unit[taken]]).astype(np.float32)
    # One row for each input, in memory too: NumPy then adds row after row, where it would add up columns in pairs.
    a_of, w_of = (np.ascontiguousarray(values.T) for values in (a[row[taken]], w[unit[taken]]))
    return Trials(a_of, w_of, b, len(row) / sums.size / (2 * r))


def one_by_one(a: Array, w: Array) -> Array:
    """((w₁a₁ + w₂a₂) + w₃a₃) + …, for each column of a and w, (trials,)."""
    return _row_by_row(a * w)


def backwards(a: Array, w: Array) -> Array:
    """The same from the last term to the first."""
    return _row_by_row((a * w)[::-1])


def in_pairs(a: Array, w: Array) -> Array:
    """(w₁a₁ + w₂a₂) + (w₃a₃ + w₄a₄), and so on: neighbours are added, then neighbouring sums."""
    return _paired(a * w)


def in_16_parts(a: Array, w: Array) -> Array:
    """16 sums, each of every 16th term, one by one, and these in pairs: what a processor with 16 lanes does."""
    terms = a * w
    padded = np.concatenate([terms, np.zeros((-len(terms) % 16, terms.shape[1]), terms.dtype)])
    return _paired(_row_by_row(padded.reshape(-1, 16, terms.shape[1])))


def matrix_product(a: Array, w: Array) -> Array:
    """What NumPy's matrix product makes of it, in the order that its library chooses for the processor."""
    blocks = [w[:, start : start + 256].T @ a[:, start : start + 256] for start in range(0, a.shape[1], 256)]
    return np.concatenate([np.diagonal(block) for block in blocks])


def _row_by_row(terms: Array) -> Array:
    total = terms[0].copy()
    for term in terms[1:]:
        total += term
    return total


def _paired(terms: Array) -> Array:
    while len(terms) > 1:
        odd = terms[len(terms) // 2 * 2 :]
        terms = np.concatenate([terms[: len(terms) // 2 * 2 : 2] + terms[1::2], odd])
    return terms[0]


ORDERS: dict[str, Callable[[Array, Array], Array]] = {
    "one by one": one_by_one,
    "backwards": backwards,
    "in pairs": in_pairs,
    "in 16 parts": in_16_parts,
    "matrix product": matrix_product,
}
HOWS = tuple(product(ORDERS, PLACES))


def added_up(trial: Trials, order: str, place: str) -> Array:
    """w·a + b in one of `ORDERS`, with the bias "last" or "inside", as one more term at the end, (trials,).

    >>> trial = Trials(np.float32([[1], [2]]), np.float32([[3], [4]]), np.float32([-11]), 1.0)
    >>> [added_up(trial, order, place).item() for order in ORDERS for place in PLACES] == [0.0] * 10
    True
    """
    a, w, b, _ = trial
    if place == "last":
        return ORDERS[order](a, w) + b
    return ORDERS[order](np.concatenate([a, np.ones((1, len(b)), a.dtype)]), np.concatenate([w, b[None]]))


@lru_cache(maxsize=32)
def bias_last_p0(width: int, depth: int, networks: int = 4, digits: int = DIGITS) -> tuple[float, ...]:
    """p₀ = E[gap(s)·(|s| < r)/(2r)] of each hidden layer, in single precision: the bias, added last, has to be −s.

    The bias is uniform on (−r, r) with r = 1/√n_in. It is exactly −s with the probability gap(s)/(2r), where gap(s) is
    the distance between single-precision numbers of the size of s. Nothing is fitted, and no zero is waited for. The
    order in which s = w·a was added up does not matter.

    >>> [f"{p0:.1e}" for p0 in bias_last_p0(256, 1)]
    ['3.3e-09']
    """
    setting, X = Setting("float32", width, depth), hunting_ground()[0][:digits]
    total = np.zeros(depth)
    for seed in range(FIRST_SEED, FIRST_SEED + networks):
        network = fresh(setting, [seed])
        inputs = [X, *(a[0] for a in network.forward(X).activations[:-2])]
        for layer, (a, w) in enumerate(zip(inputs, network.W, strict=False)):
            s, r = np.abs(a @ w[0].T), a.shape[1] ** -0.5
            total[layer] += np.mean(np.where(s < r, np.spacing(s), 0)) / (2 * r)
    return tuple(float(p0) for p0 in total / networks)


def near_zero_counts(width: int, networks: int, depth: int = 3) -> list[int]:
    """How many of `networks` fresh networks have 0, 1, 2, … hidden pre-activations with |z| ≤ 2⁻²⁰, in float64.

    Each sees so many digits that all widths compute the same number, 196,608: then the Poisson law asks for the same
    shape, m·e^(−λ)·λᵏ/k!, and a variance that equals the mean.

    >>> sum(near_zero_counts(64, networks=3))
    3
    """
    X, _ = hunting_ground()
    tally: Counter[int] = Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + networks):
        z_of = fresh(Setting("float64", width, depth), [seed]).forward(X[: 65536 // width]).pre_activations[:-1]
        tally[sum(int(np.count_nonzero(np.abs(z) <= POISSON_REACH)) for z in z_of)] += 1
    return [tally[k] for k in range(max(tally) + 1)]


# What is stored, when it is rounded, and how many networks 256 wide it takes to see some zeros.
ROUNDINGS = {("half", "once"): 256, ("half", "twice"): 16, ("bfloat16", "once"): 1024, ("bfloat16", "twice"): 16}


def zeros_of_a_format(name: str, times: str, networks: int) -> tuple[int, int]:
    """Exact zeros in first layers, 256 wide, in "half" or "bfloat16", rounded "once" or "twice"; and how many z."""
    X, _ = hunting_ground()
    zeros = 0
    for seed in range(FIRST_SEED, FIRST_SEED + networks):
        network = fresh(Setting("float32", 256, 1), [seed])
        zeros += int(np.count_nonzero(rounded_sum(network.W[0][0], network.b[0][0], X, name, times == "twice") == 0))
    return zeros, networks * 256 * len(X)


class Shipped(NamedTuple):
    """Results of the command: p₀ by (width, layer, order, place), counts by format and rounding, tallies by width."""

    p0: dict[tuple[int, int, str, str], Interval]
    formats: dict[tuple[str, str], tuple[int, int]]
    tallies: dict[int, list[int]]
    date: str
    numpy: str


@lru_cache(maxsize=1)
def shipped() -> Shipped:
    """What the command has counted.

    >>> sorted(shipped().tallies)
    [64, 128, 256]
    """
    record: dict[str, Any] = json.loads(SHIPPED.read_bytes())
    p0 = {(width, layer, order, place): Interval(*ends) for width, layer, order, place, *ends in record["p0"]}
    formats = {(name, times): (zeros, computed) for name, times, zeros, computed in record["formats"]}
    return Shipped(p0, formats, dict(record["tallies"]), record["date"], record["numpy"])


def count_one(cell: Cell) -> Result:
    """The part of a cell: p₀ of each order and place in one network, zeros of a format, or a tally by width."""
    match cell:
        case {"width": width, "layer": layer, "seed": seed}:
            trial = trials(width, layer, seed)
            shares = [float(np.mean(added_up(trial, *how) == 0)) for how in HOWS]
            return {"p0": [trial.density * 2 * NEAR * share for share in shares]}
        case {"format": name, "rounded": times, "networks": networks}:
            return {"zeros": zeros_of_a_format(name, times, networks)}
        case _:
            return {"tally": near_zero_counts(cell["width"], cell["networks"])}


def measured(networks: int = 64, poisson_networks: int = 2000) -> dict[str, Any]:
    """Everything that is shipped, in one record."""
    layers = list(product(WIDTHS, HIDDEN_LAYERS))
    seeds = range(FIRST_SEED, FIRST_SEED + networks)
    cells: list[Cell] = [{"width": width, "layer": layer, "seed": seed} for width, layer in layers for seed in seeds]
    formats = [{"format": name, "rounded": times, "networks": count} for (name, times), count in ROUNDINGS.items()]
    tallies = [{"width": width, "networks": poisson_networks} for width in POISSON_WIDTHS]
    results = run_grid(count_one, [*cells, *formats, *tallies], results_folder("zero-sums"))
    p0 = np.array([result["p0"] for result in results[: len(cells)]]).reshape(len(layers), networks, len(HOWS))
    counted, tallied = results[len(cells) : -len(tallies)], results[-len(tallies) :]
    return {
        "date": date.today().isoformat(),
        "numpy": np.__version__,
        "p0": [
            [*layer, *how, *mean_interval(p0[at, :, place])]
            for at, layer in enumerate(layers)
            for place, how in enumerate(HOWS)
        ],
        "formats": [[*how, *result["zeros"]] for how, result in zip(ROUNDINGS, counted, strict=True)],
        "tallies": [[width, result["tally"]] for width, result in zip(POISSON_WIDTHS, tallied, strict=True)],
    }


def main() -> None:
    """Count what is missing, and write everything."""
    ship(measured(), SHIPPED)


if __name__ == "__main__":
    command(main)
