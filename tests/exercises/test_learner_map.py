from html.parser import HTMLParser
from pathlib import Path

from course_lib.exercises import check, course_map, predict
from course_lib.exercises.exercise import LESSONS, exercises_of, find_prediction, predictions_of
from course_lib.exercises.progress import forget_memory


class Cells(HTMLParser):
    """The table's cells by tag and scope, its caption, and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: dict[tuple[str, str], list[str]] = {}
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.open.append((tag, given.get("scope") or ""))
        if tag == "a":
            self.links.append(given["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.texts.setdefault(tag, []).append(data)


def parse(html: str) -> Cells:
    cells = Cells()
    cells.feed(html)
    assert cells.open == []
    return cells


def test_a_fresh_map_counts_every_lesson_and_nothing_done() -> None:
    rows = course_map().rows
    assert [row.lesson for row in rows] == list(LESSONS)
    assert all(row.passed == row.committed == 0 for row in rows)
    assert [row.exercises for row in rows] == [len(exercises_of(lesson.number)) for lesson in LESSONS]
    assert [row.predictions for row in rows] == [len(predictions_of(lesson.number)) for lesson in LESSONS]
    assert repr(course_map()).endswith("No prediction made yet.")


def test_the_map_shows_what_is_done() -> None:
    before = course_map()
    check("0.1", 0)
    check("0.2", 17)
    right = find_prediction("0.p1").right_option
    predict("0.p1", right, confidence="certain")
    row = course_map().rows[0]
    assert (row.passed, row.committed) == (1, 1)
    total = len(exercises_of(0))
    assert f"1 of {total}" in repr(course_map()) and f"0 of {total}" in repr(before)
    assert "How often your predictions were right: certain 1 of 1." in repr(course_map())


def test_the_fresh_map_is_the_same_for_everyone(progress_file: Path) -> None:
    first = repr(course_map()), course_map()._repr_html_()
    check("0.1", 0)
    progress_file.unlink()
    forget_memory()
    assert (repr(course_map()), course_map()._repr_html_()) == first


def test_the_table_has_a_caption_and_scoped_headings() -> None:
    cells = parse(course_map()._repr_html_())
    assert cells.texts[("caption", "")] == ["Your map"]
    assert cells.texts[("th", "col")] == ["Lesson", "Minutes", "Exercises passed", "Predictions made"]
    assert len(cells.texts[("th", "row")]) == len(LESSONS)
    assert cells.links == [f"{lesson.stem}.ipynb" for lesson in LESSONS]


def test_columns_of_the_text_line_up() -> None:
    lines = repr(course_map()).splitlines()[1 : 2 + len(LESSONS)]
    assert len({len(line) for line in lines}) == 1


def test_trouble_with_the_file_shows_below_the_map(progress_file: Path) -> None:
    progress_file.parent.mkdir()
    progress_file.write_text("not json")
    shown = course_map()
    assert "progress.damaged-1.json" in repr(shown) and "progress.damaged-1.json" in shown._repr_html_()
    assert "damaged" not in repr(course_map())
