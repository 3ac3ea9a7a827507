r"""A forward pass that is a matrix product, Y = W X or y = T x (+ b): the layer as im2col or as a Toeplitz matrix.

    dW = G X^T         dX = W^T G         db = sum of G over its columns

A name in capitals is a matrix; a small one beside it is a vector, a column behind a matrix and a row before it.  Nothing is said
of how the entries of W or T repeat: the gradient is that by every entry of the matrix.
"""

from __future__ import annotations

from symconv.claims.reading import stem
from symconv.claims.tensor_forms import add, index, summed
from symconv.claims.tensor_layers import Layout
from symconv.claims.tensor_stated import Gradients
from symconv.claims.tensor_unfolding import mapped, unfolded
from symconv.claims.tensor_written import NONE, Written
from symconv.errors import SymconvError
from symconv.language.formula import Node, name
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose
from symconv.language.tensorial import Array, Free

PRODUCT = ("·", "@", "dot")
STORED = ("col", "row", "mat", "cols", "matrix", "flat", "reshaped", "unf", "unfold")


@dataclass(frozen=True)
class Factor:
    """One of two matrices: its name, whether it is transposed, whether it is a vector."""

    name: str
    turned: bool
    vector: bool


def product(right: Node) -> tuple[list[Node], Node | None] | None:
    """The factors of a matrix product and what is added to it, if a formula is nothing else."""
    body, extra = right, None
    if body.kind == "add" and len(body.parts) == 2:
        many = [p for p in body.parts if p.kind != "name"]
        if len(many) != 1:
            return None
        extra = next(p for p in body.parts if p.kind == "name")
        body = many[0]
    if body.kind == "times" and body.parts[0] in PRODUCT:
        found = list(body.parts[1:])
    elif body.kind == "mul" or (body.kind == "call" and body.parts[0] == "dot"):
        found = [p for p in body.parts if isinstance(p, Node)]
    else:
        return None
    plain = [p.parts[0] if p.kind == "transpose" else p for p in found]
    if len(found) != 2 or any(p.kind != "name" and mapped(p) is None for p in plain):
        return None
    return found, extra


def vector(tensor: str, claims: Gradients) -> bool:
    """Whether a name is that of a vector: a small letter, and not one that says it holds columns."""
    shape = claims.names.shapes.get(tensor)
    if shape is not None:
        return len(shape) == 1
    return tensor[:1].islower() and not set(tensor.replace("-", "_").split("_")[1:]) & set(STORED)


def multiplied(claims: Gradients, left: Node, right: Node) -> Written | None:
    """The forward pass Y = A B, if a formula is one.

    Raises SymconvError where it is not seen which names are matrices.
    """
    found = product(right)
    if found is None or left.kind != "name":
        return None
    parts, extra = found
    if any(mapped(p) for p in parts):
        if extra is not None:
            raise SymconvError("forward: a bias beside im2col is not understood")
        return unfolded(claims, left, parts)
    a, b = (factor(p, claims) for p in parts)
    if a.vector and b.vector:
        raise SymconvError(
            f"forward: which of {a.name!r} and {b.name!r} is a matrix? write it in capitals, or say it with --where"
        )
    if a.name == b.name:
        raise SymconvError("forward: expected two different matrices")
    whole = any(not index_ for _, index_, _, _ in claims.stated)
    return built(claims, a, b, extra, whole)


def factor(node: Node, claims: Gradients) -> Factor:
    """A factor."""
    inner = node.parts[0] if node.kind == "transpose" else node
    return Factor(inner.parts[0], node.kind == "transpose", vector(inner.parts[0], claims))


def built(claims: Gradients, a: Factor, b: Factor, extra: Node | None, whole: bool) -> Written:
    """Y[m, n] = sum_k A[m, k] B[k, n]; a vector has one row or one column, or one index where entries are claimed."""
    m, k, n = (name(fresh(claims, letter)) for letter in ("M", "K", "N"))
    one = Node("number", (1,))
    rows, columns = (one if a.vector else m), (one if b.vector else n)
    i, j, q = name("i_0"), name("i_1"), name("p_0")
    places: dict[str, tuple[Node, ...]] = {a.name: (i, q), b.name: (q, j)}
    sizes: dict[str, tuple[Node, ...]] = {a.name: (rows, k), b.name: (k, columns)}
    outputs: tuple[Node, ...] = (rows, columns)
    free: tuple[Node, ...] = (i, j)
    if not whole and (a.vector or b.vector):  # entries are claimed: a vector has one index
        places, sizes = ({a.name: (q,), b.name: (q, j)}, {a.name: (k,), b.name: (k, n)}) if a.vector else (
            {a.name: (i, q), b.name: (q,)}, {a.name: (m, k), b.name: (k,)}
        )  # fmt: skip
        outputs, free = ((n,), (j,)) if a.vector else ((m,), (i,))
    for f in (a, b):
        if f.turned:
            places[f.name], sizes[f.name] = places[f.name][::-1], sizes[f.name][::-1]
    body = summed(
        Node("mul", (index(a.name, *places[a.name]), index(b.name, *places[b.name]))),
        [Node("range", ("p_0", NONE, add(k, -1)))],
    )
    arrays = [Array(f.name, sizes[f.name]) for f in (a, b)]
    names = {"kernel": a.name, "input": b.name, "bias": "", "upstream": claims.upstream}
    if extra is not None:
        at, size = added(a, b, m, n, whole)
        body = Node("add", (body, index(extra.parts[0], *at)))
        arrays.append(Array(extra.parts[0], size))
        names["bias"] = extra.parts[0]
    arrays.append(Array(claims.upstream, outputs))
    least = tuple((e.parts[0], 1) for e in (m, k, n) if any(e in x.sizes for x in arrays))
    shapes = [f"{f.name} is a {'vector' if f.vector else 'matrix'}" for f in (a, b)]
    span = tuple(Free(f.parts[0], NONE, add(size, -1)) for f, size in zip(free, outputs, strict=True))
    note = Prose("reading.product", {"factors": ", ".join(shapes)})
    return Written(names, span, body, tuple(arrays), least, (), (), notes=(note,), layout=Layout(2))


def added(a: Factor, b: Factor, m: Node, n: Node, whole: bool) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The index and the size of a bias: one for each row of Y = W X + b, one for each column of Y = x W + b."""
    i, j, one, none = name("i_0"), name("i_1"), Node("number", (1,)), Node("number", (0,))
    if a.vector:
        return ((none, j), (one, n)) if whole else ((j,), (n,))
    return ((i, none), (m, one)) if whole and b.vector else ((i,), (m,))


def fresh(claims: Gradients, letter: str) -> str:
    """A name that no claim has."""
    used = {n for c in claims.stated for e in (c[2], c[3]) for n in e.names()} | {stem(claims.upstream), claims.upstream}
    made_ = letter
    while made_ in used:
        made_ += "_"
    return made_
