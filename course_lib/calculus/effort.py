"""How long a question may take, and what becomes of errors that are not ours.

SymPy can work for minutes on a question, or end in an error of its own. A public function of this package is `bounded`:
past its time, and where SymPy fails, it raises `Undecided`. Within it, `attempt` gives one call of SymPy a part of that
time and `None` for whatever goes wrong, so that another way can be tried.
"""

import ctypes
import os
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from course_lib.calculus.verdict import Undecided

SECONDS = 8.0  # for one question of a caller
ATTEMPT_SECONDS = 2.5  # for one call of SymPy
_LOOKS_AGAIN = 0.02  # seconds
_running = threading.local()

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class OutOfTime(BaseException):
    """Not an `Exception`, so that no handler inside SymPy swallows it."""


class _Alarm:
    """A bound on the computing time of this thread: on a busy machine an answer takes longer, and is the same."""

    def __init__(self, seconds: float) -> None:
        self.kind = type("OutOfTime", (OutOfTime,), {})  # One for each alarm, so that alarms can be nested.
        self.thread = threading.get_ident()
        self.clock: Callable[[], float] = time.monotonic
        if hasattr(time, "pthread_getcpuclockid"):
            clock_of_thread = time.pthread_getcpuclockid(self.thread)
            self.clock = lambda: time.clock_gettime(clock_of_thread)
        self.end = self.clock() + seconds


class _Watch:
    """One thread for all alarms. What it raises may be swallowed or come late, so it rings until the alarm is off.

    The asking threads take no lock that is written in Python: an alarm could ring while they hold it.
    """

    def __init__(self) -> None:
        self.alarms: list[_Alarm] = []
        self.at: _Alarm | None = None  # the alarm that is being looked at
        self.idle = threading.Lock()
        self.process = 0

    def on(self, alarm: _Alarm) -> None:
        if self.process != os.getpid():  # the first time, and in a forked process
            self.process, self.idle = os.getpid(), threading.Lock()
            threading.Thread(target=self._run, name="at-the-kink-effort", daemon=True).start()
        self.alarms.append(alarm)
        if self.idle.locked():
            self.idle.release()

    def off(self, alarm: _Alarm) -> None:
        """End an alarm and those begun after it here; what has been raised and not arrived yet arrives here."""
        begun = self.alarms.index(alarm) if alarm in self.alarms else len(self.alarms)
        for other in self.alarms[begun:]:
            if other.thread == alarm.thread:
                self.alarms.remove(other)
        while self.at is not None and self.at.thread == alarm.thread:
            time.sleep(0)
        _let_arrive()

    def _run(self) -> None:
        while True:
            if not self.alarms:
                self.idle.acquire()
            rung = set()
            for alarm in list(self.alarms):
                self.at = alarm
                # Of several in one thread the outermost counts.
                if alarm in self.alarms and alarm.thread not in rung and alarm.clock() > alarm.end:
                    _raise_in(alarm.thread, alarm.kind)
                    rung.add(alarm.thread)
                self.at = None
            time.sleep(_LOOKS_AGAIN)


def _raise_in(thread: int, kind: type[OutOfTime]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))


def _let_arrive() -> None:
    """Python raises what is waiting for a thread when it enters a function.

    Taking it back by raising NULL would leave Python 3.11 looking for an exception at every step from then on.
    """


_watch = _Watch()


def _within(alarm: _Alarm, call: Callable[[], Result]) -> Result:
    try:
        _watch.on(alarm)
        return call()
    finally:
        late: OutOfTime | None = None
        while True:
            try:
                _watch.off(alarm)
                break
            except OutOfTime as error:
                late = None if isinstance(error, alarm.kind) else error
        if late is not None:
            raise late


def bounded(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The function, with `Undecided` after `SECONDS` and instead of errors that come from SymPy or mpmath."""

    @wraps(function)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if getattr(_running, "bounded", False):
            return function(*args, **kwargs)
        _running.bounded = True
        try:
            return _within(_Alarm(SECONDS), lambda: function(*args, **kwargs))
        except OutOfTime:
            raise Undecided(f"{_named(function, args)} was not decided within {SECONDS:.0f} seconds") from None
        except Exception as error:
            if _is_ours(error):
                raise
            message = f"{_named(function, args)} is not decided: {type(error).__name__} in the computer algebra"
            raise Undecided(message) from error
        finally:
            _running.bounded = False

    return answer


def attempt(call: Callable[[], Result]) -> Result | None:
    """What the call returns, or `None` where it takes too long or fails."""
    alarm = _Alarm(ATTEMPT_SECONDS)
    try:
        return _within(alarm, call)
    except OutOfTime as error:
        if not isinstance(error, alarm.kind):
            raise
        return None
    except Exception:
        return None


def _is_ours(error: BaseException) -> bool:
    """Was the error raised by a line of this course, or by what a caller handed over?"""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    module = "" if trace is None else str(trace.tb_frame.f_globals.get("__name__", ""))
    return module.split(".")[0] not in ("sympy", "mpmath")


def _named(function: Callable[..., Any], args: tuple[Any, ...]) -> str:
    shown = ", ".join(str(arg) for arg in args if not isinstance(arg, type))
    return f"{function.__name__}({shown if len(shown) <= 200 else shown[:200] + '…'})"
