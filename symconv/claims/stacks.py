r"""Receptive fields of stacks whose layers differ: r = 1 + sum_{l=1}^{L} (k_l - 1) prod_{i=1}^{l-1} s_i.

The formula is written out for L = 1, 2, 3 layers, so that k_l becomes k_1, k_2, ..; every layer's parameters are free.
"""

from __future__ import annotations

import re

from symconv.claims.setting import Interpretation
from symconv.claims.tokens import refuse
from symconv.claims.vocabulary import recognise
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.prose import Joined, Prose
from symconv.language.question import Link, Question, call, relation

LAYERS = (1, 2, 3)
INDEXED = re.compile(r"(\w+?)(?:_|\^?\[|\^?\()([a-z])([-+]\d)?[\])]?\Z")
KINDS = ("kernel", "stride", "dilation")


def indexed(node: Node, bound: frozenset[str] = frozenset()) -> bool:
    """Whether a name changes with the index of a sum: k_l within sum_l."""
    if node.kind == "name":
        found = INDEXED.match(node.parts[0])
        return found is not None and found[2] in bound
    inner = {p.parts[0] for p in node.inner() if p.kind == "range"} if node.kind in ("sum", "product") else set()
    return any(indexed(p, bound | inner) for p in node.inner())


def stacked(meaning: Interpretation, left: Node | None, right: Node, published: Published) -> Question:
    """The question that such a formula asks, one link for each number of layers.

    Raises FormulaError for limits and names that are not understood.
    """
    roles: dict[str, str] = {}
    field = recurring(left, right)
    for each in sorted({n.parts[0] for n in right.walk() if n.kind == "name"}):
        found = INDEXED.match(each)
        base = found[1] if found else each
        role = meaning.roles.get(each) or meaning.roles.get(base) or recognise(base, "output-size")
        if found and role is not None and role.kind in KINDS and base != field:
            roles[found[1]] = role.kind
    bound = {r.parts[0] for n in right.walk() if n.kind in ("sum", "product") for r in n.inner() if r.kind == "range"}
    last = INDEXED.match(left.parts[0]) if left is not None and left.kind == "name" else None
    count = [n for n in right.names() if not INDEXED.match(n) and n not in bound]
    count += [last[2]] if last and last[2] not in count else []
    if len(count) > 1 or "kernel" not in roles.values():
        raise refuse(
            published.formula, *right.place, "expected the sizes of each layer and the number of layers, and nothing else"
        )
    links, names = [], set()
    for layers in LAYERS:
        written = unrolled(right, dict.fromkeys(count, layers), published, roles, field)
        sizes = [part(roles, kind, layer) for layer in range(1, layers + 1) for kind in KINDS]
        shown = (call("stack_of", *sizes), written)
        links.append(Link(relation("=", *shown), published.formula, shown))
        names |= {n for side in shown for n in side.names()}
    meaning.say(Prose("reading.stacks.layers", {"layers": ", ".join(map(str, LAYERS))}))
    of_layers = (Prose("reading.stacks.index", {"name": n, "kind": Prose(f"stacks.{kind}")}) for n, kind in roles.items())
    meaning.say(Joined(tuple(of_layers), "; "))
    if left is not None:
        meaning.say(Prose("reading.stacks.field", {"name": left.parts[0]}) if left.kind == "name" else "")
    return Question(tuple((n, 1) for n in sorted(names)), (), (), tuple(links))


def recurring(left: Node | None, right: Node) -> str:
    """The name of the receptive field itself in r_l = r_{l-1} + ...: it stands on the left, and one layer before on the right."""
    found = INDEXED.match(left.parts[0]) if left is not None and left.kind == "name" else None
    if found is None:
        return ""
    before = re.compile(rf"{re.escape(found[1])}(?:_|\^?\[|\^?\(){found[2]}-1[\])]?\Z")
    return found[1] if any(before.match(n) for n in right.names()) else ""


def part(roles: dict[str, str], kind: str, layer: int) -> Node:
    """A parameter of a layer: named, or 1."""
    base = next((b for b, k in roles.items() if k == kind), None)
    return name(f"{base}_{layer}") if base is not None else number(1)


TERMS = 60
LONGEST = 20_000
FIELD = re.compile(r"(r|R|rf|RF)\Z")


def unrolled(node: Node, values: dict[str, int], published: Published, roles: dict[str, str], field: str = "") -> Node:
    """Sums and products written out, with numbers for their indices."""
    if node.kind == "name":
        found = INDEXED.match(node.parts[0])
        if (
            found and found[2] in values and (found[1] == field or FIELD.match(found[1]))
        ):  # the receptive field behind that many layers
            many = values[found[2]] + int(found[3] or 0)
            sizes = [part(roles, kind, layer) for layer in range(1, many + 1) for kind in KINDS]
            return call("stack_of", *sizes) if many > 0 else number(1)
        if found and found[2] in values:
            return name(f"{found[1]}_{values[found[2]] + int(found[3] or 0)}")
        return number(values[node.parts[0]]) if node.parts[0] in values else node
    if node.kind in ("sum", "product"):
        body, *ranges = node.parts
        if len(ranges) != 1 or ranges[0].kind != "range":
            raise refuse(published.formula, *node.place, "expected a sum over one index with both limits")
        index, low, high = ranges[0].parts
        first, last = limit(low, values, published), limit(high, values, published)
        if last - first >= TERMS:
            raise refuse(published.formula, *node.place, f"expected a sum of at most {TERMS} terms over layers")
        terms = [unrolled(body, {**values, index: k}, published, roles, field) for k in range(first, last + 1)]
        if sum(1 for t in terms for _ in t.walk()) > LONGEST:
            raise refuse(
                published.formula, *node.place, f"expected at most {LONGEST:,} symbols, when the layers are written out"
            )
        if not terms:
            return number(0 if node.kind == "sum" else 1)
        return terms[0] if len(terms) == 1 else Node("add" if node.kind == "sum" else "mul", tuple(terms))
    return Node(
        node.kind, tuple(unrolled(p, values, published, roles, field) if isinstance(p, Node) else p for p in node.parts)
    )


def limit(node: Node, values: dict[str, int], published: Published) -> int:
    """A limit of a sum: a number, an index, or one of these plus or minus a number."""
    if node.kind == "number" and isinstance(node.parts[0], int):
        return int(node.parts[0])
    if node.kind == "name" and node.parts[0] in values:
        return values[node.parts[0]]
    if node.kind == "neg":
        return -limit(node.parts[0], values, published)
    if node.kind == "add":
        return sum(limit(p, values, published) for p in node.inner())
    raise refuse(published.formula, *node.place, "expected the number of layers, an index, or a number as the limit")
