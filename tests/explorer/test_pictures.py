"""Pictures over the grid of control values, and their numbers read back as the browser reads them."""

import json
import re
import warnings

import numpy as np
import pytest

from course_lib.explorer import Checkbox, Range, Select, pictures
from course_lib.explorer.pictures import FAR, Failure, Packer, Pictures, fractions
from course_lib.figures import Axis, Band, Curve, Field, Label, Points, Scene, Segment

CONTROLS = {"slope": Range(0, 1, 0.25), "side": Select(["left", "right"]), "dark_mode": Checkbox()}
X = np.linspace(-1, 3, 50)


def scene(*layers, y=(0, 10), scale="linear", description="Words."):
    return Scene("A title", Axis("x", (-1, 3)), Axis("y", y, scale), layers, description)


def line(slope, side="left", dark_mode=False):
    sign = -1 if side == "left" else 1
    return scene(Curve([0, 1], [0, sign * slope]), description=f"Slope {sign * slope}, {dark_mode}.")


def test_every_combination_has_a_number_with_the_last_control_fastest():
    grid = Pictures(line, CONTROLS)
    assert grid.count == 5 * 2 * 2
    assert [grid.indices(i) for i in (0, 1, 2, 4, 19)] == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [4, 1, 1]]
    assert grid.values_in_words(7) == "slope = 0.25, side = right, dark mode = yes"
    assert grid.compute(7).description == "Slope 0.25, True."
    grid.pack_all()
    assert grid.first.description == "Slope -0.5, False."


def test_an_exception_becomes_a_failure_with_values_place_and_cause():
    def broken(slope):
        return line(1 / (slope - 0.5))

    grid = Pictures(broken, {"slope": Range(0, 1, 0.25)})
    failure = grid.compute(2)
    at = broken.__code__.co_firstlineno + 1
    assert isinstance(failure, Failure)
    assert failure.message == f"With slope = 0.50: broken, line {at}: ZeroDivisionError: float division by zero"
    assert isinstance(grid.compute(1), Scene)


def test_a_nan_becomes_a_failure_that_names_the_layer_and_no_scene_is_one_too():
    failure = Pictures(lambda a: scene(Curve([0, 1], [a * np.inf, a], label="ln")), {"a": Range(0, 1)}).compute(0)
    assert failure.values == "a = 0"
    assert "Curve 'ln', y[0]: got nan" in failure.cause
    failure = Pictures(lambda a: None, {"a": Range(0, 1)}).compute(0)
    assert "TypeError: the scene function's result: got None; accepted is a Scene" in failure.cause


def test_warnings_are_noted_and_the_picture_is_drawn():
    grid = Pictures(lambda a: warnings.warn("careful", stacklevel=1) or line(a), {"a": Range(0, 1)})
    with warnings.catch_warnings(record=True) as outside:
        warnings.simplefilter("always")
        assert grid.pack_all() is not None
    assert (outside, grid.failures) == ([], {})
    assert grid.warnings == {0: "UserWarning: careful", 1: "UserWarning: careful"}


def test_too_many_pictures_are_not_computed():
    calls = []
    grid = Pictures(lambda a: calls.append(a), {"a": Range(0, pictures.MAX_PICTURES)})
    assert grid.pack_all() is None and calls == []
    assert Pictures(line, {"slope": Range(1, pictures.MAX_PICTURES)}).pack_all() is not None


