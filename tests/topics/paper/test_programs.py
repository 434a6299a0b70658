"""The programs to audit: where each differs from its text, and that every test of the checklist can fail."""

import numpy as np
import pytest

from course_lib.topics.paper import programs

SHAPES = [(6, 6), (12, 5), (4, 9), (1, 3)]


def slope(name: str, r: float) -> float:
    """The derivative of the loss of one sample in x·w, for the residual r = x·w − y."""
    return {"absolute": float(np.sign(r)), "huber": max(-1.0, min(1.0, r))}[name]


def by_hand(name, w, X, y):
    rows = []
    for x, target in zip(X, y, strict=True):
        product = float(x @ w)
        if name == "hinge":
            at = target * product
            rows.append(-target * x if at < 1 else -target * x / 2 if at == 1 else 0 * x)
        else:
            rows.append(slope(name, product - target) * x)
    return np.mean(rows, axis=0)


@pytest.mark.parametrize("shape", SHAPES)
def test_hinge_follows_its_text_and_the_two_others_in_part(shape):
    w, X, y = programs.data(*shape)
    X[0, :] = 0
    X[0, 0], w[0] = y[0], 1  # on the kinks of hinge and absolute
    for name, factor in (("hinge", 1), ("absolute", shape[0] / shape[1]), ("huber", 1)):
        program, _ = programs.PROGRAMS[name]
        expected = -3.0 * factor * by_hand(name, w, X, y)
        assert np.allclose(program(w.copy(), X.copy(), y.copy(), -3.0), expected, atol=1e-12)


def test_huber_writes_into_its_targets_and_the_others_do_not():
    for name, (program, _) in programs.PROGRAMS.items():
        w, X, y = programs.data(7, 3)
        kept = y.copy()
        program(w, X, y, 1.0)
        assert np.array_equal(y, kept) is (name != "huber")


@pytest.mark.parametrize(
    ("test", "planted"),
    [
        *programs.PLANTED.items(),
        ("upstream", lambda w, X, y, u: programs.hinge(w, X, y, 1.0)),
        ("upstream", lambda w, X, y, u: programs.hinge(w, X, y, abs(u))),
        ("upstream", lambda w, X, y, u: np.clip(programs.hinge(w, X, y, u), -5, 5)),
        ("batch", lambda w, X, y, u: programs.hinge(w, X[1:], y[1:], u)),
        ("precision", lambda w, X, y, u: np.rint(1e6 * programs.hinge(w, X, y, u)) / 1e6),
        ("independent", lambda w, X, y, u: programs.hinge(w, X, y, u) + 0.01 * u * w),
    ],
)
def test_a_planted_slip_fails_its_test(test, planted):
    for shape in SHAPES[:3]:
        given = programs.data(*shape)
        assert not programs.CHECKLIST[test](planted, programs.hinge_loss, *given)
        assert programs.CHECKLIST[test](programs.hinge, programs.hinge_loss, *given)


def test_verdicts_and_the_trap_of_as_many_samples_as_features():
    assert [programs.first_failed(name) for name in programs.PROGRAMS] == ["right", "batch", "twice"]
    for name, (program, loss) in programs.PROGRAMS.items():
        assert programs.independent(program, loss, *programs.data(6, 6))
        assert programs.independent(program, loss, *programs.data(12, 5)) is (name != "absolute")


def test_each_test_says_what_it_finds_and_has_a_slip_to_find():
    assert list(programs.FINDS) == list(programs.PLANTED) == list(programs.CHECKLIST)
    # The slip of the lesson is right for u = 1, and where no sample is on its kink.
    given = programs.with_a_sample_on_its_kink(*programs.data(6, 4))
    assert np.allclose(programs.PLANTED["upstream"](*given, 1.0), programs.hinge(*given, 1.0))
    assert np.allclose(
        programs.PLANTED["upstream"](*programs.data(6, 4), 7.0), programs.hinge(*programs.data(6, 4), 7.0)
    )
    difference = programs.PLANTED["upstream"](*given, 3.0) - programs.hinge(*given, 3.0)
    assert np.allclose(difference, given.y[0] * given.X[0] / 6)


def test_the_tests_leave_their_data_alone():
    for program, loss in programs.PROGRAMS.values():
        given = programs.data(6, 4)
        for passes in programs.CHECKLIST.values():
            passes(program, loss, *given)
        assert all(np.array_equal(one, other) for one, other in zip(given, programs.data(6, 4), strict=True))
