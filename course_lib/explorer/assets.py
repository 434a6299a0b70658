"""What the widgets send to the browser: JavaScript and CSS joined to one text each, and the palette as CSS."""

import re
from pathlib import Path

from course_lib.figures.palette import BACKGROUND, FIELD_RAMP, GRID, PALETTE

_FOLDER = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./[\w.]+";\n', re.MULTILINE)
# Comments that have their lines to themselves; no text in backticks goes over several lines, so none is one of its own.
_COMMENT = re.compile(r"^ *(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const |(?:async )?function )", re.MULTILINE)


def javascript(*names: str) -> str:
    """The named modules, dependencies first, as one module.

    Each file is also a module that a browser can load by itself; here the imports between them are dropped, since all
    names end up side by side. Only the last file keeps its exports. The text goes along with every widget, so lines of
    comments, types among them, stay behind.

    >>> text = javascript("dom.js", "choice.js")
    >>> 'from "./' in text, text.count("export default")
    (False, 1)
    """
    *earlier, last = [_COMMENT.sub("", _IMPORT.sub("", _read(name))) for name in names]
    return "\n".join([*(_EXPORT.sub("", text) for text in earlier), last])


def stylesheet(*names: str) -> str:
    """The named style sheets as one."""
    return "\n".join(map(_read, names))


def palette_css() -> str:
    """One rule that sets `--kink-<colour>` for light and dark, so that both renderers share one palette.

    >>> "--kink-blue: light-dark(" in palette_css()
    True
    """
    ramp = {
        f"ramp-{i}": {"light": light, "dark": dark}
        for i, (light, dark) in enumerate(zip(FIELD_RAMP["light"], FIELD_RAMP["dark"], strict=True))
    }
    colours = PALETTE | {"background": BACKGROUND, "grid": GRID} | ramp
    lines = [f"  --kink-{name}: light-dark({c['light']}, {c['dark']});" for name, c in colours.items()]
    return "\n".join([".kink {", *lines, "}", ""])


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
