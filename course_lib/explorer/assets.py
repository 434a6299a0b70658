"""The course's palette as custom properties of a style sheet, so that both renderers share one source."""

import re
from pathlib import Path

from course_lib.figures.palette import BACKGROUND, FIELD_RAMP, GRID, PALETTE

# Joins the widgets' JavaScript modules and style sheets into the one text that a widget may send to the browser.


_FOLDER = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[\w.]+";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |let |function |class )", re.MULTILINE)


def javascript(*names: str) -> str:
    """Return the named modules, dependencies first, as one module.

    Each file is also a module that a browser can load by itself; here the imports between them are dropped, since all
    names end up side by side. Only the last file keeps its exports.

    >>> text = javascript("dom.js", "choice.js")
    >>> 'from "./' in text, text.count("export default")
    (False, 1)
    """
    *earlier, last = [_IMPORT.sub("", _read(name)) for name in names]
    return "\n".join([*(_EXPORT.sub("", text) for text in earlier), last])


def stylesheet(*names: str) -> str:
    """Return the named style sheets as one."""
    return "\n".join(_read(name) for name in names)


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


# The course's palette as custom properties of a style sheet, so that both renderers share one source.


def palette_css() -> str:
    """Return one rule that sets `--kink-<colour>` for light and dark.

    >>> "--kink-blue: light-dark(" in palette_css()
    True
    """
    pairs = {name: (shades["light"], shades["dark"]) for name, shades in PALETTE.items()}
    pairs |= {"background": (BACKGROUND["light"], BACKGROUND["dark"]), "grid": (GRID["light"], GRID["dark"])}
    for i, (light, dark) in enumerate(zip(FIELD_RAMP["light"], FIELD_RAMP["dark"], strict=True)):
        pairs[f"ramp-{i}"] = light, dark
    lines = [f"  --kink-{name}: light-dark({light}, {dark});" for name, (light, dark) in pairs.items()]
    return "\n".join([".kink {", *lines, "}", ""])
