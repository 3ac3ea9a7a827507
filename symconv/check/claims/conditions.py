"""When does a claim hold?  The weakest simple condition that the points support.

Candidates are built from the claim: v = 1, v = w, v odd, v <= w, v < c and v >= c for its constants c, and for every division,
remainder, maximum and modulus in it where that is whole, 0, or taken by one side; where both sides are polynomials, the factors
of their difference.  Two of them may be joined by "and" or "or".  Each is a set of points (bits of one integer), compared with
the set where the claim holds.  Points where it holds because a sum is empty or no window fits are not among them, and where a
side has no value the claim does not hold.  What the points support is then to be proved; here nothing is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from symconv.check.claims.points import Trial, Tried, constants
from symconv.check.claims.values import Point, TooLarge, Undefined, compiled, tested
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass
from symconv.language.question import Question, relation
from symconv.language.spelling import spelled

MOST = 600  # candidates
PROBES = 64  # points at which a candidate must not fail both ways
NAMES = 3  # in what is compared within the claim
RATIOS = 2  # constants by which names are compared
SINGLE = 2  # conditions with the same points that are handed on


@dataclass(frozen=True)
class Found:
    """A condition and its words; ``fits`` if the claim failed at every point outside; ``inside`` counts its points."""

    node: Node
    words: str
    fits: bool
    inside: int
    tried: int  # points in all


Mask = tuple[int, Node, str]


def supported(question: Question, trial: Trial, extra: tuple[Node, ...] = ()) -> list[Found]:
    """The weakest simple conditions under which the claim held at every point tried, the best first; ``extra`` come first."""
    points = [t for t in trial.points if t.failed is not None or not hollow(question, t)]
    good = sum(1 << k for k, t in enumerate(points) if t.failed is None)
    count = good.bit_count()
    if count < 2 or count == len(points):
        return []
    every = (1 << len(points)) - 1
    masks: list[Mask] = []
    known = set()
    for node, words in itertools.islice(distinct(question, trial, extra), MOST):
        if not worth(node, points):
            continue
        mask = inside(node, points)
        if mask in (0, every) or (mask in known and mask != good):
            continue
        known.add(mask)
        masks.append((mask, node, words))
    found = [Found(n, w, True, count, len(points)) for m, n, w in masks if m == good][:SINGLE]
    if not found and (pair := exact_pair(masks, good)):
        found.append(Found(*pair, True, count, len(points)))
    if found:
        return found
    part = sufficient(masks, good, count, len(points)) or forgetful(masks, question, good, len(points))
    return [part] if part else []


def distinct(question: Question, trial: Trial, extra: tuple[Node, ...]) -> Iterator[tuple[Node, str]]:
    """The candidates, each once."""
    seen: set[Node] = set()
    for node, words in [*((e, worded(e)) for e in extra), *candidates(question, trial)]:
        if node not in seen:
            seen.add(node)
            yield node, words


def worded(node: Node) -> str:
    """A condition in words: its relations, with their joints."""
    if node.kind in ("or", "and"):
        return f" {node.kind} ".join(worded(p) for p in node.parts)
    return spelled(node)


def worth(node: Node, points: list[Tried]) -> bool:
    """Whether a condition can still be enough, or needed: on some points that are spread over all."""
    enough = needed = True
    test = tested(node)
    for t in points[:: max(1, len(points) // PROBES)]:
        held = at(test, t.point)
        enough &= t.failed is None or not held
        needed &= t.failed is not None or held
        if not (enough or needed):
            return False
    return True


def at(test: object, point: Point) -> bool:
    """Whether a condition holds at a point; not where it has no value."""
    try:
        return bool(test(point))  # type: ignore[operator]
    except (Undefined, TooLarge):
        return False


def inside(node: Node, points: list[Tried]) -> int:
    """The points where a condition holds, as bits."""
    test = tested(node)
    return sum(1 << k for k, t in enumerate(points) if at(test, t.point))


def hollow(question: Question, tried: Tried) -> bool:
    """Whether a sum of the claim is over nothing, a layer in it has no window, or it speaks of other points alone."""
    if all(link.condition is not None and not at(tested(link.condition), tried.point) for link in question.links):
        return True
    for link in question.links:
        for node in link.claim.walk():
            ranges = [r for r in node.inner() if r.kind == "range"] if node.kind in ("sum", "product") else []
            if any(empty(r, tried.point) for r in ranges):
                return True
            if node.kind == "call" and node.parts[0] in ("windows", "pooled") and vanishes(node, tried.point):
                return True
    return any(
        n.kind == "call" and n.parts[0] == "windows" and tried.point.get(each) == 0
        for each, meaning in question.definitions
        for n in meaning.walk()
    )


def empty(r: Node, point: Point) -> bool:
    """Whether an index has no value."""
    try:
        return bool(compiled(r.parts[1])(point) > compiled(r.parts[2])(point))
    except (Undefined, TooLarge):
        return False


def vanishes(node: Node, point: Point) -> bool:
    """Whether a count is 0."""
    try:
        return bool(compiled(node)(point) == 0)
    except (Undefined, TooLarge):
        return False


# joined
def exact_pair(masks: list[Mask], good: int) -> tuple[Node, str] | None:
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


def forgetful(masks: list[Mask], question: Question, good: int, tried: int) -> Found | None:
    """The defaults of all that the formula forgets, if it is true there."""
    if not question.forgotten:
        return None
    words = " and ".join(f"{n} = {c}" for n, c in question.forgotten)
    for mask, node, shown in masks:
        if shown == words and mask & ~good == 0:
            return Found(node, words, False, mask.bit_count(), tried)
    return None


def sufficient(masks: list[Mask], good: int, count: int, tried: int) -> Found | None:
    """The candidate, or two joined by "or", that covers most of the points where the claim holds."""
    below = [(m, n, w) for m, n, w in masks if m & ~good == 0]
    best: Found | None = None
    for mask, node, words in below:
        size = mask.bit_count()
        if 2 * size >= count and (best is None or size > best.inside):
            best = Found(node, words, False, size, tried)
    for (a, n, v), (b, o, w) in itertools.combinations([k for k in below if plain(k[1])], 2):
        size = (a | b).bit_count()
        if 2 * size >= count and (best is None or size > 1.2 * best.inside):
            best = Found(Node("or", (n, o)), f"{v} or {w}", False, size, tried)
    return best


def plain(node: Node) -> bool:
    """Whether a condition is no parity and no "does not divide": of these, two together say little."""
    return node.kind != "relation" or not (node.parts[0] == "∤" or node.parts[1].kind == "mod")


# candidates
def candidates(question: Question, trial: Trial) -> Iterator[tuple[Node, str]]:
    """Simple conditions over the claim's names, the simplest first."""
    names = [n for n, _ in question.variables]
    for each, low in question.variables:
        yield from (_compared(each, "=", c) for c in (1, 0, 2, 3) if c >= low)
    for a, b in itertools.combinations(names, 2):
        yield relation("=", name(a), name(b)), f"{a} = {b}"
    for each in names:
        for rest, word in ((1, "odd"), (0, "even")):
            yield relation("=", Node("mod", (name(each), number(2))), number(rest)), f"{each} is {word}"
    if len(question.forgotten) > 1:  # what the formula forgets has its default
        defaults = [relation("=", name(n), number(c)) for n, c in question.forgotten]
        yield Node("and", tuple(defaults)), " and ".join(f"{n} = {c}" for n, c in question.forgotten)
    yield from divisibilities(question)
    marks = [(n, c) for n in names for c in constants(question)]
    for each, c in dict.fromkeys([*marks, *trial.thresholds]):
        yield from (_compared(each, sign, c) for sign in ("<", ">=", "<=", ">", "=", "!="))
        yield _divides_name(c, each)
    yield from turns(question)
    for (a, b), c in itertools.product(itertools.permutations(names, 2), constants(question)[:RATIOS]):
        for sign in ("<=", ">=", "<", ">", "="):
            times = Node("mul", (number(c), name(b)))
            yield relation(sign, name(a), times), f"{a} {sign} {c} {b}"
    for each, low in question.variables:
        yield from (_compared(each, ">=", c) for c in (low + 1, low + 2))
        yield from (_compared(each, "<=", c) for c in (low + 1, low + 2))
        yield from (_compared(each, "!=", c) for c in range(low, low + 4))
    for a, b in itertools.permutations(names, 2):
        yield relation("<=", name(a), name(b)), f"{a} <= {b}"
    for a, b in itertools.permutations(names, 2):
        yield relation("<", name(a), name(b)), f"{a} < {b}"
        yield relation("!=", name(a), name(b)), f"{a} != {b}"
        yield relation("|", name(a), name(b)), f"{a} divides {b}"
    for node, _ in divisibilities(question):
        if node.parts[0] == "|":
            divisor, e = node.parts[1:]
            yield relation("∤", divisor, e), f"{spelled(divisor)} does not divide {spelled(e)}"


