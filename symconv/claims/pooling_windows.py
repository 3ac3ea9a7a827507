r"""The windows of a pooling that a formula names: its data, its indices, and kernel, stride, padding and dilation of every axis.

y[i] = max_p x[s i + d p - P],   0 <= p < K,   0 <= i <= floor((N + 2P - d(K-1) - 1)/s)
"""

from __future__ import annotations

import re
from dataclasses import field

from symconv.claims.pooling_reader import PARAMETERS, read_pooling
from symconv.claims.setting import Setting
from symconv.claims.spelling import spelled
from symconv.claims.tensor_forms import add, floored, minus, times
from symconv.claims.vocabulary import described, recognise
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.lazy import dataclass
from symconv.language.prose import Prose, Words
from symconv.language.tensorial import Array, Equation, Free

SIZES = {1: ("N",), 2: ("H", "W"), 3: ("D", "H", "W")}
SHORT = {"stride": "s", "padding": "P", "dilation": "d", "kernel": "K"}
AXES = {"0": 0, "1": 1, "2": 2}
UPSTREAM = ("g", "dy", "delta", "dout", "grad_output", "dL_dy", "gy", "dY", "G", "grad")
DOMAIN = "all windows that lie in the padded input"


@dataclass
class Pooling:
    """The parameters of every axis, and what was decided of the names."""

    published: Published
    setting: Setting
    kind: str  # max or avg
    base: int = 0
    axes: int = 0
    lead: tuple[str, ...] = ()
    parameters: dict[str, list[Node]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)  # a size with its least value
    given: list[Node] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    inputs: list[str] = field(default_factory=list)
    batch: dict[str, str] = field(default_factory=dict)  # a leading index and its size
    data: str = "x"

    def fresh(self, letter: str) -> str:
        """A name not yet in use."""
        while letter in self.taken:
            letter += "_"
        self.taken.add(letter)
        return letter

    def size(self, axis: int) -> Node:
        """The input size along an axis."""
        return name(self.inputs[axis])

    def room(self, axis: int) -> Node:
        """N + 2P - d(K-1) - 1."""
        k, d, p = (self.parameters[key][axis] for key in ("kernel", "dilation", "padding"))
        return minus(add(self.size(axis), times(2, p)), add(times(d, minus(k, 1)), 1))

    def output(self, axis: int) -> Node:
        """floor(room/s) + 1."""
        return add(floored(self.room(axis), self.parameters["stride"][axis]), 1)

    def body(self, place: list[Node], lead: list[Node]) -> Node:
        """The operator's own definition at an output place."""
        taps = [f"p_{k}" for k in range(self.axes)]
        entries, ranges = [], []
        for axis, i in enumerate(place):
            s, d, p, size = (self.parameters[key][axis] for key in ("stride", "dilation", "padding", "kernel"))
            at = add(times(s, minus(i, self.base)), times(d, name(taps[axis])), self.base)
            entries.append(minus(at, p))
            ranges.append(Node("range", (taps[axis], number(0), minus(size, 1))))
        entry = Node("index", (name(self.data), *lead, *entries))
        if self.kind == "max":
            return Node("extremum", ("max", entry, *ranges))
        count = self.parameters["kernel"][0]
        for more in self.parameters["kernel"][1:]:
            count = times(count, more)
        return Node("div", (Node("sum", (entry, *ranges)), count))


def plain_index(node: Node) -> str:
    """The name of an index; N_i is a name of its own."""
    if node.kind == "name":
        return str(node.parts[0])
    if node.kind == "index" and all(p.kind == "name" for p in node.parts):
        return "_".join(p.parts[0] for p in node.parts)
    raise SymconvError(f"expected plain indices on the left, got {spelled(node)}")


def renamed(node: Node, data: str) -> Node:
    """N_i within an index is a name; a parameter with an index too."""
    if (
        node.kind == "index"
        and node.parts[0].kind == "name"
        and node.parts[0].parts[0] not in (data, "g")
        and all(p.kind in ("name", "number") for p in node.parts)
    ):
        return name("_".join(str(p.parts[0]) for p in node.parts))
    parts = tuple(renamed(p, data) if isinstance(p, Node) else p for p in node.parts)
    return Node(node.kind, parts, node.place)


