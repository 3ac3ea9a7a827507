"""Does a formula compute what an operator computes?  The operator by name; its own definition stands on the other side.

scipy.signal.correlate   z[k] = sum_l x[l] conj(y[l - k]), k the lag (or the place in the full result)
numpy.correlate          entry k of mode valid; the operands change places when the second is longer
ndimage.convolve         C[i] = sum_j I[i + c - j] W[j], c = floor(M / 2) the centre of W
conv1d, conv2d, ...      y[n,o,i] = b[o] + sum w[o,c,p] x[n,c, s i + d p - P]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby

from symconv.claims.relations import Statement
from symconv.claims.tensor_derivatives import given_conditions, notes_of, started
from symconv.claims.tensor_entries import sized, there
from symconv.claims.tensor_forms import (
    add,
    bound_in,
    floored,
    index,
    indices_of,
    minus,
    relation,
    scalars_of,
    settled,
    stands_alone,
)
from symconv.claims.tensor_forward import parsed_operator, planned
from symconv.claims.tensor_identity import Chain, identity
from symconv.claims.tensor_layers import Layered
from symconv.claims.tensor_links import ill_formed, links, plain_star, whole_names
from symconv.claims.tensor_names import Names, kind_of, sense
from symconv.claims.tensor_stated import Gradients
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name, number
from symconv.language.prose import Prose
from symconv.language.tensorial import Array, Case, Equation, Failing, Free, Meaning

LIBRARY = re.compile(r"(?:(?:scipy\.)?(?:signal|ndimage)|numpy|np|scipy)?\.?(correlate|convolve)(?:[12]d)?\s*(?:\(.*\))?\Z")
OWN = re.compile(r"(?:sc\.|symconv\.)?(?:correlate|convolve)[123][dD]\s*(?:\(.*\))?\Z", re.S)
INSIDE, EVERYWHERE = "only windows inside the data are read", "every place is meant, with zeros outside the data"
LAYER = re.compile(r"(?:.*\.)?(?:conv|Conv)[123][dD]\b.*\Z", re.S)


def definition(published: Published, statements: list[Statement], names: Names) -> Meaning:
    """The meaning of a definition, against the operator that it shall be."""
    operator = (published.operator or published.forward).strip()
    if not operator:
        return identity(published, statements, names)
    pairs, conditions = links(statements, published.formula)
    conditions += [settled(c) for c in given_conditions(published)]
    fault = ill_formed(pairs, names)
    if fault is not None:
        return Meaning((Prose("reading.outside"),), fault=fault)
    left, right = pairs[0][0], pairs[-1][1]
    star = plain_star(left)
    if star is not None and operation(operator):
        names.senses.setdefault(star[0], operation(operator))
        return identity(published, statements, names)
    if len(pairs) > 1:
        raise SymconvError("expected one equation beside an operator")
    if OWN.match(operator) and re.search(r"\bfull\b", operator):
        return Library(published, names, operator, left, right, conditions).meaning()
    if OWN.match(operator):
        first = layer(published, names, left, right, conditions, fixed=True)
        return doubted(
            first, INSIDE, EVERYWHERE, lambda: Library(published, names, operator, left, right, conditions).meaning()
        )
    if sense(operator) in ("correlation", "convolution") and not LIBRARY.match(operator) and not LAYER.match(operator):
        first = Library(published, names, operator, left, right, conditions).meaning()
        return doubted(first, EVERYWHERE, INSIDE, lambda: layer(published, names, left, right, conditions, fixed=True))
    if LIBRARY.match(operator) or (sense(operator) and not LAYER.match(operator)):
        return Library(published, names, operator, left, right, conditions).meaning()
    return layer(published, names, left, right, conditions)


def operation(operator: str) -> str:
    """Which operation on signals an operator is: convolve1d(mode=full) is the convolution."""
    found = sense(operator)
    if not found and (own := re.match(r"(?:\w+\.)*(convolve|correlate)(?:[123]d)?\b", operator)):
        found = {"convolve": "convolution", "correlate": "correlation"}[own[1]]
    return found


def doubted(first: Meaning, this: str, that: str, second: Callable[[], Meaning]) -> Meaning:
    """A meaning beside another one, under which the verdict may be different."""
    try:
        other = second()
    except SymconvError:
        return first
    doubts = tuple((f"{that}, {c.label}".rstrip(", "), c.equations) for c in other.cases)
    cases = tuple(replace(c, label=f"{this}, {c.label}".rstrip(", "), doubts=doubts) for c in first.cases)
    return replace(first, cases=cases)


class Library:
    """A function of a library, or an operation by name, on sequences."""

    def __init__(
        self, published: Published, names: Names, operator: str, left: Node, right: Node, conditions: list[Node]
    ) -> None:
        self.names, self.operator, self.left, self.right, self.conditions = names, operator, left, right, conditions
        del published
        tensors = [
            t for t in whole_names(right, names) if t not in {e.parts[0] for e in left.parts[1:] if e.kind == "name"}
        ]
        kinds = {t: kind_of(t, names) for t in tensors}
        if len(tensors) == 2 and kinds[tensors[1]] == "input" and kinds[tensors[0]] == "kernel":
            tensors.reverse()
        if len(tensors) != 2:
            raise SymconvError(f"expected two tensors on the right, got {', '.join(tensors) or 'none'}")
        self.data, self.kernel = tensors
        if left.kind != "index" or any(e.kind != "name" for e in left.parts[1:]):
            raise SymconvError("expected z[k] = ... on the left, with plain indices")
        self.free = [e.parts[0] for e in left.parts[1:]]

    def meaning(self) -> Meaning:
        """The cases of how the result is indexed."""
        chain = Chain(self.names, [(self.left, self.right)], self.conditions, "definition")
        chain.tensors = [self.data, self.kernel]
        rolls = [n for n in self.right.walk() if n.kind == "call" and n.parts[0] == "roll"]
        if sense(self.operator).startswith("circular") and rolls and len(self.free) == 1:
            return self.rolled(rolls[0])
        if sense(self.operator).startswith("circular") and chain.modulus is None:
            raise SymconvError("expected an index mod N in a circular operation")
        arrays, sizes = chain.arrays(len(self.free))
        operation = sense(self.operator.replace("convolve", "convolution").replace("correlate", "correlation"))
        meant = {"correlation": "correlation, data first"}.get(operation, operation)
        if not meant:
            raise SymconvError(f"did not understand the operator {self.operator[:40]!r}")
        lengths = {a.name: a.sizes for a in arrays}
        if any(len(e) != len(self.free) for e in lengths.values()):
            raise SymconvError(f"expected tensors with {len(self.free)} axes, as on the left side")
        notes = [
            Prose("reading.operator", {"operator": self.operator, "data": self.data, "kernel": self.kernel}),
            Prose("reading.outside"),
        ]
        if not any(n.kind == "conj" for n in self.right.walk()):
            chain.real = True
            notes.append(Prose("reading.real"))
        else:
            chain.real = False
        cases = []
        for label, entry, free, definitions in self.indexings(meant, lengths, arrays):
            equation = Equation(
                "the definition", self.right, entry, arrays, self.known(sizes, definitions), free, definitions,
                chain.fitting(arrays), (("op", meant),), None, lattice=True, defining=True, real=chain.real,
            )  # fmt: skip
            cases.append(Case(label, (equation,)))
        return Meaning(tuple(notes), tuple(cases), None, "arbitrary tensors of finite support")

    def rolled(self, roll: Node) -> Meaning:
        """circshift(x, j - 1)' * y: a scalar product with a vector that is rolled."""
        j, n = name(self.free[0]), name("N")
        base = (
            self.names.base if self.names.base is not None else int(len(roll.parts) == 3 and roll.parts[2] == minus(j, 1))
        )
        arrays = tuple(Array(t, (n,)) for t in (self.data, self.kernel))
        meant = sense(self.operator)
        true = Node("index", (Node("times", ("op", name(self.data), name(self.kernel))), minus(j, base)))
        free = (Free(self.free[0], number(base), add(n, base - 1)),)
        signs = (("op", meant), ("*", "matrix"))
        equation = Equation("the definition", self.right, true, arrays, (("N", 1),), free, senses=signs, lattice=True)
        notes = (
            Prose("reading.vectors.operator", {"operator": meant, "data": self.data, "kernel": self.kernel}),
            Prose("reading.vectors.start", {"name": self.free[0], "base": base}),
        )
        return Meaning(notes, (Case("", (equation,)),), None, "arbitrary vectors of one length")

    def known(
        self, sizes: tuple[tuple[str, int], ...], definitions: tuple[tuple[str, Node], ...]
    ) -> tuple[tuple[str, int], ...]:
        """Sizes that nothing else defines."""
        return tuple((n, least) for n, least in sizes if n not in dict(definitions))

    def indexings(
        self, meant: str, lengths: dict[str, tuple[Node, ...]], arrays: tuple[Array, ...]
    ) -> list[tuple[str, Node, tuple[Free, ...], tuple[tuple[str, Node], ...]]]:
        """The ways in which the result can be indexed, each with the true entry."""
        result = Node("times", ("op", name(self.data), name(self.kernel)))
        plain = tuple(name(f) for f in self.free)
        free = tuple(self.ranged(f) for f in self.free)
        m = lengths[self.kernel]
        if meant.startswith("circular"):
            circle = next((e.parts[1] for e in self.right.walk() if e.kind == "mod"), m[0])
            span = tuple(Free(f, number(0), minus(circle, 1)) for f in self.free)
            return [("indices from 0", Node("index", (result, *plain)), span, ())]
        if "ndimage" in self.operator:
            centres = tuple(floored(e, number(2)) for e in m)
            entry = Node("index", (result, *(add(i, c) for i, c in zip(plain, centres, strict=True))))
            named = [s for s in scalars_of(self.right, [self.data, self.kernel]) if self.names.role(s) == "centre"]
            known = tuple((s, centres[0]) for s in named)
            n = lengths[self.data]
            span = tuple(Free(f, number(0), minus(e, 1)) for f, e in zip(self.free, n, strict=True))
            return [("the centre of the kernel at floor(M / 2)", entry, span, known)]
        if re.match(r"(?:np|numpy)\.correlate", self.operator) and "full" not in self.operator and len(self.free) == 1:
            a, v = lengths[self.data][0], m[0]
            longer = Node("index", (result, plain[0]))
            swapped = Node("index", (result, minus(plain[0], minus(v, a))))
            entry = Node("if", (relation(">=", a, v), longer, swapped))
            last = minus(Node("max", (a, v)), Node("min", (a, v)))
            return [("entries of mode valid", entry, (Free(self.free[0], number(0), last),), ())]
        by_lag = Node("index", (result, *plain))
        by_place = Node("index", (result, *(minus(i, minus(e, 1)) for i, e in zip(plain, m, strict=True))))
        found: list[tuple[str, Node, tuple[Free, ...], tuple[tuple[str, Node], ...]]] = [
            ("the index is the lag, 0 where the first entries meet", by_lag, free, ())
        ]
        if meant != "convolution":
            found.append(("the index is the place in the full result", by_place, free, ()))
        return found

    def ranged(self, f: str) -> Free:
        """The stated range of an index."""
        for c in self.conditions:
            if c.kind == "range" and c.parts[0] == f:
                return Free(f, c.parts[1], c.parts[2])
        return Free(f)


