"""Build the notebooks from the lessons: one way, executed, the same bytes where nothing changed.

`python -m tools.build_notebooks` builds all, `python -m tools.build_notebooks 01 02` only these lessons.
With `--check` nothing is built or executed: each notebook that is missing, left over or differs from its lesson
in sources, ids or metadata is named. The outputs themselves are compared by nbval, which runs every notebook.

What a person has made or changed in `notebooks/` is never lost: only what the build itself wrote, or what git keeps,
gives way to a new version, and only what the build itself wrote is removed. A changed notebook is put aside.
"""

import argparse
import hashlib
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import nbformat

from course_lib.atomic_file import replaced_file
from tools.as_built import is_as_built, with_fingerprint
from tools.errors import BuildError
from tools.free_name import move_beside
from tools.lesson_source import VARIANTS, Variant, lay_out, lesson_paths, notebook_path, notebook_place, read_lesson
from tools.notebook_check import REBUILD, left_over, stale
from tools.notebook_rules import check_outputs, check_sources
from tools.notebook_run import execute

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 2


def build(root: Path, lesson_path: Path, variant: Variant) -> str:
    """Build one notebook and return a line that says what happened; the old one stays whole if anything fails."""
    started = time.perf_counter()
    lesson = read_lesson(lesson_path)
    notebook = lay_out(lesson, variant)
    check_sources(lesson, notebook)
    path = notebook_path(root, lesson.name, variant)
    path.parent.mkdir(parents=True, exist_ok=True)
    execute(lesson, notebook, path.parent)
    check_outputs(lesson, notebook, root)
    nbformat.validate(notebook)
    place = notebook_place(lesson.name, variant)
    done = write(path, with_fingerprint((nbformat.writes(notebook) + "\n").encode(), place), place)
    return f"{path.relative_to(root).as_posix()}: {done} ({time.perf_counter() - started:.1f} s)"


def write(path: Path, content: bytes, place: str) -> str:
    """Give a notebook this content in one step if it differs, and say what was done; what a person made is kept."""
    kept = ""
    if os.path.lexists(path):
        if path.is_file() and path.read_bytes() == content:
            return "unchanged"
        if not is_as_built(path, place) and not is_in_git(path):
            kept = f", and what somebody had changed is kept as {move_beside(path, path, 'kept', date.today()).name}"
    with replaced_file(path) as file:
        file.write(content)
    return f"written{kept}"


def is_in_git(path: Path) -> bool:
    """Whether git keeps this very content under this very name, so that it can be had back."""
    if path.is_symlink() or not path.is_file():
        return False
    content = path.read_bytes()
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    command = ["git", "ls-files", "--stage", "-z", "--", path.name]
    try:
        listed = subprocess.run(command, cwd=path.parent, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return any(entry.split()[1] == blob.encode() for entry in listed.split(b"\0") if entry)


def select(root: Path, numbers: Sequence[str]) -> list[Path]:
    """The lessons with these numbers, or all."""
    paths = lesson_paths(root)
    if not paths:
        raise BuildError(f"no lessons in {root / 'lessons'}")
    known = [path.stem[:2] for path in paths]
    if unknown := sorted(set(numbers) - set(known)):
        raise BuildError(f"no lesson {', '.join(unknown)}; there are {', '.join(known)}")
    return [path for path in paths if not numbers or path.stem[:2] in numbers]


def build_all(root: Path, numbers: Sequence[str]) -> list[str]:
    """Build the notebooks of these lessons, print each, and return what went wrong."""
    paths = select(root, numbers)
    problems = []
    # Spawned, not forked: a kernel client holds threads and sockets that a fork would copy half.
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = [(path, variant, pool.submit(build, root, path, variant)) for path in paths for variant in VARIANTS]
        for path, variant, job in jobs:
            try:
                print(job.result(), flush=True)
            except BuildError as error:
                problems.append(f"{error} (in the {variant}'s notebook of lessons/{path.name})")
    if not numbers:
        for path in left_over(root, {path.stem for path in lesson_paths(root)}):
            path.unlink()
            print(f"{path.relative_to(root).as_posix()}: removed, its lesson is gone")
    return problems


def check_all(root: Path, numbers: Sequence[str]) -> list[str]:
    """What is stale, one line each; empty when every notebook is what its lesson says."""
    problems: list[str] = []
    for path in select(root, numbers):
        try:
            problems += stale(read_lesson(path), root)
        except BuildError as error:
            problems.append(str(error))
    if not numbers:
        gone = left_over(root, {path.stem for path in lesson_paths(root)})
        problems += [f"{path.relative_to(root).as_posix()}: its lesson is gone; {REBUILD}" for path in gone]
    return problems


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the command; 0 when all is well, 1 when something is stale or cannot be built."""
    parser = argparse.ArgumentParser(prog="python -m tools.build_notebooks", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("lessons", nargs="*", metavar="NN", help="numbers of lessons; all if none is given")
    parser.add_argument("--check", action="store_true", help="name the notebooks that are stale, build nothing")
    options = parser.parse_args(arguments)
    try:
        problems = (check_all if options.check else build_all)(root, options.lessons)
    except BuildError as error:
        problems = [str(error)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
