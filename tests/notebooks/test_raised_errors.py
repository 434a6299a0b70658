"""`np.seterr(all="raise")` in a learner's first cell stops no figure and no experiment."""

import contextlib
import io
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.explorer import Explorer
from course_lib.figures import Axis, Curve, Scene
from course_lib.networks.one_hidden_layer import mean_squared_error, starting_parameters
from tools.golden import ROOT, planted_verdicts, run_cell
from tools.lesson_source import lesson_paths, read_lesson
from tools.solution_blocks import split_solution

LESSONS = {path.stem: path for path in lesson_paths(ROOT)}


def inside_the_library(error: BaseException) -> bool:
    """Whether NumPy raised in a module of the course, and not in a line of the lesson."""
    return any("course_lib" in step.filename for step in traceback.extract_tb(error.__traceback__))


def faults(path: Path) -> list[str]:
    """The pictures and calls of one lesson that NumPy's errors stop, with all its solutions filled in."""
    found: list[str] = []

    def explore(scene_function: Any, /, **controls: Any) -> None:
        explorer = Explorer(scene_function, **controls)
        if explorer.on_demand:
            for number in range(explorer.pictures.count):
                explorer.pictures.compute(number)
        found.extend(failure.message for failure in explorer.pictures.failures.values())

    names: dict[str, Any] = {"__name__": "lesson"}
    with np.errstate(all="raise"), contextlib.redirect_stdout(io.StringIO()):
        for cell in read_lesson(path).cells:
            if cell.kind != "code":
                continue
            try:
                run_cell(split_solution(cell.source).solution, f"{path.name}:{cell.number}", names)
            except FloatingPointError as error:
                if inside_the_library(error):
                    found.append(f"cell {cell.number}: {error}")
            except Exception:  # a cell that is meant to fail, or one after a line of the lesson that NumPy stopped
                assert "raises-exception" in cell.metadata.get("tags", []) or read_lesson(path).key in STOPPED
            names.update({"explore": explore} if "explore" in names else {})
        planted_verdicts(read_lesson(path).key)
    return found


# Lessons that underflow in a line of their own: what a learner asked to be told of.
STOPPED = ("step", "small", "zeros", "paper")


@pytest.mark.parametrize("lesson", LESSONS)
def test_figures_and_experiments_run_whatever_numpy_is_told(lesson: str) -> None:
    assert faults(LESSONS[lesson]) == []


def test_what_underflows_is_a_picture_all_the_same_and_a_fault_of_the_library_would_be_found() -> None:
    def scene(size: float) -> Scene:
        np.multiply(size, np.float64(1e-200))
        line = Curve([0, 1], [0, 1])
        return Scene("A line", Axis("x", (0, 1)), Axis("y", (0, 1)), [line], f"It rises, whatever {size} is.")

    with np.errstate(all="raise"):
        assert Explorer(scene, size=[1e-200, 1e-150]).pictures.failures == {}
        with pytest.raises(FloatingPointError) as caught:
            np.multiply(1e-200, np.float64(1e-200))
        assert not inside_the_library(caught.value)
        with pytest.raises(FloatingPointError) as caught:
            mean_squared_error(starting_parameters(1, 1, 1), np.full((1, 1), 1e200), np.zeros((1, 1)))
        assert inside_the_library(caught.value)
