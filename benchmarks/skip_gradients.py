"""Gradients of networks with skips, against PyTorch's: the greatest difference as a share of the largest entry.

    python -m benchmarks.skip_gradients

Target: at most 1e-10 in float64, for each activation, with skips as the first layer, in
the middle, one after another and as the last layer.
"""

import sys
from itertools import pairwise

import numpy as np

from benchmarks.in_torch import in_torch
from course_lib.networks import Dense, Network

TARGET = 1e-10
ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu", "softplus", "leaky_relu", "identity")
WIDTHS = (3, 3, 5, 5, 5, 2, 2)
DEEP = 50
THERE = """
import json, sys, torch
F = torch.nn.functional
of = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "elu": F.elu, "identity": lambda z: z,
      "softplus": lambda z: F.softplus(z, threshold=100), "leaky_relu": F.leaky_relu}
def gradient(task):
    number = lambda values: torch.tensor(values, dtype=torch.float64)
    W, b = ([number(v).requires_grad_() for v in task[name]] for name in "Wb")
    a = number(task["X"])
    for weights, biases, activation, skip in zip(W, b, task["activations"], task["skips"]):
        a = of[activation](a @ weights.T + biases) + (a if skip else 0)
    F.cross_entropy(a, torch.tensor(task["y"])).backward()
    return [v.grad.tolist() for v in W + b]
print(json.dumps([gradient(task) for task in json.load(sys.stdin)]))
"""


def main() -> int:
    """Print a line for each network; 1 if one misses the target."""
    rng = np.random.default_rng(0)
    tasks, ours = [], []
    cases = [(activation, WIDTHS) for activation in ACTIVATIONS] + [("relu", (8,) * (DEEP + 1))]
    for seed, (activation, widths) in enumerate(cases):
        pairs = list(pairwise(widths))
        layers = [Dense(n_in, n_out, activation, skip=n_in == n_out) for n_in, n_out in pairs]
        network = Network(layers, seed=seed, dtype="float64")
        for values in network.W[:]:
            values[...] *= len(layers) ** -0.5
        X, y = rng.standard_normal((20, widths[0])), rng.integers(0, widths[-1], 20)
        _, gradient = network.loss_and_gradient(X, y)
        ours.append([values[0] for values in [*gradient.W, *gradient.b]])
        numbers = {name: [values[0].tolist() for values in getattr(network, name)] for name in "Wb"}
        kinds = {"activations": [activation] * len(layers), "skips": [layer.skip for layer in layers]}
        tasks.append({**numbers, **kinds, "X": X.tolist(), "y": y.tolist()})
    worst = 0.0
    for (activation, widths), mine, theirs in zip(cases, ours, in_torch(THERE, tasks), strict=True):
        size = max(float(np.abs(values).max()) for values in mine)
        found = max(float(np.abs(a - np.array(b)).max()) for a, b in zip(mine, theirs, strict=True)) / size
        print(f"{activation:<12}{len(widths) - 1:>3} layers   {found:.1e}")
        worst = max(worst, found)
    print(f"greatest difference {worst:.1e}, target {TARGET:.0e}")
    return int(not worst <= TARGET)


if __name__ == "__main__":
    sys.exit(main())
