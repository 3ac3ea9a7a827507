"""Under which simple condition an equation holds: parameters that are 1 or 0, a remainder that is 0, sizes compared."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from symconv.check.claims.tensor_search import search
from symconv.check.claims.tensor_values import Undefined, World
from symconv.core.formula import Node
from symconv.core.tensorial import Equation, Meaning

Point = dict[str, int]
Test = Callable[[Point], bool]
INSIDE = 4
MOST = 9  # parameters of which every choice is tried
WORK = 30_000


def condition(equation: Equation, meaning: Meaning) -> tuple[str, bool]:
    """The condition in words, and whether the equation fails at every point outside it; nothing if none was found."""
    candidates = list(simple(equation, meaning))
    if not candidates:
        return "", False
    found = search(equation, largest=7, every=True, work=WORK)
    points = [(dict(sizes), holds) for sizes, holds in found.points]
    partial = ""
    for words, test in candidates:
        inside = [(p, holds) for p, holds in points if test(p)]
        if len(inside) < INSIDE or not all(holds for _, holds in inside):
            continue
        if not any(holds for p, holds in points if not test(p)):
            return words, True
        partial = partial or words
    return partial, False


def simple(equation: Equation, meaning: Meaning) -> Iterator[tuple[str, Test]]:
    """Candidates, the weakest first."""
    names = [n for n, _ in equation.sizes]
    least = dict(equation.sizes)
    parameters = [p for p in dict.fromkeys(meaning.parameters) if p in names]
    rooms = remainders(equation)
    yield from rooms
    single = [(f"{p} = {least[p]}", _equal(p, least[p])) for p in parameters]
    yield from single
    if len(rooms) > 1:
        yield " and ".join(w for w, _ in rooms), _every([t for _, t in rooms])
    pairs = [(f"{a} = {b}", _same(a, b)) for a, b in meaning.equal]
    yield from pairs
    if len(pairs) > 1:
        yield " and ".join(w for w, _ in pairs), _every([t for _, t in pairs])
    for (a, s), (b, t) in itertools.product(pairs, single):
        if len(pairs) == 1:
            yield f"{a} and {b}", _every([s, t])
    for (a, s), (b, t) in itertools.combinations(single, 2):
        yield f"{a} and {b}", _every([s, t])
    telling = [c for c in single if not c[0].lower().startswith("k")]  # a kernel of one tap hides all else
    for several in (telling, single):
        for count in range(3, len(several) + (several is telling) if len(single) <= MOST else 0):
            for some in itertools.combinations(several, count):
                yield ", ".join(w for w, _ in some[:-1]) + f" and {some[-1][0]}", _every([t for _, t in some])
    if len(single) > 2:
        yield ", ".join(w for w, _ in single[:-1]) + f" and {single[-1][0]}", _every([t for _, t in single])
    for (a, s), (b, t) in itertools.product(rooms[:1], single):
        yield f"{a} and {b}", _every([s, t])
    sizes = [n for n in names if n not in parameters] if equation.lattice else []
    for a, b in itertools.permutations(sizes, 2):
        if a[0] != b[0] or not a[1:].isdigit():  # N against K: which is longer
            yield f"{a} >= {b}", _ordered(a, b)
    for a, b in itertools.combinations(sizes, 2):
        if a[0] == b[0] or (a, b) in (("H", "W"), ("H_in", "W_in")):
            yield f"{a} = {b}", _same(a, b)


def remainders(equation: Equation) -> list[tuple[str, Test]]:
    """s divides N + 2P - d(K-1) - 1, so that no input is left over."""
    found = []
    world = World(equation)
    for _, meaning in equation.definitions:
        for n in meaning.walk():
            if n.kind == "floor" and n.parts[0].kind == "div" and n.parts[0].parts[1].kind == "name":
                top, bottom = n.parts[0].parts
                found.append((f"{bottom.parts[0]} divides {plain(top)}", _divides(world, top, bottom.parts[0])))
    return list({w: (w, t) for w, t in found}.values())


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


def _divides(world: World, top: Node, bottom: str) -> Test:
    count = world.count(top)

    def test(point: Point) -> bool:
        try:
            return world.at(point) and count(world.values) % point[bottom] == 0
        except Undefined:
            return False

    return test


def _equal(name: str, value: int) -> Test:
    return lambda point: point[name] == value


def _same(a: str, b: str) -> Test:
    return lambda point: point[a] == point[b]


def _ordered(a: str, b: str) -> Test:
    return lambda point: point[a] >= point[b]


def _every(tests: list[Test]) -> Test:
    return lambda point: all(t(point) for t in tests)