def _compared(each: str, sign: str, c: int) -> tuple[Node, str]:
    if sign == ">=" and c == 1:
        return relation(sign, name(each), number(1)), f"{each} != 0"
    return relation(sign, name(each), number(c)), f"{each} {sign} {c}"


def _divides_name(c: int, each: str) -> tuple[Node, str]:
    return relation("|", number(c), name(each)), f"{c} divides {each}"


def turns(question: Question) -> Iterator[tuple[Node, str]]:
    """Where a quotient is 0 or a maximum changes sides: a < b for floor(a/b) and a mod b, a <= b for max(a, b)."""
    for node in parts(question):
        pairs: list[tuple[str, Node, Node]] = []
        if node.kind in ("floor", "ceil") and node.parts[0].kind == "div":
            top, bottom = node.parts[0].parts
            pairs = [("<", top, bottom), ("<=", top, bottom), (">=", top, bottom), (">", top, bottom)]
        elif node.kind == "div" and node.parts[1].kind != "number":
            pairs = [("!=", node.parts[1], number(0))]
        elif node.kind in ("quotient", "mod"):
            pairs = [("<", *node.parts), (">=", *node.parts)]
        elif node.kind in ("max", "min") and len(node.parts) == 2 and any(p.kind != "name" for p in node.parts):
            pairs = [(sign, *node.parts) for sign in ("<=", ">=", "<", ">", "=")]
        elif node.kind == "abs":
            pairs = [(sign, node.parts[0], number(0)) for sign in (">=", "<=")]
        elif node.kind == "if" and node.parts[0].kind == "relation":
            yield node.parts[0], spelled(node.parts[0])
        for sign, a, b in pairs if len({*node.names()}) <= NAMES else ():
            yield relation(sign, a, b), f"{spelled(a)} {sign} {spelled(b)}"


def parts(question: Question) -> Iterator[Node]:
    """Every part of the claim and of what it speaks of."""
    nodes = [side for link in question.links for side in (link.claim, *(link.shown or ()))]
    yield from (n for e in (*nodes, *(m for _, m in question.definitions)) for n in e.walk())


def divisibilities(question: Question) -> list[tuple[Node, str]]:
    """v | e for every division by v in the claim, and s | N + lo + hi - d(K-1) - 1 for its layers."""
    made: list[tuple[Node, str]] = []
    for node in parts(question):
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
    words = f"{spelled(divisor)} divides {spelled(e)}"
    return [
        (relation("|", divisor, e), words),
        (relation("∤", divisor, e), words.replace(" divides ", " does not divide ")),
    ]
