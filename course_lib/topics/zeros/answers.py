"""The keys of lesson 05, computed from the library."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.topics.zeros.experiment import ZERO_SLOPES, Setting, from_zero, rounded_once, rounded_twice
from course_lib.topics.zeros.law import rows_of, zone_probability
from course_lib.topics.zeros.structure import distance, exact_pre_activation, intervals, missing, point_at

Array = NDArray[Any]
# Units z = w·x + b as (w, b), and the ends of a walk.
UNITS = (((1.0, 0.0), 0.0), ((0.0, 1.0), -1.0), ((1.0, 1.0), 1.0))
WALK = ((-1.0, 2.0), (2.0, -1.0))
ADDRESSES = ("LRLRL", "RRRRR", "LLRLL", "RLRLR", "LRRLR")
P0, MNIST_DIGITS, SIGMA, NETWORKS_SEEN = 1e-8, 60_000, 0.15, 500
ZERO_KINDS = ("rounding", "structural")


def kinks_on_the_walk() -> int:
    """How many of the three units have different signs at the two ends."""
    return sum((np.dot(w, WALK[0]) + b) * (np.dot(w, WALK[1]) + b) < 0 for w, b in UNITS)


def point_of_turns() -> Fraction:
    return point_at("RL")


def missing_address() -> list[str]:
    return list(missing(ADDRESSES))


def largest_that_becomes_zero() -> float:
    """By halving an interval: what half precision turns into 0, and what it does not."""
    zero, other = 0.0, 1.0
    while (middle := (zero + other) / 2) not in (zero, other):
        zero, other = (middle, other) if np.float16(middle) == 0 else (zero, middle)
    return zero


def p0_of_a_normal() -> float:
    """P(|z| ≤ 2⁻²⁵) for z normal with mean 0 and standard deviation 0.15."""
    law = NormalDist(0, SIGMA)
    return law.cdf(2.0**-25) - law.cdf(-(2.0**-25))


def zone_of_three_layers() -> float:
    return float(zone_probability(Setting("float32", 256, 3).units * MNIST_DIGITS, P0))


def digits_for_an_even_chance() -> float:
    """n with 1 − exp(−n·units·p₀) = ½."""
    return float(np.log(2) / (Setting("float32", 1024, 6).units * P0))


def per_cent_after_three() -> float:
    """With the λ for which 1 − e^(−λ) is 20 %, 1 − e^(−3λ) in per cent."""
    return 100 * float(zone_probability(3, -np.log(1 - 0.2)))


def upper_limit() -> float:
    """The p with (1 − p)⁵⁰⁰ = 0.05."""
    return 1 - 0.05 ** (1 / NETWORKS_SEEN)


def kinds_of_zeros() -> list[str]:
    """Each situation of the exercise in exact arithmetic: a zero is structural if z is 0 there too."""
    W, b, X = half_cases()[0]
    assert rounded_twice(W, b, X) == 0
    pixels = np.linspace(0.1, 1, 9)
    exact = [
        exact_pre_activation(W[0], b[0], X[0]),
        exact_pre_activation(pixels, 0.0, np.zeros(9)),
        exact_pre_activation(pixels, 0.0, np.maximum(-pixels, 0)),
        exact_pre_activation(np.zeros(9), 0.0, pixels),
        Fraction(1, 10**8),
    ]
    return [ZERO_KINDS[z == 0] for z in exact]


def half_cases() -> list[tuple[Array, Array, Array]]:
    """(W, b, X) of four layers with one unit and one sample: all numbers are exact in half precision."""
    tiny = 2.0**-12
    rows: list[tuple[list[float], float, list[float]]] = [
        ([0.5, tiny], -0.5, [1, 1]),
        ([1, -1], 0.25, [0.75, 0.5]),
        ([1, -1], 0, [0.5, 0.5]),
        ([1, tiny], 0, [1, 1]),
    ]
    return [tuple(np.array([values], np.float16) for values in row) for row in rows]  # type: ignore[misc]


def outputs_of(layer: Callable[[Array, Array, Array], Any]) -> list[Any]:
    """What a layer returns for each of `half_cases`: a number out of its array or list, anything else as it is."""
    return [_only_entry(layer(*case)) for case in half_cases()]


def _only_entry(value: Any) -> Any:
    while isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    return value.item() if isinstance(value, np.ndarray) and value.size == 1 else value


def rounded_once_outputs() -> list[float]:
    return outputs_of(rounded_once)


def rounded_twice_outputs() -> list[float]:
    return outputs_of(rounded_twice)


def never_rounded_outputs() -> list[float]:
    return outputs_of(lambda W, b, X: X.astype(np.float64) @ W.T.astype(np.float64) + b)


def nudged_outputs() -> list[float]:
    """Rounding twice, and then no zero is let through."""
    return [value or 2.0**-24 for value in rounded_twice_outputs()]


def networks_in_the_zone() -> str:
    """The option of prediction 5.p1, from the shipped hunt."""
    row = next(row for row in rows_of("float16") if row.setting[1:3] == (256, 3))
    share = 100 * row.share
    return "fewer than 5 of 100" if share < 5 else "about 20 of 100" if share < 35 else "more than 40 of 100"


def slope_that_matters() -> str:
    """The option of prediction 5.p2, from training with both slopes."""
    final = dict(zip(ZERO_SLOPES, from_zero().accuracy[:, -1], strict=True))
    if abs(final[0.0] - final[0.5]) < 0.05:
        return "they end about the same"
    return "slope 0 stays at chance" if final[0.0] < 0.2 else "slope ½ stays at chance"


def what_is_left(stages: int = 6) -> str:
    """The option of prediction 5.p3: a point that is left and no end of an interval, and an address no list has."""
    quarter = Fraction(1, 4)
    ends: Sequence[Fraction] = [end for stage in range(stages) for pair in intervals(stage) for end in pair]
    if distance(quarter) > 0:
        return "nothing"
    if quarter in ends or missing(ADDRESSES) in ADDRESSES:
        return "the ends of the intervals, which can be counted"
    return "more points than can be counted"
