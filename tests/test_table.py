"""Tables say with their markup which head a cell belongs to, and with their text the same numbers."""

from xml.etree import ElementTree

import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import limit_table
from course_lib.networks import check_gradient
from course_lib.table import Table

X = sp.Symbol("x")


def read(shown) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{shown._repr_html_()}</div>")


def cells(root) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]


def test_a_table_shows_its_texts_and_scopes_its_heads():
    table = Table("a < b", ["", "rate & more"], [["x < 0", "1"], ["y", "20"]])
    root = read(table)
    assert root.find("table/caption").text == "a < b"
    assert cells(root) == [["", "rate & more"], ["x < 0", "1"], ["y", "20"]]
    assert [head.get("scope") for head in root.iter("th")] == ["col", "col", "row", "row"]
    assert repr(table).split("\n") == ["a < b", "       rate & more", "x < 0            1", "y               20"]
    with pytest.raises(ValueError, match="shorter"):
        repr(Table("", ["a", "b"], [["x"]]))


def test_a_limit_table_has_the_numbers_of_its_text():
    for table in (
        limit_table(X**2, 1, "+", of="difference quotient"),
        limit_table(sp.sqrt(sp.Abs(X)), 0, "+", of="difference quotient", h=[0.1, 0.01]),  # no error: it is infinite
    ):
        root, lines = read(table), repr(table).split("\n")
        rows = cells(root)
        assert rows[0] == ["h", "value", "error"] and len(rows) == len(table.h) + 1
        assert rows == [line.split() for line in lines[: len(rows)]]
        assert [paragraph.text for paragraph in root.findall("p")] == lines[len(rows) :] != []
        assert root.find("table/caption").text


def test_a_gradient_report_has_a_table_only_where_it_lists_entries():
    wrong = check_gradient(lambda p: float(p @ p), 4 * np.ones(3), np.ones(3))
    root, lines = read(wrong), repr(wrong).split("\n")
    assert root.find("table/caption").text == lines[0] and lines[0].startswith("FAILED: 3 wrong")
    rows = cells(root)
    assert rows[0] == ["entry", "claimed", "measured", "off by", "verdict"] and len(rows) == 4
    assert [" ".join(row) for row in rows] == [" ".join(line.split()) for line in lines[1:5]]
    assert [paragraph.text for paragraph in root.findall("p")] == lines[5:] != []
    right = read(check_gradient(lambda p: float(p @ p), 2 * np.ones(3), np.ones(3)))
    assert right.find("table") is None and right.find("p").text.startswith("passed: 3 agree")
