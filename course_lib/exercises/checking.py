"""check, hint and solution: the three words that a learner uses on an exercise.

What a wrong answer is told is chosen in `_judge`: the feedback of the planted wrong answer that it equals, else the
remark of the exercise's comparator, else "That is not the answer."
"""

import hashlib
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from course_lib.calculus import Undecided, Verdict
from course_lib.calculus.verdict import Status
from course_lib.exercises.compare import Sequence
from course_lib.exercises.exercise import Exercise, find_exercise, written_solution
from course_lib.exercises.functions import call_learners_function, undone
from course_lib.exercises.progress import ExerciseRecord, current_progress
from course_lib.exercises.reading import Faulty, NotFilledIn, Unreadable, in_words
from course_lib.marked import literal, plain
from course_lib.stored import LOOKS, display_with_card, note_card

TRIES_BEFORE_SOLUTION = 3
SECONDS = 4.8  # How long an answer may keep the checker busy: the slowest right one that was tried takes 0.6 s.
SCHEDULING = Path("/proc/thread-self/schedstat")  # of Linux: nanoseconds computing, then waiting for a processor
RING_AGAIN = 0.05  # seconds, for code that swallows the first ring
COURSE = str(Path(__file__).parents[1])


@dataclass(frozen=True)
class Note:
    """A short text for the learner: a hint, a solution, a reveal. `code` is an answer as it would be typed.

    Heading and paragraphs may hold marks. A reveal has the `status` of a verdict, and its look.

    >>> Note("Hint 1 of 2 for start.1", ("Look left.",))
    Hint 1 of 2 for start.1
    Look left.
    """

    heading: str
    paragraphs: tuple[str, ...]
    code: str = ""
    status: str = ""

    def __repr__(self) -> str:
        code = [f"    {line}" for line in self.code.splitlines()]
        return "\n".join([plain(self.heading), *code, *map(plain, self.paragraphs)])

    def _repr_html_(self) -> str:
        return note_card(self.heading, self.paragraphs, self.code, self.status)


@dataclass(frozen=True, repr=False)
class CheckedVerdict(Verdict):
    """What `check` says. `text` is its message with the marks, and without what to type next.

    A notebook shows it live, with buttons for a hint and the solution of `exercise`, and stores a card that says what
    to type. The card depends on the answer and on the tries, not on the hints that were read.
    """

    text: str
    exercise: Exercise | None = field(default=None, compare=False)

    def _repr_html_(self) -> str:
        texts = [self.text]
        if self.exercise:
            id, is_open = self.exercise.id, _is_open(current_progress().exercise(self.exercise.id))
            opens = "" if is_open else f"; it opens when you pass, or after {TRIES_BEFORE_SOLUTION} different tries"
            to_type = f'For the solution, type `solution("{id}")`{opens}.'
            texts.append(to_type if self.passed else f'For a hint, type `hint("{id}")`. {to_type}')
        return note_card(LOOKS[self.status].word, texts, status=self.status, stands_in=True)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        # Widgets load only when one is shown, so that plain scripts need none.
        from course_lib.explorer.verdict import VerdictWidget

        about = f"Your answer to {self.exercise.id}" if self.exercise else "Your answer"
        widget = VerdictWidget(about, self.status, LOOKS[self.status].word, self.text, self._offers, self._ask)
        data, metadata = widget._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/plain": repr(self), "text/html": self._repr_html_()}, metadata

    def _ipython_display_(self) -> None:
        display_with_card(self._repr_mimebundle_())

    def _offers(self) -> list[dict[str, str]]:
        if not self.exercise:
            return []
        id, record = self.exercise.id, current_progress().exercise(self.exercise.id)
        label = "Hint" if not record.hints else "Next hint" if record.hints < len(self.exercise.hints) else "Last hint"
        offers = [] if self.passed else [{"name": "hint", "label": label, "call": f'hint("{id}")', "closed": ""}]
        closed = "" if _is_open(record) else f"The solution is closed. {_when_it_opens(record)}"
        return [*offers, {"name": "solution", "label": "Solution", "call": f'solution("{id}")', "closed": closed}]

    def _ask(self, name: str) -> tuple[str, str, tuple[str, ...]]:
        id = self.exercise.id if self.exercise else ""
        note = hint(id) if name == "hint" else solution(id)
        return note.heading, note.code, note.paragraphs


