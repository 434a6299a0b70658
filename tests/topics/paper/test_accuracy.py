"""Accuracy by slope: pairs are pairs, and verdicts follow the numbers."""

import numpy as np
import pytest

from course_lib.topics.paper import accuracy, from_zero
from course_lib.topics.paper.runs import shipped, where


def test_runs_of_one_cell_share_all_but_the_slope():
    cell = {"dtype": "float64", "optimizer": "SGD", "batch_norm": True, "epochs": 1, "split": 0}
    found = accuracy.run_one(cell)
    # In 64 bits no pre-activation is exactly 0, so that all slopes give the same weights.
    assert np.all(found["same"]) and len({str(row) for row in found["right"]}) == 1
    assert found["right"][0][0] != found["right"][0][1]


def rows_with(points: float) -> list[dict[str, object]]:
    """Slope 1 so many points better than slope 0, with some scatter."""
    rng = np.random.default_rng(0)
    return [
        {
            "dtype": dtype, "optimizer": "SGD", "batch_norm": False, "slope": slope, "start": start, "split": split,
            "right": 900 + round(10 * points * (slope == 1)) + int(rng.integers(-1, 2)), "same": 0, "epochs": 8,
        }
        for dtype in ("float16", "float32")
        for split in range(6)
        for slope in (0.0, 1.0)
        for start in range(accuracy.STARTS)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "word"), [(-3, "reproduced"), (0, "not reproduced"), (1.0, "differs"), (3, "differs")]
)
def test_the_verdict_follows_the_interval(points, word):
    assert accuracy.judge(rows_with(points)).word == word
    assert accuracy.difference(rows_with(points), dtype="float16").estimate == pytest.approx(points, abs=0.2)


def test_what_is_shipped_says_what_the_lesson_says():
    rows = shipped("accuracy")
    assert len(rows) == 8 * 8 * len(accuracy.SLOPES) * accuracy.STARTS
    assert accuracy.judge(rows).word == "not reproduced"
    assert all(row["same"] == 1 for row in where(rows, slope=0.0))


def test_the_slope_decides_where_a_layer_starts_from_zero():
    rows = shipped("from_zero")
    assert from_zero.judge(rows).word == "reproduced"
    moved = [{**row, "count": 900} if row["task"] == "zeros" else row for row in rows]
    assert from_zero.judge(moved).word == "not reproduced"
    cell = {"task": "zeros", "slopes": (0.0, 1.0), "width": 64, "epochs": 1, "seed": 0}
    stuck, free = from_zero.run_one(cell)["counts"]
    assert stuck == 100 and free > 500
