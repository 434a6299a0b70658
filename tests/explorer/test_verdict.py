"""A verdict's buttons: the kernel is asked, and what it says is kept."""

from course_lib.explorer.verdict import VerdictWidget


class Desk:
    """Gives two hints, then fails."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def offers(self) -> list[dict[str, str]]:
        label = f"Hint {len(self.asked) + 1}"
        return [{"name": "hint", "label": label, "call": 'hint("9.1")', "closed": ""}]

    def ask(self, name: str) -> tuple[str, str, list[str]]:
        self.asked.append(name)
        if len(self.asked) > 3:
            raise OSError("no $more$")
        return ["First", "Second", "First"][len(self.asked) - 1], "code", ["$x$ is it."]


def click(widget: VerdictWidget, name: object) -> list[dict]:
    replies: list[dict] = []
    widget.send = lambda content, buffers=None: replies.append(content)
    widget._handle_custom_msg({"kind": "ask", "name": name}, [])
    return replies


def test_a_click_asks_once_and_what_was_told_is_kept_once_with_the_newest_last() -> None:
    desk = Desk()
    widget = VerdictWidget("Your answer", "not yet", "Not yet", "Look at $h$.", desk.offers, desk.ask)
    assert widget.text[0][1].text.startswith("<math ") and widget.told == []
    for _ in range(3):
        (reply,) = click(widget, "hint")
    assert reply["told"]["text"][0][0][1].startswith("<math ") and reply["offers"][0]["label"] == "Hint 4"
    assert [told["heading"][0][1] for told in widget.told] == ["Second", "First"]
    assert click(widget, "solution") == click(widget, None) == [] and len(desk.asked) == 3


def test_an_error_is_told_as_it_stands() -> None:
    desk = Desk()
    desk.asked = ["hint"] * 3
    (reply,) = click(VerdictWidget("Your answer", "not yet", "Not yet", "", desk.offers, desk.ask), "hint")
    assert "".join(piece.text for piece in reply["told"]["text"][0]) == "OSError: no $more$"
