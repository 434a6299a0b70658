import math
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from course_lib.calculus import UndecidedEquality
from course_lib.exercises import check, checking, compare, solution
from course_lib.exercises.checking import Note
from course_lib.exercises.compare import Boolean, Choice, Comparator, Number, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise, WrongAnswer
from course_lib.exercises.progress import VARIABLE
from course_lib.stored import VIEW
from course_lib.topics.kink.answers import PythonFunction

Register = Callable[..., Exercise]
x = sp.Symbol("x", real=True)
FUNCTION = PythonFunction((1.0,))
TWO = Sequence(Number(), Number())


def test_the_three_verdicts(register: Register) -> None:
    register(Number(), lambda: 2, wrong=(4,))
    asked = 'not attempted: Put your answer in place of "..." and run the cell again.'
    assert repr(check("9.1")) == repr(check("9.1", ...)) == asked
    assert repr(check("9.1", None)) == "not attempted: Your answer is None, so there was nothing to check."
    assert repr(check("9.1", 4)) == 'not yet: feedback 4 For a hint, run hint("9.1").'
    assert repr(check("9.1", 5)) == 'not yet: That is not the answer. For a hint, run hint("9.1").'
    assert "closed" in repr(solution("9.1"))
    with ThreadPoolExecutor() as pool:  # Another thread has no alarm.
        assert repr(pool.submit(check, "9.1", 2).result()) == "passed: the explanation"
    assert check("9.1", 4).status == "not yet" and "as typed" in repr(solution("9.1")), "what was passed stays so"


@pytest.mark.parametrize(
    ("comparator", "key", "answer", "message"),
    [
        (TWO, (1, 2), (1, ...), 'A part of your answer is still "...". Fill it in and run the cell again.'),
        (TWO, (1, 2), [None, 1], 'A part of your answer is None. If a function made it, is a "return" missing?'),
        (SetOf(), {1}, (..., 1), 'still "..."'),
        (SetOf(), {1}, [1, None], 'still "..."'),
        (FUNCTION, abs, lambda x: print(end=""), 'At x = 1 your function returned None. Is a "return" missing?'),
        (FUNCTION, abs, lambda x: ..., 'still "..."'),
    ],
)
def test_a_gap_or_a_forgotten_return_is_no_attempt_and_no_try(
    comparator: Comparator, key: object, answer: object, message: str, register: Register, progress_file: Path
) -> None:
    register(comparator, lambda: key)
    verdict = check("9.1", answer)
    assert verdict.status == "not attempted" and message in verdict.message
    assert not progress_file.exists()


def test_three_different_tries_open_the_solution(register: Register, progress_file: Path) -> None:
    register(Number(), lambda: 2, wrong=(4,))
    closed = "The solution of 9.1 is closed\nIt opens when you pass, or after 3 different tries. You have 3 to go."
    assert repr(solution("9.1")) == closed
    for _ in range(5):
        check("9.1", 4)
        check("9.1", 4.0)
    assert "You have 2 to go" in repr(solution("9.1"))
    check("9.1", ...)
    check("9.1", 5)
    for unreadable in ("my name", "1/2", [2], lambda: 2, sp.Symbol("x"), math.nan):
        assert "is open" not in check("9.1", unreadable).message
    assert "You have 1 to go" in repr(solution("9.1")), "what cannot be read is no try"
    assert 'The solution is open: solution("9.1").' in check("9.1", 123456789).message
    assert 'The solution is open: solution("9.1").' in check("9.1", "my name").message, "and it stays open"
    assert repr(solution("9.1")) == "The solution of 9.1\n    as typed\nthe explanation"
    kept = progress_file.read_text(encoding="utf-8")
    assert "9.1" in kept and "my name" not in kept and "123456789" not in kept, "no answer leaves the notebook"


