r"""Verified formulas in LaTeX: published text stands in \texttt, symbol by symbol escaped; nothing of it is ever run."""

from __future__ import annotations

import re
import unicodedata

from symconv.language.claims import Judgement, Report
from symconv.pages.claims import (
    Code,
    Edit,
    Listed,
    Part,
    Piece,
    Pointer,
    Said,
    Table,
    Titled,
    capital,
    card,
    clean,
    finding,
    read_as,
    summary,
)
from symconv.pages.claims_text import printable
from symconv.pages.escapes import escape
from symconv.pages.latex import PREAMBLE
from symconv.pages.messages import message

# in typewriter every sign of ASCII has its own place, in the old and in the new encoding of fonts alike
SPECIAL = {c: rf'\char"{ord(c):X}{{}}' for c in "\\{}_^~$&%#"} | {c: f"{c}{{}}" for c in "-`'<>,?!"}
MATH = {
    "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "×": r"\times", "·": r"\cdot", "⋅": r"\cdot",
    "−": "-", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "≡": r"\equiv", "∑": r"\sum", "Σ": r"\Sigma",
    "∏": r"\prod", "∫": r"\int", "∂": r"\partial", "∞": r"\infty", "∈": r"\in", "∣": r"\mid", "∤": r"\nmid", "→": r"\to",
    "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow", "↦": r"\mapsto", "…": r"\ldots", "⋯": r"\cdots", "′": "'", "″": "''",
    "∗": r"\ast", "⋆": r"\star", "★": r"\bigstar", "⊛": r"\circledast", "⊗": r"\otimes", "⊙": r"\odot", "∇": r"\nabla",
    "÷": r"\div", "±": r"\pm", "∧": r"\wedge", "⊤": r"\top", "ᵀ": "^{T}", "∀": r"\forall", "√": r"\surd", "✓": r"\checkmark",
    "✗": r"\times", "↑": r"\uparrow", "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon",
    "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi",
    "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega",
    "Δ": r"\Delta", "Ω": r"\Omega", "Φ": r"\Phi", "Θ": r"\Theta", "Λ": r"\Lambda", "Π": r"\Pi", "Γ": r"\Gamma", "Ψ": r"\Psi",
    "²": "^2", "³": "^3", "ℓ": r"\ell", "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}", "≔": ":=", "∘": r"\circ", "•": r"\bullet",
}  # fmt: skip
COLOURS = {
    "proved": "teal",
    "checked": "teal",
    "conditional": "orange!85!black",
    "ambiguous": "orange!85!black",
    "refuted": "red!75!black",
    "unsupported": "gray",
}
SIGNS = {
    "proved": r"$\checkmark$",
    "checked": r"$\checkmark$",
    "conditional": "!",
    "refuted": r"$\times$",
    "ambiguous": "?",
    "unsupported": "--",
}


def symbol(c: str) -> str:
    """One symbol made safe; one that plain pdflatex lacks is named by its number."""
    if " " <= c <= "~":
        return SPECIAL.get(c, c)
    return foreign(c)


def foreign(c: str) -> str:
    """A symbol beyond ASCII: mathematics, a letter of Latin, or its number."""
    if c in MATH:
        return f"$\\mathstrut{MATH[c]}$" if MATH[c].startswith("^") else f"${MATH[c]}$"
    name = unicodedata.name(c, "")
    subscript = unicodedata.normalize("NFKD", c)
    if name.startswith("SUBSCRIPT") or "SUBSCRIPT SMALL" in name:
        return f"$_{{{subscript}}}$" if subscript.isascii() else "?"
    if name.startswith("SUPERSCRIPT"):
        return f"$^{{{subscript}}}$" if subscript.isascii() else "?"
    if "À" <= c <= "ž" and c.isalpha():  # pdflatex knows the accented letters of Latin
        return c
    return rf"\textsf{{[U+{ord(c):04X}]}}"


def words(text: str) -> str:
    """Words made safe, a user's names among them."""
    runs = re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]+", clean(text))
    return "".join(escape(run) if run.isascii() else "".join(map(foreign, run)) for run in runs)


def code(text: str) -> str:
    """A formula as it was published, in typewriter, to be broken at its blanks."""
    return rf"\texttt{{{''.join(symbol(c) for c in clean(text))}}}"


