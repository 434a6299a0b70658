"""Rows of a table and a small problem."""

import numpy as np
import pytest

from benchmarks.peer_problem import Problem, batches


def _row(
    name: str, kind: str, us: float | None, loss: float | None = 0.5, note: str = "", tolerance: float | None = 1e-3
) -> dict:
    return {"name": name, "kind": kind, "us": us, "loss": loss, "note": note, "tolerance": tolerance}


@pytest.fixture
def row():
    """Makes one row of a table."""
    return _row


@pytest.fixture
def rows():
    """A table with every kind of row."""
    return [
        _row("this core", "core", 6.0),
        _row("slow", "step", 12.0),
        _row("quick", "step", 8.0),
        _row("whole", "scan", 5.0),
        _row("absent", "step", None, None, "not installed"),
        _row("floor, one", "floor", 4.0, None),
        _row("floor, two", "floor", 3.0, None),
    ]


@pytest.fixture
def small():
    """Two networks 3-2, eight samples, two batches of four, three epochs."""
    random = np.random.default_rng(5)
    X, y = random.standard_normal((8, 3), np.float32), random.integers(0, 2, 8)
    W, b = [random.standard_normal((2, 2, 3), np.float32)], [random.standard_normal((2, 2), np.float32)]
    return Problem((3, 2), 2, 4, 3, X, y, batches(8, 4, 3), W, b)
