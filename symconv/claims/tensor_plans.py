"""The plan of a forward formula that is no plain layer: as it is written, or a matrix product."""

from __future__ import annotations

from dataclasses import replace

from symconv.claims.reading import Reading
from symconv.claims.relations import Statement
from symconv.claims.syntax import read
from symconv.claims.tensor_forms import relation, rewritten
from symconv.claims.tensor_forward import Plan
from symconv.claims.tensor_names import OUTPUT, Names, kind_of
from symconv.claims.tensor_products import multiplied as matrix_product
from symconv.claims.tensor_products import product
from symconv.claims.tensor_stated import Gradients
from symconv.claims.tensor_written import Written, equation, needed, operand, written
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node
from symconv.language.prose import Prose


def statements(text: str) -> list[Statement]:
    """A forward formula, read."""
    return read(text, Reading(tensors=True))


def formula(published: Published) -> tuple[Node, Node] | None:
    """Both sides of the forward formula, if it is one that can be read here."""
    if "=" not in published.forward:
        return None
    try:
        return equation(statements(published.forward))
    except SymconvError:
        return None  # the usual reading says what is wrong with it


def is_product(published: Published) -> bool:
    """Whether the forward pass is a matrix product."""
    found = formula(published)
    return found is not None and found[0].kind == "name" and product(found[1]) is not None


def written_plan(claims: Gradients, bodies: list[Node]) -> Plan | None:
    """The plan of a forward formula that is taken as it is written; None where it is a plain layer.

    Raises SymconvError for one whose sizes are not seen, and for signs whose operation is open.
    """
    found = formula(claims.published)
    if found is None:
        return None
    left, right = found
    made = matrix_product(claims, left, right) if claims.product else None
    if made is None and not needed(left, right):
        return None
    made = made or written(claims, left, right, bodies)
    recased(claims, made)
    for (wrt, *_), body in zip(claims.stated, bodies, strict=True):
        operand(claims, made, wrt, body)
    signs = claims.signs(bodies)
    if signs and not (made.circular and all(claims.names.senses.get(s, "").startswith("circular") for s in signs)):
        raise SymconvError(
            f"what is {signs[0]!r} beside this forward formula? write the sum, or say the operation with --where"
        )
    if signs:  # around a circle of N places no tensor is longer
        fits = [relation("<=", a, b) for a in made.sizes("kernel") for b in made.sizes("input") if a != b]
        made = replace(made, given=(*made.given, *fits))
    return Plan(
        ("correlation",), lambda sense, base: [made], notes=list(made.notes), domain=made.scope, parameters=parameters(made)
    )


def recased(claims: Gradients, made: Written) -> None:
    """dz/dX beside a forward formula in which the same tensor is printed as a small bold x."""
    known = {t for t in made.names.values() if t}
    for at, (wrt, place, body, left) in enumerate(claims.stated):
        other = wrt.swapcase()
        if len(wrt) == 1 and wrt not in known and other in known and other not in claims.wrts():
            claims.note(Prose("reading.recased", {"name": wrt, "other": other}))
            claims.stated[at] = (other, place, body, left)


def parameters(made: Written) -> tuple[str, ...]:
    """The sizes in whose terms a condition may be said: those that are no extents."""
    extents = {n for a in made.tensors for e in a.sizes for n in e.names()}
    return tuple(n for n, _ in made.least if n not in extents)


def multiplied(body: Node) -> Node:
    """np.dot(a, b) as a product of matrices."""

    def change(n: Node) -> Node | None:
        if n.kind == "call" and n.parts[0] in ("dot", "matmul") and len(n.parts) == 3:
            return Node("times", ("·", multiplied(n.parts[1]), multiplied(n.parts[2])), n.place)
        return None

    return rewritten(body, change)


def plainly_upstream(wrt: str, other: str, names: Names) -> bool:
    """Whether dL/db = dL/dy claims something: b is no output, y is one."""
    if not wrt or not other or wrt == other:
        return False
    return kind_of(wrt, names) in ("bias", "kernel", "input") and (kind_of(other, names) == "output" or other in OUTPUT)
