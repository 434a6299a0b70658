"""A scene holds axes and layers that fit together, or says which does not."""

import re
import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from course_lib.figures import Axis, Band, Curve, Field, Label, Points, Scene, Segment

LINE = Curve([1, 2], [1, 2], label="line")


def scene(**changes) -> Scene:
    parts = {
        "title": "A line",
        "x_axis": Axis("x", (0, 2)),
        "y_axis": Axis("y", (0, 2)),
        "layers": [LINE],
        "description": "It rises.",
    }
    return Scene(**{**parts, **changes})


def test_layers_become_a_tuple_and_the_scene_is_frozen() -> None:
    made = scene(layers=iter([LINE, Label(1, 1, "here")]))
    assert [type(layer) for layer in made.layers] == [Curve, Label]
    assert repr(made) == "Scene('A line': Curve 'line', Label 'here')"
    with pytest.raises(FrozenInstanceError):
        made.title = "Another"


LOG = Axis("h", (1e-3, 1), "log")
BAD = [
    (lambda: Axis("h", (0, 1), "log"), ValueError, "Axis 'h': limits of a log axis must be above 0; got (0, 1)"),
    (lambda: Axis("h", (1, 1)), ValueError, "Axis 'h': limits must be (low, high) with low < high; got (1, 1)"),
    (lambda: Axis("h", (0, float("nan"))), ValueError, "Axis 'h': limits[1] must be a finite number; got nan"),
    (lambda: Axis("h", 1), TypeError, "Axis 'h': limits must be a pair of finite numbers; got 1"),
    (lambda: Axis("h", (1, 2), "sqrt"), ValueError, "Axis 'h': scale must be one of 'linear', 'log'; got 'sqrt'"),
    (lambda: Axis("h", (0, 1), ticks=[(2, "b")]), ValueError, "Axis 'h': ticks[0][0] must be from 0 to 1; got 2"),
    (lambda: Axis("h", (0, 1), ticks=[(1, "a"), (0, " ")]), ValueError, "Axis 'h': ticks[1][1] must not be empty"),
    (lambda: Axis("h", (0, 1), ticks=[1]), TypeError, "Axis 'h': ticks[0] must be a sequence of 2 items; got 1"),
    (lambda: Axis("h", (0, 1), ticks="ab"), TypeError, "Axis 'h': ticks must be a sequence; got 'ab'"),
    (lambda: Axis(None, (1, 2)), TypeError, "Axis: label must be a string; got None"),
    (lambda: scene(title=""), ValueError, "Scene: title must not be empty"),
    (lambda: scene(x_axis=(0, 1)), TypeError, "Scene 'A line': x_axis must be an Axis; got tuple"),
    (lambda: scene(layers=LINE), TypeError, "Scene 'A line': layers must be a sequence of layers; got Curve"),
    (lambda: scene(layers=[LINE, "dot"]), TypeError, "Scene 'A line': layers[1] must be one of Curve, Points, Band"),
    (lambda: scene(description=" "), ValueError, "Scene 'A line': description must not be empty"),
    (lambda: scene(description=None), TypeError, "Scene 'A line': description must be a string; got None"),
    (
        lambda: scene(x_axis=LOG, layers=[Curve([1, 0], [1, 1], "e")]),
        ValueError,
        "Curve 'e': x[1] = 0, but Axis 'h' is a log axis",
    ),
    (
        lambda: scene(y_axis=LOG, layers=[Band([1], [-1], [1])]),
        ValueError,
        "Band: low[0] = -1, but Axis 'h' is a log axis",
    ),
    (
        lambda: scene(y_axis=LOG, layers=[Segment((0, 1), (0, -2))]),
        ValueError,
        "Segment: start and end[1] = -2, but Axis 'h'",
    ),
    (
        lambda: scene(x_axis=LOG, layers=[Field((0, 1), (1, 2), [[1]])]),
        ValueError,
        "Field: x_limits[0] = 0, but Axis 'h'",
    ),
    (
        lambda: scene(y_axis=LOG, layers=[Label(0, 0, "a")]),
        ValueError,
        "Label 'a': y[0] = 0, but Axis 'h' is a log axis",
    ),
    (lambda: scene(y_axis=LOG, layers=[Points([0], [0])]), ValueError, "Points: y[0] = 0, but Axis 'h' is a log axis"),
]


@pytest.mark.parametrize(("make", "error", "message"), BAD, ids=[message for _, _, message in BAD])
def test_bad_input_is_named(make, error, message) -> None:
    with pytest.raises(error, match=re.escape(message)):
        make()


def test_scenes_load_without_matplotlib() -> None:
    code = "import sys, course_lib.figures; assert not {'matplotlib', 'sympy'} & sys.modules.keys(), 'heavy import'"
    subprocess.run([sys.executable, "-c", code], check=True)
