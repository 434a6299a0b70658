"""The record of one value, and its way to JSON and back."""

import json
import math

import pytest

from course_lib.topics.frameworks.measurements import Measurement, decode, format_value, from_json, to_json

ROW = {"library": "torch", "version": "2.13.0", "kernel": "CPU, float32", "program": "relu", "status": "measured"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ((0.0,), "0"), ((-0.0,), "0"), ((1.0,), "1"), ((0.5,), "½"), ((-0.5,), "−½"), ((0.125,), "⅛"), ((-2.0,), "−2"),
        ((0.3,), "0.3"), ((math.nan,), "NaN"), ((math.inf,), "∞"), ((-math.inf,), "−∞"), ((0.5, 0.5, 0.0), "(½, ½, 0)"),
    ],
)  # fmt: skip
def test_a_value_as_it_is_printed(value: tuple, text: str):
    assert format_value(value) == text
    assert Measurement(**ROW, value=value).shown == text


def test_a_status_is_shown_where_there_is_no_value():
    assert Measurement(**{**ROW, "status": "timed out"}).shown == "timed out"


@pytest.mark.parametrize("value", [(0.0,), (0.5, 0.25), (math.inf,), (-math.inf,), (0.1,)])
def test_json_and_back(value: tuple):
    row = Measurement(**ROW, value=value, message="said")
    text = json.dumps(to_json(row), allow_nan=False)
    assert from_json(json.loads(text)) == row


def test_nan_survives_json():
    row = from_json(json.loads(json.dumps(to_json(Measurement(**ROW, value=(math.nan,))), allow_nan=False)))
    assert math.isnan(row.value[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "fine"}, "status: got 'fine'; accepted are 'measured'"),
        ({"status": "missing"}, r"value: got \(1.0,\) as 'missing'; accepted is a value where it is measured"),
        ({"value": None}, "value: got None as 'measured'"),
        ({"value": []}, r"value: got \[\]; accepted is a list of numbers"),
        ({"value": 1}, "value: got 1; accepted"),
        ({"value": ["one"]}, r"value: got \['one'\]"),
        ({"value": [True]}, r"value: got \[True\]"),
        ({"value": [[1]]}, r"value: got \[\[1\]\]"),
        ({"library": ""}, "library: got ''; accepted is a text"),
        ({"program": 3}, "program: got 3; accepted is a text"),
        ({"colour": "red"}, "unknown entries colour"),
    ],
)
def test_a_damaged_row_says_what_is_wrong(change: dict, message: str):
    with pytest.raises(ValueError, match=message):
        from_json({**ROW, "value": [1.0], **change})


def test_a_row_that_is_no_object():
    with pytest.raises(ValueError, match="a measurement: got 7; accepted is an object"):
        from_json(7)


def test_infinity_is_read_as_text_alone():
    assert decode(["inf", "-inf"]) == (math.inf, -math.inf)
    with pytest.raises(ValueError, match="accepted is a list of numbers"):
        decode([math.inf])


def test_a_number_beyond_the_floats_is_refused():
    with pytest.raises(ValueError, match="accepted is a list of numbers"):
        decode([10**400])


def test_a_text_that_cannot_be_printed_is_cleaned():
    row = from_json(json.loads(r'{"library": "torch", "program": "abs", "status": "error", "message": "\ud800!"}'))
    assert row.message == "?!"


def test_another_point_survives_json():
    row = Measurement(**ROW, value=(1.0,), point=(2.0,))
    assert from_json(json.loads(json.dumps(to_json(row)))) == row
    assert "point" not in to_json(Measurement(**ROW, value=(1.0,)))
