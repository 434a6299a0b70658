"""The table of values as HTML: a caption, headings with their scope, and no verdict by colour alone."""

from html import escape
from itertools import groupby

from course_lib.frameworks.judging import judge
from course_lib.frameworks.measurements import Measurement
from course_lib.frameworks.programs import PROGRAMS
from course_lib.frameworks.tables import MARKS, ValueTable, cell_text, verdict_of

# Colours that are seen on a light and on a dark page; the text keeps the page's own colour.
STYLE = """
.kink-values { overflow-x: auto; padding: var(--jp-code-padding, 5px); }
.kink-values table { border-collapse: collapse; font-size: 0.92em; margin: 0; }
.kink-values caption { text-align: left; padding-bottom: 0.5em; font-weight: 600; }
.kink-values th, .kink-values td { padding: 0.15em 0.55em; text-align: left; white-space: nowrap;
  border-bottom: 1px solid rgba(128, 128, 128, 0.35); font-variant-numeric: tabular-nums; }
.kink-values th { font-weight: 600; }
.kink-values td.outside { background: rgba(213, 94, 0, 0.22); font-weight: 600; }
.kink-values td.none { opacity: 0.75; }
.kink-values ul { margin: 0.5em 0 0; padding-left: 1.2em; }
.kink-values p { margin: 0.5em 0 0; }
"""


def to_html(table: ValueTable) -> str:
    """The table as a block of HTML that needs nothing else; it can be scrolled with the keyboard."""
    rows = "".join(_row(table, name) for name in table.programs)
    notes = "".join(f"<li>{escape(note)}</li>" for note in table.notes)
    return (
        f"<style>{STYLE}</style>"
        f'<div class="kink-values" role="region" tabindex="0" aria-label="{escape(table.caption)}">'
        f"<table><caption>{escape(table.caption)}</caption>"
        f"<thead>{_head(table)}</thead><tbody>{rows}</tbody></table>"
        f"<p>{escape(table.legend)}</p><p>{escape(table.kernels)}</p>{f'<ul>{notes}</ul>' if notes else ''}</div>"
    )


def _head(table: ValueTable) -> str:
    groups = [(title, len(list(columns))) for title, columns in groupby(table.columns, lambda column: column.title)]
    first = "".join(f'<th scope="colgroup" colspan="{count}">{escape(title)}</th>' for title, count in groups)
    second = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in table.headings)
    fixed = '<th scope="col" rowspan="2">program</th><th scope="col" rowspan="2">Clarke set</th>'
    return f"<tr>{fixed}{first}</tr><tr>{second}</tr>"


def _row(table: ValueTable, name: str) -> str:
    program = PROGRAMS[name]
    cells = "".join(_cell(column.rows.get(name)) for column in table.columns)
    set_text = judge(program, (0.0,) * len(program.point)).set_text
    return f'<tr><th scope="row">{escape(program.label)}</th><td>{escape(set_text)}</td>{cells}</tr>'


def _cell(row: Measurement | None) -> str:
    verdict = verdict_of(row)
    if row is None or not verdict:
        return f'<td class="none">{escape(cell_text(row))}</td>'
    mark = f' <span role="img" aria-label="{verdict}">{MARKS[verdict]}</span>' if verdict in MARKS else ""
    kind = ' class="outside"' if verdict == "outside" else ""
    return f'<td{kind} title="{verdict}">{escape(row.shown)}{mark}</td>'
