"""What libraries returned: one value and the verdict on it, the snapshot of a known day, and what is new since then."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from course_lib.atomic_file import replaced_file
from course_lib.calculus import PiecewiseFunction, clarke_subdifferential
from course_lib.checks import one_of, refusal
from course_lib.topics.frameworks.libraries import LIBRARIES, PROGRAMS, Program

SHIPPED = Path(__file__).resolve().parent / "snapshot.json"
LASTING = ("measured", "not offered", "error")  # The other statuses tell of one machine and one run.
FAILED = ("error", "crashed", "timed out")
ROUNDING = 2.0**-20  # Eight units in the last place of float32 at 1.
NO_SET = "none: not locally Lipschitz there"


@dataclass(frozen=True)
class Measurement:
    """What a library returned for a program, or why there is no value.

    `library` and `program` are keys of `LIBRARIES` and `PROGRAMS`; `kernel` is what did the arithmetic, and in which
    precision: "CPU, float32". The `status` is "measured", "not offered" (the library has no word for the program),
    "missing" (not installed, or without its compiler), "error" (it raised, or returned no numbers), "crashed" or
    "timed out"; `message` is what was said then. The `value` is the derivative, one number for each variable, NaN and
    infinity included; `None` unless it was measured.
    """

    library: str
    version: str
    kernel: str
    program: str
    status: str
    value: tuple[float, ...] | None = None
    message: str = ""

    @property
    def shown(self) -> str:
        """The value as it is printed, or the status.

        >>> Measurement("torch", "2.13.0", "CPU, float32", "tied_max_reduce", "measured", (0.5, 0.5, 0.0)).shown
        '(½, ½, 0)'
        >>> Measurement("torch", "", "", "relu", "missing").shown
        'missing'
        """
        if self.value is None:
            return self.status
        entries = [_shown_number(number) for number in self.value]
        return entries[0] if len(entries) == 1 else f"({', '.join(entries)})"


def _shown_number(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    named = {0.5: "½", 0.25: "¼", 0.125: "⅛", math.inf: "∞"}.get(abs(number), f"{abs(number):.6g}")
    return f"−{named}" if number < 0 else named


@dataclass(frozen=True)
class Judgement:
    """A verdict and the set that it rests on.

    `verdict` is "derivative" (the function is smooth at the point, and this is its derivative), "subgradient" (one of
    several elements of the Clarke subdifferential), "outside" (not in it), or "no set" (the function is not locally
    Lipschitz at the point, so that there is no such set). `set_text` is the set, or why there is none.
    """

    verdict: str
    set_text: str


def judge(program: str | Program, value: float | Sequence[float]) -> Judgement:
    """g ∈ ∂f(a): is g in the Clarke subdifferential of the program's function f at its point a?

    The set is derived by `course_lib.calculus`. With several variables, g is in it exactly if g·d is in the Clarke
    subdifferential of t ↦ f(a + t·d) at 0 for every direction d, because f is convex and its directional derivative is
    the support function of the set. Finitely many directions decide for the functions here: the axes and (1, …, 1) for
    the largest entry, g itself for the length. ValueError if there is no such program, or g has not as many entries as
    there are variables. Source: Frank H. Clarke, *Optimization and Nonsmooth Analysis*, 1983, propositions 2.1.2 and
    2.2.7.

    >>> judge("relu", 0.5)
    Judgement(verdict='subgradient', set_text='[0, 1]')
    >>> judge("identity_relu", 0.0)
    Judgement(verdict='outside', set_text='{1}')
    >>> judge("tied_max_reduce", (1.0, 1.0, 0.0)).verdict
    'outside'
    """
    if not isinstance(program, Program):
        program = PROGRAMS[one_of("program", program, PROGRAMS)]
    g, size = np.ravel(np.asarray(value, dtype=float)), len(program.point)
    if len(g) != size:
        raise ValueError(refusal("value", value, f"{size} numbers for {program.id}"))
    if size == 1:
        bounds = clarke_bounds(program, (1.0,))
        if bounds is None:
            return Judgement("no set", NO_SET)
        low, high = (str(end).replace("-", "−") for end in bounds)
        return Judgement(_verdict(g[0], bounds), f"{{{low}}}" if low == high else f"[{low}, {high}]")
    if not np.isfinite(g).all():
        return Judgement("outside", program.set_text)
    directions = [*np.eye(size), np.ones(size)]
    if g.any():
        # Its own direction. At the maximum over directions an error of 2⁻²⁰ changes g·d by its square, and SymPy
        # decides about numbers of few digits.
        directions.append(np.round(g / abs(g).max() * 2**20) / 2**20)
    verdicts = set()
    for direction in directions:
        bounds = clarke_bounds(program, tuple(direction.tolist()))
        verdicts.add(_verdict(math.fsum(g * direction), bounds, abs(direction).sum()))
        if "outside" in verdicts:
            return Judgement("outside", program.set_text)
    return Judgement("subgradient" if "subgradient" in verdicts else "derivative", program.set_text)


@lru_cache(maxsize=256)
def clarke_bounds(program: Program, direction: tuple[float, ...]) -> tuple[sp.Expr, sp.Expr] | None:
    """Ends of the Clarke subdifferential of t ↦ f(a + t·d) at 0; `None` if the function has no such set there."""
    t = sp.Symbol("t", real=True)
    line = {
        name: sp.Rational(a) + sp.Rational(d) * t
        for name, a, d in zip(program.variables, program.point, direction, strict=True)
    }
    f = PiecewiseFunction.from_expr(sp.sympify(program.function, locals=line), t)
    try:
        slopes = clarke_subdifferential(f, 0)
    except ValueError:  # Not continuous, or of unbounded slope, or defined on one side of the point only.
        return None
    return slopes.inf, slopes.sup


def _verdict(number: float, bounds: Any, scale: float = 1.0) -> str:
    low, high = map(float, bounds)
    slack = ROUNDING * max(1.0, scale, abs(low), abs(high))
    if not low - slack <= number <= high + slack:  # Also if it is NaN.
        return "outside"
    return "derivative" if bounds[0] == bounds[1] else "subgradient"


class DamagedSnapshot(ValueError):
    """A snapshot cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True)
