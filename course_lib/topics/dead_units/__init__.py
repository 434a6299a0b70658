"""Dead units: how they come about, and what revives them.

`experiment`: what dead means, units that are born dead, networks that collapse, and a grid of rates and biases.
`cures`: what keeps units alive or brings them back, start by start; `python -m course_lib.topics.dead_units.cures`.
`figures`: the scenes of both lessons.
`finding_exercises`, `exercises`: their keys, predictions and exercises.
"""
