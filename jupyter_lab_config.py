"""How the course opens JupyterLab: on this machine only, at lesson 00, and asking nobody for news or updates."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tools.stored_outputs import before_saving

c = get_config()  # noqa: F821  (Jupyter provides it)


def without_announcements(handler, page):
    """Turn off the part of JupyterLab that asks whether it may fetch news."""
    page["disabledExtensions"] = [*page["disabledExtensions"], "@jupyterlab/apputils-extension:announcements"]
    return page


c.Application.log_level = "ERROR"  # The terminal shows the address to open, and what fails.
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = str(Path(__file__).resolve().parent)
c.ServerApp.tornado_settings = {"page_config_hook": without_announcements}
c.FileContentsManager.pre_save_hook = before_saving
c.LabApp.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
