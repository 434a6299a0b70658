"""Emulated libraries return what their sources say, and their spellings compute ReLU."""

import numpy as np
import pytest
import sympy as sp

from course_lib.topics.frameworks.dual_numbers import (
    EMULATIONS,
    OLD_PLAYGROUND,
    PLAYGROUND,
    THEANO,
    emulations_of,
    function_of,
)
from course_lib.topics.frameworks.libraries import PROGRAMS

# By hand, from the rules that the module's text quotes.
STATED = {
    (OLD_PLAYGROUND, "x < 0 ? 0 : 1"): 1,
    (PLAYGROUND, "x <= 0 ? 0 : 1"): 0,
    (THEANO, "switch(x > 0, x, 0)"): 0,
    (THEANO, "x * (x > 0)"): 0,
    (THEANO, "maximum(x, 0)"): 1,
    (THEANO, "maximum(0, x)"): 0,
    (THEANO, "nnet.relu(x)"): sp.Rational(1, 2),
}


def test_each_value_is_the_one_that_the_source_states() -> None:
    assert {(e.library, e.spelling): e.value for e in EMULATIONS} == STATED


@pytest.mark.parametrize("emulation", EMULATIONS, ids=lambda e: f"{e.library}: {e.spelling}")
def test_each_spelling_computes_the_function_of_its_program(emulation) -> None:
    points = np.array([-3.0, -0.5, 0.0, 0.25, 4.0])
    assert function_of(emulation.program)(points) == pytest.approx(np.maximum(points, 0))
    assert PROGRAMS[emulation.program_id].function == PROGRAMS["relu"].function
    assert emulation.source and emulation.label.endswith("(emulated)")


@pytest.mark.parametrize("point", [-1, 1])
def test_away_from_0_all_agree(point) -> None:
    for emulation in EMULATIONS:
        h = sp.Rational(1, 100)
        slope = (emulation.program(point + h) - emulation.program(point - h)) / (2 * h)
        assert float(slope) == pytest.approx(1 if point > 0 else 0)


def test_the_libraries_are_found_by_name() -> None:
    assert [e.spelling for e in emulations_of(THEANO)] == [spelling for name, spelling in STATED if name == THEANO]
    with pytest.raises(ValueError, match="library: got 'theano'; accepted are 'old Playground', "):
        emulations_of("theano")
