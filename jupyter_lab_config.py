"""How the course opens JupyterLab: in the learner's folder, on this machine only, and asking nobody for news."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tools.working_folder import open_folder

c = get_config()  # noqa: F821  (Jupyter provides it)


def without_announcements(handler, page):
    """Turn off the part of JupyterLab that asks whether it may fetch news."""
    page["disabledExtensions"] = [*page["disabledExtensions"], "@jupyterlab/apputils-extension:announcements"]
    return page


c.Application.log_level = "ERROR"  # The terminal shows the address to open, and what fails.
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.root_dir = str(open_folder())
c.ServerApp.jpserver_extensions = {"course_lib.stored_outputs": True}
c.ServerApp.tornado_settings = {"page_config_hook": without_announcements}
c.LabApp.default_url = "/lab/tree/00_start_here.ipynb"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
