"""What this topic shows: returned values as a figure and as a table, and programs with their automatic derivatives."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby

import numpy as np
import sympy as sp

from course_lib.figures import Axis, Band, Curve, Label, Layer, Points, Scene, Segment, rise_and_run
from course_lib.figures import format_number as number
from course_lib.figures.scene import SUPERSCRIPT
from course_lib.table import LEFT, Cell, html_table
from course_lib.topics.frameworks.dual_numbers import EMULATIONS, function_of
from course_lib.topics.frameworks.experiment import (
    SLOPE_PROGRAMS,
    S,
    clarke_set,
    derivative_in_s,
    nested_identity,
    right_slopes,
)
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS, chosen
from course_lib.topics.frameworks.measurements import FAILED, Measurement, clarke_bounds, judge, snapshot

DERIVATIVE = Axis("derivative", (-1.3, 2.9), ticks=((-1, "−1"), (0, "0"), (0.5, "½"), (1, "1"), (2, "2")))
BESIDE = 0.04  # How far a number stands from its dot.
WORDS = 2.4  # Where NaN, ∞ and what is no number stand.
# Programs of one variable that have a Clarke subdifferential, by what is typed.
CHOICES: dict[str, str] = {
    program.label: program.id for program in PROGRAMS.values() if len(program.point) == 1 and program.id != "sqrt"
}
AT_0 = {  # Functions that are 0 at 0, and a program for each.
    "ReLU": "relu", "|x|": "abs", "leaky ReLU, α = 1/8": "leaky_relu", "ELU, α = 1": "elu_1", "ELU, α = 2": "elu_2",
}  # fmt: skip
REACH = 2.4
SAMPLES = 97
LINE_AXES = Axis("t", (-REACH, REACH)), Axis("", (-1.3, 1.3))
MOST_NESTED = 8
MARKS = {"outside": "✗", "no set": "○"}  # Beside a value; a subgradient and a derivative have none.
WIDTH = 110  # Columns of a terminal.
# What must not be lost in a notebook that is not trusted stands at the cells: there JupyterLab drops the sheet.
OUTSIDE = "background-color: rgba(213, 94, 0, 0.22); font-weight: 600"  # Seen on a light and on a dark page.
STYLE = """
.kink-values { padding: var(--jp-code-padding, 5px); }
.kink-values figcaption { padding-bottom: 0.5em; }
.kink-values [role="region"] { max-height: 32rem; overflow: auto; }
.kink-values table { border-collapse: separate; border-spacing: 0; font-size: 0.92em; margin: 0; }
.kink-values :is(th, td) { padding: 0.15em 0.55em; white-space: nowrap; font-variant-numeric: tabular-nums;
  border-bottom: 1px solid rgba(128, 128, 128, 0.35); }
