"""Cells with live figures for browser tests, and what those tests have in common."""

from collections.abc import Callable

from lab import Notebook
from playwright.sync_api import Locator, expect

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
