"""A prediction that the learner commits to before the answer is shown."""

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from course_lib.explorer.assets import javascript, palette_css, stylesheet

OnCommit = Callable[[int, int], str]


class ChoiceWidget(anywidget.AnyWidget):
    """Ask `question`, take one of `options` and one of `confidences`, and reveal `on_commit(option, confidence)` after.

    `on_commit` gets the two indices and returns the reveal. It is called in the kernel once the learner commits, so
    the answer is not in the page before. If it raises, the learner reads the error and can commit again. Texts may
    hold paragraphs (a blank line between), `code`, **bold** and *italic*. A guess from an earlier visit is shown as
    committed, with its `reveal`. Raises TypeError or ValueError for fewer than two options, repeated or blank texts,
    and a `committed` that does not point at an option and a confidence.

    >>> ask = ChoiceWidget("Is |x| differentiable at 0?", ["yes", "no"], ["unsure", "sure"], lambda o, c: "It is not.")
    >>> print(ask.text)
    Is |x| differentiable at 0?
      ○ yes
      ○ no
    """

    _esm = javascript("dom.js", "choice.js")
    _css = stylesheet("theme.css", "choice.css") + palette_css()

    question = traitlets.Unicode().tag(sync=True)
    options = traitlets.List(traitlets.Unicode()).tag(sync=True)
    confidences = traitlets.List(traitlets.Unicode()).tag(sync=True)
    committed = traitlets.List(traitlets.Int()).tag(sync=True)
    reveal = traitlets.Unicode().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        question: str,
        options: Sequence[str],
        confidences: Sequence[str],
        on_commit: OnCommit,
        committed: tuple[int, int] | None = None,
        reveal: str = "",
    ) -> None:
        _check_text("question", question)
        options, confidences = _check_texts("options", options), _check_texts("confidences", confidences)
        if not callable(on_commit):
            raise TypeError(f"on_commit must be a function of (option, confidence); got {on_commit!r}.")
        if not isinstance(reveal, str):
            raise TypeError(f"reveal must be a string; got {reveal!r}.")
        if committed is not None:
            committed = _check_guess("committed", tuple(committed), len(options), len(confidences))
        self._on_commit = on_commit
        super().__init__(
            question=question,
            options=options,
            confidences=confidences,
            committed=list(committed or ()),
            reveal=reveal if committed else "",
        )
        self.on_msg(self._receive)

    @property
    def text(self) -> str:
        """The question and its options as plain text: what a notebook shows and stores where no widget can run."""
        return "\n".join([self.question, *(f"  ○ {option}" for option in self.options)])

    def _receive(self, widget: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("kind") != "commit":
            return
        if not self.committed:
            self._commit(content.get("option"), content.get("confidence"))
        # The message carries the outcome itself: it may overtake the traits, which serve views opened later.
        self.send({"kind": "reply", "committed": self.committed, "reveal": self.reveal, "error": self.error})

    def _commit(self, option: Any, confidence: Any) -> None:
        try:
            guess = _check_guess("the guess", (option, confidence), len(self.options), len(self.confidences))
            reveal = self._on_commit(*guess)
            if not isinstance(reveal, str):
                raise TypeError(f"the reveal must be a string; got {reveal!r}.")
        except Exception as error:  # Whatever went wrong, the learner must read it: a callback has no other output.
            self.error = f"{type(error).__name__}: {error}"
            return
        with self.hold_sync():
            self.error, self.reveal, self.committed = "", reveal, list(guess)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/plain"] = self.text
        return bundle


def _check_text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(f"{name} must be a string that is not blank; got {value!r}.")
    return value


def _check_texts(name: str, values: Any) -> list[str]:
    if isinstance(values, str) or not isinstance(values, Sequence):
        raise TypeError(f"{name} must be a list of strings; got {values!r}.")
    texts = [_check_text(f"{name}[{i}]", value) for i, value in enumerate(values)]
    if len(texts) < 2 or len(set(texts)) < len(texts):
        raise ValueError(f"{name} must be at least two different strings; got {texts!r}.")
    return texts


def _check_guess(name: str, guess: tuple[Any, ...], n_options: int, n_confidences: int) -> tuple[int, int]:
    for i, n in zip(guess, (n_options, n_confidences), strict=False):
        if isinstance(i, bool) or not isinstance(i, int) or not 0 <= i < n:
            break
    else:
        if len(guess) == 2:
            return guess[0], guess[1]
    raise ValueError(
        f"{name} must be (option, confidence) with option in 0…{n_options - 1} and confidence in "
        f"0…{n_confidences - 1}; got {guess!r}."
    )
