"""Programs made of ReLU against formulas by hand, the snapshot's answers, and bugs with right and wrong mends."""

import numpy as np
import pytest
import sympy as sp

from course_lib.topics.frameworks import experiment
from course_lib.topics.frameworks.dual_numbers import Conventions, derivative, relu
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
    **{experiment.nested_identity(k): (T, 2 * S**k, ONE, sp.FiniteSet(2 ** -sp.Rational(1, k))) for k in range(1, 9)},
}  # fmt: skip


@pytest.mark.parametrize("program", STATED)
def test_values_derivative_and_right_slopes(program) -> None:
    values, in_s, clarke, right = STATED[program]
    assert [float(program(t)) for t in T] == pytest.approx(values)
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
        model = float(derivative(program, 0, Conventions(relu=0)))
        assert list(returned(name).values()) == [(model,)] * 6
    with pytest.raises(ValueError, match="program: got 'gelu'; accepted are 'relu', "):
        returned("gelu")


def test_which_answers_are_outside_by_hand() -> None:
    """No slope below 1/8 for leaky ReLU, only 1 for max(x, x), 1 to α for ELU; the shares of a tie sum to 1."""
    spellings = set(experiment.spellings_of_relu())
    assert len(spellings) == 10 and {"relu", "clamp_min", "relu3"} <= spellings
    assert [(row.library, row.program, *row.value) for row in experiment.outside_by_name()] == [
        ("tinygrad", "elu_2", 0), ("tinygrad", "elu_1", 0), ("pytensor", "tied_max_reduce", 1, 1, 0),
        ("pytensor", "tied_max_axis", 1, 1, 0), ("mygrad", "maximum_x_x", 0), ("mygrad", "leaky_relu", 0),
    ]  # fmt: skip


def assigned(upstream, z, s):
    gradient = np.where(z > 0, upstream, 0.0)
    gradient[z == 0] = s
    return gradient


def averaged(f, x, claimed, h=1e-6):
    return "right" if abs(claimed - (f(x + h) - f(x - h)) / (2 * h)) < 1e-4 else "wrong"


def verdict_with(
    at_kink=lambda claimed, left, right: min(left, right) <= claimed <= max(left, right),
    smooth=lambda claimed, slope: abs(claimed - slope) < 1e-4,
):
    """Judge by both slopes, with the two conditions given."""

    def verdict(f, x, claimed, h=1e-7):
        left, right = (f(x) - f(x - h)) / h, (f(x + h) - f(x)) / h
        if abs(left - right) < 1e-4:
            return "right" if smooth(claimed, left) else "wrong"
        return "kink" if at_kink(claimed, left, right) else "wrong"

    return verdict


def first_takes_all(x, upstream):
    return upstream * np.eye(len(x))[x.argmax()]


def overwrites(x, upstream):
    x[:] = (x == x.max()) * upstream / (x == x.max()).sum()
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
    fail = "fails" if failures == 1 else "fail"
    assert repr(report).startswith(f"{failures} of {report.tests} tests {fail}:\n- for ")
    for function in RIGHT[exhibit]:
        assert repr(run_tests(exhibit, function)) == f"all {report.tests} tests pass"
    assert not any(run_tests(exhibit, function).passed for function in WRONG[exhibit])


def raised(error):
    raise error


@pytest.mark.parametrize(
    ("returns", "said"),
    [
        (lambda: raised(RuntimeError("no")), "raised RuntimeError"),
        (lambda: raised(SystemExit()), "raised SystemExit"),
        (lambda: (i for i in range(2)), "returned a generator"),
        (lambda: "no number", "returned 'no number'"),
        (lambda: 10**400, "returned a number of more than 300 digits"),
        (lambda: [1, [2, 3], True], "returned [1, a list, 1]"),
        (lambda: np.array([0.25, 1 / 3]), "returned [0.25, 0.3333]"),
        (object, "returned an object"),
    ],
)
def test_whatever_a_function_does_is_a_sentence(returns, said) -> None:
    for exhibit in EXHIBITS:
        report = run_tests(exhibit, lambda *arguments: returns())
        assert len(report.failures) == report.tests
        assert all(line.partition(" it ")[2].startswith(f"{said}; wanted: ") for line in report.failures)


def test_arrays_that_a_function_overwrites() -> None:
    (line, *_) = run_tests("tie", overwrites).failures
    assert line == (
        "for x = [3, 1, 2], upstream 1 it overwrote the array that it got; wanted: the largest entries share 1"
    )

    def careless(upstream, z, s):
        upstream[:] = z[:] = 0
        return upstream

    run_tests("assign", careless)
    assert run_tests("assign", RIGHT["assign"][0]).passed
    ones = [trial for trial in EXHIBITS["assign"] if set(trial.arguments[0]) == {1}]
    assert ones and all(trial.accepted(assigned(*trial.arguments)) for trial in ones)  # Upstream 1 shows nothing.
    with pytest.raises(ValueError, match="exhibit: got 'ties'; accepted are 'assign', 'mask', 'average', "):
        run_tests("ties", abs)
