"""The table of libraries in the real JupyterLab: alignment, keyboard, heads that stay; not yet run; on paper."""

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from lab import LabServer, Notebook, accessibility_violations
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Locator, expect

TABLE = "from course_lib.topics.frameworks import figures\nfigures.value_table()"
A4_PIXELS = round(190 / 25.4 * 96)  # The width between margins of 1 cm.
HIGHLIGHT = "rgba(213, 94, 0, 0.22)"


@pytest.fixture(scope="module")
def notebook(open_notebook: Callable[..., Notebook]) -> Notebook:
    notebook = open_notebook([TABLE, "after = 1"], viewport={"width": 900, "height": 800})
    notebook.run_all()
    assert notebook.errors() == []
    return notebook


def region(notebook: Notebook) -> Locator:
    return notebook.cell_output(0).get_by_role("region", name="What libraries return at the kink, in the snapshot")


def active_cell(notebook: Notebook) -> int:
    return notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex")


def alignments(table: Locator) -> set[str]:
    return set(table.locator("th, td").evaluate_all("all => all.map((cell) => getComputedStyle(cell).textAlign)"))


def test_heads_stand_over_their_own_columns(notebook: Notebook):
    table = region(notebook).get_by_role("table")
    assert alignments(table) == {"left"}
    head = table.get_by_text("tinygrad", exact=True).bounding_box()
    below = [cell.bounding_box() for cell in table.locator("thead tr").nth(1).locator("th").all()]
    under = [box for box in below if head["x"] - 1 <= box["x"] < head["x"] + head["width"] - 1]
    assert len(under) == 2 and under[0]["x"] == pytest.approx(head["x"], abs=1)
    assert sum(box["width"] for box in under) == pytest.approx(head["width"], abs=1)


def test_arrows_scroll_and_heads_and_title_stay(notebook: Notebook):
    table = region(notebook)
    title = notebook.cell_output(0).get_by_text("What libraries return at the kink, in the snapshot")
    row, column = table.get_by_role("rowheader").nth(20), table.get_by_role("columnheader", name="SymPy")
    place, height = row.bounding_box()["x"], column.bounding_box()["y"]
    table.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown"):
        notebook.page.keyboard.press(key)
    notebook.page.wait_for_function("(node) => node.scrollLeft > 40 && node.scrollTop > 40", arg=table.element_handle())
    assert active_cell(notebook) == 0
    expect(table).to_be_focused()
    assert row.bounding_box()["x"] == pytest.approx(place, abs=1)
    assert column.bounding_box()["y"] == pytest.approx(height, abs=1)
    expect(title).to_be_in_viewport()
    for key in ("b", "d", "d", "Home"):
        notebook.page.keyboard.press(key)
    assert len(notebook.sources()) == 2


def test_the_notebooks_shortcuts_work_in_the_table(notebook: Notebook):
    keyboard = notebook.page.keyboard
    on_cell = "() => document.activeElement.matches('.jp-Cell.jp-mod-active')"
    for key, active in (("Escape", 0), ("Tab", 1)):
        region(notebook).focus()
        keyboard.press(key)
        assert active_cell(notebook) == active and notebook.page.evaluate(on_cell)
    count = "() => window.jupyterapp.shell.currentWidget.content.widgets[0].model.executionCount"
    before = notebook.page.evaluate(count)
    region(notebook).focus()
    keyboard.press("Shift+Enter")
    notebook.page.wait_for_function(f"(before) => ({count})() > before", arg=before)
    assert active_cell(notebook) == 1
    region(notebook).focus()
    keyboard.press("ControlOrMeta+s")
    notebook.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_violation_of_wcag(notebook: Notebook, theme):
    notebook.set_theme(theme)
    assert accessibility_violations(notebook.page, ".kink-values") == []


def test_a_notebook_that_is_not_trusted_keeps_highlighting_and_alignment(
    notebook: Notebook, open_notebook: Callable[..., Notebook], lab_server: LabServer, tmp_path: Path
):
    content = json.loads(saved(notebook, lab_server).read_text(encoding="utf-8"))
    content["cells"][0]["source"] = "# Another one\n" + "".join(content["cells"][0]["source"])
    (tmp_path / "untrusted_table.ipynb").write_text(json.dumps(content), encoding="utf-8")
    other = open_notebook(tmp_path / "untrusted_table.ipynb")
    cells = other.cell_output(0).locator("td[title=outside]")
    assert cells.count() > 30
    colours = cells.evaluate_all("all => all.map((cell) => getComputedStyle(cell).backgroundColor)")
    assert set(colours) == {HIGHLIGHT}
    assert alignments(other.cell_output(0)) == {"left"}
    expect(other.cell_output(0)).to_contain_text("What libraries return at the kink, in the snapshot")


def test_all_columns_fit_on_a4(notebook: Notebook, lab_server: LabServer, browser: Browser, tmp_path: Path):
    html, _ = HTMLExporter().from_notebook_node(nbformat.read(saved(notebook, lab_server), as_version=4))
    (tmp_path / "table.html").write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": A4_PIXELS, "height": 1000})
    page.goto((tmp_path / "table.html").as_uri())
    page.emulate_media(media="print")
    table = page.locator(".kink-values table")
    width, room, height, shown = table.evaluate(
        "(t) => [t.offsetWidth, t.parentNode.clientWidth, t.offsetHeight, t.parentNode.clientHeight]"
    )
    assert width <= room < A4_PIXELS and height <= shown
    page.close()


def saved(notebook: Notebook, server: LabServer) -> Path:
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    notebook.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    return server.notebooks / notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
