"""A live figure under the hand: dragged, read, saved, copied, and as large as its page; in a plain page."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from lab import accessibility_violations
from PIL import Image
from plain_page import show
from playwright.sync_api import Locator, Page, expect

from course_lib.explorer import Explorer, Radio, Range, Select
from course_lib.figures import Axis, Curve, Field, Points, Scene, Segment

X = np.linspace(-1, 1, 41)
SVG = "{http://www.w3.org/2000/svg}"


def secant(h: float, function: str = "ReLU") -> Scene:
    """A point that goes along a curve, and another layer that follows it."""
    f = {"ReLU": lambda x: np.maximum(x, 0), "|x|": np.abs}[function]
    layers = [
        Curve(X, f(X), label=function),
        Segment((0, 0), (h, float(f(h))), label="secant", color="vermilion"),
        Points([h], [f(h)], label="0 + h", color="vermilion", control="h", size=11),
    ]
    title = "A secant" + (function == "|x|") * " of a function with so long a title that it needs two lines here"
    return Scene(title, Axis("x", (-1, 1)), Axis("y", (-1, 1)), layers, f"At {h}, {function}.")


def line(slope: float) -> Scene:
    layers = [Segment((-1, -slope), (1, slope), label="line", control="slope")]
    return Scene("A line", Axis("x", (-1, 1)), Axis("y", (-1, 1)), layers, f"Slope {slope}.")


def plane(a: int, b: int) -> Scene:
    field = Field((-2, 2), (-2, 2), np.arange(16.0).reshape(4, 4), label="a value", range=(0, 15))
    layers = [field, Points([a], [b], label="w", color="vermilion", control=("a", "b"), size=11)]
    axes = Axis("x₁", (-2, 2)), Axis("x₂", (-2, 2))
    return Scene("A plane", *axes, layers, f"The tip is ({a}, {b}).", equal_units=True)


def window(k: int) -> Scene:
    h = 10.0**-k
    layers = [Points([h], [h], label="h", control="k")]
    axes = Axis("x", (-1.2 * h, 1.2 * h)), Axis("y", (-h, 1.2 * h))
    return Scene("A window", *axes, layers, f"At 10^-{k}.", axes_follow="the exponent")


def secants() -> Explorer:
    return Explorer(secant, function=Radio(["ReLU", "|x|"]), h=Range(-0.9, 0.9, 0.2, value=0.7))


def said(page: Page) -> str:
    return page.get_by_role("img").get_attribute("aria-label") or ""


def middle(node: Locator) -> tuple[float, float]:
    box = node.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, start: tuple[float, float], by: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by[0], start[1] + by[1], steps=5)
    page.mouse.up()


def unit(page: Page) -> float:
    """Pixels from 0 to 1 on the x axis of the square from −1 to 1."""
    ends = (page.locator(".kink-tick", has_text=re.compile(f"^{text}$")).first for text in ("−1.0", "1.0"))
    left, right = (middle(end)[0] for end in ends)
    return (right - left) / 2


def test_a_point_is_dragged_along_its_curve_and_the_keyboard_goes_on_from_there(page: Page):
    show(page, secants())
    expect(page.locator(".kink-tip")).to_have_text("You can also drag the ringed point (h).")
    handle = page.locator(".kink-grab")
    drag(page, middle(handle), (-0.4 * unit(page), 5))
    assert said(page) == "At 0.3, ReLU."
    slider = page.get_by_role("slider", name="h")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", "0.3")
    drag(page, middle(handle), (-3 * unit(page), 200))  # Far outside of the picture: the nearest place.
    assert said(page) == "At -0.9, ReLU."
    page.keyboard.press("ArrowRight")
    assert said(page) == "At -0.7, ReLU."
    assert page.evaluate("() => window.sent") == []


def test_a_drag_ends_with_the_button_and_begins_with_the_main_one_only(page: Page):
    show(page, secants())
    x, y = middle(page.locator(".kink-grab"))
    page.mouse.move(x, y)
    page.mouse.down(button="right")
    page.mouse.move(x - 100, y)
    page.mouse.up(button="right")
    assert said(page) == "At 0.7, ReLU."
    drag(page, (x, y), (-0.4 * unit(page), 0))
    page.mouse.move(x - 200, y)
    assert said(page) == "At 0.3, ReLU."
    expect(page.locator(".kink-dragging")).to_have_count(0)


def test_a_line_is_dragged_by_its_slope_and_stays_near_its_pivot(page: Page):
    show(page, Explorer(line, slope=Range(-1, 1, 0.1, value=0.5)))
    stage, one = page.locator(".kink-stage svg"), unit(page)
    ticks = page.locator(".kink-tick[text-anchor=middle]")
    left, _ = middle(ticks.first)
    zero = middle(page.locator(".kink-zero").last)[1]
    upright = page.locator(".kink-tick[text-anchor=end]")
    half = (middle(upright.first)[1] - middle(upright.last)[1]) / 2  # pixels of 1 on the y axis
    start = (left + 1.8 * one, zero - 0.4 * half)
    drag(page, start, (0, 0.8 * half))
    assert said(page) == "Slope -0.5."
    drag(page, (left + one, zero), (1, 0))
    assert said(page) == "Slope -0.5."
    expect(stage).to_be_visible()


def test_a_point_is_dragged_in_the_plane_by_a_finger(page: Page):
    show(page, Explorer(plane, a=Range(-2, 2, value=1), b=Range(-2, 2, value=1)))
    box = page.locator(".kink-grab").bounding_box()
    assert box and min(box["width"], box["height"]) >= 24
    x, y = middle(page.locator(".kink-grab"))
    zero = middle(page.locator(".kink-tick[text-anchor=middle]", has_text=re.compile("^0$")))[0]
    one = x - zero
    client = page.context.new_cdp_session(page)
    for kind, *places in [("Start", (x, y)), ("Move", (x - one, y)), ("Move", (x - 2 * one, y + 3 * one)), ("End",)]:
        points = [{"x": across, "y": down} for across, down in places]
        client.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    assert said(page) == "The tip is (-1, -2)."


def test_axes_that_follow_say_so_and_a_drag_keeps_to_those_of_its_beginning(page: Page):
    show(page, Explorer(window, k=Range(0, 3, value=1)))
    words = "You can also drag the ringed point (k). The axes change with “the exponent”."
    expect(page.locator(".kink-tip")).to_have_text(words)
    x, y = middle(page.locator(".kink-grab"))
    zero_x, zero_y = (middle(page.locator(".kink-zero").nth(i))[i] for i in (0, 1))
    drag(page, (x, y), (0.9 * (zero_x - x), 0.9 * (zero_y - y)))
    assert said(page) == "At 10^-2."


def test_a_drag_leaves_another_control_where_it_has_gone_meanwhile(page: Page):
    show(page, secants())
    x, y = middle(page.locator(".kink-grab"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.get_by_role("radio", name="|x|").evaluate("(node) => node.click()")
    page.mouse.move(x - 0.4 * unit(page), y, steps=3)
    page.mouse.up()
    assert said(page) == "At 0.3, |x|."


def test_the_mark_of_the_control_in_focus_stays_on_what_it_moves(page: Page):
    def grown(k: int) -> Scene:
        axes = Axis("x", (0, 5)), Axis("y", (0, 1))
        return Scene("Grown", *axes, [Points([k], [0.5], f"{k}", size=8 + k, control="k")], f"At {k}.")

    show(page, Explorer(grown, k=Range(1, 4, value=2)))
    page.get_by_role("slider").focus()
    expect(page.locator(".kink-marked")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".kink-marked")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator(".kink-marked")).to_have_count(0)


def test_a_group_of_buttons_has_the_focus_on_the_chosen_one_after_a_drag(page: Page):
    show(page, Explorer(line, slope=Radio([-1, 0, 1], value=1)))
    x, _ = middle(page.locator(".kink-tick[text-anchor=middle]").last)
    top = middle(page.locator(".kink-tick[text-anchor=end]").last)[1]
    drag(page, (x - 20, top + 10), (0, 400))
    assert said(page) == "Slope -1."
    expect(page.get_by_role("radio", name="-1")).to_be_focused()


def test_pictures_on_demand_cannot_be_dragged_and_promise_nothing(page: Page):
    show(page, Explorer(line, slope=Range(-1, 1, 0.0005, value=0.5)))
    expect(page.locator(".kink-tip")).to_have_text("")
    drag(page, middle(page.locator(".kink-ring")), (0, 50))
    assert said(page) == "Slope 0.5."


def test_the_pointer_reads_the_nearest_point_in_the_format_of_the_axes(page: Page):
    show(page, secants())
    x, y = middle(page.locator(".kink-grab"))
    page.mouse.move(x + 6, y + 6)
    expect(page.locator(".kink-read")).to_have_text("0 + h: (0.7, 0.7)")
    page.mouse.move(x - 1.2 * unit(page), y + 120)
    expect(page.locator(".kink-read")).to_have_count(0)
    show(page, Explorer(plane, a=Range(-2, 2, value=1), b=Range(-2, 2, value=1)))
    field = page.locator(".kink-fields").bounding_box()
    assert field
    page.mouse.move(field["x"] + 5, field["y"] + 5)
    expect(page.locator(".kink-read")).to_have_text(re.compile(r"^a value 12 at \(−1\.9\d*, 1\.9\d*\)$"))


def test_what_a_finger_reads_stays_when_it_is_lifted_and_goes_with_the_next_place(page: Page):
    show(page, secants())
    page.touchscreen.tap(*middle(page.locator(".kink-zero").last))
    expect(page.locator(".kink-read")).to_have_text(re.compile(r"^ReLU: \("))
    page.touchscreen.tap(*middle(page.get_by_role("slider")))
    expect(page.locator(".kink-read")).to_have_count(0)


def test_what_is_read_stays_inside_a_narrow_plot(page: Page):
    page.set_viewport_size({"width": 360, "height": 700})
    show(page, secants())
    page.mouse.move(*middle(page.locator(".kink-grab")))
    page.get_by_role("application").focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    read, card = page.locator(".kink-read"), page.locator(".kink-explorer").bounding_box()
    box = read.bounding_box()
    assert box and card and card["x"] <= box["x"] and box["x"] + box["width"] <= card["x"] + card["width"]


def test_the_arrow_keys_read_one_point_after_the_other_and_say_it(page: Page):
    show(page, secants())
    page.get_by_role("slider").focus()
    page.keyboard.press("Tab")
    stage = page.get_by_role("application")
    expect(stage).to_be_focused()
    status = page.locator(".kink-unseen")
    expect(status).to_have_text("ReLU: (−1, 0)")
    for key, words in [("ArrowRight", "ReLU: (−0.95, 0)"), ("End", "ReLU: (1, 1)"), ("ArrowDown", "secant: (0.7, 0.7)"),
                       ("ArrowDown", "0 + h: (0.7, 0.7)"), ("ArrowDown", "0 + h: (0.7, 0.7)")]:  # fmt: skip
        page.keyboard.press(key)
        expect(status).to_have_text(words)
        expect(page.locator(".kink-read")).to_have_text(words)
    page.keyboard.press("Tab")
    expect(page.locator(".kink-read")).to_have_count(0)


def test_what_is_read_is_not_talked_over_by_the_words_of_a_picture_that_came_before(page: Page):
    show(page, secants())
    page.get_by_role("slider").press("Home")
    page.keyboard.press("Tab")
    page.wait_for_timeout(900)
    expect(page.locator(".kink-unseen")).to_have_text("ReLU: (−1, 0)")


def test_reset_goes_back_to_the_beginning(page: Page):
    show(page, secants())
    page.get_by_role("slider").press("Home")
    page.get_by_role("radio", name="|x|").check()
    page.get_by_role("button", name="Reset").press("Enter")
    assert said(page) == "At 0.7, ReLU."


def test_a_saved_picture_holds_its_title_legend_and_description_and_needs_no_page(page: Page, tmp_path: Path):
    show(page, Explorer(plane, a=Range(-2, 2, value=1), b=Range(-2, 2, value=1)))
    for kind in ("SVG", "PNG"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save {kind}").click()
        assert download.value.suggested_filename == f"a-plane.{kind.lower()}"
        download.value.save_as(tmp_path / f"picture.{kind.lower()}")
    text = (tmp_path / "picture.svg").read_text(encoding="utf-8")
    drawing = ElementTree.fromstring(text)
    assert [drawing.findtext(f"{SVG}{name}") for name in ("title", "desc")] == ["A plane", "The tip is (1, 1)."]
    written = [node.text for node in drawing.iter(f"{SVG}text")]
    assert {"A plane", "w", "The tip is (1, 1).", "x₁", "a value"} <= set(written)
    assert "var(" not in text and "class=" not in text and "kink-ring" not in text
    assert len(list(drawing.iter(f"{SVG}image"))) == 1
    with Image.open(tmp_path / "picture.png") as image:
        assert image.width == 2 * round(float(drawing.get("width", "0")))
        colours = {colour for _, colour in image.convert("RGB").getcolors(10**6)}
    assert {(255, 255, 255), (185, 27, 14)} <= colours  # the paper, and the red point
    # In a browser of its own the drawing looks the same: nothing of the page is missing.
    page.goto((tmp_path / "picture.svg").as_uri())
    assert page.evaluate("() => document.documentElement.clientWidth") > 0


def test_the_line_of_python_draws_the_picture_that_is_shown(page: Page):
    show(page, Explorer(secant, function=Select(["ReLU", "|x|"], value="|x|"), h=Range(-0.9, 0.9, 0.2, value=0.1)))
    clipboard = "{ value: { writeText: async (text) => { window.copied = text; } } }"
    page.evaluate(f"() => {{ Object.defineProperty(navigator, 'clipboard', {clipboard}); }}")
    page.get_by_role("slider").press("End")
    page.get_by_role("button", name="Copy Python").click()
    expect(page.locator(".kink-unseen")).to_have_text(re.compile("^Copied: "))
    line_of_python = page.evaluate("() => window.copied")
    assert line_of_python == f"from {__name__} import secant; secant(function='|x|', h=0.9)"
    names: dict[str, Scene] = {}
    exec(line_of_python.replace("; ", "; scene = "), names)
    assert names["scene"].description == said(page)
    # A function that no import finds has no such line.
    show(page, Explorer(lambda slope: line(slope), slope=Range(-1, 1)))
    expect(page.get_by_role("button", name="Copy Python")).to_have_count(0)


def smallest_text(page: Page) -> float:
    """The least height of letters among all words of the figure, in pixels."""
    script = """(nodes) => Math.min(...nodes.filter((node) => node.getClientRects().length).map((node) => {
        const matrix = node.ownerSVGElement ? node.getScreenCTM() : { a: 1, b: 0 };
        const scale = Math.hypot(matrix.a, matrix.b);
        return scale * parseFloat(getComputedStyle(node).fontSize);
    }))"""
    return page.locator(".kink :is(text, label, legend, p, li, output, button)").evaluate_all(script)


def test_a_full_screen_can_be_read_from_the_back(page: Page):
    for size in [(1920, 1080), (1280, 720), (1024, 768)]:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        show(page, secants())
        page.get_by_role("button", name="Full screen").press("Enter")
        leave = page.get_by_role("button", name="Leave full screen")
        expect(leave).to_be_visible()
        page.wait_for_timeout(200)
        assert smallest_text(page) >= 0.022 * size[1]
        plot = page.locator(".kink-stage svg").bounding_box()
        foot = leave.bounding_box()
        assert plot and foot and plot["height"] > 0.45 * size[1] and foot["y"] + foot["height"] <= size[1]
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Full screen", exact=True)).to_be_visible()


def test_in_a_full_screen_a_longer_description_covers_nothing(page: Page):
    def told(k: int) -> Scene:
        axes = Axis("x", (0, 1)), Axis("y", (0, 1))
        return Scene("Told", *axes, [Points([0.5], [0.5])], "Words. " * (1 + 60 * k))

    page.set_viewport_size({"width": 1280, "height": 720})
    show(page, Explorer(told, k=Range(0, 1, value=0)))
    page.get_by_role("button", name="Full screen").press("Enter")
    page.get_by_role("slider").press("End")
    page.wait_for_timeout(300)
    caption, foot = (page.locator(f".kink-{name}").bounding_box() for name in ("description", "actions"))
    picture = page.locator(".kink-stage svg").bounding_box()
    assert caption and foot and picture
    assert picture["y"] + picture["height"] <= caption["y"] + 1
    assert caption["y"] + caption["height"] <= foot["y"] + 1 and foot["y"] + foot["height"] <= 721


@pytest.mark.parametrize("width", [360, 800, 1000, 1500])
def test_the_figure_fills_its_column_up_to_1100_pixels_and_nothing_is_cut(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 900})
    show(page, secants())
    card = page.locator(".kink-explorer").bounding_box()
    assert card and card["width"] == pytest.approx(min(width - 16, 1100), abs=2)
    for node in page.locator(".kink :is(text, label, legend, p, li, output, button)").all():
        box = node.bounding_box()
        assert box is None or (box["x"] >= card["x"] and box["x"] + box["width"] <= card["x"] + card["width"] + 1)
    slider, picture = page.get_by_role("slider").bounding_box(), page.locator(".kink-stage").bounding_box()
    assert slider and picture
    beside = slider["x"] + slider["width"] <= picture["x"]
    assert beside == (card["width"] >= 900)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_letters_and_lines_grow_with_the_page_s_letters(page: Page):
    show(page, secants())
    curve = page.locator(".kink-stage path[clip-path]").first
    small = smallest_text(page), curve.evaluate("(node) => node.getScreenCTM().a")
    page.evaluate("() => document.body.style.setProperty('--jp-content-font-size1', '21px')")
    page.wait_for_timeout(200)
    large = smallest_text(page), curve.evaluate("(node) => node.getScreenCTM().a")
    assert np.divide(large, small) == pytest.approx([1.5, 1.5], rel=0.02)


def test_control_and_picture_are_in_sight_together_at_200_percent(page: Page):
    page.set_viewport_size({"width": 800, "height": 419})  # what JupyterLab leaves of 1920 × 1080
    show(page, secants())
    slider, picture = page.get_by_role("slider").bounding_box(), page.locator(".kink-stage").bounding_box()
    assert slider and picture and max(slider["y"] + slider["height"], picture["y"] + picture["height"]) <= 419


def test_neither_title_nor_legend_moves_the_plot(page: Page):
    page.set_viewport_size({"width": 500, "height": 900})
    show(page, secants())
    before = page.locator(".kink-stage").bounding_box()
    page.get_by_role("radio", name="|x|").check()
    assert "two lines" in page.locator(".kink-title").inner_text()
    assert page.locator(".kink-stage").bounding_box() == before


def test_equal_units_are_equally_long(page: Page):
    show(page, Explorer(plane, a=Range(-2, 2, value=1), b=Range(-2, 2, value=1)))
    box = page.locator(".kink-fields canvas").bounding_box()
    assert box and box["width"] == pytest.approx(box["height"], rel=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_of_wcag(page: Page, scheme):
    page.emulate_media(color_scheme=scheme)
    show(page, secants())
    page.get_by_role("application").focus()
    assert accessibility_violations(page, ".kink-explorer") == []
    names = ["Reset", "Full screen", "Save SVG", "Save PNG", "Copy Python"]
    assert page.get_by_role("button").all_inner_texts() == names
