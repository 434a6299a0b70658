"""What Jupyter does with the course: as `make course` starts it, and as anybody does in an environment that has it."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import pytest
from flit_core import buildapi
from ipykernel.ipkernel import IPythonKernel
from nbformat import v4

from course_lib.stored_outputs import WIDGET_VIEW

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/\S*\?token=\w+")
COURSE = ("jupyterlab", f"--config={ROOT / 'jupyter_lab_config.py'}")
# A test must not reach anything but the server it started.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """A server that runs: the address that it printed, and its log."""

    def __init__(self, log: Path, process: subprocess.Popen[bytes]) -> None:
        self.log = log
        deadline = time.monotonic() + 60
        while not self.answers():
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.1)

    def answers(self) -> bool:
        """Whether it has printed an address and answers there."""
        if found := ADDRESS.search(self.log.read_text(encoding="utf-8")):
            self.address = found[0]
            with suppress(OSError):
                return bool(read(self.url("api/status")))
        return False

    def url(self, path: str) -> str:
        return re.sub(r"(:\d+)/[^?]*", rf"\1/{path}", self.address)

    def save(self, name: str, notebook: nbformat.NotebookNode) -> None:
        """Save a notebook as JupyterLab does."""
        body = json.dumps({"type": "notebook", "content": notebook}).encode()
        request = urllib.request.Request(self.url(f"api/contents/{name}"), body, method="PUT")
        request.add_header("Content-Type", "application/json")
        with DIRECT.open(request, timeout=30) as answer:
            assert answer.status in (200, 201)


@contextmanager
def started(home: Path, *command: str, **variables: str) -> Iterator[Server]:
    """A server in an empty home; only the variables given say anything of Jupyter or of the course."""
    log = home / "log"
    foreign = ("JUPYTER", "IPYTHON", "AT_THE_KINK")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environment |= {"HOME": str(home), "PYTHONPATH": str(ROOT), **variables}
    options = ["--no-browser", "--ServerApp.port=0", "--ServerApp.ip=127.0.0.1"]
    options += ["--allow-root"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, *options], cwd=home, env=environment, stdout=output, stderr=output
        )
    try:
        yield Server(log, process)
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the learner works."""
    return tmp_path_factory.mktemp("learner") / "my folder é"


@pytest.fixture(scope="module")
def course(home: Path, folder: Path) -> Iterator[Server]:
    """The server that `make course` starts."""
    with started(home, *COURSE, AT_THE_KINK_FOLDER=str(folder)) as server:
        yield server


def test_in_a_home_that_cannot_be_written_to_it_starts_as_well(tmp_path: Path):
    (tmp_path / "home").touch()  # A file: no folder can be made in it, by nobody.
    variables = {"HOME": str(tmp_path / "home"), "AT_THE_KINK_FOLDER": str(tmp_path / "lessons")}
    with started(tmp_path, *COURSE, **variables) as server:
        assert json.loads(read(server.url("api/status")))["kernels"] == 0
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def read(url: str) -> str:
    with DIRECT.open(url, timeout=30) as answer:
        return answer.read().decode()


def with_a_widget() -> nbformat.NotebookNode:
    bundle = {WIDGET_VIEW: {"model_id": "1"}, "image/png": "aGk=", "text/plain": "A secant."}
    return v4.new_notebook(cells=[v4.new_code_cell("explore(f)", outputs=[v4.new_output("display_data", data=bundle)])])


def mimes(path: Path) -> list[str]:
    """The forms of the only output in a notebook."""
    (cell,) = nbformat.read(path, as_version=4).cells
    return sorted(cell.outputs[0].data)


def test_it_opens_lesson_00_in_the_learners_folder_with_all_lessons_there(course: Server, folder: Path):
    assert "/lab/tree/00_start_here.ipynb?token=" in course.address
    laid = {path.relative_to(folder).as_posix() for path in folder.rglob("*.ipynb")}
    assert laid == {path.relative_to(ROOT / "notebooks").as_posix() for path in lessons()}
    page = json.loads(read(course.url("api/contents/00_start_here.ipynb")))
    assert page["content"]["metadata"]["at_the_kink"]["generated_from"] == "lessons/00_start_here.py"


