"""Markdown pages, as GitHub reads them: CommonMark with tables, ```` ```math ```` blocks and ``$`...`$`` inline.

structure      one title; headings, paragraphs, tables, math blocks and nothing else: no HTML, list, link or stray code
tables         rows have as many cells as their heading
mathematics    every formula can be read by a second reader, and keeps to portable commands
words          no LaTeX command and no delimiter stands outside of mathematics
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

import symconv as sc
from tests import ROOT, harness
from tests.cases.helpers import beside
from tests.cases.pages import PAGES, page
from tests.oracles.mathematics import Formula, faults, in_latex

pytestmark = pytest.mark.sweep(6)

GALLERY = sorted((ROOT / "derivations").glob("*.md"))
SOURCES = [*PAGES, *(path.name for path in GALLERY)]
ON_EACH = pytest.mark.parametrize("name", beside(SOURCES, str, lambda _, name: name in PAGES and "3d" in name))
ON_PAGES = pytest.mark.parametrize("name", PAGES)
BLOCKS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "fence",
    "table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close",
    "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close",
}  # fmt: skip
INLINE = {"text", "code_inline", "softbreak", "text_special", "image"}


@cache
def source(name: str) -> str:
    """The Markdown of a page, or of a page of the gallery."""
    return (
        page(name).markdown() if name in PAGES else next(p for p in GALLERY if p.name == name).read_text(encoding="utf-8")
    )


@cache
def tokens(name: str) -> list[Any]:
    return MarkdownIt("commonmark").enable("table").parse(source(name))


def children(name: str) -> list[list[Any]]:
    """The runs of inline tokens."""
    return [token.children or [] for token in tokens(name) if token.type == "inline"]


def formulas(name: str) -> list[Formula]:
    """Math blocks, and code between dollars."""
    blocks = [Formula(t.content, True) for t in tokens(name) if t.type == "fence"]
    return blocks + [
        Formula(child.content, False) for run in children(name) for child in run if child.type == "code_inline"
    ]


@pytest.mark.slow
@ON_EACH
def test_structure(name: str) -> None:
    assert {t.type for t in tokens(name)} <= BLOCKS
    assert {child.type for run in children(name) for child in run} <= INLINE
    assert all(t.info in ("math", "text") and t.markup == "```" for t in tokens(name) if t.type == "fence")
    titles = [t.tag for t in tokens(name) if t.type == "heading_open"]
    assert titles[0] == "h1"
    assert titles.count("h1") == 1
    assert set(titles) <= {"h1", "h2", "h3"}


@ON_EACH
def test_fences_are_closed(name: str) -> None:
    """Every opening fence has its closing one, so that none swallows the rest of the page."""
    lines = [line for line in source(name).split("\n") if line.startswith("```")]
    assert set(lines[::2]) <= {"```math", "```text"}
    assert lines[1::2] == ["```"] * (len(lines) // 2)
    assert len(lines) // 2 == sum(t.type == "fence" for t in tokens(name))


@ON_EACH
def test_inline_code_is_mathematics(name: str) -> None:
    """Code stands between dollars, and no other dollar stands in the words."""
    for run in children(name):
        for k, child in enumerate(run):
            if child.type == "code_inline":
                assert 0 < k < len(run) - 1
                assert run[k - 1].content.endswith("$")
                assert run[k + 1].content.startswith("$")
        words = "".join(c.content for c in run if c.type == "text")
        assert words.count("$") == 2 * sum(c.type == "code_inline" for c in run)


@ON_EACH
def test_words_hold_no_latex(name: str) -> None:
    for run in children(name):
        words = "".join(c.content for c in run if c.type == "text")
        assert not re.search(r"\\[A-Za-z]+|\\\[|\^\{|_\{|`", words), words


@ON_EACH
def test_tables_are_even(name: str) -> None:
    """Bars that are not escaped: as many in each row as in the heading; and each table is one to the reader."""
    blocks = re.findall(r"(?:^\|.*\n?)+", source(name), re.M)
    assert len(blocks) == sum(t.type == "table_open" for t in tokens(name))
    for block in blocks:
        bars = {len(re.findall(r"(?<!\\)\|", line)) for line in block.strip().split("\n")}
        assert len(bars) == 1


@ON_EACH
def test_a_second_reader_reads_the_mathematics(name: str) -> None:
    found = formulas(name)
    assert found
    assert not faults(found)


@ON_PAGES
def test_a_second_reader_reads_the_latex_fragment(name: str) -> None:
    found = in_latex(page(name).latex())
    assert found
    assert not faults(found)


@pytest.mark.parametrize("path", [p.with_suffix(".tex") for p in GALLERY], ids=lambda p: p.name)
def test_a_second_reader_reads_the_gallerys_latex(path: Path) -> None:
    found = in_latex(path.read_text(encoding="utf-8"))
    assert found
    assert not faults(found)


@ON_PAGES
def test_each_line_is_readable_by_itself(name: str) -> None:
    """``Step.latex`` and the lines in JSON are mathematics without delimiters."""
    assert not faults([Formula(step.latex, True) for step in page(name).steps])


@ON_PAGES
def test_same_mathematics_as_in_latex(name: str) -> None:
    """One document drives both: the displays are the same, in the same order."""
    ours = [f.tex.strip() for f in formulas(name) if f.display]
    theirs = [f.tex.strip() for f in in_latex(page(name).latex()) if f.display]
    assert ours == theirs


@pytest.mark.parametrize("name", ["channels", "second-xw", "explicit-2d", "loss-functions"])
def test_every_line_of_the_derivation_is_there(name: str) -> None:
    """A row of the display for each step, with its tick."""
    d = page(name)
    display = next(f.tex for f in formulas(name) if "chain rule" in f.tex)
    assert display.count(r"\checkmark") == len(d.steps)


def test_an_unchecked_line_bears_a_question_mark() -> None:
    display = next(f.tex for f in formulas("unchecked") if "chain rule" in f.tex)
    assert r"\checkmark" not in display
    assert display.count("?") == len(page("unchecked").steps)


def test_the_reader_is_strict() -> None:
    """What must not be on a page is noticed."""
    broken = [
        r"\frac{a}{b",
        r"a}",
        r"\begin{aligned}a",
        r"a & b",
        r"x_1_2",
        r"\nosuchcommand",
        "",
        r"\mathbb{1}",
        r"\tag{1}",
    ]
    broken += [r"\begin{array}{cc}a & b \\ c\end{array}", r"\left( a", r"\operatorname{corr}"]
    assert all(faults([Formula(tex, True)]) for tex in broken)
    assert not faults([Formula(r"\sum_{i=0}^{O-1} g_{i}\,\bigl[\,i = j\,\bigr]", True)])


# the command line
def test_the_example_of_the_issue() -> None:
    words = ["derive", "conv_transpose2d", "--wrt", "x", "--stride", "2", "--output-padding", "1", "--to", "markdown"]
    result = harness.run(*words)
    assert result.exit_code == 0
    op = sc.conv_transpose2d(stride=2, output_padding=1)
    assert result.output == sc.derive(op, "x").markdown() == sc.render(sc.derive(op, "x"), to="markdown")


def test_all_roles_on_one_page() -> None:
    """--wrt all: one title, the others as sections."""
    result = harness.run("derive", "conv1d", "--wrt", "all", "--to", "markdown")
    assert result.exit_code == 0
    found = MarkdownIt("commonmark").enable("table").parse(result.output)
    titles = [t.tag for t in found if t.type == "heading_open"]
    assert titles.count("h1") == 1
    assert titles.count("h2") >= 2


def test_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    result = harness.run("derive", "conv1d", "--to", "markdown", "-o", str(path))
    assert (result.exit_code, result.output) == (0, "")
    assert path.read_text(encoding="utf-8") == sc.derive(sc.conv1d(), "x").markdown()
