"""LaTeX: what is written compiles with plain pdflatex, without an error, a missing character or a line that sticks out.

The first laws need no TeX: braces and environments balance, and only portable commands are used.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import symconv as sc
from tests.cases.helpers import checked
from tests.cases.zoo import QUESTIONS, build, derived, questions

STICKS_OUT = 20  # points
AVOID = (r"\mathbb{1}", r"\intertext", r"\mbox", r"\operatorname", r"\label")


def balanced(page: str) -> bool:
    """Braces pair up, escaped ones aside."""
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", page):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def environments(page: str) -> bool:
    """Environments close in the order in which they opened."""
    stack: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{([^}]*)\}", page):
        if kind == "begin":
            stack.append(name)
        elif not stack or stack.pop() != name:
            return False
    return not stack


@pytest.mark.sweep(8)
@pytest.mark.parametrize("channels", [False, True], ids=["spatial", "channels"])
@pytest.mark.parametrize(("key", "wrt"), questions())
def test_well_formed(key: str, wrt: str, channels: bool) -> None:
    d = sc.derive(build(key), wrt, channels=channels, check=False)
    for page in (d.latex(), d.latex(standalone=True), *(step.latex for step in d.steps)):
        assert balanced(page)
        assert environments(page)
        assert page.isascii()
        assert not [command for command in AVOID if command in page]


def test_the_laws_would_notice() -> None:
    assert not balanced(r"\frac{1}{2")
    assert balanced(r"\{ {a} \}")
    assert not environments(r"\begin{aligned}\begin{cases}\end{aligned}\end{cases}")


PAGES = [
    ("conv1d-names", "x", True), ("conv1d-names", "w", False), ("conv1d-flip", "w", True), ("conv1d-groups", "x", True),
    ("conv2d-axes", "x", True), ("conv2d-axes", "w", True), ("conv2d-numbers", "w", True), ("conv2d-one-tap-axis", "x", False),
    ("conv3d", "x", True), ("conv3d", "b", True), ("convolve1d-names", "w", False), ("correlate1d-same", "x", False),
    ("correlate3d", "x", False), ("convolve3d", "w", False),
]  # fmt: skip
EXPLICIT = [
    ("conv1d", {"stride": 2, "padding": 1}, {"input": 5, "kernel": 3}, "x"),
    (
        "conv2d",
        {"stride": (2, 1)},
        {"input": (4, 5), "kernel": (3, 2), "batch": 2, "in_channels": 2, "out_channels": 3},
        "w",
    ),
    ("convolve2d", {"mode": "full"}, {"input": (3, 3), "kernel": (2, 2)}, "x"),
    ("conv1d", {}, {"input": 14, "kernel": 12, "in_channels": 3}, "b"),
]


def compiled(page: str, folder: Path) -> str:
    """The log of pdflatex; fails unless it made a PDF."""
    assert shutil.which("pdflatex"), "these tests need pdflatex"
    (folder / "page.tex").write_text(page, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    log = (folder / "page.log").read_text(encoding="utf-8", errors="replace")
    assert done.returncode == 0, log[-2000:]
    assert (folder / "page.pdf").stat().st_size > 1000
    return log


def looks_right(log: str) -> None:
    assert "Missing character" not in log
    assert "undefined" not in log.lower().replace("undefined references", "")
    assert [pt for pt in re.findall(r"Overfull \\hbox \(([0-9.]+)pt", log) if float(pt) > STICKS_OUT] == []


@pytest.mark.tex
@pytest.mark.parametrize(("key", "wrt", "channels"), PAGES, ids=[f"{k}-{w}-{c}" for k, w, c in PAGES])
def test_page_compiles(key: str, wrt: str, channels: bool, tmp_path: Path) -> None:
    page = derived(key, wrt, channels).latex(standalone=True)
    looks_right(compiled(page, tmp_path))


@pytest.mark.tex
@pytest.mark.parametrize(("name", "parameters", "sizes", "wrt"), EXPLICIT)
def test_explicit_page_compiles(name: str, parameters: dict, sizes: dict, wrt: str, tmp_path: Path) -> None:
    d = checked(getattr(sc, name)(**parameters), wrt).at(**sizes)
    looks_right(compiled(d.latex(standalone=True), tmp_path))


@pytest.mark.tex
def test_fragment_compiles_in_a_document_of_ones_own(tmp_path: Path) -> None:
    fragment = sc.derive(sc.conv2d(stride="s", padding="P", dilation="d"), "x").latex()
    packages = "\\usepackage{amsmath,amssymb,xcolor}"
    document = f"\\documentclass{{article}}\n{packages}\n\\begin{{document}}\n{fragment}\n\\end{{document}}\n"
    compiled(document, tmp_path)


@pytest.mark.tex
def test_each_step_compiles_by_itself(tmp_path: Path) -> None:
    """The LaTeX of a step, as in the JSON, between dollars."""
    lines = []
    for key, wrt in QUESTIONS:
        steps = sc.derive(build(key), wrt, channels=True, check=False).steps
        lines += [f"${step.latex}$\\par" for step in steps]
    body = "\n".join(
        ["\\documentclass{article}\\usepackage{amsmath,amssymb,xcolor}\\begin{document}", *lines, "\\end{document}"]
    )
    compiled(body, tmp_path)
