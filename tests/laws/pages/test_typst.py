"""Typst pages: the compiler takes every one as it is, and every style writes every kind of form.

compiled      a page of every command, and of every kind of derivation
words         what a user wrote never becomes markup
styles        a target is a style: it has a template for each form and a spelling for each sign
"""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from symconv.language.expr import Access, Tensor
from symconv.language.integers import var
from symconv.pages.laid import access
from symconv.pages.nodes import Code, Document, Given, Heading, Paragraph, Quoted
from symconv.pages.spelling import Style, Writer
from symconv.pages.styles import CODE, LATEX, TEXT, TYPST
from symconv.pages.typst import render
from symconv.pages.write import write
from tests.cases.pages import PAGES, page
from tests.harness import run

COMMANDS = """
derive conv2d --wrt x --stride 2
derive conv1d --wrt all --groups 2 --channels --stride s --padding P
derive conv1d --wrt x --padding 1 --padding-mode reflect
derive max_pool2d
derive gelu
derive net --layers "conv2d(1,2,kernel=3,padding=1) relu flatten linear(3) cross_entropy" --input 1x4x4 --wrt all
example conv2d --input 4x4 --kernel 2x2
example max_pool1d --input 5 --kernel 2
example cross_entropy --x '1 2 0; -1 3 1' --target '2 0'
trace dx[1] conv1d --input 5 --kernel 2
matrix conv1d --input 5 --kernel 2
sizes "conv2d(1,2,kernel=3)" --input 1x9x9
prove symmetric-kernel
fourier --input 2x3 --kernel 2x2
im2col conv1d --input 5 --kernel 3
winograd 2x3 3x2
karatsuba 4
derivative
continuous "gaussian(mu,sigma)" "gaussian(1,2)"
continuous "exp_decay(a)" "gaussian(1)"
verify 'O_W = H - K_W + 1'
""".strip().split("\n")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Compiles a page, to PDF."""
    typst = pytest.importorskip("typst", reason="needs the typst wheel, of the extra test")
    folder = tmp_path_factory.mktemp("typst")

    def run(text: str) -> bytes:
        path = folder / "page.typ"
        path.write_text(text, encoding="utf-8")
        return bytes(typst.compile(str(path), format="pdf"))

    return run


@pytest.mark.sweep(2)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_of_every_command_compiles(command: str, compiled: Any) -> None:
    result = run(*shlex.split(command), "--to", "typst")
    assert (result.exit_code in (0, 1), result.stderr) == (True, "")
    assert compiled(result.stdout).startswith(b"%PDF")


@pytest.mark.sweep(2)
@pytest.mark.parametrize("name", [*PAGES])
def test_a_page_of_every_derivation_compiles(name: str, compiled: Any) -> None:
    assert compiled(write(page(name).facts, "typst")).startswith(b"%PDF")


@pytest.mark.parametrize("formula", ["y = #x + $z$ * _a_ @b <c>", 'w = "q" // r', "O = N - K + 1 `code` ~", "/* = K"])
def test_what_a_user_wrote_is_no_markup(formula: str, compiled: Any) -> None:
    words = Document((Heading(Quoted(formula), 1), Paragraph((Given(formula, True), Given(formula))), Code((formula,))))
    assert compiled(render([words])).startswith(b"%PDF")


@pytest.mark.parametrize("style", [LATEX, CODE, TYPST], ids=["latex", "code", "typst"])
def test_a_style_writes_every_form_and_sign(style: Style) -> None:
    assert set(TEXT.forms) == set(style.forms)
    assert set(TEXT.signs) <= set(style.signs)


def test_names_are_a_table() -> None:
    shown = access(Access(Tensor("x", (var("N"),)), (var("s") * var("i") + var("p"),)))
    names = {"x": "input", "s": "stride", "i": "n"}
    assert Writer(TEXT, names=names)(shown) == "input[stride n + p]"
    assert Writer(LATEX, names=names)(shown) == r"\mathit{input}_{\mathit{stride}\,n + p}"
    assert Writer(TYPST, names=names)(shown) == 'italic("input")_(italic("stride") thin n + p)'
