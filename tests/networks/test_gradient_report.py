"""A report names causes where all wrong entries show them, lists the worst first, and shows no digit that is noise."""

import math
from dataclasses import replace

import numpy as np
import pytest

from course_lib.networks.gradient_checking import check_gradient
from course_lib.networks.gradient_report import Entry, GradientReport

# Causes. The function is linear, so that its slopes are known.

SLOPES = np.array([0.3, -2.0, 1.7, 0.01])
SQUARE = np.arange(9.0).reshape(3, 3)


@pytest.mark.parametrize(
    ("claimed", "slopes", "causes"),
    [
        (64 * SLOPES, SLOPES, ["claimed = 64 × measured: a missing factor of 1/64"]),
        (SLOPES / 64, SLOPES, ["claimed = measured/64: a missing factor of 64"]),
        (-SLOPES, SLOPES, ["the sign: claimed = −measured"]),
        (-2 * SLOPES, SLOPES, ["claimed = −2 × measured: a missing factor of −1/2"]),
        (1.0005 * SLOPES, SLOPES, ["claimed = 1.0005 × measured: a missing factor of 0.9995"]),
        (math.pi * SLOPES, SLOPES, ["claimed = 3.14159 × measured: a missing factor of 0.31831"]),
        (0 * SLOPES, SLOPES, ["claimed is 0 where the function changes"]),
        (SLOPES * [2, 2, 1, 1], SLOPES, ["in the 2 wrong entries claimed = 2 × measured: a missing factor of 1/2"]),
        (2 * SQUARE[0], SQUARE[0], ["claimed = 2 × measured: a missing factor of 1/2"]),  # 0 shows no factor
        # No factor is named that chance could give, or that only some show; an entry of 0 has none.
        (SLOPES * [2, 3, 1, 1], SLOPES, []),
        (SLOPES * [1.37, 1.37, 1, 1], SLOPES, []),
        (SLOPES * [2, 2, 2, 5], SLOPES, []),
        (np.full(2, 0.5), np.zeros(2), []),
        (SLOPES, SLOPES, []),
        (np.array([math.nan, math.inf, 1.7, 0.01]), SLOPES, ["2 entries are NaN or infinite"]),
        (SQUARE.T, SQUARE, ["a transposed matrix: claimed.T agrees"]),
        (SQUARE.T + 70 * np.eye(3)[::-1], SQUARE, []),
        ((SQUARE + SQUARE.T) / 2, SQUARE, []),
    ],
)
def test_a_pattern_is_named_where_all_wrong_entries_show_it(claimed, slopes, causes) -> None:
    report = check_gradient(lambda v: np.sum(slopes * v), claimed, np.ones(slopes.shape))
    assert [entry.verdict == "wrong" for entry in report.entries] == (claimed != slopes).ravel().tolist()
    assert list(report.causes) == causes


def test_a_wrong_entry_at_a_kink_is_not_part_of_a_factor() -> None:
    claimed = [7.0, 4.0, 6.0, math.nan]
    report = check_gradient(lambda v: abs(v[0]) + v[1:] @ [2, 3, 4], claimed, [0.0, 1.0, 1.0, 1.0])
    number, kink, factor = report.causes
    assert number == "1 entry is NaN or infinite" and report.wrong[-1].gap == math.inf
    assert kink.startswith("the slope at a kink has to multiply the upstream gradient")
    assert factor == "claimed = 2 × measured: a missing factor of 1/2"


# What a report says, to the letter.

WRONG = Entry("x[1]", 2.001, 2.0 + 1e-12, 1e-11, 0.001 - 1e-12, 2.0, 2.0, "wrong")


def test_what_is_worse_stands_first_and_noise_is_not_shown() -> None:
    fine = Entry("x[0]", 1.0, 1.0, 1e-12, 1e-13, 1.0, 1.0, "agrees")
    kink = Entry("x[2]", 0.3, 0.3, 1e-13, 0.0, -1e-15, 1.0 - 1e-14, "kink", at_kink=True)
    undecided = Entry("x[3]", 0.0, math.nan, math.inf, math.nan, math.nan, math.nan, "undecided", note="no slope")
    other = replace(WRONG, name="x[4]", verdict="undecided")
    report = GradientReport((fine, kink, other, undecided, WRONG), ("a reason",))
    assert repr(report).splitlines() == [
        "FAILED: 1 agree, 1 at a kink, between its slopes, 1 wrong, 2 undecided "
        "(all 5 entries; relative tolerance 1e-05)",
        "entry  claimed  measured  off by  verdict",
        "x[1]     2.001         2   0.001  wrong",
        "x[4]     2.001         2       –  undecided",
        "x[3]         0         ?       –  undecided: no slope",
        "x[2]       0.3    [0, 1]       –  kink",
        "likely cause: a reason",
    ]
    assert (report.wrong, report.undecided, report.kinks) == ((WRONG,), (other, undecided), (kink,))
    assert repr(GradientReport((fine,))) == "passed: 1 agree (the only entry; relative tolerance 1e-05)"
    assert not GradientReport((fine, undecided)).passed and GradientReport((fine, kink)).passed


def test_the_order_does_not_hang_on_noise_and_a_long_list_is_cut() -> None:
    gaps = [0.001 * (1 + (-1) ** p * 1e-9) for p in range(30)] + [0.5]
    entries = [replace(WRONG, name=f"x[{p}]", gap=gap) for p, gap in enumerate(gaps)]
    lines = repr(GradientReport(tuple(entries))).splitlines()
    assert [line.split()[0] for line in lines[2:-1]] == ["x[30]", *(f"x[{p}]" for p in range(7))]
    assert lines[-1] == "... and 23 more"
    for error, shown in ((0.01, "1.2"), (2.0, "0")):  # no digit below the error
        report = GradientReport((replace(WRONG, measured=1.23456789, error=error),))
        assert repr(report).splitlines()[2].split()[2] == shown
