"""A sample of the benchmark: from the resolution up and at x, no false claim passes and no right one is wrong."""

import numpy as np
import pytest

from benchmarks import gradient_check
from benchmarks.gradient_check import DISTANCES, KINDS, RESOLUTION, random_case, verdicts


@pytest.mark.parametrize("precision", RESOLUTION)
@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")  # half precision ends at 65504
def test_a_sample_of_random_functions(precision, distance) -> None:
    found = verdicts(8, distance, precision, seed=1)
    assert sum(found.values()) == 5 * 8
    if distance and distance < RESOLUTION[precision]:
        return  # nothing is promised; that nothing crashes is
    assert not found[True, "wrong"] and not found[False, "agrees"] and not found[False, "kink"]
    if precision == "float64":  # not for want of deciding
        assert found[True, "undecided"] <= 5 and found[False, "wrong"] >= 12


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("distance", [1e-3, 0.0])
def test_the_cases_are_what_they_say(kind, distance, monkeypatch) -> None:
    """A claim is right where it is between both slopes, here by plain differences."""
    for table, value in ((gradient_check.SIZES, 1.0), (gradient_check.LENGTHS, 1.0), (gradient_check.CONSTANTS, 0.0)):
        monkeypatch.setitem(table, "float64", (value,))
    rng, h = np.random.default_rng(3), 1e-6
    for _ in range(20):
        case = random_case(rng, kind, distance, "float64")
        at = case.function(case.x)
        for i, (claim, right) in enumerate(zip(case.claims, case.right, strict=True)):
            step = h * np.eye(5)[i]
            low, high = sorted(((at - case.function(case.x - step)) / h, (case.function(case.x + step) - at) / h))
            assert (low - 0.001 <= claim <= high + 0.001) == right
