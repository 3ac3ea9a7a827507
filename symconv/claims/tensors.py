"""What a formula about tensors says: gradients, identities, definitions; one entry for all topics."""

from __future__ import annotations

from symconv.claims.reading import Reading
from symconv.claims.relations import Statement
from symconv.claims.syntax import read
from symconv.claims.tensor_continuous import analysed
from symconv.claims.tensor_definition import definition
from symconv.claims.tensor_entries import written_out
from symconv.claims.tensor_given import accumulated, looped, settled_by
from symconv.claims.tensor_gradient import gradient
from symconv.claims.tensor_identity import identity
from symconv.claims.tensor_jacobian import jacobian
from symconv.claims.tensor_names import Names, given
from symconv.claims.tensor_unfolding import spelled_out
from symconv.claims.tensor_winograd import winograd
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.prose import Words
from symconv.language.tensorial import Analysis, Meaning

NUMBERS = ("stride", "dilation", "padding", "number", "index", "centre", "input size", "kernel size", "output size")
TENSORS = ("input", "kernel", "output", "upstream", "bias", "tensor")


def meant(published: Published) -> Meaning:
    """The meaning of a formula about tensors.

    Raises FormulaError with the place of what cannot be read, SymconvError for what has no meaning here.
    """
    published = spelled_out(published)
    names = given(published)
    statements = parsed(published, names)
    if published.about == "gradient":
        found = jacobian(published, statements, names)
        return found if found is not None else gradient(published, statements, names)
    if published.about == "winograd":
        return winograd(published, statements, names)
    if published.about == "definition":
        return definition(published, statements, names)
    if published.about == "identity":
        return identity(published, statements, names)
    raise SymconvError(f"the topic {published.about!r} is not about tensors")


def integrated(published: Published) -> tuple[list[Analysis], tuple[Words, ...]]:
    """The meaning of an identity between integrals."""
    names = given(published)
    return analysed(published, parsed(published, names), names)


def parsed(published: Published, names: Names) -> list[Statement]:
    """The statements of a formula, with what is known of its names."""
    text, loops = looped(published.formula)
    scalars = {n for n, r in names.roles.items() if r in NUMBERS or r.startswith("channels") or r == "batch"}
    arrays = {n for n, r in names.roles.items() if r in (*TENSORS, "difference")} | set(names.values) | set(names.shapes)
    how = Reading(tensors=True, scalars=scalars, arrays=arrays, lifted=names.lifted)
    statements = [accumulated(s, loops) for s in read(text, how)]
    return written_out(settled_by(published, statements, names, how), names)
