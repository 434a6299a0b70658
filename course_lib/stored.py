"""What stands in a notebook where no live view can: a card in plain HTML, and how it steps aside for the view.

A live view refers to a model in a running kernel. A notebook that is opened again, exported or not yet run has none,
and what stands in the same output beside the view is not shown. So the view and its card are two outputs, and the card
hides the view that has nothing to show, or itself where the view lives.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from course_lib.marked import blocks, html

VIEW = "application/vnd.jupyter.widget-view+json"
# What JupyterLab leaves of a style in a notebook that is not trusted: no variables, no classes of our own.
FRAME = "border: 1px solid #8c959f; border-radius: 8px; margin: 4px 0; max-width: 750px; padding: 14px 18px"
LINE = 'style="margin: 0 0 6px"'  # JupyterLab leaves no space below code, and much below a paragraph.
DISC = (
    "border-radius: 50%; display: inline-block; font-weight: 700; height: 20px; line-height: 20px; margin-right: 8px; "
    "text-align: center; width: 20px"
)
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


class Look(NamedTuple):
    """How a verdict is told from the others: by its word, the mark in its disc, the line round it, and a colour."""

    word: str
    mark: str
    line: str
    colour: str


# The palette's green, blue and grey for either page; a test compares them.
LOOKS = {
    "passed": Look("Passed", "✓", "solid", "#216e53"),
    "not yet": Look("Not yet", "→", "solid", "#3769ef"),
    "not attempted": Look("Not attempted", "&nbsp;", "dashed", "#919396"),
}


def card(content: str, stands_in: bool, bar: str = "") -> str:
    """The frame around HTML that a notebook stores, which may stand in for the live view that is shown before it."""
    kind, sheet = ("kink-stored kink-stand-in", SHEET) if stands_in else ("kink-stored", "")
    style = f"{FRAME}; border-left: 6px {bar}" if bar else FRAME
    return f'<div class="{kind}" style="{style}">{content}</div>{sheet}'


def paragraphs(text: str) -> str:
    """The paragraphs of a text with marks (`course_lib.marked`) as HTML.

    >>> paragraphs("Is `x < 0` *enough*?")
    '<p>Is <code>x &lt; 0</code> <em>enough</em>?</p>'
    """
    return "".join(f"<p>{html(block)}</p>" for block in blocks(text))


def note_card(heading: str, texts: Sequence[str], code: str = "", status: str = "", stands_in: bool = False) -> str:
    """A heading, lines of code and texts with marks; `status` gives it the look of a verdict."""
    mark, bar = "", "solid #8c959f"
    if status:
        look = LOOKS[status]
        bar = f"{look.line} {look.colour}"
        filled = f"; background-color: {look.colour}; color: #ffffff" if status == "passed" else ""
        mark = f'<span aria-hidden="true" style="border: 2px {bar}; {DISC}{filled}">{look.mark}</span>'
    lines = [f"<p {LINE}>{mark}<strong>{html(heading)}</strong></p>"]
    lines += [f"<pre {LINE}><code>{escape(code)}</code></pre>"] if code else []
    lines += [f"<p {LINE}>{html(text)}</p>" for text in texts]
    return card("".join(lines), stands_in, bar)


def question_card(question: str, options: Sequence[str], note: str) -> str:
    """A question, its options with their numbers, and what to do."""
    items = "".join(f"<li>{html(option)}</li>" for option in options)
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
