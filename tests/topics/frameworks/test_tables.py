"""The table of values: as text, and as HTML for everyone."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import Measurement
from course_lib.topics.frameworks.snapshots import snapshot
from course_lib.topics.frameworks.tables import MARKS, cell_text, value_table

CLAMP = Measurement("torch", "2.14.1", "CPU, float32", "clamp_min", "measured", (0.0,))


class Cells(HTMLParser):
    """Every element with its attributes and the text inside; what is left open is an error."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[list] = []
        self.found: list[tuple[str, dict, str]] = []
        self.feed(source)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.open.append([tag, dict(attributes), ""])

    def handle_data(self, data):
        for element in self.open:
            element[2] += data

    def handle_endtag(self, tag):
        assert self.open[-1][0] == tag
        self.found.append(tuple(self.open.pop()))

    def all(self, tag: str) -> list[tuple[dict, str]]:
        return [(attributes, text) for name, attributes, text in self.found if name == tag]


def html(*arguments, **options) -> Cells:
    return Cells(value_table(*arguments, **options)._repr_html_())


def test_live_values_stand_beside_the_snapshot():
    table = value_table([CLAMP], ["clamp_min"], ["torch", "jax"])
    assert [column.title for column in table.columns] == ["PyTorch", "PyTorch", "JAX"]
    assert table.headings == ("here 2.14.1", "snapshot 2.13.0", "snapshot 0.10.2")
    assert value_table((), ["clamp_min"], ["torch", "jax"]).headings == ("2.13.0", "0.10.2")
    assert [column.rows["clamp_min"].shown for column in table.columns] == ["0", "1", "½"]
    assert repr(table).splitlines()[2].split() == ["clamp_min", "0", "1", "½"]


def test_marks_tell_what_is_outside_and_what_has_no_set():
    values = {program: cell_text(snapshot().row("tinygrad", program)) for program in PROGRAMS}
    assert values["relu"] == "0"
    assert values["elu_1"] == "0 ✗"
    assert values["sqrt"] == "∞ ○"
    assert values["norm"] == "–"
    assert cell_text(None) == ""


def test_the_text_fits_a_terminal_and_has_every_value():
    text = repr(value_table())
    table = text.split("\n✗")[0]
    assert max(map(len, table.splitlines())) <= 120
    for row in snapshot().measurements:
        assert re.search(rf"^{row.program} .*{re.escape(cell_text(row))}", table, flags=re.MULTILINE)
    assert f"measured on {snapshot().date.isoformat()}" in text


def test_rows_without_a_value_are_explained_below():
    crashed = replace(CLAMP, status="crashed", value=None, message="its process was ended by SIGSEGV")
    missing = Measurement("jax", "", "", "clamp_min", "missing", None, "not installed here")
    table = value_table([crashed, missing], ["clamp_min"], ["torch", "jax"])
    assert table.notes == (
        "PyTorch 2.14.1, clamp_min: crashed. its process was ended by SIGSEGV",
        "JAX: missing here. not installed here",
    )
    assert all(note in repr(table) for note in table.notes)
    assert [text for _, text in Cells(table._repr_html_()).all("li")] == list(table.notes)
    assert [column.title for column in table.columns] == ["PyTorch", "PyTorch", "JAX"]
    assert table.headings[2] == "snapshot 0.10.2"


def test_html_has_a_caption_and_scopes():
    cells = html([CLAMP])
    assert [text for _, text in cells.all("caption")] == ["What libraries return at the kink, here and in the snapshot"]
    assert [text for _, text in html().all("caption")] == ["What libraries return at the kink, in the snapshot"]
    scopes = [(attributes["scope"], text) for attributes, text in cells.all("th")]
    assert [text for scope, text in scopes if scope == "row"] == [program.label for program in PROGRAMS.values()]
    assert [text for scope, text in scopes if scope == "colgroup"] == [library.title for library in LIBRARIES.values()]
    columns = [text for scope, text in scopes if scope == "col"]
    assert columns[:3] == ["program", "Clarke set", "here 2.14.1"]
    spans = sum(int(attributes["colspan"]) for attributes, _ in cells.all("th") if "colspan" in attributes)
    assert spans == len(columns) - 2


def test_every_row_has_the_same_number_of_cells():
    cells = html()
    counts = {len(cells.all("td")) / len(PROGRAMS)}
    assert counts == {1 + len(value_table().columns)}


def test_no_verdict_is_told_by_colour_alone():
    cells = html()
    outside = [(attributes, text) for attributes, text in cells.all("td") if attributes.get("class") == "outside"]
    assert len(outside) > 30
    assert all(MARKS["outside"] in text and attributes["title"] == "outside" for attributes, text in outside)
    labels = {attributes.get("aria-label") for attributes, _ in cells.all("span")}
    assert labels == {"outside", "no set"}


def test_the_wide_table_can_be_scrolled_with_the_keyboard():
    ((attributes, _),) = html().all("div")
    assert (attributes["tabindex"], attributes["role"]) == ("0", "region")
    assert attributes["aria-label"]


def test_what_a_library_says_is_text_and_never_markup():
    row = replace(CLAMP, status="error", value=None, message="<script>alert(1)</script>")
    source = value_table([row], ["clamp_min"], ["torch"])._repr_html_()
    assert "<script" not in source
    assert "&lt;script&gt;" in source


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"programs": ["relu7"]}, "programs: got 'relu7'; accepted are 'relu'"),
        ({"libraries": ["caffe"]}, "libraries: got 'caffe'; accepted are 'torch'"),
    ],
)
def test_bad_input_is_named(options: dict, message: str):
    with pytest.raises(ValueError, match=message):
        value_table(**options)


def test_a_kernel_is_in_the_heading_where_a_library_has_several_and_below_for_all():
    table = value_table(programs=["abs"])
    of_tinygrad = [
        head for column, head in zip(table.columns, table.headings, strict=True) if column.title == "tinygrad"
    ]
    kernels = [column.kernel for column in table.columns if column.title == "tinygrad"]
    assert all(
        (len(kernels) > 1) == (kernel.split(",")[0] in head) for kernel, head in zip(kernels, of_tinygrad, strict=True)
    )
    assert all(f"{column.title}: " in table.kernels and column.kernel in table.kernels for column in table.columns)
    assert table.kernels in "".join(text for _, text in html().all("p"))
