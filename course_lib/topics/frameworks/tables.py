"""Measurements beside the snapshot, as a table for people: as text here, as HTML in ``table_html``."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

from course_lib.table import Cell, html_table
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS
from course_lib.topics.frameworks.measurements import Measurement, judge
from course_lib.topics.frameworks.snapshots import Snapshot, snapshot

# The table of values as HTML: a caption, headings with their scope, and no verdict by colour alone.


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


def to_html(table: "ValueTable") -> str:
    """The table as a block of HTML that needs nothing else; it can be scrolled with the keyboard."""
    rows = [_row(table, name) for name in table.programs]
    notes = "".join(f"<li>{escape(note)}</li>" for note in table.notes)
    return (
        f"<style>{STYLE}</style>"
        f'<div class="kink-values" role="region" tabindex="0" aria-label="{escape(table.caption)}">'
        f"{html_table(escape(table.caption), _head(table), rows)}"
        f"<p>{escape(table.legend)}</p><p>{escape(table.kernels)}</p>{f'<ul>{notes}</ul>' if notes else ''}</div>"
    )


def _head(table: "ValueTable") -> list[list[Cell]]:
    groups = [(title, len(list(columns))) for title, columns in groupby(table.columns, lambda column: column.title)]
    fixed = [Cell("program", 'rowspan="2"'), Cell("Clarke set", 'rowspan="2"')]
    first = [Cell(escape(title), f'scope="colgroup" colspan="{count}"') for title, count in groups]
    return [[*fixed, *first], [Cell(escape(heading)) for heading in table.headings]]


def _row(table: "ValueTable", name: str) -> list[Cell]:
    program = PROGRAMS[name]
    set_text = judge(program, (0.0,) * len(program.point)).set_text
    cells = [_cell(column.rows.get(name)) for column in table.columns]
    return [Cell(escape(program.label)), Cell(escape(set_text)), *cells]


def _cell(row: Measurement | None) -> Cell:
    verdict = verdict_of(row)
    if row is None or not verdict:
        return Cell(escape(cell_text(row)), 'class="none"')
    mark = f' <span role="img" aria-label="{verdict}">{MARKS[verdict]}</span>' if verdict in MARKS else ""
    kind = 'class="outside" ' if verdict == "outside" else ""
    return Cell(f"{escape(row.shown)}{mark}", f'{kind}title="{verdict}"')


# Measurements beside the snapshot, as a table for people: as text here, as HTML in ``table_html``.


MARKS = {"outside": "✗", "no set": "○"}  # Beside a value; a subgradient and a derivative have none.
WIDTH = 110  # Columns of a terminal.


@dataclass(frozen=True)
class Column:
    """The values of one library and kernel, measured here or taken from the snapshot; ``rows`` by program."""

    title: str
    origin: str
    version: str
    kernel: str
    rows: dict[str, Measurement]


@dataclass(frozen=True)
class ValueTable:
    """One row for each program, one column for each library: what came back, and what the calculus says of it."""

    programs: tuple[str, ...]
    columns: tuple[Column, ...]
    date: str
    missing: tuple[str, ...]

    @property
    def live(self) -> bool:
        """Whether anything in it was measured here."""
        return any(column.origin == "here" for column in self.columns)

    @property
    def caption(self) -> str:
        """What the table shows."""
        return f"What libraries return at the kink, {'here and ' if self.live else ''}in the snapshot"

    @property
    def headings(self) -> tuple[str, ...]:
        """What tells the columns apart: the version, where it was measured if both are shown, the kernel if several."""
        several = Counter((column.title, column.origin) for column in self.columns)
        found = []
        for column in self.columns:
            kernel = column.kernel.split(",")[0] if several[column.title, column.origin] > 1 else ""
            found.append(" ".join(filter(None, (column.origin if self.live else "", column.version, kernel))))
        return tuple(found)

    @property
    def kernels(self) -> str:
        """Which kernels computed the values."""
        by_title: dict[str, dict[str, None]] = {}
        for column in self.columns:
            by_title.setdefault(column.title, {})[column.kernel] = None
        return "Kernels: " + "; ".join(f"{title}: {' and '.join(kernels)}" for title, kernels in by_title.items()) + "."

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands below: rows that raised, crashed or ran out of time, and libraries that are missing."""
        told: dict[str, None] = {}  # The same error may be in the snapshot and here.
        for column in self.columns:
            for row in column.rows.values():
                if row.status in ("error", "crashed", "timed out"):
                    told[f"{column.title} {row.version}, {row.program}: {row.status}. {row.message}".strip()] = None
        return (*told, *self.missing)

    @property
    def legend(self) -> str:
        """What the signs mean."""
        return (
            "✗: outside the Clarke subdifferential. ○: there is no such set. –: the library has no word for it. "
            f"Snapshot: measured on {self.date}."
        )

    def __repr__(self) -> str:
        labels = ["", "", *(program for program in self.programs)]
        blocks: list[list[list[str]]] = [[labels]]
        for column, heading in zip(self.columns, self.headings, strict=True):
            entries = [column.title, heading, *(cell_text(column.rows.get(name)) for name in self.programs)]
            if len(blocks[-1]) > 1 and sum(_width(entry) for entry in [*blocks[-1], entries]) > WIDTH:
                blocks.append([labels])
            blocks[-1].append(entries)
        below = "\n".join((self.legend, self.kernels, *self.notes))
        return "\n\n".join([*("\n".join(_lines(block)) for block in blocks), below])

    def _repr_html_(self) -> str:

        return to_html(self)


