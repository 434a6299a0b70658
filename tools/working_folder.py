"""Bring the lessons, and newer versions of them, to the learner's own folder, and never lose what is there.

The folder is `my-course`, which git ignores, or the one that the environment variable `AT_THE_KINK_FOLDER` names. At
every start a lesson that is not there is laid, and one in which nobody has worked gives way to a newer version, be it
opened, run and saved. One that was changed stays: the newer version is laid beside it, once. What lies in `notebooks/`
and is not what the build wrote there is somebody's work and is copied, once. No other file is touched.

Whether a notebook was changed is read from its own fingerprints (`as_built`). A file of notes says what was laid beside
or copied; whatever happens to the notes, the worst is that something is laid again under another name.
"""

import errno
import hashlib
import itertools
import json
import os
import re
import secrets
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from functools import cache
from pathlib import Path

from course_lib.atomic_file import created_file, locked, move_to_free_name, replaced_file
from tools.as_built import is_as_built, version_at, version_of
from tools.free_name import move_beside, names_beside

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "AT_THE_KINK_FOLDER"
NOTES = ".at-the-kink.json"
LESSON = re.compile(r"\d\d_\w+(\.new-\d{4}-\d\d-\d\d(-\d+)?)?\.ipynb")
NEWER = re.compile(r"^(?P<lesson>\d\d_\w+)\.new-.*$")
# What a process that was killed leaves: a file half written, and one moved away before it was to be removed.
UNFINISHED = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{16}\.(?P<kind>tmp|old)")


@cache
def open_folder() -> Path:
    """The learner's folder with the lessons in it, brought up to date once for each process, which says so on stderr.

    Ends the program with a sentence if there can be no such folder.
    """
    asked = os.environ.get(VARIABLE, "").strip() or "my-course"
    try:
        folder = ROOT / Path(asked).expanduser()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError) as error:
        sys.exit(f"{VARIABLE}: got {asked!r}; accepted is a folder that is there or can be made ({_reason(error)})")
    if folder.resolve().is_relative_to(ROOT / "notebooks"):
        sys.exit(f"{VARIABLE}: got {asked!r}; accepted is a folder outside notebooks/, which an update replaces")
    for sentence in Update(ROOT / "notebooks", folder, date.today()).run():
        print(sentence, file=sys.stderr)
    return folder


