import warnings

import numpy as np
import pytest

from course_lib.explorer import Checkbox, Range, Select, pictures
from course_lib.explorer.pictures import Failure, Pictures, check_parameters
from course_lib.figures import Axis, Curve, Scene

CONTROLS = {"slope": Range(0, 1, 0.25), "side": Select(["left", "right"]), "dark_mode": Checkbox()}


def line(slope, side="left", dark_mode=False):
    sign = -1 if side == "left" else 1
    curve = Curve([0, 1], [0, sign * slope], label="line")
    return Scene("Line", Axis("x", (0, 1)), Axis("y", (-1, 1)), [curve], f"Slope {sign * slope}, {dark_mode}.")


def test_every_combination_has_a_number_with_the_last_control_fastest():
    grid = Pictures(line, CONTROLS)
    assert grid.count == 5 * 2 * 2
    assert [grid.indices(i) for i in (0, 1, 2, 4, 19)] == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [4, 1, 1]]
    assert grid.values_in_words(7) == "slope = 0.25, side = right, dark mode = yes"
    assert grid.compute(7).description == "Slope 0.25, True."


def test_the_initial_picture_has_the_initial_values():
    grid = Pictures(line, CONTROLS)
    assert grid.indices(grid.initial) == [2, 0, 0]
    grid.pack_all()
    assert grid.first.description == "Slope -0.5, False."


def test_an_exception_becomes_a_failure_with_values_place_and_cause():
    def broken(slope):
        if slope == 0.5:
            return 1 / 0
        return line(slope)

    grid = Pictures(broken, {"slope": Range(0, 1, 0.25)})
    failure = grid.compute(2)
    at = broken.__code__.co_firstlineno + 2
    assert isinstance(failure, Failure)
    assert failure.message == f"With slope = 0.50: broken, line {at}: ZeroDivisionError: division by zero"
    assert isinstance(grid.compute(1), Scene)


def test_a_nan_becomes_a_failure_that_names_the_layer():
    def logarithm(x0):
        with np.errstate(all="ignore"):
            y = np.log(np.array([x0, 1.0]))
        return Scene("ln", Axis("x", (0, 1)), Axis("y", (-9, 9)), [Curve([0, 1], y, label="ln")], "ln.")

    failure = Pictures(logarithm, {"x0": Range(-1, 1)}).compute(0)
    assert failure.values == "x0 = −1"
    assert "Curve 'ln': y[0] is nan" in failure.cause


def test_what_is_no_scene_is_a_failure():
    failure = Pictures(lambda a: None, {"a": Range(0, 1)}).compute(0)
    assert "TypeError: a scene function must return a Scene; got None." in failure.cause


def test_warnings_are_noted_and_the_picture_is_drawn():
    def noisy(a):
        warnings.warn("careful", UserWarning, stacklevel=1)
        return line(a)

    grid = Pictures(noisy, {"a": Range(0, 1)})
    with warnings.catch_warnings(record=True) as outside:
        warnings.simplefilter("always")
        assert grid.pack_all() is not None
    assert outside == []
    assert grid.failures == {}
    assert grid.warnings == {0: "UserWarning: careful", 1: "UserWarning: careful"}


def test_too_many_pictures_are_not_computed():
    calls = []
    grid = Pictures(lambda a: calls.append(a), {"a": Range(0, pictures.MAX_PICTURES)})
    assert grid.pack_all() is None
    assert calls == []


def test_too_many_bytes_stop_the_work_and_forget_what_failed(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_BYTES", 1000)
    calls = []

    def heavy(a):
        calls.append(a)
        if a == 0:
            raise ValueError("no")
        return Scene("t", Axis("x", (0, 1)), Axis("y", (0, 99)), [Curve(np.linspace(0, 1, 100), np.full(100, a))], "d")

    grid = Pictures(heavy, {"a": Range(0, 99)})
    assert grid.pack_all() is None
    assert len(calls) < 10
    assert grid.failures == {}


@pytest.mark.parametrize(
    ("function", "controls", "message"),
    [
        (3, {"a": Range(0, 1)}, "scene_function must be a function that returns a Scene; got 3"),
        (line, {}, "explore needs at least one control"),
        (line, {"slop": Range(0, 1)}, "the controls slop do not fit line(slope, side='left', dark_mode=False): "),
    ],
)
def test_controls_that_do_not_fit_are_an_error_at_once(function, controls, message):
    with pytest.raises(TypeError) as caught:
        check_parameters(function, controls)
    assert message in str(caught.value)


def test_only_one_range_may_play():
    with pytest.raises(ValueError, match=r"play=True is for one Range only; got it for a, b"):
        check_parameters(lambda a, b: None, {"a": Range(0, 1, play=True), "b": Range(0, 1, play=True)})