def check(id: str, answer: object = ...) -> CheckedVerdict:
    """Judge an answer: passed, not yet, or not attempted. Whatever the answer is, a verdict comes back, never an error.

    `id` is the exercise's, such as "proof.3". "...", None or no answer at all is *not attempted*. A wrong answer is
    counted as a try, once for each different one; after three the solution opens. What cannot be read, compared or
    worked out in time is not counted.

    >>> check("start.1", ...)
    not attempted: Put your answer in place of "..." and run the cell again.
    """
    exercise = find_exercise(id)
    if isinstance(exercise, str):
        return _verdict("not attempted", literal(exercise))
    if answer is ...:
        return _verdict("not attempted", 'Put your answer in place of "..." and run the cell again.', exercise)
    if answer is None:
        return _verdict("not attempted", "Your answer is None, so there was nothing to check.", exercise)
    try:
        _ = exercise.key, exercise.wrong_values
    except Exception as error:  # Not the learner's fault, and not a try.
        fault = f"could not be checked, and that is a fault of the course: {type(error).__name__}"
        return _verdict("not attempted", f"Exercise {exercise.id} {fault}. Your answer was not counted.", exercise)
    judgement, progress = _judge_guarded(exercise, answer), current_progress()
    if judgement.status == "not attempted":
        return _verdict("not attempted", judgement.message, exercise)
    to_type = []
    if judgement.status == "passed":
        progress.mark_passed(exercise.id)
    else:
        to_type.append(f'For a hint, run hint("{exercise.id}").')
        record = progress.exercise(exercise.id)
        if judgement.answer:
            record = progress.add_try(exercise.id, _digest(judgement.answer))
        if _is_open(record):
            to_type.append(f'The solution is open: solution("{exercise.id}").')
    notes = tuple(map(literal, progress.take_notes()))
    return _verdict(judgement.status, judgement.message, exercise, to_type, notes)


def _verdict(
    status: Status, text: str, exercise: Exercise | None = None, to_type: Iterable[str] = (), notes: Iterable[str] = ()
) -> CheckedVerdict:
    message = plain(" ".join([text, *to_type, *notes]))
    return CheckedVerdict(status, message, " ".join([text, *notes]), exercise)


def hint(id: str) -> Note:
    """The next hint for an exercise; the last one stays.

    >>> hint(0.1)
    No hint
    An id is written in quotes, such as "proof.3".
    """
    exercise = find_exercise(id)
    if isinstance(exercise, str):
        return Note("No hint", (literal(exercise),))
    progress = current_progress()
    number = progress.next_hint(exercise.id, len(exercise.hints))
    heading = f"Hint {number} of {len(exercise.hints)} for {exercise.id}"
    return Note(heading, (exercise.hints[number - 1], *map(literal, progress.take_notes())))


def solution(id: str) -> Note:
    """The answer and why it is right, once the exercise is passed or three different answers were wrong.

    >>> solution("9.1")  # doctest: +ELLIPSIS
    No solution
    There is no exercise "9.1". An id begins with a lesson's word; the words are start, limits, ...
    """
    exercise = find_exercise(id)
    if isinstance(exercise, str):
        return Note("No solution", (literal(exercise),))
    progress = current_progress()
    record = progress.exercise(exercise.id)
    if not _is_open(record):
        notes = map(literal, progress.take_notes())
        return Note(f"The solution of {exercise.id} is closed", (_when_it_opens(record), *notes))
    paragraphs = (exercise.explanation, *map(literal, progress.take_notes()))
    return Note(f"The solution of {exercise.id}", paragraphs, written_solution(exercise.id))


class _Judgement(NamedTuple):
    status: Status
    message: str  # with marks
    answer: str = ""  # What tells this wrong answer from another; "" is no try.


def _judge_guarded(exercise: Exercise, answer: object) -> _Judgement:
    try:
        with undone(), time_limit(SECONDS):
            return _judge(exercise, answer)
    except TimeIsUp:
        late = f"Your answer was still being worked on after {SECONDS:.1g} seconds"
        return _Judgement("not yet", f"{late}. Look for a loop that never ends, or make it simpler.")
    except (KeyboardInterrupt, GeneratorExit):
        raise  # The learner or the kernel stops the cell: that is no answer.
    except BaseException as error:
        came = _safely(lambda: in_words(answer), "something unknown")
        cause = ": it is nested too deep" if isinstance(error, RecursionError) else ""
        sentence = f"You gave {came}, which could not be compared{cause}. Write it in a simpler form."
        return _Judgement("not yet", literal(sentence))


