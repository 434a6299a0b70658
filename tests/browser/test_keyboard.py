"""The notebook's shortcuts in the real JupyterLab while a control has the focus, and the way back to the cell."""

from collections.abc import Callable

import pytest
from lab import Notebook
from playwright.sync_api import Locator, expect

FIGURE = """
from course_lib.explorer import Checkbox, ChoiceWidget, Number, Radio, Range, Select, explore
from course_lib.figures import Axis, Curve, Scene
def line(slope, steps, rule, function, band):
    return Scene("A line", Axis("x", (0, 1)), Axis("y", (0, 9)), [Curve([0, 1], [0, slope])], f"{slope}, {steps}.")
explore(
    line, slope=Range(0, 5, play=True), steps=Number(1, 5), rule=Radio(["left", "right"]), function=Select(["f", "g"]),
    band=Checkbox(),
)
"""
QUESTION = 'ChoiceWidget("Is it?", ["yes", "no"], ["guessing", "certain"], lambda option, confidence: (0, "It is."))'
CONTROLS = [
    (0, "slider", "slope"), (0, "spinbutton", "steps"), (0, "radio", "left"), (0, "combobox", "function"),
    (0, "checkbox", "band"), (0, "button", "Play slope"), (0, "button", "Copy Python"), (1, "radio", "yes"),
    (1, "button", "Commit my guess"),
]  # fmt: skip


@pytest.fixture(scope="module")
def notebook(open_notebook: Callable[..., Notebook]) -> Notebook:
    notebook = open_notebook([FIGURE, QUESTION, "after = 1"])
    notebook.run_all()
    assert notebook.errors() == []
    return notebook


@pytest.fixture(autouse=True)
def no_errors_in_the_page(notebook: Notebook):
    yield
    assert notebook.page_errors == []


def state(notebook: Notebook) -> dict:
    """What JupyterLab says of its notebook and of the focus."""
    return notebook.page.evaluate("""() => {
        const { content, context } = window.jupyterapp.shell.currentWidget;
        const cell = document.activeElement.closest(".jp-Cell");
        return {
            active: content.activeCellIndex,
            mode: content.mode,
            cells: content.widgets.length,
            onCell: cell === document.activeElement,
            counts: content.widgets.map((widget) => widget.model.executionCount),
            dirty: context.model.dirty,
        };
    }""")


def focus(notebook: Notebook, cell: int, role: str, name: str) -> Locator:
    control = notebook.cell_output(cell).locator(".kink").get_by_role(role, name=name, exact=True)
    control.focus()
    return control


def wait_for_new_run(notebook: Notebook, cell: int, before: dict) -> None:
    notebook.page.wait_for_function(
        """([cell, count]) => {
            const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
            const now = content.widgets[cell].model.executionCount;
            return now !== null && now > count && sessionContext.session.kernel.status === "idle";
        }""",
        arg=[cell, before["counts"][cell]],
    )
    expect(notebook.cell_output(cell).locator(".kink")).to_have_count(1)


@pytest.mark.parametrize(("cell", "role", "name"), CONTROLS)
def test_shortcuts_run_and_save_and_esc_goes_back_to_the_cell(notebook: Notebook, cell, role, name):
    keyboard = notebook.page.keyboard
    focus(notebook, cell, role, name)
    keyboard.press("Escape")
    now = state(notebook)
    assert (now["active"], now["mode"], now["onCell"]) == (cell, "command", True)
    for keys, active in [("Shift+Enter", cell + 1), ("Control+Enter", cell)]:
        before = state(notebook)
        focus(notebook, cell, role, name)
        keyboard.press(keys)
        wait_for_new_run(notebook, cell, before)
        now = state(notebook)
        assert (now["active"], now["mode"], now["onCell"]) == (active, "command", True)
    assert now["dirty"]
    control = focus(notebook, cell, role, name)
    keyboard.press("ControlOrMeta+s")
    notebook.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    expect(control).to_be_focused()


@pytest.mark.parametrize(("cell", "role", "name"), [CONTROLS[1], CONTROLS[-1]])
def test_alt_enter_runs_and_inserts_a_cell_below(notebook: Notebook, cell, role, name):
    before = state(notebook)
    focus(notebook, cell, role, name)
    notebook.page.keyboard.press("Alt+Enter")
    wait_for_new_run(notebook, cell, before)
    now = state(notebook)
    assert (now["cells"], now["active"], now["mode"]) == (before["cells"] + 1, cell + 1, "edit")
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('notebook:delete-cell')")
    assert state(notebook)["cells"] == before["cells"]


def test_no_plain_key_reaches_the_notebook(notebook: Notebook):
    before = state(notebook)
    for cell, role, name in CONTROLS:
        focus(notebook, cell, role, name)
        for key in ("b", "d", "d", "Shift+m", "x", "Shift+ArrowDown", "PageDown", "Home"):
            notebook.page.keyboard.press(key)
        now = state(notebook)
        assert (now["cells"], now["active"]) == (before["cells"], cell)


def test_enter_with_a_modifier_sends_no_prediction(notebook: Notebook):
    for keys in ("Shift+Enter", "Control+Enter"):
        before = state(notebook)
        for name in ("yes", "guessing"):
            focus(notebook, 1, "radio", name).check()
        notebook.page.keyboard.press(keys)
        wait_for_new_run(notebook, 1, before)
        # The cell has run again: the question is asked anew, and nothing was committed.
        expect(notebook.cell_output(1).get_by_role("button", name="Commit my guess")).to_be_visible()
        expect(notebook.cell_output(1).get_by_role("radio", name="yes", exact=True)).not_to_be_checked()


@pytest.mark.parametrize("cell", [0, 1])
def test_tab_from_the_last_control_reaches_the_next_cell_and_shift_tab_the_figure(notebook: Notebook, cell):
    last = focus(notebook, cell, *({0: CONTROLS[6], 1: CONTROLS[-1]}[cell][1:]))
    notebook.page.keyboard.press("Tab")
    now = state(notebook)
    assert (now["active"], now["mode"], now["onCell"]) == (cell + 1, "command", True)
    notebook.page.keyboard.press("Shift+Tab")
    expect(last).to_be_focused()
