"""The museum's tests fail for the bugs as they were found, pass for every right function, and catch wrong mends."""

import math

import numpy as np
import pytest

from course_lib.topics.frameworks.bug_museum import EXHIBITS, Report, in_words, run_tests


def assigned(upstream, z, s):
    gradient = np.where(z > 0, upstream, 0.0)
    gradient[z == 0] = s
    return gradient


def averaged(f, x, claimed, h=1e-6):
    return "right" if abs(claimed - (f(x + h) - f(x - h)) / (2 * h)) < 1e-4 else "wrong"


def sided(f, x, claimed, h=1e-7):
    left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
    if abs(left - right) < 1e-4:
        return "right" if abs(claimed - right) < 1e-4 else "wrong"
    return "kink" if sorted((left, claimed, right))[1] == claimed else "wrong"


def first_takes_all(x, upstream):
    gradient = np.zeros(len(x))
    gradient[x.argmax()] = upstream
    return gradient


class AgreesWithAll(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        return True


class AgreesToo:
    __hash__ = object.__hash__

    def __eq__(self, other):
        return True


def verdict_with(smooth, at_kink, h=1e-7):
    """Judge by both slopes, with the two conditions given: (claimed, left, right) → bool."""

    def verdict(f, x, claimed):
        left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
        if abs(left - right) < 1e-4:
            return "right" if smooth(claimed, left, right) else "wrong"
        return "kink" if at_kink(claimed, left, right) else "wrong"

    return verdict


def close(claimed, left, right):
    return abs(claimed - left) < 1e-4


def between(claimed, left, right):
    return min(left, right) <= claimed <= max(left, right)


def overwrites(x, upstream):
    largest = x == x.max()
    x[:] = largest * upstream / largest.sum()
    return x


BUGS = {
    "assign": (assigned, 2),
    "mask": (lambda output: output >= 0, 1),
    "average": (averaged, 5),
    "grader": (lambda slope: slope(-2) == 0 and slope(0) == 1 and slope(2) == 1, 4),
    "tie": (lambda x, upstream: (x == x.max()) * upstream, 5),
}
RIGHT = {
    "assign": [
        lambda upstream, z, s: upstream * np.where(z > 0, 1.0, np.where(z < 0, 0.0, s)),
        lambda upstream, z, s: upstream * ((z > 0) + s * (z == 0)),
        lambda upstream, z, s: [u * (1 if a > 0 else s if a == 0 else 0) for u, a in zip(upstream, z, strict=True)],
    ],
    "mask": [lambda output: output > 0, np.sign, lambda output: (output != 0).astype(float), lambda o: ~(o <= 0)],
    "average": [sided, verdict_with(close, between), lambda f, x, claimed: np.str_(sided(f, x, claimed))],
    "grader": [
        lambda slope: slope(-2) == 0 and 0 <= slope(0) <= 1 and slope(2) == 1,
        lambda slope: bool(np.all([slope(-1) == 0, slope(0) >= 0, slope(0) <= 1, slope(1) == 1])),
    ],
    "tie": [
        first_takes_all,
        lambda x, upstream: (x == x.max()) * upstream / (x == x.max()).sum(),
        lambda x, upstream: first_takes_all(x[::-1], upstream)[::-1],
    ],
}
WRONG = {
    "assign": [lambda upstream, z, s: s * upstream, lambda upstream, z, s: upstream * (z > 0)],
    "mask": [lambda output: output, lambda output: output < 0, lambda output: np.ones(5)],
    "average": [
        lambda f, x, claimed: "kink",
        lambda f, x, claimed: "right",
        lambda f, x, claimed: None,
        lambda f, x, claimed: AgreesWithAll("kink"),
        lambda f, x, claimed: AgreesToo(),
        lambda f, x, claimed: sided(f, x, claimed) if x else "kink" if abs(claimed) <= 1 else "wrong",
        verdict_with(close, lambda claimed, left, right: claimed <= max(left, right)),
        verdict_with(close, lambda claimed, left, right: claimed >= min(left, right)),
        verdict_with(close, lambda claimed, left, right: left <= claimed <= right),
        verdict_with(close, lambda claimed, left, right: abs(claimed) <= 1),
        verdict_with(close, lambda claimed, left, right: 0 <= claimed <= 1),
        verdict_with(lambda claimed, left, right: claimed - left < 1e-4, between),
        verdict_with(lambda claimed, left, right: left - claimed < 1e-4, between),
    ],
    "grader": [
        lambda slope: True,
        lambda slope: False,
        lambda slope: 0 <= slope(0) <= 1,
        lambda slope: None,
        lambda slope: slope(-2) == 0 and -1 < slope(0) < 2 and slope(2) == 1,
        lambda slope: slope(-2) <= 0 <= slope(0) <= 1 <= slope(2),
        lambda slope: 0 <= slope(-2) <= slope(0) <= slope(2) == 1,
        lambda slope: slope(-2) == 0 <= slope(0) <= 1 and slope(2) != 0,
        lambda slope: slope(-2) == 0 <= slope(0) <= 1 and 0 < slope(2) <= 1,
        lambda slope: slope(-2) == 0 and slope(0) in (0, 0.01, 0.5, 1) and slope(2) == 1,
    ],
    "tie": [
        lambda x, upstream: np.full(len(x), upstream / len(x)),
        lambda x, upstream: upstream,
        lambda x, upstream: ((x == x.max()) & (x > 0)) * upstream / max(1, ((x == x.max()) & (x > 0)).sum()),
        overwrites,
    ],
}


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_the_bug_fails_as_it_was_found(exhibit) -> None:
    function, failures = BUGS[exhibit]
    report = run_tests(exhibit, function)
    assert len(report.failures) == failures < report.tests == len(EXHIBITS[exhibit])
    fail = "fails" if failures == 1 else "fail"
    assert repr(report).startswith(f"{failures} of {report.tests} tests {fail}:\n- for ")


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_whatever_is_right_passes(exhibit) -> None:
    for function in RIGHT[exhibit]:
        report = run_tests(exhibit, function)
        assert report.passed, report
        assert repr(report) == f"all {report.tests} tests pass"


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_a_wrong_mend_is_caught(exhibit) -> None:
    for function in WRONG[exhibit]:
        assert not run_tests(exhibit, function).passed


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_nothing_a_function_does_is_an_error_here(exhibit) -> None:
    def raises(*arguments):
        raise RuntimeError("no")

    def leaves(*arguments):
        raise SystemExit

    for function, said in ((raises, "raised RuntimeError"), (leaves, "raised SystemExit"), (lambda: 0, "TypeError")):
        assert all(said in line for line in run_tests(exhibit, function).failures)
    for strange in ("text", object(), math.nan, [], ...):
        assert isinstance(run_tests(exhibit, lambda *arguments, strange=strange: strange), Report)


def test_numbers_as_strings_and_complex_numbers_are_refused() -> None:
    right = RIGHT["mask"][0]
    for kind in (str, bytes, complex, np.complex128, object):
        assert run_tests("mask", lambda output, kind=kind: right(output).astype(int).astype(kind)).passed == (
            kind is object
        )
    assert not run_tests("mask", lambda output: ["1" if entry else 0.0 for entry in right(output)]).passed
    assert not run_tests("mask", lambda output: np.array([1j * entry for entry in right(output)], object)).passed


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (lambda: (i for i in range(2)), "it returned a generator; wanted"),
        (lambda: "no number", "it returned 'no number'; wanted"),
        (lambda: 10**400, "it returned a number of more than 300 digits; wanted"),
        (lambda: [1, [2, 3]], "it returned [1, a list]; wanted"),
        (dict, "it returned a dict; wanted"),
        (object, "it returned an object; wanted"),
    ],
)
def test_what_came_is_said_even_if_it_cannot_be_compared(returned, words) -> None:
    for exhibit in EXHIBITS:
        report = run_tests(exhibit, lambda *arguments: returned())
        assert len(report.failures) == report.tests and all(words in line for line in report.failures)


def test_an_overwritten_array_is_named() -> None:
    (line, *_) = run_tests("tie", overwrites).failures
    assert "for x = [3, 1, 2], upstream 1 it overwrote the array that it got; wanted: " in line


def test_a_careless_function_does_not_change_the_tests() -> None:
    def careless(upstream, z, s):
        upstream[:] = z[:] = 0
        return upstream

    run_tests("assign", careless)
    assert run_tests("assign", RIGHT["assign"][0]).passed


def test_an_upstream_gradient_of_1_would_not_have_shown_the_first_bug() -> None:
    ones = [test for test in EXHIBITS["assign"] if set(test.arguments[0]) == {1}]
    assert ones and all(test.accepted(assigned(*test.arguments)) for test in ones)


def test_values_in_words() -> None:
    assert in_words(np.array([True, False])) == "[1, 0]" and in_words(True) == "True"
    assert in_words("kink") == "'kink'" and in_words(None) == "a NoneType" and in_words(0.5) == "0.5"


def test_an_unknown_exhibit_is_named() -> None:
    with pytest.raises(ValueError, match="exhibit: got 'ties'; accepted are 'assign', 'mask', 'average', "):
        run_tests("ties", abs)