class Update:
    """One update of a learner's folder from the course's notebooks."""

    def __init__(self, notebooks: Path, folder: Path, today: date) -> None:
        self.notebooks, self.folder, self.today = notebooks, folder, today
        self.first = not _lessons_in(folder)
        self.known: set[str] = set()  # Versions of the lessons that were laid, digests of what was copied.
        self.copied: list[str] = []
        self.new: list[str] = []
        self.replaced: list[str] = []
        self.beside: dict[str, str] = {}  # A changed lesson: the name of its newer version.
        self.failed: defaultdict[str, list[str]] = defaultdict(list)  # A reason: names.

    def run(self) -> Iterator[str]:
        """Do it, and say in a sentence each what was done and what could not be done."""
        with ExitStack() as until_done:
            try:
                until_done.enter_context(locked(self.folder / NOTES))
                self._finish()
            except TimeoutError:
                yield f"{self.folder}: not brought up to date, since another start is doing it."
                return
            except OSError:
                pass  # Nothing can be written there, which is said below, or locked: no step below relies on it.
            before = _read_notes(self.folder / NOTES)
            self.known = set(before)
            self._copy_earlier_work()
            self._lay_lessons()
            if self.known != before:
                with suppress(OSError), replaced_file(self.folder / NOTES) as file:
                    file.write(json.dumps(sorted(self.known), indent=1).encode())
        yield from self._sentences()

    def _sentences(self) -> Iterator[str]:
        if self.copied:
            yield f"Your work in notebooks/ was copied to {self.folder}: {', '.join(self.copied)}."
        if self.first and self.new:
            yield f"Your lessons are in {self.folder}."
        elif self.new:
            yield f"New in {self.folder}: {', '.join(self.new)}."
        if self.replaced:
            yield f"Newer versions of lessons that you had not changed: {', '.join(self.replaced)}."
        for changed, newer in self.beside.items():
            yield f"{changed} stays as you left it; the course's present version is beside it: {newer}."
        for reason, names in self.failed.items():
            yield f"{self.folder}: {reason}; not brought up to date: {', '.join(names)}."

    @contextmanager
    def _named_if_it_fails(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.failed[_reason(error)].append(name)

    def _finish(self) -> None:
        """Clear up what a process that was killed has left."""
        for folder in (self.folder, self.folder / "solutions"):
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                found = UNFINISHED.fullmatch(path.name)
                if found and found["kind"] == "tmp":
                    path.unlink()
                elif found:
                    self._settle(path, path.with_name(found["name"]))

    def _copy_earlier_work(self) -> None:
        """Copy what somebody has made or changed among the course's own notebooks."""
        for path in sorted(self.notebooks.rglob("*")):
            place = path.relative_to(self.notebooks)
            hidden = any(part.startswith((".", "__pycache__")) for part in place.parts)
            if hidden or not path.is_file() or version_at(path, place.as_posix()):
                continue
            with self._named_if_it_fails(place.as_posix()):
                content, target = path.read_bytes(), self.folder / place
                if _digest(content) not in self.known and not _holds(target, content):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    names = itertools.chain([target], names_beside(target, "earlier", self.today))
                    self.copied.append(self._shown(_create(names, content)))
                self.known.add(_digest(content))

    def _lay_lessons(self) -> None:
        current = {}
        for path in _lessons_in(self.notebooks):
            place = path.relative_to(self.notebooks).as_posix()
            with self._named_if_it_fails(place):
                if version := version_of(content := path.read_bytes(), place):
                    current[place] = (content, version)
        for place, (content, version) in current.items():
            with self._named_if_it_fails(place):
                self._lay(place, content, version)
        present = {_without_number(place): place for place in current if (self.folder / place).is_file()}
        for path in _lessons_in(self.folder):
            place = self._place(path)
            now = present.get(_without_number(place))
            if now is None or place in current:
                continue
            with self._named_if_it_fails(self._shown(path)):
                if version_at(path, place):
                    self._remove(path)
                elif now in self.new:
                    self.beside[self._shown(path)] = now

    def _lay(self, place: str, content: bytes, version: str) -> None:
        """Lay one lesson, or its newer version, or nothing."""
        target = self.folder / place
        target.parent.mkdir(exist_ok=True)
        newer = [path for path in _lessons_in(target.parent) if self._place(path) == place and path != target]
        if not os.path.lexists(target):
            _create([target], content)
            self.new.append(place)
        elif not _holds(target, content) and (version_at(target, place) != version or is_as_built(target, place)):
            if version_at(target, place) and self._replace(target, content):
                self.replaced.append(place)
            elif version not in self.known and not any(version_at(path, place) == version for path in newer):
                self.beside[place] = _create(names_beside(target, "new", self.today), content).name
        self.known.add(version)
        is_there = _holds(target, content) or version_at(target, place) == version
        for path in newer:
            if (other := version_at(path, place)) and (is_there or other != version):
                self._remove(path)
                self.known -= {other} - {version}  # It is laid again if the course goes back to it.

    def _replace(self, target: Path, content: bytes) -> bool:
        """Give a lesson in which nobody has worked its newer version; False if it is being changed at this moment."""
        aside = _aside(target)
        try:
            with created_file(target) as file:
                file.write(content)
                os.rename(target, aside)
                if not version_at(aside, self._place(target)):
                    raise FileExistsError
        except FileExistsError:
            return False
        finally:
            if os.path.lexists(aside):
                self._settle(aside, target)
        return True

    def _remove(self, path: Path) -> None:
        """Remove a lesson in which nobody has worked. It is looked at under a name that nobody else uses."""
        aside = _aside(path)
        os.rename(path, aside)
        if version_at(aside, self._place(path)):
            aside.unlink()
        else:
            self._settle(aside, path)

    def _settle(self, aside: Path, path: Path) -> None:
        """Give a file its name back, or remove it where nobody has worked in it and another one has the name."""
        if os.path.lexists(path) and version_at(aside, self._place(path)):
            aside.unlink()
            return
        try:
            move_to_free_name(aside, path)
        except FileExistsError:
            move_beside(aside, path, "kept", self.today)

    def _shown(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _place(self, path: Path) -> str:
        """The place of a lesson, also of a newer version that was laid beside it."""
        return self._shown(path.with_name(NEWER.sub(r"\g<lesson>.ipynb", path.name)))


def _lessons_in(folder: Path) -> list[Path]:
    """The lessons, and their newer versions, in a folder and in its solutions."""
    found = itertools.chain(folder.glob("*.ipynb"), folder.glob("solutions/*.ipynb"))
    return sorted(path for path in found if LESSON.fullmatch(path.name))


def _create(names: Iterable[Path], content: bytes) -> Path:
    """Write a file under the first of these names that is free, or has this content; FileExistsError if none is."""
    for path in names:
        try:
            with created_file(path) as file:
                file.write(content)
        except FileExistsError:
            if not _holds(path, content):
                continue
        return path
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}.old")


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.is_file() and path.read_bytes() == content
    except OSError:
        return False


def _without_number(place: str) -> str:
    folder, _, name = place.rpartition("/")
    return f"{folder}/{name[3:]}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_notes(path: Path) -> set[str]:
    try:
        return {entry for entry in json.loads(path.read_bytes()) if isinstance(entry, str)}
    except (OSError, ValueError, TypeError, RecursionError):
        return set()


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
