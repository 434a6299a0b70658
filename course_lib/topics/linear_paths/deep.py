"""Do fifty layers learn the digits, with and without skips, and from which start?

Every start draws its own weights, its own division of the digits and its own order of batches, and meets all variants
with them: they are compared in pairs, start by start. Each variant has the same rates to choose from, by starts of
their own. `python -m course_lib.topics.linear_paths.deep` trains them all, in some minutes, and writes the file that
`tuning` and `accuracies` read.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.atomic_file import ship, shipped
from course_lib.checks import one_of, whole_number
from course_lib.data import digits, standardised
from course_lib.grid import command, results_folder, run_grid
from course_lib.intervals import Interval, mean_interval
from course_lib.networks import SGD, Dense, Network, train
from course_lib.topics.linear_paths.experiment import orthogonal

FloatArray = NDArray[np.float64]
SHIPPED = Path(__file__).with_name("deep.json")
WIDTH, DEPTH, CLASSES, TEST = 64, 50, 10, 450
EPOCHS, BATCH = 15, 64
# What the weights of He are multiplied by at the start, and what else is not as in a plain network.
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "plain, He": {},
    "plain, half of He": {"factor": 0.5},
    "plain, orthogonal": {"orthogonal": True},
    "skip, He": {"skip": True},
    "skip, He/√50": {"skip": True, "factor": DEPTH**-0.5},
    "skip, He/50": {"skip": True, "factor": 1 / DEPTH},
    "skip, 0": {"skip": True, "factor": 0.0},
    "skip, 0, slope 1": {"skip": True, "factor": 0.0, "slope": 1.0},
}
RATES = (1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
# The gradient of this variant is more than 10¹⁰ times as large as that of the others, so it may have these as well.
EXPLOSIVE, LOWER_RATES = "skip, He", (1e-17, 1e-16, 1e-15, 1e-14, 1e-13, 1e-12, 1e-11)
STARTS, TUNING_STARTS = tuple(range(8)), tuple(range(100, 104))


def deep_network(variant: str, start: int = 0, replicas: int = 1) -> Network:
    """x ← σ(Wx + b), or with a skip x ← x + σ(Wx + b), in 50 layers of 64 ReLU units, and 10 outputs.

    All replicas begin with the same numbers, those of the seed `start`. `variant` is one of `VARIANTS`: weights of He
    times a factor, or √2 times orthogonal matrices; the slope at the kink is 0, but where the variant says 1.

    >>> deep_network("skip, He/50")
    Network(64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64\
-64-64-64-64-64-64-64-64-64-64-64-64-64-64-64-10, relu, replicas=1, dtype=float32)
    """
    settings = VARIANTS[one_of("variant", variant, VARIANTS)]
    whole_number("start", start, 0)
    hidden = Dense(WIDTH, WIDTH, "relu", settings.get("slope"), skip=settings.get("skip", False))
    network = Network([hidden] * DEPTH + [Dense(WIDTH, CLASSES)], replicas, [start] * replicas)
    rng = np.random.default_rng([start, 1])
    for layer in range(DEPTH):
        if settings.get("orthogonal"):
            network.W[layer] = np.broadcast_to(2**0.5 * orthogonal(rng, WIDTH), (replicas, WIDTH, WIDTH))
        network.W[layer][...] *= settings.get("factor", 1.0)
    return network


def train_one(cell: Mapping[str, Any]) -> dict[str, list[int]]:
    """How many test digits are right for each rate, after 15 epochs of gradient descent on batches of 64.

    A rate with which the weights run off to infinity is judged by its last finite weights.
    """
    data, rates = standardised(digits(cell["start"])), cell["rates"]
    network = deep_network(cell["variant"], cell["start"], len(rates))
    train(
        network, data.X, data.y, SGD(rates), batch_size=BATCH, epochs=EPOCHS, seed=cell["start"], record=(),
        on_divergence="keep", progress=False,
    )  # fmt: skip
    return {"right": [round(TEST * share) for share in network.accuracy(data.X_test, data.y_test).tolist()]}


def rates_of(variant: str) -> tuple[float, ...]:
    """The learning rates that a variant may choose from.

    >>> rates_of("plain, He") == RATES
    True
    """
    return LOWER_RATES + RATES if one_of("variant", variant, VARIANTS) == EXPLOSIVE else RATES


def tuning(variant: str) -> FloatArray:
    """Share of the test digits that are right, (4 starts, rates), as shipped; these starts are for nothing else.

    >>> tuning("skip, He/50").shape
    (4, 7)
    """
    return np.array(shipped(SHIPPED)["tuning"][one_of("variant", variant, VARIANTS)]) / TEST


def best_rate(variant: str) -> float:
    """The rate with the highest mean accuracy in `tuning`.

    >>> best_rate("skip, 0") in RATES
    True
    """
    return rates_of(variant)[int(tuning(variant).mean(0).argmax())]


def accuracies(variant: str) -> FloatArray:
    """The accuracy of each of eight starts at `best_rate`, (8,), as shipped.

    >>> accuracies("skip, He/50").shape
    (8,)
    """
    return np.array(shipped(SHIPPED)["judged"][one_of("variant", variant, VARIANTS)]) / TEST


def paired_difference(variant: str, other: str) -> Interval:
    """The mean over the starts of (accuracy of `variant` − accuracy of `other`), with its t-interval of 95 %.

    >>> paired_difference("plain, He", "plain, He")
    Interval(low=0.0, estimate=0.0, high=0.0)
    """
    return mean_interval(accuracies(variant) - accuracies(other))


def _right(rates: Mapping[str, Sequence[float]], starts: Sequence[int]) -> dict[str, list[list[int]]]:
    """`train_one` of every variant, with its rates, from every start."""
    cells = [
        {"variant": variant, "start": start, "rates": list(rates[variant])} for variant in VARIANTS for start in starts
    ]
    counts = [result["right"] for result in run_grid(train_one, cells, results_folder("keep-the-path-linear"))]
    return {variant: counts[at * len(starts) : (at + 1) * len(starts)] for at, variant in enumerate(VARIANTS)}


def main() -> None:
    """Tune the rate of each variant, train it from the other starts, and write what came out."""
    found = {"tuning": _right({variant: rates_of(variant) for variant in VARIANTS}, TUNING_STARTS)}
    best = {variant: rates_of(variant)[int(np.mean(counts, 0).argmax())] for variant, counts in found["tuning"].items()}
    judged = _right({variant: [best[variant]] for variant in VARIANTS}, STARTS)
    record = {**found, "judged": {variant: [count for (count,) in counts] for variant, counts in judged.items()}}
    ship(record, SHIPPED)


if __name__ == "__main__":
    command(main)
