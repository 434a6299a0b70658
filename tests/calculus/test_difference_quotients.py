"""Quotients at kinks are known exactly; precision is checked against NumPy scalars."""

import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import difference_quotient

x = sp.Symbol("x")
POWERS_OF_TWO = 2.0 ** -np.arange(1, 14)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize(("expr", "forward", "backward"), [(sp.Max(0, x), 1, 0), (sp.Abs(x), 1, -1)])
def test_at_a_kink_the_central_quotient_is_the_mean_for_every_h(expr, forward, backward, dtype):
    for scheme, slope in (("forward", forward), ("backward", backward), ("central", (forward + backward) / 2)):
        quotients = difference_quotient(expr, 0, POWERS_OF_TWO, scheme, dtype)
        assert quotients.dtype == dtype
        assert (quotients == slope).all()


def test_every_operation_is_done_in_the_stated_precision():
    one, h = np.float16(1), np.float16(2**-6)
    expected = (np.exp(one + h) - np.exp(one)) / h
    assert difference_quotient(sp.exp(x), 1, 2**-6, dtype="float16") == expected


def test_the_central_error_falls_with_the_square_of_h():
    errors = np.abs(difference_quotient(sp.exp(x), 0, [1e-2, 1e-3], "central") - 1)
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"h": 0.1, "scheme": "left"}, ValueError, "scheme: got 'left'; accepted are forward, backward, central"),
        ({"h": 0.0}, ValueError, "h: got 0.0; accepted are positive"),
        ({"h": [0.1, np.nan]}, ValueError, "h: got nan; accepted are positive, finite numbers"),
        ({"h": "0.1"}, TypeError, "h: got <U3 data"),
        ({"h": 1e-9, "dtype": "float16"}, ValueError, "h: 1e-09 rounds to 0 in float16"),
        ({"h": 0.1, "dtype": int}, ValueError, "dtype: got <class 'int'>; accepted are"),
    ],
)
def test_bad_input(options, error, message):
    with pytest.raises(error, match=message):
        difference_quotient(sp.Max(0, x), 0, **options)
