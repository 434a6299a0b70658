"""How fast a live figure answers in the real JupyterLab: `explore` beside ipywidgets' `interact` with matplotlib.

Three curves of 500 points, 200 pictures, in Chromium. A slider is moved by key presses, and in `explore` a point is
dragged by the mouse as well. For each it prints

- the time from an input to the first animation frame that finds the picture changed (median and 95th percentile over
  300 inputs; the picture is looked at once in every frame, so 0 to 17 ms are the least that can be seen), and
- how many frames a second find it changed while 60 inputs a second come in (300 inputs).

Run with `python -m benchmarks.explorer` on a machine that is otherwise idle. Targets for `explore`: a delay of at
most 10 ms (median) and 17 ms (95th percentile), at least 48 changed frames a second, of keys and of a drag; at most
2 MB for the browser, 200 pictures built within 1 s, and at most 5 MB more in the page's memory after 50 runs.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import BrowserContext, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))

from lab import NO_BROWSER, LabServer, Notebook, find_browser, launch_browser, serve

EVENTS = 300
INPUTS_PER_SECOND = 60
# Fewer than the steps of the slider, so that every press has somewhere to go.
RUN = 150


class Target(NamedTuple):
    """A bound that `explore` has to keep: at most, or at least, so much of a unit."""

    name: str
    bound: float
    unit: str
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Whether the measured value keeps the bound."""
        return value >= self.bound if self.at_least else value <= self.bound


TARGETS = (
    Target("median delay", 10, "ms"),
    Target("95th percentile of the delays", 17, "ms"),
    Target("changed frames", 48, "/ s", at_least=True),
    Target("median delay of a drag", 10, "ms"),
    Target("95th percentile of the delays of a drag", 17, "ms"),
    Target("changed frames of a drag", 48, "/ s", at_least=True),
    Target("payload", 2, "MB"),
    Target("building 200 pictures", 1, "s"),
    Target("growth over 50 runs", 5, "MB"),
)

DATA = """
import numpy as np
x = np.linspace(0, 10, 500)
def curves(i):
    return [np.sin(x + 0.05 * k * i) * (1 + 0.002 * i) for k in (1, 2, 3)]
"""
EXPLORER = """
import time
from course_lib.explorer import Explorer, Range
from course_lib.figures import Axis, Curve, Points, Scene
def waves(i):
    styles = [("blue", "solid"), ("orange", "dashed"), ("green", "dotted")]
    layers = [Curve(x, y, f"wave {k}", *style) for k, (y, style) in enumerate(zip(curves(i), styles), 1)]
    layers.append(Points([0.05 * i], [-1.4], "i", "vermilion", size=11, control="i"))
    return Scene("Three waves", Axis("x", (0, 10)), Axis("y", (-1.5, 1.5)), layers, f"Three waves, moved by {i} steps.")
began = time.perf_counter()
explorer = Explorer(waves, i=Range(0, 199, value=0))
print(f"{time.perf_counter() - began:.3f} {explorer.payload_bytes}")
explorer
"""
INTERACT = """
%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import IntSlider, interact
def plot(i):
    for y in curves(i):
        plt.plot(x, y)
    plt.ylim(-1.5, 1.5)
    plt.show()
interact(plot, i=IntSlider(0, 0, 199))
None
"""

# `look` returns what the picture is now; a frame has changed if two looks differ.
PROBE = """
(look) => {
  const probe = (window.probe = { delays: [], changed: 0, pressed: null, armed: false, last: look() });
  const note = (event) => { if (probe.pressed === null) probe.pressed = event.timeStamp; };
  for (const kind of ["keydown", "pointermove"]) addEventListener(kind, note, true);
  const frame = () => {
    const now = look();
    if (now && now !== probe.last) {
      probe.last = now;
      probe.changed += 1;
      probe.delays.push(performance.now() - probe.pressed);
      probe.pressed = null;
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
"""
LOOK_EXPLORER = "() => document.querySelector('.kink-explorer path[clip-path]')?.getAttribute('d')"
SLIDER = ".kink-explorer input[type=range]"
LOOK_INTERACT = "() => document.querySelector('.jp-Notebook .jp-OutputArea img')?.src"


