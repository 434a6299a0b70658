"""A real JupyterLab on loopback and a browser that drives it: for browser tests and benchmarks."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, Locator, Page, Playwright

REPOSITORY = Path(__file__).resolve().parents[2]
# Its package, when it is imported, reads this file in the locale's encoding, which may have no letter for it.
AXE = Path(str(distribution("axe-playwright-python").locate_file("axe_playwright_python/axe.min.js")))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NO_BROWSER = (
    f"No browser found (looked for {', '.join(BROWSERS)}). Install one, for example: apt-get install chromium "
    "(Debian), brew install --cask chromium (macOS); then run the tests again."
)

# JupyterLab attaches cells to the page only when they come into view; a test must find all of them.
SETTINGS: dict[str, dict[str, Any]] = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "docmanager-extension/plugin": {"autosave": False},
}


def find_browser() -> str | None:
    """The path of the first browser of `BROWSERS` on this machine, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def launch_browser(playwright: Playwright, executable: str) -> Iterator[Browser]:
    """A headless browser with an empty profile."""
    browser = playwright.chromium.launch(executable_path=executable, headless=True, args=BROWSER_ARGUMENTS)
    try:
        yield browser
    finally:
        browser.close()


class LabServer:
    """A JupyterLab server with its own home, its own settings and its own folder of notebooks."""

    def __init__(self, url: str, token: str, notebooks: Path) -> None:
        self.url, self.token, self.notebooks = url, token, notebooks

    def add(self, source: Path | list[str]) -> str:
        """Put a notebook (a file, or the sources of code cells) into the server's folder; return its name."""
        if isinstance(source, Path):
            shutil.copy(source, self.notebooks)
            return source.name
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in source])
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        name = f"notebook_{secrets.token_hex(4)}.ipynb"
        nbformat.write(notebook, self.notebooks / name)
        return name


@contextmanager
def serve() -> Iterator[LabServer]:
    """Start JupyterLab on a free loopback port."""
    with tempfile.TemporaryDirectory(prefix="kink-lab-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        token = secrets.token_hex(16)
        for name in ("notebooks", "home", "settings"):
            (home / name).mkdir()
        for plugin, values in SETTINGS.items():
            path = home / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values), encoding="utf-8")
        # The environment may have the course's save hook; what is tested here has to hold without it.
        (home / "config").mkdir()
        hook = {"ServerApp": {"jpserver_extensions": {"course_lib.stored_outputs": False}}}
        (home / "config" / "jupyter_server_config.json").write_text(json.dumps(hook), encoding="utf-8")
        command = [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0",
            f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={home / 'notebooks'}",
            "--LabApp.expose_app_in_browser=True",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--allow-root")
        log = home / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=home, env=_environment(home), stdout=output, stderr=subprocess.STDOUT
            )
        try:
            yield LabServer(_wait_for_url(process, home / "runtime", token, log), token, home / "notebooks")
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTEST", "COV_"))}
    paths = [str(REPOSITORY), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {
        "HOME": str(home / "home"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "AT_THE_KINK_PROGRESS": "off",
        "PYTHONPATH": os.pathsep.join(paths),
    }


def _wait_for_url(process: subprocess.Popen[bytes], runtime: Path, token: str, log: Path, timeout: float = 60) -> str:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        for path in runtime.glob("jpserver-*.json"):
            try:
                url = str(json.loads(path.read_text(encoding="utf-8"))["url"])
                with urllib.request.urlopen(f"{url}api/status?token={token}", timeout=5):
                    return url
            except (json.JSONDecodeError, urllib.error.URLError, OSError):
                pass  # Not written to the end, or not answering yet.
        time.sleep(0.1)
    raise RuntimeError(
        f"JupyterLab did not start within {timeout:.0f} s. Its log:\n{log.read_text(encoding='utf-8')[-4000:]}"
    )


class Notebook:
    """One notebook, open in JupyterLab in its own page; what JavaScript raises there is in `page_errors`."""

    def __init__(self, page: Page, server: LabServer, name: str) -> None:
        self.page = page
        self.page_errors: list[str] = []
        page.on("pageerror", lambda error: self.page_errors.append(error.stack or str(error)))
        page.goto(f"{server.url}lab/tree/{name}?token={server.token}&reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=60_000,
        )
        page.evaluate("() => window.jupyterapp.restored")
        page.evaluate("() => window.jupyterapp.shell.collapseLeft()")

    def close(self) -> None:
        """Shut the kernel down and close the page's context; the second call does nothing."""
        if not self.page.is_closed():
            self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
            self.page.context.close()

    def run_all(self) -> None:
        """Unfold every section, run every cell, wait until the kernel is idle. Errors are in the outputs: `errors`."""
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:expand-all-headings')")
        self._run("notebook:run-all-cells")

    def run_cell(self, index: int) -> None:
        """Run one cell and wait until the kernel is idle."""
        self.page.evaluate("(i) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = i; }", index)
        self._run("notebook:run-cell")

    def _run(self, command: str) -> None:
        self.page.evaluate("(command) => window.jupyterapp.commands.execute(command)", command)
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp.shell.currentWidget;
                const idle = panel.sessionContext.session.kernel.status === 'idle';
                return idle && !panel.content.widgets.some((cell) => cell.promptNode?.textContent.includes('*'));
            }""",
            timeout=60_000,
        )

    def cell(self, index: int) -> Locator:
        """The cell with this index, counted over all cells from 0."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def cell_output(self, index: int) -> Locator:
        """The output area of a code cell."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    def find_cell(self, text: str) -> int:
        """The index of the one cell whose source holds `text`."""
        (index,) = (i for i, source in enumerate(self.sources()) if text in source)
        return index

    def sources(self) -> list[str]:
        """The source of every cell."""
        script = "() => window.jupyterapp.shell.currentWidget.content.widgets.map((c) => c.model.sharedModel.source)"
        return list(self.page.evaluate(script))

    def set_source(self, index: int, source: str) -> None:
        """Replace the source of a cell, as a learner does who fills in an exercise."""
        self.page.evaluate(
            "([i, text]) => window.jupyterapp.shell.currentWidget.content.widgets[i].model.sharedModel.setSource(text)",
            [index, source],
        )

    def errors(self) -> list[str]:
        """The tracebacks in all outputs; empty if every cell ran."""
        return self.page.locator(".jp-Notebook .jp-OutputArea-output[data-mime-type$='.error']").all_inner_texts()

    def set_theme(self, theme: str) -> None:
        """Switch JupyterLab to its "light" or "dark" theme."""
        name = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}[theme]
        # JupyterLab hides the page behind a splash meanwhile. If that is shown again before it has faded, JupyterLab
        # removes it twice, which raises an error in the page.
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")
        self.page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
        is_light = "true" if theme == "light" else "false"
        self.page.wait_for_selector(f"body[data-jp-theme-light='{is_light}']", state="attached")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")


def accessibility_violations(page: Page, selector: str) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA inside `selector`: one line a finding, empty if none."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": tags}}
    results = page.evaluate("([selector, options]) => axe.run(selector, options)", [selector, options])
    if not results["passes"]:
        raise AssertionError(f"axe-core had nothing to check in {selector!r}.")
    return [
        f"{violation['id']}: {violation['help']} in {node['html'][:200]} ({node['failureSummary']})"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]
