"""A prediction: the answer stays in Python until the guess is committed, once."""

import pytest

from course_lib.explorer import ChoiceWidget

OPTIONS, CONFIDENCES = ["yes", "no"], ["guessing", "fairly sure", "certain"]


def commit(widget: ChoiceWidget, option: object, confidence: object) -> dict:
    """Send what the browser sends; return the one reply."""
    replies = []
    widget.send = lambda content, buffers=None: replies.append(content)
    widget._handle_custom_msg({"kind": "commit", "option": option, "confidence": confidence}, [])
    (reply,) = replies
    return reply


def test_the_reveal_is_nowhere_in_the_state_before_the_guess():
    widget = ChoiceWidget("Q?", OPTIONS, CONFIDENCES, lambda option, confidence: "the secret answer")
    assert "secret" not in str(widget.get_state())
    reply = commit(widget, 1, 2)
    assert reply == {"kind": "reply", "committed": [1, 2], "reveal": "the secret answer", "error": ""}
    assert widget.committed == [1, 2]
    assert widget.get_state()["reveal"] == "the secret answer"


def test_the_function_gets_both_indices_once_and_the_first_guess_stays():
    calls = []
    widget = ChoiceWidget("Q?", OPTIONS, CONFIDENCES, lambda *guess: calls.append(guess) or f"you said {guess}")
    commit(widget, 0, 1)
    assert commit(widget, 1, 2)["committed"] == [0, 1]
    assert calls == [(0, 1)]


def test_an_error_is_shown_and_the_guess_can_be_committed_again():
    failures = iter([OSError("the file is read-only")])

    def on_commit(option, confidence):
        for error in failures:
            raise error
        return "fine"

    widget = ChoiceWidget("Q?", OPTIONS, CONFIDENCES, on_commit)
    reply = commit(widget, 1, 0)
    assert (reply["error"], reply["committed"]) == ("OSError: the file is read-only", [])
    assert commit(widget, 1, 0) == {"kind": "reply", "committed": [1, 0], "reveal": "fine", "error": ""}


@pytest.mark.parametrize("guess", [(2, 0), (0, 3), (-1, 0), (None, 0), (True, 0), ("0", 0)])
def test_a_guess_that_points_nowhere_is_refused(guess):
    widget = ChoiceWidget("Q?", OPTIONS, CONFIDENCES, lambda *_: "reveal")
    assert "; accepted is a whole number from 0 to" in commit(widget, *guess)["error"]
    assert widget.committed == []


def test_a_guess_from_an_earlier_visit_is_shown_with_its_reveal():
    widget = ChoiceWidget("Q?", OPTIONS, CONFIDENCES, lambda *_: "", committed=(1, 0), reveal="It is not.")
    assert (widget.committed, widget.reveal) == ([1, 0], "It is not.")


def test_what_a_notebook_stores_is_the_question_with_its_options():
    data, _ = ChoiceWidget("Q?", OPTIONS, CONFIDENCES, lambda *_: "")._repr_mimebundle_()
    assert data["text/plain"] == "Q?\n  ○ yes\n  ○ no"
    assert "application/vnd.jupyter.widget-view+json" in data
