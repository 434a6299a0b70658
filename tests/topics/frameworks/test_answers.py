"""Programs and mended functions as answers: right ones in any spelling, planted mistakes, and what is no answer."""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.reading import NotFilledIn, Unreadable
from course_lib.topics.frameworks import answers
from course_lib.topics.frameworks.answers import GHOST, MENDED, PRODUCT, SPELLED, MendedFunction
from course_lib.topics.frameworks.dual_numbers import maximum, relu, where
from course_lib.topics.frameworks.experiment import S, zero, zero_with_slope_one


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        ("3.3", lambda t, c: c * (relu(-t) + t) + (1 - c) * relu(t)),
        ("3.3", lambda t, c: where(t == 0, c * t, relu(t))),
        ("3.3", lambda t, c: maximum(t, 0) + (2 * c - 1) * (relu(-t) + t - maximum(t, 0))),
        ("3.12", lambda t: (relu(-t) + t - relu(t)) * 0 + where(t == 0, t, 0)),
        ("3.12", lambda t: 2 * (relu(t) - relu(relu(t)) - relu(-t) + relu(relu(-t))) + zero(zero(t))),
        ("3.1", lambda a, b: np.array([a[0] * b[0], a[0] * b[1] + a[1] * b[0]])),
        ("3.6", lambda output: (output > 0).astype(int)),
    ],
)
def test_a_right_answer_in_any_spelling(exercise, answer) -> None:
    verdict = check(exercise, answer)
    assert verdict.passed, verdict.message


@pytest.mark.parametrize(
    ("comparator", "answer", "remark"),
    [
        (SPELLED, lambda t, c: relu(t) + c * t**2,
         "At t = -2 with c = -1 your program returns -4; ReLU has to return 0 there."),
        (SPELLED, lambda t, c: relu(t) + 0 * c,
         "The values are right. The derivative at 0 is 0 with c = -1; it has to be -1."),
        (SPELLED, lambda t, c: where(t == 0, -t, relu(t)),
         "The values are right. The derivative at 0 is -1 with c = 2; it has to be 2."),
        (SPELLED, lambda t, c: np.nan, "At t = -2 with c = -1 your program returns nan; ReLU has to return 0 there."),
        *((GHOST, lambda t, width=width: where(abs(t) < width, t, 0), "; 0 has to return 0 there.")
          for width in (1e-4, 1e-2, 0.2)),  # Another function near the kink.
        (GHOST, lambda t: where(4 * t == round(float(getattr(t, "value", t)) * 4), zero_with_slope_one(t), t),
         "At t = -0.001 your program returns -0.001; "),  # Another function between round numbers.
        (GHOST, lambda t: 1e-8 + zero_with_slope_one(t), "At t = -2 your program returns 1e-08; "),
        (GHOST, lambda t: zero(zero(t)), "The derivative at 0 is 4*s**2 - 4*s + 1; it has to be 1."),
        (GHOST, lambda t: 2 * relu(t) - 2 * maximum(t, 0), "The values are right."),
        (PRODUCT, lambda a, b: (a[0] * b[0], 0),
         "For (2, 3) and (5, 7) your slope is not right: you returned 10 and 0."),
        (PRODUCT, lambda a, b: (0, a[0] * b[1] + a[1] * b[0]),
         "For (2, 3) and (5, 7) your value is not right: you returned 0 and 29."),
        (MendedFunction("tie"), lambda x, upstream: np.ones(len(x)),
         "7 of 7 tests fail: for x = [3, 1, 2], upstream 1 it returned"),
        (MendedFunction("mask"), lambda output: output > 1e-9,
         "1 of 4 tests fails: for outputs [1e-30] it returned [0]; wanted: [1]."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(comparator, answer, remark) -> None:
    keys = {SPELLED: answers.spelled_relu, GHOST: zero_with_slope_one, PRODUCT: answers.product_of_duals}
    key = comparator.read(keys[comparator] if comparator in keys else MENDED[comparator.exhibit])
    value = comparator.read(answer)
    assert not comparator.same(value, key) and comparator.same(key, key)
    assert remark in comparator.remark(value, key)
    if comparator is GHOST:
        assert not GHOST.same(answers.Outcome(key.values, (sp.nan,)), key)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (0, "You gave a number; hand in the function itself"),
        (relu(S), "hand in the function itself, without brackets"),
        (lambda: 0, "At t = -2 your program raised TypeError"),
        (lambda t: np.complex128(0), "At t = -2 your program returned a complex number; return a number."),
        (lambda t: "0" if not isinstance(t, float) else 0.0, "With a dual number your program returned the string '0'"),
        (lambda t: 10**400, "At t = -2 your program returned a number too large to compare; return a number."),
        (lambda t: np.maximum(t, 0) * 0, "With a dual number your program raised TypeError"),
        (lambda t: exit(), "At t = -2 your program raised SystemExit"),
    ],
)
def test_what_is_no_program_gets_a_sentence(answer, message) -> None:
    with pytest.raises(Unreadable, match=message) as caught:
        GHOST.read(answer)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("part", "came"),
    [
        ("10", "the string '10'"), (np.str_("10"), "a string"), (np.complex128(10), "a complex number"),
        (-(10**400), "a number too large to compare"), (None, "an object of type NoneType"),
    ],
)  # fmt: skip
def test_a_pair_of_other_things_is_refused(part, came) -> None:
    said = f"For (2, 3) and (5, 7) your function did not return two numbers: one part is {came}."
    assert check("3.1", lambda a, b: (part, 29)).message.startswith(said)
    for answer in (lambda a, b: 3, lambda a, b: (1, 2, 3), lambda a: a, lambda a, b: np.ones((1, 2)), 7):
        with pytest.raises(Unreadable):
            PRODUCT.read(answer)


def test_a_stub_is_not_filled_in() -> None:
    for comparator in (GHOST, PRODUCT, MendedFunction("mask")):
        with pytest.raises(NotFilledIn):
            comparator.read(lambda *arguments: ...)
    with pytest.raises(NotFilledIn):
        PRODUCT.read(lambda a, b: (a[0] * b[0], ...))


def test_keys_by_hand() -> None:
    assert answers.relu6_slopes() == [S, 1 - S]
    golden = answers.slope_for_uneven_parts()
    assert sp.simplify(golden**2 + golden - 1) == 0 and 0 < golden < 1
    assert answers.slopes_of_choices() == [1, 0, 0, sp.Rational(1, 2)]
    assert answers.tied_verdicts() == [True, True, False, True, False]
    assert not any(line for exhibit, mended in MENDED.items() for line in MendedFunction(exhibit).read(mended))
