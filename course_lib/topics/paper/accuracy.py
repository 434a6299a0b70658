"""Does the slope at 0 change accuracy? By the chain rule, with SGD and Adam, with and without batch normalisation.

Runs with one start share its weights, division of the digits and batches, and differ in the slope at 0 alone.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.data import mnist_5k
from course_lib.grid import Cell, Result
from course_lib.intervals import Interval, mean_interval
from course_lib.networks import SGD, Adam, Network, train
from course_lib.topics.paper.runs import Row, Verdict, in_points, verdict, where
from course_lib.topics.rectifiers.paired import OVERLAP

SLOPES = (0.0, 0.1, 0.5, 1.0, 10.0, 100.0)
SIZES, BATCH, TEST = (784, 128, 128, 10), 100, 1000
OPTIMIZERS: dict[str, SGD | Adam] = {"SGD": SGD(0.1), "Adam": Adam(1e-3)}
STARTS = 2  # in each division of the digits


def run_one(cell: Cell) -> Result:
    """Train two starts with each of `SLOPES` on one division of 5000 digits; count the test digits that are right.

    `cell` holds `dtype`, `optimizer`, `batch_norm`, `epochs` and `split`, the seed of the division and of the batches.
    Also which runs came out with the weights of slope 0, bit for bit: (slopes, starts) both.
    """
    data = mnist_5k(cell["split"])
    seeds = [STARTS * cell["split"] + start for start in range(STARTS)]
    network = Network.mlp(
        SIZES, slope_at_kink=np.repeat(SLOPES, STARTS), initialization="uniform_fan_in",
        batch_norm=cell["batch_norm"], replicas=len(SLOPES) * STARTS, seed=seeds * len(SLOPES), dtype=cell["dtype"],
    )  # fmt: skip
    train(
        network, data.X, data.y, OPTIMIZERS[cell["optimizer"]], batch_size=BATCH, epochs=cell["epochs"],
        seed=cell["split"], record=(), progress=False, on_divergence="keep",
    )  # fmt: skip
    same = np.ones((len(SLOPES), STARTS), bool)
    for values in (*network.W, *network.b):
        by_slope = values.reshape(len(SLOPES), STARTS, -1)
        same &= (by_slope == by_slope[0]).all(-1)
    right = np.rint(TEST * network.accuracy(data.X_test, data.y_test)).astype(int).reshape(len(SLOPES), STARTS)
    return {"right": right.tolist(), "same": same.tolist()}


def cells(full: bool) -> list[Cell]:
    """Every optimiser with and without batch normalisation, in half and in single precision."""
    return [
        {"dtype": dtype, "optimizer": optimizer, "batch_norm": norm, "epochs": 8 if full else 2, "split": split}
        for split in range(8 if full else 3)
        for dtype in ("float16", "float32")
        for optimizer in OPTIMIZERS
        for norm in (False, True)
    ]


def rows(cells: list[Cell], results: list[Result]) -> list[Row]:
    """One for each run."""
    return [
        {
            **cell,
            "slope": slope,
            "start": start,
            "right": result["right"][at][start],
            "same": int(result["same"][at][start]),
        }
        for cell, result in zip(cells, results, strict=True)
        for at, slope in enumerate(SLOPES)
        for start in range(STARTS)
    ]


def right(rows: list[Row], slope: float, **settings: Any) -> NDArray[np.float64]:
    """Per cent of the test digits, by run: division by division, start by start."""
    return 100 / TEST * np.array([row["right"] for row in where(rows, slope=slope, **settings)], np.float64)


def differences(rows: list[Row], slope: float = 1.0, **settings: Any) -> NDArray[np.float64]:
    """Accuracy with `slope` minus accuracy with slope 0, in points, for each division: the mean over its starts."""
    in_pairs = right(rows, slope, **settings) - right(rows, 0.0, **settings)
    return np.asarray(in_pairs.reshape(-1, STARTS).mean(1))


def difference(rows: list[Row], slope: float = 1.0, **settings: Any) -> Interval:
    """The mean of `differences`, with its interval of 95 %, corrected for digits that divisions share."""
    return mean_interval(differences(rows, slope, **settings), OVERLAP["mnist_5k"])


def judge(rows: list[Row]) -> Verdict:
    """Published: SGD does best with slope 0. Here: is slope 1 a point worse, or within ±1 point?"""
    found = {
        dtype: difference(rows, dtype=dtype, optimizer="SGD", batch_norm=False) for dtype in ("float16", "float32")
    }
    asked = {dtype: np.mean([not row["same"] for row in where(rows, slope=1.0, dtype=dtype)]) for dtype in found}
    why = (
        "SGD without batch normalisation, slope 1 − slope 0: "
        + ", ".join(f"{in_points(d, 2)} points in {name}" for name, d in found.items())
        + f"; the slope changed any weight in {asked['float16']:.0%} of the runs in 16 bits, "
        f"{asked['float32']:.0%} in 32"
    )
    worse = any(each.high < -1 for each in found.values())
    return verdict(worse, all(each.low > -1 and each.high < 1 for each in found.values()), why)
