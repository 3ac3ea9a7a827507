"""PDF: a standalone LaTeX document set by pdflatex, the same bytes on every run of the same TeX."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from symconv.errors import SymconvError
from symconv.language.undoing import held
from symconv.pages.scratch import workshop

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
    with workshop() as folder:
        source = Path(folder, "page.tex")
        source.write_text(dateless(document), encoding="utf-8")
        status, log = run([program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", source.name], folder)
        made = source.with_suffix(".pdf")
        if status or not made.exists():
            raise SymconvError(f"pdf: pdflatex failed: {reason(log)}; {INSTALL}")
        return made.read_bytes()


def run(command: list[str], folder: str) -> tuple[int, str]:
    """The exit status and the log of pdflatex.

    Raises SymconvError if it does not end; it ends with us in any case.
    """
    # no dates, and nothing read or written outside of the folder but TeX's own files
    setting = {"SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1", "openin_any": "p", "openout_any": "p"}
    with subprocess.Popen(
        command, cwd=folder, env={**os.environ, **setting}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process, held(process.kill):  # fmt: skip
        try:
            log, _ = process.communicate(timeout=PATIENCE)
        except BaseException as error:
            process.kill()
            if isinstance(error, subprocess.TimeoutExpired):
                raise SymconvError(
                    f"pdf: expected pdflatex to end within {PATIENCE} s, it did not; use smaller sizes"
                ) from None
            raise
    return process.returncode, log.decode("utf-8", "replace")


def dateless(document: str) -> str:
    r"""Without dates, ids that depend on them, and the version of the TeX that sets it."""
    settings = r"\pdfinfoomitdate=1\pdfsuppressptexinfo=-1\pdftrailerid{}"
    return f"{settings}\n{document}"


def reason(log: str) -> str:
    """The first error in a log."""
    found = next((line[1:].strip() for line in log.splitlines() if line.startswith("!")), "no reason in its log")
    return found[:160]
