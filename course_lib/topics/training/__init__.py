"""Training in NumPy: what descends, what arrives of the gradient, and where it ends.

- `experiment`: small networks trained on two moons, the exclusive or and digits; the gradients of deep ones
- `figures`: the scenes of the lesson
- `answers`: answers that are functions of arrays, and what keys and planted wrong answers are computed from
- `exercises`: its predictions and exercises
"""
