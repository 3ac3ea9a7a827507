"""Theorems in the user's hands."""

from __future__ import annotations

from symconv.language.facts import Counterexample, Theorem, Verdict
from symconv.public.door import door, doors
from symconv.public.page import Page
from symconv.topics.theorems import story
from symconv.topics.theorems.facts import Settled


@doors
class Proof(Page[Settled]):
    """A theorem with its verdict: ``verdict``, ``counterexample`` (or None), ``obligations`` as (words, way)."""

    @property
    def theorem(self) -> Theorem:
        """The theorem as it was stated."""
        return self.facts.theorem

    @property
    def verdict(self) -> Verdict:
        """The verdict: status, how it was reached, its domain, the solver and the time."""
        return self.facts.verdict

    @property
    def obligations(self) -> list[tuple[str, str]]:
        """What had to be shown, in words, and the way in which each was."""
        return [(str(words), way) for words, way in self.facts.obligations]

    @property
    def counterexample(self) -> Counterexample | None:
        """The smallest failure of a theorem that is refuted."""
        return self.facts.counterexample

    def certificate(self) -> str:
        """The obligations as SMT-LIB 2, each with the answer that is expected."""
        return story.certificate(self.facts)


@door
def prove(theorem: str | Theorem) -> Proof:
    """Prove a theorem for all sizes, or refute it: one of the catalogue by its name, or one of your own.

    A theorem of your own is a ``Theorem`` of ``Claim``s, stated with the expressions of ``symconv.topics.theorems.language``.
    Raises SymconvError for an unknown name, contradictory hypotheses and undeclared names.
    """
    return Proof(story.prove(story.theorem(theorem) if isinstance(theorem, str) else story.stated(theorem)))
