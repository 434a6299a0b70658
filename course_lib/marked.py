r"""Texts with marks: `code`, **bold**, *italic* and $mathematics$ in LaTeX, as plain text, as HTML and for a live view.

A backslash takes its meaning from the mark after it; `literal` writes one before every mark of a text that is not ours,
such as what a learner typed. Mathematics is read by latex2mathml alone: a live view gets its MathML, and plain text is
spelled from the same tree, so that both say the same. What a notebook stores keeps the LaTeX, which Jupyter typesets.
"""

import re
from functools import cache
from html import escape
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

MARKED = re.compile(
    r"\\(?P<literal>[\\`*$])|`(?P<code>[^`]+)`|\$(?P<math>[^$\s](?:[^$]*[^$\s])?)\$"
    r"|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*"
)
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
RAISED = dict(
    zip("0123456789+−=()abdefghijklmnoprstuvxyzNTβ", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛˣʸᶻᴺᵀᵝ", strict=True)
)
RAISED["′"] = "′"
LOWERED = dict(zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
SPACED = {*"+−=<>≤≥≠≈→∈·×"}
BRACKETED = re.compile(r"\w?\([^()]*\)|\|[^|]*\||∂\w")


class Piece(NamedTuple):
    """A stretch of text: `tag` is "code", "strong", "em", "math" or "" for none."""

    tag: str
    text: str


def literal(text: str) -> str:
    """The text with a backslash before every mark, so that it is shown as it stands."""
    return re.sub(r"[\\`*$]", r"\\\g<0>", text)


def pieces(text: str) -> list[Piece]:
    """The text cut at its marks.

    >>> pieces("Is $x < 0$ *enough*?")[1:]
    [Piece(tag='math', text='x < 0'), Piece(tag='', text=' '), Piece(tag='em', text='enough'), Piece(tag='', text='?')]
    """
    found: list[Piece] = []
    end = 0
    for match in MARKED.finditer(text):
        tag = match.lastgroup or ""
        between = text[end : match.start()] + (match[tag] if tag == "literal" else "")
        found += [Piece("", between)] if between else []
        found += [Piece(tag, match[tag])] if tag != "literal" else []
        end = match.end()
    return [*found, Piece("", text[end:])] if text[end:] else found


def blocks(text: str) -> list[str]:
    """The paragraphs of a text, which blank lines part, each on one line."""
    return [" ".join(block.split()) for block in re.split(r"\n\s*\n", text.strip())]


def plain(text: str) -> str:
    r"""The text for a terminal: mathematics spelled out, other marks as they are.

    >>> plain(r"$\frac{f(h) - f(0)}{h}$ goes to `1`, not \$5.")
    '(f(h) − f(0))/h goes to `1`, not $5.'
    """

    def spelled(match: re.Match[str]) -> str:
        if match.lastgroup == "math":
            return spell(match["math"])
        return match["literal"] if match.lastgroup == "literal" else match[0]

    return MARKED.sub(spelled, text)


def html(text: str) -> str:
    """The text as HTML for a notebook to store; its mathematics stays LaTeX, nothing else is taken for any.

    >>> html("$a<b$ costs `$1`, or $2")
    '$a&lt;b$ costs <code>$1</code>, or <span>$</span>2'
    """
    return "".join(map(_element, pieces(text)))


def for_browser(text: str) -> list[list[Piece]]:
    """The paragraphs in pieces for dom.js, with MathML for the mathematics."""
    parsed = map(pieces, blocks(text))
    return [[Piece(p.tag, mathml(p.text)) if p.tag == "math" else p for p in block] for block in parsed]


@cache
def mathml(latex: str) -> str:
    """LaTeX as MathML."""
    from latex2mathml.converter import convert  # A tenth of a second, which most cells need not wait for.

    return str(convert(latex))


@cache
def spell(latex: str) -> str:
    r"""LaTeX as a line of text. Brackets stand where the bar of a fraction or a root held things together.

    >>> spell(r"\lim_{h \to 0^+} \frac{f(h) - f(0)}{2h}"), spell(r"2^{-k} \sqrt{n} \ge -\frac{1}{2}")
    ('lim_(h→0⁺) (f(h) − f(0))/(2h)', '2⁻ᵏ√n ≥ −1/2')
    """
    return re.sub(" +", " ", _spell(fromstring(mathml(latex)))).strip()


def _element(piece: Piece) -> str:
    if piece.tag == "math":
        return f"${escape(piece.text)}$"
    if piece.tag:
        return f"<{piece.tag}>{escape(piece.text)}</{piece.tag}>"
    # Typesetting looks for delimiters in one stretch of text, so one alone in an element begins nothing.
    return re.sub(r"[\\$]", r"<span>\g<0></span>", escape(piece.text))


def _spell(node: Element) -> str:
    kind, parts = node.tag.removeprefix(NAMESPACE), [_spell(child) for child in node]
    if not parts:
        return (node.text or "").replace("\xa0", " ")
    if kind == "mfrac":
        top, bottom = parts
        factors = len(node[1]) > 1 and BRACKETED.fullmatch(bottom) is None
        return f"{_held(top, _is_sum(top))}/{_held(bottom, factors or _is_sum(bottom))}"
    if kind == "msqrt":
        return f"√{_held(parts[0], not _is_word(parts[0]))}"
    if kind in ("msub", "msup", "msubsup"):
        base = parts[0] if len(node[0]) == 0 or BRACKETED.fullmatch(parts[0]) else f"({parts[0]})"
        lowered = _script(parts[1], LOWERED, "_") if kind != "msup" else ""
        return base + lowered + (_script(parts[-1], RAISED, "^") if kind != "msub" else "")
    line, before = "", None
    for child, part in zip(node, parts, strict=True):
        line += _joint(line, before, child, part)
        before = child
    return line


def _joint(line: str, before: Element | None, child: Element, part: str) -> str:
    """The next part of a row, with what keeps it from running into the part before."""
    last = line.rstrip()[-1:]
    opens = not last or last in {*SPACED, *"([,"} or (last == "|" and line.count("|") % 2 == 1)
    if part in SPACED:
        return part if opens else f" {part} "
    if part == ",":
        return ", "
    if before is None or opens or part in {*")]|"}:
        return part
    if _is_name(before):
        if child.tag == f"{NAMESPACE}mfrac" and not len(before):
            return f"({part})"
        return part if child.tag == f"{NAMESPACE}mo" and part in {*"(["} else f" {part}"
    if f"{NAMESPACE}mfrac" in (before.tag, child.tag):
        return f" · {part}"
    return f" {part}" if _is_name(child) else part


def _is_name(node: Element) -> bool:
    """Whether it is a word such as lim or sin, or a sum, with what stands below it."""
    while len(node):
        node = node[0]
    text = node.text or ""
    return text == "∑" or (node.tag != f"{NAMESPACE}mtext" and len(text) > 1 and text.isalpha())


def _is_sum(part: str) -> bool:
    while (without := BRACKETED.sub("", part)) != part:
        part = without
    return " " in part or "/" in part


def _held(part: str, together: bool) -> str:
    return f"({part})" if together else part


def _script(script: str, table: dict[str, str], mark: str) -> str:
    close = script.replace(" ", "")
    if all(letter in table for letter in close) and not (len(close) > 2 and close.isalpha()):
        return "".join(table[letter] for letter in close)
    return mark + _held(close, not _is_word(close))


def _is_word(part: str) -> bool:
    return len(part) == 1 or part.replace(".", "").isdigit() or part.isalpha()
