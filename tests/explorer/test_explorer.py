"""The live figure: what goes to the browser, what the cell says, and what a notebook stores of it."""

import json
import os
import re
import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import course_lib.explorer
from course_lib.explorer import ChoiceWidget, Explorer, Range, assets, explore, pictures
from course_lib.explorer.assets import palette_css
from course_lib.explorer.verdict import VerdictWidget
from course_lib.figures import Axis, Curve, Scene
from course_lib.figures.matplotlib_renderer import png
from course_lib.figures.palette import BACKGROUND, FIELD_RAMP, GRID, PALETTE
from course_lib.stored_outputs import drop_widget_views

FOLDER = Path(course_lib.explorer.__file__).parent
REPOSITORY = FOLDER.parents[1]
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])}
VIEW = "application/vnd.jupyter.widget-view+json"
CELL = """from course_lib.explorer import explore
from course_lib.figures import Axis, Curve, Scene
def line(slope, power=1):
    curve = Curve([0, 1, 2], [0, slope, slope * 2**power])
    return Scene("A line", Axis("x", (0, 2)), Axis("y", (-4, 4)), [curve], f"Slope {slope}, power {1 / power}.")
explore(line, slope=(0, 2), power=[1, 0])
"""
X = np.linspace(0, 10, 500)


def waves(i, unlucky=-1):
    if i == unlucky:
        raise ArithmeticError("an unlucky number")
    layers = [Curve(X, np.sin(X + 0.05 * k * i), label=f"wave {k}") for k in (1, 2, 3)]
    return Scene("Waves", Axis("x", (0, 10)), Axis("y", (-1, 1)), layers, f"Three waves, moved by {i}.")


def ask(explorer: Explorer, number: object) -> list[tuple[dict, list[bytes]]]:
    """Send what the browser sends; return what goes back."""
    replies = []
    explorer.send = lambda content, buffers=None: replies.append((content, buffers))
    explorer._handle_custom_msg({"kind": "picture", "number": number}, [])
    return replies


def test_two_hundred_pictures_of_three_curves_stay_below_two_megabytes_and_one_second():
    began = time.process_time()
    explorer = Explorer(waves, i=(0, 199))
    assert time.process_time() - began <= 1
    assert explorer.payload_bytes <= 2_000_000
    assert len(json.loads(explorer.structure)["pictures"]) == 200
    assert (explorer.number, explorer.only) == (99, -1)


def test_the_payload_counts_the_texts_of_the_controls():
    few, many = (Explorer(waves, i=(0, 4), unlucky=["a" * length, "ä" * length]) for length in (10, 1010))
    # One byte for each a, two for each ä, in what is shown and in what is copied as Python.
    assert many.payload_bytes - few.payload_bytes == 2 * 3000
    sent = json.dumps(few.controls, ensure_ascii=False).encode(), few.structure.encode(), few.numbers
    assert few.payload_bytes == sum(map(len, sent))


def test_the_display_holds_the_view_the_picture_and_the_description(capsys):
    data, metadata = Explorer(waves, i=(0, 4))._repr_mimebundle_()
    assert VIEW in data and data["text/plain"] == metadata["image/png"]["alt"] == "Three waves, moved by 2."
    assert data["image/png"] == png(waves(2))
    assert 'alt="Three waves, moved by 2."' in data["text/html"] and "Run this cell to move it." in data["text/html"]
    assert explore(waves, i=(0, 4)) is None  # Without a notebook the description is printed.
    assert capsys.readouterr().out == "Three waves, moved by 2.\n"


def test_failed_pictures_are_counted_in_the_cell_and_shown_in_their_place(capsys):
    explore(waves, i=(0, 4), unlucky=[7, 3])
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("1 of 10 pictures failed, the first one with i = 3, unlucky = 3: waves, line ")
    assert first.endswith(": ArithmeticError: an unlucky number")
    assert last == "Three waves, moved by 2."
    shown = json.loads(Explorer(waves, i=(0, 4), unlucky=[7, 3]).structure)["pictures"]
    assert [number for number, picture in enumerate(shown) if "error" in picture] == [7]
    assert shown[7]["error"].startswith("With i = 3, unlucky = 3: ")
    # Where the first picture fails, its message stands in the stored notebook, and no PNG.
    data, _ = Explorer(waves, i=(0, 4), unlucky=[2, 9])._repr_mimebundle_()
    assert "image/png" not in data
    assert data["text/plain"].startswith("With i = 2, unlucky = 2: ")
    assert "<p>With i = 2, unlucky = 2: " in data["text/html"] and "<img" not in data["text/html"]


def test_beyond_the_bound_the_cell_says_so_and_only_the_first_picture_is_sent():
    explorer = Explorer(waves, i=Range(0, 99, value=5), unlucky=Range(0, 99, value=5))
    bound, failed = explorer.notices()
    assert bound == (
        "i (100) × unlucky (100): 10000 combinations, more than 2000 pictures together. "
        "Each picture is computed when you ask for it; that needs a running kernel."
    )
    assert failed.startswith("The first picture failed with i = 5, unlucky = 5: waves, line ")
    assert len(json.loads(explorer.structure)["pictures"]) == 1
    assert explorer.only == explorer.number == 5 * 100 + 5


