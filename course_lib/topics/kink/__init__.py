"""Why ReLU has no derivative at 0.

- `start_here.py`: the exercises and the prediction of lesson 00, the first look at a kink;
- `figures.py`: secants, the quotient and its limits, continuity;
- `exercises.py`, `reading_exercises.py`: those of the proof, and of reading a published one.
"""
