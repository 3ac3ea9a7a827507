r"""The layers by which losses are differentiated, as sums over entries, with symbols for what is left open.

    y[n,o,i] = b[o] + sum_(c,p) w[o,c,p] x[n,c, s i + d p - P],   O = floor((N + 2P - d(K-1) - 1) / s) + 1

With indices from ``base`` every index is shifted; a true convolution reads w at K-1-p.
"""

from __future__ import annotations

from dataclasses import field
from typing import Protocol

from symconv.claims.tensor_forms import add, floored, index, minus, relation, summed, times
from symconv.errors import first
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass
from symconv.language.tensorial import Array, Forward, Free


@dataclass(frozen=True)
class Layout:
    """How many spatial axes, whether there are channels and a batch."""

    axes: int
    channels: bool = False
    batch: bool = False


class Layered(Protocol):
    """A forward pass with its tensors and sizes: a layer, or a formula that is taken as it is written."""

    @property
    def names(self) -> dict[str, str]:
        """The tensor in each role."""

    @property
    def layout(self) -> Layout:
        """How many axes there are."""

    def forward(self, wrt: str) -> Forward:
        """y, entry by entry."""

    def arrays(self) -> tuple[Array, ...]:
        """The tensors with their sizes."""

    def sizes(self, role: str) -> tuple[Node, ...]:
        """The sizes of a tensor."""

    def firsts(self, role: str) -> tuple[Node, ...]:
        """The first index of every axis."""

    def domain(self) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, Node], ...], tuple[Node, ...]]:
        """The sizes with their least values, what follows from them, and what they meet."""


