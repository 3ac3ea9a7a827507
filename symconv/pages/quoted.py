r"""What users wrote, made safe: published formulas and words with a user's names, for each target.

Nothing of it is ever markup: what would steer a terminal or break a line is taken out, Markdown holds it in code spans that
no backtick ends, and in LaTeX it stands in \texttt, symbol by symbol.
"""

from __future__ import annotations

import re
import unicodedata

from symconv.language.lazy import dataclass


@dataclass(frozen=True)
class Look:
    """How a verdict looks: its mark, the mark in LaTeX, its colour on a terminal and in print."""

    mark: str
    tex: str
    colour: str
    ink: str


LOOKS = {
    "proved": Look("✓", r"$\checkmark$", "green", "teal"),
    "checked": Look("✓", r"$\checkmark$", "green", "teal"),
    "conditional": Look("!", "!", "yellow", "orange!85!black"),
    "refuted": Look("✗", r"$\times$", "red", "red!75!black"),
    "ambiguous": Look("?", "?", "yellow", "orange!85!black"),
    "unsupported": Look("–", "--", "magenta", "gray"),
}
CUT, PUT = LOOKS["refuted"], LOOKS["proved"]  # what an edit takes out and puts in

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


def clean(text: str) -> str:
    """A user's text without what would steer a terminal or break a line."""
    shown = "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t" else c for c in text)
    return " ".join(shown.split())


def printable(line: str) -> str:
    """A line as it stands, without what would steer the terminal."""
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs") else c for c in line)


# Markdown
def span(text: str) -> str:
    """A formula as a code span, whatever it holds."""
    shown = clean(text)
    ticks = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def fenced(text: str, kind: str) -> str:
    """A block of code, whatever it holds."""
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{ticks}{kind}\n{text}\n{ticks}"


# LaTeX
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


def typewriter(text: str) -> str:
    """A formula as it was published, in typewriter, to be broken at its blanks."""
    return rf"\texttt{{{''.join(map(symbol, clean(text)))}}}"


def marked(text: str, extents: tuple[tuple[int, int], ...], ink: str) -> str:
    """A formula with the edited symbols in colour and underlined."""
    out, at = "", 0
    for start, end in extents:
        out += "".join(map(symbol, text[at:start]))
        out += rf"\textcolor{{{ink}}}{{\underline{{\smash{{{''.join(map(symbol, text[start:end]))}}}}}}}"
        at = end
    return rf"\texttt{{{out}{''.join(map(symbol, text[at:]))}}}"


def fixed(lines: tuple[str, ...]) -> str:
    """Lines in typewriter, every blank kept."""
    kept = [printable(line).replace(" ", "\u00a0") for line in lines]
    shown = [r"\mbox{\texttt{" + "".join("~" if c == "\u00a0" else symbol(c) for c in line) + "}}" for line in kept]
    return "{\\footnotesize\n" + "\\\\\n".join(shown) + "\n\n}"