class Origin:
    """The day on which a library was measured, and the `environment`: Python, system and machine."""

    date: date
    environment: dict[str, str]


@dataclass(frozen=True)
class Snapshot:
    """Measurements, one for each library, kernel and program, and the origin of each library's."""

    origins: dict[str, Origin]
    measurements: tuple[Measurement, ...]

    @property
    def date(self) -> str:
        """The day of the measurements; of several the first and the last.

        >>> day, later = (Origin(date(2026, month, 1), {}) for month in (3, 5))
        >>> Snapshot({"jax": later, "torch": day}, ()).date
        '2026-03-01 to 2026-05-01'
        """
        days = sorted({origin.date.isoformat() for origin in self.origins.values()})
        return " to ".join(dict.fromkeys([*days[:1], *days[-1:]]))

    def row(self, library: str, program: str, kernel: str | None = None) -> Measurement | None:
        """The row of this library and program, of the kernel or, without one, of the first; `None` if there is none.

        >>> snapshot().row("tinygrad", "elu_1").shown
        '0'
        """
        for row in self.measurements:
            if (row.library, row.program) == (library, program) and kernel in (None, row.kernel):
                return row
        return None


@lru_cache(maxsize=1)
def snapshot() -> Snapshot:
    """The snapshot that comes with the course.

    >>> snapshot().row("jax", "abs").shown
    '1'
    """
    return read_snapshot(SHIPPED)


