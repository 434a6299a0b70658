"""`make course` starts JupyterLab on this machine only, with its token, at lesson 00, and asks nobody for anything."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/lab/tree/notebooks/00_start_here\.ipynb\?token=\w+")
# A test must not reach anything but the server it started.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextmanager
def served(home: Path, log: Path) -> Iterator[str]:
    """The address that the server prints, with this home."""
    command = [sys.executable, "-m", "jupyterlab", "--config=jupyter_lab_config.py", "--no-browser"]
    command += ["--ServerApp.port=0", *(["--allow-root"] if hasattr(os, "getuid") and os.getuid() == 0 else [])]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(command, cwd=ROOT, env={**environment, "HOME": str(home)}, stderr=output)
    try:
        deadline = time.monotonic() + 60
        while not (found := ADDRESS.search(log.read_text(encoding="utf-8"))):
            assert server.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        yield found[0]
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address that the server prints, in an empty home."""
    home = tmp_path_factory.mktemp("home")
    with served(home, home / "log") as address:
        yield address


def test_in_a_home_that_cannot_be_written_to_it_starts_as_well(tmp_path: Path):
    home = tmp_path / "home"
    home.touch()  # A file: no folder can be made in it, by nobody.
    with served(home, tmp_path / "log") as address:
        assert json.loads(read(re.sub(r"/lab/.*\?", "/api/status?", address)))["kernels"] == 0
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def read(url: str) -> str:
    with DIRECT.open(url, timeout=30) as answer:
        return answer.read().decode()


def test_the_page_has_neither_news_nor_updates_nor_an_extension_shop(address: str):
    page = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', read(address), re.DOTALL)[1])
    assert "@jupyterlab/apputils-extension:announcements" in page["disabledExtensions"]
    assert page["news"] == {"disabled": True}
    assert page["extensionManager"]["can_install"] is False
    assert page["serverRoot"] == str(ROOT)


def test_without_the_token_nothing_is_shown(address: str):
    with pytest.raises(urllib.error.HTTPError) as caught:
        read(re.sub(r"/lab/.*", "/api/contents", address))
    with caught.value as refusal:
        assert refusal.code == 403
