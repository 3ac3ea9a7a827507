r"""The formulas of the page, as expressions: the matrices entry by entry, the three products, one entry of each written out.

    U = (x₀₁ x₀₂ ...)      y = W U + b      dL/dW = G Uᵀ      dL/dx = col2im(Wᵀ G)      dL/dx₁₁ = w₀₀ g₁₁ + w₀₁ g₁₀ + ...

Nothing here is true by being written: ``check_lines`` evaluates every line on numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symconv.language.formula import Node, equal, letters, name, node, transpose
from symconv.topics.im2col.facts import Cell, Group, Index, Unfolding

MOST = 8  # terms of a sum that are shown
U, W, G, Y, b, y = letters("U W G Y b y")  # Y: the entries of y as a matrix
Entry = Callable[[str, Cell], Node]
Product = tuple[tuple[str, Index], tuple[str, Index]]
BACK = Node("juxtaposed", (transpose(W), G))


def lines(found: Unfolding) -> dict[str, Node]:
    """Every line of the page by its name."""
    made: dict[str, Node] = {}
    cell = writer(found)
    for number, group in enumerate(found.groups):
        made |= unfolded(group, str(number), cell)
    first = found.groups[0]
    made["W"] = equal(W, listed([cell("w", w) for w in row] for row in first.kernel))
    made |= {
        "y": equal(y, W * U + b if found.op.bias is not None else W * U),
        "w": equal(name("dL/dW"), G * transpose(U)),
        "x": equal(name("dL/dx"), Node("call", ("col2im", BACK))),
    }
    made |= examples(found, first, cell)
    if len(first.kernel) == 1:  # W^T G has one product a cell
        taps, outputs = first.kernel[0], first.output[0]
        cells = ([Node("touch", (cell("w", w), cell("g", i))) for i in outputs] for w in taps)
        made["back"] = equal(BACK, listed(cells))
        made["back.heads"] = equal(Node("call", ("first", G)), Node("list", tuple(cell("g", i) for i in outputs)))
    return made


def listed(rows: Iterable[Iterable[Node]]) -> Node:
    """A matrix, as the list of its rows."""
    return Node("list", tuple(Node("list", tuple(row)) for row in rows))


def unfolded(group: Group, number: str, cell: Entry) -> dict[str, Node]:
    """U; the tap of each of its rows, which is the first row of W; the output of each column, the first row of y."""
    heads = {"taps": (W, "w", group.kernel[0]), "outputs": (Y, "y", group.output[0])}
    return {
        f"U{number}": equal(U, listed([cell("x", at) for at in row] for row in group.unfolded)),
        **{
            f"{key}{number}": equal(
                Node("call", ("first", of)), Node("list", tuple(cell(role, at) for at in row))
            )
            for key, (of, role, row) in heads.items()
        },
    }  # fmt: skip


def writer(found: Unfolding) -> Entry:
    """What writes an entry of a tensor by its index without leading axes of size 1, or the zero of the padding."""
    heads: dict[str, tuple[Node, int]] = {}
    for role in ("x", "w", "y", "g"):
        sizes = found.shape("y" if role == "g" else role)
        lead = len(sizes) - found.op.ndim
        heads[role] = name(role), next((k for k in range(lead) if sizes[k] != 1), lead)

    def entry(role: str, index: Cell) -> Node:
        if index is None:
            return node(0)
        of, skip = heads[role]
        return Node("entry", (of, *index[skip:]))

    return entry


def examples(found: Unfolding, group: Group, cell: Entry) -> dict[str, Node]:
    """The middle entry of y, of dL/dW and of dL/dx, written out."""
    sums: dict[str, dict[Index, list[Product]]] = {"y": {}, "w": {}, "x": {}}
    for kernel, output in zip(group.kernel, group.output, strict=True):
        for tap, line in zip(kernel, group.unfolded, strict=True):
            for out, data in zip(output, line, strict=True):
                if data is None:
                    continue
                one, two, three = ("w", tap), ("x", data), ("g", out)
                sums["y"].setdefault(out, []).append((one, two))
                sums["w"].setdefault(tap, []).append((two, three))
                sums["x"].setdefault(data, []).append((one, three))
    made = {}
    for role, entries in sums.items():
        if not entries:
            continue
        index = max(entries, key=lambda i, e=entries: (len(e[i]), [-k for k in i]))  # type: ignore[misc]
        left = cell(role, index)
        terms = [Node("touch", (cell(*one), cell(*two))) for one, two in entries[index]]
        if role != "y":
            left = Node("entry", (name(f"dL/d{role}"), *left.parts[1:]))
        elif found.op.bias is not None:
            owner = index[1:2] if found.shape("y")[1] > 1 else ()
            terms.insert(0, Node("entry", (b, *owner)))
        made[f"{role}.entry"] = equal(left, Node("leading", (MOST, *terms)))
    return made
