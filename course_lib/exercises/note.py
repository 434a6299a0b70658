"""A short text for the learner with a heading: a hint, a solution, a reveal."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Note:
    """A heading and paragraphs. ``code`` is an answer as it would be typed.

    >>> Note("Hint 1 of 2 for 0.1", ("Look left.",))
    Hint 1 of 2 for 0.1
    Look left.
    """

    heading: str
    paragraphs: tuple[str, ...]
    code: str = ""

    def __repr__(self) -> str:
        code = [f"    {line}" for line in self.code.splitlines()]
        return "\n".join([self.heading, *code, *self.paragraphs])

    def _repr_html_(self) -> str:
        code = f"<pre><code>{escape(self.code)}</code></pre>" if self.code else ""
        text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs)
        return f'<div class="kink-note" role="note"><p><strong>{escape(self.heading)}</strong></p>{code}{text}</div>'
