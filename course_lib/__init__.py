"""The library behind *At the Kink*: calculus on piecewise functions, figures, live explorers and checked exercises.

Each part is imported by its own name (`from course_lib.calculus import one_sided_limit`), so that importing the
package itself stays fast: SymPy, matplotlib and the widgets load only when they are used.
"""

__version__ = "0.1.0"
