"""Starts in which the slope at 0 decides: a first layer of zeros on digits, and the exclusive or with biases of 0."""

import numpy as np

from course_lib.data import mnist_5k
from course_lib.grid import Cell, Result
from course_lib.networks import SGD, Dense, Network, train
from course_lib.topics.paper.runs import Row, Verdict, verdict, where
from course_lib.topics.training.experiment import XOR_MANY, XOR_SLOPES, stuck_starts

SLOPES = (0.0, 0.1, 0.5, 1.0)
WIDTHS = (2, 3, 4, 8)  # of the exclusive or


def run_one(cell: Cell) -> Result:
    """With each slope: 784-64-10 from a first layer of zeros, right; or 2-width-1 on the exclusive or, stuck."""
    slopes = cell["slopes"]
    if cell["task"] == "exclusive or":
        return {"of": XOR_MANY, "counts": [int(stuck_starts(cell["width"], slope).sum()) for slope in slopes]}
    data = mnist_5k(cell["seed"])
    hidden = Dense(784, 64, "relu", np.array(slopes), initialization="zero")
    network = Network([hidden, Dense(64, 10)], len(slopes), [cell["seed"]] * len(slopes))
    train(
        network, data.X, data.y, SGD(0.1), batch_size=100, epochs=cell["epochs"], seed=cell["seed"], record=(),
        progress=False,
    )  # fmt: skip
    right = np.rint(len(data.X_test) * network.accuracy(data.X_test, data.y_test)).astype(int)
    return {"of": len(data.X_test), "counts": right.tolist()}


def cells(full: bool) -> list[Cell]:
    """Several starts from zero, and the exclusive or with 1000 starts of each width."""
    zeros = [
        {"task": "zeros", "slopes": SLOPES, "width": 64, "epochs": 8 if full else 3, "seed": seed}
        for seed in range(10 if full else 3)
    ]
    either = [
        {"task": "exclusive or", "slopes": XOR_SLOPES, "width": width, "epochs": 1000, "seed": 0}
        for width in (WIDTHS if full else (3,))
    ]
    return [*zeros, *either]


def rows(cells: list[Cell], results: list[Result]) -> list[Row]:
    """One for each run: `count` of `of` digits right, or starts stuck."""
    return [
        {
            "task": cell["task"], "slope": slope, "width": cell["width"], "epochs": cell["epochs"],
            "seed": cell["seed"], "of": result["of"], "count": count,
        }
        for cell, result in zip(cells, results, strict=True)
        for slope, count in zip(cell["slopes"], result["counts"], strict=True)
    ]  # fmt: skip


def judge(rows: list[Row]) -> Verdict:
    """With slope 0 chance in every start and more stuck (Fisher's exact test, 1 %); with others above 80 %."""
    from scipy.stats import fisher_exact

    right = {slope: [row["count"] / row["of"] for row in where(rows, task="zeros", slope=slope)] for slope in SLOPES}
    stuck = {slope: where(rows, task="exclusive or", width=3, slope=slope)[0] for slope in XOR_SLOPES}
    tables = [[[stuck[s]["count"], stuck[s]["of"] - stuck[s]["count"]] for s in (0.0, other)] for other in (0.5, 1.0)]
    chances = [float(fisher_exact(table, alternative="greater").pvalue) for table in tables]
    why = (
        "first layer of zeros, right: "
        + ", ".join(f"{100 * np.mean(shares):.1f} % with slope {slope:g}" for slope, shares in right.items())
        + "; exclusive or, 3 units, stuck of 1000: "
        + ", ".join(f"{row['count']} with slope {slope:g}" for slope, row in stuck.items())
    )
    moves = min(min(right[slope]) for slope in SLOPES[1:])
    return verdict(max(right[0.0]) <= 0.1 and moves > 0.8 and max(chances) < 0.01, min(right[0.0]) > 0.8, why)
