r"""Fast algorithms whose matrices are given: A^T [(G g) \odot (B^T d)] is the correlation of d with g, or what was claimed.

The sizes are those of the matrices; both sides are polynomials in the entries of d and g, so that comparing them proves.
"""

from __future__ import annotations

import re

from symconv.claims.reading import Reading
from symconv.claims.relations import Statement
from symconv.claims.syntax import read
from symconv.claims.tensor_forms import rewritten, settled
from symconv.claims.tensor_names import Names, sense
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.prose import Prose, Words
from symconv.language.tensorial import Array, Case, Equation, Meaning

Shape = tuple[int, ...]


def literals(names: Names) -> dict[str, Node]:
    """The matrices that were given, under their names; A^T also gives A."""
    found: dict[str, Node] = {}
    for key, text in names.values.items():
        (statement,) = read(text, Reading(tensors=True))
        matrix = statement.node
        rows = [r.parts if r.kind == "list" else (r,) for r in matrix.parts] if matrix.kind == "list" else []
        if not rows or any(len(r) != len(rows[0]) for r in rows):
            raise SymconvError(f"{key}: expected rows of one length, as in [[1, 0], [0, 1]]")
        if key.endswith("^T") or key.endswith("^top"):
            found[key.split("^", maxsplit=1)[0]] = turned(matrix)
        else:
            found[key] = matrix
    return found


def turned(matrix: Node) -> Node:
    """The transpose of a literal."""
    rows = [list(r.parts) for r in matrix.parts]
    return Node("list", tuple(Node("list", tuple(column)) for column in zip(*rows, strict=True)))


def winograd(published: Published, statements: list[Statement], names: Names) -> Meaning:
    """The meaning of a fast algorithm."""
    matrices = literals(names)
    if not matrices:
        raise SymconvError("expected the matrices with --where, as in G=[[1, 0], [1/2, 1/2]]")
    sides = [s.node for s in statements]
    if len(sides) == 1 and sides[0].kind == "relation" and sides[0].parts[0] == "=":
        claimed, other = (settled(p) for p in sides[0].parts[1:])
    elif len(sides) == 1:
        claimed, other = settled(sides[0]), name("Y")
    else:
        raise SymconvError("expected one equation with the matrices")
    if not set(claimed.names()) & set(matrices):
        claimed, other = other, claimed
    shapes = {n: shape_of(m) for n, m in matrices.items()}
    product = Products(shapes)
    made = product.node(claimed)
    unknown = [n for n in made.names() if n not in matrices and n not in product.found]
    if unknown:
        raise SymconvError(f"what is {unknown[0]!r}? give its matrix with --where")
    operands = list(product.found)
    if len(operands) != 2:
        raise SymconvError(f"expected data and kernel between the matrices, got {', '.join(operands) or 'none'}")
    kernel, data = sorted(operands, key=lambda n: product.found[n])
    arrays = tuple(Array(n, tuple(number(k) for k in product.found[n])) for n in (data, kernel))
    sizes = {"rows": spelled(product.found[data]), "columns": spelled(product.found[kernel])}
    notes: list[Words] = [Prose("reading.algorithm.sizes", {"data": data, "kernel": kernel, **sizes}), *product.notes]
    filled = rewritten(made, lambda n: matrices.get(n.parts[0]) if n.kind == "name" else None)
    true = the_other(published, other, data, kernel, product.found, notes)
    equation = Equation("the algorithm", filled, true, arrays, (), whole=True, axes=len(product.found[data]))
    return Meaning(tuple(notes), (Case("", (equation,)),), None, "all entries, at the sizes of the matrices")


def spelled(shape: Shape) -> str:
    """2 x 3."""
    return " x ".join(map(str, shape))


def shape_of(matrix: Node) -> Shape:
    """The shape of a literal."""
    if matrix.kind != "list":
        return ()
    return (len(matrix.parts), *shape_of(matrix.parts[0]))


def the_other(
    published: Published, other: Node, data: str, kernel: str, shapes: dict[str, Shape], notes: list[Words]
) -> Node:
    """What the algorithm shall compute: the entries that are written out, or the operator that is named, in mode valid."""
    if other.kind == "list":
        return other
    operation = sense(published.operator.replace("convolve", "convolution").replace("correlate", "correlation"))
    if other.kind == "call":
        base = other.parts[0].split("_")[0]
        operation = {"convolve": "convolution", "corr": "correlation", "layer": "correlation"}.get(base, operation)
    elif other.kind != "name":
        raise SymconvError("expected the entries, an operator or a name on the other side")
    if not operation:
        operation = "correlation"
        notes.append(Prose("reading.algorithm.correlation"))
    else:
        notes.append(Prose("reading.algorithm", {"operation": operation}))
    function = "convolve_valid" if operation == "convolution" else "corr_valid"
    return Node("call", (function, name(data), name(kernel)))


