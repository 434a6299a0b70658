"""Live figures in the real JupyterLab: the keyboard, the words, the colours, failures and pictures on demand."""

from collections.abc import Callable

import pytest
from lab import Notebook, accessibility_violations
from playwright.sync_api import Locator, expect

from course_lib.figures.palette import PALETTE

SCENES = """
from course_lib.explorer import Checkbox, Number, Radio, Range, Select, explore
from course_lib.figures import Axis, Band, Curve, Field, Label, Points, Scene, Segment

def everything(slope, steps=1, rule="left", function="line", band=False, broken=False):
    if broken and slope > 0.5:
        raise ZeroDivisionError("division by zero")
    sign = {"left": -1, "right": 1}[rule]
    end = sign * slope * steps + (function == "shifted")
    layers = [Band([-1, 1], [-1, -1], [1, 1], label="a band")] if band else []
    layers += [
        Curve([-1, 0, 1], [-end, 0, end], label="a curve"),
        Points([0], [0], label="a point", color="vermilion", marker="hollow"),
        Segment((-1, 0), (1, 0), label="a segment", dash="dotted"),
        Label(0, 0, "origin"),
    ]
    words = f"{function}, {rule}, slope {slope}, {steps} steps, band {band}."
    return Scene("All kinds of layers", Axis("x", (-1, 1)), Axis("y", (-5, 5)), layers, words)

def field(k):
    layers = [Field((0, 1), (1, 100), [[0, k], [2, 3]], label="a value", range=(0, 4))]
    return Scene("A field", Axis("x", (0, 1)), Axis("y", (1, 100), "log"), layers, f"A field with k = {k}.")

def rows(k):
    ticks = ((2, "a row with a name"), (1, "the second row"))
    points = Points([k, 1], [2, 1], size=9)
    return Scene("Rows", Axis("share", (0, 4)), Axis("", (0.5, 2.5), ticks=ticks), [points], f"The row is at {k}.")
"""
ALL_CONTROLS = """
explore(
    everything, slope=Range(0, 1, 0.1, value=0.5, label="slope at 0", play=True), steps=Number(1, 5, value=2),
    rule=Radio(["left", "right"]), function=Select(["line", "shifted"]), band=False,
)
"""
FAILS = "explore(everything, slope=Range(0, 1, 0.1, value=0.5), broken=True)"
ON_DEMAND = "explore(everything, slope=Range(0, 1, 0.001, value=0.5), steps=Range(1, 5, value=2), broken=True)"
CELLS = [SCENES, ALL_CONTROLS, FAILS, ON_DEMAND, "explore(field, k=(0, 4))", "explore(rows, k=(0, 4))"]
START = "line, left, slope 0.5, 2 steps, band False."


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


def run(notebook: Notebook, cell: int) -> Locator:
    """Run the cell again, so that each test starts from the first picture; return the live figure."""
    notebook.run_cell(cell)
    return notebook.cell_output(cell).locator(".kink-explorer")


def expect_words(explorer: Locator, words: str, seconds: float = 5) -> None:
    """Within `seconds` the picture's name for screen readers and the visible caption both say `words`."""
    expect(explorer.get_by_role("img")).to_have_attribute("aria-label", words, timeout=1000 * seconds)
    expect(explorer.locator(".kink-description")).to_have_text(words)


def listen(explorer: Locator) -> Callable[[], list[str]]:
    """From now on note what screen readers are told; the function that comes back returns it."""
    status = explorer.locator(".kink-unseen")
    status.evaluate("""(node) => {
        node.heard = [];
        new MutationObserver(() => node.heard.push(node.textContent)).observe(node, { childList: true });
    }""")
    return lambda: status.evaluate("(node) => node.heard")


def drawing(explorer: Locator) -> str:
    """All that is drawn in the plotting area."""
    return explorer.locator(".kink-stage svg").inner_html()


