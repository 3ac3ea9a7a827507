r"""From formulas with functions, vectors and matrices to entries: sigma'(z), softmax(z)_i, W^T \delta, \delta x^T, diag(p).

A shape is 0 (a number), 1 (a column), -1 (a row) or 2 (a matrix); an equation between vectors becomes one between their entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from symconv.claims.function_names import ELEMENTARY, body
from symconv.claims.spelling import spelled
from symconv.errors import SymconvError
from symconv.language.formula import Node, name, number

Shape = int
ONE = number(1)


class Entries:
    """Nodes with their shapes; ``shapes`` are those of the names, ``aliases`` what a function's name stands for."""

    def __init__(self, shapes: dict[str, Shape], aliases: dict[str, str], variable: Node, slope: Node | None) -> None:
        self.shapes, self.aliases, self.variable, self.slope = shapes, aliases, variable, slope
        self.entrywise = False  # products of vectors are taken entry by entry
        self.made = 0
        self.used: dict[str, None] = {}  # the functions that were opened

    def fresh(self) -> str:
        """A new index."""
        self.made += 1
        return f"_{self.made}"

    # shapes
    def shape(self, node: Node) -> Shape:
        """The shape of a node."""
        kind, p = node.kind, node.parts
        if kind == "name":
            base = p[0].rstrip("'")
            return self.shape(self.variable) if self.is_function(base) else self.shapes.get(p[0], 0)
        if kind == "index":
            left = abs(self.shape(p[0])) - (len(p) - 1) if p[0].kind != "name" or p[0].parts[0] != "delta" else 0
            return max(left, 0)
        if kind == "transpose":
            inner = self.shape(p[0])
            return -inner if abs(inner) == 1 else inner
        if kind == "call":
            return {"logsumexp": 0, "diag": 2, "max": 0, "min": 0, "sum": 0}.get(p[0], self.shape(p[1]))
        if kind == "prime":
            return self.shape(p[2])
        if kind == "partial":
            return abs(self.shape(p[0])) + abs(self.shape(p[1]))
        if kind == "mul":
            made: Shape = 0
            if self.beside(p):
                return 1
            for q in p:
                made = product_shape(made, self.shape(q))
            return made
        if kind == "times" and p[0] == "@":
            return product_shape(self.shape(p[1]), self.shape(p[2]))
        if kind in ("number", "size", "undefined"):
            return 0
        if kind == "truth":
            return max((self.shape(q) for c in node.walk() if c.kind == "relation" for q in c.inner()), key=abs, default=0)
        inner_shapes = [self.shape(q) for q in node.inner() if q.kind not in ("each", "range", "such", "relation", "and")]
        return max(inner_shapes, key=abs, default=0)

    def beside(self, parts: Sequence[Node]) -> bool:
        """Whether vectors stand side by side in a product that is taken entry by entry."""
        shapes = [self.shape(q) for q in parts] if self.entrywise else []
        return shapes.count(1) > 1 and set(shapes) <= {0, 1}

    def is_function(self, word: str) -> bool:
        """Whether a bare name is a function without its argument."""
        return word not in self.shapes and (word in self.aliases or word == "sigma" or word in ("tanh", "sigmoid"))

    # entries
    def entry(self, node: Node, at: tuple[Node, ...] = ()) -> Node:
        """The entry of a node at indices; a number is the same everywhere."""
        shape = abs(self.shape(node))
        if shape == 0 and node.kind not in ("add", "mul", "neg", "div", "pow", "if", "max", "min"):
            at = ()
        elif shape != len(at) and shape:
            raise SymconvError(f"expected {len(at)} indices on both sides, but a part has {shape}")
        make: Callable[..., Node] | None = getattr(self, f"_{node.kind}", None)
        if make is not None:
            return make(node, at)
        parts = tuple(self.entry(q, at if self.shape(q) else ()) if isinstance(q, Node) else q for q in node.parts)
        return Node(node.kind, parts, node.place)

    def _number(self, node: Node, at: tuple[Node, ...]) -> Node:
        return node

    def _each(self, node: Node, at: tuple[Node, ...]) -> Node:
        return node

    _range = _such = _relation = _and = _each

    def _truth(self, node: Node, at: tuple[Node, ...]) -> Node:
        return Node("truth", (self.condition(node.parts[0], at),))

    def condition(self, node: Node, at: tuple[Node, ...] = ()) -> Node:
        """A condition with its sides as entries."""
        if node.kind == "and":
            return Node("and", tuple(self.condition(p, at) for p in node.parts))
        if node.kind != "relation":
            raise SymconvError(f"expected a condition such as x > 0, got {spelled(node)[:40]!r}")
        sign, *sides = node.parts
        return Node("relation", (sign, *(self.entry(s, at if self.shape(s) else ()) for s in sides)))

    def _if(self, node: Node, at: tuple[Node, ...]) -> Node:
        condition, yes, no = node.parts
        return Node("if", (self.condition(condition, at), *(self.entry(s, at if self.shape(s) else ()) for s in (yes, no))))

    def _name(self, node: Node, at: tuple[Node, ...]) -> Node:
        word = node.parts[0]
        base = word.rstrip("'")
        if self.is_function(base) or (word != base and (base in self.aliases or base == "sigma")):
            return self.function(base, len(word) - len(base), self.variable, at)
        return Node("index", (node, *at)) if at else node

    def _index(self, node: Node, at: tuple[Node, ...]) -> Node:
        base, *own = node.parts
        if base.kind == "name" and base.parts[0] == "delta" and len(own) == 2 and abs(self.shapes.get("delta", 0)) != 2:
            return Node("truth", (Node("relation", ("=", *own)),))
        if base.kind == "name":
            return Node("index", (base, *own, *at))
        return self.entry(base, (*own, *at))

    def _transpose(self, node: Node, at: tuple[Node, ...]) -> Node:
        return self.entry(node.parts[0], at[::-1])

    def _call(self, node: Node, at: tuple[Node, ...]) -> Node:
        word, *arguments = node.parts
        if word == "diag":
            same = Node("truth", (Node("relation", ("=", at[0], at[1])),))
            return Node("mul", (same, self.entry(arguments[0], at[:1])))
        if word in ("max", "min", "sum") and len(arguments) == 1:
            k = self.fresh()
            inside = self.entry(arguments[0], (name(k),))
            each = Node("each", (k,))
            return Node("sum", (inside, each)) if word == "sum" else Node("extremum", (word, inside, each))
        if len(arguments) != 1:
            raise SymconvError(f"expected one argument of {word}, got {len(arguments)}")
        return self.function(word, 0, arguments[0], at)

    def _prime(self, node: Node, at: tuple[Node, ...]) -> Node:
        word, order, *arguments = node.parts
        if len(arguments) != 1:
            raise SymconvError(f"expected one argument of {word}', got {len(arguments)}")
        return self.function(word, order, arguments[0], at)

    def function(self, word: str, order: int, argument: Node, at: tuple[Node, ...]) -> Node:
        """A function, differentiated so many times, at its argument."""
        word = self.aliases.get(word, "sigmoid" if word == "sigma" else word)
        self.used[word] = None
        if word in ("softmax", "logsoftmax", "logsumexp"):
            return self.softmax(word, order, argument, at)
        if any(n.kind == "name" and n.parts[0] == word for n in argument.walk()):
            raise SymconvError(f"is {word}(...) an application or a product?  Write {word}(x)")
        inside = self.entry(argument, at)
        if word == "?":
            return Node("unknown", ("f", order, inside))
        if word == "abs":
            if order:
                raise SymconvError("the derivative of abs is not understood: write sign(x)")
            return Node("max", (inside, Node("neg", (inside,))))
        made = body(word, self.slope)
        if made is None and word not in ELEMENTARY:
            raise SymconvError(f"the function {word!r} is not understood: say which it is with --operator or --where")
        if made is None and not order:
            return Node("call", (word, inside))
        return Node("slope", (made or Node("call", (word, name("#"))), "#", order, inside))

    def softmax(self, word: str, order: int, argument: Node, at: tuple[Node, ...]) -> Node:
        """exp(z_i) / sum_k exp(z_k), its logarithm, or the logarithm of the sum."""
        if order:
            raise SymconvError("softmax has a Jacobian, not a derivative: write dp_i/dz_j")
        if argument.kind == "index" and not at:  # softmax(z_i) is softmax(z)_i
            argument, at = argument.parts[0], tuple(argument.parts[1:])
        if abs(self.shape(argument)) != 1:
            raise SymconvError(f"expected a vector as the argument of {word}")
        k = self.fresh()
        total = Node("sum", (Node("call", ("exp", self.entry(argument, (name(k),)))), Node("each", (k,))))
        if word == "logsumexp":
            return Node("call", ("log", total))
        if len(at) != 1:
            raise SymconvError(f"expected an entry of {word}, such as {word}(z)_i")
        made = Node("div", (Node("call", ("exp", self.entry(argument, at))), total))
        return made if word == "softmax" else Node("call", ("log", made))

    def _partial(self, node: Node, at: tuple[Node, ...]) -> Node:
        of, wrt = node.parts
        mine = abs(self.shape(of))
        below = self.entry(wrt, at[mine:])
        base = below.parts[0] if below.kind == "index" else below
        if base.kind != "name":
            raise SymconvError("expected a variable below the derivative")
        return Node("partial", (self.entry(of, at[:mine]), below), node.place)

    def _times(self, node: Node, at: tuple[Node, ...]) -> Node:
        sign, a, b = node.parts
        if sign == "@":
            return self.folded([a, b], at)
        if sign not in ("odot", "circ", "ast", "otimes"):
            raise SymconvError(f"the sign {sign!r} is not understood between functions")
        if sign == "otimes":
            raise SymconvError("the sign \\otimes is not understood here: write \\odot, or x y^T")
        return Node("mul", (self.entry(a, at if self.shape(a) else ()), self.entry(b, at if self.shape(b) else ())))

    def _mul(self, node: Node, at: tuple[Node, ...]) -> Node:
        return self.folded(list(node.parts), at)

    def folded(self, parts: list[Node], at: tuple[Node, ...]) -> Node:
        """Products of numbers, vectors and matrices, from left to right."""
        if self.beside(parts):
            return Node("mul", tuple(self.entry(q, at if self.shape(q) else ()) for q in parts))

        def first(here: tuple[Node, ...]) -> Node:
            return self.entry(parts[0], here)

        made: Callable[[tuple[Node, ...]], Node] = first
        shape = self.shape(parts[0])
        for q in parts[1:]:
            made, shape = self.pair(made, shape, q)
        return made(at if shape else ())

    def pair(
        self, left: Callable[[tuple[Node, ...]], Node], a: Shape, q: Node
    ) -> tuple[Callable[[tuple[Node, ...]], Node], Shape]:
        """One more factor."""
        b = self.shape(q)
        shape = product_shape(a, b)
        if a == 0 or b == 0:
            return (lambda here: times(left(here if a else ()), self.entry(q, here if b else ()))), shape
        if a == 1 and b == -1:
            return (lambda here: times(left(here[:1]), self.entry(q, here[1:]))), 2
        k = self.fresh()

        def contracted(here: tuple[Node, ...]) -> Node:
            first = (*here[:1], name(k)) if a == 2 else (name(k),)
            last = (name(k), *here[-1:]) if b == 2 else (name(k),)
            return Node("sum", (times(left(first), self.entry(q, last)), Node("each", (k,))))

        return contracted, shape


def times(a: Node, b: Node) -> Node:
    """a b."""
    return Node("mul", (*(a.parts if a.kind == "mul" else (a,)), b))


def product_shape(a: Shape, b: Shape) -> Shape:
    """The shape of a product.  Raises SymconvError where there is none."""
    if a == 0 or b == 0:
        return a or b
    table = {(2, 1): 1, (2, 2): 2, (-1, 2): -1, (-1, 1): 0, (1, -1): 2}
    if (a, b) not in table:
        raise SymconvError("a product of two vectors: write x^T y, x y^T or x \\odot y")
    return table[a, b]
