import json

import numpy as np
import pytest

from course_lib.explorer.pictures import FAR, Packer, fractions
from course_lib.figures import Axis, Band, Curve, Field, Label, Points, Scene, Segment

X = np.linspace(-1, 3, 50)


def unpack(packer: Packer) -> tuple[dict, list[np.ndarray]]:
    """Read the two parts as the browser does, by lengths alone."""
    structure = json.loads(packer.structure())
    numbers = np.frombuffer(packer.numbers(), dtype="<f4")
    assert sum(structure["lengths"]) == len(numbers)
    return structure, np.split(numbers, np.cumsum(structure["lengths"])[:-1])


def scene(*layers, x=(-1, 3), y=(0, 10), scale="linear", title="A title", description="Words."):
    return Scene(title, Axis("x", x), Axis("y", y, scale), layers, description)


def test_a_curve_comes_back_from_its_fractions():
    packer = Packer()
    packer.add_scene(scene(Curve(X, X**2, label="x²", color="green", dash="dashed", width=3)))
    structure, arrays = unpack(packer)
    (picture,) = structure["pictures"]
    ((style, x, y),) = picture["layers"]
    assert structure["styles"][style] == {
        "kind": "curve", "color": "green", "label": "x²", "width": 3.0, "dash": [10.5, 6.0],
    }  # fmt: skip
    np.testing.assert_allclose(-1 + 4 * arrays[x], X, atol=1e-6)
    np.testing.assert_allclose(10 * arrays[y], X**2, atol=1e-5)
    assert structure["texts"][picture["title"]] == "A title"
    assert structure["texts"][picture["description"]] == "Words."
    assert structure["axes"][picture["axes"][0]] == {"label": "x", "limits": [-1.0, 3.0], "log": False}


def test_what_pictures_share_is_stored_once():
    packer = Packer()
    for i in range(20):
        packer.add_scene(scene(Curve(X, 0.1 * i + X), description=f"Picture {i}."))
    structure, _ = unpack(packer)
    assert len(structure["lengths"]) == 1 + 20
    assert len(structure["styles"]) == 1
    assert structure["texts"].count("A title") == 1
    assert packer.size == 4 * 50 * 21 == len(packer.numbers())


def test_pictures_with_other_limits_keep_their_own_fractions():
    packer = Packer()
    packer.add_scene(scene(Curve(X, X)))
    packer.add_scene(scene(Curve(X, X), y=(0, 20)))
    structure, arrays = unpack(packer)
    first, second = ([arrays[i] for i in picture["layers"][0][1:]] for picture in structure["pictures"])
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_allclose(first[1], 2 * second[1], atol=1e-6)


def test_a_log_axis_is_stored_by_exponents_even_where_float32_has_no_such_number():
    packer = Packer()
    packer.add_scene(scene(Points([1, 2], [1e-300, 1e-200]), y=(1e-300, 1e-100), scale="log"))
    _, arrays = unpack(packer)
    np.testing.assert_allclose(arrays[1], [0, 0.5], atol=1e-6)


def test_named_ticks_are_fractions_of_their_axis_and_come_only_where_there_are_some():
    packer = Packer()
    rows = Axis("", (0, 4), ticks=((3, "a row"), (1, "another")))
    packer.add_scene(Scene("t", Axis("h", (1, 100), "log", ticks=((10, "ten"),)), rows, [Points([1], [1])], "d"))
    packer.add_scene(scene(Points([1], [1])))
    structure, _ = unpack(packer)
    assert [axis.get("ticks") for axis in structure["axes"]] == [
        [{"at": 0.5, "text": "ten"}],
        [{"at": 0.75, "text": "a row"}, {"at": 0.25, "text": "another"}],
        None,
        None,
    ]


def test_an_axis_far_from_zero_keeps_its_detail():
    x = 1e9 + np.array([0.0, 0.25, 0.5, 1.0])
    np.testing.assert_allclose(np.float32(fractions(x, Axis("x", (1e9, 1e9 + 1)))), [0, 0.25, 0.5, 1])


def test_points_far_outside_are_brought_near_and_huge_limits_do_not_overflow():
    assert fractions([1e300], Axis("x", (0, 1e-5))).tolist() == [FAR]
    assert fractions([0.0], Axis("x", (-1.7e308, 1.7e308))).tolist() == [0.5]


@pytest.mark.parametrize(
    ("layer", "style", "expected"),
    [
        (
            Points([1], [5], marker="hollow", size=9),
            {"kind": "points", "marker": "hollow", "size": 9.0},
            [[0.5], [0.5]],
        ),
        (Band([-1, 3], [0, 0], [5, 10]), {"kind": "band", "color": "sky"}, [[0, 1], [0, 0], [0.5, 1]]),
        (Segment((-1, 0), (3, 5), dash="dotted"), {"kind": "curve", "color": "grey"}, [[0, 1], [0, 0.5]]),
        (Label(0, 5, "here", "below left"), {"kind": "label", "text": "here", "anchor": "below left"}, [[0.25], [0.5]]),
        (
            Field((-1, 3), (0, 10), [[0, 1, 2], [3, 4, 8]], range=(0, 4)),
            {"kind": "field", "rows": 2, "columns": 3, "range": [0.0, 4.0]},
            [[0, 1], [0, 1], [0, 0.25, 0.5, 0.75, 1, 1]],
        ),
    ],
)
def test_every_kind_of_layer(layer, style, expected):
    packer = Packer()
    packer.add_scene(scene(layer))
    structure, arrays = unpack(packer)
    ((number, *places),) = structure["pictures"][0]["layers"]
    assert style.items() <= structure["styles"][number].items()
    assert len(places) == len(expected)
    for place, values in zip(places, expected, strict=True):
        np.testing.assert_allclose(arrays[place], values, atol=1e-7)


def test_an_error_stands_in_the_place_of_its_picture():
    packer = Packer()
    packer.add_scene(scene(Curve(X, X)))
    packer.add_error("With a = 1: no.")
    structure, _ = unpack(packer)
    assert structure["pictures"][1] == {"error": "With a = 1: no."}
