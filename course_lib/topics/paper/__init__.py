"""A published paper, reproduced and audited: the numerical influence of ReLU'(0).

- `zone`: how often a first-layer gradient hangs on the slope at 0, over shapes, batches and precisions
- `rounding`: exact zeros in 16 bits, rounded once and twice
- `accuracy`: what the slope at 0 does to accuracy, with SGD and Adam, with and without batch normalisation
- `audit`: a backward pass that multiplies by the slope at 0, and one that puts it in the place of the gradient
- `from_zero`: starts in which the slope decides
- `runs`, `figures`: the rows that all keep and read, and what is drawn of them
- `exercises`, `audit_exercises`: what *Reproduce a paper* and *Audit a paper* ask, with the keys
- `python -m course_lib.topics.paper` runs them and says what was reproduced

Source: David Bertoin, Jérôme Bolte, Sébastien Gerchinovitz and Edouard Pauwels, *Numerical influence of ReLU'(0) on
backpropagation*, NeurIPS 2021.
"""
