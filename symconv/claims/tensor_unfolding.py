r"""im2col and its adjoint beside a matrix product: Y = W im2col(X), dX = col2im(W^T G); MatConvNet's Y = \phi(x) F, \phi^*.

    im2row(x)[i, p] = x[i + p],   im2col(x) = im2row(x)^T,   row2im(E)[j] = sum of E[i, p] over i + p = j

The maps are taken along one axis, with stride 1 and one channel: so the verdict says.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symconv.claims.tensor_forms import add, index, minus, relation
from symconv.claims.tensor_layers import Layout
from symconv.claims.tensor_stated import Gradients
from symconv.claims.tensor_written import NONE, Written
from symconv.errors import SymconvError, first
from symconv.language.claims import Published
from symconv.language.formula import Node, name
from symconv.language.prose import Prose
from symconv.language.tensorial import Array, Free

MAPS = {"im2row": "row2im", "im2col": "col2im"}
CALLED = re.compile(r"\b(im2row|im2col)\b")


def spelled_out(published: Published) -> Published:
    """The formula with the names of the maps in place of letters that stand for them."""
    found = {key: CALLED.search(words) for key, words in published.where}
    letters = {key: m[1] for key, m in found.items() if m is not None and words_alone(published, key)}
    for key, function in letters.items():
        there = re.escape(key.strip().strip("$"))
        star = re.compile(there + r"\s*\^\s*(?:\{\s*)?(?:\*|\\ast|\\star|\\top|T|\\dagger)(?:\s*\})?\s*(?=\(|\\left)")
        plain = re.compile(there + r"\s*(?=\()")
        texts = [plain.sub(function, star.sub(MAPS[function], t)) for t in (published.formula, published.forward)]
        published = replace(published, formula=texts[0], forward=texts[1])
    return replace(published, where=tuple((k, w) for k, w in published.where if k not in letters))


def words_alone(published: Published, key: str) -> bool:
    """Whether a meaning is the name of a map and nothing else."""
    return any(k == key and re.fullmatch(r"\s*(the map |the function )?(im2row|im2col)\s*", w) for k, w in published.where)


def mapped(node: Node) -> tuple[str, str] | None:
    """im2col(X): the map and the data."""
    if node.kind == "call" and node.parts[0] in MAPS and len(node.parts) == 2 and node.parts[1].kind == "name":
        return node.parts[0], node.parts[1].parts[0]
    return None


def unfolded(claims: Gradients, left: Node, parts: list[Node]) -> Written | None:
    """The forward pass Y = W im2col(X) or Y = im2row(X) F, if a formula is one."""
    found = [mapped(p) for p in parts]
    if left.kind != "name" or sum(f is not None for f in found) != 1 or any(p.kind not in ("name", "call") for p in parts):
        return None
    rows = found[0] is not None
    function, data = next(f for f in found if f is not None)
    if (function == "im2row") != rows:
        raise SymconvError(f"forward: expected Y = W im2col(X) or Y = im2row(X) F, got {function} on the other side")
    kernel = first((p.parts[0] for p in parts if p.kind == "name"), f"forward: expected a matrix beside {function}")
    n, k, m = (name(c) for c in ("N", "K", "M"))
    i, p, o = name("i_0"), name("p_0"), name("o_0")
    places = add(minus(n, k), 1)
    taps, out = ((p, o), (i, o)) if rows else ((o, p), (o, i))
    body = Node(
        "sum", (Node("mul", (index(kernel, *taps), index(data, add(i, p)))), Node("range", ("p_0", NONE, minus(k, 1))))
    )
    sizes = {"i_0": places, "o_0": m}
    arrays = (
        Array(data, (n,)), Array(kernel, (k, m) if rows else (m, k)),
        Array(claims.upstream, tuple(sizes[e.parts[0]] for e in out)),
    )  # fmt: skip
    free = tuple(Free(e.parts[0], NONE, minus(sizes[e.parts[0]], 1)) for e in out)
    names = {"kernel": kernel, "input": data, "bias": "", "upstream": claims.upstream}
    note = Prose("reading.unfolded", {"function": function, "kernel": kernel})
    least = (("K", 1), ("M", 1), ("N", 1))
    given = (relation(">=", n, k),)
    return Written(
        names, free, body, arrays, least, (), given, notes=(note,), layout=Layout(1), scope="one channel, stride 1"
    )
