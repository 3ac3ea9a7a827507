"""Whatever is typed: an answer, or one line with its place; never a traceback, never a hang, nothing dropped in silence.

What is read and judged at random is made by ``fuzz``; here stand a run of it in CI's marked set (some 30 s; 100,000 inputs with
SYMCONV_SWEEP=full; SYMCONV_FUZZ_SEED and SYMCONV_FUZZ_COUNT choose another), a few inputs of each kind in the suite proper, deep
and long texts, and files in which one thing is repeated 20,000 times.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symconv.claims import files
from symconv.claims.lexer import words
from symconv.errors import SymconvError
from tests.cases import fuzz
from tests.cases.fuzz import attempt, limited
from tests.cases.fuzz_formulas import PIECES
from tests.cases.helpers import beside

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
SECONDS = 3 * fuzz.SECONDS  # of the processor, and generous: what runs away is noticed, a busy machine is not
SEED = int(os.environ.get("SYMCONV_FUZZ_SEED", "20"))
COUNT = int(os.environ.get("SYMCONV_FUZZ_COUNT", "100000" if os.environ.get("SYMCONV_SWEEP") == "full" else "2000"))
PARTS = 20


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_run(part: int) -> None:
    """No exception but SymconvError, and none over so many seconds of the processor; the number reproduces an input."""
    broken = []
    for number in range(part, COUNT, PARTS):
        one = fuzz.made(SEED, number)
        wrong = fuzz.fault(one, SECONDS)
        if wrong:
            broken.append(f"{SEED}/{number} {one.kind}: {wrong}: {one.shown[:300]}")
    assert not broken, "\n".join(broken)


@pytest.mark.sweep(1)
@pytest.mark.parametrize(("kind", "make"), [(make.__name__, make) for _, make in fuzz.KINDS])
def test_a_few_of_each_kind(kind: str, make: fuzz.Make) -> None:
    for number in range(4):  # test_a_run makes 2,000
        one = make(fuzz.chance(kind, number))
        assert fuzz.fault(one, SECONDS) == "", one.shown


def test_the_law_can_be_broken() -> None:
    """The guard sees what a user must not: another exception, an error of ours, an empty line, too many seconds."""

    def raising(error: Exception) -> None:
        raise error

    def hanging() -> None:
        while True:
            pass

    assert "KeyError" in fuzz.fault(fuzz.Input("", "", lambda: raising(KeyError("x"))))
    assert "no clear line" in fuzz.fault(fuzz.Input("", "", lambda: raising(fuzz.InternalError("x"))))
    assert "no clear line" in fuzz.fault(fuzz.Input("", "", lambda: raising(SymconvError(""))))
    assert "Slow" in fuzz.fault(fuzz.Input("", "", hanging), 0.05)
    assert fuzz.fault(fuzz.Input("", "", lambda: raising(SymconvError("x")))) == ""

    def refusing() -> None:
        raise SymconvError("x") from KeyError("y")

    assert "unforeseen: KeyError" in fuzz.fault(fuzz.Input("", "", refusing))


def refused(text: str, tensors: bool) -> str:
    """The line of a refusal, or nothing."""
    said = ""
    with limited(SECONDS):
        try:
            attempt(text, tensors)
        except SymconvError as error:
            said = str(error)
    assert "\n" not in said
    return said


@given(st.text(max_size=60), st.booleans())
def test_any_text(text: str, tensors: bool) -> None:
    refused(text, tensors)


@given(st.sampled_from(FORMULAS), st.integers(0, 200), st.integers(0, 5), st.sampled_from([*PIECES, ""]), st.booleans())
def test_any_edit_of_a_formula(formula: str, at: int, cut: int, put: str, tensors: bool) -> None:
    at %= len(formula)
    refused(formula[:at] + put + formula[at + cut :], tensors)


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
    "scripts of the world": "é두ж출力नाम" * 300,
}  # fmt: skip


@pytest.mark.sweep(12)
@pytest.mark.parametrize("tensors", [False, True])
@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_deep_long_and_odd_input(text: str, tensors: bool) -> None:
    refused(text, tensors)
    refused(text + " = 1", tensors)
    refused("o = " + text, tensors)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_symbol_is_dropped(formula: str) -> None:
    """Every character is spacing, or belongs to a word of the lexer."""
    covered = {at for w in words(formula) for at in range(w.start, w.end)}
    left = "".join(c for at, c in enumerate(formula) if at not in covered)
    assert set(left.replace("\\left", "").replace("\\right", "").split()) <= {"&", "\\\\"}


@pytest.mark.sweep(4)
@pytest.mark.parametrize("formula", FORMULAS)
def test_every_prefix_and_every_gap(formula: str) -> None:
    for at in range(len(formula)):
        refused(formula[:at], True)
        refused(formula[:at] + formula[at + 1 :], False)


# files: (beginning, what is repeated, end)
LINEAR: dict[str, list[tuple[str, str, str]]] = {
    ".tex": [
        ("", sign, "")
        for sign in (
            "\\( ", "\\[ ", "$", "$$ ", "\\begin{align} ", "\\begin{align} a=b \\end{align*} ", "\\newcommand{\\a}{ ", "\\newcommand", "{", "}",
            "\\def\\a", "\\verb| ", "\\begin{verbatim} ", "\\begin{document}", "%", "\\begin{cases} ", "\\\\", "\\", "\\( x\n\n", "\\label{",
        )
    ]
    + [
        ("\\[ a=b", "\\quad ", "x \\]"), ("\\[ a=b", " . ", "x \\]"), ("\\[", "{", "\\]"), ("\\[ ", "\\begin{aligned} ", "\\]"),
        ("\\newcommand", " ", "x"), ("\\DeclareMathOperator", " ", "x"), ("% symconv: ", 'about="a" ', ""), ("\\begin{align}", "&", "\\end{align}"),
        ("\\[ a = b ", "\\( ", ""), ("", "\\begin{align}a&=b\\\\", "\\end{align}"), ("", "\\", "%"),
        ("\\begin{align}\n", "a=b \\\\ % symconv: about=identity\n", "\\end{align}"),
    ],
    ".md": [
        ("", sign, "")
        for sign in (
            "```\n", "```math\n", "~~~\n", "`", "` `` ", "$`", "<!-- ", "<!--", "$", "$5 ", "\\\\( ", "\\\\[ ", "\\( ", "\\[ ", "> ", "`a`",
            "`a=b` <!-- symconv: about=identity -->", "`a=b` <!-- symconv: about=identity -->\n", "\\begin{align} ",
        )
    ]
    + [("$5 ", "=", ""), ("$$a=b$$\n", "<!-- symconv: about=identity -->\n", ""), ("$a ", "\n", "$")],
    ".py": [
        ("'''", text, "'''")
        for text in (
            ".. math::\n\n    ", "    .. math::\n\n        \\begin{align}\n", ":math:`", ":math:`a=b` ", "$$", ".. symconv: ", "a = b + ", "a[", "  ",
            ".. symconv: about=identity\n", "a = b + c\n",
        )
    ]
    + [
        ("'''a = ", "+", "`x'''"), ("'''.. math:: a\n\n", "    ", "'''"), ("'''a = ", "b", " + c'''"), ("", "(", ""), ("", "'''", ""),
        ("", "# symconv: about=identity\n", "'''a'''"), ("", "# symconv: about=identity\ndef f():\n '''a = b + c'''\n", ""),
    ],
    ".toml": [
        ("", text, "")
        for text in ("[[claim]]\n", "[[claim]]\nformula='a=b'\n", "a.", "[a.", "a = {b = ", "[[claim", "[claim.a.b]\n", "\n[[ claim ]]")
    ]
    + [
        ("a = ", "[", ""), ("", "a.", "b = 1"), ("[[claim]]\n", "where.a.", "b = 1"), ("a = {", "'a'.", "b = 1}"),
        ("[[claim]]\nwhere = '", "a=b,", "'"), ("a = ", "9", ""), ("[[claim]]\nformula = 'a=b'\nwhere = {a = ", "9", "}"),
    ],
}  # fmt: skip
REPEATED = [(ending, *form) for ending, forms in LINEAR.items() for form in forms]


def repeated(folder: Path, ending: str, begin: str, unit: str, end: str, times: int) -> files.Found | str:
    """The claims of a file in which something is repeated, or the line that refuses it."""
    path = folder / f"x{ending}"
    path.write_text(begin + unit * times + end, encoding="utf-8")
    try:
        return files.read(path)
    except SymconvError as error:
        return str(error)


@pytest.mark.sweep(4)
@pytest.mark.parametrize(
    ("ending", "begin", "unit", "end"),
    beside(
        REPEATED, repr, lambda _, called: "math" in called or re.search(r"a ?= ?b", called) is not None
    ),  # claims to read
)
def test_readers_are_linear(tmp_path: Path, ending: str, begin: str, unit: str, end: str) -> None:
    """20,000 times the same takes no time to speak of: what is quadratic takes minutes.  What is never closed is told once."""
    with limited(SECONDS):
        found = repeated(tmp_path, ending, begin, unit, end, 20_000)
    if isinstance(found, str):
        assert "\n" not in found
        assert len(found) < 400
    else:
        assert len(found.claims) == len(found.stated)
        assert len(found.skipped) + len(found.broken) <= 3
