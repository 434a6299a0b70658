"""Programs made of ReLU against formulas by hand, the snapshot's answers, and bugs with right and wrong mends.

Programs and mended functions as answers: right ones in any spelling, planted mistakes, and what is no answer.
"""

import numpy as np
import pytest
import sympy as sp

from course_lib.exercises import check
from course_lib.exercises.reading import NotFilledIn, Unreadable
from course_lib.topics.frameworks import answers, experiment
from course_lib.topics.frameworks.answers import GHOST, MENDED, PRODUCT, SPELLED, MendedFunction
from course_lib.topics.frameworks.dual_numbers import Conventions, derivative, maximum, relu, where
from course_lib.topics.frameworks.experiment import EXHIBITS, S, identity, relu2, relu3, returned, run_tests, zero
from course_lib.topics.frameworks.libraries import PROGRAMS
from course_lib.topics.frameworks.measurements import snapshot

T = np.array([-2.0, -0.5, 0.0, 0.25, 3.0])
UNIT, HALF, ONE, NOTHING = sp.Interval(0, 1), sp.Rational(1, 2), sp.FiniteSet(1), sp.FiniteSet(0)
THIRDS = sp.Interval(sp.Rational(1, 3), sp.Rational(2, 3))
# program: values at T, derivative in s, Clarke set, right slopes; all by hand.
STATED = {
    relu: (np.maximum(T, 0), S, UNIT, UNIT),
    relu2: (np.maximum(T, 0), 1 - S, UNIT, UNIT),
    relu3: (np.maximum(T, 0), HALF, UNIT, UNIT),
    zero: (0 * T, 1 - 2 * S, NOTHING, sp.FiniteSet(HALF)),
    identity: (T, 2 * S, ONE, sp.FiniteSet(HALF)),
    experiment.elu_by_relu: (np.where(T > 0, T, np.expm1(T)), 2 * S, ONE, sp.FiniteSet(HALF)),
    experiment.zero_with_slope_one: (0 * T, sp.Integer(1), NOTHING, sp.S.EmptySet),
    (lambda t: identity(identity(t))): (T, 4 * S**2, ONE, sp.FiniteSet(HALF)),
    (lambda t: 3 * relu(t)): (3 * np.maximum(T, 0), 3 * S, sp.Interval(0, 3), UNIT),
    (lambda t: 2 * relu(t) - relu2(t)): (np.maximum(T, 0), 3 * S - 1, UNIT, THIRDS),
    (lambda t: where(t > 1, abs(t), maximum(t, 0))): (np.maximum(T, 0), HALF, UNIT, UNIT),
    **{experiment.nested_identity(k): (T, 2 * S**k, ONE, sp.FiniteSet(2 ** -sp.Rational(1, k))) for k in range(1, 9)},
}  # fmt: skip


@pytest.mark.parametrize("program", STATED)
def test_values_derivative_and_right_slopes(program) -> None:
    values, in_s, clarke, right = STATED[program]
    assert [float(program(t)) for t in T] == pytest.approx(values) and program(T) == pytest.approx(values)
    assert sp.expand(experiment.derivative_in_s(program) - in_s) == 0
    assert (experiment.clarke_set(program), experiment.right_slopes(program)) == (clarke, right)
    assert set(experiment.SLOPE_PROGRAMS.values()) <= set(STATED)


def test_what_was_returned_is_what_the_snapshot_has_and_what_the_model_says() -> None:
    for name in PROGRAMS:
        rows = [row for row in snapshot().measurements if row.program == name and row.value is not None]
        assert set(returned(name)) == {row.library for row in rows}
        assert all(value == snapshot().row(library, name).value for library, value in returned(name).items())
    made_of_relu = {"relu": relu, "relu2": relu2, "relu3": relu3, "zero_program": zero, "identity_relu": identity}
    for name, program in {**made_of_relu, "identity_relu_twice": experiment.nested_identity(2)}.items():
        assert len(returned(name)) >= 6
        for library, value in returned(name).items():
            (slope,) = returned("relu")[library]
            assert value == (float(derivative(program, 0, Conventions(relu=slope))),), library
    with pytest.raises(ValueError, match="program: got 'gelu'; accepted are 'relu', "):
        returned("gelu")


def assigned(upstream, z, s):
    gradient = np.where(z > 0, upstream, 0.0)
    gradient[z == 0] = s
    return gradient


