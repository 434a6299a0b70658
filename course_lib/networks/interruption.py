"""Let a part of the work be finished before Ctrl-C ends it."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruption_waits() -> Iterator[None]:
    """Hold back Ctrl-C (SIGINT) inside; KeyboardInterrupt is raised at the end instead.

    Only the main thread receives it, so elsewhere nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        came.append(number)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt
