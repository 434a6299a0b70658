"""Training in NumPy: what descends, what arrives of the gradient, and where it ends.

`experiment`: small networks trained on two moons, on the exclusive or and on digits, and a comparison of times.
`depth`: the gradient at each layer of a deep network, and the scale of its data, before any training.
`figures`: the scenes of the lesson.
`answers`: answers that are functions of arrays, and what keys and planted wrong answers are computed from.
`exercises`: its predictions and exercises.
"""
