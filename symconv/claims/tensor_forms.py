"""Small rewritings of nodes about tensors, before they get a meaning: dots, limits, indices, constraints."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symconv.language.formula import Node, name, number


def add(*terms: Node | int) -> Node:
    """A sum, numbers gathered."""
    flat: list[Node] = []
    constant = 0
    for t in terms:
        for p in summands(number(t) if isinstance(t, int) else t):
            if p.kind == "number" and isinstance(p.parts[0], int):
                constant += p.parts[0]
            elif p.kind == "neg" and p.parts[0].kind == "number" and isinstance(p.parts[0].parts[0], int):
                constant -= p.parts[0].parts[0]
            else:
                flat.append(p)
    if constant or not flat:
        flat.append(number(constant) if constant >= 0 else Node("neg", (number(-constant),)))
    return flat[0] if len(flat) == 1 else Node("add", tuple(flat))


def summands(node: Node) -> Iterable[Node]:
    """The terms of a sum."""
    return (q for p in node.parts for q in summands(p)) if node.kind == "add" else (node,)


def constant_difference(a: Node, b: Node) -> int | None:
    """a - b where it is a whole number: both are sums of numbers and of like terms; else None."""
    found: dict[Node | None, int] = {}
    for side, sign in ((a, 1), (b, -1)):
        for term in summands(side):
            while term.kind == "neg":
                term, sign = term.parts[0], -sign
            whole = term.kind == "number" and type(term.parts[0]) is int
            key = None if whole else term
            found[key] = found.get(key, 0) + sign * (term.parts[0] if whole else 1)
            sign = 1 if side is a else -1
    return found.pop(None, 0) if not any(c for key, c in found.items() if key is not None) else None


def minus(a: Node, b: Node | int) -> Node:
    """a - b."""
    if isinstance(b, int):
        return add(a, -b)
    return add(a, *(p.parts[0] if p.kind == "neg" else Node("neg", (p,)) for p in summands(b)))


def times(a: Node | int, b: Node | int) -> Node:
    """A product; 1 and 0 vanish."""
    x, y = (number(e) if isinstance(e, int) else e for e in (a, b))
    if x == number(0) or y == number(0):
        return number(0)
    if x == number(1):
        return y
    return x if y == number(1) else Node("mul", (x, y))


def floored(a: Node, b: Node) -> Node:
    """floor(a / b)."""
    return a if b == number(1) else Node("floor", (Node("div", (a, b)),))


def index(tensor: str, *places: Node) -> Node:
    """An entry; a number without axes."""
    return Node("index", (name(tensor), *places)) if places else name(tensor)


def relation(sign: str, a: Node, b: Node | int) -> Node:
    """a sign b."""
    return Node("relation", (sign, a, number(b) if isinstance(b, int) else b))


def summed(body: Node, ranges: list[Node]) -> Node:
    """A sum, or its body without indices."""
    return Node("sum", (body, *ranges)) if ranges else body


def rewritten(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The node with every part that ``change`` replaces, from the top."""
    found = change(node)
    if found is not None:
        return found
    return Node(node.kind, tuple(rewritten(p, change) if isinstance(p, Node) else p for p in node.parts), node.place)


def settled(node: Node) -> Node:
    """Dots within an index stand for axes that play no part; p in 0..K-1 below a sum is its range; products are flat."""

    def change(n: Node) -> Node | None:
        if n.kind == "index" and any(isinstance(p, Node) and p.kind == "dots" for p in n.parts):
            return settled(Node("index", tuple(p for p in n.parts if p.kind != "dots"), n.place))
        if n.kind == "sum":
            return Node("sum", (settled(n.parts[0]), *ranged([settled(r) for r in n.parts[1:]])), n.place)
        return None

    return rewritten(node, change)


