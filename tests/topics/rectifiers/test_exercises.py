"""The keys of *Bend the rectifier* by hand."""

import sympy as sp

from course_lib.topics.rectifiers import exercises


def test_keys():
    assert exercises.alphas_with_0_in_the_clarke_set() == sp.Interval(-sp.oo, 0)
    assert exercises.who_gets_a_gradient() == [True, False, True, False, False]
    assert exercises.where_the_slopes_end() == "some below 0, some above 1"
    assert exercises.seen_in_the_negative() == "on a few"


def test_cases_hold_what_tells_the_slips_apart():
    for case in exercises.step_cases():
        _, upstream, z, _ = case.arguments
        assert (z < 0).any(0).all() and (z > 0).any(0).all() and (upstream != 0).all()
    shares = [exercises.share_equal(*case.arguments) for case in exercises.polarity_cases()]
    assert shares[0] == 1 and all(0 < share < 1 for share in shares[1:])
    assert any(case.arguments[0].sum() != 0 for case in exercises.polarity_cases())
