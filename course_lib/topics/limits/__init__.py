"""One-sided limits and difference quotients.

- `figures.py`: approaching a point, steps on a swing, the error of a difference quotient, three quotients at a kink;
- `exercises.py`, `step_exercises.py`: the exercises and predictions, with what their keys are computed from.
"""
