"""A trace: every term of the sum for one entry, those that are absent with the guard that kills them.

Any two of (i, p, j) determine the third through r j = s i + d p~ - lo, so along every axis a candidate is

    y[i]       over taps p:       j = (s i + d p~ - lo)/r        r divides it, and 0 <= j < N
    dL/dx[j]   over taps p:       i = (r j + lo - d p~)/s        s divides it, and 0 <= i < O
    dL/dw[p]   over outputs i:    j as for y;  of a transposed layer over inputs j:  i as for dL/dx
    dL/db[o]   over outputs:      nothing to solve

These are the products of the line that the page shows, absent ones included.  An unshared weight or bias has a window of its own.
Of data that a border pads j is the place m in the padded tensor, which always exists; the entry read there is x[phi(m - lo)], so
that dL/dx[j] collects from every place that holds the entry, and over the taps at each of them.
"""

from __future__ import annotations

import re
from fractions import Fraction

from symconv.errors import SymconvError, nearest
from symconv.examples.build import sent
from symconv.examples.sums import Sums, plain
from symconv.language.example import Example, Line, Trace, worth
from symconv.language.expand import Index, Number, Product
from symconv.language.facts import FunctionDerivation
from symconv.language.operator import labels
from symconv.language.unshared import Unshared

ENTRY = re.compile(r"\s*([A-Za-z_/]{1,12})\s*(?:\[\s*([-0-9\s,]*?)\s*\])?\s*\Z")
NAMES = {"y": "y", "dx": "x", "dw": "w", "db": "b"}


def read_entry(text: str, made: Example) -> tuple[str, Index]:
    """(role, full index) of an entry as typed: dx[0,1,3]; leading axes left out have size 1; a weight's place before its tap.

    Raises SymconvError for another name, indices that are no numbers, too few or too many, or outside of the array.
    """
    pooling = made.kind not in ("sum", "local")
    if pooling:
        unshared(text, made)
    role, index, short = named(text)
    part = made.op.operand(role)  # a layer without bias says so
    whole = made.part(role).shape
    spatial = 0 if role == "b" and made.kind == "sum" else len(whole) - len(part.layout)
    return role, completed(whole, spatial, index, short)


def unshared(text: str, made: Example) -> None:
    """Raise SymconvError for an entry of a kernel or a bias, which pooling lacks."""
    found = ENTRY.match(text) if isinstance(text, str) else None
    name = found[1].replace("dL/d", "d").replace("grad_", "d") if found else ""
    if NAMES.get(name) in ("w", "b"):
        raise SymconvError(
            f"entry: expected y or dx for {made.layer.name}, which has neither kernel nor bias, got {name!r}"
        )


def named(text: str) -> tuple[str, Index, str]:
    """(role, index as typed, the text for messages) of an entry."""
    if not isinstance(text, str):
        raise SymconvError(f"entry: expected a text like dx[0,1,3], got {type(text).__name__}")
    short = " ".join(text.split())[:40]
    found = ENTRY.match(text)
    if found is None or len(text) > 100:
        raise SymconvError(f"entry: expected something like dx[0,1,3], y[0,2] or dw[1,1], got {short!r}")
    name = found[1].replace("dL/d", "d").replace("grad_", "d")
    if name not in NAMES:
        raise SymconvError(f"entry: expected y, dx, dw or db, got {found[1]!r}{nearest(found[1], list(NAMES))}")
    role = NAMES[name]
    words = [word.strip() for word in (found[2] or "").split(",")] if (found[2] or "").strip() else []
    if not all(re.fullmatch("[0-9]{1,9}", word) for word in words):
        raise SymconvError(f"entry: expected indices >= 0 with commas between them, got {short!r}")
    return role, tuple(map(int, words)), short


def completed(whole: Index, spatial: int, index: Index, text: str) -> Index:
    """The full index into an array of that shape: the leading axes left out have index 0, and must have size 1."""
    missing = len(whole) - len(index)
    said = "x".join(map(str, whole)) or "no axes"
    if missing < 0 or len(index) < spatial:
        least = f"{spatial} to {len(whole)}" if spatial < len(whole) else str(len(whole))
        wanted = "index" if least == "1" else "indices"
        raise SymconvError(f"entry: expected {least} {wanted} into an array of {said}, got {len(index)} in {text!r}")
    if any(n != 1 for n in whole[:missing]):
        raise SymconvError(
            f"entry: expected an index for every axis that is longer than 1 of an array of {said}, got {text!r}"
        )
    full = (0,) * missing + index
    for k, (i, n) in enumerate(zip(full, whole, strict=True)):
        if i >= n:
            raise SymconvError(
                f"entry: expected 0 <= index < {n} along axis {k} of an array of {said}, got {i} in {text!r}"
            )
    return full


def trace(made: Example, role: str, index: Index) -> Trace:
    """Every candidate for an entry of y or of a gradient, in the order of the formula."""
    layer = made.layer if isinstance(made.layer, Unshared) else made.op
    sums = Sums(layer, {d.wrt: d.derivation for d in made.gradients if not isinstance(d.derivation, FunctionDerivation)})
    known = {name: array.table for name, array in made.named.items()}
    terms = [one for one in sums.terms(role, index) if all(name in known for name, _ in one.factors)]
    if role != "y":
        terms = [sent(sums, one, made.y) for one in terms]
    there = [one for one in terms if not one.killed]
    value: Number = sum((worth(one, known) for one in there), start=0)
    if role == "y" and made.kind == "max_pool":
        value = max(worth(one, known) for one in there)
    elif sums.pooled:
        value = plain(Fraction(value) / (made.y[index].divisor if role == "y" else 1))
    line = Line(index, tuple(there), value)
    return Trace(made, role, index, line, tuple(one._replace(bound=bound(sums, role, one)) for one in terms))


def bound(sums: Sums, role: str, one: Product) -> tuple[tuple[str, int], ...]:
    """The indices that a term is summed over, labels of size 1 (which are 0) included where the kernel is shared."""
    if (sums.node is not None and not sums.pooled) or not one.bound:
        return one.bound
    op = sums.op
    every = dict.fromkeys((*labels(op.result), *labels(op.kernel), *labels(op.data)))
    if role == "b":
        return tuple((name, value) for name, value in one.bound if name not in every)
    found, fixed = dict(one.bound), labels(op.operand(role))
    padded = tuple(pair for pair in one.bound if one.through and role == "x" and pair[0].startswith("m"))
    return (
        *padded,
        *((name, found.get(name, 0)) for name in every if name not in fixed),
        *((name, value) for name, value in one.bound if name not in every and (name, value) not in padded),
    )