def verdict_with(
    at_kink=lambda claimed, left, right: min(left, right) - 1e-4 <= claimed <= max(left, right) + 1e-4,
    smooth=lambda claimed, slope: abs(claimed - slope) < 1e-4,
    tolerance=1e-4,
):
    """Judge by both slopes, with the two conditions given."""

    def verdict(f, x, claimed, h=1e-7):
        left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
        if abs(left - right) < tolerance:
            return "right" if smooth(claimed, left) else "wrong"
        return "kink" if at_kink(claimed, left, right) else "wrong"

    return verdict


def first_takes_all(x, upstream):
    return upstream * np.eye(len(x))[x.argmax()]


def overwrites_upstream(upstream, z, s):
    upstream[z < 0] = 0
    upstream[z == 0] *= s
    return upstream


def overwrites(x, upstream):
    x[:] = (x == x.max()) * upstream / (x == x.max()).sum()
    return x


BUGS = {
    "assign": (assigned, 2),
    "mask": (lambda output: output >= 0, 1),
    "average": (answers.central_difference_verdict, 5),
    "grader": (lambda slope: slope(-2) == 0 and slope(0) == 1 and slope(2) == 1, 4),
    "tie": (lambda x, upstream: (x == x.max()) * upstream, 5),
}
RIGHT = {
    "assign": [
        lambda upstream, z, s: upstream * ((z > 0) + s * (z == 0)),
        lambda upstream, z, s: [u * (1 if a > 0 else s if a == 0 else 0) for u, a in zip(upstream, z, strict=True)],
    ],
    "mask": [lambda output: output > 0, np.sign, lambda output: (output != 0).astype(object)],
    "average": [verdict_with(), lambda *given: np.str_(verdict_with()(*given))],
    "grader": [lambda slope: bool(np.all([slope(-1) == 0, slope(0) >= 0, slope(0) <= 1, slope(1) == 1]))],
    "tie": [first_takes_all, lambda x, upstream: first_takes_all(x[::-1], upstream)[::-1]],
}
WRONG = {  # Beside the planted wrong answers of the exercises.
    "assign": [lambda upstream, z, s: upstream * (z > 0)],
    "mask": [
        lambda output: np.ones(5),
        lambda output: (output > 0) + 1e-8,
        *(lambda output, kind=kind: (output > 0).astype(int).astype(kind) for kind in (str, bytes, complex)),
        lambda output: ["1" if entry > 0 else 0.0 for entry in output],
    ],
    "average": [
        verdict_with(lambda claimed, left, right: claimed <= max(left, right)),
        verdict_with(lambda claimed, left, right: claimed >= min(left, right)),
        verdict_with(lambda claimed, left, right: abs(claimed) <= 1),
        verdict_with(lambda claimed, left, right: 0 <= claimed <= 1),
        verdict_with(smooth=lambda claimed, slope: claimed - slope < 1e-4),
        verdict_with(smooth=lambda claimed, slope: slope - claimed < 1e-4),
    ],
    "grader": [
        lambda slope: slope(-2) == 0 and -0.1 < slope(0) <= 1 and slope(2) == 1,
        lambda slope: slope(-2) == 0 and 0 <= slope(0) < 1.1 and slope(2) == 1,
        lambda slope: slope(-2) <= 0 <= slope(0) <= 1 <= slope(2),
        lambda slope: 0 <= slope(-2) <= slope(0) <= slope(2) == 1,
        lambda slope: slope(-2) == 0 <= slope(0) <= 1 and 0 < slope(2) <= 1,
        lambda slope: slope(-2) == 0 and slope(0) in (0, 0.01, 0.5, 1) and slope(2) == 1,
        lambda slope: float(slope(-2) == 0 and 0 <= slope(0) <= 1 and slope(2) == 1),
    ],
    "tie": [
        lambda x, upstream: upstream,
        lambda x, upstream: ((x == x.max()) & (x > 0)) * upstream / max(1, ((x == x.max()) & (x > 0)).sum()),
        lambda x, upstream: first_takes_all(x, upstream * (1 + (x == x.max()).sum())) - (x == x.max()) * upstream,
        overwrites,
    ],
}


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_bugs_fail_right_functions_pass_and_wrong_mends_are_caught(exhibit) -> None:
    function, failures = BUGS[exhibit]
    report = run_tests(exhibit, function)
    assert len(report.failures) == failures < report.tests == len(EXHIBITS[exhibit])
    assert repr(report).startswith(f"{failures} of {report.tests} tests fail{'s' * (failures == 1)}:\n- for ")
    for function in RIGHT[exhibit]:
        assert repr(run_tests(exhibit, function)) == f"all {report.tests} tests pass"
    assert not any(run_tests(exhibit, function).passed for function in WRONG[exhibit])


