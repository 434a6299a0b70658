"""The verdict on an answer, with buttons that ask the kernel for more."""

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from course_lib.explorer.assets import javascript, palette_css, stylesheet
from course_lib.marked import for_browser, literal


class VerdictWidget(anywidget.AnyWidget):
    """Show a verdict about something, and a button for each of `offers()`. A click shows what `ask(name)` says.

    `status` is "passed", "not yet" or "not attempted", and `word` says it. An offer has a name, a label, the call that
    does the same, and why it is `closed`, "" if it is not. `ask` is called in the kernel and returns a heading, lines
    of code and texts; then the offers are read again. Texts may hold marks, as in `course_lib.marked`.
    """

    _esm = javascript("dom.js", "verdict.js")
    _css = stylesheet("theme.css", "verdict.css") + palette_css()

    about = traitlets.Unicode().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    word = traitlets.Unicode().tag(sync=True)
    text = traitlets.List().tag(sync=True)
    offers = traitlets.List().tag(sync=True)
    told = traitlets.List().tag(sync=True)

    def __init__(
        self,
        about: str,
        status: str,
        word: str,
        text: str,
        offers: Callable[[], list[dict[str, str]]],
        ask: Callable[[str], tuple[str, str, Sequence[str]]],
    ) -> None:
        self._offers, self._ask = offers, ask
        super().__init__(about=about, status=status, word=word, text=for_browser(text), offers=offers())
        self.on_msg(self._receive)

    def _receive(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("kind") != "ask" or content.get("name") not in [offer["name"] for offer in self.offers]:
            return
        try:
            heading, code, texts = self._ask(content["name"])
        except Exception as error:  # The learner must read it: a callback has no other output.
            heading, code, texts = "That did not work", "", [literal(f"{type(error).__name__}: {error}")]
        told = {"heading": for_browser(heading)[0], "code": code, "text": for_browser("\n\n".join(texts))}
        with self.hold_sync():
            # What was told before stays, once; the newest comes last.
            self.told = [*(other for other in self.told if other["heading"] != told["heading"]), told]
            self.offers = self._offers()
        # The message carries the outcome itself: it may overtake the traits, which serve views opened later.
        self.send({"kind": "reply", "told": told, "offers": self.offers})
