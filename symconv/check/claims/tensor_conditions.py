"""Under which simple condition an equation holds: parameters that are 1 or 0, a remainder that is 0, sizes compared.

A condition is one that no size compared speaks against, small or beyond, where both sides have values and no sum is over
nothing; then it is proved to be enough where the prover reaches it.  "Exactly when" is said where it is proved to be needed, too;
else "at least when".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from operator import and_

from symconv.check.claims.polynomials import TooLarge, Undefined
from symconv.check.claims.tensor_proof import only_if, proof
from symconv.check.claims.tensor_search import beyond, constants, search
from symconv.check.claims.tensor_values import World
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose, Words
from symconv.language.question import relation
from symconv.language.tensorial import Equation, Failing, Meaning

Point = dict[str, int]
INSIDE = 4
ASKED = 8  # conditions that fit the points are looked at closely
PROVED = Prose("claim.under.proved")
MOST = 9  # parameters of which every choice is tried
WORK = 30_000


@dataclass(frozen=True)
class Found:
    """A condition in words, and how it was found; ``exact`` if it is proved to be enough and to be needed."""

    words: str
    how: Words
    exact: bool = False


def condition(equation: Equation, meaning: Meaning, failure: Failing | None) -> Found | None:
    """The weakest simple condition under which the equation held at all sizes compared, those it fits everywhere first."""
    small, more = search(equation, largest=7, every=True, work=WORK), beyond(equation, every=True)
    points = dict((*small.points, *more.points))
    late = small.failure is None  # it fails at larger sizes alone: there a condition has to be tried, too
    candidates = (
        [*marked(equation), *simple(equation, meaning)] if late else [*simple(equation, meaning), *marked(equation)]
    )
    if failure is not None and all(isinstance(v, int) for _, v in failure.sizes):
        points[tuple((n, int(v)) for n, v in failure.sizes)] = False
    good = sum(1 << k for k, holds in enumerate(points.values()) if holds)
    if not good:
        return None
    masks = Masks(World(equation), [dict(sizes) for sizes in points])
    part: Found | None = None
    asked = 0
    for words, node in candidates:
        mask = masks.of(node)
        if mask.bit_count() < INSIDE or mask & ~good or (mask != good and part is not None) or asked == ASKED:
            continue
        asked += 1
        found = supported(replace(equation, given=(*equation.given, node)), words, mask.bit_count(), late)
        if found is not None and mask == good:
            proved = found.how == PROVED and only_if(equation, node)
            return Found(words, Prose("claim.exactly"), True) if proved else found
        part = part or found
    return part


def supported(equation: Equation, words: str, held: int, late: bool) -> Found | None:
    """The condition with its evidence: a proof, or the sizes at which it held; None if a size beyond speaks against it."""
    made = proof(equation, "")
    if made is not None and made[0].status == "proved":
        return Found(words, PROVED)
    more = beyond(equation)
    if more.failure is not None or (late and more.compared < INSIDE):
        return None
    slots = {"cases": more.compared, "largest": more.largest}
    larger = Prose("claim.under.larger", slots) if more.compared else ""
    return Found(words, Prose("claim.under.cases", {"cases": held, "more": larger}))


class Masks:
    """Where conditions hold: the points as bits, each relation worked out once."""

    def __init__(self, world: World, points: list[Point]) -> None:
        self.world = world
        self.points = [dict(world.values) if world.at(p) else None for p in points]
        self.known: dict[Node, int] = {}

    def of(self, node: Node) -> int:
        """The points of a condition."""
        if node.kind == "and":
            return reduce(and_, (self.of(p) for p in node.parts))
        if node not in self.known:
            test = self.world.truth(node)
            self.known[node] = sum(1 << k for k, p in enumerate(self.points) if p is not None and holds(test, p))
        return self.known[node]


def holds(test: Callable[[Point], bool], point: Point) -> bool:
    """Whether a condition holds at a point; not where it has no value."""
    try:
        return test(point)
    except (Undefined, TooLarge):
        return False


def simple(equation: Equation, meaning: Meaning) -> Iterator[tuple[str, Node]]:
    """Candidates, the weakest first."""
    names = [n for n, _ in equation.sizes]
    least = dict(equation.sizes)
    parameters = [p for p in dict.fromkeys(meaning.parameters) if p in names]
    rooms = remainders(equation)
    yield from rooms
    single = [(f"{p} = {least[p]}", relation("=", name(p), number(least[p]))) for p in parameters]
    yield from single
    if len(rooms) > 1:
        yield " and ".join(w for w, _ in rooms), Node("and", tuple(t for _, t in rooms))
    pairs = [(f"{a} = {b}", relation("=", name(a), name(b))) for a, b in meaning.equal]
    yield from pairs
    if len(pairs) > 1:
        yield " and ".join(w for w, _ in pairs), Node("and", tuple(t for _, t in pairs))
    for (a, s), (b, t) in itertools.product(pairs, single):
        if len(pairs) == 1:
            yield f"{a} and {b}", Node("and", (s, t))
    for (a, s), (b, t) in itertools.combinations(single, 2):
        yield f"{a} and {b}", Node("and", (s, t))
    telling = [c for c in single if not c[0].lower().startswith("k")]  # a kernel of one tap hides all else
    for several in (telling, single):
        for count in range(3, len(several) + (several is telling) if len(single) <= MOST else 0):
            for some in itertools.combinations(several, count):
                yield ", ".join(w for w, _ in some[:-1]) + f" and {some[-1][0]}", Node("and", tuple(t for _, t in some))
    if len(single) > 2:
        yield ", ".join(w for w, _ in single[:-1]) + f" and {single[-1][0]}", Node("and", tuple(t for _, t in single))
    for (a, s), (b, t) in itertools.product(rooms[:1], single):
        yield f"{a} and {b}", Node("and", (s, t))
    sizes = [n for n in names if n not in parameters] if equation.lattice else []
    for a, b in itertools.permutations(sizes, 2):
        if a[0] != b[0] or not a[1:].isdigit():  # N against K: which is longer
            yield f"{a} >= {b}", relation(">=", name(a), name(b))
    for a, b in itertools.combinations(sizes, 2):
        if a[0] == b[0] or (a, b) in (("H", "W"), ("H_in", "W_in")):
            yield f"{a} = {b}", relation("=", name(a), name(b))


def marked(equation: Equation) -> Iterator[tuple[str, Node]]:
    """A size against a constant of the formula."""
    for (each, least), c in itertools.product(equation.sizes, constants(equation)):
        for sign in ("<=", "<", ">=", "="):
            if c > max(least, 2):
                yield f"{each} {sign} {c}", relation(sign, name(each), number(c))


def remainders(equation: Equation) -> list[tuple[str, Node]]:
    """s divides N + 2P - d(K-1) - 1, so that no input is left over."""
    found = {}
    for _, meaning in equation.definitions:
        for n in meaning.walk():
            if n.kind == "floor" and n.parts[0].kind == "div" and n.parts[0].parts[1].kind == "name":
                top, bottom = n.parts[0].parts
                found[f"{bottom.parts[0]} divides {plain(top)}"] = relation("|", bottom, top)
    return list(found.items())


def plain(node: Node) -> str:
    """A size in words."""
    kind, p = node.kind, node.parts
    if kind in ("name", "number"):
        return str(p[0])
    if kind == "neg":
        return f"-{plain(p[0])}"
    if kind == "mul":
        return " ".join(f"({plain(q)})" if q.kind == "add" else plain(q) for q in p)
    if kind == "add":
        made = plain(p[0])
        for q in p[1:]:
            made += f" - {plain(q.parts[0])}" if q.kind == "neg" else f" + {plain(q)}"
        return made
    if kind in ("floor", "div"):
        return f"floor({plain(p[0])})" if kind == "floor" else f"({plain(p[0])})/{plain(p[1])}"
    return kind
