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


def test_the_reveal_is_nowhere_in_the_state_before_the_guess_and_the_first_guess_stays():
    calls = []
    widget = ChoiceWidget("Q?", OPTIONS, CONFIDENCES, lambda *guess: calls.append(guess) or (1, "the secret $x$"))
    assert "secret" not in str(widget.get_state()) and widget.get_state()["right"] == -1
    for guess in ((1, 2), (0, 1)):
        reply = commit(widget, *guess)
        (words, mathematics), *_ = reply.pop("reveal")
        assert reply == {"kind": "reply", "committed": [1, 2], "right": 1, "error": ""}
        assert words == ("", "the secret ") and mathematics[1].startswith("<math ")
    assert calls == [(1, 2)]
    assert widget.committed == [1, 2]
    assert widget.reveal == "the secret $x$" and "secret" in str(widget.get_state()["reveal"])


def test_an_error_is_shown_and_the_guess_can_be_committed_again():
    reveals = {}
    widget = ChoiceWidget("Q?", OPTIONS, CONFIDENCES, lambda option, confidence: reveals[option])
    reply = commit(widget, 1, 0)
    assert (reply["error"], reply["committed"]) == ("KeyError: 1", [])
    reveals[1] = 0, "fine"
    reply = commit(widget, 1, 0)
    assert (reply["error"], reply["committed"], reply["right"], widget.reveal) == ("", [1, 0], 0, "fine")


@pytest.mark.parametrize("guess", [(2, 0), (0, 3), (-1, 0), (None, 0), (True, 0), ("0", 0)])
def test_a_guess_that_points_nowhere_is_refused(guess):
    widget = ChoiceWidget("Q?", OPTIONS, CONFIDENCES, lambda *_: (0, "reveal"))
    assert "; accepted is a whole number from 0 to" in commit(widget, *guess)["error"]
    assert widget.committed == []


def test_what_a_notebook_stores_is_the_question_with_its_options():
    data, _ = ChoiceWidget("Q?", OPTIONS, CONFIDENCES, lambda *_: (0, ""))._repr_mimebundle_()
    assert data["text/plain"] == "Q?\n  ○ yes\n  ○ no"
    assert "<p>Q?</p>" in data["text/html"] and "<ol><li>yes</li><li>no</li></ol>" in data["text/html"]
    assert "Run this cell to answer." in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data
