"""How the checkers of the exercises fare with answers that nobody thought of: `python -m benchmarks.checkers`.

Each exercise gets at least 200 wrong answers: garbage, values beside the right one, for functions mutants of the
solution's source, and at least 50 right ones in other clothes. Which is which is decided in `checker_truths` and
`checker_judges`, without the checkers. Targets: no wrong answer passes, no right one is refused, every answer is judged
within 5 s (not counting time in which other programs run), without an error, without a word printed, and without a
trace in the state of Python and NumPy. An exercise of which neither knows the right answer gets garbage alone. Names of
exercises as arguments run only these; `--wrong 20 --right 5` tries fewer.
"""

import argparse
import contextlib
import io
import math
import random
import sys
import time
import warnings
from collections.abc import Iterator
from itertools import islice
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from benchmarks import checker_judges
from benchmarks.checker_equivalents import clothes, equivalents, rewritings
from benchmarks.checker_judges import Function
from benchmarks.checker_judges_beyond import JUDGES
from benchmarks.checker_truths import TRUTHS, h, is_right, x
from benchmarks.checker_wrong import careless, garbage, mutants, wrong_values
from course_lib.exercises import check
from course_lib.exercises.checking import TimeIsUp, _seconds_in_line, time_limit
from course_lib.exercises.exercise import LESSONS, exercises_of, find_exercise, written_solution
from course_lib.networks import ACTIVATIONS
from course_lib.networks.one_hidden_layer import Parameters, gradient_by_hand
from course_lib.topics.frameworks.dual_numbers import relu
from course_lib.topics.frameworks.experiment import zero

LIMIT = 5.0  # seconds
# What a cell of a lesson has at hand, for the checker and for the judge.
NAMES = {
    "np": np, "sp": sp, "math": math, "NormalDist": NormalDist, "x": x, "h": h, "ACTIVATIONS": ACTIVATIONS,
    "forward": checker_judges.forward, "gradient_by_hand": gradient_by_hand, "Parameters": Parameters,
    "rng": np.random.default_rng(0),
    "quotient_at_0": checker_judges.quotient_at_0,
}  # fmt: skip
FOR_THE_CHECKER = {**NAMES, "relu": relu, "zero": zero}
FOR_THE_JUDGE = {**NAMES, "relu": checker_judges.relu, "zero": checker_judges.zero}