def read_snapshot(path: Path) -> Snapshot:
    """A snapshot from a file; `DamagedSnapshot` says what is wrong with it."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        rows = tuple(_row(row) for row in record["measurements"])
        origins = {
            name: Origin(date.fromisoformat(origin["date"]), origin["environment"])
            for name, origin in record["libraries"].items()
        }
        if set(origins) != {row.library for row in rows}:
            raise ValueError(f"there are days for {', '.join(origins)}, but values of other libraries")
        return Snapshot(origins, rows)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise DamagedSnapshot(f"{path.name} is damaged or missing: {type(error).__name__}: {error}") from error


def _row(record: dict[str, Any]) -> Measurement:
    value = tuple(map(float, record["value"])) if "value" in record else None
    row = Measurement(**{**record, "value": value})
    size = len(PROGRAMS[row.program].point) if row.status == "measured" else 0
    if row.library not in LIBRARIES or row.status not in LASTING or len(value or ()) != size:
        raise ValueError(f"{row.library}, {row.kernel}, {row.program}: {row.status} with the value {value}")
    return row


def merged(since: Snapshot, origin: Origin, measurements: Iterable[Measurement]) -> Snapshot:
    """The snapshot with what lasts of these measurements in place of all that it had of their libraries."""
    new = [row for row in measurements if row.status in LASTING]
    origins = {**since.origins, **{row.library: origin for row in new}}
    measured, order = {row.library for row in new}, list(LIBRARIES)
    rows = [*(row for row in since.measurements if row.library not in measured), *new]
    rows.sort(key=lambda row: order.index(row.library))
    return Snapshot({name: origins[name] for name in order if name in origins}, tuple(rows))


def write_snapshot(path: Path, content: Snapshot) -> None:
    """Write it with one library and one row a line, so that a change is seen in a comparison of lines."""
    origins = ",\n".join(
        f'"{name}": {json.dumps({"date": origin.date.isoformat(), "environment": origin.environment})}'
        for name, origin in content.origins.items()
    )
    rows = ",\n".join(json.dumps(_record(row), ensure_ascii=False) for row in content.measurements)
    with replaced_file(path) as file:
        file.write(f'{{"libraries": {{\n{origins}\n}}, "measurements": [\n{rows}\n]}}\n'.encode())


def _record(row: Measurement) -> dict[str, Any]:
    """The row as plain JSON, which has no NaN and no infinity: those become texts, and what is empty is left out."""
    record = {name: entry for name, entry in vars(row).items() if entry not in ("", None)}
    if row.value is not None:
        record["value"] = [number if math.isfinite(number) else str(number) for number in row.value]
    return record


def news(live: Iterable[Measurement]) -> list[str]:
    """One sentence for each value that is not that of the snapshot; libraries that are missing here are no news.

    A difference is what happens when a library changes: it is reported, never raised.

    >>> news([Measurement("torch", "2.14.1", "CPU, float32", "clamp_min", "measured", (0.0,))])  # doctest: +ELLIPSIS
    ['PyTorch 2.14.1: clamp_min is 0; the snapshot of ... has 1 for 2.13.0.']
    """
    since, sentences = snapshot(), []
    here = [row for row in live if row.status != "missing"]
    for (library, kernel), group in groupby(here, key=lambda row: (row.library, row.kernel)):
        rows = list(group)
        of_several = f" ({kernel})" if len(LIBRARIES[library].kernels) > 1 else ""
        name = f"{LIBRARIES[library].title} {rows[0].version}".strip() + of_several
        # Another kernel of the same library is expected to return the same.
        known = [since.row(library, row.program, kernel) or since.row(library, row.program) for row in rows]
        changed = [(row, old) for row, old in zip(rows, known, strict=True) if old is None or not _same(row, old)]
        if len(changed) > 1 and rows[0].status in FAILED and len({(row.status, row.message) for row in rows}) == 1:
            sentences.append(f"{name}: no program has a value ({rows[0].status}: {rows[0].message}).")
            continue
        for row, old in changed:
            said = f"is {row.shown}" if row.value is not None else f"has no value ({row.status})"
            before = "does not have it"
            if old is not None:
                before = f"of {since.origins[library].date} has {old.shown} for {old.version}"
            sentences.append(f"{name}: {row.program} {said}; the snapshot {before}.")
    return sentences


def _same(one: Measurement, other: Measurement) -> bool:
    """Is it the same status and, up to rounding, the same value? NaN is the same as NaN here."""
    if one.value is None or other.value is None:
        return one.status == other.status
    return len(one.value) == len(other.value) and np.allclose(one.value, other.value, 1e-6, 1e-6, equal_nan=True)
