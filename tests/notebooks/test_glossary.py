"""A term stands in a lesson only if that lesson or an earlier one explains it."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from course_lib.exercises.exercise import LESSONS
from tools.lesson_source import lesson_paths, read_lesson

ROOT = Path(__file__).parents[2]
GLOSSARY = tomllib.loads((ROOT / "lessons" / "glossary.toml").read_text(encoding="utf-8"))
ORDER = [lesson.key for lesson in LESSONS]
read = cache(read_lesson)
# Not running text: code, formulas, titles of works with their links, addresses.
NOT_PROSE = re.compile(r"`[^`]*`|\$[^$]*\$|\[\*[^]]*\*\]\([^)]*\)|(?<!\*)\*[^*\n]{15,}\*(?!\*)|https?://\S+", re.DOTALL)


def forms(term: str) -> list[str]:
    return [term, *GLOSSARY[term].get("also", [])]


def prose(path: Path) -> str:
    """The running text of a lesson, without what it says of later ones: its objectives and its last line."""
    cells = [cell.source for cell in read(path).cells if cell.kind == "markdown"]
    return NOT_PROSE.sub(" ", "\n\n".join(cells).partition("**Sources")[0])


def used_too_early(text: str, key: str) -> list[str]:
    """The terms in the text that only later lessons than the one with this key explain."""
    later = [term for term, entry in GLOSSARY.items() if ORDER.index(entry["lesson"]) > ORDER.index(key)]
    flat = " ".join(text.split())
    return [term for term in later if any(re.search(rf"\b{re.escape(form)}\b", flat, re.I) for form in forms(term))]


@pytest.mark.parametrize("path", lesson_paths(ROOT), ids=lambda path: path.stem)
def test_no_term_is_used_before_it_is_explained(path):
    assert used_too_early(prose(path), read(path).key) == []


@pytest.mark.parametrize("term", GLOSSARY)
def test_the_lesson_that_explains_a_term_uses_it(term):
    entry = GLOSSARY[term]
    assert entry["means"].endswith(".")
    (path,) = (path for path in lesson_paths(ROOT) if read(path).key == entry["lesson"])
    assert any(re.search(rf"\b{re.escape(form)}\b", " ".join(prose(path).split()), re.I) for form in forms(term))


def test_an_early_use_is_noticed():
    assert used_too_early("A leaky\nReLU.", "limits") == ["leaky ReLU"]
    assert used_too_early("A leaky ReLU.", "dead_units") == []
    assert used_too_early(NOT_PROSE.sub(" ", "See [*A leaky ReLU*](https://example.org)."), "limits") == []


def test_a_term_in_bold_is_no_title():
    assert used_too_early(NOT_PROSE.sub(" ", "It has a **skip connection**."), "limits") == ["skip connection"]
