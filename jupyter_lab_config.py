"""How the course opens JupyterLab: in the learner's folder, on this machine only, and asking nobody for news."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from ipykernel.ipkernel import IPythonKernel
from jupyter_core.paths import jupyter_config_dir, jupyter_data_dir, jupyter_runtime_dir
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

sys.path.insert(0, str(Path(__file__).resolve().parent))

from tools.working_folder import open_folder


def can_write(folder):
    """Can the folder be written to, or be made? It is tried: permissions do not tell of a full or a special disk."""
    nearest = next(place for place in (folder, *Path(folder).parents) if os.path.exists(place))
    try:
        with tempfile.TemporaryDirectory(dir=nearest):
            return True
    except OSError:
        return False


# Where home cannot be written to, what Jupyter and the kernels keep goes into the environment, or a folder of this run.
places = {
    "JUPYTER_CONFIG_DIR": jupyter_config_dir(),
    "JUPYTER_DATA_DIR": jupyter_data_dir(),
    "JUPYTER_RUNTIME_DIR": jupyter_runtime_dir(),
    "IPYTHONDIR": os.path.expanduser("~/.ipython"),
    "MPLCONFIGDIR": os.path.expanduser("~/.config/matplotlib"),
}
if refused := [name for name, place in places.items() if name not in os.environ and not can_write(place)]:
    own = os.path.join(sys.prefix, "home")
    if not can_write(own):
        own = tempfile.mkdtemp(prefix="at-the-kink-")
        atexit.register(shutil.rmtree, own, ignore_errors=True)
    os.environ.update({name: os.path.join(own, name.lower()) for name in refused})
for name in ("PYTHONPATH", "PYTHONHOME"):  # They name modules for another Python than the kernels'.
    os.environ.pop(name, None)

c = get_config()  # noqa: F821  (Jupyter provides it)


def without_announcements(handler, page):
    """Turn off the part of JupyterLab that asks whether it may fetch news."""
    page["disabledExtensions"] = [*page["disabledExtensions"], "@jupyterlab/apputils-extension:announcements"]
    return page


class Files(AsyncLargeFileManager):
    """A lesson is opened with what its kernel will say of the language: else it counts as changed by being opened."""

    async def get(self, *arguments, **options):
        model = await super().get(*arguments, **options)
        if model["type"] == "notebook" and model["content"] and "at_the_kink" in model["content"]["metadata"]:
            model["content"]["metadata"]["language_info"] = dict(IPythonKernel.language_info)
        return model


c.Application.log_level = "ERROR"  # The terminal shows the address to open, and what fails.
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.contents_manager_class = Files
c.ServerApp.root_dir = str(open_folder())
c.ServerApp.jpserver_extensions = {"course_lib.stored_outputs": True}
c.ServerApp.tornado_settings = {"page_config_hook": without_announcements}
c.LabApp.default_url = "/lab/tree/00_start_here.ipynb"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