@pytest.mark.parametrize(("returns", "said"), [
    (lambda: 1 / 0, "raised ZeroDivisionError"),
    (lambda: exit(), "raised SystemExit"),
    (lambda: (i for i in range(2)), "returned a generator"),
    (lambda: "no number", "returned 'no number'"),
    (lambda: 10**400, "returned a number of more than 300 digits"),
    (lambda: [1, [2, 3], True], "returned [1, a list, 1]"),
    (lambda: np.array([0.25, 1 / 3]), "returned [0.25, 0.3333]"),
])  # fmt: skip
def test_whatever_a_function_does_is_a_sentence(returns, said) -> None:
    for exhibit in EXHIBITS:
        report = run_tests(exhibit, lambda *arguments: returns())
        assert len(report.failures) == report.tests
        assert all(line.partition(" it ")[2].startswith(f"{said}; wanted: ") for line in report.failures)


def test_arrays_that_a_function_overwrites() -> None:
    (line, *_) = run_tests("tie", overwrites).failures
    said = "for x = [3, 1, 2], upstream 1 it overwrote the array that it got; wanted: the largest entries share 1"
    assert line == said
    run_tests("assign", lambda upstream, z, s: (upstream.fill(0), z.fill(0)))
    assert run_tests("assign", RIGHT["assign"][0]).passed
    with pytest.raises(ValueError, match="exhibit: got 'ties'; accepted are 'assign', 'mask', 'average', "):
        run_tests("ties", abs)


@pytest.mark.parametrize(("exercise", "answer"), [
    ("frameworks.3", lambda t, c: c * (relu(-t) + t) + (1 - c) * relu(t)),
    ("frameworks.3", lambda t, c: relu(t) - c * relu(t) + c * relu(-t) / 1 + t * c),
    ("frameworks.3", lambda t, c: +relu(t) + (c / 2) * zero(t) + np.float64(0.5) * c * zero(1 * t) + 0 * t**2),
    ("frameworks.2", [S, (1 - S**2) / (1 + S)]),
    ("frameworks.11", [1, 1, 0, 1, 0]),
    ("frameworks.8", lambda slope: int(slope(-2) == 0 and 0 <= slope(0) <= 1 and slope(2) == 1)),
    ("frameworks.7", lambda *given: verdict_with()(*given).upper()),
    ("frameworks.5", lambda upstream, z, s: np.heaviside(z, s) * upstream),
    ("frameworks.12", lambda t: 2 * (relu(t) - relu(relu(t)) - relu(-t) + relu(relu(-t))) + zero(zero(t))),
    ("frameworks.1", lambda a, b: np.array([a[0] * b[0], a[0] * b[1] + a[1] * b[0]])),
    ("frameworks.6", lambda output: (output > 0).astype(int)),
])  # fmt: skip
def test_a_right_answer_in_any_spelling(exercise, answer) -> None:
    verdict = check(exercise, answer)
    assert verdict.passed, verdict.message


