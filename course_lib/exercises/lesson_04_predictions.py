"""Predictions of lesson 04."""

from course_lib.exercises.lesson_04_keys import how_many_lines, how_the_step_ends, which_slopes_are_safe
from course_lib.exercises.prediction import Prediction

PREDICTIONS = [
    Prediction(
        id="4.p1",
        question=(
            "f(x, y) = |x| + 2|y|. At (1, 0) the vector g = (1, 2) is a subgradient. We take a short step against it, "
            "to (1, 0) − t·(1, 2). What does f do, for t from 0 to 0.2?"
        ),
        options={
            "f falls": "That is so for gradients. A subgradient promises less.",
            "f falls at first, then rises": "Any step that leaves the kink y = 0 pays 2 for each unit of |y|.",
            "f rises": "|x| falls by t, and 2|y| grows by 4t.",
        },
        answer=how_the_step_ends,
        reveal="The section 'A step that climbs' draws it, with what falls instead.",
    ),
    Prediction(
        id="4.p2",
        question=(
            "A leaky ReLU has slope 2 left of 0 and slope 1 right of 0. How many lines through (0, 0) have its graph "
            "nowhere below them?"
        ),
        options={
            "no line": "Left of 0 the slope has to be 2 or more, right of 0 it has to be 1 or less.",
            "one line": "A line with slope 1.5 lies above the graph on both sides.",
            "infinitely many lines": "That is so for slopes that grow from left to right, as ReLU's do.",
        },
        answer=how_many_lines,
        reveal="The explorer of supporting lines lets you try all of them.",
    ),
    Prediction(
        id="4.p3",
        question=(
            "In a ReLU network every unit has a trained bias of its own. A batch puts some units exactly on their "
            "kink, and backprop takes the slope s there. For which s is its result in the Clarke set of the loss?"
        ),
        options={
            "only s = ½": "½ saved the identity program in lesson 03. There the units had no biases of their own.",
            "only s = 0 and s = 1": "These are the slopes of the two sides. A Clarke set is convex: it holds mixtures.",
            "all s from 0 to 1": "Biases of their own let the units of a layer leave their kinks together.",
        },
        answer=which_slopes_are_safe,
        reveal="The section 'The slope of a network' states the theorem, and searches for networks where it fails.",
    ),
]
