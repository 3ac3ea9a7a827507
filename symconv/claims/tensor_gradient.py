r"""What a formula for a gradient says: by which tensor, with which upstream gradient, of which layer.

dL/dx_j = \sum_i dL/dy_i w_{j-i}          dX = conv_full(dY, rot180(W))          \delta^l = \delta^{l+1} * rot180(w)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symconv.claims.reading import stem
from symconv.claims.relations import Statement
from symconv.claims.spelling import spelled
from symconv.claims.tensor_derivatives import (
    by_position,
    differentiated,
    following,
    given_conditions,
    is_loss,
    names_clash,
    notes_of,
    started,
)
from symconv.claims.tensor_entries import sized, there
from symconv.claims.tensor_forms import add, relation, rewritten, scalars_of, settled, stands_alone
from symconv.claims.tensor_forward import Plan, assumed, given_forward
from symconv.claims.tensor_layers import Layered, role_of
from symconv.claims.tensor_names import Names, is_upstream, kind_of
from symconv.claims.tensor_plans import is_product, multiplied, plainly_upstream, written_plan
from symconv.claims.tensor_stated import Gradients, Stated
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name
from symconv.language.prose import Prose
from symconv.language.tensorial import Case, Equation, Free, Meaning

DATA_FIRST = {"correlation": "correlation, data first", "convolution": "convolution"}
WORDS = {
    "correlation": "cross-correlation",
    "convolution": "true convolution",
    "correlation, data first": "cross-correlation",
}


def gradient(published: Published, statements: list[Statement], names: Names) -> Meaning:
    """The meaning of a formula about gradients.

    Raises SymconvError for what is not understood, with the names that are missing.
    """
    position = by_position(statements)
    if position is not None:
        return position
    claims: list[Stated] = []
    conditions: list[Node] = []
    for statement in statements:
        node = settled(statement.node)
        if node.kind == "relation" and node.parts[0] == "=":
            left = differentiated(node.parts[1], names, left=True)
            right = differentiated(node.parts[2], names)
            if left and (right is None or plainly_upstream(left[0], right[0], names)):
                claims.append((*left, node.parts[2], node.parts[1]))
                continue
            if right and not left:  # h(K, G, s) = dJ/dV = ...: a name for it
                continue
            before = [c for c in claims if c[2] == node.parts[1]]
            if before:
                claims.append((before[-1][0], before[-1][1], node.parts[2], before[-1][3]))
                continue
        if node.kind in ("relation", "range"):
            conditions.append(node)
            continue
        raise SymconvError(f"did not understand {statement.text[:60]!r} beside a gradient")
    if not claims:
        raise SymconvError("expected a gradient such as dL/dx[j] = ..., dX = ... on the left")
    conditions += [settled(c) for c in given_conditions(published)]
    return meaning(Gradients(published, names, claims, conditions, product=is_product(published)))


def meaning(claims: Gradients) -> Meaning:
    """All cases of the open conventions."""
    bodies = [lifted(claims, c) for c in claims.stated]
    if claims.labels:
        claims.stated = [
            (w, tuple(i for i in index if i.parts[0] not in claims.labels), b, left) for w, index, b, left in claims.stated
        ]
    return judged(claims, forward_plan(claims, bodies, bodies), bodies)


def forward_plan(claims: Gradients, shown: list[Node], bodies: list[Node]) -> Plan:
    """The plan of the forward pass: as it is written, or a plain layer; ``shown`` is where the sizes are looked for."""
    written = written_plan(claims, bodies)
    if written is not None:
        return written
    roles: list[dict[str, str]] = [operands(claims, c, b) for c, b in zip(claims.stated, bodies, strict=True)]
    merged: dict[str, str] = {}
    for o in roles:
        for role, n in o.items():
            if merged.setdefault(role, n) != n and stem(merged[role]) != stem(n):
                raise SymconvError(f"the {role} is called {merged[role]!r} and {n!r}")
    return given_forward(claims, merged, shown) or assumed(claims, merged, shown)


def judged(claims: Gradients, plan: Plan, bodies: list[Node]) -> Meaning:
    """The cases of what a plan and the signs leave open."""
    cases = []
    open_signs = claims.signs(bodies)
    for sense in plan.senses:
        for star in star_senses(claims, open_signs, sense, plan.sign):
            made = [(base, every(claims, bodies, plan.layers(sense, base), star)) for base in plan.bases]
            parts = []
            if len(plan.senses) > 1:
                parts.append(f"the forward pass is a {WORDS[sense]}")
            if star and len({s for k, s in star if k in open_signs}) == 1 and not fixed(claims, open_signs):
                shown = ", ".join(SHOWN.get(k, k) for k in open_signs)
                parts.append(f"{shown} is a {WORDS[star[0][1]]}")
            if star and star[0][1].startswith("circular correlation"):
                parts.append("the first operand slides" if star[0][1].endswith("first") else "the second operand slides")
            if plan.open_base:
                cases += [Case(", ".join([*parts, started(base)]), e) for base, e in made]
                continue
            others = tuple((started(base), e) for base, e in made[1:])
            cases.append(Case(", ".join(parts), made[0][1], notes=notes_of(made[0][0]), others=others))
    if turned := other_order(claims, open_signs):
        doubts = [(base, every(claims, bodies, plan.layers(plan.senses[0], base), turned)) for base in plan.bases[:1]]
        cases = [replace(c, doubts=tuple(("the first operand slides", e) for _, e in doubts)) for c in cases]
    claims.note(Prose("reading.upstream", {"name": claims.upstream}))
    for text in plan.notes:
        claims.note(text)
    return Meaning(tuple(claims.notes), tuple(cases), None, plan.domain, plan.parameters, tuple(b for b in bodies))


def other_order(claims: Gradients, signs: list[str]) -> tuple[tuple[str, str], ...]:
    """The senses in which the first operand of a correlation slides over the second, where only the operation was given."""
    given = [(s, claims.names.senses.get(s, "")) for s in signs]
    if not given or any(c not in ("correlation", "convolution") for _, c in given):
        return ()
    return tuple(given) if any(c == "correlation" for _, c in given) else ()


def every(
    claims: Gradients, bodies: list[Node], layers: Sequence[Layered], star: tuple[tuple[str, str], ...]
) -> tuple[Equation, ...]:
    """The equations of all gradients that the formula states."""
    return tuple(e for c, b in zip(claims.stated, bodies, strict=True) for e in equations(claims, c, b, layers, star))


def fixed(claims: Gradients, signs: list[str]) -> bool:
    """Whether all signs were given a meaning."""
    return all(s in claims.names.senses for s in signs)


def star_senses(claims: Gradients, signs: list[str], forward: str, sign: str) -> list[tuple[tuple[str, str], ...]]:
    """What the open signs can be: a sign of the forward pass is what it is there."""
    if not signs:
        return [()]
    if fixed(claims, signs) and any(claims.names.senses[s] == "circular correlation" for s in signs):
        return [tuple((s, claims.names.senses[s] + order) for s in signs) for order in ("", ", data first")]
    if fixed(claims, signs):
        return [tuple((s, DATA_FIRST.get(claims.names.senses[s], claims.names.senses[s])) for s in signs)]
    if sign and sign in signs:
        claims.note(Prose("reading.sign", {"sign": SHOWN.get(sign, sign)}))
        return [tuple((s, DATA_FIRST.get(forward, forward)) for s in signs)]
    if signs == ["star"]:
        claims.note(Prose("reading.star"))
        return [(("star", "correlation, data first"),)]
    given = {s: DATA_FIRST.get(c, c) for s, c in claims.names.senses.items()}
    return [tuple((s, given.get(s, sense)) for s in signs) for sense in DATA_FIRST.values()]


def lifted(claims: Gradients, claim: Stated) -> Node:
    """The right side with g in place of dL/dy, dY, delta^(l+1)."""
    wrt, _, body, left = claim
    body = multiplied(body) if claims.product else body
    for n in body.walk():
        if claims.product:
            break
        if n.kind == "transpose" or (n.kind == "times" and n.parts[0] in ("·", "@", "dot")):
            raise SymconvError(
                "a matrix product: the gradient of a convolution layer was expected; say --operator dense, or"
                " --forward 'Y = W X'"
            )
    own = set(left.names())
    found: list[str] = []

    def change(n: Node) -> Node | None:
        if n.kind == "partial" or (n.kind == "index" and n.parts[0].kind == "partial"):
            of, wrt_node = (n if n.kind == "partial" else n.parts[0]).parts
            if not is_loss(of, claims.names):
                return jacobian(n)
            base = wrt_node.parts[0] if wrt_node.kind == "index" else wrt_node
            if base.kind != "name" or base.parts[0] == wrt:
                raise SymconvError("the gradient stands on both sides")
            more = n.parts[1:] if n.kind == "index" else ()
            index = (*(wrt_node.parts[1:] if wrt_node.kind == "index" else ()), *more)
            found.append(f"dL/d{base.parts[0]}")
            claims.upstream = claims.upstream or found[0]
            return Node("index", (name(claims.upstream), *index), n.place) if index else name(claims.upstream)
        if n.kind == "name" and (is_upstream(n.parts[0], claims.names) and n.parts[0] not in own):
            found.append(n.parts[0])
            claims.upstream = claims.upstream or found[0]
            return Node("name", (claims.upstream,), n.place)
        return None

    made = rewritten(unmapped(claims, without_activation(claims, body), claim), change)
    if not found:
        raise SymconvError("expected the upstream gradient (dL/dy, dY, delta, ...) on the right: name it with --where")
    if len({stem(f) for f in found}) > 1:
        raise SymconvError(f"two names for the upstream gradient: {', '.join(sorted(set(found)))}")
    return made


def without_activation(claims: Gradients, body: Node) -> Node:
    """f'(u) entry by entry belongs to the activation; the rest is the gradient by the layer's input."""

    def change(n: Node) -> Node | None:
        if n.kind not in ("times", "mul") or (n.kind == "times" and n.parts[0] != "odot"):
            return None
        rest = [p for p in n.inner() if not is_activation(claims, p)]
        if len(rest) == len(list(n.inner())) or not rest:
            return None
        claims.note(Prose("reading.activation"))
        return rest[0] if len(rest) == 1 else Node("mul", tuple(rest), n.place)

    return rewritten(body, change)


def is_activation(claims: Gradients, node: Node) -> bool:
    """f'(u)."""
    if node.kind != "index" or node.parts[0].kind != "name" or not node.parts[0].parts[0].endswith("'"):
        return False
    return (
        stem(node.parts[0].parts[0]) in ("f", "sigma", "phi", "g", "varphi", "act", "h")
        and not is_upstream(node.parts[0].parts[0], claims.names)
        and kind_of(node.parts[0].parts[0], claims.names) != "input"
    )


