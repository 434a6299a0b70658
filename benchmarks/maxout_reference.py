"""Maxout's values and gradients beside PyTorch's, in float32 and float64, away from ties and at them.

Run with `python -m benchmarks.maxout_reference` after `make frameworks ARGS=torch`. A network of two maxout layers and
a linear one gets random inputs, and PyTorch the same numbers. For each precision the greatest difference of an output
or a gradient is printed, as a share of the largest entry of its array, with its bound. At ties, where all pieces of a
unit have the same weights, `tie="first"` has to give what `max(dim)` of PyTorch gives, `tie="split"` what `amax` gives.
1 is returned when a bound is passed.
"""

import sys
from typing import Any, Literal

import numpy as np

from benchmarks.in_torch import in_torch
from course_lib.networks import Dense, Maxout, Network

BOUNDS = {"float32": 1e-6, "float64": 1e-10}
PIECES = (5, 3)
Tie = Literal["first", "split"]
CASES: tuple[tuple[str, Tie, bool], ...] = (
    ("no ties", "first", False),
    ("ties, first", "first", True),
    ("ties, split", "split", True),
)
PROGRAM = """
import json, sys, torch
given = json.load(sys.stdin)
dtype = getattr(torch, given["dtype"])
made = [[torch.tensor(v, dtype=dtype, requires_grad=True) for v in pair] for pair in given["parameters"]]
a, targets = (torch.tensor(given[name], dtype=dtype) for name in ("X", "T"))
for place, (W, b) in enumerate(made):
    a = a @ W.T + b
    if place < len(given["pieces"]):
        a = a.unflatten(1, (given["pieces"][place], -1))
        a = a.amax(1) if given["tie"] == "split" else a.max(1).values
loss = ((a - targets) ** 2).mean()
loss.backward()
print(json.dumps([a.tolist(), [[v.grad.tolist() for v in pair] for pair in made]]))
"""


def network(dtype: str, tie: Tie, tied: bool) -> Network:
    """12-9*5-7*3-4 with random weights; `tied` gives all pieces of a unit the weights of the first, in eighths.

    With eighths the products of quarters are exact, so that the pieces tie whatever the order of the sums.
    """
    first, second = PIECES
    made = Network([Maxout(12, 9, first, tie), Maxout(9, 7, second, tie), Dense(7, 4)], seed=3, dtype=dtype)
    random = np.random.default_rng(4)
    for b in made.b:
        b[...] = random.standard_normal(b.shape) / 4
    if tied:
        for W, b, pieces in zip(made.W, made.b, PIECES, strict=False):
            for values in (W, b):
                first = np.round(8 * values[:, : values.shape[1] // pieces]) / 8
                values[...] = np.concatenate([first] * pieces, 1)
    return made


def by_torch(own: Network, X: Any, T: Any, tie: str) -> list[Any]:
    """Outputs and gradients as lists, from PyTorch."""
    parameters = [[W[0].tolist(), b[0].tolist()] for W, b in zip(own.W, own.b, strict=True)]
    given = {"dtype": str(own.dtype), "tie": tie, "pieces": PIECES, "parameters": parameters}
    return list(in_torch(PROGRAM, {**given, "X": X.tolist(), "T": T.tolist()}))


def greatest_difference(dtype: str, tie: Tie = "first", tied: bool = False) -> float:
    """max |this core − PyTorch| / max |PyTorch|, of the outputs and of each gradient of the mean of (a − t)²."""
    own = network(dtype, tie, tied)
    random = np.random.default_rng(5)
    X, T = (np.round(4 * random.standard_normal((64, size))).astype(dtype) / 4 for size in (12, 4))
    _, gradient = own.loss_and_gradient(X, T, "mse")
    outputs, slopes = by_torch(own, X, T, tie)
    pairs = [(own.forward(X).activations[-1][0], outputs)]
    for W, b, (of_W, of_b) in zip(gradient.W, gradient.b, slopes, strict=True):
        pairs += [(W[0], of_W), (b[0], of_b)]
    return max(float(np.abs(mine - np.array(theirs)).max() / np.abs(theirs).max()) for mine, theirs in pairs)


def main() -> int:
    """Print each comparison; 1 when a bound is passed."""
    missed = 0
    for dtype, bound in BOUNDS.items():
        for name, tie, tied in CASES:
            found = greatest_difference(dtype, tie, tied)
            missed += found > bound
            print(f"{dtype}, {name:<12} greatest difference {found:.1e}, bound {bound:g}", flush=True)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
