"""What a gradient check found: a verdict on each entry, and the worst of them as text."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

VERDICTS = ("agrees", "kink", "wrong", "undecided")
ROWS, CROSSINGS = 8, 4  # listed by repr


@dataclass(frozen=True)
class Part:
    """One array among those that are checked: its name, its shape, and where it starts in the flat vector of all."""

    name: str
    shape: tuple[int, ...]
    start: int = 0

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class Entry:
    """One entry of a gradient: ``claimed`` against ``measured`` ± ``error``, or against [left, right] at a kink.

    ``gap`` is how far the claim is outside. ``verdict`` is "agrees", "kink" (x is on a kink, and the claim is between
    the one-sided slopes), "wrong" or "undecided"; ``note`` says why it is not "agrees". ``crossed`` is the signed
    distance of a kink that a larger step crossed, or ``None``. ``position`` counts in the flat vector of all entries.
    """

    name: str
    position: int
    claimed: float
    measured: float
    error: float
    gap: float
    left: float
    right: float
    verdict: str
    at_kink: bool = False
    crossed: float | None = None
    note: str = ""


@dataclass(frozen=True, repr=False)
class GradientReport:
    """The verdicts of ``check_gradient`` on ``entries``; ``passed`` only if none is wrong and none undecided.

    ``size`` counts all entries of the gradient, ``checked`` says which of them were measured. ``causes`` are patterns
    of the wrong entries that are known to come from a certain mistake. ``complex_step`` says whether that method took
    part.
    """

    entries: tuple[Entry, ...]
    size: int
    checked: str
    tolerance: float
    causes: tuple[str, ...]
    complex_step: str

    @property
    def passed(self) -> bool:
        return not self.wrong and not self.undecided

    @property
    def wrong(self) -> tuple[Entry, ...]:
        return self._with("wrong")

    @property
    def undecided(self) -> tuple[Entry, ...]:
        return self._with("undecided")

    @property
    def kinks(self) -> tuple[Entry, ...]:
        """The entries whose left and right slope differ at x, whatever is claimed there."""
        return tuple(entry for entry in self.entries if entry.at_kink)

    @property
    def crossed(self) -> tuple[Entry, ...]:
        """The entries for which a step crossed a kink beside x; they are judged by smaller steps."""
        return tuple(entry for entry in self.entries if entry.crossed is not None)

    def _with(self, verdict: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.verdict == verdict)

    def __repr__(self) -> str:
        """Deterministic: digits that are noise are not shown."""
        count = Counter(entry.verdict for entry in self.entries)
        parts = [f"{count[verdict]} {word}" for verdict, word in _WORDS.items() if count[verdict]]
        outcome = "passed" if self.passed else "FAILED"
        lines = [f"{outcome}: {', '.join(parts)} ({self.checked}; relative tolerance {self.tolerance:g})"]
        listed = sorted((entry for entry in self.entries if entry.verdict != "agrees"), key=_badness)
        lines += _table(listed[:ROWS])
        if len(listed) > ROWS:
            lines.append(f"... and {len(listed) - ROWS} more")
        lines += [f"likely cause: {cause}" for cause in self.causes]
        if self.crossed:
            found = [f"{entry.name} {_side(entry.crossed)}" for entry in self.crossed[:CROSSINGS] if entry.crossed]
            more = f" and {len(self.crossed) - CROSSINGS} more" if len(self.crossed) > CROSSINGS else ""
            lines.append(f"a step crossed a kink, smaller ones were used: {', '.join(found)}{more}")
        return "\n".join(lines)


_WORDS = {"agrees": "agree", "kink": "at a kink, between its slopes", "wrong": "wrong", "undecided": "undecided"}


def _badness(entry: Entry) -> tuple[int, float, int]:
    """Wrong before undecided before kinks; the wrong ones by relative gap, without the digits that noise decides."""
    scale = max(abs(entry.claimed), abs(entry.measured))
    relative = entry.gap / scale if scale and math.isfinite(scale) else math.inf
    if entry.verdict != "wrong":
        relative = 0.0
    rounded = float(f"{relative:.1e}") if math.isfinite(relative) else math.inf
    return ("wrong", "undecided", "kink").index(entry.verdict), -rounded, entry.position


def _table(entries: Sequence[Entry]) -> list[str]:
    if not entries:
        return []
    rows = [("entry", "claimed", "measured", "off by", "verdict")]
    for entry in entries:
        measured = _number(entry.measured, entry.error)
        if entry.at_kink:
            low, high = sorted((entry.left, entry.right))
            measured = f"[{_number(low, entry.error)}, {_number(high, entry.error)}]"
        off = f"{entry.gap:.2g}" if entry.verdict == "wrong" else "–"
        verdict = f"{entry.verdict}: {entry.note}" if entry.note else entry.verdict
        rows.append((entry.name, f"{entry.claimed:.7g}", measured, off, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(row[j].rjust(widths[j]) for j in (1, 2, 3)), row[4]]).rstrip()
        for row in rows
    ]


def _number(value: float, error: float) -> str:
    """At most 5 digits, and none below the error."""
    if not math.isfinite(value):
        return "?"
    if abs(value) <= error:
        return "0"
    digits = 5 if error == 0 else min(max(int(math.log10(abs(value) / error)), 1), 5)
    return f"{value:.{digits}g}"


def _side(distance: float | None) -> str:
    return f"({abs(distance or 0):.1e} to the {'right' if (distance or 0) > 0 else 'left'})"
