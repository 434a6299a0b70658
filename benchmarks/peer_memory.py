"""How much memory training takes at its peak beyond the data and the parameters, in units of one batch's activations.

Counted by `tracemalloc`, which NumPy reports its arrays to, from the call of `train` to its return.

- Parameters: the working copy of the parameters, their gradient, and Adam's two means: four arrays of the network's
  size. (The network's own were there before.)
- Data: the copy of X with a column of ones and the one-hot labels that training takes its batches from.
- Activations of one batch: the values of every layer for all replicas, and the batch itself once.

Everything else at the peak is the numerator, buffers of the gradient's way back included. The last column counts
the copies of parameters and data as well.
"""

import gc
import tracemalloc
from itertools import pairwise
from typing import NamedTuple

from benchmarks.peer_core import trained
from benchmarks.peer_problem import Problem
from benchmarks.peer_targets import MEMORY
from benchmarks.peer_works import WORKS, initial_network, problem

FLOAT = 4  # bytes


class Bytes(NamedTuple):
    """What training allocates at its peak, and what of it has to be there."""

    peak: int
    parameters: int
    data: int
    activations: int

    @property
    def ratio(self) -> float:
        """Peak beyond data and parameters / activations."""
        return (self.peak - self.parameters - self.data) / self.activations

    @property
    def with_copies(self) -> float:
        """The same with the second copy of the parameters and of the data in the numerator."""
        return (self.peak - self.parameters * 3 / 4) / self.activations


def expected(problem: Problem, peak: int) -> Bytes:
    """The sizes that follow from the shapes."""
    weights = sum((n_in + 1) * n_out for n_in, n_out in pairwise(problem.sizes)) * problem.replicas
    data = len(problem.X) * (problem.sizes[0] + 1 + problem.sizes[-1])
    activations = problem.batch_size * (problem.sizes[0] + problem.replicas * sum(problem.sizes[1:]))
    return Bytes(peak, 4 * weights * FLOAT, data * FLOAT, activations * FLOAT)


def peak_of(given: Problem) -> int:
    """Bytes that training has allocated at its peak."""
    network = initial_network(given.sizes, given.replicas)
    trained(network, given, 1)  # What is imported or made once and for all is not counted.
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        trained(network, given, 1)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def memory(threads: int, only: list[str]) -> dict[str, dict[str, float]]:
    """Print the table and return its numbers."""
    print(f"\nmemory in MB; target: the peak beyond data and parameters under {MEMORY:g} × activations")
    columns = ("peak", "parameters", "data", "activations", "beyond /", "copies too /")
    print(f"{'':<24}" + "".join(f"{column:>13}" for column in columns))
    found: dict[str, dict[str, float]] = {}
    for work in WORKS:
        if work.pieces > 1 or (only and work.name not in only):  # the sizes below are those of Adam and Dense
            continue
        given = problem(work._replace(epochs=1))
        counted = expected(given, peak_of(given))
        sizes = "".join(f"{size / 1e6:>13.3f}" for size in counted)
        print(f"{work.name:<24}{sizes}{counted.ratio:>13.2f}{counted.with_copies:>13.2f}", flush=True)
        found[work.name] = {**counted._asdict(), "ratio": counted.ratio, "with_copies": counted.with_copies}
    return found
