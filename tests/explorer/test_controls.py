import re
from pathlib import Path

import numpy as np
import pytest

from course_lib.explorer import Checkbox, Number, Radio, Range, Select, controls
from course_lib.explorer.controls import label_of


def test_a_decimal_grid_holds_the_decimals_and_not_their_binary_neighbours():
    control = Range(0, 1, 0.1)
    assert control.values == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@pytest.mark.parametrize(
    ("control", "texts"),
    [
        (Range(-1, 1, 0.5), ("−1.0", "−0.5", "0.0", "0.5", "1.0")),
        (Range(8, 12, 2), ("8", "10", "12")),
        (Range(0.125, 0.375, 0.125), ("0.125", "0.250", "0.375")),
        (Range(1e-9, 3e-9, 1e-9), ("10⁻⁹", "2×10⁻⁹", "3×10⁻⁹")),
        (Number(1_000_000, 3_000_000, 1_000_000), ("10⁶", "2×10⁶", "3×10⁶")),
    ],
)
def test_readouts_have_the_decimals_of_the_grid(control, texts):
    assert control.texts == texts


def test_an_end_that_no_step_reaches_is_left_out():
    assert Range(0, 1, 0.4).values == (0.0, 0.4, 0.8)


def test_whole_numbers_stay_whole_and_floats_stay_floats():
    assert all(type(value) is int for value in Range(np.int64(0), 3).values)
    assert all(type(value) is float for value in Range(0.0, 3.0, 1.0).values)
    assert all(type(value) is float for value in Range(0, 1, 0.5).values)


def test_a_grid_starts_in_the_middle_or_at_its_value():
    assert Range(0, 4).initial == 2
    assert Range(0, 1, 0.1, value=0.3).initial == 3
    assert Number(0, 9, value=0).initial == 0


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Range("0", 1), TypeError, "Range: lo must be a number; got '0'"),
        (lambda: Range(0, True), TypeError, "Range: hi must be a number; got True"),
        (lambda: Range(1, 1), ValueError, "Range: lo must be below hi; got lo = 1, hi = 1"),
        (lambda: Range(0, float("inf")), ValueError, "Range: hi must be finite; got inf"),
        (lambda: Range(0, 1, -0.1), ValueError, "Range: step must be above 0 and at most hi − lo = 1; got -0.1"),
        (lambda: Range(0, 0.05), ValueError, "Range: step must be above 0 and at most hi − lo = 0.05; got 0.1"),
        (lambda: Range(0, 1, 0.25, value=0.3), ValueError, "got 0.3, the nearest of them is 0.25"),
        (lambda: Range(0, 1, value=7), ValueError, "Range: value must be one of 0, 1, … 1; got 7"),
        (lambda: Range(0, 1, play="yes"), TypeError, "Range: play must be True or False; got 'yes'"),
        (lambda: Range(0, 1, label=3), TypeError, "Range: label must be a string; got 3"),
        (lambda: Number(None, 1), TypeError, "Number: lo must be a number; got None"),
        (lambda: Select("abc"), TypeError, "Select: options must be a list or a dict text → value; got 'abc'"),
        (lambda: Select(["a"]), ValueError, "Select: options must be at least two, with different texts; got ['a']"),
        (lambda: Radio(["a", "a"]), ValueError, "Radio: options must be at least two, with different texts"),
        (lambda: Radio(["a", "b"], value="c"), ValueError, "Radio: value must be one of 'a', 'b'; got 'c'"),
        (lambda: Select(list(range(10_001))), ValueError, "Select: options must be at most 10000; got 10001"),
        (lambda: Checkbox(1), TypeError, "Checkbox: value must be True or False; got 1"),
    ],
)
def test_bad_arguments_are_named_with_what_is_accepted(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert message in str(caught.value)


def test_dict_and_pairs_show_their_texts():
    assert Select({"no slope": 0, "a half": 0.5}).texts == ("no slope", "a half")
    assert Radio([0.25, 1e-7]).texts == ("0.25", "10⁻⁷")


def test_the_value_of_a_choice_is_found_by_type_too():
    assert Select({"zero": 0, "no": False, "0.0": 0.0}, value=False).initial == 1


def test_labels_come_from_the_parameter_unless_given():
    assert label_of("slope_at_kink", Range(0, 1)) == "slope at kink"
    assert label_of("slope_at_kink", Range(0, 1, label="s")) == "s"
    assert Range(0, 1, label="s").specification("slope_at_kink")["label"] == "s"


def test_a_control_has_at_most_ten_thousand_values():
    assert len(Range(1, 10_000).values) == 10_000
    assert len(Number(0, 0.9999, 0.0001).values) == 10_000
    assert len(Select(list(range(10_000))).values) == 10_000


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Range(0, 1, 1e-6),
            "Range: step = 0.000001 from lo = 0 to hi = 1 makes 1000001 values; at most 10000 are accepted, "
            "so step must be above 0.0001.",
        ),
        (lambda: Number(0, 10_000), "Number: step = 1 from lo = 0 to hi = 10000 makes 10001 values;"),
        # A list of so many numbers would fill the memory of any machine.
        (lambda: Range(0, 1, 1e-15), "makes 1000000000000001 values; at most 10000 are accepted"),
    ],
)
def test_more_values_are_refused_before_any_is_made(make, message):
    with pytest.raises(ValueError) as caught:
        make()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("control", "fields"),
    [
        (Range(0, 1), {"play"}),
        (Number(0, 1), {"numbers"}),
        (Select(["a", "b"]), set()),
        (Radio(["a", "b"]), set()),
        (Checkbox(), set()),
    ],
)
def test_the_browser_gets_what_it_reads_and_no_more(control, fields):
    specification = control.specification("a")
    assert set(specification) == {"kind", "label", "texts"} | fields
    # In controls.js each of them is taken out of the specification by its name.
    code = (Path(controls.__file__).parent / "controls.js").read_text(encoding="utf-8")
    (taken,) = re.findall(rf"^function {control.kind}\(\{{([^}}]*)\}}", code, re.MULTILINE)
    assert set(taken.replace(" ", "").split(",")) <= set(specification)
    assert fields | {"label"} <= set(taken.replace(" ", "").split(","))
