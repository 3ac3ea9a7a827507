"""Questions to several processes at once, the answers in the order of the questions.

A thread per process takes the next question when it has its answer.  A process that is gone is replaced, and its question has
its end for an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from threading import Lock, Thread

from symconv.processes.isolated import Ended, Interpreter

Answer = str | Exception


def answers(lines: Sequence[str], jobs: int, worker: str) -> Iterator[Answer]:
    """The answer to every line, or what was raised in its place, in order; at most ``jobs`` processes of a worker."""
    crew = Crew(lines, min(jobs, len(lines)), worker)
    try:
        yield from crew.run()
    finally:
        crew.stop()


class Crew:
    """Processes at work on the same questions."""

    def __init__(self, lines: Sequence[str], jobs: int, worker: str) -> None:
        self._worker = worker
        self._todo = iter(enumerate(lines))
        self._count, self._lock = len(lines), Lock()
        self._found: SimpleQueue[tuple[int, Answer]] = SimpleQueue()
        self._open: set[Interpreter] = set()
        self._stopped = False
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(jobs)]

    def run(self) -> Iterator[Answer]:
        """The answers in order, as soon as each is there."""
        for thread in self._threads:
            thread.start()
        early: dict[int, Answer] = {}
        for k in range(self._count):
            while k not in early:
                place, answer = self._found.get()
                early[place] = answer
            yield early.pop(k)

    def stop(self) -> None:
        """End every process and wait for its thread."""
        with self._lock:
            self._stopped = True
            left = list(self._open)
        for interpreter in left:
            interpreter.close()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _work(self) -> None:
        """Ask one question after the other."""
        interpreter: Interpreter | None = None
        while (taken := self._next()) is not None:
            place, line = taken
            try:
                interpreter = interpreter or self._started()
                self._found.put((place, interpreter.ask(line)))
            except Exception as error:  # it is raised where the answer is awaited
                self._found.put((place, error))
                if isinstance(error, Ended):
                    interpreter = None

    def _next(self) -> tuple[int, str] | None:
        with self._lock:
            return None if self._stopped else next(self._todo, None)

    def _started(self) -> Interpreter:
        """A new process, which ``stop`` knows of."""
        with self._lock:
            if self._stopped:
                raise Ended(0)
            made = Interpreter(self._worker)
            self._open.add(made)
        return made
