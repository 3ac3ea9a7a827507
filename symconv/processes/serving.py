"""What our own worker processes do: a question on standard input, a line of JSON each; an answer on standard output.

    {"claim": {"is": "Published", ...}, "key": "..."}     ->  {"found": {"is": "Judgement", ...}}
    {"f": "cauchy(1)", "g": "box", ...}                   ->  {"found": [[lo, hi, expression], ...]}
    what is raised                                        ->  {"raised": "SymconvError", "words": "..."}

A worker is a module with a ``main`` that serves one task.  The process ends when its standard input does, also in the midst of
a question: its parent is gone, or has what it needs.
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

Task = Callable[[dict[str, Any]], Any]


# the side that asks
def found(answer: str | Exception, known: tuple[type[SymconvError], ...] = ()) -> Any:
    """What an answer holds; raises what it tells, as one of the ``known`` kinds."""
    if isinstance(answer, Exception):
        raise answer
    told = json.loads(answer)
    if "found" in told:
        return told["found"]
    kinds: dict[str, type[SymconvError]] = {"SymconvError": SymconvError} | {kind.__name__: kind for kind in known}
    raise kinds.get(told["raised"], InternalError)(told["words"])


# the side that answers
def answered(line: bytes, task: Task, known: tuple[type[SymconvError], ...] = ()) -> bytes:
    """The answer to one question: whatever is raised is part of it."""
    own: tuple[type[SymconvError], ...] = (InternalError, *known)
    try:
        told = {"found": task(json.loads(line))}
    except own as error:
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


def serve(task: Task, known: tuple[type[SymconvError], ...] = ()) -> None:
    """Answer until the pipe is closed; what libraries print goes nowhere."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, ())  # the parent blocks what its own thread waits for
    out = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(out, "wb", buffering=0) as answers:
        for line in questions(sys.stdin.buffer):
            answers.write(answered(line, task, known))
