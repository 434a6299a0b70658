"""Checked exercises, predictions and the learner's progress."""

from course_lib.exercises.checking import check, hint, solution
from course_lib.exercises.learner import course_map, predict
from course_lib.machine import machine_check

__all__ = ["check", "course_map", "hint", "machine_check", "predict", "solution"]
