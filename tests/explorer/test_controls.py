"""Controls: the values and texts of each, its short forms, and what a mistake in its arguments is told."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from course_lib.explorer import Checkbox, Number, Radio, Range, Select, controls
from course_lib.explorer.controls import as_control


@pytest.mark.parametrize(
    ("control", "texts"),
    [
        (Range(-1, 1, 0.5), ("−1.0", "−0.5", "0.0", "0.5", "1.0")),
        (Range(8, 12, 2), ("8", "10", "12")),
        (Range(0.125, 0.375, 0.125), ("0.125", "0.250", "0.375")),
        (Range(1e-9, 3e-9, 1e-9), ("10⁻⁹", "2×10⁻⁹", "3×10⁻⁹")),
        (Number(1_000_000, 3_000_000, 1_000_000), ("10⁶", "2×10⁶", "3×10⁶")),
        (Select({"no slope": 0, "a half": 0.5}), ("no slope", "a half")),
        (Radio([0.25, 1e-7]), ("0.25", "10⁻⁷")),
        (Checkbox(), ("no", "yes")),
    ],
)
def test_texts_have_the_decimals_of_the_grid(control, texts):
    assert control.texts == texts


@pytest.mark.parametrize(
    ("control", "values"),
    [
        # The decimals themselves, not their binary neighbours.
        (Range(0, 1, 0.1), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]),
        (Range(0, 1, 0.4), [0.0, 0.4, 0.8]),  # An end that no step reaches is left out.
        (Range(np.int64(0), 3), [0, 1, 2, 3]),
        (Range(0.0, 3.0, 1.0), [0.0, 1.0, 2.0, 3.0]),
    ],
)
def test_whole_numbers_stay_whole_and_decimals_decimal(control, values):
    assert list(control.values) == values
    assert [type(value) for value in control.values] == [type(value) for value in values]


def test_a_control_starts_in_the_middle_or_at_its_value_and_has_at_most_ten_thousand():
    assert (Range(0, 3).initial, Range(0, 1, 0.1, value=0.3).initial, Number(0, 9, value=0).initial) == (1, 3, 0)
    assert Select({"zero": 0, "no": False, "0.0": 0.0}, value=False).initial == 1  # Found by type, too.
    assert len(Range(1, 10_000).values) == len(Number(0, 0.9999, 0.0001).values) == 10_000


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Range("0", 1), TypeError, "Range, lo: got '0'; accepted is a number"),
        (lambda: Range(0, True), TypeError, "Range, hi: got True; accepted is a number"),
        (lambda: Range(1, 1), ValueError, "Range, lo: got 1; accepted is a number below hi = 1"),
        (lambda: Range(0, float("inf")), ValueError, "Range, hi: got inf; accepted is a finite number"),
        (lambda: Range(0, 1, -0.1), ValueError, "Range, step: got -0.1; accepted is a number above 0.0001 (10000 valu"),
        (lambda: Range(0, 0.05), ValueError, "Range, step: got 0.1; accepted is a number above 0.000005"),
        (lambda: Number(0, 10_000), ValueError, "Number, step: got 1.0; accepted is a number above 1 (10000 values at"),
        # A list of so many numbers would fill the memory of any machine.
        (lambda: Range(0, 1, 1e-15), ValueError, "Range, step: got 1e-15; accepted is a number above 0.0001"),
        (lambda: Range(0, 1, 0.25, value=0.3), ValueError, "got 0.3; accepted are 0.00, 0.25, … 1.00; the near"),
        (lambda: Select("abc"), TypeError, "Select, options: got 'abc'; accepted is a list or a dict text → value"),
        (lambda: Select(["a"]), ValueError, "Select, options: got ['a']; accepted is at least two, with different"),
        (lambda: Radio(["a", "a"]), ValueError, "Radio, options: got ['a', 'a']; accepted is at least two"),
        (lambda: Radio(["a", "b"], value="c"), ValueError, "Radio, value: got 'c'; accepted are 'a', 'b'"),
        (lambda: as_control("rule", "left"), TypeError, "control 'rule': got 'left'; accepted is a Range, Number, "),
        (lambda: as_control("h", (2, 1)), ValueError, "control 'h': Range, lo: got 2; accepted is a number below hi"),
    ],
)
def test_bad_arguments_are_named_with_what_is_accepted(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("given", "kind", "values", "initial"),
    [
        ((0, 4), "range", (0, 1, 2, 3, 4), 2),
        ((0.0, 0.4), "range", (0.0, 0.1, 0.2, 0.3, 0.4), 2),
        ((0, 1, 0.5), "range", (0.0, 0.5, 1.0), 1),
        (2, "range", (-2, -1, 0, 1, 2, 3, 4, 5, 6), 4),
        (0, "range", (0, 1), 0),
        (True, "checkbox", (False, True), 1),
        (("left", "right"), "select", ("left", "right"), 0),
        ({"none": 0, "half": 0.5}, "select", (0, 0.5), 0),
        ([("none", 0), ("half", 0.5)], "select", (0, 0.5), 0),
    ],
)
def test_abbreviations_are_those_of_interact(given, kind, values, initial):
    control = as_control("a", given)
    assert (control.kind, control.values, control.initial) == (kind, values, initial)


@pytest.mark.parametrize("value", [1.33, -2.5])
def test_a_number_that_is_not_whole_is_on_its_own_grid(value):
    control = as_control("a", value)
    assert control.values[control.initial] == value
    assert len(control.values) == 41  # steps of a tenth of it
    assert {control.values[0], control.values[-1]} == {-value, 3 * value}


@pytest.mark.parametrize(
    ("control", "fields"),
    [
        (Range(0, 1, play=True), {"play": True}),
        (Number(0, 1), {"numbers": [0.0, 1.0]}),
        (Select(["a", "b"]), {}),
        (Radio(["a", "b"], label="b c"), {"label": "b c"}),
        (Checkbox(), {}),
    ],
)
def test_the_browser_gets_what_it_reads_and_no_more(control, fields):
    specification = control.specification("at_the_kink")
    always = {"kind": control.kind, "name": "at_the_kink", "label": "at the kink", "texts": control.texts}
    assert specification == always | {"codes": control.codes()} | fields
    # In controls.js each of them is taken out of the specification by its name.
    code = (Path(controls.__file__).parent / "controls.js").read_text(encoding="utf-8")
    (taken,) = re.findall(rf"^function {control.kind}\(\{{([^}}]*)\}}", code, re.MULTILINE)
    assert {*fields, "label"} <= set(taken.replace(" ", "").split(",")) <= set(specification)


def test_the_values_are_written_as_python_reads_them_or_not_at_all():
    assert Range(0, 0.5, 0.25).codes() == ["0.0", "0.25", "0.5"]
    assert Select({"none": None, "a's": "a's", "both": (1, True)}).codes() == ["None", '"a\'s"', "(1, True)"]
    assert Select({"sine": math.sin, "none": None}).codes() == []
