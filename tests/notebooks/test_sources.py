"""Sources can be looked up, and Run All opens no hint and no solution."""

import re
from pathlib import Path

import pytest

from tools.lesson_source import lesson_paths, read_lesson

ROOT = Path(__file__).parents[2]
LESSONS = lesson_paths(ROOT)
TITLE = re.compile(r"\*([^*]{15,})\*", re.DOTALL)  # what is set in italics and as long as a title
LINK = re.compile(r"\[([^\]]*)\]\((https://[^)\s]+)\)", re.DOTALL)


def titles_without_a_link(text: str) -> list[str]:
    """Titles in italics that no link covers."""
    return TITLE.findall(LINK.sub("", text))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_source_has_a_year_and_a_link(path):
    recap = next(cell.source for cell in read_lesson(path).cells if cell.source.startswith("## Recap"))
    sources = recap.partition("**Sources.**")[2].partition("**Next:**")[0]
    assert titles_without_a_link(sources) == []
    for item in re.split(r"^- ", sources, flags=re.MULTILINE)[1:]:
        assert LINK.search(item) and re.search(r"\b(18|19|20)\d\d\b", item), item
    # Every web text that is judged in the lesson is among them, with the numbers of its claims.
    claims = set(re.findall(r"^\| (C\d\d) \|", recap, re.MULTILINE))
    assert claims <= set(re.findall(r"C\d\d", sources))


def test_a_title_without_a_link_is_noticed():
    text = "A. Author, *A title that is long*, 2001; [*Another long title*](https://doi.org/10.1/x), 2002"
    assert titles_without_a_link(text) == ["A title that is long"]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_run_all_opens_no_hint_and_no_solution(path):
    code = [cell.source for cell in read_lesson(path).cells if cell.kind == "code"]
    assert not [line for source in code for line in source.splitlines() if re.match(r"(hint|solution)\(", line)]
    (stuck,) = (source for source in code if "stuck_at = ..." in source)
    # Inside an if nothing is shown that is not displayed.
    assert "    display(hint(stuck_at), solution(stuck_at))" in stuck
