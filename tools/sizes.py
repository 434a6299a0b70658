"""How large the library is: files and lines of code, docstrings and blanks by part, and its fragments.

    python -m tools.sizes

A fragment is a module of the core under 80 lines that only one module of its package imports: half of a concept.
"""

import ast
from collections import Counter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SHORT = 80


class Size(NamedTuple):
    """Files, and lines: all, of docstrings, of comments, and blank; the rest is code."""

    files: int
    lines: int
    docstrings: int
    comments: int
    blank: int

    def __add__(self, other: tuple[int, ...]) -> "Size":  # type: ignore[override]
        return Size(*(a + b for a, b in zip(self, other, strict=True)))


def size_of(path: Path) -> Size:
    """The size of one module."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    inside: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            first = node.body[0]
            inside.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    outside = [line.strip() for number, line in enumerate(lines, 1) if number not in inside]
    comments = sum(line.startswith("#") for line in outside)
    return Size(1, len(lines), len(inside), comments, sum(not line for line in outside))


def parts(root: Path) -> dict[str, Size]:
    """The size of each part of the core, of each topic, and of the tests."""
    found: dict[str, Size] = {}
    for path in sorted([*(root / "course_lib").rglob("*.py"), *(root / "tests").rglob("*.py")]):
        folders = path.relative_to(root).parts[:-1]
        name = "tests" if folders[0] == "tests" else "/".join(folders[: 3 if "topics" in folders else 2])
        found[name] = found.get(name, Size(0, 0, 0, 0, 0)) + size_of(path)
    return found


def imported_names(path: Path) -> set[str]:
    """Dotted names of all that a module imports, at any depth; `from a import b` gives `a` and `a.b`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    return found


def fragments(root: Path) -> list[str]:
    """Short modules of the core that one module of their package imports, and no other but its contents page."""
    modules = (root / "course_lib").rglob("*.py")
    paths = {".".join(path.relative_to(root).with_suffix("").parts): path for path in modules}
    importers: Counter[str] = Counter()
    own: Counter[str] = Counter()
    for name, path in paths.items():
        if path.name == "__init__.py":
            continue
        for target in imported_names(path) & set(paths):
            importers[target] += 1
            own[target] += name.rpartition(".")[0] == target.rpartition(".")[0]
    return [
        name
        for name, path in sorted(paths.items())
        if ".topics." not in name
        and not name.endswith(".__init__")
        and len(path.read_text(encoding="utf-8").splitlines()) < SHORT
        and importers[name] == own[name] == 1
    ]


def main() -> None:
    """Print the table and the fragments."""
    found = parts(ROOT)
    groups = {
        "core": [name for name in found if name.startswith("course_lib") and "topics" not in name],
        "topics": [name for name in found if "topics" in name],
        "tests": ["tests"],
    }
    print(f"{'':32}{'files':>6}{'lines':>7}{'code':>7}{'docstrings':>12}{'comments':>10}{'blank':>7}")
    for group, names in groups.items():
        whole = sum((found[name] for name in names), Size(0, 0, 0, 0, 0))
        rows = [(name, found[name]) for name in names if name != group]
        for name, size in [*rows, (group, whole)]:
            code = size.lines - size.docstrings - size.comments - size.blank
            print(f"{name:32}{size.files:6}{size.lines:7}{code:7}{size.docstrings:12}{size.comments:10}{size.blank:7}")
        print()
    print("fragments:", ", ".join(fragments(ROOT)) or "none")


if __name__ == "__main__":
    main()
