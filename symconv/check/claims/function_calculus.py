"""Derivatives of nodes, as nodes: the rules of calculus, entry by entry.

    d z_k / d z_j = [k = j]        d sum_k f = sum_k df        d f(a) = f'(a) da        d max(a, b) = da where a > b, else db

A case distinction keeps its values beside its derivatives (kind ``kinked``): at the border it has a derivative only if both
values and both derivatives agree.
"""

from __future__ import annotations

from symconv.check.claims.function_field import NoForm
from symconv.core.formula import Node, name, number
from symconv.core.functional import Defined

ZERO, ONE, TWO = number(0), number(1), number(2)


def mul(*parts: Node) -> Node:
    """A product; 0 and 1 vanish."""
    if ZERO in parts:
        return ZERO
    kept = tuple(p for p in parts if p != ONE)
    return kept[0] if len(kept) == 1 else Node("mul", kept) if kept else ONE


def add(*parts: Node) -> Node:
    """A sum; 0 vanishes."""
    kept = tuple(p for p in parts if p != ZERO)
    return kept[0] if len(kept) == 1 else Node("add", kept) if kept else ZERO


def neg(a: Node) -> Node:
    """-a."""
    return a if a == ZERO else Node("neg", (a,))


def call(word: str, a: Node) -> Node:
    """f(a)."""
    return Node("call", (word, a))


def inner_derivative(word: str, a: Node) -> Node:
    """f'(a) of an elementary function."""
    if word == "exp":
        return call("exp", a)
    if word == "log":
        return Node("div", (ONE, a))
    if word == "tanh":
        return Node("add", (ONE, neg(Node("pow", (call("tanh", a), TWO)))))
    if word == "sinh":
        return call("cosh", a)
    if word == "cosh":
        return call("sinh", a)
    if word == "sqrt":
        return Node("div", (ONE, Node("mul", (TWO, call("sqrt", a)))))
    if word == "erf":
        bell = call("exp", neg(Node("pow", (a, TWO))))
        return Node("div", (Node("mul", (TWO, bell)), call("sqrt", name("pi"))))
    raise NoForm


def base_of(node: Node) -> tuple[str, tuple[Node, ...]]:
    """The name and the indices of a variable or an entry."""
    if node.kind == "name":
        return node.parts[0], ()
    return node.parts[0].parts[0], tuple(node.parts[1:])


def upstream(loss: str, of: str) -> str:
    """The name of the derivative of an unknown loss by a family."""
    return f"d{loss}/d{of}"


