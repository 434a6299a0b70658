from course_lib.exercises.checking import Note


def test_a_note_reads_as_text_and_as_html() -> None:
    note = Note("The solution of 0.6", ("Why: a < b & c.",), "def f(x):\n    return x")
    assert repr(note) == "The solution of 0.6\n    def f(x):\n        return x\nWhy: a < b & c."
    html = note._repr_html_()
    assert "<code>def f(x):\n    return x</code></pre>" in html
    assert ">Why: a &lt; b &amp; c.</p>" in html


def test_a_note_without_code_has_no_empty_block() -> None:
    assert "<pre" not in Note("Hint 1 of 2 for 0.1", ("Look left.",))._repr_html_()


def test_a_note_starts_where_the_printed_text_around_it_starts() -> None:
    assert "padding: var(--jp-code-padding" in Note("Hint 1 of 2 for 0.1", ("Look left.",))._repr_html_()