def leading(made: Pooling, place: list[str], entries: list[Node]) -> None:
    """Batch and channels: the indices that both sides have alike, in front."""
    count = 0
    while count < len(place) and all(e.parts[1 + count] == name(place[count]) for e in entries):
        count += 1
    axes = len(place) - count
    if made.setting.dims and made.setting.dims <= len(place):
        count, axes = len(place) - made.setting.dims, made.setting.dims
    if not 1 <= axes <= 3 or count > 2:
        raise SymconvError(f"expected one to three window indices behind batch and channel, got {axes} behind {count}")
    made.axes, made.lead = axes, tuple(place[:count])


def configure(made: Pooling, nodes: list[Node], indices: list[str]) -> None:
    """Stride, dilation, padding and kernel of every axis: named in the formula, fixed, or free."""
    bound = {r.parts[0] for node in nodes for r in node.walk() if r.kind in ("range", "each")}
    words = list(dict.fromkeys(w for node in nodes for w in every(node) if w not in bound and w not in indices))
    words = [w for w in words if not tensor(made, nodes, w)]
    made.taken = {*words, *indices, *bound, made.data}
    if any(r.kind == "range" and r.parts[1] == number(1) for node in nodes for r in node.walk()):
        made.base = 1
        made.notes.append(Prose("reading.base.start.one"))
    roles = {w: role_of(made, w) for w in words}
    fixed = stated(made, roles)
    made.inputs = [made.fresh(letter) for letter in SIZES[made.axes]]
    for kind in PARAMETERS:
        made.parameters[kind] = [parameter(made, kind, k, roles, fixed) for k in range(made.axes)]
    for n in made.inputs:
        made.known.setdefault(n, 1)
    for index in made.lead:
        made.batch[index] = made.fresh({0: "B", 1: "C"}[made.lead.index(index)])
        made.known[made.batch[index]] = 1
    told = ", ".join(
        f"{kind} {'x'.join(dict.fromkeys(spelled(e) for e in made.parameters[kind]))}"
        for kind in ("kernel", "stride", "padding", "dilation")
    )
    made.notes.insert(0, told)
    made.notes.append(Prose("reading.pooling.counted") if made.kind == "avg" else Prose("reading.pooling.infinite"))


def every(node: Node) -> list[str]:
    """Every name below a node."""
    return [n.parts[0] for n in node.walk() if n.kind == "name"]


def tensor(made: Pooling, nodes: list[Node], word: str) -> bool:
    """Whether a name is indexed."""
    return (
        word == made.data
        or word in UPSTREAM
        or any(n.kind == "index" and n.parts[0] == name(word) for node in nodes for n in node.walk())
    )


def role_of(made: Pooling, word: str) -> tuple[str, int]:
    """(kind, axis or -1) of a name.  Raises SymconvError for one that is no parameter."""
    told = dict(made.published.where).get(word)
    role = described(told) if told else recognise(word)
    if role is None and re.fullmatch(r"[kspd][TDHWhw]", word):
        role = recognise(word[0])
    if role is None or role.kind not in PARAMETERS:
        raise SymconvError(f"what is {word!r}? say it with --where, as in {word}=stride, or =kernel size")
    axis = role.axis or (word[-1] if re.fullmatch(r"[kspd][TDHWhw]", word) else "")
    letters = {1: "w", 2: "hw", 3: "dhw"}[made.axes]
    at = AXES.get(axis, letters.find(axis.lower().replace("t", "d")) if axis else -1)
    return role.kind, min(at, made.axes - 1)


