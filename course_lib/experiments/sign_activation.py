"""A hidden layer of signs: its gradient is 0 almost everywhere, and descent leaves it where it started."""

from functools import lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from course_lib.experiments.one_hidden_layer import (
    HIDDEN,
    descend,
    gradient_by_hand,
    outputs,
    starting_parameters,
)
from course_lib.experiments.one_hidden_layer_data import moons_as_numbers

Array = NDArray[Any]
WIDTH, STARTS, STEPS, LEARNING_RATE = 8, 20, 500, 0.1


class Outcome(NamedTuple):
    """Where the starts ended: accuracy (starts,), and the largest change of an entry of W1 and of W2 (starts,)."""

    accuracy: Array
    change_of_W1: Array
    change_of_W2: Array


@lru_cache(maxsize=2)
def trained(activation: str = "sign") -> Outcome:
    """20 starts of a 2-8-1 network on two moons, 500 steps of gradient descent with rate 0.1 on all samples.

    `activation` is a name in `HIDDEN`; ValueError for another.
    """
    if activation not in HIDDEN:
        raise ValueError(f"activation must be one of {', '.join(HIDDEN)}, not {activation!r}")
    X, T = moons_as_numbers()
    rows = []
    for seed in range(STARTS):
        start = starting_parameters(2, WIDTH, 1, seed)
        end = descend(partial(gradient_by_hand, activation=activation), start, X, T, LEARNING_RATE, STEPS)
        right = (outputs(end, X, activation) > 0) == (T > 0)
        changes = [float(np.abs(after - before).max()) for after, before in zip(end, start, strict=True)]
        rows.append((float(right.mean()), changes[0], changes[2]))
    accuracy, first, second = np.array(rows).T
    return Outcome(accuracy, first, second)
