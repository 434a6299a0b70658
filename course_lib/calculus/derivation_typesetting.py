"""Derivations as LaTeX."""

import sympy as sp

from course_lib.calculus.derivations import WRITTEN_ORDER, Derivation, Step, needs_brackets


def derivation_latex(derivation: Derivation) -> str:
    """The chain f'±(x0) = … = value as a LaTeX ``aligned`` block, one line for each step with its rule beside it.

    >>> from course_lib.calculus.derivations import derive
    >>> x = sp.Symbol("x")
    >>> print(derivation_latex(derive(sp.Max(0, x), 0, "-")).splitlines()[2])
    &= \\lim_{h \\to 0^{-}} \\frac{0 - f{\\left(0 \\right)}}{h} && \\text{2: branch} \\\\
    """
    setting = derivation.setting
    left = f"f'_{{{setting.side}}}({sp.latex(setting.x0)})"
    lines = [f"&= {_latex(step)} && \\text{{{i}: {step.rule}}}" for i, step in enumerate(derivation.steps, 1)]
    return "\\begin{aligned}\n" + left + " " + " \\\\\n".join(lines) + "\n\\end{aligned}"


def _latex(step: Step) -> str:
    if not isinstance(step.after, sp.Limit):
        return str(sp.latex(step.after))
    h, side = sp.latex(step.setting.increment), step.setting.side
    body = _formula(step.after.args[0])
    if step.after.args[0].is_Add:
        body = f"\\left({body}\\right)"
    if step.numerator:
        ahead, start = (_formula(part) for part in step.numerator)
        if needs_brackets(step.numerator[1]):
            start = f"\\left({start}\\right)"
        body = f"\\frac{{{ahead} - {start}}}{{{h}}}"
    return f"\\lim_{{{h} \\to 0^{{{side}}}}} {body}"


def _formula(expr: sp.Expr) -> str:
    return str(sp.latex(expr, order=WRITTEN_ORDER))
