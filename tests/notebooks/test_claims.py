"""Every claim that a lesson judges is run: its paragraph is followed by a cell that asserts, and the recap lists it."""

import re
from pathlib import Path

import pytest

from tools.lesson_source import lesson_paths, read_lesson

ROOT = Path(__file__).parents[2]
# Which claims of the source texts belong to which lesson, and what the lesson finds of each.
JUDGED = {
    "subgradients": {"C01": "refuted", "C21": "refined", "C22": "refined", "C33": "refined"},
    "training": {
        "C01": "refuted",
        "C02": "refuted",
        "C07": "holds",
        "C22": "refined",
        "C30": "holds",
        "C40": "refined",
    },
}
MARK = re.compile(r"^> \*\*(C\d\d) · (\w+)\.\*\*", re.MULTILINE)
ROW = re.compile(r"^\| (C\d\d) \| (\w+) \|", re.MULTILINE)


def claims(cells):
    """{id: (verdict, whether a cell that asserts comes before the next claim or section)}"""
    found, current = {}, None
    for cell in cells:
        if cell.kind == "markdown":
            marks = MARK.findall(cell.source)
            if marks or re.search(r"^#", cell.source, re.MULTILINE):
                current = None
            for current, verdict in marks:
                found[current] = (verdict, False)
        elif current and "assert " in cell.source:
            found[current] = (found[current][0], True)
    return found


@pytest.mark.parametrize("path", [p for p in lesson_paths(ROOT) if read_lesson(p).key in JUDGED], ids=lambda p: p.stem)
def test_each_claim_is_run_and_listed(path):
    cells = read_lesson(path).cells
    found = claims(cells)
    assert {name: verdict for name, (verdict, _) in found.items()} == JUDGED[read_lesson(path).key]
    for name, (_, run) in found.items():
        assert run, f"{name}: no cell with an assert follows before the next claim or section"
    recap = next(cell.source for cell in cells if cell.source.startswith("## Recap"))
    assert dict(ROW.findall(recap)) == {name: verdict for name, (verdict, _) in found.items()}


def test_a_claim_without_a_check_is_noticed(tmp_path):
    lesson = tmp_path / "01_planted.py"
    lesson.write_text(
        "# %% [markdown]\n# > **C10 · holds.** A claim.\n\n# %%\nprint('no check')\n\n"
        "# %% [markdown]\n# ## Next\n\n# %%\nassert True\n"
    , encoding="utf-8")
    assert claims(read_lesson(lesson).cells) == {"C10": ("holds", False)}


def _opens_or_closes(line):
    return line.count("$") % 2 or line.count("$$") % 2


@pytest.mark.parametrize("path", lesson_paths(ROOT), ids=lambda p: p.stem)
def test_no_formula_is_broken_over_two_lines_of_a_quotation(path):
    """The mark > of the second line would end up inside the formula."""
    for cell in read_lesson(path).cells:
        lines = cell.source.splitlines() if cell.kind == "markdown" else []
        assert [line for line in lines if line.startswith("> ") and _opens_or_closes(line)] == []


# Books without a page that is theirs, an article whose address is not certain, and what stands beside a link.
WITHOUT_LINK = {
    "Calculus",
    "Numerical Recipes",
    "Mathematical Analysis",
    "Convex Analysis",
    "Minimization Methods for Non-Differentiable Functions",
    "Least Absolute Deviations",
    "ReLU: Not a Differentiable Function: Why used in Gradient Based Optimization? and Other Generalizations of ReLU",
}
EARLY = [
    path
    for path in lesson_paths(ROOT)
    if read_lesson(path).key in ("subgradients",)
]


def recap(path):
    return next(cell.source for cell in read_lesson(path).cells if cell.source.startswith("## Recap"))


@pytest.mark.parametrize("path", EARLY, ids=lambda p: p.stem)
def test_each_source_has_its_year_and_a_link(path):
    sources = " ".join(recap(path).split("**Sources")[1].split("**Next:**")[0].split())
    titles = list(re.finditer(r"(\[?)\*([^*]+)\*(\]\(https://[^)]+\))?", sources.replace("**", "")))
    assert titles
    for title, following in zip(titles, [*titles[1:], None], strict=True):
        opened, name, link = title.groups()
        assert bool(opened) == bool(link) == (name not in WITHOUT_LINK), name
        rest = sources.replace("**", "")[title.end() : following.start() if following else None]
        # Of a repository the commit is named instead.
        assert re.search(r"\b(1[89]|20)\d\d\b", rest) or (
            "/" in name and re.search(r"\bat \w{7}\b|version|issue", rest)
        ), name


@pytest.mark.parametrize("path", EARLY, ids=lambda p: p.stem)
def test_running_a_lesson_opens_no_hint_but_the_one_that_shows_how(path):
    code = "\n".join(cell.source for cell in read_lesson(path).cells if cell.kind == "code")
    opened = re.findall(r'^(?:hint|solution)\("([\w.]+)"\)', code, re.MULTILINE)
    assert opened == (["start.1", "start.2"] if path.stem.startswith("00") else [])
