"""Live figures in the real JupyterLab: pictures that fail, pictures on demand, and a kernel that is gone."""

from collections.abc import Callable

import pytest
from explorer_cells import CELLS, ON_DEMAND, SCENES, START, expect_words, listen, run
from lab import Notebook
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def notebook(open_notebook: Callable[..., Notebook]) -> Notebook:
    notebook = open_notebook(CELLS)
    notebook.run_all()
    assert notebook.errors() == []
    return notebook


@pytest.fixture(autouse=True)
def no_errors_in_the_page(notebook: Notebook):
    yield
    assert notebook.page_errors == []


def test_a_picture_that_failed_is_replaced_by_its_cause(notebook: Notebook):
    explorer = run(notebook, 2)
    line = notebook.cell_output(2).locator(".jp-RenderedText").first
    expect(line).to_contain_text(
        "5 of 22 pictures failed, the first one with slope = 0.6, broken = yes: everything, line "
    )
    message = explorer.locator(".kink-error")
    expect(message).to_be_hidden()
    explorer.get_by_role("slider").press("ArrowRight")
    expect(message).to_be_visible()
    expect(message).to_contain_text(
        "With slope = 0.6, broken = yes: everything, line 6: ZeroDivisionError: division by zero"
    )
    expect(explorer.get_by_role("img")).to_have_count(0)
    explorer.get_by_role("slider").press("ArrowLeft")
    expect(message).to_be_hidden()
    expect_words(explorer, "line, left, slope 0.5, 1 steps, band False.")


def test_screen_readers_hear_of_failed_pictures_where_a_movement_ends(notebook: Notebook):
    explorer = run(notebook, 2)
    slider, heard = explorer.get_by_role("slider"), listen(explorer)
    for _ in range(5):
        slider.press("ArrowRight")
    expect(explorer.locator(".kink-error")).to_contain_text("With slope = 1.0, broken = yes")
    expect(explorer.locator(".kink-unseen")).to_contain_text("No picture for these values. With slope = 1.0, ")
    (said,) = heard()
    assert said.endswith(": ZeroDivisionError: division by zero")
    # The visible box says nothing by itself, and nothing else interrupts.
    expect(explorer.locator("[role=alert], [aria-live=assertive]")).to_have_count(0)
    expect(explorer.locator(".kink-figure [aria-live], .kink-figure [role=status]")).to_have_count(0)
    slider.press("Home")
    expect(explorer.locator(".kink-unseen")).to_have_text("line, left, slope 0.0, 1 steps, band False.")
    assert len(heard()) == 2


def test_pictures_on_demand_are_asked_of_the_kernel(notebook: Notebook):
    explorer = run(notebook, 3)
    expect(notebook.cell_output(3)).to_contain_text(
        "slope (1001) × steps (5) × broken (2): 10010 combinations, more than 2000 pictures together."
    )
    expect_words(explorer, "line, left, slope 0.5, 2 steps, band False.")
    slider = explorer.get_by_role("slider", name="slope")
    for _ in range(7):
        slider.press("ArrowLeft")
    expect_words(explorer, "line, left, slope 0.493, 2 steps, band False.")
    slider.press("End")
    expect(explorer.locator(".kink-error")).to_contain_text(
        "With slope = 1.000, steps = 2, broken = yes: everything, line 6"
    )
    explorer.get_by_role("checkbox").press("Space")
    expect_words(explorer, "line, left, slope 1.0, 2 steps, band False.")


def test_a_kernel_that_does_not_answer_is_named(open_notebook: Callable[..., Notebook]):
    other = open_notebook([SCENES, ON_DEMAND])
    other.run_all()
    explorer = other.cell_output(1).locator(".kink-explorer")
    expect_words(explorer, START)
    other.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()")
    explorer.get_by_role("slider", name="slope").press("ArrowLeft")
    expect(explorer.locator(".kink-busy")).to_have_text(
        "No answer yet. Is the kernel running, or is another cell still busy?", timeout=15_000
    )
