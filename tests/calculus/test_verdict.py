from course_lib.calculus import Verdict


def test_a_verdict_reads_as_its_status_and_message_and_html_escapes_it():
    assert repr(Verdict("passed", "Yes.")) == "passed: Yes."
    assert Verdict("passed", "Yes.").passed
    assert not Verdict("not attempted", "Put your answer in.").passed
    html = Verdict("not yet", "h < 0 & x")._repr_html_()
    assert "<strong>Not yet</strong>" in html
    assert "h &lt; 0 &amp; x" in html
