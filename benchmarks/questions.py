"""What is asked about a random function, and how each answer of the course is judged by `benchmarks.judge`.

`outcomes` asks one call after the other and yields an `Outcome` for each. An answer is wrong only where the judge
contradicts it; a refusal that says "not defined" is wrong where the judge sees values.
"""

import math
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import product
from random import Random
from typing import Any, NamedTuple

import mpmath
import numpy as np
import sympy as sp
from sympy.printing.str import StrPrinter

from benchmarks import judge
from benchmarks.enclosure import Unclear, as_read
from benchmarks.random_functions import Sample, x
from course_lib.calculus import (
    LimitDisagreement,
    PiecewiseFunction,
    Undecided,
    clarke_subdifferential,
    convex_subdifferential,
    differentiability,
    is_subgradient,
    one_sided_derivative,
    one_sided_limit,
)

HEADER = (
    "from sympy import *; from sympy.functions.elementary.piecewise import ExprCondPair; from numpy import array; "
    "from course_lib.calculus import *; x = Symbol('x')"
)
WAVES = (sp.sin, sp.cos, sp.tan, sp.cot, sp.sec, sp.csc)
Verdict = bool | None  # wrong, right, unknown
_NEAR = (8, 20, 50, 125)


class Outcome(NamedTuple):
    """A call as a line of Python, what became of it, its answer or message, and the processor's seconds it took."""

    call: str
    kind: str
    detail: str
    seconds: float


def outcomes(sample: Sample, number: int) -> Iterator[Outcome]:
    """Ask everything about one function."""
    expr, text = sample.expr, code(sample.expr)
    random, function = Random(number), f"PiecewiseFunction.from_expr({text}, x)"
    for name, point in zip(("special", "elsewhere"), sample.points, strict=True):
        at, x0 = code(point), exact(point)
        about = {"expr": expr, "x0": x0}
        for side in "-+":
            yield asked(
                f"one_sided_limit({text}, {at}, {side!r})",
                partial(one_sided_limit, expr, point, side),
                partial(judge_limit, **about, side=side),
            )
            yield asked(
                f"one_sided_derivative({text}, {at}, {side!r})",
                partial(one_sided_derivative, expr, point, side),
                partial(judge_derivative, **about, side=side),
            )
        yield asked(f"{function}.value({at})", partial(_value, expr, point), partial(judge_value, **about))
        if name == "special":
            yield asked(
                f"differentiability({text}, {at})",
                partial(differentiability, expr, point),
                partial(judge_differentiability, **about),
            )
            yield asked(
                f"clarke_subdifferential({text}, {at})",
                partial(clarke_subdifferential, expr, point),
                partial(judge_clarke, **about),
            )
        if random.random() < 0.15:
            yield asked(
                f"convex_subdifferential({text}, {at})",
                partial(convex_subdifferential, expr, point),
                partial(judge_convex, **about),
            )
            g = random.choice((0, 1, sp.Rational(1, 2), -1, 0.3))
            yield asked(
                f"is_subgradient({text}, {at}, {code(g)})",
                partial(is_subgradient, expr, point, g),
                partial(judge_subgradient, **about, g=exact(g)),
            )
    floats = _floats(sample.points, random)
    yield asked(
        f"{function}(array({floats}))", partial(_array, expr, floats), partial(judge_array, expr=expr, floats=floats)
    )


def _value(expr: Any, point: Any) -> Any:
    return PiecewiseFunction.from_expr(expr, x).value(point)


def _array(expr: Any, floats: list[float]) -> tuple[Any, Any]:
    f = PiecewiseFunction.from_expr(expr, x)
    return f, f(np.array(floats))


def asked(call: str, ask: Callable[[], Any], judged: Callable[[Any], Verdict]) -> Outcome:
    """Ask once, take the time, and judge what came."""
    started = time.process_time()
    answer: Any = None
    try:
        answer = ask()
        kind = "answered"
    except Undecided as error:
        kind, answer = "undecided", error
    except LimitDisagreement as error:
        kind, answer = "disagreement", error
    except (ValueError, TypeError) as error:
        kind, answer = "refused" if "accepted" in str(error) else "foreign", error
    except Exception as error:
        kind, answer = "foreign", error
    seconds = time.process_time() - started
    detail = f"{type(answer).__name__}: {answer}" if isinstance(answer, Exception) else str(answer)
    if kind == "answered" or (kind == "refused" and _speaks_of_the_function(str(answer))):
        wrong = judged(answer)
        kind = "unknown" if wrong is None else "wrong" if wrong else "right"
    return Outcome(call, kind, detail[:400], seconds)


def _speaks_of_the_function(message: str) -> bool:
    return any(words in message for words in ("not defined", "one side only", "not continuous", "unbounded derivative"))


class _Code(StrPrinter):
    """SymPy's own notation, with whole numbers that divide exactly and decimals that are the same floats."""

    def _print_Float(self, expr: Any) -> str:
        return repr(float(expr))


