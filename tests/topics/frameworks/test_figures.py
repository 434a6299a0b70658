"""The figures against sets and formulas by hand, and the table of values, as text and as HTML for everyone."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import numpy as np
import pytest

from course_lib.figures import Band, Curve, Label, Points, Segment
from course_lib.figures import format_number as number
from course_lib.topics.frameworks import figures
from course_lib.topics.frameworks.dual_numbers import EMULATIONS
from course_lib.topics.frameworks.figures import REACH, nested_slopes, program_and_line, value_table
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import Measurement, judge, snapshot


def of_kind(scene, kind):
    return [layer for layer in scene.layers if isinstance(layer, kind)]


@pytest.mark.parametrize("choice", figures.CHOICES)
def test_each_library_is_a_row_with_its_value(choice) -> None:
    scene, program = figures.values_of_frameworks(choice), figures.CHOICES[choice]
    names = dict(scene.y_axis.ticks)
    drawn = {names[y]: (x, dots.marker) for dots in of_kind(scene, Points) for x, y in zip(dots.x, dots.y, strict=True)}
    said, outside = {names[label.y]: label.text for label in of_kind(scene, Label)}, []
    assert scene.axes_follow == "program"
    for key, library in LIBRARIES.items():
        row = snapshot().row(key, program)
        name = f"{library.title} {row.version}"
        is_outside = row.value is not None and judge(program, row.value).verdict == "outside"
        outside += [library.title] * is_outside
        if row.value is None:
            assert said[name] == ("not offered" if row.status == "not offered" else "an error")
        elif math.isfinite(row.value[0]):
            assert drawn[name] == (row.value[0], "hollow" if is_outside else "filled")
            assert said[name] == number(row.value[0]).replace("0.5", "½")
        else:
            assert said[name] == ("NaN" if math.isnan(row.value[0]) else "∞")
    emulated = {emulation.label: float(emulation.value) for emulation in EMULATIONS if emulation.program_id == program}
    assert {name: x for name, (x, _) in drawn.items() if name.endswith("(emulated)")} == emulated
    assert len(names) == len(LIBRARIES) + len(emulated)
    assert scene.description.endswith(f"; outside: {', '.join(outside)}." if outside else "; none is outside.")
    assert f": {len(outside) or 'none'} of " in scene.title
    # What `judge` writes is held against sets by hand in the tests of the measurements.
    low, *_, high = 2 * judge(program, 0.0).set_text.strip("[]{}").replace("−", "-").split(", ")
    drawn_set = of_kind(scene, Band)[0].x if low != high else (of_kind(scene, Segment)[0].start[0],) * 2
    assert drawn_set == pytest.approx([float(Fraction(low)), float(Fraction(high))])
    assert len(of_kind(scene, Band)) == (low != high)


# program: automatic derivative as a function of s, and the right slopes, from left to right
LINES = {
    "relu(t)": (lambda s: s, (0, 1)),
    "relu(−t) + t": (lambda s: 1 - s, (0, 1)),
    "the mean of these two": (lambda s: 0.5, (0, 1)),
    "relu(−t) + t − relu(t)": (lambda s: 1 - 2 * s, (0, 0)),
    "relu(t) − relu(−t)": (lambda s: 2 * s, (1, 1)),
    "relu(t) − relu(1 − exp(t))": (lambda s: 2 * s, (1, 1)),
}
# function: its values, and the right slopes; by hand
FUNCTIONS = {
    "ReLU": (lambda x: np.maximum(x, 0), (0, 1)),
    "|x|": (np.abs, (-1, 1)),
    "leaky ReLU, α = 1/8": (lambda x: np.maximum(x, x / 8), (0.125, 1)),
    "ELU, α = 1": (lambda x: np.where(x > 0, x, np.expm1(x)), (1, 1)),
    "ELU, α = 2": (lambda x: np.where(x > 0, x, 2 * np.expm1(x)), (1, 2)),
}


def check_line(scene, slope, low, high) -> None:
    (line,) = (one for one in of_kind(scene, Segment) if one.control)
    assert (*line.start, *line.end) == pytest.approx((-REACH, -REACH * slope, REACH, REACH * slope))
    right = low <= slope <= high
    assert line.dash == ("dashed" if right else "dotted") and scene.equal_units
    assert f"slope {number(slope)}" in [label.text for label in of_kind(scene, Label)]
    wrong = ("not right", "outside the Clarke set")[low < high]
    assert scene.title.endswith(("right", "in the Clarke set")[low < high] if right else wrong)
    assert (wrong in scene.description) == (not right)
    if low < high:
        (band,) = of_kind(scene, Band)
        fan = np.sort(np.outer([low, high], [-REACH, 0, REACH]), axis=0)
        assert band.low == pytest.approx(fan[0]) and band.high == pytest.approx(fan[1])
    else:
        tangent = of_kind(scene, Segment)[0]
        assert (tangent.start, tangent.end) == ((-REACH, -low * REACH), (REACH, low * REACH))


@pytest.mark.parametrize("program", LINES)
@pytest.mark.parametrize("s", [0.0, 0.45, 0.5, 0.85])
def test_the_line_has_the_automatic_derivative_as_slope(program, s) -> None:
    formula, (low, high) = LINES[program]
    scene = program_and_line(program, s)
    check_line(scene, formula(s), low, high)
    assert f"at 0 is {number(formula(s))}: " in scene.title
    (curve,) = of_kind(scene, Curve)
    elu = np.where(curve.x > 0, curve.x, np.expm1(curve.x))
    smooth = elu if "exp" in program else low * curve.x
    assert curve.y == pytest.approx(np.maximum(curve.x, 0) if low < high else smooth)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("slope", [-1.25, 0.0, 0.125, 1.0, 1.5])
def test_the_line_at_a_kink_says_whether_its_slope_is_in_the_set(function, slope) -> None:
    values, (low, high) = FUNCTIONS[function]
    scene = figures.line_at_kink(function, slope)
    check_line(scene, slope, low, high)
    (curve,) = of_kind(scene, Curve)
    assert curve.y == pytest.approx(values(curve.x)) and set(FUNCTIONS) == set(figures.AT_0)


@pytest.mark.parametrize("k", range(1, figures.MOST_NESTED + 1))
def test_nested_slopes_follow_the_power_and_cross_1_at_its_root(k) -> None:
    scene = nested_slopes(k)
    curves = of_kind(scene, Curve)
    assert len(curves) == k
    for depth, curve in enumerate(curves, 1):
        assert curve.y == pytest.approx(2 * np.linspace(0, 1, len(curve.x)) ** depth)
    *before, here = of_kind(scene, Points)
    assert scene.title == f"The derivative of t comes back for s = {number(2 ** (-1 / k))} only"
    assert here.x == pytest.approx([2 ** (-1 / k)]) and here.y == pytest.approx([1])
    for smaller in before:
        assert smaller.x == pytest.approx([2 ** (-1 / depth) for depth in range(1, k)]) and set(smaller.y) == {1}


CLAMP = Measurement("torch", "2.14.1", "CPU, float32", "clamp_min", "measured", (0.0,))


def elements(table) -> Callable[[str], list[tuple[dict[str, str], str]]]:
    """Attributes and text of each element of a kind in the table's HTML, which is well-formed XML, too."""
    root = ElementTree.fromstring(f"<body>{table._repr_html_()}</body>")
    return lambda tag: [(element.attrib, "".join(element.itertext())) for element in root.iter(tag)]


