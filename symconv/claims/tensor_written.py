r"""A forward pass as it is written, where it is no plain layer: kernels that are not shared, indices that wrap, clip or fold.

    y[i] = sum_p w[i,p] x[s i + p] + b[i]          y[n] = sum_k h[k] x[(n - k) mod N]         y[i] = sum_p w[p] x[|i + p - P|]

Its gradients are the derivatives of that very formula.  Every index runs over what the formula says of it:

    an index of y that stands alone        has a size of its own, the same wherever it stands
    (i - k) mod N                          x has N entries, and so has y
    s i + d p - P, bare or clipped         the windows of a layer with P on each side
    i - p, bare                            every output that the window touches
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from symconv.claims.relations import Statement
from symconv.claims.spelling import spelled
from symconv.claims.tensor_forms import add, floored, minus, relation, settled, times
from symconv.claims.tensor_layers import Layout
from symconv.claims.tensor_names import INPUT_SIZES, KERNEL_SIZES, OUTPUT_SIZES, PADDING, is_upstream
from symconv.claims.tensor_recognise import coefficient, expanded, simple
from symconv.claims.tensor_stated import Gradients
from symconv.errors import SymconvError, first
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose, Words
from symconv.language.tensorial import Array, Forward, Free

BENT = {"mod", "min", "max", "abs"}
ONE, NONE = number(1), number(0)


@dataclass(frozen=True)
class Written:
    """y[index] = body, with its tensors and sizes; it answers what ``tensor_layers.Layer`` answers."""

    names: dict[str, str]
    index: tuple[Free, ...]
    body: Node
    tensors: tuple[Array, ...]
    least: tuple[tuple[str, int], ...]
    definitions: tuple[tuple[str, Node], ...]
    given: tuple[Node, ...]
    circular: bool = False
    notes: tuple[Words, ...] = ()
    layout: Layout = field(default_factory=lambda: Layout(1))
    scope: str = ""  # of what the verdict speaks

    def forward(self, role: str) -> Forward:
        """The forward pass, to be differentiated by one of its operands."""
        return Forward(self.index, self.body, self.names["upstream"], self.names[role])

    def arrays(self) -> tuple[Array, ...]:
        """The tensors with their sizes."""
        return self.tensors

    def of(self, role: str) -> Array:
        """The tensor in a role."""
        return first((a for a in self.tensors if a.name == self.names[role]), f"forward: the {role} does not stand in it")

    def sizes(self, role: str) -> tuple[Node, ...]:
        """Its sizes."""
        return self.of(role).sizes

    def firsts(self, role: str) -> tuple[Node, ...]:
        """Its first indices."""
        return (NONE,) * len(self.of(role).sizes)

    def domain(self) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, Node], ...], tuple[Node, ...]]:
        """Sizes with their least values, what follows from them, and what they meet."""
        return self.least, self.definitions, self.given


@dataclass(frozen=True)
class AffineIndex:
    """s i + d p - P along one axis of the data; ``bent`` if it wraps, clips or folds, ``circle`` its modulus."""

    output: str
    tap: str
    stride: Node
    dilation: Node
    padding: Node
    backwards: bool
    bent: bool
    circle: Node | None
    size: Node | None


def equation(statements: list[Statement]) -> tuple[Node, Node] | None:
    """Both sides of the one equation that a forward formula is."""
    found = [s.node for s in statements if s.node.kind == "relation" and s.node.parts[0] == "="]
    return (settled(found[0].parts[1]), settled(found[0].parts[2])) if len(found) == 1 else None


def factors(right: Node) -> tuple[list[Node], list[Node], Node | None]:
    """The entries that are multiplied, the ranges of the sum, and what is added to it."""
    body, ranges, extra = right, [], None
    if body.kind == "add" and len(body.parts) == 2 and [p.kind for p in body.parts].count("sum") == 1:
        extra = next(p for p in body.parts if p.kind != "sum")
        body = next(p for p in body.parts if p.kind == "sum")
    while body.kind == "sum":
        ranges += list(body.parts[1:])
        body = body.parts[0]
    return list(body.parts if body.kind == "mul" else (body,)), ranges, extra


def needed(left: Node, right: Node) -> bool:
    """Whether a formula is none of the plain layers: an index that wraps, clips or folds, or a kernel for every place."""
    if left.kind != "index":
        return False
    entries = [n for n in right.walk() if n.kind == "index"]
    if any(e.kind in BENT for n in entries for i in n.parts[1:] for e in i.walk()):
        return True
    outputs = {e.parts[0] for e in left.parts[1:] if e.kind == "name"}
    many, _, _ = factors(right)
    windows = [n for n in many if n.kind == "index" and any(e.kind != "name" for e in n.parts[1:])]
    moving = {o for n in windows for e in n.parts[1:] if e.kind != "name" for o in set(e.names()) & outputs}
    return len(windows) == 1 and any(
        e.parts[0] in moving
        for n in many
        if n.kind == "index" and n is not windows[0]
        for e in n.parts[1:]
        if e.kind == "name"
    )


def written(claims: Gradients, left: Node, right: Node, bodies: list[Node]) -> Written:
    """The forward pass that such a formula states.

    Raises SymconvError for a formula whose indices cannot be bounded.
    """
    return Sizes(claims, left, right, bodies).made()


class Sizes:
    """Where every index of a forward formula runs."""

    def __init__(self, claims: Gradients, left: Node, right: Node, bodies: list[Node]) -> None:
        self.claims, self.left, self.right, self.bodies = claims, left, right, bodies
        self.outputs = [e.parts[0] for e in left.parts[1:] if e.kind == "name"]
        if len(self.outputs) != len(left.parts) - 1 or len(set(self.outputs)) != len(self.outputs):
            raise SymconvError("forward: expected plain indices of the output")
        self.factors, self.ranges, self.extra = factors(right)
        added = [self.extra] if self.extra is not None else []
        if any(n.kind != "index" or n.parts[0].kind != "name" for n in self.factors) or len(self.factors) != 2:
            raise SymconvError("forward: expected a sum over products of two entries")
        if any(n.kind not in ("index", "name") or (n.kind == "index" and n.parts[0].kind != "name") for n in added):
            raise SymconvError("forward: expected a bias beside the sum")
        self.entries = [*self.factors, *added]
        self.taps: dict[str, Node] = {}
        self.places: dict[str, Node] = {}
        self.definitions: list[tuple[str, Node]] = []
        self.given: list[Node] = []
        self.windows: list[AffineIndex] = []
        known = {*self.tensors(), *self.outputs, claims.upstream, *(r.parts[0] for r in self.ranges if r.kind != "such")}
        self.used = known | {n for b in (*bodies, right) for n in b.names()}
        self.free = [n for b in bodies for n in b.names() if n not in known]

    def tensors(self) -> list[str]:
        """The tensors on the right."""
        found = [n.parts[0].parts[0] if n.kind == "index" else n.parts[0] for n in self.entries]
        if len(set(found)) != len(found):
            raise SymconvError("forward: expected tensors that are not the same")
        return found

    def called(self, letter: str, table: dict[str, int]) -> str:
        """The name of a size: as the claim calls it, or a new one."""
        taken = {n for e in (*self.taps.values(), *self.places.values()) for n in e.names()}
        taken |= {n for w in self.windows if w.size is not None for n in w.size.names()}
        for n in self.free:
            if n in table and n not in taken and n not in self.right.names() and n != n.lower():
                return n
        made = letter
        while made in self.used:
            made += "_"
        self.used.add(made)
        return made

    def made(self) -> Written:
        """Everything put together."""
        self.bounded()
        many = sum(1 for n in self.entries if n.kind == "index" for e in n.parts[1:] if e.kind != "name")
        for n in self.entries:
            for e in n.parts[1:] if n.kind == "index" else ():
                if e.kind != "name":
                    self.windows.append(self.window(e, many > 1))
        for w in self.windows:
            self.place(w)
        for o in self.outputs:
            if o not in self.places:
                self.places[o] = name(self.called("O", OUTPUT_SIZES))
        windows = iter(self.windows)
        arrays = [Array(t, tuple(self.sizes(n, windows))) for t, n in zip(self.tensors(), self.entries, strict=True)]
        arrays.append(Array(self.claims.upstream, tuple(self.places[o] for o in self.outputs)))
        free = tuple(Free(o, NONE, minus(self.places[o], 1)) for o in self.outputs)
        circular = any(w.circle is not None for w in self.windows)
        notes = [Prose("reading.asis")]
        return Written(
            self.roles(), free, self.right, tuple(arrays), self.least(), tuple(self.definitions), tuple(self.given), circular,
            tuple(notes),
        )  # fmt: skip

    def bounded(self) -> None:
        """The indices that are summed: 0 <= p < K."""
        for r in self.ranges:
            if r.kind == "such":
                raise SymconvError("forward: expected the limits of a sum, not a condition")
            if r.kind == "range" and r.parts[1] != NONE:
                raise SymconvError("forward: expected indices from 0")
            several = sum(1 for x in self.ranges if x.kind != "such") > 1
            size = add(r.parts[2], 1) if r.kind == "range" else None
            letter = f"K_{r.parts[0]}" if several else "K"
            self.taps[r.parts[0]] = size or name(self.called(letter, {} if several else KERNEL_SIZES))

    def window(self, e: Node, several: bool) -> AffineIndex:
        """One index of the data."""
        bent = any(n.kind in BENT for n in e.walk())
        inner, circle, size = straight(e)
        stride = dilation = None
        output = tap = ""
        backwards = False
        rest: list[Node] = []
        for term in expanded(inner):
            sign, plain = (-1, term.parts[0]) if term.kind == "neg" else (1, term)
            mine = [n for n in plain.names() if n in self.outputs or n in self.taps]
            if not mine:
                rest.append(term)
                continue
            factor = coefficient(plain, mine[0])
            if (
                factor is None
                or len(mine) > 1
                or (mine[0] in self.outputs and (sign < 0 or output))
                or (mine[0] in self.taps and tap)
            ):
                raise SymconvError("forward: expected an index s i + d p - P")
            if mine[0] in self.outputs:
                output, stride = mine[0], factor
            else:
                tap, dilation, backwards = mine[0], factor, sign < 0
        if stride is None or dilation is None:
            raise SymconvError("forward: expected an index s i + d p - P")
        padding = simple(minus(NONE, add(*rest))) if rest else NONE
        size = circle or size or name(self.called(f"N_{output}" if several else "N", {} if several else INPUT_SIZES))
        return AffineIndex(output, tap, stride, dilation, padding, backwards, bent, circle, size)

    def place(self, w: AffineIndex) -> None:
        """How many outputs there are along an axis."""
        assert w.size is not None
        conditions: list[Node] = []
        if w.circle is not None:
            if w.stride != ONE:
                raise SymconvError("forward: a stride around a circle is not understood: say which outputs there are")
            made = w.size
        elif w.backwards:
            if w.padding != NONE or (w.bent and w.stride != ONE):
                raise SymconvError("forward: a true convolution is understood as x[i - p]")
            reach = times(w.dilation, minus(self.taps[w.tap], 1))
            full = add(floored(add(w.size, reach, -1), w.stride), 1)
            made = w.size if w.bent else full
        else:
            reach = times(w.dilation, minus(self.taps[w.tap], 1))
            room = minus(w.size if w.padding == NONE else add(w.size, times(2, w.padding)), add(reach, 1))
            made, conditions = add(floored(room, w.stride), 1), [relation(">=", room, 0)]
        if self.places.setdefault(w.output, made) != made:
            raise SymconvError(f"forward: the index {w.output!r} moves over two axes of different lengths")
        self.given += conditions
        if made.kind != "name":
            size = self.called(
                "O" if len(self.windows) == 1 else f"O_{w.output}", OUTPUT_SIZES if len(self.windows) == 1 else {}
            )
            self.definitions.append((size, made))
            self.places[w.output] = name(size)

    def sizes(self, n: Node, windows: Iterator[AffineIndex]) -> Iterator[Node]:
        """The sizes of a tensor, by its indices."""
        for e in n.parts[1:] if n.kind == "index" else ():
            if e.kind != "name":
                found = first(windows, f"forward: expected a window for the index {spelled(e)}").size
                assert found is not None
                yield found
            elif e.parts[0] in self.places:
                yield self.places[e.parts[0]]
            elif e.parts[0] in self.taps:
                yield self.taps[e.parts[0]]
            else:
                raise SymconvError(f"forward: the index {e.parts[0]!r} is bound by no sum and stands on no left side")

    def least(self) -> tuple[tuple[str, int], ...]:
        """Every size and parameter with its least value."""
        bound = {*self.outputs, *self.taps, *self.tensors()}
        made = {n for e in (*self.taps.values(), *self.places.values()) for n in e.names()}
        made |= {
            n for w in self.windows for e in (w.size, w.stride, w.dilation, w.padding) if e is not None for n in e.names()
        }
        made |= {n for n in self.right.names() if n not in bound}
        low = {n for w in self.windows for n in w.padding.names()} | (PADDING - {"d"})
        defined = dict(self.definitions)
        return tuple(
            (n, 0 if n in low and n not in ("s", "S") else 1) for n in sorted(made) if n not in defined and n not in bound
        )

    def roles(self) -> dict[str, str]:
        """Which tensor is the input, the kernel, the bias."""
        data, other = self.factors
        if any(e.kind != "name" for e in other.parts[1:]):
            data, other = other, data
        found = {
            "input": data.parts[0].parts[0],
            "kernel": other.parts[0].parts[0],
            "bias": "",
            "upstream": self.claims.upstream,
        }
        if self.extra is not None:
            found["bias"] = self.tensors()[-1]
        return found


def straight(e: Node) -> tuple[Node, Node | None, Node | None]:
    """An index without what bends it, its modulus, and the size that a clipped one tells."""
    if e.kind == "mod":
        return e.parts[0], e.parts[1], None
    if e.kind == "abs":
        return e.parts[0], None, None
    if e.kind in ("min", "max") and len(e.parts) == 2:
        ends = [p for p in e.parts if p == NONE or last(p) is not None]
        inner = [p for p in e.parts if p not in ends]
        if len(ends) == 1 and len(inner) == 1:
            low, circle, size = straight(inner[0])
            return low, circle, last(ends[0]) or size
    if any(n.kind in BENT for n in e.walk()):
        raise SymconvError("forward: expected an index such as (i - p) mod N, |i + p - P| or min(max(i + p - P, 0), N - 1)")
    return e, None, None


def last(e: Node) -> Node | None:
    """N of N - 1."""
    if e.kind == "add" and len(e.parts) == 2 and e.parts[0].kind == "name" and e.parts[1] == Node("neg", (ONE,)):
        found: Node = e.parts[0]
        return found
    return None


def operand(claims: Gradients, made: Written, wrt: str, body: Node) -> str:
    """The role of the tensor by which a claim differentiates.

    Raises SymconvError if it is none of the forward formula's, or if the claim reads a tensor that is none.
    """
    roles = {t: r for r, t in made.names.items() if t}
    read = [n for n in claims.tensors(body) if n not in roles and not is_upstream(n, claims.names)]
    if wrt not in roles or roles[wrt] == "upstream":
        raise SymconvError(f"forward: {wrt!r} stands not in the forward formula")
    if read:
        raise SymconvError(f"{read[0]!r} does not stand in the forward formula: say what it is with --where")
    return roles[wrt]