def ranged(ranges: list[Node]) -> list[Node]:
    """Bare indices whose conditions are their limits become ranges."""
    made = list(ranges)
    for each in [r for r in ranges if r.kind == "each"]:
        lower = upper = None
        used = []
        for r in made:
            if r.kind != "such" or r.parts[0].kind != "relation":
                continue
            sign, a, b = r.parts[0].parts
            if sign in (">", ">="):
                sign, a, b = {">": "<", ">=": "<="}[sign], b, a
            if sign not in ("<", "<="):
                continue
            if b == name(each.parts[0]) and lower is None and each.parts[0] not in a.names():
                lower = a if sign == "<=" else add(a, 1)
                used.append(r)
            elif a == name(each.parts[0]) and upper is None and each.parts[0] not in b.names():
                upper = b if sign == "<=" else add(b, -1)
                used.append(r)
        if lower is not None and upper is not None:
            made = [
                Node("range", (each.parts[0], lower, upper), each.place) if r is each else r for r in made if r not in used
            ]
    return made


def bound_in(node: Node) -> set[str]:
    """The indices that sums within a node bind."""
    return {
        r.parts[0] for n in node.walk() if n.kind in ("sum", "product") for r in n.inner() if r.kind in ("range", "each")
    }


def indices_of(node: Node, arrays: Iterable[str]) -> dict[str, int]:
    """Every tensor that is read with an index: how many axes it has."""
    known = set(arrays)
    found: dict[str, int] = {}
    for n in node.walk():
        if n.kind == "index":
            t = n.parts[0].parts[0] if n.parts[0].kind == "conj" else n.parts[0]
            if t.kind == "name" and (t.parts[0] in known or not known):
                found.setdefault(t.parts[0], len(n.parts) - 1)
    return found


def stands_alone(node: Node, arrays: Iterable[str]) -> set[str]:
    """Names that are, alone, an index of a tensor."""
    known = set(arrays)
    return {
        e.parts[0]
        for n in node.walk()
        if n.kind == "index" and set(n.parts[0].names()) & known
        for e in n.parts[1:]
        if e.kind == "name"
    }


def scalars_of(node: Node, arrays: Iterable[str]) -> list[str]:
    """Names that are neither tensors nor bound, in reading order; the keywords of calls are no names."""
    known = bound_in(node) | set(arrays)
    return list(dict.fromkeys(n for n in _names(node) if n not in known))


def _names(node: Node) -> Iterable[str]:
    if node.kind == "name":
        yield node.parts[0]
        return
    reshaped = node.kind == "call" and node.parts[0] == "reshape"
    for part in list(node.inner())[: 1 if reshaped else None]:
        keyword = node.kind == "call" and part.kind == "relation"
        yield from _names(part.parts[2]) if keyword else _names(part)


def modular(node: Node, text: str) -> Node:
    """x[n - k mod N] is x[(n - k) mod N], unless the sign is %: the word takes the whole index."""

    def change(n: Node) -> Node | None:
        if n.kind != "index":
            return None
        return Node("index", tuple(whole(p) if isinstance(p, Node) and k else p for k, p in enumerate(n.parts)), n.place)

    def whole(e: Node) -> Node:
        if e.kind != "add":
            return e
        last = e.parts[-1]
        inner = last.parts[0] if last.kind == "neg" else last
        if inner.kind != "mod" or "%" in text[inner.parts[0].place[1] : inner.parts[1].place[0]]:
            return e
        if text[: inner.parts[0].place[0]].rstrip().endswith("(") and len(e.parts) > 1:
            return e
        first = inner.parts[0]
        return Node(
            "mod", (Node("add", (*e.parts[:-1], Node("neg", (first,)) if last.kind == "neg" else first)), inner.parts[1])
        )

    return rewritten(node, change)


def with_operator(node: Node, letter: str, function: str) -> Node:
    """D(f * g), Df, D f as calls of a function."""

    def change(n: Node) -> Node | None:
        if n.kind == "index" and n.parts[0] == name(letter) and len(n.parts) == 2:
            return Node("call", (function, with_operator(n.parts[1], letter, function)), n.place)
        if n.kind == "name" and len(n.parts[0]) > 1 and n.parts[0][0] == letter and n.parts[0][1].isalpha():
            return Node("call", (function, name(n.parts[0][1:])), n.place)
        if n.kind == "mul" and n.parts[0] == name(letter) and len(n.parts) == 2:
            return Node("call", (function, with_operator(n.parts[1], letter, function)), n.place)
        if n.kind == "times" and n.parts[0] == "·" and n.parts[1] == name(letter):
            return Node("call", (function, with_operator(n.parts[2], letter, function)), n.place)
        return None

    return rewritten(node, change)
