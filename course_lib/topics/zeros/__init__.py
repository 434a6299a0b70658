"""How often a pre-activation is exactly 0, and where exact zeros come from.

- `experiment`: the hunt for exact zeros in fresh networks, rounding to 16 bits, runs paired by the slope at 0
- `law`: published and own counts, the Poisson law, and its fit `fit_p0`
- `sweep`: the long hunt that can be stopped and resumed, `python -m course_lib.topics.zeros.sweep --rounds 9`
- `sums`: the place of the bias, the order of a sum, 16-bit formats, `python -m course_lib.topics.zeros.sums`
- `structure`: structural zeros, where kinks lie in the plane, the Cantor set
- `figures`, `small_exercises`, `exercises`: what this topic draws and asks, with the keys
"""
