"""The scenes of the lesson on the audit, by the numbers in their layers."""

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Points
from course_lib.topics.paper import audit, figures
from course_lib.topics.paper.runs import where


def rows(points):
    """Two starts of all that the figure shows, three epochs; with 1 injected so many points less at the end."""
    return [
        {"bits": bits, "optimizer": optimizer, "rule": rule, "slope": slope, "seed": seed, "zeros": 0.01,
         "right": 900 + seed - lost, "by_epoch": f"300 600 {900 + seed - lost}"}
        for bits, optimizer in figures.SETTINGS.values()
        for rule, slope in (*audit.PLAIN, *audit.MORE)
        for lost in [10 * points * (rule == "injected" and slope == 1)]
        for seed in range(2)
    ]  # fmt: skip


@pytest.mark.parametrize("setting", figures.SETTINGS)
def test_accuracy_by_rule_shows_range_and_mean_of_the_starts(setting):
    scene = figures.accuracy_by_rule(setting, 1.0, rows(7))
    curves = {layer.label: layer for layer in scene.layers if isinstance(layer, Curve)}
    assert curves["chained, mean"].y.tolist() == pytest.approx([30, 60, 90.05])
    assert curves["injected, mean"].y.tolist() == pytest.approx([30, 60, 83.05])
    low, high = [(layer.low[-1], layer.high[-1]) for layer in scene.layers if isinstance(layer, Band)][1]
    assert (low, high) == pytest.approx((83, 83.1))
    assert scene.title == "7.0 points lost with 1 injected"
    assert setting in scene.description and "−7.0 [−7.0,\u00a0−7.0] points" in scene.description


def test_a_gain_is_called_a_gain():
    assert figures.accuracy_by_rule(rows=rows(-2)).title == "2.0 points gained with 1 injected"


def test_every_setting_and_slope_of_the_lesson_is_run_in_full():
    cells = audit.cells(full=True)
    for bits, optimizer in figures.SETTINGS.values():
        for rule in figures.RULES:
            for slope in (0.5, 1.0):
                assert len(where(cells, bits=bits, optimizer=optimizer, rule=rule, slope=slope)) == 8


@pytest.mark.parametrize("slope", [0.5, 1.0])
@pytest.mark.parametrize(("side", "factor"), [("z < 0", 0), ("z = 0", None), ("z > 0", 1)])
def test_the_lines_part_at_the_kink_alone_and_meet_at_upstream_1(side, factor, slope):
    for upstream in np.arange(-3, 3.1, 0.25).tolist():
        scene = figures.returned_by_upstream(upstream, side, slope)
        chain, assignment = (layer for layer in scene.layers if isinstance(layer, Curve))
        wanted = slope if factor is None else factor
        assert chain.y.tolist() == [-3 * wanted, 3 * wanted]
        assert assignment.y.tolist() == ([slope, slope] if factor is None else chain.y.tolist())
        hollow, disc = (layer for layer in scene.layers if isinstance(layer, Points))
        assert (disc.x, disc.y) == (upstream, wanted * upstream) and disc.control == ("upstream",)
        assert hollow.y == (slope if factor is None else disc.y)
        alike = factor is not None or upstream == 1
        assert (scene.title == "Here nobody can tell them apart") is alike
