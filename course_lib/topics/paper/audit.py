"""Two backward passes at the kink: one multiplies the upstream gradient by the slope, one puts a number in its place.

`chained` is the chain rule. `injected` is what the backward pass of `ReLUAlphaFunction` does, in relu.py of
deel-ai/relu-prime at commit aa20457: where the pre-activation is 0, it assigns the constant, and the upstream gradient
is gone. `run_one` trains a network by hand with either, on pre-activations that are rounded to a grid, so that exact
zeros are as frequent as one likes.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.data import mnist_5k
from course_lib.grid import Cell, Result
from course_lib.intervals import Interval, mean_interval
from course_lib.topics.paper.runs import Row, Verdict, in_points, verdict, where
from course_lib.topics.rectifiers.paired import OVERLAP

Array = NDArray[np.float32]
SIZES = (784, 256, 256, 10)
BATCH, TEST = 100, 1000
RATES = {"SGD": 0.1, "Adam": 1e-3}
# How many of bits, optimizer, rule and slope are run; quick runs take some of them.
PLAIN = (("chained", 0.0), ("chained", 1.0), ("injected", 1.0))
MORE = (("chained", 0.5), ("chained", 10.0), ("chained", 100.0), ("injected", 0.1), ("injected", 0.5))
FINE, MIDDLE, COARSE = 13, 8, 5


def chained(upstream: Array, z: Array, slope: float) -> Array:
    """∂loss/∂z = upstream · σ'(z) for a = max(z, 0), with σ'(0) = `slope`; all arrays have one shape.

    >>> chained(np.float32([[-0.5, -0.5, -0.5]]), np.float32([[-1, 0, 1]]), 0.5).tolist()
    [[-0.0, -0.25, -0.5]]
    """
    return upstream * np.where(z == 0, np.float32(slope), z > 0)


def injected(upstream: Array, z: Array, slope: float) -> Array:
    """upstream · [z > 0], but `slope` itself where z = 0: the chain rule is not applied there.

    >>> injected(np.float32([[-0.5, -0.5, -0.5]]), np.float32([[-1, 0, 1]]), 0.5).tolist()
    [[-0.0, 0.5, -0.5]]
    """
    return np.where(z == 0, np.float32(slope), upstream * (z > 0))


RULES: dict[str, Callable[[Array, Array, float], Array]] = {"chained": chained, "injected": injected}


class Hand:
    """784-256-256-10 with ReLU by hand, in single precision; W, b ~ U(±1/√n_in), the loss is the mean cross-entropy."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.parameters: list[Array] = []
        for n_in, n_out in pairwise(SIZES):
            reach = n_in**-0.5
            self.parameters.append(rng.uniform(-reach, reach, (n_out, n_in)).astype(np.float32))
            self.parameters.append(rng.uniform(-reach, reach, n_out).astype(np.float32))

    def forward(self, X: Array, bits: int) -> tuple[list[Array], list[Array], Array]:
        """The inputs of all layers, the hidden pre-activations on the grid 2^−bits, and the outputs (n, 10)."""
        grid = np.float32(2.0**bits)
        inputs: list[Any] = [X]
        hidden: list[Any] = []
        *layers, last = zip(self.parameters[::2], self.parameters[1::2], strict=True)
        for W, b in layers:
            z = np.rint((inputs[-1] @ W.T + b) * grid) / grid
            hidden.append(z)
            inputs.append(np.maximum(z, 0))
        return inputs, hidden, inputs[-1] @ last[0].T + last[1]

    def gradient(self, X: Array, y: NDArray[Any], bits: int, rule: str, slope: float) -> tuple[list[Array], float]:
        """The gradient of every parameter on a batch, and the share of hidden pre-activations that are exactly 0."""
        inputs, hidden, outputs = self.forward(X, bits)
        delta = np.exp(outputs - outputs.max(1, keepdims=True))
        delta /= delta.sum(1, keepdims=True)
        delta[np.arange(len(y)), y] -= 1
        delta /= np.float32(len(y))
        gradient: list[Array] = []
        for layer in reversed(range(len(inputs))):
            gradient[:0] = [delta.T @ inputs[layer], delta.sum(0)]
            if layer:
                delta = RULES[rule](delta @ self.parameters[2 * layer], hidden[layer - 1], slope)
        return gradient, float(np.mean([np.mean(z == 0) for z in hidden]))


