"""Build the notebooks from the lessons: one way, executed, the same bytes where nothing changed.

`python -m tools.build_notebooks` builds all, `python -m tools.build_notebooks 01 02` only these lessons.
With `--check` nothing is built or executed: each notebook that is missing, left over or differs from its lesson
in sources, ids or metadata is named. The outputs themselves are compared by nbval, which runs every notebook.
"""

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import nbformat

from tools.errors import BuildError
from tools.lesson_source import VARIANTS, Variant, lay_out, lesson_paths, notebook_path, read_lesson
from tools.notebook_check import orphans, stale
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
    changed = write_if_changed(path, nbformat.writes(notebook) + "\n")
    seconds = time.perf_counter() - started
    return f"{path.relative_to(root).as_posix()}: {'written' if changed else 'unchanged'} ({seconds:.1f} s)"


def write_if_changed(path: Path, text: str) -> bool:
    """Replace a file in one step, and only if its text differs; a reader never sees half of it."""
    content = text.encode()
    if path.exists() and path.read_bytes() == content:
        return False
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
        file.write(content)
    try:
        os.chmod(file.name, 0o644)
        os.replace(file.name, path)
    except OSError:
        os.unlink(file.name)
        raise
    return True


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
        problems += remove_orphans(root)
    return problems


def remove_orphans(root: Path) -> list[str]:
    """Delete notebooks whose lesson is gone; anything that was not generated stays and is named."""
    problems = []
    for path in orphans(root, {path.stem for path in lesson_paths(root)}):
        shown = path.relative_to(root).as_posix()
        if "at_the_kink" in nbformat.read(path, as_version=4).metadata:
            path.unlink()
            print(f"{shown}: removed, its lesson is gone")
        else:
            problems.append(f"{shown}: no lesson generates it; move it elsewhere")
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
        left_over = orphans(root, {path.stem for path in lesson_paths(root)})
        problems += [f"{path.relative_to(root).as_posix()}: no lesson generates it" for path in left_over]
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