def value_table(
    live: Iterable[Measurement] = (),
    programs: Sequence[str] | None = None,
    libraries: Sequence[str] | None = None,
    since: Snapshot | None = None,
) -> ValueTable:
    """The values that were measured here beside those of the snapshot, for these programs and libraries (default: all).

    Rows that were measured at another point than the program's own are left out.

    >>> value_table(programs=["abs", "clamp_min"], libraries=["jax", "mygrad"])  # doctest: +ELLIPSIS
               JAX     MyGrad
               0.10.2  2.5.0
    abs        1       0
    clamp_min  ½       0
    <BLANKLINE>
    ✗: outside the Clarke subdifferential. ○: there is no such set. –: the library has no word for it. Snapshot: ...
    """
    since, live = since or snapshot(), list(live)
    chosen = _chosen("programs", programs, PROGRAMS)
    columns: list[Column] = []
    missing: dict[str, None] = {}
    for library in _chosen("libraries", libraries, LIBRARIES):
        for origin, rows in (("here", live), ("snapshot", since.measurements)):
            # The sets and the snapshot are those of the programs' own points: a row at another one is not comparable.
            own = [row for row in rows if row.library == library and row.program in chosen and not row.point]
            for kernel in dict.fromkeys(row.kernel for row in own):
                of_kernel = [row for row in own if row.kernel == kernel]
                if all(row.status == "missing" for row in of_kernel):
                    where = f" ({kernel})" if kernel else ""
                    missing[f"{LIBRARIES[library].title}{where}: missing here. {of_kernel[0].message}"] = None
                    continue
                by_program = {row.program: row for row in of_kernel}
                version = of_kernel[0].version
                columns.append(Column(LIBRARIES[library].title, origin, version, kernel, by_program))
    return ValueTable(chosen, tuple(columns), since.date.isoformat(), tuple(missing))


def _chosen(argument: str, names: Sequence[str] | None, accepted: Any) -> tuple[str, ...]:
    for name in () if names is None else names:
        if name not in accepted:
            raise ValueError(f"{argument}: got {name!r}; accepted are {', '.join(map(repr, accepted))}")
    return tuple(accepted if names is None else names)


def verdict_of(row: Measurement | None) -> str:
    """The verdict on a row's value; empty if it has none, or was measured at another point."""
    return "" if row is None or row.value is None or row.point else judge(row.program, row.value).verdict


def cell_text(row: Measurement | None) -> str:
    """A value with its mark, or why there is none."""
    if row is None:
        return ""
    if row.status == "not offered":
        return "–"
    return " ".join(filter(None, (row.shown, MARKS.get(verdict_of(row), ""))))


def _width(entries: list[str]) -> int:
    return max(map(len, entries)) + 2


def _lines(block: list[list[str]]) -> list[str]:
    padded = [[entry.ljust(_width(column) - 2) for entry in column] for column in block]
    return ["  ".join(entries).rstrip() for entries in zip(*padded, strict=True)]
