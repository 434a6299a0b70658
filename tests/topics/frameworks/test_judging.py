"""The judge against sets stated by hand, for every program; and planted wrong answers."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from course_lib.topics.frameworks.libraries import PROGRAMS, Program
from course_lib.topics.frameworks.measurements import judge
from course_lib.topics.frameworks.snapshots import snapshot

NAN, INF = math.nan, math.inf
# One-sided slopes of the function at the point, by hand: between them lies the Clarke subdifferential.
INTERVALS = {
    **dict.fromkeys(
        (
            "relu", "maximum_x_0", "maximum_0_x", "clamp_min", "where_ge", "where_gt", "x_times_step",
            "half_x_plus_abs", "relu2", "relu3", "clip_low", "clip_high", "relu6_0", "relu6_6",
        ),
        (0, 1),
    ),
    **dict.fromkeys(("abs", "sqrt_square"), (-1, 1)),
    **dict.fromkeys(
        ("identity_relu", "identity_max", "identity_nested_2", "identity_relu_twice", "maximum_x_x", "elu_1"), (1, 1)
    ),
    "zero_program": (0, 0),
    "leaky_relu": (Fraction(1, 8), 1),
    "elu_2": (1, 2),
}  # fmt: skip


def tied(g):
    return min(g[0], g[1]) >= 0 and g[2] == 0 and g[0] + g[1] == 1


def in_unit_disc(g):
    return g[0] ** 2 + g[1] ** 2 <= 1


def test_every_program_has_a_set_stated_by_hand():
    assert {*INTERVALS, "sqrt", "tied_max_reduce", "tied_max_axis", "norm"} == set(PROGRAMS)


@pytest.mark.parametrize("name", INTERVALS)
def test_the_interval_is_the_one_stated_by_hand(name: str):
    low, high = INTERVALS[name]
    inside = "derivative" if low == high else "subgradient"
    step = Fraction(1, 16)
    for value in {low, high, Fraction(low + high) / 2}:
        assert judge(name, float(value)).verdict == inside, value
    for value in (low - step, high + step, low - 5, high + 5, NAN, INF, -INF):
        assert judge(name, float(value)).verdict == "outside", value
    text = f"{{{low}}}" if low == high else f"[{low}, {high}]"
    assert judge(name, 0.0).set_text == text.replace("-", "−")


GRID = [-1.5, -1.0, -0.75, 0.0, 0.25, 0.75, 1.0]


@pytest.mark.parametrize("name", ["tied_max_reduce", "tied_max_axis"])
def test_the_tied_maximum_on_a_grid(name: str):
    grid = [-0.25, 0.0, 0.25, 0.75, 1.0, 1.25]
    for g in [(a, b, c) for a in grid for b in grid for c in (-0.25, 0.0, 0.25)]:
        assert (judge(name, g).verdict == "subgradient") == tied(g), g


def test_the_length_on_a_grid():
    for g in [(a, b) for a in GRID for b in GRID]:
        assert (judge("norm", g).verdict == "subgradient") == in_unit_disc(g), g
    assert judge("norm", (0.6, 0.8)).verdict == "subgradient"
    assert judge("norm", (0.8, 0.8)).verdict == "outside"


@pytest.mark.parametrize(
    "value", [(1.0, 1.0, 0.0), (0.0, 0.0, 1.0), (NAN, 0.5, 0.0), (INF, -INF, 0.0), (0.5, 0.5, NAN)]
)
def test_a_tie_that_counts_twice_and_other_wrong_answers_are_outside(value: tuple):
    assert judge("tied_max_reduce", value).verdict == "outside"


def test_the_length_refuses_nan():
    assert judge("norm", (0.0, NAN)).verdict == "outside"


@pytest.mark.parametrize("value", [0.0, 1.0, INF, NAN])
def test_the_root_has_no_set_at_0(value: float):
    assert judge("sqrt", value) == judge("sqrt", INF)
    assert judge("sqrt", value).verdict == "no set"
    assert "not locally Lipschitz" in judge("sqrt", value).set_text


def test_the_last_bits_of_float32_are_forgiven_and_no_more():
    assert judge("relu", 1 + 2.0**-23).verdict == "subgradient"
    assert judge("relu", 1 + 2.0**-18).verdict == "outside"
    assert judge("norm", (math.sqrt(0.5), math.sqrt(0.5))).verdict == "subgradient"


def test_beside_the_kink_only_the_derivative_is_right():
    program = replace(PROGRAMS["relu"], point=(-0.5,))
    assert judge(program, 0.0) == judge(replace(program, id="another"), 0.0)
    assert judge(program, 0.0).verdict == "derivative"
    assert judge(program, 0.5).verdict == "outside"
    assert judge(program, 0.5).set_text == "{0}"


def test_a_program_of_the_learner_is_judged_too():
    program = Program("mine", "−|x|", "-abs(x)", (0.0,), "-Abs(x)")
    assert judge(program, 0.5).verdict == "subgradient"
    assert judge(program, -1.5).verdict == "outside"


# Which of the measured values are plainly wrong, and some that are not: by hand from the sets above.
KNOWN = {
    ("pytensor", "tied_max_reduce"): "outside",
    ("mygrad", "leaky_relu"): "outside",
    ("tinygrad", "elu_2"): "outside",
    ("tinygrad", "elu_1"): "outside",
    ("tensorflow", "identity_max"): "outside",
    ("torch", "identity_relu"): "outside",
    ("torch", "clamp_min"): "subgradient",
    ("jax", "identity_max"): "derivative",
    ("mygrad", "elu_1"): "derivative",
}


@pytest.mark.parametrize(("library", "program"), KNOWN)
def test_verdicts_on_the_snapshot(library: str, program: str):
    row = snapshot().row(library, program)
    assert judge(program, row.value).verdict == KNOWN[library, program]


@pytest.mark.parametrize(
    ("program", "value", "message"),
    [
        ("relu7", 0.0, "program: got 'relu7'; accepted are 'relu'"),
        ("relu", (0.0, 1.0), r"value: got \(0.0, 1.0\); accepted for relu are 1 numbers"),
        ("norm", 0.0, "value: got 0.0; accepted for norm are 2 numbers"),
        ("relu", None, "value: got None"),
        ("relu", "zero", "value: got 'zero'"),
    ],
)
def test_bad_input_is_named(program: str, value: object, message: str):
    with pytest.raises(ValueError, match=message):
        judge(program, value)


@pytest.mark.parametrize(
    "value",
    ["1", b"1", 10**400, 10**5000, 1j, np.complex64(1 + 7j), np.complex128(1), np.array("1")],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_real_number_is_refused(value):
    with pytest.raises(ValueError, match="value: got .*; accepted for relu are 1 numbers"):
        judge("relu", value)
    with pytest.raises(ValueError, match="value: got .*; accepted for norm are 2 numbers"):
        judge("norm", (value, 0.0))


@pytest.mark.parametrize("tiny", [1e-38, 5e-324, 1e-300, -1e-45])
def test_a_tiny_entry_is_judged(tiny: float):
    for value in ((tiny, 0.0), (0.0, tiny), (tiny, tiny), (1.0, tiny), (-0.6, 0.8)):
        assert judge("norm", value).verdict == "subgradient", value
    assert judge("norm", (0.75, 0.75)).verdict == judge("norm", (1.0, 0.0625)).verdict == "outside"
    assert judge("norm", (1e308, 1e308)).verdict == "outside"
