"""How long a question may take, and what becomes of errors that are not ours.

SymPy can work for minutes on a question, or end in an error of its own. A public function of this package is `bounded`:
past its time, and where SymPy fails, it raises `Undecided`. Within it, `attempt` gives one call of SymPy a part of that
time and `None` for whatever goes wrong, so that another way can be tried.
"""

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from course_lib.calculus.verdict import Undecided

SECONDS = 8.0  # for one question of a caller
ATTEMPT_SECONDS = 2.5  # for one call of SymPy
_running = threading.local()

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class OutOfTime(BaseException):
    """Not an `Exception`, so that no handler inside SymPy swallows it."""


@contextmanager
def _alarm(seconds: float) -> Iterator[type[OutOfTime]]:
    """Raise the yielded kind of `OutOfTime` in this thread after so many seconds, on every platform."""
    kind = type("OutOfTime", (OutOfTime,), {})  # One for each alarm, so that alarms can be nested.
    thread, lock, over = threading.get_ident(), threading.Lock(), False
    set_exception = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def ring() -> None:
        with lock:
            if not over:
                set_exception(ctypes.c_ulong(thread), ctypes.py_object(kind))

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield kind
    finally:
        with lock:
            over = True
        timer.cancel()


def bounded(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """The function, with `Undecided` after `SECONDS` and instead of errors that come from SymPy or mpmath."""

    @wraps(function)
    def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        if getattr(_running, "bounded", False):
            return function(*args, **kwargs)
        _running.bounded = True
        try:
            with _alarm(SECONDS) as kind:
                return function(*args, **kwargs)
        except OutOfTime as error:
            if not isinstance(error, kind):
                raise
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
    try:
        with _alarm(ATTEMPT_SECONDS) as kind:
            return call()
    except OutOfTime as error:
        if not isinstance(error, kind):
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
    shown = ", ".join(str(arg) for arg in args)
    return f"{function.__name__}({shown if len(shown) <= 200 else shown[:200] + '…'})"
