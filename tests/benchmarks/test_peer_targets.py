"""What a target concludes from a table."""

import pytest

from benchmarks.peer_targets import TARGETS, Target, at_least, at_most, judge
from benchmarks.peer_works import WORKS


@pytest.mark.parametrize(
    ("against", "value", "best"),
    [
        ("the best peer", 1.2, "whole, of those installed"),
        ("every step-by-step peer", 0.75, "quick, of those installed"),
        ("scan", 1.2, "whole"),
        ("the floor", 2.0, "floor, two"),
    ],
)
def test_a_target_is_judged_by_the_fastest_row_of_its_kind(against, value, best, rows):
    met = judge(Target("work", against, value), rows)
    assert (met.met, met.line) == (
        True,
        f"target: work, this core / {against} ({best}) ≤ {value:g}: met ({value:.3f}, 0% above the bound)",
    )
    missed = judge(Target("work", against, value / 1.25), rows)
    assert missed.met is False
    assert missed.line.endswith(f": missed ({value:.3f}, 25% above the bound)")
    assert judge(Target("work", against, value * 1.25), rows).line.endswith(f"({value:.3f}, 20% below the bound)")


def test_a_target_without_a_bound_is_printed_and_neither_met_nor_missed(rows):
    verdict = judge(Target("work", "scan", None), rows)
    assert (verdict.met, verdict.line) == (None, "work, this core / scan (whole): 1.200")


def test_a_target_that_no_installed_peer_can_be_judged_by_is_not_met(rows):
    alone = [rows[0], *rows[4:]]
    verdict = judge(Target("work", "the best peer", 1.0), alone)
    assert verdict.met is False
    assert verdict.line == "target: work, this core / the best peer: not judged, no such peer is installed"
    assert judge(Target("work", "scan", None), alone).met is None
    assert judge(Target("work", "the floor", 2.0), alone).met


def test_bounds_belong_to_what_they_allow():
    assert at_most("x", 3.0, 3.0).met and not at_most("x", 3.001, 3.0).met
    assert at_least("x", 1.6, 1.6).met and not at_least("x", 1.599, 1.6).met
    assert at_least("x", 1.2, 1.6).line == "target: x ≥ 1.6: missed (1.200, 25% below the bound)"


def test_every_target_names_a_work_that_is_timed():
    names = [work.name for work in WORKS]
    assert len(set(names)) == 6
    assert {target.work for target in TARGETS} == set(names)
