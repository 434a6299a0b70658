"""Cures and revivals as rows with intervals: each row in its place, each name in the right group."""

import numpy as np
import pytest

from course_lib.figures import Points, Segment
from course_lib.intervals import wilson_interval
from course_lib.topics.dead_units.cures import CAUSES, CURES, MEASURES, TREATMENTS, outcome, revive
from course_lib.topics.dead_units.figures import HIDDEN, came_back, cures


def rows_of(scene):
    """Name of each row with its interval (low, estimate, high), all clipped to [0, 1] as drawn."""
    names = dict(scene.y_axis.ticks)
    points = {layer.y[0]: layer.x[0] for layer in scene.layers if isinstance(layer, Points)}
    lines = {
        s.start[1]: (s.start[0], s.end[0]) for s in scene.layers if isinstance(s, Segment) and s.start[1] == s.end[1]
    }
    return {names[y]: (lines[y][0], points[y], lines[y][1]) for y in sorted(names, reverse=True)}


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("measure", MEASURES)
def test_each_cure_has_its_row(cause, measure) -> None:
    rows = rows_of(cures(cause, measure))
    assert list(rows) == list(CURES)
    for cure, (low, estimate, high) in rows.items():
        values = outcome(cause, cure).of(measure)
        assert estimate == pytest.approx(values.mean())
        reach = 2.0227 * values.std(ddof=1) / np.sqrt(len(values))  # Student's t, 39 degrees of freedom
        assert (low, high) == pytest.approx((max(0, estimate - reach), min(1, estimate + reach)), abs=1e-4)


def test_the_groups_of_the_description_partition_the_cures() -> None:
    for cause in CAUSES:
        words = cures(cause, "dead units").description
        better, others = words.split("Half the dead units or fewer: ")[1].split("More than half: ")
        assert "standardised inputs" in better and "dropout 0.5" in others
        assert all((cure in better) != (cure in others) for cure in ("a tenth of the step", "bias 0.1", "bias 1"))


@pytest.mark.parametrize("index", [0, 1])
def test_each_treatment_has_its_row(index) -> None:
    scene = came_back(HIDDEN[index])
    rows = rows_of(scene)
    assert list(rows) == list(TREATMENTS)
    for treatment, row in rows.items():
        found = revive(treatment)
        assert row == pytest.approx(wilson_interval(found.on_again[index], found.dead[index]))
    assert all(scene.description.count(name) >= 1 for name in TREATMENTS)


def test_the_first_layer_stays_dead_without_other_inputs() -> None:
    words = came_back("first hidden layer").description
    assert "None come back: shorter steps, dropout 0.2, dropout 0.5. Fewer than half:" in words
    assert words.endswith("More than half: fresh weights.")


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="cause must be one of 'steps too long', 'biases too low'; got 'age'"):
        cures("age")
    with pytest.raises(ValueError, match="measure must be one of 'dead units', .*; got 'beauty'"):
        cures("steps too long", "beauty")
    with pytest.raises(ValueError, match="layer must be one of 'first hidden layer', .*; got 'last'"):
        came_back("last")
