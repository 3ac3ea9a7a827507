"""The README is run: its pages are what the commands print, its Python works, its commands succeed, its links exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.harness import run

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = re.findall(r"<!-- page: (.*?) -->\n```text\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
SYMCONV = [shlex.split(line, comments=True)[1:] for line in COMMANDS if line.startswith("symconv ")]


def test_something_is_shown() -> None:
    assert PAGES
    assert PYTHON
    assert len(SYMCONV) >= 2
    assert any("pytest" in line for line in COMMANDS)


@pytest.mark.parametrize(("command", "page"), PAGES, ids=[command for command, _ in PAGES])
def test_pages_are_what_the_commands_print(command: str, page: str) -> None:
    result = run(*shlex.split(command))
    assert result.exit_code == 0
    assert page == result.stdout


@pytest.mark.sweep(2)
@pytest.mark.parametrize("block", PYTHON)
def test_python_runs(block: str, capsys: Any) -> None:
    exec(block, {})
    assert re.search("∂|dL/dx|✓|Proved", capsys.readouterr().out)


@pytest.mark.sweep(4)
@pytest.mark.parametrize("words", SYMCONV, ids=" ".join)
def test_commands_succeed(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert (result.exit_code, result.stderr) == (0, "")


def test_links_exist() -> None:
    local = [link for link in re.findall(r"\]\(([^)#]+)", README) if "://" not in link]
    assert [link for link in local if not (ROOT / link).exists()] == []
