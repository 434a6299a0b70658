"""The exercises of the lesson on depth: what their cases tell apart."""

from course_lib.topics.linear_paths import exercises


def test_a_slope_of_1_at_the_kink_is_told_from_0():
    weights, x = exercises.jacobian_cases()[-1].arguments
    assert (weights[0] @ x == 0).sum() == 1
    assert exercises.jacobian_of_relu_layers(weights, x).tolist() == [[2, 1], [0, 0]]
    assert exercises.slope_1_at_the_kink(weights, x).tolist() == [[3, 0], [0, 0]]
