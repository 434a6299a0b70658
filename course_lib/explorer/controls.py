"""The controls of a live figure: each is a finite list of values, a text for each, and the one to start from.

The browser sees the texts and works with indices; what a value becomes is said in `pictures.py`. `as_control` reads
what `explore` accepts in short for a control, as ipywidgets' `interact` does.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, ClassVar

from course_lib.checks import one_of, refusal
from course_lib.figures import format_number

# Decimals that a readout may show; a finer grid is printed with three significant digits instead.
MAX_DECIMALS = 6
# The texts of all values go to the browser, and no slider has more than a few hundred places.
MAX_VALUES = 10_000


class Control:
    """What all controls share: `values`, the `texts` that stand for them on screen, and the index `initial`."""

    kind: ClassVar[str]
    label: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    initial: int

    def label_of(self, name: str) -> str:
        """The label for the parameter `name`: the control's own, or the name with spaces for underscores."""
        return self.label or name.replace("_", " ")

    def specification(self, name: str) -> dict[str, Any]:
        """What the browser needs to build this control for the parameter `name`."""
        words = {"label": self.label_of(name), "texts": self.texts}
        return {"kind": self.kind, "name": name, **words, "codes": self.codes()}

    def codes(self) -> list[str]:
        """The values as Python writes them; none if one of them is more than Python can write down."""
        codes = [repr(value) for value in self.values]
        try:
            same = all(ast.literal_eval(code) == value for code, value in zip(codes, self.values, strict=True))
        except (SyntaxError, ValueError):
            same = False
        return codes if same else []

    def _set(self, values: Sequence[Any], texts: Sequence[str], initial: int) -> None:
        for field, value in (("values", tuple(values)), ("texts", tuple(texts)), ("initial", initial)):
            object.__setattr__(self, field, value)


@dataclass(frozen=True)
class _Grid(Control):
    """The numbers lo, lo + step, … up to hi."""

    lo: float
    hi: float
    step: float | None = None
    value: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        lo, hi = self._number("lo", self.lo), self._number("hi", self.hi)
        if not lo < hi:
            raise ValueError(refusal(f"{type(self).__name__}, lo", self.lo, f"a number below hi = {self.hi}"))
        whole = all(isinstance(number, Integral) for number in (self.lo, self.hi, self.step or 1))
        step = self._number("step", (1 if whole else 0.1) if self.step is None else self.step)
        least = (hi - lo) / MAX_VALUES
        # Checked before any value is made: a list of so many numbers would fill the memory of any machine.
        if not least < step <= hi - lo:
            accepted = f"a number above {least} ({MAX_VALUES} values at most), up to hi − lo = {hi - lo}"
            raise ValueError(refusal(f"{type(self).__name__}, step", float(step), accepted))
        # Decimal steps keep 0.1 + 0.1 + 0.1 at 0.3.
        exact = [lo + i * step for i in range(int((hi - lo) / step) + 1)]
        values = [int(number) if whole else float(number) for number in exact]
        self._set(values, _texts(values, lo, step), self._initial(exact))

    def _initial(self, exact: list[Decimal]) -> int:
        if self.value is None:
            return (len(exact) - 1) // 2
        value = self._number("value", self.value)
        nearest = min(range(len(exact)), key=lambda i: abs(exact[i] - value))
        if abs(exact[nearest] - value) > (exact[1] - exact[0]) / 1000:
            accepted = f"{exact[0]}, {exact[1]}, … {exact[-1]}; the nearest of them is {exact[nearest]}"
            raise ValueError(refusal(f"{type(self).__name__}, value", self.value, accepted, "are"))
        return nearest

    def _number(self, name: str, value: Any) -> Decimal:
        if not _is_number(value):
            raise TypeError(refusal(f"{type(self).__name__}, {name}", value, "a number"))
        # Decimal(str(0.1)) is exactly 0.1, which Decimal(0.1) is not.
        number = Decimal(int(value)) if isinstance(value, Integral) else Decimal(str(float(value)))
        if not number.is_finite():
            raise ValueError(refusal(f"{type(self).__name__}, {name}", value, "a finite number"))
        return number


@dataclass(frozen=True)
class Range(_Grid):
    """A slider over lo, lo + step, … up to hi, starting at `value` (by default in the middle).

    `step` is 1 between whole numbers and 0.1 otherwise. `play` adds a button that runs through the values. The label is
    the parameter's name unless given. Raises TypeError or ValueError, naming the argument; more than 10 000 values are
    a ValueError.

    >>> Range(0, 1, 0.25, value=0.5).values
    (0.0, 0.25, 0.5, 0.75, 1.0)
    """

    kind: ClassVar[str] = "range"
    play: bool = False

    def specification(self, name: str) -> dict[str, Any]:
        """What the browser needs to build this control for the parameter `name`."""
        return super().specification(name) | {"play": self.play}