def test_a_lesson_is_opened_with_what_its_kernel_says_of_the_language(course: Server, folder: Path):
    """JupyterLab writes this into a notebook as soon as the kernel has started, and if it differs calls it changed."""
    before = (folder / "00_start_here.ipynb").read_bytes()
    page = json.loads(read(course.url("api/contents/00_start_here.ipynb")))
    assert page["content"]["metadata"]["language_info"] == IPythonKernel.language_info
    assert (folder / "00_start_here.ipynb").read_bytes() == before
    course.save("own.ipynb", v4.new_notebook())
    assert json.loads(read(course.url("api/contents/own.ipynb")))["content"]["metadata"] == {}


def lessons() -> list[Path]:
    folders = (ROOT / "notebooks", ROOT / "notebooks" / "solutions")
    return [folder / f"{lesson.stem}.ipynb" for lesson in (ROOT / "lessons").glob("*.py") for folder in folders]


def test_the_log_holds_the_folder_and_the_address_and_no_more(course: Server, folder: Path):
    said = course.log.read_text(encoding="utf-8")
    lines = [line for line in said.splitlines() if line.strip() and not ADDRESS.search(line) and "file://" not in line]
    assert lines[0] == f"Your lessons are in {folder}."
    assert [re.sub(r"^\[C .*\]", "[C]", line).strip() for line in lines[1:]] == [
        "[C]",
        "To access the server, open this file in a browser:",
        "Or copy and paste one of these URLs:",
    ]


def test_the_page_has_neither_news_nor_updates_nor_an_extension_shop(course: Server, folder: Path):
    page = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', read(course.address), re.DOTALL)[1])
    assert "@jupyterlab/apputils-extension:announcements" in page["disabledExtensions"]
    assert page["news"] == {"disabled": True}
    assert page["extensionManager"]["can_install"] is False
    assert page["serverRoot"] == str(folder)


def test_without_the_token_nothing_is_shown(course: Server):
    with pytest.raises(urllib.error.HTTPError) as caught:
        read(course.url("api/contents").partition("?")[0])
    with caught.value as refusal:
        assert refusal.code == 403


def test_a_notebook_saved_in_the_course_holds_no_view_of_a_widget(course: Server, folder: Path):
    course.save("mine.ipynb", with_a_widget())
    assert mimes(folder / "mine.ipynb") == ["image/png", "text/plain"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Jupyter's configuration as an editable installation of the course puts it into an environment."""
    folder = tmp_path_factory.mktemp("environment")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        wheel = zipfile.ZipFile(folder / buildapi.build_editable(folder))
    with wheel:
        wheel.extractall(folder)
    (configuration,) = folder.glob("*.data/data/etc/jupyter")
    return configuration


@pytest.mark.parametrize("own_hook", [False, True])
def test_any_jupyter_of_the_environment_saves_so_beside_a_hook_of_the_learners_own(
    own_hook: bool, installed: Path, tmp_path: Path
):
    (tmp_path / "own.py").write_text(
        "def stamp(model, **_):\n    model['content']['metadata']['stamp'] = 1\n\n"
        "c.FileContentsManager.pre_save_hook = stamp\n",
        encoding="utf-8",
    )
    command = ["jupyterlab", f"--ServerApp.root_dir={tmp_path}"]
    command += [f"--config={tmp_path / 'own.py'}"] if own_hook else []
    with started(tmp_path, *command, JUPYTER_CONFIG_PATH=str(installed)) as server:
        server.save("mine.ipynb", with_a_widget())
        said = server.log.read_text(encoding="utf-8")
    assert mimes(tmp_path / "mine.ipynb") == ["image/png", "text/plain"]
    assert nbformat.read(tmp_path / "mine.ipynb", as_version=4).metadata.get("stamp") == (1 if own_hook else None)
    assert said.count("course_lib.stored_outputs | extension was successfully loaded.") == 1
    assert own_hook or "Overriding existing" not in said


def test_a_jupyter_that_cannot_import_the_course_starts_and_saves(installed: Path, tmp_path: Path):
    (tmp_path / "course_lib").mkdir()
    (tmp_path / "course_lib" / "__init__.py").write_text("raise ImportError('the course is gone')", encoding="utf-8")
    variables = {"JUPYTER_CONFIG_PATH": str(installed), "PYTHONPATH": str(tmp_path)}
    with started(tmp_path, "jupyter_server", f"--ServerApp.root_dir={tmp_path}", **variables) as server:
        server.save("mine.ipynb", with_a_widget())
    assert mimes(tmp_path / "mine.ipynb") == [WIDGET_VIEW, "image/png", "text/plain"]
