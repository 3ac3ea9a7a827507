"""What a formula about gradients states, as data: dL/dx[j] = ... for one or several tensors, and the conditions beside it."""

from __future__ import annotations

from dataclasses import field

from symconv.claims.tensor_forms import bound_in
from symconv.claims.tensor_names import STARS, Names
from symconv.language.claims import Published
from symconv.language.formula import Node
from symconv.language.lazy import dataclass
from symconv.language.prose import Words

Stated = tuple[str, tuple[Node, ...], Node, Node]  # by which tensor, at which index; the right side, and the left


@dataclass
class Gradients:
    """One or several gradients of one layer; what is decided of them on the way is kept here."""

    published: Published
    names: Names
    stated: list[Stated]
    conditions: list[Node]
    upstream: str = ""
    pattern: Node | None = None  # the left side of a definition
    product: bool = False  # the forward pass is a matrix product
    notes: list[Words] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)  # indices that name a map

    def wrts(self) -> list[str]:
        """The tensors by which it is differentiated."""
        return [wrt for wrt, *_ in self.stated]

    def note(self, text: Words) -> None:
        """Keep a decision, once."""
        if text not in self.notes:
            self.notes.append(text)

    def signs(self, bodies: list[Node]) -> list[str]:
        """The signs and names whose operation is open."""
        found: dict[str, None] = {}
        for b in bodies:
            for n in b.walk():
                if n.kind == "times" and n.parts[0].split("_")[0] in STARS:
                    found[n.parts[0].split("_")[0]] = None
                if n.kind == "call" and n.parts[0].split("_")[0] == "conv":
                    found["conv"] = None
        return list(found)

    def tensors(self, body: Node) -> list[str]:
        """The tensors of a body: those that are indexed, and those that operators take whole."""
        bound = bound_in(body)
        found: dict[str, None] = {}

        def visit(n: Node, whole: bool) -> None:
            if n.kind == "index":
                visit(n.parts[0], True)
                return
            if n.kind == "name":
                if whole and n.parts[0] not in bound:
                    found[n.parts[0]] = None
                return
            if n.kind == "call":
                takes = 2 if n.parts[0].split("_")[0] in ("conv", "corr", "convolve", "layer", "transposed") else 1
                for k, p in enumerate(n.inner()):
                    if k < takes:
                        visit(p, True)
                return
            if n.kind in ("sum", "product"):
                visit(n.parts[0], whole)
                return
            if n.kind in ("times", "transpose", "conj", "flip", "neg", "add", "list"):
                for p in n.inner():
                    visit(p, True)
                return
            if n.kind in ("mul", "div"):
                for p in n.inner():
                    visit(p, n.kind == "mul" and p.kind != "name")

        visit(body, True)
        return [n for n in found if self.names.role(n) not in ("stride", "padding", "dilation", "number")]
