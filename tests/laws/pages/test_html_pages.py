"""Every page that is not a derivation or an example as HTML: whole, offline, spelled out, and in commands that KaTeX knows."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import symconv
from symconv.language.prose import Prose
from symconv.pages import nodes
from symconv.pages.html import HtmlTarget, title
from symconv.pages.latex import LatexTarget
from symconv.pages.layout import Name, Sign, row
from symconv.pages.markdown import MarkdownTarget
from symconv.pages.nodes import Document, Heading
from symconv.pages.text import TextTarget
from symconv.pages.typst import TypstTarget
from tests import harness

pytestmark = pytest.mark.sweep(6)

KATEX = (Path(symconv.__file__).parent / "pages" / "katex" / "katex.min.js").read_text(encoding="utf-8")
PAGES: dict[str, tuple[str, ...]] = {
    "sizes": ("sizes", "conv2d(3,8,kernel=3) relu max_pool2d(2,ceil_mode=True) flatten linear(10)", "--input", "3,H,W"),
    "sizes unread": ("sizes", "conv2d(3,4,kernel=2,stride=3) avg_pool2d((2,1))", "--input", "3x9x7"),
    "receptive field": ("receptive-field", "conv2d(kernel=3,padding=1) max_pool2d((2,3))", "--input", "9x8"),
    "receptive field, names": ("receptive-field", "conv1d(kernel=K,stride=s) conv1d(kernel=3)"),
    "receptive field, flat": ("receptive-field", "conv3d(1,2,kernel=(1,2,3)) flatten linear(2)"),
    "matrix": ("matrix", "conv2d", "--input", "2x3x4", "--kernel", "2x3", "--out-channels", "2", "--padding", "1:0x0:1"),
    "matrix, compared": ("matrix", "conv1d", "--input", "6", "--kernel", "3", "--stride", "2", "--compare"),
    "matrix, large": ("matrix", "conv2d", "--input", "9x9", "--kernel", "2x2"),
    "matrix, too large": ("matrix", "conv2d", "--input", "18x18", "--kernel", "3x3"),
    "im2col": ("im2col", "conv2d", "--input", "2x5x4", "--kernel", "2x3", "--out-channels", "3", "--stride", "2x1"),
    "im2col, circular": (
        "im2col",
        "conv1d",
        "--input",
        "5",
        "--kernel",
        "3",
        "--padding",
        "1",
        "--padding-mode",
        "circular",
    ),
    "fourier": ("fourier", "--input", "6", "--kernel", "3"),
    "fourier, planes": ("fourier", "--input", "3x4", "--kernel", "2x2", "--convolve"),
    "winograd": ("winograd", "2", "3"),
    "winograd, nested": ("winograd", "2x3", "3", "--2d"),
    "winograd, points": ("winograd", "4", "3", "--points", "0,1,-1,1/2,-1/2,inf"),
    "toom-cook": ("toom-cook", "3", "2"),
    "karatsuba": ("karatsuba", "3"),
    "continuous": ("continuous", "box(-1/2,1/2)", "triangle"),
    "continuous, names": ("continuous", "exp_decay(a)", "exp_decay(b)"),
    "continuous, impulses": ("continuous", "delta(1)", "gaussian(sigma)", "--correlate"),
    "derivative": ("derivative",),
    "filter": ("filter", "sample:astronaut", "--kernel", "sobel-x", "--pixel", "10,20"),
    "filter, custom": ("filter", "sample:camera", "--kernel", "1 2 1; 2 4 2; 1 2 0", "--mode", "convolve"),
}
MADE: dict[str, str] = {}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    words = PAGES[request.param]
    if words[0] == "filter":
        pytest.importorskip("PIL")
        pytest.importorskip("skimage")
    if request.param not in MADE:
        result = harness.run(*words, "--to", "html")
        assert (result.exit_code, result.stderr) == (0, ""), result.stderr
        MADE[request.param] = result.stdout
    return MADE[request.param]


def body(page: str) -> str:
    (found,) = re.findall(r"<main>(.*)</main>", page, re.DOTALL)
    return str(found)


def test_one_file_that_works_offline(page: str) -> None:
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")
    assert not re.search(r'(?:src|href)="(?!#)', body(page))
    assert len(re.findall(r"<h1>", page)) == 1


def test_everything_is_spelled_out(page: str) -> None:
    """No object of the house by its repr, no message key, no slot that was left open, no LaTeX outside of mathematics."""
    shown = re.sub(r'<(span|div) class="math[^"]*">.*?</\1>', "", body(page), flags=re.DOTALL)
    words = unescape(re.sub(r"<[^>]+>", " ", shown)) + re.findall(r"<title>(.*?)</title>", page)[0]
    assert not re.search(r"\b(?:Row|Form|Prose|Math|Joined|Integer|Fraction|Verdict)\(", words)
    assert not re.search(r"\\[a-zA-Z]+|\{[a-z_]*\}", words)


def test_katex_knows_every_command(page: str) -> None:
    """KaTeX would set an unknown command in red."""
    formulas = re.findall(r'<(?:span|div) class="math[^"]*">(.*?)</(?:span|div)>', body(page), re.DOTALL)
    used = {c for formula in formulas for c in re.findall(r"\\([a-zA-Z]+)", unescape(formula))}
    environments = {e for formula in formulas for e in re.findall(r"\\begin\{(\w+\*?)\}", formula)}
    assert formulas or "<figure>" in page
    assert {c for c in used - {"begin", "end"} if f'"\\\\{c}"' not in KATEX} == set()
    assert {e for e in environments if f'"{e}"' not in KATEX} == set()


def test_tags_are_balanced(page: str) -> None:
    found = re.findall(r"<(/?)([a-zA-Z0-9]+)((?:\"[^\"]*\"|[^>\"])*?)(/?)>", body(page))
    stack: list[str] = []
    for closing, name, _, alone in found:
        if alone:
            continue
        if closing:
            assert stack.pop() == name
        else:
            stack.append(name)
    assert stack == []


@pytest.mark.parametrize("target", [TextTarget, LatexTarget, MarkdownTarget, HtmlTarget, TypstTarget])
def test_every_target_writes_every_block(target: Any) -> None:
    """No kind of block is without its entry; what it does with an empty one does not matter here."""
    kinds = nodes.Block.__subclasses__()
    assert {kind.__name__ for kind in kinds} == {
        "Heading", "Paragraph", "Lines", "Table", "Arrays", "Code", "Figure", "Edit", "Records"
    }  # fmt: skip
    for kind in kinds:
        bare: Any = object.__new__(kind)
        with suppress(AttributeError):  # its fields are missing; a kind without an entry is a KeyError
            target().block(bare)


def test_titles_are_words() -> None:
    assert title(Document((Heading(Prose("plain", {"words": row(Name("f"), Sign("*"), Name("g"))}), 1),))) == "f * g"
