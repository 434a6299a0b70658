"""What a notebook file may keep of its outputs."""

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
