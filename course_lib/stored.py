"""What stands in a notebook where no live view can: a card in plain HTML, and how it steps aside for the view.

A live view refers to a model in a running kernel. A notebook that is opened again, exported or not yet run has none,
and what stands in the same output beside the view is not shown. So the view and its card are two outputs, and the card
hides the view that has nothing to show, or itself where the view lives.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
# What JupyterLab leaves of a style in a notebook that is not trusted: no variables, no classes of our own.
FRAME = "border: 1px solid #8c959f; border-radius: 8px; margin: 4px 0; max-width: 750px; padding: 14px 18px"
# JupyterLab keeps this sheet in a trusted notebook, and only there it shows live views, each in a panel. While a view
# may still come the card keeps its room but waits, so that nothing flashes when a cell is run.
SHEET = """<style>
@media print {  /* Of 120 characters in a line 75 fit on A4. */
  .jp-InputArea-editor pre { overflow-wrap: anywhere; white-space: pre-wrap; }
}
.jp-OutputArea-child:has(.kink) + .jp-OutputArea-child:has(.kink-stand-in),
.jp-OutputArea-child:has(> .lm-Panel):not(:has(.kink)):has(+ .jp-OutputArea-child .kink-stand-in) {
  display: none;
}
.jp-OutputArea-child:has(> .lm-Panel) + .jp-OutputArea-child .kink-stand-in {
  animation: kink-stand-in 0.5s step-end;
}
@keyframes kink-stand-in { from { visibility: hidden; } }
</style>"""
MARKED = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*")


def card(content: str, stands_in: bool) -> str:
    """The frame around HTML that a notebook stores, which may stand in for the live view that is shown before it."""
    kind, sheet = ("kink-stored kink-stand-in", SHEET) if stands_in else ("kink-stored", "")
    return f'<div class="{kind}" style="{FRAME}">{content}</div>{sheet}'


def paragraphs(text: str) -> str:
    """Paragraphs (a blank line between), `code`, **bold** and *italic* as HTML.

    >>> paragraphs("Is `x < 0` *enough*?")
    '<p>Is <code>x &lt; 0</code> <em>enough</em>?</p>'
    """
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n", text.strip()))
    return "".join(f"<p>{_inline(block)}</p>" for block in blocks)


def question_card(question: str, options: Sequence[str], note: str) -> str:
    """A question, its options with their numbers, and what to do."""
    items = "".join(f"<li>{_inline(option)}</li>" for option in options)
    content = f'<div style="font-weight: 600">{paragraphs(question)}</div><ol>{items}</ol>{paragraphs(note)}'
    return card(content, stands_in=True)


def display_with_card(bundle: tuple[Mapping[str, Any], Mapping[str, Any]]) -> None:
    """Show a live view as one output and all that stands for it as the next, from one bundle of data and metadata."""
    from IPython import get_ipython
    from IPython.display import display

    data, metadata = map(dict, bundle)
    # VS Code has a way of its own to what stands beside a view without a model, and would show both outputs.
    if VIEW in data and "__vsc_ipynb_file__" not in getattr(get_ipython(), "user_ns", {}):
        display({VIEW: data.pop(VIEW)}, raw=True)
    display(data, metadata=metadata, raw=True)


def _inline(text: str) -> str:
    parts, end = [], 0
    for found in MARKED.finditer(text):
        tag = ("code", "strong", "em")[(found.lastindex or 1) - 1]
        parts += [escape(text[end : found.start()]), f"<{tag}>{escape(found[found.lastindex or 1])}</{tag}>"]
        end = found.end()
    return "".join([*parts, escape(text[end:])])