def layer(
    published: Published, names: Names, left: Node, right: Node, conditions: list[Node], fixed: bool = False
) -> Meaning:
    """A layer, entry by entry; ``fixed``: a parameter that the formula does not name has its default."""
    open_ = bool(published.operator) and not fixed and not names.written
    known = parsed_operator(published.operator or published.forward, free=open_)
    if known is None:
        raise SymconvError("operator: expected an operator such as conv2d")
    known.free = False if not published.operator else known.free
    channels_first(left, right)
    if known.local:
        known.local = order(left, right)
    if left.kind != "index" or left.parts[0].kind != "name":
        raise SymconvError("expected y[...] = ... on the left")
    extra: list[str] = []

    def opened(e: Node) -> Node:
        if e.kind != "all":
            return e
        extra.append(f"u{len(extra) + 1}")
        return name(extra[-1])

    place = tuple(opened(e) for e in left.parts[1:])
    if any(e.kind != "name" for e in place) and not names.written:
        raise SymconvError("expected plain indices on the left")
    fault = unbound(right, {e.parts[0] for e in place}, names)
    if fault is not None:
        return Meaning((Prose("reading.outside"),), fault=fault)
    operands = read_by(names, right)
    upstream = left.parts[0].parts[0]
    pattern = index(upstream, *place)
    pretend = Gradients(published, names, [], conditions, upstream, pattern)
    bodies = [Node("add", (right, pattern))]
    plan = planned(pretend, operands, bodies, known)
    slots = tuple((t, "correlation, data first") for t in ("*", "ast", "star", "otimes", "conv"))
    claimed = Node("index", (right, *(name(u) for u in extra))) if extra else right
    cases = []
    for base in plan.bases:
        made = plan.layers(known.senses[0], base)[0]
        forward = made.forward("input")
        sizes, definitions, given = made.domain()
        renaming = {f.name: e for f, e in zip(forward.index, place, strict=True)}
        free = tuple(replace(f, name=renaming[f.name].parts[0]) for f in forward.index if renaming[f.name].kind == "name")
        if names.written:
            given = (*given, *at_entries(names, made, operands, [(f, renaming[f.name]) for f in forward.index]))
        arrays = tuple(a for a in made.arrays() if a.name != pretend.upstream)
        equation = Equation(
            "the definition", claimed, forward.body.subs(renaming), arrays, sizes, free, definitions, given, slots, None,
            axes=made.layout.axes,
        )  # fmt: skip
        cases.append((base, (equation,)))
    if plan.open_base:
        found = tuple(Case(started(base), e) for base, e in cases)
    else:
        others = tuple((started(base), e) for base, e in cases[1:])
        found = (Case("", cases[0][1], notes=notes_of(cases[0][0]), others=others),)
    return Meaning(tuple(plan.notes), found, None, plan.domain, plan.parameters)


