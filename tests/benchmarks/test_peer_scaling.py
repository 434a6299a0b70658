"""How the growth of times is described."""

import pytest

from benchmarks.peer_scaling import fit


def test_the_fit_finds_a_line_and_a_power():
    n = [1.0, 2.0, 4.0, 8.0]
    line = fit(n, [3 * value + 2 for value in n])
    assert line[:3] == pytest.approx((3, 2, 1))
    assert 0 < line.exponent < 1  # the constant part weighs on small n
    power = fit(n, [value**2 for value in n])
    assert power.exponent == pytest.approx(2)
    assert power.r_squared < 0.99
