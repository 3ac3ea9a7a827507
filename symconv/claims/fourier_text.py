r"""Whether a text speaks of discrete Fourier transforms, and its transforms as functions with brackets.

\mathcal{F}\{x * w\}, DFT(x), np.fft.fft(x), \widehat{x * w}     ->     fourier(x * w)
"""

from __future__ import annotations

import re

from symconv.language.claims import Published

TRANSFORM = (
    r"(?:\\(?:mathcal|mathscr|mathfrak|mathrm|mathbf|operatorname|text)\s*\{\s*(?:F|DFT|FFT|IDFT|IFFT)\s*\}"
    r"|\\(?:DFT|FFT)\b)"
)
SPEAKS = re.compile(
    TRANSFORM + r"|(?<![A-Za-z])(?:np\.|numpy\.|torch\.|scipy\.)?(?:fft\.)?i?fft\(|\b(?:I?DFT|I?FFT)\b|\\widehat"
    r"|(?:e\s*\^|\\?exp)[^=]{0,12}\\?pi|W_N\s*\^"
)
TOLD = re.compile(r"\b(?:DFT|FFT|Fourier|spectrum)\b", re.IGNORECASE)
CODE = re.compile(r"(?<![A-Za-z.])(?:(?:np|numpy|torch|scipy|jnp)\.)?(?:fft\.)?(i?)fft(?=\()")
ENTRY = re.compile(r"(?<![A-Za-z\\])([A-Za-z])\s*(?:\[|\(|_\s*\{?\s*[a-z])")


def spectral(published: Published) -> bool:
    """Whether a formula speaks of discrete Fourier transforms."""
    if published.about not in ("", "identity", "definition"):
        return False
    said = [published.operator, *(words for _, words in published.where)]
    if SPEAKS.search(published.formula) or any(TOLD.search(s) for s in said):
        return True
    circular = re.search(r"mod|circular|\\rangle_|\)_N", published.forward + published.operator)
    return (circular is not None and "\\hat" in published.formula) or bool(
        published.about == "identity" and both(published)
    )


def both(published: Published) -> bool:
    """Whether every entry is one of a small letter or of its capital, and some letter is read as both: x[n] and X[k]."""
    found = set(ENTRY.findall(published.formula))
    pairs = {c for c in found if c.islower() and c.upper() in found}
    return bool(pairs) and all(c.lower() in pairs for c in found)


def prepared(text: str) -> str:
    """F and its inverse as functions with brackets."""
    text = re.sub(r"\)\s*(\*)(?=\s*[\w.]*fft\()", lambda m: m[0][:-1] + "·", text)  # code multiplies spectra
    made = CODE.sub(lambda m: "inversefourier" if m[1] else "fourier", text)
    made = re.sub(TRANSFORM + r"\s*\^\s*\{\s*-\s*1\s*\}", " inversefourier ", made)
    made = re.sub(r"\\(?:mathrm|operatorname|text)\s*\{\s*I(?:DFT|FFT)\s*\}|\bI(?:DFT|FFT)\b", " inversefourier ", made)
    made = re.sub(TRANSFORM + r"|\b(?:DFT|FFT)\b", " fourier ", made)
    made = re.sub(r"(fourier)\s*(?:\\left\s*)?(?:\\\{|\\lbrace|\{|\[)", r"\1(", made) if "fourier" in made else made
    made = closed(made)
    made = re.sub(r"\\widehat\s*\{\s*([^{}]*[^{}A-Za-z][^{}]*)\}", r" fourier(\1)", made)
    return re.sub(r"(fourier)\s*(?:\\left\s*)?(\()|(fourier)\s+([A-Za-z])(?![A-Za-z])", rounded, made)


def rounded(found: re.Match[str]) -> str:
    """F x as F(x)."""
    return f"{found[1]}(" if found[1] else f"{found[3]}({found[4]})"


def closed(text: str) -> str:
    """The bracket that closes what F began is a round one."""
    made, stack = list(text), []
    at = 0
    while at < len(made):
        c = made[at]
        if c in "([{":
            stack.append((c, "".join(made[:at]).endswith("fourier")))
        elif c in ")]}" and stack:
            _, ours = stack.pop()
            if ours:
                made[at] = ")"
                if at and made[at - 1] == "\\":
                    made[at - 1] = " "
        at += 1
    return re.sub(r"\\right(?=\s*\))", "", "".join(made)) if "fourier" in text else text
