"""A short text for the learner with a heading: a hint, a solution, a reveal."""

from dataclasses import dataclass
from html import escape

_SPACE = 'style="margin: 0 0 0.6em"'  # JupyterLab leaves none below code.


@dataclass(frozen=True)
class Note:
    """A heading and paragraphs. ``code`` is an answer as it would be typed; it stands between question and paragraphs.

    >>> Note("Hint 1 of 2 for 0.1", ("Look left.",))
    Hint 1 of 2 for 0.1
    Look left.
    """

    heading: str
    paragraphs: tuple[str, ...]
    code: str = ""
    question: str = ""

    def __repr__(self) -> str:
        code = [f"    {line}" for line in self.code.splitlines()]
        question = [self.question] if self.question else []
        return "\n".join([self.heading, *question, *code, *self.paragraphs])

    def _repr_html_(self) -> str:
        code = f"<pre {_SPACE}><code>{escape(self.code)}</code></pre>" if self.code else ""
        question = _paragraph(self.question) if self.question else ""
        text = "".join(map(_paragraph, self.paragraphs))
        # The same distance from the edge as the printed text around it.
        return (
            '<div class="kink-note" role="note" style="padding: var(--jp-code-padding, 5px)">'
            f"<p {_SPACE}><strong>{escape(self.heading)}</strong></p>{question}{code}{text}</div>"
        )


def _paragraph(text: str) -> str:
    return f"<p {_SPACE}>{escape(text)}</p>"
