r"""What a document says around its formulas is evidence: sentences that explain names, earlier definitions, the operator named.

    where $o$ is the output size, $i$ the input size         o and i have these roles in the section
    입력의 높이를 $H$, 너비를 $W$라 하자                       H and W have these roles
    y_i = \sum_p w_p x_{i+p}    ...    dL/dw_p = ...         the definition is the forward pass of the gradients behind it
    \section{Transposed convolution}                         an output size is that of a transposed convolution

What an author writes in a symconv comment wins, name by name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from symconv.claims.binding import Found
from symconv.claims.evidence import evidence, signals
from symconv.claims.korean import english
from symconv.claims.tensor_names import plain_name
from symconv.claims.vocabulary import described, recognise
from symconv.errors import SymconvError
from symconv.language.claims import Published

MATH = (
    r"(?:\$`?([^$`\n]{1,30})`?\$|:math:`([^`\n]{1,30})`|\\f\$\s*([^$\n]{1,30}?)\s*\\f\$"
    r"|``([^`\n]{1,30})``|\\\(([^$\n]{1,30}?)\\\))"
)
EXPLAINED = re.compile(
    MATH
    + r"\s+(?:is|are|denotes?|means|stands for)?\s*(?:the|a|an)?\s*([a-z][a-z \-]{2,60}?)(?=\s*(?:[,.;:)]|and\b|$|\n\n))",
    re.M,
)
NAMED = re.compile(r"([가-힣][가-힣 ]*?)(?:을|를|은|는|이|가)\s*" + MATH)
HEADING = re.compile(
    r"^(?:#{1,6}[ \t]+(.*)|[ \t]*(?:class|def)[ \t]+(\w+)|\\(?:sub)*section\*?\{(.*?)\}|([^\n]+)\n[=\-~^\"]{3,}[ \t]*$)",
    re.M,
)
TRANSPOSED = re.compile(r"transposed|deconv|fractionally|upsampl", re.I)
NEAR = 400  # characters before a formula that speak of it
SLOPE = re.compile(r"\\partial|∂|\bd[LJE]\s*/\s*d|\\pd\b")


def informed(found: Found, text: str) -> Found:
    """The claims of a document with what its sentences say of their names, unless its author said more."""
    headings = [(0, ""), *((m.start(), next(g for g in m.groups() if g is not None)) for m in HEADING.finditer(text))]
    opened = [start for start, _ in headings]
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    glossary: dict[int, dict[str, str]] = {}
    for place, name, words in explained(text):
        glossary.setdefault(bisect_right(opened, place), {})[name] = words
    claims: list[Published] = []
    forwards: dict[str, str] = {}
    for claim in found.claims:
        at = starts[min(claim.line, len(starts)) - 1] if claim.line else 0
        section = bisect_right(opened, at)
        before = text[max(at - NEAR, 0) : at].rstrip().rpartition("\n\n")[2]
        claims.append(told(claim, glossary.get(section, {}), f"{headings[section - 1][1]} {before}", forwards))
        if defines(claim):
            forwards[base_of(claim.formula)] = claim.formula
    return replace(found, claims=tuple(claims))


def explained(text: str) -> list[tuple[int, str, str]]:
    """(place, name, words) of every name that a sentence explains with words of the field."""
    found = []
    for m in EXPLAINED.finditer(text):
        *names, words = m.groups()
        found.append((m.start(), next(n for n in names if n is not None).strip(), " ".join(words.split())))
    for m in NAMED.finditer(text):
        words, *names = m.groups()
        found.append((m.start(), next(n for n in names if n is not None).strip(), english(words.strip())))
    return [
        (at, name, words)
        for at, name, words in found
        if re.fullmatch(r"[\\\w{}^']+", name) and described(words) is not None
    ]


def told(claim: Published, near: dict[str, str], around: str, forwards: dict[str, str]) -> Published:
    """A claim with the evidence of its surroundings."""
    own = {n for n, _ in claim.where}
    if SLOPE.search(claim.formula) and not claim.forward and not claim.operator:
        letters = re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", claim.formula)
        return replace(claim, forward=next((forwards[c] for c in letters if c in forwards), ""))
    if claim.about in ("gradient", "definition", "identity", "continuous") or not sized(claim.formula):
        return claim
    known = {n: w for n, w in near.items() if n not in own and plain_name(n) in names_of(claim.formula)}
    if TRANSPOSED.search(english(around)) and not claim.operator:
        left = plain_name(re.split(r"=", claim.formula)[0].replace("&", "")).strip()
        role = described(known.get(left, "")) or recognise(left)
        if role is not None and role.kind == "output" and left not in own:
            known[left] = "output size of the transposed convolution"
    return replace(claim, where=(*claim.where, *known.items()))


def names_of(formula: str) -> set[str]:
    """The names of a formula, whichever way they are typed."""
    plain = re.sub(r"\\(?:text|mathrm|left|right|lfloor|rfloor|lceil|rceil|frac|dfrac|times|cdot)\b", " ", formula)
    return {plain_name(n) for n in re.findall(r"\\?[A-Za-z]\w*(?:_\{?\w+\}?)?(?:\[\d\])?", plain)}


def sized(formula: str) -> bool:
    """Whether a formula is about numbers and not about tensors."""
    try:
        return not signals(evidence(formula))
    except SymconvError:
        return False


def defines(claim: Published) -> bool:
    """Whether a formula defines a tensor by a sum: y_i = .., S(i,j) = .."""
    left, equals, right = claim.formula.partition("=")
    summed = re.search(r"\\sum|∑|\bsum\b", right)
    return bool(
        equals
        and summed
        and re.fullmatch(r"\s*&?\s*[A-Za-z]\s*(?:_\{?[a-z, ]+\}?|\([a-z, ]+\)|\[[a-z, ]+\])\s*&?\s*", left)
    )


def base_of(formula: str) -> str:
    """The tensor that a definition defines."""
    found = re.search(r"[A-Za-z]", formula)
    return found[0] if found else ""