def test_run_all_with_the_same_objects_made_anew_counts_once(register: Register) -> None:
    register(FUNCTION, lambda: abs)
    kept = []
    for _ in range(4):
        kept += [object(), lambda x: x / 0]  # Kept, so that no address is used twice.
        check("9.1", kept[-2])
        check("9.1", kept[-1])
    assert "You have 2 to go" in repr(solution("9.1")), "a function that fails is a try, an object that is none is not"


def test_what_cannot_be_decided_hides_no_feedback(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    register(Symbolic(), lambda: x, wrong=(2 * x, 3 * x))
    equal = compare.equal

    def undecided(a: object, b: object) -> bool:
        if sp.sin(x) == a or b == 2 * x:
            raise UndecidedEquality("no proof")
        return equal(a, b)

    monkeypatch.setattr(compare, "equal", undecided)
    assert "it may be right" in check("9.1", sp.sin(x)).message
    # A wrong answer is recognised in any form, and by name alone where its symbol has no assumptions.
    assert check("9.1", sp.Max(3 * sp.Symbol("x"), 3 * x)).message.startswith("feedback 3*x")


def test_a_fault_of_the_course(register: Register, progress_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(Number(), lambda: 1 // 0)
    fault = "Exercise 9.1 could not be checked, and that is a fault of the course: ZeroDivisionError."
    assert repr(check("9.1", 3)) == f"not attempted: {fault} Your answer was not counted."
    assert not progress_file.exists()
    register(SetOf(), lambda: sp.Interval(0, 1))
    assert check("9.1", sp.Interval.open(0, 1)).message.startswith("The ends are right; ")
    monkeypatch.setattr(SetOf, "remark", lambda self, value, key: 1 / 0)
    assert check("9.1", (0, 2)).message.startswith("That is not the answer.")


def never_ends(x: float) -> float:
    while True:
        pass


def swallows_everything(x: float) -> float:
    while True:
        try:
            x = x + 1
        except BaseException:
            x = x - 1


def swallows_and_sleeps(x: float) -> float:
    while True:
        try:
            time.sleep(60)
        except BaseException:
            x = x + 1


@pytest.mark.parametrize("endless", [swallows_everything, swallows_and_sleeps, never_ends])
def test_no_loop_outlives_its_time(
    endless: Callable[[float], float], register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "SECONDS", 0.3)
    register(FUNCTION, lambda: abs)
    before, traced, began = signal.getsignal(signal.SIGALRM), sys.gettrace(), time.process_time()
    assert "still being worked on" in check("9.1", endless).message
    assert time.process_time() - began < 2
    assert signal.getsignal(signal.SIGALRM) is before and signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert sys.gettrace() is traced
    assert "You have 3 to go" in repr(solution("9.1")), "whoever was too slow may be right"


def test_time_in_which_other_programs_run_does_not_count(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SECONDS", 0.2)
    register(FUNCTION, lambda: abs)
    began = time.monotonic()
    waited = iter([0.0, 0.5])  # At the first ring half a second of waiting has gone by, and nothing more afterwards.
    monkeypatch.setattr(checking, "_seconds_in_line", lambda: next(waited, 0.5))
    assert "still being worked on" in check("9.1", never_ends).message
    assert time.monotonic() - began > 0.7
    assert checking._seconds_in_line() >= 0


def test_an_answer_neither_prints_nor_leaves_traces(register: Register, capsys: pytest.CaptureFixture[str]) -> None:
    register(FUNCTION, lambda: abs)
    state, allclose = np.geterr(), np.allclose

    def rude(x: float) -> float:
        print("hello")
        np.seterr(all="raise")
        np.allclose = lambda *arguments, **options: True
        return abs(x)

    assert check("9.1", rude).passed
    assert capsys.readouterr() == ("", "") and np.geterr() == state and np.allclose is allclose


def test_stopping_the_kernel_stops_the_cell(register: Register) -> None:
    register(FUNCTION, lambda: abs)

    def interrupted(x: float) -> float:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
        return x

    with pytest.raises(KeyboardInterrupt):
        check("9.1", interrupted)


def shown(verdict: checking.CheckedVerdict) -> tuple[dict, list[dict[str, str]]]:
    """What a notebook stores of a verdict, and the buttons of its live view."""
    return verdict._repr_mimebundle_()[0], verdict._offers()


def test_a_verdict_is_a_card_whose_buttons_do_what_it_says_to_type(register: Register) -> None:
    exercise = register(Number(), lambda: 2, wrong=(4,))
    stored, (hint, solution_) = shown(check("9.1", ...))
    assert stored["text/plain"] == repr(check("9.1", ...)) and VIEW in stored
    assert "<strong>Not attempted</strong>" in stored["text/html"] and "kink-stand-in" in stored["text/html"]
    assert "opens when you pass, or after 3 different tries" in stored["text/html"]
    assert (hint["label"], hint["call"], hint["closed"]) == ("Hint", 'hint("9.1")', "")
    assert "You have 3 to go." in solution_["closed"] and solution_["call"] == 'solution("9.1")'
    verdict = check("9.1", 4)
    assert verdict._ask("solution")[0] == "The solution of 9.1 is closed"
    for label, text in zip(
        ("Hint", "Next hint", "Next hint", "Last hint"), (*exercise.hints, "third hint"), strict=True
    ):
        assert verdict._offers()[0]["label"] == label and verdict._ask("hint")[2] == (text,)
    assert checking.current_progress().exercise("9.1").hints == 3, "a click counts as a call does"
    assert shown(verdict)[0]["text/html"] == shown(check("9.1", 4))[0]["text/html"], "whatever hints were read"
    stored, (solution_,) = shown(check("9.1", 2))
    assert "<strong>Passed</strong>" in stored["text/html"] and "hint(" not in stored["text/html"]
    assert solution_["closed"] == "" and verdict._ask("solution") == (
        "The solution of 9.1",
        "as typed",
        ("the explanation",),
    )
    assert shown(check("9.2", 2))[1] == [] and "to type" not in shown(check("9.2", 2))[0]["text/html"]


def test_mathematics_is_the_authors_alone(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = replace(register(Choice(("a", "b")), lambda: "a"), wrong_answers=(WrongAnswer("b", r"Not $\frac{1}{2}$."),))
    monkeypatch.setattr(checking, "find_exercise", lambda id: asked)
    typed, known = check("9.1", "$x$ <b>*y*</b>"), check("9.1", "b")
    assert "$x$ <b>*y*</b>" in typed.message and not {"<em>", "<b>", "$x$"} & set(
        re.findall(r"<\w+>|\$x\$", typed._repr_html_())
    )
    assert known.message.startswith("Not 1/2.") and r"Not $\frac{1}{2}$." in known._repr_html_()
    # In a list, feedback on one place stands beside words about another.
    pair = Sequence(Choice(("a", "b")), TWO)
    asked = replace(
        asked, comparator=pair, reference=lambda: ("a", (1, 2)), wrong_answers=(WrongAnswer(("b", (1, 2)), "$h$"),)
    )
    assert check("9.1", ["b", [1, 3]])._repr_html_().count("$h$") == 1


def test_a_note_reads_as_html_too() -> None:
    html = Note("The solution of 0.6", ("Why: a < b & c.",), "def f(x):\n    return x")._repr_html_()
    assert "<code>def f(x):\n    return x</code></pre>" in html and ">Why: a &lt; b &amp; c.</p>" in html


class Hostile:
    """Everything that a comparison might call raises."""

    __hash__ = None

    def _fail(self, *args: object) -> bool:
        raise RuntimeError("no")

    __eq__ = __ne__ = __lt__ = __bool__ = __len__ = __iter__ = __repr__ = __str__ = __float__ = __array__ = _fail
    __getattr__ = __call__ = _sympy_ = _fail


class AlwaysEqual:
    """It says yes to whatever it is compared with."""

    __hash__ = None
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = lambda self, *other: True


class NoClass:
    @property
    def __class__(self) -> type:
        raise ZeroDivisionError


class HostileInt(int):
    __eq__ = __hash__ = __int__ = __index__ = __bool__ = __float__ = Hostile._fail


class HostileList(list):
    __len__ = Hostile._fail


class Endless(list):
    def __len__(self) -> int:
        return 2

    def __iter__(self) -> Iterator[int]:
        while True:
            yield 1


def nasty_answers() -> list[object]:
    """Objects that fight back, and answers that are endless, huge, or of a kind that nobody asked for."""
    x = sp.Symbol("x")
    objects, knot = np.empty(2, dtype=object), [1, 2]
    objects[:], knot[0] = [object(), HostileInt(3)], knot
    shared_powers = tower = x
    for _ in range(60):  # 2^60 parts when written out.
        shared_powers = sp.Add(sp.Mul(shared_powers, shared_powers, evaluate=False), 1, evaluate=False)
    for _ in range(400):
        tower = sp.Function("f")(tower)
    return [
        *(
            Hostile(),
            AlwaysEqual(),
            NoClass(),
            HostileInt(7),
            HostileList([1, 2]),
            Endless(),
            knot,
            objects,
            NotImplemented,
        ),
        *(shared_powers, tower, sp.Add(*(x**k for k in range(1, 900)))),
        sp.Max(*(sp.Max(x, k) * sp.Abs(x - k) for k in range(8))),
        *(10**200_000, -(10**200_000), sp.Pow(10, sp.Pow(10, 10), evaluate=False), Decimal("1e999999")),
        *(Decimal("sNaN"), math.nan, sp.nan, sp.zoo, math.inf, 1 + 2j, sp.I),
        *(np.zeros((3, 3)), np.array([]), np.zeros(2, dtype=[("a", float)]), np.datetime64("2020-01-01")),
        *("1/2", "__import__('os').abort()", "\ud800", "x" * 10**6, b"\xff"),
        *((i for i in iter(int, 1)), {}, {"a", None, 1.5}, (1, 2, 3), range(10**9), int, math, ValueError("mine")),
        *(lambda: 0, lambda x: 1 / 0, lambda x: exit()),
        *(sp.Eq(x, 0), sp.Matrix([[1, 2], [3, 4]]), sp.MatrixSymbol("A", 2, 2), sp.Integral(sp.exp(x**2), x)),
        *(sp.Function("f")(x), sp.Symbol("x", commutative=False), sp.IndexedBase("a")[1], sp.Interval(x, x + 1)),
        *(sp.ConditionSet(x, sp.sin(x) > x, sp.S.Reals), sp.ImageSet(sp.Lambda(x, x**2), sp.S.Integers)),
    ]


@pytest.mark.parametrize(
    ("comparator", "key", "wrong"),
    [
        (Number(), 2, (99,)),
        (Symbolic(), sp.Max(0, x), (99,)),
        (Symbolic(), sp.Rational(2, 7), (99,)),
        (Choice(("holds", "refuted")), "holds", ()),
        (Boolean(), True, ()),
        (SetOf(), sp.Interval(0, 1), ()),
        (Sequence(Number(), Boolean()), (2, True), ()),
        (PythonFunction((-1.0, 2.0)), np.abs, ()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_nasty_answer_gets_a_sentence_that_a_learner_can_read(
    comparator: Comparator, key: object, wrong: tuple, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    register(comparator, lambda: key, wrong)
    for number, answer in enumerate(nasty_answers()):
        began = time.monotonic()
        verdict = check("9.1", answer)
        assert verdict.status == "not yet", f"answer {number}: {verdict!r}"
        assert 20 < len(verdict.message) < 600 and "\n" not in verdict.message, f"answer {number}: {verdict!r}"
        assert "Traceback" not in verdict.message and "0x" not in verdict.message, f"answer {number}: {verdict!r}"
        if not callable(answer):
            assert " raised " not in verdict.message, f"answer {number}: {verdict!r}"
        assert "<strong>" in verdict._repr_html_()
        assert time.monotonic() - began < checking.SECONDS + 5
