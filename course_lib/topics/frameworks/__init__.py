"""What other libraries return at the kink, and what automatic differentiation differentiates.

- `libraries`: the libraries, the programs that each is asked to differentiate; `adapters/` state them in its words.
- `measuring`: ask libraries, each in a process of its own.
- `measurements`: what came back, the verdict on it, the dated snapshot, and what is new since then.
- `dual_numbers`: automatic differentiation by hand, and libraries that are not run.
- `experiment`: programs made of ReLU, questions to the snapshot, and the bug museum.
- `figures`: the figures, and the table of values.
- `exercises`, `programs_exercises` and `answers`: what the lessons ask, and how answers are judged.
"""
