"""What the figure of framework values shows is what the snapshot holds, and the judge's verdict decides how."""

import math

import pytest

from course_lib.figures import Band, Label, Points, Segment
from course_lib.topics.frameworks.dual_numbers import EMULATIONS
from course_lib.topics.frameworks.figures import CHOICES, X_LIMITS, values_of_frameworks
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import judge
from course_lib.topics.frameworks.snapshots import snapshot

# Clarke subdifferentials by hand; of a smooth function, its derivative twice.
RELU, ABS = (0, 1), (-1, 1)
SETS = {
    "relu(x) at 0": RELU,
    "|x| at 0": ABS,
    "√(x²) at 0": ABS,
    "leaky_relu(x, 1/8) at 0": (0.125, 1),
    "elu(x, 2) at 0": (1, 2),
    "elu(x, 1) at 0": (1, 1),
    "relu6(x) at 6": RELU,
    "relu(x) − relu(−x) at 0": (1, 1),
}


def points(scene):
    """{row: (x, marker)} by the row's name."""
    names = dict(scene.y_axis.ticks)
    return {
        names[y]: (x, layer.marker)
        for layer in scene.layers
        if isinstance(layer, Points)
        for x, y in zip(layer.x, layer.y, strict=True)
    }


def words(scene):
    names = dict(scene.y_axis.ticks)
    return {names[layer.y]: layer.text for layer in scene.layers if isinstance(layer, Label)}


@pytest.mark.parametrize("choice", CHOICES)
def test_each_library_is_a_row_with_its_value(choice) -> None:
    scene, program = values_of_frameworks(choice), CHOICES[choice]
    drawn, said = points(scene), words(scene)
    for key, library in LIBRARIES.items():
        row = snapshot().row(key, program)
        name = f"{library.title} {row.version}"
        if row.value is None:
            assert said[name] == ("not offered" if row.status == "not offered" else "an error")
        elif math.isfinite(row.value[0]):
            verdict = judge(program, row.value).verdict
            assert drawn[name] == (row.value[0], "hollow" if verdict == "outside" else "filled")
            assert X_LIMITS[0] < row.value[0] < X_LIMITS[1]
        else:
            assert said[name] in ("NaN", "∞")
    emulated = {emulation.label: float(emulation.value) for emulation in EMULATIONS if emulation.program_id == program}
    assert {name: x for name, (x, _) in drawn.items() if name.endswith("(emulated)")} == emulated
    assert len(scene.y_axis.ticks) == len(LIBRARIES) + len(emulated)


@pytest.mark.parametrize("choice", SETS)
def test_the_set_is_drawn_as_it_is_known(choice) -> None:
    scene, (low, high) = values_of_frameworks(choice), SETS[choice]
    bands = [layer for layer in scene.layers if isinstance(layer, Band)]
    if low < high:
        assert bands[0].x == pytest.approx([low, high])
    else:
        (line,) = (layer for layer in scene.layers if isinstance(layer, Segment))
        assert bands == [] and (line.start[0], line.end[0]) == (low, high)


def test_the_description_names_who_is_outside() -> None:
    assert values_of_frameworks("relu(x) at 0").description.endswith("; none is outside.")
    assert values_of_frameworks("elu(x, 1) at 0").description.endswith("; outside: tinygrad.")
    said = values_of_frameworks("√(x²) at 0").description
    assert "PyTorch NaN" in said and "outside: PyTorch" in said


def test_programs_of_several_variables_and_the_root_are_no_choice() -> None:
    left_out = {program.id for program in PROGRAMS.values()} - set(CHOICES.values())
    assert left_out == {"sqrt", "norm", "tied_max_reduce", "tied_max_axis"}
    with pytest.raises(ValueError, match="program must be one of 'relu\\(x\\) at 0', "):
        values_of_frameworks("norm(x) at (0, 0)")
