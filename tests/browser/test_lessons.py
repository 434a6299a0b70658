"""Each lesson in the real JupyterLab: Run All, every control by keyboard, a prediction, an exercise wrong and right."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import Notebook, accessibility_violations
from playwright.sync_api import expect

from course_lib.exercises.exercise import LESSONS, exercises_of, predictions_of, written_solution

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# Which keys bring a control to other values.
KEYS = {"range": ("Home", "ArrowRight", "PageUp", "End", "ArrowLeft", "PageDown"), "radio": ("ArrowDown",) * 6}


@pytest.fixture(params=LESSONS, ids=lambda lesson: lesson.stem)
def lesson(request):
    return request.param


@pytest.fixture
def notebook(lesson, open_notebook) -> Iterator[Notebook]:
    notebook = open_notebook(NOTEBOOKS / f"{lesson.stem}.ipynb", reduced_motion="reduce")
    notebook.run_all()
    assert notebook.errors() == []
    yield notebook
    notebook.close()


def picture(explorer) -> tuple[str, str]:
    """What is drawn, as nodes and on canvases, and the words for it."""
    drawing = explorer.get_by_role("img")
    painted = explorer.locator("canvas").evaluate_all("canvases => canvases.map((canvas) => canvas.toDataURL())")
    return "".join([drawing.inner_html(), *painted]), drawing.get_attribute("aria-label") or ""


def test_run_all_then_every_control_by_keyboard_then_an_exercise(lesson, notebook):
    explorers = notebook.page.locator(".kink-explorer").all()
    assert explorers
    for explorer in explorers:
        for control in explorer.locator("input, select").all():
            move_by_keyboard(explorer, control)
        for handle in explorer.locator(".kink-handle-point").all():
            drag(explorer, handle.locator(".kink-grab"))
    commit_a_prediction_by_keyboard(lesson, notebook)
    attempt_an_exercise(lesson, notebook)
    for theme in ("light", "dark"):
        notebook.set_theme(theme)
        assert accessibility_violations(notebook.page, ".kink") == []


def move_by_keyboard(explorer, control):
    kind = control.get_attribute("type") or "select"
    if kind == "radio" and not control.is_checked():
        return  # The arrow keys move through a group from its checked member.
    seen = {picture(explorer)}
    control.focus()
    page = control.page
    for key in {"checkbox": ("Space",), "select": ("ArrowDown",) * 6, "number": ("ArrowUp", "ArrowDown")}.get(
        kind, KEYS.get(kind, ())
    ):
        page.keyboard.press(key)
        assert not explorer.locator(".kink-error").is_visible()
        # In one step: the kernel may send a picture in between.
        written, spoken = explorer.evaluate(
            "(e) => [e.querySelector('.kink-description').innerText, "
            "e.querySelector('[role=img]').getAttribute('aria-label')]"
        )
        assert written == spoken
        drawn, words = picture(explorer)
        seen.add((drawn, words))
    assert len({drawn for drawn, _ in seen}) > 1, f"{kind}: the picture never changed"
    assert len({words for _, words in seen}) > 1, f"{kind}: the description never changed"


def drag(explorer, handle):
    """To some side the point can be dragged from where it is when the figure begins."""
    explorer.get_by_role("button", name="Reset").click()
    handle.scroll_into_view_if_needed()
    box, page, before = handle.bounding_box(), handle.page, picture(explorer)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for across, down in ((-500, 0), (500, 0), (0, -300), (0, 300)):
        page.mouse.move(x + across, y + down)
        if picture(explorer) != before:
            break
    page.mouse.up()
    assert picture(explorer) != before, "the point cannot be dragged"


def commit_a_prediction_by_keyboard(lesson, notebook):
    prediction = next(iter(predictions_of(lesson.key).values()))
    form = notebook.page.locator(".kink-choice").first
    form.get_by_role("radio").first.focus()
    notebook.page.keyboard.press("Space")
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("Space")
    notebook.page.keyboard.press("Enter")
    form.get_by_text("Guess committed").wait_for()
    first = next(iter(prediction.options))
    expected = "Your prediction was right." if first == prediction.right_option else "The answer is:"
    expect(form.get_by_role("status")).to_contain_text(expected)


def attempt_an_exercise(lesson, notebook):
    """The first exercise whose answer is written on one line: the stub, a planted wrong answer, the solution."""
    exercise = next(
        e
        for e in exercises_of(lesson.key).values()
        if typed(e.wrong_answers[0].value) and re.fullmatch(r"\w+ = .*", written_solution(e.id))
    )
    cell = notebook.find_cell(f'check("{exercise.id}"')
    stub = notebook.sources()[cell]
    wrong = exercise.wrong_answers[0]
    for answer, expected in (
        ("...", "not attempted"),
        (typed(wrong.value), re.split(r"[$`*]", wrong.feedback)[0].strip()),
        (written_solution(exercise.id).partition(" = ")[2], "passed"),
    ):
        notebook.set_source(cell, stub.replace("= ...", f"= {answer}"))
        notebook.run_cell(cell)
        expect(notebook.cell_output(cell)).to_contain_text(expected, ignore_case=True)


def typed(value) -> str:
    """The value as a learner would type it, or "" where that is not plain."""
    return repr(value) if isinstance(value, (int, float, list)) else ""
