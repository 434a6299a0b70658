"""Fixtures for browser tests: one browser and one JupyterLab for the session, one page for each test.

A test asks for `open_notebook` and calls it with a path, or with the sources of code cells; it gets a `lab.Notebook`.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))  # So that tests and benchmarks can `import lab`.

from lab import NO_BROWSER, LabServer, Notebook, find_browser, launch_browser, serve


@pytest.fixture(scope="session")
def browser(absent: Callable[[str, str], NoReturn]) -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        absent("browser", NO_BROWSER)
    with sync_playwright() as playwright, launch_browser(playwright, executable) as browser:
        yield browser


@pytest.fixture(scope="session")
def lab_server(browser: Browser) -> Iterator[LabServer]:
    # The browser comes first, so that no server starts where there is no browser.
    with serve() as server:
        yield server


@pytest.fixture(scope="module")
def open_notebook(browser: Browser, lab_server: LabServer) -> Iterator[Callable[..., Notebook]]:
    """Open a notebook (a path, or the sources of its code cells) in a new context that has the given options."""
    opened = []

    def open_notebook(source: Path | list[str], **options: object) -> Notebook:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        opened.append(Notebook(context.new_page(), lab_server, lab_server.add(source)))
        return opened[-1]

    yield open_notebook
    for notebook in opened:
        notebook.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page for a figure without JupyterLab; what JavaScript raises there fails the test."""
    context = browser.new_context(viewport={"width": 800, "height": 700}, has_touch=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