class Calculus:
    """The derivative by one variable or entry; what is defined is opened as it is met."""

    def __init__(self, defined: dict[str, Defined], wrt: Node) -> None:
        self.defined, self.wrt = defined, wrt
        self.base, self.at = base_of(wrt)
        self.taken = {n for e in self.at for n in e.names()}

    def of(self, node: Node) -> Node:
        """d node / d wrt."""
        kind, p = node.kind, node.parts
        if kind in ("name", "index"):
            return self.entry(node)
        if kind in ("number", "truth", "size", "undefined"):
            return ZERO if kind != "undefined" else node
        if kind == "add":
            return add(*(self.of(q) for q in p))
        if kind == "neg":
            return neg(self.of(p[0]))
        if kind == "mul":
            return add(*(mul(*p[:k], self.of(q), *p[k + 1 :]) for k, q in enumerate(p)))
        if kind == "div":
            top = add(mul(self.of(p[0]), p[1]), neg(mul(p[0], self.of(p[1]))))
            return ZERO if top == ZERO else Node("div", (top, Node("pow", (p[1], TWO))))
        if kind == "pow":
            return self.power(*p)
        return self.other(node)

    def other(self, node: Node) -> Node:
        """The rest: functions, sums, cases."""
        kind, p = node.kind, node.parts
        if kind == "call":
            inside = self.of(p[1])
            return ZERO if inside == ZERO else mul(inner_derivative(p[0], p[1]), inside)
        if kind == "slope":
            body, v, n, a = p
            inside = self.of(a)
            if set(body.names()) - {v} and self.base in body.names():
                raise NoForm  # a parameter of the function
            return ZERO if inside == ZERO else mul(Node("slope", (body, v, n + 1, a)), inside)
        if kind == "unknown":
            inside = self.of(p[2])
            return ZERO if inside == ZERO else mul(Node("unknown", (p[0], p[1] + 1, p[2])), inside)
        if kind == "sum":
            body, *ranges = self.apart(node).parts
            inside = self.of(body)
            return ZERO if inside == ZERO else Node("sum", (inside, *ranges))
        if kind == "if":
            return Node("kinked", (p[0], self.of(p[1]), self.of(p[2]), p[1], p[2]))
        if kind in ("max", "min"):
            return self.of(cases(node))
        if kind == "partial":
            return self.of(Calculus(self.defined, p[1]).of(p[0]))
        raise NoForm

    def power(self, a: Node, n: Node) -> Node:
        """n a^(n-1) da, with a number as the exponent."""
        inside = self.of(a)
        if inside == ZERO and self.of(n) == ZERO:
            return ZERO
        value = n.parts[0] if n.kind == "number" else -n.parts[0].parts[0] if n.kind == "neg" else None
        if value is None or (n.kind == "neg" and n.parts[0].kind != "number"):
            raise NoForm
        return mul(number(value), Node("pow", (a, number(value - 1))), inside)

    def entry(self, node: Node) -> Node:
        """[k = j] for the same family; what is defined by its body."""
        base, at = base_of(node)
        if base == self.base:
            if len(at) != len(self.at):
                raise NoForm
            return mul(*(Node("truth", (Node("relation", ("=", a, b)),)) for a, b in zip(at, self.at, strict=True)))
        made = self.defined.get(base)
        if made is None:
            return ZERO
        if made.body is not None:
            return self.of(opened(made, at, self.taken))
        k = name(fresh(f"k@{made.of}", self.taken))
        inside = self.of(Node("index", (name(made.of), k)))
        return ZERO if inside == ZERO else Node("sum", (mul(Node("index", (name(upstream(base, made.of)), k)), inside),
                                                        Node("each", k.parts)))  # fmt: skip

    def apart(self, node: Node) -> Node:
        """A sum whose index does not meet an index of the variable."""
        body, *ranges = node.parts
        for r in ranges:
            if r.kind == "each" and r.parts[0] in self.taken:
                new = fresh(r.parts[0], self.taken | set(body.names()))
                put = {r.parts[0]: name(new)}
                ranges = [Node("each", (new,)) if q is r else q.subs(put) for q in ranges]
                body = body.subs(put)
        return Node("sum", (body, *ranges))


def cases(node: Node) -> Node:
    """max and min of several, as case distinctions."""
    first, *rest = node.parts
    if not rest:
        return Node(first.kind, first.parts)
    other = cases(Node(node.kind, tuple(rest)))
    sign = ">" if node.kind == "max" else "<"
    return Node("if", (Node("relation", (sign, first, other)), first, other))


def fresh(letter: str, taken: set[str]) -> str:
    """A name not yet in use."""
    made = letter
    while made in taken:
        made += "~"
    return made


def opened(made: Defined, at: tuple[Node, ...], taken: set[str]) -> Node:
    """The body of a definition at an index, its bound indices away from those in use."""
    assert made.body is not None
    avoid = taken | {n for e in at for n in e.names()}
    return away(made.body, avoid).subs(dict(zip(made.parameters, at, strict=True)))


def away(node: Node, avoid: set[str]) -> Node:
    """Bound indices renamed where they meet names in use."""
    if node.kind not in ("sum", "extremum"):
        return Node(node.kind, tuple(away(p, avoid) if isinstance(p, Node) else p for p in node.parts), node.place)
    put = {}
    for r in node.inner():
        if r.kind == "each" and r.parts[0] in avoid:
            put[r.parts[0]] = name(fresh(r.parts[0], avoid | set(node.names())))
    parts = []
    for p in node.parts:
        if isinstance(p, Node) and p.kind == "each":
            parts.append(Node("each", put[p.parts[0]].parts) if p.parts[0] in put else p)
        elif isinstance(p, Node):
            parts.append(away(p.subs(put), avoid))
        else:
            parts.append(p)
    return Node(node.kind, tuple(parts), node.place)
