"""Live figures in the real JupyterLab: the keyboard, the words, the colours."""

from collections.abc import Callable

import pytest
from explorer_cells import CELLS, START, expect_words, listen, run
from lab import Notebook, accessibility_violations
from playwright.sync_api import Locator, expect

from course_lib.figures.palette import PALETTE


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


def drawing(explorer: Locator) -> str:
    """All that is drawn in the plotting area."""
    return explorer.locator(".kink-stage svg").inner_html()


def test_the_live_view_is_shown_and_not_the_stored_picture(notebook: Notebook):
    explorer = run(notebook, 1)
    expect_words(explorer, START)
    expect(notebook.cell_output(1).locator("img:not(svg)")).to_have_count(0)
    expect(explorer.get_by_role("listitem")).to_have_text(["a curve", "a point", "a segment"])


@pytest.mark.parametrize(
    ("role", "name", "keys", "words"),
    [
        ("slider", "slope at 0", ["ArrowRight"], START.replace("0.5", "0.6")),
        ("slider", "slope at 0", ["ArrowDown", "ArrowLeft"], START.replace("0.5", "0.3")),
        ("slider", "slope at 0", ["Home"], START.replace("0.5", "0.0")),
        ("slider", "slope at 0", ["End"], START.replace("0.5", "1.0")),
        ("slider", "slope at 0", ["PageUp"], START.replace("0.5", "0.6")),
        ("slider", "slope at 0", ["PageDown"], START.replace("0.5", "0.4")),
        ("spinbutton", "steps", ["ArrowUp"], START.replace("2 steps", "3 steps")),
        ("spinbutton", "steps", ["ControlOrMeta+a", "4"], START.replace("2 steps", "4 steps")),
        ("spinbutton", "steps", ["ControlOrMeta+a", "9", "Enter"], START.replace("2 steps", "5 steps")),
        ("radio", "left", ["ArrowRight"], START.replace("left", "right")),
        ("combobox", "function", ["ArrowDown"], START.replace("line", "shifted")),
        ("checkbox", "band", ["Space"], START.replace("False", "True")),
    ],
)
def test_each_key_moves_its_control_the_picture_and_the_words(notebook: Notebook, role, name, keys, words):
    explorer = run(notebook, 1)
    expect_words(explorer, START)
    before = drawing(explorer)
    control = explorer.get_by_role(role, name=name)
    control.focus()
    for key in keys:
        notebook.page.keyboard.press(key)
    expect_words(explorer, words)
    expect(control).to_be_focused() if role != "radio" else None
    assert drawing(explorer) != before


def test_controls_follow_one_another_with_tab(notebook: Notebook):
    explorer = run(notebook, 1)
    explorer.get_by_role("button", name="Play slope at 0").focus()
    for role, name in [
        ("slider", "slope at 0"), ("spinbutton", "steps"), ("radio", "left"), ("combobox", "function"),
        ("checkbox", "band"),
    ]:  # fmt: skip
        notebook.page.keyboard.press("Tab")
        expect(explorer.get_by_role(role, name=name)).to_be_focused()
    expect(explorer.get_by_role("group", name="rule")).to_have_count(1)


def test_the_readout_has_the_decimals_of_the_grid(notebook: Notebook):
    explorer = run(notebook, 1)
    slider = explorer.get_by_role("slider")
    slider.press("End")
    expect(explorer.locator("output")).to_have_text("1.0")
    expect(slider).to_have_attribute("aria-valuetext", "1.0")


def test_a_number_box_shows_the_value_that_it_rounds_to(notebook: Notebook):
    explorer = run(notebook, 1)
    box = explorer.get_by_role("spinbutton")
    box.fill("3.4")
    expect_words(explorer, START.replace("2 steps", "3 steps"))
    expect(box).to_have_value("3.4")
    box.fill("")
    expect_words(explorer, START.replace("2 steps", "3 steps"))
    box.press("Tab")
    expect(box).to_have_value("3")


def test_a_number_box_is_described_by_its_limits(notebook: Notebook):
    expect(run(notebook, 1).get_by_role("spinbutton", name="steps")).to_have_accessible_description("1 to 5")


def test_play_runs_to_the_end_and_stops(notebook: Notebook):
    explorer = run(notebook, 1)
    explorer.get_by_role("slider").press("Home")
    explorer.get_by_role("button", name="Play slope at 0").press("Enter")
    pause = explorer.get_by_role("button", name="Pause slope at 0")
    expect(explorer.locator("output")).not_to_have_text("0.0")
    pause.press("Space")
    stopped = explorer.locator("output").inner_text()
    notebook.page.wait_for_timeout(1200)
    expect(explorer.locator("output")).to_have_text(stopped)
    explorer.get_by_role("button", name="Play slope at 0").press("Enter")
    expect_words(explorer, START.replace("0.5", "1.0"), seconds=30)  # ten pictures, on a machine that may be busy
    expect(explorer.get_by_role("button", name="Play slope at 0")).to_be_focused()


MS_UNTIL_IT_MOVES = """([button, output]) => new Promise((done) => {
    const began = performance.now();
    new MutationObserver(() => done(performance.now() - began)).observe(output, { childList: true, subtree: true });
    button.click();
})"""