def inline(pieces: tuple[Piece, ...]) -> str:
    """Words and formulas."""
    return "".join(code(p.text) if isinstance(p, Code) else words(p) for p in pieces)


def verdict(status: str) -> str:
    """The verdict in its colour."""
    return rf"\textcolor{{{COLOURS[status]}}}{{{SIGNS[status]}\,{status}}}"


def one(judgement: Judgement, standalone: bool = False) -> str:
    """The card of one formula."""
    parts = [rf"\section*{{{code(judgement.published.formula)}}}", rf"\textbf{{{verdict(judgement.verdict.status)}}}"]
    return whole("\n\n".join([*parts, *(part(p) for p in card(judgement))]), standalone)


def whole(body: str, standalone: bool) -> str:
    """A fragment, or a document for plain pdflatex."""
    if standalone:
        return PREAMBLE + "\\sloppy\n" + body + "\n\\end{document}\n"
    return "% needs amsmath, amssymb, xcolor\n" + body + "\n"


def part(piece: Part) -> str:
    """One part."""
    if isinstance(piece, Titled):
        return rf"\paragraph{{{words(piece.words)}}}\leavevmode"
    if isinstance(piece, Said):
        return inline(piece.pieces)
    if isinstance(piece, Listed):
        items = "\n".join(rf"\item {inline(item)}" for item in piece.items)
        return f"\\begin{{itemize}}\\setlength{{\\itemsep}}{{0pt}}\n{items}\n\\end{{itemize}}"
    if isinstance(piece, Table):
        return table([(words(label), inline(pieces)) for label, pieces in piece.rows])
    if isinstance(piece, Edit):
        rows = [(message("verify.published"), piece.old, piece.cut), (message("verify.repaired"), piece.new, piece.put)]
        inks = ("red!75!black", "teal")
        return table([(words(a), marked(b, c, ink)) for (a, b, c), ink in zip(rows, inks, strict=True)])
    return pointed(piece)


def table(rows: list[tuple[str, str]]) -> str:
    """Two columns."""
    body = "\n".join(rf"{left} & {right} \\" for left, right in rows)
    return "\\begin{tabular}{@{}lp{0.75\\linewidth}@{}}\n" + body + "\n\\end{tabular}"


def marked(text: str, extents: tuple[tuple[int, int], ...], ink: str) -> str:
    """A formula with the edited symbols in colour and underlined."""
    out, at = "", 0
    for start, end in extents:
        out += "".join(map(symbol, text[at:start]))
        out += rf"\textcolor{{{ink}}}{{\underline{{\smash{{{''.join(map(symbol, text[start:end]))}}}}}}}"
        at = end
    return rf"\texttt{{{out}{''.join(map(symbol, text[at:]))}}}"


def pointed(piece: Pointer) -> str:
    """A line with its carets below it."""
    lines = [printable(line).replace(" ", "\u00a0") for line in piece.text.split("\n")]
    shown = [r"\mbox{\texttt{" + "".join("~" if c == "\u00a0" else symbol(c) for c in line) + "}}" for line in lines]
    return "{\\footnotesize\n" + "\\\\\n".join(shown) + "\n\n}"


def several(report: Report, standalone: bool = False) -> str:
    """The report on a file: an entry per claim, so that it breaks over pages."""
    out = [rf"\section*{{{words(report.file)}}}", words(capital(summary(report))) + "."]
    for judgement in report.judgements:
        lines = [
            rf"\noindent\textbf{{{words(judgement.published.id)}}}\quad {verdict(judgement.verdict.status)}",
            code(judgement.published.formula),
        ]
        lines += [words(found) for found in finding(judgement)]
        if judgement.repair is not None and judgement.repair.formula:
            lines.append(f"{words(message('verify.repaired'))}: {code(judgement.repair.formula)}")
        if read_as(judgement):
            lines.append(words(read_as(judgement)))
        out.append("\\\\\n\\hspace*{1.5em}".join(lines))
    if report.skipped:
        out.append(rf"\paragraph{{{words(message('verify.skipped'))}}}\leavevmode")
        for skipped in report.skipped:
            head = message("verify.line").format(line=skipped.line)
            out.append(
                f"\\noindent {words(head)}: {code(skipped.formula[:200])}\\\\\n\\hspace*{{1.5em}}{words(skipped.reason)}"
            )
    return whole("\n\n".join(out), standalone)
