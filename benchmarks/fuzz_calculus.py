"""Random functions of x, the course's answers about them, and an independent judge of each answer.

Run with `python -m benchmarks.fuzz_calculus --count 10000 --seed 0`. Limits and derivatives from both sides,
differentiability, values, arrays and subdifferentials are asked of nested Max, Min, Abs, sign, Heaviside and Piecewise
in elementary functions, at, beside and away from their kinks. `benchmarks.judge` contradicts an answer or says that it
cannot tell. Target: no wrong answer, no foreign exception, no call over 10 s.
"""

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator

from benchmarks.pool import OVER_LIMIT, run
from benchmarks.questions import HEADER, Outcome, code, outcomes
from benchmarks.random_functions import random_function

LIMIT = 30.0  # seconds for one call
SLOW = 10.0
KINDS = ("right", "unknown", "wrong", "refused", "undecided", "disagreement", "foreign", "over")


def ask_all(number: int) -> Iterator[Outcome | str]:
    """All outcomes of one random function."""
    yield from outcomes(random_function(number), number)


def reason(outcome: Outcome) -> str:
    """A message without its formulas."""
    if "Symbolic:" in outcome.detail:
        name, _, findings = outcome.detail.partition("Symbolic: ")
        symbolic, _, numerical = findings.partition(". Numerical: ")
        found = symbolic if symbolic == "SymPy finds none" else "a limit"
        return f"{name.partition(':')[0]}: symbolic: {found}, numerical: {numerical.partition(',')[0]}"
    words = [word if re.fullmatch(r"[A-Za-z']{2,}[:,;]?", word) else "…" for word in outcome.detail.split()]
    return re.sub(r"(… )+", "… ", " ".join(words))[:110]


def report(found: list[Outcome], functions: int) -> bool:
    """Print the table, the most frequent reasons and the slowest calls; whether the target is met."""
    counts = Counter(outcome.kind for outcome in found)
    print(f"\n{functions} functions, {len(found)} calls")
    for kind in KINDS:
        print(f"{kind:<14}{counts[kind]:>8}{counts[kind] / max(len(found), 1):>8.1%}")
    slow = sum(outcome.seconds > SLOW for outcome in found if outcome.kind != "over") + counts["over"]
    print(f"over {SLOW:.0f} s     {slow:>8}")
    for kind in ("undecided", "disagreement", "foreign"):
        reasons = Counter(reason(outcome) for outcome in found if outcome.kind == kind)
        if reasons:
            print(f"\n{kind}, most frequent reasons")
            for text, count in reasons.most_common(12):
                print(f"{count:>6}  {text}")
    print("\nslowest calls")
    for outcome in sorted(found, key=lambda outcome: -outcome.seconds)[:10]:
        print(f"{outcome.seconds:>6.1f} s  {outcome.kind}: {outcome.call}")
    met = not (counts["wrong"] or counts["foreign"] or slow)
    print(f"target: none wrong, none foreign, none over {SLOW:.0f} s: {'met' if met else 'missed'}")
    return met


def main() -> int:
    """Ask, print progress, report; 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="how many functions")
    parser.add_argument("--first", type=int, default=0, help="the number of the first one, to go on where a run ended")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other functions")
    parser.add_argument("--show", nargs="*", default=[], choices=KINDS, help="print each call of these kinds as Python")
    options = parser.parse_args()
    numbers = [options.seed * 10**6 + options.first + i for i in range(options.count)]
    found: list[Outcome] = []
    done, started = 0, time.monotonic()
    try:
        for number, events in run(ask_all, numbers, LIMIT):
            done += 1
            for event in events:
                if isinstance(event, Outcome):
                    found.append(event)
                    if event.kind in ("wrong", "foreign"):
                        print(f"{number}: {event.call}  # {event.detail}", file=sys.stderr, flush=True)
                else:
                    kind = "over" if event == OVER_LIMIT else "foreign"
                    call = (
                        f"random_function({number}) after {len(events) - 1} calls: {code(random_function(number).expr)}"
                    )
                    found.append(Outcome(call, kind, event, LIMIT))
            if done % 50 == 0:
                wrong = sum(outcome.kind == "wrong" for outcome in found)
                elapsed = time.monotonic() - started
                print(f"{done} functions, {wrong} calls wrong, {elapsed:.0f} s", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("interrupted; what was asked so far:", file=sys.stderr)
    met = report(found, done)
    if options.show:
        print(f"\n{HEADER}")
        for outcome in found:
            if outcome.kind in options.show:
                print(f"{outcome.call}  # {outcome.detail}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
