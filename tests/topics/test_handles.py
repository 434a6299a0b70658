"""What can be dragged in the first lessons' figures is there, and in sight, for every setting of the lesson."""

from pathlib import Path

import numpy as np
import pytest

from course_lib.explorer import pictures
from course_lib.explorer.controls import as_control
from course_lib.figures import Curve, Points, Scene, Segment
from tools.lesson_source import lesson_paths, read_lesson
from tools.solution_blocks import split_solution

ROOT = Path(__file__).parents[2]
HANDLES = {
    "start": {"secants": {"h"}},
    "limits": {"approach": {"h_exponent"}, "steps_on_a_swing": {"start"}},
    "step": {"quotients_at_kink": {"h_exponent"}},
    "proof": {
        "secants": {"h"},
    },
    "reading": {
        "epsilon_delta": {"epsilon", "delta"},
        "quotient_away_from_kink": {"x", "increment"},
    },
    "frameworks": {"line_at_kink": {"slope"}},
    "programs": {"program_and_line": {"s"}, "nested_slopes": {"k"}},
    "subgradients": {
        "supporting_lines": {"slope", "x0"},
        "path_in_the_plane": {"step"},
        "median_line": {"shift"},
    },
    "network_slope": {"clarke_of_identity": {"slope"}},
    "small": {"kink_lines": {"height"}, "cantor_stages": {"stage"}},
    "zeros": {"accuracy_from_zero": {"slope"}},
    "finding": {"active_inputs": {"angle", "bias"}, "active_share_over_sigma": {"bias"}},
}


def explorers(lesson):
    """The pictures of each explorer of a lesson, by the name of its scene function; only those of HANDLES."""
    (path,) = (path for path in lesson_paths(ROOT) if read_lesson(path).key == lesson)
    found, names = {}, {"__name__": "lesson"}

    def explore(function, /, **given):
        if function.__name__ in HANDLES[lesson]:
            grid = pictures.Pictures(function, {name: as_control(name, value) for name, value in given.items()})
            found[function.__name__] = grid, [grid.compute(number) for number in range(grid.count)]

    first = True
    for cell in read_lesson(path).cells:
        source = split_solution(cell.source).solution if cell.kind == "code" else ""
        if "explore(" in source or (first and source) or source.startswith(("from course_lib", "import ")):
            exec(source, names)
            first = first and "course_lib" not in source
            names["explore"] = explore
    return found


def in_sight(layer, scene):
    """Whether a part of the layer lies in the frame: of a line, one of many points between its ends."""
    (x,), (y,) = (numbers.values() for numbers in layer.coordinates())
    between = np.linspace(0, len(x) - 1, 1 if len(x) == 1 else 1000 * len(x))
    x, y = (
        pictures.fractions(np.interp(between, np.arange(len(x)), z), a)
        for z, a in ((x, scene.x_axis), (y, scene.y_axis))
    )
    return bool(((x > -1e-9) & (x < 1 + 1e-9) & (y > -1e-9) & (y < 1 + 1e-9)).any())


@pytest.mark.parametrize("lesson", HANDLES)
def test_each_setting_has_its_handles_in_sight_and_they_move(lesson):
    found = explorers(lesson)
    assert found.keys() == HANDLES[lesson].keys()
    for name, (grid, scenes) in found.items():
        places = {}
        for scene in pictures.on_shared_axes(scenes):
            assert isinstance(scene, Scene), (name, scene)
            handles = {layer.control: layer for layer in scene.layers if getattr(layer, "control", ())}
            assert sum(bool(getattr(layer, "control", ())) for layer in scene.layers) == len(handles)
            if not handles and scene.axes_follow in HANDLES[lesson][name]:
                continue  # What is dragged would take the window along.
            assert {control for controls in handles for control in controls} == HANDLES[lesson][name], name
            for controls, layer in handles.items():
                assert isinstance(layer, (Curve, Segment)) or (isinstance(layer, Points) and len(layer.x) == 1)
                assert not isinstance(layer, Points) or layer.size >= 11
                assert in_sight(layer, scene), (name, scene.description)
                numbers = [values for by_name in layer.coordinates() for values in by_name.values()]
                places.setdefault(controls, set()).add(tuple(np.concatenate(numbers).round(9)))
        for (control,), seen in places.items():
            assert len(seen) >= len(grid.controls[control].values), f"{name}: {control} moves nothing"
