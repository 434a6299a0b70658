"""Predictions in the real JupyterLab: by keyboard alone, with errors shown, and no answer before the guess."""

from collections.abc import Callable

import pytest
from lab import Notebook, accessibility_violations
from playwright.sync_api import Locator, expect

ASK = """
from course_lib.explorer import ChoiceWidget
def on_commit(option, confidence):
    if option == 2:
        raise OSError("the file is read-only")
    return 1, f"You chose {option} and {confidence}.\\n\\nIt is `0` on the **left**, <b>1</b> on the *right*."
ChoiceWidget("What is the *slope* of `max(0, x)` at 0?", ["0", "1", "none"], ["guessing", "certain"], on_commit)
"""
COMMITTED = """
ChoiceWidget("Is it?", ["yes", "no"], ["guessing", "certain"], on_commit, committed=(1, 0), outcome=(0, "It is not."))
"""


EXPLORER = """
from course_lib.explorer import explore
from course_lib.figures import Axis, Curve, Scene
def line(slope):
    return Scene("A line", Axis("x", (0, 1)), Axis("y", (0, 1)), [Curve([0, 1], [0, slope])], f"Slope {slope}.")
explore(line, slope=(0, 1))
"""


@pytest.fixture(scope="module")
def notebook(open_notebook: Callable[..., Notebook]) -> Notebook:
    notebook = open_notebook([ASK, COMMITTED, EXPLORER])
    notebook.run_all()
    assert notebook.errors() == []
    return notebook


def ask_again(notebook: Notebook) -> Locator:
    notebook.run_cell(0)
    return notebook.cell_output(0).locator(".kink-choice")


def test_a_guess_by_keyboard_alone(notebook: Notebook):
    form = ask_again(notebook)
    keyboard = notebook.page.keyboard
    form.get_by_role("radio", name="0").focus()
    for key in ("Space", "ArrowDown", "Tab", "Space", "ArrowRight", "Tab"):
        keyboard.press(key)
    button = form.get_by_role("button", name="Commit my guess")
    expect(button).to_be_focused()
    expect(form.get_by_role("radio", name="1")).to_be_checked()
    expect(form.get_by_role("radio", name="certain")).to_be_checked()
    assert "left" not in form.inner_text()
    keyboard.press("Enter")
    status = form.get_by_role("status")
    expect(status.locator("p")).to_have_text(["You chose 1 and 1.", "It is 0 on the left, <b>1</b> on the right."])
    expect(status.locator("code, strong, em")).to_have_text(["0", "left", "right"])
    expect(form.get_by_role("button", name="Guess committed")).to_be_focused()
    expect(form.get_by_role("radio", name="none")).to_be_disabled()


def test_what_is_missing_is_said_and_gets_the_focus(notebook: Notebook):
    form = ask_again(notebook)
    button, status = form.get_by_role("button"), form.get_by_role("status")
    button.press("Enter")
    expect(status).to_have_text("Choose one of the answers first.")
    expect(form.get_by_role("radio", name="0")).to_be_focused()
    form.get_by_role("radio", name="0").press("Space")
    button.press("Enter")
    expect(status).to_have_text("Say how sure you are, too.")
    expect(form.get_by_role("radio", name="guessing")).to_be_focused()


def test_an_error_is_shown_and_another_guess_is_possible(notebook: Notebook):
    form = ask_again(notebook)
    form.get_by_role("radio", name="none").check()
    form.get_by_role("radio", name="guessing").check()
    form.get_by_role("button").press("Enter")
    expect(form.get_by_role("status")).to_contain_text("OSError: the file is read-only")
    form.get_by_role("radio", name="0").check()
    form.get_by_role("button", name="Commit my guess").press("Enter")
    expect(form.get_by_role("status")).to_contain_text("You chose 0 and 0.")


def test_an_earlier_guess_is_shown_with_its_reveal(notebook: Notebook):
    form = notebook.cell_output(1).locator(".kink-choice")
    expect(form.get_by_role("radio", name="no")).to_be_checked()
    expect(form.get_by_role("radio", name="no")).to_be_disabled()
    expect(form.get_by_role("status")).to_have_text("It is not.")


def test_each_radio_stands_level_with_its_label_whatever_else_is_in_the_page(notebook: Notebook):
    form = ask_again(notebook)
    expect(notebook.cell_output(2).locator(".kink-explorer")).to_be_visible()
    for option in form.locator(".kink-option").all():
        boxes = [option.locator(part).bounding_box() for part in ("input", "label")]
        radio, label = (box["y"] + box["height"] / 2 for box in boxes if box)
        assert radio == pytest.approx(label, abs=2)


def test_cards_and_figures_keep_their_looks_beside_each_other(open_notebook: Callable[..., Notebook]):
    """Each widget brings the sheet that all share; the one that comes last must not outweigh the others' own rules."""
    other = open_notebook([EXPLORER, ASK, "from course_lib.exercises import check\ncheck('start.2', 1)"])
    other.page.set_viewport_size({"width": 1400, "height": 900})
    other.run_cell(0)
    figure = other.cell_output(0).locator(".kink-explorer")
    looks = "(node) => [getComputedStyle(node).fontSize, node.clientWidth]"
    before = figure.evaluate(looks)
    assert before[1] > 1000
    for cell in (1, 2):
        other.run_cell(cell)
        expect(other.cell_output(cell).locator(".kink").first).to_be_visible()
        assert figure.evaluate(looks) == before
        row = other.cell_output(cell).locator(".kink-actions")
        assert row.evaluate("(node) => getComputedStyle(node).borderTopWidth") == "0px"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_violation_of_wcag(notebook: Notebook, theme):
    notebook.set_theme(theme)
    form = ask_again(notebook)
    assert accessibility_violations(notebook.page, ".kink-choice") == []
    form.get_by_role("radio", name="none").check()
    form.get_by_role("radio", name="guessing").check()
    form.get_by_role("button").press("Enter")
    expect(form.get_by_role("status")).to_contain_text("OSError")
    assert accessibility_violations(notebook.page, ".kink-choice") == []
    assert notebook.page_errors == []
