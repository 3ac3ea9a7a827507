"""Formulas by chance: by grammar, by mutation of published ones, from pieces; the meanings that go with them; values of any type."""

from __future__ import annotations

import random
import tomllib
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from symconv.claims.lexer import COMMANDS, SYMBOLS, TEXT, UNICODE, WORDS
from symconv.language.claims import TOPICS
from tests import CORPORA

DATA = CORPORA / "claims"


# words of formulas
LETTERS = "oiksdpabcfghjlmnqrtuvwxyzLNKSPDHWCTOIFGMRXY"
COMMAND = ["\\" + c for c in (*COMMANDS, *TEXT, "left", "right", ",", "frac", "begin{cases}", "end{cases}", "unknown")]
PIECES = [
    *COMMAND, *UNICODE, *SYMBOLS, *WORDS, "o", "i", "k", "H_{out}", "kernel_size[0]", "x_{i+p}", "f(p)", "3x3", "12", "0.5", " ",
    "{", "}", "(", ")", "\\frac{a}{b}", "\\sum_{p=0}^{K-1}", "\\lfloor", "\\rfloor", "=", "&", "\\\\", "\n", "\t", "'", '"',
    "\\text{in}", "\\text{if }", "O_W = H - K_W + 1", "\\frac{\\partial L}{\\partial x_j}",
]  # fmt: skip
ODD = [
    "é", "e\u0301", "두", "출력", "ж", "ω", "ℓ", "𝐱", "ﬁ", "ß", "１", "٣", "Ⅷ", "½", "²", "₁₂", "ᵢ", "😀", "👩‍💻", "\u200b", "\u200d",
    "\u202e", "\u2066", "\ufeff", "\0", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ud800", "\udfff", "\U0010ffff", "\u0301", "ा",
    "नाम", "اسم", "שם", "≢", "∮", "√", "⟦", "‖", "†", "´", "”", "／", "（", "，", "\u3000", "\u1160", "ﷺ", "𒐫", "İ", "ǅ",
]  # fmt: skip
NUMBERS = [
    "0", "1", "2", "-1", "10", "100", "999999999999", "1e9999999", "1e-9999999", "1e400", "9" * 5000, "0.1", "1e3", "10^{10^{10}}",
    "2^{2^{2^{2^2}}}", "1.5e-7", "1,000,000", "1" + "0" * 399, "0." + "0" * 399 + "1", "3^{64}^{64}", "nan", "inf", "1/0", "0x10", "1_000",
    "65536", "2147483648", "9223372036854775808", "1j", "\\infty", "10^{12}", "(1/3)^{64}", "7^{-64}", "٣", "１",
]  # fmt: skip


@cache
def published() -> tuple[dict[str, Any], ...]:
    """The claims of the corpora."""
    found = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("*.toml"))]
    return tuple(c for one in found for c in one.get("claim", []))


def name(r: random.Random) -> str:
    made = (
        r.choice(LETTERS)
        if r.random() < 0.7
        else r.choice(["alpha", "\\delta", "H_{in}", "K_W", "stride", "\\hat y", "w^l", *ODD])
    )
    if r.random() < 0.2:
        made += r.choice(
            ["_i", "_{i+p}", "[i]", "(n)", "_{ij}", "'", "^T", "^{-1}", "_{out}", "_{n-1}", "^2", "[0]", ".T", "_1"]
        )
    return made