def unmapped(claims: Gradients, body: Node, claim: Stated) -> Node:
    """An index that names a map, the same on both sides of an operation on whole maps, plays no part."""
    labels = {i.parts[0] for i in claim[1] if i.kind == "name"}
    if body.kind not in ("times", "call") or not labels:
        return body

    def change(n: Node) -> Node | None:
        if n.kind == "index" and n.parts[0].kind == "name" and {e for p in n.parts[1:] for e in p.names()} <= labels:
            bare: Node = n.parts[0]
            return bare
        return None

    made = rewritten(body, change)
    if made != body:
        claims.labels = labels
        claims.note(Prose("reading.map", {"names": ", ".join(sorted(labels))}))
    return made


def jacobian(node: Node) -> Node:
    """dy_i/dx_j, an entry of the Jacobian."""
    of, wrt = node.parts if node.kind == "partial" else (None, None)
    if of is None or of.kind != "index" or wrt is None or wrt.kind != "index":
        raise SymconvError("expected dy[i]/dx[j], with both indices")
    return Node("jacobian", (Node("tuple", of.parts[1:]), Node("tuple", wrt.parts[1:])), node.place)


def operands(claims: Gradients, claim: Stated, body: Node) -> dict[str, str]:
    """Which name is the input, which is the kernel."""
    wrt = claim[0]
    read = [n for n in claims.tensors(body) if n != claims.upstream]
    if wrt == "" or kind_of(wrt, claims.names) == "":
        others = {kind_of(n, claims.names) for n in read}
        role = "kernel" if others == {"input"} else "input"
    else:
        role = kind_of(wrt, claims.names)
    if role == "output":
        role = "input"
    if role == "bias":
        if read:
            raise SymconvError(f"the gradient by a bias does not need {read[0]!r}: say what it is with --where")
        return {"bias": wrt}
    if len(read) > 1:
        raise SymconvError(
            f"expected one other operand on the right, got {', '.join(read)}: say what they are with --where"
        )
    found = {role: wrt or "x"}
    other = "kernel" if role == "input" else "input"
    for n in read:
        if n == wrt:
            raise SymconvError(f"the gradient by {wrt!r} holds {wrt!r} itself: the layer is linear in it")
        if names_clash(kind_of(n, claims.names), role, wrt, n):
            raise SymconvError(f"both {wrt!r} and {n!r} look like the {role}: say what they are with --where")
        found[other] = n
    return found


