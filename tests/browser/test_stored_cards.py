"""Figures and questions where no live view can be: saved without the course's hook, not yet run, exported to HTML."""

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from lab import REPOSITORY, LabServer, Notebook, accessibility_violations
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from course_lib.figures.palette import BACKGROUND

FIGURE = """
from course_lib.explorer import ChoiceWidget, explore
from course_lib.figures import Axis, Curve, Scene
from course_lib.figures.matplotlib_renderer import show
def line(slope):
    curve = Curve([0, 1], [0, slope], label="slope · x")
    return Scene("A line", Axis("x", (0, 1)), Axis("y", (0, 4)), [curve], f"A line of slope {slope}.")
explore(line, slope=(0, 4))
"""
QUESTION = (
    'ChoiceWidget("Is `x` *it*?", ["yes", "no"], ["guessing", "certain"], lambda option, confidence: (0, "It is."))'
)
# The last has no live view of its own: it stays, and so does the widget before it.
CELLS = [FIGURE, QUESTION, "import ipywidgets\ndisplay(ipywidgets.Label('another widget'))\nshow(line(3))"]


@pytest.fixture(scope="module")
def saved(open_notebook: Callable[..., Notebook], lab_server: LabServer) -> Path:
    """A notebook that JupyterLab ran and saved, with the views as outputs, since this server has no hook."""
    notebook = open_notebook(CELLS)
    notebook.run_all()
    assert notebook.errors() == []
    cards = notebook.page.locator(".kink-stored")
    expect(notebook.page.locator(".kink")).to_have_count(2)
    expect(cards).to_have_count(3)
    assert [card.is_visible() for card in cards.all()] == [False, False, True]
    expect(notebook.page.get_by_text("another widget", exact=True)).to_be_visible()
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    notebook.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    path = lab_server.notebooks / notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
    notebook.close()
    assert "widget-view+json" in path.read_text(encoding="utf-8")
    return path


@contextmanager
def opened(browser: Browser, server: LabServer, name: str) -> Iterator[Notebook]:
    notebook = Notebook(browser.new_context(viewport={"width": 1280, "height": 900}).new_page(), server, name)
    yield notebook
    notebook.close()


def expect_cards(page: Page) -> None:
    """Every picture and question is there with its words, and nothing else."""
    cards = page.locator(".kink-stored")
    expect(cards).to_have_count(3)
    for card in cards.all():
        expect(card).to_be_visible()
    expect(cards.locator("img")).to_have_count(2)
    for number, words in enumerate(("A line of slope 2.", "A line of slope 3.")):
        picture = cards.locator("img").nth(number)
        expect(picture).to_have_attribute("alt", words)
        assert picture.evaluate("(image) => image.complete && image.naturalWidth") == 1440
        expect(cards.locator("figcaption").nth(number)).to_contain_text(words)
    expect(cards.nth(0)).to_contain_text("Run this cell to move it.")
    expect(cards.nth(1)).to_contain_text("Is x it?")
    expect(cards.nth(1).get_by_role("listitem")).to_have_text(["yes", "no"])
    expect(cards.nth(1)).to_contain_text("Run this cell to answer.")
    expect(cards.nth(2)).not_to_contain_text("Run this cell")
    for broken in ("displaying widget", "Loading widget"):
        for text in page.locator(".jp-OutputArea-child:has(+ * .kink-stand-in)").get_by_text(broken).all():
            expect(text).to_be_hidden()


def corner(picture: Locator) -> tuple[int, ...]:
    """The colour in a corner of a picture, as the page shows it."""
    picture.scroll_into_view_if_needed()
    return Image.open(io.BytesIO(picture.screenshot())).convert("RGB").getpixel((3, 3))


@pytest.mark.parametrize("trusted", [True, False])
def test_a_saved_notebook_opens_as_cards_that_suit_light_and_dark(browser, lab_server, saved: Path, trusted: bool):
    path = saved
    if not trusted:  # As a notebook is that somebody else ran: JupyterLab sanitises its outputs.
        content = json.loads(saved.read_text(encoding="utf-8"))
        content["cells"][0]["source"] = "# Another one\n" + "".join(content["cells"][0]["source"])
        path = saved.with_name("untrusted.ipynb")
        path.write_text(json.dumps(content), encoding="utf-8")
    with opened(browser, lab_server, path.name) as notebook:
        script = "() => window.jupyterapp.shell.currentWidget.content.widgets.map((cell) => cell.model.trusted)"
        assert notebook.page.evaluate(script) == 3 * [trusted]
        expect_cards(notebook.page)
        for theme in ("light", "dark"):
            notebook.set_theme(theme)
            background = tuple(int(BACKGROUND[theme][i : i + 2], 16) for i in (1, 3, 5))
            assert corner(notebook.page.locator(".kink-stored img").first) == background
            assert accessibility_violations(notebook.page, ".jp-OutputArea") == []
        notebook.page.set_viewport_size({"width": 640, "height": 900})
        card = notebook.page.locator(".kink-stored").first
        width, room = card.evaluate("(card) => [card.querySelector('img').width, card.clientWidth]")
        assert 200 < width < room
        assert notebook.page_errors == []


def test_the_card_steps_aside_when_its_cell_is_run_again(browser, lab_server, saved: Path):
    with opened(browser, lab_server, saved.name) as notebook:
        notebook.run_all()
        expect(notebook.page.locator(".kink")).to_have_count(2)
        assert [card.is_visible() for card in notebook.page.locator(".kink-stored").all()] == [False, False, True]
        # A view of a kernel that ended shows nothing: the card comes back.
        notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        notebook.page.reload()
        notebook.page.wait_for_selector(".kink-stored")
        expect(notebook.page.locator(".kink-stored").first).to_be_visible()


def test_a_notebook_run_and_exported_by_nbconvert_shows_all_without_a_network(browser: Browser, tmp_path: Path):
    long_line = "# " + 59 * "x " + "\n# " + 118 * "x"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in [*CELLS, long_line]])
    path = os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])
    # As `nbconvert --execute` runs it.
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute(env=os.environ | {"PYTHONPATH": path})
    assert notebook.metadata.widgets  # The stored state of the views must not win.
    html, _ = HTMLExporter().from_notebook_node(notebook)
    (tmp_path / "exported.html").write_text(html, encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "exported.html").as_uri())
    expect_cards(page)
    assert accessibility_violations(page, ".jp-OutputArea-output") == []
    # The narrower sheet of paper in common use, without a centimetre on both sides.
    page.set_viewport_size({"width": round((210 - 20) / 25.4 * 96), "height": 1000})
    page.emulate_media(media="print")
    for code in page.locator(".jp-InputArea-editor pre").all():
        assert code.evaluate("(code) => code.scrollWidth <= code.clientWidth")
    context.close()
