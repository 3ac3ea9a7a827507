"""Claims about functions, softmax and losses: from the text to the verdict.

text -> meaning (definitions, entries) -> normal form (proof), numbers (refutation, condition) -> verdict
"""

from __future__ import annotations

from symconv.check.claims.function_decide import decide
from symconv.claims.function_meaning import meant
from symconv.core.claims import Judgement, Published


def judge(published: Published) -> Judgement:
    """The verdict on a published formula about functions.

    Raises FormulaError for a text that cannot be read, SymconvError for a meaning that is missing.
    """
    claim = meant(published)
    found = decide(claim)
    return Judgement(published, found.verdict, claim.reading, found.condition, found.failure)