def equations(
    claims: Gradients,
    claim: Stated,
    body: Node,
    layers: Sequence[Layered],
    star: tuple[tuple[str, str], ...],
) -> list[Equation]:
    """One equation per number of axes."""
    wrt, index, *_ = claim
    made = []
    for layer in layers:
        role = role_of(layer, wrt or "x")
        forward = layer.forward(role)
        sizes, definitions, given = layer.domain()
        arrays = layer.arrays()
        size = layer.sizes(role)
        free: tuple[Free, ...] = ()
        claimed, true = body, Node("vjp", index)
        if index or (role == "bias" and not size):
            if len(index) != len(size):
                raise SymconvError(f"{wrt!r} has {len(size)} axes here, but {len(index)} indices")
            numbers = bool(claims.names.written)
            if (not numbers and any(i.kind != "name" for i in index)) or len({i.parts[0] for i in index}) < len(index) * (
                not numbers
            ):
                raise SymconvError(f"expected plain indices of {wrt!r} on the left")
            free = tuple(
                Free(i.parts[0], first, add(n, first, -1))
                for i, n, first in zip(index, size, layer.firsts(role), strict=True)
                if i.kind == "name"
            )
            own = {f.name for f in free}
            claimed = constrained(claims, body, own, {a.name for a in arrays}, dict(sizes))
            claimed = guarded(claims, claimed, true, own, {*dict(sizes), *dict(definitions)})
            given = (*given, *extents(claims, layer, role, index))
        given = (*given, *stated(claims, {*dict(sizes), *dict(definitions)}))
        made.append(
            Equation(
                "the gradient", claimed, true, arrays, sizes, free, definitions, given, star, forward,
                whole=not index and bool(size), axes=layer.layout.axes,
            )
        )  # fmt: skip
    return made


