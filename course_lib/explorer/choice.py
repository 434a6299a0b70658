"""A prediction that the learner commits to before the answer is shown."""

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from course_lib.checks import whole_number
from course_lib.explorer.assets import javascript, palette_css, stylesheet
from course_lib.marked import for_browser, plain
from course_lib.stored import display_with_card, question_card


def _with_marks(text: str, widget: Any) -> list[Any]:
    return for_browser(text)


def _options_with_marks(options: Sequence[str], widget: Any) -> list[Any]:
    return [for_browser(option)[0] for option in options]


class ChoiceWidget(anywidget.AnyWidget):
    """Ask `question`, take one of `options` and `confidences`, then show what `on_commit(option, confidence)` says.

    `on_commit` gets the two indices and returns the index of the right option and the reveal, whose first paragraph
    says whether the guess was right. It is called in the kernel once the learner commits, so the answer is not in the
    page before. If it raises, the learner reads the error and can commit again. Texts may hold marks, as in
    `course_lib.marked`. A guess from an earlier visit, `committed`, is shown as such, with its `outcome`.

    >>> ask = ChoiceWidget("Is $|x|$ differentiable at 0?", ["yes", "no"], ["unsure"], lambda o, c: (1, "It is not."))
    >>> print(ask.text)
    Is |x| differentiable at 0?
      ○ yes
      ○ no
    """

    _esm = javascript("dom.js", "choice.js")
    _css = stylesheet("theme.css", "choice.css") + palette_css()

    question = traitlets.Unicode().tag(sync=True, to_json=_with_marks)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True, to_json=_options_with_marks)
    confidences = traitlets.List(traitlets.Unicode()).tag(sync=True)
    committed = traitlets.List(traitlets.Int()).tag(sync=True)
    right = traitlets.Int(-1).tag(sync=True)
    reveal = traitlets.Unicode().tag(sync=True, to_json=_with_marks)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        question: str,
        options: Sequence[str],
        confidences: Sequence[str],
        on_commit: Callable[[int, int], tuple[int, str]],
        committed: Sequence[int] = (),
        outcome: tuple[int, str] = (-1, ""),
    ) -> None:
        self._on_commit = on_commit
        super().__init__(
            question=question,
            options=list(options),
            confidences=list(confidences),
            committed=list(committed),
            right=outcome[0],
            reveal=outcome[1],
        )
        self.on_msg(self._receive)

    @property
    def text(self) -> str:
        """The question and its options as plain text: what a notebook shows and stores where no widget can run."""
        return plain("\n".join([self.question, *(f"  ○ {option}" for option in self.options)]))

    def _receive(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("kind") != "commit":
            return
        if not self.committed:
            self._commit(content.get("option"), content.get("confidence"))
        # The message carries the outcome itself: it may overtake the traits, which serve views opened later.
        outcome = {"committed": self.committed, "right": self.right, "reveal": for_browser(self.reveal)}
        self.send({"kind": "reply", **outcome, "error": self.error})

    def _commit(self, option: Any, confidence: Any) -> None:
        try:
            whole_number("option", option, 0, len(self.options) - 1)
            whole_number("confidence", confidence, 0, len(self.confidences) - 1)
            right, reveal = self._on_commit(option, confidence)
        except Exception as error:  # Whatever went wrong, the learner must read it: a callback has no other output.
            self.error = f"{type(error).__name__}: {error}"
            return
        with self.hold_sync():
            self.error, self.right, self.reveal, self.committed = "", right, reveal, [option, confidence]

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        html = question_card(self.question, self.options, "*Run this cell to answer.*")
        return data | {"text/plain": self.text, "text/html": html}, metadata

    def _ipython_display_(self) -> None:
        display_with_card(self._repr_mimebundle_())
