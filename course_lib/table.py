"""Tables as HTML whose heads say what they head, so that a screen reader can name a cell's row and column."""

from collections.abc import Sequence
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


def _head(cell: Cell, scope: str) -> str:
    known = cell.attributes if cell.attributes.startswith("scope=") else f'scope="{scope}" {cell.attributes}'
    return _tag("th", known.strip(), cell.content)


def _tag(name: str, attributes: str, content: str) -> str:
    return f"<{name}{' ' if attributes else ''}{attributes}>{content}</{name}>"
