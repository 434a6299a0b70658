"""The list of programs: what each computes, and that it is well formed."""

import math

import pytest
import sympy as sp

from course_lib.topics.frameworks.libraries import PROGRAMS

FUNCTIONS = {  # By hand, with Python's own arithmetic.
    "relu": lambda x: max(x, 0.0),
    "identity_relu": lambda x: x,
    "zero_program": lambda x: 0.0,
    "abs": abs,
    "sqrt_square": lambda x: math.sqrt(x * x),
    "clip_low": lambda x: min(max(x, -1.0), 1.0),
    "relu6_6": lambda x: min(max(x, 0.0), 6.0),
    "leaky_relu": lambda x: x if x > 0 else x / 8,
    "elu_2": lambda x: x if x > 0 else 2 * math.expm1(x),
    "elu_1": lambda x: x if x > 0 else math.expm1(x),
    "tied_max_reduce": lambda *x: max(x),
    "norm": math.hypot,
}
SPELLINGS = {
    "relu": ("maximum_x_0", "maximum_0_x", "clamp_min", "where_ge", "where_gt", "x_times_step", "half_x_plus_abs",
             "relu2", "relu3"),
    "identity_relu": ("identity_max", "identity_nested_2", "identity_relu_twice", "maximum_x_x"),
    "clip_low": ("clip_high",),
    "relu6_6": ("relu6_0",),
    "tied_max_reduce": ("tied_max_axis",),
}  # fmt: skip


def value(name: str, point: tuple[float, ...]) -> float:
    program = PROGRAMS[name]
    symbols = dict(zip(program.variables, sp.symbols(program.variables, real=True), strict=True))
    f = sp.sympify(program.function, locals=symbols)
    return float(f.subs({symbols[name]: number for name, number in zip(program.variables, point, strict=True)}))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_function_is_the_one_stated_by_hand(name: str):
    size = len(PROGRAMS[name].point)
    for number in (-7.5, -1.5, -0.5, 0.0, 0.25, 1.0, 3.0, 8.0):
        point = tuple(number - i for i in range(size))
        assert value(name, point) == pytest.approx(FUNCTIONS[name](*point))


def test_spellings_share_their_function():
    for name, others in SPELLINGS.items():
        assert {PROGRAMS[other].function for other in others} == {PROGRAMS[name].function}
    listed = {*FUNCTIONS, *(other for others in SPELLINGS.values() for other in others), "sqrt"}
    assert listed == set(PROGRAMS)


def test_keys_are_ids_and_words_are_unlike():
    assert all(name == program.id for name, program in PROGRAMS.items())
    assert len({program.title for program in PROGRAMS.values()}) == len(PROGRAMS)
    assert len({program.label for program in PROGRAMS.values()}) == len(PROGRAMS)


def test_points_are_exact_in_binary():
    assert {number for program in PROGRAMS.values() for number in program.point} <= {-1.0, 0.0, 1.0, 6.0}


def test_a_label_has_formula_and_point():
    assert PROGRAMS["relu6_6"].label == "relu6(x) at 6"
    assert PROGRAMS["clip_low"].label == "clip(x, −1, 1) at −1"
    assert PROGRAMS["norm"].label == "norm(x) at (0, 0)"


def test_only_programs_of_several_variables_state_their_set():
    assert {program.id for program in PROGRAMS.values() if program.set_text} == {
        program.id for program in PROGRAMS.values() if len(program.point) > 1
    }
