"""The table of a work, and the rule that all losses agree."""

from typing import Any

Row = dict[str, Any]
CORE = "this core"
NOT_INSTALLED = "not installed"


def core_row(rows: list[Row]) -> Row:
    """The row of this core."""
    return next(row for row in rows if row["name"] == CORE)


def disagreements(rows: list[Row]) -> list[str]:
    """Peers whose loss differs from this core's by more than their tolerance times its size."""
    expected = core_row(rows)["loss"]
    return [
        f"{row['name']}: loss {row['loss']:.6f}, this core {expected:.6f}"
        for row in rows
        if row["loss"] is not None
        and row["tolerance"] is not None
        and not abs(row["loss"] - expected) <= row["tolerance"] * abs(expected)
    ]


def lines(rows: list[Row], unit: str = "µs per network and step", factor: float = 1.0) -> list[str]:
    """One line for each row: its time, this core's time as a share of it, the loss, the note."""
    core = core_row(rows)["us"]
    made = [f"{'':<24}{unit:>24}{'this core /':>13}{'loss':>11}"]
    for row in rows:
        if row["us"] is None:
            made.append(f"{row['name']:<24}{row['note']:>24}")
            continue
        loss = "" if row["loss"] is None else f"{row['loss']:.6f}"
        times = f"{row['us'] * factor:>24.2f}{core / row['us']:>13.3f}"
        made.append(f"{row['name']:<24}{times}{loss:>11}  {row['note']}".rstrip())
    return made


def print_work(description: str, rows: list[Row], *columns: Any) -> None:
    """Print the table of a work, and the losses that disagree."""
    print(f"\n{description}")
    print("\n".join(lines(rows, *columns)), flush=True)
    for disagreement in disagreements(rows):
        print(f"losses disagree: {disagreement}", flush=True)