def test_live_values_stand_beside_the_snapshot_and_what_has_no_value_is_explained_below() -> None:
    crashed = replace(CLAMP, program="abs", status="crashed", value=None, message="<script>alert(1)</script>")
    missing = Measurement("jax", "", "", "clamp_min", "missing", None, "not installed here")
    table = value_table([CLAMP, crashed, missing], ["clamp_min", "abs"], ["torch", "jax"])
    assert [column.title for column in table.columns] == ["PyTorch", "PyTorch", "JAX"]
    assert table.headings == ("here 2.14.1", "snapshot 2.13.0", "snapshot 0.10.2")
    lines = repr(table).splitlines()
    assert [line.split() for line in lines[2:4]] == [["clamp_min", "0", "1", "½"], ["abs", "crashed", "0", "1"]]
    notes = ["PyTorch 2.14.1, abs: crashed. <script>alert(1)</script>", "JAX: missing here. not installed here"]
    assert lines[-2:] == [text for _, text in elements(table)("li")] == notes


def test_the_text_fits_a_terminal_and_has_every_value_with_its_mark() -> None:
    text = repr(value_table())
    table, _, below = text.partition("\n\n✗")
    assert max(map(len, table.splitlines())) <= 110 and table.count("\n\n") < 4
    for row in snapshot().measurements:
        mark = {"outside": " ✗", "no set": " ○"}.get(judge(row.program, row.value).verdict, "") if row.value else ""
        shown = "–" if row.status == "not offered" else row.shown + mark
        assert re.search(rf"^{row.program} .*  {re.escape(shown)}( |$)", table, flags=re.MULTILINE), row
        assert f"{LIBRARIES[row.library].title}: " in below and row.kernel in below


def test_html_tells_what_heads_what_and_no_verdict_by_colour_alone() -> None:
    here = replace(CLAMP, library="tinygrad")
    table = value_table([replace(here, kernel="other, float32"), here])
    find = elements(table)
    heads: dict[str, list[str]] = {}
    for given, text in find("th"):
        heads.setdefault(given["scope"], []).append(text)
    assert heads["row"] == [program.label for program in PROGRAMS.values()]
    assert heads["colgroup"] == [library.title for library in LIBRARIES.values()]
    assert heads["col"][:2] == ["program", "Clarke set"] and "here 2.14.1 other" in heads["col"]
    assert sum(int(given.get("colspan", 0)) for given, _ in find("th")) == len(heads["col"]) - 2 == len(table.columns)
    outside = [(given, text) for given, text in find("td") if given.get("title") == "outside"]
    assert len(outside) > 30 and all("✗" in text for _, text in outside)
    # What a notebook that is not trusted keeps: the highlighting and the alignment of each cell.
    assert all(figures.OUTSIDE in given["style"] for given, _ in outside)
    assert all(re.search("text-align: ?left", given["style"]) for given, _ in [*find("th"), *find("td")])
    assert {given.get("aria-label") for given, _ in find("span")} == {"outside", "no set"}
    ((given, _),) = find("div")
    assert (given["tabindex"], given["role"]) == ("0", "region") and given["aria-label"]
