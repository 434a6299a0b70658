"""Networks with skips and batch normalisation against PyTorch: the greatest difference as a share of the largest entry.

    python -m benchmarks.torch_gradients

Target: at most 1e-10 in float64, for each activation, as the first layer, in the middle, one after another and as the
last layer. Compared are the gradients of W, b and γ in training, and with batch normalisation, after five steps of SGD
in both, the running mean and variance and the outputs in evaluation.
"""

import sys
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.in_torch import in_torch
from course_lib.networks import SGD, Dense, Network, train

Array = np.ndarray[Any, Any]
TARGET = 1e-10
ACTIVATIONS = ("relu", "tanh", "sigmoid", "elu", "softplus", "leaky_relu", "identity")
WIDTHS = (3, 3, 5, 5, 5, 4, 4)
DEEP = 50
STEPS, RATE = 5, 0.05
# The name of a row, its activation, its widths, and whether layers that can have a skip have one.
Case = tuple[str, str, tuple[int, ...], bool]
CASES: dict[bool, list[Case]] = {
    batch_norm: [
        *((f"{name}, skips", name, WIDTHS, True) for name in ACTIVATIONS),
        *((name, name, WIDTHS, False) for name in ACTIVATIONS if batch_norm),
        ("relu, skips", "relu", (8,) * (DEEP + 1), True),
    ]
    for batch_norm in (False, True)
}
THERE = """
import json, sys, torch
F = torch.nn.functional
of = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "elu": F.elu, "identity": lambda z: z,
      "softplus": lambda z: F.softplus(z, threshold=100), "leaky_relu": F.leaky_relu}
number = lambda values: torch.tensor(values, dtype=torch.float64)

def answer(task):
    W, b = ([number(v).requires_grad_() for v in task[name]] for name in "Wb")
    norms = [torch.nn.BatchNorm1d(len(v), dtype=torch.float64) for v in b if task["batch_norm"]]
    for norm, biases, gamma in zip(norms, b, task["gamma"]):
        norm.weight, norm.bias = torch.nn.Parameter(number(gamma)), torch.nn.Parameter(biases.detach().clone())
    if norms:
        b = [norm.bias for norm in norms]
    X, y = number(task["X"]), torch.tensor(task["y"])

    def outputs():
        a = X
        for at, (weights, biases) in enumerate(zip(W, b)):
            z = norms[at](a @ weights.T) if norms else a @ weights.T + biases
            a = of[task["activation"]](z) + (a if task["skips"][at] else 0)
        return a

    trained = W + b + [norm.weight for norm in norms]
    optimizer = torch.optim.SGD(trained, task["rate"])
    gradient = None
    for step in range(task["steps"]):
        optimizer.zero_grad()
        F.cross_entropy(outputs(), y).backward()
        gradient = gradient or [v.grad.tolist() for v in trained]
        optimizer.step()
    if not norms:
        return {"gradient": gradient}
    for norm in norms:
        norm.eval()
    return {"gradient": gradient, "mean": [norm.running_mean.tolist() for norm in norms],
            "variance": [norm.running_var.tolist() for norm in norms], "outputs": [outputs().tolist()]}
print(json.dumps([answer(task) for task in json.load(sys.stdin)]))
"""


def made(activation: str, widths: tuple[int, ...], skips: bool, batch_norm: bool, seed: int) -> Network:
    """A network whose outputs stay moderate however deep it is, and whose b and γ are not those that all start from."""
    pairs = list(pairwise(widths))
    layers = [
        Dense(n_in, n_out, activation, skip=skips and n_in == n_out, batch_norm=batch_norm) for n_in, n_out in pairs
    ]
    network, rng = Network(layers, seed=seed, dtype="float64"), np.random.default_rng(seed)
    for values in network.W[:]:
        values[...] *= len(layers) ** -0.5
    for values in [*network.b, *network.gamma] if batch_norm else []:
        values[...] += rng.uniform(-0.25, 0.25, values.shape)
    return network


def ours(network: Network, X: Array, y: Array) -> dict[str, list[Array]]:
    """What `THERE` answers, by the course; the network is trained where it has batch normalisation."""
    _, gradient = network.loss_and_gradient(X, y)
    of = [*gradient.W, *gradient.b, *(gamma for gamma in gradient.gamma if gamma is not None)]
    if not network.has_batch_norm:
        return {"gradient": [values[0] for values in of]}
    train(network, X, y, SGD(RATE), batch_size=len(X), epochs=STEPS, progress=False, record=())
    running = {"mean": network.running_mean, "variance": network.running_variance}
    return {
        "gradient": [values[0] for values in of],
        **{name: [values[0] for values in views] for name, views in running.items()},
        "outputs": [network.predict(X)[0]],
    }


def difference(mine: list[Array], theirs: list[Any]) -> float:
    """The greatest |mine − theirs| over the greatest |mine|."""
    size = max(float(np.abs(values).max()) for values in mine)
    return max(float(np.abs(a - np.array(b)).max()) for a, b in zip(mine, theirs, strict=True)) / size


def compare(batch_norm: bool) -> dict[str, dict[str, float]]:
    """For each network the greatest differences, by what was compared."""
    rng = np.random.default_rng(0)
    tasks, answers, names = [], [], []
    for seed, (name, activation, widths, skips) in enumerate(CASES[batch_norm]):
        network = made(activation, widths, skips, batch_norm, seed)
        X, y = rng.standard_normal((20, widths[0])), rng.integers(0, widths[-1], 20)
        numbers = {of: [values[0].tolist() for values in getattr(network, of)] for of in "Wb"}
        numbers["gamma"] = [values[0].tolist() for values in network.gamma if values is not None]
        kinds = {"activation": activation, "skips": [layer.skip for layer in network.weighted_layers]}
        steps = {"batch_norm": batch_norm, "steps": STEPS if batch_norm else 1, "rate": RATE}
        tasks.append({**numbers, **kinds, **steps, "X": X.tolist(), "y": y.tolist()})
        answers.append(ours(network, X, y))
        names.append(f"{name}, {len(widths) - 1} layers")
    return {
        name: {of: difference(values, there[of]) for of, values in mine.items()}
        for name, mine, there in zip(names, answers, in_torch(THERE, tasks), strict=True)
    }


def main() -> int:
    """Print a line for each network; 1 if one misses the target."""
    worst = 0.0
    for batch_norm in (False, True):
        print("with batch normalisation" if batch_norm else "without batch normalisation")
        for name, found in compare(batch_norm).items():
            print(f"{name:<30}" + "".join(f"   {of} {value:.1e}" for of, value in found.items()))
            worst = max(worst, *found.values())
    print(f"greatest difference {worst:.1e}, target {TARGET:.0e}")
    return int(not worst <= TARGET)


if __name__ == "__main__":
    sys.exit(main())
