"""A difference from the snapshot is a sentence, never an error."""

import math
from dataclasses import replace
from datetime import date

import pytest

from course_lib.topics.frameworks.measurements import Measurement
from course_lib.topics.frameworks.snapshots import Snapshot, news, snapshot

BEFORE = Snapshot(
    date(2026, 1, 2),
    {},
    (
        Measurement("torch", "2.13.0", "CPU, float32", "clamp_min", "measured", (1.0,)),
        Measurement("torch", "2.13.0", "CPU, float32", "sqrt_square", "measured", (math.nan,)),
        Measurement("torch", "2.13.0", "CPU, float32", "norm", "measured", (0.0, 0.0)),
        Measurement("tinygrad", "0.14.0", "Python, float32", "relu", "measured", (0.0,)),
        Measurement("micrograd", "0.1.0", "Python, float64", "abs", "not offered"),
    ),
)
CLAMP, ROOT, NORM, TINY, MICRO = BEFORE.measurements


def test_no_news_is_an_empty_list():
    assert news([], BEFORE) == []
    assert news(BEFORE.measurements, BEFORE) == []
    assert news(snapshot().measurements) == []


def test_a_library_that_fails_as_a_whole_is_one_sentence():
    rows = [
        replace(row, version="2.14.1", status="error", value=None, message="AttributeError: np.Inf")
        for row in (CLAMP, ROOT, NORM)
    ]
    said = "PyTorch 2.14.1: no program has a value (error: AttributeError: np.Inf)."
    assert news(rows, BEFORE) == [said]
    assert len(news([*rows, replace(TINY, value=(1.0,))], BEFORE)) == 2
    assert len(news([*rows[:2], replace(rows[2], message="another")], BEFORE)) == 3


def test_a_library_that_failed_before_as_it_does_now_is_no_news():
    assert news([row for row in snapshot().measurements if row.library == "micrograd" and row.status == "error"]) == []


def test_rounding_and_a_missing_library_are_no_news():
    assert news([replace(CLAMP, value=(1 + 2.0**-23,))], BEFORE) == []
    assert news([replace(CLAMP, status="missing", value=None)], BEFORE) == []
    assert news([replace(CLAMP, version="2.14.1", kernel="CPU, float64")], BEFORE) == []


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            replace(CLAMP, version="2.14.1", value=(0.0,)),
            "PyTorch 2.14.1: clamp_min is 0; the snapshot of 2026-01-02 has 1 for 2.13.0.",
        ),
        (
            replace(ROOT, value=(0.0,)),
            "PyTorch 2.13.0: sqrt_square is 0; the snapshot of 2026-01-02 has NaN for 2.13.0.",
        ),
        (
            replace(NORM, value=(0.0, 1.0)),
            "PyTorch 2.13.0: norm is (0, 1); the snapshot of 2026-01-02 has (0, 0) for 2.13.0.",
        ),
        (
            replace(CLAMP, status="timed out", value=None),
            "PyTorch 2.13.0: clamp_min has no value (timed out); the snapshot of 2026-01-02 has 1 for 2.13.0.",
        ),
        (
            replace(TINY, kernel="CPU (Clang), float32", value=(1.0,)),
            "tinygrad 0.14.0 (CPU (Clang), float32): relu is 1; the snapshot of 2026-01-02 has 0 for 0.14.0.",
        ),
        (
            replace(MICRO, status="measured", value=(0.5,)),
            "micrograd 0.1.0: abs is ½; the snapshot of 2026-01-02 has not offered for 0.1.0.",
        ),
        (
            replace(CLAMP, program="abs"),
            "PyTorch 2.13.0: abs is 1; the snapshot of 2026-01-02 does not have it.",
        ),
        (
            replace(CLAMP, library="caffe", version=""),
            "caffe: clamp_min is 1; the snapshot of 2026-01-02 does not have it.",
        ),
    ],
)
def test_a_change_is_told(row: Measurement, sentence: str):
    assert news([row], BEFORE) == [sentence]