def _judge(exercise: Exercise, answer: object) -> _Judgement:
    comparator = exercise.comparator
    try:
        value = comparator.read(answer)
    except NotFilledIn as gap:
        still = 'A part of your answer is still "...". Fill it in and run the cell again.'
        return _Judgement("not attempted", literal(str(gap)) or still)
    except Faulty as problem:
        return _Judgement("not yet", literal(str(problem)), str(problem))
    except Unreadable as problem:
        return _Judgement("not yet", literal(str(problem)))
    try:
        if comparator.same(value, exercise.key):
            return _Judgement("passed", exercise.explanation)
    except Undecided:
        message = "Your answer could not be compared with certainty, so it may be right; write it in a simpler form."
        return _Judgement("not yet", message)
    for wrong, known in zip(exercise.wrong_answers, exercise.wrong_values, strict=True):
        with suppress(Undecided):
            if comparator.same(value, known):
                return _Judgement("not yet", wrong.feedback, repr(value))
    remark = _safely(lambda: _remark(exercise, value), "")
    return _Judgement("not yet", remark or "That is not the answer.", repr(value))


def _remark(exercise: Exercise, value: Any) -> str:
    comparator = exercise.comparator
    if isinstance(comparator, Sequence):
        feedback = (wrong.feedback for wrong in exercise.wrong_answers)
        return comparator.remark(value, exercise.key, zip(exercise.wrong_values, feedback, strict=True))
    return literal(comparator.remark(value, exercise.key))


def _digest(answer: str) -> str:
    """Only a digest is kept: what a learner typed is nobody's business."""
    # An object's address would make the same answer look new on every run.
    fixed = re.sub(r"0x[0-9a-fA-F]+", "0x", answer)
    return hashlib.sha256(fixed.encode(errors="replace")).hexdigest()[:16]


def _is_open(record: ExerciseRecord) -> bool:
    return record.passed or len(record.tries) >= TRIES_BEFORE_SOLUTION


def _when_it_opens(record: ExerciseRecord) -> str:
    left = TRIES_BEFORE_SOLUTION - len(record.tries)
    return f"It opens when you pass, or after {TRIES_BEFORE_SOLUTION} different tries. You have {left} to go."


def _safely(compute: Callable[[], object], otherwise: str) -> str:
    with suppress(Exception):
        return str(compute())
    return otherwise


class TimeIsUp(BaseException):
    """Not an `Exception`, so that a learner's `except Exception` does not swallow it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUp` inside the block after so many seconds, not counting those in which other programs run instead.

    It rests on the alarm signal: where a platform has none (Windows), or outside the main thread, there is no bound and
    the learner interrupts the kernel. A single step of Python that takes for ever, such as `sum(iter(int, 1))`, is not
    interrupted either.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def trap(frame: FrameType, event: str, argument: object) -> Any:
        if event == "call":
            return None
        if event == "line":
            raise TimeIsUp
        return trap

    def ring(number: int, frame: FrameType | None) -> None:
        left = seconds - (time.monotonic() - began) + (_seconds_in_line() - in_line)
        if left > 0:
            signal.setitimer(signal.ITIMER_REAL, left, RING_AGAIN)
            return
        # A bare except in the learner's own code may swallow this one: the next line of it that runs raises it again.
        while frame is not None and frame.f_code not in (call_learners_function.__code__, _judge_guarded.__code__):
            if not frame.f_code.co_filename.startswith(COURSE):
                frame.f_trace = trap
            frame = frame.f_back
        sys.settrace(trap)
        raise TimeIsUp

    before, traced = signal.signal(signal.SIGALRM, ring), sys.gettrace()
    began, in_line = time.monotonic(), _seconds_in_line()
    signal.setitimer(signal.ITIMER_REAL, seconds, RING_AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if sys.gettrace() is not traced:
            sys.settrace(traced)


def _seconds_in_line() -> float:
    """How long this thread has waited for a processor so far; 0 where the system does not say."""
    try:
        return int(SCHEDULING.read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
