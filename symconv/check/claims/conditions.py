"""When does a claim hold?  The weakest simple condition that the points support.

Candidates are built from the claim's own names: v = 1, v = w, v odd, s | e for the quotients that occur, v <= w, and pairs of
them joined by "and" or "or".  Each is a set of points (bits of one integer), compared with the set where the claim holds:

    exact         the same set          sufficient      a part of it, and at least half of it
"""

from __future__ import annotations

import itertools

from symconv.check.claims.points import Trial
from symconv.check.claims.values import TooLarge, Undefined, tested
from symconv.core.formula import Node, number
from symconv.core.lazy import dataclass
from symconv.core.question import Question, relation
from symconv.core.spelling import spelled

MOST = 160


@dataclass(frozen=True)
class Found:
    """A condition, its words, and whether the claim fails at every point outside."""

    node: Node
    words: str
    exact: bool
    inside: int


def weakest(question: Question, trial: Trial) -> Found | None:
    """The weakest simple condition under which the claim held at every point tried, or None."""
    points = trial.points
    good = sum(1 << k for k, t in enumerate(points) if t.failed is None)
    count = good.bit_count()
    if count < 2 or count == len(points):
        return None
    every = (1 << len(points)) - 1
    masks: list[tuple[int, Node, str]] = []
    for node, words in candidates(question)[:MOST]:
        mask = inside(node, trial)
        if mask not in (0, every) and all(mask != m for m, _, _ in masks):
            masks.append((mask, node, words))
    single = [(m, n, w) for m, n, w in masks if m == good]
    if single:
        return Found(single[0][1], single[0][2], True, count)
    if pair := exact_pair(masks, good):
        return Found(*pair, True, count)
    return sufficient(masks, good, count) or forgetful(masks, question, good)


def exact_pair(masks: list[tuple[int, Node, str]], good: int) -> tuple[Node, str] | None:
    """Two candidates that together are exactly the points where the claim holds."""
    below = [(m, n, w) for m, n, w in masks if m & ~good == 0]
    for (a, n, v), (b, o, w) in itertools.combinations(below, 2):
        if a | b == good:
            return Node("or", (n, o)), f"{v} or {w}"
    above = [(m, n, w) for m, n, w in masks if good & ~m == 0]
    for (a, n, v), (b, o, w) in itertools.combinations(above, 2):
        if a & b == good:
            return Node("and", (n, o)), f"{v} and {w}"
    return None


def forgetful(masks: list[tuple[int, Node, str]], question: Question, good: int) -> Found | None:
    """The defaults of all that the formula forgets, if it is true there."""
    if not question.forgotten:
        return None
    words = " and ".join(f"{n} = {c}" for n, c in question.forgotten)
    for mask, node, shown in masks:
        if shown == words and mask & ~good == 0:
            return Found(node, words, False, mask.bit_count())
    return None


def sufficient(masks: list[tuple[int, Node, str]], good: int, count: int) -> Found | None:
    """The candidate, or two joined by "or", that covers most of the points where the claim holds."""
    below = [(m, n, w) for m, n, w in masks if m & ~good == 0]
    best: Found | None = None
    for mask, node, words in below:
        size = mask.bit_count()
        if 2 * size >= count and (best is None or size > best.inside):
            best = Found(node, words, False, size)
    for (a, n, v), (b, o, w) in itertools.combinations(below, 2):
        size = (a | b).bit_count()
        if 2 * size >= count and (best is None or size > 1.2 * best.inside):
            best = Found(Node("or", (n, o)), f"{v} or {w}", False, size)
    return best


def inside(node: Node, trial: Trial) -> int:
    """The points where a condition holds, as bits."""
    found = 0
    test = tested(node)
    for k, t in enumerate(trial.points):
        try:
            found |= int(test(t.point)) << k
        except (Undefined, TooLarge):
            continue
    return found


def candidates(question: Question) -> list[tuple[Node, str]]:
    """Simple conditions over the claim's names, the simplest first."""
    names = [n for n, _ in question.variables]
    made: list[tuple[Node, str]] = []
    for each, low in question.variables:
        made += [(relation("=", Node("name", (each,)), number(c)), f"{each} = {c}") for c in (1, 0, 2, 3) if c >= low]
    for a, b in itertools.combinations(names, 2):
        made.append((relation("=", Node("name", (a,)), Node("name", (b,))), f"{a} = {b}"))
    for each in names:
        for rest, word in ((1, "odd"), (0, "even")):
            made.append((relation("=", Node("mod", (Node("name", (each,)), number(2))), number(rest)), f"{each} is {word}"))
    if len(question.forgotten) > 1:  # what the formula forgets has its default
        defaults = [relation("=", Node("name", (n,)), number(c)) for n, c in question.forgotten]
        made.append((Node("and", tuple(defaults)), " and ".join(f"{n} = {c}" for n, c in question.forgotten)))
    made += divisibilities(question)
    for each, low in question.variables:
        made += [(relation(">=", Node("name", (each,)), number(c)), f"{each} >= {c}") for c in (low + 1, low + 2)]
    for a, b in itertools.permutations(names, 2):
        made.append((relation("<=", Node("name", (a,)), Node("name", (b,))), f"{a} <= {b}"))
    return made


def divisibilities(question: Question) -> list[tuple[Node, str]]:
    """v | e for every division by v in the claim, and s | N + lo + hi - d(K-1) - 1 for its layers."""
    made: list[tuple[Node, str]] = []
    nodes = [n for link in question.links for side in (link.claim, *(link.shown or ())) for n in side.walk()]
    nodes += [n for _, meaning in question.definitions for n in meaning.walk()]
    for node in nodes:
        if node.kind in ("div", "quotient", "mod") and node.parts[1].kind in ("name", "number"):
            made += _divides(node.parts[1], node.parts[0])
        elif node.kind == "call" and node.parts[0] in ("windows", "pooled"):
            n, k, s, lo, hi, d = node.parts[1:7]
            pads = [p for p in (lo, hi) if p != number(0)]
            kernel: list[Node] = [Node("neg", (k,))]
            if d != number(1):
                kernel = [Node("neg", (Node("mul", (d, total(k, Node("neg", (number(1),))))),)), Node("neg", (number(1),))]
            if s.kind == "name":
                twice = [Node("mul", (number(2), lo))] if len(pads) == 2 and lo == hi else pads
                made += _divides(s, total(n, *twice, *kernel))
                made += _divides(s, n)
                made += _divides(s, total(n, Node("neg", (number(1),))))
    return made


def total(*parts: Node) -> Node:
    """A sum."""
    return Node("add", parts)


def _divides(divisor: Node, e: Node) -> list[tuple[Node, str]]:
    if divisor.kind == "number":
        if divisor.parts[0] in (0, 1):
            return []
        zero = relation(">=", e, number(0))
        plain = relation("|", divisor, e)
        word = f"{spelled(e)} is even" if divisor.parts[0] == 2 else f"{spelled(divisor)} divides {spelled(e)}"
        return [(plain, word), (zero, f"{spelled(e)} >= 0")]
    return [(relation("|", divisor, e), f"{spelled(divisor)} divides {spelled(e)}")]
