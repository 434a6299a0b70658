"""The exercises of the lesson on the audit: what their cases tell apart, and what common slips are told."""

import numpy as np
import pytest

from course_lib.exercises import check
from course_lib.networks import Network
from course_lib.topics.paper import audit, audit_exercises


def test_the_repaired_backward_pass_is_that_of_the_core():
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((9, 4)), rng.integers(0, 10, 9)
    network = Network.mlp([4, 6, 10], slope_at_kink=0.5, dtype="float64")
    network.W[0][0, :2], network.b[0][0, :2] = 0, 0  # two units on the kink
    _, expected = network.loss_and_gradient(X, y)
    z, o = (each[0] if each.ndim == 3 else each for each in network.forward(X).pre_activations)
    z, o = (each if len(each) == 9 else each.T for each in (z, o))
    p = np.exp(o - o.max(1, keepdims=True))
    to_o = (p / p.sum(1, keepdims=True) - np.eye(10)[y]) / 9
    came = audit_exercises.repaired(X, z, np.maximum(z, 0), network.W[1][0], to_o, 0.5)
    wanted = (expected.W[0][0], expected.b[0][0], expected.W[1][0], expected.b[1][0])
    assert all(np.allclose(one, other) for one, other in zip(came, wanted, strict=True))
    assert (z[:, :2] == 0).all() and came[1][:2].all()


def test_every_case_has_a_kink_and_an_upstream_gradient_that_is_not_1():
    for _, (X, z, a, W2, to_o, _) in audit_exercises.layers():
        assert (z == 0).any() and (z > 0).any() and (z < 0).any() and np.array_equal(a, np.maximum(z, 0))
        assert len(X) == len(z) and not np.isclose(to_o @ W2, 1, atol=1e-3).any()


def test_each_factor_finds_a_backward_pass_that_the_others_miss():
    found = {}
    for words, (backward, upstream, z) in audit_exercises.backward_passes():
        once = backward(upstream, z)
        found[words] = {c for c in (-1, 0, 1000) if not np.allclose(backward(c * upstream, z), c * once)}
    alone = [factors for factors in found.values() if len(factors) == 1]
    assert {-1} in alone and {0} in alone and {1000} in alone
    assert [words for words, factors in found.items() if not factors] == list(found)[:4]


def test_a_step_goes_by_the_chain_rule_or_by_the_slope():
    assert audit_exercises.moves_of_the_bias() == pytest.approx([2e-5, -0.05])


def test_predictions_follow_from_runs():
    assert audit_exercises.what_finds_it() == "the same unit, and an upstream gradient twice as large"
    assert audit_exercises.what_becomes_of_accuracy() == "it reads no more than chance, one in ten"


@pytest.mark.parametrize(
    ("exercise", "answer", "feedback"),
    [
        ("audit.1", [0.00002, 0.5], "1 of your 2 answers is right"),
        ("audit.2", lambda backward, upstream, z: True, "one that assigns ½ at the kink"),
        ("audit.2", lambda backward, upstream, z: None, "return"),
        ("audit.3", lambda *given: audit_exercises.repaired(*given)[:3], "the exercise asks for 4"),
        ("audit.3", lambda *given: audit_exercises.repaired(*given)[::-1], "in another order"),
        ("audit.4", lambda program, w, X, y: program(w, X, y, 1.0), "return True or False"),
        ("audit.5", ["right", "wrong", "twice"], "the choices are"),
        ("audit.5", ["Right", "batch", " TWICE"], "passed"),
    ],
)
def test_a_slip_gets_its_own_words(exercise, answer, feedback):
    assert feedback in str(check(exercise, answer))


def test_wrong_rules_of_the_exercise_are_the_rules_of_the_audit():
    """The assignment of audit.3 and `injected` are the same slip."""
    case = audit_exercises.layers()[0].arguments
    X, z, _, W2, to_o, slope = case
    planted = audit_exercises.EXERCISES[2].wrong_answers[0].value
    came = planted(*case)
    to_z = audit.injected((to_o @ W2).astype(np.float32), z.astype(np.float32), slope)
    assert np.allclose(came[1], to_z.sum(0), atol=1e-5) and np.allclose(came[0], to_z.T @ X, atol=1e-5)
