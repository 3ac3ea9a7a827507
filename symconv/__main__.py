"""``symconv``, the command: what comes before anything else is imported.

Started by ``python -m``, the current folder stands first on the path; it is taken off, for no code is searched there.

A signal to stop (Ctrl-C, a terminal that is closed, ``kill``) is taken by a thread that waits for nothing else: it undoes what is
held, says so in one line and ends the process, whatever the rest is doing.  An exception in its place would be lost in a
library's callbacks, or shown by them; a solver would take Ctrl-C for a reason to give up on one question and go on.
"""

from __future__ import annotations

import os
import sys


def here() -> str:
    """The current folder, or nothing where it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return ""


if __name__ == "__main__" and sys.path[:1] in ([""], [here()]):
    del sys.path[0]

import signal  # noqa: E402
from threading import Thread  # noqa: E402

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
SIGNALS = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]


def stop(number: int, _: object = None) -> None:
    """Undo what is held, say so, end as a shell expects of a stopped command."""
    from symconv.language.undoing import undo_all

    undo_all()
    try:
        os.write(2, b"symconv: stopped\n")
    finally:
        os._exit(128 + number)


def watch() -> None:
    """Take the signals to stop from now on."""
    wanted = [s for s in SIGNALS if signal.getsignal(s) != signal.SIG_IGN]  # as by nohup, or in the background of a script
    for number in wanted:
        signal.signal(number, stop)
    if hasattr(signal, "sigwait") and wanted:
        signal.pthread_sigmask(signal.SIG_BLOCK, wanted)
        Thread(target=lambda: stop(signal.sigwait(wanted)), daemon=True).start()


def run() -> None:
    """The command line."""
    watch()
    from symconv.cli import main

    main()


if __name__ == "__main__":
    run()
