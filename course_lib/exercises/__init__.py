"""Checked exercises, predictions and the learner's progress."""

from course_lib.exercises.checking import check as check
from course_lib.exercises.checking import hint as hint
from course_lib.exercises.checking import solution as solution
from course_lib.exercises.learner import course_map as course_map
from course_lib.exercises.learner import predict as predict
from course_lib.exercises.machine import machine_check as machine_check
