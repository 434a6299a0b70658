"""One-sided limits and difference quotients.

- `figures.py`: approaching a point from one side, the error of a difference quotient, three quotients at a kink;
- `exercises.py`: the exercises and predictions, with what their keys are computed from.
"""