def run_one(cell: Cell) -> Result:
    """Train 784-256-256-10 on 4000 digits of MNIST, and count how many of 1000 others it gets right.

    `cell` holds `rule` (of `RULES`), `slope`, `bits` of the grid, `optimizer` ("SGD" or "Adam"), `epochs` and `seed`,
    the seed of the weights, of the division of the digits and of the batches of 100: runs with one seed share all
    these. `right` is counted after each epoch, 0 where an output is not finite; `zeros` is the mean share of zeros.
    """
    data, network = mnist_5k(cell["seed"]), Hand(cell["seed"])
    rng, zeros = np.random.default_rng([cell["seed"], 1]), []
    rate, memory = RATES[cell["optimizer"]], [[np.zeros_like(p), np.zeros_like(p)] for p in network.parameters]
    step, right = 0, []
    with np.errstate(all="ignore"):
        for _ in range(cell["epochs"]):
            for batch in rng.permutation(len(data.X)).reshape(-1, BATCH):
                step += 1
                gradient, share = network.gradient(
                    data.X[batch], data.y[batch], cell["bits"], cell["rule"], cell["slope"]
                )
                zeros.append(share)
                for values, change, (mean, square) in zip(network.parameters, gradient, memory, strict=True):
                    if cell["optimizer"] == "Adam":
                        mean += np.float32(0.1) * (change - mean)
                        square += np.float32(0.001) * (change * change - square)
                        root = np.sqrt(square / np.float32(1 - 0.999**step)) + np.float32(1e-8)
                        change = mean / np.float32(1 - 0.9**step) / root
                    values -= np.float32(rate) * change
            outputs = network.forward(data.X_test, cell["bits"])[2]
            right.append(int((outputs.argmax(1) == data.y_test).sum()) if np.isfinite(outputs).all() else 0)
    return {"right": right, "zeros": float(np.mean(zeros))}


def cells(full: bool) -> list[Cell]:
    """The grid: finely, coarsely and very coarsely rounded pre-activations, with both rules and several slopes."""
    places = [(FINE, "SGD"), (MIDDLE, "SGD"), *([(FINE, "Adam"), (COARSE, "SGD")] if full else [])]
    return [
        {"bits": bits, "optimizer": name, "rule": rule, "slope": slope, "epochs": 15 if full else 5, "seed": seed}
        for bits, name in places
        for rule, slope in (*PLAIN, *(MORE if full else ()))
        for seed in range(8 if full else 3)
    ]


def rows(cells: list[Cell], results: list[Result]) -> list[Row]:
    """One for each run; `right` after the last epoch, and after each in `by_epoch`."""
    return [
        {
            **cell,
            "zeros": result["zeros"],
            "right": result["right"][-1],
            "by_epoch": " ".join(map(str, result["right"])),
        }
        for cell, result in zip(cells, results, strict=True)
    ]


def accuracy(rows: list[Row], **settings: Any) -> NDArray[np.float64]:
    """Per cent of the test digits, by seed."""
    return np.array([100 * row["right"] / TEST for row in where(rows, **settings)])


def curve(rows: list[Row], **settings: Any) -> NDArray[np.float64]:
    """Per cent of the test digits after each epoch, (seeds, epochs)."""
    by_epoch = [[int(right) for right in str(row["by_epoch"]).split()] for row in where(rows, **settings)]
    return 100 / TEST * np.array(by_epoch, np.float64)


def difference(rows: list[Row], bits: int, rule: str, slope: float, optimizer: str = "SGD") -> Interval:
    """Accuracy with this rule and slope minus that with slope 0, in points: the mean over the seeds, with 95 %.

    The interval is corrected for the digits that the seeds' divisions share.
    """
    place = {"bits": bits, "optimizer": optimizer}
    at_0 = accuracy(rows, rule="chained", slope=0.0, **place)
    return mean_interval(accuracy(rows, rule=rule, slope=slope, **place) - at_0, OVERLAP["mnist_5k"])


def judge(rows: list[Row]) -> Verdict:
    """Chained: slope 1 against 0 within ±1 point on each grid; injected: 2 points down if fine, chance if not."""
    grids = sorted({row["bits"] for row in rows})
    within = {bits: difference(rows, bits, "chained", 1.0) for bits in grids}
    drop, chance = difference(rows, FINE, "injected", 1.0), accuracy(rows, bits=MIDDLE, rule="injected", slope=1.0)
    harmless = all(each.low > -1 and each.high < 1 for each in within.values())
    why = (
        "chained, slope 1 − slope 0: "
        + ", ".join(f"{in_points(each, 2)} at 2^−{bits}" for bits, each in within.items())
        + f" points; injected 1: {in_points(drop)} points at 2^−{FINE}, "
        f"{chance.mean():.1f} % right at 2^−{MIDDLE}"
    )
    return verdict(bool(harmless and drop.estimate <= -2 and chance.max() < 20), drop.low > -1, why)