def extents(claims: Gradients, layer: Layered, role: str, index: tuple[Node, ...]) -> list[Node]:
    """What entries that are written out say of the sizes: the kernel and the upstream gradient end at their last entries."""
    if not claims.names.written:
        return []
    found = []
    for each in ("kernel", "upstream", "input"):
        tensor = layer.names[each]
        found += sized(claims.names, layer.sizes(each), tensor, each != "input")
    for i, n, first in zip(index, layer.sizes(role), layer.firsts(role), strict=True):
        found += there(first, i, add(n, first, -1)) if i.kind == "number" else []
    return found


def stated(claims: Gradients, sizes: set[str]) -> list[Node]:
    """Conditions between sizes alone."""
    return [c for c in claims.conditions if c.kind == "relation" and set(c.names()) <= sizes]


def guarded(claims: Gradients, claimed: Node, true: Node, free: set[str], sizes: set[str]) -> Node:
    """A condition on the free indices says where the formula is meant to hold."""
    for c in claims.conditions:
        if set(c.names()) & free and set(c.names()) <= free | sizes and c.kind == "relation" and c.parts[0] != "=":
            claimed = Node("if", (c, claimed, true))
        elif c.kind == "range" and c.parts[0] in free:
            low, high = (relation(sign, name(c.parts[0]), e) for sign, e in ((">=", c.parts[1]), ("<=", c.parts[2])))
            claimed = Node("if", (Node("and", (low, high)), claimed, true))
    return claimed


def along(claims: Gradients, unbound: list[str], conditions: list[Node], body: Node) -> list[Node]:
    """i' = i s + m, said of one axis, holds of the next with j', j and n in place of i', i and m."""
    lefts = [tuple(i.parts[0] for i in c[1]) for c in claims.stated]
    reads = [tuple(e.parts[0] if e.kind == "name" else "" for e in n.parts[1:]) for n in body.walk() if n.kind == "index"]
    made = []
    for c in conditions:
        moved = {n: following(n, lefts + reads) for n in c.names()}
        changes = {n: name(m) for n, m in moved.items() if m}
        other = c.subs(changes)
        mine = set(unbound) & set(other.names())
        if mine and not any(mine & set(k.names()) for k in conditions) and len(changes) >= len(c.names()) - 1:
            claims.note(Prose("reading.axis", {"condition": spelled(other)}))
            made.append(other)
    return made


def constrained(claims: Gradients, body: Node, free: set[str], arrays: set[str], sizes: dict[str, int]) -> Node:
    """Indices that only a condition such as i' = i s + m determines are summed under it."""
    alone = stands_alone(body, arrays)
    unbound = [n for n in scalars_of(body, arrays) if n in alone and n not in free and n not in sizes]
    conditions = [c for c in claims.conditions if c.kind == "relation" and set(c.names()) & (set(unbound) | free)]
    if not unbound:
        if conditions:
            conditions = [c for c in conditions if not set(c.names()) <= free | set(sizes)]
        if any(c.parts[0] == "=" for c in conditions):
            return (
                Node("sum", (body, *(Node("such", (c,)) for c in conditions)))
                if body.kind != "sum"
                else Node("sum", (*body.parts, *(Node("such", (c,)) for c in conditions)))
            )
        return body
    conditions += along(claims, unbound, conditions, body)
    for n in unbound:
        if not any(n in c.names() for c in conditions):
            raise SymconvError(f"the index {n!r} is bound by no sum and stands on no left side")
    claims.note(Prose("reading.conditions", {"names": ", ".join(unbound)}))
    ranges = [*(Node("each", (n,)) for n in unbound), *(Node("such", (c,)) for c in conditions)]
    if body.kind == "sum":
        inner, outer = body, []
        while inner.kind == "sum":
            outer += list(inner.parts[1:])
            inner = inner.parts[0]
        return Node("sum", (inner, *outer, *ranges))
    return Node("sum", (body, *ranges))


SHOWN = {"ast": "\\ast", "star": "\\star", "otimes": "\\otimes", "circledast": "\\circledast", "conv": "conv"}
