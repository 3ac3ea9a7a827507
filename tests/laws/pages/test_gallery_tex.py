"""The gallery's .tex files, and pages of every kind, compile with plain pdflatex without an error."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import ROOT
from tests.cases.pages import SPECIAL, TRANSPOSED, page

pytestmark = pytest.mark.tex
FOLDER = ROOT / "derivations"
GALLERY = sorted(FOLDER.glob("*.tex"))
STANDALONE = [*SPECIAL, *(f"{key}-{wrt}" for key in TRANSPOSED for wrt in "xw")]


def complaints(text: str, folder: Path) -> list[str]:
    """The errors of pdflatex, and characters that the fonts lack; the PDF must be there."""
    (folder / "page.tex").write_text(text, encoding="utf-8")
    words = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False)
    log = done.stdout.decode(errors="replace")
    found = [line for line in log.split("\n") if line.startswith("!") or "Missing character" in line]
    made = done.returncode == 0 and (folder / "page.pdf").exists()
    return found if made else [*found, f"status {done.returncode}"]


def test_there_are_pages() -> None:
    assert len(GALLERY) >= 12


@pytest.mark.parametrize("path", GALLERY, ids=lambda p: p.stem)
def test_gallery_page_compiles(path: Path, tmp_path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8"), tmp_path) == []


@pytest.mark.parametrize("name", STANDALONE)
def test_standalone_page_compiles(name: str, tmp_path: Path) -> None:
    assert complaints(page(name).latex(standalone=True), tmp_path) == []


def test_a_fragment_compiles_within_a_document(tmp_path: Path) -> None:
    r"""What the fragment's first line asks for is enough."""
    fragment = page("second-xw").latex()
    packages = fragment.split("\n", 1)[0].removeprefix("% needs ").replace(" ", "")
    text = rf"\documentclass{{article}}\usepackage{{{packages}}}\begin{{document}}" + f"\n{fragment}\\end{{document}}\n"
    assert complaints(text, tmp_path) == []


def test_an_error_would_be_seen(tmp_path: Path) -> None:
    assert complaints(r"\documentclass{article}\begin{document}$\nosuchcommand$\end{document}", tmp_path)
