"""The keys of lesson 05 against independent computations."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from course_lib.topics.zeros import answers


def test_kinks_on_the_walk_by_walking() -> None:
    share = np.linspace(0, 1, 1000)[:, None]
    points = (1 - share) * np.array(answers.WALK[0]) + share * np.array(answers.WALK[1])
    crossed = sum(len(set(np.sign(points @ np.array(w) + b))) - 1 for w, b in answers.UNITS)
    assert answers.kinks_on_the_walk() == crossed == 2


def test_point_of_turns_is_a_geometric_series() -> None:
    # Digits 2, 0, 2, 0, … to base 3: 2/3 · (1 + 1/9 + 1/81 + …).
    assert answers.point_of_turns() == Fraction(2, 3) / (1 - Fraction(1, 9))


def test_the_missing_address_is_missing() -> None:
    found = answers.missing_address()
    assert all(letter != address[k] for k, (letter, address) in enumerate(zip(found, answers.ADDRESSES, strict=True)))


def test_the_largest_that_becomes_zero() -> None:
    """Half precision has 10 bits after the point and the smallest exponent −14."""
    assert answers.largest_that_becomes_zero() == 2.0 ** (-14 - 10) / 2


def test_probabilities() -> None:
    with mpmath.workdps(30):
        tail = mpmath.erf(mpmath.mpf(2) ** -25 / (mpmath.mpf("0.15") * mpmath.sqrt(2)))
    assert answers.p0_of_a_normal() == pytest.approx(float(tail), rel=1e-6)
    assert answers.zone_of_three_layers() == pytest.approx(1 - (1 - 1e-8) ** (3 * 256 * 60_000), rel=1e-6)
    n = answers.digits_for_an_even_chance()
    assert (1 - 1e-8) ** (n * 6 * 1024) == pytest.approx(0.5, rel=1e-6)
    assert answers.per_cent_after_three() == pytest.approx(48.8)
    assert (1 - answers.upper_limit()) ** 500 == pytest.approx(0.05)


def test_rounding_and_structural_zeros() -> None:
    assert answers.kinds_of_zeros() == ["rounding", "structural", "structural", "structural", "rounding"]


def test_layers_differ_where_they_are_wrong() -> None:
    right = answers.rounded_once_outputs()
    # By hand: 2⁻¹², ½ and 0 are exact; 1 + 2⁻¹² lies nearer to 1 than to 1 + 2⁻¹⁰.
    assert right == [2.0**-12, 0.5, 0.0, 1.0]
    for wrong in (answers.rounded_twice_outputs(), answers.never_rounded_outputs(), answers.nudged_outputs()):
        assert wrong != right
    assert answers.outputs_of(lambda W, b, X: ...) == [...] * 4


def test_predictions_change_with_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert answers.networks_in_the_zone() == "more than 40 of 100"
    rows = [row for row in answers.rows_of("float32") if row.setting[1:3] == (256, 3)]
    monkeypatch.setattr(answers, "rows_of", lambda dtype: rows)
    assert answers.networks_in_the_zone() == "fewer than 5 of 100"
    assert answers.slope_that_matters() == "slope 0 stays at chance"
    assert answers.what_is_left() == "more points than can be counted"
    monkeypatch.setattr(answers, "distance", lambda x: Fraction(1))
    assert answers.what_is_left() == "nothing"
