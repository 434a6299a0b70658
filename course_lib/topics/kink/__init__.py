"""Why ReLU has no derivative at 0, lessons 00 and 02.

- `start_here.py`: the exercises and the prediction of lesson 00, the first look at a kink;
- `figures.py`: secants, the quotient and its limits, continuity, the second difference;
- `exercises.py`: the exercises and predictions of lesson 02, the proof.
"""