def expression(r: random.Random, deep: int) -> str:
    """An expression by grammar."""
    if deep <= 0 or r.random() < 0.15:
        return r.choice(NUMBERS) if r.random() < 0.12 else str(r.randint(0, 9)) if r.random() < 0.25 else name(r)
    e = [expression(r, deep - 1 - (r.random() < 0.5)) for _ in range(3)]
    a, b, c = e
    v, w = r.choice(LETTERS), r.choice(LETTERS)
    return r.choice([
        f"{a} + {b}", f"{a} - {b}", f"{a} {b}", f"{a} * {b}", f"{a} \\cdot {b}", f"({a})/({b})", f"\\frac{{{a}}}{{{b}}}", f"{a} // {b}",
        f"\\lfloor {a} \\rfloor", f"\\lceil {a} \\rceil", f"floor({a})", f"ceil({a}/{b})", f"{a} \\bmod {b}", f"{a} % {b}", f"|{a}|",
        f"max({a}, {b})", f"\\min({a}, {b}, {c})", f"({a})^{{{b}}}", f"{a}^{b}", f"{a}**{b}", f"-{a}", f"({a})", f"{{{a}}}", f"[{a}]",
        f"\\sum_{{{v}=0}}^{{{b}}} {c}", f"\\sum_{v} {c}", f"\\prod_{{{v}=1}}^{{{b}}} {c}", f"\\sum_{{{v}, {w}}} {a} {b}",
        f"\\sum_{{{v}=0}}^{{{a}}}\\sum_{{{w}={v}}}^{{{b}}} {c}", f"\\int_{{-\\infty}}^{{\\infty}} f({v}) g(t - {v}) d{v}",
        f"\\frac{{\\partial L}}{{\\partial {v}_{{{w}}}}}", f"\\frac{{d}}{{d{v}}} {a}", f"\\nabla_{v} {a}", f"{v} * {w}", f"{v} \\star {w}",
        f"({v} * {w})({a})", f"{v}[{a}]", f"{v}_{{{a}}}", f"{v}({a})", f"{v}_{{{a},{b}}}", f"{v}^T {w}", f"flip({v})", f"\\mathcal{{F}}({a})",
        f"conv({v}, {w})", f"relu({a})", f"\\sigma({a})", f"softmax({a})_i", f"\\exp({a})", f"\\log({a})", f"e^{{{a}}}", f"\\sqrt{{{a}}}",
        f"\\tanh({a})", f"gcd({a}, {b})", f"\\begin{{cases}} {a} & \\text{{if }} {b} > 0 \\\\ {c} & \\text{{otherwise}} \\end{{cases}}",
        f"({a} if {b} > 0 else {c})", f"\\langle {a} \\rangle_{{{b}}}", f"\\begin{{bmatrix}} {a} & {b} \\\\ {c} & 1 \\end{{bmatrix}}",
        f"\\overline{{{a}}}", f"\\text{{{r.choice(['out', 'in', 'kernel size', 'if', r.choice(ODD)])}}}", f"{a}!", f"\\binom{{{a}}}{{{b}}}",
        f"rot180({v})", f"pad({a})", f"max_pool({v})", f"\\mathbf{{{v}}}", f"log_2({a})", f"\\|{a}\\|", f"\\delta_{{{a}{b}}}",
    ])  # fmt: skip


SIGNS = ["=", "=", "=", "=", "<=", "<", "\\ne", "\\ge", "\\iff", "\\to", "|", "\\approx", "\\in", ":=", "\\equiv", "+="]


def by_grammar(r: random.Random) -> str:
    sides = [expression(r, r.randint(0, 3)) for _ in range(r.choice([1, 2, 2, 2, 2, 2, 3]))]
    made = sides[0]
    for side in sides[1:]:
        made += f" {r.choice(SIGNS)} {side}"
    if r.random() < 0.15:
        made += r.choice([", ", "; ", " where ", " if ", " for "]) + f"{name(r)} {r.choice(SIGNS)} {expression(r, 1)}"
    return made


def mutated(r: random.Random, text: str) -> str:
    """A few cuts, copies and insertions."""
    for _ in range(r.randint(1, 4)):
        at, cut = r.randint(0, len(text)), r.choice([0, 0, 1, 1, 2, 5])
        kind = r.random()
        if kind < 0.45:
            put = r.choice(PIECES)
        elif kind < 0.55:
            put = r.choice(ODD)
        elif kind < 0.65:
            put = r.choice(NUMBERS)
        elif kind < 0.8:
            put = r.choice(LETTERS)
        else:
            start = r.randint(0, len(text))
            put = text[start : start + r.randint(0, 20)]
        text = text[:at] + put + text[at + cut :]
    return text


def swapped(r: random.Random, text: str) -> str:
    """A published formula whose names and numbers are exchanged: it often still reads."""
    made = list(text)
    for at, c in enumerate(made):
        if r.random() < 0.12:
            before, after = made[at - 1] if at else " ", made[at + 1] if at + 1 < len(made) else " "
            if c.isdigit():
                made[at] = r.choice(["0", "1", "2", "7", "64", "1000", "0.5", "n"])
            elif c.isalpha() and not before.isalpha() and before != "\\" and not after.isalpha():
                made[at] = r.choice(LETTERS)
            elif c in "+-*/":
                made[at] = r.choice("+-*/^")
    return "".join(made)


