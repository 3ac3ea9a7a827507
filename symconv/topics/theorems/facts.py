"""What became of theorems, as plain data."""

from __future__ import annotations

from typing import Any

from symconv.language.facts import Check, Counterexample, Theorem, Verdict
from symconv.language.lazy import dataclass
from symconv.language.prose import Words


@dataclass(frozen=True)
class Settled:
    """A theorem with its verdict, (words, way) of every obligation, a counterexample if there is one, and the steps."""

    theorem: Theorem
    verdict: Verdict
    obligations: tuple[tuple[Words, str], ...]
    counterexample: Counterexample | None
    proofs: tuple[Any, ...] = ()  # the session and the certificate of every claim that was proved

    @property
    def checks(self) -> tuple[Check, ...]:
        """Its verdict alone."""
        return (Check("proof", self.verdict, self.verdict.how),)

    @property
    def expected(self) -> bool:
        """Whether the catalogue expects this verdict."""
        return self.verdict.status == self.theorem.expected


@dataclass(frozen=True)
class Catalogue:
    """All theorems of the catalogue."""

    results: tuple[Settled, ...]
