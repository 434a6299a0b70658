"""The exercises and predictions of the lesson *Remember over time*."""

from course_lib.exercises.exercise import Exercise, Prediction

EXERCISES: tuple[Exercise, ...] = ()
PREDICTIONS: tuple[Prediction, ...] = ()
