"""Level curves against fields whose curves are known; rows and columns have different lengths and places."""

import numpy as np
import pytest

from course_lib.figures.layers import level_curves


def field(f, reach=2.0, up=3.0):
    """f at the centres of the cells of [−reach, reach] × [−up, up]."""
    x, y = ((np.arange(count) + 0.5) / count * 2 * end - end for count, end in ((80, reach), (120, up)))
    return f(*np.meshgrid(x, y)), (-reach, reach), (-up, up)


def test_a_circle_is_one_closed_curve_and_a_line_an_open_one() -> None:
    ((x, y),) = level_curves(*field(lambda x, y: np.hypot(x, y - 1)), 1.0)
    assert np.hypot(x, y - 1) == pytest.approx(1, abs=2e-3)
    assert (x[0], y[0]) == (x[-1], y[-1])
    assert np.hypot(np.diff(x), np.diff(y)).sum() == pytest.approx(2 * np.pi, rel=1e-3)
    # A line runs from edge to edge.
    ((x, y),) = level_curves(*field(lambda x, y: x + 2 * y), 0.5)
    assert x + 2 * y == pytest.approx(0.5, abs=1e-12)
    assert np.ptp(x) == pytest.approx(3.95)
    assert (np.abs(np.diff(x)) < 0.1).all()


def test_a_saddle_is_left_by_the_value_in_its_middle() -> None:
    saddle = np.array([[1.0, 0.0], [0.0, 1.0]])
    for level, joined in ((0.4, True), (0.6, False)):
        curves = level_curves(saddle, (0, 2), (0, 2), level)
        assert len(curves) == 2
        # With the ones joined through the middle, each curve cuts off a corner with a zero.
        assert any(x.mean() < 1 < y.mean() for x, y in curves) is joined


def test_every_segment_is_used_once_in_a_random_field() -> None:
    values = np.random.default_rng(0).standard_normal((30, 40))
    above = values >= 0
    corners = above[:-1, :-1].astype(int) + above[:-1, 1:] + above[1:, :-1] + above[1:, 1:]
    saddles = (above[:-1, :-1] == above[1:, 1:]) & (above[:-1, 1:] == above[1:, :-1]) & (corners == 2)
    expected = int(((corners > 0) & (corners < 4)).sum() + saddles.sum())
    assert sum(len(x) - 1 for x, _ in level_curves(values, (0, 1), (0, 1), 0.0)) == expected
    assert level_curves(values, (0, 1), (0, 1), -9.0) == []
