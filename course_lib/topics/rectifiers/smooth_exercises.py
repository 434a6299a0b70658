"""The exercises and predictions of the lesson *Smooth the kink*."""

from course_lib.exercises.exercise import Exercise, Prediction

EXERCISES: tuple[Exercise, ...] = ()
PREDICTIONS: tuple[Prediction, ...] = ()
