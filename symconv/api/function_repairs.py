"""The nearest true formula about functions: a sign turned, a square added, a factor put before it; each judged anew.

sigma(x)(1 + sigma(x))  ->  sigma(x)(1 - sigma(x))        1 - tanh(x)  ->  1 - tanh(x)^2        y - p  ->  -(y - p)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symconv.check.claims.function_decide import spent
from symconv.claims.function_edits import candidates, sides
from symconv.errors import SymconvError
from symconv.language.claims import Judgement, Published, Repair

MOST = 12
WORK = 600_000  # nodes evaluated for all candidates


def repair(published: Published, judged: Callable[[Published], Judgement]) -> Repair | None:
    """The first of the candidates that holds, with its edit in words; None if none does."""
    parts = sides(published.formula)
    if parts is None:
        return None
    left, right = parts
    tried, most = 0, spent() + WORK
    for changed, words in candidates(right):
        tried += 1
        if tried > MOST or spent() > most:
            return None
        try:
            found = judged(replace(published, formula=f"{left}={changed}"))
        except SymconvError:
            continue
        if found.verdict.holds:
            return Repair(f"{left}={changed}", words, found.verdict)
    return None