def test_reduced_motion_plays_one_still_a_second(notebook: Notebook):
    notebook.page.emulate_media(reduced_motion="reduce")
    explorer = run(notebook, 1)
    notebook.page.wait_for_timeout(700)
    expect_words(explorer, START)  # Nothing moves by itself.
    button = explorer.get_by_role("button", name="Play slope at 0").element_handle()
    # Timed inside the page, so that a busy machine can only make it later.
    until_it_moves = notebook.page.evaluate(MS_UNTIL_IT_MOVES, [button, explorer.locator("output").element_handle()])
    assert until_it_moves >= 950
    expect_words(explorer, START.replace("0.5", "0.6"))
    notebook.page.emulate_media(reduced_motion="no-preference")


def test_screen_readers_hear_where_a_movement_ends(notebook: Notebook):
    explorer = run(notebook, 1)
    status = explorer.get_by_role("status").and_(explorer.locator(".kink-unseen"))
    expect(status).to_have_text("")
    heard = listen(explorer)
    for _ in range(5):
        explorer.get_by_role("slider").press("ArrowLeft")
    expect(status).to_have_text(START.replace("0.5", "0.0"))
    assert heard() == [START.replace("0.5", "0.0")]
    expect(explorer.locator("output")).to_have_attribute("aria-live", "off")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_violation_of_wcag_and_the_palette_of_the_theme(notebook: Notebook, theme):
    explorer = run(notebook, 1)
    notebook.set_theme(theme)
    run(notebook, 2).get_by_role("slider").press("End")
    assert accessibility_violations(notebook.page, ".kink-explorer") == []
    colour = explorer.locator(".kink-stage path[clip-path]").first.evaluate("(node) => getComputedStyle(node).stroke")
    red, green, blue = (int(PALETTE["blue"][theme][i : i + 2], 16) for i in (1, 3, 5))
    assert colour == f"rgb({red}, {green}, {blue})"


def test_a_field_is_painted_again_for_another_theme(notebook: Notebook):
    notebook.set_theme("light")
    explorer = run(notebook, 4)
    pixels = """(node) => [...node.getContext("2d").getImageData(0, 0, 2, 2).data].filter((_, i) => i % 4 === 0)"""
    canvas = explorer.locator("canvas")
    light = canvas.evaluate(pixels)
    # Row 0 (0 and k) is at the bottom. On the light ramp the greater value is the darker one.
    assert light[2] > light[3] > light[1]
    notebook.set_theme("dark")
    expect(explorer.locator("linearGradient stop").first).to_have_css("stop-color", "rgb(24, 32, 41)")
    dark = canvas.evaluate(pixels)
    assert dark[2] < dark[3] < dark[1]
    explorer.get_by_role("slider").press("End")
    assert canvas.evaluate(pixels)[3] > dark[3]
    notebook.set_theme("light")


def test_two_views_of_one_figure_move_together(notebook: Notebook):
    explorer = run(notebook, 1)
    notebook.page.evaluate("""() => {
        const { content } = window.jupyterapp.shell.currentWidget;
        content.activeCellIndex = 1;
        return window.jupyterapp.commands.execute("notebook:create-output-view");
    }""")
    other = notebook.page.locator(".jp-LinkedOutputView .kink-explorer")
    expect_words(other, START)
    explorer.get_by_role("slider").press("End")
    expect_words(other, START.replace("0.5", "1.0"))
    other.get_by_role("slider").press("Home")
    expect_words(explorer, START.replace("0.5", "0.0"))
    notebook.page.evaluate("""() => {
        for (const widget of window.jupyterapp.shell.widgets("main")) {
            if (widget.node.querySelector(".jp-LinkedOutputView")) widget.close();
        }
    }""")
    expect(other).to_have_count(0)
    explorer.get_by_role("slider").press("End")
    expect_words(explorer, START.replace("0.5", "1.0"))


def test_a_narrow_page_has_no_second_scroll_bar(notebook: Notebook):
    explorer = run(notebook, 1)
    notebook.page.set_viewport_size({"width": 480, "height": 700})
    expect(explorer.locator(".kink-stage svg")).not_to_have_attribute("width", "710")
    notebook.page.wait_for_timeout(300)
    scroll, client = explorer.evaluate("(node) => [node.scrollWidth, node.clientWidth]")
    assert scroll <= client
    label, slider = explorer.get_by_text("slope at 0").bounding_box(), explorer.get_by_role("slider").bounding_box()
    assert label and slider and label["y"] + label["height"] <= slider["y"] + 4
    notebook.page.set_viewport_size({"width": 1280, "height": 900})


def test_rows_have_their_names_beside_them_and_no_numbers(notebook: Notebook):
    explorer = run(notebook, 5)
    expect_words(explorer, "The row is at 2.")
    names = explorer.locator(".kink-tick", has_text="row")
    expect(names).to_have_text(["a row with a name", "the second row"])
    below = explorer.locator(".kink-tick[text-anchor=middle]").count()
    assert explorer.locator(".kink-tick").count() == below + 2
    picture = explorer.locator("svg").bounding_box()
    for box in (name.bounding_box() for name in names.all()):
        assert box["x"] >= picture["x"] and box["x"] + box["width"] < picture["x"] + picture["width"] / 2
