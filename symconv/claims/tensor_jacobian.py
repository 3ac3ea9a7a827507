r"""An entry of a layer's Jacobian on the left: \partial y_i / \partial x_j = w_{j-i}, \partial y_i / \partial w_p = x_{i+p}.

The forward pass is differentiated entry by entry; an entry that the layer does not read has the derivative 0.
"""

from __future__ import annotations

from symconv.claims.relations import Statement
from symconv.claims.tensor_derivatives import given_conditions, is_loss, notes_of, started
from symconv.claims.tensor_forms import add, index, settled
from symconv.claims.tensor_gradient import WORDS, constrained, forward_plan, guarded, stated
from symconv.claims.tensor_layers import Layered, role_of
from symconv.claims.tensor_names import Names, is_upstream
from symconv.claims.tensor_plans import is_product
from symconv.claims.tensor_stated import Gradients
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node
from symconv.language.prose import Prose
from symconv.language.tensorial import Case, Equation, Free, Meaning


def jacobian(published: Published, statements: list[Statement], names: Names) -> Meaning | None:
    """The meaning of a claim about an entry of a Jacobian, if a formula is one."""
    found = [settled(s.node) for s in statements]
    claims = [n for n in found if n.kind == "relation" and n.parts[0] == "=" and entry(n.parts[1], names)]
    if len(claims) != 1:
        return None
    (claim,) = claims
    conditions = [n for n in found if n is not claim and n.kind in ("relation", "range")]
    if len(conditions) != len(found) - 1 or any(n.kind == "partial" for n in claim.parts[2].walk()):
        raise SymconvError("expected one entry of a Jacobian, and conditions on its indices beside it")
    return Jacobian(published, names, claim, [*conditions, *(settled(c) for c in given_conditions(published))]).meaning()


def entry(node: Node, names: Names) -> bool:
    """dy[i]/dx[j], y being no loss."""
    if node.kind != "partial" or is_loss(node.parts[0], names) or is_upstream(base(node.parts[0]), names):
        return False
    of, wrt = node.parts
    return of.kind == "index" and bool(base(of)) and bool(base(wrt))


def base(node: Node) -> str:
    """The tensor of an entry."""
    inner = node.parts[0] if node.kind == "index" else node
    return str(inner.parts[0]) if inner.kind == "name" else ""


class Jacobian:
    """One entry of the Jacobian of a layer."""

    def __init__(self, published: Published, names: Names, claim: Node, conditions: list[Node]) -> None:
        self.of, self.wrt = claim.parts[1].parts
        self.body: Node = claim.parts[2]
        places = self.of.parts[1:], self.wrt.parts[1:] if self.wrt.kind == "index" else ()
        free = [e.parts[0] for p in places for e in p if e.kind == "name"]
        if len(free) != sum(map(len, places)) or len(set(free)) != len(free):
            raise SymconvError("expected plain indices in a derivative such as dy[i]/dx[j]")
        self.places: tuple[tuple[Node, ...], tuple[Node, ...]] = places
        tensor = base(self.wrt)
        claims = [(tensor, places[1], self.body, claim.parts[1])]
        self.gradients = Gradients(published, names, claims, conditions, base(self.of), product=is_product(published))

    def meaning(self) -> Meaning:
        """The cases of what the forward pass leaves open."""
        if not self.gradients.published.forward and not self.gradients.published.operator:
            raise SymconvError("the derivative of one tensor by another needs its forward pass: say it with --forward")
        shown = [Node("add", (self.body, index(self.gradients.upstream, *self.places[0])))]
        plan = forward_plan(self.gradients, shown, [self.body])
        cases = []
        for sense in plan.senses:
            label = f"the forward pass is a {WORDS[sense]}" if len(plan.senses) > 1 else ""
            made = [(b, tuple(self.equation(layer) for layer in plan.layers(sense, b)[:1])) for b in plan.bases]
            if plan.open_base:
                cases += [Case(", ".join(p for p in (label, started(b)) if p), e) for b, e in made]
                continue
            others = tuple((started(b), e) for b, e in made[1:])
            cases.append(Case(label, made[0][1], notes=notes_of(made[0][0]), others=others))
        notes = (
            Prose("reading.jacobian", {"of": base(self.of), "wrt": base(self.wrt)}),
            *plan.notes,
        )
        return Meaning(notes, tuple(cases), None, plan.domain, plan.parameters)

    def equation(self, made: Layered) -> Equation:
        """The claim beside the derivative of the forward pass."""
        role = role_of(made, base(self.wrt))
        forward = made.forward(role)
        sizes, definitions, given = made.domain()
        places, extents = (*self.places[0], *self.places[1]), (*made.sizes("upstream"), *made.sizes(role))
        if len(places) != len(extents):
            axes = f"{len(made.sizes('upstream'))} above and {len(made.sizes(role))} below"
            raise SymconvError(
                f"expected {axes} as indices of this derivative, got {len(self.places[0])} and {len(self.places[1])}"
            )
        spans = zip(places, extents, (*made.firsts("upstream"), *made.firsts(role)), strict=True)
        free = tuple(Free(i.parts[0], first, add(n, first, -1)) for i, n, first in spans)
        indices = {f.name for f in free}
        arrays = {a.name for a in made.arrays()}
        claimed = constrained(self.gradients, self.body, indices, arrays, dict(sizes))
        true = Node("jacobian", (Node("tuple", self.places[0]), Node("tuple", self.places[1])))
        claimed = guarded(self.gradients, claimed, true, indices, {*dict(sizes), *dict(definitions)})
        given = (*given, *stated(self.gradients, {*dict(sizes), *dict(definitions)}))
        return Equation(
            "the Jacobian",
            claimed,
            true,
            made.arrays(),
            sizes,
            free,
            definitions,
            given,
            (),
            forward,
            axes=made.layout.axes,
        )
