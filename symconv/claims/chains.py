"""Chains of plain sizes: 28x28 with 3x3 -> 26x26; 6x6x3, two 3x3x3 filters -> 4x4x2; input 6, kernel 2, stride 2 -> 3.

What stands before the arrow is the input, the kernel (or pooling window), stride and padding, in any order where words say so and
in this order where they do not; behind it stands the output.  A last number beyond the kernel's axes is a count of channels: the
kernel's equals the input's, the output's is the number of filters.
"""

from __future__ import annotations

from dataclasses import field

from symconv.claims.lexer import words
from symconv.claims.setting import Setting
from symconv.claims.tokens import Word, refuse
from symconv.claims.vocabulary import described
from symconv.language.formula import Node, number
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose, Words
from symconv.language.question import Link, Question, call, relation

COUNTS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "a": 1,
}
CUTS = {"COMMA", "WHERE", "SEPARATE", "AND", "COLON"}
QUIET = {"LPAR", "RPAR", "LBRACKET", "RBRACKET", "EQUAL", "IS", "IN"}


@dataclass
class Phrase:
    """Sizes with the words around them."""

    sizes: list[tuple[int, ...]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    count: int = 1
    place: tuple[int, int] = (0, 1)


def is_chain(text: str) -> bool:
    """Whether a formula is a chain of plain sizes: an arrow, numbers, and words at most."""
    found = words(text)
    kinds = {w.kind for w in found}
    free = {w.text for w in found if w.kind == "NAME" and len(w.text) == 1 and w.text != "a"}
    allowed = CUTS | QUIET | {"NUMBER", "NAME", "CROSS", "ARROW", "TIMES", "DOTS"}
    return "ARROW" in kinds and "NUMBER" in kinds and kinds <= allowed and not free


def chain(text: str, setting: Setting) -> tuple[Question, list[Words]]:
    """The question that a chain asks, and how it was read.

    Raises FormulaError for a phrase that is not understood.
    """
    before, after = sides(text)
    phrases = [phrase(text, run) for run in before]
    (result,) = (phrase(text, run) for run in after[:1])
    if len(result.sizes) != 1:
        raise refuse(text, *result.place, "expected one size behind the arrow")
    known, filters = sizes_stated(text, phrases)
    return asked(text, known, filters, result, setting)


def sides(text: str) -> tuple[list[list[Word]], list[list[Word]]]:
    """The phrases before and behind the one arrow."""
    found = words(text)
    arrows = [k for k, w in enumerate(found) if w.kind == "ARROW"]
    if len(arrows) != 1:
        place = found[arrows[1]]
        raise refuse(text, place.start, place.end, "expected one step: say the layer of each step in a claim of its own")
    before, after = cut(found[: arrows[0]]), cut(found[arrows[0] + 1 :])
    if not before or len(after) != 1:
        raise refuse(text, found[arrows[0]].start, found[arrows[0]].end, "expected sizes on both sides of the arrow")
    return before, after


def cut(found: list[Word]) -> list[list[Word]]:
    """Runs of words between commas."""
    made: list[list[Word]] = [[]]
    for word in found:
        if word.kind in CUTS:
            made.append([])
        else:
            made[-1].append(word)
    return [run for run in made if run]


def phrase(text: str, run: list[Word]) -> Phrase:
    """Numbers joined by x are one size; a number word counts filters."""
    made = Phrase(place=(run[0].start, run[-1].end))
    joined = False
    for word in run:
        if word.kind == "NUMBER":
            if not word.text.isdigit() or len(word.text) > 6:
                raise refuse(text, word.start, word.end, "expected a whole number")
            value = int(word.text)
            made.sizes[-1:] = [(*made.sizes[-1], value)] if joined else [*made.sizes[-1:], (value,)]
            joined = False
        elif word.kind in ("CROSS", "TIMES"):
            if not made.sizes:
                raise refuse(text, word.start, word.end, "expected a size before this sign")
            joined = True
        elif word.kind == "NAME":
            first, *rest = word.text.split("_")
            made.count = COUNTS.get(first.lower(), made.count)
            made.words += [first, *rest]
        elif word.kind not in QUIET:
            raise refuse(text, word.start, word.end, "expected sizes and words")
    return made


def sizes_stated(text: str, phrases: list[Phrase]) -> tuple[dict[str, tuple[int, ...]], int]:
    """The sizes by role, and the number of filters."""
    known: dict[str, tuple[int, ...]] = {}
    filters = 1
    for part in phrases:
        if not part.sizes:
            if described(" ".join(part.words)) is None:
                raise refuse(text, *part.place, "expected a size")
            continue
        role = described(" ".join(part.words)) if part.words else None
        kind = role.kind if role is not None else ""
        kind = "kernel" if kind in ("out-channels", "weights") else kind
        sizes = list(part.sizes)
        if len(sizes) == 2 and len(sizes[1]) == 1 and "weights" in part.words:  # 5x5x3 (75 weights)
            known["weights"], sizes = sizes[1], sizes[:1]
            kind = "kernel"
        if len(sizes) == 2 and len(sizes[0]) == 1 and len(sizes[1]) > 1:  # 10 3x3 filters
            filters, sizes = sizes[0][0], sizes[1:]
        if len(sizes) != 1:
            raise refuse(text, *part.place, "expected one size in this phrase")
        if kind not in ("input", "kernel", "stride", "padding", "dilation"):
            kind = "input" if "input" not in known else "kernel"
        if kind in known:
            raise refuse(text, *part.place, f"expected the {kind} once")
        known[kind] = sizes[0]
        filters = part.count if part.count > 1 else filters
    for kind in ("input", "kernel"):
        if kind not in known:
            raise refuse(text, 0, len(text), f"expected the {kind} size before the arrow")
    return known, filters


def asked(
    text: str, known: dict[str, tuple[int, ...]], filters: int, result: Phrase, setting: Setting
) -> tuple[Question, list[Words]]:
    """Axis by axis, then the channels."""
    size, kernel, output = known["input"], known["kernel"], result.sizes[0]
    pooled = setting.family in ("pool", "average")
    axes = (
        len(kernel)
        if len(kernel) == 1 or (len(kernel) < len(size)) or len(output) == len(kernel) == len(size)
        else len(kernel) - 1
    )
    if len(kernel) == 1 and len(size) > 1:
        axes = min(len(size), 2)
        kernel = kernel * axes
    if len(kernel) == len(size) == 3 and kernel[2] == size[2]:
        axes = 2
    reading: list[Words] = [f"input {'x'.join(map(str, size))}, kernel {'x'.join(map(str, known['kernel']))}"]
    reading += [f"{kind} {'x'.join(map(str, known[kind]))}" for kind in ("stride", "padding", "dilation") if kind in known]
    links = []
    for axis in range(axes):
        s, p, d = (part(known, kind, axis, default) for kind, default in (("stride", 1), ("padding", 0), ("dilation", 1)))
        counted = call("windows", *(number(n) for n in (size[axis], kernel[axis], s, p, p, d)))
        claimed = number(output[axis] if axis < len(output) else 1)
        links.append(Link(relation("=", counted, claimed), text, (counted, claimed)))
    if len(output) > axes:
        channels = size[axes] if pooled and len(size) > axes else filters
        reading.append(Prose("reading.pooled" if pooled else "reading.filters", {"channels": channels}))
        links.append(
            Link(relation("=", number(channels), number(output[axes])), text, (number(channels), number(output[axes])))
        )
    if "weights" in known:
        count = Node("mul", tuple(number(k) for k in kernel))
        reading.append(Prose("reading.filter"))
        links.append(Link(relation("=", count, number(known["weights"][0])), text, (count, number(known["weights"][0]))))
    if len(kernel) > axes and len(size) > axes and not pooled:
        reading.append(Prose("reading.channels"))
        links.append(
            Link(relation("=", number(size[axes]), number(kernel[axes])), text, (number(size[axes]), number(kernel[axes])))
        )
    return Question((), (), (), tuple(links)), reading


def part(known: dict[str, tuple[int, ...]], kind: str, axis: int, default: int) -> int:
    """A parameter along an axis."""
    values = known.get(kind, (default,))
    return values[min(axis, len(values) - 1)]
