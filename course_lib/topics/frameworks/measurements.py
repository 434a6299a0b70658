"""Is a returned value a derivative, a subgradient, or neither? The Clarke subdifferential decides."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from course_lib.topics.frameworks.libraries import PROGRAMS, Program

if TYPE_CHECKING:
    import sympy as sp

# One measured value, as a record and as JSON.


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


# Is a returned value a derivative, a subgradient, or neither? The Clarke subdifferential decides.


ROUNDING = 2.0**-20  # Eight units in the last place of float32 at 1.
NO_SET = "none: not locally Lipschitz there"


@dataclass(frozen=True)
class Judgement:
    """A verdict and the set that it rests on.

    ``verdict`` is ``"derivative"`` (the function is smooth at the point, and this is its derivative), ``"subgradient"``
    (one of several elements of the Clarke subdifferential), ``"outside"`` (not in it), or ``"no set"`` (the function
    is not locally Lipschitz at the point, so that there is no such set). ``set_text`` is the set, or why there is none.
    """

    verdict: str
    set_text: str


def judge(program: str | Program, value: float | Sequence[float]) -> Judgement:
    """g ∈ ∂f(a): is g in the Clarke subdifferential of the program's function f at its point a?

    The set is derived by ``course_lib.calculus``. With several variables, g is in it exactly if g·d is in the Clarke
    subdifferential of t ↦ f(a + t·d) at 0 for every direction d, because f is convex and its directional derivative is
    the support function of the set. Finitely many directions decide for the functions here: the axes and (1, …, 1) for
    the largest entry, g itself for the length. Source: Frank H. Clarke, *Optimization and Nonsmooth Analysis*, 1983,
    propositions 2.1.2 and 2.2.7.

    >>> judge("relu", 0.5)
    Judgement(verdict='subgradient', set_text='[0, 1]')
    >>> judge("identity_relu", 0.0)
    Judgement(verdict='outside', set_text='{1}')
    >>> judge("tied_max_reduce", (1.0, 1.0, 0.0)).verdict
    'outside'
    """
    program = _program(program)
    numbers = _numbers(program, value)
    if len(program.point) == 1:
        bounds = clarke_bounds(program, (1.0,))
        if bounds is None:
            return Judgement("no set", NO_SET)
        return Judgement(_verdict(numbers[0], bounds), _interval_text(bounds))
    size = len(numbers)
    directions = [tuple(float(i == j) for j in range(size)) for i in range(size)] + [(1.0,) * size]
    if not all(map(math.isfinite, numbers)):
        return Judgement("outside", program.set_text)
    if any(numbers):
        # Its own direction. At the maximum over directions an error of 2⁻²⁰ changes g·d by its square, and SymPy
        # decides about numbers of few digits.
        largest = max(map(abs, numbers))
        directions.append(tuple(round(number / largest * 2**20) / 2**20 for number in numbers))
    verdicts = set()
    for direction in directions:
        verdicts.add(_along(program, numbers, direction))
        if "outside" in verdicts:
            return Judgement("outside", program.set_text)
    return Judgement("subgradient" if "subgradient" in verdicts else "derivative", program.set_text)


def _program(program: str | Program) -> Program:
    if isinstance(program, Program):
        return program
    if program not in PROGRAMS:
        raise ValueError(f"program: got {program!r}; accepted are {', '.join(map(repr, PROGRAMS))}")
    return PROGRAMS[program]


def _numbers(program: Program, value: float | Sequence[float]) -> tuple[float, ...]:
    try:
        is_list = isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview))
        numbers = tuple(map(_number, value if is_list else (value,)))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        numbers = ()
    if len(numbers) != len(program.point):
        raise ValueError(f"value: got {shortened(value)}; accepted for {program.id} are {len(program.point)} numbers")
    return numbers


def _number(entry: Any) -> float:
    # float() reads texts, and drops the imaginary part of NumPy's numbers.
    if isinstance(entry, (str, bytes, bytearray, memoryview, complex)):
        raise TypeError
    if getattr(getattr(entry, "dtype", None), "kind", "") in ("c", "S", "U"):
        raise TypeError
    return float(entry)


def _along(program: Program, g: tuple[float, ...], direction: tuple[float, ...]) -> str:
    bounds = clarke_bounds(program, direction)
    if bounds is None:
        raise ValueError(f"program: {program.id} is not locally Lipschitz along {direction}; accepted is one that is")
    component = math.fsum(a * b for a, b in zip(g, direction, strict=True))
    return _verdict(component, bounds, scale=sum(map(abs, direction)))


@lru_cache(maxsize=256)
def clarke_bounds(program: Program, direction: tuple[float, ...]) -> "tuple[sp.Expr, sp.Expr] | None":
    """Ends of the Clarke subdifferential of t ↦ f(a + t·d) at 0; ``None`` if the function has no such set there."""
    import sympy as sp

    from course_lib.calculus import PiecewiseFunction, clarke_subdifferential

    t = sp.Symbol("t", real=True)
    line = {
        name: sp.Rational(a) + sp.Rational(d) * t
        for name, a, d in zip(program.variables, program.point, direction, strict=True)
    }
    f = PiecewiseFunction.from_expr(sp.sympify(program.function, locals=line), t)
    try:
        found = clarke_subdifferential(f, 0)
    except ValueError:  # Not continuous, or of unbounded slope, or defined on one side of the point only.
        return None
    return found.inf, found.sup


def _verdict(number: float, bounds: Any, scale: float = 1.0) -> str:
    low, high = map(float, bounds)
    slack = ROUNDING * max(1.0, scale, abs(low), abs(high))
    if not low - slack <= number <= high + slack:  # Also if it is NaN.
        return "outside"
    return "derivative" if bounds[0] == bounds[1] else "subgradient"


def _interval_text(bounds: Any) -> str:
    low, high = (str(end).replace("-", "−") for end in bounds)
    return f"{{{low}}}" if low == high else f"[{low}, {high}]"
