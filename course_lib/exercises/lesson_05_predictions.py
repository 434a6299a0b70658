"""Predictions of lesson 05."""

from course_lib.exercises.lesson_05_keys import networks_in_the_zone, slope_that_matters, what_is_left
from course_lib.exercises.prediction import Prediction

PREDICTIONS = [
    Prediction(
        id="5.p1",
        question=(
            "Draw fresh ReLU networks with three hidden layers of 256 units and compute in half precision (16 bits). "
            "Show each 4096 real digits. In how many of 100 networks is some pre-activation exactly 0, so that the "
            "gradient hangs on the slope chosen at the kink?"
        ),
        options={
            "fewer than 5 of 100": "One pre-activation is hardly ever 0. But each network computes three million.",
            "about 20 of 100": "Fewer than a million in each network would give about that. It computes three million.",
            "more than 40 of 100": "Each network computes three million pre-activations, and one hit is enough.",
        },
        answer=networks_in_the_zone,
        reveal="The section 'Measure' counts them, and in 32 and 64 bits too.",
    ),
    Prediction(
        id="5.p2",
        question=(
            "A network 784-64-10 starts with a first layer of zeros, weights and biases. We train it on digits, once "
            "with slope 0 at the kink and once with slope ½. How do the test accuracies end?"
        ),
        options={
            "they end about the same": "At the start every first pre-activation is exactly 0. What does slope 0 do?",
            "slope 0 stays at chance": "With slope 0 the first layer gets no gradient at all, and it never moves.",
            "slope ½ stays at chance": "With slope ½ each first unit gets half of what comes from above. It moves.",
        },
        answer=slope_that_matters,
        reveal="The section 'Where the slope decides everything' trains both.",
    ),
    Prediction(
        id="5.p3",
        question=(
            "From the interval [0, 1], remove the open middle third. From both parts that are left, remove their "
            "middle thirds, and so on without end. The removed lengths add up to 1. What is left?"
        ),
        options={
            "nothing": "The ends 0 and 1 are never removed, nor is 1/3. Length 0 does not mean empty.",
            "the ends of the intervals, which can be counted": "The point 1/4 stays too, and it is never an end.",
            "more points than can be counted": "Every endless word of left and right leads to a point of its own.",
        },
        answer=what_is_left,
        reveal="The section 'Small is not countable' builds the set.",
    ),
]
