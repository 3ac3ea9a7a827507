"""Small questions about formulas with transforms: which names are signals, indices, the imaginary unit, the length."""

from __future__ import annotations

from symconv.claims.tensor_forms import bound_in, rewritten
from symconv.errors import SymconvError
from symconv.language.formula import Node, name, number

UNITS = ("i", "j")


def split_letters(node: Node) -> Node:
    """kn as k n: letters side by side that are indices, units or sizes."""
    letters = {n for n in all_names(node) if len(n) == 1} | {"i", "j", "k", "n", "N"}

    def change(n: Node) -> Node | None:
        if n.kind == "name" and 2 <= len(n.parts[0]) <= 3 and n.parts[0] != "pi" and set(n.parts[0]) <= letters:
            return Node("mul", tuple(name(c) for c in n.parts[0]), n.place)
        return None

    return rewritten(node, change)


def all_names(node: Node) -> set[str]:
    """Every name in a node, bound ones too."""
    return {n.parts[0] for n in node.walk() if n.kind == "name"} | bound_in(node)


def tensors(node: Node) -> list[str]:
    """The names that are indexed or transformed, in reading order."""
    found: dict[str, None] = {}

    def visit(n: Node, whole: bool) -> None:
        if n.kind == "index":
            visit(n.parts[0], True)
            return
        if n.kind == "name":
            if whole:
                found[n.parts[0]] = None
            return
        inner = n.kind == "call" and n.parts[0] in ("fourier", "inversefourier")
        for p in n.inner():
            if p.kind not in ("range", "each", "such") and n.kind != "pow":
                visit(p, inner or n.kind == "times" or (whole and n.kind in ("mul", "add", "neg", "conj")))
            elif n.kind == "pow" and p is n.parts[0] and p.kind != "name":
                visit(p, False)

    visit(node, node.kind in ("name", "mul"))
    return [n for n in found if n not in ("e", "pi", "N")]


def imaginary(bodies: list[Node]) -> str:
    """i or j, whichever is no index."""
    exponents = [p for b in bodies for n in b.walk() if n.kind == "pow" and n.parts[0] == name("e") for p in [n.parts[1]]]
    exponents += [n.parts[1] for b in bodies for n in b.walk() if n.kind == "call" and n.parts[0] == "exp"]
    indices = {i for b in bodies for n in b.walk() if n.kind == "index" for e in n.parts[1:] for i in all_names(e)}
    indices |= {i for b in bodies for i in bound_in(b)}
    used = {n for e in exponents for n in all_names(e)}
    found = [u for u in UNITS if u in used and u not in indices]
    if exponents and len(found) != 1 and any("pi" in all_names(e) for e in exponents):
        raise SymconvError("which of i and j is the imaginary unit? call the indices n and k")
    return found[0] if found else next(u for u in (*UNITS, "1j") if u not in indices)


def modulus(bodies: list[Node]) -> str:
    """The length of the circle, as an index modulo it tells."""
    found = {n.parts[1].parts[0] for b in bodies for n in b.walk() if n.kind == "mod" and n.parts[1].kind == "name"}
    return found.pop() if len(found) == 1 else ""


def loose(node: Node) -> list[str]:
    """Names outside of what is transformed."""
    if node.kind == "call" and node.parts[0] in ("fourier", "inversefourier"):
        return []
    if node.kind == "name":
        return [node.parts[0]]
    return [n for p in node.inner() for n in loose(p)] + [p.parts[0] for p in node.inner() if p.kind == "each"]


def plays_index(n: str, left: Node, right: Node) -> bool:
    """Whether a name is an index of an entry, alone or with others."""
    return any(e.kind == "index" and n in e.parts[1].names() for s in (left, right) for e in s.walk()) and n not in (
        "lo",
        "P",
        "m_0",
    )


def extents(bodies: list[Node], size: str, signals: tuple[str, ...]) -> tuple[tuple[str, Node], ...]:
    """w is 0 from K on, where a sum runs over its first K entries."""
    found: dict[str, Node] = {}
    for b in bodies:
        for s in b.walk():
            for r in s.inner() if s.kind == "sum" else ():
                if r.kind != "range" or r.parts[2] == Node("add", (name(size), Node("neg", (number(1),)))):
                    continue
                for e in s.walk():
                    if (
                        e.kind == "index"
                        and e.parts[0].kind == "name"
                        and e.parts[1] == name(r.parts[0])
                        and e.parts[0].parts[0] in signals
                    ):
                        found[e.parts[0].parts[0]] = Node("add", (r.parts[2], number(1)))
    return tuple(found.items())


def frequency(node: Node, index: str) -> bool:
    """Whether an index stands alone in a spectrum."""
    return any(e.kind == "index" and e.parts[1] == name(index) for e in node.walk())