class Found(NamedTuple):
    """What one exercise did: counts, and a line for each answer that went wrong."""

    id: str
    wrong: int
    right: int
    slowest_wrong: float
    slowest_right: float
    accepted: list[str]
    refused: list[str]
    trouble: list[str]


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 if a target is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.checkers")
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--wrong", type=int, default=200)
    parser.add_argument("--right", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    everything = [id for lesson in LESSONS for id in exercises_of(lesson.key)]
    heads = f"{'wrong':>7}{'accepted':>10}{'slowest':>10}{'right':>12}{'refused':>9}{'slowest':>10}{'trouble':>9}"
    print(f"{'exercise':16}{heads}")
    missed = 0
    for id in given.ids or everything:
        found = attack(id, given.wrong, given.right, given.seed)
        wrong = f"{found.wrong:7}{len(found.accepted):10}{found.slowest_wrong:9.2f}s"
        right = f"{found.right:12}{len(found.refused):9}{found.slowest_right:9.2f}s"
        print(f"{id:16}{wrong}{right}{len(found.trouble):9}", flush=True)
        for line in [*found.accepted, *found.refused, *found.trouble]:
            print(f"    {line}"[:300], flush=True)
        missed += bool(found.accepted or found.refused or found.trouble)
    print("every target met" if not missed else f"{missed} exercises miss a target")
    return int(missed > 0)


def attack(id: str, wrong: int, right: int, seed: int = 0) -> Found:
    """Try so many wrong and right answers on one exercise."""
    exercise = find_exercise(id)
    assert not isinstance(exercise, str)
    _ = exercise.key, exercise.wrong_values
    rng = random.Random(f"{id} {seed}")
    found = Found(id, 0, 0, 0.0, 0.0, [], [], [])
    for expected, answers, count in ((False, wrong_answers(id, rng), wrong), (True, right_answers(id, rng), right)):
        tried, slowest = 0, 0.0
        for name, answer in islice(answers, count):
            passed, seconds, trouble, message = ask(id, answer)
            tried, slowest = tried + 1, max(slowest, seconds)
            if passed is not expected:
                shown = _safe_repr(answer)
                (found.accepted if passed else found.refused).append(f"{name} {shown}: {message}")
            if trouble:
                found.trouble.append(f"{trouble}: {name}")
        if expected:
            found = found._replace(right=tried, slowest_right=slowest)
        else:
            found = found._replace(wrong=tried, slowest_wrong=slowest)
    return found


def _safe_repr(answer: Any) -> str:
    try:
        return repr(answer)[:80]
    except Exception:
        return "?"


def ask(id: str, answer: Any) -> tuple[bool, float, str, str]:
    """Whether it passes, how long that takes, what went wrong with the process ("" if nothing), and what was said."""
    kept = state()
    said = io.StringIO()
    began, in_line = time.monotonic(), _seconds_in_line()
    trouble = message = ""
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            verdict = check(id, answer)
            message = repr(verdict)
        passed = verdict.passed
        if not passed and not 20 < len(message) < 900:
            trouble = "no sentence"
    except BaseException as error:
        passed, trouble = False, f"raised {type(error).__name__}"
    seconds = time.monotonic() - began - (_seconds_in_line() - in_line)
    if said.getvalue():
        trouble = f"printed {said.getvalue()[:40]!r}"
    if seconds > LIMIT:
        trouble = f"took {seconds:.2f} s"
    if any(now is not before and now != before for now, before in zip(state(), kept, strict=True)):
        trouble = "left a trace"
    return passed, seconds, trouble, message


def state() -> tuple[Any, ...]:
    generator = np.random.get_state(legacy=False)
    return (
        np.geterr(), random.getstate(), (generator["state"]["pos"], generator["state"]["key"].tobytes()),
        list(warnings.filters), np.get_printoptions(), np.allclose, np.array_equal, np.abs, sys.stdout,
        sys.getrecursionlimit(), sys.gettrace(),
    )  # fmt: skip


def wrong_answers(id: str, rng: random.Random) -> Iterator[tuple[str, Any]]:
    """Without end, garbage and carelessness mixed with the rest, so that a few tries meet some of each."""
    if id in JUDGES:
        right = function(written_solution(id), FOR_THE_CHECKER)
        fixed = [*garbage(), *careless(right).items()]
        more = wrong_functions(id, rng)
    else:
        fixed = list(garbage())
        if id not in TRUTHS:
            yield from rng.sample(fixed, len(fixed))
            return
        more = (pair for pair in wrong_values(TRUTHS[id], rng) if not is_right(TRUTHS[id], pair[1]))
    rng.shuffle(fixed)
    for pair in fixed:
        yield pair
        yield from (next(more) for _ in range(2))
    yield from more


def right_answers(id: str, rng: random.Random) -> Iterator[tuple[str, Any]]:
    """Without end, each confirmed by the judge."""
    if id in TRUTHS:
        yield from (pair for pair in equivalents(TRUTHS[id], rng) if is_right(TRUTHS[id], pair[1]))
    if id not in JUDGES:
        return
    for source in rewritings(written_solution(id), rng):
        if judged_right(id, source):
            yield f"{source}", rng.choice(clothes(function(source, FOR_THE_CHECKER)))


def wrong_functions(id: str, rng: random.Random) -> Iterator[tuple[str, Any]]:
    seen = {written_solution(id)}
    for source in mutants(written_solution(id), rng):
        if source not in seen:
            seen.add(source)
            if not judged_right(id, source):
                yield source, function(source, FOR_THE_CHECKER)


def judged_right(id: str, source: str) -> bool:
    try:
        with time_limit(LIMIT):
            return JUDGES[id](function(source, FOR_THE_JUDGE))
    except TimeIsUp:
        return False


def function(source: str, names: dict[str, Any]) -> Function:
    """The function that the source defines, in a module that has these names."""
    module = dict(names)
    exec(compile(source, "<answer>", "exec"), module)
    defined: Function = module[source.partition("def ")[2].partition("(")[0]]
    return defined


if __name__ == "__main__":
    sys.exit(main())
