import re
from pathlib import Path

import pytest

import course_lib.explorer
from course_lib.explorer import ChoiceWidget, Explorer
from course_lib.explorer.assets import javascript

FOLDER = Path(course_lib.explorer.__file__).parent


@pytest.mark.parametrize("widget", [ChoiceWidget, Explorer])
def test_a_bundle_is_one_module_with_one_export_and_no_import(widget):
    text = str(widget._esm)
    assert "import {" not in text
    assert re.findall(r"^export.*$", text, re.MULTILINE) == ["export default { render };"]


@pytest.mark.parametrize("names", [("dom.js", "choice.js")])
def test_a_bundle_holds_everything_its_modules_import(names):
    text = javascript(*names)
    for name in names:
        for imported in re.findall(r"^import \{([^}]*)\}", (FOLDER / name).read_text(), re.MULTILINE):
            for part in imported.split(","):
                assert re.search(rf"^(const|function) {part.strip()}\b", text, re.MULTILINE), part


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.js")), ids=lambda path: path.name)
def test_no_module_reaches_out_of_the_page(path):
    text = path.read_text()
    assert not re.search(r"fetch\(|XMLHttpRequest|innerHTML|https?://(?!www\.w3\.org/2000/svg)", text)
