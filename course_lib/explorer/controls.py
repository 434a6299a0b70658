"""What `explore` accepts in short for a control, as ipywidgets' `interact` does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real
from typing import Any, ClassVar

from course_lib.figures import format_number

# The controls of an explorer: each is a finite list of values with a text for each, and one value to start from.


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

    def specification(self, name: str) -> dict[str, Any]:
        """Return what the browser needs to build this control for the parameter `name`."""
        return {"kind": self.kind, "label": label_of(name, self), "texts": self.texts}

    def _set(self, **values: Any) -> None:
        for field, value in values.items():
            object.__setattr__(self, field, value)

    def _check_label(self) -> None:
        if not isinstance(self.label, str):
            raise TypeError(f"{type(self).__name__}: label must be a string; got {self.label!r}.")


@dataclass(frozen=True)
class _Grid(Control):
    """The numbers lo, lo + step, … up to hi."""

    lo: float
    hi: float
    step: float | None = None
    value: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        self._check_label()
        owner = type(self).__name__
        lo, hi = _number(owner, "lo", self.lo), _number(owner, "hi", self.hi)
        if not lo < hi:
            raise ValueError(f"{owner}: lo must be below hi; got lo = {self.lo!r}, hi = {self.hi!r}.")
        whole = all(isinstance(number, Integral) for number in (self.lo, self.hi, self.step or 1))
        step = _number(owner, "step", (1 if whole else 0.1) if self.step is None else self.step)
        if not 0 < step <= hi - lo:
            raise ValueError(f"{owner}: step must be above 0 and at most hi − lo = {hi - lo}; got {step}.")
        count = int((hi - lo) / step) + 1
        if count > MAX_VALUES:
            raise ValueError(
                f"{owner}: step = {step} from lo = {lo} to hi = {hi} makes {count} values; at most {MAX_VALUES} are "
                f"accepted, so step must be above {(hi - lo) / MAX_VALUES}."
            )
        # Decimal steps keep 0.1 + 0.1 + 0.1 at 0.3.
        exact = [lo + i * step for i in range(count)]
        values = tuple(int(number) if whole else float(number) for number in exact)
        self._set(values=values, texts=_texts(values, lo, step), initial=self._initial(owner, exact, whole))

    def _initial(self, owner: str, exact: list[Decimal], whole: bool) -> int:
        if self.value is None:
            return (len(exact) - 1) // 2
        value = _number(owner, "value", self.value)
        nearest = min(range(len(exact)), key=lambda i: abs(exact[i] - value))
        if abs(exact[nearest] - value) > (exact[1] - exact[0]) / 1000:
            raise ValueError(
                f"{owner}: value must be one of {exact[0]}, {exact[1]}, … {exact[-1]}; got {self.value!r}, "
                f"the nearest of them is {exact[nearest]}."
            )
        return nearest


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

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.play, bool):
            raise TypeError(f"Range: play must be True or False; got {self.play!r}.")

    def specification(self, name: str) -> dict[str, Any]:
        """Return what the browser needs to build this control for the parameter `name`."""
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
        """Return what the browser needs to build this control for the parameter `name`."""
        return super().specification(name) | {"numbers": [float(value) for value in self.values]}


@dataclass(frozen=True)
class _Choice(Control):
    options: Sequence[Any] | Mapping[str, Any]
    value: Any = None
    label: str = ""

    def __post_init__(self) -> None:
        self._check_label()
        owner = type(self).__name__
        texts, values = _options(owner, self.options)
        initial = 0
        if self.value is not None:
            found = [i for i, value in enumerate(values) if value is self.value or _same(value, self.value)]
            if not found:
                raise ValueError(f"{owner}: value must be one of {', '.join(map(repr, values))}; got {self.value!r}.")
            initial = found[0]
        self._set(values=tuple(values), texts=tuple(texts), initial=initial)


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
        self._check_label()
        if not isinstance(self.value, bool):
            raise TypeError(f"Checkbox: value must be True or False; got {self.value!r}.")
        self._set(values=(False, True), texts=("no", "yes"), initial=int(self.value))


def label_of(name: str, control: Control) -> str:
    """Return the label of the control for the parameter `name`: its own, or the name with spaces for underscores."""
    return control.label or name.replace("_", " ")


def is_number(value: Any) -> bool:
    """Return whether `value` is a real number, of Python or NumPy, and no bool."""
    return isinstance(value, Real) and not isinstance(value, bool)


def _number(owner: str, name: str, value: Any) -> Decimal:
    if not is_number(value):
        raise TypeError(f"{owner}: {name} must be a number; got {value!r}.")
    # Decimal(str(0.1)) is exactly 0.1, which Decimal(0.1) is not.
    number = Decimal(int(value)) if isinstance(value, Integral) else Decimal(str(float(value)))
    if not number.is_finite():
        raise ValueError(f"{owner}: {name} must be finite; got {value!r}.")
    return number


def _texts(values: tuple[Any, ...], lo: Decimal, step: Decimal) -> tuple[str, ...]:
    """Write the values with as many decimals as the grid needs, so that a readout keeps its width."""
    decimals = max(0, *(-int(number.normalize().as_tuple().exponent) for number in (lo, step)))
    if decimals > MAX_DECIMALS or max(map(abs, values)) >= 1e6:
        return tuple(format_number(value) for value in values)
    return tuple(f"{value:.{decimals}f}".replace("-", "−") for value in values)


def _options(owner: str, options: Any) -> tuple[list[str], list[Any]]:
    if isinstance(options, Mapping):
        pairs = list(options.items())
    elif isinstance(options, (list, tuple)):
        are_pairs = all(isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str) for item in options)
        pairs = list(options) if are_pairs else [(_text(item), item) for item in options]
    else:
        raise TypeError(f"{owner}: options must be a list or a dict text → value; got {options!r}.")
    texts, values = [str(text) for text, _ in pairs], [value for _, value in pairs]
    if len(texts) < 2 or len(set(texts)) < len(texts):
        raise ValueError(f"{owner}: options must be at least two, with different texts; got {texts!r}.")
    if len(texts) > MAX_VALUES:
        raise ValueError(f"{owner}: options must be at most {MAX_VALUES}; got {len(texts)}.")
    return texts, values


def _text(value: Any) -> str:
    return format_number(value) if isinstance(value, float) else str(value)


def _same(first: Any, second: Any) -> bool:
    return type(first) is type(second) and bool(first == second)


# What `explore` accepts in short for a control, as ipywidgets' `interact` does.


def as_control(name: str, given: Any) -> Control:
    """Return `given` as a control. The abbreviations are those of ipywidgets' `interact`, text fields excepted.

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
        if isinstance(given, tuple) and len(given) in (2, 3) and all(is_number(item) for item in given):
            return Range(*given)
        if isinstance(given, (list, tuple, Mapping)):
            return Select(given)
    except (TypeError, ValueError) as error:
        raise type(error)(f"control {name!r}: {error}") from None
    raise TypeError(
        f"control {name!r} must be a Range, Number, Select, Checkbox or Radio, or short for one: (lo, hi), "
        f"(lo, hi, step), a number, a bool, a list, or a dict text → value; got {given!r}."
    )


def _around(value: float) -> Range:
    if value == 0:
        return Range(value, value + 1, value=value)
    lo, hi = sorted((-value, 3 * value))
    return Range(lo, hi, None if isinstance(value, int) else abs(value) / 10, value)
