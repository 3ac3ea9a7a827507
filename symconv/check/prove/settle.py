"""Claims in a row, each with the certificate that was found for it; the kernel says ``proved`` of them together or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from symconv.check.kernel.obligations import NotShown
from symconv.check.kernel.session import Session, conclude
from symconv.check.kernel.steps import Certificate
from symconv.check.kernel.verdict import Proved
from symconv.check.prove.search import attempt
from symconv.check.prove.witness import Hints
from symconv.language.facts import Claim
from symconv.language.prose import Prose, Words

Domain = Callable[[tuple[Claim, ...]], str]


def tried(claim: Claim, solver: bool, hints: Hints = tuple) -> tuple[Session | None, Certificate | None, Words]:
    """A session that was finished with its certificate, or why it was not."""
    try:
        session, certificate = attempt(claim, solver, hints)
    except NotShown as error:
        return None, None, str(error)
    if certificate is not None:
        return session, certificate, ""
    if session.terms or session.open:
        return session, None, Prose("check.prove.certificate.none")
    return session, None, Prose("check.prove.vacuous")


def settled(cases: Sequence[Claim], domain: Domain, solver: bool = True) -> Proved | None:
    """The verdict ``proved`` where every case of a claim is shown, and some case has points; else None."""
    start = time.perf_counter()
    sessions = implied(cases, solver)
    if sessions is None or not any(s.witnessed for s in sessions):
        return None
    return conclude(sessions, domain, 1e3 * (time.perf_counter() - start), cases=True)


def implied(cases: Sequence[Claim], solver: bool = True) -> list[Session] | None:
    """A session per case in which everything is shown, whether it has points or not; None where something is left."""
    sessions = []
    for claim in cases:
        session, _, _ = tried(claim, solver)
        if session is None or not session.shown:
            return None
        sessions.append(session)
    return sessions
