r"""Bars in pairs: |i| is an absolute value, s | n says that s divides n.

Two bars of one expression, the first where a factor begins and the second behind a factor, are a pair.  What is no pair stays the
sign of divisibility, and so does a norm's double bar: nothing is guessed.
"""

from __future__ import annotations

from dataclasses import replace

from symconv.claims.tokens import Word

OPEN = {"LPAR", "LBRACKET", "LBRACE", "LSET", "LFLOOR", "LCEIL", "LABS", "LANGLE", "LCASES", "LMATRIX"}
CLOSE = {"RPAR", "RBRACKET", "RBRACE", "RSET", "RFLOOR", "RCEIL", "RABS", "RANGLE", "RCASES", "RMATRIX"}
ENDS = {"NAME", "NUMBER", "INFINITY", "DOTS", "PRIME", "TRANSPOSED", "BANG", *CLOSE}
APART = {
    "EQUAL", "COMPARE", "COMMA", "SEPARATE", "COLON", "WHERE", "AND", "BOTH", "SUCH", "FOR", "FORALL", "IF", "ELSE", "IN", "IFF",
    "ARROW", "APPROX", "ALIGN", "RETURN",
}  # fmt: skip


def paired(text: str, found: list[Word]) -> list[Word]:
    """The words, with the bars that are pairs as brackets."""
    made = list(found)
    partner: dict[int, int] = {}
    waiting: list[list[int]] = [[]]  # the open bars of each level of brackets
    for at, word in enumerate(made):
        if word.kind in OPEN:
            waiting.append([])
        elif word.kind in CLOSE and len(waiting) > 1:
            waiting.pop()
        elif word.kind in APART:
            waiting[-1] = []
        elif single(text, word):
            if waiting[-1] and made[at - 1].kind in ENDS:
                begin = waiting[-1].pop()
                partner[begin] = at
                made[begin], made[at] = replace(made[begin], kind="LABS"), replace(word, kind="RABS")
            elif begins(made, at):
                waiting[-1].append(at)
    norms = [
        n for begin, end in partner.items() if partner.get(begin + 1) == end - 1 for n in (begin, begin + 1, end - 1, end)
    ]
    return [found[at] if at in norms else word for at, word in enumerate(made)]


def single(text: str, word: Word) -> bool:
    r"""Whether a word is a bar, and no \|."""
    return word.kind == "DIVIDES" and word.text == "|" and text[word.start : word.end] not in ("\\|", "\u2016")


def begins(found: list[Word], at: int) -> bool:
    """Whether a factor begins at a place: no operand stands before it, or the limits of a sum do."""
    if at == 0 or found[at - 1].kind not in ENDS:
        return at == 0 or found[at - 1].kind not in ("SUB", "POWER")
    return limits(found, at - 1) or derives(found, at - 1)


def derives(found: list[Word], last: int) -> bool:
    r"""Whether a word ends the sign of a derivative: \frac{d}{dx}."""
    if found[last].kind != "RBRACE":
        return False
    below = opening(found, last)
    if below < 1 or found[below - 1].kind != "RBRACE":
        return False
    above = opening(found, below - 1)
    inner = found[above + 1 : below - 1]
    alone = len(inner) == 1 and (inner[0].text == "d" or inner[0].kind == "PARTIAL")
    return alone and above > 0 and found[above - 1].kind == "FRAC"


def limits(found: list[Word], last: int) -> bool:
    r"""Whether a word ends the limits of a sum: \sum_{n=0}^{N-1}, sum_n."""
    if found[last].kind == "NAME" and found[last].text.lower().startswith("sum_"):
        return True
    at = last
    while at > 0:
        if found[at].kind == "RBRACE":
            at = opening(found, at)
        if found[at - 1].kind not in ("SUB", "POWER"):
            return False
        at -= 2
        if found[at].kind in ("SUM", "PROD"):
            return True
    return False


def opening(found: list[Word], last: int) -> int:
    """Where the braces begin that end at a place."""
    depth = 0
    for at in range(last, -1, -1):
        depth += {"RBRACE": 1, "LBRACE": -1}.get(found[at].kind, 0)
        if depth == 0:
            return at
    return 0
