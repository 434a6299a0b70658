import pytest

from course_lib.explorer.controls import as_control


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
    with pytest.raises(ValueError, match=r"control 'h': Range: step = 0.001 .* makes 100001 values; at most 10000 are"):
        as_control("h", (0, 100, 0.001))