@dataclass(frozen=True)
class Number(_Grid):
    """A number box over lo, lo + step, … up to hi, for values that a learner would rather type than slide to.

    Arguments, defaults and errors are those of `Range`; what is typed is rounded to the nearest value.

    >>> Number(1, 4).values
    (1, 2, 3, 4)
    """

    kind: ClassVar[str] = "number"

    def specification(self, name: str) -> dict[str, Any]:
        """What the browser needs to build this control for the parameter `name`."""
        return super().specification(name) | {"numbers": [float(value) for value in self.values]}


@dataclass(frozen=True)
class _Choice(Control):
    """One of several named values."""

    options: Sequence[Any] | Mapping[str, Any]
    value: Any = None
    label: str = ""

    def __post_init__(self) -> None:
        owner = type(self).__name__
        if not isinstance(self.options, (list, tuple, Mapping)):
            raise TypeError(refusal(f"{owner}, options", self.options, "a list or a dict text → value"))
        pairs = _pairs(self.options)
        texts, values = [str(text) for text, _ in pairs], [value for _, value in pairs]
        if len(texts) < 2 or len(set(texts)) < len(texts):
            raise ValueError(refusal(f"{owner}, options", self.options, "at least two, with different texts"))
        initial = 0
        if self.value is not None:
            same = [type(value) is type(self.value) and bool(value == self.value) for value in values]
            if not any(same):
                raise ValueError(refusal(f"{owner}, value", self.value, ", ".join(map(repr, values)), "are"))
            initial = same.index(True)
        self._set(values, texts, initial)


@dataclass(frozen=True)
class Select(_Choice):
    """A drop-down list; `options` are values, (text, value) pairs or a dict text → value. It starts at the first.

    >>> Select({"none": 0, "a half": 0.5}, value=0.5).initial
    1
    """

    kind: ClassVar[str] = "select"


@dataclass(frozen=True)
class Radio(_Choice):
    """A group of radio buttons, for few options that should all be in sight. Arguments are those of `Select`.

    >>> Radio(["forward", "central"]).texts
    ('forward', 'central')
    """

    kind: ClassVar[str] = "radio"


@dataclass(frozen=True)
class Checkbox(Control):
    """A box that is True when ticked.

    >>> Checkbox(True).values, Checkbox(True).initial
    ((False, True), 1)
    """

    kind: ClassVar[str] = "checkbox"
    value: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        self._set((False, True), ("no", "yes"), (False, True).index(one_of("value", self.value, (False, True))))


def as_control(name: str, given: Any) -> Control:
    """`given` as a control. The abbreviations are those of ipywidgets' `interact`, text fields excepted.

    (lo, hi) and (lo, hi, step) are a Range; a number v is a Range from −v to 3v (0 is one from 0 to 1); a bool is a
    Checkbox; a list, a dict text → value, or a list of (text, value) pairs is a Select. Raises TypeError or
    ValueError, naming the control.

    >>> as_control("steps", (1, 5)).values, as_control("rule", ["left", "right"]).kind
    ((1, 2, 3, 4, 5), 'select')
    """
    try:
        if isinstance(given, Control):
            return given
        if isinstance(given, bool):
            return Checkbox(given)
        if isinstance(given, Real):
            return _around(int(given) if isinstance(given, Integral) else float(given))
        if isinstance(given, tuple) and len(given) in (2, 3) and all(map(_is_number, given)):
            return Range(*given)
        if isinstance(given, (list, tuple, Mapping)):
            return Select(given)
    except (TypeError, ValueError) as error:
        raise type(error)(f"control {name!r}: {error}") from None
    accepted = (
        "a Range, Number, Select, Checkbox or Radio, or short for one: (lo, hi), (lo, hi, step), a number, a bool, "
        "a list, or a dict text → value"
    )
    raise TypeError(refusal(f"control {name!r}", given, accepted))


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _around(value: float) -> Range:
    if value == 0:
        return Range(value, value + 1, value=value)
    lo, hi = sorted((-value, 3 * value))
    return Range(lo, hi, None if isinstance(value, int) else abs(value) / 10, value)


def _texts(values: list[float], lo: Decimal, step: Decimal) -> list[str]:
    """The values with as many decimals as the grid needs, so that a readout keeps its width."""
    decimals = max(0, *(-int(number.normalize().as_tuple().exponent) for number in (lo, step)))
    if decimals > MAX_DECIMALS or max(map(abs, values)) >= 1e6:
        return [format_number(value) for value in values]
    return [f"{value:.{decimals}f}".replace("-", "−") for value in values]


def _pairs(options: Sequence[Any] | Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The options as (text, value)."""
    if isinstance(options, Mapping):
        return list(options.items())
    if all(isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str) for item in options):
        return list(options)
    return [(format_number(item) if isinstance(item, float) else str(item), item) for item in options]
