"""How near a kink may be to x before `check_gradient` no longer tells it from one at x, in each precision.

    python -m benchmarks.gradient_check             the table, in some minutes; a number sets the cases for each row

Random functions of five variables (piecewise linear, piecewise smooth, C¹ with a bend, smooth), of any size, with or
without a constant that is large beside them, have along each axis a kink or bend at a given distance from x. Every
variable gets another claim: the right one, the slope beyond the kink, the mean of both, and two more that are false.

Target: at distances above the resolution (1e-9 in float64, 1e-3 in float32, as shares of max(|xᵢ|, 1)) no right claim
is called wrong, and none that is false passes, as "agrees" or as "kink". At x itself both slopes and all between them
are right.
"""

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.networks import check_gradient

KINDS = ("piecewise linear", "piecewise smooth", "C1", "smooth")
DISTANCES = (*(10.0**-k for k in range(2, 13)), 0.0)
RESOLUTION = {"float64": 1e-9, "float32": 1e-3, "float16": 1e-3}
SIZES = {"float64": (1.0, 1.0, 1e-12, 1e12), "float32": (1.0, 1e-6, 1e6), "float16": (1.0,)}
LENGTHS = {"float64": (1.0, 1.0, 1e-6, 1e6, 1e-12, 1e12), "float32": (1.0, 1e3), "float16": (1.0,)}
CONSTANTS = {"float64": (0.0, 0.0, 1.0, 1e3, 1e6, 1e9), "float32": (0.0, 1.0, 10.0), "float16": (0.0, 1.0)}
VERDICTS = ("agrees", "kink", "undecided", "wrong")

Vector = NDArray[Any]


@dataclass(frozen=True)
class Case:
    """A function, a point, a claim for each entry, and which of the claims are right."""

    function: Callable[[Vector], float]
    x: Vector
    claims: Vector
    right: tuple[bool, ...]


def random_case(rng: np.random.Generator, kind: str, distance: float, precision: str) -> Case:
    """f(x) = size · (C + Σ φᵢ((xᵢ − pᵢ)/length) + products) in the given precision, with p the point.

    φᵢ(t) = s·t + J·max(0, ±t − d)·… has slope s at p, and s ± J beyond the kink at `distance`·max(|pᵢ|, 1).
    """
    dtype = np.dtype(precision).type
    n = 5
    size, length = rng.choice(SIZES[precision]), rng.choice(LENGTHS[precision])
    constant = rng.choice(CONSTANTS[precision])
    x = (rng.choice([0.0, 1.0, 1.0, 30.0]) * rng.standard_normal(n) * length).astype(dtype)
    s, J, J2 = (rng.choice([-1, 1], n) * 10 ** rng.uniform(-0.5, 0.5, n) for _ in range(3))
    side = rng.choice([-1, 1], n)
    kink = distance * rng.uniform(1, 3, n) * np.maximum(np.abs(x.astype(float)), 1) / length
    more = kink * 10 ** rng.uniform(1, 3, n)  # a second kink, further away
    as_dtype = [values.astype(dtype) for values in (s, J, side, kink, J2, more)]

    def function(point: Vector) -> float:
        s_, J_, side_, kink_, other_, more_ = as_dtype
        t = (point.astype(dtype) - x) / dtype(length)
        beyond = np.maximum(side_ * t - kink_, dtype(0))
        if kind == "piecewise linear":
            terms = s_ * t + J_ * beyond + other_ * np.maximum(-side_ * t - more_, dtype(0)) * bool(distance)
        elif kind == "piecewise smooth":
            terms = s_ * np.sin(t) + J_ * beyond * np.exp(-t * t)
        elif kind == "C1":
            terms = s_ * t + J_ * beyond**2
        else:
            terms = s_ * np.sin(t) + J_ * t * t
        products = np.sum(t[1:] * t[:-1]) if kind != "piecewise linear" else dtype(0)
        return float(dtype(size) * (dtype(constant) + np.sum(terms) + products))

    other = s + side * J if "piecewise" in kind else s + 0.3 * J
    claims = np.array(
        [s[0], other[1], (s[2] + other[2]) / 2, s[3] - (other[3] - s[3]) / 2, s[4] + 1.5 * (other - s)[4]]
    )
    at_kink = "piecewise" in kind and distance == 0
    return Case(function, x.astype(float), claims * size / length, (True, at_kink, at_kink, False, False))


def verdicts(cases: int, distance: float, precision: str, seed: int = 0) -> Counter[tuple[bool, str]]:
    """How often right and false claims got each verdict, in so many random cases of all kinds."""
    rng = np.random.default_rng([seed, DISTANCES.index(distance), int(precision[5:])])
    found: Counter[tuple[bool, str]] = Counter()
    for number in range(cases):
        case = random_case(rng, KINDS[number % len(KINDS)], distance, precision)
        entries = check_gradient(case.function, case.claims, case.x).entries
        found.update((right, entry.verdict) for right, entry in zip(case.right, entries, strict=True))
    return found


def main(cases: int = 60) -> None:
    """Print the table: one row for each precision and distance."""
    print(f"{'':22}{'right claims':^36}  {'false claims':^36}")
    names = "".join(f"{verdict:>10}" for verdict in VERDICTS)
    print(f"{'precision':10}{'distance':>10}{names}{names}")
    for precision, resolution in RESOLUTION.items():
        for distance in DISTANCES:
            with np.errstate(all="ignore"):  # half precision overflows at long steps
                found = verdicts(cases, distance, precision)
            counts = "".join(f"{found[right, verdict]:10}" for right in (True, False) for verdict in VERDICTS)
            broken = found[True, "wrong"] or found[False, "agrees"] or found[False, "kink"]
            missed = "  <-- misses the target" if broken and (distance >= resolution or not distance) else ""
            print(f"{precision:10}{distance:10.0e}{counts}{missed}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