def code(value: Any) -> str:
    """A value as Python that gives it back after `HEADER`."""
    if not isinstance(value, sp.Basic):
        return repr(value)
    text = str(_Code({"sympy_integers": True}).doprint(value))
    try:
        return text if eval(text, vars(sp) | {"x": x}) == value else sp.srepr(value)
    except (TypeError, ValueError, NameError, AttributeError):
        return sp.srepr(value)


def exact(point: Any) -> Any:
    """A point as the exact number that it is read as."""
    if isinstance(point, float):
        fraction = as_read(point)
        return sp.Rational(fraction.numerator, fraction.denominator)
    return sp.sympify(point)


# Judgements: True for wrong, False for right, None for unknown.


def judge_limit(answer: Any, expr: Any, x0: Any, side: str) -> Verdict:
    """A one-sided limit, or the message that there is none to be had."""
    at = judge.beside(expr, x, x0, side)
    return _judge_trend(answer, judge.trend(at), at if expr.has(*WAVES) else None)


def judge_derivative(answer: Any, expr: Any, x0: Any, side: str) -> Verdict:
    """A one-sided derivative, or the message that f is not defined at x0 or beside it."""
    at = judge.quotient(expr, x, x0, side)
    return _judge_trend(answer, judge.trend(at), at if expr.has(*WAVES) else None)


def _judge_trend(answer: Any, seen: judge.Trend, at: Any) -> Verdict:
    if isinstance(answer, Exception):
        return None if seen.kind == "unknown" else seen.kind != "undefined"
    return judge.contradicts(answer, seen, (lambda: judge.dense_values(at)) if at else None)


def judge_value(answer: Any, expr: Any, x0: Any) -> Verdict:
    """f(x0), or the message that f is not defined there."""
    try:
        expected = judge.value(expr, x, x0)
    except Unclear:
        return None
    return judge.differs(None if isinstance(answer, Exception) else answer, expected)


def judge_differentiability(record: Any, expr: Any, x0: Any) -> Verdict:
    """Every finding of the record; one that is wrong makes it wrong, one that is unknown leaves it unknown."""
    if isinstance(record, Exception):
        return judge_value(record, expr, x0)
    verdicts = [judge_value(record.value, expr, x0)]
    limits, quotients = [], []
    for side, derivative in zip("-+", (record.left, record.right), strict=True):
        limits.append(judge.trend(judge.beside(expr, x, x0, side)))
        if derivative is None:
            verdicts.append(_judge_trend(ValueError(), limits[-1], None))
            continue
        at = judge.quotient(expr, x, x0, side)
        quotients.append(judge.trend(at))
        verdicts.append(_judge_trend(derivative, quotients[-1], at if expr.has(*WAVES) else None))
    defined = [limit for limit in limits if limit.kind != "undefined"]
    meets = _all_meet([(limit, record.value) for limit in defined])
    continuous = False if any(map(judge.jumps, quotients)) else meets
    if meets and any(quotient.kind == "unknown" for quotient in quotients):
        continuous = None  # What 60 digits do not tell apart may still be two numbers.
    differentiable = _all_meet([(q, None) for q in quotients]) if len(quotients) == 2 else False
    for claim, found in ((record.continuous, continuous), (record.differentiable, differentiable)):
        verdicts.append(None if found is None or not isinstance(claim, bool) else claim != found)
    return True if True in verdicts else None if None in verdicts else False


def _all_meet(parts: list[tuple[judge.Trend, Any]]) -> bool | None:
    """Do all trends settle at one number, the given one if there is one?"""
    if any(seen.kind in ("grows", "swings") for seen, _ in parts):
        return False
    if any(seen.kind != "settles" for seen, _ in parts):
        return None
    with mpmath.workdps(120):
        for seen, value in parts:
            try:
                expected = parts[0][0].last if value is None else judge.number(value)
            except Unclear:
                return None
            reach = seen.reach + parts[0][0].reach
            if abs(seen.last - expected) > reach:
                return False
            if reach > mpmath.mpf("1e-15") * abs(expected) and reach > mpmath.mpf("1e-15"):
                return None
    return True


def judge_clarke(answer: Any, expr: Any, x0: Any) -> Verdict:
    """The hull of the limits of nearby derivatives, or the message that f is not locally Lipschitz."""
    slopes = [judge.slope(expr, x, x0, side) for side in "-+"]
    seen = [judge.trend(at, _NEAR, 6) for at in slopes]
    if isinstance(answer, Exception):
        if not all(trend.kind == "settles" for trend in seen):
            return None
        limits = [judge.trend(judge.beside(expr, x, x0, side)) for side in "-+"]
        try:
            value = judge.value(expr, x, x0)
        except Unclear:
            return None
        quotients = [judge.trend(judge.quotient(expr, x, x0, side)) for side in "-+"]
        if value is None or any(map(judge.jumps, quotients)):
            return False
        return _all_meet([(limit, value) for limit in limits]) or None
    low, high = answer.inf, answer.sup
    if any(trend.kind in ("grows", "undefined") for trend in seen):
        return True
    if all(trend.kind == "settles" for trend in seen):
        first, second = sorted(seen, key=lambda trend: trend.last)
        verdicts = [judge.contradicts(low, first), judge.contradicts(high, second)]
        return True if True in verdicts else None if None in verdicts else False
    try:
        ends = [judge.number(end) for end in (low, high)]
    except Unclear:
        return None
    if None in ends:
        return True
    with mpmath.workdps(120):
        for trend in seen:
            settled = trend.kind == "settles"
            if settled or trend.kind == "swings":
                values = [trend.last] if settled else trend.values[8:]
                slack = trend.reach if settled else mpmath.mpf("1e-6") * max(map(abs, values))
                if min(values) < ends[0] - slack or max(values) > ends[1] + slack:
                    return True
    return None


