"""Marked texts: what becomes mathematics, and that plain text, HTML and MathML say the same."""

from xml.etree import ElementTree

import pytest

from course_lib.exercises.exercise import LESSONS, exercises_of, predictions_of
from course_lib.marked import Piece, for_browser, html, literal, mathml, pieces, plain, spell

TYPED = r"You gave '$x$ \(y\) \\ *a* **b** `c` <b>$'"


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{f(h) - f(0)}{h}", "(f(h) − f(0))/h"),
        (r"\frac{1}{2h} + \frac{2h}{3}", "1/(2h) + 2h/3"),
        (r"\frac{x - 1}{|x - 1|} = \frac{|-h|}{2 \cdot 3}", "(x − 1)/|x − 1| = |−h|/(2 · 3)"),
        (r"\frac{\partial g}{\partial \alpha}", "∂g/∂α"),
        (r"\lim_{h \to 0^+} f(h) \ge -\infty", "lim_(h→0⁺) f(h) ≥ −∞"),
        (r"\sum_{i=1}^n x_i^2", "∑ᵢ₌₁ⁿ xᵢ²"),
        (r"\sqrt{2} \sqrt{n + 1}", "√2√(n + 1)"),
        (r"x \sin\frac{1}{x}, \log_2 x, \max(0, x)", "x sin(1/x), log₂ x, max(0, x)"),
        (r"f'(0), f_-'(0)", "f′(0), f₋′(0)"),
        (r"\left(\frac{1}{2}\right)^{1/n} 2^{-k}", "(1/2)^(1/n)2⁻ᵏ"),
        (r"n_{\text{test}} + z_{0.975} + h_{t-1} + W^T", "n_test + z_0.975 + hₜ₋₁ + Wᵀ"),
        (r"n \frac{1}{2} n", "n · 1/2 · n"),
    ],
)
def test_mathematics_is_spelled_so_that_nothing_runs_together(latex: str, text: str) -> None:
    assert spell(latex) == text


def test_what_somebody_typed_is_never_mathematics_nor_anything_else() -> None:
    text = literal(TYPED)
    assert plain(text) == TYPED
    assert "".join(piece.text for piece in pieces(text)) == TYPED and {piece.tag for piece in pieces(text)} == {""}
    shown = ElementTree.fromstring(f"<p>{html(text)}</p>")
    assert "".join(shown.itertext()) == TYPED
    # No stretch of text holds two delimiters, nor a whole one of two letters.
    assert all(len(part) == 1 for part in shown.itertext() if "$" in part or "\\" in part)


def test_pieces_for_a_live_view() -> None:
    first, second = for_browser("Is $x^2$ **it**?\n\nNo: `$1`.")
    assert first == [
        Piece("", "Is "),
        Piece("math", mathml("x^2")),
        Piece("", " "),
        Piece("strong", "it"),
        Piece("", "?"),
    ]
    assert second == [Piece("", "No: "), Piece("code", "$1"), Piece("", ".")]


def test_every_text_of_the_course_is_read_to_the_end() -> None:
    exercises = [exercise for lesson in LESSONS for exercise in exercises_of(lesson.key).values()]
    predictions = [prediction for lesson in LESSONS for prediction in predictions_of(lesson.key).values()]
    texts = [
        *(
            text
            for e in exercises
            for text in (*e.hints, e.explanation, *(wrong.feedback for wrong in e.wrong_answers))
        ),
        *(text for p in predictions for text in (p.question, p.reveal, *p.options, *p.options.values())),
    ]
    parsed = [piece for text in texts for piece in pieces(text)]
    mathematics = {piece.text for piece in parsed if piece.tag == "math"}
    assert len(mathematics) > 100
    assert not any("$" in piece.text for piece in parsed), "an open formula"
    assert not any(mark in spell(latex) + mathml(latex) for latex in mathematics for mark in ("\\", "merror", "  "))
