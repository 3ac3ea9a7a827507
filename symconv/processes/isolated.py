"""One isolated interpreter, asked line by line.

It finds code where an interpreter started with ``-I`` would: never in the current folder, never by PYTHONPATH or another
PYTHON* variable.  symconv itself is loaded from the folder of the one that asks, whether it was installed, is editable or was
found by PYTHONPATH; that folder is not searched for anything else.  Unlike under ``-I`` the seed of hashes is fixed, so that the
same question has the same answer: SymPy's own order of work depends on it.

It lives as long as the pipe to it: when its parent ends, in whatever way, the pipe closes and it leaves.
"""

from __future__ import annotations

import os
import subprocess
import sys
from threading import Timer

from symconv.errors import SymconvError

BOOT = """\
import sys
from importlib.util import module_from_spec, spec_from_file_location
folder = sys.argv[1]
sys.path += [path for path in sys.argv[3:] if path not in sys.path]
spec = spec_from_file_location("symconv", folder + "/__init__.py", submodule_search_locations=[folder])
sys.modules["symconv"] = module_from_spec(spec)
spec.loader.exec_module(sys.modules["symconv"])
from importlib import import_module
import_module(sys.argv[2]).main()
"""
FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Ended(Exception):
    """The other process is gone; ``status`` is how."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"signal {-status}" if status < 0 else f"exit status {status}")


def elsewhere() -> list[str]:
    """Where this process finds its packages, the current folder and relative ones left out."""
    try:
        here = os.path.realpath(os.getcwd())
    except OSError:  # the current folder is gone
        here = ""
    return [path for path in sys.path if os.path.isabs(path) and os.path.realpath(path) != here]


def environment() -> dict[str, str]:
    """The environment without what steers an interpreter."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONHASHSEED": "0"}


class Interpreter:
    """A process that is asked a line and answers a line; to be closed when it is no longer needed.

    ``worker`` is the module of ours whose ``main`` answers.

    Raises SymconvError where no process can be started.
    """

    def __init__(self, worker: str) -> None:
        if not sys.executable:
            raise SymconvError(
                "expected a Python interpreter that can be started again, got an embedded one: use one process"
            )
        try:
            # a session of its own: Ctrl-C goes to the parent alone, and the closed pipe ends the child
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-c", BOOT, FOLDER, worker, *elsewhere()],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                cwd=FOLDER, env=environment(), start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise SymconvError(f"cannot start a process: {error.strerror}; use fewer jobs") from None

    def ask(self, line: str, seconds: float | None = None) -> str:
        """The answer to a line; with ``seconds`` the process is ended when they are over.

        Raises Ended if there is no answer.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        timer = Timer(seconds, self._process.kill) if seconds is not None else None
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            self._process.stdin.write(line.encode("ascii") + b"\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        finally:
            if timer is not None:
                timer.cancel()
        if not answer.endswith(b"\n"):
            self._process.kill()
            raise Ended(self._process.wait())
        return answer.decode("ascii")

    def close(self) -> None:
        """End the process and forget it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except BrokenPipeError:
                continue  # an unsent line to a process that is gone