@pytest.mark.parametrize(("comparator", "answer", "remark"), [
    (SPELLED, lambda t, c: relu(t) + c * t**2,
     "At t = -2 with c = -1 your program returns -4; ReLU has to return 0 there."),
    (SPELLED, lambda t, c: relu(t) + 0 * c,
     "The values are right. The derivative at 0 is 0 with c = -1; it has to be -1."),
    (SPELLED, lambda t, c: np.nan, "At t = -2 with c = -1 your program returns nan; ReLU has to return 0 there."),
    (SPELLED, lambda t, c: relu(t) + {-1: -1, 2: 2}.get(c, sp.Rational(1, 4)) * zero(t),
     "The values are right. The derivative at 0 is 1/4 with c = 0; it has to be 0."),
    (GHOST, lambda t: 1e-8 + experiment.zero_with_slope_one(t), "At t = -2 your program returns 1e-08; "),
    (GHOST, lambda t: zero(zero(t)), "The derivative at 0 is 4*s**2 - 4*s + 1; it has to be 1."),
    (PRODUCT, lambda a, b: (a[0] * b[0], 0),
     "For (2, 3) and (5, 7) your function returned something that is not right. 1 of your 2 answers is right."),
    (PRODUCT, lambda a, b: (a[0] * b[0], a[0] * b[1] + a[1] * b[0] + (a[0] == -0.5)),
     "For (-0.5, 8) and (-6, -0.25) your function returned something that is not right. 1 of your 2 answers is right."),
    (MendedFunction("tie"), lambda x, upstream: np.ones(len(x)),
     "9 of 9 tests fail: for x = [3, 1, 2], upstream 1 it returned"),
    (MendedFunction("mask"), lambda output: output > 1e-9,
     "2 of 5 tests fail: for outputs [1e-30] it returned [0]; wanted: [1]."),
    # Tolerances that the tests of the lesson do not tell from right ones.
    *((MendedFunction("average"), answer, " tests fail") for answer in (
        lambda f, x, claimed: verdict_with()(f, x, claimed, h=0.1),
        verdict_with(lambda claimed, left, right: min(left, right) - 0.3 <= claimed <= max(left, right) + 0.3),
        verdict_with(tolerance=0.9),
        verdict_with(lambda claimed, left, right: min(left, right) <= claimed <= max(left, right) + 1e-4),
        verdict_with(lambda claimed, left, right: min(left, right) - 1e-4 <= claimed <= max(left, right)),
    )),
    (MendedFunction("assign"), overwrites_upstream, "it overwrote the array that it got; wanted: "),
])  # fmt: skip
def test_what_is_wrong_is_said(comparator, answer, remark) -> None:
    keys = {SPELLED: answers.spelled_relu, GHOST: experiment.zero_with_slope_one, PRODUCT: answers.product_of_duals}
    key = comparator.read(keys[comparator] if comparator in keys else MENDED[comparator.exhibit])
    value = comparator.read(answer)
    assert not comparator.same(value, key) and comparator.same(key, key)
    assert remark in comparator.remark(value, key)
    if comparator is GHOST:
        assert not GHOST.same(answers.Outcome(key.values, (sp.nan,)), key)


@pytest.mark.parametrize(("answer", "message"), [
    (0, "You gave a number; hand in the function itself"),
    (relu(S), "hand in the function itself, without brackets"),
    (lambda: 0, "Your program raised TypeError: it is called with 1 argument. Use relu"),
    (lambda t: np.complex128(0), "Your program returned a complex number; return a number made of t. Use relu"),
    (lambda t: "0", "Your program returned the string '0'"),
    (lambda t: np.maximum(t, 0) * 0, "Your program calls a function of NumPy"),
    (lambda t: exit(), "Your program raised SystemExit"),
    # Programs that do one thing at 0 and another elsewhere.
    *((program, "Your program looks at the value of its number or compares it. Use relu, +, - and") for program in (
        lambda t: t if t == 0 else 0,
        lambda t: where(t == 0, t, 0),
        lambda t: t if not t else 0,
        lambda t: t if t.value == 0 else 0,
        lambda t: where(abs(t.slope) > 0, t, 0),
        lambda t: maximum(t, 0) - relu(t),
        lambda t: {0: t}.get(t > 0, 0),
        lambda t: t if 0 <= t <= 0 else 0,
    )),
    (lambda t: abs(t) - abs(t), "Your program takes abs of its number. Use relu"),
    (lambda t: t / t, "Your program divides by its number. Use relu"),
    (lambda t: 1 / t, "Your program divides by its number. Use relu"),
])  # fmt: skip
def test_what_is_no_program_gets_a_sentence(answer, message) -> None:
    with pytest.raises(Unreadable) as caught:
        GHOST.read(answer)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_a_program_is_called_once_so_it_cannot_tell_numbers_from_dual_numbers() -> None:
    calls = []
    GHOST.read(lambda t: calls.append(type(t)) or 0 * t)
    assert len(calls) == 1
    assert not check("frameworks.12", lambda t: 0 * t if isinstance(t, float) else t).passed
    assert not check("frameworks.3", lambda t, c: relu(t) if isinstance(t, float) else c * t).passed


@pytest.mark.parametrize(("part", "came"), [
    ("10", "the string '10'"), (np.str_("10"), "a string"), (np.complex128(10), "a complex number"),
    (-(10**4000), "a number of more than a thousand digits"),
])  # fmt: skip
def test_a_pair_of_other_things_is_refused(part, came) -> None:
    verdict = check("frameworks.1", lambda a, b: (part, 29))
    assert verdict.message.startswith("For (2, 3) and (5, 7) your function returned") and came in verdict.message
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