def test_too_many_bytes_stop_the_work_and_forget_what_failed_and_warned(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_BYTES", 1000)
    calls = []

    def heavy(a):
        calls.append(a)
        warnings.warn("careful", UserWarning, stacklevel=1)
        if a == 0:
            raise ValueError("no")
        return scene(Curve(np.linspace(0, 1, 100), np.full(100, a)))

    grid = Pictures(heavy, {"a": Range(0, 99)})
    assert grid.pack_all() is None
    assert len(calls) < 10
    assert grid.failures == grid.warnings == {}


@pytest.mark.parametrize(
    ("function", "controls", "error", "message"),
    [
        (3, {"a": Range(0, 1)}, TypeError, "scene_function: got 3; accepted is a function that returns a Scene"),
        (line, {}, TypeError, "controls: got none; accepted is at least one"),
        (line, {"slop": Range(0, 1)}, TypeError, "controls: got slop; accepted are those of line(slope, side='left'"),
        (
            lambda a, b: None, {"a": Range(0, 1, play=True), "b": Range(0, 1, play=True)}, ValueError,
            "play=True: got it for a, b; accepted is one Range only",
        ),
    ],
)  # fmt: skip
def test_controls_that_do_not_fit_are_an_error_at_once(function, controls, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Pictures(function, controls)


def unpack(packer: Packer) -> tuple[dict, list[np.ndarray]]:
    """Read the two parts as the browser does, by lengths alone."""
    structure = json.loads(packer.structure())
    numbers = np.frombuffer(packer.numbers(), dtype="<f4")
    assert sum(structure["lengths"]) == len(numbers)
    return structure, np.split(numbers, np.cumsum(structure["lengths"])[:-1])


def packed(*scenes: Scene) -> Packer:
    packer = Packer()
    for each in scenes:
        packer.add(each)
    return packer


def test_no_line_of_a_caption_ends_inside_a_number_with_its_unit():
    structure, _ = unpack(packed(scene(description="s = 0.5: 87.1 % of it.")))
    assert structure["texts"][structure["pictures"][0]["description"]] == "s\xa0=\xa00.5: 87.1\xa0% of it."


def test_a_curve_comes_back_from_its_fractions_and_an_error_stands_in_the_place_of_its_picture():
    packer = packed(scene(Curve(X, X**2, label="x²", color="green", dash="dashed", width=3)))
    packer.add(Failure("a = 1", "no."))
    structure, arrays = unpack(packer)
    picture, error = structure["pictures"]
    ((style, x, y),) = picture["layers"]
    assert structure["styles"][style] == {
        "kind": "curve", "color": "green", "label": "x²", "width": 3.0, "dash": [10.5, 6.0],
    }  # fmt: skip
    np.testing.assert_allclose(-1 + 4 * arrays[x], X, atol=1e-6)
    np.testing.assert_allclose(10 * arrays[y], X**2, atol=1e-5)
    assert structure["texts"][picture["title"]] == "A title"
    assert structure["texts"][picture["description"]] == "Words."
    assert structure["axes"][picture["axes"][0]] == {"label": "x", "limits": [-1.0, 3.0], "log": False}
    assert error == {"error": "With a = 1: no."}


def test_what_pictures_share_is_stored_once_and_other_limits_give_other_fractions():
    packer = packed(*(scene(Curve(X, X), y=(0, 10 * i), description=f"Picture {i}.") for i in range(1, 21)))
    structure, arrays = unpack(packer)
    assert len(structure["lengths"]) == 1 + 20
    assert len(structure["styles"]) == 1
    assert structure["texts"].count("A title") == 1
    assert packer.size == 4 * 50 * 21 == len(packer.numbers())
    np.testing.assert_allclose(arrays[1], 2 * arrays[2], atol=1e-6)


def test_a_log_axis_is_stored_by_exponents_even_where_float32_has_no_such_number():
    structure, arrays = unpack(packed(scene(Points([1, 2], [1e-300, 1e-200]), y=(1e-300, 1e-100), scale="log")))
    np.testing.assert_allclose(arrays[1], [0, 0.5], atol=1e-6)
    assert [axis["log"] for axis in structure["axes"]] == [False, True]


def test_named_ticks_are_fractions_of_their_axis_and_come_only_where_there_are_some():
    rows = Axis("", (0, 4), ticks=((3, "a row"), (1, "another")))
    named = Scene("t", Axis("h", (1, 100), "log", ticks=((10, "ten"),)), rows, [Points([1], [1])], "d")
    structure, _ = unpack(packed(named, scene(Points([1], [1]))))
    ten, *named_rows = {"at": 0.5, "text": "ten"}, {"at": 0.75, "text": "a row"}, {"at": 0.25, "text": "another"}
    assert [axis.get("ticks") for axis in structure["axes"]] == [[ten], named_rows, None, None]


@pytest.mark.parametrize(
    ("values", "limits", "expected"),
    [
        (1e9 + np.array([0.0, 0.25, 0.5, 1.0]), (1e9, 1e9 + 1), [0, 0.25, 0.5, 1]),  # keeps its detail far from zero
        ([1e300, -1e300], (0, 1e-5), [FAR, -FAR]),  # is brought near
        ([0.0], (-1.7e308, 1.7e308), [0.5]),  # does not overflow
    ],
)
def test_fractions_of_an_axis_far_from_zero_far_outside_and_huge(values, limits, expected):
    np.testing.assert_allclose(np.float32(fractions(values, Axis("x", limits))), expected)


def test_half_of_the_smallest_number_is_no_error_whatever_numpy_is_told():
    with np.errstate(all="raise"):
        assert fractions([5e-324, 1], Axis("x", (0, 1))).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("layer", "style", "expected"),
    [
        (Points([1], [5], marker="hollow", size=9), {"kind": "points", "marker": "hollow", "size": 9.0}, [[0.5]] * 2),
        (Band([-1, 3], [0, 0], [5, 10]), {"kind": "band", "color": "sky"}, [[0, 1], [0, 0], [0.5, 1]]),
        (Segment((-1, 0), (3, 5), dash="dotted"), {"kind": "curve", "color": "grey"}, [[0, 1], [0, 0.5]]),
        (Label(0, 5, "here", "below left"), {"kind": "label", "text": "here", "anchor": "below left"}, [[0.25], [0.5]]),
        (
            Field((-1, 3), (0, 10), [[2, 3, 4], [5, 6, 10]], range=(2, 6)),
            {"kind": "field", "rows": 2, "columns": 3, "range": [2.0, 6.0]},
            [[0, 1], [0, 1], [0, 0.25, 0.5, 0.75, 1, 1]],
        ),
    ],
)
def test_every_kind_of_layer(layer, style, expected):
    structure, arrays = unpack(packed(scene(layer)))
    ((number, *places),) = structure["pictures"][0]["layers"]
    assert style.items() <= structure["styles"][number].items()
    for place, values in zip(places, expected, strict=True):
        np.testing.assert_allclose(arrays[place], values, atol=1e-7)


def test_all_settings_share_axes_that_hold_them_all_unless_the_axes_follow_a_control():
    def grown(k, follow):
        axes = Axis("x", (-k, 1)), Axis("y", (0, 10 * k))
        return Scene("Grown", *axes, [Points([0], [k])], f"{k}.", axes_follow="k" if follow else "")

    grid = Pictures(grown, {"k": Range(1, 3), "follow": Checkbox()})
    structure, arrays = unpack(grid.pack_all())
    seen = [[structure["axes"][i]["limits"] for i in picture["axes"]] for picture in structure["pictures"]]
    shared = [[-3.0, 1.0], [0.0, 30.0]]
    assert seen[::2] == [shared] * 3
    assert seen[1::2] == [[[-1.0, 1.0], [0.0, 10.0]], [[-2.0, 1.0], [0.0, 20.0]], shared]
    assert [picture.get("follow") for picture in structure["pictures"][:2]] == [None, "k"]
    first = [arrays[i].item() for i in structure["pictures"][0]["layers"][0][1:]]
    assert first == pytest.approx([0.75, 1 / 30])
    assert grid.first.x_axis.limits == (-3, 1)  # The stored picture stands on the same axes.


def test_axes_with_other_names_or_scales_are_not_shared():
    def other(kind):
        axis = {"name": Axis("z", (0, 5)), "scale": Axis("x", (1, 5), "log"), "none": Axis("x", (1, 2))}[kind]
        return Scene("Other", axis, Axis("y", (0, 1)), [Points([1], [1])], kind)

    structure, _ = unpack(Pictures(other, {"kind": Select(["none", "name", "scale"])}).pack_all())
    limits = [structure["axes"][picture["axes"][0]]["limits"] for picture in structure["pictures"]]
    assert limits == [[1, 2], [0, 5], [1, 5]]


def test_a_layer_says_by_its_place_which_control_it_stands_for():
    def moved(name, k):
        return scene(Points([k], [0], control=name), Segment((0, k), (1, k), control=("k", "name")))

    controls = {"name": Select(["k", "q"]), "k": Range(0, 1)}
    grid = Pictures(moved, controls)
    structure, _ = unpack(grid.pack_all())
    styles = [structure["styles"][layer[0]].get("moves") for layer in structure["pictures"][0]["layers"]]
    assert styles == [[1], [1, 0]]
    assert "Points, control: got 'q'; accepted are 'name', 'k'" in grid.failures[2].cause
