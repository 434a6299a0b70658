"""Tables as HTML whose heads say what they head, so that a screen reader can name a cell's row and column.

`Table` shows itself, `text_table` is for objects that print a table of their own, `html_table` for what needs more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

LEFT = 'style="text-align:left"'  # JupyterLab aligns tables to the right, as suits numbers.


class Cell(NamedTuple):
    """What stands in a cell, as HTML, and the attributes of its tag."""

    content: str
    attributes: str = ""


def html_table(caption: str, head: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]]) -> str:
    """A table with rows of heads, and rows whose first cell is their head; contents are HTML, escaped by the caller.

    Where the caption is "", what stands around the table names it.

    >>> html_table("Values", [[Cell("x"), Cell("x²")]], [[Cell("2"), Cell("4")]])  # doctest: +ELLIPSIS
    '<table><caption>Values</caption><thead><tr><th scope="col">x</th>...<tr><th scope="row">2</th><td>4</td></tr>...'
    """
    heads = "".join(f"<tr>{''.join(_head(cell, 'col') for cell in row)}</tr>" for row in head)
    rows = "".join(
        f"<tr>{_head(first, 'row')}{''.join(_tag('td', cell.attributes, cell.content) for cell in cells)}</tr>"
        for first, *cells in body
    )
    named = f"<caption>{caption}</caption>" if caption else ""
    return f"<table>{named}<thead>{heads}</thead><tbody>{rows}</tbody></table>"


def text_table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], below: Sequence[str] = ()) -> str:
    """A table of plain texts as HTML, and a paragraph for each line below; without rows only the lines are left.

    >>> text_table("", ["h"], [], ["x < 1"])
    '<p>x &lt; 1</p>'
    """
    heads = [Cell(escape(text), LEFT if column == 0 else "") for column, text in enumerate(head)]
    body = [[Cell(escape(first), LEFT), *(Cell(escape(text)) for text in others)] for first, *others in rows]
    table = html_table(escape(caption), [heads], body) if rows else ""
    return table + "".join(f"<p>{escape(line)}</p>" for line in below)


@dataclass(frozen=True)
class Table:
    """Rows of texts under their heads; the first of each row is its head. A notebook shows it as HTML.

    >>> Table("Squares", ["number", "square"], [["two", "4"], ["twelve", "144"]])
    Squares
    number  square
    two          4
    twelve     144
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __repr__(self) -> str:
        columns = list(zip(self.head, *self.rows, strict=True))
        widths = [max(map(len, column)) for column in columns]
        padded = [
            [text.rjust(width) if place else text.ljust(width) for text in column]
            for place, (column, width) in enumerate(zip(columns, widths, strict=True))
        ]
        lines = ("  ".join(texts).rstrip() for texts in zip(*padded, strict=True))
        return "\n".join([self.caption, *lines])

    def _repr_html_(self) -> str:
        return text_table(self.caption, self.head, self.rows)


def _head(cell: Cell, scope: str) -> str:
    known = cell.attributes if cell.attributes.startswith("scope=") else f'scope="{scope}" {cell.attributes}'
    return _tag("th", known.strip(), cell.content)


def _tag(name: str, attributes: str, content: str) -> str:
    return f"<{name}{' ' if attributes else ''}{attributes}>{content}</{name}>"
