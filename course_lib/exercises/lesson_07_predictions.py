"""Predictions of lesson 07."""

from course_lib.exercises.lesson_07_keys import batch_against_data, brought_back_by_a_leak, networks_born_dead
from course_lib.exercises.prediction import Prediction

PREDICTIONS = [
    Prediction(
        id="7.p1",
        question=(
            "The first layer of a fresh ReLU network has 64 units, with biases of −0.5. We count its dead units on one "
            "batch of 32 digits, and on all 1347. Where are there more?"
        ),
        options={
            "more on the batch": "Fewer samples have fewer chances to turn a unit on.",
            "as many on both": "That holds only if the batch already turns on every unit that any sample does.",
            "more on all the data": "One sample that turns a unit on makes it alive. More samples can only wake more.",
        },
        answer=batch_against_data,
        reveal="A unit that is dead on the data is dead on each batch, never the other way round.",
    ),
    Prediction(
        id="7.p2",
        question=(
            "A ReLU network has nine hidden layers of two units, He's initialisation and biases 0. Draw 100 of them "
            "and show each the same input. In how many is some layer all zeros?"
        ),
        options={
            "about 25 of 100": "25 of 100 is one layer's risk: two units, both off.",
            "about 60 of 100": "Nine layers have nine chances to fail, and one failure is enough.",
            "about 92 of 100": "Each layer lives with probability 3/4, and (3/4)⁹ is 0.075.",
        },
        answer=networks_born_dead,
        reveal="The section 'Born dead' derives it and counts.",
    ),
    Prediction(
        id="7.p3",
        question=(
            "Units of a first layer died in training. We put leaky ReLU with α = 0.01 in the place of ReLU and train "
            "five epochs more, with shorter steps. How many of them are on again on some sample?"
        ),
        options={
            "nearly all": "Every one of them has a gradient now. How large is it?",
            "about half": "Every one of them moves. But a hundredth of the gradient moves it slowly.",
            "fewer than 1 in 20": "They move, a hundredth as fast as a unit that is on.",
        },
        answer=brought_back_by_a_leak,
        reveal="The section 'Bring them back' counts them, beside six other ways.",
    ),
]
