r"""Identities between sums or operators over arbitrary tensors of finite support, and definitions of an operation.

    [f*g](i) = \sum_a f(a) g(i+a) = \sum_a f(i+a) g(a) = [g*f](i)            f * (g * h) = (f * g) * h

A chain is judged link by link.  A link whose one side is only the sign applied to names says what the sign means.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from symconv.claims.reading import stem
from symconv.claims.relations import Statement
from symconv.claims.running import Opened, places, runs
from symconv.claims.spelling import spelled
from symconv.claims.tensor_forms import (
    add,
    constant_difference,
    indices_of,
    minus,
    relation,
    scalars_of,
    stands_alone,
    summands,
    with_operator,
)
from symconv.claims.tensor_links import (
    _base,
    columns,
    defined_names,
    equivariance,
    full,
    given_relations,
    has_star,
    ill_formed,
    links,
    plain_star,
    signs_of,
    whole_names,
)
from symconv.claims.tensor_names import DILATION, PADDING, STRIDE, Names
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.prose import Prose, Words
from symconv.language.tensorial import Array, Case, Equation, Free, Meaning


def covered(place: Node, r: Node, sizes: set[str]) -> tuple[Node, Node] | None:
    """The first and the last of  rest + k  or  rest - k  with k in its range, the rest being made of sizes."""
    k = r.parts[0]
    terms = list(summands(place))
    own = [t for t in terms if t in (name(k), Node("neg", (name(k),)))]
    rest = [t for t in terms if t not in own]
    if len(own) != 1 or not all(set(t.names()) <= sizes - {k} for t in rest):
        return None
    if own[0].kind == "name":
        return plainly(add(*rest, r.parts[1])), plainly(add(*rest, r.parts[2]))
    return plainly(minus(add(*rest), r.parts[2])), plainly(minus(add(*rest), r.parts[1]))


def plainly(e: Node) -> Node:
    """A number where all names cancel, else as it stands."""
    whole = constant_difference(e, number(0))
    return e if whole is None else number(whole)


def outermost(limits: list[Node], side: int) -> Node | None:
    """The least of lower limits (``side`` 0), the greatest of upper ones; None where they cannot be compared."""
    found = limits[0]
    for other in limits[1:]:
        distance = constant_difference(other, found)
        if distance is None:
            return None
        if (distance < 0) == (side == 0) and distance:
            found = other
    return found


CORRELATIONS = ("correlation", "correlation, data first")
SENSES = ("convolution", *CORRELATIONS)
CIRCULAR = ("circular convolution", "circular correlation", "circular correlation, data first")
WORDS = {
    "convolution": "convolution, (f * g)(i) = sum_a f(a) g(i - a)",
    "correlation": "cross-correlation, sum_a conj(f(a)) g(i + a)",
    "correlation, data first": "cross-correlation, sum_a f(i + a) conj(g(a))",
    "circular convolution": "circular convolution",
    "circular correlation": "circular cross-correlation, sum_a f(a) g(i + a mod N)",
    "circular correlation, data first": "circular cross-correlation, sum_a f(i + a mod N) g(a)",
}
SHOWN = {"ast": "\\ast", "star": "\\star", "otimes": "\\otimes", "circledast": "\\circledast"}


def identity(published: Published, statements: list[Statement], names: Names) -> Meaning:
    """The meaning of a chain of equations over arbitrary tensors.

    Raises SymconvError for what is not understood.
    """
    pairs, conditions = links(statements, published.formula)
    for letter, role in names.roles.items():
        if role == "difference":
            pairs = [(with_operator(a, letter, "difference"), with_operator(b, letter, "difference")) for a, b in pairs]
    fault = ill_formed(pairs, names)
    if fault is not None:
        return Meaning((Prose("reading.outside"),), fault=fault)
    if len(pairs) == 1 and (shifted := equivariance(*pairs[0])) is not None:
        return shifted
    impulses = {
        t for a, b in pairs for n in (a, b) for t in whole_names(n, names) if names.role(t) == "impulse" or t == "delta"
    }
    one = Node("list", (number(1),))
    for t in impulses:
        pairs = [(a.subs({t: one}), b.subs({t: one})) for a, b in pairs]
    conditions += given_relations(published)
    introduced = defined_names(pairs, names)
    judged = [p for p in pairs if _base(p[0]) not in introduced]
    if not judged:
        raise SymconvError(
            f"a definition of {', '.join(sorted(introduced))}, with nothing to compare: name the operator that it shall be"
        )
    return Chain(names, judged, conditions, published.about, frozenset(impulses)).meaning()


def matrix_sizes(nodes: list[Node]) -> dict[str, int]:
    """The sizes that a matrix written out gives: of the vector behind it its columns, of its own entries their largest index."""
    found: dict[str, int] = {}
    for n in (n for node in nodes for n in node.walk()):
        matrix = next((p for p in n.inner() if p.kind == "list" and p.parts and p.parts[0].kind == "list"), None)
        if n.kind not in ("times", "mul") or matrix is None:
            continue
        vector = next((p for p in n.inner() if p.kind == "name"), None)
        if vector is not None:
            found[vector.parts[0]] = len(matrix.parts[0].parts)
        for e in (e for e in matrix.walk() if e.kind == "index" and len(e.parts) == 2 and e.parts[1].kind == "number"):
            found[e.parts[0].parts[0]] = max(found.get(e.parts[0].parts[0], 0), e.parts[1].parts[0] + 1)
    return found


class Chain:
    """The links of a chain, as equations under each meaning of the open signs."""

    def __init__(
        self,
        names: Names,
        pairs: list[tuple[Node, Node]],
        conditions: list[Node],
        about: str,
        impulses: frozenset[str] = frozenset(),
    ) -> None:
        self.names, self.pairs, self.conditions, self.about = names, pairs, conditions, about
        self.notes: list[Words] = [Prose("reading.outside.arbitrary")]
        self.notes += [Prose("reading.impulse", {"name": t}) for t in sorted(impulses)]
        self.plain = bool(impulses) or names.line
        self.customary = any(
            n.kind == "index" and n.parts[0].kind == "times" for p in pairs for side in p for n in side.walk()
        )
        self.nodes = [n for p in pairs for n in p]
        self.fixed = matrix_sizes(self.nodes)
        self.plain = self.plain or bool(self.fixed)
        self.columns = columns(pairs)
        if self.columns:
            self.notes.append(Prose("reading.columns", {"names": " and ".join(sorted(self.columns))}))
        self.tensors = list(dict.fromkeys(t for n in self.nodes for t in whole_names(n, names)))
        self.numbers = [s for s in self.scalars() if names.role(s) == "number" and not self.counted(s)]
        self.real = not any(x.kind == "conj" for n in self.nodes for x in n.walk())
        if self.numbers:
            self.notes.append(Prose("reading.scale", {"names": " and ".join(self.numbers)}))
        self.modulus = next((m.parts[1] for n in self.nodes for e in n.walk() if e.kind == "index" for p in e.parts[1:]
                             for m in p.walk() if m.kind == "mod"), None)  # fmt: skip
        if self.real and signs_of(self.nodes):
            self.notes.append(Prose("reading.real"))

    def meaning(self) -> Meaning:
        """All cases."""
        signs = signs_of(self.nodes)
        cases, doubts = [], []
        for chosen in itertools.product(*(self.senses(s, signs) for s in signs)):
            senses = tuple(zip(signs, chosen, strict=True))
            label = ", ".join(f"{SHOWN.get(s, s)} is the {self.worded(c)}" for s, c in senses)
            equations = tuple(e for k, pair in enumerate(self.pairs) for e in self.equations(k, pair, senses))
            unusual = ("star", "convolution") in senses and "star" not in self.names.senses
            if any(self.by_custom(s) and c != "convolution" for s, c in senses):
                doubts.append((label, equations))
                continue
            cases.append(Case(label, equations, unusual=unusual))
        cases = [replace(case, doubts=tuple(doubts)) for case in cases]
        if len(cases) == 1 and cases[0].label:
            self.notes.append(cases[0].label)
        return Meaning(tuple(self.notes), tuple(cases), None, "arbitrary tensors of finite support", self.parameters())

    def senses(self, sign: str, signs: list[str]) -> tuple[str, ...]:
        """What a sign can be."""
        given = self.names.senses.get(sign, "")
        if given == "correlation":
            return CORRELATIONS
        if given == "circular correlation":
            return CIRCULAR[1:]
        if given:
            return (given,)
        if self.modulus is not None:
            return CIRCULAR
        if sign == "star" and (len(signs) > 1 or not any(self.defines(p) for p in self.pairs)):
            return CORRELATIONS
        if sign in ("*", "ast", "conv") and "star" in signs:
            return ("convolution",)
        return SENSES

    def by_custom(self, sign: str) -> bool:
        """Whether a plain * between signals, which nothing says otherwise, is the convolution by custom."""
        if sign not in ("*", "ast") or sign in self.names.senses or self.modulus is not None or not self.customary:
            return False
        return not any(self.defines(p) for p in self.pairs)

    def parameters(self) -> tuple[str, ...]:
        """Strides and dilations, which a condition may speak of."""
        return tuple(n for n in self.scalars() if n in STRIDE | DILATION or self.names.role(n) in ("stride", "dilation"))

    def scalars(self) -> list[str]:
        """Names that are numbers."""
        return list(dict.fromkeys(s for n in self.nodes for s in scalars_of(n, self.tensors)))

    def counted(self, s: str) -> bool:
        """Whether a name stands within an index, a range or a condition: a whole number there."""
        within = [e for n in self.nodes for x in n.walk() if x.kind == "index" for e in x.parts[1:] if isinstance(e, Node)]
        within += [e for n in self.nodes for x in n.walk() if x.kind == "range" for e in x.inner()]
        divisors = [x.parts[1] for n in self.nodes for x in n.walk() if x.kind in ("div", "mod", "quotient")]
        return any(s in e.names() for e in (*within, *divisors, *self.conditions))

    def frees(self, pair: tuple[Node, Node]) -> list[str]:
        """The indices that are free on both sides: those of an entry that stands outside of sums, first."""
        sizes = {n for e in self.limits() for n in e.names()}
        sizes |= set(self.modulus.names()) if self.modulus is not None else set()
        mine = [s for side in pair for s in scalars_of(side, self.tensors)]
        return [s for s in dict.fromkeys(mine) if s not in sizes and s not in self.numbers and not self.is_size(s)]

    def is_size(self, s: str) -> bool:
        """Whether a scalar is a parameter, at least 1 (a padding at least 0)."""
        role = self.names.role(s)
        if role:
            return role not in ("index", "tensor")
        alone = {a for n in self.nodes for a in stands_alone(n, self.tensors)}
        entries = {
            e.parts[0]
            for n in self.nodes
            if n.kind == "index"
            for e in n.parts[1:]
            if isinstance(e, Node) and e.kind == "name"
        }
        return s in STRIDE | {"d", "D"} and s not in alone | entries

    def limits(self) -> list[Node]:
        """The limits of all sums that are finite."""
        return [
            e
            for n in self.nodes
            for r in n.walk()
            if r.kind == "range"
            for e in r.inner()
            if all(x.kind != "infinity" for x in e.walk())
        ]

    # tensors
    def arrays(self, axes: int) -> tuple[tuple[Array, ...], tuple[tuple[str, int], ...]]:
        """Every tensor with its sizes; explicit limits of a sum are the extents of what it runs over."""
        counts: dict[str, int] = {}
        for n in self.nodes:
            for t, c in indices_of(n, self.tensors).items():
                if counts.setdefault(t, c) != c:
                    raise SymconvError(f"{t!r} is read with {counts[t]} and with {c} indices")
        bound = self.bound_extents()
        taken = set(self.scalars()) | set(self.tensors)
        made: list[Array] = []
        sizes: dict[str, int] = {}
        for t in self.tensors:
            many = counts.get(t, axes)
            extents: list[Node] = []
            first: list[Node] = []
            width: tuple[Node, ...] = (number(1),) if t in self.columns else ()
            many = 2 if width else many
            for k in range(many - len(width)):
                base, size = bound.get((t, k)) or (number(self.names.base or 0), self.size(t, k, many, taken))
                extents.append(size)
                first.append(base)
            made.append(Array(t, (*extents, *width), (*first, *(number(0) for _ in width))))
        made += [Array(s, (), ()) for s in self.numbers]
        named = {x for a in made for e in (*a.sizes, *a.base) for x in e.names()}
        limits = {x for e in self.limits() for x in e.names()}
        if self.modulus is not None:
            limits |= set(self.modulus.names())
        for s in (*sorted(named - set(self.scalars())), *self.scalars()):
            if s in named | limits:
                sizes[s] = 1
            elif s not in self.numbers and self.is_size(s):
                sizes[s] = 0 if s in PADDING or self.names.role(s) == "padding" else 1
        return tuple(made), tuple(sizes.items())

    def size(self, tensor: str, axis: int, many: int, taken: set[str]) -> Node:
        """The size of an axis that no sum states."""
        if many == 1 and tensor in self.fixed:
            return number(self.fixed[tensor])
        if many == 1 and tensor in self.names.lengths:
            return name(self.names.lengths[tensor])
        if self.modulus is not None:
            circle: Node = self.modulus
            return circle
        if any(s.startswith("circular") for s in self.names.senses.values()):  # around one circle
            return name("N" + (str(axis + 1) if many > 1 else ""))
        own = f"N_{stem(tensor)}" + (str(axis + 1) if many > 1 else "")
        while own in taken:
            own += "_"
        return name(own)

    def bound_extents(self) -> dict[tuple[str, int], tuple[Node, Node]]:
        """sum_(p=1..d) f(p): f runs from 1 to d; where sums differ, from the least to the greatest of their limits.

        Limits that cannot be compared say nothing of the extent: the sum's range is then part of the claim.
        """
        limits: dict[tuple[str, int], list[tuple[Node, Node]]] = {}
        also: dict[tuple[str, int], list[tuple[Node, Node]]] = {}
        sizes = {x for e in self.limits() for x in e.names()}
        for tensor, axis, place, r in self.summed_places():
            if place == name(r.parts[0]):
                limits.setdefault((tensor, axis), []).append((r.parts[1], r.parts[2]))
            elif (span := covered(place, r, sizes)) is not None:
                also.setdefault((tensor, axis), []).append(span)
        for key, ranges in limits.items():  # n - k beside k: the same entries, from the other end
            ranges += also.get(key, [])
        found: dict[tuple[str, int], tuple[Node, Node]] = {}
        for key, ranges in limits.items():
            first, last = (outermost([r[side] for r in ranges], side) for side in (0, 1))
            if first is not None and last is not None:
                found[key] = first, add(minus(last, first), 1)
        firsts = {b for b, _ in found.values()}
        if len(firsts) == 1 and self.names.base is None and firsts != {number(0)}:
            (first,) = firsts
            if first.kind == "number":
                self.names.base = first.parts[0]
                self.note(Prose("reading.base.from", {"base": first.parts[0]}))
        return found

    def summed_places(self) -> Iterator[tuple[str, int, Node, Node]]:
        """(tensor, axis, index, range) for every entry under a sum with limits."""
        for n in (n for node in self.nodes for n in node.walk() if n.kind == "sum"):
            ranges = [r for r in n.parts[1:] if r.kind == "range" and all(x.kind != "infinity" for x in r.walk())]
            for e in (e for e in n.walk() if e.kind == "index"):
                t = e.parts[0].parts[0] if e.parts[0].kind == "conj" else e.parts[0]
                if t.kind == "name" and t.parts[0] in self.tensors:
                    yield from ((t.parts[0], k, i, r) for k, i in enumerate(e.parts[1:]) for r in ranges)

    def note(self, text: Words) -> None:
        """Keep a decision, once."""
        if text not in self.notes:
            self.notes.append(text)

    # equations
    def equations(self, at: int, pair: tuple[Node, Node], senses: tuple[tuple[str, str], ...]) -> list[Equation]:
        """One link; between operators on whole signals in one and in two axes."""
        left, right = pair
        indices = places(self.nodes) - set(self.tensors)
        if any(runs(side, indices) for side in pair):
            opened = Opened(dict(senses), self.tensors, indices)
            left, right = opened(left), opened(right)
        whole = not self.entry(left) and not self.entry(right)
        if whole != (not self.entry(left)) or whole != (not self.entry(right)):
            raise SymconvError("one side is an entry, the other a whole tensor")
        made = []
        flips = any(n.kind == "call" and n.parts[0] == "flip" for side in self.nodes for n in side.walk())
        arrayed = whole and flips
        if arrayed:
            left, right = full(left), full(right)
            self.note(Prose("reading.mode.full"))
        if self.fixed and has_star(left):  # the mode of a sign is the one in which its result has the matrix's shape
            left, right = right, left
        differences = any(n.kind == "call" and n.parts[0] == "difference" for side in self.nodes for n in side.walk())
        for axes in (2,) if self.columns else (1, 2) if whole and not differences and not self.plain else (1,):
            arrays, sizes = self.arrays(axes)
            known = {a.name for a in arrays}
            if not known:
                raise SymconvError("expected tensors on both sides")
            free = () if whole else tuple(self.ranged(f) for f in self.frees(pair))
            made.append(
                Equation(
                    f"link {at + 1}", right, left, arrays, sizes, free, (), self.fitting(arrays), senses, None,
                    whole=whole, lattice=not arrayed and not self.fixed, axes=axes if whole else 0,
                    defining=self.defines(pair), real=self.real,
                )
            )  # fmt: skip
        return made

    def fitting(self, arrays: tuple[Array, ...]) -> tuple[Node, ...]:
        """Around a circle of N places no tensor is longer than N."""
        known = {x for a in arrays for e in (*a.sizes, *a.base) for x in e.names()} | {
            x for e in self.limits() for x in e.names()
        }
        known |= set(self.modulus.names()) if self.modulus is not None else set()
        stated = []
        for c in self.conditions:
            if c.kind == "range":
                continue
            if not set(c.names()) <= known:
                raise SymconvError(f"did not understand the condition {spelled(c)}")
            stated.append(c)
        if self.modulus is None:
            return tuple(stated)
        found = dict.fromkeys(s for a in arrays for s in a.sizes if s != self.modulus)
        return (*stated, *(relation("<=", s, self.modulus) for s in found))

    def worded(self, sense: str) -> str:
        """An operation in words, without conjugates for real tensors."""
        words = WORDS.get(sense, sense)
        return words.replace("conj(f(a))", "f(a)").replace("conj(g(a))", "g(a)") if self.real else words

    def defines(self, pair: tuple[Node, Node]) -> bool:
        """Whether one side is only the sign applied to names, the other without signs."""
        return any(plain_star(a) is not None and not has_star(b) for a, b in (pair, pair[::-1]))

    def ranged(self, index: str) -> Free:
        """A free index with its range, if one is stated."""
        for c in self.conditions:
            if c.kind == "range" and c.parts[0] == index:
                return Free(index, c.parts[1], c.parts[2])
        if self.modulus is not None:
            return Free(index, number(0), minus(self.modulus, 1))
        return Free(index)

    def entry(self, node: Node) -> bool:
        """Whether a side is a number, an entry of a tensor, not a whole tensor."""
        if node.kind in ("index", "sum", "number"):
            return True
        if node.kind in ("conj", "neg", "div"):
            return self.entry(node.parts[0])
        if node.kind in ("add", "mul"):
            return any(self.entry(p) for p in node.inner() if p.kind != "number")
        return False