def at_entries(names: Names, made: Layered, operands: dict[str, str], place: list[tuple[Free, Node]]) -> Iterator[Node]:
    """What entries that are written out say of the sizes."""
    yield from sized(names, made.sizes("kernel"), operands["kernel"], exact=True)
    yield from sized(names, made.sizes("input"), operands["input"], exact=False)
    for f, i in place:
        if f.lower is not None and f.upper is not None:
            yield from there(f.lower, i, f.upper)


def read_by(names: Names, right: Node) -> dict[str, str]:
    """Which tensor on the right is the input, which the kernel, which the bias.

    Raises SymconvError for a tensor without a role.
    """
    operands: dict[str, str] = {}
    for t in whole_names(right, names):
        role = kind_of(t, names)
        if role not in ("input", "kernel", "bias") or role in operands:
            role = next((r for r in ("input", "kernel") if r not in operands), "")
        if not role:
            raise SymconvError(f"what is {t!r}? say it with --where, as in {t}=bias")
        operands[role] = t
    if "input" not in operands or "kernel" not in operands:
        raise SymconvError("expected the input and the kernel on the right: name them with --where")
    return operands


def channels_first(left: Node, right: Node) -> None:
    """Raise SymconvError where channels stand behind positions: the layers here have them before."""
    outputs = [e.parts[0] for e in left.parts[1:] if e.kind == "name"]
    entries = [n for n in right.walk() if n.kind == "index"]
    moving = {o for n in entries for e in n.parts[1:] if e.kind != "name" for o in set(e.names()) & set(outputs)}
    where = [k for k, o in enumerate(outputs) if o in moving]
    if where and max(where) < len(outputs) - 1:
        raise SymconvError("the channels stand behind the positions: write them before, as in y[o, i], or leave them out")


