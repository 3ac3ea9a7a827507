"""Commands as the tests run them: in this process, and in one of their own where the process is what is tested.

run        the command's status, output and errors
printed    what it prints, where it must succeed
fields     its JSON, where it must succeed
refused    it fails as bad input must: status 2, one line on standard error, nothing else
shell      a process of its own
Nursery    processes that are forked from one that has loaded the command line: each is as good as new, and starts at once
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from symconv.cli import main
from tests import ROOT


def run(*words: Any) -> Result:
    """The command in this process."""
    return CliRunner().invoke(main, list(map(str, words)))


def printed(*words: Any) -> str:
    """What the command prints; it succeeds, and says nothing else."""
    result = run(*words)
    assert (result.exit_code, result.stderr) == (0, ""), (words, result.stderr or result.stdout)
    return result.stdout


def fields(*words: Any) -> dict[str, Any]:
    """What the command says as JSON."""
    return json.loads(printed(*words, "--to", "json"))


def refused(result: Result, *pieces: str) -> str:
    """The one line of an input that is refused, and that has these pieces."""
    assert (result.exit_code, result.stdout) == (2, ""), result.stdout or result.stderr or result.exc_info
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("symconv: ")
    assert result.stderr.count("\n") == 1
    assert len(result.stderr) < 400
    for piece in pieces:
        assert piece in result.stderr, result.stderr
    assert "internal" not in result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


def shell(line: str | list[str], folder: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    words = shlex.split(line) if isinstance(line, str) else line
    given = {"capture_output": True, "text": True, "encoding": "utf-8", "check": False, **more}
    env = {**os.environ, "PYTHONPATH": str(ROOT), **given.pop("env", {})}
    return subprocess.run([sys.executable, "-m", "symconv", *words], cwd=folder, env=env, **given)  # noqa: PLW1510


# what a nursery is: it reads a line of words, and answers with what a child of its own made of them
NURSERY = """
import json, os, resource, sys, tempfile
import click, lark, numpy, sympy
from symconv.__main__ import run
from symconv.cli import main
for name in main.list_commands(None):
    main.get_command(click.Context(main), name)
limits = json.loads(sys.argv[1])
for line in sys.stdin:
    asked = json.loads(line)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            for name, most in limits.items():
                resource.setrlimit(getattr(resource, name), (most, most))
            os.chdir(asked["folder"])
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            sys.argv = ["symconv", *asked["words"]]
            status = 3
            try:
                run()
                status = 0
            except SystemExit as stop:
                status = stop.code or 0
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        _, ended = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        answer = [os.waitstatus_to_exitcode(ended), out.read().decode(), err.read().decode()]
    print(json.dumps(answer), flush=True)
"""


class Nursery:
    """Commands in processes of their own, within limits (of ``resource``) that the system enforces for each."""

    def __init__(self, **limits: int) -> None:
        env = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        self.process = subprocess.Popen([sys.executable, "-c", NURSERY, json.dumps(limits)], env=env, **pipes)  # type: ignore[call-overload]

    def run(self, line: str, folder: Path) -> tuple[int, str, str]:
        """The status of a command line, what it printed, and its errors."""
        asked = json.dumps({"words": shlex.split(line), "folder": str(folder)})
        print(asked, file=self.process.stdin, flush=True)
        return tuple(json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        """Nothing is left behind."""
        self.process.stdin.close()
        self.process.wait()
