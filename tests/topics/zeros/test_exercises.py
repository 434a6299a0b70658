"""The keys of lesson 05 against independent computations."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from course_lib.exercises.exercise import exercises_of
from course_lib.topics.zeros import exercises


def test_keys_by_walking_by_hand_and_by_other_sums() -> None:
    key = {id: exercise.reference() for id, exercise in exercises_of("zeros").items()}
    share = np.linspace(0, 1, 1000)[:, None]
    points = (1 - share) * np.array(exercises.WALK[0]) + share * np.array(exercises.WALK[1])
    crossed = sum(len(set(np.sign(points @ np.array(w) + b))) - 1 for w, b in exercises.UNITS)
    assert key["zeros.1"] == crossed == 2
    # Digits 2, 0, 2, 0, … to base 3: 2/3 · (1 + 1/9 + 1/81 + …).
    assert key["zeros.2"] == Fraction(2, 3) / (1 - Fraction(1, 9))
    assert all(letter != exercises.ADDRESSES[k][k] for k, letter in enumerate(key["zeros.3"]))
    assert len(key["zeros.3"]) == 5
    # Half precision has 10 bits after the point and the smallest exponent −14.
    assert key["zeros.4"] == 2.0 ** (-14 - 10) / 2
    with mpmath.workdps(30):
        tail = mpmath.erf(mpmath.mpf(2) ** -25 / (mpmath.mpf("0.15") * mpmath.sqrt(2)))
    assert key["zeros.5"] == pytest.approx(float(tail), rel=1e-6)
    assert key["zeros.6"] == pytest.approx(1 - (1 - 1e-8) ** (3 * 256 * 60_000), rel=1e-6)
    assert key["zeros.7"] == ["rounding", "structural", "structural", "structural", "rounding"]
    assert (1 - key["zeros.8"]) ** 500 == pytest.approx(0.05)
    assert key["zeros.9"] == [2.0**-12, 0.5, 0.0, 1.0]
    assert (1 - 1e-8) ** (key["zeros.10"] * 6 * 1024) == pytest.approx(0.5, rel=1e-6)
    assert key["zeros.11"] == pytest.approx(48.8)


def test_predictions_change_with_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert exercises.networks_in_the_zone() == "more than 40 of 100"
    row_of = exercises.row_of
    monkeypatch.setattr(exercises, "row_of", lambda setting: row_of(setting._replace(dtype="float32")))
    assert exercises.networks_in_the_zone() == "fewer than 5 of 100"
    assert exercises.slope_that_matters() == "slope 0 stays at chance"
    assert exercises.what_is_left() == "more points than can be counted"
    monkeypatch.setattr(exercises, "distance", lambda x: Fraction(1))
    assert exercises.what_is_left() == "nothing"
