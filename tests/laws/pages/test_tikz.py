"""TikZ: escaped, balanced, and compiled by plain pdflatex."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from symconv.errors import SymconvError
from symconv.language.scene import ROLES, Box, Scene, Text, cell, entry, joined, scene, words
from symconv.pages import pdf, tikz
from symconv.pages.palette import HATCHES
from tests.cases.drawings import DRAWINGS

WICKED = r"\input{/etc/passwd} }{ $x$ % & # _ ^ ~ \end{tikzpicture} <|> \"q\" `a` ' -- ---"


def sample() -> Scene:
    cells = [cell(Box(60.0 * (k % 8), 40.0 * (k // 8), 50, 30), words("−1/2"), role=r) for k, r in enumerate(ROLES)]
    lines = [
        Text(
            0,
            200,
            joined(entry("w\u0303", (0, ":", "−1")), " = ", entry("dL/dx", (2,)), " ⌊γ⌋ ≤ é", (("2", "sup"),)),
            13,
            "start",
        ),
        Text(0, 230, (("bold − ", "b"), ("slanted words", "i"), (" ⊙ ∑ → … ×", "")), 13, "start"),
        Text(0, 260, words(WICKED), 13, "start"),
    ]
    return scene([*cells, *lines], "a\ntitle \\end{x} %", "d")


def test_no_command_of_a_user_s() -> None:
    made = tikz.render(sample(), True)
    for command in ("input", "end{x", "etc"):
        assert f"\\{command}" not in "\n".join(line for line in made.splitlines() if not line.startswith("%"))
    assert made.count(r"\begin{tikzpicture}") == made.count(r"\end{tikzpicture}") == 1
    comments = [line for line in made.splitlines() if line.startswith("% a")]
    assert comments == ["% a title \\end{x} %"]


def test_braces_balance() -> None:
    for name in DRAWINGS:
        if name != "korean":
            made = re.sub(r"\\[{}]", "", tikz.render(DRAWINGS[name]()))
            assert made.count("{") == made.count("}"), name


def test_subscripts_are_mathematics() -> None:
    made = tikz.words(entry("x", (0, 1)))
    assert made == "$x$$_{0{,}1}$"
    assert tikz.words(entry("w\u0303")) == r"$\tilde{w}$"
    assert tikz.words(words("−3")) == "$-$3"
    assert tikz.words(words("a---b")) == "a-{}-{}-b"


def test_as_wide_as_the_page_at_most() -> None:
    wide = scene([cell(Box(0, 0, 2000, 30), ())], "wide", "d")
    unit = re.search(r"x=([0-9.]+)pt", tikz.render(wide))
    assert unit is not None
    assert float(unit[1]) * wide.width <= tikz.WIDEST + 0.5
    free = re.search(r"x=([0-9.]+)pt", tikz.render(wide, widest=None))
    assert free is not None
    assert float(free[1]) == 0.75


def test_characters_that_tex_lacks_are_refused() -> None:
    with pytest.raises(SymconvError, match=r"U\+1F642"):
        tikz.render(scene([Text(0, 0, words("🙂"))], "t", "d"))
    assert "kotex" in tikz.render(DRAWINGS["korean"](), True)
    assert "kotex" not in tikz.render(DRAWINGS["strides-1d"](), True)


def test_every_pattern_has_one_in_tikz() -> None:
    assert len({name for _, name in HATCHES.values()}) == len(HATCHES)


# with TeX
@pytest.mark.tex
@pytest.mark.parametrize("name", [*DRAWINGS, "sample"])
def test_compiles(name: str, tmp_path: Path) -> None:
    picture = sample() if name == "sample" else DRAWINGS[name]()
    (tmp_path / "page.tex").write_text(tikz.render(picture, True), encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    log = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, log[-1500:]
    assert "Overfull" not in log
    assert "Output written on page.pdf (1 page" in log


@pytest.mark.tex
def test_pdf_is_the_same_twice() -> None:
    document = "\\documentclass{article}\\begin{document}$x$\\end{document}\n"
    made = pdf.render(document)
    assert made == pdf.render(document)
    assert made.startswith(b"%PDF")


@pytest.mark.tex
def test_pdf_names_tex_s_reason() -> None:
    with pytest.raises(SymconvError, match="pdflatex failed: Undefined control sequence"):
        pdf.render("\\documentclass{article}\\begin{document}\\nothing\\end{document}\n")


@pytest.mark.tex
def test_pdf_reads_no_file_of_the_user_s(tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("secret")
    with pytest.raises(SymconvError, match="pdflatex failed"):
        pdf.render(f"\\documentclass{{article}}\\begin{{document}}\\input{{{tmp_path}/secret.tex}}\\end{{document}}\n")


def test_without_tex_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SymconvError, match="expected pdflatex, found none; install TeX Live"):
        pdf.render("")
