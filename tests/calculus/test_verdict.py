import pytest

from course_lib.calculus import Verdict


def test_a_verdict_reads_as_its_status_and_message():
    assert repr(Verdict("passed", "Yes.")) == "passed: Yes."
    assert Verdict("passed", "Yes.").passed
    assert not Verdict("not attempted", "Put your answer in.").passed


def test_html_says_the_status_in_words_and_escapes_the_message():
    html = Verdict("not yet", "h < 0 & x")._repr_html_()
    assert "not yet:" in html
    assert "h &lt; 0 &amp; x" in html


def test_an_unknown_status_is_refused():
    with pytest.raises(ValueError, match="status: got 'wrong', accepted are 'passed', 'not yet', 'not attempted'"):
        Verdict("wrong", "")
