"""How fast a live figure answers in the real JupyterLab: `explore` beside ipywidgets' `interact` with matplotlib.

Three curves of 500 points, 200 pictures, a slider moved by key presses in Chromium. For each it prints

- the time from a key press to the first animation frame that finds the picture changed (median and 95th percentile
  over 300 presses; the picture is looked at once in every frame, so 0 to 17 ms are the least that can be seen), and
- how many frames a second find it changed while 60 presses a second come in (300 presses).

Run with `python -m benchmarks.explorer` on a machine that is otherwise idle. Targets for `explore`: a delay of at
most 10 ms (median) and 17 ms (95th percentile), at least 48 changed frames a second, at most 2 MB for the browser,
and 200 pictures built within 1 s.
"""

import statistics
import sys
import time
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "browser"))

from lab import NO_BROWSER, Notebook, find_browser, launch_browser, serve

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
    Target("payload", 2, "MB"),
    Target("building 200 pictures", 1, "s"),
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
from course_lib.figures import Axis, Curve, Scene
def waves(i):
    styles = [("blue", "solid"), ("orange", "dashed"), ("green", "dotted")]
    layers = [Curve(x, y, f"wave {k}", *style) for k, (y, style) in enumerate(zip(curves(i), styles), 1)]
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
  addEventListener("keydown", (event) => { if (probe.pressed === null) probe.pressed = event.timeStamp; }, true);
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
LOOK_INTERACT = "() => document.querySelector('.jp-Notebook .jp-OutputArea img')?.src"


def measure(notebook: Notebook, look: str, slider: str) -> tuple[list[float], float, float]:
    """Return the delays in ms, the changed frames per second, and the presses per second that were reached."""
    page = notebook.page
    page.wait_for_function(look)
    page.evaluate(f"() => ({PROBE})({look})")
    handle = page.locator(slider).first
    # JupyterLab's command mode would take the arrow keys from ipywidgets' slider.
    handle.evaluate("(node) => { node.dataset.lmSuppressShortcuts = 'true'; node.focus(); }")
    keys = ["ArrowRight" if i // RUN % 2 == 0 else "ArrowLeft" for i in range(EVENTS)]
    for i, key in enumerate(keys):
        page.keyboard.press(key)
        page.wait_for_function("(n) => window.probe.delays.length > n", arg=i, polling="raf", timeout=5000)
        time.sleep(0.02 + 0.001 * (i % 17))  # Presses come at every phase of a frame.
    delays = list(page.evaluate("() => window.probe.delays"))

    time.sleep(1)
    page.evaluate("() => { window.probe.changed = 0; window.probe.pressed = null; }")
    began = time.perf_counter()
    for i, key in enumerate(keys):
        page.keyboard.down(key)
        time.sleep(max(0.0, began + (i + 1) / INPUTS_PER_SECOND - time.perf_counter()))
    elapsed = time.perf_counter() - began
    changed = page.evaluate("() => window.probe.changed")
    return delays, changed / elapsed, EVENTS / elapsed


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
        rows = []
        for name, source, look, slider in (
            ("explore", EXPLORER, LOOK_EXPLORER, ".kink-explorer input[type=range]"),
            ("ipywidgets interact, matplotlib", INTERACT, LOOK_INTERACT, ".widget-slider .noUi-handle"),
        ):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            notebook = Notebook(context.new_page(), server, server.add([DATA, source]))
            notebook.run_all()
            if notebook.errors():
                sys.exit("\n".join(notebook.errors()))
            if name == "explore":
                printed = notebook.cell_output(1).locator("pre").first.inner_text().split()
                seconds, megabytes = float(printed[0]), int(printed[1]) / 1e6
                print(f"building 200 pictures: {seconds:.2f} s; payload: {megabytes:.2f} MB\n")
                print(f"{'':32} {'median':>8} {'p95':>8} {'changed':>12} {'key presses':>14}")
                print(f"{'':32} {'ms':>8} {'ms':>8} {'frames / s':>12} {'/ s':>14}")
            rows.append(report(name, *measure(notebook, look, slider)))
            context.close()
    (median, p95, rate), (their_median, _, their_rate) = rows
    faster, smoother = their_median / median, rate / their_rate
    print(f"\nexplore answers {faster:.1f} times as fast and shows {smoother:.1f} times as many frames.")
    return 0 if judge((median, p95, rate, megabytes, seconds)) else 1


if __name__ == "__main__":
    sys.exit(main())
