"""The limits that SymPy's own tests ask for, asked of the course's `one_sided_limit`.

Run with `python -m benchmarks.sympy_tests`. It runs `sympy.series.tests.test_limits` and `test_demidovich`, records
every limit of a function of one real variable at a real point or at ±oo with SymPy's own answer, moves ±oo to 0 by
x → ±1/x, and compares. A limit from both sides counts as two. Where the answers differ, `benchmarks.judge` says which
of them the numbers contradict. SymPy bounds the range of an oscillation by interval arithmetic: a narrower one is
counted apart, where numbers fit it and do not fill SymPy's. Target: at least 255 the same, none different, no foreign
exception, none over 10 s.
"""

import argparse
import importlib
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath
import sympy as sp
from sympy.series.limits import Limit

from benchmarks import judge
from benchmarks.enclosure import Unclear
from benchmarks.pool import OVER_LIMIT, run
from course_lib.calculus import LimitDisagreement, Undecided, one_sided_limit

MODULES = ("sympy.series.tests.test_limits", "sympy.series.tests.test_demidovich")
LIMIT = 30.0  # seconds for one limit
SLOW = 10.0
KINDS = ("same", "narrower", "different", "refused", "undecided", "disagreement", "foreign", "over")
LEAST_SAME = 255
x = sp.Symbol("x")


class Question(NamedTuple):
    """lim expr as x → x0 from one side, with SymPy's answer."""

    expr: sp.Expr
    x0: sp.Expr
    side: str
    answer: sp.Expr


class Outcome(NamedTuple):
    """What the course said to a question, and the processor's seconds that it took."""

    kind: str
    detail: str
    seconds: float


def record() -> list[Question]:
    """Every distinct question of the tests that pass, in their order."""
    asked: list[tuple[Any, ...]] = []
    depth = 0
    doit = Limit.doit

    def watched(self: Limit, **hints: Any) -> Any:
        nonlocal depth
        depth += 1  # a limit that SymPy takes on its way to another is not the test's question
        try:
            answer = doit(self, **hints)
        finally:
            depth -= 1
        if depth == 0 and _asked_by_a_test():
            asked.append((*self.args, answer))
        return answer

    found: dict[Question, None] = {}
    Limit.doit = watched
    try:
        for module in map(importlib.import_module, MODULES):
            for name, test in sorted(vars(module).items()):
                # A test that is expected to fail asserts another answer than SymPy's.
                if not name.startswith("test_") or hasattr(test, "__wrapped__"):
                    continue
                asked.clear()
                try:
                    test()
                except Exception as error:
                    print(f"{name} does not pass: {error!r}", file=sys.stderr)
                    continue
                found.update(dict.fromkeys(q for item in asked for q in _questions(*item)))
    finally:
        Limit.doit = doit
    return list(found)


def _asked_by_a_test() -> bool:
    """Is a test, or `limit` called by one, the caller of `doit`?"""
    frame = sys._getframe(2)
    if frame.f_code.co_name == "limit" and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_globals.get("__name__") in MODULES


def _questions(expr: Any, variable: Any, x0: Any, direction: Any, answer: Any) -> list[Question]:
    """One for each side; none for what is not real, or has a parameter, or has no answer by SymPy."""
    if not isinstance(variable, sp.Symbol) or expr.free_symbols != {variable}:
        return []
    if not isinstance(answer, sp.Expr) or answer.has(sp.Limit, sp.nan) or expr.has(sp.I, sp.oo, sp.zoo):
        return []
    expr = expr.subs(variable, x)
    if x0 in (sp.oo, -sp.oo):
        moved = expr.subs(x, 1 / x if x0 == sp.oo else -1 / x)
        return [Question(moved, sp.S.Zero, "+", answer)]
    if not x0.is_extended_real or x0.is_infinite:
        return []
    return [Question(expr, x0, side, answer) for side in str(direction)]