def test_the_live_view_is_shown_and_not_the_stored_picture(notebook: Notebook):
    explorer = run(notebook, 1)
    expect_words(explorer, START)
    expect(notebook.cell_output(1).locator(".kink-stored")).to_be_hidden()
    expect(explorer.get_by_role("listitem")).to_have_text(["a curve", "a point", "a segment"])


def test_each_key_moves_its_control_the_picture_and_the_words(notebook: Notebook):
    explorer = run(notebook, 1)
    expect_words(explorer, START)
    slider, box = ("slider", "slope at 0"), ("spinbutton", "steps")
    # One after the other, each from where the last one ended: the function, the rule, the slope, the steps, the band.
    for (role, name), keys, words in [
        (slider, ["ArrowRight"], "line, left, slope 0.6, 2 steps, band False."),
        (slider, ["ArrowDown", "ArrowLeft"], "line, left, slope 0.4, 2 steps, band False."),
        (slider, ["Home"], "line, left, slope 0.0, 2 steps, band False."),
        (slider, ["End"], "line, left, slope 1.0, 2 steps, band False."),
        (slider, ["PageDown"], "line, left, slope 0.9, 2 steps, band False."),
        (slider, ["PageUp"], "line, left, slope 1.0, 2 steps, band False."),
        (box, ["ArrowUp"], "line, left, slope 1.0, 3 steps, band False."),
        (box, ["ControlOrMeta+a", "4"], "line, left, slope 1.0, 4 steps, band False."),
        (box, ["ControlOrMeta+a", "9", "Enter"], "line, left, slope 1.0, 5 steps, band False."),
        (("radio", "left"), ["ArrowRight"], "line, right, slope 1.0, 5 steps, band False."),
        (("combobox", "function"), ["ArrowDown"], "shifted, right, slope 1.0, 5 steps, band False."),
        (("checkbox", "band"), ["Space"], "shifted, right, slope 1.0, 5 steps, band True."),
    ]:
        before = drawing(explorer)
        control = explorer.get_by_role(role, name=name)
        control.focus()
        for key in keys:
            notebook.page.keyboard.press(key)
        expect_words(explorer, words)
        if role != "radio":  # The focus goes to the member that is chosen.
            expect(control).to_be_focused()
        assert drawing(explorer) != before


def test_controls_follow_one_another_with_tab_and_say_their_value(notebook: Notebook):
    explorer = run(notebook, 1)
    explorer.get_by_role("button", name="Play slope at 0").focus()
    for role, name in [
        ("slider", "slope at 0"), ("spinbutton", "steps"), ("radio", "left"), ("combobox", "function"),
        ("checkbox", "band"),
    ]:  # fmt: skip
        notebook.page.keyboard.press("Tab")
        expect(explorer.get_by_role(role, name=name)).to_be_focused()
    expect(explorer.get_by_role("group", name="rule")).to_have_count(1)
    slider = explorer.get_by_role("slider")
    slider.press("End")  # The readout has the decimals of the grid.
    expect(explorer.locator("output")).to_have_text("1.0")
    expect(slider).to_have_attribute("aria-valuetext", "1.0")


def test_a_number_box_says_its_limits_and_shows_the_value_that_it_rounds_to(notebook: Notebook):
    explorer = run(notebook, 1)
    box = explorer.get_by_role("spinbutton", name="steps")
    expect(box).to_have_accessible_description("1 to 5")
    box.fill("3.4")
    expect_words(explorer, START.replace("2 steps", "3 steps"))
    expect(box).to_have_value("3.4")
    box.fill("")
    expect_words(explorer, START.replace("2 steps", "3 steps"))
    box.press("Tab")
    expect(box).to_have_value("3")


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
    expect(names).to_have_text(["the second row", "a row with a name"])
    below = explorer.locator(".kink-tick[text-anchor=middle]").count()
    assert explorer.locator(".kink-tick").count() == below + 2
    picture = explorer.locator("svg").bounding_box()
    for box in (name.bounding_box() for name in names.all()):
        assert box["x"] >= picture["x"] and box["x"] + box["width"] < picture["x"] + picture["width"] / 2


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
