"""Commands as the tests run them: in this process, and in one of their own where the process is what is tested.

run        the command's status, output and errors
printed    what it prints, where it must succeed
fields     its JSON, where it must succeed
refused    it fails as bad input must: status 2, one line on standard error, nothing else
shell      a process of its own
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
