"""What our own worker processes do: a question on standard input, a line of JSON each; an answer on standard output.

    {"ask": "judge", "claim": {"is": "Published", ...}, "key": "..."}   ->  {"found": {"is": "Judgement", ...}}
    {"ask": "integrate", "f": "cauchy(1)", "g": "box", ...}             ->  {"found": [[lo, hi, expression], ...]}
    what is raised                                                      ->  {"raised": "SymconvError", "words": "..."}

The process ends when its standard input does, also in the midst of a question: its parent is gone, or has what it needs.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from symconv.errors import InternalError, SymconvError
from symconv.language.claims import Condition, Failure, Judgement, Published, Repair
from symconv.language.facts import Verdict
from symconv.processes.isolated import Ended
from symconv.processes.wire import packed, unpacked
from symconv.topics.continuous.terms import Beyond

KINDS: dict[str, Callable[..., Any]] = {
    kind.__name__: kind for kind in (Condition, Failure, Judgement, Published, Repair, Verdict)
}


# the side that asks
def judge_line(claim: Published, key: bytes) -> str:
    """A question for a verdict; the kernel's word comes back under ``key``."""
    return json.dumps({"ask": "judge", "claim": packed(claim), "key": key.hex()})


def judged(answer: str | Exception, claim: Published, key: bytes) -> Judgement:
    """The verdict in an answer; a process that ended without one leaves the claim undecided.

    Raises what the other process raised.
    """
    from symconv.check.kernel.relay import received

    if isinstance(answer, Ended):
        return Judgement(claim, Verdict("unsupported", f"the process that judged it ended ({answer})"))
    made = unpacked(found(answer), {**KINDS, "Proved": lambda **given: received(key, **given)})
    assert isinstance(made, Judgement)
    return made


def found(answer: str | Exception) -> Any:
    """What an answer holds; raises what it tells."""
    if isinstance(answer, Exception):
        raise answer
    told = json.loads(answer)
    if "found" in told:
        return told["found"]
    kinds = {"SymconvError": SymconvError, "Beyond": Beyond}
    raise kinds.get(told["raised"], InternalError)(told["words"])


# the side that answers
def judge(asked: dict[str, Any]) -> Any:
    """A verdict on a formula of a file."""
    from symconv.api.verify import tolerant
    from symconv.check.kernel.relay import sealed

    key = bytes.fromhex(asked["key"])
    return packed(tolerant(unpacked(asked["claim"], KINDS)), lambda value: sealed(value, key))


def integrate(asked: dict[str, Any]) -> Any:
    """An integral by SymPy's own integration."""
    from symconv.topics.continuous import slow, trees
    from symconv.topics.continuous.numbers import Undecided

    try:
        cut = slow.solved((asked["f"], asked["g"]), asked["correlate"], asked["steps"])
        return [[trees.packed(part) for part in row] for row in cut]
    except Undecided as error:
        raise Beyond(str(error)) from None


TASKS = {"judge": judge, "integrate": integrate}


def answered(line: bytes) -> bytes:
    """The answer to one question: whatever is raised is part of it."""
    try:
        asked = json.loads(line)
        told = {"found": TASKS[asked["ask"]](asked)}
    except (InternalError, Beyond) as error:
        told = {"raised": type(error).__name__, "words": str(error)}
    except SymconvError as error:
        told = {"raised": "SymconvError", "words": str(error)}
    except Exception as error:  # the door of this process: the one that asked prints it
        told = {"raised": "InternalError", "words": f"internal error: {type(error).__name__}: {error}; please report it"}
    return json.dumps(told).encode("ascii") + b"\n"


def questions(source: BinaryIO) -> Iterator[bytes]:
    """The lines as they come; the end of the source ends the process at once, whatever it is doing."""
    lines: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        for line in source:
            lines.put(line)
        os._exit(0)

    Thread(target=listen, daemon=True).start()
    while True:
        yield lines.get()


def main() -> None:
    """Answer until the pipe is closed; what libraries print goes nowhere."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, ())  # the parent blocks what its own thread waits for
    out = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(out, "wb", buffering=0) as answers:
        for line in questions(sys.stdin.buffer):
            answers.write(answered(line))
