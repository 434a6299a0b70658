import threading
import time

import pytest
import sympy as sp

from course_lib.calculus import PiecewiseFunction, Undecided, effort, one_sided_limit

x = sp.Symbol("x")


def busy(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(effort, "SECONDS", 0.05)
    monkeypatch.setattr(effort, "ATTEMPT_SECONDS", 0.02)


def test_a_question_ends_in_time_and_leaves_nothing_behind(quick):
    @effort.bounded
    def endless(kind):
        while True:
            if kind == "attempts":
                effort.attempt(lambda: 1)

    for kind in ("loop", "attempts") * 5:
        with pytest.raises(Undecided, match=f"endless.{kind}. was not decided within"):
            endless(kind)
    busy(0.3)  # an alarm that is left would ring here
    assert effort.attempt(lambda: 7) == 7 and effort._watch.alarms == []


def test_an_attempt_that_takes_too_long_or_fails_is_none_and_its_question_goes_on(quick):
    @effort.bounded
    def question():
        return effort.attempt(lambda: busy(9)), effort.attempt(lambda: 1 / 0), effort.attempt(lambda: 5)

    assert question() == (None, None, 5)


def test_threads_have_alarms_of_their_own(quick):
    seen = []

    @effort.bounded
    def question(seconds):
        busy(seconds)
        return "answered"

    def ask(seconds):
        try:
            seen.append(question(seconds))
        except Undecided:
            seen.append("undecided")

    threads = [threading.Thread(target=ask, args=(seconds,)) for seconds in (0.0, 0.001, 9, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(seen) == ["answered", "answered", "undecided", "undecided"]


def test_an_error_of_sympy_is_undecided_and_one_of_the_caller_stays(monkeypatch):
    x = sp.Symbol("x")

    @effort.bounded
    def ask(call):
        return call()

    with pytest.raises(Undecided, match="ValueError in the computer algebra"):
        ask(lambda: sp.Max(sp.I, x))
    with pytest.raises(ZeroDivisionError):
        ask(lambda: 1 // 0)
    with pytest.raises(ValueError, match="side: got 'left'"):
        one_sided_limit(sp.Abs(x), 0, "left")
    with pytest.raises(KeyboardInterrupt):
        ask(lambda: (_ for _ in ()).throw(KeyboardInterrupt))


@pytest.mark.parametrize(
    ("expr", "at"),
    [
        ((5 * x + 1) ** (1 / (5 * x)), sp.Rational(1, 10**15)),
        (sp.exp(10**15 * sp.log(x)), sp.Rational(5, 7)),
        (x ** sp.Rational(18014398509481984, 54043195528445949), sp.Integer(522417556774977507)),
    ],
)
def test_a_power_of_more_digits_than_memory_has_is_undecided_at_once(expr, at):
    """Exact arithmetic would write it out in one step, which nothing interrupts."""
    with pytest.raises(Undecided, match="has too many digits to be written out"):
        one_sided_limit(expr, at, "+")


def test_other_powers_are_written_out():
    f = PiecewiseFunction.from_expr(sp.Piecewise((x**300, x > 0), (0, True)), x)
    assert f.value(sp.Rational(5, 7)) == sp.Rational(5, 7) ** 300
    assert one_sided_limit(sp.root(x, 3), sp.Integer(8), "+") == 2
