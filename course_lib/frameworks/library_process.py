"""A process of its own for a library: it may crash, hang or print, and only it is affected."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from course_lib.frameworks.answer_lines import events_of
from course_lib.frameworks.libraries import ADAPTERS, Library

WORKER = ADAPTERS / "worker.py"
MOST_PRINTED = 2**20  # Bytes; a library that prints for ever does not fill this process's memory too.


@dataclass(frozen=True)
class Ended:
    """What is left of a process: the lines of its answer, what it printed, and how it ended.

    ``code`` is its exit code, negative for a signal; ``None`` if it ran out of time and was killed.
    """

    events: tuple[dict[str, Any], ...]
    printed: bytes
    code: int | None

    @property
    def reason(self) -> str:
        """How it ended, for people."""
        if self.code is None:
            return "it was still running when its time was over"
        if self.code < 0:
            with suppress(ValueError):
                return f"its process was ended by {signal.Signals(-self.code).name}"
        return f"its process ended with code {self.code}"


def run_worker(
    library: Library,
    kernel: tuple[tuple[str, str], ...],
    python: Path,
    programs: list[dict[str, Any]],
    time_limit: float,
) -> Ended:
    """Ask the library for these programs in a fresh process; never raises because of what the library does."""
    with tempfile.TemporaryDirectory(prefix="at-the-kink-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        asked = {"adapter": str(library.adapter), "distributions": library.distributions, "programs": programs}
        (folder / "request.json").write_text(json.dumps(asked), encoding="utf-8")
        answer, output = folder / "answer.jsonl", folder / "output.txt"
        scratch = folder / "scratch"
        scratch.mkdir()
        command = [str(python), str(WORKER), str(folder / "request.json"), str(answer)]
        # Both stay open: the library may delete the folder, and what it wrote can still be read.
        with output.open("a+b") as printed, answer.open("a+b") as answered:
            try:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=printed,
                    stderr=printed,
                    cwd=scratch,
                    env=_variables(library, kernel, python, scratch),
                    start_new_session=True,
                )
            except OSError as error:
                return Ended((), str(error).encode(), 127)
            try:
                code: int | None = process.wait(time_limit)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _end(process)
            return Ended(events_of(_read(answered)), _read(printed, MOST_PRINTED), code)


def _variables(library: Library, kernel: tuple[tuple[str, str], ...], python: Path, scratch: Path) -> dict[str, str]:
    own = dict(os.environ)
    if python != Path(sys.executable):
        own.pop("PYTHONPATH", None)  # It names modules for this Python.
        own.pop("PYTHONHOME", None)
    elif "PYTHONPATH" in own:  # Its folders are meant from here; the folder of the reader's own files is none of them.
        entries = [os.path.abspath(entry) for entry in own["PYTHONPATH"].split(os.pathsep) if entry]
        own["PYTHONPATH"] = os.pathsep.join(entry for entry in entries if entry != os.getcwd())
    chosen = {name: value.format(folder=scratch) for name, value in (*library.variables, *kernel)}
    return {**own, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore", "CUDA_VISIBLE_DEVICES": "-1", **chosen}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and whatever it started."""
    if hasattr(os, "killpg"):
        with suppress(OSError):  # It has ended, and nothing of it is left.
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(OSError):
        process.kill()
    process.wait()


def _read(file: BinaryIO, most: int = -1) -> bytes:
    with suppress(OSError):
        file.seek(0)
        return file.read(most)
    return b""
