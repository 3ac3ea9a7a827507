r"""Operations that are written between entries, as texts on signals do:  x[n] * h[n]  is meant as  (x * h)[n].

Two names with the same free arguments, a sign of convolution between them, are a whole side of an equation whose other side is
a sum or an integral: the product of two entries would be no such sum.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symconv.claims.tokens import refuse
from symconv.language.claims import Published

NAME = r"[A-Za-z](?:_\{?\w\}?)?"
LETTERS = r"[a-z](?:\s*,\s*[a-z])*"
SIGN = r"(?:\*|∗|⋆|⊛|\\ast|\\star|\\circledast|\\otimes)(?![A-Za-z_])"
SIDE = re.compile(
    rf"(?P<lead>(?:\A|=)\s*)(?P<a>{NAME})(?P<at>\({LETTERS}\)|\[{LETTERS}\])(?P<sign>\s*{SIGN}\s*)(?P<b>{NAME})(?P=at)(?=\s*(?:=|\Z))"
)
IMPULSE = re.compile(rf"{NAME}[\[(]\s*[a-z]\s*[\])]\s*{SIGN}\s*(?:\\delta|δ|delta)\s*[\[(][^\])]*[-+]")
SUMMED = re.compile(r"\\sum|∑|\\int|∫|\bsum_")


def lifted(published: Published) -> tuple[Published, str] | None:
    """The formula with (x * h)[n] in place of x[n] * h[n], and the words that say so; None where there is no such side."""
    text = published.formula
    shifted = IMPULSE.search(text)
    if shifted is not None:
        what = (
            "a sign between an entry and an entry of the impulse is not understood: write (x * h)[n], and --where 'h=...'"
        )
        raise refuse(text, *shifted.span(), what)
    if not SUMMED.search(text):
        return None
    words = []

    def moved(found: re.Match[str]) -> str:
        at = re.findall(r"[a-z]", found["at"])
        if any(re.search(rf"(?:\\sum|∑|\bsum)_\{{?\s*(?:\w+\s*,\s*)*{c}\b|\bd{c}\b|\bd\s*{c}\b", text) for c in at):
            return found[0]
        made = f"({found['a']}{found['sign']}{found['b']}){found['at']}"
        words.append(f"{found[0].removeprefix(found['lead'])} is read as {made}")
        return found["lead"] + made.ljust(len(found[0]) - len(found["lead"]))

    made = SIDE.sub(moved, text)
    return (replace(published, formula=made), "; ".join(words)) if words else None
