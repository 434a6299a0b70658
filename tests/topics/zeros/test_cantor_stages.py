"""The drawn intervals and points of the Cantor set."""

from fractions import Fraction

import pytest

from course_lib.figures import Points, Segment
from course_lib.topics.zeros.figures import cantor_stages


@pytest.mark.parametrize("stage", range(7))
def test_each_row_holds_its_intervals(stage: int) -> None:
    segments = [layer for layer in cantor_stages(stage).layers if isinstance(layer, Segment)]
    for row in range(stage + 1):
        own = [segment for segment in segments if segment.start[1] == -row]
        assert len(own) == 2**row
        assert sum(s.end[0] - s.start[0] for s in own) == pytest.approx((2 / 3) ** row)
    assert f"total length {Fraction(2, 3) ** stage}" in cantor_stages(stage).description


@pytest.mark.parametrize(("address", "point"), [("LRLRLR…", 1 / 4), ("LRRRRR…", 1 / 3), ("RLLRLL…", 9 / 13)])
def test_a_point_stays_in_an_interval_of_every_row(address: str, point: float) -> None:
    scene = cantor_stages(6, address)
    (marks,) = (layer for layer in scene.layers if isinstance(layer, Points))
    assert marks.x == pytest.approx(point) and sorted(-marks.y) == list(range(7))
    for row in range(7):
        held = [
            s for s in scene.layers if isinstance(s, Segment) and s.start[1] == s.end[1] == -row
            and s.start[0] - 1e-12 <= point <= s.end[0] + 1e-12
        ]  # fmt: skip
        assert len(held) == 1
    assert "in an interval of every row" in scene.description


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="address must be one of 'none', 'LRLRLR…'"):
        cantor_stages(1, "LLL")
    with pytest.raises(ValueError, match="stage"):
        cantor_stages(7)
