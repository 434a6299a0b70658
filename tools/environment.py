"""Make the course's environment, or repair it: `python tools/environment.py [--test] [folder]`.

`make course` and `make test` run this first; where there is no make, people do. It needs Python alone, and it leaves
an environment that works, or a message that says what to do. What is whole is left as it is, which takes a fraction
of a second. What is not is repaired with the smallest step that helps: packages are installed again, pip is installed
again, and only where the Python itself is gone or another one the whole environment is made anew.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STAMP = "course.json"  # Written last: an installation that was interrupted has none.
OURS = "course_lib.pth"  # Where an editable installation says in which folder the course is.
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
REQUIREMENTS = {"course": "requirements.txt", "test": "requirements-test.txt"}
SUPPORTED = ((3, 11), (3, 13))
# They name modules or folders for another Python than the environment's, or another place to install to.
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "PYTHONPLATLIBDIR", "PIP_PYTHON", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
# Commands such as `jupyter` name their Python by its full path; pip's own tool writes them anew after a move.
WRITE_COMMANDS = """
import sys
from importlib.metadata import entry_points
from pip._vendor.distlib.scripts import ScriptMaker
maker = ScriptMaker(None, sys.argv[1])
maker.clobber, maker.variants = True, {""}
for command in entry_points(group="console_scripts"):
    maker.make(f"{command.name} = {command.value}")
"""


class Trouble(Exception):
    """The environment cannot be made; the message says why and what to do."""


class Environment:
    """An environment in a folder, as `venv` makes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / SCRIPTS / ("python.exe" if os.name == "nt" else "python")
        base = getattr(sys, "_base_executable", sys.executable)
        # An environment that has lost its pyvenv.cfg looks like a Python of its own, and it is about to be emptied.
        self.base = os.path.realpath(base) if Path(base).is_relative_to(folder) else base
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.variables = {**kept, "PIP_USER": "0", "PYTHONUTF8": "1"}  # Names of folders are UTF-8 in any locale.

    def run(self, *arguments: str, quiet: bool = True) -> bool:
        """Run the environment's Python, apart from the user's variables and the current folder; did it succeed?"""
        command = [str(self.python), "-I", "-X", "utf8", *arguments]
        output = subprocess.DEVNULL if quiet else None
        try:
            return subprocess.run(command, env=self.variables, stdout=output, stderr=output, cwd=ROOT).returncode == 0
        except OSError:
            return False

    def version(self) -> tuple[int, int] | None:
        """Major and minor version of its Python; `None` if that does not run or is not this environment's."""
        if not (self.folder / "pyvenv.cfg").is_file():
            return None
        command = [str(self.python), "-I", "-S", "-c", "import sys; print(*sys.version_info[:2])"]
        try:
            said = subprocess.run(command, env=self.variables, capture_output=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            return None
        major, minor = map(int, said.split())
        return major, minor

    def packages(self) -> Path | None:
        """The folder in which pip installs; `None` if its Python does not run, is not supported or has none."""
        version = self.version()
        if version is None or not SUPPORTED[0] <= version <= SUPPORTED[1]:
            return None
        folder = self.folder / ("Lib" if os.name == "nt" else "lib/python{}.{}".format(*version)) / "site-packages"
        return folder if folder.is_dir() else None

    def make(self) -> Path:
        """Make it anew, with pip and nothing else, and return the folder in which pip installs."""
        if self.folder.is_symlink() and not self.folder.exists():
            self.folder.unlink()
        if self.folder.exists() and not is_environment(self.folder):
            raise Trouble(f"{self.folder}: is no environment; move it away, or name another: make course VENV=folder")
        print(f"Making {self.folder.name} with Python {sys.version.split()[0]}", flush=True)
        if problem := self.venv("--clear"):
            raise Trouble(f"{self.folder}: could not be made; run `make clean`, then try again. {problem}")
        if (packages := self.packages()) is None:
            raise Trouble(f"{self.folder}: its Python does not run; remove it with `make clean`, then try again")
        return packages

    def venv(self, option: str) -> str:
        """Run `venv` for this folder; returns what went wrong, or nothing."""
        command = [self.base, "-I", "-X", "utf8", "-m", "venv", option, str(self.folder)]
        try:
            ended = subprocess.run(command, env=self.variables, capture_output=True)
        except OSError as error:
            return f"{self.base} does not run ({error})"
        said = (ended.stdout + ended.stderr).decode(errors="replace").strip() or f"code {ended.returncode}"
        return said if ended.returncode else ""

    def has_pip(self) -> bool:
        """Is there a pip that runs, or can one be had without removing anything?"""
        pip = ("-m", "pip", "--version")
        return self.run(*pip) or (self.run("-m", "ensurepip", "--default-pip") and self.run(*pip))

    def install(self, kind: str) -> None:
        """Install what is missing of the pinned requirements, and the course itself."""
        options = ("--quiet", "--disable-pip-version-check", "--no-input")
        pinned = ("--require-hashes", "--only-binary", ":all:", "--requirement", REQUIREMENTS[kind])
        course = ("--no-deps", "--no-build-isolation", "--editable", ".")
        for part in (pinned, course):
            if not self.run("-m", "pip", "install", *options, *part, quiet=False):
                raise Trouble(
                    "The installation did not finish. Run the same command again: what is there is used. If it fails "
                    "again with the network there, run `make clean` first."
                )


def is_environment(folder: Path) -> bool:
    """May the folder be emptied? Only if `venv` made it, or began to, or there is nothing in it."""
    made = (folder / "pyvenv.cfg", folder / STAMP, folder / SCRIPTS / "python")
    return folder.is_dir() and (any(map(os.path.lexists, made)) or not any(files for _, _, files in os.walk(folder)))


def pinned(kind: str) -> set[str]:
    """Names of the packages that the requirements pin, and of the course, as they begin the names of pip's folders."""
    names = re.findall(r"^([\w.-]+)==", (ROOT / REQUIREMENTS[kind]).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "_", name).lower() for name in [*names, "at-the-kink"]}


