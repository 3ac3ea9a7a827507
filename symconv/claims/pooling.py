r"""What a formula about pooling says: a definition or a gradient, against max_pool and avg_pool with their parameters.

    avg_pool   y[i] = 1/(K1 K2 ..) sum_p x[s i + d p - P]      padding counted as zeros
    max_pool   y[i] = max_p x[s i + d p - P]                   an entry outside counts as -infinity

A parameter that the formula does not name is free where the operator is named, so that a formula which forgets it holds under
a condition; ``given`` and the operator's own parameters fix it.
"""

from __future__ import annotations

import re

from symconv.claims.pooling_gradient import gradient
from symconv.claims.pooling_reader import read_pooling
from symconv.claims.pooling_windows import (
    DOMAIN,
    Pooling,
    configure,
    equalities,
    equation,
    free,
    leading,
    plain_index,
    renamed,
)
from symconv.claims.setting import setting
from symconv.errors import SymconvError
from symconv.language.claims import Published
from symconv.language.formula import Node, name
from symconv.language.tensorial import Case, Meaning

WINDOWED = re.compile(r"\\max|\bmax_|\bmin_|\\min|\\sum|∑|\bsum_|\\partial|∂|\bd[LJE]\s*/\s*d|\bmax\(|\bsum\(")
ENTRY = re.compile(r"\s*[a-z]\s*(?:_\{?\s*[ijln]|\[\s*[ijln]|\(\s*[ijln])[\s,ijln\d]*[\]})]?\s*=")


def is_about_pooling(published: Published) -> bool:
    """Whether a formula is about pooling itself, not about its sizes."""
    if published.about not in ("definition", "gradient", "identity", ""):
        return False
    for text in (published.operator, published.forward):
        if re.match(r"\s*[\w.]*pool", text, re.IGNORECASE) and "=" not in re.sub(r"\([^()]*\)|\w+\s*=\s*\w+", "", text):
            return published.about in ("definition", "gradient") or bool(
                WINDOWED.search(published.formula) or ENTRY.match(published.formula)
            )
    return False


def meant(published: Published) -> Meaning:
    """The meaning of a definition or a gradient of pooling.

    Raises FormulaError with the place of what cannot be read, SymconvError for what has no meaning here.
    """
    text = published.operator.strip() or published.forward.strip()
    found = setting(re.sub(r"count_include_pad\s*=\s*\w+|ceil_mode\s*=?\s*\w*", "", text))
    if re.search(r"ceil_mode\s*=?\s*(?!False)|count_include_pad\s*=\s*False", text, re.IGNORECASE):
        raise SymconvError(
            "pooling with ceil_mode, or without counting its padding, is not understood here: windows are whole"
        )
    made = Pooling(published, found, "avg" if found.family == "average" else "max")
    statements = read_pooling(published.formula)
    if len(statements) != 1 or statements[0].node.kind != "relation" or statements[0].node.parts[0] != "=":
        raise SymconvError("expected one equation y[i] = ... or dL/dx[j] = ...")
    _, left, right = statements[0].node.parts
    if left.kind == "partial" or (
        left.kind == "index"
        and left.parts[0].kind == "name"
        and re.fullmatch(r"d[xX]|grad_input|dx", left.parts[0].parts[0])
    ):
        return gradient(made, left, right)
    return definition(made, left, right)


def definition(made: Pooling, left: Node, right: Node) -> Meaning:
    """y[i] = ..., entry by entry."""
    if left.kind != "index" or left.parts[0].kind != "name":
        raise SymconvError("expected y[i] = ... on the left, with its indices")
    place = [plain_index(e) for e in left.parts[1:]]
    tensors = {n.parts[0].parts[0] for n in right.walk() if n.kind == "index" and n.parts[0].kind == "name"}
    tensors = {
        t
        for t in tensors
        if any(n.kind == "index" and n.parts[0] == name(t) and len(n.parts) - 1 == len(place) for n in right.walk())
    }
    if len(tensors) != 1:
        raise SymconvError(f"expected the entries of one tensor on the right, got {', '.join(sorted(tensors)) or 'none'}")
    (made.data,) = tensors
    right = renamed(right, made.data)
    entries = [n for n in right.walk() if n.kind == "index" and n.parts[0] == name(made.data)]
    leading(made, place, entries)
    configure(made, [right], place)
    spatial = [name(p) for p in place[len(made.lead) :]]
    true = made.body(spatial, [name(n) for n in made.lead])
    return Meaning(
        tuple(made.notes), (Case("", (equation(made, "the definition", right, true, place),)),), None, DOMAIN, free(made),
        equal=equalities(made),
    )  # fmt: skip
