"""Worked pages and their JSON, read back: every entry with the sides that stand between its signs of equality, evaluated anew.

    y[0,1] = b[0] + w[0,0] x[0,1] = 1 + 2·(-3) = -5 ✓

A side with names is a sum of products of entries, looked up; one of numbers is evaluated; the last is the value.  Pages leave out
the leading axes of size 1 (images and channels), so an index is short.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath

from tests.oracles.trial import Index, exact

mp = mpmath.mp
NAME = r"(?:dL/d)?(?:x\u0304|[a-z]|L)"
ENTRY = re.compile(rf"(?P<name>{NAME})(?:\[(?P<index>[0-9,]*)\])?")

SCALE, ALPHA = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"  # of selu


@dataclass(frozen=True)
class Line:
    """An entry and what it is said to equal."""

    name: str
    index: Index
    sides: tuple[str, ...]


def indices(text: str | None) -> Index:
    """The index of an entry; that of a number by itself is empty."""
    return tuple(map(int, text.split(","))) if text else ()


def at(array: Any, index: Index) -> Any:
    """An entry by its short index."""
    return array[(0,) * (array.ndim - len(index)) + index]


def lines(text: str) -> Iterator[Line]:
    """Every worked line of a page of text, joined where it was broken."""
    block = re.sub(r"\n {4,}(?=\S)", " ", text)
    for name, index, rest in re.findall(rf"^  ({NAME})(?:\[([0-9,]*)\])? = (.*?)(?: *✓)?$", block, re.MULTILINE):
        sides = tuple(side.strip() for side in rest.partition("   ")[0].split(" = "))
        yield Line(name, indices(index), sides)


def looked_up(side: str, arrays: dict[str, Any]) -> Any:
    """A sum of products of entries, or the largest or the mean of some."""
    text, below = side, Fraction(1)
    mean = re.fullmatch(r"\((.*)\)/([0-9]+)", side)
    if mean:
        text, below = mean[1], Fraction(mean[2])
    largest = re.fullmatch(r"max\((.*)\)", text)
    parts = largest[1].split(", ") if largest else re.split(r" \+ ", text)
    found = []
    for part in parts:
        value: Any = Fraction(1)
        for factor in part.split():
            entry = ENTRY.fullmatch(factor)
            value *= at(arrays[entry["name"]], indices(entry["index"])) if entry else Fraction(factor)
        found.append(value)
    return max(found) if largest else sum(found) / below


def evaluated(side: str) -> Any:
    """A side of numbers: with fractions where it has no function."""
    text = (
        re.sub(r"(?<=[0-9])[*°]", "", side).replace("e^", "E**").replace("^", "**").replace("·", "*").replace("\u00a0", " ")
    )
    text = re.sub(r"√\(([^()]*)\)", r"sqrt(\1)", text).replace("√2", "sqrt(2)").replace("π", "pi")
    plain = not re.search(r"[A-Za-zλα]", text.replace("max", ""))
    text = re.sub(r"(?<![\w.])([0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)(?![\w.])", r"N('\1')", text)
    names = {"E": mp.e, "N": Fraction if plain else mp.mpf, "sqrt": mp.sqrt, "pi": mp.pi, "log": mp.log, "tanh": mp.tanh,
             "erf": mp.erf, "λ": mp.mpf(SCALE), "α": mp.mpf(ALPHA), "max": lambda *all_: max(all_)}  # fmt: skip
    return eval(text, {"__builtins__": {}}, names)


def symbolic(side: str) -> bool:
    """Whether a side speaks of entries."""
    return re.search(r"[a-z\u0304]\[|(?<![a-z])[bg](?![a-z])", side) is not None


def lengthened(entry: str, axes: int) -> Index:
    """The full index of an entry's name."""
    index = indices(entry.partition("[")[2].rstrip("]"))
    return (0,) * (axes - len(index)) + index


def known(found: dict[str, Any]) -> dict[str, Any]:
    """Every array of an example by the name that its entries have, in all its axes."""
    given = {role: exact(found[role]) for role in ("x", "w", "b", "g", "y") if found.get(role) is not None}
    back = {f"dL/d{r}": exact(found[f"grad_{r}"]) for r in "xwb" if found.get(f"grad_{r}") is not None}
    if "padded" in found:
        padded = found["closed_form"]["x"]["padded"]
        given["dL/dx\u0304"] = exact(padded["value"])
    shapes = found["shapes"] | {f"dL/d{r}": found["shapes"].get(r) for r in "xwb"}
    return {name: a.reshape(shapes[name]) if shapes.get(name) else a for name, a in (given | back).items()}


def read_back(text: str, found: dict[str, Any]) -> Counter[tuple[str, Index]]:
    """How often each entry is worked out on a page; every side of every line has the value that the example's JSON gives."""
    arrays, seen = known(found), Counter[tuple[str, Index]]()
    for line in lines(text):
        if line.name not in arrays or not set(line.sides[-1]) <= set("0123456789./-"):
            continue  # a formula of the setting, or of a closed form
        value = at(arrays[line.name], line.index)
        seen[line.name, line.index] += 1
        for side in line.sides:
            if "S[" not in side:  # which entry a window sends to; its numbers stand beside it
                assert (looked_up(side, arrays) if symbolic(side) else evaluated(side)) == value, (line, side)
    return seen
