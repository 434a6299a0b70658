import numpy as np
import pytest

from course_lib.explorer import Checkbox, Number, Radio, Range, Select
from course_lib.explorer.controls import as_control, label_of


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
        (lambda: Checkbox(1), TypeError, "Checkbox: value must be True or False; got 1"),
    ],
)
def test_bad_arguments_are_named_with_what_is_accepted(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("given", "kind", "values", "initial"),
    [
        ((0, 4), "range", (0, 1, 2, 3, 4), 2),
        ((0.0, 0.4), "range", (0.0, 0.1, 0.2, 0.3, 0.4), 2),
        ((0, 1, 0.5), "range", (0.0, 0.5, 1.0), 1),
        (2, "range", (-2, -1, 0, 1, 2, 3, 4, 5, 6), 4),
        (-1, "range", (-3, -2, -1, 0, 1), 2),
        (0, "range", (0, 1), 0),
        (True, "checkbox", (False, True), 1),
        (["left", "right"], "select", ("left", "right"), 0),
        (("left", "right"), "select", ("left", "right"), 0),
        ({"none": 0, "half": 0.5}, "select", (0, 0.5), 0),
        ([("none", 0), ("half", 0.5)], "select", (0, 0.5), 0),
    ],
)
def test_abbreviations_are_those_of_interact(given, kind, values, initial):
    control = as_control("a", given)
    assert (control.kind, control.values, control.initial) == (kind, values, initial)


@pytest.mark.parametrize("value", [1.33, 0.01, -2.5])
def test_a_number_that_is_not_whole_is_on_its_own_grid(value):
    control = as_control("a", value)
    assert control.values[control.initial] == value
    assert (min(control.values), max(control.values)) == (min(-value, 3 * value), max(-value, 3 * value))


def test_an_abbreviation_that_means_nothing_is_named_with_all_that_is_accepted():
    with pytest.raises(TypeError, match=r"control 'rule' must be a Range, Number, .* got 'left'"):
        as_control("rule", "left")
    with pytest.raises(ValueError, match=r"control 'h': Range: lo must be below hi"):
        as_control("h", (2, 1))


def test_dict_and_pairs_show_their_texts():
    assert Select({"no slope": 0, "a half": 0.5}).texts == ("no slope", "a half")
    assert Radio([0.25, 1e-7]).texts == ("0.25", "10⁻⁷")


def test_the_value_of_a_choice_is_found_by_type_too():
    assert Select({"zero": 0, "no": False, "0.0": 0.0}, value=False).initial == 1


def test_labels_come_from_the_parameter_unless_given():
    assert label_of("slope_at_kink", Range(0, 1)) == "slope at kink"
    assert label_of("slope_at_kink", Range(0, 1, label="s")) == "s"
    assert Range(0, 1, label="s").specification("slope_at_kink")["label"] == "s"
