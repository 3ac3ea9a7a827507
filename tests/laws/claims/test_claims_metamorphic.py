"""What must not change a verdict, and what must.

renaming, parentheses, spacing, Unicode for LaTeX, the sides exchanged     the same verdict
one wrong edit (a constant, a sign, a factor, a rounding)                  no longer proved
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from symconv.api import verify

# formula, meaning: all true for all sizes
TRUE: dict[str, tuple[str, dict[str, str]]] = {
    "unit stride": ("o = i - k + 2*p + 1", {"o": "output", "i": "input", "k": "kernel", "p": "padding on each side"}),
    "general": (
        "o = floor((i + 2*p - k)/s) + 1",
        {"o": "output", "i": "input", "k": "kernel", "p": "padding on each side", "s": "stride"},
    ),
    "dilated": (
        "o = floor((i + 2*p - d*(k - 1) - 1)/s) + 1",
        {"o": "output", "i": "input", "k": "kernel", "p": "padding on each side", "s": "stride", "d": "dilation counted from 1"},
    ),
    "latex": (
        r"o = \left\lfloor \frac{i + 2 \times p - k}{s} \right\rfloor + 1",
        {"o": "output", "i": "input", "k": "kernel", "p": "padding on each side", "s": "stride"},
    ),
    "ceiling": (
        "o = ceil((i - k + 1)/s)",
        {"o": "output", "i": "input", "k": "kernel", "s": "stride"},
    ),
    "sides": (
        "o = (i + a + b - k) // s + 1",
        {"o": "output", "i": "input", "a": "padding before", "b": "padding after", "k": "kernel", "s": "stride"},
    ),
}  # fmt: skip
NAMES = {"o": "u", "i": "v", "k": "z", "p": "q", "s": "t", "d": "h", "a": "g_1", "b": "g_2"}


@cache
def status(formula: str, where: tuple[tuple[str, str], ...]) -> str:
    return verify.judge(verify.published(formula, about="output-size", where=dict(where))).verdict.status


def renamed(text: str) -> str:
    return re.sub(r"(?<![A-Za-z\\])[oikpsdab](?![A-Za-z])", lambda m: NAMES[m[0]], text)


def bracketed(text: str) -> str:
    left, right = text.split("=")
    return f"({left.strip()}) = (({right.strip()}))"


def exchanged(text: str) -> str:
    left, right = text.split("=")
    return f"{right.strip()} = {left.strip()}"


def spaced(text: str) -> str:
    return re.sub(r"(//|[-+=/])", r"  \1  ", text)


def tight(text: str) -> str:
    return text if "\\" in text else text.replace(" ", "")


def as_latex(text: str) -> str:
    made = re.sub(r"floor\(\((.*)\)/s\)", r"\\lfloor \\frac{\1}{s} \\rfloor", text)
    made = re.sub(r"ceil\(\((.*)\)/s\)", r"\\left\\lceil\\frac{\1}{s}\\right\\rceil", made)
    made = re.sub(r"\((.*)\) // s", r"\\lfloor (\1)/s \\rfloor", made)
    return made.replace("*", r" \cdot ")


def as_unicode(text: str) -> str:
    made = re.sub(r"\\left\\lfloor \\frac\{(.*)\}\{s\} \\right\\rfloor", r"⌊(\1)/s⌋", text)
    made = re.sub(r"floor\((.*)\) \+ 1", r"⌊\1⌋ + 1", made)
    return made.replace("*", "×").replace(r"\times", "×").replace("-", "−")


def as_code(text: str) -> str:
    made = re.sub(r"\\left\\lfloor \\frac\{(.*)\}\{s\} \\right\\rfloor", r"(\1)//s", text).replace(r"\times", "*")
    return re.sub(r"floor\((\(.*\))/s\)", r"int(math.floor(\1 / s))", made)


SAME = {f.__name__: f for f in (bracketed, exchanged, spaced, tight, as_latex, as_unicode, as_code)}


@pytest.mark.sweep(4)
@pytest.mark.parametrize("change", SAME)
@pytest.mark.parametrize("name", TRUE)
def test_spelling_changes_nothing(name: str, change: str) -> None:
    formula, where = TRUE[name]
    assert status(formula, tuple(where.items())) == "proved"
    assert status(SAME[change](formula), tuple(where.items())) == "proved", SAME[change](formula)


@pytest.mark.parametrize("name", TRUE)
def test_names_change_nothing(name: str) -> None:
    formula, where = TRUE[name]
    assert status(renamed(formula), tuple((NAMES[n], role) for n, role in where.items())) == "proved", renamed(formula)


@pytest.mark.parametrize(
    "formula",
    ["o = i + 2*p + 1 - k", "o = (i + 1) - (k - 2*p)", "o = 1 + i - (k - p - p)", "2*o = 2*i - 2*k + 4*p + 2", "o - 1 = i - k + 2*p",
     "o + k = i + 2*p + 1"],
)  # fmt: skip
def test_multiplying_out_changes_nothing(formula: str) -> None:
    assert status(formula, tuple(TRUE["unit stride"][1].items())) == "proved"


WRONG = [
    (r"\+ 1\Z", "+ 2"), (r"\+ 1\Z", "- 1"), (r"\+ 1\Z", ""), (r"- k\b", "+ k"), (r"- k\b", ""), (r"2\*p", "p"), (r"2\*p", "3*p"),
    (r"\+ 2\*p", "- 2*p"), (r"i\b", "k"), (r"floor", "ceil"), (r"lfloor|rfloor", lambda m: m[0].replace("floor", "ceil")),
    (r"d\*\(k - 1\) - 1", "d*k"), (r"d\*\(k - 1\) - 1", "d*(k - 1) + 1"), (r"ceil", "floor"), (r"\+ b", "- b"),
    (r"2 \\times p", r"2"), (r"// s", "// k"), (r"i \+", "i -"),
]  # fmt: skip
EDITS = [
    (name, made)
    for name, (formula, _) in TRUE.items()
    for pattern, put in WRONG
    if (made := re.sub(pattern, put, formula)) != formula
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "formula"), EDITS, ids=lambda x: x)
def test_a_wrong_edit_is_noticed(name: str, formula: str) -> None:
    found = verify.judge(verify.published(formula, about="output-size", where=TRUE[name][1]))
    assert found.verdict.status in ("refuted", "conditional"), found.verdict
    assert found.failure is not None
    assert found.failure.claimed != found.failure.true


def test_the_edits_are_many() -> None:
    assert len(EDITS) >= 30
