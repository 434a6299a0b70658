"""What a notebook stores of a live view: two outputs, or one where the editor has a way of its own."""

from html.parser import HTMLParser

import pytest

from course_lib.figures.palette import PALETTE
from course_lib.stored import LOOKS, VIEW, card, display_with_card, note_card, paragraphs, question_card


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo\nlines.", "<p>One.</p><p>Two lines.</p>"),
        ("`a < b`, **bold**, *not* 2 * 3", "<p><code>a &lt; b</code>, <strong>bold</strong>, <em>not</em> 2 * 3</p>"),
        ('<img src="x"> & `<b>`', "<p>&lt;img src=&quot;x&quot;&gt; &amp; <code>&lt;b&gt;</code></p>"),
        ("an open ` and **", "<p>an open ` and **</p>"),
    ],
)
def test_marks_become_elements_and_all_else_stays_text(text, html):
    assert paragraphs(text) == html


class Balance(HTMLParser):
    """Counts what is opened and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_card_is_one_balanced_element_and_its_sheet():
    parser = Balance()
    parser.feed(question_card("Is `x < 0`?", ["yes, *always*", "no"], "Run it."))
    assert parser.open == []
    assert card("x", stands_in=True).count("<style>") == 1 and "<style>" not in card("x", stands_in=False)


def test_verdicts_differ_in_more_than_their_colour_which_is_the_palettes():
    named = {"passed": "green", "not yet": "blue", "not attempted": "grey"}
    assert {status: look.colour for status, look in LOOKS.items()} == {
        s: PALETTE[n]["either"] for s, n in named.items()
    }
    assert len({(look.mark, look.line) for look in LOOKS.values()}) == len({look.word for look in LOOKS.values()}) == 3
    for status, look in LOOKS.items():
        html = note_card(look.word, ["Look at $h$."], status=status)
        assert f"border-left: 6px {look.line} {look.colour}" in html and f">{look.mark}</span>" in html
        assert ("background-color" in html) == (status == "passed")


class Shell:
    def __init__(self, **names: object) -> None:
        self.user_ns = names


@pytest.mark.parametrize(
    ("shell", "outputs"),
    [
        (Shell(), [{VIEW}, {"text/html", "text/plain"}]),
        (None, [{VIEW}, {"text/html", "text/plain"}]),
        (Shell(__vsc_ipynb_file__="a.ipynb"), [{VIEW, "text/html", "text/plain"}]),
    ],
)
def test_view_and_card_are_two_outputs_but_one_in_vs_code(shell, outputs, monkeypatch: pytest.MonkeyPatch):
    shown = []
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr("IPython.display.display", lambda data, **options: shown.append((set(data), options)))
    bundle = {VIEW: {"model_id": "1"}, "text/html": card("a", stands_in=True), "text/plain": "a"}
    display_with_card((bundle, {}))
    assert [mimes for mimes, _ in shown] == outputs
    assert all(options["raw"] for _, options in shown)
    assert VIEW in bundle  # What was given stays as it was.
