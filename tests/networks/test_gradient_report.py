"""What a report says, to the letter."""

import math
from dataclasses import replace

from course_lib.networks.gradient_checking import Entry, GradientReport, Part

FINE = Entry("x[0]", 0, 1.0, 1.0, 1e-12, 1e-13, 1.0, 1.0, "agrees")
WRONG = Entry("x[1]", 1, 2.001, 2.0 + 1e-12, 1e-11, 0.001 - 1e-12, 2.0, 2.0, "wrong")
KINK = Entry("x[2]", 2, 0.3, 0.3, 1e-13, 0.0, -1e-15, 1.0 - 1e-14, "kink", at_kink=True)
OPEN = Entry("x[3]", 3, 0.0, math.nan, math.inf, math.nan, math.nan, math.nan, "undecided", note="no slope")


def report(*entries, causes=()):
    return GradientReport(entries, len(entries), f"all {len(entries)} entries", 1e-5, causes, "not tried")


def test_a_passing_report_is_one_line() -> None:
    assert repr(report(FINE, FINE)) == "passed: 2 agree (all 2 entries; relative tolerance 1e-05)"


def test_what_is_worse_stands_first_and_noise_is_not_shown() -> None:
    text = repr(report(FINE, KINK, OPEN, WRONG, causes=("a reason",)))
    assert text.splitlines() == [
        "FAILED: 1 agree, 1 at a kink, between its slopes, 1 wrong, 1 undecided "
        "(all 4 entries; relative tolerance 1e-05)",
        "entry  claimed  measured  off by  verdict",
        "x[1]     2.001         2   0.001  wrong",
        "x[3]         0         ?       –  undecided: no slope",
        "x[2]       0.3    [0, 1]       –  kink",
        "likely cause: a reason",
    ]


def test_digits_below_the_error_are_not_shown() -> None:
    rough = replace(WRONG, measured=1.23456789, error=0.01)
    assert repr(report(rough)).splitlines()[2].split()[2] == "1.2"
    assert repr(report(replace(WRONG, measured=1e-15, error=1e-12))).splitlines()[2].split()[2] == "0"


def test_the_order_does_not_hang_on_noise() -> None:
    entries = [replace(WRONG, position=p, name=f"x[{p}]", gap=0.001 * (1 + (-1) ** p * 1e-9)) for p in range(5)]
    names = [line.split()[0] for line in repr(report(*entries[::-1])).splitlines()[2:]]
    assert names == [f"x[{p}]" for p in range(5)]


def test_a_long_list_is_cut() -> None:
    entries = [replace(WRONG, position=p, name=f"x[{p}]") for p in range(30)]
    lines = repr(report(*entries)).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "... and 22 more"


def test_crossed_kinks_are_listed_although_all_is_well() -> None:
    entries = [replace(FINE, name=f"x[{p}]", crossed=(-1) ** p * 10.0**-p) for p in range(6)]
    found = report(*entries)
    assert found.passed
    assert found.crossed == tuple(entries)
    assert repr(found).splitlines()[1] == (
        "a step crossed a kink, smaller ones were used: x[0] (1.0e+00 to the right), x[1] (1.0e-01 to the left), "
        "x[2] (1.0e-02 to the right), x[3] (1.0e-03 to the left) and 2 more"
    )


def test_only_wrong_and_undecided_entries_fail() -> None:
    assert report(FINE, KINK).passed
    assert not report(FINE, WRONG).passed
    assert not report(FINE, OPEN).passed


def test_kinks_are_listed_whatever_is_claimed_there() -> None:
    wrong = replace(KINK, verdict="wrong", claimed=7.0, gap=6.0)
    found = report(KINK, wrong, FINE)
    assert found.kinks == (KINK, wrong)
    assert found.wrong == (wrong,)


def test_the_size_of_a_part() -> None:
    assert (Part("W", (2, 3)).size, Part("x", ()).size) == (6, 1)
