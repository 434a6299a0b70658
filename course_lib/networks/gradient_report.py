"""The verdicts of `check_gradient`, as a table that names the worst entries and the mistakes that patterns come from.

A pattern is a factor, a sign or a transposition: mistakes that every wrong entry shows in the same way.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from course_lib.networks.slope_measurement import TOLERANCE
from course_lib.table import text_table

LARGEST_WHOLE = 10_000  # a factor is looked for among the whole numbers up to this, and their reciprocals
WORDS = {"agrees": "agree", "kink": "at a kink, between its slopes", "wrong": "wrong", "undecided": "undecided"}
ROWS = 8  # of a report: the entries that are listed


@dataclass(frozen=True)
class Entry:
    """One entry of a gradient: `claimed` against `measured` ± `error`, or against [left, right] at a kink.

    `gap` is how far the claim is outside. `verdict` is "agrees", "kink" (x is on a kink, and the claim is between the
    one-sided slopes), "wrong" or "undecided"; `note` says why it is not "agrees".
    """

    name: str
    claimed: float
    measured: float
    error: float
    gap: float
    left: float
    right: float
    verdict: str
    at_kink: bool = False
    note: str = ""


@dataclass(frozen=True, repr=False)
class GradientReport:
    """The verdicts of `check_gradient` on all `entries`; `passed` only if none is wrong and none undecided.

    It failed if an entry is wrong, and is undecided if none is wrong and some are undecided. `causes` are patterns of
    the wrong entries that are known to come from a certain mistake; `advice` says what would end the doubt.
    """

    entries: tuple[Entry, ...]
    causes: tuple[str, ...] = ()
    advice: str = ""

    @property
    def size(self) -> int:
        return len(self.entries)

    @property
    def passed(self) -> bool:
        return not self.wrong and not self.undecided

    @property
    def wrong(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.verdict == "wrong")

    @property
    def undecided(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.verdict == "undecided")

    @property
    def kinks(self) -> tuple[Entry, ...]:
        """The entries whose left and right slope differ at x, whatever is claimed there."""
        return tuple(entry for entry in self.entries if entry.at_kink)

    def _texts(self) -> tuple[str, list[tuple[str, ...]], list[str]]:
        """The outcome, the head with its rows if any, the lines below. Deterministic: no digits that are noise."""
        count = Counter(entry.verdict for entry in self.entries)
        counted = ", ".join(f"{count[verdict]} {word}" for verdict, word in WORDS.items() if count[verdict])
        entries = "the only entry" if self.size == 1 else f"all {self.size} entries"
        outcome = "FAILED" if self.wrong else "UNDECIDED" if self.undecided else "passed"
        listed = sorted((entry for entry in self.entries if entry.verdict != "agrees"), key=_badness)
        below = [f"... and {len(listed) - ROWS} more"] if len(listed) > ROWS else []
        below += [f"likely cause: {cause}" for cause in self.causes]
        below += [f"advice: {self.advice}"] if self.advice else []
        title = f"{outcome}: {counted} ({entries}; relative tolerance {TOLERANCE:g})"
        return title, _rows(listed[:ROWS]), below

    def __repr__(self) -> str:
        title, rows, below = self._texts()
        return "\n".join([title, *_aligned(rows), *below])

    def _repr_html_(self) -> str:
        title, rows, below = self._texts()
        return text_table(title, rows[0], rows[1:], below) if rows else text_table("", [], [], [title, *below])


def _badness(entry: Entry) -> tuple[int, float]:
    """Wrong before undecided before kinks; the wrong ones by relative gap, without the digits that noise decides."""
    scale = max(abs(entry.claimed), abs(entry.measured))
    relative = entry.gap / scale if scale and math.isfinite(scale) else math.inf
    if entry.verdict != "wrong":
        relative = 0.0
    rounded = float(f"{relative:.1e}") if math.isfinite(relative) else math.inf
    return ("wrong", "undecided", "kink").index(entry.verdict), -rounded


def _rows(entries: Sequence[Entry]) -> list[tuple[str, ...]]:
    if not entries:
        return []
    rows: list[tuple[str, ...]] = [("entry", "claimed", "measured", "off by", "verdict")]
    for entry in entries:
        measured = _shown(entry.measured, entry.error)
        if entry.at_kink:
            low, high = sorted((entry.left, entry.right))
            measured = f"[{_shown(low, entry.error)}, {_shown(high, entry.error)}]"
        off = f"{entry.gap:.2g}" if entry.verdict == "wrong" else "–"
        verdict = f"{entry.verdict}: {entry.note}" if entry.note else entry.verdict
        rows.append((entry.name, f"{entry.claimed:.7g}", measured, off, verdict))
    return rows


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
    return [
        "  ".join([row[0].ljust(widths[0]), *(row[j].rjust(widths[j]) for j in (1, 2, 3)), row[4]]).rstrip()
        for row in rows
    ]


def _shown(value: float, error: float) -> str:
    """At most 5 digits, and none below the error."""
    if not math.isfinite(value):
        return "?"
    if abs(value) <= error:
        return "0"
    digits = 5 if error == 0 else min(max(int(math.log10(abs(value) / error)), 1), 5)
    return f"{value:.{digits}g}"


def likely_causes(entries: Sequence[Entry], shapes: Sequence[tuple[int, ...]]) -> tuple[str, ...]:
    """claimed = c·measured, claimed = measuredᵀ, NaN, or a kink's slope put in place of a product, in words.

    A factor or a sign is stated only if every wrong entry shows it, a transposition only if every entry does.
    """
    wrong = [entry for entry in entries if entry.verdict == "wrong"]
    finite = [entry for entry in wrong if math.isfinite(entry.claimed)]
    smooth = [entry for entry in finite if not entry.at_kink]
    causes = []
    if count := len(wrong) - len(finite):
        causes.append(f"{count} {'entries are' if count > 1 else 'entry is'} NaN or infinite")
    if len(smooth) < len(finite):
        causes.append("the slope at a kink has to multiply the upstream gradient, not replace it")
    if smooth and (pattern := _transposed(entries, shapes) or _factor(entries, smooth)):
        causes.append(pattern)
    return tuple(causes)


def _matches(claimed: float, expected: float, error: float) -> bool:
    return abs(claimed - expected) <= 3 * error + 2 * TOLERANCE * max(abs(claimed), abs(expected))


def _transposed(entries: Sequence[Entry], shapes: Sequence[tuple[int, ...]]) -> str:
    """Whether every array that has wrong entries is square and agrees once it is transposed."""
    start, found = 0, False
    for shape in shapes:
        part = entries[start : start + math.prod(shape)]
        start += len(part)
        if not any(entry.verdict == "wrong" for entry in part):
            continue
        if len(shape) != 2 or shape[0] != shape[1]:
            return ""
        turned = np.reshape([entry.claimed for entry in part], shape).T.ravel().tolist()
        if not all(_matches(t, e.measured, e.error) for t, e in zip(turned, part, strict=True) if not e.at_kink):
            return ""
        found = True
    return "a transposed matrix: claimed.T agrees" if found else ""


def _factor(entries: Sequence[Entry], wrong: Sequence[Entry]) -> str:
    known = [entry for entry in wrong if abs(entry.measured) > 10 * entry.error]
    if not known:
        return ""
    c = median(entry.claimed / entry.measured for entry in known)
    whole = _whole(c)
    if not whole and len(known) < 3:
        return ""  # one or two entries have some factor by chance
    c = whole or c
    if not all(_matches(e.claimed, c * e.measured, abs(c) * e.error) for e in wrong):
        return ""
    right = any(e.verdict == "agrees" and abs(e.measured) > 10 * e.error for e in entries)
    where = f"in the {len(wrong)} wrong entries " if right and len(wrong) > 1 else ""
    return where + _factor_in_words(c)


def _whole(c: float) -> float:
    """c as ±k or ±1/k for a whole number k up to `LARGEST_WHOLE`; 0.0 if it is none."""
    if not 0.5 / LARGEST_WHOLE < abs(c) < 2 * LARGEST_WHOLE:
        return 0.0
    k = round(abs(c) if abs(c) >= 1 else 1 / abs(c))
    rounded = math.copysign(k if abs(c) >= 1 else 1 / k, c)
    return rounded if k <= LARGEST_WHOLE and abs(c - rounded) <= 2 * TOLERANCE * abs(c) else 0.0


def _factor_in_words(c: float) -> str:
    if c == 0:
        return "claimed is 0 where the function changes"
    sign = "−" if c < 0 else ""
    size, inverse = abs(c), 1 / abs(c)
    if size == 1:
        return "the sign: claimed = −measured"
    if _whole(c) and size > 1:
        return f"claimed = {sign}{size:.0f} × measured: a missing factor of {sign}1/{size:.0f}"
    if _whole(c):
        return f"claimed = {sign}measured/{inverse:.0f}: a missing factor of {sign}{inverse:.0f}"
    return f"claimed = {sign}{size:.6g} × measured: a missing factor of {sign}{inverse:.6g}"
