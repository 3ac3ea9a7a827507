"""The verdict ``proved``, sealed: a ``Proved`` is made by ``issue``, and ``issue`` is called inside the kernel alone.

A test reads the source for both.  Whoever holds a ``Proved`` can pass it on or weaken it (``weakened``), never widen it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symconv.language.facts import Verdict
from symconv.language.prose import Prose, Words

_SEAL = object()


class Proved(Verdict):
    """A verdict ``proved``, for the domain that was proved and no other."""

    def __init__(self, how: Words, domain: str, solver: str, milliseconds: float, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("a verdict 'proved' is issued by symconv.check.kernel alone")
        super().__init__("proved", how, domain, solver, milliseconds)

    def __reduce__(self) -> Any:
        raise TypeError("a verdict 'proved' cannot be copied from outside: prove it again")

    def timed(self, milliseconds: float) -> Proved:
        """The same verdict with the time that it took."""
        return Proved(self.how, self.domain, self.solver, milliseconds, _SEAL)

    def noted(self, words: Words) -> Proved:
        """The same verdict with words before how it was reached."""
        return Proved(Prose("noted", {"words": words, "how": self.how}), self.domain, self.solver, self.milliseconds, _SEAL)


def issue(how: Words, domain: str, solver: str = "", milliseconds: float = 0.0) -> Proved:
    """Say ``proved``; for the kernel's own checkers, after they have checked."""
    return Proved(how, domain, solver, milliseconds, _SEAL)


def together(verdicts: Sequence[Proved], how: Words) -> Proved:
    """Several verdicts as one: all of them, each over its own domain.

    Raises TypeError for anything that the kernel did not issue, and for none.
    """
    if not verdicts or not all(type(v) is Proved for v in verdicts):
        raise TypeError("verdicts 'proved' of the kernel were expected")
    domain = "; ".join(dict.fromkeys(v.domain for v in verdicts if v.domain))
    solver = next((v.solver for v in verdicts if v.solver), "")
    return issue(how, domain, solver, sum(v.milliseconds for v in verdicts))
