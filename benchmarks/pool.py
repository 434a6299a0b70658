"""Calls in processes of their own, so that one that never comes back is counted and not suffered."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

from sympy.core.cache import clear_cache

_TASKS_OF_A_PROCESS = 100  # SymPy's memory of what it has computed grows with every one
_MOST_MEMORY = 3 * 2**30  # bytes; a call that wants more gets a MemoryError instead of the machine
_PATIENCE = 20  # by how much a busy machine may be slower than its processor
Task = Callable[[Any], Iterator[Any]]
OVER_LIMIT = "over the limit"


def run(task: Task, arguments: Iterable[Any], limit: float, processes: int = 2) -> Iterator[tuple[Any, list[Any]]]:
    """Each argument with all that `task(argument)` yields, in the order in which they finish.

    A task that yields nothing for `limit` seconds of its processor's time is killed, and `OVER_LIMIT` stands at the end
    of its list.
    """
    waiting = iter(arguments)
    workers = [_Worker(task, limit) for _ in range(processes)]
    try:
        busy = [worker for worker in workers if worker.take(waiting)]
        while busy:
            wait([worker.connection for worker in busy], timeout=0.2)
            for worker in list(busy):
                finished = worker.collect()
                if finished is not None:
                    yield finished
                    if not worker.take(waiting):
                        busy.remove(worker)
    finally:
        for worker in workers:
            worker.stop()


class _Worker:
    """One process that works through tasks, and what its present task has yielded so far."""

    def __init__(self, task: Task, limit: float) -> None:
        self.task, self.limit, self.done = task, limit, 0
        self._start()

    def _start(self) -> None:
        # A fresh interpreter: what the parent computed must not make a call faster.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(self.task, self.limit, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.done = 0

    def take(self, waiting: Iterator[Any]) -> bool:
        """Begin the next task, if there is one."""
        for argument in waiting:
            if self.done >= _TASKS_OF_A_PROCESS or not self.process.is_alive():
                self.stop()
                self._start()
            self.argument, self.events = argument, list[Any]()
            self.heard = time.monotonic()
            self.done += 1
            self.connection.send(argument)
            return True
        return False

    def collect(self) -> tuple[Any, list[Any]] | None:
        """The argument and all events if the task is over, by itself or by the limit."""
        try:
            while self.connection.poll():
                event = self.connection.recv()
                self.heard = time.monotonic()
                if event == ("end",):
                    return self.argument, self.events
                self.events.append(event)
        except (EOFError, ConnectionResetError):
            self.process.join()
            over = self.process.exitcode == -getattr(signal, "SIGPROF", 0)
            self.stop()
            return self.argument, [*self.events, OVER_LIMIT if over else "the process died"]
        if time.monotonic() - self.heard > _PATIENCE * self.limit:
            self.stop()
            return self.argument, [*self.events, OVER_LIMIT]
        return None

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _work(task: Task, limit: float, connection: Connection) -> None:
    _bound_memory()
    # Without a handler the alarm ends the process, whatever it is in the middle of. Windows has none.
    alarm = getattr(signal, "setitimer", lambda which, seconds: None)
    which = getattr(signal, "ITIMER_PROF", None)
    while True:
        try:
            argument = connection.recv()
        except EOFError:
            return
        clear_cache()
        alarm(which, limit)
        for event in task(argument):
            alarm(which, 0)
            connection.send(event)
            alarm(which, limit)
        alarm(which, 0)
        connection.send(("end",))


def _bound_memory() -> None:
    try:
        import resource  # Only on Unix.

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    except (ImportError, ValueError, OSError):
        pass
