"""Tables against errors known from analysis: h·f''/2 for the forward quotient, round-off near eps/h."""

import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import limit_table

x = sp.Symbol("x")


def test_the_error_of_the_forward_quotient_of_exp_is_half_h_times_e():
    table = limit_table(sp.exp(x), 1, "+", of="difference quotient")
    assert table.exact == sp.E
    np.testing.assert_allclose(table.error[1:5], table.h[1:5] * np.e / 2, rtol=0.01)
    assert table.estimate == pytest.approx(np.e, abs=1e-6)


def test_round_off_takes_over_near_the_square_root_of_epsilon():
    table = limit_table(sp.exp(x), 1, "+", of="difference quotient")
    assert 1e-10 <= table.round_off_from <= 1e-8
    coarse = limit_table(sp.exp(x), 1, "+", of="difference quotient", dtype="float32")
    assert 1e-6 <= coarse.round_off_from <= 1e-3


def test_relu_has_no_error_at_any_h_and_no_round_off():
    for side, slope in (("-", 0), ("+", 1)):
        table = limit_table(sp.Max(0, x), 0, side, of="difference quotient")
        assert (table.values == slope).all()
        assert table.round_off_from is None


def test_values_of_f_itself():
    table = limit_table(sp.Heaviside(x), 0, "-")
    assert table.exact == 0
    assert (table.values == 0).all()


def test_an_oscillation_has_no_error_column():
    table = limit_table(sp.sin(1 / x), 0, "+")
    assert table.exact == sp.AccumBounds(-1, 1)
    assert np.isnan(table.error).all()
    assert "–" in repr(table)


def test_a_step_that_rounds_away_is_undefined_and_not_the_value_at_the_point():
    table = limit_table(sp.sign(x), 0, "+", h=[0.1, 1e-9], dtype="float16")
    assert table.values[0] == 1
    assert np.isnan(table.values[1])
    assert table.estimate == 1 or np.isnan(table.estimate)


def test_numpy_types_are_accepted():
    assert limit_table(sp.sign(x), 0, "+", dtype=np.float32).values.tolist() == [1.0] * 7


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"of": "slope"}, "of: got 'slope'; accepted are"),
        ({"dtype": "float8"}, "dtype: got 'float8'; accepted are float16, float32, float64"),
        ({"h": [1e-3, 1e-2]}, "h: got .*descending"),
        ({"h": [0.1, -0.1]}, "h: got .*positive"),
        ({"h": [0.1]}, "at least two"),
    ],
)
def test_bad_input(options, message):
    with pytest.raises(ValueError, match=message):
        limit_table(sp.exp(x), 0, "+", **options)
