"""The pages that show verified formulas are what the commands print: the README's card, the gallery of claim files."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from symconv.pages.filling import fill
from symconv.pages.spelling import width
from tests import ROOT
from tests.harness import run

README = (ROOT / "README.md").read_text(encoding="utf-8")
CARDS = re.findall(r"<!-- verify: (.*?) -->\n```text\n(.*?)```", README, re.DOTALL)
GALLERY = sorted((ROOT / "derivations" / "claims").glob("*.toml"))
COMMAND = re.compile(r"^#     symconv (verify .+)$", re.MULTILINE)


def test_something_is_shown() -> None:
    assert CARDS
    assert {p.stem for p in GALLERY} >= {"sizes", "gradients"}


@pytest.mark.parametrize(("command", "page"), CARDS, ids=[command for command, _ in CARDS])
def test_the_card_of_the_readme(command: str, page: str) -> None:
    result = run(*shlex.split(command))
    assert result.exit_code == 1
    assert result.stdout == page


@pytest.mark.sweep(1)
@pytest.mark.parametrize("source", GALLERY, ids=lambda p: p.stem)
def test_the_gallery_is_what_its_commands_write(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "derivations" / "claims").mkdir(parents=True)
    shutil.copy(source, tmp_path / "derivations" / "claims" / source.name)
    monkeypatch.chdir(tmp_path)
    commands = COMMAND.findall(source.read_text(encoding="utf-8"))
    assert commands
    for command in commands:
        result = run(*shlex.split(command))
        assert (result.exit_code, result.output) == (1, "")
        path = Path(shlex.split(command)[-1])
        assert path.read_text(encoding="utf-8") == (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.tex
@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
@pytest.mark.parametrize("source", GALLERY, ids=lambda p: p.stem)
def test_the_gallery_compiles(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.tex"
    run("verify", str(source), "--to", "latex", "--standalone", "-o", str(out))
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", out.name], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("letters", ["abc", "두é", "e\u0301f"])
def test_words_are_cut_where_a_line_ends(letters: str) -> None:
    """A number of thousands of digits in one pass: every line but the last is full, and nothing is lost."""
    word = letters * 40_000
    lines = fill(f"one {word} two", "    ", 30, "  x: ").split("\n")
    assert all(width(line) <= 30 for line in lines)
    assert all(width(line) >= 29 for line in lines[1:-2])
    assert "".join(line[4:] for line in lines[1:]).replace(" ", "") == word + "two"
    assert lines[0] == "  x: one"
