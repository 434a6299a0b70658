"""One measured value, as a record and as JSON."""

import math
from dataclasses import dataclass
from typing import Any

STATUSES = ("measured", "not offered", "missing", "error", "crashed", "timed out")


@dataclass(frozen=True)
class Measurement:
    """What a library returned for a program, or why there is no value.

    Attributes
    ----------
    library, program : str
        Keys of ``LIBRARIES`` and ``PROGRAMS``.
    version : str
        The library's version; empty if it is not known.
    kernel : str
        What did the arithmetic, and in which precision: ``"CPU, float32"``.
    status : str
        ``"measured"``, ``"not offered"`` (the library has no word for this program), ``"missing"`` (not installed, or
        without its compiler), ``"error"`` (it raised, or returned no numbers), ``"crashed"`` or ``"timed out"``.
    value : tuple of float or None
        The derivative, one number for each variable, NaN and infinity included; ``None`` unless measured.
    message : str
        What the library said: an error, or what it printed.
    point : tuple of float
        Where, if that is not the program's own point in ``PROGRAMS``; else empty.
    """

    library: str
    version: str
    kernel: str
    program: str
    status: str
    value: tuple[float, ...] | None = None
    message: str = ""
    point: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status: got {self.status!r}; accepted are {', '.join(map(repr, STATUSES))}")
        if (self.value is not None) != (self.status == "measured"):
            raise ValueError(f"value: got {self.value!r} as {self.status!r}; accepted is a value where it is measured")

    @property
    def shown(self) -> str:
        """The value as it is printed, or the status.

        >>> Measurement("torch", "2.13.0", "CPU, float32", "tied_max_reduce", "measured", (0.5, 0.5, 0.0)).shown
        '(½, ½, 0)'
        >>> Measurement("torch", "", "", "relu", "missing").shown
        'missing'
        """
        return self.status if self.value is None else format_value(self.value)


def format_value(value: tuple[float, ...]) -> str:
    """Numbers of a derivative: ``"½"``, ``"∞"``, ``"NaN"``, ``"(1, 0, 0)"``."""
    entries = [_format(number) for number in value]
    return entries[0] if len(entries) == 1 else f"({', '.join(entries)})"


def _format(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    named = {0.5: "½", 0.25: "¼", 0.125: "⅛"}.get(abs(number), f"{abs(number):.6g}")
    return named if number >= 0 or named == "0" else f"−{named}"


def encode(number: float) -> float | str:
    """A number for JSON, which has no NaN and no infinity: those become strings."""
    return number if math.isfinite(number) else str(number)


def to_json(measurement: Measurement) -> dict[str, Any]:
    """The record as plain JSON values; what is empty is left out."""
    record = {name: entry for name, entry in vars(measurement).items() if entry not in ("", None, ())}
    if measurement.value is not None:
        record["value"] = [encode(number) for number in measurement.value]
    if measurement.point:
        record["point"] = list(measurement.point)
    return record


def from_json(record: Any) -> Measurement:
    """The record back; raises ``ValueError`` that says what is wrong with it."""
    if not isinstance(record, dict):
        raise ValueError(f"a measurement: got {record!r}; accepted is an object")
    names = ("library", "version", "kernel", "program", "status", "message")
    if unknown := sorted(set(record) - {*names, "value", "point"}):
        raise ValueError(f"a measurement: got the unknown entries {', '.join(unknown)}")
    texts = {name: record.get(name, "") for name in names}
    for name, text in texts.items():
        if not isinstance(text, str) or (not text and name in ("library", "program")):
            raise ValueError(f"{name}: got {text!r}; accepted is a text")
    texts = {name: encodable(text) for name, text in texts.items()}
    value, point = record.get("value"), record.get("point")
    return Measurement(
        **texts, value=None if value is None else decode(value), point=() if point is None else decode(point)
    )


def shortened(value: Any) -> str:
    """What came, for an error's message."""
    try:
        return f"{value!r:.200}"
    except ValueError:  # Python does not print whole numbers of thousands of digits.
        return f"a {type(value).__name__} too long to print"


def encodable(text: str) -> str:
    """The text without lone surrogates, which cannot be printed."""
    return text.encode("utf-8", "replace").decode()


def decode(value: Any) -> tuple[float, ...]:
    """Numbers from JSON; ``"nan"``, ``"inf"`` and ``"-inf"`` stand for what JSON does not have."""
    if not isinstance(value, list) or not value or not all(map(_is_number, value)):
        raise ValueError(f"value: got {value!r}; accepted is a list of numbers")
    return tuple(float(number) for number in value)


def _is_number(entry: Any) -> bool:
    if isinstance(entry, str):
        return entry in ("nan", "inf", "-inf")
    try:
        return isinstance(entry, int | float) and not isinstance(entry, bool) and math.isfinite(entry)
    except OverflowError:  # A whole number beyond the floats.
        return False
