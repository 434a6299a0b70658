"""The keys of lesson 07, computed from the library."""

from functools import cache
from statistics import NormalDist

import numpy as np

from course_lib.experiments.active_share import active_probability
from course_lib.experiments.born_dead import born_dead_probability
from course_lib.experiments.datasets import digits
from course_lib.experiments.dead_units import dead_on_all_inputs, units_dead_on, units_never_on
from course_lib.experiments.revival import revive
from course_lib.networks import ACTIVATIONS, Network

BATCH = 32
# Weights and bias of four units whose inputs are never negative.
SECOND_LAYER_UNITS = (((-1.0, -2.0), 0.0), ((-1.0, 0.5), -3.0), ((-1.0, -2.0), 0.1), ((0.0, 0.0), -1.0))
SAMPLES = np.array([[2.0, 1.0], [1.0, 2.0], [1.0, 1.0]])
UPSTREAM = np.array([3.0, 5.0, 7.0])
UNIT_WEIGHTS = np.array([1.0, -1.0])


def dead_behind_a_relu_layer() -> list[bool]:
    return [dead_on_all_inputs(w, b, non_negative=True) for w, b in SECOND_LAYER_UNITS]


def weight_gradient() -> list[float]:
    """Σ upstream · slope(z) · x for the unit z = x₁ − x₂ with slope 0 at its kink."""
    slope = ACTIVATIONS["relu"].derivative(SAMPLES @ UNIT_WEIGHTS, 0.0)
    return [float(entry) for entry in (UPSTREAM * slope) @ SAMPLES]


def steps_until_revived() -> int:
    """The first k with 0.5 − 0.8ᵏ > 0."""
    return next(k for k in range(100) if 0.5 - 0.8**k > 0)


def probability_at_half() -> float:
    return active_probability(0.1, 0.5)


def bias_for_nine_in_ten() -> float:
    return NormalDist().inv_cdf(0.9)


def born_dead_with_three() -> float:
    return born_dead_probability([3] * 10)


def least_width() -> int:
    """The least N for which 20 hidden layers of N units are dead at an input with a probability below 1 %."""
    return next(width for width in range(1, 100) if born_dead_probability([width] * 20) < 0.01)


def steps_of_a_leaky_unit() -> int:
    """Steps until b ≥ 0 from b = −2, when each step adds 0.1 · 0.01 · 1."""
    return round(2 / (0.1 * ACTIVATIONS["leaky_relu"].derivative(np.array(-2.0), alpha=0.01).item()))


@cache
def counter_cases() -> dict[str, tuple[Network, np.ndarray]]:
    """Three networks with one hidden layer, and the samples on which their dead units are to be counted."""
    X = digits().X
    cases = {}
    for activation, factor in (("relu", 1), ("leaky_relu", 1), ("hard_tanh", 12)):
        network = Network.mlp([X.shape[1], 64, 10], activation=activation, bias=-0.5, dtype="float64")
        network.W[0][...] *= factor
        cases[activation] = network, X
    return cases


def dead_counts() -> list[int]:
    return [int(units_dead_on(network, X)[0].sum()) for network, X in counter_cases().values()]


def counts_of_the_first_counter(rows: int | None = BATCH) -> list[int]:
    """What a counter finds that looks for outputs of 0 on the first `rows` samples, or on all."""
    activations = [network.forward(X[:rows]).activations[0] for network, X in counter_cases().values()]
    return [int((a == 0).all((0, 1)).sum()) for a in activations]


def never_on_counts() -> list[int]:
    return [int(units_never_on(network, X)[0].sum()) for network, X in counter_cases().values()]


def batch_slope_counts() -> list[int]:
    return [int(units_dead_on(network, X[:BATCH])[0].sum()) for network, X in counter_cases().values()]


def batch_against_data() -> str:
    """The option of prediction 7.p1, counted."""
    network, X = counter_cases()["relu"]
    batch, data = (int(units_dead_on(network, samples)[0].sum()) for samples in (X[:BATCH], X))
    return "more on the batch" if batch > data else "more on all the data" if data > batch else "as many on both"


def networks_born_dead() -> str:
    """The option of prediction 7.p2, from the formula."""
    share = 100 * born_dead_probability([2] * 9)
    return f"about {min((25, 60, 92), key=lambda option: abs(option - share))} of 100"


def brought_back_by_a_leak() -> str:
    """The option of prediction 7.p3, from training on."""
    share = revive("leaky ReLU, α = 0.01").share(0).estimate
    return "fewer than 1 in 20" if share < 0.05 else "about half" if share < 0.8 else "nearly all"
