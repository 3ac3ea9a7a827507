"""PDF: a standalone LaTeX document set by pdflatex, the same bytes on every run of the same TeX."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from symconv.errors import SymconvError

INSTALL = (
    "install TeX Live (Debian: apt install texlive-latex-extra), MacTeX or MiKTeX, or write --to latex --standalone or html"
)
PATIENCE = 120  # seconds


def render(document: str) -> bytes:
    """The document as PDF.

    Raises SymconvError if there is no pdflatex, or if it fails (a package that is not installed is named).
    """
    program = shutil.which("pdflatex")
    if program is None:
        raise SymconvError(f"pdf: expected pdflatex, found none; {INSTALL}")
    with tempfile.TemporaryDirectory(prefix="symconv-") as folder:
        source = Path(folder, "page.tex")
        source.write_text(dateless(document), encoding="utf-8")
        command = [program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", source.name]
        # no dates, and nothing read or written outside of the folder but TeX's own files
        setting = {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "openin_any": "p", "openout_any": "p"}
        try:
            done = subprocess.run(
                command, cwd=folder, env={**os.environ, **setting}, capture_output=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            raise SymconvError(
                f"pdf: expected pdflatex to end within {PATIENCE} s, it did not; use smaller sizes"
            ) from None
        made = source.with_suffix(".pdf")
        if done.returncode or not made.exists():
            raise SymconvError(f"pdf: pdflatex failed: {reason(done.stdout.decode('utf-8', 'replace'))}; {INSTALL}")
        return made.read_bytes()


def dateless(document: str) -> str:
    r"""Without dates, ids that depend on them, and the version of the TeX that sets it."""
    settings = r"\pdfinfoomitdate=1\pdfsuppressptexinfo=-1\pdftrailerid{}"
    return f"{settings}\n{document}"


def reason(log: str) -> str:
    """The first error in a log."""
    found = next((line[1:].strip() for line in log.splitlines() if line.startswith("!")), "no reason in its log")
    return found[:160]