@dataclass
class NamedLayer:
    """A layer with names for its tensors and sizes."""

    layout: Layout
    flip: bool = False
    stride: Node = field(default_factory=lambda: number(1))
    dilation: Node = field(default_factory=lambda: number(1))
    padding: Node = field(default_factory=lambda: number(0))
    same: bool = False
    base: int = 0
    lead: int = 0  # where channels and batch begin
    names: dict[str, str] = field(default_factory=lambda: {"input": "x", "kernel": "w", "upstream": "g", "bias": "b"})
    bias: bool = False
    inputs: list[str] = field(default_factory=list)
    kernels: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    channels: dict[str, str] = field(default_factory=lambda: {"c": "C", "o": "M", "n": "B"})
    full: bool = False  # y[i] = sum_p w[p] x[s i - d p], every output that the window touches
    border: str = ""  # what stands in the padding: circular, reflect, symmetric, replicate
    local: str = ""  # a kernel for every place: the axes of w in order, of o (filters), i (places), c (channels), p (taps)

    def output(self, axis: int) -> Node:
        """The output size of an axis."""
        n, k = name(self.inputs[axis]), name(self.kernels[axis])
        if self.same:
            return n
        if self.full:  # 0 <= s i <= N - 1 + d (K - 1)
            return add(floored(add(n, times(self.dilation, minus(k, 1)), -1), self.stride), 1)
        return (
            add(floored(add(self.room(axis), 0), self.stride), 1)
            if self.stride != number(1)
            else add(minus(n, k), 1, *self.extra(axis))
        )

    def extra(self, axis: int) -> list[Node]:
        """What padding and dilation change of N - K + 1."""
        k = name(self.kernels[axis])
        more = [] if self.padding == number(0) else [times(2, self.padding)]
        if self.dilation != number(1):
            more += [minus(k, 1), Node("neg", (times(self.dilation, minus(k, 1)),))]
        return more

    def room(self, axis: int) -> Node:
        """N + 2P - d(K-1) - 1, which must be >= 0."""
        n, k = name(self.inputs[axis]), name(self.kernels[axis])
        padded = n if self.padding == number(0) else add(n, times(2, self.padding))
        return minus(padded, add(times(self.dilation, minus(k, 1)) if self.dilation != number(1) else minus(k, 1), 1))

    def low(self, axis: int) -> Node:
        """The padding on the left."""
        return floored(minus(name(self.kernels[axis]), 1), number(2)) if self.same else self.padding

    def forward(self, wrt: str) -> Forward:
        """y, entry by entry."""
        n = range(self.layout.axes)
        b = self.base
        i, p = [f"i_{k}" for k in n], [f"p_{k}" for k in n]
        lead = (["n_"] if self.layout.batch else []) + (["o_"] if self.layout.channels else [])
        window, taps, ranges = [], [], []
        for k in n:
            if self.full:
                back = times(self.dilation, minus(name(p[k]), b))
                window.append(add(minus(times(self.stride, minus(name(i[k]), b)), back), b))
                taps.append(name(p[k]))
                ranges.append(Node("range", (p[k], number(b), add(name(self.kernels[k]), b - 1))))
                continue
            step = add(times(self.stride, minus(name(i[k]), b)), times(self.dilation, minus(name(p[k]), b)), b)
            window.append(minus(step, self.low(k)) if self.low(k) != number(0) else step)
            last = add(name(self.kernels[k]), b - 1)
            taps.append(minus(add(last, b), name(p[k])) if self.flip else name(p[k]))
            ranges.append(Node("range", (p[k], number(b), last)))
        window = [around(self.border, e, minus(name(size), 0)) for e, size in zip(window, self.inputs, strict=True)]
        data, kernel = window, taps
        if self.layout.channels:
            ranges.insert(0, Node("range", ("c_", number(self.lead), add(name(self.channels["c"]), self.lead - 1))))
            data, kernel = [name("c_"), *window], [name("o_"), name("c_"), *taps]
        if self.local:
            kernel = self.ordered([name("o_")], [name("c_")], [name(q) for q in i], taps)
        if self.layout.batch:
            data = [name("n_"), *data]
        body = summed(Node("mul", (index(self.names["kernel"], *kernel), index(self.names["input"], *data))), ranges)
        if self.bias:
            places = [name(q) for q in i] if self.local else []
            bias = index(self.names["bias"], *([name("o_")] if self.layout.channels else []), *places)
            body = Node("add", (body, bias))
        firsts, sizes = self.firsts("upstream"), self.sizes("upstream")
        free = tuple(
            Free(f, first, add(size, first, -1)) for f, size, first in zip([*lead, *i], sizes, firsts, strict=True)
        )
        return Forward(free, body, self.names["upstream"], self.names[wrt])

    def sizes(self, role: str) -> tuple[Node, ...]:
        """The sizes of a tensor, in its order of axes."""
        channels, batch = self.layout.channels, self.layout.batch
        c, o, n = (name(self.channels[k]) for k in "con")
        if role == "bias":
            return (*((o,) if channels else ()), *(map(name, self.outputs) if self.local else ()))
        if role == "kernel" and self.local:
            return tuple(self.ordered([o], [c], [name(s) for s in self.outputs], [name(k) for k in self.kernels]))
        if role == "kernel":
            return (*((o, c) if channels else ()), *map(name, self.kernels))
        spatial = [name(s) for s in self.inputs] if role == "input" else [name(s) for s in self.outputs]
        return (*((n,) if batch else ()), *(((c if role == "input" else o),) if channels else ()), *spatial)

    def firsts(self, role: str) -> tuple[Node, ...]:
        """The first index of every axis of a tensor."""
        if role == "bias" and not self.local:
            return (number(self.lead),) * len(self.sizes(role))
        if self.local and role in ("kernel", "bias"):
            return (number(0),) * len(self.sizes(role))
        spatial = self.layout.axes
        return (number(self.lead),) * (len(self.sizes(role)) - spatial) + (number(self.base),) * spatial

    def ordered(self, filters: list[Node], channels: list[Node], places: list[Node], taps: list[Node]) -> list[Node]:
        """The axes of a kernel that is not shared."""
        parts = {"o": filters, "c": channels, "i": places, "p": taps}
        return [e for letter in self.local for e in (parts[letter] if letter in "ip" or self.layout.channels else [])]

    def arrays(self) -> tuple[Array, ...]:
        """The tensors with their sizes."""
        made = []
        for role in ("input", "kernel", "upstream", *(("bias",) if self.bias else ())):
            sizes = self.sizes(role)
            strict = tuple(range(len(sizes)))
            made.append(Array(self.names[role], sizes, self.firsts(role), strict))
        return tuple(made)

    def domain(self) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, Node], ...], tuple[Node, ...]]:
        """The sizes with their least values, the output sizes, and that there is an output."""
        least = [(n, 1) for n in dict.fromkeys([*self.inputs, *self.kernels])]
        used = [k for k, on in (("c", self.layout.channels), ("o", self.layout.channels), ("n", self.layout.batch)) if on]
        least += [(self.channels[k], 1) for k in used]
        for e, low in ((self.stride, 1), (self.dilation, 1), (self.padding, 0)):
            least += [(n, low) for n in e.names() if n not in dict(least)]
        made = tuple((o, self.output(k)) for k, o in enumerate(self.outputs) if o not in dict(least))
        given = () if self.same or self.full else tuple(relation(">=", self.room(k), 0) for k in range(self.layout.axes))
        if self.border in ("circular", "reflect", "symmetric"):  # one wrap or one reflection at each end
            most = -1 if self.border == "reflect" else 0
            given += tuple(relation("<=", self.low(k), add(name(n), most)) for k, n in enumerate(self.inputs))
        return tuple(least), tuple(dict(made).items()), tuple(dict.fromkeys(given))


def role_of(layer: Layered, tensor: str) -> str:
    """The role of the tensor by which a layer is differentiated.

    Raises SymconvError where its forward pass has no such tensor.
    """
    what = f"what is {tensor!r}?  Expected a tensor of the forward pass below the derivative"
    return first((r for r in ("bias", "input", "kernel") if layer.names[r] == tensor), what)


def around(border: str, e: Node, size: Node) -> Node:
    """Where the data is read, with its index continued beyond both ends; within one wrap or one reflection."""
    if border == "circular":
        return Node("mod", (e, size))
    if border == "replicate":
        return Node("min", (Node("max", (e, number(0))), add(size, -1)))
    if border == "reflect":
        left = Node("abs", (e,))
        return Node("min", (left, minus(add(size, size, -2), left)))
    if border == "symmetric":
        left = Node("max", (e, add(Node("neg", (e,)), -1)))
        return Node("min", (left, minus(add(size, size, -1), left)))
    return e