def installed(packages: Path, names: set[str]) -> list[str]:
    """The folders in which pip lists the files of these packages, such as "numpy-2.4.1.dist-info"."""
    folders = (path.name for path in packages.glob("*.dist-info"))
    return sorted(name for name in folders if re.sub(r"[-_.]+", "_", name.partition("-")[0]).lower() in names)


def is_whole(packages: Path, name: str) -> bool:
    """Is every file of a package there, with the size that it had when pip installed it?"""
    try:
        with open(packages / name / "RECORD", encoding="utf-8", newline="") as file:  # Written last by pip.
            return all(_is_whole(packages, *row) for row in csv.reader(file))
    except (OSError, ValueError, TypeError):
        return False


def _is_whole(packages: Path, name: str, digest: str, size: str) -> bool:
    # What has no size is made here, such as .pyc files; a command's size depends on the folder, and OURS on us.
    if not size or f"/{SCRIPTS}/" in name or name == OURS:
        return True
    return os.stat(f"{packages}{os.sep}{name}").st_size == int(size)


def link(packages: Path) -> None:
    """Name the course's folder to the environment's Python in ASCII, so that it is found whatever the locale.

    Python reads the file in the locale's encoding and dies of a letter that this does not have. A relative line has
    none if the environment is inside the course, and it survives that both are moved.
    """
    try:
        line = os.path.relpath(ROOT, packages.resolve())
    except ValueError:  # On Windows, if they are on two drives.
        line = str(ROOT)
    if not line.isascii():
        line = f"import os, sys; sys.path.append(os.fsdecode({os.fsencode(ROOT)!r}))"
    path = packages / OURS
    if not path.is_file() or path.read_bytes() != line.encode() + b"\n":
        remove(path)
        path.write_bytes(line.encode() + b"\n")


def digest(kind: str) -> str:
    """A fingerprint of all that decides what is installed."""
    text = b"".join((ROOT / name).read_bytes() for name in (REQUIREMENTS[kind], "pyproject.toml"))
    return hashlib.sha256(text).hexdigest()


def read_stamp(folder: Path) -> Mapping[str, Any]:
    """What the last installation noted when it was done; empty if it never was."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return stamp if all(isinstance(name, str) for name in stamp["packages"]) else {}
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return {}


def remove(path: Path) -> None:
    """Remove a file, a link or a folder, whichever is there, or nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def prepare(folder: Path, kind: str, this_python: bool = False) -> None:
    """Leave a whole environment with these requirements; `Trouble` says why that is not possible.

    An environment with another supported Python is kept, unless `this_python` asks for the one that runs.
    """
    environment = Environment(folder)
    packages = environment.packages()
    if packages is None or (this_python and environment.version() != sys.version_info[:2]):
        packages = environment.make()
    link(packages)
    stamp, here = read_stamp(folder), repr(os.fsencode(folder.resolve()))
    expected = stamp.get("packages", ["none"])
    current = stamp.get(kind) == digest(kind) and set(expected) <= set(installed(packages, pinned("test")))
    if not current or not all(is_whole(packages, name) for name in expected):
        remove(folder / STAMP)
        stamp = _mend(environment, packages, kind)
    elif stamp.get("folder") != here and os.access(folder, os.W_OK):
        environment.venv("--without-pip")  # It writes `activate`, which names the folder.
        environment.run("-c", WRITE_COMMANDS, str(environment.python.parent))
    if stamp.get("folder") != here and os.access(folder, os.W_OK):
        (folder / STAMP).write_text(json.dumps({**stamp, "folder": here}), encoding="utf-8")


def _mend(environment: Environment, packages: Path, kind: str) -> dict[str, Any]:
    """Install what is missing or damaged, and return what is to be noted of it."""
    names = pinned("test")
    for name in installed(packages, names | {"pip"}):
        if not is_whole(packages, name):  # pip takes the package for installed as long as this folder is there.
            remove(packages / name)
            if name.startswith("pip-"):
                remove(packages / "pip")
    for left_over in packages.glob("~*"):  # By a pip that was interrupted.
        remove(left_over)
    if not environment.has_pip():
        packages = environment.make()
    print("Installing the course's pinned requirements (a minute or two, once)", flush=True)
    environment.install(kind)
    link(packages)
    folders = installed(packages, names)
    if broken := [name for name in folders if not is_whole(packages, name)]:
        raise Trouble(f"{environment.folder}: {', '.join(broken)} did not come whole; run `make clean`, then try again")
    # The first use of matplotlib lists the machine's fonts, which takes a while and says so: before any lesson.
    environment.run("-c", "import matplotlib.font_manager")
    return {"course": digest("course"), kind: digest(kind), "packages": folders}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 when the environment cannot be made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".venv", help="where it is, .venv if not given")
    parser.add_argument("--test", action="store_true", help="with the tools that the tests need")
    parser.add_argument("--this-python", action="store_true", help="make it anew if it has another Python")
    options = parser.parse_args(arguments)
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        prepare(Path(os.path.abspath(options.folder)), "test" if options.test else "course", options.this_python)
    except Trouble as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error}. Where there is room and permission, run `make clean`, then try again.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted: the same command goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