class Products:
    """Which sign between matrices is the matrix product and which goes entry by entry; how large the operands are."""

    def __init__(self, shapes: dict[str, Shape]) -> None:
        self.shapes = shapes
        self.found: dict[str, Shape] = {}
        self.notes: list[Words] = []

    def node(self, node: Node) -> Node:
        """Signs made plain: · for the matrix product, odot entry by entry."""
        kind, p = node.kind, node.parts
        if kind == "name" and p[0] not in self.shapes and 1 < len(p[0]) <= 5 and not set(p[0]) <= set(self.shapes):
            split = self.juxtaposed(p[0])
            return self.chain(split) if split else node
        if kind == "pow" and p[0].kind == "name" and p[1].kind == "name" and re.match(r"T[A-Za-z]{1,3}\Z", p[1].parts[0]):
            return self.chain([Node("transpose", (p[0],)), *map(name, p[1].parts[0][1:])])
        if kind == "mul":
            return self.chain(list(p))
        if kind == "times":
            base = p[0].split("_")[0]
            if base == "·":
                return self.chain([p[1], p[2]])
            return self.signed(base, p[1], p[2])
        if kind == "index" and len(p) == 2:
            return self.signed(" ", p[0], p[1])
        if kind == "transpose" and p[0].kind == "name" and p[0].parts[0] not in self.shapes and len(p[0].parts[0]) > 1:
            return self.chain([node])
        if kind in ("neg", "transpose"):
            return Node(kind, (self.node(p[0]),), node.place)
        if kind == "list" and len(p) == 1 and isinstance(p[0], Node):
            return self.node(p[0])
        return node

    def juxtaposed(self, word: str) -> list[Node]:
        """Gg is G g."""
        return [name(c) for c in word] if any(c in self.shapes for c in word) else []

    def flat(self, parts: list[Node]) -> list[Node]:
        """Factors side by side, in order."""
        made: list[Node] = []
        for q in parts:
            if q.kind == "mul" or (q.kind == "times" and q.parts[0] == "·"):
                made += self.flat([x for x in q.parts if isinstance(x, Node)])
            elif (
                q.kind == "name"
                and q.parts[0] not in self.shapes
                and 1 < len(q.parts[0]) <= 5
                and self.juxtaposed(q.parts[0])
            ):
                made += self.juxtaposed(q.parts[0])
            elif (
                q.kind == "pow"
                and q.parts[0].kind == "name"
                and q.parts[1].kind == "name"
                and q.parts[1].parts[0][:1] == "T"
            ):
                made += [Node("transpose", (q.parts[0],)), *map(name, q.parts[1].parts[0][1:])]
            elif q.kind == "transpose" and q.parts[0].kind == "name" and q.parts[0].parts[0] not in self.shapes:
                letters = [name(c) for c in q.parts[0].parts[0]]  # GgG^T
                made += [*letters[:-1], Node("transpose", (letters[-1],))]
            elif q.kind == "index" and len(q.parts) == 2 and self.matrix(q.parts[0]):
                made += [q.parts[0], q.parts[1]]
            elif q.kind == "index" and len(q.parts) == 2 and self.is_matrix_tail(q):
                made += [*self.flat([q.parts[0]]), q.parts[1]]
            else:
                made.append(q)
        return made

    def is_matrix_tail(self, node: Node) -> bool:
        """[...](A) behind brackets."""
        return self.matrix(node.parts[1])

    def matrix(self, node: Node) -> bool:
        """Whether a node is one of the matrices that were given, or its transpose."""
        inner = node.parts[0] if node.kind == "transpose" else node
        return inner.kind == "name" and inner.parts[0] in self.shapes

    def shape(self, node: Node) -> Shape:
        """The shape of a node, as far as it is known."""
        if node.kind == "transpose":
            return self.shape(node.parts[0])[::-1]
        if node.kind == "name":
            return self.shapes.get(node.parts[0], self.found.get(node.parts[0], ()))
        if node.kind == "times" and node.parts[0] == "odot":
            return self.shape(node.parts[1])
        if node.kind == "times":
            a, b = self.shape(node.parts[1]), self.shape(node.parts[2])
            return a[:-1] + b[1:]
        return ()

    def chain(self, parts: list[Node]) -> Node:
        """Matrix products from left to right; an operand between matrices has the shape that fits."""
        factors = [q if self.matrix(q) or q.kind == "name" else self.node(q) for q in self.flat(parts)]
        for at, q in enumerate(factors):
            if q.kind == "name" and q.parts[0] not in self.shapes and q.parts[0] not in self.found:
                before = self.shape(factors[at - 1]) if at else ()
                after = self.shape(factors[at + 1]) if at + 1 < len(factors) else ()
                if len(before) != 2:
                    raise SymconvError(f"cannot tell the size of {q.parts[0]!r}")
                self.found[q.parts[0]] = (before[1], after[0]) if len(after) == 2 else (before[1],)
        made = factors[0]
        for q in factors[1:]:
            a, b = self.shape(made), self.shape(q)
            entrywise = a == b and len(a) == 1
            made = Node("times", ("odot" if entrywise else "·", made, q))
            if entrywise:
                self.notes.append(Prose("reading.entrywise.vectors"))
        return made

    def signed(self, base: str, left: Node, right: Node) -> Node:
        """A sign between factors: entry by entry between results of one shape, else the matrix product."""
        if self.matrix(left) or (self.matrix(right) and base in (" ", "@")):
            return self.chain([left, right])
        a, b = self.node(left), self.node(right)
        if base == "odot" or (self.shape(a) == self.shape(b) and base != "@"):
            if base != "odot":
                self.notes.append(Prose("reading.entrywise", {"sign": base.strip() or "side by side"}))
            return Node("times", ("odot", a, b))
        return Node("times", ("·", a, b))
