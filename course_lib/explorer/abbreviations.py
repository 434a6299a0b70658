"""What `explore` accepts in short for a control, as ipywidgets' `interact` does."""

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

from course_lib.explorer.controls import Checkbox, Control, Range, Select, is_number


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
