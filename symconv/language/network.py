"""Networks: layers in a chain, with a shape at every edge.

    h0 = x,   h1 = layer1(h0),  ...,  L = loss(h_last)

A layer is an operator of the closed family, a node (pooling, unshared kernels) or a function (activation, loss, flatten).  Its
label is its word and a number, conv1, relu1, pool1, conv2, ...; its parameters are conv1.w, conv1.b.  The gradient runs back:
with g_k = dL/dh_k, each layer's own gradient gives g_{k-1} and dL/dw, dL/db.

Source: Goodfellow, Bengio & Courville, Deep Learning, section 6.5 (back-propagation).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from symconv.language.expr import Access, Apply, Bracket, Expr, Item, Partial, Tensor
from symconv.language.functions import Function
from symconv.language.integers import Int
from symconv.language.lazy import dataclass
from symconv.language.unshared import tensor_of

Shape = tuple[Int, ...]
PARAMETERS = ("w", "b")


@dataclass(frozen=True)
class Link:
    """A layer in its place: its label, the operator with every size put in, the shapes before and behind it."""

    label: str
    op: Any
    before: Shape
    behind: Shape

    @property
    def parameters(self) -> tuple[str, ...]:
        """The roles of its parameters."""
        return tuple(r for r in PARAMETERS if r in self.op.roles)

    def shape(self, role: str) -> Shape:
        """The shape of a parameter."""
        return tensor_of(self.op, role).sizes


@dataclass(frozen=True)
class Network:
    """Layers with their labels; once a shape is put in, ``links`` has it at every edge."""

    layers: tuple[tuple[str, Any], ...]
    input: Shape = ()
    links: tuple[Link, ...] = ()

    name: ClassVar[str] = "net"
    kind: ClassVar[str] = "net"
    window: ClassVar[None] = None  # its layers have theirs

    @property
    def roles(self) -> tuple[str, ...]:
        """What can be differentiated by."""
        return ("x", *self.parameters)

    @property
    def ndim(self) -> int:
        """The spatial axes of the first layer that has any."""
        return next((op.ndim for _, op in self.layers if op.window is not None and op.ndim), 1)

    def subs(self, values: Mapping[str, Int | int]) -> Network:
        """Put numbers in place of names."""
        return replace(self, layers=tuple((label, op.subs(values)) for label, op in self.layers))

    @property
    def loss(self) -> Function | None:
        """The loss at the end, if there is one."""
        last = self.layers[-1][1]
        return last if last.kind == "loss" else None

    @property
    def parameters(self) -> tuple[str, ...]:
        """conv1.w, conv1.b, ..., in order."""
        return tuple(f"{label}.{role}" for label, op in self.layers for role in PARAMETERS if role in op.roles)


def edge(k: int) -> str:
    """The tensor behind layer k: x before the first, then h1, h2, ..."""
    return "x" if k == 0 else f"h{k}"


def renamed(expr: Expr, names: dict[str, str]) -> Expr:
    """The expression with tensors under other names."""
    return Expr(tuple(tuple(_item(item, names) for item in term) for term in expr.terms))


def renamed_access(access: Access, names: dict[str, str]) -> Access:
    """An entry of the tensor under its other name."""
    name = names.get(access.tensor.name)
    return access if name is None else Access(replace(access.tensor, name=name), access.index)


def _item(item: Item, names: dict[str, str]) -> Item:
    if isinstance(item, Access):
        return renamed_access(item, names)
    if isinstance(item, Apply):
        return Apply(item.function, renamed_access(item.of, names), item.order)
    if isinstance(item, Partial):
        return Partial(renamed_access(item.of, names), renamed_access(item.wrt, names))
    return item


__all__ = ["Bracket", "Link", "Network", "Shape", "Tensor", "edge", "renamed", "renamed_access"]