.kink-values :is(thead, th) { background: var(--jp-layout-color0, Canvas); font-weight: 600; }
.kink-values thead { position: sticky; top: 0; z-index: 2; }
.kink-values :is([scope="row"], [rowspan]:first-child) { position: sticky; left: 0; z-index: 1; }
.kink-values .first { border-left: 1px solid rgba(128, 128, 128, 0.35); }
.kink-values :is(ul, p) { margin: 0.5em 0 0; }
@media print {
  .kink-values [role="region"] { max-height: none; overflow: visible; }
  .kink-values :is(thead, th) { position: static !important; }
  .kink-values table { font-size: 7pt; table-layout: auto; width: 100%; }
  .kink-values :is(th, td) { padding: 0.15em 0.25em; white-space: normal; }
  .kink-values thead [scope]:not([rowspan]) { writing-mode: vertical-rl; }
}
"""
# Plain keys scroll the table. Enter, Esc and what Ctrl or Cmd goes with are the notebook's, Tab leads to the next cell.
KEYS = """
const cell = this.closest(".jp-Cell");
const back = event.key === "Enter" || event.key === "Escape";
const next = event.key === "Tab" && !event.shiftKey && cell?.nextElementSibling;
if (next) {
  event.preventDefault();
  next.focus();
} else if (cell && (back || event.ctrlKey || event.metaKey)) {
  if (back) cell.focus({ preventScroll: true });
  if (!cell.dispatchEvent(new KeyboardEvent("keydown", event))) event.preventDefault();
}"""


def values_of_frameworks(program: str = "relu(x) at 0") -> Scene:
    """The derivative that each library returned; the band is the Clarke subdifferential of the program's function.

    Hollow points are outside of it. Rows marked *emulated* follow rules read in the library's source. `program` is a
    key of `CHOICES`.

    >>> values_of_frameworks("relu6(x) at 6").description
    'relu6(x) at 6 may be anything in [0, 1]: PyTorch 0, TensorFlow 0, JAX 0, tinygrad 1; none is outside.'
    """
    id = CHOICES[program]
    rows = _rows(id)
    low, high = map(float, clarke_bounds(PROGRAMS[id], (1.0,)) or ())
    height = (0.5, len(rows) + 0.5)
    layers: list[Layer] = []
    if low < high:
        band = f"Clarke set, {number(low)} to {number(high)}"
        layers.append(Band(np.array([low, high]), np.full(2, height[0]), np.full(2, height[1]), band))
        may_be = f"may be anything in [{number(low)}, {number(high)}]"
    else:
        layers.append(Segment((low, height[0]), (low, height[1]), f"the derivative, {number(low)}", "sky", width=4))
        may_be = f"has the derivative {number(low)}"
    places: dict[bool, list[tuple[float, int]]] = {False: [], True: []}  # By whether the value is outside.
    said, outside = [], []
    for position, (name, _, value) in zip(range(len(rows), 0, -1), rows, strict=True):
        if isinstance(value, str):
            layers.append(Label(WORDS, position, value, "center", "grey"))
            continue
        is_outside = judge(id, value).verdict == "outside"
        said.append(f"{name} {'NaN' if math.isnan(value) else number(value)}")
        outside += [name] * is_outside
        if math.isfinite(value):
            places[is_outside].append((value, position))
            layers.append(Label(value + BESIDE, position, "½" if value == 0.5 else number(value), "right"))
        else:
            layers.append(Label(WORDS, position, "NaN" if math.isnan(value) else "∞", "center", "vermilion"))
    for is_outside, label, color, marker in (
        (False, "returned, in the set", "blue", "filled"),
        (True, "returned, outside", "vermilion", "hollow"),
    ):
        if places[is_outside]:
            x, y = np.array(places[is_outside], dtype=float).T
            layers.append(Points(x, y, label, color, marker, 11))
    verdict = f"outside: {', '.join(outside)}" if outside else "none is outside"
    ticks = tuple((float(len(rows) - i), f"{name} {version}".strip()) for i, (name, version, _) in enumerate(rows))
    title = f"{program}: {len(outside) or 'none'} of {len(said)} values {'is' if len(outside) < 2 else 'are'} outside"
    return Scene(
        title, DERIVATIVE, Axis("", height, ticks=ticks), tuple(layers),
        f"{program} {may_be}: {', '.join(said)}; {verdict}.", axes_follow="program",
    )  # fmt: skip


def _rows(id: str) -> list[tuple[str, str, float | str]]:
    """Name, version and value of each library, then of what is emulated; why there is no value where there is none."""
    rows: list[tuple[str, str, float | str]] = []
    for key, library in LIBRARIES.items():
        measured = snapshot().row(key, id)
        if measured is not None:
            why = measured.status if measured.status == "not offered" else "an error"
            rows.append((library.title, measured.version, why if measured.value is None else measured.value[0]))
    rows += [(emulation.label, "", float(emulation.value)) for emulation in EMULATIONS if emulation.program_id == id]
    return rows


@dataclass(frozen=True)
class Column:
    """The values of one library and kernel, measured here or taken from the snapshot; `rows` by program."""

    title: str
    origin: str
    version: str
    kernel: str
    rows: dict[str, Measurement]


@dataclass(frozen=True)
class ValueTable:
    """One row for each program, one column for each library: what came back, and what the calculus says of it.

    It is printed as text, and shown in a notebook as HTML that needs nothing else and is scrolled with the keyboard.
    """

    programs: tuple[str, ...]
    columns: tuple[Column, ...]
    missing: tuple[str, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """What tells the columns apart: the version, where it was measured if both are shown, the kernel if several."""
        several = Counter((column.title, column.origin) for column in self.columns)
        headings = []
        for column in self.columns:
            kernel = column.kernel.split(",")[0] if several[column.title, column.origin] > 1 else ""
            headings.append(" ".join(filter(None, (column.origin if self._live else "", column.version, kernel))))
        return tuple(headings)

    @property
    def below(self) -> tuple[str, str]:
        """What the signs mean, and which kernels computed the values."""
        kernels: dict[str, dict[str, None]] = {}
        for column in self.columns:
            kernels.setdefault(column.title, {})[column.kernel] = None
        return (
            "✗: outside the Clarke set. ○: there is no such set. –: the library does not offer it. "
            f"Snapshot: measured on {snapshot().date}.",
            "Arithmetic: " + "; ".join(f"{title}: {' and '.join(names)}" for title, names in kernels.items()) + ".",
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """Rows that raised, crashed or ran out of time, and libraries that are missing."""
        told: dict[str, None] = {}  # The same error may be in the snapshot and here.
        for column in self.columns:
            for row in column.rows.values():
                if row.status in FAILED:
                    told[f"{column.title} {row.version}, {row.program}: {row.status}. {row.message}".strip()] = None
        return (*told, *self.missing)

    @property
    def _live(self) -> bool:
        return any(column.origin == "here" for column in self.columns)

    def __repr__(self) -> str:
        blocks: list[list[list[str]]] = [[["", "", *self.programs]]]
        for column, heading in zip(self.columns, self.headings, strict=True):
            shown = [_shown(column.rows.get(name)) for name in self.programs]
            entries = [column.title, heading, *(f"{text} {MARKS.get(verdict, '')}".rstrip() for text, verdict in shown)]
            if len(blocks[-1]) > 1 and sum(max(map(len, cells)) + 2 for cells in [*blocks[-1], entries]) > WIDTH:
                blocks.append(blocks[0][:1])
            blocks[-1].append(entries)
        return "\n\n".join([*map(_lines, blocks), "\n".join((*self.below, *self.notes))])

    def _repr_html_(self) -> str:
        caption = f"What libraries return at the kink, {'here and ' if self._live else ''}in the snapshot"
        titles = [(title, len(list(group))) for title, group in groupby(self.columns, lambda column: column.title)]
        rowspan = f'rowspan="2" {LEFT}'
        spans = [f'scope="colgroup" colspan="{count}" class="first" {LEFT}' for _, count in titles]
        head = [Cell("program", rowspan), Cell("Clarke set", rowspan)]
        head += [Cell(escape(title), span) for (title, _), span in zip(titles, spans, strict=True)]
        # Columns of one library stand together: a line is before the first of them.
        firsts = [position == 0 for _, count in titles for position in range(count)]
        body = []
        for name in self.programs:
            program = PROGRAMS[name]
            set_text = judge(program, (0.0,) * len(program.point)).set_text
            cells = [_cell(*_shown(c.rows.get(name)), first) for c, first in zip(self.columns, firsts, strict=True)]
            body.append([Cell(escape(program.label), LEFT), Cell(escape(set_text), LEFT), *cells])
        below = [
            Cell(escape(heading), f'class="first" {LEFT}' if first else LEFT)
            for heading, first in zip(self.headings, firsts, strict=True)
        ]
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        keys = f'data-lm-suppress-shortcuts="true" onkeydown="{escape(KEYS)}"'
        return (
            f'<style>{STYLE}</style><figure class="kink-values" style="margin: 0">'
            f"<figcaption><strong>{caption}</strong></figcaption>"
            f'<div role="region" tabindex="0" aria-label="{caption}" style="overflow-x: auto" {keys}>'
            f"{html_table('', [head, below], body)}</div>"
            f"{''.join(f'<p>{escape(text)}</p>' for text in self.below)}{f'<ul>{notes}</ul>' if notes else ''}</figure>"
        )


def _shown(row: Measurement | None) -> tuple[str, str]:
    """A value with the verdict on it, or why there is none."""
    if row is None or row.value is None:
        return "" if row is None else "–" if row.status == "not offered" else row.status, ""
    return row.shown, judge(row.program, row.value).verdict


def _lines(block: list[list[str]]) -> str:
    padded = [[entry.ljust(max(map(len, column))) for entry in column] for column in block]
    return "\n".join("  ".join(entries).rstrip() for entries in zip(*padded, strict=True))


def _cell(text: str, verdict: str, first: bool) -> Cell:
    mark = f' <span role="img" aria-label="{verdict}">{MARKS[verdict]}</span>' if verdict in MARKS else ""
    style = f"text-align: left; {OUTSIDE if verdict == 'outside' else ''}"
    if not verdict:
        style += "opacity: 0.75"
    kind = " ".join(filter(None, ("outside" if verdict == "outside" else "", "first" if first else "")))
    attributes = [f'class="{kind}"' if kind else "", f'title="{verdict}"' if verdict else "", f'style="{style}"']
    return Cell(f"{escape(text)}{mark}", " ".join(filter(None, attributes)))


def value_table(
    live: Iterable[Measurement] = (),
    programs: Sequence[str] | None = None,
    libraries: Sequence[str] | None = None,
) -> ValueTable:
    """The values that were measured here beside those of the snapshot, for these programs and libraries (default: all).

    ValueError for a name that is not known.

    >>> value_table(programs=["abs", "clamp_min"], libraries=["jax", "mygrad"])  # doctest: +ELLIPSIS
               JAX     MyGrad
               0.10.2  2.5.0
    abs        1       0
    clamp_min  ½       0
    <BLANKLINE>
    ✗: outside the Clarke set. ○: there is no such set. –: the library does not offer it. Snapshot: ...
    """
    names, live = chosen("programs", programs, PROGRAMS), list(live)
    columns: list[Column] = []
    missing: dict[str, None] = {}
    for library in chosen("libraries", libraries, LIBRARIES):
        title = LIBRARIES[library].title
        for origin, rows in (("here", live), ("snapshot", snapshot().measurements)):
            own = [row for row in rows if row.library == library and row.program in names]
            for kernel in dict.fromkeys(row.kernel for row in own):
                of_kernel = {row.program: row for row in own if row.kernel == kernel}
                first = next(iter(of_kernel.values()))
                if all(row.status == "missing" for row in of_kernel.values()):
                    missing[f"{title}{f' ({kernel})' if kernel else ''}: missing here. {first.message}"] = None
                else:
                    columns.append(Column(title, origin, first.version, kernel, of_kernel))
    return ValueTable(names, tuple(columns), tuple(missing))


def line_at_kink(function: str = "ReLU", slope: float = 0.5) -> Scene:
    """The graph of a function of `AT_0`, and the line y = slope·x: is the slope in the Clarke subdifferential at 0?

    >>> line_at_kink("|x|", -2).description
    '|x| and the line of slope −2: it is outside the Clarke set, from −1 to 1.'
    """
    low, high = map(float, clarke_bounds(PROGRAMS[AT_0[function]], (1.0,)) or ())
    layers, place, verdict = _with_line(_graph(function), slope, low, high, "slope")
    return Scene(
        f"{function}: slope {number(slope)} is {place}", Axis("x", LINE_AXES[0].limits), LINE_AXES[1], layers,
        equal_units=True, description=f"{function} and the line of slope {number(slope)}: {verdict}",
    )  # fmt: skip


def program_and_line(program: str = "relu(t)", s: float = 0.0) -> Scene:
    """The graph of a program's function, and the line with its automatic derivative at 0, for relu'(0) = s.

    `program` is a name in `SLOPE_PROGRAMS`, s a number from 0 to 1.

    >>> print(program_and_line("relu(t) − relu(−t)", 0.25).description.replace(": it", ":\\nit"))
    The program relu(t) − relu(−t) with s = 0.25, its automatic derivative at 0 is 0.5:
    it is not right, for the function has the derivative 1 there.
    """
    function = SLOPE_PROGRAMS[program]
    slope, right = float(derivative_in_s(function).subs(S, s)), clarke_set(function)
    layers, place, verdict = _with_line(_graph(program), slope, float(right.inf), float(right.sup), "s")
    found = f"automatic derivative at 0 is {number(slope)}"
    return Scene(
        f"The {found}: {place}", *LINE_AXES, layers, equal_units=True,
        description=f"The program {program} with s = {number(s)}, its {found}: {verdict}",
    )  # fmt: skip


def _with_line(graph: Curve, slope: float, low: float, high: float, control: str) -> tuple[tuple[Layer, ...], str, str]:
    """A graph through 0, a line through 0 and all lines with slopes from `low` to `high`; where the line lies."""
    right = low - 1e-9 <= slope <= high + 1e-9
    layers: list[Layer]
    if low < high:
        ends = np.array([-REACH, 0.0, REACH])
        fan = np.sort(np.outer([low, high], ends), axis=0)
        layers = [Band(ends, fan[0], fan[1], f"slopes from {number(low)} to {number(high)}")]
        place = f"{'in' if right else 'outside'} the Clarke set"
        verdict = f"it is {place}, from {number(low)} to {number(high)}."
    else:
        layers = [Segment(*_ends(low), f"slope {number(low)}, the derivative", "green", "solid", 8)]
        place = "right" if right else "not right"
        verdict = f"it is {place}, for the function has the derivative {number(low)} there."
    dash, color = ("dashed", "orange") if right else ("dotted", "vermilion")
    run = 1.0 if abs(slope) <= 1 else 0.6
    layers += [
        graph,
        Segment(*_ends(slope), f"the line, {place}", color, dash, 4, control=control),
        *rise_and_run((-run, -slope * run), (0.0, 0.0), *LINE_AXES),
        Points(np.zeros(1), np.zeros(1), color="ink"),
    ]
    return tuple(layers), place, verdict


def _ends(slope: float) -> tuple[tuple[float, float], tuple[float, float]]:
    return (-REACH, -slope * REACH), (REACH, slope * REACH)


@lru_cache
def _graph(name: str) -> Curve:
    """The graph of a function of `AT_0`, or of what a program of `SLOPE_PROGRAMS` computes."""
    x, program, label = np.linspace(-REACH, REACH, SAMPLES), SLOPE_PROGRAMS.get(name), "what the program computes"
    if program is None:
        program, label = (lambda x: sp.sympify(PROGRAMS[AT_0[name]].function, locals={"x": x})), name
    return Curve(x, function_of(program)(x), label, "blue", width=3)


def nested_slopes(k: int = 1) -> Scene:
    """2sᵏ against s: the automatic derivative at 0 of relu(…relu(t)…) − relu(…relu(−t)…) = t, k ReLUs in each part.

    Only s = 2^(−1/k) gives 1, which is right. Dotted lines are the smaller k. k is a whole number from 1 to 8.

    >>> nested_slopes(2).description
    '2 ReLUs in each part: the automatic derivative of t is 2s². It is 1 at s = 0.707 only; for k = 1 at s = 0.5.'
    """
    s = np.linspace(0, 1, SAMPLES)
    power = "s" if k == 1 else "s" + str(k).translate(SUPERSCRIPT)
    layers: list[Layer] = [Segment((0, 1), (1, 1), "1, the derivative of t", "green", width=3)]
    places = []
    for depth in range(1, k + 1):
        program = nested_identity(depth)
        y = sp.lambdify(S, derivative_in_s(program), "numpy")(s)
        (place,) = right_slopes(program)
        places.append(float(place))
        if depth < k:
            layers.append(Curve(s, y, "smaller k" if depth == 1 else "", "grey", "dotted"))
        else:
            layers.append(Curve(s, y, f"2{power}", "blue", width=3))
    if k > 1:
        layers.append(Points(np.array(places[:-1]), np.ones(k - 1), "right for smaller k", "grey", "hollow"))
    layers.append(Points(np.array(places[-1:]), np.ones(1), "right for this k", "green", size=11, control="k"))
    parts = "1 ReLU in each part" if k == 1 else f"{k} ReLUs in each part"
    first = "" if k == 1 else f"; for k = 1 at s = {number(places[0])}"
    return Scene(
        f"The derivative of t comes back for s = {number(places[-1])} only", Axis("s, the slope of ReLU at 0", (0, 1)),
        Axis("automatic derivative", (0, 2.1)), tuple(layers),
        f"{parts}: the automatic derivative of t is 2{power}. It is 1 at s = {number(places[-1])} only{first}.",
    )  # fmt: skip
