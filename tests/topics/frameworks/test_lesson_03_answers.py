"""Programs and mended functions as answers: right ones in any spelling, planted mistakes, and what is no answer."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.reading import NotFilledIn, Unreadable
from course_lib.topics.frameworks.answers import (
    GHOST,
    PRODUCT,
    SPELLED,
    TIED_CANDIDATES,
    MendedFunction,
    Outcome,
    product_of_duals,
    reference_of,
    relu6_slopes,
    slope_for_uneven_parts,
    slopes_of_choices,
    spelled_relu,
    tied_verdicts,
)
from course_lib.topics.frameworks.dual_numbers import exp, maximum, minimum, relu, where
from course_lib.topics.frameworks.experiment import S, zero_with_slope_one

SPELLED_KEY, GHOST_KEY = SPELLED.read(spelled_relu), GHOST.read(zero_with_slope_one)


@pytest.mark.parametrize(
    "answer",
    [
        lambda t, c: relu(t) + c * (relu(-t) + t) - c * relu(t),
        lambda t, c: c * (relu(-t) + t) + (1 - c) * relu(t),
        lambda t, c: where(t == 0, c * t, relu(t)),
        lambda t, c: c * t if t == 0 else max(t, 0 * t),
        lambda t, c: maximum(t, 0) + (2 * c - 1) * (relu(-t) + t - maximum(t, 0)),
        lambda t, c: t + relu(-t) + (c - 1) * (t - relu(t) + relu(-t)),
    ],
)
def test_relu_with_a_given_derivative_in_any_spelling(answer) -> None:
    assert SPELLED.same(SPELLED.read(answer), SPELLED_KEY), SPELLED.remark(SPELLED.read(answer), SPELLED_KEY)


@pytest.mark.parametrize(
    "answer",
    [
        lambda t: (relu(-t) + t - relu(t)) * 0 + where(t == 0, t, 0),
        lambda t: minimum(t, t) - t if t != 0 else t,
        lambda t: 2 * (relu(t) - relu(relu(t))) - 2 * (relu(-t) - relu(relu(-t))) + zero_twice(t),
    ],
)
def test_zero_with_the_derivative_1_in_any_spelling(answer) -> None:
    assert GHOST.same(GHOST.read(answer), GHOST_KEY), GHOST.remark(GHOST.read(answer), GHOST_KEY)


@pytest.mark.parametrize("width", [0.1, 1e-2, 1e-4, 0.2])
def test_another_function_near_the_kink_is_wrong(width) -> None:
    value = GHOST.read(lambda t: where(abs(t) < width, t, 0))
    assert not GHOST.same(value, GHOST_KEY) and "; 0 has to return 0 there." in GHOST.remark(value, GHOST_KEY)
    value = SPELLED.read(lambda t, c: where(abs(t) < width, c * t, relu(t)))
    assert not SPELLED.same(value, SPELLED_KEY) and "; ReLU has to return " in SPELLED.remark(value, SPELLED_KEY)


def test_another_function_between_round_numbers_is_wrong() -> None:
    value = GHOST.read(lambda t: where(4 * t == round(float(getattr(t, "value", t)) * 4), zero_with_slope_one(t), t))
    assert not GHOST.same(value, GHOST_KEY)


def zero_twice(t):
    def zero(t):
        return relu(-t) + t - relu(t)

    return zero(zero(t))


@pytest.mark.parametrize(
    ("answer", "remark"),
    [
        (lambda t, c: relu(t) + c * t**2, "At t = -2 with c = -1 your program returns -4; ReLU has to return 0 there."),
        (lambda t, c: relu(t) + 0 * c, "The values are right. The derivative at 0 is 0 with c = -1; it has to be -1."),
        (lambda t, c: relu(-t) + t, "The values are right. The derivative at 0 is 1 with c = -1; it has to be -1."),
        (
            lambda t, c: where(t == 0, -t, relu(t)),
            "The values are right. The derivative at 0 is -1 with c = 2; it has to be 2.",
        ),
        (lambda t, c: np.nan, "At t = -2 with c = -1 your program returns nan; ReLU has to return 0 there."),
    ],
)
def test_what_is_wrong_is_said(answer, remark) -> None:
    value = SPELLED.read(answer)
    assert not SPELLED.same(value, SPELLED_KEY)
    assert SPELLED.remark(value, SPELLED_KEY) == remark


def test_a_derivative_that_is_right_for_some_s_only_is_wrong() -> None:
    for answer in (
        lambda t: zero_twice(t),
        lambda t: relu(-t) + t - relu(t),
        lambda t: 2 * relu(t) - 2 * maximum(t, 0),
    ):
        value = GHOST.read(answer)
        assert not GHOST.same(value, GHOST_KEY) and "The values are right." in GHOST.remark(value, GHOST_KEY)
    nan = Outcome(GHOST_KEY.values, (sp.nan,))
    assert not GHOST.same(nan, GHOST_KEY)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (0, "You gave a number; hand in the function itself"),
        (relu(S), "hand in the function itself, without brackets"),
        (lambda: 0, "At t = -2 your program raised TypeError"),
        (lambda t: complex(0), "At t = -2 your program returned a complex number; return a number."),
        (lambda t: np.complex128(0), "At t = -2 your program returned a complex number; return a number."),
        (lambda t: np.complex64(0) if not isinstance(t, float) else 0.0, "With a dual number your program returned a"),
        (lambda t: True, "At t = -2 your program returned the truth value True; return a number."),
        (lambda t: 10**400, "At t = -2 your program returned a number too large to compare; return a number."),
        (lambda t: "0", "At t = -2 your program returned the string '0'; return a number."),
        (lambda t: np.maximum(t, 0) * 0, "With a dual number your program raised TypeError"),
        (lambda t: exp(t) / t * 0, "At t = 0 your program raised|With a dual number your program raised Zero"),
        (lambda t: exit(), "At t = -2 your program raised SystemExit"),
        (lambda t: sp.Symbol("z"), "At t = -2 your program returned a SymPy expression; return a number."),
        (lambda t: "dual" if not isinstance(t, float) else 0.0, "With a dual number your program returned the string"),
    ],
)
def test_what_is_no_program_gets_a_sentence(answer, message) -> None:
    with pytest.raises(Unreadable, match=message) as caught:
        GHOST.read(answer)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("comparator", [GHOST, PRODUCT, MendedFunction("mask")])
def test_a_stub_is_not_filled_in(comparator) -> None:
    for gap in (lambda *arguments: ...,):
        with pytest.raises(NotFilledIn):
            comparator.read(gap)
    with pytest.raises((NotFilledIn, Unreadable)):
        GHOST.read(lambda t: None)


def test_the_product_of_pairs() -> None:
    key = PRODUCT.read(product_of_duals)
    assert PRODUCT.same(PRODUCT.read(lambda a, b: [a[0] * b[0], a[0] * b[1] + a[1] * b[0]]), key)
    wrong = PRODUCT.read(lambda a, b: (a[0] * b[0], 0))
    assert PRODUCT.remark(wrong, key) == "For (2, 3) and (5, 7) your slope is not right: you returned 10 and 0."
    wrong = PRODUCT.read(lambda a, b: (0, a[0] * b[1] + a[1] * b[0]))
    assert "your value is not right" in PRODUCT.remark(wrong, key)
    for answer in (lambda a, b: 3, lambda a, b: (1, 2, 3), lambda a, b: ("x", "y"), lambda a: a, 7):
        with pytest.raises(Unreadable):
            PRODUCT.read(answer)
    with pytest.raises(NotFilledIn):
        PRODUCT.read(lambda a, b: (a[0] * b[0], ...))


def test_a_pair_may_be_an_array() -> None:
    def as_array(a, b):
        return np.array(product_of_duals(a, b))

    assert check("3.1", as_array).passed
    assert not check("3.1", lambda a, b: as_array(a, b)[::-1]).passed
    with pytest.raises(Unreadable, match="returned a NumPy array of shape"):
        PRODUCT.read(lambda a, b: np.array([product_of_duals(a, b)]))


@pytest.mark.parametrize(
    ("kind", "came"),
    [
        (lambda part: f"{part:g}", "the string '10'"),
        (np.str_, "a string"),
        (complex, "a complex number"),
        (np.complex128, "a complex number"),
        (lambda part: 10**400, "a number too large to compare"),
        (lambda part: -(10**5000), "a number too large to compare"),
        (lambda part: None, "an object of type NoneType"),
    ],
)
def test_a_pair_of_other_things_is_refused(kind, came) -> None:
    with pytest.raises(Unreadable) as caught:
        PRODUCT.read(lambda a, b: tuple(map(kind, product_of_duals(a, b))))
    assert str(caught.value) == (f"For (2, 3) and (5, 7) your function did not return two numbers: one part is {came}.")
    assert check("3.1", lambda a, b: tuple(map(kind, product_of_duals(a, b)))).status == "not yet"


@pytest.mark.parametrize("kind", [str, np.complex128])
def test_a_mask_of_strings_or_complex_numbers_is_no_mask(kind) -> None:
    assert check("3.6", lambda output: (output > 0).astype(int)).passed
    assert not check("3.6", lambda output: (output > 0).astype(int).astype(kind)).passed


def test_an_unlisted_mistake_is_named_by_the_test_that_fails() -> None:
    said = check("3.9", lambda x, upstream: np.ones(len(x)))
    assert said.status == "not yet" and "7 of 7 tests fail: for x = [3, 1, 2], upstream 1 it returned" in said.message
    said = check("3.6", lambda output: output > 1e-9)
    assert said.message.startswith("1 of 4 tests fails: for outputs [1e-30] it returned [0]; wanted: [1].")


@pytest.mark.parametrize("exhibit", ["assign", "mask", "average", "grader", "tie"])
def test_the_reference_of_each_exhibit_passes(exhibit) -> None:
    mended = MendedFunction(exhibit)
    assert not any(mended.read(reference_of(exhibit)))


def test_keys_by_hand() -> None:
    assert relu6_slopes() == [S, 1 - S]
    golden = slope_for_uneven_parts()
    assert sp.simplify(golden**2 + golden - 1) == 0 and 0 < golden < 1
    assert slopes_of_choices() == [1, 0, 0, sp.Rational(1, 2)]
    inside = [min(c) >= 0 and sum(c) == 1 and c[2] == 0 for c in TIED_CANDIDATES]
    assert tied_verdicts() == inside == [True, True, False, True, False]