def measure(notebook: Notebook, look: str, act: Callable[[int], None]) -> tuple[list[float], float, float]:
    """Return the delays in ms, the changed frames per second, and the inputs per second that were reached.

    `act(step)` is one input that moves the figure on, by +1 or −1.
    """
    page = notebook.page
    steps = [1 if i // RUN % 2 == 0 else -1 for i in range(EVENTS)]
    page.evaluate("() => { window.probe.delays.length = 0; window.probe.pressed = null; }")
    for i, step in enumerate(steps):
        act(step)
        page.wait_for_function("(n) => window.probe.delays.length > n", arg=i, polling="raf", timeout=5000)
        time.sleep(0.02 + 0.001 * (i % 17))  # Inputs come at every phase of a frame.
    delays = list(page.evaluate("() => window.probe.delays"))

    time.sleep(1)
    page.evaluate("() => { window.probe.changed = 0; window.probe.pressed = null; }")
    began = time.perf_counter()
    for i, step in enumerate(steps):
        act(step)
        time.sleep(max(0.0, began + (i + 1) / INPUTS_PER_SECOND - time.perf_counter()))
    elapsed = time.perf_counter() - began
    changed = page.evaluate("() => window.probe.changed")
    return delays, changed / elapsed, EVENTS / elapsed


def by_keys(notebook: Notebook, slider: str) -> Callable[[int], None]:
    """Press the arrow keys on a slider that has the focus."""
    handle = notebook.page.locator(slider).first
    # JupyterLab's command mode would take the arrow keys from ipywidgets' slider.
    handle.evaluate("(node) => { node.dataset.lmSuppressShortcuts = 'true'; node.focus(); }")
    return lambda step: notebook.page.keyboard.down("ArrowRight" if step > 0 else "ArrowLeft")


def by_mouse(notebook: Notebook) -> Callable[[int], None]:
    """Drag the point from picture to picture."""
    page = notebook.page
    grab = page.locator(".kink-grab")
    grab.scroll_into_view_if_needed()
    ends = []
    for key in ("End", "Home"):
        page.locator(SLIDER).first.press(key)
        box = grab.bounding_box()
        assert box is not None
        ends.append((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2))
    (right, _), (left, y) = ends
    at = 0
    page.mouse.move(left, y)
    page.mouse.down()

    def act(step: int) -> None:
        nonlocal at
        at += step
        page.mouse.move(left + at * (right - left) / 199, y)

    return act


def growth(notebook: Notebook, index: int) -> float:
    """By how many megabytes the page's memory grows while a cell is run 50 times."""
    client = notebook.page.context.new_cdp_session(notebook.page)

    def used() -> float:
        client.send("HeapProfiler.collectGarbage")
        return float(client.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    for _ in range(5):
        notebook.run_cell(index)
    before = used()
    for _ in range(50):
        notebook.run_cell(index)
    return used() - before


def report(name: str, delays: list[float], rate: float, inputs: float) -> tuple[float, float, float]:
    """Print one line of the table; return the median and the 95th percentile in ms, and the changed frames a second."""
    median, p95 = statistics.median(delays), statistics.quantiles(delays, n=20)[-1]
    print(f"{name:32} {median:8.1f} {p95:8.1f} {rate:12.1f} {inputs:14.1f}")
    return median, p95, rate


def judge(values: tuple[float, ...]) -> bool:
    """Print for each target, in their order, whether it is met; return whether all are."""
    for target, value in zip(TARGETS, values, strict=True):
        bound = f"at {'least' if target.at_least else 'most'} {target.bound:g} {target.unit}"
        verdict = "met" if target.met(value) else "missed"
        print(f"target: {target.name} {bound}: {verdict} ({value:.2f} {target.unit})")
    return all(target.met(value) for target, value in zip(TARGETS, values, strict=True))


def main() -> int:
    """Run both and print the table; 1 when `explore` misses a target."""
    executable = find_browser()
    if executable is None:
        sys.exit(NO_BROWSER)
    with sync_playwright() as playwright, launch_browser(playwright, executable) as browser, serve() as server:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        notebook = _opened(context, server, EXPLORER, LOOK_EXPLORER)
        printed = notebook.cell_output(1).locator("pre").first.inner_text().split()
        seconds, megabytes = float(printed[0]), int(printed[1]) / 1e6
        print(f"building 200 pictures: {seconds:.2f} s; payload: {megabytes:.2f} MB\n")
        print(f"{'':32} {'median':>8} {'p95':>8} {'changed':>12} {'inputs':>14}")
        print(f"{'':32} {'ms':>8} {'ms':>8} {'frames / s':>12} {'/ s':>14}")
        keys = report("explore", *measure(notebook, LOOK_EXPLORER, by_keys(notebook, SLIDER)))
        drag = report("explore, dragged", *measure(notebook, LOOK_EXPLORER, by_mouse(notebook)))
        grown = growth(notebook, 1)
        context.close()
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        notebook = _opened(context, server, INTERACT, LOOK_INTERACT)
        act = by_keys(notebook, ".widget-slider .noUi-handle")
        theirs = report("ipywidgets interact, matplotlib", *measure(notebook, LOOK_INTERACT, act))
        context.close()
    faster, smoother = theirs[0] / keys[0], keys[2] / theirs[2]
    print(f"\nexplore answers {faster:.1f} times as fast and shows {smoother:.1f} times as many frames.")
    return 0 if judge((*keys, *drag, megabytes, seconds, grown)) else 1


def _opened(context: BrowserContext, server: LabServer, source: str, look: str) -> Notebook:
    """A notebook whose cells have run, with the probe in its page."""
    notebook = Notebook(context.new_page(), server, server.add([DATA, source]))
    notebook.run_all()
    if notebook.errors():
        sys.exit("\n".join(notebook.errors()))
    notebook.page.wait_for_function(look)
    notebook.page.evaluate(f"() => ({PROBE})({look})")
    return notebook


if __name__ == "__main__":
    sys.exit(main())