def stated(made: Pooling, roles: dict[str, tuple[str, int]]) -> dict[str, Node]:
    """What is given: padding = 0, stride = kernel size; the rest are relations between the names."""
    fixed = {
        kind: number(values[0])
        for kind, values in made.setting.fixed.items()
        if kind in PARAMETERS and len(set(values)) == 1
    }
    for text in made.published.given:
        for s in read_pooling(text):
            node = s.node
            if node.kind != "relation" or node.parts[1].kind != "name":
                raise SymconvError(f"given: expected a relation such as padding = 0, got {text[:40]!r}")
            sign, left, right = node.parts
            kind = roles[left.parts[0]][0] if left.parts[0] in roles else role_of(made, left.parts[0])[0]
            if left.parts[0] not in roles and sign == "=":
                value = next(
                    (name(w) for w, (k, _) in roles.items() if right.kind == "name" and k == kind_of(made, right)), right
                )
                if value.kind not in ("number", "name"):
                    raise SymconvError(f"given: expected a number, got {spelled(right)}")
                fixed[kind] = value
            else:
                made.given.append(node)
    return fixed


def kind_of(made: Pooling, node: Node) -> str:
    """The kind of parameter that a name is."""
    return role_of(made, str(node.parts[0]))[0]


def parameter(made: Pooling, kind: str, axis: int, roles: dict[str, tuple[str, int]], fixed: dict[str, Node]) -> Node:
    """One parameter along an axis."""
    least = 0 if kind == "padding" else 1
    for at in (axis, -1):
        for word, (own, where) in roles.items():
            if own == kind and where == at:
                made.known.setdefault(word, least)
                return name(word)
    if kind in fixed:
        return fixed[kind]
    if kind == "dilation" and made.kind == "avg":
        return number(1)
    if kind != "kernel" and not made.published.operator.strip():
        return number(0 if kind == "padding" else 1)
    suffix = str(axis + 1) if made.axes > 1 else ""
    word = made.fresh(SHORT[kind] + suffix)
    made.known[word] = least
    return name(word)


def equation(made: Pooling, words: str, claimed: Node, true: Node, place: list[str]) -> Equation:
    """The definition as an equation between entries of x."""
    sizes = [name(made.batch[n]) for n in made.lead] + [made.size(k) for k in range(made.axes)]
    base = number(made.base)
    arrays = (Array(made.data, tuple(sizes), tuple(number(0) for _ in made.lead) + (base,) * made.axes),)
    outputs = [made.fresh(f"O{k + 1}" if made.axes > 1 else "O") for k in range(made.axes)]
    ends = [minus(name(made.batch[n]), 1) for n in made.lead] + [add(name(o), made.base - 1) for o in outputs]
    frees = tuple(
        Free(f, number(0) if k < len(made.lead) else base, end) for k, (f, end) in enumerate(zip(place, ends, strict=True))
    )
    definitions = tuple((o, made.output(k)) for k, o in enumerate(outputs))
    domain_ = tuple(Node("relation", (">=", made.room(k), number(0))) for k in range(made.axes))
    return Equation(
        words, numbered(claimed), numbered(true), arrays, tuple(made.known.items()), frees, definitions,
        (*domain_, *made.given), axes=made.axes,
    )  # fmt: skip


def numbered(node: Node) -> Node:
    """Conditions in brackets as 1 or 0."""
    if node.kind == "truth":
        return Node("if", (node.parts[0], number(1), number(0)))
    return Node(node.kind, tuple(numbered(p) if isinstance(p, Node) else p for p in node.parts), node.place)


def free(made: Pooling) -> tuple[str, ...]:
    """The parameters in whose terms a condition may be said: the padding first."""
    return tuple(
        dict.fromkeys(
            n for kind in ("padding", "stride", "dilation", "kernel") for e in made.parameters[kind] for n in e.names()
        )
    )


def equalities(made: Pooling) -> tuple[tuple[str, str], ...]:
    """Stride and kernel of an axis, which a condition may equate."""
    return tuple(
        (s.parts[0], k.parts[0])
        for s, k in zip(made.parameters["stride"], made.parameters["kernel"], strict=True)
        if s.kind == k.kind == "name"
    )
