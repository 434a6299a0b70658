"""A pattern is named where all wrong entries show it, and not where only some do."""

import math

import numpy as np
import pytest

from course_lib.networks.gradient_checking import Entry, Part, likely_causes


def entries(claimed, measured, start=0, kinks=()):
    pairs = zip(np.ravel(claimed).tolist(), np.ravel(measured).tolist(), strict=True)
    found = []
    for position, (claim, truth) in enumerate(pairs):
        wrong = not (math.isfinite(claim) and abs(claim - truth) <= 1e-5 * max(abs(claim), abs(truth)))
        name, kink = f"x[{position}]", position in kinks
        verdict = "wrong" if wrong else "agrees"
        found.append(Entry(name, start + position, claim, truth, 1e-9, 0.0, truth, truth, verdict, at_kink=kink))
    return found


def causes(claimed, measured, kinks=()):
    claimed = np.asarray(claimed, float)
    return likely_causes([Part("x", claimed.shape)], claimed.ravel(), entries(claimed, measured, kinks=kinks), 1e-5)


MEASURED = np.array([0.3, -2.0, 1.7, 0.01])


@pytest.mark.parametrize(
    ("factor", "text"),
    [
        (64, "claimed = 64 × measured: a missing factor of 1/64"),
        (1 / 64, "claimed = measured/64: a missing factor of 64"),
        (-1, "the sign: claimed = −measured"),
        (-2, "claimed = −2 × measured: a missing factor of −1/2"),
        (-0.5, "claimed = −measured/2: a missing factor of −2"),
        (1.0005, "claimed = 1.0005 × measured: a missing factor of 0.9995"),
        (math.pi, "claimed = 3.14159 × measured: a missing factor of 0.31831"),
        (0, "claimed is 0 where the function changes"),
    ],
)
def test_factors(factor, text) -> None:
    assert causes(factor * MEASURED, MEASURED) == (text,)


def test_a_factor_of_some_entries_only() -> None:
    claimed = MEASURED * [2, 2, 1, 1]
    assert causes(claimed, MEASURED) == ("in the 2 wrong entries claimed = 2 × measured: a missing factor of 1/2",)


@pytest.mark.parametrize("factors", [[2, 3, 1, 1], [1.37, 1, 1, 1], [1.37, 1.37, 1, 1], [2, 2, 2, 5]])
def test_no_factor_is_named_that_chance_could_give(factors) -> None:
    assert causes(MEASURED * factors, MEASURED) == ()


def test_an_entry_of_0_has_no_factor() -> None:
    assert causes([0.5, 0.5], [0.0, 0.0]) == ()


def test_a_transposed_matrix() -> None:
    measured = np.arange(9.0).reshape(3, 3)
    assert causes(measured.T, measured) == ("a transposed matrix: claimed.T agrees",)
    spoilt = measured.T.copy()
    spoilt[0, 1] = 77
    assert causes(spoilt, measured) == ()


def test_a_symmetric_claim_is_not_transposed() -> None:
    measured = np.arange(4.0).reshape(2, 2)
    assert causes((measured + measured.T) / 2, measured) == ()


def test_right_entries_have_no_cause() -> None:
    assert causes(MEASURED, MEASURED) == ()


def test_entries_that_are_not_finite_are_counted() -> None:
    assert causes([math.nan, math.inf, 1.7, 0.01], MEASURED) == ("2 entries are NaN or infinite",)


def test_a_wrong_entry_at_a_kink_is_not_part_of_a_factor() -> None:
    at_kink, factor = causes(MEASURED * [2, 2, 2, 0.5], MEASURED, kinks=(3,))
    assert at_kink.startswith("the slope at a kink has to multiply the upstream gradient")
    assert factor == "claimed = 2 × measured: a missing factor of 1/2"


def test_each_part_has_its_own_cause() -> None:
    W, b = np.arange(4.0).reshape(2, 2), np.array([1.0, 2.0])
    parts = [Part("W[0]", (2, 2)), Part("b[0]", (2,), 4)]
    claimed = np.concatenate([W.T.ravel(), 32 * b])
    found = likely_causes(parts, claimed, entries(W.T, W) + entries(32 * b, b, start=4), 1e-5)
    assert found == (
        "W[0]: a transposed matrix: claimed.T agrees",
        "b[0]: claimed = 32 × measured: a missing factor of 1/32",
    )