def _chords(expr: Any, x0: Any) -> tuple[Any, Any] | None:
    """The steepest chord seen to the left of x0 and the flattest to the right; the convex subdifferential lies between.

    `None` where f is not defined on the whole line, or not known at a point.
    """
    distances = [sp.Rational(m, 7) * sp.Integer(10) ** k for k, m in product(range(-12, 5), (3, 8, 17, 40))]
    sides = []
    for side in "-+":
        at = judge.quotient(expr, x, x0, side)
        slopes = []
        for distance in distances:
            h = as_fraction(distance)
            slopes.append(judge.known(lambda h=h, at=at: at(h), 120))  # type: ignore[misc]
        if None in slopes:
            return None
        sides.append(slopes)
    return max(sides[0]), min(sides[1])


def as_fraction(value: Any) -> Any:
    """A SymPy fraction as Python's."""
    return Fraction(int(value.p), int(value.q))


def judge_convex(answer: Any, expr: Any, x0: Any) -> Verdict:
    """No member of the set may lie beyond a chord; a set that is only too small is not noticed."""
    try:
        chords = None if isinstance(answer, Exception) else _chords(expr, x0)
    except Unclear:
        chords = None
    if chords is None:
        return None
    if answer is sp.S.EmptySet:
        return None
    with mpmath.workdps(60):
        verdicts = []
        for end, chord, direction in ((answer.inf, chords[0], 1), (answer.sup, chords[1], -1)):
            try:
                bound = judge.number(end)
            except Unclear:
                return None
            if bound is None:
                return True
            verdicts.append(direction * (bound - chord) < -mpmath.mpf("1e-40") * abs(chord))
        return any(verdicts) or None


def judge_subgradient(answer: Any, expr: Any, x0: Any, g: Any) -> Verdict:
    """`True` is wrong where a chord lies below the line of slope g; `False` is not judged."""
    try:
        chords = None if isinstance(answer, Exception) else _chords(expr, x0)
    except Unclear:
        chords = None
    if chords is None or answer is not True:
        return None
    with mpmath.workdps(60):
        slope, slack = judge.number(g), mpmath.mpf("1e-40")
        return bool(slope < chords[0] - slack * abs(chords[0]) or slope > chords[1] + slack * abs(chords[1]))


def _floats(points: tuple[Any, ...], random: Random) -> list[float]:
    found: list[float] = []
    for point in points:
        middle = float(point)
        # Right beside 0 a float has fewer digits than 53 bits, so that no value there could be judged.
        beside = (math.nextafter(middle, end) if middle else math.copysign(1e-9, end) for end in (-math.inf, math.inf))
        found += [middle, *beside]
    return [*found, random.choice((-800.0, 800.0, 1e-8, -1e-8, 1e8, 30.0)), random.uniform(-3, 3)]


def judge_array(answer: Any, expr: Any, floats: list[float]) -> Verdict:
    """Each value within what 53 bits allow; NaN only where f is not defined, or where numbers overflow on the way."""
    if isinstance(answer, Exception):
        return None
    f, values = answer
    verdicts = [_judge_float(f, float(value), expr, point) for point, value in zip(floats, values, strict=True)]
    return True if True in verdicts else None if None in verdicts else False


def _judge_float(f: Any, value: float, expr: Any, point: float) -> Verdict:
    meant = exact(point)
    owned = [b for b in f.breakpoints if float(b) == point and b != meant]  # such as √2 for 1.4142135623730951
    if owned and not all(b.is_Rational for b in owned):
        return None
    places = list(dict.fromkeys([meant, sp.Rational(point), *owned]))
    try:
        expected = [judge.value(expr, x, place) for place in places]
    except Unclear:
        return None
    defined = [number for number in expected if number is not None]
    if np.isnan(value):
        return defined == expected
    if np.isinf(value) or not defined:
        return not any(abs(number) > mpmath.mpf("1.7e308") for number in defined)
    allowed = [judge.float_enclosure(expr, x, as_fraction(place)) for place in places if place.is_Rational]
    allowed.append(judge.float_enclosure(expr, x, point))
    clear = [enclosure for enclosure in allowed if enclosure is not None]
    return not any(enclosure.low <= value <= enclosure.high for enclosure in clear) if clear else None
