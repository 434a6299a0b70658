"""Predictions of lesson 03."""

from course_lib.exercises.lesson_03_keys import answers_for_maximum, derivative_of_the_identity, what_the_check_says
from course_lib.exercises.prediction import Prediction

PREDICTIONS = [
    Prediction(
        id="3.p1",
        question=(
            "Several frameworks are asked for the derivative of maximum(x, 0) at x = 0. How many different values come "
            "back?"
        ),
        options={
            "one value": "They agree on relu(x). maximum(x, 0) is another program.",
            "two values": "0 and 1 are the one-sided derivatives. Some frameworks share a tie between both arguments.",
            "three values": "Some pick a winner of the tie, in one way or the other, and some share it.",
            "more than three values": "There are fewer ways than that to treat a tie of two.",
        },
        answer=answers_for_maximum,
        reveal="The first figure shows them, framework by framework.",
    ),
    Prediction(
        id="3.p2",
        question=(
            "x is written as relu(x) − relu(−x). A framework takes 0 as the slope of ReLU at 0. What does it return as "
            "the derivative at 0?"
        ),
        options={
            "the value 0": "Each part has slope 0 at 0, and the rules add them up.",
            "the value 1": "That is the derivative of the function. The framework sees the program.",
            "the value 2": "That would be so with slope 1 at 0.",
            "an error": "There is nothing to complain about: each rule has a value to return.",
        },
        answer=derivative_of_the_identity,
        reveal="The function is x and has the derivative 1. The section 'Derive' shows where the 1 got lost.",
    ),
    Prediction(
        id="3.p3",
        question=(
            "A gradient check compares a claimed slope with the central difference. It gets |x| at 0 with the claim 0. "
            "What does it say?"
        ),
        options={
            "it says 'right'": "The difference is (|h| − |−h|)/(2h) = 0, so the claim fits. There is no derivative.",
            "it says 'wrong'": "|x| has no derivative at 0, but the central difference does not know that.",
            "it warns of a kink": "It would have to look at both sides one by one. A central difference does not.",
        },
        answer=what_the_check_says,
        reveal="The third exhibit is such a check.",
    ),
]
