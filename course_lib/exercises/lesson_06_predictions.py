"""Predictions of lesson 06."""

from course_lib.exercises.lesson_06_keys import share_that_arrives, what_the_bug_does, where_starts_end
from course_lib.exercises.prediction import Prediction

PREDICTIONS = [
    Prediction(
        id="6.p1",
        question=(
            "A network has ten hidden layers of 64 sigmoid units, Glorot's initialisation, standardised images. Before "
            "training, compare the gradient of the first layer's weights with that of the last layer's. What is it?"
        ),
        options={
            "about a tenth": "The slope of a sigmoid is ¼ at most, and ten layers multiply.",
            "about a thousandth": "You saw it shrink, but ten factors of ¼ or less shrink more.",
            "about a millionth": "Ten factors of ¼ or less: (¼)¹⁰ is about a millionth.",
        },
        answer=share_that_arrives,
        reveal="The section 'Deeper' measures it layer by layer.",
    ),
    Prediction(
        id="6.p2",
        question=(
            "A network with three hidden ReLU units learns the exclusive or: four points, all in each step. Loss 0 "
            "can be reached. 64 networks start from different random weights. Where do they end?"
        ),
        options={
            "at one loss": "That would be so if there were only one minimum to fall into.",
            "at two losses": "There are more ways to get stuck than one.",
            "at three losses or more": "A network can get stuck in several ways, each with its own loss.",
        },
        answer=where_starts_end,
        reveal="The section 'Many starts' shows the histogram.",
    ),
    Prediction(
        id="6.p3",
        question=(
            "A backward pass takes the slope of ReLU as 1 everywhere. The forward pass is right. What do 300 steps do?"
        ),
        options={
            "the loss rises": "Descent is more patient than that: the gradient of W2 is still right.",
            "the loss falls, but less far": "The gradient of W2 is still right, and that of W1 is not quite wrong.",
            "the loss falls just as far": "Some of it is lost: the mask decides which samples a unit learns from.",
        },
        answer=what_the_bug_does,
        reveal="A falling loss says little. The section 'Break it' lets check_gradient look.",
    ),
]
