"""Whatever is typed: a tree, or one line with its place; never a traceback, never a hang, nothing dropped in silence."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symconv.claims import files
from symconv.claims.lexer import COMMANDS, SYMBOLS, TEXT, UNICODE, WORDS, FormulaError, words
from symconv.claims.syntax import Reading, read
from symconv.errors import SymconvError

COMMAND = ["\\" + c for c in (*COMMANDS, *TEXT, "left", "right", ",", "frac", "begin{cases}", "end{cases}", "unknown")]
PIECES = [
    *COMMAND, *UNICODE, *SYMBOLS, *WORDS, "o", "i", "k", "H_{out}", "kernel_size[0]", "x_{i+p}", "f(p)", "3x3", "12", "0.5", " ",
    "{", "}", "(", ")", "\\frac{a}{b}", "\\sum_{p=0}^{K-1}", "\\lfloor", "\\rfloor", "=", "&", "\\\\", "\n", "\t", "'", '"',
    "\\text{in}", "\\text{if }", "O_W = H - K_W + 1", "\\frac{\\partial L}{\\partial x_j}",
]  # fmt: skip
FORMULAS = [
    r"o = \left\lfloor \frac{i + 2p - k}{s} \right\rfloor + 1",
    r"\frac{\partial L}{\partial x_j} = \sum_i \frac{\partial L}{\partial y_i} w_{j-i}",
    "H_out = (H_in - 1)*stride[0] - 2*padding[0] + kernel_size[0] + output_padding[0]",
    r"[f*g](i) = \sum_a f(a) g(i+a) = \sum_a f(i+a) g(a) = [g*f](i)",
    "dX = conv_full(dY, rot180(W))",
    r"f(x) = \begin{cases} 1 & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
    "28x28 -> 26x26",
    "max(0, a if b > 0 else c) = ceil((a + b - 1) // b)",
]
SECONDS = 60.0  # of the processor, not of the clock: what runs away is noticed, a busy machine is not


def attempt(text: str, tensors: bool) -> None:
    """Read; a refusal is one line whose place lies within the text."""
    begun = time.process_time()
    refused: SymconvError | None = None
    try:
        assert read(text, Reading(tensors=tensors))
    except SymconvError as error:
        refused = error
    if refused is not None:
        assert "\n" not in str(refused)
    if isinstance(refused, FormulaError):
        assert 0 <= refused.start <= len(text)
        carets = refused.pointed().split("\n")[1]
        assert set(carets) <= {" ", "^"}
        assert "^" in carets
    assert time.process_time() - begun < SECONDS, text[:200]


@given(st.text(max_size=60), st.booleans())
def test_any_text(text: str, tensors: bool) -> None:
    attempt(text, tensors)


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(["", " "]), st.booleans())
def test_any_pieces(pieces: list[str], gap: str, tensors: bool) -> None:
    attempt(gap.join(pieces), tensors)


@given(st.sampled_from(FORMULAS), st.integers(0, 200), st.integers(0, 5), st.sampled_from([*PIECES, ""]), st.booleans())
def test_any_edit_of_a_formula(formula: str, at: int, cut: int, put: str, tensors: bool) -> None:
    at %= len(formula)
    attempt(formula[:at] + put + formula[at + cut :], tensors)


@given(st.text(alphabet="abxyzHWKSPijk0123456789+-*/=(){}[]_^,. \\", max_size=80), st.booleans())
def test_any_formula_like_text(text: str, tensors: bool) -> None:
    attempt(text, tensors)


DEEP = {
    "parentheses": "(" * 3000 + "a" + ")" * 3000,
    "braces": "{" * 2000 + "a" + "}" * 2000,
    "fractions": "\\frac{" * 800 + "a" + "}{b}" * 800,
    "floors": "\\lfloor " * 500 + "a" + "\\rfloor " * 500,
    "scripts": "a" + "_a" * 2000,
    "braced scripts": "a" + "_{a" * 1000 + "}" * 1000,
    "powers": "a" + "^a" * 2000,
    "signs": "-" * 4000 + "a",
    "sums": "\\sum_i " * 600 + "a",
    "relations": "a" + "=a" * 2000,
    "choices": "a?b:" * 900 + "c",
    "derivatives": "\\frac{\\partial " * 200 + "L" + "}{\\partial x}" * 200,
    "primes": "a" + "'" * 4000,
    "accents": "\\hat" * 900 + " a",
    "styles": "\\mathbf" * 600 + " a",
    "texts": "\\text{" * 600 + "a" + "}" * 600,
    "open": "(" * 5000,
    "close": ")" * 5000,
    "quotes": "'" * 5000,
    "backslashes": "\\" * 4999,
    "products": "a" * 4990 + " b",
    "letters": "a b " * 1200,
    "commas": "f(" + "a," * 1900 + "a)",
    "number": "9" * 4000 + " = 1",
    "big power": "9^" * 200 + "9 = 1",
    "megabyte": "o = i + " * 125_000,
    "megabyte of letters": "x" * 1_000_000,
    "controls": "".join(map(chr, range(32))) + "\x7f\x80\u202e\ufeff\ud800",
    "nulls": "\0" * 4000,
    "combining": "a" + "\u0301" * 4000,
}  # fmt: skip


@pytest.mark.parametrize("tensors", [False, True])
@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_deep_long_and_odd_input(text: str, tensors: bool) -> None:
    attempt(text, tensors)
    attempt(text + " = 1", tensors)
    attempt("o = " + text, tensors)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_symbol_is_dropped(formula: str) -> None:
    """Every character is spacing, or belongs to a word of the lexer."""
    covered = {at for w in words(formula) for at in range(w.start, w.end)}
    left = "".join(c for at, c in enumerate(formula) if at not in covered)
    assert set(left.replace("\\left", "").replace("\\right", "").split()) <= {"&", "\\\\"}


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_prefix_and_every_gap(formula: str) -> None:
    for at in range(len(formula)):
        attempt(formula[:at], True)
        attempt(formula[:at] + formula[at + 1 :], False)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_a_long_random_run(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(4_000):
        pieces = [rng.choice(PIECES) for _ in range(rng.randint(1, 25))]
        attempt(rng.choice(["", " "]).join(pieces), rng.random() < 0.5)
        formula = rng.choice(FORMULAS)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(formula) + 1)
            formula = formula[:at] + rng.choice([*PIECES, "", ""]) + formula[at + rng.randint(0, 3) :]
        attempt(formula, rng.random() < 0.5)


# files
SCRAPS = [
    "\\begin{equation}", "\\end{equation}", "\\begin{align}", "\\end{align}", "\\[", "\\]", "$", "$$", "\\(", "\\)", "% symconv: ",
    "about=output-size", 'where="o=output"', "skip", "\n", "\n\n", "o = i - k + 1", "&=", "\\\\", "<!-- symconv: ", "-->", "```math\n",
    "```", "`", "{", "}", "\\newcommand{\\a}[1]{#1\\a{b}}", "\\a", "\\a{c}", "\\def\\b{\\b\\b}", "\\b", "%", "text", "\\label{x}",
    "[[claim]]\n", "formula = 'a = b'\n", '"""', "'''", ":math:`", ".. math::\n\n    ", ".. symconv: ", "def f():\n    ", "#",
    "\\begin{verbatim}", "\\end{document}", "\\verb|", "\x00", "\\begin{cases}", "\ufeff",
]  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.sampled_from(SCRAPS), max_size=25), st.sampled_from([".tex", ".md", ".py", ".toml"]))
def test_any_file(tmp_path_factory: pytest.TempPathFactory, scraps: list[str], ending: str) -> None:
    attempt_file(tmp_path_factory.mktemp("fuzz") / f"x{ending}", "".join(scraps))


def attempt_file(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    begun = time.process_time()
    try:
        found = files.read(path)
        said = ""
    except SymconvError as error:
        found, said = None, str(error)
    assert "\n" not in said
    assert found is None or len(found.claims) == len(found.stated)
    assert time.process_time() - begun < SECONDS


LONG = {
    "dollars": ".tex $" * 100_000,
    "openings": ".tex \\[ a = b " + "\\( " * 100_000,
    "fences": ".md ```\n" * 100_000,
    "ticks": ".md " + "`" * 200_000,
    "spans": ".md ` `` " * 50_000,
    "comments": ".md <!--" * 100_000,
    "stars": ".tex " + "\\begin{align}a&=b\\\\" * 30_000 + "\\end{align}",
    "braces": ".tex \\[" + "{" * 200_000 + "\\]",
    "macros": ".tex " + "\\newcommand{\\a}{" * 20_000,
    "nested": ".py " + "(" * 100_000,
    "blocks": ".py '''\n" + ".. math::\n\n    a = b\n\n" * 10_000 + "'''",
    "tables": ".toml " + "a = " + "[" * 50_000,
    "symconv": ".tex " + "% symconv: about=padding\n\\[ a = b \\]\n" * 2_000,
    "spaces": ".py '''" + " " * 300_000 + "'''",
    "equals": ".py '''\n" + "a = b + " * 30_000 + "'''",
    "percents": ".tex " + "%" * 300_000,
    "backslashes": ".tex " + "\\" * 300_001 + "%",
}  # fmt: skip


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_long_files(tmp_path: Path, text: str) -> None:
    ending, _, body = text.partition(" ")
    attempt_file(tmp_path / f"x{ending}", body)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_a_long_random_run_of_files(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(1_500):
        scraps = "".join(rng.choice(SCRAPS) for _ in range(rng.randint(1, 40)))
        attempt_file(tmp_path / f"x{rng.choice(['.tex', '.md', '.py', '.toml'])}", scraps)
