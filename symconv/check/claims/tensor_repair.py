"""The nearest true formula: one small edit of what was claimed, compared for all small sizes, proved where that is possible."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from symconv.check.claims.polynomials import TooLarge
from symconv.check.claims.tensor_proof import proof
from symconv.check.claims.tensor_search import beyond, search
from symconv.errors import SymconvError
from symconv.language.facts import Verdict
from symconv.language.formula import Node
from symconv.language.prose import Prose, Words
from symconv.language.tensorial import Equation

MOST = 150
WORK = 3_000
WIDE = 30_000
ONE = Node("number", (1,))
Edit = tuple[Node, Words]


def mended(equation: Equation) -> tuple[Node, Words, Verdict] | None:
    """The first edit after which the equation holds: the new right side, the edit in words, its verdict."""
    for node, words in itertools.islice(edits(equation.claimed, equation), MOST):
        tried = replace(equation, claimed=node)
        try:
            found = search(tried, largest=7, work=WORK)
        except (SymconvError, TooLarge):
            continue
        if found.failure is not None or found.trivial or found.compared < 3:
            continue
        made = proof(tried, "")
        if made is not None and made[1] is not None:
            continue
        if made is not None and made[0].status == "proved":
            return node, words, made[0]
        more = beyond(tried, work=WIDE)
        if more.failure is None:
            how = Prose("claim.repair.cases", {"cases": found.compared, "larger": more.compared})
            return node, words, Verdict("checked", how)
    return None


def edits(node: Node, equation: Equation, within: str = "") -> Iterator[Edit]:
    """Every formula that is one small edit away."""
    yield from local(node, equation, within)
    inner = "index" if node.kind == "index" else "limit" if node.kind == "range" else within
    for at, part in enumerate(node.parts):
        if isinstance(part, Node) and not (node.kind == "index" and at == 0 and part.kind == "name"):
            for changed, words in edits(part, equation, inner):
                yield Node(node.kind, (*node.parts[:at], changed, *node.parts[at + 1 :]), node.place), words


def local(node: Node, equation: Equation, within: str) -> Iterator[Edit]:
    """Edits at this very place."""
    kind, p = node.kind, node.parts
    if kind == "add" and within:
        yield from signs(node)
    if kind == "name" and within == "limit":
        yield Node("add", (node, Node("neg", (ONE,)))), Prose("edit.place", {"new": f"{p[0]} - 1", "old": p[0]})
    if within in ("limit",) and kind in ("add", "number"):
        yield Node("add", (node, ONE)), Prose("edit.limit.higher")
        yield Node("add", (node, Node("neg", (ONE,)))), Prose("edit.limit.lower")
    if kind == "index" and p[0].kind == "name":
        yield from shifted(node)
        for a, b in itertools.combinations(range(1, len(p)), 2):
            parts = list(p)
            parts[a], parts[b] = parts[b], parts[a]
            if parts != list(p):
                yield Node("index", tuple(parts), node.place), Prose("edit.indices")
    if kind == "times":
        yield from operations(node, equation)
    if kind == "call":
        yield from calls(node)
    if kind == "name" and not within and node.parts[0] in {a.name for a in equation.arrays if a.sizes}:
        yield Node("call", ("flip", node)), Prose("edit.flipped", {"name": p[0]})


def signs(node: Node) -> Iterator[Edit]:
    """One sign changed; first the sign of a single term, then of all but the last."""
    for at, part in enumerate(node.parts):
        new = part.parts[0] if part.kind == "neg" else Node("neg", (part,), part.place)
        shown = "+" if part.kind == "neg" else "-"
        parts = (*node.parts[:at], new, *node.parts[at + 1 :])
        if all(q.kind == "neg" for q in parts):
            continue
        yield Node("add", parts, node.place), Prose("edit.sign.index", {"sign": shown})
    if len(node.parts) == 2:
        a, b = node.parts
        if a.kind != "neg" and b.kind == "neg":
            yield Node("add", (b.parts[0], Node("neg", (a,)))), Prose("edit.difference")


def shifted(node: Node) -> Iterator[Edit]:
    """One index shifted by one."""
    for at, part in enumerate(node.parts[1:], start=1):
        for sign, shown in ((ONE, "+ 1"), (Node("neg", (ONE,)), "- 1")):
            terms = part.parts if part.kind == "add" else (part,)
            opposite = Node("neg", (ONE,)) if sign == ONE else ONE
            kept = tuple(t for t in terms if t != opposite) if opposite in terms else (*terms, sign)
            new = kept[0] if len(kept) == 1 else Node("add", kept, part.place)
            yield (
                Node("index", (*node.parts[:at], new, *node.parts[at + 1 :]), node.place),
                Prose("edit.shift", {"shift": shown}),
            )


def operations(node: Node, equation: Equation) -> Iterator[Edit]:
    """The other operation, the other mode, the operands flipped or exchanged."""
    sign, a, b = node.parts
    base, _, mode = sign.partition("_")
    for at, operand in ((2, b), (1, a)):
        parts = list(node.parts)
        flipped = turned(operand)
        parts[at] = operand.parts[1] if flipped else Node("call", ("flip", operand), operand.place)
        yield Node("times", tuple(parts), node.place), Prose("edit.flip.out" if flipped else "edit.flip")
    yield Node("times", (sign, b, a), node.place), Prose("edit.operands")
    if mode:
        for other in ("full", "valid", "same"):
            if other != mode:
                yield Node("times", (f"{base}_{other}", a, b), node.place), Prose("edit.mode", {"mode": other})


def turned(node: Node) -> bool:
    """Whether a node is a flip of all axes."""
    if node.kind != "call" or node.parts[0] != "flip":
        return False
    return len(node.parts) == 2 or (len(node.parts) == 3 and set(node.parts[2].parts[0]) == {"r"})


def calls(node: Node) -> Iterator[Edit]:
    """The other function or mode, a flip more or less."""
    function, *arguments = node.parts
    base, _, mode = function.partition("_")
    if function == "flip" and len(arguments) == 1:
        yield arguments[0], Prose("edit.flip.out")
    if base in ("conv", "corr", "convolve", "layer") and len(arguments) >= 2:
        kernel = arguments[1]
        flipped = turned(kernel)
        new = kernel.parts[1] if flipped else Node("call", ("flip", kernel), kernel.place)
        yield (
            Node("call", (function, arguments[0], new, *arguments[2:]), node.place),
            Prose("edit.flip.out" if flipped else "edit.flip.kernel"),
        )
        if mode:
            for other in ("full", "valid", "same"):
                if other != mode:
                    yield Node("call", (f"{base}_{other}", *arguments), node.place), Prose("edit.mode", {"mode": other})
    if function == "mean":
        yield Node("call", ("total", *arguments), node.place), Prose("edit.sum")
