"""Tell a notebook that is as the build wrote it from one that a person has made, changed, renamed or copied.

A generated notebook holds two fingerprints. They stay true in a clone, in a download and in a learner's folder, with
no list and no git beside it. That of the file ends with the first change, even of an output. That of the sources ends
when a person changes what the lesson says or asks, and not when it is opened, run or saved.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

UNKNOWN = "0" * 64
FIELD = re.compile(rb'"fingerprint": "([0-9a-f]{64})"')
# What Jupyter, VS Code and their like write into a notebook that is opened, run, folded or saved. All else is work.
OF_RUNS = {"outputs", "execution_count", "id", "nbformat", "nbformat_minor"}
OF_TOOLS = {"collapsed", "scrolled", "jupyter", "execution", "ExecuteTime", "trusted", "vscode", "language_info"}
OF_TOOLS |= {"kernelspec", "widgets", "orig_nbformat", "pycharm", "jp-MarkdownHeadingCollapsed"}


def with_fingerprint(content: bytes, place: str) -> bytes:
    """A notebook's content with the fingerprint of the file, a SHA-256, where it holds `UNKNOWN`.

    `place` is its path below `notebooks/`, such as "solutions/01_limits.ipynb".
    """
    found = FIELD.search(content)
    return content if found is None else _replaced(content, found, _fingerprint(content, found, place))


def sources_fingerprint(notebook: Mapping[str, Any], place: str) -> str:
    """The fingerprint, a SHA-256, of what a person writes in a notebook; an empty cell says nothing and is left out.

    >>> cell = {"cell_type": "code", "metadata": {}, "source": ["x = 1\\n", "x"], "outputs": [], "id": "a"}
    >>> run = cell | {"outputs": [{}], "source": "x = 1\\nx"}
    >>> first, second = ({"cells": [cell], "metadata": {}, "nbformat": 4} for cell in (cell, run))
    >>> sources_fingerprint(first, "01_limits.ipynb") == sources_fingerprint(second, "01_limits.ipynb")
    True
    """
    cells = [_written(cell) for cell in notebook["cells"]]
    metadata = _without(notebook["metadata"], OF_TOOLS)
    metadata["at_the_kink"] = _without(metadata.get("at_the_kink", {}), {"fingerprint", "sources"})
    cells = [cell for cell in cells if cell["source"].strip() or cell.get("attachments")]
    said = {**_without(notebook, OF_RUNS), "cells": cells, "metadata": metadata}
    return hashlib.sha256(json.dumps([place, said], sort_keys=True).encode()).hexdigest()


def is_as_built(path: Path, place: str) -> bool:
    """Whether this file is what the build wrote for `place`, to the byte; the ends of lines may be Windows' own.

    A link is not, whatever it leads to, and neither is what cannot be read.
    """
    return _is_as_built(_read(path), place)


def version_at(path: Path, place: str) -> str | None:
    """`version_of` a file; `None` for a link, whatever it leads to, and for what cannot be read."""
    return version_of(_read(path), place)


def version_of(content: bytes, place: str) -> str | None:
    """Which version of the lesson of this `place` a notebook is, if nobody has worked in it; otherwise `None`.

    Two notebooks of one version say the same and may differ in their outputs. One of an earlier edition has no
    fingerprint of its sources: it has a version as long as it is as built.
    """
    try:
        notebook = json.loads(content)
        made_by = notebook["metadata"]["at_the_kink"]
        if made_by.get("sources") == sources_fingerprint(notebook, place):
            return str(made_by["sources"])
        return str(made_by["fingerprint"]) if _is_as_built(content, place) else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _is_as_built(content: bytes, place: str) -> bool:
    content = content.replace(b"\r\n", b"\n")
    found = FIELD.search(content)
    return found is not None and found[1] == _fingerprint(content, found, place)


def _read(path: Path) -> bytes:
    try:
        return b"" if path.is_symlink() else path.read_bytes()
    except OSError:
        return b""


def _written(cell: Mapping[str, Any]) -> dict[str, Any]:
    lines = cell["source"]
    source = lines if isinstance(lines, str) else "".join(lines)
    return {**_without(cell, OF_RUNS), "source": source, "metadata": _without(cell["metadata"], OF_TOOLS)}


def _without(table: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name not in names}


def _fingerprint(content: bytes, found: re.Match[bytes], place: str) -> bytes:
    plain = _replaced(content, found, UNKNOWN.encode())
    return hashlib.sha256(place.encode() + b"\0" + plain).hexdigest().encode()


def _replaced(content: bytes, found: re.Match[bytes], fingerprint: bytes) -> bytes:
    return content[: found.start(1)] + fingerprint + content[found.end(1) :]
