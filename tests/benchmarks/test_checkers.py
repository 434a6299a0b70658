"""A sample of the generated answers on every exercise; `python -m benchmarks.checkers` tries them all.

The judges that decide what is right are tested first, with answers that are right and wrong by hand.
"""

import math
import random
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from benchmarks import checkers
from benchmarks.checker_judges_beyond import JUDGES
from benchmarks.checker_truths import TRUTHS, is_right, x
from benchmarks.checker_wrong import mutants
from course_lib.exercises import checking, exercise
from course_lib.exercises.compare import Number
from course_lib.exercises.exercise import LESSONS, Exercise, exercises_of
from course_lib.exercises.progress import VARIABLE, progress_for

IDS = [id for lesson in LESSONS for id in exercises_of(lesson.key)]
SEED = 20


@pytest.fixture(autouse=True)
def in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "off")
    progress_for.cache_clear()


def test_truths_and_judges_are_those_of_exercises() -> None:
    assert set(TRUTHS) | set(JUDGES) <= set(IDS) and not set(TRUTHS) & set(JUDGES)
    assert len(TRUTHS) + len(JUDGES) >= 77


@pytest.mark.parametrize("id", IDS)
def test_generated_answers_get_what_they_deserve(id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = checkers.attack(id, wrong=0, right=4, seed=SEED)
    assert right.right == (4 if id in TRUTHS or id in JUDGES else 0)
    monkeypatch.setattr(checking, "SECONDS", 0.5)  # Endless answers are among the wrong ones.
    wrong = checkers.attack(id, wrong=10, right=0, seed=SEED)
    assert wrong.wrong == 10
    assert right.refused == wrong.accepted == right.trouble == wrong.trouble == []


@pytest.mark.parametrize(
    ("id", "right", "wrong"),
    [
        ("zeros.2", (0.75, sp.Rational(3, 4)), (0.7500001, "0.75", True, None, math.nan)),
        ("training.12", (0.25, sp.Rational(1, 4)), (True, 25, [0.25])),
        ("zeros.8", (0.005974, 0.00599), (0.0073, 0.6)),
        ("start.4", (x, sp.Symbol("x"), sp.Abs(x) * sp.sign(x)), (0, 1, sp.Abs(x), x + sp.Symbol("y"))),
        ("subgradients.1", ((-1, 2), sp.Interval(-1, 2)), ({-1, 2}, sp.Interval.open(-1, 2), (-1, 2.000001), (2, -1))),
        ("subgradients.2", ([set(), (-1, 3)],), ([(-1, 3), set()], [set()], [set(), {-1, 3}])),
        ("subgradients.10", ([0.75, 0, 0, 0.25],), ([0.25, 0, 0, 0.75], [1, 0, 0], [0.75, 0, 0, "0.25"])),
        ("proof.5", (["CONTINUOUS", "left and right agree", "right limit exists"],), (["continuous"] * 3,)),
        ("zeros.3", ("RLLRL", list("RLLRL")), ("LLRLL", list("RLLRR"))),
    ],
)  # fmt: skip
def test_the_truths_know_right_from_wrong(id: str, right: tuple, wrong: tuple) -> None:
    assert [answer for answer in right if not is_right(TRUTHS[id], answer)] == []
    assert [answer for answer in wrong if is_right(TRUTHS[id], answer)] == []


@pytest.mark.parametrize("id", JUDGES)
def test_the_judges_accept_the_solution_and_reject_mutants(id: str) -> None:
    source = exercise.written_solution(id)
    assert checkers.judged_right(id, source)
    changed = [mutant for mutant, _ in zip(mutants(source, random.Random(1)), range(40), strict=False)]
    assert sum(not checkers.judged_right(id, mutant) for mutant in set(changed) - {source}) >= 5
    assert not JUDGES[id](lambda *given: np.zeros(3)) and not JUDGES[id](lambda: 0)


def test_a_lax_and_a_strict_checker_are_caught(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Lax(Number):
        def same(self, value: object, key: object) -> bool:
            return True

    class Strict(Number):
        def same(self, value: object, key: object) -> bool:
            return False

    for comparator, field in ((Lax(), "accepted"), (Strict(), "refused")):
        planted = Exercise("zeros.1", comparator, lambda: 2, (), ("a", "b"), "so")
        monkeypatch.setattr(checkers, "find_exercise", lambda id, planted=planted: planted)
        monkeypatch.setattr(checking, "find_exercise", lambda id, planted=planted: planted)
        assert getattr(checkers.attack("zeros.1", 20, 5), field)
        assert checkers.main(["zeros.1", "--wrong", "20", "--right", "5"]) == 1
    assert "1 exercises miss a target" in capsys.readouterr().out


def test_the_solutions_are_at_hand() -> None:
    assert (Path(__file__).parents[2] / "lessons").is_dir() and all(map(exercise.written_solution, IDS))
