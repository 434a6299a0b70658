"""The exercises and predictions of the lesson *Keep the path linear*."""

from course_lib.exercises.exercise import Exercise, Prediction

EXERCISES: tuple[Exercise, ...] = ()
PREDICTIONS: tuple[Prediction, ...] = ()
