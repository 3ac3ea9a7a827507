"""A trace: every term of the sum for one entry, those that are absent with the guard that kills them.

Any two of (i, p, j) determine the third through r j = s i + d p~ - lo, so along every axis a candidate is

    y[i]       over taps p:       j = (s i + d p~ - lo)/r        r divides it, and 0 <= j < N
    dL/dx[j]   over taps p:       i = (r j + lo - d p~)/s        s divides it, and 0 <= i < O
    dL/dw[p]   over outputs i:    j as for y;  of a transposed layer over inputs j:  i as for dL/dx
    dL/db[o]   over outputs:      nothing to solve

Of data that a border pads j is the place m in the padded tensor, which always exists; the entry read there is x[phi(m - lo)], so
that dL/dx[j] collects from every place that holds the entry, and over the taps at each of them.
"""

from __future__ import annotations

import re
from itertools import product

from symconv.errors import SymconvError, nearest
from symconv.examples.borders import entry_at, lines, places_of
from symconv.examples.working import leading, numbers, owner, sizes, worth
from symconv.language.example import Candidate, Example, Factor, Guard, Index, Product, Trace
from symconv.language.operator import Operand, Operator, gradient_name, labels, numbered, upstream

ENTRY = re.compile(r"\s*([A-Za-z_/]{1,12})\s*(?:\[\s*([-0-9\s,]*?)\s*\])?\s*\Z")
NAMES = {"y": "y", "dx": "x", "dw": "w", "db": "b"}


def read_entry(text: str, op: Operator) -> tuple[str, Index]:
    """(role, full index) of an entry as typed: dx[0,1,3]; leading axes left out have size 1.

    Raises SymconvError for another name, indices that are no numbers, too few or too many, or outside of the array.
    """
    role, index, short = named(text)
    return role, completed(sizes(op, op.operand(role)), 0 if role == "b" else op.ndim, index, short)


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


def trace(example: Example, role: str, index: Index) -> Trace:
    """Every candidate for an entry of y or of a gradient, in the order of the formula."""
    op = example.op
    operand = op.operand(role)
    found = bias_terms(op, index) if role == "b" else terms(op, role, operand, index)
    if role == "y" and op.bias is not None and any(a.name == op.bias.name for a in example.arrays):
        found.insert(0, Candidate((), ((op.bias.name, owner(op, index)),)))
    arrays = {a.name: a for a in example.arrays}
    value = sum((worth(Product(c.factors), arrays) for c in found if not c.killed), start=0)
    name = op.result.name if role == "y" else gradient_name(op, operand)
    return Trace(example, name, index, tuple(found), value)


def bias_terms(op: Operator, index: Index) -> list[Candidate]:
    """The outputs that contain a bias entry: no condition but the filter."""
    g, found = upstream(op), []
    for i in product(*map(range, sizes(op, op.result))):
        if owner(op, i) == index:
            places = tuple((n, m) for n, m in zip(names(op, op.result), i[len(op.result.layout) :], strict=True))
            found.append(Candidate(places, ((g, i),)))
    return found


def names(op: Operator, operand: Operand) -> list[str]:
    """The spatial indices of an operand."""
    return [numbered(operand.index, k, op.ndim) for k in range(op.ndim)]


def terms(op: Operator, role: str, operand: Operand, index: Index) -> list[Candidate]:
    """The candidates of an entry of y, dL/dx or dL/dw."""
    extents = {n: size.constant or 0 for n, size in op.extents}
    fixed = opened(operand, index, extents)
    spot = index[len(operand.layout) :]
    every = dict.fromkeys((*labels(op.result), *labels(op.kernel), *labels(op.data)))
    free = [n for n in every if n not in fixed]
    over = op.kernel if role != "w" else op.data if op.output_padding is not None else op.result
    solved = op.data if role == "y" or (role == "w" and over is op.result) else op.result
    copies = lines(op.border) if op.border is not None else []
    places = places_of(copies, spot) if role == "x" and copies else [spot]
    found = []
    for at_place, some in product(places, product(*(range(extents[n]) for n in free))):
        at = {**fixed, **dict(zip(free, some, strict=True))}
        lead = {o.name: leading(o, at, extents) for o in (op.result, op.kernel, op.data)}
        for bound in product(*map(range, sizes(op, over)[len(over.layout) :])):
            known = {operand.name: at_place, over.name: bound}
            guards = [guard(op, k, solved, known) for k in range(op.ndim)]
            killed = tuple(one for one in guards if not one.holds)
            if not killed:
                known[solved.name] = tuple(one.top // one.divisor for one in guards)
            through = known.get(op.data.name, ()) if copies else ()
            tuples = [(n, at[n]) for n in free] + list(zip(names(op, over), bound, strict=True))
            if through and role == "x":
                tuples = [*zip(copied_names(op), through, strict=True), *tuples]
            if through:
                known[op.data.name] = entry_at(copies, through)
            found.append(Candidate(tuple(tuples), factors(op, role, known, lead), killed, through))
    return found


def copied_names(op: Operator) -> list[str]:
    """The spatial indices of the padded data."""
    return [numbered("m", k, op.ndim) for k in range(op.ndim)]


def opened(operand: Operand, index: Index, extents: dict[str, int]) -> dict[str, int]:
    """The labels' values that leading indices stand for."""
    found = {}
    for axis, value in zip(operand.layout, index, strict=False):
        for label in reversed(axis):
            value, found[label] = divmod(value, extents[label])
    return found


def guard(op: Operator, k: int, solved: Operand, known: dict[str, Index]) -> Guard:
    """The condition under which the index that is solved for exists, along one axis."""
    n, taps, out, s, r, d, lo, _ = numbers(op.axes[k])
    p = known[op.kernel.name][k]
    through = d * (taps - 1 - p if op.flip else p) - lo
    if solved is op.data:
        top, divisor, size = s * known[op.result.name][k] + through, r, n
    else:
        top, divisor, size = r * known[op.data.name][k] - through, s, out
    index = numbered(solved.index, k, op.ndim)
    if top % divisor:
        return Guard(k, index, top, divisor, size, "divides", False)
    return Guard(k, index, top, divisor, size, "range", 0 <= top // divisor < size)


def factors(op: Operator, role: str, known: dict[str, Index], lead: dict[str, Index]) -> tuple[Factor, ...]:
    """The factors that exist, in the order of the pages: w x for y; g first for the gradients."""
    wanted = {"y": (op.kernel, op.data), "x": (op.result, op.kernel), "w": (op.result, op.data)}[role]
    found = []
    for o in wanted:
        if o.name in known:
            found.append((upstream(op) if o is op.result else o.name, lead[o.name] + known[o.name]))
    return tuple(found)