def ask(question: Question) -> Iterator[Outcome]:
    """The course's answer beside SymPy's."""
    started = time.process_time()
    try:
        ours = one_sided_limit(question.expr, question.x0, question.side)
    except Undecided as error:
        kind, detail = "undecided", str(error)
    except LimitDisagreement as error:
        kind, detail = "disagreement", str(error)
    except Exception as error:
        ours_by_name = isinstance(error, (ValueError, TypeError)) and "accepted" in str(error)
        kind, detail = "refused" if ours_by_name else "foreign", f"{type(error).__name__}: {error}"
    else:
        seconds = time.process_time() - started
        kind, detail = compare(question, ours)
        yield Outcome(kind, detail, seconds)
        return
    yield Outcome(kind, detail[:300], time.process_time() - started)


def compare(question: Question, ours: sp.Expr) -> tuple[str, str]:
    """ "same" where 50 digits agree, else which of the two answers numbers contradict."""
    theirs = question.answer
    if ours == theirs or (theirs is sp.zoo and ours.is_infinite):  # zoo is another infinity from each side
        return "same", str(ours)
    pairs = [(ours, theirs)]
    if isinstance(ours, sp.AccumBounds) and isinstance(theirs, sp.AccumBounds):
        pairs = [(ours.min, theirs.min), (ours.max, theirs.max)]
    if all(_agree(*pair) for pair in pairs):
        return "same", str(ours)
    at = judge.beside(question.expr, x, question.x0, question.side)
    seen = judge.trend(at)
    says = {True: "contradicted by numbers", False: "fits the numbers", None: "not judged"}
    ours_is, theirs_is = (
        says[judge.contradicts(side, seen, lambda: judge.dense_values(at))] for side in (ours, theirs)
    )
    both_ranges = isinstance(ours, sp.AccumBounds) and isinstance(theirs, sp.AccumBounds)
    within = both_ranges and bool(theirs.min <= ours.min and ours.max <= theirs.max)
    narrower = within and (ours_is, theirs_is) == (says[False], says[True])
    kind = "narrower" if narrower else "different"
    return kind, f"course {ours} ({ours_is}), SymPy {theirs} ({theirs_is})"


def _agree(ours: Any, theirs: Any) -> bool:
    if ours.is_infinite or theirs.is_infinite or theirs.has(sp.AccumBounds) or ours.has(sp.AccumBounds):
        return bool(ours == theirs)
    with mpmath.workdps(200):
        a, b = (_digits(side) for side in (ours, theirs))
        return bool(abs(a - b) <= mpmath.mpf("1e-50") * max(abs(a), abs(b)))


def _digits(value: Any) -> Any:
    try:
        return judge.number(value)
    except Unclear:
        return mpmath.mpf(sp.N(value, 200))


def report(results: list[tuple[Question, Outcome]]) -> bool:
    """Print the table and the slowest ten; whether the target is met."""
    counts = Counter(outcome.kind for _, outcome in results)
    slow = sum(outcome.seconds > SLOW for _, outcome in results)
    print(f"{len(results)} one-sided limits from SymPy's tests")
    for kind in KINDS:
        print(f"{kind:<14}{counts[kind]:>6}")
    print(f"over {SLOW:.0f} s     {slow:>6}\n\nslowest")
    for question, outcome in sorted(results, key=lambda result: -result[1].seconds)[:10]:
        print(f"{outcome.seconds:>6.1f} s  {outcome.kind}: {_call(question)}")
    met = counts["same"] >= LEAST_SAME and not (counts["different"] or counts["foreign"] or slow)
    target = f"{LEAST_SAME} the same, none different or foreign or over {SLOW:.0f} s"
    print(f"target: {target}: {'met' if met else 'missed'}")
    return met


def _call(question: Question) -> str:
    return f"one_sided_limit({question.expr}, {question.x0}, {question.side!r})"


def main() -> int:
    """Record, ask, report; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", choices=KINDS, help="print each case of this kind")
    options = parser.parse_args()
    questions = record()
    print(f"{len(questions)} limits recorded", file=sys.stderr, flush=True)
    results = []
    for question, events in run(ask, questions, LIMIT):
        last = events[-1] if events else OVER_LIMIT
        if not isinstance(last, Outcome):
            last = Outcome("over" if last == OVER_LIMIT else "foreign", str(last), LIMIT)
        results.append((question, last))
        if len(results) % 50 == 0:
            print(f"{len(results)} asked", file=sys.stderr, flush=True)
    met = report(results)
    for question, outcome in results:
        if outcome.kind == options.list:
            print(f"{_call(question)}  # SymPy {question.answer}; {outcome.detail}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