def order(left: Node, right: Node) -> str:
    """The axes of a kernel that is not shared, as a formula writes them: o, places, c, taps."""
    outputs = [e.parts[0] for e in left.parts[1:] if e.kind == "name"]
    entries = [n for n in right.walk() if n.kind == "index"]
    moving = {o for n in entries for e in n.parts[1:] if e.kind != "name" for o in set(e.names()) & set(outputs)}
    for n in entries:
        index_ = [e.parts[0] for e in n.parts[1:] if e.kind == "name"]
        if len(index_) != len(n.parts) - 1 or not moving & set(index_) or len(set(index_) - set(outputs)) == 0:
            continue
        plain = {e.parts[0] for m in entries if m is not n for e in m.parts[1:] if e.kind == "name"}
        letters: list[str] = ["i" if e in moving else "o" if e in outputs else "c" if e in plain else "p" for e in index_]
        found = "".join(letter for letter, _ in groupby(letters))
        if len(set(found)) != len(found):
            raise SymconvError("expected the places, the channels and the taps of the kernel each side by side")
        return found
    return "oicp"


def unbound(right: Node, left: set[str], names: Names) -> Failing | None:
    """An index of a tensor that stands alone, and that neither a sum nor the left side binds."""
    tensors = set(indices_of(right, ()))
    alone = stands_alone(right, tensors)
    for s in scalars_of(right, tensors):
        if s in alone and s not in left and not names.role(s) and s not in bound_in(right):
            return Failing((), (), "", "", "", f"the index {s!r} is bound by no sum and stands on no left side")
    return None