def test_a_picture_is_computed_when_asked_for_and_only_once(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_PICTURES", 3)
    calls = []
    explorer = Explorer(lambda i: calls.append(i) or waves(i, unlucky=1), i=(0, 4))
    assert calls == [2]
    for _ in range(2):
        ((content, (numbers,)),) = ask(explorer, 3)
        assert (content["kind"], content["number"]) == ("picture", 3)
        assert "Three waves, moved by 3." in json.loads(content["structure"])["texts"]
        assert len(numbers) == 4 * sum(json.loads(content["structure"])["lengths"])
    assert calls == [2, 3]
    ((content, _),) = ask(explorer, 1)
    assert "an unlucky number" in content["structure"]
    assert [ask(explorer, number) for number in (-1, 5, "0", None)] == [[]] * 4


def test_warnings_of_the_scene_function_become_one_line(capsys):
    explore(lambda i: waves(int(np.isfinite(1 / np.float64(i)))), i=(0, 2))
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("1 of 3 pictures gave a warning, the first one with i = 0: RuntimeWarning: divide by zero")


def test_nbval_compares_the_description_and_only_that(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL, id="cell-1")])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    NotebookClient(notebook, timeout=120).execute(env=ENVIRONMENT)
    stream, live, shown = notebook.cells[0].outputs
    assert set(live.data) == {VIEW} and VIEW not in shown.data
    assert stream.text.startswith("3 of 6 pictures failed, the first one with slope = 0, power = 0: line, line 5: ")
    assert shown.data["text/plain"] == shown.metadata["image/png"]["alt"] == "Slope 1, power 1.0."
    drop_widget_views(notebook)
    shown.data["text/html"] = re.sub("(?<=base64,)[^\"]+", "AAAA", shown.data["text/html"])
    notebook.cells.append(deepcopy(notebook.cells[0]))
    notebook.cells[1].id = "cell-2"
    for mime in ("text/plain", "text/html"):
        other = notebook.cells[1].outputs[1].data
        other[mime] = other[mime].replace("Slope 1", "Slope 2")
    nbformat.write(notebook, tmp_path / "stored.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-cell-timeout=120", "-p", "no:cacheprovider"]
    command.append(f"--nbval-sanitize-with={REPOSITORY / 'tests' / 'notebooks' / 'nbval.cfg'}")
    result = subprocess.run(
        [*command, "stored.ipynb"], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False
    )
    assert "1 failed, 1 passed" in result.stdout, result.stdout + result.stderr
    assert "Slope 2, power 1.0." in result.stdout


@pytest.mark.parametrize(
    ("widget", "names"),
    [
        (ChoiceWidget, "dom choice"),
        (VerdictWidget, "dom verdict"),
        (Explorer, "dom ticks axes layers drag readout picture store controls export actions explorer"),
    ],
)
def test_a_bundle_is_one_module_that_holds_everything_its_modules_import(widget, names):
    text = str(widget._esm)
    assert "import {" not in text
    assert re.findall(r"^export.*$", text, re.MULTILINE) == ["export default { render };"]
    modules = [read(FOLDER / f"{name}.js") for name in names.split()]
    imports = [re.findall(r"^import \{([^}]*)\}", module, re.MULTILINE) for module in modules]
    imported = {part.strip() for module in imports for group in module for part in group.split(",")}
    assert len(imported) > (10 if widget is Explorer else 0)
    defined = re.findall(r"^(?:const|(?:async )?function) (\w+)", text, re.MULTILINE)
    assert imported - set(defined) == set()


@pytest.mark.parametrize("widget", [ChoiceWidget, VerdictWidget, Explorer])
def test_a_bundle_has_no_line_of_comments(widget):
    lines = str(widget._esm).splitlines()
    assert [line for line in lines if re.match(r"\s*(//|/\*\*(?!.*\*/ *\S)|\* )", line)] == []
    # Where backticks are closed on their line, no line that looks like a comment is part of a text.
    assert [line for line in lines if line.count("`") % 2] == []


def test_comments_beside_code_stay_in_a_bundle(tmp_path, monkeypatch):
    inside = '  /** @type {Node} */ (a).b();\n  c(); // d\n  e("// f", "/** g */");\n'
    module = f"// h\n\n/**\n * i * j\n * @type {{k}}\n **/\nfunction l() {{\n  // m\n  /** n */\n{inside}}}\n"
    (tmp_path / "a.js").write_text(module, encoding="utf-8")
    monkeypatch.setattr(assets, "_FOLDER", tmp_path)
    assert assets.javascript("a.js") == f"\nfunction l() {{\n{inside}}}\n"


def test_no_module_reaches_out_of_the_page():
    code = "\n".join(map(read, FOLDER.glob("*.js")))
    assert not re.search(r"fetch\(|XMLHttpRequest|innerHTML|https?://(?!www\.w3\.org/2000/svg)", code)


def test_every_colour_of_the_palette_is_there_in_both_themes():
    css = palette_css()
    for name, shades in (PALETTE | {"background": BACKGROUND, "grid": GRID}).items():
        assert f"--kink-{name}: light-dark({shades['light']}, {shades['dark']});" in css
    for i, (light, dark) in enumerate(zip(FIELD_RAMP["light"], FIELD_RAMP["dark"], strict=True)):
        assert f"--kink-ramp-{i}: light-dark({light}, {dark});" in css


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
