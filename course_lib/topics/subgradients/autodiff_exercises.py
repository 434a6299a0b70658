"""The exercises and predictions of the lesson *Build an autodiff that is right*."""

from course_lib.exercises.exercise import Exercise, Prediction

EXERCISES: tuple[Exercise, ...] = ()
PREDICTIONS: tuple[Prediction, ...] = ()
