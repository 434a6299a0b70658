"""`make environment` in a toy course with one small requirement: each way in which an environment can be broken.

The toy has the course's own Makefile and tools/environment.py, and its requirement is a wheel beside it, so that
nothing is downloaded.
"""

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.environment import FOREIGN, ROOT, SUPPORTED, is_environment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="it runs make, which Windows does not have"),
]
# A build backend that needs nothing. Its wheel of an editable installation has an absolute path, as flit's has.
BACKEND = """
import base64, hashlib, os, pathlib, zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "at_the_kink-0.1-py3-none-any.whl"
    files = {
        "course_lib.pth": os.getcwd().encode("utf-8", "surrogateescape"),
        "at_the_kink-0.1.dist-info/METADATA": b"Metadata-Version: 2.1\\nName: at-the-kink\\nVersion: 0.1\\n",
        "at_the_kink-0.1.dist-info/WHEEL": b"Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        "at_the_kink-0.1.dist-info/RECORD": b"",
    }
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as file:
        for path, text in files.items():
            file.writestr(path, text)
    return name
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "at-the-kink"
version = "0.1"
"""


def toy_wheel(folder: Path) -> str:
    """Write the wheel of a package that is one number and one command; return its line in a requirements file."""
    path = folder / "toy-1.0-py3-none-any.whl"
    files = {
        "toy/__init__.py": "answer = 42\n\ndef main():\n    print(answer)\n",
        "toy-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n",
        "toy-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "toy-1.0.dist-info/entry_points.txt": "[console_scripts]\ntoy = toy:main\n",
    }
    record = ["toy-1.0.dist-info/RECORD,,\n"]
    with zipfile.ZipFile(path, "w") as file:
        for name, text in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(text)}\n")
            file.writestr(name, text)
        file.writestr("toy-1.0.dist-info/RECORD", "".join(record))
    return f"toy==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def named(name: str) -> str:
    """The name of a file in UTF-8, also where Python would write it in ASCII, which has no letter for it."""
    return os.fsdecode(name.encode())


