"""The exercises and predictions of the lesson *Learn the activation*."""

from course_lib.exercises.exercise import Exercise, Prediction

EXERCISES: tuple[Exercise, ...] = ()
PREDICTIONS: tuple[Prediction, ...] = ()
