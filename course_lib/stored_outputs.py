"""What a notebook file may keep of its outputs; an extension of Jupyter's server that sees to it when one is saved.

Any Jupyter of an environment in which the course is installed finds it, through the file in `data/etc/jupyter`.
"""

from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def drop_widget_views(notebook: Any) -> None:
    """Remove widget views and widget state from a notebook's content (a dict or a NotebookNode), in place.

    A live view refers to a model in a running kernel. Without it a reader who has run nothing yet sees the card that
    stands beside it, not a broken widget. An output that held nothing else goes.
    """
    notebook["metadata"].pop("widgets", None)
    for cell in notebook["cells"]:
        outputs = cell.get("outputs", [])
        for output in outputs:
            output.get("data", {}).pop(WIDGET_VIEW, None)
            output.get("metadata", {}).pop(WIDGET_VIEW, None)
        outputs[:] = [output for output in outputs if output.get("data") != {}]


def before_saving(model: dict[str, Any], **_: Any) -> None:
    """Jupyter's hook before it writes a file: a learner's saved notebook shows its pictures when it is opened again."""
    if model.get("type") == "notebook" and model.get("content"):
        drop_widget_views(model["content"])


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Nothing yet: an extension that is loaded later may put another contents manager in place."""


async def _start_jupyter_server_extension(server: Any) -> None:
    # Beside a hook that the learner's own configuration names, not in its place.
    server.contents_manager.register_pre_save_hook(before_saving)