def run(course: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", *FOREIGN)}
    own |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": (course / "wheels").as_uri(), "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run(
        command, cwd=course, env=own | variables, capture_output=True, encoding="utf-8", errors="surrogateescape",
        timeout=300,
    )  # fmt: skip


def make(course: Path, *arguments: str, **variables: str) -> str:
    """`make environment` succeeds, and then the Python has the requirement and finds the course; what it printed."""
    ended = run(course, "make", "--no-print-directory", "environment", *arguments, **variables)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    for locale in ({"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "C.UTF-8"}):
        code = "import os, toy, course_lib; print(toy.answer, os.fsencode(course_lib.__file__))"
        inside = run(course / "notebooks", "../.venv/bin/python", "-c", code, **locale)
        assert inside.stdout == f"42 {os.fsencode(course / 'course_lib' / '__init__.py')}\n", inside.stderr
    return ended.stdout


def toy_course(course: Path) -> Path:
    for folder in ("tools", "wheels", "course_lib", "notebooks"):
        (course / folder).mkdir(parents=True)
    for name in ("Makefile", "tools/environment.py"):
        shutil.copyfile(ROOT / name, course / name)
    (course / "course_lib" / "__init__.py").touch()
    (course / "backend.py").write_text(BACKEND, encoding="utf-8")
    (course / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    line = toy_wheel(course / "wheels")
    for name in ("requirements.txt", "requirements-test.txt"):
        (course / name).write_text(line, encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in a folder with everything that trips up a program, installed in a locale that has no letter for it."""
    course = toy_course(tmp_path_factory.mktemp("made") / named("Ana's \"kürs\" [1] ∂ (2)"))
    foreign = course.parent / "foreign" / "toy"
    foreign.mkdir(parents=True)
    (foreign / "__init__.py").write_text("raise ImportError('of another Python')", encoding="utf-8")
    misleading = {"PYTHONPATH": str(foreign.parent), "PYTHONHOME": "/none", "PIP_USER": "1", "PIP_TARGET": "/none"}
    said = make(course, f"PYTHON={sys.executable}", LC_ALL="C", **misleading)
    assert "Making .venv with Python" in said and "Installing" in said
    return course


def packages(course: Path) -> Path:
    return next((course / ".venv" / "lib").glob("python3*")) / "site-packages"


def leave_half(course: Path) -> None:
    (packages(course) / "toy-1.0.dist-info" / "RECORD").unlink()
    (packages(course) / "toy" / "__init__.py").unlink()
    (packages(course) / "~oy-1.0.dist-info").mkdir()
    (course / ".venv" / "course.json").unlink()


def lose_pip(course: Path) -> None:
    for path in packages(course).glob("pip*"):
        shutil.rmtree(path)
    (course / ".venv" / "course.json").unlink()


def break_pip(course: Path) -> None:
    shutil.rmtree(packages(course) / "pip" / "_vendor")
    (course / ".venv" / "course.json").write_text("{", encoding="utf-8")


def dangle(course: Path) -> None:
    for path in (course / ".venv" / "bin").glob("python*"):
        path.unlink()
    (course / ".venv" / "bin" / "python").symlink_to("/none/python3.11")


def exchange_python(course: Path) -> None:
    (packages(course).parent).rename(packages(course).parent.with_name("python3.2"))


def point_nowhere(course: Path) -> None:
    shutil.rmtree(course / ".venv")
    (course / ".venv").symlink_to("/none/at all")


def put_files_for_folders_and_folders_for_files(course: Path) -> None:
    shutil.rmtree(packages(course) / "toy-1.0.dist-info")
    for path in (packages(course) / "toy-1.0.dist-info", packages(course) / "~oy"):
        path.write_bytes(b"no folder")
    for path in (packages(course) / "course_lib.pth", course / ".venv" / "course.json"):
        path.unlink()
        path.mkdir()


def note(course: Path, text: str) -> None:
    (packages(course) / "toy" / "__init__.py").unlink()
    (course / ".venv" / "course.json").write_text(text, encoding="utf-8")


MENDED: dict[str, Callable[[Path], object]] = {
    "package lost": lambda course: shutil.rmtree(packages(course) / "toy"),
    "package unknown to pip": lambda course: shutil.rmtree(packages(course) / "toy-1.0.dist-info"),
    "file cut off": lambda course: (packages(course) / "toy" / "__init__.py").write_bytes(b""),
    "letter in the path": lambda course: (packages(course) / "course_lib.pth").write_text("/ü\n", encoding="utf-8"),
    "path lost": lambda course: (packages(course) / "course_lib.pth").unlink(),
    "half a package": leave_half,
    "no pip": lose_pip,
    "half a pip": break_pip,
    "of another kind": put_files_for_folders_and_folders_for_files,
    "notes too deep": lambda course: note(course, "[" * 100_000),
    "notes of another kind": lambda course: note(course, '{"packages": [["toy"]]}'),
}
MADE_ANEW: dict[str, Callable[[Path], object]] = {
    "dangling": dangle,
    "another Python": exchange_python,
    "link to nowhere": point_nowhere,
    "no configuration": lambda course: (course / ".venv" / "pyvenv.cfg").unlink(),
}


@pytest.fixture
def course(whole: Path, tmp_path: Path) -> Path:
    """A moved copy of it, to break."""
    return Path(shutil.copytree(whole, tmp_path / named("moved é"), symlinks=True))


@pytest.mark.parametrize("harm", MENDED)
def test_what_is_missing_or_damaged_is_repaired_and_what_was_added_stays(course: Path, harm: str):
    (packages(course) / "of_the_learner.py").touch()
    MENDED[harm](course)
    assert "Making" not in make(course)
    assert (packages(course) / "of_the_learner.py").exists()
    assert not list(packages(course).glob("~*"))
    assert make(course) == ""


@pytest.mark.parametrize("harm", MADE_ANEW)
def test_without_its_python_it_is_made_anew(course: Path, harm: str):
    MADE_ANEW[harm](course)
    assert "Making .venv with Python" in make(course)
    assert make(course) == ""


def test_a_moved_environment_works_at_once_with_its_commands_and_without_pip_s_index(course: Path, tmp_path: Path):
    shutil.rmtree(course / "wheels")
    assert make(course) == ""
    assert run(course, ".venv/bin/toy").stdout == "42\n"
    activated = run(course, "bash", "-c", '. .venv/bin/activate && printf %s "$VIRTUAL_ENV" && toy')
    assert activated.stdout.encode("utf-8", "surrogateescape") == os.fsencode(course / ".venv") + b"42\n"


@pytest.mark.parametrize("seconds", [0.3, 2.0])
def test_an_installation_that_is_killed_goes_on(tmp_path: Path, seconds: float):
    course = toy_course(tmp_path / "course")
    command = [sys.executable, "-I", "-S", "tools/environment.py"]
    own = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": (course / "wheels").as_uri()}
    process = subprocess.Popen(command, cwd=course, env=own, start_new_session=True, stdout=subprocess.DEVNULL)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    make(course)


def test_an_environment_elsewhere_finds_the_course_in_any_locale(course: Path, tmp_path: Path):
    folder = tmp_path / named("öther place") / "env"
    ended = run(course, "make", "environment", f"VENV={folder}")
    assert ended.returncode == 0, ended.stderr
    code = "import course_lib, toy; print(toy.answer)"
    inside = run(tmp_path, str(folder / "bin" / "python"), "-c", code, LC_ALL="C")
    assert inside.stdout == "42\n", inside.stderr


@pytest.mark.parametrize("what", ["a file", "a folder with other things"])
def test_what_is_no_environment_is_never_emptied(course: Path, what: str):
    other = course / "other"
    (other / "lib").mkdir(parents=True)
    (other / "lib" / "thesis.tex").write_text("years of work", encoding="utf-8")
    target = other if "folder" in what else other / "lib" / "thesis.tex"
    ended = run(course, "make", "environment", f"VENV={target}")
    assert ended.returncode != 0 and "is no environment; move it away, or name another" in ended.stderr
    assert (other / "lib" / "thesis.tex").read_text(encoding="utf-8") == "years of work"
    assert not is_environment(other) and is_environment(course / ".venv")


def test_a_failed_installation_says_what_to_do(course: Path):
    (course / "requirements.txt").write_text("none==1.0 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    ended = run(course, "make", "environment")
    assert ended.returncode != 0
    assert "Run the same command again: what is there is used." in ended.stderr and "`make clean`" in ended.stderr


def test_another_python_is_taken_only_if_it_is_asked_for(course: Path):
    other = next((found for minor in range(SUPPORTED[0][1], SUPPORTED[1][1] + 1) if (found := python(minor))), None)
    if other is None:
        pytest.skip("no other supported Python is on this machine")
    assert make(course, f"PYTHON={sys.executable}") == ""
    assert "Making .venv" in make(course, f"PYTHON={other}")
    assert make(course) == ""


def python(minor: int) -> str | None:
    """A Python 3.`minor` that is not the one of the tests, on the path or of pyenv."""
    if minor == sys.version_info.minor:
        return None
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for candidate in [shutil.which(f"python3.{minor}"), *map(str, pyenv.glob(f"3.{minor}.*/bin/python"))]:
        command = [str(candidate), "-c", "import ensurepip, sys; print(sys.version_info[1])"]
        if candidate and subprocess.run(command, capture_output=True).stdout.strip() == str(minor).encode():
            return candidate
    return None


def test_the_variables_that_mislead_another_python_are_known():
    assert {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET"} <= set(FOREIGN)
