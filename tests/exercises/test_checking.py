import importlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sympy as sp

from course_lib.calculus import UndecidedEquality
from course_lib.exercises import check, hint, solution
from course_lib.exercises.compare import Number, PythonFunction, Sequence, SetOf, Symbolic
from course_lib.exercises.exercise import Exercise

Register = Callable[..., Exercise]
x = sp.Symbol("x", real=True)


def test_the_three_verdicts(register: Register) -> None:
    register(Number(), lambda: 2, wrong=(4,))
    assert check("9.1").status == check("9.1", ...).status == check("9.1", None).status == "not attempted"
    assert repr(check("9.1", 4)) == 'not yet: feedback 4 For a hint, run hint("9.1").'
    assert repr(check("9.1", 5)) == 'not yet: That is not the answer. For a hint, run hint("9.1").'
    assert repr(check("9.1", 2)) == "passed: the explanation"


def test_wrong_answers_are_recognised_by_the_same_comparator_in_any_form(register: Register) -> None:
    register(Symbolic(), lambda: sp.Max(0, x), wrong=(sp.Abs(x),))
    assert check("9.1", sp.Max(x, -x)).message.startswith("feedback Abs(x)")
    assert check("9.1", sp.sqrt(sp.Symbol("x") ** 2)).message.startswith("feedback Abs(x)")


def test_a_part_that_is_not_filled_in_is_no_attempt_and_no_try(register: Register, progress_file: Path) -> None:
    register(Sequence(Number(), Number()), lambda: (1, 2))
    verdict = check("9.1", (1, ...))
    assert verdict.status == "not attempted" and 'still "..."' in verdict.message
    assert not progress_file.exists()


def test_a_forgotten_return_is_named_and_is_no_try(register: Register, progress_file: Path) -> None:
    register(Sequence(Number(), Number()), lambda: (1, 2))
    assert 'is None. If a function made it, is a "return" missing?' in check("9.1", (1, None)).message
    register(PythonFunction(points=(1.0,)), lambda: abs)
    verdict = check("9.1", lambda x: print(x + 1))
    assert repr(verdict) == 'not attempted: At x = 1 your function returned None. Is a "return" missing?'
    assert 'still "..."' in check("9.1", lambda x: ...).message
    assert not progress_file.exists()


@pytest.mark.parametrize(
    ("id", "message"),
    [
        ("0.11", '"0.1"'),
        ("0.99", "Lesson 0 has"),
        (" 0.p1", "There is no exercise"),
        ("77.1", "the lessons are 0, 1"),
        ("relu", "An id begins with the lesson's number"),
        ("", "There is no exercise"),
        ("²", "There is no exercise"),
        ("0." + "1" * 10_000, "There is no exercise"),
        (0.1, 'written in quotes, such as "2.3"'),
        (None, "written in quotes"),
        ([], "written in quotes"),
    ],
)
def test_an_unknown_id_gets_help_and_no_error(id: object, message: str) -> None:
    verdict = check(id, 1)
    assert verdict.status == "not attempted" and message in verdict.message and len(verdict.message) < 300
    assert message in repr(hint(id)) and message in repr(solution(id))


def test_three_different_tries_open_the_solution_and_repeats_do_not(register: Register) -> None:
    register(Number(), lambda: 2, wrong=(4,))
    assert "You have 3 to go" in repr(solution("9.1"))
    for _ in range(5):
        check("9.1", 4)
        check("9.1", 4.0)
    assert "You have 2 to go" in repr(solution("9.1"))
    check("9.1", ...)
    check("9.1", "4")
    assert "You have 1 to go" in repr(solution("9.1"))
    verdict = check("9.1", 5)
    assert 'The solution is open: solution("9.1").' in verdict.message
    assert repr(solution("9.1")) == "The solution of 9.1\n    as typed\nthe explanation"


def test_run_all_with_the_same_objects_made_anew_counts_once(register: Register) -> None:
    register(PythonFunction(points=(1.0,)), lambda: abs)
    for _ in range(4):
        check("9.1", object())
        check("9.1", lambda x: x / 0)
    assert "You have 1 to go" in repr(solution("9.1"))


def test_success_opens_the_solution_and_stays(register: Register) -> None:
    register(Number(), lambda: 2, wrong=(4,))
    assert check("9.1", 2).passed
    assert check("9.1", 4).status == "not yet"
    assert "as typed" in repr(solution("9.1"))


def test_hints_move_on_and_the_last_stays(register: Register) -> None:
    register(Number(), lambda: 2)
    headings = [hint("9.1").heading for _ in range(5)]
    assert headings == [f"Hint {n} of 3 for 9.1" for n in (1, 2, 3, 3, 3)]
    assert hint("9.1").paragraphs == ("third hint",)


def test_the_progress_file_holds_no_answer(register: Register, progress_file: Path) -> None:
    register(Number(), lambda: 2)
    check("9.1", 123456789)
    check("9.1", "my name is nobody")
    text = progress_file.read_text(encoding="utf-8")
    assert "123456789" not in text and "nobody" not in text
    assert len(json.loads(text)["exercises"]["9.1"]["tries"]) == 2


def test_an_answer_that_cannot_be_decided_is_called_undecided(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(Symbolic(), lambda: x)

    def undecided(a: object, b: object) -> bool:
        raise UndecidedEquality("no proof")

    monkeypatch.setattr("course_lib.exercises.compare.equal", undecided)
    assert "it may be right" in check("9.1", sp.sin(x)).message


def test_an_undecided_wrong_answer_does_not_hide_the_verdict(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(Symbolic(), lambda: x, wrong=(2 * x, 3 * x))
    real = importlib.import_module("course_lib.exercises.compare").equal

    def sometimes(a: object, b: object) -> bool:
        if b == 2 * x:
            raise UndecidedEquality("no proof")
        return real(a, b)

    monkeypatch.setattr("course_lib.exercises.compare.equal", sometimes)
    assert check("9.1", 4 * x - x).message.startswith("feedback 3*x")


def test_a_key_that_fails_is_the_courses_fault_and_no_try(register: Register, progress_file: Path) -> None:
    register(Number(), lambda: 1 // 0)
    verdict = check("9.1", 3)
    assert verdict.status == "not attempted" and "a fault of the course: ZeroDivisionError" in verdict.message
    assert not progress_file.exists()


def test_an_endless_answer_is_cut_off(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("course_lib.exercises.checking"), "SECONDS", 0.3)
    register(PythonFunction(points=(1.0,)), lambda: abs)

    def forever(x: float) -> float:
        while True:
            try:
                time.sleep(0.01)
            except Exception:
                continue

    began = time.monotonic()
    assert "still being worked on" in check("9.1", forever).message
    assert time.monotonic() - began < 5
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_stopping_the_kernel_stops_the_cell(register: Register) -> None:
    register(PythonFunction(points=(1.0,)), lambda: abs)

    def interrupted(x: float) -> float:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)
        return x

    with pytest.raises(KeyboardInterrupt):
        check("9.1", interrupted)


def test_a_thread_can_check_too(register: Register) -> None:
    register(Number(), lambda: 2)
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(check("9.1", 2)))
    thread.start()
    thread.join()
    assert verdicts[0].passed


def test_a_remark_that_fails_is_left_out(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    register(SetOf(), lambda: sp.Interval(0, 1))
    monkeypatch.setattr(SetOf, "remark", lambda self, value, key: 1 / 0)
    assert check("9.1", (0, 2)).message.startswith("That is not the answer.")