def formula(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.45:
        return by_grammar(r)
    if kind < 0.85:
        text = r.choice(published())["formula"]
        text = swapped(r, text) if r.random() < 0.5 else text
        return mutated(r, text) if r.random() < 0.6 else text
    if kind < 0.97:
        return r.choice(["", " "]).join(r.choice(PIECES + ODD) for _ in range(r.randint(1, 25)))
    return "".join(
        chr(r.choice([r.randint(0, 127), r.randint(0, 0x3FF), r.randint(0, 0x10FFFF)])) for _ in range(r.randint(1, 30))
    )


# the meaning of a formula
ROLES = [
    "output", "input", "kernel", "stride", "padding", "dilation", "groups", "output width", "input height", "number", "integer", "layers",
    "kernel, odd", "tensor", "sequence", "function", "upstream gradient", "in channels", "parameters", "receptive field", "total padding",
    "k-1", "(k-1)/2", "floor(k/2)", "1", "0", "-1", "1e9999999", "9" * 5000, "d(k-1)+1", "", "=", "o", "((", "s >= 2", "softmax", "loss",
]  # fmt: skip
GIVEN = [
    "k odd",
    "s = 1",
    "s | i",
    "k >= 1",
    "p < k",
    "a in {0, ..., s-1}",
    "n is a multiple of s",
    "1 <= p < k",
    "k = 1e9999999",
    "0 = 1",
    "i",
]
OPERATORS = [
    "conv2d", "conv1d", "correlate1d", "convolve2d", "conv_transpose2d", "conv_transpose", "max_pool2d", "avg_pool1d", "same", "linear",
    "conv1d(stride=2)", "conv1d(stride=1e99999)", "conv2d(stride=s, padding=p)", "local1d", "relu", "separable", "conv4d", "conv1d(",
    "softmax", "cross_entropy", "mse", "winograd", "circular", "conv1d(stride=0)", "conv1d(kernel=9999999999999999999)",
]  # fmt: skip
CONVENTIONS = [
    "dilation=0",
    "padding=total",
    "count=bias",
    "brackets=floor",
    "division=floor",
    "base=1",
    "index=1",
    "star=convolution",
    "x=1",
    "=",
]


def meaning(r: random.Random, text: str) -> dict[str, Any]:
    """Some options; half of the names are of the formula."""
    made: dict[str, Any] = {}
    names = [c for c in text if c.isalpha()] or ["o"]
    if r.random() < 0.4:
        made["about"] = r.choice([*TOPICS, "identity", "output-size", "outputsize", ""])
    if r.random() < 0.4:
        pairs = [(r.choice(names) if r.random() < 0.7 else name(r), r.choice(ROLES)) for _ in range(r.randint(1, 4))]
        made["where"] = dict(pairs) if r.random() < 0.5 else ", ".join(f"{n}={v}" for n, v in pairs)
        if r.random() < 0.1:
            made["where"] = mutated(r, str(made["where"]))
    if r.random() < 0.2:
        found = [r.choice(GIVEN) if r.random() < 0.6 else by_grammar(r) for _ in range(r.randint(1, 2))]
        made["given"] = found if r.random() < 0.5 else "; ".join(found)
    if r.random() < 0.15:
        made["operator"] = r.choice(OPERATORS) if r.random() < 0.8 else mutated(r, r.choice(OPERATORS))
    if r.random() < 0.12:
        made["forward"] = r.choice(OPERATORS) if r.random() < 0.5 else formula(r)
    if r.random() < 0.1:
        made["conventions"] = r.choice(CONVENTIONS)
    if r.random() < 0.03:
        made[r.choice(["about", "where", "given", "operator", "forward", "conventions"])] = strange(r, 1)
    return made


# values of any type
def strange(r: random.Random, deep: int = 2) -> Any:
    """A value of any type."""
    plain = [
        None, True, 0, -1, 3, 2**80, 0.5, float("nan"), float("inf"), -0.0, 1e308, 5e-324, 1 + 2j, "2", "", b"x", Fraction(1, 3), object(), int,
        (), [], {}, set(), range(3), np.int8(3), np.float16(0.5), np.bool_(True), np.datetime64("2020-01-01"), np.array(2), Ellipsis, slice(2),
        "1" + "0" * 5000, 10**5000, memoryview(b"ab"), iter([1]), lambda: 1, np.array([]), np.zeros((0, 3)), np.ma.masked, np.array(["a"]),
        np.array([None]), np.array([(1, 2)], dtype=[("a", int), ("b", int)]), np.broadcast_to(1, (10**9,)),
        np.broadcast_to(np.int8(1), (10**5, 10**5)), "\ud800", Exception("x"),
    ]  # fmt: skip
    if deep > 0 and r.random() < 0.4:
        return [strange(r, deep - 1) for _ in range(r.randint(0, 3))]
    if r.random() < 0.05:
        nested: Any = 1
        for _ in range(r.choice([5, 40, 2000])):
            nested = [nested]
        return nested
    return r.choice(plain)
