"""Verdicts from processes of their own: a claim goes over as data, the kernel's word comes back under a key.

The process that answers is ``judge``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from symconv.check.kernel.relay import received
from symconv.language.claims import Condition, Failure, Judgement, Published, Repair
from symconv.language.facts import Verdict
from symconv.language.prose import Joined, Prose
from symconv.processes.isolated import Ended
from symconv.processes.serving import found
from symconv.processes.wire import packed, unpacked

KINDS: dict[str, Callable[..., Any]] = {
    kind.__name__: kind for kind in (Condition, Failure, Joined, Judgement, Prose, Published, Repair, Verdict, dict)
}


def judge_line(claim: Published, key: bytes) -> str:
    """A question for a verdict; the kernel's word comes back under ``key``."""
    return json.dumps({"claim": packed(claim), "key": key.hex()})


def judged(answer: str | Exception, claim: Published, key: bytes) -> Judgement:
    """The verdict in an answer; a process that ended without one leaves the claim undecided.

    Raises what the other process raised.
    """
    if isinstance(answer, Ended):
        return Judgement(claim, Verdict("unsupported", Prose("claim.ended", {"how": str(answer)})))
    made = unpacked(found(answer), {**KINDS, "Proved": lambda **given: received(key, **given)})
    assert isinstance(made, Judgement)
    return made
