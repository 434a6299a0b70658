"""Verdicts in the real JupyterLab: three states, buttons, what is read out, and what to type without a kernel."""

from collections.abc import Callable

import pytest
from lab import Notebook, accessibility_violations
from playwright.sync_api import Locator, expect

ANSWERS = ["...", "sp.sqrt(a)", "sp.cbrt(a / 2)"]
STATES = {
    "not-attempted": ("Not attempted", "dashed"), "not-yet": ("Not yet", "solid"), "passed": ("Passed", "solid"),
}  # fmt: skip
CELLS = [
    "import sympy as sp\nfrom course_lib.exercises import check, hint, predict\na = sp.Symbol('a', positive=True)",
    *(f'check("limits.3", {answer})' for answer in ANSWERS),
    'check("limits.2", "$x$ <b>*it*</b>")',
    'predict("limits.p2")',
    'hint("limits.3")',
]
# What a live region held when it came into the page, and what was put into it afterwards.
WATCH = """() => {
    window.heard = [];
    new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) {
            for (const node of addedNodes) {
                const regions = node.querySelectorAll ? [...node.querySelectorAll(".kink [role=status]")] : [];
                for (const region of regions) window.heard.push(["came", region.textContent]);
                if (target.matches(".kink [role=status]")) window.heard.push(["said", node.textContent]);
            }
        }
    }).observe(document.body, { childList: true, subtree: true });
}"""


@pytest.fixture(scope="module")
def notebook(open_notebook: Callable[..., Notebook]) -> Notebook:
    notebook = open_notebook(CELLS)
    notebook.page.evaluate(WATCH)
    notebook.run_all()
    assert notebook.errors() == []
    return notebook


def verdict(notebook: Notebook, cell: int) -> Locator:
    return notebook.cell_output(cell).locator(".kink-verdict")


def test_the_three_states_differ_by_word_mark_and_bar(notebook: Notebook):
    colours, marks = set(), set()
    for cell, (kind, (word, line)) in enumerate(STATES.items(), start=1):
        card = verdict(notebook, cell)
        expect(card.get_by_role("status").first.locator("strong")).to_have_text(word)
        expect(card.locator(f"svg.kink-{kind}")).to_be_visible()
        expect(card).to_have_css("border-left-style", line)
        colours.add(card.evaluate("(card) => getComputedStyle(card).borderLeftColor"))
        marks.add(card.locator("svg").evaluate("(svg) => svg.innerHTML"))
        expect(notebook.cell_output(cell).locator(".kink-stored")).to_be_hidden()
    assert len(colours) == len(marks) == 3
    assert verdict(notebook, 3).locator("mfrac").count() == 2
    expect(verdict(notebook, 4)).to_contain_text("'$x$ <b>*it*</b>'")


def test_a_verdict_is_put_into_a_region_that_was_there(notebook: Notebook):
    heard = notebook.page.evaluate("() => window.heard")
    assert {text for what, text in heard if what == "came"} == {""}
    said = [text for what, text in heard if what == "said"]
    assert {word for word, _ in STATES.values()} <= set(said)


def test_hint_and_solution_by_keyboard(notebook: Notebook):
    notebook.run_cell(1)
    card = verdict(notebook, 1)
    told, solution = card.get_by_role("status").last, card.get_by_role("button", name="Solution")
    expect(told).to_be_empty()
    # The last cell read the first hint, and the exercise has been passed: what was closed is open.
    card.get_by_role("button", name="Next hint").focus()
    notebook.page.keyboard.press("Enter")
    expect(told).to_contain_text("Hint 2 of 2 for limits.3")
    expect(told.locator("math")).to_have_count(2)
    expect(card.get_by_role("button", name="Last hint")).to_be_focused()
    notebook.page.keyboard.press("Tab")
    expect(solution).to_be_focused()
    notebook.page.keyboard.press("Space")
    expect(told.locator("pre")).to_contain_text("best_step = ")
    expect(told.locator(".kink-note")).to_have_count(2)


def test_a_closed_solution_says_when_it_opens(notebook: Notebook):
    card = verdict(notebook, 4)
    solution = card.get_by_role("button", name="Solution")
    expect(solution).to_have_attribute("aria-disabled", "true")
    expect(solution).to_have_accessible_description(
        "The solution is closed. It opens when you pass, or after 3 different tries. You have 3 to go."
    )
    solution.press("Enter")
    expect(card.get_by_role("status").last).to_contain_text("The solution of limits.2 is closed")


def test_a_prediction_says_whether_it_was_right_and_marks_the_answer(notebook: Notebook):
    form = notebook.cell_output(5).locator(".kink-choice")
    expect(form.locator("math")).to_have_count(1)
    assert "the answer" not in form.inner_text()
    form.get_by_role("radio", name="h = 10⁻²").check()
    form.get_by_role("radio", name="certain").check()
    form.get_by_role("button").press("Enter")
    first = form.get_by_role("status").locator("p").first
    expect(first).to_have_text("Not this time. The answer is: h = 10⁻⁸.")
    for name in ("h = 10⁻² your guess", "h = 10⁻⁸ ✓ the answer"):
        expect(form.get_by_role("radio", name=name, exact=True)).to_be_disabled()
    notebook.run_cell(5)  # A guess from before shows the same.
    expect(form.get_by_role("radio", name="h = 10⁻⁸ ✓ the answer", exact=True)).to_be_disabled()
    expect(first).to_have_text("Not this time. The answer is: h = 10⁻⁸.")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_violation_of_wcag(notebook: Notebook, theme: str):
    notebook.set_theme(theme)
    assert accessibility_violations(notebook.page, ".kink, .kink-stored") == []


def test_without_a_kernel_it_says_what_to_type(notebook: Notebook):
    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    card = verdict(notebook, 2)
    card.get_by_role("button", name="hint").press("Enter")
    told = card.get_by_role("status").last
    expect(told).to_contain_text("No answer from the kernel", timeout=15_000)
    expect(told.locator("code")).to_have_text('hint("limits.3")')
    assert notebook.page_errors == []
