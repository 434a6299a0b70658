"""The same JavaScript in a plain page: no kernel, no JupyterLab. And the ticks that it chooses."""


import pytest
from lab import accessibility_violations
from plain_page import show
from playwright.sync_api import Page, expect

from course_lib.explorer import Explorer, Range
from course_lib.explorer.assets import javascript
from course_lib.figures import Axis, Curve, Label, Points, Scene
from course_lib.figures.palette import BACKGROUND, PALETTE


def line(slope: float) -> Scene:
    layers = [
        Curve([0, 1, 2], [0, slope, 2 * slope], label="line", color="purple"),
        Points([1, 5], [slope, 0], label="points"),
        Label(1, slope, "here"),
    ]
    return Scene("A line", Axis("x", (0, 2)), Axis("y", (-4, 4)), layers, f"A line of slope {slope}.")


def test_it_moves_without_a_kernel_and_sends_nothing(page: Page):
    show(page, Explorer(line, slope=Range(-2, 2, value=1)))
    picture = page.get_by_role("img")
    expect(picture).to_have_attribute("aria-label", "A line of slope 1.")
    page.get_by_role("slider").press("End")
    expect(picture).to_have_attribute("aria-label", "A line of slope 2.")
    assert page.evaluate("() => window.sent") == []


def test_positions_are_those_of_the_axes(page: Page):
    show(page, Explorer(line, slope=Range(-2, 2, value=2)))
    measure = "(axes, side) => Math.max(...axes.map((node) => node.getBBox()[side]))"
    width, height = (page.locator(".kink-axis").evaluate_all(measure, side) for side in ("width", "height"))
    start, middle, end = (
        tuple(map(float, point.split(",")))
        for point in page.locator("path[clip-path]").get_attribute("d").removeprefix("M").split("L")
    )
    # y = 0, 2, 4 on an axis from −4 to 4, from the middle to the top.
    assert start == pytest.approx((0, height / 2), abs=0.1)
    assert middle == pytest.approx((width / 2, height / 4), abs=0.1)
    assert end == pytest.approx((width, 0), abs=0.1)
    # The point at x = 5 is outside: one of the two is drawn.
    assert page.locator(".kink-stage path:not([class]):not([clip-path])").get_attribute("d").count("M") == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_outside_jupyterlab_the_colours_follow_the_system(page: Page, theme):
    page.emulate_media(color_scheme=theme)
    show(page, Explorer(line, slope=Range(-2, 2, value=1)))
    colours = {name: shades[theme] for name, shades in PALETTE.items()} | {"background": BACKGROUND[theme]}
    rgb = {name: f"rgb({int(c[1:3], 16)}, {int(c[3:5], 16)}, {int(c[5:7], 16)})" for name, c in colours.items()}
    expect(page.locator("path[clip-path]")).to_have_css("stroke", rgb["purple"])
    expect(page.locator(".kink-note")).to_have_css("fill", rgb["ink"])
    expect(page.locator(".kink")).to_have_css("background-color", rgb["background"])
    assert accessibility_violations(page, ".kink-explorer") == []


def test_the_group_has_a_name_also_before_the_first_picture_that_does_not_fail(page: Page):
    def inverse(slope: int) -> Scene:
        return line(1 / slope)

    show(page, Explorer(inverse, slope=Range(-2, 2, value=0)))
    expect(page.locator(".kink-error")).to_contain_text("With slope = 0: inverse, line ")
    expect(page.locator(".kink-title")).to_be_hidden()
    explorer = page.locator(".kink-explorer")
    expect(explorer).to_have_accessible_name("Live figure")
    assert accessibility_violations(page, ".kink-explorer") == []
    page.get_by_role("slider").press("ArrowRight")
    expect(explorer).to_have_accessible_name("A line")
    expect(page.locator(".kink-title")).to_have_text("A line")
    page.get_by_role("slider").press("ArrowLeft")
    expect(explorer).to_have_accessible_name("A line")


def test_a_view_that_is_disposed_leaves_no_listener(page: Page):
    show(page, Explorer(line, slope=Range(-2, 2, value=1)))
    page.evaluate("() => window.dispose()")
    assert page.evaluate("() => Object.values(window.listeners).flat().length") == 0


# Limits of an axis, whether it is logarithmic, how many ticks there is room for, and what they say.
TICKS = [
    ((0, 1), False, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ((-2, 2), False, 4, ["−2", "−1", "0", "1", "2"]),
    ((-1, 1), False, 8, ["−1.00", "−0.75", "−0.50", "−0.25", "0.00", "0.25", "0.50", "0.75", "1.00"]),
    ((0.1, 0.9), False, 2, ["0.5"]),
    ((0, 30), False, 6, ["0", "5", "10", "15", "20", "25", "30"]),
    ((0, 2e6), False, 4, ["0", "5×10⁵", "10⁶", "1.5×10⁶", "2×10⁶"]),
    ((-1e-6, 1e-6), False, 4, ["−10⁻⁶", "−5×10⁻⁷", "0", "5×10⁻⁷", "10⁻⁶"]),
    ((1.99988, 2.00012), False, 5, ["1.99990", "1.99995", "2.00000", "2.00005", "2.00010"]),
    ((1e-3, 1e3), True, 9, ["10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²", "10³"]),
    ((1e-16, 1), True, 9, ["10⁻¹⁶", "10⁻¹⁴", "10⁻¹²", "10⁻¹⁰", "10⁻⁸", "10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"]),
    ((2, 8), True, 4, ["2", "4", "6", "8"]),
]


def test_ticks_are_round_numbers(page: Page):
    module = javascript("ticks.js", "dom.js").replace("export ", "")
    script = f"(questions) => {{ {module}; return questions.map((question) => ticks(...question)); }}"
    questions = [[{"limits": limits, "log": log}, target] for limits, log, target, _ in TICKS]
    for answer, (*_, expected) in zip(page.evaluate(script, questions), TICKS, strict=True):
        assert [tick["text"] for tick in answer] == expected
        assert all(-1e-9 <= tick["at"] <= 1 + 1e-9 for tick in answer)
        assert [tick["at"] for tick in answer] == sorted(tick["at"] for tick in answer)
